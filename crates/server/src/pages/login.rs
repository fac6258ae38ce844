//! Signing in with a key, for browsers: the key becomes a session that scripts do not see and other sites do not send.

use super::{PageError, layout};
use crate::access::{cookie, no_cookie};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

/// A page of this server, as an address that a header may hold; the start in place of what a browser could take for another
/// server's.
///
/// # Errors
/// [`ApiError::Parameter`] for control characters: browsers drop some of them, after which `/<tab>/there` leads elsewhere.
pub(super) fn own_page(to: Option<&str>) -> Result<String, ApiError> {
    let to = to.unwrap_or("/");
    if to.chars().any(char::is_control) {
        return Err(ApiError::parameter("to", "control characters are in no address"));
    }
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    // Everything but what an address may hold is written as browsers write it, so that no header has to carry it.
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>`{}^|".contains(c);
    let written = |c: char| if plain(c) { c.to_string() } else { encode(&c.to_string()).into_owned() };
    Ok(if own { to.chars().map(written).collect() } else { "/".to_owned() })
}

/// `GET /login`.
pub(super) async fn form(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let offered = [QueryParameter::new("to", "Page to go on to.", ValueDomain::LongText)];
    let query = RequestQuery::parse(request.query_string(), &offered)?;
    let to = own_page(query.get("to"))?;
    let actor = state.reader(&request)?;
    let main = html! {
        h1 { "Sign in" }
        @if actor.role == SpeakerRole::Public {
            p { "Reading needs no key. Link workers and organisers sign in with theirs to say what still runs, and to record what was not found." }
            (key_form(&to, None))
        } @else {
            p { "You are signed in as " (actor.role.label()) "." }
            form method="post" action="/logout" { button type="submit" { "Sign out" } }
        }
    };
    Ok(page(&main))
}

fn key_form(to: &str, wrong: Option<&str>) -> Markup {
    html! {
        form.stack method="post" action="/login" {
            input type="hidden" name="to" value=(to);
            label for="key" { "Key" }
            @if let Some(wrong) = wrong { p #wrong role="alert" { (wrong) } }
            input #key type="password" name="key" autocomplete="current-password" required maxlength="200" aria-describedby=[wrong.map(|_| "wrong")];
            button type="submit" { "Sign in" }
        }
    }
}

fn page(main: &Markup) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(layout::plain("Sign in", "/login", main).into_string())
}

/// `POST /login`.
pub(super) async fn enter(
    request: HttpRequest,
    state: web::Data<ServerState>,
    given: web::Bytes,
) -> Result<HttpResponse, PageError> {
    let text = std::str::from_utf8(&given).unwrap_or_default();
    let fields = [("key", "The key."), ("to", "Page to go on to.")];
    let offered = fields.map(|(name, about)| QueryParameter::new(name, about, ValueDomain::LongText));
    let form = RequestQuery::parse(text, &offered)?;
    let to = own_page(form.get("to"))?;
    match state.begin(&request, form.get("key").unwrap_or_default()) {
        Ok(secret) => {
            let cookie = cookie(&secret, state.address.is_https()).ok_or(ApiError::Internal)?;
            Ok(go_to(&to, cookie).finish())
        }
        Err(ApiError::Unauthorized) => {
            let main = html! { h1 { "Sign in" } (key_form(&to, Some("This key opens nothing: it is mistyped, has expired or was revoked."))) };
            let mut answer = page(&main);
            *answer.status_mut() = actix_web::http::StatusCode::UNAUTHORIZED;
            Ok(answer)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /logout`.
pub(super) async fn leave(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    state.access.end(&request, &state.address)?;
    let cookie = no_cookie(state.address.is_https()).ok_or(ApiError::Internal)?;
    // Nor does the browser's way back show what only the session was shown.
    Ok(go_to("/", cookie).insert_header(("clear-site-data", "\"cache\"")).finish())
}

fn go_to(page: &str, cookie: HeaderValue) -> HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer
        .insert_header((header::LOCATION, page))
        .insert_header((header::SET_COOKIE, cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        let own = |to: &str| own_page(Some(to)).unwrap();
        assert_eq!(own("/find?q=a&x=%09#b"), "/find?q=a&x=%09#b");
        assert_eq!(own("/find?q=caf\u{e9} \u{1f600}"), "/find?q=caf%C3%A9%20%F0%9F%98%80");
        for elsewhere in [
            "https://there.example",
            "//there.example",
            "/\\there.example",
            "\\\\there.example",
            "there",
            "",
            " //a",
        ] {
            assert_eq!(own(elsewhere), "/", "{elsewhere}");
        }
        for control in [
            "/\t/there.example",
            "/a\r\nSet-Cookie: x",
            "/\0",
            "/\u{7f}",
            "/\u{85}a",
            "\t//there.example",
            "/\n/there",
        ] {
            let refused = own_page(Some(control)).unwrap_err();
            assert!(matches!(&refused, ApiError::Parameter { field, .. } if field == "to"), "{refused}");
        }
    }
}
