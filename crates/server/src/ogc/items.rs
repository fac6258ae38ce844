//! `/items` and `/items/{id}`.

use super::answer::{self, Link, Place};
use super::ask::{self, Ask};
use super::listing::{self, Listing};
use super::{CRS84, Collection, html};
use crate::error::ApiError;
use crate::http::negotiate::{self, Form};
use crate::query::{Query, encode};
use crate::snapshot::{Snapshot, View};
use crate::state::State;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use std::io;
use std::sync::Arc;

/// Runs the body with `$listing: Option<&impl Listing>`; `None` where there is nothing to list.
macro_rules! with_listing {
    ($look:expr, |$listing:ident| $body:expr) => {
        match ($look.collection, &$look.view) {
            (Collection::Assets, _) => {
                let $listing = Some(&listing::Assets { snapshot: &$look.snapshot });
                $body
            }
            (Collection::Grants, _) => {
                let $listing = Some(&listing::Grants { snapshot: &$look.snapshot });
                $body
            }
            (Collection::Streets, _) => {
                let $listing = Some(&listing::Streets { snapshot: &$look.snapshot });
                $body
            }
            (Collection::Neighbourhoods, Some(view)) => {
                let $listing =
                    Some(&listing::Neighbourhoods { snapshot: &$look.snapshot, view: Arc::clone(view) });
                $body
            }
            (Collection::Gaps, Some(view)) => {
                let reading = $look.ask.reading;
                let $listing =
                    Some(&listing::Gaps { snapshot: &$look.snapshot, view: Arc::clone(view), reading });
                $body
            }
            (Collection::Cells, Some(view)) => {
                let $listing = Some(&listing::Cells {
                    snapshot: &$look.snapshot,
                    view: Arc::clone(view),
                    layer: view
                        .layer(&$look.snapshot, $look.ask.resolution)
                        .map_err(|e| ApiError::parameter("resolution", e.to_string()))?,
                    needs: $look.snapshot.study().need_indices().collect(),
                    reading: $look.ask.reading,
                });
                $body
            }
            (Collection::Neighbourhoods, None) => {
                let $listing = None::<&listing::Neighbourhoods<'_>>;
                $body
            }
            (Collection::Gaps, None) => {
                let $listing = None::<&listing::Gaps<'_>>;
                $body
            }
            (Collection::Cells, None) => {
                let $listing = None::<&listing::Cells<'_>>;
                $body
            }
        }
    };
}

/// What one request looks at.
struct Look {
    collection: Collection,
    snapshot: Arc<Snapshot>,
    view: Option<Arc<View>>,
    ask: Ask,
}

impl Look {
    /// Away from the request workers: a view may have to be worked out.
    async fn new(
        collection: Collection,
        snapshot: Arc<Snapshot>,
        query: &Query,
        form: Form,
    ) -> Result<Self, ApiError> {
        let ask = Ask::new(collection, &snapshot, query, form);
        let query = query.clone();
        apart(move || {
            let view = if collection.has_view() { ask::view(&snapshot, &query) } else { None };
            Ok(Self { collection, snapshot, view, ask })
        })
        .await
    }
}

/// Runs what may take long away from the request workers.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    web::block(work).await.map_err(|_| ApiError::Internal)?
}

/// `GET /ogc/collections/{collection}/items`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn items(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = Collection::find(&path)?;
    let snapshot = state.snapshot();
    let query = Query::parse(request.query_string(), &collection.items_parameters(&snapshot))?;
    let form = negotiate::form(&request, query.get("f"), &[Form::Json, Form::Html, Form::Csv]);
    let place = Place { root: format!("{}/ogc", state.base_url(&request)), collection };
    let look = Look::new(collection, snapshot, &query, form).await?;
    if form == Form::Csv {
        return Ok(table(look));
    }
    let (body, links) = apart(move || {
        with_listing!(look, |listing| {
            let (page, matched) = listing.map_or_else(Default::default, |l| listing::page(l, &look.ask));
            let links = answer::page_links(&place, &query, &look.ask, matched, page.len());
            let body = if form == Form::Html {
                html::items(&place, listing, &page, matched, &links).into_string().into_bytes()
            } else {
                answer::feature_collection(listing, &page, matched, &links).map_err(|_| ApiError::Internal)?
            };
            Ok((body, links))
        })
    })
    .await?;
    Ok(respond(form, body, &links))
}

/// `GET /ogc/collections/{collection}/items/{id}`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn feature(
    request: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (collection, id) = path.into_inner();
    let collection = Collection::find(&collection)?;
    let snapshot = state.snapshot();
    let query = Query::parse(request.query_string(), &collection.feature_parameters(&snapshot))?;
    let form = negotiate::form(&request, query.get("f"), &[Form::Json, Form::Html]);
    let place = Place { root: format!("{}/ogc", state.base_url(&request)), collection };
    let mut look = Look::new(collection, snapshot, &query, form).await?;
    let missing = move |id: &str| ApiError::not_found(format!("feature {id} in {}", collection.id()));
    if collection == Collection::Cells {
        let finest = look.snapshot.policy().resolution;
        look.ask.resolution =
            listing::resolution(&id).filter(|r| *r <= finest).ok_or_else(|| missing(&id))?;
    }
    let (body, links) = apart(move || {
        with_listing!(look, |listing| {
            let missing = || missing(&id);
            let listing = listing.ok_or_else(missing)?;
            let at = listing.position(&id).ok_or_else(missing)?;
            let here = place.feature(&id);
            let links = vec![
                answer::link("self", answer::GEOJSON, format!("{here}{}", query.same()), "This feature"),
                answer::link(
                    "alternate",
                    answer::HTML,
                    format!("{here}{}", query.with("f", "html")),
                    "For people",
                ),
                answer::link("collection", answer::JSON, place.collection(), collection.title()),
            ];
            let body = if form == Form::Html {
                html::feature(&place, listing, at, &links).into_string().into_bytes()
            } else {
                answer::feature(listing, at, &links).map_err(|_| ApiError::Internal)?
            };
            Ok((body, links))
        })
    })
    .await?;
    Ok(respond(form, body, &links))
}

fn respond(form: Form, body: Vec<u8>, links: &[Link]) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if form == Form::Html {
        return response.content_type("text/html; charset=utf-8").body(body);
    }
    for link in links.iter().filter(|l| ["self", "next", "prev"].contains(&l.rel)) {
        response.append_header((
            header::LINK,
            format!("<{}>; rel=\"{}\"; type=\"{}\"", link.href, link.rel, link.kind),
        ));
    }
    response.insert_header(("content-crs", format!("<{CRS84}>"))).content_type(answer::GEOJSON).body(body)
}

/// All rows as a download, a part at a time: memory does not grow with the collection.
fn table(look: Look) -> HttpResponse {
    let name = format!("attachment; filename=\"{}.csv\"", encode(look.collection.id()));
    let parts = stream::unfold((look, answer::CsvDone::default()), |(look, done)| async move {
        match csv_part(&look, done) {
            Ok(Some((bytes, done))) => Some((Ok::<Bytes, io::Error>(bytes), (look, done))),
            Ok(None) => None,
            // The client sees a download that breaks off, not a short table.
            Err(_) => Some((Err(io::Error::other("the table could not be written")), (look, done))),
        }
    });
    HttpResponse::Ok()
        .content_type(answer::CSV)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(parts)
}

fn csv_part(look: &Look, done: answer::CsvDone) -> Result<Option<(Bytes, answer::CsvDone)>, ApiError> {
    with_listing!(look, |listing| answer::csv_part(listing, &look.ask, done).map_err(|_| ApiError::Internal))
}
