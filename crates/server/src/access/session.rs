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
/// Sessions at a time.
const MOST: usize = 10_000;

/// Names of the cookie, over TLS and without.
const NAMES: [&str; 2] = ["__Host-hereabouts", "hereabouts"];

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
    /// Begins one for the holder of a key, and gives its secret.
    pub(super) fn begin(&self, key: String) -> Result<String, ApiError> {
        let secret = random_hex(32).map_err(|_| ApiError::Internal)?;
        let now = Instant::now();
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, session| session.is_alive(now));
        }
        if all.len() >= MOST {
            return Err(ApiError::Busy);
        }
        all.insert(secret.clone(), BrowserSession { key, began: now, seen: now });
        Ok(secret)
    }

    /// Id of the key that the session of a request was begun with.
    pub(super) fn key_of(&self, headers: &HeaderMap) -> Option<String> {
        let secret = secret(headers)?;
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

    pub(super) fn end(&self, headers: &HeaderMap) {
        if let Some(secret) = secret(headers) {
            self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(secret);
        }
    }
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| NAMES.contains(name)).map(|(_, secret)| secret)
}

/// The cookie of a session, to be set. Scripts do not see it and other sites do not send it.
pub(crate) fn cookie(secret: &str, over_tls: bool) -> Option<HeaderValue> {
    let (name, secure) = if over_tls { (NAMES[0], "; Secure") } else { (NAMES[1], "") };
    HeaderValue::from_str(&format!(
        "{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        LONGEST.as_secs()
    ))
    .ok()
}

/// The same, to be forgotten.
pub(crate) fn no_cookie(over_tls: bool) -> HeaderValue {
    HeaderValue::from_static(if over_tls {
        "__Host-hereabouts=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
    } else {
        "hereabouts=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    })
}
