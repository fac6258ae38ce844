//! Parts that several pages share: pickers, the map with its legend.

use super::map_scale::{MapClass, MapMeasure};
use super::page_query::{NarrowView, TableSort};
use super::svg_map::{self, AreaMap, DrawnArea};
use super::{PageRequest, area_names, outline};
use geo::MultiPolygon;
use hereabouts_core::confidence::{Confidence, ConfidenceSummary};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::period::Period;
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::view::{QuarterView, Scenario};
use hereabouts_engine::wire::encode;
use hereabouts_engine::{confidence_words, format};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Pickers of need, period, geography and reading; a form that works by itself, and stands here as it does on the page. The need
/// leads to its own page; the rest stays.
pub(super) fn pickers(page: &PageRequest, path: &str) -> Markup {
    let (study, asked) = (page.snapshot.study(), &page.asked);
    html! {
        form.pick.no-print action=(path) method="get" data-fragment {
            div.field {
                label for="need" { "Need" }
                // The address has it in its path: what is shown here follows the page and not the query.
                select #need name="need" data-default="" data-keep {
                    option value="" selected[asked.need.is_none()] { "All needs" }
                    @for k in study.need_indices() {
                        @let need = &study.needs()[k.get()];
                        option value=(need.id) selected[asked.need == Some(k)] { (need.label) }
                    }
                }
            }
            @if asked.need.is_some() { (name_picker(page)) }
            (folded(page, &html! {
                (view_pickers(page))
                @if asked.need.is_some() {
                    (either("Map", "measure", MapMeasure::Share.id(), &MapMeasure::ALL.map(|measure| {
                        let words = match measure {
                            MapMeasure::Share => "share unmet",
                            MapMeasure::Count => "number unmet",
                        };
                        (measure.id(), asked.measure == measure, words)
                    })))
                }
            }))
            @if let Some(code) = &asked.selected { input type="hidden" name="sel" value=(code); }
            @if asked.sort != TableSort::USUAL { input type="hidden" name="sort" value=(asked.sort.write()); }
            @if asked.show != NarrowView::List { input type="hidden" name="view" value=(asked.show.id()); }
            button.button type="submit" { "Show" }
        }
    }
}

/// What is seldom changed, behind a line that says how it is set.
pub(super) fn folded(page: &PageRequest, fields: &Markup) -> Markup {
    let period = page.asked.period.map(format::period);
    let listings = match page.asked.reading {
        Scenario::Listed => "listings as listed",
        Scenario::Likely => "listings likely still running",
    };
    let set: Vec<String> = period.into_iter().chain([listings.to_owned()]).collect();
    html! {
        details.more { summary { (set.join(" · ")) } div.fields { (fields) } }
    }
}

/// Period, geography and reading.
pub(super) fn view_pickers(page: &PageRequest) -> Markup {
    let (study, asked) = (page.snapshot.study(), &page.asked);
    let usual = page.snapshot.default_geography().map(|g| study.geographies()[g.get()].id.as_str());
    html! {
        (period_picker(page))
        @if study.geographies().len() > 1 {
            div.field {
                label for="geography" { "Areas" }
                select #geography name="geography" data-default=(usual.unwrap_or_default()) {
                    @for g in study.geography_indices() {
                        @let geography = &study.geographies()[g.get()];
                        option value=(geography.id) selected[asked.geography == Some(g)] { (geography.label) }
                    }
                }
            }
        }
        (either("Listings", "reading", Scenario::default().as_str(), &Scenario::ALL.map(|reading| {
            let words = match reading {
                Scenario::Listed => "as listed",
                Scenario::Likely => "likely still running",
            };
            (reading.as_str(), asked.reading == reading, words)
        })))
    }
}

/// Only neighbourhoods of a name.
pub(super) fn name_picker(page: &PageRequest) -> Markup {
    html! {
        div.field {
            label for="name" { "Name has" }
            input #name name="name" type="search" value=[page.asked.name.as_deref()] maxlength="100" autocomplete="off" data-default="";
        }
    }
}

