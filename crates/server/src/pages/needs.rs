//! `/needs`: every need in a row, then the largest gaps of all of them, in words.

use super::chart::{DotRow, Scale, dots, dots_axis};
use super::unmet_figure::UnmetFigure;
use super::{PageError, PageRequest, layout, parts, why};
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use hereabouts_engine::{confidence_words, format};
use maud::{Markup, html};

/// Of all needs, and what is handed on to the page of one.
const OFFERED: &[&str] =
    &["need", "period", "geography", "reading", "measure", "sort", "view", "name", "page", "sel", "bb"];
/// What is asked of all needs.
const OF_ALL: &[&str] = &["period", "geography", "reading", "page"];
const A_PAGE: usize = 10;

/// The page of a need, as it is asked for in an address.
pub(super) fn page_of(page: &PageRequest, need: NeedIdx, offered: &[&str]) -> String {
    let study = page.snapshot.study();
    let path = format!("/needs/{}", encode(&study.needs()[need.get()].id));
    let mut asked = page.asked.clone();
    asked.need = None;
    asked.to(&path, offered, &page.snapshot)
}

/// `/gaps`, which this page took the place of.
pub(super) async fn former(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, OFFERED).await?;
    if page.asked.need.is_some() {
        return Ok(to_the_need(&page));
    }
    let there = page.asked.to("/needs", OF_ALL, &page.snapshot);
    Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, there)).finish())
}

/// On to the page of the need that is asked for, else of the first.
pub(super) fn to_the_need(page: &PageRequest) -> HttpResponse {
    let need = page.asked.need.or_else(|| page.snapshot.study().need_indices().next());
    let there = match need {
        Some(need) => page_of(page, need, super::need::OFFERED),
        None => "/needs".to_owned(),
    };
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, there)).finish()
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, OFFERED).await?;
    if page.asked.need.is_some() {
        return Ok(to_the_need(&page));
    }
    let before = html! { h1 { "Needs" } };
    let Some(view) = &page.view else {
        let body = html! { p { "There are no neighbourhoods yet." } };
        return Ok(page.answer("Needs", &before, &layout::results(&page.asked, "Needs", "", &body)));
    };
    let gaps: Vec<&Gap> = view
        .worst(None, page.asked.reading)
        .into_iter()
        .filter(|g| {
            g.status == DemandStatus::Ok
                && UnmetFigure::of(g, page.asked.reading).is_some_and(|u| u.unmet > 0.0)
        })
        .collect();
    let pages = gaps.len().div_ceil(A_PAGE).max(1);
    let at = page.asked.page.min(pages);
    let body = html! {
        p.lede { (sentence(&page, view)) }
        (parts::pickers(&page, "/needs"))
        (overview(&page, view))
        (parts::lists(&page, view, None))
        (parts::mostly_low(&page, &view.report().gaps))
        h2 #largest { "The largest gaps" }
        p { (format::some(gaps.len(), "gap", "gaps")) ", the most unmet referrals first. " (not_ranked(&view.report().gaps)) }
        ol.gaps start=((at - 1) * A_PAGE + 1) {
            @for gap in gaps.iter().skip((at - 1) * A_PAGE).take(A_PAGE) { (one(&page, gap)) }
        }
        (parts::pages(&page, at, pages, "gaps"))
    };
    let status = format!("{} gaps", gaps.len());
    Ok(page.answer("Needs", &before, &layout::results(&page.asked, "Needs", &status, &body)))
}

/// All referrals of a need that can be said something of.
fn total(page: &PageRequest, view: &QuarterView, need: NeedIdx) -> Option<UnmetFigure> {
    let of = |n: &Neighbourhood| UnmetFigure::of(view.gap(n.area, need)?, page.asked.reading);
    UnmetFigure::total(view.report().neighbourhoods.iter().filter_map(of))
}

/// The most unmet referrals first; needs of which nothing can be said last.
pub(super) fn in_order(page: &PageRequest, view: &QuarterView) -> Vec<(NeedIdx, Option<UnmetFigure>)> {
    let mut all: Vec<_> =
        page.snapshot.study().need_indices().map(|need| (need, total(page, view, need))).collect();
    let most = |of: &Option<UnmetFigure>| of.map_or(-1.0, |of| of.unmet);
    all.sort_by(|a, b| most(&b.1).total_cmp(&most(&a.1)));
    all
}

