//! One need of a period against what is offered to it, cell by cell.

use crate::idx::{AssetIdx, NeedIdx};
use crate::known::KnownCount;
use crate::list_reach::NeedReach;
use crate::metric::balanced::balanced;
use crate::metric::expected::ChancedAccess;
use crate::metric::land::{self, LandInReach, LandSite};
use crate::metric::two_step::{PlaceSupply, TwoStep, two_step_each};
use crate::metric::{coverage, nearest};
use crate::need::Need;
use crate::placed_demand::PlacedDemand;
use crate::policy::AnalysisPolicy;
use crate::report::{DemandBounds, IdleProvider, NeedCells};
use crate::spread::PopulationSpread;
use crate::supply::Provider;
use crate::travel::{ServedTravel, TravelTimes};

/// Who asks for a need, who offers it, and the ways between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NeedAndOffer<'a, T> {
    pub(crate) policy: &'a AnalysisPolicy,
    pub(crate) need: &'a Need,
    pub(crate) index: NeedIdx,
    pub(crate) placed: &'a PlacedDemand,
    /// Quarters of the period.
    pub(crate) quarters: f64,
    pub(crate) spread: &'a PopulationSpread,
    /// People by cell.
    pub(crate) people: &'a [f64],
    pub(crate) providers: &'a [Provider],
    pub(crate) travel: &'a ServedTravel<T>,
    pub(crate) lists: &'a NeedReach,
}

/// How what is offered to a need is shared among those who ask for it.
pub(crate) struct NeedSharing<'a, T> {
    of: NeedAndOffer<'a, T>,
    /// Places of the whole period.
    supply: Vec<PlaceSupply<2>>,
    /// The chance that each of the supply runs.
    chances: Vec<f64>,
    /// What is known of referrals, by cell.
    referrals: Vec<f64>,
    /// Empty for a need that counts no land.
    land: LandInReach,
}

impl<'a, T: TravelTimes> NeedSharing<'a, T> {
    pub(crate) fn new(of: NeedAndOffer<'a, T>) -> Self {
        let places = |p: &Provider| PlaceSupply {
            asset: p.asset,
            places: [p.listed * of.quarters, p.likely * of.quarters],
        };
        let (need, cells) = (of.index.get(), of.people.len());
        let with_places = || of.providers.iter().filter(|p| p.listed > 0.0);
        Self {
            supply: with_places().map(places).collect(),
            chances: with_places().map(|p| p.chance).collect(),
            referrals: of.placed.by_cell(of.spread, need, cells, KnownCount::known_part),
            land: land(&of),
            of,
        }
    }

    /// What stands in each cell, of which `edge` says whether it is near where the data end; and the places that nobody can use.
    pub(crate) fn cells(self, edge: Vec<bool>) -> (NeedCells, Vec<IdleProvider>) {
        let travel = self.of.travel;
        let serving: Vec<usize> =
            self.of.providers.iter().filter(|p| p.land.is_none()).map(|p| p.asset).collect();
        let (scores, short) = self.shared_among(&self.referrals);
        let unmet = |short: &[f64]| -> Vec<f64> {
            self.referrals.iter().zip(short).map(|(referrals, short)| referrals * short).collect()
        };
        let bounds = self.is_uncertain().then(|| DemandBounds {
            short_low: self.short_at(&short, KnownCount::low),
            short_high: self.short_at(&short, KnownCount::high_or_infinite),
        });
        let idle =
            self.supply.iter().zip(&scores.idle).filter_map(|(of, idle)| self.idle(of, idle)).collect();
        let mut assets_in_reach = coverage::counts(travel, &serving, self.of.need.catchment);
        assets_in_reach.iter_mut().zip(&self.land.sites).for_each(|(assets, sites)| *assets += sites);
        let mut nearest_minutes = nearest::minutes(travel, &serving);
        for (nearest, land) in nearest_minutes.iter_mut().zip(&self.land.nearest) {
            *nearest = nearest.iter().chain(land).copied().reduce(f64::min);
        }
        let cells = NeedCells {
            need: self.of.index,
            unmet_listed: unmet(&short[0]),
            unmet_likely: unmet(&short[1]),
            covered: assets_in_reach.iter().map(|&count| count > 0).collect(),
            nearest_minutes,
            crowding: self.crowding(),
            edge,
            given: (0..self.referrals.len() as u32).map(|cell| self.of.placed.given(cell)).collect(),
            known: self.known_cells(),
            supply_known: self.supply_known(),
            bounds,
            assets_in_reach,
            access_listed: scores.access[0].clone(),
            access_likely: scores.access[1].clone(),
            referrals: self.referrals,
            land_share: self.land.shares,
            land_not_measured: self.land.not_measured,
        };
        (cells, idle)
    }

