//! What a feature looks like, as JSON Schema: clients that read it need not guess types from the first rows.

use super::Collection;
use super::answer::SCHEMA_JSON;
use crate::error::ApiError;
use crate::feature::{Kind, Property};
use crate::query::Query;
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// `GET /ogc/collections/{collection}/schema`: of a whole feature, as `describedby` means it.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn feature(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = Collection::find(&path)?;
    Query::parse(request.query_string(), &[])?;
    let mut schema = of_feature(collection);
    schema["$schema"] = json!(DIALECT);
    schema["$id"] = json!(format!("{}{}", state.base_url(&request), request.path()));
    schema["title"] = json!(collection.title());
    Ok(HttpResponse::Ok().content_type(SCHEMA_JSON).body(schema.to_string()))
}

/// `GET /ogc/collections/{collection}/queryables`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn queryables(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = Collection::find(&path)?;
    Query::parse(request.query_string(), &[])?;
    let properties: Map<String, Value> =
        collection.properties().iter().map(|p| (p.name.to_owned(), of_property(p))).collect();
    let schema = json!({
        "$schema": DIALECT, "$id": format!("{}{}", state.base_url(&request), request.path()),
        "type": "object", "title": collection.title(), "properties": properties, "additionalProperties": false,
    });
    Ok(HttpResponse::Ok().content_type(SCHEMA_JSON).body(schema.to_string()))
}

/// A feature of a collection.
pub(super) fn of_feature(collection: Collection) -> Value {
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

fn geometry(collection: Collection) -> Value {
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
pub(super) fn of_property(property: &Property) -> Value {
    let mut schema = bare(property);
    if property.nullable {
        schema["nullable"] = json!(true);
    }
    schema
}

fn bare(property: &Property) -> Value {
    let mut schema = match property.kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    schema["description"] = json!(property.about);
    schema
}
