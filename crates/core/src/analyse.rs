//! The pipeline: study → grid → spread → reach → metrics → gaps. Threads: a parallel map over needs with an
//! ordered collect, and plain sums inside, so that any number of them gives the same bits.

use crate::grid::CellGrid;
use crate::idx::NeedIdx;
use crate::index::PlaceIndex;
use crate::list_reach::{self, NeedReach};
use crate::need_cells::{NeedAndOffer, NeedSharing};
use crate::period::Period;
use crate::place::Place;
use crate::placed_demand::PlacedDemand;
use crate::placed_noise::PlacedNoise;
use crate::policy::AnalysisPolicy;
use crate::report::{GapReport, IdleProvider, NeedCells};
use crate::served_areas::ServedAreas;
use crate::silence::{self, SILENT_OVER};
use crate::spread::PopulationSpread;
use crate::study::Study;
use crate::supply::{Provider, providers};
use crate::travel::{AssetReach, ServedTravel, StraightLine, TravelBasis, TravelTimes};
use rayon::prelude::*;
use std::sync::Arc;

/// People live beyond the edge of the streets when they live within so many metres of it.
const BEYOND_M: f64 = 1000.0;

/// Everything about a study that does not depend on the period.
#[derive(Debug, Clone)]
pub struct Analysis<T = StraightLine> {
    policy: AnalysisPolicy,
    grid: Arc<CellGrid>,
    spread: Arc<PopulationSpread>,
    origins: Arc<[Place]>,
    travel: Arc<ServedTravel<T>>,
    around: Option<Arc<ServedTravel<StraightLine>>>,
    people: Vec<f64>,
    providers: Vec<Vec<Provider>>,
    lists: Arc<[NeedReach]>,
    edges: Arc<EdgeDistances>,
}

/// Metres from each cell to where what is known ends.
#[derive(Debug)]
struct EdgeDistances {
    /// To the end of the areas, or of the streets.
    any: Vec<f64>,
    /// To the end of the areas.
    areas: Vec<f64>,
}

/// One period's need against supply, by cell.
#[derive(Debug, Clone)]
pub struct QuarterAnalysis {
    /// The period; `None` when the study has no demand.
    pub period: Option<Period>,
    /// One for every need, in order.
    pub cells: Vec<NeedCells>,
    /// Providers with places that nobody can use, by need and asset.
    pub idle: Vec<IdleProvider>,
    /// The period's demand at base areas.
    pub placed: Arc<PlacedDemand>,
    /// Demand of each of the four quarters up to the last of the period, that one first.
    pub history: Arc<[PlacedDemand]>,
    /// Whether each base area refers implausibly little.
    silent: Arc<[bool]>,
    /// How far released figures may be from what was counted.
    pub noise: Arc<PlacedNoise>,
}

impl QuarterAnalysis {
    /// Quarters of the period; 1 without demand.
    #[must_use]
    pub fn quarters(&self) -> u8 {
        self.period.map_or(1, Period::len)
    }

    /// Whether a base area refers implausibly little.
    #[must_use]
    pub fn is_silent(&self, base: usize) -> bool {
        self.silent[base]
    }
}

