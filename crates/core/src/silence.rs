//! Which areas refer implausibly little, large and small ones: what each referred in the last four quarters, held against what areas
//! like it did.

use crate::demand::WHOLE_QUARTER;
use crate::idx::AreaIdx;
use crate::known::KnownCount;
use crate::placed_demand::PlacedDemand;
use crate::policy::AnalysisPolicy;
use crate::spread::{BaseIdx, PopulationSpread};
use crate::study::Study;
use crate::under_recording::{self, ReferralHistory};
use std::collections::{BTreeMap, BTreeSet};

/// Quarters over which an area's referring is judged, the last of the period included.
pub(crate) const SILENT_OVER: u16 = 4;

/// More than this share of its people without data, and an area has none.
pub(crate) const NO_DATA_ABOVE: f64 = 0.5;

/// What an area referred in the quarters over which it is judged: those with data, and all their months.
pub(crate) struct Referred<'a> {
    /// People; above 0 for who can be judged.
    pub(crate) people: Option<f64>,
    /// Deprivation decile.
    pub(crate) decile: Option<u8>,
    /// All of it.
    pub(crate) count: KnownCount,
    /// What is known of it.
    pub(crate) point: f64,
    /// Share of its people who live where demand is known, mean of the quarters.
    known_share: f64,
    /// Systems in which it was recorded.
    systems: BTreeSet<&'a str>,
    /// How many quarters that is.
    pub(crate) quarters: u16,
}

/// What is held of an area's referring.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Verdict {
    /// Referrals that areas like it make; `None` where nobody can tell.
    pub(crate) expected: Option<f64>,
    /// Whether it falls implausibly short of them.
    pub(crate) silent: bool,
}

impl<'a> Referred<'a> {
    /// Of an area that is these base areas, with its people and decile.
    pub(crate) fn new(
        history: &'a [PlacedDemand],
        spread: &PopulationSpread,
        bases: &[BaseIdx],
        (people, decile): (Option<f64>, Option<u8>),
    ) -> Self {
        let unknown = |placed: &PlacedDemand| share_of(spread, bases, |b| !placed.known[b]);
        // A quarter that lacks months says nothing of how much is referred in one.
        let whole = |placed: &&PlacedDemand| {
            let months = bases.iter().map(|&b| placed.least_months(b)).min();
            unknown(placed) <= NO_DATA_ABOVE && months >= Some(WHOLE_QUARTER)
        };
        let quarters: Vec<&PlacedDemand> = history.iter().filter(whole).collect();
        let totals = |placed: &'a PlacedDemand| bases.iter().filter_map(|&b| placed.total(b));
        let of_quarter = |placed: &&'a PlacedDemand| totals(placed).sum::<KnownCount>();
        let point = |placed: &&'a PlacedDemand| totals(placed).map(KnownCount::known_part).sum::<f64>();
        let known: f64 = quarters.iter().map(|placed| 1.0 - unknown(placed)).sum();
        let systems = quarters.iter().flat_map(|placed| bases.iter().flat_map(|&b| &placed.systems[b]));
        Self {
            people,
            decile,
            count: quarters.iter().map(of_quarter).sum(),
            point: quarters.iter().map(point).sum::<f64>() + 0.0,
            known_share: known / quarters.len().max(1) as f64,
            systems: systems.map(String::as_str).collect(),
            quarters: quarters.len() as u16,
        }
    }
}

/// Expects of each area what areas like it refer, and finds those that fall implausibly short even if they referred as much as is
/// possible; what is expected rests on the least that others can have referred.
pub(crate) fn judge(policy: &AnalysisPolicy, referred: &[Referred<'_>]) -> Vec<Verdict> {
    let comparable = |r: &&Referred<'_>| r.people.is_some_and(|p| p > 0.0) && r.quarters > 0;
    let mixes: BTreeSet<&BTreeSet<&str>> =
        referred.iter().map(|r| &r.systems).filter(|systems| !systems.is_empty()).collect();
    let number: BTreeMap<&BTreeSet<&str>, usize> = mixes.into_iter().zip(0..).collect();
    let history: Vec<ReferralHistory> = referred
        .iter()
        .filter(comparable)
        .map(|r| ReferralHistory {
            people: r.people.unwrap_or(0.0),
            decile: r.decile,
            system: number.get(&r.systems).copied(),
            observed: r.count.low(),
            quarters: r.quarters,
        })
        .collect();
    let mut expected = under_recording::expected(&history).into_iter();
    let verdict = |r: &Referred<'_>| {
        let expected = if comparable(&r) { expected.next().flatten() } else { None };
        let falls_short = |(expected, at_most): (f64, f64)| {
            // What nobody knows is not held against those of whom it is known.
            let expected = expected * r.known_share;
            at_most < policy.silent_below * expected
                && under_recording::chance_of_so_few(at_most, expected) < policy.silent_chance
        };
        Verdict { expected, silent: expected.zip(r.count.high()).is_some_and(falls_short) }
    };
    referred.iter().map(verdict).collect()
}

/// Which base areas refer implausibly little, among all base areas.
pub(crate) fn silent_bases(
    study: &Study,
    policy: &AnalysisPolicy,
    spread: &PopulationSpread,
    history: &[PlacedDemand],
) -> Vec<bool> {
    let of = |base: BaseIdx| {
        let about = (spread.people(base), decile_of(study, spread, base));
        Referred::new(history, spread, &[base], about)
    };
    let referred: Vec<Referred<'_>> = (0..spread.base().len()).map(of).collect();
    judge(policy, &referred).into_iter().map(|verdict| verdict.silent).collect()
}

/// Decile of a base area; one of a geography without deprivation takes that of the area around it that has one.
pub(crate) fn decile_of(study: &Study, spread: &PopulationSpread, base: BaseIdx) -> Option<u8> {
    let around = || study.geography_indices().filter_map(|g| spread.parent(g, base));
    study.decile(spread.base()[base]).or_else(|| around().find_map(|parent| study.decile(parent)))
}

/// Mean decile of an area's base areas, weighted by their people, to the nearest whole.
pub(crate) fn mean_decile(study: &Study, spread: &PopulationSpread, area: AreaIdx) -> Option<u8> {
    let bases = spread.bases_of(area);
    let (mut sum, mut total) = (0.0, 0.0);
    for (share, &base) in spread.divide(bases).into_iter().zip(bases) {
        if let Some(decile) = decile_of(study, spread, base) {
            sum += share * f64::from(decile);
            total += share;
        }
    }
    (total > 0.5).then(|| (sum / total).round() as u8)
}

/// Share of the people of these base areas who live in those of which something holds; by base areas where people are unknown.
pub(crate) fn share_of(spread: &PopulationSpread, bases: &[BaseIdx], holds: impl Fn(BaseIdx) -> bool) -> f64 {
    if bases.is_empty() {
        return 1.0;
    }
    let shares = spread.divide(bases).into_iter().zip(bases);
    shares.filter(|(_, b)| holds(**b)).map(|(share, _)| share).fold(0.0, |sum, share| sum + share)
}
