//! Everything the server answers from: one study and what follows from it. Never changed, only swapped whole.

mod costs;
mod located_grants;
mod transit;
mod verifications;
mod walk_times;

pub use located_grants::LocatedGrant;
pub(crate) use transit::{JourneyEnds, OriginJourneys, seconds};
pub use transit::{LONGEST, NoTransit, RunningDay, TransitJourneys, WALK_BETWEEN, WALK_TO_STOP, WalkLegs};
pub use walk_times::WalkTimes;

use crate::view::{CellLayer, InvalidCellSize, QuarterView};
use crate::wire::{WrittenGeometry, area_geometry};
use chrono::NaiveDate;
use geo::{BoundingRect, Rect};
use hereabouts_core::AnalysisPolicy;
use hereabouts_core::analyse::Analysis;
use hereabouts_core::cell::CellResolution;
use hereabouts_core::idx::{AreaIdx, GeographyIdx};
use hereabouts_core::need::Need;
use hereabouts_core::period::Period;
use hereabouts_core::report::GapReport;
use hereabouts_core::study::Study;
use hereabouts_core::travel::{TravelBasis, TravelTimes};
use hereabouts_core::units::Minutes;
use hereabouts_data::costs::CostTable;
use hereabouts_data::currency::Currency;
use hereabouts_data::feedback::problems::ProblemTable;
use hereabouts_data::feedback::verification::VerifiedStanding;
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use hereabouts_data::load::LoadedStudy;
use hereabouts_data::record::{KeptFeed, SourceRecord};
use hereabouts_streets::{Persona, WalkNetwork, WalkTravel};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use transit::TransitFeeds;
use verifications::CarriedView;
use walk_times::PersonaWalks;

/// Views kept at a time. One holds about 30 MB for a conurbation of 2.9 million people.
const VIEWS_KEPT: usize = 4;

type ViewKey = (Option<Period>, GeographyIdx);
/// A view, or the place where one is being worked out.
type ViewSlot = Arc<OnceLock<Arc<QuarterView>>>;

/// A study, its analysis and its records, with periods and geographies worked out when first asked for.
#[derive(Debug)]
pub struct Snapshot {
    imported: Arc<ImportedData>,
    study: Study,
    analysis: Analysis<WalkTravel>,
    standings: BTreeMap<usize, VerifiedStanding>,
    verified_to: u64,
    views: Mutex<Vec<(ViewKey, ViewSlot)>>,
    /// Views of earlier snapshots of the same place, from which those of this one follow.
    carried: Vec<CarriedView>,
}

/// What stays as it is whatever people say of assets.
#[derive(Debug)]
struct ImportedData {
    policy: AnalysisPolicy,
    problems: ProblemTable,
    costs: CostTable,
    currency: Currency,
    assets: Vec<CanonicalAsset>,
    grants: Vec<LocatedGrant>,
    sources: Vec<SourceRecord>,
    asset_at: HashMap<String, u32>,
    network: Arc<WalkNetwork>,
    travel: TravelBasis,
    personas: PersonaWalks,
    transit: TransitFeeds,
    notes: Vec<String>,
    revision: u64,
    boundaries: Vec<OnceLock<Option<WrittenGeometry>>>,
    bounds: Vec<Option<Rect<f64>>>,
    extent: OnceLock<Option<Rect<f64>>>,
}

/// The currency that sources name, where they name one and not several.
fn one_currency(sources: &[SourceRecord]) -> Option<Currency> {
    let mut named = sources.iter().filter_map(|source| source.header.currency.as_ref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.clone())
}

