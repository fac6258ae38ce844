//! `/areas/{code}`: the report on one neighbourhood.

use super::svg_map::{self, AreaMap, DrawnArea};
use super::{PageError, PageRequest, gaps, layout, outline, parts};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::confidence::{Confidence, ConfidenceSummary, Ground};
use hereabouts_core::known::KnownCount;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_core::travel::TravelBasis;
use hereabouts_engine::view::Scenario;
use hereabouts_engine::wire::encode;
use hereabouts_engine::{confidence_words, format};
use maud::{Markup, html};

const OFFERED: &[&str] = &["period", "geography", "reading"];

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    code: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let mut page = PageRequest::read(&request, &state, OFFERED).await?;
    let code = code.into_inner();
    // A code alone says its geography: the one asked for if that knows it, else the first that does.
    let known = |view: &hereabouts_engine::view::QuarterView| {
        view.neighbourhood(page.snapshot.study(), &code).is_some()
    };
    if !page.view.as_deref().is_some_and(known) {
        let study = page.snapshot.study();
        let owner = study
            .geography_indices()
            .find(|&g| study.areas_of(g).any(|(_, a)| a.code == code && a.reporting));
        let geography = owner.ok_or_else(|| ApiError::not_found(format!("neighbourhood {code:?}")))?;
        let (snapshot, period) = (page.snapshot.clone(), page.asked.period);
        page.view =
            Some(web::block(move || snapshot.view(period, geography)).await.map_err(|_| ApiError::Internal)?);
    }
    let study = page.snapshot.study();
    let found = page.view.as_ref().and_then(|v| Some((v, v.neighbourhood(study, &code)?)));
    let (view, about) = found.ok_or_else(|| ApiError::not_found(format!("neighbourhood {code:?}")))?;
    let area = &study.areas()[about.area.get()];
    let gaps = view.gaps_of(about.area);
    let before = html! { p { a href="/areas" { "All neighbourhoods" } } h1 { (area.name) } };
    let body = html! {
        div.area-head {
            div { p.headline { (headline(&page, about, gaps)) } (facts(&page, about)) }
            (small_map(&page, &area.code))
        }
        (sure(&page, about, gaps))
        h2 { "Need by need" }
        (table(&page, gaps))
        @let untold: Vec<String> = gaps.iter().filter(|g| g.status == DemandStatus::NoList)
            .map(|g| format::in_sentence(&study.needs()[g.need.get()].label)).collect();
        @if !untold.is_empty() {
            p { "No list that tells of " (untold.join(", ")) " reaches here: what there is for that is not known, so it is neither a gap nor none." }
        }
        h2 { "What is missing" }
        ul { @for gap in worst(&page, gaps) {
            @let need = &study.needs()[gap.need.get()];
            li { strong { (need.label) ". " } (gaps::why(gap, need)) }
        } }
        p.actions.no-print {
            a.button.quiet href={ "/ogc/collections/gaps/items?area_code=" (encode(&area.code)) (page.asked.period.map_or(String::new(), |p| format!("&period={}", encode(&p.to_string())))) "&f=csv" } { "These figures as CSV" }
        }
    };
    Ok(page.answer(&area.name, &before, &layout::results(&page.asked, &area.name, "", &body)))
}

/// How sure its figures are, and why no surer.
fn sure(page: &PageRequest, about: &Neighbourhood, gaps: &[Gap]) -> Markup {
    html! {
        section class={ "quality" @if about.status != DemandStatus::Ok { " warn" } } aria-labelledby="sure" {
            h2 #sure { "How sure are these figures?" }
            p { (tally(gaps)) }
            ul { @for reason in reasons(page, gaps) { li { (reason) } }
                @if let Some(sentence) = small_areas(about) { li { (sentence) } }
                @if let Some(sentence) = streets(page, gaps) { li { (sentence) } }
                @if let (Some(expected), Some(observed)) = (about.expected, about.observed) {
                    li { "Over " (format::some(usize::from(about.silent_over), "quarter", "quarters")) " " (format::count(observed)) " referrals were made; areas like it would make " (format::count(expected)) "." }
                }
            }
        }
    }
}

/// How many of its needs are of which confidence.
fn tally(gaps: &[Gap]) -> String {
    let summary = ConfidenceSummary::of(gaps.iter().map(|gap| gap.grounds));
    let said: Vec<String> = Confidence::ALL
        .into_iter()
        .rev()
        .filter(|confidence| summary.count(*confidence) > 0)
        .map(|confidence| format!("{} for {}", confidence.as_str(), summary.count(confidence)))
        .collect();
    format!("Confidence, of {}: {}.", format::some(gaps.len(), "need", "needs"), said.join(", "))
}

