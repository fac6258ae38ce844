//! The gap: need against reachable supply, neighbourhood by neighbourhood.

use crate::analyse::{Analysis, QuarterAnalysis};
use crate::idx::{AreaIdx, GeographyIdx, NeedIdx};
use crate::known::KnownCount;
use crate::list_reach::NO_LIST_BELOW;
use crate::need_listings::need_listings;
use crate::neighbourhood::{NO_DATA_ABOVE, neighbourhoods, share_of};
use crate::placed_demand::PlacedDemand;
use crate::ranking::rank;
use crate::report::{DemandStatus, Gap, GapReport, Neighbourhood};
use crate::spread::{BaseIdx, PopulationSpread};
use crate::study::Study;
use crate::travel::{ReachedOrigins, TravelBasis, TravelTimes};
use rayon::prelude::*;
use std::collections::BTreeMap;

impl<T: TravelTimes> Analysis<T> {
    /// Gaps of every reporting area of a geography.
    #[must_use]
    pub fn report(&self, study: &Study, quarter: &QuarterAnalysis, geography: GeographyIdx) -> GapReport {
        let neighbourhoods = neighbourhoods(self, study, quarter, geography);
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let by_need: Vec<Vec<_>> = needs
            .par_iter()
            .map(|&need| gaps_of_need(self, study, quarter, geography, need, &neighbourhoods))
            .collect();
        let gaps =
            (0..neighbourhoods.len()).flat_map(|n| by_need.iter().map(move |gaps| gaps[n].clone())).collect();
        let listings = need_listings(self, study, &neighbourhoods);
        GapReport { geography, quarter: quarter.quarter, neighbourhoods, listings, gaps }
    }

    /// What [`Self::report`] gives, likewise; what is offered changes nothing about a neighbourhood itself.
    #[must_use]
    pub fn report_after(
        &self,
        study: &Study,
        quarter: &QuarterAnalysis,
        before: &GapReport,
        same: &[bool],
    ) -> GapReport {
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let by_need: Vec<Option<Vec<_>>> = needs
            .par_iter()
            .map(|&need| {
                let work =
                    || gaps_of_need(self, study, quarter, before.geography, need, &before.neighbourhoods);
                (!same[need.get()]).then(work)
            })
            .collect();
        let mut gaps = before.gaps.clone();
        for (need, new) in by_need.into_iter().enumerate().filter_map(|(need, new)| Some((need, new?))) {
            for (area, gap) in new.into_iter().enumerate() {
                gaps[area * needs.len() + need] = gap;
            }
        }
        let listings = need_listings(self, study, &before.neighbourhoods);
        GapReport { gaps, listings, neighbourhoods: before.neighbourhoods.clone(), ..*before }
    }
}

/// Gaps of one need, parallel to `neighbourhoods`, ranked.
#[must_use]
pub fn gaps_of_need<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    quarter: &QuarterAnalysis,
    geography: GeographyIdx,
    need: NeedIdx,
    neighbourhoods: &[Neighbourhood],
) -> Vec<Gap> {
    let in_reach = supply_in_reach(analysis, study, geography, need);
    let mut gaps: Vec<Gap> = neighbourhoods
        .iter()
        .map(|n| {
            let supply = in_reach.get(&n.area).copied().unwrap_or_default();
            gap(analysis, study, quarter, need, n, supply)
        })
        .collect();
    rank(&mut gaps);
    gaps
}