impl Snapshot {
    /// Places the study on its grid and measures travel (about a second for a conurbation); quarters follow when asked
    /// for. `policy.geography` and `policy.period` are what is shown where nothing else is asked for.
    #[must_use]
    pub fn build(loaded: LoadedStudy, policy: AnalysisPolicy) -> Self {
        let LoadedStudy { study, assets, grants, streets, transit, sources, revision, notes, .. } = loaded;
        let network = Arc::new(WalkNetwork::new(&streets));
        drop(streets);
        let persona = Persona { speed: policy.speed, step_free: policy.step_free };
        let horizon = horizon(&study, &policy);
        let analysis = Analysis::with_travel(&study, &policy, |assets, origins| {
            WalkTravel::new(Arc::clone(&network), persona, assets, origins, horizon, policy.detour)
        });
        // Where nobody lives nobody sets out: the sea around a town takes nothing from its streets.
        let lived_in = |origin: &usize| analysis.people()[*origin] > 0.0;
        let bases = (0..analysis.travel().origins()).filter(lived_in).map(|o| analysis.travel().basis(o));
        let travel = bases.reduce(TravelBasis::with).unwrap_or(TravelBasis::StraightLine);
        let grants = if grants.is_empty() {
            Vec::new()
        } else {
            let records: Vec<_> = assets.iter().map(|a| a.record.clone()).collect();
            located_grants::join(&study, analysis.grid(), &records, grants)
        };
        let asset_at =
            study.assets().iter().enumerate().map(|(i, a)| (a.asset.id.clone(), i as u32)).collect();
        let bounds = study.areas().iter().map(|a| a.boundary.bounding_rect()).collect();
        let boundaries = study.areas().iter().map(|_| OnceLock::new()).collect();
        let imported = ImportedData {
            currency: one_currency(&sources).unwrap_or_default(),
            policy,
            problems: ProblemTable::built_in().unwrap_or_default(),
            costs: CostTable::built_in(study.needs(), study.kinds()).unwrap_or_default(),
            assets,
            grants,
            sources,
            asset_at,
            network,
            travel,
            personas: PersonaWalks::new(persona),
            transit: TransitFeeds::new(transit),
            notes,
            revision,
            boundaries,
            bounds,
            extent: OnceLock::new(),
        };
        Self::of(Arc::new(imported), study, analysis, BTreeMap::new(), 0)
    }

    fn of(
        imported: Arc<ImportedData>,
        study: Study,
        analysis: Analysis<WalkTravel>,
        standings: BTreeMap<usize, VerifiedStanding>,
        verified_to: u64,
    ) -> Self {
        Self {
            imported,
            study,
            analysis,
            standings,
            verified_to,
            views: Mutex::new(Vec::new()),
            carried: Vec::new(),
        }
    }

    /// With a deployment's own table of problems, before any verification.
    #[must_use]
    pub fn with_problems(mut self, problems: ProblemTable) -> Self {
        if let Some(imported) = Arc::get_mut(&mut self.imported) {
            imported.problems = problems;
        }
        self
    }

    /// With another currency than that of its sources, else pounds.
    #[must_use]
    pub fn with_currency(mut self, currency: Currency) -> Self {
        if let Some(imported) = Arc::get_mut(&mut self.imported) {
            imported.currency = currency;
        }
        self
    }

    /// The currency of costs.
    #[must_use]
    pub fn currency(&self) -> &Currency {
        &self.imported.currency
    }

    /// The study.
    #[must_use]
    pub const fn study(&self) -> &Study {
        &self.study
    }

    /// What is true of the study whatever the period.
    #[must_use]
    pub const fn analysis(&self) -> &Analysis<WalkTravel> {
        &self.analysis
    }

    /// The choices behind every figure.
    #[must_use]
    pub fn policy(&self) -> &AnalysisPolicy {
        &self.imported.policy
    }

