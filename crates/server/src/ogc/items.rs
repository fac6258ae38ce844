//! `/items` and `/items/{id}`.

use super::answer::{self, CollectionAddress, ResponseLink};
use super::parameters::{self, DEFAULT_LIMIT, MAX_LIMIT};
use super::{CRS84, find, html};
use crate::error::ApiError;
use crate::http::negotiate::{self, ResponseForm};
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use hereabouts_engine::collections::{self, CollectionId, FeatureList, FeatureQuery};
use hereabouts_engine::site::Site;
use hereabouts_engine::view::QuarterView;
use hereabouts_engine::wire::encode;
use std::io;
use std::sync::Arc;

/// Runs the body with `$listing: Option<&impl Listing>`; `None` where there is nothing to list.
macro_rules! with_listing {
    ($look:expr, |$listing:ident| $body:expr) => {
        match ($look.collection, &$look.view) {
            (CollectionId::Assets, _) => {
                let $listing = Some(&collections::AssetFeatures { site: &$look.site });
                $body
            }
            (CollectionId::Grants, _) => {
                let $listing = Some(&collections::GrantFeatures { site: &$look.site });
                $body
            }
            (CollectionId::Streets, _) => {
                let $listing = Some(&collections::StreetFeatures { site: &$look.site });
                $body
            }
            (CollectionId::Neighbourhoods, Some(view)) => {
                let $listing =
                    Some(&collections::NeighbourhoodFeatures { site: &$look.site, view: Arc::clone(view) });
                $body
            }
            (CollectionId::Gaps, Some(view)) => {
                let reading = $look.ask.reading;
                let $listing =
                    Some(&collections::GapFeatures { site: &$look.site, view: Arc::clone(view), reading });
                $body
            }
            (CollectionId::Cells, Some(view)) => {
                let $listing = Some(&collections::CellFeatures {
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
            (CollectionId::Neighbourhoods, None) => {
                let $listing = None::<&collections::NeighbourhoodFeatures<'_>>;
                $body
            }
            (CollectionId::Gaps, None) => {
                let $listing = None::<&collections::GapFeatures<'_>>;
                $body
            }
            (CollectionId::Cells, None) => {
                let $listing = None::<&collections::CellFeatures<'_>>;
                $body
            }
        }
    };
}

/// What one request looks at.
struct ItemsRequest {
    collection: CollectionId,
    site: Arc<Site>,
    view: Option<Arc<QuarterView>>,
    ask: FeatureQuery,
}

impl ItemsRequest {
    /// Away from the request workers: a view may have to be worked out.
    async fn new(
        collection: CollectionId,
        site: Arc<Site>,
        query: &RequestQuery,
        form: ResponseForm,
    ) -> Result<Self, ApiError> {
        let all = form == ResponseForm::Csv && query.get("limit").is_none();
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
    let query = RequestQuery::parse(request.query_string(), &parameters::of_items(collection, &site))?;
    let form = negotiate::form(
        &request,
        query.get("f"),
        &[ResponseForm::Json, ResponseForm::Html, ResponseForm::Csv],
    );
    let place = CollectionAddress { root: format!("{}/ogc", state.base()), collection };
    let look = ItemsRequest::new(collection, site, &query, form).await?;
    if form == ResponseForm::Csv {
        return Ok(table(look));
    }
    let (body, links) = apart(move || {
        with_listing!(look, |listing| {
            let (page, matched) = listing.map_or_else(Default::default, |l| collections::page(l, &look.ask));
            let links = answer::page_links(&place, &query, &look.ask, matched, page.len());
            let body = if form == ResponseForm::Html {
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
    let query = RequestQuery::parse(request.query_string(), &parameters::of_feature(collection, &site))?;
    let form = negotiate::form(&request, query.get("f"), &[ResponseForm::Json, ResponseForm::Html]);
    let place = CollectionAddress { root: format!("{}/ogc", state.base()), collection };
    let mut look = ItemsRequest::new(collection, site, &query, form).await?;
    let missing = move |id: &str| ApiError::not_found(format!("feature {id} in {}", collection.id()));
    if collection == CollectionId::Cells {
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
            let body = if form == ResponseForm::Html {
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

fn respond(form: ResponseForm, body: Vec<u8>, links: &[ResponseLink]) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if form == ResponseForm::Html {
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
fn table(look: ItemsRequest) -> HttpResponse {
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

fn csv_part(
    look: &ItemsRequest,
    done: answer::CsvDone,
) -> Result<Option<(Bytes, answer::CsvDone)>, ApiError> {
    with_listing!(look, |listing| answer::csv_part(listing, &look.ask, done).map_err(|_| ApiError::Internal))
}
