//! Light or dark: as the system wishes, or as somebody chose, which a cookie of one word remembers. It works without scripts.

use super::PageError;
use super::login::own_page;
use super::look::{self, Theme};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use hereabouts_engine::fields::{QueryParameter, ValueDomain};

const COOKIE: &str = "theme";
/// A year: it says nothing about anybody.
const SECONDS: u32 = 31_536_000;

/// What a cookie says.
fn chosen(request: &HttpRequest) -> Theme {
    let cookies = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut words = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    words.find(|(name, _)| *name == COOKIE).and_then(|(_, word)| Theme::of(word)).unwrap_or(Theme::Auto)
}

/// `GET /theme.css`: what somebody chose, apart from the pages, so that these are the same for all.
pub(super) async fn sheet(request: HttpRequest) -> HttpResponse {
    let theme = chosen(&request);
    let text = if theme == Theme::Auto { String::new() } else { look::fixed_theme(theme) };
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "cookie"))
        .insert_header((header::ETAG, format!("W/\"{}-{}\"", env!("CARGO_PKG_VERSION"), theme.id())))
        .body(text)
}

/// `POST /theme`: remembers it and leads back.
pub(super) async fn choose(
    request: HttpRequest,
    given: actix_web::web::Bytes,
) -> Result<HttpResponse, PageError> {
    let text = std::str::from_utf8(&given).unwrap_or_default();
    let offered = [QueryParameter::new("to", "Light, dark or as the device.", ValueDomain::Text)];
    let form = RequestQuery::parse(text, &offered)?;
    let word = form.get("to").unwrap_or_default();
    let theme = Theme::of(word).ok_or_else(|| {
        ApiError::parameter("to", format!("{word:?} is not offered; use auto, light or dark"))
    })?;
    let seconds = if theme == Theme::Auto { 0 } else { SECONDS };
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}", theme.id());
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, back(&request)?))
        .insert_header((header::SET_COOKIE, cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// The page that the form stood on, by what the browser says: its path alone, so that it is one of ours.
fn back(request: &HttpRequest) -> Result<String, ApiError> {
    let from = request.headers().get(header::REFERER).map(HeaderValue::to_str).and_then(Result::ok);
    let path = from.and_then(|from| from.split_once("://")?.1.split_once('/')).map(|(_, path)| path);
    own_page(path.map(|path| format!("/{path}")).as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_way_back_stays_here() {
        let to = |from: &str| {
            back(&TestRequest::default().insert_header(("referer", from)).to_http_request()).unwrap()
        };
        assert_eq!(to("http://127.0.0.1:8080/areas/N01?period=2025-Q4"), "/areas/N01?period=2025-Q4");
        assert_eq!(to("https://there.example//elsewhere"), "/");
        assert_eq!(to("nothing"), "/");
        assert_eq!(back(&TestRequest::default().to_http_request()).unwrap(), "/");
    }

    #[test]
    fn a_cookie_of_one_word_is_read_among_others() {
        let of = |cookie: &str| {
            chosen(&TestRequest::default().insert_header(("cookie", cookie)).to_http_request())
        };
        assert_eq!(of("a=b; theme=dark"), Theme::Dark);
        assert_eq!(of("theme=light;x=theme=dark"), Theme::Light);
        for other in ["theme=purple", "themes=dark", ""] {
            assert_eq!(of(other), Theme::Auto, "{other}");
        }
    }
}
