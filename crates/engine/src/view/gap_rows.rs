//! Rows about neighbourhoods.

use super::{RowFrame, Scenario};
use crate::wire::{RoundedFigure, WrittenDay, rows};
use hereabouts_core::report::{Gap, Neighbourhood};

rows! {
    /// Need against reachable supply for one neighbourhood and one need in one period.
    GapRow<'a> {
        /// Code of the neighbourhood.
        area_code: &'a str,
        /// Name of the neighbourhood.
        area_name: &'a str,
        /// Id of the need.
        need: &'a str,
        /// Period of the referrals, a quarter or the first and the last of several; null where the study has no referrals at all.
        period: Option<&'a str>,
        /// People; null is unknown.
        population: Option<RoundedFigure>,
        /// Referrals in the period, the middle where they lie between two numbers; null is no data, which is not zero.
        referrals: Option<RoundedFigure>,
        /// Referrals recorded with no match in the period; null where no source says.
        no_match: Option<RoundedFigure>,
        /// Place-sessions in the period of all assets in reach of its people, every listing taken at its word; null where there are none and lists do not reach everybody.
        places_listed: Option<RoundedFigure>,
        /// The same, each listing weighted by the chance that it still runs.
        places_likely: Option<RoundedFigure>,
        /// Place-sessions per referral after sharing with all in reach, listed; null where nobody is known to live, and where it is 0 and lists do not reach everybody.
        access_listed: Option<RoundedFigure>,
        /// Place-sessions per referral after sharing with all in reach, likely; null where nobody is known to live, and where it is 0 and lists do not reach everybody.
        access_likely: Option<RoundedFigure>,
        /// Referrals left unmet in the period, listed; null without data or a list.
        unmet_listed: Option<RoundedFigure>,
        /// Referrals left unmet in the period, likely; null without data or a list.
        unmet_likely: Option<RoundedFigure>,
        /// Share of its referrals left unmet, likely, 0 to 1; null without data, list or referrals.
        unmet_rate_likely: Option<RoundedFigure>,
        /// Place-sessions in the period that would bring it to the adequate level, likely; null without data or a list.
        shortfall_places_likely: Option<RoundedFigure>,
        /// Share of its people with any such asset within the catchment, 0 to 1; null where nobody is known to live, and where it is 0 and lists do not reach everybody.
        coverage_share: Option<RoundedFigure>,
        /// Mean minutes on foot to the nearest such asset; null if there is none at all.
        nearest_minutes: Option<RoundedFigure>,
        /// Distinct assets in reach of any of its people; null where there are none and lists do not reach everybody.
        assets_in_reach: Option<u32>,
        /// Share of the listed places verified in the twelve months before as_of, 0 to 1; null without places.
        verified_share: Option<RoundedFigure>,
        /// Share of the listed places that rests on a default of their kind, 0 to 1; null without places.
        assumed_share: Option<RoundedFigure>,
        /// Share of its people within two catchments of where the data end, 0 to 1.
        edge_share: Option<RoundedFigure>,
        /// How minutes were found: network, straight-line or mixed.
        travel: &'a str,
        /// Whether it can be held against others: ok, no-data, no-list (no list that tells of the need reaches most of its people), silent (refers implausibly little) or partial (months missing).
        status: &'a str,
        /// 1 = most unmet referrals for this need (likely) among areas with status ok; null if not ranked.
        rank: Option<u32>,
        /// How many areas are ranked for this need.
        of: u32,
        /// Id of the geography the neighbourhood belongs to.
        geography: &'a str,
        /// Deprivation decile, 1 = most deprived tenth; null is unknown.
        deprivation_decile: Option<u8>,
        /// What the referrals rest on: unprotected, synthetic, released, pooled or modelled; null without data.
        basis: Option<&'a str>,
        /// Share of the open-land standard met, 0 to 1; null if the need has none.
        land_share: Option<RoundedFigure>,
        /// The reading asked for: listed or likely.
        reading: &'a str,
        /// Places in the reading asked for.
        places: Option<RoundedFigure>,
        /// Access in the reading asked for.
        access: Option<RoundedFigure>,
        /// Unmet referrals in the reading asked for.
        unmet: Option<RoundedFigure>,
        /// The day against which the age of listings is measured.
        as_of: WrittenDay,
        /// Share of its people who live where streets are known, 0 to 1; null where nobody is known to live.
        streets_share: Option<RoundedFigure>,
        /// The least that referrals can be; null where nothing is known.
        referrals_low: Option<RoundedFigure>,
        /// The most that referrals can be; null where nobody knows.
        referrals_high: Option<RoundedFigure>,
        /// Months of the period that the figures cover; null without data.
        complete_months: Option<u8>,
        /// The least that can be unmet in the reading asked for, within what is known of everybody's demand; null without data or a list.
        unmet_low: Option<RoundedFigure>,
        /// The most that can be unmet in the reading asked for; null where nobody knows.
        unmet_high: Option<RoundedFigure>,
        /// The first rank that it can have within what is known of demand; null if not ranked.
        rank_low: Option<u32>,
        /// The last rank that it can have; null if not ranked.
        rank_high: Option<u32>,
        /// Share of its people whom a list of assets reaches that tells of the need, 0 to 1; null where nothing makes it up.
        supply_known_share: Option<RoundedFigure>,
        /// How far its figures can be leant on: high, fair or low.
        confidence: &'a str,
        /// What speaks against them, the weightiest first, by the ids that the method lists.
        confidence_reasons: Vec<&'a str>,
        /// Share of its people who live where demand for the need is unknown, 0 to 1.
        no_data_share: RoundedFigure,
        /// Share of its people who live in small areas that refer implausibly little, 0 to 1; 1 where it does itself.
        silent_share: RoundedFigure,
        /// Share of its people who live where months of the period are missing, 0 to 1.
        partial_share: RoundedFigure,
        /// Lower end of the 95 % interval (Wilson) of unmet_rate_likely; null where that is.
        unmet_rate_low: Option<RoundedFigure>,
        /// Upper end of the 95 % interval (Wilson) of unmet_rate_likely; null where that is.
        unmet_rate_high: Option<RoundedFigure>,
        /// Quarters of the period.
        quarters: u8,
        /// Standard error of the referrals by the noise that protects them, in referrals; null where none was added. A 90 % interval is 1.645 of them to either side.
        referrals_error: Option<RoundedFigure>,
        /// Chance that at least one of the assets in reach still runs, 0 to 1, each by itself; null where it is 0 and lists do not reach everybody.
        chance_any_runs: Option<RoundedFigure>,
        /// Of what is unmet in the reading asked for, that with nothing in reach that answers the need; null where unmet is.
        unmet_nothing_in_reach: Option<RoundedFigure>,
        /// That with something in reach, and not enough of it; null where unmet is.
        unmet_not_enough: Option<RoundedFigure>,
        /// That which no list that tells of the need reaches, where nobody knows what is in reach; null where unmet is.
        unmet_not_known: Option<RoundedFigure>,
        /// Place-sessions that referrals need for each that is likely there, at the assets that they go to if nobody is counted twice; above 1 they are too full. Null with nothing in reach.
        crowding: Option<RoundedFigure>,
    }
}

