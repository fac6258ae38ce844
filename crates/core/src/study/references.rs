//! What names stand for. Whatever does not resolve becomes a problem, and the rest is read all the same: whoever mends the
//! sources is told of everything at once.

use super::problem::{AreaCodes, UnresolvedReference, contradicts, unknown, unresolved};
use super::{StudyAsset, StudyExtent, StudyList};
use crate::area::{Area, Geography};
use crate::asset::{AreaExtent, Asset, ServiceArea};
use crate::asset_list::{AssetList, ListExtent};
use crate::cell::DemandCell;
use crate::demand::{AreaCode, CompleteDemand, Demand, RecordingSystem};
use crate::idx::{AreaIdx, GeographyIdx, NeedIdx};
use crate::kind::{AssetKind, KindSupply};
use crate::need::Need;
use crate::noise::DemandNoise;
use crate::survival::VerifiedState;
use std::collections::{BTreeMap, BTreeSet};

/// Positions by name.
pub(super) struct References<'a> {
    kinds: &'a [AssetKind],
    need_table: &'a [Need],
    needs: BTreeMap<&'a str, NeedIdx>,
    kind_of: BTreeMap<&'a str, usize>,
    geographies: BTreeMap<&'a str, GeographyIdx>,
    areas: AreaCodes<'a>,
    area_count: usize,
}

impl<'a> References<'a> {
    pub(super) fn new(
        needs: &'a [Need],
        kinds: &'a [AssetKind],
        geographies: &'a [Geography],
        areas: &'a [Area],
    ) -> Self {
        Self {
            kinds,
            need_table: needs,
            needs: needs.iter().enumerate().map(|(i, n)| (n.id.as_str(), NeedIdx(i as u32))).collect(),
            kind_of: kinds.iter().enumerate().map(|(i, k)| (k.id.as_str(), i)).collect(),
            geographies: geographies
                .iter()
                .enumerate()
                .map(|(i, g)| (g.id.as_str(), GeographyIdx(i as u32)))
                .collect(),
            areas: AreaCodes::new(areas),
            area_count: areas.len(),
        }
    }

    /// Whether the needs that kinds serve are there.
    pub(super) fn check_kinds(&self, problems: &mut Vec<UnresolvedReference>) {
        for kind in self.kinds {
            for (need, _) in &kind.serves {
                if !self.needs.contains_key(need.as_str()) {
                    problems.push(unknown(format!("kind {}", kind.id), "need", need, "the needs table"));
                }
            }
        }
    }

    pub(super) fn geographies_of(
        &self,
        areas: &[Area],
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<GeographyIdx> {
        let mut found = Vec::with_capacity(areas.len());
        for area in areas {
            let from = || format!("area {}", area.code);
            match self.geographies.get(area.geography.as_str()) {
                Some(&geography) => found.push(geography),
                None => problems.push(unknown(from(), "geography", &area.geography, "the geographies")),
            }
        }
        found
    }

    /// Figures given by geography and code, by position of the area. The same figure twice is none too many: files overlap.
    pub(super) fn by_area<'b, T: PartialEq + Copy>(
        &self,
        table: &str,
        figures: impl Iterator<Item = (&'b str, &'b str, T)>,
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<Option<T>> {
        let mut by_area = vec![None; self.area_count];
        for (geography, code, figure) in figures {
            match self.areas.find(geography, code) {
                Ok(i) if by_area[i].is_some_and(|other| other != figure) => {
                    problems.push(contradicts(table, geography, code));
                }
                Ok(i) => by_area[i] = Some(figure),
                Err(reason) => problems.push(unresolved(table.to_owned(), "area", code, reason)),
            }
        }
        by_area
    }

    /// `None` without a kind: nothing follows from the rest of it.
    pub(super) fn asset(&self, asset: Asset, problems: &mut Vec<UnresolvedReference>) -> Option<StudyAsset> {
        let from = || format!("asset {}", asset.id);
        let Some(&kind) = self.kind_of.get(asset.kind.as_str()) else {
            problems.push(unknown(from(), "kind", &asset.kind, "the kinds table"));
            return None;
        };
        let mut serves = Vec::new();
        for (need, share) in self.shares(&asset, kind) {
            match self.needs.get(need) {
                Some(&need) => serves.push((need, share)),
                None => problems.push(unknown(from(), "needs", need, "the needs table")),
            }
        }
        serves.sort_by_key(|s| s.0);
        if let ServiceArea::Within(extents) = &asset.serves {
            for extent in extents {
                let AreaExtent::Area { geography, code } = extent else { continue };
                if let Err(reason) = self.areas.find(geography, code) {
                    problems.push(unresolved(from(), "service area", code, reason));
                }
            }
        }
        Some(StudyAsset { asset, kind, serves, verified_state: VerifiedState::default() })
    }

    /// Needs that an asset serves, and how much of its places goes to each: those of its kind, or the ones it names, alike.
    fn shares<'b>(&'b self, asset: &'b Asset, kind: usize) -> Vec<(&'b str, f64)> {
        if asset.needs.is_empty() {
            return self.kinds[kind].serves.iter().map(|(need, share)| (need.as_str(), *share)).collect();
        }
        let named: BTreeSet<&str> = asset.needs.iter().map(String::as_str).collect();
        let share = 1.0 / named.len() as f64;
        named.into_iter().map(|need| (need, share)).collect()
    }

