//! The definition of the API, OpenAPI 3.0, written from the table that mounts the routes.

use crate::endpoint::{Endpoint, EndpointList, FormerEndpoint, WriteEndpoint};
use crate::error::{ApiError, PROBLEM_JSON};
use crate::http::negotiate::{self, ResponseForm};
use crate::http::query::RequestQuery;
use crate::ogc::{self, OPENAPI_JSON, html, landing};
use crate::state::ServerState;
use crate::{oruk, tiles};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::site::Site;
use serde_json::{Map, Value, json};

/// Where the definition is.
pub(crate) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    path: "/ogc/api",
    summary: "This definition.",
    route: || web::to(show),
    parameters: |_, _| landing::parameters().into(),
    answers: |_| {
        ogc::page(OPENAPI_JSON, json!({ "type": "object", "required": ["openapi", "info", "paths"] }))
    },
    required: &[],
}];

/// `GET /ogc/api`.
///
/// # Errors
/// [`ApiError::Parameter`].
async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    list: web::Data<EndpointList>,
) -> Result<HttpResponse, ApiError> {
    let query = RequestQuery::parse(request.query_string(), &landing::parameters())?;
    let base = state.base();
    let site = state.site();
    if negotiate::form(&request, query.get("f"), &[ResponseForm::Json, ResponseForm::Html])
        == ResponseForm::Html
    {
        let body = html::definition(&format!("{base}/ogc"), &list.endpoints, &site);
        return Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body.into_string()));
    }
    Ok(HttpResponse::Ok().content_type(OPENAPI_JSON).body(document(&site, base, &list).to_string()))
}

/// The whole document. `base` is the address of the server; paths of OGC API stand under `/ogc`, where its clients look
/// for them, and the others name the server they stand under.
pub(crate) fn document(snapshot: &Site, base: &str, list: &EndpointList) -> Value {
    let mut paths = Map::new();
    for endpoint in &list.endpoints {
        for collection in endpoint.collections() {
            let path = endpoint.address(collection);
            let (path, elsewhere) = match path.strip_prefix("/ogc") {
                // The root with and without its slash is one path to OpenAPI.
                Some("") => continue,
                None if path.ends_with('/') => continue,
                Some(under) => (under.to_owned(), false),
                None => (path, true),
            };
            let mut item = json!({ "get": operation(endpoint, collection, snapshot) });
            if let Some(write) = list.writes.iter().find(|write| write.path == endpoint.path) {
                item["post"] = entering(write, &item["get"], snapshot);
            }
            if elsewhere {
                item["servers"] = json!([{ "url": format!("{base}/") }]);
            }
            for former in list.former.iter().filter(|former| former.successor == endpoint.path) {
                paths.insert(former.path.to_owned(), deprecated(&item, former));
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
            "license": { "name": concat!(env!("CARGO_PKG_LICENSE"), " (the program; data as named by their sources)") },
        },
        "servers": [{ "url": format!("{base}/ogc") }],
        "paths": paths,
        "components": {
            "schemas": { "Problem": problem() },
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "A key that the operator made." } },
        },
    })
}

fn operation(endpoint: &Endpoint, collection: Option<CollectionId>, snapshot: &Site) -> Value {
    let path = endpoint.address(collection);
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

/// What a former address has: the operations of its successor, marked.
fn deprecated(item: &Value, former: &FormerEndpoint) -> Value {
    let mut item = item.clone();
    for operation in ["get", "post"] {
        if let Some(operation) = item.get_mut(operation) {
            let name = operation["operationId"].as_str().unwrap_or_default();
            operation["operationId"] = json!(format!("{name}.former"));
            operation["deprecated"] = json!(true);
            operation["description"] =
                json!(format!("Deprecated: see {}. It answers until the next release.", former.successor));
        }
    }
    item
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
fn entering(write: &WriteEndpoint, get: &Value, snapshot: &Site) -> Value {
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
