//! How pages look: colours, the style sheet, the typeface and the mark, all part of the binary.

mod theme;
mod tokens;

pub(super) use theme::Theme;
pub(super) use tokens::fixed as fixed_theme;

use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, PreEscaped};

/// Source Sans 3, variable in weight, Latin: SIL Open Font Licence 1.1, in `source-sans-3.OFL.txt` beside it.
const TYPEFACE: &[u8] = include_bytes!("source-sans-3.woff2");
/// Where it is served; the number changes with the file.
pub(super) const TYPEFACE_AT: &str = "/fonts/source-sans-3.5-3-1.woff2";

/// Where the style sheet is served.
pub(super) const SHEET_AT: &str = "/site.css";

const MARK: &str = include_str!("mark.svg");

/// `GET /site.css`: made and compressed once.
pub(super) async fn sheet(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let made = state.shared.get(state.site().revision(), SHEET_AT, || Some(text().into_bytes()));
    let mut answer = made.ok_or(ApiError::Internal)?.answer(&request, "text/css; charset=utf-8");
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(answer)
}

fn text() -> String {
    let face = include_str!("typeface.css").replace("{typeface}", TYPEFACE_AT);
    [
        tokens::sheet().as_str(),
        face.as_str(),
        include_str!("base.css"),
        include_str!("controls.css"),
        include_str!("results.css"),
        include_str!("find.css"),
        include_str!("chart.css"),
        include_str!("print.css"),
    ]
    .concat()
}

/// `GET` of the typeface.
pub(super) async fn typeface() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("font/woff2")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(TYPEFACE)
}

/// `GET /icon.svg`: the mark in a colour of its own, for tabs.
pub(super) async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(MARK.replace("currentColor", "#0f8a7d"))
}

/// The mark in the colour of the text around it.
pub(super) fn mark() -> Markup {
    PreEscaped(MARK.trim_end().to_owned())
}
