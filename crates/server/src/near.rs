//! What is near here that fits, as the API and the command line answer: one question, one answer, two forms of it.

mod reasons;
mod search;

pub use search::Search;

use crate::error::ApiError;
use crate::feature::{AssetRow, Day, Figure, degrees, point_geometry};
use crate::query::parameter::minute_of_day;
use crate::query::{Domain, Parameter, Query};
use crate::snapshot::Snapshot;
use chrono::NaiveDateTime;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::DAY;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_data::wants::want_cell;
use hereabouts_find::gazetteer::{From, Unknown};
use hereabouts_find::{Ask, Condition, Found, Hit, Open, When};
use hereabouts_streets::Persona;
use reasons::reasons;
use serde::Serialize;
use serde_json::{Value, json};

/// Most listings in one answer.
const MOST: usize = 200;
/// Listings in an answer if nobody says.
const USUAL: u64 = 20;
/// Farther is not asked on foot.
const MOST_MINUTES: u64 = 120;

/// The days of the week, Monday first, as they are asked for.
pub(crate) const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// On now or soon, as it is asked for.
pub(crate) const OPEN: [(&str, Open); 2] = [("now", Open::Now), ("week", Open::Week)];

/// What may be asked.
pub(crate) fn parameters(snapshot: &Snapshot) -> Vec<Parameter> {
    let study = snapshot.study();
    let choice = |of: Vec<String>| Domain::Choice { of, default: None };
    let mut origin = [
        ("at", "Where the person sets out, as latitude,longitude. Without a place nothing is near or far."),
        ("postcode", "The same as a postcode, or the first part of one; at goes before it."),
        ("area", "The same as a neighbourhood, by name or code; at and postcode go before it."),
    ]
    .map(|(name, about)| Parameter::new(name, about, Domain::Text));
    let place = study.areas().first().map(|_| snapshot.extent()).unwrap_or_default();
    origin[0].example = Some(place.map_or_else(
        || "53.5,-2.2".to_owned(),
        |extent| format!("{:.4},{:.4}", extent.center().y, extent.center().x),
    ));
    // Where no postcodes are loaded, a code of an area is understood here as well.
    let postcode = study.postcodes().first().map(|p| p.code.clone());
    origin[1].example = postcode.or_else(|| study.areas().first().map(|a| a.code.clone()));
    origin[2].example = study.areas().first().map(|a| a.code.clone());
    let usual = study.needs().first().map_or(Ask::MINUTES, |n| n.catchment.get());
    let place_typed = Parameter::new(
        "place",
        "The same as it is typed: any of these; at, postcode and area go before it.",
        Domain::Text,
    );
    let rest = vec![
        place_typed,
        Parameter::new(
            "minutes",
            "Minutes on foot at most; more than 120 is taken for 120.",
            Domain::Whole { min: 1, max: None, default: Some(usual.round() as u64) },
        ),
        persona(),
        Parameter::new(
            "q",
            "Words that the listing has, in its own words or others; slips of the key are forgiven.",
            Domain::Text,
        )
        .like("walking"),
        Parameter::new(
            "need",
            "Id of a need that it answers.",
            choice(study.needs().iter().map(|n| n.id.clone()).collect()),
        ),
        Parameter::new(
            "kind",
            "Id of its kind.",
            choice(study.kinds().iter().map(|k| k.id.clone()).collect()),
        ),
        Parameter::new(
            "day",
            "Day of the week on which a session starts.",
            choice(DAYS.map(str::to_owned).to_vec()),
        ),
        Parameter::new("after", "Sessions that start at this time or later, HH:MM.", Domain::Time)
            .like("18:00"),
        Parameter::new("before", "Sessions that start before this time, HH:MM.", Domain::Time).like("12:00"),
        Parameter::new(
            "open",
            "On now (now), or with a session that starts within seven days (week), by its timetable and the clock there. What has \
             none that is understood is left out.",
            choice(OPEN.map(|(word, _)| word.to_owned()).to_vec()),
        ),
        Parameter::new("free", "Only what is known to be free.", Domain::Flag),
        Parameter::new(
            "cost",
            "The most it may cost; 0 is free. What does not say is left out.",
            Domain::Number,
        )
        .like("5"),
        Parameter::new("step_free", "Only what is known to be entered without a step.", Domain::Flag),
        Parameter::new(
            "age",
            "Age of the person in years.",
            Domain::Whole { min: 0, max: None, default: None },
        ),
        Parameter::new("language", "A language spoken there.", Domain::Text),
        Parameter::new(
            "online",
            "Only what is offered online, by telephone or to a whole nation (true), or only the rest.",
            Domain::Flag,
        ),
        Parameter::new(
            "course",
            "Only what is known to be a course of fixed length (true), or to be ongoing (false).",
            Domain::Flag,
        ),
        Parameter::new(
            "welcome",
            "Only where somebody is known to meet newcomers the first time.",
            Domain::Flag,
        ),
        Parameter::new(
            "verified_within",
            "Confirmed within so many months.",
            Domain::Whole { min: 1, max: None, default: None },
        ),
        Parameter::new(
            "limit",
            "How many to give at most; more than 200 is taken for 200.",
            Domain::Whole { min: 1, max: None, default: Some(USUAL) },
        ),
        Parameter::new(
            "offset",
            "How many to leave out at the front.",
            Domain::Whole { min: 0, max: None, default: Some(0) },
        ),
    ];
    origin.into_iter().chain(rest).collect()
}