/// One line for each figure, beside the others that it has to agree with: in parts it would be harder to check.
fn gap<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    quarter: &QuarterAnalysis,
    need: NeedIdx,
    n: &Neighbourhood,
    supply: InReach,
) -> Gap {
    let (spread, placed) = (analysis.spread(), &quarter.placed);
    let cells = &quarter.cells[need.get()];
    let bases = spread.bases_of(n.area);
    let nth = need.get();

    let parts = parts(spread, placed, nth, bases);
    let referrals: f64 = parts.iter().map(|p| p.referrals).sum();
    let asked: KnownCount = parts.iter().map(|p| p.asked).sum();
    let demand = demand_status(analysis, placed, nth, n, referrals);
    let has_data = demand != DemandStatus::NoData;
    // A quarter that lacks months has no figure that could be held against a whole one.
    let has_figure = has_data && demand != DemandStatus::Partial;
    let lists = analysis.lists(need);
    let supply_known_share = lists.told.share_of(spread, n.area);
    let has_list = supply_known_share.is_none_or(|share| share >= NO_LIST_BELOW);
    let status = if has_data && !has_list { DemandStatus::NoList } else { demand };
    // A zero is said by lists that reach everybody; of what no list tells, nobody knows that there is nothing.
    let said = |figure: &f64| *figure > 0.0 || supply_known_share.is_none_or(|share| share >= 1.0);
    let by_people = |value: &dyn Fn(usize) -> Option<f64>| mean(&parts, |p| p.people, value);
    let by_referrals = |value: &dyn Fn(usize) -> Option<f64>| {
        if referrals > 0.0 { mean(&parts, |p| p.referrals, value) } else { by_people(value) }
    };
    // The part of a cell's referrals that is unmet is the same for everybody in the cell.
    let unmet = |by_cell: &[f64]| -> f64 {
        parts
            .iter()
            .filter(|p| p.referrals > 0.0)
            .map(|p| p.referrals * by_cell[p.cell] / cells.referrals[p.cell])
            .sum()
    };
    let anyone_asks = cells.referrals.iter().any(|&r| r > 0.0);
    let ends = |short: &[Vec<f64>; 2], of: fn(KnownCount) -> f64| -> [f64; 2] {
        [0, 1].map(|reading| parts.iter().map(|p| of(p.asked) * short[reading][p.cell]).sum())
    };
    let counted =
        has_figure.then(|| [&cells.unmet_listed, &cells.unmet_likely].map(|by_cell| unmet(by_cell)));
    let (mut unmet_low, mut unmet_high) = match &cells.bounds {
        None => (counted, counted),
        Some(bounds) => (
            has_data.then(|| ends(&bounds.short_low, KnownCount::low)),
            (has_data && asked.is_bounded()).then(|| ends(&bounds.short_high, KnownCount::high_or_infinite)),
        ),
    };
    // Sums of different terms may differ in their last digit.
    for reading in [0, 1] {
        let Some(point) = counted.map(|c| c[reading]) else { continue };
        unmet_low.iter_mut().for_each(|low| low[reading] = low[reading].min(point));
        unmet_high.iter_mut().for_each(|high| high[reading] = high[reading].max(point));
    }
    // What no list tells of may be all that is needed: only the upper end holds.
    unmet_low = unmet_low.filter(|_| has_list);
    let [unmet_listed, unmet_likely] = [0, 1].map(|r| counted.filter(|_| has_list).map(|c| c[r]));
    let months = bases.iter().map(|&b| placed.months[nth][b]).min();
    let no_match: Vec<f64> = bases.iter().filter_map(|&b| placed.no_match[nth][b]).collect();

    Gap {
        area: n.area,
        need,
        population: n.population,
        referrals: has_figure.then_some(referrals),
        referrals_low: (has_data || asked.low() > 0.0).then(|| asked.low()),
        referrals_high: asked.high().filter(|_| has_data),
        complete_months: months.filter(|_| has_data),
        unmet_low,
        unmet_high,
        no_match: (has_data && !no_match.is_empty()).then(|| no_match.iter().sum()),
        places_listed: Some(supply.listed).filter(said),
        places_likely: Some(supply.likely).filter(said),
        access_listed: by_referrals(&|i| anyone_asks.then_some(cells.access_listed[i])).filter(said),
        access_likely: by_referrals(&|i| anyone_asks.then_some(cells.access_likely[i])).filter(said),
        unmet_listed,
        unmet_likely,
        unmet_rate_likely: unmet_likely.filter(|_| referrals > 0.0).map(|u| u / referrals),
        shortfall_places_likely: unmet_likely
            .map(|u| u * study.needs()[need.get()].adequate.places_per_referral),
        coverage_share: by_people(&|i| Some(f64::from(u8::from(cells.covered[i])))).filter(said),
        nearest_minutes: by_referrals(&|i| cells.nearest_minutes[i]),
        assets_in_reach: Some(supply.assets).filter(|&assets| said(&f64::from(assets))),
        supply_known_share,
        supply_complete_share: lists.complete.share_of(spread, n.area),
        verified_share: (supply.listed > 0.0).then(|| supply.verified / supply.listed),
        assumed_share: (supply.listed > 0.0).then(|| supply.assumed / supply.listed),
        edge_share: by_people(&|i| Some(f64::from(u8::from(cells.edge[i])))),
        land_share: by_people(&|i| cells.land_share.get(i).copied()).filter(said),
        travel: travel_basis(analysis, &parts),
        streets_share: by_people(&|i| {
            Some(f64::from(u8::from(analysis.travel().basis(i) != TravelBasis::StraightLine)))
        }),
        basis: bases.iter().filter_map(|&b| placed.basis[b]).reduce(|a, b| a.with(b)).filter(|_| has_data),
        status,
        rank: None,
        rank_low: None,
        rank_high: None,
        of: 0,
    }
}

