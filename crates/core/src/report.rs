//! What an analysis says, as values: rendering is another crate's work.

use crate::confidence::ConfidenceGrounds;
use crate::demand::Basis;
use crate::idx::{AreaIdx, AssetIdx, GeographyIdx, NeedIdx};
use crate::known::KnownCount;
use crate::period::Period;
use crate::travel::TravelBasis;

/// Gaps of one geography in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct GapReport {
    /// The geography reported on.
    pub geography: GeographyIdx,
    /// The period of the demand; `None` when there is no demand at all (supply is still reported).
    pub period: Option<Period>,
    /// One for every reporting area, by code.
    pub neighbourhoods: Vec<Neighbourhood>,
    /// One for every need, in order.
    pub listings: Vec<NeedListings>,
    /// One for every reporting area and need, by area code, then in the order of the needs table.
    pub gaps: Vec<Gap>,
}

/// Listings of the whole study that answer a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedListings {
    /// How many.
    pub count: usize,
    /// Whether they are so few that gaps are to be read as gaps in lists first.
    pub few: bool,
}

/// What is known of one neighbourhood, whatever the need.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbourhood {
    /// Which.
    pub area: AreaIdx,
    /// People: its own figure, else the sum of its parts; `None` is unknown.
    pub population: Option<f64>,
    /// Whether `population` is its own figure or comes from another geography's.
    pub population_is_own: bool,
    /// Deprivation decile, 1 = most deprived: its own, else the people-weighted mean of its parts, rounded.
    pub decile: Option<u8>,
    /// Cells whose centre it contains.
    pub cells: usize,
    /// Too small to contain a cell's centre: its people and demand stand in the cell of its interior point, or in the
    /// cells of its postcodes.
    pub tiny: bool,
    /// Referrals for all needs in the period, as far as they are known; `None` without data.
    pub referrals: Option<f64>,
    /// The least and the most they can be; the most is `None` where nobody knows.
    pub bounds: KnownCount,
    /// Months of the period that its figures cover, the fewest of any; `None` without data.
    pub complete_months: Option<u8>,
    /// Months of the period.
    pub whole_months: u8,
    /// Referrals for all needs that its people and deprivation predict, over the quarters of `silent_over`.
    pub expected: Option<f64>,
    /// Referrals for all needs over the same quarters.
    pub observed: Option<f64>,
    /// How many quarters `expected` and `observed` cover.
    pub silent_over: u16,
    /// Share of its people (0–1) who live where nothing is known of demand in the period.
    pub no_data_share: f64,
    /// Share of its people who live in small areas that refer implausibly little; 1 where it does itself.
    pub silent_share: f64,
    /// Share of its people who live where months of the period are missing.
    pub partial_share: f64,
    /// Share of its people whom no list reaches that tells of a need, mean of all needs.
    pub no_list_share: f64,
    /// The small areas that it is made of.
    pub small_areas: SmallAreas,
    /// Whether its demand can be believed.
    pub status: DemandStatus,
}

/// How many small areas an area is made of, and of how many of them something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SmallAreas {
    /// All of them.
    pub all: usize,
    /// Those of which nothing is known of demand in the period.
    pub no_data: usize,
    /// Those that refer implausibly little.
    pub silent: usize,
    /// Those that lack months of the period.
    pub partial: usize,
}

/// Whether what is known of an area can be held against others: its demand, and for a need the supply too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DemandStatus {
    /// Demand is known and plausible.
    Ok,
    /// Nothing is known of demand for most of its people in the quarter: missing is not zero.
    NoData,
    /// It refers implausibly little for its people and deprivation: need may be there unseen.
    Silent,
    /// Months of the period are missing: it cannot be compared with areas that have all of them.
    Partial,
    /// Of a gap alone: no list that tells of the need reaches most of its people. What there is for it is not known.
    NoList,
    /// Too few referrals for this need to be compared.
    TooFew,
}

impl DemandStatus {
    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoData => "no-data",
            Self::Silent => "silent",
            Self::Partial => "partial",
            Self::NoList => "no-list",
            Self::TooFew => "too-few",
        }
    }
}