impl<'a> GapRow<'a> {
    /// One gap, of the neighbourhood it is about.
    #[must_use]
    pub fn new(frame: &RowFrame<'a>, about: &Neighbourhood, gap: &Gap, reading: Scenario) -> Self {
        let area = frame.area(gap.area);
        let figure = |value: Option<f64>| value.map(RoundedFigure::new);
        let lacks = gap.unmet_parts.map(|[listed, likely]| reading.of(listed, likely));
        Self {
            area_code: &area.code,
            area_name: &area.name,
            need: &frame.study.needs()[gap.need.get()].id,
            period: frame.period,
            population: figure(gap.population),
            referrals: figure(gap.referrals),
            no_match: figure(gap.no_match),
            places_listed: figure(gap.places_listed),
            places_likely: figure(gap.places_likely),
            access_listed: figure(gap.access_listed),
            access_likely: figure(gap.access_likely),
            unmet_listed: figure(gap.unmet_listed),
            unmet_likely: figure(gap.unmet_likely),
            unmet_rate_likely: figure(gap.unmet_rate_likely),
            shortfall_places_likely: figure(gap.shortfall_places_likely),
            coverage_share: figure(gap.coverage_share),
            nearest_minutes: figure(gap.nearest_minutes),
            assets_in_reach: gap.assets_in_reach,
            verified_share: figure(gap.verified_share),
            assumed_share: figure(gap.assumed_share),
            edge_share: figure(gap.edge_share),
            travel: gap.travel.as_str(),
            status: gap.status.as_str(),
            rank: gap.rank,
            of: gap.of,
            geography: frame.geography_id(),
            deprivation_decile: about.decile,
            basis: gap.basis.map(|b| b.as_str()),
            land_share: figure(gap.land_share),
            reading: reading.as_str(),
            places: figure(reading.of(gap.places_listed, gap.places_likely)),
            access: figure(reading.of(gap.access_listed, gap.access_likely)),
            unmet: figure(reading.of(gap.unmet_listed, gap.unmet_likely)),
            as_of: WrittenDay(frame.as_of),
            streets_share: figure(gap.streets_share),
            referrals_low: figure(gap.referrals_low),
            referrals_high: figure(gap.referrals_high),
            complete_months: gap.complete_months,
            unmet_low: figure(gap.unmet_low.map(|[listed, likely]| reading.of(listed, likely))),
            unmet_high: figure(gap.unmet_high.map(|[listed, likely]| reading.of(listed, likely))),
            rank_low: gap.rank_low,
            rank_high: gap.rank_high,
            supply_known_share: figure(gap.supply_known_share),
            confidence: gap.grounds.confidence().as_str(),
            confidence_reasons: gap.grounds.iter().map(|(ground, _)| ground.id()).collect(),
            no_data_share: RoundedFigure::new(gap.no_data_share),
            silent_share: RoundedFigure::new(gap.silent_share),
            partial_share: RoundedFigure::new(gap.partial_share),
            unmet_rate_low: figure(gap.unmet_rate_interval.map(|(low, _)| low)),
            unmet_rate_high: figure(gap.unmet_rate_interval.map(|(_, high)| high)),
            quarters: frame.quarters,
            referrals_error: figure(gap.referrals_error),
            chance_any_runs: figure(gap.chance_any_runs),
            unmet_nothing_in_reach: figure(lacks.map(|of| of.nothing_in_reach)),
            unmet_not_enough: figure(lacks.map(|of| of.not_enough)),
            unmet_not_known: figure(lacks.map(|of| of.not_known)),
            crowding: figure(gap.crowding),
        }
    }
}

