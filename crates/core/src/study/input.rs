//! What a study is made of, before its references are resolved.

use super::problem::{UnresolvedReference, twice};
use crate::area::{Area, Deprivation, Geography, Population, Postcode};
use crate::asset::Asset;
use crate::asset_list::AssetList;
use crate::cell::DemandCell;
use crate::demand::{AreaCode, CompleteDemand, Demand, Quarter, RecordingSystem};
use crate::kind::AssetKind;
use crate::need::Need;
use crate::noise::DemandNoise;

/// Everything a study is made of, by name, in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyInput {
    /// The needs table, in the order it is shown.
    pub needs: Vec<Need>,
    /// The kinds table.
    pub kinds: Vec<AssetKind>,
    /// Geographies, each with areas.
    pub geographies: Vec<Geography>,
    /// Areas of all geographies.
    pub areas: Vec<Area>,
    /// People by area.
    pub population: Vec<Population>,
    /// Deprivation by area.
    pub deprivation: Vec<Deprivation>,
    /// Live postcodes.
    pub postcodes: Vec<Postcode>,
    /// Assets at a place.
    pub assets: Vec<Asset>,
    /// The lists that assets come from. Where none tells of a need, what there is for it is not known.
    pub lists: Vec<AssetList>,
    /// Referrals by area.
    pub demand: Vec<Demand<AreaCode>>,
    /// Referrals by cell, all of one resolution.
    pub cell_demand: Vec<Demand<DemandCell>>,
    /// Areas and quarters of which a source says everything.
    pub complete: Vec<CompleteDemand<AreaCode>>,
    /// Cells and quarters of which a source says everything.
    pub cell_complete: Vec<CompleteDemand<DemandCell>>,
    /// Systems in which referrals of areas were recorded, as far as it is known.
    pub systems: Vec<RecordingSystem<AreaCode>>,
    /// The same of cells.
    pub cell_systems: Vec<RecordingSystem<DemandCell>>,
    /// Noise of the quarters whose figures are released ones.
    pub noise: Vec<DemandNoise<AreaCode>>,
}

impl StudyInput {
    /// In canonical order. Needs keep the order of their table (it is the order shown); everything else is sorted by its key.
    pub(super) fn sorted(mut self) -> Self {
        self.kinds.sort_by(|a, b| a.id.cmp(&b.id));
        self.geographies.sort_by(|a, b| a.id.cmp(&b.id));
        self.areas.sort_by(|a, b| (&a.geography, &a.code).cmp(&(&b.geography, &b.code)));
        self.postcodes.sort_by(|a, b| a.code.cmp(&b.code));
        self.assets.sort_by(|a, b| a.id.cmp(&b.id));
        self.lists.sort_by(|a, b| a.source.cmp(&b.source));
        self.demand.sort_by(|a, b| figure_key(a).cmp(&figure_key(b)));
        self.cell_demand.sort_by(|a, b| (a.place, &a.need, a.quarter).cmp(&(b.place, &b.need, b.quarter)));
        let of_area = |c: &CompleteDemand<AreaCode>| {
            (c.place.geography.clone(), c.place.code.clone(), c.quarter, c.basis)
        };
        self.complete.sort_by_cached_key(of_area);
        self.complete.dedup();
        self.cell_complete.sort_by_key(|c| (c.place, c.quarter, c.basis));
        self.cell_complete.dedup();
        self.systems.sort();
        self.systems.dedup();
        self.cell_systems.sort();
        self.cell_systems.dedup();
        self.noise.sort_by_key(|noise| noise.quarter);
        self
    }

    /// Every key that stands more than once in its table.
    pub(super) fn given_twice(&self) -> Vec<UnresolvedReference> {
        let mut problems = Vec::new();
        let mut check = |from, field, keys: Vec<String>| twice(&mut problems, from, field, keys);
        check("needs table", "id", self.needs.iter().map(|n| n.id.clone()).collect());
        check("kinds table", "id", self.kinds.iter().map(|k| k.id.clone()).collect());
        check("geographies", "id", self.geographies.iter().map(|g| g.id.clone()).collect());
        check("areas", "code", self.areas.iter().map(|a| format!("{}/{}", a.geography, a.code)).collect());
        check("postcodes", "code", self.postcodes.iter().map(|p| p.code.clone()).collect());
        check("assets", "id", self.assets.iter().map(|a| a.id.clone()).collect());
        check("lists", "source", self.lists.iter().map(|l| l.source.clone()).collect());
        let of_area =
            |d: &Demand<AreaCode>| format!("{}/{} {} {}", d.place.geography, d.place.code, d.need, d.quarter);
        check("demand", "figure", self.demand.iter().map(of_area).collect());
        let of_cell = |d: &Demand<DemandCell>| format!("{} {} {}", d.place, d.need, d.quarter);
        check("demand", "figure", self.cell_demand.iter().map(of_cell).collect());
        problems
    }
}

fn figure_key(d: &Demand<AreaCode>) -> (&str, &str, &str, Quarter) {
    (&d.place.geography, &d.place.code, &d.need, d.quarter)
}
