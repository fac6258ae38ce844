//! What may be asked of a listing, as one table: the name in an address, in a form and on the command line, what it means, what
//! a value may be, which condition a listing fails by it, how it is read into a request, and how pages show it. When a listing
//! fails, and what is counted of the rest, stands in the table of [`hereabouts_find::conditions`].

mod page;
mod table;

pub use page::{ConditionFacet, ConditionPage, FormGroup, FormInput};
pub use table::CONDITIONS;

use super::{NearRequest, USUAL};
use crate::fields::{QueryParameter, ValueDomain};
use crate::format;
use crate::origin::Origin;
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::travel_mode;
use hereabouts_core::study::Study;
use hereabouts_find::{OpenWhen, SearchCondition, SearchRequest};
use hereabouts_streets::Persona;
use std::sync::Arc;

/// The days of the week, Monday first, as they are asked for.
pub const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The same as they are said.
pub const DAY_NAMES: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// On now or soon, as it is asked for.
pub const OPEN: [(&str, OpenWhen); 2] = [("now", OpenWhen::Now), ("week", OpenWhen::Week)];

/// One field of a question about listings.
#[derive(Debug, Clone, Copy)]
pub struct ConditionField {
    /// Its name in an address and in a form; the flag of the command line is the same with dashes.
    pub name: &'static str,
    /// What it means, for people.
    pub about: &'static str,
    /// What stands for a value in the help of the command line; empty for a switch.
    pub value: &'static str,
    /// The condition that a listing fails by it.
    pub condition: SearchCondition,
    /// What the condition is called where it keeps something out; empty where another field of the same condition says it.
    pub called: &'static str,
    /// A value that leads somewhere.
    pub example: Option<&'static str>,
    /// How pages ask it and tell it.
    pub page: ConditionPage,
    domain: fn(&Study) -> ValueDomain,
    read: fn(&mut NearRequest, &Study, &str),
}

fn choice(of: impl IntoIterator<Item = String>) -> ValueDomain {
    ValueDomain::Choice { of: of.into_iter().collect(), default: None }
}

impl ConditionField {
    /// What a value may be.
    #[must_use]
    pub fn domain(&self, study: &Study) -> ValueDomain {
        (self.domain)(study)
    }

    fn parameter(&self, study: &Study) -> QueryParameter {
        let parameter = QueryParameter::new(self.name, self.about, self.domain(study));
        match self.example {
            Some(example) => parameter.like(example),
            None => parameter,
        }
    }
}

/// Fields by which a listing may fail a condition; none for how far it is.
pub fn fields_of(condition: SearchCondition) -> impl Iterator<Item = &'static ConditionField> {
    CONDITIONS.iter().filter(move |field| field.condition == condition)
}

/// What a condition is called where it keeps something out.
#[must_use]
pub fn called(condition: SearchCondition) -> &'static str {
    fields_of(condition).map(|field| field.called).find(|called| !called.is_empty()).unwrap_or("the distance")
}

/// The same table in the order in which pages show it.
#[must_use]
pub fn as_shown() -> Vec<&'static ConditionField> {
    let mut all: Vec<_> = CONDITIONS.iter().collect();
    all.sort_by_key(|field| field.page.rank);
    all
}

impl NearRequest {
    /// From the texts of fields, each checked against [`parameters`]; what is not given limits nothing.
    #[must_use]
    pub fn read<'t>(study: &Study, fields: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut request = Self::default();
        fields.into_iter().for_each(|(name, text)| request.set(study, name, text));
        request
    }

    fn set(&mut self, study: &Study, name: &str, text: &str) {
        let whole = || text.parse::<usize>().unwrap_or(usize::MAX);
        match name {
            "at" | "postcode" | "area" | "place" => {
                // The most exact of what is given.
                if self.origin.as_ref().is_none_or(|origin| Origin::rank(name) < origin.own_rank()) {
                    self.origin = Some(Origin::typed(name, text));
                }
            }
            "minutes" => self.minutes = text.parse().ok(),
            "persona" => self.persona = Some(text.to_owned()),
            "mode" => self.mode.by_transit = travel_mode::is_transit(Some(text)),
            "leaving" => self.mode.leaving = travel_mode::window(text),
            "limit" => self.limit = whole(),
            "offset" => self.offset = whole(),
            _ => {
                if let Some(field) = CONDITIONS.iter().find(|field| field.name == name) {
                    (field.read)(self, study, text);
                }
            }
        }
    }
}

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("near", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let mut origin = [
        ("at", "Where the person sets out, as latitude,longitude. Without a place nothing is near or far."),
        ("postcode", "The same as a postcode, or the first part of one; at goes before it."),
        ("area", "The same as a neighbourhood, by name or code; at and postcode go before it."),
        ("place", "The same as it is typed: any of these; at, postcode and area go before it."),
    ]
    .map(|(name, about)| QueryParameter::new(name, about, ValueDomain::Text));
    let place = study.areas().first().map(|_| snapshot.extent()).unwrap_or_default();
    origin[0].example = Some(place.map_or_else(
        || "53.5,-2.2".to_owned(),
        |extent| format!("{:.4},{:.4}", extent.center().y, extent.center().x),
    ));
    // Where no postcodes are loaded, a code of an area is understood here as well.
    let postcode = study.postcodes().first().map(|p| p.code.clone());
    origin[1].example = postcode.or_else(|| study.areas().first().map(|a| a.code.clone()));
    for by_name in &mut origin[2..] {
        by_name.example = study.areas().first().map(|a| a.code.clone());
    }
    let usual = study.needs().first().map_or(SearchRequest::MINUTES, |n| n.catchment.get());
    let [mode, leaving] = travel_mode::parameters();
    let way = [
        QueryParameter::new(
            "minutes",
            "Minutes from door to door at most; more than 120 is taken for 120. By public transport 30 if not given.",
            ValueDomain::Whole { min: 1, max: None, default: Some(usual.round() as u64) },
        ),
        persona(),
        mode,
        leaving,
    ];
    let conditions = CONDITIONS.iter().map(|field| field.parameter(study));
    let page = [
        QueryParameter::new(
            "limit",
            "How many to give at most; more than 200 is taken for 200.",
            ValueDomain::Whole { min: 1, max: None, default: Some(USUAL as u64) },
        ),
        QueryParameter::new(
            "offset",
            "How many to leave out at the front.",
            ValueDomain::Whole { min: 0, max: None, default: Some(0) },
        ),
    ];
    origin.into_iter().chain(way).chain(conditions).chain(page).collect()
}

/// Each persona that is offered and how it walks, in a sentence.
#[must_use]
pub fn personas_in_words() -> String {
    let each = Persona::NAMED.map(|named| format!("{} ({})", named.name, named.about));
    format::any_of(&each.each_ref().map(String::as_str))
}

/// Who walks.
pub(crate) fn persona() -> QueryParameter {
    QueryParameter::new(
        "persona",
        format!("Who walks: {}. Without it, whoever the figures are for.", personas_in_words()),
        ValueDomain::Choice { of: Persona::NAMED.map(|named| named.name.to_owned()).to_vec(), default: None },
    )
}
