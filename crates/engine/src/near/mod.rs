//! What is near here that fits, as the API and the command line answer: one question, one answer, two forms of it.

mod body;
pub mod conditions;
mod reasons;

pub use conditions::{CONDITIONS, ConditionField, DAY_NAMES, DAYS, OPEN};
pub use hereabouts_find::SearchHit;

use crate::error::RequestError;
use crate::origin::Origin;
use crate::rows::AssetRow;
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::travel_mode::{self, ModeRequest, TimetableNotes, TransitTime, TransitTimes, TravelMode};
use crate::wire::{RoundedFigure, point_geometry};
use chrono::{Months, NaiveDateTime};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::DAY;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::facets::FitCount;
use hereabouts_find::gazetteer::FoundPlace;
use hereabouts_find::{
    ConditionSet, ListingJudgement, SearchCondition, SearchRequest, SearchResults, SessionWindow,
};
use reasons::reasons;
use serde::Serialize;
use serde_json::{Value, json};

/// Most listings in one answer.
const MOST: usize = 200;
/// Listings in an answer if nobody says.
const USUAL: usize = 20;
/// Farther is not asked on foot.
const MOST_MINUTES: u64 = 120;

/// What is near a place and fits: what is asked. Everything that is not given limits nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct NearRequest {
    /// Where somebody sets out.
    pub origin: Option<Origin>,
    /// Minutes from door to door at most; more than 120 is taken for 120.
    pub minutes: Option<u64>,
    /// Name of who walks; else whoever the figures are for.
    pub persona: Option<String>,
    /// On foot, or by public transport as well.
    pub mode: ModeRequest,
    /// Only what is known to be free.
    pub free: bool,
    /// Weekday on which a session starts, 0 is Monday.
    pub day: Option<usize>,
    /// Sessions that start at this minute of the day or later.
    pub after: Option<u16>,
    /// Sessions that start before this minute of the day.
    pub before: Option<u16>,
    /// Confirmed within so many months.
    pub verified_within: Option<u64>,
    /// The conditions that need no more than their values.
    pub search: SearchRequest,
    /// How many to give at most; more than 200 is taken for 200.
    pub limit: usize,
    /// How many to leave out at the front.
    pub offset: usize,
}

impl Default for NearRequest {
    fn default() -> Self {
        Self {
            origin: None,
            minutes: None,
            persona: None,
            mode: ModeRequest::default(),
            free: false,
            day: None,
            after: None,
            before: None,
            verified_within: None,
            search: SearchRequest::default(),
            limit: USUAL,
            offset: 0,
        }
    }
}

/// An answer, before it takes a form.
#[derive(Debug)]
pub struct NearAnswer<'a> {
    snapshot: &'a Snapshot,
    from: Option<FoundPlace>,
    travel: TravelBasis,
    ask: SearchRequest,
    found: SearchResults,
    mode: &'static str,
    rides: Option<TransitTimes>,
    notes: Option<TimetableNotes>,
}

/// Whether an answer takes a tenth of a millisecond, as what is around a place does in straight lines once the index stands.
/// Ways along streets take longer, and so do those of whoever walks otherwise or goes by public transport, and what is asked of the whole country.
#[must_use]
pub fn is_at_once(site: &Site, request: &NearRequest) -> bool {
    let from_a_point = request.origin.as_ref().is_some_and(Origin::is_a_point);
    let usual = request.persona.is_none() && !request.mode.by_transit;
    from_a_point && usual && site.searches_in_straight_lines()
}

/// Answers a question at a moment on the clock there.
///
/// # Errors
/// [`RequestError::Parameter`] with what would do; [`RequestError::Unknown`] for a place that is not known, with what may have
/// been meant.
pub fn answer<'a>(
    site: &'a Site,
    request: &NearRequest,
    now: NaiveDateTime,
) -> Result<NearAnswer<'a>, RequestError> {
    let search = site.search()?;
    let from = request.origin.as_ref().map(|origin| origin.find(search)).transpose()?;
    let persona = request.persona.as_deref();
    let mode = TravelMode::new(request.mode, persona, site)?;
    let ask = conditions_of(site, request, from.as_ref().map(|f| f.place), mode.is_transit(), now);
    let cell = ask.from.and_then(|place| site.analysis().grid().cell_at(place)).map(|cell| cell as u32);
    let on_foot = site.on_foot(persona);
    let limit = ask.minutes.unwrap_or_default();
    let rides =
        ask.from.and_then(|place| Some(TransitTimes::to_assets(&mode.ride(place)?, place, limit, on_foot)));
    let found = match &rides {
        Some(rides) => search.finder.find(&ask, cell, rides),
        None => search.finder.find(&ask, cell, on_foot),
    };
    let notes = mode.notes(site, rides.as_ref().is_none_or(TransitTimes::stop_near));
    let known = ask.from.map(|place| on_foot.cells().basis(place));
    let travel = found.hits.iter().chain(&found.outside).filter_map(|hit| hit.basis).chain(known);
    let travel = travel.reduce(TravelBasis::with).unwrap_or(site.travel());
    Ok(NearAnswer { snapshot: site, from, travel, ask, found, mode: mode.as_str(), rides, notes })
}

