//! Pages for people, rendered here; scripts only spare a reload. The address is the only state, and every table that a map
//! shows is on the page beside it.

mod address_terms;
mod area;
mod area_names;
mod areas;
mod asset;
mod asset_history;
mod chart;
mod compare;
mod entry_forms;
pub(crate) mod errors;
mod find;
mod fund;
mod home;
pub(crate) mod layout;
mod list;
mod listing_card;
mod login;
mod look;
mod map_data;
mod map_scale;
mod method;
mod need;
mod needs;
mod outline;
mod page_query;
mod parts;
mod search;
mod search_box;
mod sketch_map;
mod svg_map;
mod theme;
mod unmet_figure;
mod why;

use crate::endpoint::{and_post, get, post};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use errors::PageError;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::site::Site;
use hereabouts_engine::view::QuarterView;
use maud::Markup;
use page_query::{NarrowView, PageQuery};
use std::sync::Arc;

/// Mounts the pages, their style sheet and the geometry of their maps.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(get("/", web::to(home::show)))
        .service(get("/areas", web::to(areas::show)))
        .service(get("/areas/{code}", web::to(area::show)))
        .service(get("/find", web::to(find::show)))
        .service(get("/assets/{id:.+}.ics", web::to(asset::sessions)))
        .service(get("/assets/{id:.+}", web::to(asset::show)))
        .service(get("/list", web::to(list::show)))
        .service(get("/list.ics", web::to(list::sessions)))
        .service(get("/fund", web::to(fund::show)))
        .service(get("/needs", web::to(needs::show)))
        .service(get("/needs/{need}", web::to(need::show)))
        .service(get("/compare", web::to(compare::show)))
        .service(get("/gaps", web::to(needs::former)))
        .service(get("/method", web::to(method::show)))
        .service(and_post(get("/login", web::to(login::form)), web::post().to(login::enter)))
        .service(and_post(get("/logout", web::to(login::form)), web::post().to(login::leave)))
        .service(post("/say", web::post().to(entry_forms::verify)))
        .service(post("/want", web::post().to(entry_forms::unmet_need)))
        .service(get("/map/{geography}.json", web::to(map_data::show)))
        .service(get("/search", web::to(search::show)))
        .service(get("/search/suggest", web::to(search::suggest)))
        .service(post("/theme", web::post().to(theme::choose)))
        .service(get("/theme.css", web::to(theme::sheet)))
        .service(get("/icon.svg", web::to(look::icon)))
        .service(get(look::TYPEFACE_AT, web::to(look::typeface)))
        .service(get(look::SHEET_AT, web::to(look::sheet)));
}

/// What a page is made from: one snapshot, the request read against it, and what it looks at.
struct PageRequest {
    snapshot: Arc<Site>,
    asked: PageQuery,
    view: Option<Arc<QuarterView>>,
    private: bool,
    signed_in: Option<SpeakerRole>,
    fragment: bool,
}

impl PageRequest {
    /// Reads the request; working out a period that nobody has asked for yet runs off the request workers.
    async fn read(
        request: &HttpRequest,
        state: &web::Data<ServerState>,
        offered: &[&str],
    ) -> Result<Self, ApiError> {
        Self::read_query(request, state, request.query_string(), offered).await
    }

    /// The same of a part of the query, where the page reads the rest itself.
    async fn read_query(
        request: &HttpRequest,
        state: &web::Data<ServerState>,
        query: &str,
        offered: &[&str],
    ) -> Result<Self, ApiError> {
        let snapshot = state.site();
        let asked = PageQuery::read(request.path(), query, offered, &snapshot)?;
        let view = match asked.geography {
            None => None,
            Some(geography) => Some(match snapshot.view_if_ready(asked.period, geography) {
                Some(view) => view,
                None => {
                    let (snapshot, period) = (Arc::clone(&snapshot), asked.period);
                    web::block(move || snapshot.view(period, geography))
                        .await
                        .map_err(|_| ApiError::Internal)?
                }
            }),
        };
        let fragment = request.headers().contains_key("x-fragment");
        let signed_in = state.session_role(request.headers());
        Ok(Self { snapshot, asked, view, private: state.is_private(), signed_in, fragment })
    }

    /// A page about no quarter and no geography in particular, which reads its address itself.
    fn plain(request: &HttpRequest, state: &web::Data<ServerState>) -> Self {
        let snapshot = state.site();
        let asked = PageQuery::usual(request.path(), &snapshot);
        let fragment = request.headers().contains_key("x-fragment");
        let signed_in = state.session_role(request.headers());
        Self { snapshot, asked, view: None, private: state.is_private(), signed_in, fragment }
    }

    /// Shows what a word names on a narrow screen, if it names anything.
    fn show(&mut self, word: Option<&str>) {
        self.asked.show =
            NarrowView::ALL.iter().copied().find(|show| Some(show.id()) == word).unwrap_or(NarrowView::List);
    }

    /// The page, or only its results where a script asks for them.
    fn body(&self, title: &str, before: &Markup, results: &Markup) -> Markup {
        if self.fragment { results.clone() } else { layout::page(self, title, before, results) }
    }

    fn answer(&self, title: &str, before: &Markup, results: &Markup) -> HttpResponse {
        html(self.body(title, before, results))
    }
}

/// A page that was made away from the request workers.
struct RenderedPage {
    body: Markup,
    status: StatusCode,
    /// Whether caches may keep it: not where a postcode is in its address.
    kept: bool,
}

impl RenderedPage {
    fn answer(self) -> HttpResponse {
        let mut response = html(self.body);
        *response.status_mut() = self.status;
        if !self.kept {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        response
    }
}

fn html(body: Markup) -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body.into_string());
    response.headers_mut().append(header::VARY, HeaderValue::from_static("x-fragment"));
    response
}