    /// A list with the needs that it tells of, and the areas in which it looks.
    pub(super) fn list(&self, list: AssetList, problems: &mut Vec<UnresolvedReference>) -> StudyList {
        let from = format!("list {}", list.source);
        let mut complete_for = self.mainly_answered(&from, &list.complete, problems);
        let mut tells_of = self.mainly_answered(&from, &list.kinds, problems);
        tells_of.extend(&complete_for);
        for need in &list.needs {
            match self.needs.get(need.as_str()) {
                Some(&need) => tells_of.push(need),
                None => problems.push(unknown(from.clone(), "needs", need, "the needs table")),
            }
        }
        for needs in [&mut tells_of, &mut complete_for] {
            needs.sort_unstable();
            needs.dedup();
        }
        let mut find = |codes: Vec<AreaCode>| {
            let mut areas = Vec::with_capacity(codes.len());
            for AreaCode { geography, code } in codes {
                match self.areas.find(&geography, &code) {
                    Ok(area) => areas.push(AreaIdx(area as u32)),
                    Err(reason) => problems.push(unresolved(from.clone(), "covers", &code, reason)),
                }
            }
            areas
        };
        let extent = match list.extent {
            ListExtent::Everywhere => StudyExtent::Everywhere,
            ListExtent::Within { areas, shape } => StudyExtent::Within { areas: find(areas), shape },
            ListExtent::AroundListings { places, areas } => {
                StudyExtent::AroundListings { places, areas: find(areas) }
            }
        };
        StudyList { source: list.source, extent, tells_of, complete_for }
    }