/// The parts of an area's base areas, cell by cell.
fn parts(spread: &PopulationSpread, placed: &PlacedDemand, need: usize, bases: &[BaseIdx]) -> Vec<GapPart> {
    let mut parts = Vec::new();
    for &base in bases {
        let in_cells = placed.in_cells(spread, need, base);
        // Where nobody lives nobody asks.
        let nobody = spread.people(base) == Some(0.0) && placed.referrals[need][base].is_none();
        for (&(cell, share), (_, referrals)) in spread.shares(base).iter().zip(in_cells) {
            parts.push(GapPart {
                cell: cell as usize,
                people: spread.people(base).unwrap_or(0.0) * share,
                referrals: referrals.known_part(),
                asked: if nobody { KnownCount::ZERO } else { referrals },
            });
        }
    }
    parts
}

/// Part of an area in one cell.
struct GapPart {
    cell: usize,
    people: f64,
    /// What is known of them, or its middle.
    referrals: f64,
    asked: KnownCount,
}

/// Whether demand for one need can be believed: nothing is known of it where most people live, or what is known elsewhere is
/// no more than zero; months are missing; or the whole area refers implausibly little.
fn demand_status<T: TravelTimes>(
    analysis: &Analysis<T>,
    placed: &PlacedDemand,
    need: usize,
    n: &Neighbourhood,
    known_part: f64,
) -> DemandStatus {
    let unknown = share_of(analysis, n.area, |b| placed.is_unknown(need, b));
    let partial = analysis.spread().bases_of(n.area).iter().any(|&b| placed.is_partial(need, b));
    if n.status == DemandStatus::NoData
        || unknown > NO_DATA_ABOVE
        || (unknown > 0.0 && known_part <= 0.0 && !partial)
    {
        DemandStatus::NoData
    } else if partial {
        DemandStatus::Partial
    } else if n.status == DemandStatus::Silent {
        DemandStatus::Silent
    } else {
        DemandStatus::Ok
    }
}

/// Weighted mean over the parts with a value; `None` without weight.
fn mean(
    parts: &[GapPart],
    weight: impl Fn(&GapPart) -> f64,
    value: &dyn Fn(usize) -> Option<f64>,
) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for part in parts {
        let w = weight(part);
        if w > 0.0
            && let Some(v) = value(part.cell)
        {
            sum += w * v;
            total += w;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// Supply in reach of an area's people, each asset once.
#[derive(Debug, Clone, Copy, Default)]
struct InReach {
    assets: u32,
    listed: f64,
    likely: f64,
    verified: f64,
    assumed: f64,
}

fn supply_in_reach<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    geography: GeographyIdx,
    need: NeedIdx,
) -> BTreeMap<AreaIdx, InReach> {
    let spread = analysis.spread();
    let mut areas_of_cell: Vec<Vec<AreaIdx>> = vec![Vec::new(); analysis.grid().cells().len()];
    for base in 0..spread.base().len() {
        if let Some(area) = spread.parent(geography, base) {
            for &(cell, _) in spread.shares(base) {
                areas_of_cell[cell as usize].push(area);
            }
        }
    }
    let mut supply: BTreeMap<AreaIdx, InReach> = BTreeMap::new();
    let mut reached = ReachedOrigins::default();
    let catchment = study.needs()[need.get()].catchment;
    for provider in analysis.providers(need) {
        analysis.travel().reach(provider.asset, catchment, &mut reached);
        let mut areas: Vec<AreaIdx> =
            reached.origins.iter().flat_map(|&cell| &areas_of_cell[cell as usize]).copied().collect();
        areas.sort_unstable();
        areas.dedup();
        for area in areas {
            let sum = supply.entry(area).or_default();
            sum.assets += 1;
            sum.listed += provider.listed;
            sum.likely += provider.likely;
            sum.verified += if provider.verified { provider.listed } else { 0.0 };
            sum.assumed += if provider.assumed { provider.listed } else { 0.0 };
        }
    }
    supply
}

fn travel_basis<T: TravelTimes>(analysis: &Analysis<T>, parts: &[GapPart]) -> TravelBasis {
    let bases = parts.iter().map(|p| analysis.travel().basis(p.cell));
    bases.reduce(TravelBasis::with).unwrap_or(TravelBasis::StraightLine)
}
