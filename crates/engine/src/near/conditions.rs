//! What may be asked of a listing, as one table: the name in an address, in a form and on the command line, what it means, what
//! a value may be, which condition a listing fails by it, and how it is read into a request.

use super::{NearRequest, USUAL};
use crate::fields::values::{flag, minute_of_day, number};
use crate::fields::{QueryParameter, ValueDomain};
use crate::origin::Origin;
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::{language, travel_mode};
use hereabouts_core::study::Study;
use hereabouts_find::{OpenWhen, SearchCondition, SearchRequest};
use hereabouts_streets::Persona;
use std::sync::Arc;

/// The days of the week, Monday first, as they are asked for.
pub const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

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
    /// A value that leads somewhere.
    pub example: Option<&'static str>,
    domain: fn(&Study) -> ValueDomain,
    read: fn(&mut NearRequest, &Study, &str),
}

/// All of them, in the order shown.
pub const CONDITIONS: &[ConditionField] = &[
    ConditionField {
        name: "q",
        about: "Words that the listing has, in its own words or others, with typo tolerance (edit distance 1, in long words 2).",
        value: "TEXT",
        condition: SearchCondition::Text,
        example: Some("walking"),
        domain: |_| ValueDomain::Text,
        read: |request, _, text| request.search.text = Some(text.to_owned()),
    },
    ConditionField {
        name: "need",
        about: "Id of a need that it answers.",
        value: "ID",
        condition: SearchCondition::Need,
        example: None,
        domain: |study| choice(study.needs().iter().map(|need| need.id.clone())),
        read: |request, study, id| request.search.need = study.need(id).map(|need| need.get()),
    },
    ConditionField {
        name: "kind",
        about: "Id of its kind.",
        value: "ID",
        condition: SearchCondition::Kind,
        example: None,
        domain: |study| choice(study.kinds().iter().map(|kind| kind.id.clone())),
        read: |request, study, id| request.search.kind = study.kinds().iter().position(|kind| kind.id == id),
    },
    ConditionField {
        name: "day",
        about: "Day of the week on which a session starts.",
        value: "DAY",
        condition: SearchCondition::When,
        example: None,
        domain: |_| choice(DAYS.map(str::to_owned)),
        read: |request, _, day| request.day = DAYS.iter().position(|name| *name == day),
    },
    ConditionField {
        name: "after",
        about: "Sessions that start at this time or later, HH:MM.",
        value: "HH:MM",
        condition: SearchCondition::When,
        example: Some("18:00"),
        domain: |_| ValueDomain::Time,
        read: |request, _, time| request.after = minute_of_day(time),
    },
    ConditionField {
        name: "before",
        about: "Sessions that start before this time, HH:MM.",
        value: "HH:MM",
        condition: SearchCondition::When,
        example: Some("12:00"),
        domain: |_| ValueDomain::Time,
        read: |request, _, time| request.before = minute_of_day(time),
    },
    ConditionField {
        name: "open",
        about: "On now (now), or with a session that starts within seven days (week), by its timetable or a calendar of it, and the clock \
                there. What has none that is understood is left out.",
        value: "WHEN",
        condition: SearchCondition::Open,
        example: None,
        domain: |_| choice(OPEN.map(|(word, _)| word.to_owned())),
        read: |request, _, word| {
            request.search.open = OPEN.iter().find(|open| open.0 == word).map(|open| open.1);
        },
    },
    ConditionField {
        name: "free",
        about: "Only what is known to be free.",
        value: "",
        condition: SearchCondition::Cost,
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.free = flag(text) == Some(true),
    },
    ConditionField {
        name: "cost",
        about: "The most it may cost, in the currency of the place; 0 is free. What does not say is left out.",
        value: "AMOUNT",
        condition: SearchCondition::Cost,
        example: Some("5"),
        domain: |_| ValueDomain::Number,
        read: |request, _, text| request.search.cost = number(text),
    },
    ConditionField {
        name: "step_free",
        about: "Only what is known to be entered without a step.",
        value: "",
        condition: SearchCondition::StepFree,
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.step_free = flag(text) == Some(true),
    },
    ConditionField {
        name: "age",
        about: "Age of the person in years.",
        value: "YEARS",
        condition: SearchCondition::Age,
        example: None,
        domain: |_| ValueDomain::Whole { min: 0, max: None, default: None },
        read: |request, _, text| request.search.age = text.parse::<u64>().ok().map(|age| age as f64),
    },
    ConditionField {
        name: "language",
        about: "A language spoken there, by its English name, its own or its code (ISO 639): Polish, polski or pl.",
        value: "LANGUAGE",
        condition: SearchCondition::Language,
        example: None,
        domain: |_| ValueDomain::Text,
        read: |request, _, text| request.search.language = Some(language::name(text)),
    },
    ConditionField {
        name: "online",
        about: "Only what is offered online, by telephone or to a whole nation (true), or only the rest.",
        value: "TRUE|FALSE",
        condition: SearchCondition::Remote,
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.remote = flag(text),
    },
    ConditionField {
        name: "course",
        about: "Only what is known to be a course of fixed length (true), or to be ongoing (false).",
        value: "TRUE|FALSE",
        condition: SearchCondition::Course,
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.course = flag(text),
    },
    ConditionField {
        name: "welcome",
        about: "Only where somebody is known to meet newcomers the first time.",
        value: "",
        condition: SearchCondition::Welcome,
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.welcome = flag(text) == Some(true),
    },
    ConditionField {
        name: "verified_within",
        about: "Confirmed within so many months.",
        value: "MONTHS",
        condition: SearchCondition::Verified,
        example: None,
        domain: |_| ValueDomain::Whole { min: 1, max: None, default: None },
        read: |request, _, text| request.verified_within = text.parse().ok(),
    },
];

fn choice(of: impl IntoIterator<Item = String>) -> ValueDomain {
    ValueDomain::Choice { of: of.into_iter().collect(), default: None }
}

impl ConditionField {
    fn parameter(&self, study: &Study) -> QueryParameter {
        let parameter = QueryParameter::new(self.name, self.about, (self.domain)(study));
        match self.example {
            Some(example) => parameter.like(example),
            None => parameter,
        }
    }
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

/// Who walks.
pub(crate) fn persona() -> QueryParameter {
    QueryParameter::new(
        "persona",
        "Who walks: default (4.8 km/h), slow (0.8 m/s, which is 2.88 km/h) or step-free (4.8 km/h without steps, stiles and \
         raised kerbs, where streets are known). Without it, whoever the figures are for.",
        ValueDomain::Choice { of: Persona::NAMES.map(str::to_owned).to_vec(), default: None },
    )
}
