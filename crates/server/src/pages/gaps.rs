//! `/gaps`: the largest gaps, in words.

use super::confidence::ConfidenceGrounds;
use super::{PageError, PageRequest, layout, parts};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::format;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

const OFFERED: &[&str] = &["need", "period", "geography", "reading", "measure", "view", "page", "sel", "bb"];
const A_PAGE: usize = 25;

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, OFFERED).await?;
    let before = html! {
        h1 { "Where the gaps are" }
        (parts::pickers(&page, "/gaps", true))
    };
    let Some(view) = &page.view else {
        let body = html! { p { "There are no neighbourhoods yet." } };
        return Ok(page.answer("Gaps", &before, &layout::results(&page.asked, "Gaps", "", &body)));
    };
    let study = page.snapshot.study();
    let unmet_of = |g: &Gap| page.asked.reading.of(g.unmet_listed, g.unmet_likely);
    let gaps: Vec<&Gap> = view
        .worst(page.asked.need, page.asked.reading)
        .into_iter()
        .filter(|g| g.status == DemandStatus::Ok && unmet_of(g).is_some_and(|u| u > 0.0))
        .collect();
    let pages = gaps.len().div_ceil(A_PAGE).max(1);
    let at = page.asked.page.min(pages);
    let about = &view.report().neighbourhoods;
    let out = |status: DemandStatus| about.iter().filter(|n| n.status == status).count();
    let title = page
        .asked
        .need
        .map_or("All needs, gaps".to_owned(), |n| format!("{}, gaps", study.needs()[n.get()].label));
    let status = format!("{} gaps", gaps.len());
    let map_need =
        page.asked.need.or_else(|| gaps.first().map(|g| g.need)).or_else(|| study.need_indices().next());
    let body = html! {
        p.headline { (format::some(gaps.len(), "gap", "gaps")) ", the most unmet referrals first. "
            @if out(DemandStatus::NoData) + out(DemandStatus::Silent) + out(DemandStatus::Partial) > 0 {
                "Not ranked: " (format::some(out(DemandStatus::NoData), "neighbourhood", "neighbourhoods")) " without data, " (format::some(out(DemandStatus::Silent), "neighbourhood", "neighbourhoods")) " with fewer referrals than expected"
                @if out(DemandStatus::Partial) > 0 { ", " (format::some(out(DemandStatus::Partial), "neighbourhood", "neighbourhoods")) " with months of the quarter missing" }
                "."
            }
        }
        (parts::lists(&page, view, page.asked.need))
        (parts::switch(&page))
        div.beside {
            div.list {
                ol.gaps start=((at - 1) * A_PAGE + 1) {
                    @for gap in gaps.iter().skip((at - 1) * A_PAGE).take(A_PAGE) { (one(&page, gap)) }
                }
                @if pages > 1 {
                    nav.pages aria-label="Pages of gaps" {
                        @if at > 1 { a href=(page.asked.with(&page.snapshot, |a| a.page = at - 1)) data-fragment data-key="before" { "Before" } }
                        span { "Page " (at) " of " (pages) }
                        @if at < pages { a href=(page.asked.with(&page.snapshot, |a| a.page = at + 1)) data-fragment data-key="next" { "Next" } }
                    }
                }
            }
            @if let Some(need) = map_need { (parts::map(&page, need)) }
        }
    };
    Ok(page.answer(&title, &before, &layout::results(&page.asked, &title, &status, &body)))
}

fn one(page: &PageRequest, gap: &Gap) -> Markup {
    let study = page.snapshot.study();
    let (area, need) = (&study.areas()[gap.area.get()], &study.needs()[gap.need.get()]);
    let Some(view) = &page.view else { return html! {} };
    let Some(about) = view.position(gap.area).map(|at| &view.report().neighbourhoods[at]) else {
        return html! {};
    };
    let grounds = ConfidenceGrounds::of(gap, about);
    html! {
        li data-row=(area.code) aria-current=[(page.asked.selected.as_deref() == Some(area.code.as_str())).then_some("true")] {
            h2 { a href={ "/areas/" (encode(&area.code)) } data-report { (area.name) } ": " (need.label) }
            p.big { (format::unmet(gap, page.asked.reading)) " of " (format::referrals(gap)) " referrals unmet "
                (parts::tag(grounds.sure(), gap.status)) }
            p { (why(gap, need.adequate.places_per_referral)) }
            @let reasons = grounds.reasons();
            @if !reasons.is_empty() { p.muted.small { "How sure: " (reasons.join(" ")) } }
        }
    }
}

/// Why there is a gap, from its own figures.
pub(super) fn why(gap: &Gap, adequate: f64) -> String {
    let shortfall = gap.shortfall_places_likely.map_or(String::new(), |s| {
        format!(
            " About {} more places a quarter would bring it to the adequate level of {} for each referral.",
            format::count(s),
            format::count(adequate)
        )
    });
    let reach = match (gap.assets_in_reach, gap.nearest_minutes) {
        (Some(0), None) => "There is no such place anywhere here.".to_owned(),
        (Some(0), Some(m)) => {
            format!("Nothing is in reach; the nearest is {} away on foot.", format::minutes(m))
        }
        (None, nearest) => {
            let nearest = nearest.map_or(String::new(), |m| {
                format!("; the nearest that is listed is {} away on foot", format::minutes(m))
            });
            let share = format::percent(gap.supply_known_share.unwrap_or(0.0));
            format!(
                "Nothing is listed in reach, but lists that tell of it reach only {share} of the people{nearest}."
            )
        }
        (Some(n), _) => match (gap.places_listed, gap.places_likely) {
            (Some(listed), Some(likely)) if listed > 0.0 => format!(
                "{} in reach with {} places a quarter listed, {} of them likely still running.",
                format::some(n as usize, "asset is", "assets are"),
                format::count(listed),
                format::count(likely)
            ),
            _ => format!("{} in reach, but none with places.", format::some(n as usize, "is", "are")),
        },
    };
    format!("{reach}{shortfall}")
}