/// Why it is no higher: each ground once, with the needs that it is about.
fn reasons(page: &PageRequest, gaps: &[Gap]) -> Vec<String> {
    let needs = page.snapshot.study().needs();
    let about = |ground: Ground| -> Vec<&Gap> {
        gaps.iter().filter(|gap| gap.grounds.get(ground).is_some()).collect()
    };
    let words = |ground: Ground| {
        let of = about(ground);
        let which = match of.len() {
            0 => return None,
            all if all == gaps.len() => "all needs".to_owned(),
            1..=3 => {
                let labels = of.iter().map(|gap| format::in_sentence(&needs[gap.need.get()].label));
                labels.collect::<Vec<_>>().join(", ")
            }
            some => format!("{some} of {} needs", gaps.len()),
        };
        Some(format!("{}: {which}.", confidence_words::short(ground)))
    };
    Ground::ALL.into_iter().filter_map(words).collect()
}

/// What is not known of the small areas that it is made of.
fn small_areas(about: &Neighbourhood) -> Option<String> {
    let small = about.small_areas;
    let parts = [
        (small.no_data, "without data", about.no_data_share),
        (small.silent, "with fewer referrals than expected", about.silent_share),
        (small.partial, "with months missing", about.partial_share),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, words, share)| format!("{count} {words} ({} of its people)", format::percent(share)))
        .collect();
    (small.all > 1 && !said.is_empty())
        .then(|| format!("Of its {} small areas: {}.", small.all, said.join(", ")))
}

/// How far its minutes run along streets, where those of other neighbourhoods do.
fn streets(page: &PageRequest, gaps: &[Gap]) -> Option<String> {
    let share = gaps.first()?.streets_share?;
    let known = page.snapshot.travel() != TravelBasis::StraightLine && share < 1.0;
    known.then(|| {
        let beyond = "elsewhere minutes are a straight line made longer";
        if share > 0.0 {
            format!("Streets are known to {} of its people; {beyond}.", format::percent(share))
        } else {
            "Streets are not known here: minutes are a straight line made longer.".to_owned()
        }
    })
}

fn unmet(page: &PageRequest, gap: &Gap) -> Option<f64> {
    page.asked.reading.of(gap.unmet_listed, gap.unmet_likely)
}

fn worst<'a>(page: &PageRequest, gaps: &'a [Gap]) -> Vec<&'a Gap> {
    let mut worst: Vec<&Gap> = gaps.iter().filter(|g| unmet(page, g).is_some_and(|u| u >= 0.5)).collect();
    let few = |g: &Gap| page.view.as_ref().is_some_and(|view| view.has_few_listings(g.need));
    let most = |a: &Gap, b: &Gap| unmet(page, b).unwrap_or(0.0).total_cmp(&unmet(page, a).unwrap_or(0.0));
    worst.sort_by(|a, b| few(a).cmp(&few(b)).then(most(a, b)));
    worst.truncate(5);
    worst
}

fn headline(page: &PageRequest, about: &Neighbourhood, gaps: &[Gap]) -> String {
    let span = format::span(page.asked.period);
    // What is unmet is said of referrals for needs of which lists tell.
    let said = gaps.iter().filter_map(|g| Some((unmet(page, g)?, g.referrals?)));
    let (total, of) = said.fold((0.0, 0.0), |(u, r), (unmet, referrals)| (u + unmet, r + referrals));
    let untold = gaps.iter().filter(|g| g.status == DemandStatus::NoList).count();
    match (about.status, about.referrals) {
        (DemandStatus::Partial, _) => format!(
            "{} referrals were made here in {} of {} months. The others are missing, so it is not compared.",
            referred(about),
            about.complete_months.unwrap_or(0),
            about.whole_months
        ),
        (DemandStatus::NoData | DemandStatus::NoList | DemandStatus::TooFew, _) | (_, None) => {
            format!("Nothing is known of referrals here in this {span}. That is not the same as no need.")
        }
        (DemandStatus::Silent, Some(_)) => format!(
            "Only {} referrals were made here in the {span}, far fewer than people and deprivation suggest. Need may be there unseen.",
            referred(about)
        ),
        (DemandStatus::Ok, Some(n)) if n > 0.0 && untold > 0 => {
            let needs = format::some(untold, "need", "needs");
            let rest = if of > 0.0 {
                format!(
                    "Of {} for the others, {} are likely unmet ({}).",
                    format::count(of),
                    format::count(total),
                    format::percent(total / of)
                )
            } else {
                "Nobody was referred for the others.".to_owned()
            };
            format!(
                "{} referrals were made here in the {span}. For {needs} no list tells what there is here. {rest}",
                referred(about)
            )
        }
        (DemandStatus::Ok, Some(n)) if n > 0.0 => {
            let study = page.snapshot.study();
            let most = worst(page, gaps).first().map_or(String::new(), |g| {
                format!(" The largest gap is {}.", study.needs()[g.need.get()].label.to_lowercase())
            });
            format!(
                "{} of {} referrals in the {span} are likely unmet ({}).{most}",
                format::count(total),
                referred(about),
                format::percent(total / n)
            )
        }
        (DemandStatus::Ok, Some(_)) => format!("No referrals were made here in the {span}."),
    }
}

/// Referrals for all needs: counted, between two numbers, or what is known of them.
fn referred(about: &Neighbourhood) -> String {
    let known = about.complete_months.map(|_| about.bounds);
    format::between(known.map(KnownCount::low), known.and_then(KnownCount::high), format::count)
}

