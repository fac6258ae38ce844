//! `/areas`: all neighbourhoods, need by need, as a table in colours; two to four of them can be ticked to be compared.

use super::chart::{HeatCell, heat_cell, heat_key};
use super::page_query::{SortColumn, TableSort};
use super::unmet_figure::UnmetFigure;
use super::{PageError, PageRequest, layout, needs, parts};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::Neighbourhood;
use hereabouts_engine::format;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

const OFFERED: &[&str] =
    &["need", "period", "geography", "reading", "measure", "sort", "view", "name", "page", "sel", "bb"];
const A_PAGE: usize = 50;
/// What only the former page of this address took: it was about one need.
const OF_ONE_NEED: [&str; 4] = ["measure", "view", "sel", "bb"];

struct AreaRow<'a> {
    about: &'a Neighbourhood,
    name: &'a str,
    code: &'a str,
    total: Option<UnmetFigure>,
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, OFFERED).await?;
    let of_one = page.asked.terms(&page.snapshot).iter().any(|(name, _)| OF_ONE_NEED.contains(name));
    if page.asked.need.is_some() || of_one {
        return Ok(needs::to_the_need(&page));
    }
    let before = html! { h1 { "Neighbourhoods" } };
    let Some(view) = &page.view else {
        let body = html! { p { "There are no neighbourhoods yet. Import some: " code { "hereabouts import neighbourhoods FILE --store DIR" } } };
        return Ok(page.answer(
            "Neighbourhoods",
            &before,
            &layout::results(&page.asked, "Neighbourhoods", "", &body),
        ));
    };
    let mut rows = rows(&page, view);
    rows.retain(|row| page.asked.is_named(row.name));
    let pages = rows.len().div_ceil(A_PAGE).max(1);
    let at = page.asked.page.min(pages);
    let status = format::some(rows.len(), "neighbourhood", "neighbourhoods");
    let body = html! {
        p.lede { (sentence(&page, view)) }
        form.pick.no-print action="/areas" method="get" data-fragment {
            (view_and_order(&page))
            button.button type="submit" { "Show" }
        }
        form action="/compare" method="get" {
            (heat(&page, view, &rows[(at - 1) * A_PAGE..rows.len().min(at * A_PAGE)]))
            p.actions.stuck.no-print { button.button type="submit" { "Compare those ticked" } span.small.muted { "two to four" } }
        }
        (heat_key())
        (parts::pages(&page, at, pages, "neighbourhoods"))
    };
    Ok(page.answer(
        "Neighbourhoods",
        &before,
        &layout::results(&page.asked, "Neighbourhoods", &status, &body),
    ))
}

fn view_and_order(page: &PageRequest) -> Markup {
    let offered = [
        (TableSort::USUAL, "most unmet first"),
        (TableSort { by: SortColumn::Share, rising: false }, "largest share first"),
        (TableSort { by: SortColumn::Name, rising: true }, "by name"),
    ];
    html! {
        (parts::name_picker(page))
        div.field {
            label for="sort" { "Order" }
            select #sort name="sort" data-default=(TableSort::USUAL.write()) {
                @for (sort, words) in offered { option value=(sort.write()) selected[page.asked.sort == sort] { (words) } }
            }
        }
        (parts::folded(page, &parts::view_pickers(page)))
    }
}

/// Everything that can be said of referrals of one neighbourhood together.
pub(super) fn total(page: &PageRequest, view: &QuarterView, about: &Neighbourhood) -> Option<UnmetFigure> {
    let of = view.gaps_of(about.area).iter();
    UnmetFigure::total(of.filter_map(|gap| UnmetFigure::of(gap, page.asked.reading)))
}

fn rows<'a>(page: &'a PageRequest, view: &'a QuarterView) -> Vec<AreaRow<'a>> {
    let study = page.snapshot.study();
    let row = |about: &'a Neighbourhood| {
        let area = &study.areas()[about.area.get()];
        AreaRow { about, name: &area.name, code: &area.code, total: total(page, view, about) }
    };
    let mut rows: Vec<AreaRow<'a>> = view.report().neighbourhoods.iter().map(row).collect();
    let figure = |row: &AreaRow<'_>| match page.asked.sort.by {
        SortColumn::Share => row.total.map_or(-1.0, |of| of.share()),
        _ => row.total.map_or(-1.0, |of| of.unmet),
    };
    if page.asked.sort.by == SortColumn::Name {
        rows.sort_by(|a, b| a.name.cmp(b.name).then_with(|| a.code.cmp(b.code)));
    } else {
        rows.sort_by(|a, b| figure(b).total_cmp(&figure(a)).then_with(|| a.code.cmp(b.code)));
    }
    rows
}

fn sentence(page: &PageRequest, view: &QuarterView) -> String {
    let about = &view.report().neighbourhoods;
    let people: f64 = about.iter().filter_map(|n| n.population).sum();
    let people = if people > 0.0 { format!(" of {} people", format::count(people)) } else { String::new() };
    format!(
        "{}{people}: the share of referrals that is unmet, need by need, in the {}. Choose one for its profile, or tick some to compare them.",
        format::some(about.len(), "neighbourhood", "neighbourhoods"),
        format::span(page.asked.period)
    )
}

fn heat(page: &PageRequest, view: &QuarterView, rows: &[AreaRow<'_>]) -> Markup {
    let needs = page.snapshot.study().needs();
    html! {
        div.scroll.tall role="region" aria-label="Neighbourhoods" tabindex="0" {
            table.heat-table {
                caption { "Share of referrals unmet, " (page.asked.period.map_or("no referrals".to_owned(), format::period)) }
                thead { tr {
                    th scope="col" { "Neighbourhood" }
                    th scope="col" { span.hidden { "Compare" } }
                    th.number scope="col" { "Unmet in all" }
                    @for need in needs { th scope="col" { (need.label) } }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/areas/" (encode(row.code)) } { (row.name) } }
                    td.pick-one { label { input type="checkbox" name="areas" value=(row.code); span.hidden { "Compare " (row.name) } } }
                    td.number { @match row.total { Some(of) => (of.of_referrals()), None => (format::NO_DATA) } }
                    @for gap in view.gaps_of(row.about.area) { (heat_cell(&HeatCell::of(gap, page.asked.reading))) }
                } } }
            }
        }
    }
}
