//! What may be asked of what is near.

use super::USUAL;
use crate::mode;
use crate::query::{Domain, Parameter};
use crate::snapshot::Snapshot;
use hereabouts_find::{Ask, Open};
use hereabouts_streets::Persona;

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
        ("place", "The same as it is typed: any of these; at, postcode and area go before it."),
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
    for by_name in &mut origin[2..] {
        by_name.example = study.areas().first().map(|a| a.code.clone());
    }
    let usual = study.needs().first().map_or(Ask::MINUTES, |n| n.catchment.get());
    let [mode, leaving] = mode::parameters();
    let rest = vec![
        Parameter::new(
            "minutes",
            "Minutes from door to door at most; more than 120 is taken for 120. By public transport 30 if not given.",
            Domain::Whole { min: 1, max: None, default: Some(usual.round() as u64) },
        ),
        persona(),
        mode,
        leaving,
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
            "On now (now), or with a session that starts within seven days (week), by its timetable or a calendar of it, and the clock \
             there. What has none that is understood is left out.",
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
        Parameter::new(
            "language",
            "A language spoken there, by its English name, its own or its code (ISO 639): Polish, polski or pl.",
            Domain::Text,
        ),
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
