//! The definition of the API, OpenAPI 3.0, written from the table that mounts the routes.

use super::answer::OPENAPI_JSON;
use super::{Collection, html, landing, schema};
use crate::error::{ApiError, PROBLEM_JSON};
use crate::http::negotiate::{self, Form};
use crate::oruk;
use crate::query::Query;
use crate::routes::{Endpoint, Write, endpoints, writes};
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::tiles;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

/// `GET /ogc/api`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let query = Query::parse(request.query_string(), &landing::parameters())?;
    let base = state.base_url(&request);
    let snapshot = state.snapshot();
    if negotiate::form(&request, query.get("f"), &[Form::Json, Form::Html]) == Form::Html {
        let body = html::definition(&format!("{base}/ogc"), &endpoints(), &snapshot);
        return Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body.into_string()));
    }
    Ok(HttpResponse::Ok().content_type(OPENAPI_JSON).body(document(&snapshot, &base).to_string()))
}

/// The whole document. `base` is the address of the server; paths of OGC API stand under `/ogc`, where its clients look
/// for them, and the others name the server they stand under.
#[must_use]
pub fn document(snapshot: &Snapshot, base: &str) -> Value {
    let mut paths = Map::new();
    for endpoint in endpoints() {
        for collection in each(&endpoint) {
            let path = address(endpoint.path, collection);
            let (path, elsewhere) = match path.strip_prefix("/ogc") {
                // The root with and without its slash is one path to OpenAPI.
                Some("") => continue,
                None if path.ends_with('/') => continue,
                Some(under) => (under.to_owned(), false),
                None => (path, true),
            };
            let mut item = json!({ "get": operation(&endpoint, collection, snapshot) });
            if let Some(write) = writes().iter().find(|write| write.path == endpoint.path) {
                item["post"] = entering(write, &item["get"], snapshot);
            }
            if elsewhere {
                item["servers"] = json!([{ "url": format!("{base}/") }]);
            }
            paths.insert(path, item);
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Hereabouts",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!(
                "What there is in each neighbourhood, and what is missing. As of {}. {}",
                snapshot.as_of(), snapshot.attribution().join("; "),
            ),
            "license": { "name": "MIT OR Apache-2.0 (the program; data as named by their sources)" },
        },
        "servers": [{ "url": format!("{base}/ogc") }],
        "paths": paths,
        "components": {
            "schemas": { "Problem": problem() },
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "A key that the operator made." } },
        },
    })
}

/// The collections a route stands for; none where it is about none.
pub(super) fn each(endpoint: &Endpoint) -> Vec<Option<Collection>> {
    if endpoint.path.contains("{collection}") {
        Collection::ALL.into_iter().map(Some).collect()
    } else {
        vec![None]
    }
}

/// A route as OpenAPI writes it, for one collection.
pub(super) fn address(path: &str, collection: Option<Collection>) -> String {
    path.replace("{collection}", collection.map_or("", Collection::id)).replace(":.+}", "}")
}

