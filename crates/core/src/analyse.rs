//! The pipeline: study → grid → spread → reach → metrics → gaps. The only door to rayon: a parallel map over needs with
//! an ordered collect, and plain sums inside, so that any number of threads gives the same bits.

use crate::demand::Quarter;
use crate::grid::CellGrid;
use crate::idx::{AssetIdx, NeedIdx};
use crate::index::PlaceIndex;
use crate::known::KnownCount;
use crate::list_reach::{self, NeedReach};
use crate::metric::{coverage, land, nearest, two_step};
use crate::place::Place;
use crate::placed_demand::PlacedDemand;
use crate::policy::AnalysisPolicy;
use crate::report::{DemandBounds, GapReport, IdleProvider, NeedCells};
use crate::served_areas::ServedAreas;
use crate::spread::PopulationSpread;
use crate::study::Study;
use crate::supply::{Provider, providers};
use crate::travel::{AssetReach, ServedTravel, StraightLine, TravelBasis, TravelTimes};
use rayon::prelude::*;
use std::sync::Arc;

/// People live beyond the edge of the streets when they live within so many metres of it.
const BEYOND_M: f64 = 1000.0;

/// Everything about a study that does not depend on the quarter.
#[derive(Debug, Clone)]
pub struct Analysis<T = StraightLine> {
    policy: AnalysisPolicy,
    grid: Arc<CellGrid>,
    spread: Arc<PopulationSpread>,
    origins: Arc<[Place]>,
    travel: Arc<ServedTravel<T>>,
    people: Vec<f64>,
    providers: Vec<Vec<Provider>>,
    lists: Arc<[NeedReach]>,
    edge_m: Vec<f64>,
}

/// One quarter's need against supply, by cell.
#[derive(Debug, Clone)]
pub struct QuarterAnalysis {
    /// The quarter; `None` when the study has no demand.
    pub quarter: Option<Quarter>,
    /// One for every need, in order.
    pub cells: Vec<NeedCells>,
    /// Providers with places that nobody can use, by need and asset.
    pub idle: Vec<IdleProvider>,
    /// The quarter's demand at base areas.
    pub placed: PlacedDemand,
}

/// The whole way, for one quarter and one geography: those of the policy, else the defaults.
///
/// A study without areas has an empty report.
#[must_use]
pub fn analyse(study: &Study, policy: &AnalysisPolicy) -> (QuarterAnalysis, Option<GapReport>) {
    let analysis = Analysis::new(study, policy);
    let quarter = analysis.quarter(study, policy.quarter);
    let geography = policy.geography.or_else(|| study.default_geography());
    let report = geography.map(|g| analysis.report(study, &quarter, g));
    (quarter, report)
}

impl Analysis {
    /// With the straight line.
    #[must_use]
    pub fn new(study: &Study, policy: &AnalysisPolicy) -> Self {
        Self::with_travel(study, policy, |assets, origins| {
            StraightLine::new(assets, origins, policy.speed, policy.detour)
        })
    }
}

impl<T: TravelTimes> Analysis<T> {
    /// With travel made by `travel` from the places of assets and the origins of cells.
    #[must_use]
    pub fn with_travel(
        study: &Study,
        policy: &AnalysisPolicy,
        travel: impl FnOnce(&[Place], &[Place]) -> T,
    ) -> Self {
        let postcodes: Vec<Place> = study.postcodes().iter().map(|p| p.place).collect();
        let grid = CellGrid::new(study, policy.resolution, &postcodes);
        let spread = PopulationSpread::new(study, &grid);
        let people = spread.people_by_cell(grid.cells().len());
        let mut places: Vec<Place> = Vec::new();
        let mut audience = ServedAreas::new(study, &grid);
        let reach: Vec<AssetReach> = study
            .assets()
            .iter()
            .map(|a| {
                let at = a.asset.place.map(|place| {
                    places.push(place);
                    places.len() - 1
                });
                AssetReach { at, only: audience.set_of(&a.asset.serves) }
            })
            .collect();
        let origins = origins(&grid, &postcodes);
        let travel = ServedTravel::new(travel(&places, &origins), reach, audience.into_sets());
        // Reach is uncertain where the areas end, and where the streets do.
        let edge = PlaceIndex::new(&[grid.edge(), cut_off(&travel, &grid, &people)].concat());
        let edge_m = (0..grid.cells().len())
            .map(|cell| edge.nearest(grid.centre(cell)).map_or(f64::INFINITY, |(_, metres)| metres.get()))
            .collect();
        let lists = list_reach::by_need(study, &spread, &origins).into();
        Self {
            policy: policy.clone(),
            grid: Arc::new(grid),
            spread: Arc::new(spread),
            origins: origins.into(),
            travel: Arc::new(travel),
            people,
            providers: all_providers(study, policy),
            lists,
            edge_m,
        }
    }

