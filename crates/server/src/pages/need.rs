//! `/needs/{need}`: one need, neighbourhood by neighbourhood: a ranking with ranges beside a map, or a table of every figure.

use super::chart::{Scale, dots, dots_axis};
use super::page_query::{NarrowView, SortColumn, TableSort};
use super::unmet_figure::{UnmetFigure, parted};
use super::{PageError, PageRequest, layout, parts};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::format;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};
use std::cmp::Ordering;

pub(super) const OFFERED: &[&str] =
    &["period", "geography", "reading", "measure", "sort", "view", "name", "page", "sel", "bb"];
const A_PAGE: usize = 50;

struct AreaLine<'a> {
    about: &'a Neighbourhood,
    gap: &'a Gap,
    name: &'a str,
    code: &'a str,
    unmet: Option<f64>,
    figure: Option<UnmetFigure>,
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let mut page = PageRequest::read(&request, &state, OFFERED).await?;
    let need =
        page.snapshot.study().need(&id).ok_or_else(|| ApiError::not_found(format!("need {:?}", *id)))?;
    page.asked = page.asked.clone().about(need);
    let label = &page.snapshot.study().needs()[need.get()].label;
    let before = html! {};
    let crumbs = html! { p.crumbs { a href="/needs" { "Needs" } " › " (label) } };
    let Some(view) = &page.view else {
        let body = html! { (crumbs) h1 { (label) } p { "There are no neighbourhoods yet. Import some: " code { "hereabouts import neighbourhoods FILE --store DIR" } } };
        return Ok(page.answer(label, &before, &layout::results(&page.asked, label, "", &body)));
    };
    let mut lines = lines(&page, view, need);
    sort(&mut lines, page.asked.sort);
    let shown: Vec<&AreaLine<'_>> = lines.iter().filter(|line| page.asked.is_named(line.name)).collect();
    let pages = shown.len().div_ceil(A_PAGE).max(1);
    let at = page.asked.page.min(pages);
    let of_page = shown.iter().copied().skip((at - 1) * A_PAGE).take(A_PAGE).collect::<Vec<_>>();
    let list = if page.asked.show == NarrowView::Table {
        table(&page, &of_page, need)
    } else {
        ranking(&page, &lines, &of_page)
    };
    let status = format!("{}, {label}", format::some(shown.len(), "neighbourhood", "neighbourhoods"));
    let body = html! {
        (crumbs)
        h1 { (label) }
        p.lede { (headline(&page, &lines)) }
        (parts::pickers(&page, "/needs"))
        (parts::lists(&page, view, Some(need)))
        (parts::mostly_low(&page, lines.iter().map(|line| line.gap)))
        (views(&page))
        div class=(if page.asked.show == NarrowView::Table { "whole" } else { "beside" }) {
            div.list { (list) (parts::pages(&page, at, pages, "neighbourhoods")) (not_shown(&lines)) (as_csv(&page, need)) }
            @if page.asked.show != NarrowView::Table { div.aside { (parts::map(&page, need)) (card(&page, &lines, label)) } }
        }
    };
    Ok(page.answer(label, &before, &layout::results(&page.asked, label, &status, &body)))
}

fn lines<'a>(page: &'a PageRequest, view: &'a QuarterView, need: NeedIdx) -> Vec<AreaLine<'a>> {
    let study = page.snapshot.study();
    let line = |about: &'a Neighbourhood| {
        let gap = view.gap(about.area, need)?;
        let area = &study.areas()[about.area.get()];
        let unmet = page.asked.reading.of(gap.unmet_listed, gap.unmet_likely);
        let figure = UnmetFigure::of(gap, page.asked.reading);
        Some(AreaLine { about, gap, name: &area.name, code: &area.code, unmet, figure })
    };
    view.report().neighbourhoods.iter().filter_map(line).collect()
}