/// What the index of listings is asked.
fn conditions_of(
    snapshot: &Snapshot,
    request: &NearRequest,
    from: Option<Place>,
    by_transit: bool,
    now: NaiveDateTime,
) -> SearchRequest {
    let study = snapshot.study();
    let usual = match request.search.need {
        _ if by_transit => travel_mode::USUAL_MINUTES,
        Some(need) => study.needs()[need].catchment.get(),
        None => SearchRequest::MINUTES,
    };
    let minutes = request.minutes.map_or(usual, |m| m.min(MOST_MINUTES) as f64);
    let (day, after, before) = (request.day, request.after, request.before);
    let when = (day.is_some() || after.is_some() || before.is_some()).then(|| SessionWindow {
        weekdays: day.map_or(0x7f, |d| 1 << d),
        from: after.unwrap_or(0),
        to: before.unwrap_or(DAY),
        today: snapshot.as_of(),
    });
    let months = request.verified_within.map(|m| Months::new(m.min(1_200) as u32));
    SearchRequest {
        from,
        minutes: Minutes::new(minutes).ok(),
        cost: if request.free { Some(0.0) } else { request.search.cost },
        activities_first: request.search.need.is_some_and(|need| study.needs()[need].activity),
        verified_since: months.and_then(|months| snapshot.as_of().checked_sub_months(months)),
        when,
        now,
        limit: request.limit.min(MOST),
        offset: request.offset,
        ..request.search.clone()
    }
}

/// How a listing, by position, stands to all that is asked but distance and words; `None` where nothing is.
///
/// # Errors
/// [`RequestError::Internal`] where no index can be made of the words, which does not happen.
pub fn judged(
    site: &Site,
    request: &NearRequest,
    listing: usize,
    now: NaiveDateTime,
) -> Result<Option<ListingJudgement>, RequestError> {
    let ask = conditions_of(site, request, None, false, now);
    let asks = SearchCondition::ALL.into_iter().filter(|condition| *condition != SearchCondition::Minutes);
    let any = { asks }.any(|condition| ask.asks(condition));
    any.then(|| Ok(site.search()?.finder.judged(listing, &ask))).transpose()
}

/// What is known of an asset, by position, in words, without a way there.
pub fn known(snapshot: &Snapshot, listing: usize) -> Vec<String> {
    let hit =
        SearchHit { listing, minutes: None, basis: None, score: 0.0, not_known: ConditionSet::default() };
    reasons(snapshot, &hit, None)
}

/// What is known besides of a way by public transport.
#[derive(Debug, Serialize)]
struct RideResult {
    /// Minutes within which one is there at nine departures in ten; null where that is longer than any journey may be.
    minutes_p90: Option<RoundedFigure>,
    /// Minutes on foot alone; null where that is farther than was looked.
    minutes_on_foot: Option<RoundedFigure>,
    /// What is sooner at half of the departures.
    mode: &'static str,
}

/// Minutes as they are shown.
fn tenths(minutes: f64) -> RoundedFigure {
    RoundedFigure::new((minutes * 10.0).round() / 10.0)
}

/// A listing with the way there and why it stands where it does.
#[derive(Debug, Serialize)]
struct NearResult<'a> {
    id: &'a str,
    /// Minutes on foot, or from door to door by public transport; null where nobody has to go, or without a place to set out from.
    minutes: Option<RoundedFigure>,
    /// Metres as the crow flies.
    metres: Option<u64>,
    /// Whether the minutes are along streets (network) or a straight line; null where there are none.
    travel: Option<&'static str>,
    #[serde(flatten)]
    ride: Option<RideResult>,
    /// Conditions of which nobody says whether it meets them; none: it fits.
    ask: Vec<&'static str>,
    reasons: Vec<String>,
    #[serde(flatten)]
    row: AssetRow<'a>,
}

