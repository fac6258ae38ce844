//! Rows about cells.

use super::{CellLayer, RowFrame, Scenario};
use crate::wire::{RoundedFigure, WrittenDay, rows};
use hereabouts_core::demand::Basis;
use hereabouts_core::idx::NeedIdx;

rows! {
    /// Need against reachable supply for one H3 cell and one need in one period. Referrals are modelled, spread over the
    /// cells of an area, unless a source gives them by cell.
    CellRow<'a> {
        /// H3 index of the cell, in hexadecimal.
        cell: String,
        /// H3 resolution of the cell.
        resolution: u8,
        /// Id of the need.
        need: &'a str,
        /// Period of the referrals, a quarter or the first and the last of several; null where the study has no referrals at all.
        period: Option<&'a str>,
        /// Code of the neighbourhood that contains the centre of the cell, or of most of its parts; null if none does.
        area_code: Option<&'a str>,
        /// Id of that neighbourhood's geography.
        geography: &'a str,
        /// People, spread over the cells of small areas; 0 also where nobody is known to live.
        population: RoundedFigure,
        /// Referrals in the period; null is no data, which is not zero.
        referrals: Option<RoundedFigure>,
        /// Place-sessions per referral after sharing with all in reach, listed; null where it is 0 and lists do not reach everybody.
        access_listed: Option<RoundedFigure>,
        /// Place-sessions per referral after sharing with all in reach, likely; null where it is 0 and lists do not reach everybody.
        access_likely: Option<RoundedFigure>,
        /// Referrals left unmet in the period, listed; null without data or a list.
        unmet_listed: Option<RoundedFigure>,
        /// Referrals left unmet in the period, likely; null without data or a list.
        unmet_likely: Option<RoundedFigure>,
        /// Minutes on foot to the nearest such asset; null if there is none at all.
        nearest_minutes: Option<RoundedFigure>,
        /// Share of its people with any such asset within the catchment, 0 to 1; null where it is 0 and lists do not reach everybody.
        coverage_share: Option<RoundedFigure>,
        /// Assets in reach: the most of any of its parts; null where there are none and lists do not reach everybody.
        assets_in_reach: Option<u32>,
        /// Share of the open-land standard met, 0 to 1; null if the need has none.
        land_share: Option<RoundedFigure>,
        /// Share of it within two catchments of where the data end, 0 to 1.
        edge_share: RoundedFigure,
        /// How minutes were found: network, straight-line or mixed.
        travel: &'a str,
        /// What the referrals rest on: modelled, unless a source gives them for the cell; null without data.
        basis: Option<&'a str>,
        /// Whether it can be held against others: ok, no-data, no-list (no list that tells of the need reaches most of its people), silent (its neighbourhood refers implausibly little) or partial (months missing).
        status: &'a str,
        /// The reading asked for: listed or likely.
        reading: &'a str,
        /// Access in the reading asked for.
        access: Option<RoundedFigure>,
        /// Unmet referrals in the reading asked for.
        unmet: Option<RoundedFigure>,
        /// The day against which the age of listings is measured.
        as_of: WrittenDay,
        /// Share of its people whom a list of assets reaches that tells of the need, 0 to 1.
        supply_known_share: RoundedFigure,
    }
}

impl<'a> CellRow<'a> {
    /// One need in the cell at this position of a layer.
    #[must_use]
    pub fn new(
        frame: &RowFrame<'a>,
        layer: &CellLayer,
        need: NeedIdx,
        cell: usize,
        reading: Scenario,
    ) -> Self {
        let figures = layer.figures(need, cell);
        let figure = |value: Option<f64>| value.map(RoundedFigure::new);
        Self {
            cell: layer.cells()[cell].to_string(),
            resolution: layer.resolution().get(),
            need: &frame.study.needs()[need.get()].id,
            period: frame.period,
            area_code: layer.owner(cell).map(|area| frame.area(area).code.as_str()),
            geography: frame.geography_id(),
            population: RoundedFigure::new(layer.people(cell)),
            referrals: figure(figures.referrals),
            access_listed: figure(figures.access_listed),
            access_likely: figure(figures.access_likely),
            unmet_listed: figure(figures.unmet_listed),
            unmet_likely: figure(figures.unmet_likely),
            nearest_minutes: figure(figures.nearest_minutes),
            coverage_share: figure(figures.coverage_share),
            assets_in_reach: figures.assets_in_reach,
            land_share: figure(figures.land_share),
            edge_share: RoundedFigure::new(figures.edge_share),
            travel: layer.travel(cell).as_str(),
            basis: figures.referrals.map(|_| figures.given.unwrap_or(Basis::Modelled).as_str()),
            status: layer.status(&figures, cell).as_str(),
            reading: reading.as_str(),
            access: figure(reading.of(figures.access_listed, figures.access_likely)),
            unmet: figure(reading.of(figures.unmet_listed, figures.unmet_likely)),
            as_of: WrittenDay(frame.as_of),
            supply_known_share: RoundedFigure::new(figures.supply_known_share),
        }
    }
}
