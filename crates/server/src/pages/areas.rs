//! `/areas`: neighbourhoods compared, as a table and a map of the same rows.

use super::page_query::{SortColumn, TableSort};
use super::{PageError, PageRequest, layout, parts};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::format;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};
use std::cmp::Ordering;

const OFFERED: &[&str] = &["need", "period", "geography", "reading", "measure", "sort", "view", "sel", "bb"];

struct AreaLine<'a> {
    about: &'a Neighbourhood,
    gap: &'a Gap,
    name: &'a str,
    code: &'a str,
    unmet: Option<f64>,
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, OFFERED).await?;
    let study = page.snapshot.study();
    let before = html! { h1 { "Neighbourhoods compared" } (parts::pickers(&page, "/areas", false)) };
    let need = page.asked.need.or_else(|| study.need_indices().next());
    let (Some(view), Some(need)) = (&page.view, need) else {
        let body = html! { p { "There are no neighbourhoods yet. Import some: " code { "hereabouts import neighbourhoods FILE --store DIR" } } };
        return Ok(page.answer(
            "Neighbourhoods",
            &before,
            &layout::results(&page.asked, "Neighbourhoods", "", &body),
        ));
    };
    let mut lines: Vec<AreaLine<'_>> = view
        .report()
        .neighbourhoods
        .iter()
        .filter_map(|about| {
            let gap = view.gap(about.area, need)?;
            let area = &study.areas()[about.area.get()];
            let unmet = page.asked.reading.of(gap.unmet_listed, gap.unmet_likely);
            Some(AreaLine { about, gap, name: &area.name, code: &area.code, unmet })
        })
        .collect();
    sort(&mut lines, page.asked.sort);
    let label = &study.needs()[need.get()].label;
    let title = format!("{label}, neighbourhoods");
    let status = format!("{} neighbourhoods, {label}", lines.len());
    let body = html! {
        (headline(&page, &lines, label))
        (parts::lists(&page, view, Some(need)))
        (parts::mostly_low(&page, lines.iter().map(|line| line.gap)))
        (parts::switch(&page))
        (card(&page, &lines, label))
        div.beside {
            div.list { (table(&page, &lines, need)) }
            (parts::map(&page, need))
        }
    };
    Ok(page.answer(&title, &before, &layout::results(&page.asked, &title, &status, &body)))
}