    /// Needs that kinds mainly answer: those that the most of their places go to. Land answers where the need has a standard for it.
    fn mainly_answered(
        &self,
        from: &str,
        kinds: &[String],
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<NeedIdx> {
        let mut needs = Vec::new();
        for id in kinds {
            let Some(&kind) = self.kind_of.get(id.as_str()) else {
                problems.push(unknown(from.to_owned(), "kind", id, "the kinds table"));
                continue;
            };
            let kind = &self.kinds[kind];
            let most = kind.serves.iter().map(|(_, share)| *share).fold(0.0, f64::max);
            let main = kind.serves.iter().filter(|(_, share)| *share == most);
            let main = main.filter_map(|(need, _)| self.needs.get(need.as_str()).copied());
            needs.extend(main.filter(|need| match kind.supply {
                KindSupply::Places { .. } => true,
                KindSupply::Land => self.need_table[need.get()].adequate.floor.is_some(),
                KindSupply::None => false,
            }));
        }
        needs
    }

    /// Figures of areas, in the order given; `problems` takes every reference that does not resolve.
    pub(super) fn demand_of_areas(
        &self,
        demand: &[Demand<AreaCode>],
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<Demand<AreaIdx, NeedIdx>> {
        let mut resolved = Vec::with_capacity(demand.len());
        for d in demand {
            let from = || format!("demand for {} in {}", d.place.code, d.quarter);
            let need = self.needs.get(d.need.as_str());
            if need.is_none() {
                problems.push(unknown(from(), "need", &d.need, "the needs table"));
            }
            match self.areas.find(&d.place.geography, &d.place.code) {
                Ok(area) => resolved.extend(need.map(|&need| d.resolved(AreaIdx(area as u32), need))),
                Err(reason) => problems.push(unresolved(from(), "area", &d.place.code, reason)),
            }
        }
        resolved
    }

    /// Areas of which everything is said, in the order given.
    pub(super) fn complete_areas(
        &self,
        complete: &[CompleteDemand<AreaCode>],
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<CompleteDemand<AreaIdx>> {
        let mut resolved = Vec::with_capacity(complete.len());
        for c in complete {
            match self.areas.find(&c.place.geography, &c.place.code) {
                Ok(area) => {
                    let place = AreaIdx(area as u32);
                    resolved.push(CompleteDemand { place, quarter: c.quarter, basis: c.basis });
                }
                Err(reason) => {
                    let from = format!("complete demand for {} in {}", c.place.code, c.quarter);
                    problems.push(unresolved(from, "area", &c.place.code, reason));
                }
            }
        }
        resolved
    }

    /// Systems of areas, in the order given.
    pub(super) fn systems_of_areas(
        &self,
        systems: Vec<RecordingSystem<AreaCode>>,
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<RecordingSystem<AreaIdx>> {
        let mut resolved = Vec::with_capacity(systems.len());
        for RecordingSystem { place, quarter, system } in systems {
            match self.areas.find(&place.geography, &place.code) {
                Ok(area) => {
                    resolved.push(RecordingSystem { place: AreaIdx(area as u32), quarter, system });
                }
                Err(reason) => {
                    let from = format!("recording system of {} in {quarter}", place.code);
                    problems.push(unresolved(from, "area", &place.code, reason));
                }
            }
        }
        resolved
    }

    /// Noise of released figures, with its areas.
    pub(super) fn noise(
        &self,
        noise: DemandNoise<AreaCode>,
        problems: &mut Vec<UnresolvedReference>,
    ) -> DemandNoise<AreaIdx> {
        let DemandNoise { quarter, estimator, leaves } = noise;
        let mut resolved = Vec::with_capacity(leaves.len());
        for (leaf, place) in leaves {
            match self.areas.find(&place.geography, &place.code) {
                Ok(area) => resolved.push((leaf, AreaIdx(area as u32))),
                Err(reason) => {
                    let from = format!("release of {quarter}");
                    problems.push(unresolved(from, "area", &place.code, reason));
                }
            }
        }
        DemandNoise { quarter, estimator, leaves: resolved }
    }

    /// Figures of cells, in the order given. Cells of two sizes may hold each other, and count the same people twice.
    pub(super) fn demand_of_cells(
        &self,
        demand: &[Demand<DemandCell>],
        problems: &mut Vec<UnresolvedReference>,
    ) -> Vec<Demand<DemandCell, NeedIdx>> {
        let mut resolved = Vec::with_capacity(demand.len());
        for d in demand {
            let from = || format!("demand for cell {} in {}", d.place, d.quarter);
            if d.place.resolution() != demand[0].place.resolution() {
                let reason = format!("of another size than {}", demand[0].place);
                problems.push(unresolved(from(), "cell", &d.place.to_string(), reason));
            }
            match self.needs.get(d.need.as_str()) {
                Some(&need) => resolved.push(d.resolved(d.place, need)),
                None => problems.push(unknown(from(), "need", &d.need, "the needs table")),
            }
        }
        resolved
    }
}
