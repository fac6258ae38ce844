//! What is said of one neighbourhood in sentences.

use crate::pages::PageRequest;
use hereabouts_core::confidence::{Confidence, ConfidenceSummary, Ground};
use hereabouts_core::known::KnownCount;
use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_core::travel::TravelBasis;
use hereabouts_engine::{confidence_words, format};
use maud::{Markup, html};

/// How sure its figures are, and why no surer.
pub(super) fn sure(page: &PageRequest, about: &Neighbourhood, gaps: &[Gap]) -> Markup {
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

pub(super) fn unmet(page: &PageRequest, gap: &Gap) -> Option<f64> {
    page.asked.reading.of(gap.unmet_listed, gap.unmet_likely)
}

pub(super) fn worst<'a>(page: &PageRequest, gaps: &'a [Gap]) -> Vec<&'a Gap> {
    let mut worst: Vec<&Gap> = gaps.iter().filter(|g| unmet(page, g).is_some_and(|u| u >= 0.5)).collect();
    let few = |g: &Gap| page.view.as_ref().is_some_and(|view| view.has_few_listings(g.need));
    let most = |a: &Gap, b: &Gap| unmet(page, b).unwrap_or(0.0).total_cmp(&unmet(page, a).unwrap_or(0.0));
    worst.sort_by(|a, b| few(a).cmp(&few(b)).then(most(a, b)));
    worst.truncate(5);
    worst
}

pub(super) fn headline(page: &PageRequest, about: &Neighbourhood, gaps: &[Gap]) -> String {
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