    /// Share of the people of each cell for whom it is known what there is.
    fn supply_known(&self) -> Vec<f64> {
        let mut known = self.of.lists.told.by_cell(self.of.spread);
        if self.land.not_measured.contains(&true) {
            known.resize(self.referrals.len(), 1.0);
            let unknown = self.land.not_measured.iter().zip(&mut known).filter(|(more, _)| **more);
            unknown.for_each(|(_, known)| *known = 0.0);
        }
        known
    }

    /// Place-sessions that are needed for each that is likely there, where the people of each cell go.
    fn crowding(&self) -> Vec<Option<f64>> {
        let (need, adequate) = (self.of.need, self.of.need.adequate.places_per_referral);
        let likely = |of: &PlaceSupply<2>| PlaceSupply { asset: of.asset, places: [of.places[1]] };
        let supply: Vec<PlaceSupply<1>> = self.supply.iter().map(likely).collect();
        let shared = balanced(self.of.travel, &supply, &self.referrals, &need.decay, need.catchment);
        shared.crowding.into_iter().map(|load| load.map(|load| load * adequate)).collect()
    }

    /// What everybody gets who asks as much as `referrals`, and the share of them that is unmet in each cell, listed and likely.
    fn shared_among(&self, referrals: &[f64]) -> (TwoStep<2>, [Vec<f64>; 2]) {
        let (need, adequate) = (self.of.need, self.of.need.adequate.places_per_referral);
        let mut chanced = ChancedAccess::none(referrals.len());
        let given = |provider: usize, cells: &[u32], weights: &[f64], &[listed, _]: &[f64; 2]| {
            chanced.add(self.chances[provider], cells, weights, listed);
        };
        let cap = self.of.policy.cap * adequate;
        let scores =
            two_step_each(self.of.travel, &self.supply, referrals, &need.decay, need.catchment, cap, given);
        let access = scores.access[0].iter().enumerate();
        let listed: Vec<f64> = access
            .map(|(cell, access)| (1.0 - access / adequate - self.met_by_land(cell)).max(0.0))
            .collect();
        let mut likely = chanced.unmet_shares(adequate, |cell| self.met_by_land(cell));
        // Sums of different terms may differ in their last digit.
        likely.iter_mut().zip(&listed).for_each(|(likely, listed)| *likely = likely.max(*listed));
        (scores, [listed, likely])
    }

    /// The share of a cell's referrals that land meets.
    fn met_by_land(&self, cell: usize) -> f64 {
        let counts_for = self.of.need.adequate.floor.map_or(0.0, |f| f.counts_for);
        self.land.shares.get(cell).map_or(0.0, |share| share * counts_for)
    }

    /// The more everybody asks, the less is left for each: the ends of what is known of demand give the ends of what is unmet.
    /// Where nobody knows how much is asked, all that can be reached from there may be taken.
    fn short_at(&self, short: &[Vec<f64>; 2], of: fn(KnownCount) -> f64) -> [Vec<f64>; 2] {
        let spread = self.of.spread;
        let asked = self.of.placed.by_cell(spread, self.of.index.get(), self.referrals.len(), of);
        if asked == self.referrals { short.clone() } else { self.shared_among(&asked).1 }
    }

    fn idle(&self, of: &PlaceSupply<2>, idle: &[f64; 2]) -> Option<IdleProvider> {
        let (asset, places) = (AssetIdx(of.asset as u32), of.places[0]);
        let idle_places = idle[0];
        (idle_places > 0.0).then_some(IdleProvider { asset, need: self.of.index, places, idle_places })
    }

    /// Whether demand was not counted everywhere where people live, though somebody has figures of it.
    fn is_uncertain(&self) -> bool {
        let (placed, need) = (self.of.placed, self.of.index.get());
        let uncounted = |b| !placed.count(need, b).is_counted() && self.of.spread.people(b) != Some(0.0);
        placed.named[need] && (0..placed.known.len()).any(uncounted)
    }

    /// Whether anything is known of demand in a cell, by cell.
    fn known_cells(&self) -> Vec<bool> {
        let (placed, spread, cells) = (self.of.placed, self.of.spread, self.referrals.len());
        let (mut known, mut unknown) = (vec![false; cells], vec![false; cells]);
        for base in 0..placed.known.len() {
            let is_known = placed.known[base] && !placed.is_unknown(self.of.index.get(), base);
            for &(cell, _) in spread.shares(base) {
                known[cell as usize] |= is_known;
                unknown[cell as usize] |= !is_known && spread.people(base) != Some(0.0);
            }
        }
        // A zero that is only part of the truth is none.
        for (cell, known) in known.iter_mut().enumerate() {
            *known &= !unknown[cell] || self.referrals[cell] > 0.0;
        }
        known
    }
}

/// The land that a need counts, by cell; empty for a need that counts none.
fn land<T: TravelTimes>(of: &NeedAndOffer<'_, T>) -> LandInReach {
    let Some(floor) = of.need.adequate.floor.as_ref() else { return LandInReach::default() };
    let sites: Vec<LandSite> = of.providers.iter().filter_map(|p| p.land).collect();
    land::in_reach(of.travel, &sites, of.people, of.policy.land_reach(floor))
}
