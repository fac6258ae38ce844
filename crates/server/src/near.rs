//! What is near here that fits, as the API and the command line answer: one question, one answer, two forms of it.

mod body;
mod parameters;
mod reasons;
mod search;

pub(crate) use parameters::{DAYS, OPEN, parameters, persona};
pub use search::Search;

use crate::error::ApiError;
use crate::feature::{AssetRow, Figure, point_geometry};
use crate::language;
use crate::mode::{self, Mode, Ride, Rides, Said};
use crate::query::Query;
use crate::query::parameter::minute_of_day;
use crate::snapshot::Snapshot;
use chrono::NaiveDateTime;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::DAY;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::gazetteer::{From, Unknown};
use hereabouts_find::{Ask, Condition, Found, Hit, When};
use reasons::reasons;
use serde::Serialize;
use serde_json::{Value, json};

/// Most listings in one answer.
const MOST: usize = 200;
/// Listings in an answer if nobody says.
const USUAL: u64 = 20;
/// Farther is not asked on foot.
const MOST_MINUTES: u64 = 120;

/// An answer, before it takes a form.
#[derive(Debug)]
pub struct Answer<'a> {
    snapshot: &'a Snapshot,
    from: Option<From>,
    travel: TravelBasis,
    ask: Ask,
    found: Found,
    mode: &'static str,
    rides: Option<Rides>,
    said: Option<Said>,
}

/// Whether an answer takes a tenth of a millisecond, as what is around a place does in straight lines once the index stands.
/// Ways along streets take longer, and so do those of whoever walks otherwise or goes by public transport, and what is asked of the whole country.
pub(crate) fn is_at_once(snapshot: &Snapshot, query: &str) -> bool {
    let mut names = query.split('&').filter_map(|part| part.split('=').next());
    let has_origin = names.clone().any(|name| matches!(name, "at" | "postcode"));
    // A name that is written in another way is not looked into.
    let plain = |name: &str| !matches!(name, "persona" | "mode") && !name.contains('%');
    has_origin && names.all(plain) && snapshot.searches_in_straight_lines()
}

/// Answers a question put as the query of an address, at a moment on the clock there.
///
/// # Errors
/// [`ApiError::Parameter`] with what would do; for a place that is not known, what may have been meant.
pub fn answer<'a>(snapshot: &'a Snapshot, query: &str, now: NaiveDateTime) -> Result<Answer<'a>, ApiError> {
    let search = snapshot.search()?;
    let query = Query::parse(query, &parameters(snapshot))?;
    let study = snapshot.study();
    // The most exact of what is given.
    let origin =
        ["at", "postcode", "area", "place"].into_iter().find_map(|name| Some((name, query.get(name)?)));
    let from = origin
        .map(|(name, text)| {
            let unknown = |e: Unknown| ApiError::Unknown { field: name.to_owned(), reason: e.to_string() };
            search.place(text).map_err(unknown)
        })
        .transpose()?;
    let flag = |name: &str| query.get(name).map(|v| v == "true" || v == "1");
    let whole = |name: &str| query.get(name).and_then(|v| v.parse::<u64>().ok());
    let clock = |name: &str| query.get(name).and_then(minute_of_day);
    let (after, before) = (clock("after"), clock("before"));
    let day = query.get("day").and_then(|d| DAYS.iter().position(|n| *n == d));
    let cost = query.get("cost").and_then(crate::query::parameter::number);
    let need = query.get("need").and_then(|id| study.need(id));
    let mode = Mode::read(&query, snapshot)?;
    let usual = match need {
        _ if mode.is_transit() => mode::USUAL_MINUTES,
        Some(need) => study.needs()[need.get()].catchment.get(),
        None => Ask::MINUTES,
    };
    let minutes = whole("minutes").map_or(usual, |m| m.min(MOST_MINUTES) as f64);
    let when = (day.is_some() || after.is_some() || before.is_some()).then(|| When {
        weekdays: day.map_or(0x7f, |d| 1 << d),
        from: after.unwrap_or(0),
        to: before.unwrap_or(DAY),
        today: snapshot.as_of(),
    });
    let ask = Ask {
        from: from.as_ref().map(|f| f.place),
        minutes: Minutes::new(minutes).ok(),
        text: query.get("q").map(str::to_owned),
        need: need.map(|n| n.get()),
        kind: query.get("kind").and_then(|id| study.kinds().iter().position(|k| k.id == id)),
        cost: if flag("free") == Some(true) { Some(0.0) } else { cost },
        step_free: flag("step_free") == Some(true),
        age: whole("age").map(|a| a as f64),
        language: query.get("language").map(language::name),
        remote: flag("online"),
        verified_since: whole("verified_within")
            .and_then(|m| snapshot.as_of().checked_sub_months(chrono::Months::new(m.min(1_200) as u32))),
        when,
        open: query.get("open").and_then(|word| OPEN.iter().find(|o| o.0 == word)).map(|o| o.1),
        now,
        course: flag("course"),
        welcome: flag("welcome") == Some(true),
        limit: query.whole("limit", USUAL as usize).min(MOST),
        offset: query.whole("offset", 0),
    };
    let cell = ask.from.and_then(|place| snapshot.analysis().grid().cell_at(place)).map(|cell| cell as u32);
    let on_foot = snapshot.on_foot(query.get("persona"));
    let limit = ask.minutes.unwrap_or_default();
    let rides = ask.from.and_then(|place| Some(Rides::to_assets(&mode.ride(place)?, place, limit, on_foot)));
    let found = match &rides {
        Some(rides) => search.finder.find(&ask, cell, rides),
        None => search.finder.find(&ask, cell, on_foot),
    };
    let said = mode.said(snapshot, rides.as_ref().is_none_or(Rides::stop_near));
    let known = ask.from.map(|place| on_foot.cells().basis(place));
    let travel = found.hits.iter().chain(&found.outside).filter_map(|hit| hit.basis).chain(known);
    let travel = travel.reduce(TravelBasis::with).unwrap_or(snapshot.travel());
    Ok(Answer { snapshot, from, travel, ask, found, mode: mode.as_str(), rides, said })
}

