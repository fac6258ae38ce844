//! One cross-checked input. After [`Study::new`] nothing in the analysis can fail.

use crate::area::{Area, Geography, Postcode};
use crate::asset::Asset;
use crate::cell::DemandCell;
use crate::demand::{Basis, CompleteDemand, Demand, Quarter, RecordingSystem, WHOLE_QUARTER};
use crate::idx::{AreaIdx, GeographyIdx, NeedIdx};
use crate::kind::AssetKind;
use crate::need::Need;
use crate::noise::DemandNoise;
use crate::period::{Period, WHOLE_YEAR};
use crate::place::Place;
use crate::survival::VerifiedState;
use chrono::NaiveDate;
use geo::MultiPolygon;
use std::collections::{BTreeMap, BTreeSet};

mod input;
mod problem;
mod references;

pub use input::StudyInput;
pub use problem::{InvalidStudy, UnresolvedReference};
use references::References;

/// A study whose every reference resolves, in canonical order: the same bytes come out for any order of input.
#[derive(Debug, Clone)]
pub struct Study {
    needs: Vec<Need>,
    kinds: Vec<AssetKind>,
    geographies: Vec<Geography>,
    areas: Vec<Area>,
    area_geography: Vec<GeographyIdx>,
    people: Vec<Option<f64>>,
    decile: Vec<Option<u8>>,
    postcodes: Vec<Postcode>,
    assets: Vec<StudyAsset>,
    lists: Vec<StudyList>,
    demand: Vec<Demand<AreaIdx, NeedIdx>>,
    cell_demand: Vec<Demand<DemandCell, NeedIdx>>,
    complete: Vec<CompleteDemand<AreaIdx>>,
    cell_complete: Vec<CompleteDemand<DemandCell>>,
    systems: Vec<RecordingSystem<AreaIdx>>,
    cell_systems: Vec<RecordingSystem<DemandCell>>,
    noise: Vec<DemandNoise<AreaIdx>>,
    quarters: Vec<Quarter>,
    figures: Vec<QuarterFigures>,
}

/// The word for [`Study::latest_year`].
pub const LATEST_YEAR: &str = "latest-year";

/// How much is known of a quarter.
#[derive(Debug, Clone, Copy)]
struct QuarterFigures {
    quarter: Quarter,
    /// Areas and cells with figures.
    places: usize,
    /// Figures, and those of them that cover the whole quarter.
    all: usize,
    whole: usize,
}

/// An asset with its references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyAsset {
    /// As given.
    pub asset: Asset,
    /// Position of its kind in [`Study::kinds`].
    pub kind: usize,
    /// Needs served, with the share of its places that goes to each.
    pub serves: Vec<(NeedIdx, f64)>,
    /// What people said of it since.
    pub verified_state: VerifiedState,
}

/// Where a list looks, its areas found in the study.
#[derive(Debug, Clone, PartialEq)]
pub enum StudyExtent {
    /// Wherever the study is.
    Everywhere,
    /// In areas, and inside a shape.
    Within {
        /// All of these.
        areas: Vec<AreaIdx>,
        /// Longitude/latitude.
        shape: MultiPolygon<f64>,
    },
    /// Around its listings.
    AroundListings {
        /// Where they are.
        places: Vec<Place>,
        /// Areas that they say they serve.
        areas: Vec<AreaIdx>,
    },
}

/// A list of assets with its references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyList {
    /// Name of the source.
    pub source: String,
    /// Where it looks.
    pub extent: StudyExtent,
    /// Needs that it tells of, rising.
    pub tells_of: Vec<NeedIdx>,
    /// Those of them that a kind mainly answers of which it has all there is, rising.
    pub complete_for: Vec<NeedIdx>,
}

