//! `/`: what this place is, where to go from here, and what stands out.

use super::unmet_figure::{UnmetFigure, parted};
use super::{PageError, PageRequest, area_names, layout, need, needs, parts, search_box};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::format;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, &[]).await?;
    let name = state.title.clone().unwrap_or_else(|| place_name(&page));
    let need =
        page.view.as_deref().and_then(|view| needs::in_order(&page, view).first().map(|(need, _)| *need));
    let before = html! {};
    let body = html! {
        div.grid.two {
            div {
                p.crumbs { (about_line(&page, &name)) }
                h1 { "What is here, what is missing, and how sure that is" }
                p.lede { (rests_on(&page)) }
                (search_box::box_of("start", ""))
                ul.doors {
                    li { a href="/find" { strong { "Find help →" } "Something near a person that still runs" } }
                    li { a href="/areas" { strong { "Understand an area →" } "Needs, what is in reach, what is not" } }
                    li { a href="/fund" { strong { "Decide funding →" } "What the next pounds would bring, and how sure that is" } }
                }
                @if let Some(view) = &page.view { (findings(&page, view)) }
            }
            @if let Some(need) = need {
                div {
                    h2.map-title { a href=(needs::page_of(&page, need, need::OFFERED)) { (page.snapshot.study().needs()[need.get()].label) } ": share of referrals unmet" }
                    (parts::small_map(&page, need))
                }
            }
        }
        @if page.view.is_none() {
            p { "There are no neighbourhoods yet. Import some: " code { "hereabouts import neighbourhoods FILE --store DIR" } }
        }
        @if let Some(view) = &page.view { (parts::mostly_low(&page, &view.report().gaps)) }
        p.muted { "“No record” is not “no activity”: what no list holds is missing from every figure." }
    };
    Ok(page.answer(&name, &before, &layout::results(&page.asked, &name, "", &body)))
}

/// What the place is called where nobody says: what the names of its neighbourhoods have in common.
fn place_name(page: &PageRequest) -> String {
    let study = page.snapshot.study();
    let Some(geography) = page.snapshot.default_geography() else { return "Home".to_owned() };
    let names =
        study.areas_of(geography).filter(|(_, area)| area.reporting).map(|(_, area)| area.name.as_str());
    let common = area_names::common_words(names);
    if common.is_empty() { "Home".to_owned() } else { common }
}

fn about_line(page: &PageRequest, name: &str) -> String {
    let named = (name != "Home").then(|| name.to_owned());
    let period = page.asked.period.map(|period| format!("referrals {}", format::period(period)));
    let listed = format!("listings as of {}", format::day(page.snapshot.as_of()));
    named.into_iter().chain(period).chain([listed]).collect::<Vec<_>>().join(" · ")
}

/// How many people, listings and referrals there are; and of how many people something is not known, where it is not.
fn rests_on(page: &PageRequest) -> String {
    let listings = format::some(page.snapshot.study().assets().len(), "place and group", "places and groups");
    let Some(view) = &page.view else { return format!("{listings}.") };
    let about = &view.report().neighbourhoods;
    let people: f64 = about.iter().filter_map(|n| n.population).sum();
    let referrals: f64 = about.iter().filter_map(|n| n.referrals).sum();
    let people_in_words =
        if people > 0.0 { format!("{} people in ", format::count(people)) } else { String::new() };
    let span = format::span(page.asked.period);
    let referrals = if referrals > 0.0 {
        format!(", {} referrals a {span}", format::count(referrals))
    } else {
        String::new()
    };
    let share = |of: fn(&Neighbourhood) -> f64| {
        let weighed: f64 = about.iter().map(|n| n.population.unwrap_or(0.0) * of(n)).sum();
        if people > 0.0 { weighed / people } else { 0.0 }
    };
    let not_known = [
        (share(|n| n.no_data_share), "nobody has told what they are referred for"),
        (share(|n| n.silent_share), "fewer referrals are made than expected"),
        (share(|n| n.partial_share), "months are missing"),
        (share(|n| n.no_list_share), "no list tells what there is, mean of all needs"),
    ];
    // What rounds to nothing says nothing.
    let said: Vec<String> = not_known
        .into_iter()
        .filter(|(share, _)| *share >= 0.005)
        .map(|(share, words)| format!("for {} {words}", format::percent(share)))
        .collect();
    let not_known =
        if said.is_empty() { String::new() } else { format!(" Of the people, {}.", said.join("; ")) };
    let areas = format::some(about.len(), "neighbourhood", "neighbourhoods");
    format!("{people_in_words}{areas}, {listings}{referrals}.{not_known}")
}

