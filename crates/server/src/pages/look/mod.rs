//! How pages look: colours, the style sheet, the typeface and the mark, all part of the binary.

mod theme;
mod tokens;

pub(super) use theme::Theme;
pub(super) use tokens::fixed as fixed_theme;

use actix_web::HttpResponse;
use actix_web::http::header;
use maud::{Markup, PreEscaped};
use std::sync::OnceLock;

/// Source Sans 3, variable in weight, Latin: SIL Open Font Licence 1.1, in `source-sans-3.OFL.txt` beside it.
const TYPEFACE: &[u8] = include_bytes!("source-sans-3.woff2");
/// Where it is served; the number changes with the file.
pub(super) const TYPEFACE_AT: &str = "/fonts/source-sans-3.5-3-1.woff2";

const MARK: &str = include_str!("mark.svg");

/// `GET /site.css`.
pub(super) async fn sheet() -> HttpResponse {
    static SHEET: OnceLock<String> = OnceLock::new();
    let sheet = SHEET.get_or_init(|| {
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
    });
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(sheet.as_str())
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