impl Study {
    /// Resolves every reference and puts every table in canonical order.
    ///
    /// # Errors
    /// [`InvalidStudy`] naming **every** reference that does not resolve, and every key given twice.
    pub fn new(input: StudyInput) -> Result<Self, InvalidStudy> {
        let input = input.sorted();
        let mut problems = input.given_twice();
        let StudyInput {
            needs,
            kinds,
            geographies,
            areas,
            population,
            deprivation,
            postcodes,
            assets,
            lists,
            demand,
            cell_demand,
            complete,
            cell_complete,
            systems,
            cell_systems,
            noise,
        } = input;
        let references = References::new(&needs, &kinds, &geographies, &areas);
        references.check_kinds(&mut problems);
        let area_geography = references.geographies_of(&areas, &mut problems);
        let people = population.iter().map(|p| (&*p.geography, &*p.code, p.people));
        let people = references.by_area("population", people, &mut problems);
        let decile = deprivation.iter().map(|d| (&*d.geography, &*d.code, d.decile));
        let decile = references.by_area("deprivation", decile, &mut problems);
        let assets = assets.into_iter().filter_map(|asset| references.asset(asset, &mut problems)).collect();
        let lists = lists.into_iter().map(|list| references.list(list, &mut problems)).collect();
        let demand = references.demand_of_areas(&demand, &mut problems);
        let cell_demand = references.demand_of_cells(&cell_demand, &mut problems);
        let complete = references.complete_areas(&complete, &mut problems);
        let systems = references.systems_of_areas(systems, &mut problems);
        let noise = noise.into_iter().map(|noise| references.noise(noise, &mut problems)).collect();
        if !problems.is_empty() {
            problems.sort();
            problems.dedup();
            return Err(InvalidStudy { problems });
        }
        let said = complete.iter().map(|c| c.quarter).chain(cell_complete.iter().map(|c| c.quarter));
        let counted = demand.iter().map(|d| d.quarter).chain(cell_demand.iter().map(|d| d.quarter));
        let quarters: BTreeSet<Quarter> = said.chain(counted).collect();
        let quarters = quarters.into_iter().collect();
        let figures = figures_by_quarter(&demand, &cell_demand);
        Ok(Self {
            needs,
            kinds,
            geographies,
            areas,
            area_geography,
            people,
            decile,
            postcodes,
            assets,
            lists,
            demand,
            cell_demand,
            complete,
            cell_complete,
            systems,
            cell_systems,
            noise,
            quarters,
            figures,
        })
    }

    /// The same study with verifications: for positions in [`Self::assets`], the day of the last confirmation and what
    /// was said since. Where things are and whom they serve stays as it is.
    #[must_use]
    pub fn with_verifications(
        mut self,
        verified_state: impl IntoIterator<Item = (usize, Option<NaiveDate>, VerifiedState)>,
    ) -> Self {
        for (at, verified_on, verified_state) in verified_state {
            let asset = &mut self.assets[at];
            (asset.asset.verified_on, asset.verified_state) = (verified_on, verified_state);
        }
        self
    }

    /// Needs, in the order of their table.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// Positions of all needs.
    pub fn need_indices(&self) -> impl Iterator<Item = NeedIdx> + use<> {
        (0..self.needs.len() as u32).map(NeedIdx)
    }

    /// The need with this id.
    #[must_use]
    pub fn need(&self, id: &str) -> Option<NeedIdx> {
        self.needs.iter().position(|n| n.id == id).map(|i| NeedIdx(i as u32))
    }

    /// Kinds, by id.
    #[must_use]
    pub fn kinds(&self) -> &[AssetKind] {
        &self.kinds
    }

    /// Geographies, by id.
    #[must_use]
    pub fn geographies(&self) -> &[Geography] {
        &self.geographies
    }

    /// Positions of all geographies.
    pub fn geography_indices(&self) -> impl Iterator<Item = GeographyIdx> + use<> {
        (0..self.geographies.len() as u32).map(GeographyIdx)
    }

    /// The geography with this id.
    #[must_use]
    pub fn geography(&self, id: &str) -> Option<GeographyIdx> {
        self.geographies.iter().position(|g| g.id == id).map(|i| GeographyIdx(i as u32))
    }

    /// Areas, by geography and code.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// Positions of all areas.
    pub fn area_indices(&self) -> impl Iterator<Item = AreaIdx> + use<> {
        (0..self.areas.len() as u32).map(AreaIdx)
    }

