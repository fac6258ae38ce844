//! `/compare`: two to four neighbourhoods side by side; a difference is named only where it is one.

use super::chart::{Scale, dots, dots_axis};
use super::unmet_figure::UnmetFigure;
use super::{PageError, PageRequest, areas, layout, need, needs};
use crate::error::ApiError;
use crate::http::query;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::Neighbourhood;
use hereabouts_engine::format;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

const MOST: usize = 4;
const OFFERED: &[&str] = &["period", "geography", "reading"];

/// One of those compared.
struct Side<'a> {
    about: &'a Neighbourhood,
    name: &'a str,
    code: &'a str,
}

/// The codes, in one term with commas or in several, each once.
fn codes(pairs: &[(String, String)]) -> Vec<String> {
    let given = pairs.iter().filter(|(name, _)| name == "areas").flat_map(|(_, value)| value.split(','));
    let mut codes: Vec<String> = Vec::new();
    for code in given.map(str::trim).filter(|code| !code.is_empty()) {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let pairs = query::pairs(request.query_string())?;
    let codes = codes(&pairs);
    let rest: Vec<_> =
        pairs.iter().filter(|(name, _)| name != "areas").map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let page = PageRequest::read_query(&request, &state, &query::written(rest), OFFERED).await?;
    if codes.len() > MOST {
        return Err(ApiError::parameter(
            "areas",
            format!("{} are too many: two to {MOST} can be compared", codes.len()),
        )
        .into());
    }
    let study = page.snapshot.study();
    let before = html! { p.crumbs { a href="/areas" { "Areas" } " › Compare" } h1 { "Side by side" } };
    let Some(view) = page.view.as_deref().filter(|_| codes.len() > 1) else {
        let body = html! { p.lede { "Choose two to four neighbourhoods: tick them in the " a href="/areas" { "table of all" } "." } };
        return Ok(page.answer("Compare", &before, &layout::results(&page.asked, "Compare", "", &body)));
    };
    let mut sides = Vec::new();
    for code in &codes {
        let about = view.neighbourhood(study, code).ok_or_else(|| {
            ApiError::parameter(
                "areas",
                format!("{code:?} is not the code of a neighbourhood of this geography"),
            )
        })?;
        let area = &study.areas()[about.area.get()];
        sides.push(Side { about, name: &area.name, code: &area.code });
    }
    let title = sides.iter().map(|side| side.name).collect::<Vec<_>>().join(" and ");
    let body = html! {
        p.lede { (sentence(&page, view, &sides)) }
        (heads(&page, view, &sides))
        (table(&page, view, &sides))
    };
    Ok(page.answer(&title, &before, &layout::results(&page.asked, &title, "", &body)))
}

/// The needs in which they differ for sure.
fn sentence(page: &PageRequest, view: &QuarterView, sides: &[Side<'_>]) -> String {
    let needs = page.snapshot.study().needs();
    let differ: Vec<String> = page
        .snapshot
        .study()
        .need_indices()
        .filter(|need| matches!(verdict(&figures(page, view, sides, *need), sides), Verdict::Differ(_)))
        .map(|need| format::in_sentence(&needs[need.get()].label))
        .collect();
    match differ.len() {
        0 => "For no need can a difference be told from chance: their ranges meet everywhere.".to_owned(),
        _ => format!("They differ for sure in {}; elsewhere their ranges meet.", format::listed(differ)),
    }
}

fn figures(
    page: &PageRequest,
    view: &QuarterView,
    sides: &[Side<'_>],
    need: NeedIdx,
) -> Vec<Option<UnmetFigure>> {
    let of = |side: &Side<'_>| UnmetFigure::of(view.gap(side.about.area, need)?, page.asked.reading);
    sides.iter().map(of).collect()
}

/// What can be said of several figures.
enum Verdict {
    /// In words, which is larger.
    Differ(String),
    /// Their ranges meet.
    CannotBeTold,
    /// Fewer than two are known.
    NotKnown,
}

fn verdict(figures: &[Option<UnmetFigure>], sides: &[Side<'_>]) -> Verdict {
    let mut known: Vec<(&UnmetFigure, &str)> =
        figures.iter().zip(sides).filter_map(|(of, side)| Some((of.as_ref()?, side.name))).collect();
    known.sort_by(|a, b| b.0.share().total_cmp(&a.0.share()));
    let (Some((most, name)), Some((least, other))) =
        (known.first(), known.last().filter(|_| known.len() > 1))
    else {
        return Verdict::NotKnown;
    };
    match most.differs_from(least) {
        true => Verdict::Differ(format!("{name} has a larger share unmet than {other}")),
        false => Verdict::CannotBeTold,
    }
}

fn heads(page: &PageRequest, view: &QuarterView, sides: &[Side<'_>]) -> Markup {
    html! {
        ul.sides { @for side in sides {
            li.panel {
                h2 { a href={ "/areas/" (encode(side.code)) } { (side.name) } }
                p { (format::or_no_data(side.about.population, format::count)) " people"
                    @if let Some(decile) = side.about.decile { ", deprivation decile " (decile) } }
                p { @match areas::total(page, view, side.about) {
                    Some(of) => { strong { (of.of_referrals()) } " referrals unmet (" (format::percent(of.share())) ")" }
                    None => { "Referrals: " (format::NO_DATA) }
                } }
            }
        } }
    }
}

fn table(page: &PageRequest, view: &QuarterView, sides: &[Side<'_>]) -> Markup {
    let study = page.snapshot.study();
    let scale = Scale::of_shares();
    html! {
        div.scroll role="region" aria-label="Need by need" tabindex="0" {
            table.ranking.compared {
                caption { "Share of referrals unmet with its range, in the " (format::span(page.asked.period)) ": a difference is named where ranges do not meet." }
                thead { tr {
                    th scope="col" { "Neighbourhood" }
                    th.picture scope="col" { span.hidden { "Picture" } (dots_axis(scale, format::plain_percent)) }
                    th.number scope="col" { "Share unmet" }
                    th.number scope="col" { "Unmet, of referrals" }
                } }
                @for k in study.need_indices() {
                    @let figures = figures(page, view, sides, k);
                    tbody {
                        tr.part { th scope="rowgroup" colspan="4" {
                            a href=(needs::page_of(page, k, need::OFFERED)) { (study.needs()[k.get()].label) } " "
                            (said(&verdict(&figures, sides)))
                        } }
                        @for (side, figure) in sides.iter().zip(&figures) { tr {
                            th scope="row" { (side.name) }
                            @match figure {
                                Some(figure) => {
                                    td.picture { (dots(scale, figure.share_dot())) }
                                    td.number { (format::percent(figure.share())) " " span.small.muted { (share_range(figure)) } }
                                    td.number { (figure.of_referrals()) }
                                }
                                None => { td.picture {} td.number { (format::NO_DATA) } td.number { (view.gap(side.about.area, k).map_or(String::new(), format::referrals)) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn said(verdict: &Verdict) -> Markup {
    html! { @match verdict {
        Verdict::Differ(words) => span.tag.sure { (words) },
        Verdict::CannotBeTold => span.muted.small { "no difference that can be told" },
        Verdict::NotKnown => span.muted.small { "not known of two" },
    } }
}

fn share_range(figure: &UnmetFigure) -> String {
    let (low, high) = figure.share_range();
    format!("({} to {})", format::plain_percent(low), format::plain_percent(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_in_one_term_or_in_several() {
        let pairs = |text: &str| codes(&query::pairs(text).unwrap());
        assert_eq!(pairs("areas=A,B&areas=C&areas=B,"), ["A", "B", "C"]);
        assert!(pairs("period=year").is_empty());
    }
}