/// Unmet referrals by what they lack; together they are all of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct UnmetParts {
    /// Nothing that answers the need is in reach, and a list that tells of it says so.
    pub nothing_in_reach: f64,
    /// Something is in reach, and not enough of it.
    pub not_enough: f64,
    /// No list that tells of the need reaches them: there may be something.
    pub not_known: f64,
}

/// Need against reachable supply for one neighbourhood and one need. `method.md` defines each figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The neighbourhood.
    pub area: AreaIdx,
    /// The need.
    pub need: NeedIdx,
    /// People; `None` is unknown.
    pub population: Option<f64>,
    /// Referrals in the period: the count, the middle of what it lies between, or what is known of it; `None` without data,
    /// where months are missing, and where what is known is no more than zero.
    pub referrals: Option<f64>,
    /// The least they can be; `None` where nothing is known.
    pub referrals_low: Option<f64>,
    /// The most they can be; `None` where nobody knows.
    pub referrals_high: Option<f64>,
    /// Standard error of the referrals by the noise that protects them; `None` where none was added.
    pub referrals_error: Option<f64>,
    /// Months of the period that its figures cover; `None` without data.
    pub complete_months: Option<u8>,
    /// Months of the period.
    pub whole_months: u8,
    /// The least that can be unmet, listed and likely: everybody asked as little as is possible. `None` without data, and
    /// without a list.
    pub unmet_low: Option<[f64; 2]>,
    /// The most that can be unmet, listed and likely: everybody asked as much as is possible. `None` where nobody knows.
    pub unmet_high: Option<[f64; 2]>,
    /// Referrals recorded with no match in the period; `None` when no source says.
    pub no_match: Option<f64>,
    /// Place-sessions in the period of all assets in reach of any of its people, taking every listing at its word; `None` where
    /// there are none and lists do not reach everybody.
    pub places_listed: Option<f64>,
    /// The same, each listing weighted by the chance that it still runs.
    pub places_likely: Option<f64>,
    /// Place-sessions per referral that its referrals can reach after sharing, listed; mean over its referrals (over
    /// its people where there are no referrals); `None` where nobody is known to live, and where
    /// it is 0 and lists do not reach everybody.
    pub access_listed: Option<f64>,
    /// The same, likely.
    pub access_likely: Option<f64>,
    /// Referrals left unmet in the period, listed; `None` without data and without a list.
    pub unmet_listed: Option<f64>,
    /// Referrals left unmet in the period, likely; `None` without data and without a list.
    pub unmet_likely: Option<f64>,
    /// What stands between the unmet and help, listed and likely; `None` where what is unmet is.
    pub unmet_parts: Option<[UnmetParts; 2]>,
    /// `unmet_likely` as a share of referrals, 0–1; `None` without data or referrals.
    pub unmet_rate_likely: Option<f64>,
    /// The ends of that share's 95 % interval ([`crate::interval::wilson`]).
    pub unmet_rate_interval: Option<(f64, f64)>,
    /// Place-sessions in the period that would bring it to the adequate level: adequate × `unmet_likely`.
    pub shortfall_places_likely: Option<f64>,
    /// Share of its people (0–1) with any such asset within the catchment, listed; `None` where nobody is known to live,
    /// and where it is 0 and lists do not reach everybody.
    pub coverage_share: Option<f64>,
    /// Minutes to the nearest such asset at any distance, mean over its referrals (over its people where there are
    /// none); `None` if there is no such asset at all.
    pub nearest_minutes: Option<f64>,
    /// Distinct assets in reach of any of its people; `None` where none is and lists do not reach everybody.
    pub assets_in_reach: Option<u32>,
    /// Place-sessions that referrals need for each that is likely there, at the assets that they go to if nobody is counted twice
    /// ([`crate::metric::balanced`]); mean over its referrals (over its people where there are none); `None` with nothing in reach.
    pub crowding: Option<f64>,
    /// Chance (0–1) that at least one of them still runs, each by itself; `None` where it is 0 and lists do not reach everybody.
    pub chance_any_runs: Option<f64>,
    /// Share of its people (0–1) whom a list reaches that tells of the need; `None` where no base area makes it up.
    pub supply_known_share: Option<f64>,
    /// Share of its people (0–1) whom a list reaches that says it has all of a kind which mainly answers the need.
    pub supply_complete_share: Option<f64>,
    /// Share of `places_listed` verified within twelve months of the day of the analysis; `None` without places.
    pub verified_share: Option<f64>,
    /// Share of `places_listed` that rests on a kind's default; `None` without places.
    pub assumed_share: Option<f64>,
    /// Share of its people (0–1) within two catchments of where the data end.
    pub edge_share: Option<f64>,
    /// Share of the floor standard for open land that its people meet (0–1, capped at 1 by cell); `None` if the need has none.
    pub land_share: Option<f64>,
    /// How minutes were found.
    pub travel: TravelBasis,
    /// Share of its people (0–1) who live where streets are known; `None` where nobody is known to live.
    pub streets_share: Option<f64>,
    /// Share of its people (0–1) who live where demand for the need is unknown.
    pub no_data_share: f64,
    /// Share of its people who live in small areas that refer implausibly little; 1 where it does itself.
    pub silent_share: f64,
    /// Share of its people who live where months of the period are missing for the need.
    pub partial_share: f64,
    /// What its referrals rest on: the weakest basis of any; `None` without data.
    pub basis: Option<Basis>,
    /// Whether its demand can be believed and compared.
    pub status: DemandStatus,
    /// What speaks against its figures, and so how far they can be leant on.
    pub grounds: ConfidenceGrounds,
    /// 1 = most unmet referrals for this need (likely), among areas with status ok; equal figures share a rank.
    pub rank: Option<u32>,
    /// The first rank that it can have, whatever the truth within what is known; `None` if not ranked.
    pub rank_low: Option<u32>,
    /// The last rank that it can have.
    pub rank_high: Option<u32>,
    /// How many areas are ranked for this need.
    pub of: u32,
}

