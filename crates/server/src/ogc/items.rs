//! `/items` and `/items/{id}`.

use super::answer::{self, Link, Place};
use super::parameters::{self, DEFAULT_LIMIT, MAX_LIMIT};
use super::{CRS84, find, html};
use crate::error::ApiError;
use crate::http::negotiate::{self, Form};
use crate::http::query::{Query, encode};
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use hereabouts_engine::collections::{self, Collection, FeatureList, FeatureQuery};
use hereabouts_engine::site::Site;
use hereabouts_engine::view::View;
use std::io;
use std::sync::Arc;

/// Runs the body with `$listing: Option<&impl Listing>`; `None` where there is nothing to list.
macro_rules! with_listing {
    ($look:expr, |$listing:ident| $body:expr) => {
        match ($look.collection, &$look.view) {
            (Collection::Assets, _) => {
                let $listing = Some(&collections::Assets { site: &$look.site });
                $body
            }
            (Collection::Grants, _) => {
                let $listing = Some(&collections::Grants { site: &$look.site });
                $body
            }
            (Collection::Streets, _) => {
                let $listing = Some(&collections::Streets { site: &$look.site });
                $body
            }
            (Collection::Neighbourhoods, Some(view)) => {
                let $listing =
                    Some(&collections::Neighbourhoods { site: &$look.site, view: Arc::clone(view) });
                $body
            }
            (Collection::Gaps, Some(view)) => {
                let reading = $look.ask.reading;
                let $listing =
                    Some(&collections::Gaps { site: &$look.site, view: Arc::clone(view), reading });
                $body
            }
            (Collection::Cells, Some(view)) => {
                let $listing = Some(&collections::Cells {
                    site: &$look.site,
                    view: Arc::clone(view),
                    layer: $look
                        .site
                        .layer(view, $look.ask.resolution)
                        .map_err(|e| ApiError::parameter("resolution", e.to_string()))?,
                    needs: $look.site.study().need_indices().collect(),
                    reading: $look.ask.reading,
                });
                $body
            }
            (Collection::Neighbourhoods, None) => {
                let $listing = None::<&collections::Neighbourhoods<'_>>;
                $body
            }
            (Collection::Gaps, None) => {
                let $listing = None::<&collections::Gaps<'_>>;
                $body
            }
            (Collection::Cells, None) => {
                let $listing = None::<&collections::Cells<'_>>;
                $body
            }
        }
    };
}

/// What one request looks at.
struct Look {
    collection: Collection,
    site: Arc<Site>,
    view: Option<Arc<View>>,
    ask: FeatureQuery,
}

impl Look {
    /// Away from the request workers: a view may have to be worked out.
    async fn new(
        collection: Collection,
        site: Arc<Site>,
        query: &Query,
        form: Form,
    ) -> Result<Self, ApiError> {
        let all = form == Form::Csv && query.get("limit").is_none();
        let limit = if all { usize::MAX } else { query.whole("limit", DEFAULT_LIMIT).min(MAX_LIMIT) };
        let ask = FeatureQuery::read(collection, &site, limit, |name| query.get(name));
        apart(move || {
            let view = if collection.has_view() { collections::view(&site, &ask) } else { None };
            Ok(Self { collection, site, view, ask })
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
    state: web::Data<ServerState>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = find(&path)?;
    let site = state.site();
    let query = Query::parse(request.query_string(), &parameters::of_items(collection, &site))?;
    let form = negotiate::form(&request, query.get("f"), &[Form::Json, Form::Html, Form::Csv]);
    let place = Place { root: format!("{}/ogc", state.base_url(&request)), collection };
    let look = Look::new(collection, site, &query, form).await?;
    if form == Form::Csv {
        return Ok(table(look));
    }
    let (body, links) = apart(move || {
        with_listing!(look, |listing| {
            let (page, matched) = listing.map_or_else(Default::default, |l| collections::page(l, &look.ask));
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
    state: web::Data<ServerState>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (collection, id) = path.into_inner();
    let collection = find(&collection)?;
    let site = state.site();
    let query = Query::parse(request.query_string(), &parameters::of_feature(collection, &site))?;
    let form = negotiate::form(&request, query.get("f"), &[Form::Json, Form::Html]);
    let place = Place { root: format!("{}/ogc", state.base_url(&request)), collection };
    let mut look = Look::new(collection, site, &query, form).await?;
    let missing = move |id: &str| ApiError::not_found(format!("feature {id} in {}", collection.id()));
    if collection == Collection::Cells {
        let finest = look.site.policy().resolution;
        look.ask.resolution =
            collections::resolution(&id).filter(|r| *r <= finest).ok_or_else(|| missing(&id))?;
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