/// Who walks.
pub(crate) fn persona() -> Parameter {
    Parameter::new(
        "persona",
        "Who walks: default (4.8 km/h), slow (0.8 m/s, which is 2.88 km/h) or step-free (4.8 km/h without steps, stiles and \
         raised kerbs, where streets are known). Without it, whoever the figures are for.",
        Domain::Choice { of: Persona::NAMES.map(str::to_owned).to_vec(), default: None },
    )
}

/// An answer, before it takes a form.
#[derive(Debug)]
pub struct Answer<'a> {
    snapshot: &'a Snapshot,
    from: Option<From>,
    travel: TravelBasis,
    ask: Ask,
    found: Found,
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
    let usual = need.map_or(Ask::MINUTES, |n| study.needs()[n.get()].catchment.get());
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
        language: query.get("language").map(str::to_owned),
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
    let found = search.finder.find(&ask, cell, on_foot);
    let known = ask.from.map(|place| on_foot.cells().basis(place));
    let travel = found.hits.iter().chain(&found.outside).filter_map(|hit| hit.basis).chain(known);
    let travel = travel.reduce(TravelBasis::with).unwrap_or(snapshot.travel());
    Ok(Answer { snapshot, from, travel, ask, found })
}

/// A listing with the way there and why it stands where it does.
#[derive(Debug, Serialize)]
struct Result_<'a> {
    id: &'a str,
    /// Minutes on foot; null where nobody has to go, or without a place to set out from.
    minutes: Option<Figure>,
    /// Metres as the crow flies.
    metres: Option<u64>,
    /// Whether the minutes are along streets (network) or a straight line; null where there are none.
    travel: Option<&'static str>,
    reasons: Vec<String>,
    #[serde(flatten)]
    row: AssetRow<'a>,
}

impl Answer<'_> {
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
        reasons(self.snapshot, &Hit { listing, minutes: None, basis: None, score: 0.0 })
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
            minutes: hit.minutes.map(|m| Figure::new((m * 10.0).round() / 10.0)),
            metres,
            travel: hit.basis.map(TravelBasis::as_str),
            reasons: reasons(self.snapshot, hit),
            row: AssetRow::new(self.snapshot, hit.listing),
        }
    }

    /// The answer as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let study = self.snapshot.study();
        let facets = &self.found.facets;
        let by = |of: &dyn Fn(usize) -> String, counts: &std::collections::BTreeMap<usize, usize>| -> Value {
            counts.iter().map(|(at, count)| (of(*at), json!(count))).collect::<serde_json::Map<_, _>>().into()
        };
        json!({
            "from": self.from.as_ref().map(|f| json!({
                "label": f.label, "lon": degrees(f.place.lon()), "lat": degrees(f.place.lat()),
                "cell": want_cell(f.place),
                "exactness": format!("{:?}", f.exactness).to_lowercase(),
            })),
            "travel": self.travel.as_str(),
            "minutes": self.ask.minutes.map(|m| Figure::new(m.get())),
            "as_of": Day(self.snapshot.as_of()),
            "total": self.found.total,
            "results": self.found.hits.iter().map(|h| self.result(h)).collect::<Vec<_>>(),
            "facets": {
                "need": by(&|at| study.needs()[at].id.clone(), &facets.needs),
                "kind": by(&|at| study.kinds()[at].id.clone(), &facets.kinds),
                "language": facets.languages,
                "day": DAYS.iter().zip(facets.days).map(|(d, c)| ((*d).to_owned(), json!(c))).collect::<serde_json::Map<_, _>>(),
                "open": { "now": facets.open_now, "week": facets.open_week },
                "free": facets.free, "step_free": facets.step_free, "online": facets.remote,
                "course": facets.courses, "ongoing": facets.ongoing, "welcome": facets.welcome,
            },
            "removed": self.found.removed.iter().map(|(c, n)| json!({ "parameter": c.as_str(), "listings": n })).collect::<Vec<_>>(),
            "outside": self.found.outside.iter().map(|h| self.result(h)).collect::<Vec<_>>(),
            "sources": self.snapshot.attribution(),
        })
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
        Ok(
            json!({ "type": "FeatureCollection", "features": features.collect::<Result<Vec<_>, ApiError>>()? }),
        )
    }
}