fn headline(page: &PageRequest, lines: &[AreaLine<'_>], label: &str) -> Markup {
    let span = format::span(page.asked.period);
    let (asked, unmet): (f64, f64) = lines
        .iter()
        .filter_map(|l| l.gap.referrals.zip(l.unmet))
        .fold((0.0, 0.0), |(a, u), (referrals, unmet)| (a + referrals, u + unmet));
    html! {
        p.headline {
            strong { (label) ": " }
            @if asked > 0.0 { (format::count(unmet)) " of " (format::count(asked)) " referrals in the " (span) " are unmet (" (format::percent(unmet / asked)) ")." }
            @else { "no referrals in the " (span) "." }
        }
    }
}

fn card(page: &PageRequest, lines: &[AreaLine<'_>], need: &str) -> Markup {
    let chosen = page.asked.selected.as_deref().and_then(|code| lines.iter().find(|l| l.code == code));
    html! {
        div #selected .card hidden[chosen.is_none()] {
            p data-words {
                @if let Some(line) = chosen {
                    (line.name) ": "
                    @match line.gap.referrals.zip(line.unmet) {
                        Some(_) => { (format::unmet(line.gap, page.asked.reading)) " of " (format::referrals(line.gap)) " referrals unmet" }
                        None if line.gap.status == DemandStatus::NoList => { (format::referrals_in_words(line.gap)) "; " (format::no_list_reaches(need)) }
                        None if line.gap.referrals_low.is_some_and(|n| n > 0.0) => { (format::referrals(line.gap)) " referrals" }
                        None => { (format::NO_DATA) }
                    }
                }
            }
            a href={ "/areas/" (chosen.map_or("", |l| l.code)) } { "Report on this neighbourhood" }
        }
    }
}

fn table(page: &PageRequest, lines: &[AreaLine<'_>], need: NeedIdx) -> Markup {
    let (snapshot, asked) = (&page.snapshot, &page.asked);
    let columns = [
        (SortColumn::Name, "Neighbourhood", false),
        (SortColumn::Referrals, "Referrals", true),
        (SortColumn::Unmet, "Unmet", true),
        (SortColumn::Share, "Share unmet", true),
        (SortColumn::Reach, "People with one in reach", true),
        (SortColumn::Nearest, "Minutes to the nearest", true),
        (SortColumn::People, "People", true),
        (SortColumn::Decile, "Deprivation decile (1 most)", true),
        (SortColumn::Sure, "Confidence", false),
    ];
    html! {
        div.scroll role="region" aria-label="Neighbourhoods" tabindex="0" {
            table {
                caption { (snapshot.study().needs()[need.get()].label) ", " (asked.period.map_or("no referrals".to_owned(), format::period)) ". Choose a heading to sort, a row to find it on the map." }
                thead { tr {
                    @for (column, label, number) in columns {
                        @let here = asked.sort.by == column;
                        @let rising = if here { !asked.sort.rising } else { column == SortColumn::Name };
                        th scope="col" class=[number.then_some("number")]
                            aria-sort=[here.then_some(if asked.sort.rising { "ascending" } else { "descending" })] {
                            a href=(asked.with(snapshot, |a| a.sort = TableSort { by: column, rising })) data-fragment
                                data-key={ "sort-" (column.id()) } class=[here.then_some(if asked.sort.rising { "sorted up" } else { "sorted" })] { (label) }
                        }
                    }
                } }
                tbody {
                    @for line in lines {
                        @let current = asked.selected.as_deref() == Some(line.code);
                        tr data-row=(line.code) aria-current=[current.then_some("true")] {
                            th scope="row" {
                                a href={ "/areas/" (encode(line.code)) } data-report { (line.name) }
                            }
                            td.number { (format::referrals(line.gap)) }
                            td.number { (format::unmet(line.gap, asked.reading)) }
                            td.number { (share_in_words(line)) }
                            td.number { (parts::coverage(line.gap)) }
                            td.number { (format::or_no_data(line.gap.nearest_minutes, format::minutes)) }
                            td.number { (format::or_no_data(line.about.population, format::count)) }
                            td.number { @match line.about.decile { Some(d) => (d), None => (format::NO_DATA) } }
                            td { (parts::tag(line.gap)) }
                        }
                    }
                }
            }
        }
    }
}

/// The share that is unmet; of few with what it may be.
fn share_in_words(line: &AreaLine<'_>) -> String {
    let share = format::share_unmet(line.gap, line.unmet);
    match format::interval(line.gap) {
        Some(interval) if line.gap.status == DemandStatus::TooFew && share != format::NO_REFERRALS => {
            interval
        }
        _ => share,
    }
}

fn share(line: &AreaLine<'_>) -> Option<f64> {
    line.unmet.zip(line.gap.referrals).filter(|(_, r)| *r > 0.0).map(|(unmet, referrals)| unmet / referrals)
}

/// Sorted by a column; rows without a figure last, ties by code.
fn sort(lines: &mut [AreaLine<'_>], sort: TableSort) {
    let figure = |l: &AreaLine<'_>| match sort.by {
        SortColumn::Name => None,
        SortColumn::People => l.about.population,
        SortColumn::Decile => l.about.decile.map(f64::from),
        SortColumn::Referrals => l.gap.referrals,
        SortColumn::Unmet => l.unmet,
        SortColumn::Share => share(l),
        SortColumn::Nearest => l.gap.nearest_minutes,
        SortColumn::Reach => l.gap.coverage_share,
        SortColumn::Sure => Some(f64::from(l.gap.grounds.confidence() as u8)),
    };
    lines.sort_by(|a, b| {
        let by = match (figure(a), figure(b)) {
            _ if sort.by == SortColumn::Name && sort.rising => a.name.cmp(b.name),
            _ if sort.by == SortColumn::Name => b.name.cmp(a.name),
            (Some(x), Some(y)) if sort.rising => x.total_cmp(&y),
            (Some(x), Some(y)) => y.total_cmp(&x),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by.then_with(|| a.code.cmp(b.code))
    });
}
