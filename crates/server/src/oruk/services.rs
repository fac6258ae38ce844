//! Assets as services, and as services at their places.

use super::{answer, page, taxonomies};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Datelike, Days, Timelike};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::{DAY, Timetable};
use hereabouts_data::ages::StatedAges;
use hereabouts_data::export::open_referral::{
    self as export, ExportedAsset, KINDS, NEEDS, ServiceDepth, TaxonomyTerm,
};
use hereabouts_data::feedback::verification::ListingState as Standing;
use hereabouts_engine::fields::values::minute_of_day;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::site::Site;
use hereabouts_find::SearchRequest;
use serde_json::Value;
use std::sync::Arc;

/// Metres around a postcode if nobody says: a mile.
const PROXIMITY: f64 = 1_609.0;

/// Days of the week as the standard writes them, Monday first.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

pub(super) fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("oruk/services", |_| table(site))
}

fn table(snapshot: &Site) -> Vec<QueryParameter> {
    let mut offered = page::parameters();
    let age = || ValueDomain::Whole { min: 0, max: None, default: None };
    let term = taxonomies::first_term(snapshot).map(|id| id.to_string()).unwrap_or_default();
    offered.extend([
        QueryParameter::new("full", "Each service with all its parts.", ValueDomain::Flag),
        QueryParameter::new(
            "search",
            "Words that the service has, with typo tolerance (edit distance 1, in long words 2). Best first.",
            ValueDomain::Text,
        )
        .like("walking"),
        QueryParameter::new("taxonomy_term_id", "Only services filed under this term.", ValueDomain::Text)
            .like(term),
        QueryParameter::new(
            "taxonomy_id",
            "Only services filed under some term of this taxonomy.",
            ValueDomain::Text,
        )
        .like(taxonomies::all()[0].1.to_string()),
        QueryParameter::new(
            "minimum_age",
            "Only services to which somebody of this age or older may come.",
            age(),
        ),
        QueryParameter::new(
            "maximum_age",
            "Only services to which somebody of this age or younger may come.",
            age(),
        ),
        QueryParameter::new(
            "day",
            "Only services with a session on this day of the week.",
            ValueDomain::Choice { of: DAYS.map(str::to_owned).to_vec(), default: None },
        ),
        QueryParameter::new(
            "start_time",
            "Only services with a session that starts at this time or later.",
            ValueDomain::Time,
        )
        .like("09:00"),
        QueryParameter::new(
            "end_time",
            "Only services with a session that ends by this time.",
            ValueDomain::Time,
        )
        .like("18:00"),
    ]);
    offered
}

pub(super) fn parameters_of_places(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("oruk/service_at_locations", |_| table_of_places(site))
}

fn table_of_places(snapshot: &Site) -> Vec<QueryParameter> {
    let mut offered = table(snapshot);
    let study = snapshot.study();
    let code = study
        .postcodes()
        .first()
        .map(|p| p.code.clone())
        .or_else(|| study.areas().first().map(|a| a.code.clone()));
    offered.extend([
        QueryParameter::new(
            "postcode",
            "Only services near this postcode that serve who lives there, nearest first.",
            ValueDomain::Text,
        )
        .like(code.unwrap_or_default()),
        QueryParameter::new(
            "proximity",
            "How near, in metres as the crow flies; a mile if nobody says.",
            ValueDomain::Whole { min: 0, max: None, default: Some(PROXIMITY as u64) },
        ),
    ]);
    offered
}

pub(super) async fn list(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = |snapshot: &Site, query: &RequestQuery| {
        let (found, depth) = (matching(snapshot, query)?, depth(query));
        Ok(page::of(query, &found, |&at| service(snapshot, at, depth)))
    };
    answer(&request, &state, parameters, of).await
}