fn operation(endpoint: &Endpoint, collection: Option<Collection>, snapshot: &Snapshot) -> Value {
    let path = address(endpoint.path, collection);
    let mut parameters: Vec<Value> = (endpoint.parameters)(snapshot, collection)
        .iter()
        .map(|parameter| {
            let mut written = parameter.openapi();
            written["required"] = json!(endpoint.required.contains(&parameter.name));
            written
        })
        .collect();
    let named = ["featureId", "id"].into_iter().find(|name| path.ends_with(&format!("{{{name}}}")));
    if let Some(name) = named {
        let mut id = json!({
            "name": name, "in": "path", "required": true, "description": "What it is called.",
            "schema": { "type": "string", "minLength": 1 },
        });
        let example = collection.map_or_else(|| oruk::example(&path, snapshot), |c| c.example(snapshot));
        if let Some(example) = example {
            id["example"] = json!(example);
        }
        parameters.push(id);
    }
    if path.contains("{z}") {
        for (name, example) in ["z", "x", "y"].into_iter().zip(tiles::example(snapshot)) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "example": example,
                "description": "Zoom, column and row of the tile (XYZ, web mercator).",
                "schema": { "type": "integer", "minimum": 0 },
            }));
        }
    }
    if path.contains("{id}") {
        let mut id = json!({
            "name": "id", "in": "path", "required": true, "description": "Id of the asset, source/source_id.",
            "schema": { "type": "string", "minLength": 1 },
        });
        if let Some(asset) = snapshot.study().assets().first() {
            id["example"] = json!(asset.asset.id);
        }
        parameters.push(id);
    }
    let content: Map<String, Value> = (endpoint.answers)(collection)
        .into_iter()
        .map(|(media, schema)| (media.to_owned(), json!({ "schema": schema })))
        .collect();
    let mut responses = json!({
        "200": { "description": endpoint.summary, "content": content },
        "304": { "description": "The client has this already." },
        "400": refused("A parameter cannot be understood or is not offered; `field` names it."),
        "default": refused("Anything else that went wrong."),
    });
    if path.contains('{') || endpoint.path == "/v1/compare" {
        responses["404"] = refused("There is no such thing.");
    }
    let name: Vec<&str> = path.split(['/', '{', '}']).filter(|part| !part.is_empty()).collect();
    json!({
        "operationId": name.join("."), "summary": endpoint.summary,
        "tags": [name.first().copied().unwrap_or("ogc")], "parameters": parameters, "responses": responses,
    })
}

fn refused(why: &str) -> Value {
    json!({
        "description": why,
        // A page for whoever asks for pages.
        "content": {
            PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } },
            "text/html": { "schema": { "type": "string" } },
        },
    })
}

/// What is entered at a resource that is also read.
fn entering(write: &Write, get: &Value, snapshot: &Snapshot) -> Value {
    let of_path = |p: &&Value| p["in"] == "path";
    let parameters: Vec<&Value> =
        get["parameters"].as_array().into_iter().flatten().filter(of_path).collect();
    let name = get["operationId"].as_str().unwrap_or_default();
    json!({
        "operationId": format!("{name}.add"), "summary": write.summary, "tags": get["tags"], "parameters": parameters,
        "security": [{}, { "key": [] }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": (write.body)(snapshot) } } },
        "responses": {
            "201": { "description": "Taken, kept and in force.", "content": { "application/json": { "schema": (write.answer)() } } },
            "400": refused("A field cannot be understood or is not taken here; `field` names it."),
            "401": refused("This needs a key."),
            "403": refused("The key does not open this, or a page elsewhere sent it."),
            "404": refused("There is no such thing."),
            "409": refused("It contradicts what there is."),
            "415": refused("The body is not JSON."),
            "429": refused("Too often; `Retry-After` says when again."),
            "default": refused("Anything else that went wrong."),
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail", "code", "description"],
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "detail": { "type": "string" }, "code": { "type": "string" }, "description": { "type": "string" },
            "field": { "type": "string", "description": "The parameter at fault." },
        },
    })
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
pub(super) fn of_links(required: &[&str]) -> Value {
    json!({
        "type": "object", "required": required,
        "properties": { "links": { "type": "array", "items": link() } },
    })
}

pub(super) fn of_conformance() -> Value {
    json!({
        "type": "object", "required": ["conformsTo"],
        "properties": { "conformsTo": { "type": "array", "items": { "type": "string" } } },
    })
}

/// A feature of a collection, with links.
pub(super) fn of_feature(collection: Option<Collection>) -> Value {
    let mut feature = of_links(&[]);
    if let Some(collection) = collection {
        feature = schema::of_feature(collection);
        feature["properties"]["links"] = json!({ "type": "array", "items": link() });
    }
    feature
}

/// A page of features of a collection.
pub(super) fn of_features(collection: Option<Collection>) -> Value {
    let feature = collection.map_or_else(|| json!({ "type": "object" }), schema::of_feature);
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
