//! Files of the front end, built into the binary. Without them (no Node at build time) pages work as HTML.

use crate::error::ApiError;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write;

#[derive(Debug, RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
struct EmbeddedFiles;

/// Whether the front end was there when this was built.
#[must_use]
pub fn is_there(path: &str) -> bool {
    EmbeddedFiles::get(path).is_some()
}

/// The text of a file, e.g. the manifest that says what the hashed files are called.
#[must_use]
pub fn text(path: &str) -> Option<String> {
    String::from_utf8(EmbeddedFiles::get(path)?.data.into_owned()).ok()
}

/// `GET /static/{path}`: a file, its `.br` twin where the client takes that.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn serve(request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let file = EmbeddedFiles::get(&path).ok_or_else(|| ApiError::not_found(format!("file {path}")))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(mime_type(&path))
        .insert_header((header::ETAG, etag(&file)))
        .insert_header((header::CACHE_CONTROL, if is_hashed(&path) { FOR_EVER } else { "no-cache" }))
        .insert_header((header::VARY, "accept-encoding"));
    let brotli = EmbeddedFiles::get(&format!("{path}.br")).filter(|_| takes_brotli(&request));
    let data = match brotli {
        Some(twin) => {
            response.insert_header((header::CONTENT_ENCODING, "br"));
            twin.data
        }
        None => file.data,
    };
    Ok(response.body(data.into_owned()))
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Weak: the twin says the same.
fn etag(file: &EmbeddedFile) -> String {
    let mut tag = String::from("W/\"");
    for byte in &file.metadata.sha256_hash()[..8] {
        // Writing to a String does not fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn takes_brotli(request: &HttpRequest) -> bool {
    AcceptEncoding::parse(request).is_ok_and(|accepted| {
        accepted.ranked().iter().any(|e| e.item().is_some_and(|e| *e == Encoding::brotli()))
    })
}

/// The bundler names what it writes to this folder by content: such a file never changes.
fn is_hashed(path: &str) -> bool {
    path.starts_with("assets/")
}

fn mime_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