/// Pages of a long list.
pub(super) fn pages(page: &PageRequest, at: usize, of: usize, what: &str) -> Markup {
    let to = |at: usize| page.asked.with(&page.snapshot, |asked| asked.page = at);
    html! {
        @if of > 1 {
            nav.pages aria-label={ "Pages of " (what) } {
                @if at > 1 { a href=(to(at - 1)) data-fragment data-key="before" { "Before" } }
                span { "Page " (at) " of " (of) }
                @if at < of { a href=(to(at + 1)) data-fragment data-key="next" { "Next" } }
            }
        }
    }
}

/// The picker of a period; none without referrals.
fn period_picker(page: &PageRequest) -> Markup {
    let usual = page.snapshot.default_period().map(|period| period.to_string()).unwrap_or_default();
    html! {
        @if !page.snapshot.study().quarters().is_empty() {
            div.field {
                label for="period" { "Period" }
                select #period name="period" data-default=(usual) {
                    @for period in periods(page) {
                        option value=(period) selected[page.asked.period == Some(period)] { (format::period(period)) }
                    }
                }
            }
        }
    }
}

/// Periods that a page offers: the latest year, the one that is looked at, and each quarter, the latest first.
fn periods(page: &PageRequest) -> Vec<Period> {
    let (study, as_of) = (page.snapshot.study(), page.snapshot.as_of());
    let quarters = study.quarters().iter().rev().copied().map(Period::of);
    let mut periods: Vec<Period> = Vec::new();
    for period in study.latest_year(as_of).into_iter().chain(page.asked.period).chain(quarters) {
        if !periods.contains(&period) {
            periods.push(period);
        }
    }
    periods
}

/// One of few, all in sight: each with its value, whether it is set, and its words.
fn either(legend: &str, name: &str, usual: &str, all: &[(&str, bool, &str)]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            div.either {
                @for (value, set, words) in all {
                    label {
                        input type="radio" name=(name) value=(value) checked[*set] data-default=(usual);
                        (words)
                    }
                }
            }
        }
    }
}

/// List or map, on narrow screens, of a page that writes its addresses itself: it stays in sight with how many were found.
pub(super) fn switch_between(page: &PageRequest, found: &str, to: impl Fn(&str) -> String) -> Markup {
    html! {
        nav.switch aria-label="List or map" {
            span.count { (found) }
            @for (show, label) in [(NarrowView::List, "List"), (NarrowView::Map, "Map")] {
                a href=(to(show.id())) data-fragment data-key={ "view-" (show.id()) }
                    aria-current=[(page.asked.show == show).then_some("true")] { (label) }
            }
        }
    }
}

/// How sure a gap is, as the table and the map show it.
pub(super) fn tag(gap: &Gap) -> Markup {
    let confidence = gap.grounds.confidence();
    html! {
        @match gap.status {
            DemandStatus::NoData => span.tag.warn { "no data" },
            DemandStatus::NoList => span.tag.warn { (format::NO_LIST) },
            DemandStatus::Silent => span.tag.warn { "fewer referrals than expected" },
            DemandStatus::Partial => span.tag.warn { "months missing" },
            DemandStatus::TooFew if gap.referrals == Some(0.0) => span.tag { (format::NO_REFERRALS) },
            DemandStatus::TooFew => span.tag.warn { "too few to compare" },
            DemandStatus::Ok if confidence == Confidence::Low => span.tag.warn { "low confidence" },
            DemandStatus::Ok => span.tag { (confidence.as_str()) },
        }
    }
}

