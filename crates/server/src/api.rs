//! JSON under `/v1`: the tables behind the figures, and two neighbourhoods side by side.

mod compare;
mod near;
mod plan;
mod reach;
mod suggest;
mod tables;
mod worklist;

use crate::endpoint::{Endpoint, FormerEndpoint, WriteEndpoint, no_parameters};
use crate::entries::{statements, unmet_needs};
use actix_web::web;
use serde_json::json;

/// Everything under `/v1`.
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/v1/needs",
        summary: "The needs table: catchment, decay and adequate level of each need.",
        route: || web::to(tables::needs),
        parameters: no_parameters,
        answers: |_| vec![("application/json", tables::schema("needs"))],
        required: &[],
    },
    Endpoint {
        path: "/v1/kinds",
        summary: "The kinds table: what each kind of asset answers, and what is assumed of one that does not say.",
        route: || web::to(tables::kinds),
        parameters: no_parameters,
        answers: |_| vec![("application/json", tables::schema("kinds"))],
        required: &[],
    },
    Endpoint {
        path: "/v1/compare",
        summary: "Two neighbourhoods side by side: the same figures for both, and the difference (b less a).",
        route: || web::to(compare::compare),
        parameters: |site, _| compare::parameters(site),
        answers: |_| vec![("application/json", json!({ "type": "object", "required": ["a", "b", "needs"] }))],
        required: &["a", "b"],
    },
    Endpoint {
        path: "/v1/suggest",
        summary: "Words that a text may become, as listings have them, most used first.",
        route: || web::to(suggest::suggest),
        parameters: |_, _| suggest::parameters().into(),
        answers: |_| vec![("application/json", suggest::schema())],
        required: &[],
    },
    Endpoint {
        path: "/v1/near",
        summary: "What is near a place and fits, nearest first, with reasons; what each further condition would leave; what lies just outside.",
        route: || web::to(near::near),
        parameters: |site, _| hereabouts_engine::near::conditions::parameters(site),
        answers: |_| {
            vec![
                ("application/json", near::schema()),
                ("application/geo+json", json!({ "type": "object", "required": ["type", "features"] })),
            ]
        },
        required: &[],
    },
    Endpoint {
        path: "/v1/reach",
        summary: "What is reached from a place on foot, or by public transport as well: bands of minutes with the people and the assets inside, as GeoJSON.",
        route: || web::to(reach::reach),
        parameters: |site, _| hereabouts_engine::reach::parameters(site),
        answers: |_| vec![("application/geo+json", reach::schema())],
        required: &["from"],
    },
    Endpoint {
        path: "/v1/assets/{id:.+}/events",
        summary: "What people said of an asset, and what is known of it: by whom (a role), when, what was taken back.",
        route: || web::to(statements::history),
        parameters: no_parameters,
        answers: |_| vec![("application/json", statements::history_schema())],
        required: &[],
    },
    Endpoint {
        path: "/v1/worklist",
        summary: "Verification worklist, which listings to check next: assets by the people affected if it no longer runs.",
        route: || web::to(worklist::worklist),
        parameters: |site, _| hereabouts_engine::worklist::parameters(site),
        answers: |_| vec![("application/json", worklist::schema())],
        required: &[],
    },
    Endpoint {
        path: "/v1/plan",
        summary: "What would close it: what to start where within a budget or a number, how much better any other plan could be, who gains, and what it rests on.",
        route: || web::to(plan::show_plan),
        parameters: |site, _| hereabouts_engine::plan::parameters(site),
        answers: |_| vec![("application/json", plan::plan_schema())],
        required: &["need"],
    },
    Endpoint {
        path: "/v1/scenario",
        summary: "What if: what every neighbourhood would have if assets closed, moved, had other places, or something were started; refused, with who would lose, unless losses are allowed.",
        route: || web::to(plan::show_scenario),
        parameters: |site, _| hereabouts_engine::scenario::parameters(site),
        answers: |_| vec![("application/json", plan::scenario_schema())],
        required: &[],
    },
    Endpoint {
        path: "/v1/losses",
        summary: "Losses that are coming: what would be lost if one asset shut, the most first, and when grants end; each as its scenario has it.",
        route: || web::to(plan::show_losses),
        parameters: |site, _| hereabouts_engine::losses::parameters(site),
        answers: |_| vec![("application/json", plan::losses_schema())],
        required: &["need"],
    },
    Endpoint {
        path: "/v1/unmet-needs",
        summary: "What an unmet-need record may hold. No route gives the records.",
        route: || web::to(unmet_needs::offered),
        parameters: no_parameters,
        answers: |_| vec![("application/json", unmet_needs::offered_schema())],
        required: &[],
    },
];

/// Former addresses under `/v1`.
pub(crate) const FORMER: &[FormerEndpoint] = &[
    FormerEndpoint { path: "/v1/queue", successor: "/v1/worklist" },
    FormerEndpoint { path: "/v1/wants", successor: "/v1/unmet-needs" },
];

/// What may be entered under `/v1`.
pub(crate) const WRITES: &[WriteEndpoint] = &[
    WriteEndpoint {
        path: "/v1/assets/{id:.+}/events",
        summary: "Say that an asset still runs, has changed, closed, moved or is full, or take that back (with a key); report a problem (anybody).",
        route: || web::to(statements::add),
        body: |_| statements::statement_schema(),
        answer: statements::event_schema,
    },
    WriteEndpoint {
        path: "/v1/unmet-needs",
        summary: "Record an unmet need: which, where (a cell), when (a month), and why what there is did not fit.",
        route: || web::to(unmet_needs::record),
        body: unmet_needs::record_schema,
        answer: unmet_needs::kept_schema,
    },
];