    /// Areas of one geography, with their positions, by code.
    pub fn areas_of(&self, geography: GeographyIdx) -> impl Iterator<Item = (AreaIdx, &Area)> {
        self.areas
            .iter()
            .enumerate()
            .filter(move |(i, _)| self.area_geography[*i] == geography)
            .map(|(i, a)| (AreaIdx(i as u32), a))
    }

    /// The area of a geography with this code.
    #[must_use]
    pub fn area(&self, geography: &str, code: &str) -> Option<AreaIdx> {
        let found =
            self.areas.binary_search_by(|a| (a.geography.as_str(), a.code.as_str()).cmp(&(geography, code)));
        found.ok().map(|i| AreaIdx(i as u32))
    }

    /// Geography of an area.
    #[must_use]
    pub fn geography_of(&self, area: AreaIdx) -> GeographyIdx {
        self.area_geography[area.get()]
    }

    /// People of an area as its own figure says; `None` is unknown.
    #[must_use]
    pub fn people(&self, area: AreaIdx) -> Option<f64> {
        self.people[area.get()]
    }

    /// Deprivation decile of an area, 1 = most deprived.
    #[must_use]
    pub fn decile(&self, area: AreaIdx) -> Option<u8> {
        self.decile[area.get()]
    }

    /// Live postcodes, by code.
    #[must_use]
    pub fn postcodes(&self) -> &[Postcode] {
        &self.postcodes
    }

    /// Assets, by id.
    #[must_use]
    pub fn assets(&self) -> &[StudyAsset] {
        &self.assets
    }

    /// Lists that assets come from, by source.
    #[must_use]
    pub fn lists(&self) -> &[StudyList] {
        &self.lists
    }

    /// Demand figures, by area, need and quarter.
    #[must_use]
    pub fn demand(&self) -> &[Demand<AreaIdx, NeedIdx>] {
        &self.demand
    }

    /// Demand figures of cells, by cell, need and quarter.
    #[must_use]
    pub fn cell_demand(&self) -> &[Demand<DemandCell, NeedIdx>] {
        &self.cell_demand
    }

    /// Areas and quarters of which a source says everything: needs without a figure there were asked for by nobody.
    #[must_use]
    pub fn complete(&self) -> &[CompleteDemand<AreaIdx>] {
        &self.complete
    }

    /// The same of cells.
    #[must_use]
    pub fn cell_complete(&self) -> &[CompleteDemand<DemandCell>] {
        &self.cell_complete
    }

    /// Systems in which referrals of areas were recorded, by area and quarter.
    #[must_use]
    pub fn systems(&self) -> &[RecordingSystem<AreaIdx>] {
        &self.systems
    }

    /// The same of cells.
    #[must_use]
    pub fn cell_systems(&self) -> &[RecordingSystem<DemandCell>] {
        &self.cell_systems
    }

    /// Noise of the quarters whose figures are released ones, by quarter.
    #[must_use]
    pub fn noise(&self) -> &[DemandNoise<AreaIdx>] {
        &self.noise
    }