/// What stands above a ranking: needs that hardly any listing answers, and where no list tells of it.
pub(super) fn lists(page: &PageRequest, view: &QuarterView, need: Option<NeedIdx>) -> Markup {
    let needs = page.snapshot.study().needs();
    let report = view.report();
    let without = |only: Option<NeedIdx>| {
        let of = report
            .gaps
            .iter()
            .filter(|g| g.status == DemandStatus::NoList && only.is_none_or(|n| n == g.need));
        of.map(|g| g.area).collect::<BTreeSet<_>>().len()
    };
    let few = |k: &NeedIdx| view.has_few_listings(*k);
    let places = |count: usize| format::some(count, "neighbourhood", "neighbourhoods");
    html! {
        @match need {
            Some(need) => {
                @if let Some(words) = report.listings.get(need.get()).and_then(|l| format::few_listings(*l)) {
                    p.lists { strong { (words) } }
                }
                @if without(Some(need)) > 0 {
                    p.lists { "Not ranked: " (places(without(Some(need)))) " where " (format::no_list_reaches_there(&needs[need.get()].label)) "." }
                }
            }
            None => {
                @let short: Vec<String> = page.snapshot.study().need_indices().filter(few)
                    .map(|k| format!("{} ({})", needs[k.get()].label, report.listings[k.get()].count)).collect();
                @if !short.is_empty() {
                    p.lists { "Hardly any listings answer " (short.join(", ")) ": gaps of these stand last, to be read as gaps in lists first." }
                }
                @if without(None) > 0 {
                    p.lists { "Not ranked: needs of which no list tells in " (places(without(None))) "." }
                }
            }
        }
    }
}

/// Share of people with something in reach, or why it is not said.
pub(super) fn coverage(gap: &Gap) -> String {
    let unsaid = gap.coverage_share.is_none() && gap.supply_known_share.is_some_and(|share| share < 1.0);
    if unsaid { format::NO_LIST.to_owned() } else { format::or_no_data(gap.coverage_share, format::percent) }
}

/// That most figures can hardly be leant on, where it is so, with what would change that most.
pub(super) fn mostly_low<'g>(page: &PageRequest, gaps: impl IntoIterator<Item = &'g Gap>) -> Markup {
    let summary = ConfidenceSummary::of(gaps.into_iter().map(|gap| gap.grounds));
    let words = confidence_words::mostly_low(&summary, page.asked.period);
    html! { @if let Some(words) = words { p.notice { (words) } } }
}

/// How much of a map is sent.
#[derive(Clone, Copy)]
struct MapDetail {
    /// Units of the drawing below which corners go.
    units: f64,
    /// Whether a moving map is made of it.
    live: bool,
}

const LIVE: MapDetail = MapDetail { units: 1.0, live: true };
const STILL: MapDetail = MapDetail { units: 11.0, live: false };

/// The map of one need with its legend; the table beside it holds the same rows.
pub(super) fn map(page: &PageRequest, need: NeedIdx) -> Markup {
    let Some(view) = &page.view else { return html! {} };
    let geography = &page.snapshot.study().geographies()[view.geography().get()].id;
    let href = |code: &str| page.asked.with(&page.snapshot, |a| a.selected = Some(code.to_owned()));
    with_areas(page, need, LIVE, href, |drawn| {
        html! {
            // The map has streets below its names where there are any.
            figure.map data-map={ "/map/" (encode(geography)) ".json" }
                data-streets[!page.snapshot.network().edges().is_empty()] {
                (drawing(page, need, drawn, LIVE.live))
                figcaption.legend { (legend(page, drawn)) }
            }
        }
    })
}

/// The same as a picture alone, in which an area leads to its profile.
pub(super) fn small_map(page: &PageRequest, need: NeedIdx) -> Markup {
    with_areas(
        page,
        need,
        STILL,
        |code| format!("/areas/{}", encode(code)),
        |drawn| {
            let classes: BTreeSet<MapClass> = drawn.iter().map(|d| d.class).collect();
            html! {
                figure.map {
                    (drawing(page, need, drawn, STILL.live))
                    figcaption { ul.heat-keys { @for class in classes {
                        li { span class={ "key key-" (class.id()) } aria-hidden="true" {} (page.asked.measure.range(class)) }
                    } } }
                }
            }
        },
    )
}

