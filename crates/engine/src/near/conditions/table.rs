//! What may be asked of a listing, a row each.

use super::page::{ConditionFacet, ConditionPage as Page, FormGroup, FormInput, is_true, labelled, words};
use super::{ConditionField, DAY_NAMES, DAYS, OPEN, choice};
use crate::fields::ValueDomain;
use crate::fields::values::{flag, minute_of_day, number};
use crate::format;
use crate::language;
use hereabouts_find::SearchCondition;

/// All of them, in the order of the API.
pub const CONDITIONS: &[ConditionField] = &[
    ConditionField {
        name: "q",
        about: "Words that the listing has, in its own words or others, with typo tolerance (edit distance 1, in long words 2).",
        value: "TEXT",
        condition: SearchCondition::Text,
        called: "the words",
        example: Some("walking"),
        domain: |_| ValueDomain::Text,
        read: |request, _, text| request.search.text = Some(text.to_owned()),
        page: Page { rank: 2, said: |_, words| format!("“{words}”"), ..Page::OWN },
    },
    ConditionField {
        name: "need",
        about: "Id of a need that it answers.",
        value: "ID",
        condition: SearchCondition::Need,
        called: "the need",
        example: None,
        domain: |study| choice(study.needs().iter().map(|need| need.id.clone())),
        read: |request, study, id| request.search.need = study.need(id).map(|need| need.get()),
        page: Page {
            rank: 1,
            said: |of, id| labelled(of.study().needs().iter().map(|n| (&n.id, &n.label)), id),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "kind",
        about: "Id of its kind.",
        value: "ID",
        condition: SearchCondition::Kind,
        called: "the kind of place",
        example: None,
        domain: |study| choice(study.kinds().iter().map(|kind| kind.id.clone())),
        read: |request, study, id| request.search.kind = study.kinds().iter().position(|kind| kind.id == id),
        page: Page {
            rank: 40,
            group: FormGroup::Listing,
            label: "Kind of place",
            input: FormInput::Choice {
                any: "any",
                of: |study| study.kinds().iter().map(|kind| (kind.id.clone(), kind.label.clone())).collect(),
            },
            said: |of, id| labelled(of.study().kinds().iter().map(|k| (&k.id, &k.label)), id),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "day",
        about: "Day of the week on which a session starts.",
        value: "DAY",
        condition: SearchCondition::When,
        called: "the day and time",
        example: None,
        domain: |_| choice(DAYS.map(str::to_owned)),
        read: |request, _, day| request.day = DAYS.iter().position(|name| *name == day),
        page: Page {
            rank: 11,
            group: FormGroup::Times,
            label: "Day",
            input: FormInput::Choice { any: "any day", of: |_| words(DAYS.into_iter().zip(DAY_NAMES)) },
            said: |_, day| {
                DAYS.iter().position(|name| *name == day).map_or(day, |at| DAY_NAMES[at]).to_owned()
            },
            ..Page::OWN
        },
    },
    ConditionField {
        name: "after",
        about: "Sessions that start at this time or later, HH:MM.",
        value: "HH:MM",
        condition: SearchCondition::When,
        called: "",
        example: Some("18:00"),
        domain: |_| ValueDomain::Time,
        read: |request, _, time| request.after = minute_of_day(time),
        page: Page {
            rank: 12,
            group: FormGroup::Times,
            label: "Starts at or after",
            input: FormInput::Time,
            said: |_, time| format!("from {time}"),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "before",
        about: "Sessions that start before this time, HH:MM.",
        value: "HH:MM",
        condition: SearchCondition::When,
        called: "",
        example: Some("12:00"),
        domain: |_| ValueDomain::Time,
        read: |request, _, time| request.before = minute_of_day(time),
        page: Page {
            rank: 13,
            group: FormGroup::Times,
            label: "Starts before",
            input: FormInput::Time,
            said: |_, time| format!("before {time}"),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "open",
        about: "On now (now), or with a session that starts within seven days (week), by its timetable or a calendar of it, and the clock \
                there.",
        value: "WHEN",
        condition: SearchCondition::Open,
        called: "“open”",
        example: None,
        domain: |_| choice(OPEN.map(|(word, _)| word.to_owned())),
        read: |request, _, word| {
            request.search.open = OPEN.iter().find(|open| open.0 == word).map(|open| open.1);
        },
        page: Page {
            rank: 10,
            group: FormGroup::Times,
            label: "Open",
            input: FormInput::Choice {
                any: "any time",
                of: |_| {
                    words(OPEN.iter().map(|open| (open.0, if open.0 == "now" { "now" } else { "this week" })))
                },
            },
            said: |_, when| if when == "now" { "open now" } else { "this week" }.to_owned(),
            facets: &[
                ConditionFacet::new(None, "now", "open now", 0, |left| left.open_now),
                ConditionFacet::new(None, "week", "this week", 0, |left| left.open_week),
            ],
        },
    },
    ConditionField {
        name: "free",
        about: "Only what is free.",
        value: "",
        condition: SearchCondition::Cost,
        called: "",
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.free = flag(text) == Some(true),
        page: Page {
            rank: 20,
            group: FormGroup::Money,
            label: "Free",
            input: FormInput::Tick,
            said: |_, _| "free".to_owned(),
            facets: &[ConditionFacet::new(Some("free"), "true", "free", 1, |left| left.free)],
        },
    },
    ConditionField {
        name: "cost",
        about: "The most it may cost, in the currency of the place; 0 is free.",
        value: "AMOUNT",
        condition: SearchCondition::Cost,
        called: "the cost",
        example: Some("5"),
        domain: |_| ValueDomain::Number,
        read: |request, _, text| request.search.cost = number(text),
        page: Page {
            rank: 21,
            group: FormGroup::Money,
            label: "Costs at most",
            input: FormInput::Amount,
            said: |of, most| format!("at most {}", format::priced(most, of.currency())),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "step_free",
        about: "Only what is entered without a step.",
        value: "",
        condition: SearchCondition::StepFree,
        called: "“step-free”",
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.step_free = flag(text) == Some(true),
        page: Page {
            rank: 30,
            group: FormGroup::People,
            label: "Step-free",
            input: FormInput::Tick,
            said: |_, _| "step-free".to_owned(),
            facets: &[ConditionFacet::new(Some("step_free"), "true", "step-free", 2, |left| left.step_free)],
        },
    },
    ConditionField {
        name: "age",
        about: "Age of the person in years.",
        value: "YEARS",
        condition: SearchCondition::Age,
        called: "the age",
        example: None,
        domain: |_| ValueDomain::Whole { min: 0, max: None, default: None },
        read: |request, _, text| request.search.age = text.parse::<u64>().ok().map(|age| age as f64),
        page: Page {
            rank: 32,
            group: FormGroup::People,
            label: "Age of the person",
            input: FormInput::Number,
            said: |_, years| format!("age {years}"),
            ..Page::OWN
        },
    },
    ConditionField {
        name: "language",
        about: "A language spoken there, by its English name, its own or its code (ISO 639): Polish, polski or pl.",
        value: "LANGUAGE",
        condition: SearchCondition::Language,
        called: "the language",
        example: None,
        domain: |_| ValueDomain::Text,
        read: |request, _, text| request.search.language = Some(language::name(text)),
        page: Page {
            rank: 33,
            group: FormGroup::People,
            label: "Language spoken there",
            input: FormInput::Text { hint: "such as Polish" },
            ..Page::OWN
        },
    },
    ConditionField {
        name: "online",
        about: "Only what is offered online, by telephone or to a whole nation (true), or only the rest.",
        value: "TRUE|FALSE",
        condition: SearchCondition::Remote,
        called: "“in person” or “online”",
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.remote = flag(text),
        page: Page {
            rank: 41,
            group: FormGroup::Listing,
            label: "In person or online",
            input: FormInput::Choice {
                any: "either",
                of: |_| words([("false", "in person"), ("true", "online or by telephone")]),
            },
            said: |_, online| if is_true(online) { "online" } else { "in person" }.to_owned(),
            facets: &[ConditionFacet::new(Some("online"), "true", "online or by telephone", 5, |left| {
                left.remote
            })],
        },
    },
    ConditionField {
        name: "course",
        about: "Only courses of fixed length (true), or only what is ongoing (false).",
        value: "TRUE|FALSE",
        condition: SearchCondition::Course,
        called: "“course” or “ongoing”",
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.course = flag(text),
        page: Page {
            rank: 42,
            group: FormGroup::Listing,
            label: "Course or ongoing",
            input: FormInput::Choice {
                any: "either",
                of: |_| words([("true", "a course of fixed length"), ("false", "ongoing")]),
            },
            said: |_, course| if is_true(course) { "a course" } else { "ongoing" }.to_owned(),
            facets: &[
                ConditionFacet::new(Some("course"), "true", "a course", 4, |left| left.courses),
                ConditionFacet::new(Some("ongoing"), "false", "ongoing", 4, |left| left.ongoing),
            ],
        },
    },
    ConditionField {
        name: "welcome",
        about: "Only where somebody meets newcomers the first time.",
        value: "",
        condition: SearchCondition::Welcome,
        called: "“somebody meets newcomers”",
        example: None,
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.welcome = flag(text) == Some(true),
        page: Page {
            rank: 31,
            group: FormGroup::People,
            label: "Somebody meets newcomers",
            input: FormInput::Tick,
            said: |_, _| "somebody meets newcomers".to_owned(),
            facets: &[ConditionFacet::new(Some("welcome"), "true", "somebody meets newcomers", 3, |left| {
                left.welcome
            })],
        },
    },
    ConditionField {
        name: "no_booking",
        about: "Only what needs no booking.",
        value: "",
        condition: SearchCondition::NoBooking,
        called: "“no booking needed”",
        example: None,
        page: Page {
            rank: 44,
            group: FormGroup::Listing,
            label: "No booking needed",
            input: FormInput::Tick,
            said: |_, _| "no booking needed".to_owned(),
            facets: &[ConditionFacet::new(Some("no_booking"), "true", "no booking needed", 6, |left| {
                left.no_booking
            })],
        },
        domain: |_| ValueDomain::Flag,
        read: |request, _, text| request.search.no_booking = flag(text) == Some(true),
    },
    ConditionField {
        name: "verified_within",
        about: "Confirmed within so many months.",
        value: "MONTHS",
        condition: SearchCondition::Verified,
        called: "“checked within”",
        example: None,
        domain: |_| ValueDomain::Whole { min: 1, max: None, default: None },
        read: |request, _, text| request.verified_within = text.parse().ok(),
        page: Page {
            rank: 43,
            group: FormGroup::Listing,
            label: "Checked within",
            input: FormInput::Choice {
                any: "any time",
                of: |_| {
                    words([("1", "a month"), ("3", "three months"), ("6", "six months"), ("12", "a year")])
                },
            },
            said: |_, months| format!("checked within {months} months"),
            ..Page::OWN
        },
    },
];