/// Compared with one another, the most unmet first.
fn compared(lines: &[AreaLine<'_>]) -> Vec<UnmetFigure> {
    let of = lines.iter().filter(|line| line.gap.status == DemandStatus::Ok);
    let mut of: Vec<UnmetFigure> = of.filter_map(|line| line.figure).collect();
    of.sort_by(|a, b| b.unmet.total_cmp(&a.unmet));
    of
}

fn headline(page: &PageRequest, lines: &[AreaLine<'_>]) -> Markup {
    let span = format::span(page.asked.period);
    let Some(all) = UnmetFigure::total(lines.iter().filter_map(|line| line.figure)) else {
        return html! { "Nothing is known of referrals for it in this " (span) "." };
    };
    let parts = parted(&compared(lines));
    html! {
        (format::about(all.unmet)) " of " (format::about(all.referrals)) " referrals a " (span) " are unmet (" (all.range_in_words()) "). "
        @match parts.first() {
            None => {}
            Some(1) => { strong { "One area is surely the worst." } }
            Some(first) if *first == parts.iter().sum::<usize>() => { "Nobody can say which area is the worst: all their ranges meet." }
            Some(first) => { "For the first " strong { (first) } " areas nobody can say which is the worst." }
        }
    }
}

/// Ways to see it: on a narrow screen the list or the map.
fn views(page: &PageRequest) -> Markup {
    let to = |show: NarrowView| page.asked.with(&page.snapshot, |asked| asked.show = show);
    let of = [
        (NarrowView::List, "Ranking", ""),
        (NarrowView::Map, "Map", "narrow"),
        (NarrowView::Table, "All figures", ""),
    ];
    html! {
        nav.switch.views aria-label="Ways to see it" {
            @for (show, label, class) in of {
                a class=[(!class.is_empty()).then_some(class)] href=(to(show)) data-fragment data-key={ "view-" (show.id()) }
                    aria-current=[(page.asked.show == show).then_some("true")] { (label) }
            }
        }
    }
}

/// Dots with their ranges, parted where they can be told apart.
fn ranking(page: &PageRequest, all: &[AreaLine<'_>], lines: &[&AreaLine<'_>]) -> Markup {
    let most = all.iter().filter_map(|line| Some(line.figure?.range.1)).fold(0.0, f64::max);
    let scale = Scale::to(most);
    let parts = parted(&compared(all));
    // Where a part begins, among lines in their usual order.
    let begins: Vec<usize> = parts
        .iter()
        .scan(0, |at, count| {
            *at += count;
            Some(*at - count)
        })
        .collect();
    let in_order = page.asked.sort == TableSort::USUAL && page.asked.name.is_none();
    let first = (page.asked.page - 1) * A_PAGE;
    html! {
        table.ranking {
            caption { "Unmet referrals in the " (format::span(page.asked.period)) " with their range: where the true figure lies 19 times in 20." }
            thead { tr {
                th scope="col" { "Neighbourhood" }
                th.picture scope="col" { span.hidden { "Picture" } (dots_axis(scale, format::about)) }
                th.number scope="col" { "Unmet, of referrals" }
                th scope="col" { "Confidence" }
            } }
            tbody {
                @for (n, line) in lines.iter().enumerate() {
                    @let part = begins.iter().position(|at| in_order && *at == first + n && compared_at(all, *at));
                    @if let Some(words) = part.and_then(|part| part_in_words(&parts, part)) {
                        tr.part { th scope="colgroup" colspan="4" { (words) } }
                    }
                    (row(page, scale, line, part.is_some()))
                }
            }
        }
        p.chart-note { "An open dot is of fair or low confidence." }
    }
}

/// Whether the line there is one of those that are compared.
fn compared_at(lines: &[AreaLine<'_>], at: usize) -> bool {
    lines.get(at).is_some_and(|line| line.gap.status == DemandStatus::Ok && line.figure.is_some())
}

/// What stands above a part; nothing above one alone, but for the first.
fn part_in_words(parts: &[usize], part: usize) -> Option<String> {
    match (part, parts[part]) {
        (0, 1) => Some("Surely the worst".to_owned()),
        (_, 1) => None,
        (0, count) if parts.len() == 1 => Some(format!("All {count}: which comes first cannot be told")),
        (_, count) => Some(format!("{count} whose order cannot be told")),
    }
}

fn row(page: &PageRequest, scale: Scale, line: &AreaLine<'_>, begins: bool) -> Markup {
    let current = page.asked.selected.as_deref() == Some(line.code);
    html! {
        tr.apart[begins] data-row=(line.code) aria-current=[current.then_some("true")] {
            th scope="row" { a href={ "/areas/" (encode(line.code)) } data-report { (line.name) } }
            td.picture { @if let Some(figure) = line.figure { (dots(scale, figure.dot())) } }
            td.number {
                @match line.figure {
                    Some(figure) => { (format::unmet(line.gap, page.asked.reading)) " of " (format::referrals(line.gap)) br; span.small.muted { (figure.range_in_words()) } }
                    None if line.gap.referrals == Some(0.0) => { (format::NO_REFERRALS) }
                    None => { (format::unmet(line.gap, page.asked.reading)) }
                }
            }
            td { (parts::tag(line.gap)) }
        }
    }
}

/// The same figures as a file, all of them.
fn as_csv(page: &PageRequest, need: NeedIdx) -> Markup {
    let study = page.snapshot.study();
    let need = format!("need={}", encode(&study.needs()[need.get()].id));
    let period = page.asked.period.map(|period| format!("period={}", encode(&period.to_string())));
    let geography =
        page.asked.geography.map(|g| format!("geography={}", encode(&study.geographies()[g.get()].id)));
    let terms: Vec<String> = std::iter::once(need).chain(period).chain(geography).collect();
    html! {
        p.actions.no-print {
            a.button.quiet href={ "/ogc/collections/gaps/items?" (terms.join("&")) "&f=csv" } { "These figures as CSV" }
        }
    }
}

/// What is in no ranking, in words.
fn not_shown(lines: &[AreaLine<'_>]) -> Markup {
    let count = |status: DemandStatus| lines.iter().filter(|line| line.gap.status == status).count();
    let words = [
        (DemandStatus::NoData, "without data on referrals"),
        (DemandStatus::Silent, "with fewer referrals than expected, where need may go unseen"),
        (DemandStatus::Partial, "with months missing"),
        (DemandStatus::TooFew, "with too few referrals to compare"),
    ];
    let said: Vec<String> = words
        .into_iter()
        .map(|(status, words)| (count(status), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    html! { @if !said.is_empty() { p.chart-note { "Not ranked: " (said.join("; ")) "." } } }
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
            a href={ "/areas/" (chosen.map_or(String::new(), |l| encode(l.code).into_owned())) } { "Its profile" }
        }
    }
}

fn table(page: &PageRequest, lines: &[&AreaLine<'_>], need: NeedIdx) -> Markup {
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
        div.scroll.tall role="region" aria-label="Neighbourhoods" tabindex="0" {
            table.every {
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