fn sentence(page: &PageRequest, view: &QuarterView) -> String {
    let span = format::span(page.asked.period);
    let needs = page.snapshot.study().needs();
    let order = in_order(page, view);
    let Some(all) = UnmetFigure::total(order.iter().filter_map(|(_, of)| *of)) else {
        return format!("No referrals are known of in this {span}.");
    };
    let first = order.first().map_or(String::new(), |(need, _)| {
        format!(" Most of them are for {}.", format::in_sentence(&needs[need.get()].label))
    });
    format!(
        "{} of {} referrals a {span} are unmet ({}).{first}",
        format::about(all.unmet),
        format::about(all.referrals),
        format::percent(all.share())
    )
}

fn overview(page: &PageRequest, view: &QuarterView) -> Markup {
    let study = page.snapshot.study();
    let order = in_order(page, view);
    let scale = Scale::to(order.iter().filter_map(|(_, of)| Some((*of)?.range.1)).fold(0.0, f64::max));
    html! {
        div.scroll role="region" aria-label="Needs" tabindex="0" {
            table.ranking {
                caption { "Unmet referrals with their range: where the true figure lies 19 times in 20." }
                thead { tr {
                    th scope="col" { "Need" }
                    th.picture scope="col" { span.hidden { "Picture" } (dots_axis(scale, format::about)) }
                    th.number scope="col" { "Unmet, of referrals" }
                    th.number scope="col" { "Share" }
                    th scope="col" { "Largest in" }
                } }
                tbody { @for (need, of) in &order { tr {
                    th scope="row" { a href=(page_of(page, *need, super::need::OFFERED)) { (study.needs()[need.get()].label) } }
                    @match of {
                        Some(of) => {
                            td.picture { (dots(scale, as_sure_as_its_range(of))) }
                            td.number { (of.of_referrals()) br; span.small.muted { (of.range_in_words()) } }
                            td.number { (format::percent(of.share())) }
                        }
                        None => { td.picture {} td.number { (format::NO_DATA) } td.number { "–" } }
                    }
                    td { @if let Some(gap) = view.worst(Some(*need), page.asked.reading).first().filter(|g| g.status == DemandStatus::Ok) {
                        @let area = &study.areas()[gap.area.get()];
                        a href={ "/areas/" (encode(&area.code)) } { (area.name) }
                    } @else { "not known" } }
                } } }
            }
        }
    }
}

/// A sum of many is as sure as its range says.
fn as_sure_as_its_range(of: &UnmetFigure) -> DotRow {
    DotRow { sure: true, ..of.dot() }
}

fn one(page: &PageRequest, gap: &Gap) -> Markup {
    let study = page.snapshot.study();
    let (area, need) = (&study.areas()[gap.area.get()], &study.needs()[gap.need.get()]);
    html! {
        li {
            h3 { a href={ "/areas/" (encode(&area.code)) } { (area.name) } ": "
                a href=(page_of(page, gap.need, super::need::OFFERED)) { (format::in_sentence(&need.label)) } }
            p.big { (format::unmet(gap, page.asked.reading)) " of " (format::referrals(gap)) " referrals unmet "
                (parts::tag(gap)) }
            p { (why::why(gap, need)) }
            @let reasons = confidence_words::sentences(gap, page.snapshot.policy());
            @if !reasons.is_empty() { p.muted.small { "How sure: " (reasons.join(" ")) } }
        }
    }
}

/// How many gaps are not among those ranked, and why.
fn not_ranked<'g>(gaps: impl IntoIterator<Item = &'g Gap>) -> String {
    let words = [
        (DemandStatus::NoData, "without data on referrals"),
        (DemandStatus::NoList, "that no list tells of"),
        (DemandStatus::Silent, "of neighbourhoods with fewer referrals than expected"),
        (DemandStatus::Partial, "with months missing"),
        (DemandStatus::TooFew, "of too few referrals to compare"),
    ];
    let gaps: Vec<&Gap> = gaps.into_iter().collect();
    let count = |status: DemandStatus| gaps.iter().filter(|gap| gap.status == status).count();
    let said: Vec<String> = words
        .into_iter()
        .map(|(status, words)| (count(status), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{} {words}", format::whole(count as u64)))
        .collect();
    if said.is_empty() { String::new() } else { format!("Not ranked: {}.", said.join(", ")) }
}