/// Makes something of the areas as a map of one need draws them, as much of them as is wanted.
fn with_areas(
    page: &PageRequest,
    need: NeedIdx,
    detail: MapDetail,
    href: impl Fn(&str) -> String,
    make: impl Fn(&[DrawnArea<'_>]) -> Markup,
) -> Markup {
    let (Some(view), study) = (&page.view, page.snapshot.study()) else { return html! {} };
    let (asked, label) = (&page.asked, &study.needs()[need.get()].label);
    let about = &view.report().neighbourhoods;
    let shapes: Vec<&MultiPolygon<f64>> =
        about.iter().map(|n| &study.areas()[n.area.get()].boundary).collect();
    let tolerance =
        svg_map::extent(shapes.iter().copied()).map_or(0.0, |extent| detail.units * svg_map::unit(extent));
    let simple = outline::simplify(&shapes, tolerance);
    let names: Vec<&str> = about.iter().map(|n| study.areas()[n.area.get()].name.as_str()).collect();
    let names = area_names::short_names(&names);
    let drawn: Vec<DrawnArea<'_>> = about
        .iter()
        .zip(simple.iter().zip(names))
        .filter_map(|(n, (shape, name))| {
            let gap = view.gap(n.area, need)?;
            let area = &study.areas()[n.area.get()];
            let unmet = asked.reading.of(gap.unmet_listed, gap.unmet_likely);
            Some(DrawnArea {
                code: &area.code,
                name,
                words: if detail.live {
                    sentence(&area.name, gap, label, asked.reading)
                } else {
                    area.name.clone()
                },
                href: href(&area.code),
                class: asked.measure.class(gap.status, gap.referrals, unmet),
                hatched: gap.status == DemandStatus::Silent
                    || (gap.status == DemandStatus::Ok && gap.grounds.confidence() == Confidence::Low),
                shape,
            })
        })
        .collect();
    make(&drawn)
}

fn drawing(page: &PageRequest, need: NeedIdx, drawn: &[DrawnArea<'_>], live: bool) -> Markup {
    let label = &page.snapshot.study().needs()[need.get()].label;
    let title = format!("{label}: {}", page.asked.measure.label());
    let selected = page.asked.selected.as_deref();
    html! { div.map-box { (svg_map::svg(&AreaMap { title: &title, areas: drawn, selected, extent: None, live })) } }
}

fn legend(page: &PageRequest, drawn: &[DrawnArea<'_>]) -> Markup {
    let asked = &page.asked;
    let chosen = drawn.iter().find(|d| Some(d.code) == asked.selected.as_deref());
    let count = |class: MapClass| drawn.iter().filter(|d| d.class == class).count();
    let hatched = drawn.iter().filter(|d| d.hatched).count();
    html! {
        p { (asked.measure.label()) ", " @match asked.reading { Scenario::Listed => "as listed", Scenario::Likely => "likely still running" } }
        ul {
            @for class in MapClass::ALL.into_iter().filter(|class| matches!(class, MapClass::Step(_)) || count(*class) > 0) {
                li data-class=(class.id()) data-selected[chosen.is_some_and(|d| d.class == class)] {
                    span class={ "key key-" (class.id()) } aria-hidden="true" {}
                    (asked.measure.range(class))
                    span.count { (count(class)) }
                }
            }
            @if hatched > 0 {
                li data-class="hatched" {
                    span.key.key-hatched aria-hidden="true" {}
                    "Low confidence, or fewer referrals than expected"
                    span.count { (hatched) }
                }
            }
        }
    }
}

/// What the map says of an area.
fn sentence(name: &str, gap: &Gap, need: &str, reading: Scenario) -> String {
    match (gap.status, gap.referrals, reading.of(gap.unmet_listed, gap.unmet_likely)) {
        (DemandStatus::NoList, ..) => {
            format!("{name}: {}; {}", format::referrals_in_words(gap), format::no_list_reaches(need))
        }
        (DemandStatus::Partial, ..) => format!("{name}: {} referrals", format::referrals(gap)),
        (DemandStatus::NoData, ..) | (_, None, _) | (_, _, None) => format!("{name}: no data"),
        (_, Some(referrals), _) if referrals <= 0.0 => format!("{name}: no referrals"),
        (status, Some(referrals), Some(unmet)) => {
            let doubt = match status {
                DemandStatus::Silent => "; fewer referrals than expected".to_owned(),
                DemandStatus::TooFew => "; too few to compare".to_owned(),
                _ => {
                    let share = format::percent(unmet / referrals);
                    format!(" ({share}); confidence {}", gap.grounds.confidence().as_str())
                }
            };
            let (unmet, referrals) = (format::unmet(gap, reading), format::referrals(gap));
            format!("{name}: {unmet} of {referrals} referrals unmet{doubt}")
        }
    }
}