/// What is known of an asset, by position, in words, without a way there.
pub(crate) fn known(snapshot: &Snapshot, listing: usize) -> Vec<String> {
    reasons(snapshot, &Hit { listing, minutes: None, basis: None, score: 0.0 }, None)
}

/// What is known besides of a way by public transport.
#[derive(Debug, Serialize)]
struct RideResult {
    /// Minutes within which one is there at nine departures in ten; null where that is longer than any journey may be.
    minutes_p90: Option<Figure>,
    /// Minutes on foot alone; null where that is farther than was looked.
    minutes_on_foot: Option<Figure>,
    /// What is sooner at half of the departures.
    mode: &'static str,
}

/// Minutes as they are shown.
fn tenths(minutes: f64) -> Figure {
    Figure::new((minutes * 10.0).round() / 10.0)
}

/// A listing with the way there and why it stands where it does.
#[derive(Debug, Serialize)]
struct Result_<'a> {
    id: &'a str,
    /// Minutes on foot, or from door to door by public transport; null where nobody has to go, or without a place to set out from.
    minutes: Option<Figure>,
    /// Metres as the crow flies.
    metres: Option<u64>,
    /// Whether the minutes are along streets (network) or a straight line; null where there are none.
    travel: Option<&'static str>,
    #[serde(flatten)]
    ride: Option<RideResult>,
    reasons: Vec<String>,
    #[serde(flatten)]
    row: AssetRow<'a>,
}

impl Answer<'_> {
    /// What was asked.
    pub(crate) const fn ask(&self) -> &Ask {
        &self.ask
    }

    /// What was found.
    pub(crate) const fn found(&self) -> &Found {
        &self.found
    }

    /// Why a listing stands where it does, the way there first.
    pub(crate) fn why(&self, hit: &Hit) -> Vec<String> {
        reasons(self.snapshot, hit, self.ride(hit))
    }

    /// How long it takes by public transport and on foot, where that was asked.
    #[must_use]
    pub fn ride(&self, hit: &Hit) -> Option<&Ride> {
        hit.minutes.and_then(|_| self.rides.as_ref()?.to(hit.listing))
    }

    /// What is said of the timetables, where one goes by public transport.
    #[must_use]
    pub const fn said(&self) -> Option<&Said> {
        self.said.as_ref()
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

    /// How many fit.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.found.total
    }

    /// Positions of the assets given, in order, with the way to each.
    pub fn hits(&self) -> impl Iterator<Item = &Hit> {
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
    pub fn removed(&self) -> &[(Condition, usize)] {
        &self.found.removed
    }

    fn result(&self, hit: &Hit) -> Result_<'_> {
        let asset = &self.snapshot.study().assets()[hit.listing].asset;
        let metres = self.ask.from.zip(asset.place).map(|(from, to)| from.distance(to).get().round() as u64);
        Result_ {
            id: &asset.id,
            minutes: hit.minutes.map(tenths),
            metres,
            travel: hit.basis.map(TravelBasis::as_str),
            ride: self.ride(hit).map(|ride| RideResult {
                minutes_p90: ride.p90.map(tenths),
                minutes_on_foot: ride.on_foot.map(tenths),
                mode: if ride.is_by_vehicle() { mode::WALK_AND_TRANSIT } else { mode::WALK },
            }),
            reasons: self.why(hit),
            row: AssetRow::new(self.snapshot, hit.listing),
        }
    }

    /// The same rows as a GeoJSON FeatureCollection.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where a row cannot be written, which does not happen.
    pub fn geojson(&self) -> Result<Value, ApiError> {
        let features = self.found.hits.iter().map(|hit| {
            let place = self.snapshot.study().assets()[hit.listing].asset.place;
            let geometry = place.map(point_geometry).transpose().map_err(|_| ApiError::Internal)?;
            let result = self.result(hit);
            Ok(json!({ "type": "Feature", "id": result.id, "geometry": geometry, "properties": result }))
        });
        Ok(json!({
            "type": "FeatureCollection", "mode": self.mode, "transit": self.said,
            "features": features.collect::<Result<Vec<_>, ApiError>>()?,
        }))
    }
}
