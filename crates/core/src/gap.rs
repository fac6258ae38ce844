//! The gap: need against reachable supply, neighbourhood by neighbourhood.

use crate::analyse::{Analysis, QuarterAnalysis};
use crate::confidence::{ConfidenceGrounds, Knowledge, LISTS_REACH_ENOUGH};
use crate::gap_parts::GapParts;
use crate::idx::{GeographyIdx, NeedIdx};
use crate::in_reach::{InReach, areas_of_cells, in_reach};
use crate::interval::wilson;
use crate::known::KnownCount;
use crate::list_reach::{self, NO_LIST_BELOW};
use crate::need_listings::need_listings;
use crate::neighbourhood::neighbourhoods;
use crate::noise::WITHIN_90;
use crate::ranking::rank;
use crate::report::{DemandStatus, Gap, GapReport, NeedCells, Neighbourhood};
use crate::silence::{NO_DATA_ABOVE, share_of};
use crate::study::Study;
use crate::supply::Provider;
use crate::travel::{TravelBasis, TravelTimes};
use rayon::prelude::*;

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
        GapReport { geography, period: quarter.period, neighbourhoods, listings, gaps }
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
    let areas = areas_of_cells(analysis.spread(), geography, analysis.grid().cells().len());
    let (providers, about) = (analysis.providers(need), &study.needs()[need.get()]);
    let limit = |provider: &Provider| provider.limit(about, analysis.policy());
    let reached = in_reach(analysis.travel(), providers, limit, &areas);
    // Without streets what is reached is what lies around.
    let around = analysis.around().map(|around| in_reach(around, providers, limit, &areas));
    let of_need = OfNeed { analysis, study, quarter, need };
    let mut gaps: Vec<Gap> = neighbourhoods
        .iter()
        .map(|n| {
            let of = |supply: &std::collections::BTreeMap<_, InReach>| {
                supply.get(&n.area).copied().unwrap_or_default()
            };
            of_need.gap(n, of(&reached), of(around.as_ref().unwrap_or(&reached)))
        })
        .collect();
    rank(&mut gaps);
    gaps
}

/// What the gaps of one need are worked out of.
struct OfNeed<'a, T> {
    analysis: &'a Analysis<T>,
    study: &'a Study,
    quarter: &'a QuarterAnalysis,
    need: NeedIdx,
}

/// Demand of an area for a need, and what of it is unmet, listed and likely.
struct Asked {
    status: DemandStatus,
    /// Share of its people whom a list reaches that tells of the need.
    lists_reach: Option<f64>,
    /// Months of the period that its figures cover.
    months: Option<u8>,
    /// As far as they are known.
    referrals: f64,
    known: KnownCount,
    /// Whether there is anything to show.
    has_data: bool,
    /// Whether it can be held against other figures.
    has_figure: bool,
    unmet: Option<[f64; 2]>,
    unmet_low: Option<[f64; 2]>,
    unmet_high: Option<[f64; 2]>,
}

/// Shares of an area's people for whom something is not known of demand for a need.
struct Unknown {
    no_data: f64,
    partial: f64,
}