/// The whole way, for one period and one geography: those of the policy, else the defaults.
///
/// A study without areas has an empty report.
#[must_use]
pub fn analyse(study: &Study, policy: &AnalysisPolicy) -> (QuarterAnalysis, Option<GapReport>) {
    let analysis = Analysis::new(study, policy);
    let quarter = analysis.quarter(study, policy.period);
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

impl<T> Analysis<T> {
    /// The same with these providers, by need.
    pub(crate) fn with_providers(&self, providers: Vec<Vec<Provider>>) -> Self {
        Self {
            policy: self.policy.clone(),
            grid: Arc::clone(&self.grid),
            spread: Arc::clone(&self.spread),
            origins: Arc::clone(&self.origins),
            travel: Arc::clone(&self.travel),
            around: self.around.clone(),
            people: self.people.clone(),
            providers,
            lists: Arc::clone(&self.lists),
            edges: Arc::clone(&self.edges),
        }
    }

    /// The choices made.
    #[must_use]
    pub const fn policy(&self) -> &AnalysisPolicy {
        &self.policy
    }

    /// How areas lie over cells.
    #[must_use]
    pub fn spread(&self) -> &PopulationSpread {
        &self.spread
    }

    /// Providers of a need, by the ids of their assets.
    #[must_use]
    pub fn providers(&self, need: NeedIdx) -> &[Provider] {
        &self.providers[need.get()]
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
        let (along, sets) = (travel(&places, &origins), audience.into_sets());
        let has_streets = (0..origins.len()).any(|cell| along.basis(cell) != TravelBasis::StraightLine);
        let around = has_streets.then(|| {
            let line = StraightLine::new(&places, &origins, policy.speed, policy.detour);
            Arc::new(ServedTravel::new(line, reach.clone(), sets.clone()))
        });
        let travel = ServedTravel::new(along, reach, sets);
        let lists = list_reach::by_need(study, &spread, &origins).into();
        let edges = EdgeDistances::new(&grid, cut_off(&travel, &grid, &people));
        Self {
            policy: policy.clone(),
            grid: Arc::new(grid),
            spread: Arc::new(spread),
            origins: origins.into(),
            travel: Arc::new(travel),
            around,
            people,
            providers: all_providers(study, policy),
            lists,
            edges: Arc::new(edges),
        }
    }

    /// The same after its assets were verified ([`Study::with_verifications`]): who offers what is worked out again, and nothing
    /// else, for grid and travel do not depend on it.
    #[must_use]
    pub fn with_verifications(&self, study: &Study) -> Self {
        self.with_providers(all_providers(study, &self.policy))
    }

    /// The same if every number of places that is assumed were so many times what it is.
    #[must_use]
    pub fn assuming(&self, times: f64) -> Self {
        let mut providers = self.providers.clone();
        for provider in providers.iter_mut().flatten().filter(|provider| provider.assumed) {
            provider.listed *= times;
            provider.likely *= times;
        }
        self.with_providers(providers)
    }

    /// The cells.
    #[must_use]
    pub fn grid(&self) -> &CellGrid {
        &self.grid
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

    /// The same in straight lines, where the study has streets: what lies around, whether or not they lead there.
    #[must_use]
    pub fn around(&self) -> Option<&ServedTravel<StraightLine>> {
        self.around.as_deref()
    }

    /// Metres that count as two catchments of a need, as the crow flies.
    fn two_catchments_m(&self, study: &Study, need: NeedIdx) -> f64 {
        let catchment = study.needs()[need.get()].catchment;
        2.0 * catchment.at(self.policy.speed).get() / self.policy.detour
    }

    /// Whether a cell lies within two catchments of a need of where the areas end.
    #[must_use]
    pub fn is_at_edge_of_areas(&self, study: &Study, need: NeedIdx, cell: usize) -> bool {
        self.edges.areas[cell] <= self.two_catchments_m(study, need)
    }

    /// By cell, whether it lies within two catchments of a need of where the areas end, or the streets.
    fn at_edge(&self, study: &Study, need: NeedIdx) -> Vec<bool> {
        let near = self.two_catchments_m(study, need);
        self.edges.any.iter().map(|&metres| metres <= near).collect()
    }

    /// People by cell; 0 also where none are known.
    #[must_use]
    pub fn people(&self) -> &[f64] {
        &self.people
    }

    /// How far lists that tell of a need reach.
    #[must_use]
    pub fn lists(&self, need: NeedIdx) -> &NeedReach {
        &self.lists[need.get()]
    }

    /// Need against supply in a period; `None` is [`Study::latest_year`].
    #[must_use]
    pub fn quarter(&self, study: &Study, period: Option<Period>) -> QuarterAnalysis {
        let period = period.or_else(|| study.latest_year(self.policy.as_of));
        let history: Vec<PlacedDemand> = period.map_or_else(Vec::new, |p| {
            let quarters = (0..SILENT_OVER).map(|n| p.last().back(n));
            quarters.map(|q| PlacedDemand::new(study, &self.spread, &self.grid, q)).collect()
        });
        let of_period = &history[..history.len().min(period.map_or(0, |p| usize::from(p.len())))];
        let placed = PlacedDemand::over(of_period, &self.spread)
            .unwrap_or_else(|| PlacedDemand::none(study, &self.spread));
        let silent = silence::silent_bases(study, &self.policy, &self.spread, &history);
        let noise =
            period.map_or_else(PlacedNoise::default, |p| PlacedNoise::new(study.noise(), &self.spread, p));
        let empty = QuarterAnalysis {
            period,
            cells: Vec::new(),
            idle: Vec::new(),
            placed: Arc::new(placed),
            history: history.into(),
            silent: silent.into(),
            noise: Arc::new(noise),
        };
        self.with_cells(study, &empty, |_| None)
    }

    /// For each need whether the same assets offer the same to it as in `before`, an analysis of the same study.
    #[must_use]
    pub fn offers_as(&self, before: &Self) -> Vec<bool> {
        self.providers.iter().zip(&before.providers).map(|(now, then)| now == then).collect()
    }

    /// What [`Self::quarter`] gives, with needs taken over from `before` where `same` says that nothing else is offered.
    #[must_use]
    pub fn quarter_after(&self, study: &Study, before: &QuarterAnalysis, same: &[bool]) -> QuarterAnalysis {
        self.with_cells(study, before, |need| {
            let idle = || before.idle.iter().filter(|idle| idle.need == need).cloned().collect();
            same[need.get()].then(|| (before.cells[need.get()].clone(), idle()))
        })
    }

    /// The same demand with the cells of each need as they are, or worked out.
    fn with_cells(
        &self,
        study: &Study,
        demand: &QuarterAnalysis,
        known: impl Fn(NeedIdx) -> Option<(NeedCells, Vec<IdleProvider>)> + Sync,
    ) -> QuarterAnalysis {
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let quarters = f64::from(demand.quarters());
        let work = |index: NeedIdx| {
            let of = NeedAndOffer {
                policy: &self.policy,
                need: &study.needs()[index.get()],
                index,
                placed: &demand.placed,
                quarters,
                spread: &self.spread,
                people: &self.people,
                providers: self.providers(index),
                travel: &self.travel,
                lists: self.lists(index),
            };
            NeedSharing::new(of).cells(self.at_edge(study, index))
        };
        let by_need: Vec<(NeedCells, Vec<IdleProvider>)> =
            needs.par_iter().map(|&need| known(need).unwrap_or_else(|| work(need))).collect();
        let (cells, idle): (Vec<_>, Vec<_>) = by_need.into_iter().unzip();
        QuarterAnalysis { cells, idle: idle.into_iter().flatten().collect(), ..demand.clone() }
    }
}

impl EdgeDistances {
    /// Of a grid whose streets are cut off at these places.
    fn new(grid: &CellGrid, cut_off: Vec<Place>) -> Self {
        let to = |edge: &[Place]| -> Vec<f64> {
            let edge = PlaceIndex::new(edge);
            let nearest =
                |cell| edge.nearest(grid.centre(cell)).map_or(f64::INFINITY, |(_, metres)| metres.get());
            (0..grid.cells().len()).map(nearest).collect()
        };
        let areas = to(&grid.edge());
        let streets = to(&cut_off);
        let any = areas.iter().zip(streets).map(|(areas, streets)| areas.min(streets)).collect();
        Self { any, areas }
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
