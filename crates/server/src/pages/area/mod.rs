//! `/areas/{code}`: the profile of one neighbourhood, on a page and on one sheet of paper.

mod figures;
mod in_reach;
mod over_time;
mod standing;
mod words;

use super::chart::parts_of;
use super::svg_map::{self, AreaMap, DrawnArea};
use super::{PageError, PageRequest, RenderedPage, layout, map_scale, outline, why};
use crate::error::ApiError;
use crate::quarters::QuarterTable;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::format;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};
use std::sync::Arc;
use std::time::Duration;

const OFFERED: &[&str] = &["period", "geography", "reading"];
/// So long a page waits for earlier quarters that nobody has asked for since the data changed; then it goes without.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What the parts of the page are made from.
struct AreaPage<'a> {
    page: &'a PageRequest,
    view: &'a QuarterView,
    about: &'a Neighbourhood,
    gaps: &'a [Gap],
    code: &'a str,
    name: &'a str,
    /// `None` while they are worked out.
    quarters: Option<Arc<QuarterTable>>,
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    code: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let mut page = PageRequest::read(&request, &state, OFFERED).await?;
    let code = code.into_inner();
    page.view = Some(view_of(&page, &code).await?);
    let quarters = quarters(&page, &state).await?;
    let made = web::block(move || make(&page, &code, quarters, &state));
    Ok(made.await.map_err(|_| ApiError::Internal)??.answer())
}

/// A code alone says its geography: the one asked for if that knows it, else the first that does.
async fn view_of(page: &PageRequest, code: &str) -> Result<Arc<QuarterView>, ApiError> {
    let study = page.snapshot.study();
    if let Some(view) = page.view.as_ref().filter(|view| view.neighbourhood(study, code).is_some()) {
        return Ok(Arc::clone(view));
    }
    let owner =
        study.geography_indices().find(|&g| study.areas_of(g).any(|(_, a)| a.code == code && a.reporting));
    let geography = owner.ok_or_else(|| ApiError::not_found(format!("neighbourhood {code:?}")))?;
    let (snapshot, period) = (page.snapshot.clone(), page.asked.period);
    web::block(move || snapshot.view(period, geography)).await.map_err(|_| ApiError::Internal)
}

/// The latest quarters, if they are there soon; else they are worked out for whoever asks next.
async fn quarters(
    page: &PageRequest,
    state: &web::Data<ServerState>,
) -> Result<Option<Arc<QuarterTable>>, ApiError> {
    let Some(view) = &page.view else { return Ok(None) };
    let (tables, site) = (Arc::clone(&state.quarters), page.snapshot.clone());
    let (edition, geography) = (state.edition(), view.geography());
    let made = web::block(move || tables.get(&edition, &site, geography));
    match tokio::time::timeout(PATIENCE, made).await {
        Ok(made) => Ok(Some(made.map_err(|_| ApiError::Internal)?)),
        Err(_) => Ok(None),
    }
}

fn make(
    page: &PageRequest,
    code: &str,
    quarters: Option<Arc<QuarterTable>>,
    state: &ServerState,
) -> Result<RenderedPage, ApiError> {
    let study = page.snapshot.study();
    let found = page.view.as_deref().and_then(|view| Some((view, view.neighbourhood(study, code)?)));
    let (view, about) = found.ok_or_else(|| ApiError::not_found(format!("neighbourhood {code:?}")))?;
    let area = &study.areas()[about.area.get()];
    let gaps = view.gaps_of(about.area);
    let kept = quarters.is_some();
    let of = AreaPage { page, view, about, gaps, code: &area.code, name: &area.name, quarters };
    let before = html! { p.crumbs { a href="/areas" { "Areas" } " › " (area.name) } h1 { (area.name) } };
    let body = html! {
        p.lede { (words::headline(page, about, gaps)) }
        (facts(&of))
        div.grid.two.sheet.wide-first {
            div.stack-of {
                (standing::panel(&of))
                (missing(&of))
            }
            div.stack-of {
                (standing::among_all(&of))
                (over_time::panel(&of))
                (words::sure(page, about, gaps))
            }
        }
        div.grid.two.sheet.second {
            (in_reach::panel(&of, state)?)
            div.stack-of { (small_map(&of)) (in_reach::similar(&of)) }
        }
        (figures::all(&of))
    };
    let results = layout::results(&page.asked, &area.name, "", &body);
    Ok(RenderedPage { body: page.body(&area.name, &before, &results), status: StatusCode::OK, kept })
}