/// What stands in each cell for one need in one period; every list is parallel to `Grid::cells`.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedCells {
    /// The need.
    pub need: NeedIdx,
    /// Referrals in the period: given for the cell, else spread from areas and so modelled. 0 also where no area has data: see
    /// `known`.
    pub referrals: Vec<f64>,
    /// What the referrals rest on where they were given for the cell; `None` where they are modelled.
    pub given: Vec<Option<Basis>>,
    /// Whether demand is known for the cell.
    pub known: Vec<bool>,
    /// Share of its people (0–1) whom a list reaches that tells of the need; empty where one reaches everywhere.
    pub supply_known: Vec<f64>,
    /// Place-sessions per referral, listed.
    pub access_listed: Vec<f64>,
    /// Place-sessions per referral, likely.
    pub access_likely: Vec<f64>,
    /// Referrals left unmet, listed.
    pub unmet_listed: Vec<f64>,
    /// Referrals left unmet, likely.
    pub unmet_likely: Vec<f64>,
    /// Minutes to the nearest such asset at any distance; `None` if there is none at all.
    pub nearest_minutes: Vec<Option<f64>>,
    /// Whether any such asset is in reach.
    pub covered: Vec<bool>,
    /// Assets in reach.
    pub assets_in_reach: Vec<u32>,
    /// Place-sessions that referrals need for each that is likely there, where the people of the cell go; `None` with nothing in
    /// reach.
    pub crowding: Vec<Option<f64>>,
    /// Share of the floor standard met (0–1); empty if the need has none.
    pub land_share: Vec<f64>,
    /// Whether more of it may be met, by land in reach that nobody has measured; empty if the need has none.
    pub land_not_measured: Vec<bool>,
    /// Within two catchments of where the data end.
    pub edge: Vec<bool>,
    /// What follows from the ends of what is known of demand; `None` where all of it was counted.
    pub bounds: Option<DemandBounds>,
}

/// The unmet share of referrals (0–1) in each cell, listed and likely, at either end of what is known of everybody's demand.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandBounds {
    /// Everybody asked as little as is possible.
    pub short_low: [Vec<f64>; 2],
    /// Everybody asked as much as is possible.
    pub short_high: [Vec<f64>; 2],
}

/// A provider whose places nobody with demand can reach, or more places than those in reach can use.
#[derive(Debug, Clone, PartialEq)]
pub struct IdleProvider {
    /// The asset.
    pub asset: AssetIdx,
    /// The need its places are for.
    pub need: NeedIdx,
    /// Its place-sessions for that need in the period.
    pub places: f64,
    /// Those nobody in reach can use: all of them when nobody with demand is in reach, else those beyond the cap.
    pub idle_places: f64,
}
