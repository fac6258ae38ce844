//! One cross-checked input. After [`Study::new`] nothing in the analysis can fail.

use crate::area::{Area, Deprivation, Geography, Population, Postcode};
use crate::asset::{AreaExtent, Asset, ServiceArea};
use crate::demand::{Basis, CellDemand, Demand, Quarter};
use crate::idx::{AreaIdx, GeographyIdx, NeedIdx};
use crate::kind::AssetKind;
use crate::need::Need;
use crate::survival::VerifiedState;
use chrono::NaiveDate;
use std::collections::BTreeMap;

mod figures;
mod problem;

pub use figures::{StudyCellDemand, StudyDemand};
use problem::{AreaCodes, contradicts, twice, unknown};
pub use problem::{InvalidStudy, UnresolvedReference};

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
    /// Referrals by area.
    pub demand: Vec<Demand>,
    /// Referrals by cell, all of one resolution.
    pub cell_demand: Vec<CellDemand>,
}

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
    demand: Vec<StudyDemand>,
    cell_demand: Vec<StudyCellDemand>,
    quarters: Vec<Quarter>,
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

impl Study {
    /// Resolves every reference and puts every table in canonical order.
    ///
    /// # Errors
    /// [`InvalidStudy`] naming **every** reference that does not resolve, and every key given twice.
    pub fn new(input: StudyInput) -> Result<Self, InvalidStudy> {
        let mut problems = Vec::new();
        let StudyInput {
            needs,
            mut kinds,
            mut geographies,
            mut areas,
            population,
            deprivation,
            mut postcodes,
            mut assets,
            mut demand,
            mut cell_demand,
        } = input;

        // Needs keep the order of their table (it is the order shown); everything else is sorted by its key.
        kinds.sort_by(|a, b| a.id.cmp(&b.id));
        geographies.sort_by(|a, b| a.id.cmp(&b.id));
        areas.sort_by(|a, b| (&a.geography, &a.code).cmp(&(&b.geography, &b.code)));
        postcodes.sort_by(|a, b| a.code.cmp(&b.code));
        assets.sort_by(|a, b| a.id.cmp(&b.id));
        demand.sort_by(|a, b| {
            (&a.geography, &a.code, &a.need, a.quarter).cmp(&(&b.geography, &b.code, &b.need, b.quarter))
        });
        cell_demand.sort_by(|a, b| (a.cell, &a.need, a.quarter).cmp(&(b.cell, &b.need, b.quarter)));
        twice(&mut problems, "needs table", "id", needs.iter().map(|n| n.id.clone()));
        twice(&mut problems, "kinds table", "id", kinds.iter().map(|k| k.id.clone()));
        twice(&mut problems, "geographies", "id", geographies.iter().map(|g| g.id.clone()));
        twice(&mut problems, "areas", "code", areas.iter().map(|a| format!("{}/{}", a.geography, a.code)));
        twice(&mut problems, "postcodes", "code", postcodes.iter().map(|p| p.code.clone()));
        twice(&mut problems, "assets", "id", assets.iter().map(|a| a.id.clone()));
        twice(
            &mut problems,
            "demand",
            "figure",
            demand.iter().map(|d| format!("{}/{} {} {}", d.geography, d.code, d.need, d.quarter)),
        );

        twice(
            &mut problems,
            "demand",
            "figure",
            cell_demand.iter().map(|d| format!("{} {} {}", d.cell, d.need, d.quarter)),
        );

        let need_of: BTreeMap<&str, NeedIdx> =
            needs.iter().enumerate().map(|(i, n)| (n.id.as_str(), NeedIdx(i as u32))).collect();
        let kind_of: BTreeMap<&str, usize> =
            kinds.iter().enumerate().map(|(i, k)| (k.id.as_str(), i)).collect();
        let geography_of: BTreeMap<&str, GeographyIdx> =
            geographies.iter().enumerate().map(|(i, g)| (g.id.as_str(), GeographyIdx(i as u32))).collect();
        let codes = AreaCodes::new(&areas);

        for kind in &kinds {
            for (need, _) in &kind.serves {
                if !need_of.contains_key(need.as_str()) {
                    problems.push(unknown(format!("kind {}", kind.id), "need", need, "the needs table"));
                }
            }
        }
        let mut area_geography = Vec::with_capacity(areas.len());
        for area in &areas {
            match geography_of.get(area.geography.as_str()) {
                Some(&g) => area_geography.push(g),
                None => problems.push(unknown(
                    format!("area {}", area.code),
                    "geography",
                    &area.geography,
                    "the geographies",
                )),
            }
        }

        let mut people = vec![None; areas.len()];
        for p in &population {
            match codes.find(&p.geography, &p.code) {
                Ok(i) if people[i].is_some_and(|v| v != p.people) => {
                    problems.push(contradicts("population", &p.geography, &p.code));
                }
                Ok(i) => people[i] = Some(p.people),
                Err(reason) => problems.push(UnresolvedReference {
                    from: "population".into(),
                    field: "area",
                    value: p.code.clone(),
                    reason,
                }),
            }
        }
        let mut decile = vec![None; areas.len()];
        for d in &deprivation {
            match codes.find(&d.geography, &d.code) {
                Ok(i) if decile[i].is_some_and(|v| v != d.decile) => {
                    problems.push(contradicts("deprivation", &d.geography, &d.code));
                }
                Ok(i) => decile[i] = Some(d.decile),
                Err(reason) => problems.push(UnresolvedReference {
                    from: "deprivation".into(),
                    field: "area",
                    value: d.code.clone(),
                    reason,
                }),
            }
        }

        let assets = assets
            .into_iter()
            .filter_map(|asset| {
                let Some(&kind) = kind_of.get(asset.kind.as_str()) else {
                    problems.push(unknown(
                        format!("asset {}", asset.id),
                        "kind",
                        &asset.kind,
                        "the kinds table",
                    ));
                    return None;
                };
                let mut named = asset.needs.clone();
                named.sort();
                named.dedup();
                let share = if named.is_empty() { 0.0 } else { 1.0 / named.len() as f64 };
                let shares: Vec<(String, f64)> = if named.is_empty() {
                    kinds[kind].serves.clone()
                } else {
                    named.into_iter().map(|n| (n, share)).collect()
                };
                let mut serves = Vec::with_capacity(shares.len());
                for (need, share) in shares {
                    match need_of.get(need.as_str()) {
                        Some(&k) => serves.push((k, share)),
                        None => {
                            problems.push(unknown(
                                format!("asset {}", asset.id),
                                "needs",
                                &need,
                                "the needs table",
                            ));
                        }
                    }
                }
                serves.sort_by_key(|s| s.0);
                if let ServiceArea::Within(extents) = &asset.serves {
                    for extent in extents {
                        let AreaExtent::Area { geography, code } = extent else { continue };
                        if let Err(reason) = codes.find(geography, code) {
                            problems.push(UnresolvedReference {
                                from: format!("asset {}", asset.id),
                                field: "service area",
                                value: code.clone(),
                                reason,
                            });
                        }
                    }
                }
                Some(StudyAsset { asset, kind, serves, verified_state: VerifiedState::default() })
            })
            .collect();

        let demand = figures::of_areas(&demand, &codes, &need_of, &mut problems);
        let cell_demand = figures::of_cells(&cell_demand, &need_of, &mut problems);
        if !problems.is_empty() {
            problems.sort();
            problems.dedup();
            return Err(InvalidStudy { problems });
        }
        let mut quarters: Vec<Quarter> =
            demand.iter().map(|d| d.quarter).chain(cell_demand.iter().map(|d| d.quarter)).collect();
        quarters.sort();
        quarters.dedup();
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
            demand,
            cell_demand,
            quarters,
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

    /// Demand figures, by area, need and quarter.
    #[must_use]
    pub fn demand(&self) -> &[StudyDemand] {
        &self.demand
    }

    /// Demand figures of cells, by cell, need and quarter.
    #[must_use]
    pub fn cell_demand(&self) -> &[StudyCellDemand] {
        &self.cell_demand
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
