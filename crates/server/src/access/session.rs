//! Sessions of browsers: in memory, so that a restart ends them all.

use crate::error::ApiError;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use hereabouts_data::feedback::keys::random_hex;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A session that nothing is asked in ends.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// And so does any other.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);
/// Sessions of one key at a time: the browsers of a team. One more ends the one that was quiet for longest.
const MOST_OF_A_KEY: usize = 32;
/// Sessions of all keys at a time.
const MOST: usize = 10_000;

/// The cookie's name. Over TLS it is one that no other host, no page without TLS and no subdomain can set.
const fn name(over_tls: bool) -> &'static str {
    if over_tls { "__Host-hereabouts" } else { "hereabouts" }
}

#[derive(Debug)]
struct BrowserSession {
    key: String,
    began: Instant,
    seen: Instant,
}

impl BrowserSession {
    fn is_alive(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.seen) < IDLE && now.saturating_duration_since(self.began) < LONGEST
    }
}

#[derive(Debug, Default)]
pub(super) struct BrowserSessions {
    /// By secret. How long a look-up takes tells nothing: the table is keyed by a hash that only this process knows.
    all: Mutex<HashMap<String, BrowserSession>>,
}

impl BrowserSessions {
    /// Begins one for the holder of a key, ends the one that the browser had, and gives its secret.
    pub(super) fn begin(&self, key: String, headers: &HeaderMap, over_tls: bool) -> Result<String, ApiError> {
        let new = random_hex(32).map_err(|_| ApiError::Internal)?;
        let now = Instant::now();
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = secret(headers, over_tls) {
            all.remove(old);
        }
        all.retain(|_, session| session.is_alive(now));
        if all.values().filter(|session| session.key == key).count() >= MOST_OF_A_KEY {
            let of_key = all.iter().filter(|(_, session)| session.key == key);
            let quiet = of_key.min_by_key(|(_, session)| session.seen).map(|(secret, _)| secret.clone());
            quiet.and_then(|quiet| all.remove(&quiet));
        }
        if all.len() >= MOST {
            return Err(ApiError::Busy);
        }
        all.insert(new.clone(), BrowserSession { key, began: now, seen: now });
        Ok(new)
    }

    /// Id of the key that the session of a request was begun with.
    pub(super) fn key_of(&self, headers: &HeaderMap, over_tls: bool) -> Option<String> {
        let secret = secret(headers, over_tls)?;
        let now = Instant::now();
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let session = all.get_mut(secret)?;
        if !session.is_alive(now) {
            all.remove(secret);
            return None;
        }
        session.seen = now;
        Some(session.key.clone())
    }

    pub(super) fn end(&self, headers: &HeaderMap, over_tls: bool) {
        if let Some(secret) = secret(headers, over_tls) {
            self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(secret);
        }
    }

    /// Ends those whose key opens nothing any more.
    pub(super) fn keep_only(&self, is_good: impl Fn(&str) -> bool) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, session| is_good(&session.key));
    }
}

fn secret(headers: &HeaderMap, over_tls: bool) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name(over_tls)).map(|(_, secret)| secret)
}

/// The cookie of a session, to be set. Scripts do not see it and other sites do not send it.
pub(crate) fn cookie(secret: &str, over_tls: bool) -> Option<HeaderValue> {
    written(secret, LONGEST.as_secs(), over_tls)
}

/// The same, to be forgotten.
pub(crate) fn no_cookie(over_tls: bool) -> Option<HeaderValue> {
    written("", 0, over_tls)
}

fn written(secret: &str, seconds: u64, over_tls: bool) -> Option<HeaderValue> {
    let (name, secure) = (name(over_tls), if over_tls { "; Secure" } else { "" });
    HeaderValue::from_str(&format!(
        "{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn with(secret: &str, over_tls: bool) -> HeaderMap {
        let cookie = format!("other=1; {}={secret}", name(over_tls));
        TestRequest::default().insert_header(("cookie", cookie)).to_http_request().headers().clone()
    }

    #[test]
    fn one_key_has_so_many_and_no_more() {
        let sessions = BrowserSessions::default();
        let none = HeaderMap::new();
        let other = sessions.begin("other".to_owned(), &none, false).unwrap();
        let all: Vec<_> = (0..500).map(|_| sessions.begin("one".to_owned(), &none, false).unwrap()).collect();
        assert_eq!(sessions.all.lock().unwrap().len(), MOST_OF_A_KEY + 1);
        assert_eq!(sessions.key_of(&with(&all[0], false), false), None, "the quietest ended");
        assert_eq!(sessions.key_of(&with(&all[499], false), false).as_deref(), Some("one"));
        assert_eq!(sessions.key_of(&with(&other, false), false).as_deref(), Some("other"));
        sessions.keep_only(|key| key == "other");
        assert_eq!(sessions.all.lock().unwrap().len(), 1, "sessions die with their key");
    }

    #[test]
    fn signing_in_again_ends_what_the_browser_had() {
        let sessions = BrowserSessions::default();
        let first = sessions.begin("one".to_owned(), &HeaderMap::new(), true).unwrap();
        let second = sessions.begin("two".to_owned(), &with(&first, true), true).unwrap();
        assert_eq!(sessions.key_of(&with(&first, true), true), None);
        assert_eq!(sessions.key_of(&with(&second, true), true).as_deref(), Some("two"));
        assert_eq!(sessions.key_of(&with(&second, false), true), None, "over TLS the safe name alone counts");
    }
}