    /// The same after its assets were verified ([`Study::with_verifications`]): who offers what is worked out again, and nothing
    /// else, for grid and travel do not depend on it.
    #[must_use]
    pub fn with_verifications(&self, study: &Study) -> Self {
        Self {
            policy: self.policy.clone(),
            grid: Arc::clone(&self.grid),
            spread: Arc::clone(&self.spread),
            origins: Arc::clone(&self.origins),
            travel: Arc::clone(&self.travel),
            people: self.people.clone(),
            providers: all_providers(study, &self.policy),
            lists: Arc::clone(&self.lists),
            edge_m: self.edge_m.clone(),
        }
    }

    /// The choices made.
    #[must_use]
    pub const fn policy(&self) -> &AnalysisPolicy {
        &self.policy
    }

    /// The cells.
    #[must_use]
    pub fn grid(&self) -> &CellGrid {
        &self.grid
    }

    /// How areas lie over cells.
    #[must_use]
    pub fn spread(&self) -> &PopulationSpread {
        &self.spread
    }

    /// Where the people of each cell set out.
    #[must_use]
    pub fn origins(&self) -> &[Place] {
        &self.origins
    }

    /// Travel between assets and the cells that they serve.
    #[must_use]
    pub fn travel(&self) -> &ServedTravel<T> {
        &self.travel
    }

    /// People by cell; 0 also where none are known.
    #[must_use]
    pub fn people(&self) -> &[f64] {
        &self.people
    }

    /// Providers of a need, by asset.
    #[must_use]
    pub fn providers(&self, need: NeedIdx) -> &[Provider] {
        &self.providers[need.get()]
    }

    /// How far lists that tell of a need reach.
    #[must_use]
    pub fn lists(&self, need: NeedIdx) -> &NeedReach {
        &self.lists[need.get()]
    }

    /// Need against supply in a quarter; `None` is [`Study::default_quarter`].
    #[must_use]
    pub fn quarter(&self, study: &Study, quarter: Option<Quarter>) -> QuarterAnalysis {
        let quarter = quarter.or_else(|| study.default_quarter(self.policy.as_of));
        let placed = match quarter {
            Some(q) => PlacedDemand::new(study, &self.spread, &self.grid, q),
            None => PlacedDemand::none(study, &self.spread),
        };
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let by_need: Vec<(NeedCells, Vec<IdleProvider>)> =
            needs.par_iter().map(|&need| self.need_cells(study, &placed, need)).collect();
        let (cells, idle): (Vec<_>, Vec<_>) = by_need.into_iter().unzip();
        QuarterAnalysis { quarter, cells, idle: idle.into_iter().flatten().collect(), placed }
    }

    /// For each need whether the same assets offer the same to it as in `before`, an analysis of the same study.
    #[must_use]
    pub fn offers_as(&self, before: &Self) -> Vec<bool> {
        self.providers.iter().zip(&before.providers).map(|(now, then)| now == then).collect()
    }

