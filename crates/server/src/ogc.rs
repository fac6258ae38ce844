//! OGC API Features, Part 1 (17-069r4) and the coordinate systems of Part 2 (18-058r1), under `/ogc`: the GeoJSON API that
//! the map, QGIS, GDAL and ArcGIS read.

mod answer;
pub(crate) mod html;
mod items;
pub(crate) mod landing;
mod parameters;
pub(crate) mod schema;

use crate::endpoint::{Endpoint, no_parameters};
use crate::error::ApiError;
use actix_web::web;
pub(crate) use answer::OPENAPI_JSON;
use answer::{CSV, GEOJSON, HTML, JSON, SCHEMA_JSON};
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::site::Site;
pub(crate) use parameters::view_parameters;
use serde_json::{Value, json};
use std::sync::Arc;

/// Coordinates are longitude, latitude, WGS84.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Where to begin under `/ogc`, with and without the closing slash.
pub(crate) const LANDING: &[Endpoint] = &[
    Endpoint {
        path: "/ogc",
        summary: "Where to begin.",
        route: || web::to(landing::landing),
        parameters: around,
        answers: |_| page(JSON, schema::of_links(&["title", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/",
        summary: "Where to begin, with the closing slash.",
        route: || web::to(landing::landing),
        parameters: around,
        answers: |_| page(JSON, schema::of_links(&["title", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/conformance",
        summary: "The standards this conforms to.",
        route: || web::to(landing::conformance),
        parameters: around,
        answers: |_| page(JSON, schema::of_conformance()),
        required: &[],
    },
];

/// The collections and what is in them.
pub(crate) const COLLECTIONS: &[Endpoint] = &[
    Endpoint {
        path: "/ogc/collections",
        summary: "The collections.",
        route: || web::to(landing::collections),
        parameters: around,
        answers: |_| page(JSON, schema::of_links(&["collections", "links"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}",
        summary: "One collection, described.",
        route: || web::to(landing::collection),
        parameters: around,
        answers: |_| page(JSON, schema::of_links(&["id", "links", "extent", "itemType"])),
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/schema",
        summary: "JSON Schema of a feature.",
        route: || web::to(schema::feature),
        parameters: no_parameters,
        answers: |_| vec![(SCHEMA_JSON, json!({ "type": "object", "required": ["$schema", "properties"] }))],
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/queryables",
        summary: "Properties that can be asked for.",
        route: || web::to(schema::queryables),
        parameters: no_parameters,
        answers: |_| vec![(SCHEMA_JSON, json!({ "type": "object", "required": ["$schema", "properties"] }))],
        required: &[],
    },
    Endpoint {
        path: "/ogc/collections/{collection}/items",
        summary: "Features, a page at a time.",
        route: || web::to(items::items),
        parameters: |site, of| of.map_or_else(|| no_parameters(site, of), |c| parameters::of_items(c, site)),
        answers: |of| {
            let mut all = page(GEOJSON, schema::of_features(of));
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
        parameters: |site, of| {
            of.map_or_else(|| no_parameters(site, of), |c| parameters::of_feature(c, site))
        },
        answers: |of| page(GEOJSON, schema::of_linked_feature(of)),
        required: &[],
    },
];

fn around(_: &Site, _: Option<CollectionId>) -> Arc<[QueryParameter]> {
    landing::parameters().into()
}

/// The collection with this id.
///
/// # Errors
/// [`ApiError::NotFound`].
fn find(id: &str) -> Result<CollectionId, ApiError> {
    CollectionId::find(id).ok_or_else(|| ApiError::not_found(format!("collection {id}")))
}

/// A resource that is also a page for people.
pub(crate) fn page(media: &'static str, schema: Value) -> Vec<(&'static str, Value)> {
    vec![(media, schema), (HTML, json!({ "type": "string" }))]
}