pub(super) async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = move |snapshot: &Site, _: &RequestQuery| {
        let at = snapshot
            .service_ids()
            .service(&id)
            .ok_or_else(|| ApiError::not_found(format!("service {id}")))?;
        Ok(service(snapshot, at, ServiceDepth::Full))
    };
    answer(&request, &state, |_| Arc::from([]), of).await
}

pub(super) async fn places(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = |snapshot: &Site, query: &RequestQuery| {
        let place = |at: &usize| snapshot.study().assets()[*at].asset.place;
        let mut found = matching(snapshot, query)?;
        found.retain(|at| place(at).is_some());
        if let Some(postcode) = query.get("postcode") {
            let from = snapshot.search()?.place(postcode).map_err(|unknown| ApiError::Unknown {
                field: "postcode".to_owned(),
                reason: unknown.to_string(),
            })?;
            let within = query.get("proximity").and_then(|m| m.parse::<f64>().ok()).unwrap_or(PROXIMITY);
            found = near(snapshot, &found, from.place, within);
        }
        let depth = depth(query);
        Ok(page::of(query, &found, |&at| service_at_location(snapshot, at, depth).unwrap_or_default()))
    };
    answer(&request, &state, parameters_of_places, of).await
}

pub(super) async fn one_place(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = move |snapshot: &Site, _: &RequestQuery| {
        let at = snapshot.service_ids().place(&id);
        at.and_then(|at| service_at_location(snapshot, at, ServiceDepth::Full))
            .ok_or_else(|| ApiError::not_found(format!("service at location {id}")))
    };
    answer(&request, &state, |_| Arc::from([]), of).await
}

fn depth(query: &RequestQuery) -> ServiceDepth {
    match query.get("full") {
        Some("true" | "1") => ServiceDepth::Full,
        _ => ServiceDepth::Listed,
    }
}

/// What an asset is filed under: its kind, and the needs that it answers, by its own words or by its kind.
fn terms(snapshot: &Site, at: usize) -> Vec<TaxonomyTerm<'_>> {
    let study = snapshot.study();
    let asset = &study.assets()[at];
    let kind = &study.kinds()[asset.kind];
    let own = &snapshot.assets()[at].record.needs;
    let needs = asset.serves.iter().map(|(need, _)| &study.needs()[need.get()]).map(|need| TaxonomyTerm {
        taxonomy: NEEDS,
        code: &need.id,
        name: &need.label,
        by_kind: !own.contains(&need.id),
    });
    let of_kind = TaxonomyTerm { taxonomy: KINDS, code: &kind.id, name: &kind.label, by_kind: false };
    std::iter::once(of_kind).chain(needs).collect()
}