    /// The day against which the age of listings is measured.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.imported.policy.as_of
    }

    /// Revision of the store this was read from: what it says changes only with it and [`Self::as_of`].
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.imported.revision
    }

    /// Assets with their listings, parallel to [`Study::assets`].
    #[must_use]
    pub fn assets(&self) -> &[CanonicalAsset] {
        &self.imported.assets
    }

    /// Grants, by id.
    #[must_use]
    pub fn grants(&self) -> &[LocatedGrant] {
        &self.imported.grants
    }

    /// Position of the asset with this id, `source/source_id`.
    #[must_use]
    pub fn asset_position(&self, id: &str) -> Option<usize> {
        self.imported.asset_at.get(id).map(|&at| at as usize)
    }

    /// Where the data came from: to be named wherever they are shown.
    #[must_use]
    pub fn sources(&self) -> &[SourceRecord] {
        &self.imported.sources
    }

    /// What each source asks to be named as, each once.
    #[must_use]
    pub fn attribution(&self) -> Vec<String> {
        let mut named: Vec<String> = self
            .sources()
            .iter()
            .map(|s| s.header.attribution.clone().unwrap_or_else(|| s.name.clone()))
            .collect();
        named.sort();
        named.dedup();
        named
    }

    /// What was decided when the store was read.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.imported.notes
    }

    /// The period shown where none is asked for; `None` without any demand.
    #[must_use]
    pub fn default_period(&self) -> Option<Period> {
        let policy = &self.imported.policy;
        policy.period.or_else(|| self.study.latest_year(policy.as_of))
    }

    /// The period that a word asks for, see [`Study::period`].
    #[must_use]
    pub fn period(&self, word: &str) -> Option<Period> {
        self.study.period(word, self.as_of())
    }

    /// The geography shown where none is asked for; `None` without areas.
    #[must_use]
    pub fn default_geography(&self) -> Option<GeographyIdx> {
        self.imported.policy.geography.or_else(|| self.study.default_geography())
    }

    /// The view shown where nothing else is asked for; `None` without areas. May take as long as [`Self::view`].
    #[must_use]
    pub fn default_view(&self) -> Option<Arc<QuarterView>> {
        Some(self.view(self.default_period(), self.default_geography()?))
    }

    /// Gaps of a period and a geography. Worked out when first asked for (up to a second for a conurbation), once
    /// however many ask at the same time: not to be called from a request worker, see [`Self::view_if_ready`].
    #[must_use]
    pub fn view(&self, period: Option<Period>, geography: GeographyIdx) -> Arc<QuarterView> {
        let cell = self.slot((period, geography));
        Arc::clone(cell.get_or_init(|| {
            let known = self.with_views(|views| {
                views
                    .iter()
                    .filter_map(|(_, v)| v.get())
                    .find(|v| v.period() == period)
                    .map(|v| v.cells_of_quarter())
            });
            let cells = known.unwrap_or_else(|| {
                Arc::new(match self.carried.iter().find(|c| c.key.0 == period) {
                    Some(c) => self.analysis.quarter_after(&self.study, &c.view.cells_of_quarter(), &c.same),
                    None => self.analysis.quarter(&self.study, period),
                })
            });
            let report = match self.carried.iter().find(|c| c.key == (period, geography)) {
                Some(c) => self.analysis.report_after(&self.study, &cells, c.view.report(), &c.same),
                None => self.analysis.report(&self.study, &cells, geography),
            };
            Arc::new(QuarterView::new(&self.study, period, report, cells, self.imported.policy.as_of))
        }))
    }

    /// Gaps as they would be if every number of places that is assumed were so many times what it is; worked out each time.
    #[must_use]
    pub fn report_assuming(&self, period: Option<Period>, geography: GeographyIdx, times: f64) -> GapReport {
        let analysis = self.analysis.assuming(times);
        let cells = analysis.quarter(&self.study, period);
        analysis.report(&self.study, &cells, geography)
    }

    /// The same, if it has been worked out.
    #[must_use]
    pub fn view_if_ready(&self, period: Option<Period>, geography: GeographyIdx) -> Option<Arc<QuarterView>> {
        let key = (period, geography);
        self.with_views(|views| views.iter().find(|(k, _)| *k == key).and_then(|(_, v)| v.get().cloned()))
    }

    /// An area's boundary as GeoJSON, written once.
    #[must_use]
    pub fn boundary(&self, area: AreaIdx) -> Option<&WrittenGeometry> {
        let shape = || area_geometry(&self.study.areas()[area.get()].boundary).ok();
        self.imported.boundaries[area.get()].get_or_init(shape).as_ref()
    }

    /// West, south, east and north of an area, in degrees.
    #[must_use]
    pub fn bounds(&self, area: AreaIdx) -> Option<Rect<f64>> {
        self.imported.bounds[area.get()]
    }

    /// West, south, east and north of everything in the study, in degrees; `None` when it is empty.
    #[must_use]
    pub fn extent(&self) -> Option<Rect<f64>> {
        *self.imported.extent.get_or_init(|| self.bounding_rect())
    }

    fn bounding_rect(&self) -> Option<Rect<f64>> {
        let areas = self.imported.bounds.iter().copied().flatten();
        let assets = self.study.assets().iter().filter_map(|a| a.asset.place);
        let places = assets.chain(self.imported.grants.iter().filter_map(|g| g.place));
        areas.chain(places.map(|p| p.point().bounding_rect())).reduce(|a, b| {
            Rect::new(
                (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
                (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
            )
        })
    }

    /// Whether a way around any place needs no streets and stands already.
    pub(crate) fn walks_in_straight_lines(&self) -> bool {
        self.network().edges().is_empty() && self.imported.personas.is_own_ready()
    }

    /// The streets; without any, everything is measured in straight lines.
    #[must_use]
    pub fn network(&self) -> &Arc<WalkNetwork> {
        &self.imported.network
    }

    /// How minutes are found in the study: along streets, in straight lines, or some of each.
    #[must_use]
    pub fn travel(&self) -> TravelBasis {
        self.imported.travel
    }

    /// Whether streets are known where the people of a cell, by its position in the grid, set out.
    #[must_use]
    pub fn knows_streets(&self, cell: usize) -> bool {
        self.analysis.travel().basis(cell) != TravelBasis::StraightLine
    }

    /// Who walks where nobody says.
    #[must_use]
    pub fn persona(&self) -> Persona {
        self.imported.personas.own()
    }

    /// What lies around any place for the persona of this name, else for [`Self::persona`]; worked out when first asked for
    /// (a second for a conurbation).
    #[must_use]
    pub fn on_foot(&self, persona: Option<&str>) -> &WalkTimes {
        self.imported.personas.on_foot(persona, &self.imported.network, &self.study, &self.analysis)
    }

    /// The timetables of the store, by source.
    #[must_use]
    pub fn timetables(&self) -> &[KeptFeed] {
        self.imported.transit.kept()
    }

    /// What a journey is made of in a window, by its place in [`Window::NAMED`], for the persona of a name as in
    /// [`Self::on_foot`]; worked out when first asked for (seconds for a city): not to be called from a request worker.
    ///
    /// # Errors
    /// [`NoTransit`] where there is none to be had.
    pub fn journeys(&self, persona: Option<&str>, window: usize) -> Result<TransitJourneys<'_>, NoTransit> {
        let imported = &self.imported;
        let on_foot = self.on_foot(persona);
        let at = imported.personas.find(persona).0;
        imported.transit.journeys(window, (at, on_foot), &self.study, &self.analysis)
    }

    /// Cells of a view at a resolution; see [`QuarterView::layer`].
    ///
    /// # Errors
    /// [`InvalidCellSize`] when it is finer than the analysis.
    pub fn layer(
        &self,
        view: &QuarterView,
        resolution: CellResolution,
    ) -> Result<Arc<CellLayer>, InvalidCellSize> {
        view.layer(&self.study, &self.analysis, resolution)
    }

    /// The place where a view is or will be, most recently asked for first.
    fn slot(&self, key: ViewKey) -> ViewSlot {
        self.with_views(|views| {
            let found = views.iter().position(|(k, _)| *k == key);
            let slot = found.map_or_else(|| (key, Arc::default()), |at| views.remove(at));
            views.insert(0, slot.clone());
            views.truncate(VIEWS_KEPT);
            slot.1
        })
    }

    fn with_views<T>(&self, act: impl FnOnce(&mut Vec<(ViewKey, ViewSlot)>) -> T) -> T {
        // The list is whole between any two statements that hold the lock, so that a panic elsewhere leaves it usable.
        act(&mut self.views.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The furthest that any need looks: its catchment, or the distance of its standard for land.
fn horizon(study: &Study, policy: &AnalysisPolicy) -> Minutes {
    let per_metre = policy.detour * 60.0 / (policy.speed.get() * 1000.0);
    let of = |need: &Need| {
        let land = need.adequate.floor.as_ref().map_or(0.0, |floor| floor.within.get() * per_metre);
        need.catchment.get().max(land)
    };
    Minutes::new(study.needs().iter().map(of).fold(0.0, f64::max)).unwrap_or_default()
}
