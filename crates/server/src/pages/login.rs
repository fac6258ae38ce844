//! Signing in with a key, for browsers: the key becomes a session that scripts do not see and other sites do not send.

use super::{PageError, layout};
use crate::access::{cookie, no_cookie};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use maud::{Markup, html};

/// A page of this server, and nothing that a browser could take for another's.
pub(super) fn own_page(to: Option<&str>) -> &str {
    let plain = |to: &&str| to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    to.filter(plain).unwrap_or("/")
}

/// `GET /login`.
pub(super) async fn form(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let offered = [QueryParameter::new("to", "Page to go on to.", ValueDomain::Text)];
    let query = RequestQuery::parse(request.query_string(), &offered)?;
    let to = own_page(query.get("to"));
    let actor = state.reader(&request)?;
    let main = html! {
        h1 { "Sign in" }
        @if actor.role == SpeakerRole::Public {
            p { "Reading needs no key. Link workers and organisers sign in with theirs to say what still runs, and to record what was not found." }
            (key_form(to, None))
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
    let offered = fields.map(|(name, about)| QueryParameter::new(name, about, ValueDomain::Text));
    let form = RequestQuery::parse(text, &offered)?;
    let base = state.base_url(&request);
    let to = own_page(form.get("to"));
    match state.begin(&request, form.get("key").unwrap_or_default()) {
        Ok(secret) => {
            let cookie = cookie(&secret, base.starts_with("https://")).ok_or(ApiError::Internal)?;
            Ok(go_to(to, cookie))
        }
        Err(ApiError::Unauthorized) => {
            let main = html! { h1 { "Sign in" } (key_form(to, Some("This key opens nothing: it is mistyped, has expired or was revoked."))) };
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
    let base = state.base_url(&request);
    state.access.end(&request, &base)?;
    Ok(go_to("/", no_cookie(base.starts_with("https://"))))
}

fn go_to(page: &str, cookie: HeaderValue) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, page.to_owned()))
        .insert_header((header::SET_COOKIE, cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(own_page(Some("/find?q=a")), "/find?q=a");
        for elsewhere in [
            "https://there.example",
            "//there.example",
            "/\\there.example",
            "there",
            "",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(own_page(Some(elsewhere)), "/", "{elsewhere}");
        }
    }
}
