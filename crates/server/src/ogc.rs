//! OGC API Features, Part 1 (17-069r4) and the coordinate systems of Part 2 (18-058r1), under `/ogc`: the GeoJSON API that
//! the map, QGIS, GDAL and ArcGIS read.

mod answer;
mod ask;
mod collection;
mod html;
mod items;
mod landing;
mod listing;
mod openapi;
mod schema;

pub use collection::Collection;
pub use openapi::document;

use crate::query::Parameter;
use crate::routes::Endpoint;
use crate::snapshot::Snapshot;
use actix_web::web;
use answer::{CSV, GEOJSON, HTML, JSON, OPENAPI_JSON, SCHEMA_JSON};
use serde_json::{Value, json};

/// Coordinates are longitude, latitude, WGS84.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Everything under `/ogc`, with and without the closing slash.
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/ogc",
        summary: "Where to begin.",
        route: || web::to(landing::landing),
        parameters: around,
        answers: |_| page(JSON, openapi::of_links(&["title", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/",
        summary: "Where to begin, with the closing slash.",
        route: || web::to(landing::landing),
        parameters: around,
        answers: |_| page(JSON, openapi::of_links(&["title", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/conformance",
        summary: "The standards this conforms to.",
        route: || web::to(landing::conformance),
        parameters: around,
        answers: |_| page(JSON, openapi::of_conformance()),
        required: &[],
    },
    Endpoint {
        path: "/ogc/api",
        summary: "This definition.",
        route: || web::to(openapi::show),
        parameters: around,
        answers: |_| {
            page(OPENAPI_JSON, json!({ "type": "object", "required": ["openapi", "info", "paths"] }))
        },
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections",
        summary: "The collections.",
        route: || web::to(landing::collections),
        parameters: around,
        answers: |_| page(JSON, openapi::of_links(&["collections", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}",
        summary: "One collection, described.",
        route: || web::to(landing::collection),
        parameters: around,
        answers: |_| page(JSON, openapi::of_links(&["id", "links", "extent", "itemType"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/schema",
        summary: "JSON Schema of a feature.",
        route: || web::to(schema::feature),
        parameters: |_, _| Vec::new(),
        answers: |_| vec![(SCHEMA_JSON, json!({ "type": "object", "required": ["$schema", "properties"] }))],
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/queryables",
        summary: "Properties that can be asked for.",
        route: || web::to(schema::queryables),
        parameters: |_, _| Vec::new(),
        answers: |_| vec![(SCHEMA_JSON, json!({ "type": "object", "required": ["$schema", "properties"] }))],
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/items",
        summary: "Features, a page at a time.",
        route: || web::to(items::items),
        parameters: |snapshot, of| of.map_or_else(Vec::new, |c| c.items_parameters(snapshot)),
        answers: |of| {
            let mut all = page(GEOJSON, openapi::of_features(of));
            all.push((CSV, json!({ "type": "string" })));
            all
        },
        required: &[],
    },
    Endpoint {
        // An asset's id holds a slash, which not every client writes as %2F.
        path: "/ogc/collections/{collection}/items/{featureId:.+}",
        summary: "One feature.",
        route: || web::to(items::feature),
        parameters: |snapshot, of| of.map_or_else(Vec::new, |c| c.feature_parameters(snapshot)),
        answers: |of| page(GEOJSON, openapi::of_feature(of)),
        required: &[],
    },
];

fn around(_: &Snapshot, _: Option<Collection>) -> Vec<Parameter> {
    landing::parameters()
}

/// A resource that is also a page for people.
fn page(media: &'static str, schema: Value) -> Vec<(&'static str, Value)> {
    vec![(media, schema), (HTML, json!({ "type": "string" }))]
}
