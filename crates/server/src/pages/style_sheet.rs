//! The style sheet, part of the binary.

use actix_web::HttpResponse;
use actix_web::http::header;

const STYLE: &str = include_str!("site.css");

pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(STYLE)
}
