//! Who is in reach by name, and which neighbourhoods are like this one.

use super::AreaPage;
use crate::error::ApiError;
use crate::pages::listing_card::{self, ListingCard};
use crate::state::ServerState;
use hereabouts_core::report::Neighbourhood;
use hereabouts_engine::format;
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::origin::Origin;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

/// Named on the page; the rest is a search away.
const NAMED: usize = 8;
/// Minutes on foot.
const MINUTES: u64 = 15;
const ALIKE: usize = 4;

/// What is near its middle, the nearest first, each with what is known of it.
pub(super) fn panel(of: &AreaPage<'_>, state: &ServerState) -> Result<Markup, ApiError> {
    let site = &of.page.snapshot;
    let asked = NearRequest {
        origin: Some(Origin::typed("area", of.code)),
        minutes: Some(MINUTES),
        limit: NAMED,
        ..NearRequest::default()
    };
    let answer = near::answer(site, &asked, state.now())?;
    let count = answer.count().total();
    Ok(html! {
        section.panel {
            h2 { "Who is in reach" }
            @if count == 0 { p { "Nothing is listed within " (MINUTES) " minutes on foot of the middle of " (of.name) "." } }
            @else { p { (format::some(count, "listing", "listings")) " within " (MINUTES) " minutes on foot of its middle." } }
            ul.reached { @for hit in answer.hits() {
                @let shown = ListingCard::new(site, hit.listing);
                li {
                    a href=(shown.href()) { (shown.row.name) } " " (shown.tags())
                    span.small { (answer.why(hit).join(" · ")) }
                    span.small.muted { @if let Some(when) = shown.when() { (when) } @else { (listing_card::NO_TIMES) } }
                }
            } }
            @if count > NAMED { p.no-print { a href={ "/find?area=" (encode(of.code)) "&minutes=" (MINUTES) } { "All " (count) ", by what fits" } } }
        }
    })
}

/// How far two neighbourhoods are apart in how many people live there and how deprived they are.
fn apart(a: &Neighbourhood, b: &Neighbourhood) -> Option<f64> {
    let (people, others) = (a.population.filter(|n| *n > 0.0)?, b.population.filter(|n| *n > 0.0)?);
    let deciles = f64::from(a.decile?.abs_diff(b.decile?));
    Some(deciles + 3.0 * (people / others).ln().abs())
}

fn alike<'a>(of: &AreaPage<'a>) -> Vec<&'a Neighbourhood> {
    let others = of.view.report().neighbourhoods.iter().filter(|n| n.area != of.about.area);
    let mut near: Vec<(f64, &Neighbourhood)> =
        others.filter_map(|n| Some((apart(of.about, n)?, n))).collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.into_iter().take(ALIKE).map(|(_, about)| about).collect()
}

/// It and those most like it, side by side.
pub(super) fn compared_with(of: &AreaPage<'_>) -> String {
    let study = of.page.snapshot.study();
    let others =
        alike(of).into_iter().take(2).map(|n| encode(&study.areas()[n.area.get()].code).into_owned());
    let codes: Vec<String> = std::iter::once(encode(of.code).into_owned()).chain(others).collect();
    format!("/compare?areas={}", codes.join(","))
}

/// Neighbourhoods like it, where people and deprivation are known.
pub(super) fn similar(of: &AreaPage<'_>) -> Markup {
    let study = of.page.snapshot.study();
    let alike = alike(of);
    html! {
        @if !alike.is_empty() {
            section.panel.no-print {
                h2 { "Like it in people and deprivation" }
                ul.links-list { @for about in alike {
                    @let area = &study.areas()[about.area.get()];
                    li { a href={ "/areas/" (encode(&area.code)) } { (area.name) } " "
                        span.muted.small { (format::or_no_data(about.population, format::count)) " people" @if let Some(decile) = about.decile { ", decile " (decile) } } }
                } }
                p { a href=(compared_with(of)) { "Compare with the two most like it" } }
            }
        }
    }
}