/// What is told of an asset, by `write`.
fn exported<T>(snapshot: &Site, at: usize, write: impl FnOnce(&ExportedAsset<'_>) -> T) -> T {
    let status = match snapshot.standing(at).map(|standing| standing.state) {
        Some(Standing::Closed) => "defunct",
        _ => "active",
    };
    write(&ExportedAsset {
        of: &snapshot.assets()[at],
        id: snapshot.service_ids().ids()[at],
        verified_on: snapshot.study().assets()[at].asset.verified_on,
        status,
        terms: &terms(snapshot, at),
        currency: snapshot.currency(),
    })
}

fn service(snapshot: &Site, at: usize, depth: ServiceDepth) -> Value {
    exported(snapshot, at, |exported| export::service(exported, depth))
}

fn service_at_location(snapshot: &Site, at: usize, depth: ServiceDepth) -> Option<Value> {
    exported(snapshot, at, |exported| export::service_at_location(exported, depth))
}

/// Positions of the assets that fit, by id; by how well they fit the words where there are any.
fn matching(snapshot: &Site, query: &RequestQuery) -> Result<Vec<usize>, ApiError> {
    let study = snapshot.study();
    let mut found: Vec<usize> = match query.get("search") {
        None => (0..snapshot.assets().len()).collect(),
        Some(words) => {
            let ask =
                SearchRequest { text: Some(words.to_owned()), limit: usize::MAX, ..SearchRequest::default() };
            let on_foot = snapshot.on_foot(None);
            snapshot.search()?.finder().find(&ask, None, on_foot).hits.iter().map(|hit| hit.listing).collect()
        }
    };
    if let Some(id) = query.get("taxonomy_term_id") {
        let sought = taxonomies::find(snapshot, id)
            .ok_or_else(|| taxonomies::unknown("taxonomy_term_id", "taxonomy term"))?;
        let need = study.need(sought.code).filter(|_| sought.taxonomy == NEEDS);
        found.retain(|&at| {
            let asset = &study.assets()[at];
            match need {
                Some(need) => asset.serves.iter().any(|(serves, _)| *serves == need),
                None => sought.taxonomy == KINDS && study.kinds()[asset.kind].id == sought.code,
            }
        });
    }
    if let Some(id) = query.get("taxonomy_id") {
        let taxonomy = taxonomies::named(id).ok_or_else(|| taxonomies::unknown("taxonomy_id", "taxonomy"))?;
        found.retain(|&at| taxonomy == KINDS || !study.assets()[at].serves.is_empty());
    }
    let age = |name: &str| query.get(name).and_then(|a| a.parse::<f64>().ok());
    if let Some(least) = age("minimum_age") {
        found.retain(|&at| StatedAges::of(&snapshot.assets()[at].record).to.is_none_or(|to| to >= least));
    }
    if let Some(most) = age("maximum_age") {
        found
            .retain(|&at| StatedAges::of(&snapshot.assets()[at].record).from.is_none_or(|from| from <= most));
    }
    let day = query.get("day").and_then(|day| DAYS.iter().position(|d| *d == day));
    let clock = |name: &str| query.get(name).and_then(minute_of_day);
    let (starts, ends) = (clock("start_time"), clock("end_time"));
    if day.is_some() || starts.is_some() || ends.is_some() {
        found.retain(|&at| {
            let timetable = snapshot.assets()[at].record.timetable.as_ref();
            timetable
                .and_then(|t| Timetable::try_from(t).ok())
                .is_some_and(|t| is_on(snapshot, &t, day, starts, ends))
        });
    }
    Ok(found)
}

/// Whether a session within four weeks, in which all that comes back by the week or month comes, is at such a time.
fn is_on(
    snapshot: &Site,
    timetable: &Timetable,
    day: Option<usize>,
    starts: Option<u16>,
    ends: Option<u16>,
) -> bool {
    let today = snapshot.as_of();
    let minutes = |at: chrono::NaiveDateTime| (at.hour() * 60 + at.minute()) as u16;
    (0..35)
        .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
        .filter(|date| day.is_none_or(|day| date.weekday().num_days_from_monday() as usize == day))
        .flat_map(|date| timetable.on(date).into_iter().map(move |session| (date, session)))
        .any(|(date, session)| {
            let begun = minutes(session.start);
            // One without a known end is not known to be over; one beyond midnight ends after any time of the day.
            let over = session.end.map(|end| if end.date() > date { DAY } else { minutes(end) });
            starts.is_none_or(|starts| begun >= starts)
                && ends.is_none_or(|ends| over.is_some_and(|over| over <= ends))
        })
}

/// Those within so many metres that serve who lives at a place, nearest first.
fn near(snapshot: &Site, among: &[usize], from: Place, within: f64) -> Vec<usize> {
    let cell = snapshot.analysis().grid().cell_at(from).map(|cell| cell as u32);
    let travel = snapshot.analysis().travel();
    let serves = |at: usize| match travel.served(at) {
        None => true,
        Some((_, cells)) => cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
    };
    let mut found: Vec<(f64, usize)> = among
        .iter()
        .filter_map(|&at| {
            let metres = from.distance(snapshot.study().assets()[at].asset.place?).get();
            (metres <= within && serves(at)).then_some((metres, at))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, at)| at).collect()
}