/// How many people, how deprived, which referrals: in a line.
fn facts(of: &AreaPage<'_>) -> Markup {
    let (about, asked) = (of.about, &of.page.asked);
    let people = about.population.map(|n| format!("{} people", format::count(n)));
    let decile = about.decile.map(|decile| match decile {
        1 => "in the most deprived tenth".to_owned(),
        10 => "in the least deprived tenth".to_owned(),
        n => format!("deprivation decile {n} (1 is the most deprived)"),
    });
    let referrals = asked.period.map(|p| format!("referrals of {}", format::period(p)));
    let said: Vec<String> = people.into_iter().chain(decile).chain(referrals).collect();
    html! {
        p.muted.facts-line { (said.join(" · ")) }
        p.actions.no-print {
            a.button.quiet href={ "/find?area=" (encode(of.code)) } { "Find help here" }
            a.button.quiet href=(in_reach::compared_with(of)) { "Compare" }
            a.button.quiet href={ "/ogc/collections/gaps/items?area_code=" (encode(of.code)) (asked.period.map_or(String::new(), |p| format!("&period={}", encode(&p.to_string())))) "&f=csv" } { "These figures as CSV" }
        }
    }
}

/// The largest gaps and why, and what is not known.
fn missing(of: &AreaPage<'_>) -> Markup {
    let study = of.page.snapshot.study();
    let worst = words::worst(of.page, of.gaps);
    let label = |gap: &Gap| study.needs()[gap.need.get()].label.as_str();
    let untold: Vec<String> = of
        .gaps
        .iter()
        .filter(|g| g.status == DemandStatus::NoList)
        .map(|g| format::in_sentence(label(g)))
        .collect();
    html! {
        section.panel.wash {
            h2 { "What is missing" }
            @if worst.is_empty() { p { "No gap of half a referral or more is known here." } }
            ul { @for gap in worst.iter().take(3) {
                li { strong { (label(gap)) ". " } (why::why(gap, &study.needs()[gap.need.get()])) (lacks(of, gap)) }
            } }
            @if !untold.is_empty() {
                p { "No list that tells of " (untold.join(", ")) " reaches here: what there is for that is not known, so it is neither a gap nor none." }
            }
        }
    }
}

/// What is unmet by what it lacks.
fn lacks(of: &AreaPage<'_>, gap: &Gap) -> Markup {
    let Some([listed, likely]) = gap.unmet_parts else { return html! {} };
    let parts = of.page.asked.reading.of(listed, likely);
    parts_of(&[
        (parts.nothing_in_reach, "unmet with nothing in reach"),
        (parts.not_enough, "with too little in reach"),
        (parts.not_known, "where no list tells what there is"),
    ])
}

/// Where the neighbourhood lies among the others.
fn small_map(of: &AreaPage<'_>) -> Markup {
    let (view, study) = (of.view, of.page.snapshot.study());
    let areas: Vec<_> = view.report().neighbourhoods.iter().map(|n| &study.areas()[n.area.get()]).collect();
    let shapes: Vec<_> = areas.iter().map(|a| &a.boundary).collect();
    let tolerance = svg_map::extent(shapes.iter().copied()).map_or(0.0, |e| 3.0 * svg_map::unit(e));
    let simple = outline::simplify(&shapes, tolerance);
    let drawn: Vec<DrawnArea<'_>> = areas
        .iter()
        .zip(&simple)
        .map(|(area, shape)| {
            let own = area.code == of.code;
            DrawnArea {
                code: &area.code,
                name: if own { &area.name } else { "" },
                words: area.name.clone(),
                href: format!("/areas/{}", encode(&area.code)),
                class: if own { map_scale::MapClass::Step(2) } else { map_scale::MapClass::NoReferrals },
                hatched: false,
                shape,
            }
        })
        .collect();
    html! {
        figure.map.small-map { div.map-box { (svg_map::svg(&AreaMap { title: "Where it is", areas: &drawn, selected: Some(of.code), extent: None, live: false })) } }
    }
}
