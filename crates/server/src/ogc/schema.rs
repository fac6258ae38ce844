//! What a feature looks like, as JSON Schema: clients that read it need not guess types from the first rows.

use super::answer::SCHEMA_JSON;
use super::find;
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::wire::{RowProperty, ValueKind};
use serde_json::{Map, Value, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// `GET /ogc/collections/{collection}/schema`: of a whole feature, as `describedby` means it.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn feature(
    request: HttpRequest,
    state: web::Data<ServerState>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = find(&path)?;
    RequestQuery::parse(request.query_string(), &[])?;
    let mut schema = of_feature(collection);
    schema["$schema"] = json!(DIALECT);
    schema["$id"] = json!(format!("{}{}", state.base(), request.path()));
    schema["title"] = json!(collection.title());
    Ok(HttpResponse::Ok().content_type(SCHEMA_JSON).body(schema.to_string()))
}

/// `GET /ogc/collections/{collection}/queryables`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn queryables(
    request: HttpRequest,
    state: web::Data<ServerState>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = find(&path)?;
    RequestQuery::parse(request.query_string(), &[])?;
    let properties: Map<String, Value> =
        collection.properties().iter().map(|p| (p.name.to_owned(), of_property(p))).collect();
    let schema = json!({
        "$schema": DIALECT, "$id": format!("{}{}", state.base(), request.path()),
        "type": "object", "title": collection.title(), "properties": properties, "additionalProperties": false,
    });
    Ok(HttpResponse::Ok().content_type(SCHEMA_JSON).body(schema.to_string()))
}

/// A feature of a collection.
pub(crate) fn of_feature(collection: CollectionId) -> Value {
    let names: Vec<&str> = collection.properties().iter().map(|p| p.name).collect();
    let properties: Map<String, Value> =
        collection.properties().iter().map(|p| (p.name.to_owned(), of_property(p))).collect();
    json!({
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string" },
            "geometry": geometry(collection),
            "properties": { "type": "object", "required": names, "properties": properties },
        },
    })
}

fn geometry(collection: CollectionId) -> Value {
    let position = json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
    let name = collection.geometry();
    let coordinates = match name {
        "Point" => position,
        "LineString" => json!({ "type": "array", "items": position, "minItems": 2 }),
        _ => {
            let ring = json!({ "type": "array", "items": position, "minItems": 4 });
            let polygon = json!({ "type": "array", "items": ring });
            json!({ "type": "array", "items": polygon })
        }
    };
    json!({
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": { "type": { "type": "string", "enum": [name] }, "coordinates": coordinates },
    })
}

/// A property that may be null: in the word of OpenAPI 3.0, and here as well. JSON Schema would have `["number", "null"]`,
/// which GDAL (3.12) takes for text; with the bare type it reads columns right that are null in the first rows.
pub(crate) fn of_property(property: &RowProperty) -> Value {
    let mut schema = bare(property);
    if property.nullable {
        schema["nullable"] = json!(true);
    }
    schema
}

fn bare(property: &RowProperty) -> Value {
    let mut schema = match property.kind {
        ValueKind::Text => json!({ "type": "string" }),
        ValueKind::Number => json!({ "type": "number" }),
        ValueKind::Integer => json!({ "type": "integer" }),
        ValueKind::Flag => json!({ "type": "boolean" }),
        ValueKind::Day => json!({ "type": "string", "format": "date" }),
        ValueKind::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    schema["description"] = json!(property.about);
    if property.is_deprecated() {
        schema["deprecated"] = json!(true);
    }
    schema
}

fn link() -> Value {
    json!({
        "type": "object", "required": ["href", "rel"],
        "properties": {
            "href": { "type": "string" }, "rel": { "type": "string" },
            "type": { "type": "string" }, "title": { "type": "string" },
        },
    })
}

/// An object with links and these properties.
pub(crate) fn of_links(required: &[&str]) -> Value {
    json!({
        "type": "object", "required": required,
        "properties": { "links": { "type": "array", "items": link() } },
    })
}

pub(crate) fn of_conformance() -> Value {
    json!({
        "type": "object", "required": ["conformsTo"],
        "properties": { "conformsTo": { "type": "array", "items": { "type": "string" } } },
    })
}

/// A feature of a collection, with links.
pub(crate) fn of_linked_feature(collection: Option<CollectionId>) -> Value {
    let mut feature = of_links(&[]);
    if let Some(collection) = collection {
        feature = of_feature(collection);
        feature["properties"]["links"] = json!({ "type": "array", "items": link() });
    }
    feature
}

/// A page of features of a collection.
pub(crate) fn of_features(collection: Option<CollectionId>) -> Value {
    let feature = collection.map_or_else(|| json!({ "type": "object" }), of_feature);
    json!({
        "type": "object",
        "required": ["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"],
        "properties": {
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "features": { "type": "array", "items": feature },
            "links": { "type": "array", "items": link() },
            "timeStamp": { "type": "string", "format": "date-time" },
            "numberMatched": { "type": "integer", "minimum": 0 },
            "numberReturned": { "type": "integer", "minimum": 0 },
        },
    })
}