fn facts(page: &PageRequest, about: &Neighbourhood) -> Markup {
    html! {
        dl.facts {
            div { dt { "People" } dd { (format::or_no_data(about.population, format::count)) small { @if about.population_is_own { "its own figure" } @else { "sum of smaller areas" } } } }
            div { dt { "Referrals in the " (format::span(page.asked.period)) } dd { (referred(about)) small { (page.asked.period.map_or("none loaded".to_owned(), format::period)) } } }
            div { dt { "Deprivation decile" } dd { @match about.decile { Some(d) => (d), None => (format::NO_DATA) } small { "1 is the most deprived tenth" } } }
        }
    }
}

fn table(page: &PageRequest, gaps: &[Gap]) -> Markup {
    let study = page.snapshot.study();
    html! {
        div.scroll role="region" aria-label="Need by need" tabindex="0" {
            table {
                caption { "Referrals and places are for " (page.asked.period.map_or("one quarter".to_owned(), format::period)) "; places for each referral after all who reach them have had a share; minutes on foot." }
                thead { tr {
                    th scope="col" { "Need" }
                    th.number scope="col" { "Referrals" }
                    th.number scope="col" { "Unmet, as listed" }
                    th.number scope="col" { "Unmet, likely" }
                    th.number scope="col" { "Of these nothing in reach" }
                    th.number scope="col" { "Too little in reach" }
                    th.number scope="col" { "No match recorded" }
                    th.number scope="col" { "Assets in reach" }
                    th.number scope="col" { "Places likely" }
                    th.number scope="col" { "Places for each referral (enough)" }
                    th.number scope="col" { "People in reach of one" }
                    th.number scope="col" { "Minutes to the nearest" }
                    th.number scope="col" { "Rank" }
                    th scope="col" { "Confidence" }
                } }
                tbody { @for gap in gaps { tr {
                    th scope="row" { (study.needs()[gap.need.get()].label) }
                    td.number { (format::referrals(gap)) }
                    td.number { (format::unmet(gap, Scenario::Listed)) }
                    td.number { (format::unmet(gap, Scenario::Likely)) }
                    @let [nothing, little] = lacks(page, gap);
                    td.number { (nothing) }
                    td.number { (little) }
                    td.number { (format::or_no_data(gap.no_match, format::count)) }
                    td.number { (format::or_no_list(gap.assets_in_reach.map(f64::from), format::count)) }
                    td.number { (format::or_no_list(gap.places_likely, format::count)) }
                    td.number { (places_each(page, gap)) }
                    td.number { (parts::coverage(gap)) }
                    td.number { (format::or_no_data(gap.nearest_minutes, format::minutes)) }
                    td.number { @match gap.rank { Some(r) => { (r) " of " (gap.of) } None => "not ranked" } }
                    td { (parts::tag(gap)) }
                } } }
            }
        }
    }
}

/// Of what is unmet, that with nothing in reach and that with too little of it, with what no list reaches beside the first.
fn lacks(page: &PageRequest, gap: &Gap) -> [String; 2] {
    let Some([listed, likely]) = gap.unmet_parts else { return ["–", "–"].map(str::to_owned) };
    let of = page.asked.reading.of(listed, likely);
    let not_known = match of.not_known {
        unmet if unmet > 0.0 => format!(", not known of {}", format::count(unmet)),
        _ => String::new(),
    };
    [format!("{}{not_known}", format::count(of.nothing_in_reach)), format::count(of.not_enough)]
}

/// Places that each referral can get, beside how many are enough.
fn places_each(page: &PageRequest, gap: &Gap) -> String {
    let enough = page.snapshot.study().needs()[gap.need.get()].adequate.places_per_referral;
    gap.access_likely.map_or_else(
        || "–".to_owned(),
        |access| format!("{} ({})", format::count(access), format::count(enough)),
    )
}

/// Where the neighbourhood lies among the others.
fn small_map(page: &PageRequest, code: &str) -> Markup {
    let (Some(view), study) = (&page.view, page.snapshot.study()) else { return html! {} };
    let areas: Vec<_> = view.report().neighbourhoods.iter().map(|n| &study.areas()[n.area.get()]).collect();
    let shapes: Vec<_> = areas.iter().map(|a| &a.boundary).collect();
    let tolerance = svg_map::extent(shapes.iter().copied()).map_or(0.0, |e| 3.0 * svg_map::unit(e));
    let simple = outline::simplify(&shapes, tolerance);
    let drawn: Vec<DrawnArea<'_>> = areas
        .iter()
        .zip(&simple)
        .map(|(area, shape)| DrawnArea {
            code: &area.code,
            name: if area.code == code { &area.name } else { "" },
            words: area.name.clone(),
            href: format!("/areas/{}", encode(&area.code)),
            class: if area.code == code {
                super::map_scale::MapClass::Step(2)
            } else {
                super::map_scale::MapClass::NoReferrals
            },
            hatched: false,
            shape,
        })
        .collect();
    html! {
        figure.map { div.map-box { (svg_map::svg(&AreaMap { title: "Where it is", areas: &drawn, selected: Some(code), extent: None })) } }
    }
}
