//! `/gaps`: the largest gaps, in words.

use super::{PageError, PageRequest, layout, parts};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::need::Need;
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::wire::encode;
use hereabouts_engine::{confidence_words, format};
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
    let title = page
        .asked
        .need
        .map_or("All needs, gaps".to_owned(), |n| format!("{}, gaps", study.needs()[n.get()].label));
    let status = format!("{} gaps", gaps.len());
    let map_need =
        page.asked.need.or_else(|| gaps.first().map(|g| g.need)).or_else(|| study.need_indices().next());
    let body = html! {
        p.headline { (format::some(gaps.len(), "gap", "gaps")) ", the most unmet referrals first. "
            (not_ranked(view.worst(page.asked.need, page.asked.reading)))
        }
        (parts::lists(&page, view, page.asked.need))
        (parts::mostly_low(&page, view.worst(page.asked.need, page.asked.reading)))
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
    html! {
        li data-row=(area.code) aria-current=[(page.asked.selected.as_deref() == Some(area.code.as_str())).then_some("true")] {
            h2 { a href={ "/areas/" (encode(&area.code)) } data-report { (area.name) } ": " (need.label) }
            p.big { (format::unmet(gap, page.asked.reading)) " of " (format::referrals(gap)) " referrals unmet "
                (parts::tag(gap)) }
            p { (why(gap, need)) }
            @let reasons = confidence_words::sentences(gap, page.snapshot.policy());
            @if !reasons.is_empty() { p.muted.small { "How sure: " (reasons.join(" ")) } }
        }
    }
}

/// How many gaps are not among those ranked, and why.
fn not_ranked(gaps: Vec<&Gap>) -> String {
    let words = [
        (DemandStatus::NoData, "without data on referrals"),
        (DemandStatus::NoList, "that no list tells of"),
        (DemandStatus::Silent, "of neighbourhoods with fewer referrals than expected"),
        (DemandStatus::Partial, "with months missing"),
        (DemandStatus::TooFew, "of too few referrals to compare"),
    ];
    let count = |status: DemandStatus| gaps.iter().filter(|gap| gap.status == status).count();
    let said: Vec<String> = words
        .into_iter()
        .map(|(status, words)| (count(status), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{} {words}", format::whole(count as u64)))
        .collect();
    if said.is_empty() { String::new() } else { format!("Not ranked: {}.", said.join(", ")) }
}

/// What is in reach comes to this for each referral, once everybody who reaches it has had a share.
fn shared(gap: &Gap, need: &Need) -> String {
    let (Some(access), true) = (gap.access_likely, gap.places_likely > Some(0.0)) else {
        return String::new();
    };
    let of_people = match gap.coverage_share {
        Some(share) if share < 0.995 => format!(", {} of its people", format::percent(share)),
        _ => String::new(),
    };
    format!(
        " Shared with all who reach them{of_people}, likely ones come to {} places for each referral here; {} are enough.",
        format::count(access),
        format::count(need.adequate.places_per_referral)
    )
}

/// Why there is a gap, from its own figures.
pub(super) fn why(gap: &Gap, need: &Need) -> String {
    let adequate = need.adequate.places_per_referral;
    let shortfall = gap.shortfall_places_likely.map_or(String::new(), |s| {
        format!(
            " About {} more places would bring it to the adequate level of {} for each referral.",
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
                "{} in reach with {} places listed, {} of them likely still running.",
                format::some(n as usize, "asset is", "assets are"),
                format::count(listed),
                format::count(likely)
            ),
            _ => format!("{} in reach, but none with places.", format::some(n as usize, "is", "are")),
        },
    };
    format!("{reach}{}{shortfall}", shared(gap, need))
}