    /// What [`Self::quarter`] gives, with needs taken over from `before` where `same` says that nothing else is offered.
    #[must_use]
    pub fn quarter_after(&self, study: &Study, before: &QuarterAnalysis, same: &[bool]) -> QuarterAnalysis {
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let of = |need: NeedIdx| {
            if same[need.get()] {
                let idle = before.idle.iter().filter(|idle| idle.need == need).cloned().collect();
                return (before.cells[need.get()].clone(), idle);
            }
            self.need_cells(study, &before.placed, need)
        };
        let by_need: Vec<(NeedCells, Vec<IdleProvider>)> = needs.par_iter().map(|&need| of(need)).collect();
        let (cells, idle): (Vec<_>, Vec<_>) = by_need.into_iter().unzip();
        QuarterAnalysis {
            quarter: before.quarter,
            cells,
            idle: idle.into_iter().flatten().collect(),
            placed: before.placed.clone(),
        }
    }

    fn need_cells(
        &self,
        study: &Study,
        placed: &PlacedDemand,
        need: NeedIdx,
    ) -> (NeedCells, Vec<IdleProvider>) {
        let n = &study.needs()[need.get()];
        let cells = self.grid.cells().len();
        let providers = self.providers(need);
        let serving: Vec<usize> = providers.iter().map(|p| p.asset).collect();
        let referrals = placed.by_cell(&self.spread, need.get(), cells, KnownCount::known_part);
        let alpha = n.adequate.places_per_referral;

        let supply: Vec<two_step::PlaceSupply<2>> = providers
            .iter()
            .filter(|p| p.listed > 0.0)
            .map(|p| two_step::PlaceSupply { asset: p.asset, places: [p.listed, p.likely] })
            .collect();
        let shared_among = |referrals: &[f64]| {
            two_step::two_step(
                &*self.travel,
                &supply,
                referrals,
                &n.decay,
                n.catchment,
                self.policy.cap * alpha,
            )
        };
        let scores = shared_among(&referrals);

        let land_share = self.land_share(need, study, providers);
        let counts_for = n.adequate.floor.map_or(0.0, |f| f.counts_for);
        let short_of = |access: f64, cell: usize| {
            let land = land_share.get(cell).map_or(0.0, |share| share * counts_for);
            (1.0 - access / alpha - land).max(0.0)
        };
        let unmet = |access: &[f64]| -> Vec<f64> {
            (0..cells).map(|i| referrals[i] * short_of(access[i], i)).collect()
        };
        // The more everybody asks, the less is left for each: the ends of what is known of demand give the ends of what is
        // unmet. Where nobody knows how much is asked, all that can be reached from there may be taken.
        let short_at = |of: fn(KnownCount) -> f64| -> [Vec<f64>; 2] {
            let asked = placed.by_cell(&self.spread, need.get(), cells, of);
            let access = if asked == referrals { scores.access.clone() } else { shared_among(&asked).access };
            access.map(|access| (0..cells).map(|i| short_of(access[i], i)).collect())
        };
        let bounds = self.is_uncertain(placed, need).then(|| DemandBounds {
            short_low: short_at(KnownCount::low),
            short_high: short_at(KnownCount::high_or_infinite),
        });
        let (unmet_listed, unmet_likely) = (unmet(&scores.access[0]), unmet(&scores.access[1]));
        let assets_in_reach = coverage::counts(&*self.travel, &serving, n.catchment);
        let two_catchments_m = 2.0 * n.catchment.at(self.policy.speed).get() / self.policy.detour;
        let idle = |(of, idle): (&two_step::PlaceSupply<2>, &[f64; 2])| {
            let (asset, places) = (AssetIdx(of.asset as u32), of.places[0]);
            (idle[0] > 0.0).then_some(IdleProvider { asset, need, places, idle_places: idle[0] })
        };
        let idle = supply.iter().zip(&scores.idle).filter_map(idle).collect();
        let [access_listed, access_likely] = scores.access;
        let cells = NeedCells {
            need,
            unmet_listed,
            unmet_likely,
            covered: assets_in_reach.iter().map(|&count| count > 0).collect(),
            nearest_minutes: nearest::minutes(&*self.travel, &serving),
            edge: self.edge_m.iter().map(|&m| m <= two_catchments_m).collect(),
            given: (0..cells as u32).map(|cell| placed.given(cell)).collect(),
            known: self.known_cells(placed, need, &referrals),
            supply_known: self.lists(need).told.by_cell(&self.spread),
            referrals,
            access_listed,
            access_likely,
            assets_in_reach,
            land_share,
            bounds,
        };
        (cells, idle)
    }