/// Three things that stand out, each with how sure it is.
fn findings(page: &PageRequest, view: &QuarterView) -> Markup {
    let all: Vec<Markup> = [
        largest_gap(page, view),
        largest_need(page, view),
        unseen(page, view).or_else(|| short_of_listings(page, view)),
    ]
    .into_iter()
    .flatten()
    .collect();
    html! {
        @if !all.is_empty() {
            section.panel.wash {
                h2 { @match all.len() { 1 => "What stands out", 2 => "Two things that stand out", _ => "Three things that stand out" } }
                ol.findings { @for finding in &all { li { (finding) } } }
            }
        }
    }
}

fn area(page: &PageRequest, about: hereabouts_core::idx::AreaIdx) -> Markup {
    let area = &page.snapshot.study().areas()[about.get()];
    html! { a href={ "/areas/" (encode(&area.code)) } { strong { (area.name) } } }
}

/// The gap with the most unmet referrals, of those that can best be leant on.
fn largest_gap(page: &PageRequest, view: &QuarterView) -> Option<Markup> {
    let comparable = |gap: &&Gap| gap.status == DemandStatus::Ok && !view.has_few_listings(gap.need);
    let worst: Vec<&Gap> = view.worst(None, page.asked.reading).into_iter().filter(comparable).collect();
    let surest = worst.iter().map(|gap| gap.grounds.confidence()).max()?;
    let gap = worst.into_iter().find(|gap| gap.grounds.confidence() == surest)?;
    let figure = UnmetFigure::of(gap, page.asked.reading).filter(|figure| figure.unmet > 0.0)?;
    let need = format::in_sentence(&page.snapshot.study().needs()[gap.need.get()].label);
    Some(html! {
        "In " (area(page, gap.area)) " " (format::about(figure.unmet)) " of " (format::about(figure.referrals)) " referrals for " (need)
        " go unmet (" (figure.range_in_words()) "). " (parts::tag(gap))
    })
}

/// The need with the most unmet referrals, and whether one area is the worst.
fn largest_need(page: &PageRequest, view: &QuarterView) -> Option<Markup> {
    let (need, total) =
        needs::in_order(page, view).into_iter().find_map(|(need, total)| Some((need, total?)))?;
    let mut figures = figures(page, view, need);
    figures.sort_by(|a, b| b.unmet.total_cmp(&a.unmet));
    let first = parted(&figures).first().copied().unwrap_or(0);
    Some(html! {
        a href=(needs::page_of(page, need, need::OFFERED)) { strong { (page.snapshot.study().needs()[need.get()].label) } }
        " falls short the most: " (format::about(total.unmet)) " of " (format::about(total.referrals)) " referrals"
        @match first {
            0 => ".",
            1 => "; one area is surely the worst.",
            count => { "; which of " (count) " areas is the worst cannot be told." }
        }
    })
}

fn figures(page: &PageRequest, view: &QuarterView, need: NeedIdx) -> Vec<UnmetFigure> {
    let about = view.report().neighbourhoods.iter();
    let gaps = about.filter_map(|n| view.gap(n.area, need)).filter(|gap| gap.status == DemandStatus::Ok);
    gaps.filter_map(|gap| UnmetFigure::of(gap, page.asked.reading)).collect()
}

/// Where need may go unseen: the neighbourhood that falls the farthest short of what areas like it refer.
fn unseen(page: &PageRequest, view: &QuarterView) -> Option<Markup> {
    let share = |n: &Neighbourhood| Some(n.observed? / n.expected.filter(|e| *e > 0.0)?);
    let silent = view.report().neighbourhoods.iter().filter(|n| n.status == DemandStatus::Silent);
    let (share, about) = silent.filter_map(|n| Some((share(n)?, n))).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(html! {
        (area(page, about.area)) " makes " (format::percent(share)) " of the referrals that areas like it make: need may be there unseen. "
        span.tag.warn { "not ranked" }
    })
}

/// A need that hardly any listing answers: its gaps are gaps in lists first.
fn short_of_listings(page: &PageRequest, view: &QuarterView) -> Option<Markup> {
    let needs = page.snapshot.study().needs();
    let few = page.snapshot.study().need_indices().filter(|need| view.has_few_listings(*need));
    let need = few.min_by_key(|need| view.report().listings[need.get()].count)?;
    let listed = view.report().listings[need.get()].count;
    Some(html! {
        a href=(needs::page_of(page, need, need::OFFERED)) { strong { (needs[need.get()].label) } }
        " has " (format::some(listed, "listing", "listings")) " in all: its gaps may be gaps in lists. "
        span.tag.warn { "few listings" }
    })
}