impl<T: TravelTimes> OfNeed<'_, T> {
    fn cells(&self) -> &NeedCells {
        &self.quarter.cells[self.need.get()]
    }

    /// One line for each figure, beside the others that it has to agree with.
    fn gap(&self, n: &Neighbourhood, supply: InReach, around: InReach) -> Gap {
        let (spread, placed, nth) = (self.analysis.spread(), &self.quarter.placed, self.need.get());
        let (bases, cells) = (spread.bases_of(n.area), self.cells());
        let parts = GapParts::new(spread, placed, nth, bases, |base, cell| self.is_told(base, cell));
        let unknown = self.unknown(n);
        let asked = self.asked(n, &parts, &unknown);
        let quarters = f64::from(self.quarter.quarters());
        let rate = asked.unmet.filter(|_| asked.referrals > 0.0).map(|[_, likely]| likely / asked.referrals);
        let anyone_asks = cells.referrals.iter().any(|&r| r > 0.0);
        let access = |by_cell: &[f64]| parts.by_referrals(|i| anyone_asks.then_some(by_cell[i]));
        let no_match = bases.iter().filter_map(|&b| placed.no_match[nth][b]).reduce(|a, b| a + b);
        // A zero is said by lists that reach everybody; of what no list tells, nobody knows that there is nothing.
        let said = |figure: &f64| *figure > 0.0 || asked.lists_reach.is_none_or(|share| share >= 1.0);
        let basis = bases.iter().filter_map(|&b| placed.basis[b]).reduce(|a, b| a.with(b));
        Gap {
            area: n.area,
            need: self.need,
            population: n.population,
            referrals: asked.has_figure.then_some(asked.referrals),
            referrals_low: (asked.has_data || asked.known.low() > 0.0).then(|| asked.known.low()),
            referrals_high: asked.known.high().filter(|_| asked.has_data),
            referrals_error: self.quarter.noise.standard_error(bases).filter(|_| asked.has_data),
            complete_months: asked.months,
            whole_months: placed.whole,
            unmet_low: asked.unmet_low,
            unmet_high: asked.unmet_high,
            no_match: no_match.filter(|_| asked.has_data),
            places_listed: Some(supply.listed * quarters).filter(said),
            places_likely: Some(supply.likely * quarters).filter(said),
            access_listed: access(&cells.access_listed).filter(said),
            access_likely: access(&cells.access_likely).filter(said),
            unmet_listed: asked.unmet.map(|[listed, _]| listed),
            unmet_likely: asked.unmet.map(|[_, likely]| likely),
            unmet_parts: asked.unmet.map(|_| {
                [&cells.unmet_listed, &cells.unmet_likely].map(|by_cell| parts.unmet_parts(cells, by_cell))
            }),
            unmet_rate_likely: rate,
            unmet_rate_interval: rate.and_then(|rate| wilson(rate * asked.referrals, asked.referrals)),
            shortfall_places_likely: asked.unmet.map(|[_, likely]| likely * self.adequate()),
            coverage_share: parts.share(|i| cells.covered[i]).filter(said),
            nearest_minutes: parts.by_referrals(|i| cells.nearest_minutes[i]),
            assets_in_reach: Some(supply.assets).filter(|&assets| said(&f64::from(assets))),
            crowding: parts.by_referrals(|i| cells.crowding[i]),
            chance_any_runs: Some(supply.chance_any_runs()).filter(said),
            supply_known_share: asked.lists_reach,
            supply_complete_share: self.analysis.lists(self.need).complete.share_of(spread, n.area),
            verified_share: supply.verified_share(),
            assumed_share: supply.assumed_share(),
            edge_share: parts.share(|i| cells.edge[i]),
            land_share: parts.by_people(|i| cells.land_share.get(i).copied()).filter(said),
            travel: self.travel_basis(&parts),
            streets_share: self.streets_share(&parts),
            no_data_share: unknown.no_data,
            silent_share: n.silent_share,
            partial_share: unknown.partial,
            basis: basis.filter(|_| asked.has_data),
            status: asked.status,
            grounds: ConfidenceGrounds::of(&self.knowledge(n, &parts, &asked, &unknown, around)),
            rank: None,
            rank_low: None,
            rank_high: None,
            of: 0,
        }
    }

    /// Whether what there is for the people of a base area in a cell is known: a list that tells of the need reaches them, and no
    /// land is in reach that nobody has measured and that may be what they lack.
    fn is_told(&self, base: usize, cell: u32) -> bool {
        let not_measured = self.cells().land_not_measured.get(cell as usize).is_some_and(|more| *more);
        !not_measured && self.analysis.lists(self.need).told.holds(base, cell)
    }

    fn adequate(&self) -> f64 {
        self.study.needs()[self.need.get()].adequate.places_per_referral
    }

    fn unknown(&self, n: &Neighbourhood) -> Unknown {
        let (spread, placed) = (self.analysis.spread(), &self.quarter.placed);
        let share = |holds: &dyn Fn(usize) -> bool| share_of(spread, spread.bases_of(n.area), holds);
        Unknown {
            no_data: share(&|b| placed.is_unknown(self.need.get(), b)),
            partial: share(&|b| placed.is_partial(self.need.get(), b)),
        }
    }

    /// Referrals, what is unmet of them, and the ends of both.
    fn asked(&self, n: &Neighbourhood, parts: &GapParts, unknown: &Unknown) -> Asked {
        let cells = self.cells();
        let (referrals, known) = (parts.referrals(), parts.asked());
        let demand = self.demand_status(n, unknown, referrals);
        let has_data = demand != DemandStatus::NoData;
        // A period that lacks months has no figure that could be held against a whole one.
        let has_figure = has_data && demand != DemandStatus::Partial;
        let lists_reach =
            list_reach::share_where(self.analysis.spread(), n.area, |base, cell| self.is_told(base, cell));
        let has_list = lists_reach.is_none_or(|share| share >= NO_LIST_BELOW);
        let status = if has_data && !has_list { DemandStatus::NoList } else { demand };
        let mut unmet = has_figure
            .then(|| [&cells.unmet_listed, &cells.unmet_likely].map(|by_cell| parts.unmet(cells, by_cell)));
        let at = |short: &[Vec<f64>; 2], of: fn(KnownCount) -> f64| {
            [0, 1].map(|reading| parts.unmet_at(&short[reading], of))
        };
        let (mut unmet_low, mut unmet_high) = match &cells.bounds {
            None => (unmet, unmet),
            Some(bounds) => (
                has_data.then(|| at(&bounds.short_low, KnownCount::low)),
                (has_data && known.is_bounded())
                    .then(|| at(&bounds.short_high, KnownCount::high_or_infinite)),
            ),
        };
        // Sums of different terms may differ in their last digit.
        for reading in [0, 1] {
            let Some(point) = unmet.map(|unmet| unmet[reading]) else { continue };
            unmet_low.iter_mut().for_each(|low| low[reading] = low[reading].min(point));
            unmet_high.iter_mut().for_each(|high| high[reading] = high[reading].max(point));
        }
        // What no list tells of may be all that is needed: only the upper end holds.
        if !has_list {
            (unmet, unmet_low) = (None, None);
        }
        let bases = self.analysis.spread().bases_of(n.area);
        let months = bases.iter().map(|&b| self.quarter.placed.months[self.need.get()][b]).min();
        let months = months.filter(|_| has_data);
        Asked {
            status,
            lists_reach,
            months,
            referrals,
            known,
            has_data,
            has_figure,
            unmet,
            unmet_low,
            unmet_high,
        }
    }

    /// Whether demand can be believed and compared: nothing is known of it where most people live, or what is known elsewhere is no
    /// more than zero; months are missing; the whole area refers implausibly little; or there are too few referrals.
    fn demand_status(&self, n: &Neighbourhood, unknown: &Unknown, known_part: f64) -> DemandStatus {
        let nothing = unknown.no_data > 0.0 && known_part <= 0.0 && unknown.partial <= 0.0;
        if n.status == DemandStatus::NoData || unknown.no_data > NO_DATA_ABOVE || nothing {
            DemandStatus::NoData
        } else if unknown.partial > 0.0 {
            DemandStatus::Partial
        } else if n.status == DemandStatus::Silent {
            DemandStatus::Silent
        } else if known_part < self.analysis.policy().few_below {
            DemandStatus::TooFew
        } else {
            DemandStatus::Ok
        }
    }

    /// What bears on how far the figures can be leant on.
    fn knowledge(
        &self,
        n: &Neighbourhood,
        parts: &GapParts,
        asked: &Asked,
        unknown: &Unknown,
        around: InReach,
    ) -> Knowledge {
        Knowledge {
            demand_unknown: if asked.has_data { unknown.no_data } else { 1.0 },
            months_missing: unknown.partial > 0.0,
            silent: n.silent_share,
            too_few: asked.referrals < self.analysis.policy().few_below,
            noise: self.noise_share(n, asked),
            range: asked.known.is_bounded() && !asked.known.is_counted(),
            series: n.silent_over,
            // Where no base area makes it up, no figure is known anyway.
            lists_reach: asked.lists_reach.unwrap_or(0.0),
            lists_complete: self.analysis.lists(self.need).complete.share_of(self.analysis.spread(), n.area)
                >= Some(LISTS_REACH_ENOUGH),
            listed: around.verified_share().zip(around.assumed_share()),
            streets: self.streets_share(parts).unwrap_or(0.0),
            edge: parts.share(|i| self.analysis.is_at_edge_of_areas(self.study, self.need, i)).unwrap_or(0.0),
        }
    }

    /// Half the width of a 90 % interval of its referrals by the noise that protects them, as a share of them; 0 without noise.
    fn noise_share(&self, n: &Neighbourhood, asked: &Asked) -> f64 {
        let error = self.quarter.noise.standard_error(self.analysis.spread().bases_of(n.area));
        error.map_or(0.0, |error| WITHIN_90 * error / asked.referrals.max(1.0))
    }

    fn streets_share(&self, parts: &GapParts) -> Option<f64> {
        parts.share(|i| self.analysis.travel().basis(i) != TravelBasis::StraightLine)
    }

    fn travel_basis(&self, parts: &GapParts) -> TravelBasis {
        let bases = parts.cells().map(|cell| self.analysis.travel().basis(cell));
        bases.reduce(TravelBasis::with).unwrap_or(TravelBasis::StraightLine)
    }
}