    /// Whether demand for a need was not counted everywhere where people live, though somebody has figures of it.
    fn is_uncertain(&self, placed: &PlacedDemand, need: NeedIdx) -> bool {
        let uncounted = |b| !placed.count(need.get(), b).is_counted() && self.spread.people(b) != Some(0.0);
        placed.named[need.get()] && (0..placed.known.len()).any(uncounted)
    }

    /// Whether anything is known of demand for a need in a cell, by cell.
    fn known_cells(&self, placed: &PlacedDemand, need: NeedIdx, referrals: &[f64]) -> Vec<bool> {
        let cells = self.grid.cells().len();
        let (mut known, mut unknown) = (vec![false; cells], vec![false; cells]);
        for base in 0..placed.known.len() {
            let is_known = placed.known[base] && !placed.is_unknown(need.get(), base);
            for &(cell, _) in self.spread.shares(base) {
                known[cell as usize] |= is_known;
                unknown[cell as usize] |= !is_known && self.spread.people(base) != Some(0.0);
            }
        }
        // A zero that is only part of the truth is none.
        for (cell, known) in known.iter_mut().enumerate() {
            *known &= !unknown[cell] || referrals[cell] > 0.0;
        }
        known
    }

    /// The land that a need counts, by cell; empty for a need that counts none.
    fn land_share(&self, need: NeedIdx, study: &Study, providers: &[Provider]) -> Vec<f64> {
        let Some(floor) = study.needs()[need.get()].adequate.floor.as_ref() else { return Vec::new() };
        let sites: Vec<land::LandSite> = providers.iter().filter_map(Provider::land).collect();
        let minutes_per_metre = self.policy.detour / (self.policy.speed.get() * 1000.0 / 60.0);
        land::shares(&*self.travel, &sites, &self.people, floor, minutes_per_metre)
    }
}

/// Places along the edge of the streets with people beyond it: a map ends there that goes on in truth. At the sea, or where
/// fields begin, there is nobody on the other side, and no way that leads out and in again.
fn cut_off<T: TravelTimes>(travel: &T, grid: &CellGrid, people: &[f64]) -> Vec<Place> {
    let beyond = |cell: &usize| people[*cell] > 0.0 && travel.basis(*cell) == TravelBasis::StraightLine;
    let beyond: Vec<Place> = (0..people.len()).filter(beyond).map(|cell| grid.centre(cell)).collect();
    let beyond = PlaceIndex::new(&beyond);
    let cut = |place: &Place| beyond.nearest(*place).is_some_and(|(_, metres)| metres.get() <= BEYOND_M);
    travel.edge().into_iter().filter(cut).collect()
}

/// Providers of every need.
fn all_providers(study: &Study, policy: &AnalysisPolicy) -> Vec<Vec<Provider>> {
    let needs: Vec<NeedIdx> = study.need_indices().collect();
    needs.par_iter().map(|&need| providers(study, policy, need)).collect()
}

/// Where the people of each cell set out: the mean of its live postcodes, else its centre.
fn origins(grid: &CellGrid, postcodes: &[Place]) -> Vec<Place> {
    let mut sums = vec![(0.0, 0.0, 0.0); grid.cells().len()];
    for place in postcodes {
        if let Some(cell) = grid.cell_at(*place) {
            let (lon, lat, n) = &mut sums[cell];
            *lon += place.lon();
            *lat += place.lat();
            *n += 1.0;
        }
    }
    sums.into_iter()
        .enumerate()
        .map(|(cell, (lon, lat, n))| {
            let centre = grid.centre(cell);
            if n > 0.0 { Place::new(lon / n, lat / n).unwrap_or(centre) } else { centre }
        })
        .collect()
}