impl NearAnswer<'_> {
    /// What was asked.
    pub const fn search_request(&self) -> &SearchRequest {
        &self.ask
    }

    /// What was found.
    pub const fn found(&self) -> &SearchResults {
        &self.found
    }

    /// Why a listing stands where it does, the way there first.
    pub fn why(&self, hit: &SearchHit) -> Vec<String> {
        reasons(self.snapshot, hit, self.ride(hit))
    }

    /// How long it takes by public transport and on foot, where that was asked.
    #[must_use]
    pub fn ride(&self, hit: &SearchHit) -> Option<&TransitTime> {
        hit.minutes.and_then(|_| self.rides.as_ref()?.to(hit.listing))
    }

    /// What is said of the timetables, where one goes by public transport.
    #[must_use]
    pub const fn timetable_notes(&self) -> Option<&TimetableNotes> {
        self.notes.as_ref()
    }

    /// `walk` or `walk+transit`.
    #[must_use]
    pub const fn mode(&self) -> &'static str {
        self.mode
    }

    /// Whether nothing was left out at the front.
    #[must_use]
    pub const fn is_first_page(&self) -> bool {
        self.ask.offset == 0
    }

    /// Id of the need that was asked for.
    #[must_use]
    pub fn need(&self) -> Option<&str> {
        Some(self.snapshot.study().needs()[self.ask.need?].id.as_str())
    }

    /// Where the person sets out.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        self.ask.from
    }

    /// How many fit, and how many may.
    #[must_use]
    pub const fn count(&self) -> FitCount {
        self.found.count
    }

    /// The assets given, in their two parts: what fits, and what may.
    #[must_use]
    pub fn parts(&self) -> (&[SearchHit], &[SearchHit]) {
        self.found.hits.split_at(self.found.hits.partition_point(SearchHit::fits))
    }

    /// Whether what may fit has come into sight, of which somebody has to ask before they say that nothing is there.
    #[must_use]
    pub fn shows_what_may_fit(&self) -> bool {
        self.found.count.may_fit == 0 || !self.parts().1.is_empty()
    }

    /// Conditions of which it is not known whether what may fit meets them, and how many each, the most first.
    #[must_use]
    pub fn not_known(&self) -> &[(SearchCondition, usize)] {
        &self.found.not_known
    }

    /// Positions of the assets given, in order, with the way to each: what fits before what may.
    pub fn hits(&self) -> impl Iterator<Item = &SearchHit> {
        self.found.hits.iter()
    }

    /// Why an asset stands where it does, the way there left out.
    #[must_use]
    pub fn reasons(&self, listing: usize) -> Vec<String> {
        known(self.snapshot, listing)
    }

    /// How minutes were found.
    #[must_use]
    pub const fn travel(&self) -> TravelBasis {
        self.travel
    }

    /// What it starts from, in words.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.from.as_ref().map(|f| f.label.as_str())
    }

    /// Conditions that alone keep listings out, and how many, the most first.
    #[must_use]
    pub fn removed(&self) -> &[(SearchCondition, usize)] {
        &self.found.removed
    }

    fn result(&self, hit: &SearchHit) -> NearResult<'_> {
        let asset = &self.snapshot.study().assets()[hit.listing].asset;
        let metres = self.ask.from.zip(asset.place).map(|(from, to)| from.distance(to).get().round() as u64);
        NearResult {
            id: &asset.id,
            minutes: hit.minutes.map(tenths),
            metres,
            travel: hit.basis.map(TravelBasis::as_str),
            ride: self.ride(hit).map(|ride| RideResult {
                minutes_p90: ride.p90.map(tenths),
                minutes_on_foot: ride.on_foot.map(tenths),
                mode: if ride.is_by_vehicle() { travel_mode::WALK_AND_TRANSIT } else { travel_mode::WALK },
            }),
            ask: hit.not_known.iter().map(SearchCondition::as_str).collect(),
            reasons: self.why(hit),
            row: AssetRow::new(self.snapshot, hit.listing),
        }
    }

    /// The same rows as a GeoJSON FeatureCollection.
    ///
    /// # Errors
    /// [`RequestError::Internal`] where a row cannot be written, which does not happen.
    pub fn geojson(&self) -> Result<Value, RequestError> {
        let features = self.found.hits.iter().map(|hit| {
            let place = self.snapshot.study().assets()[hit.listing].asset.place;
            let geometry = place.map(point_geometry).transpose().map_err(|_| RequestError::Internal)?;
            let result = self.result(hit);
            Ok(json!({ "type": "Feature", "id": result.id, "geometry": geometry, "properties": result }))
        });
        Ok(json!({
            "type": "FeatureCollection", "mode": self.mode, "transit": self.notes,
            "features": features.collect::<Result<Vec<_>, RequestError>>()?,
        }))
    }
}