    /// Every basis that a demand figure rests on, each once.
    #[must_use]
    pub fn bases(&self) -> Vec<Basis> {
        let cells = self.cell_demand.iter().map(|d| d.basis);
        let mut all: Vec<Basis> = self.demand.iter().map(|d| d.basis).chain(cells).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Quarters with any demand, rising.
    #[must_use]
    pub fn quarters(&self) -> &[Quarter] {
        &self.quarters
    }

    /// The latest quarter that can be compared: over on `as_of`, most of its figures cover all three months, and at least half as
    /// many places have any as in any other quarter. Where none is like that, the latest that has begun.
    #[must_use]
    pub fn default_quarter(&self, as_of: NaiveDate) -> Option<Quarter> {
        let found = self.figures.iter().rev().find(|f| self.is_comparable(f, as_of)).map(|f| f.quarter);
        let today = as_of.to_string();
        // One that is yet to come is a slip of the pen.
        let begun = || self.quarters.iter().rfind(|quarter| quarter.days().0 <= today).copied();
        found.or_else(begun).or_else(|| self.quarters.last().copied())
    }

    fn is_comparable(&self, figures: &QuarterFigures, as_of: NaiveDate) -> bool {
        let most = self.figures.iter().map(|f| f.places).max().unwrap_or(0);
        figures.quarter.days().1 <= as_of.to_string()
            && figures.whole * 2 > figures.all
            && figures.places * 2 >= most
    }

    /// What is looked at unless something else is asked for: the quarters that can be compared up to and including
    /// [`Self::default_quarter`], four of them or as many as follow each other without a gap.
    #[must_use]
    pub fn latest_year(&self, as_of: NaiveDate) -> Option<Period> {
        let last = self.default_quarter(as_of)?;
        let can_be = |quarter: Quarter| {
            self.figures.iter().any(|f| f.quarter == quarter && self.is_comparable(f, as_of))
        };
        let before = (1..u16::from(WHOLE_YEAR)).take_while(|n| can_be(last.back(*n))).count();
        // A last quarter that is there for want of a better one has none to be added to.
        let before = if can_be(last) { before } else { 0 };
        Some(Period::up_to(last, before as u8 + 1))
    }

    /// The period that a word asks for: [`LATEST_YEAR`], or quarters of which at least one has demand, written as a
    /// [`Period`] is.
    #[must_use]
    pub fn period(&self, word: &str, as_of: NaiveDate) -> Option<Period> {
        if word == LATEST_YEAR {
            return self.latest_year(as_of);
        }
        let period: Period = word.parse().ok()?;
        period.quarters().any(|quarter| self.quarters.contains(&quarter)).then_some(period)
    }

    /// Words for periods that may be asked for: the latest year, itself as it is written, and each quarter, rising.
    #[must_use]
    pub fn period_words(&self, as_of: NaiveDate) -> Vec<String> {
        let Some(year) = self.latest_year(as_of) else { return Vec::new() };
        let mut words = vec![LATEST_YEAR.to_owned()];
        words.extend((year.len() > 1).then(|| year.to_string()));
        words.extend(self.quarters.iter().map(ToString::to_string));
        words
    }

    /// Whether any demand figure may identify people.
    #[must_use]
    pub fn is_unprotected(&self) -> bool {
        self.bases().contains(&Basis::Unprotected)
    }

    /// The geography reported on unless another is asked for: the one with the fewest areas among those with at
    /// least two (the coarsest that can be compared), the first by id on a tie. `None` without areas.
    #[must_use]
    pub fn default_geography(&self) -> Option<GeographyIdx> {
        let count = |g: GeographyIdx| self.area_geography.iter().filter(|&&a| a == g).count();
        let mut all: Vec<(bool, usize, GeographyIdx)> =
            self.geography_indices().map(|g| (count(g) < 2, count(g), g)).filter(|c| c.1 > 0).collect();
        all.sort();
        all.first().map(|c| c.2)
    }
}

/// Figures counted by quarter, rising; those of one place stand together in each table.
fn figures_by_quarter(
    demand: &[Demand<AreaIdx, NeedIdx>],
    cell_demand: &[Demand<DemandCell, NeedIdx>],
) -> Vec<QuarterFigures> {
    fn count<P: PartialEq + Copy>(
        figures: &[Demand<P, NeedIdx>],
        by_quarter: &mut BTreeMap<Quarter, QuarterFigures>,
    ) {
        let mut last: BTreeMap<Quarter, P> = BTreeMap::new();
        for figure in figures {
            let none = QuarterFigures { quarter: figure.quarter, places: 0, all: 0, whole: 0 };
            let of = by_quarter.entry(figure.quarter).or_insert(none);
            of.places += usize::from(last.insert(figure.quarter, figure.place) != Some(figure.place));
            of.all += 1;
            of.whole += usize::from(figure.months >= WHOLE_QUARTER);
        }
    }
    let mut by_quarter = BTreeMap::new();
    count(demand, &mut by_quarter);
    count(cell_demand, &mut by_quarter);
    by_quarter.into_values().collect()
}