rows! {
    /// What is known of one neighbourhood, whatever the need.
    NeighbourhoodRow<'a> {
        /// Code of the neighbourhood.
        area_code: &'a str,
        /// Name of the neighbourhood.
        area_name: &'a str,
        /// Id of its geography.
        geography: &'a str,
        /// Period of the referrals, a quarter or the first and the last of several; null where the study has no referrals at all.
        period: Option<&'a str>,
        /// People; null is unknown.
        population: Option<RoundedFigure>,
        /// Whether the population is its own figure, or comes from another geography's.
        population_is_own: bool,
        /// Deprivation decile, 1 = most deprived tenth; null is unknown.
        deprivation_decile: Option<u8>,
        /// Cells whose centre it contains.
        cells: u32,
        /// Too small to contain a cell's centre: its people stand in the cell of a point inside it.
        tiny: bool,
        /// Referrals for all needs in the period; null is no data, which is not zero.
        referrals: Option<RoundedFigure>,
        /// Referrals that its people and deprivation predict, over as many quarters as silent_over_quarters says.
        expected_referrals: Option<RoundedFigure>,
        /// Referrals recorded over the same quarters.
        observed_referrals: Option<RoundedFigure>,
        /// Quarters that expected_referrals and observed_referrals cover.
        silent_over_quarters: u16,
        /// Share of its people who live where nothing is known of demand in the period, 0 to 1.
        no_data_share: RoundedFigure,
        /// Whether its demand can be believed: ok, no-data, silent (refers implausibly little) or partial (months missing).
        status: &'a str,
        /// The day against which the age of listings is measured.
        as_of: WrittenDay,
        /// The least that referrals for all needs can be; null where nothing is known.
        referrals_low: Option<RoundedFigure>,
        /// The most that they can be; null where nobody knows.
        referrals_high: Option<RoundedFigure>,
        /// Months of the period that its figures cover, the fewest of any; null without data.
        complete_months: Option<u8>,
        /// Share of its people who live in small areas that refer implausibly little, 0 to 1; 1 where it does itself.
        silent_share: RoundedFigure,
        /// Share of its people who live where months of the period are missing, 0 to 1.
        partial_share: RoundedFigure,
        /// Share of its people whom no list of assets reaches that tells of a need, 0 to 1, mean of all needs.
        no_list_share: RoundedFigure,
        /// Small areas that it is made of.
        small_areas: u32,
        /// Those of them of which nothing is known of demand.
        small_areas_no_data: u32,
        /// Those of them that refer implausibly little.
        small_areas_silent: u32,
        /// Those of them that lack months of the period.
        small_areas_partial: u32,
        /// Quarters of the period.
        quarters: u8,
    }
}

impl<'a> NeighbourhoodRow<'a> {
    /// One neighbourhood.
    #[must_use]
    pub fn new(frame: &RowFrame<'a>, of: &Neighbourhood) -> Self {
        let area = frame.area(of.area);
        let figure = |value: Option<f64>| value.map(RoundedFigure::new);
        Self {
            area_code: &area.code,
            area_name: &area.name,
            geography: frame.geography_id(),
            period: frame.period,
            population: figure(of.population),
            population_is_own: of.population_is_own,
            deprivation_decile: of.decile,
            cells: of.cells as u32,
            tiny: of.tiny,
            referrals: figure(of.referrals),
            expected_referrals: figure(of.expected),
            observed_referrals: figure(of.observed),
            silent_over_quarters: of.silent_over,
            no_data_share: RoundedFigure::new(of.no_data_share),
            status: of.status.as_str(),
            as_of: WrittenDay(frame.as_of),
            referrals_low: figure(of.complete_months.map(|_| of.bounds.low())),
            referrals_high: figure(of.complete_months.and(of.bounds.high())),
            complete_months: of.complete_months,
            silent_share: RoundedFigure::new(of.silent_share),
            partial_share: RoundedFigure::new(of.partial_share),
            no_list_share: RoundedFigure::new(of.no_list_share),
            small_areas: of.small_areas.all as u32,
            small_areas_no_data: of.small_areas.no_data as u32,
            small_areas_silent: of.small_areas.silent as u32,
            small_areas_partial: of.small_areas.partial as u32,
            quarters: frame.quarters,
        }
    }
}
