//! Who asks: a key in a header, a session in a cookie, or the public. Reading needs none of them.

mod client;
mod limit;
mod session;

pub(crate) use client::{client, person};
pub(crate) use session::{cookie, no_cookie};

use crate::address::ServerAddress;
use crate::error::ApiError;
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use hereabouts_data::feedback::keys::{AccessKey, AccessKeys};
use hereabouts_data::feedback::verification::SpeakerRole;
use limit::{CountedParty, RateKind, RateLimits};
use session::BrowserSessions;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

/// Who asks, as far as it matters: never who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestActor {
    /// What they are.
    pub role: SpeakerRole,
    /// Id of their key; none for the public.
    pub key: Option<String>,
    /// The only assets about which they may speak; empty is all.
    assets: Vec<String>,
}

impl RequestActor {
    fn public() -> Self {
        Self { role: SpeakerRole::Public, key: None, assets: Vec::new() }
    }

    fn of(key: &AccessKey) -> Self {
        Self { role: key.role, key: Some(key.id.clone()), assets: key.assets.clone() }
    }

    /// Refuses the public and who has another role.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`] for the public, [`ApiError::Forbidden`] for others.
    pub fn must_be(&self, roles: &[SpeakerRole]) -> Result<(), ApiError> {
        match self.role {
            role if roles.contains(&role) => Ok(()),
            SpeakerRole::Public => Err(ApiError::Unauthorized),
            role => Err(ApiError::forbidden(format!("a key of the role {role} does not open this"))),
        }
    }

    /// Refuses who may only speak about other assets.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub fn may_speak_of(&self, listings: &BTreeSet<String>) -> Result<(), ApiError> {
        if self.assets.is_empty() || self.assets.iter().any(|id| listings.contains(id)) {
            return Ok(());
        }
        Err(ApiError::forbidden("this key is for other assets"))
    }
}

/// Keys, sessions and how often each may try.
#[derive(Debug, Default)]
pub struct AccessControl {
    keys: RwLock<AccessKeys>,
    sessions: BrowserSessions,
    limits: RateLimits,
    now: OnceLock<fn() -> NaiveDateTime>,
    /// The latest day that was seen, as days of the common era.
    latest: AtomicI32,
}

impl AccessControl {
    pub(crate) fn use_clock(&self, now: fn() -> NaiveDateTime) {
        // The first holds: there is one day.
        let _ = self.now.set(now);
    }

    /// The moment it is on the clock there; `None` where nobody says.
    pub(crate) fn now(&self) -> Option<NaiveDateTime> {
        self.now.get().map(|now| now())
    }

    /// The day it is; where nobody says, one on which no key opens anything. A clock that is set back revives none.
    pub(crate) fn today(&self) -> NaiveDate {
        let Some(now) = self.now() else { return NaiveDate::MAX };
        let day = now.date().num_days_from_ce();
        let latest = self.latest.fetch_max(day, Ordering::Relaxed).max(day);
        NaiveDate::from_num_days_from_ce_opt(latest).unwrap_or(NaiveDate::MAX)
    }

    pub(crate) fn use_keys(&self, keys: AccessKeys) {
        let today = self.today();
        self.sessions.keep_only(|id| keys.get(id).is_some_and(|key| key.is_good(today)));
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// The holder of a key, given as text. A good one is let in whatever came from its address before: nobody guesses a key,
    /// and whoever tries must not lock out those who have one.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`]; [`ApiError::TooMany`] where too many wrong ones came from there.
    fn holder(
        &self,
        text: &str,
        request: &HttpRequest,
        address: &ServerAddress,
    ) -> Result<RequestActor, ApiError> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.opened_by(text, self.today()) {
            return Ok(RequestActor::of(key));
        }
        self.limits.take(RateKind::WrongKeys, &client::counted(client(request, address)))?;
        Err(ApiError::Unauthorized)
    }

    /// Who signed in, if the key that was given then still opens anything.
    fn in_session(&self, headers: &HeaderMap, address: &ServerAddress) -> Option<RequestActor> {
        let id = self.sessions.key_of(headers, address.is_https())?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&id).filter(|key| key.is_good(self.today())).map(RequestActor::of)
    }

    /// What whoever has the session of a request is; `None` without one.
    pub(crate) fn session_role(&self, headers: &HeaderMap, address: &ServerAddress) -> Option<SpeakerRole> {
        self.in_session(headers, address).map(|actor| actor.role)
    }

    /// Who asks to read.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`] for a key that opens nothing.
    pub fn reader(&self, request: &HttpRequest, address: &ServerAddress) -> Result<RequestActor, ApiError> {
        match bearer(request.headers()) {
            Some(key) => self.holder(key, request, address),
            None => Ok(self.in_session(request.headers(), address).unwrap_or_else(RequestActor::public)),
        }
    }

    /// Who asks to write. A page elsewhere cannot write through the browser of somebody who is signed in: a session counts
    /// only for requests from pages of this server. Writing is limited: the public to little.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub fn writer(&self, request: &HttpRequest, address: &ServerAddress) -> Result<RequestActor, ApiError> {
        let actor = match bearer(request.headers()) {
            Some(key) => self.holder(key, request, address)?,
            None => {
                let session = self.in_session(request.headers(), address);
                let actor = session.unwrap_or_else(RequestActor::public);
                from_here(request.headers(), address, actor.role != SpeakerRole::Public)?;
                actor
            }
        };
        match &actor.key {
            Some(key) => self.limits.take(RateKind::Holder, &[CountedParty::one(key)])?,
            None => self.limits.take(RateKind::Public, &client::counted(client(request, address)))?,
        }
        Ok(actor)
    }

    /// Refuses a form that a page elsewhere had a browser send.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub(crate) fn is_own_form(&self, request: &HttpRequest, address: &ServerAddress) -> Result<(), ApiError> {
        from_here(request.headers(), address, true)
    }

    /// Begins a session with a key, in place of the one that the browser had, and gives its secret for the cookie.
    ///
    /// # Errors
    /// As for a key in a header; [`ApiError::Forbidden`] from a page elsewhere, which could sign a visitor in as somebody
    /// else.
    pub(crate) fn begin(
        &self,
        key: &str,
        request: &HttpRequest,
        address: &ServerAddress,
    ) -> Result<String, ApiError> {
        from_here(request.headers(), address, true)?;
        let actor = self.holder(key, request, address)?;
        self.sessions.begin(actor.key.unwrap_or_default(), request.headers(), address.is_https())
    }

    /// Ends the session of a request, if it has one.
    pub(crate) fn end(&self, request: &HttpRequest, address: &ServerAddress) -> Result<(), ApiError> {
        from_here(request.headers(), address, true)?;
        self.sessions.end(request.headers(), address.is_https());
        Ok(())
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = given.split_once(' ').unwrap_or((given, ""));
    // Any other scheme is a key that opens nothing, and not the public: whoever sends one means to be somebody.
    Some(if scheme.eq_ignore_ascii_case("bearer") { key } else { "" })
}

/// Refuses what a page elsewhere had a browser send. Browsers say where a request comes from; programs need not, unless
/// they come with a session.
fn from_here(headers: &HeaderMap, address: &ServerAddress, must_say: bool) -> Result<(), ApiError> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let here = match (value("sec-fetch-site"), value("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => address.own_origin(headers).is_some_and(|own| own == origin),
        (None, None) => !must_say,
    };
    if here { Ok(()) } else { Err(ApiError::forbidden("this may only be sent from a page of this server")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_request_from_a_page_elsewhere_is_recognised() {
        let base = "https://here.example";
        let address = ServerAddress { public_url: Some(base.to_owned()), ..ServerAddress::default() };
        let sent = |headers: &[(&str, &str)], must| {
            let request =
                headers.iter().fold(TestRequest::default(), |r, h| r.insert_header(*h)).to_http_request();
            from_here(request.headers(), &address, must).is_ok()
        };
        assert!(sent(&[("sec-fetch-site", "same-origin")], true) && sent(&[("origin", base)], true));
        assert!(sent(&[], false) && !sent(&[], true));
        for elsewhere in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://there.example")],
            &[("origin", "null")],
        ] {
            assert!(!sent(elsewhere, false), "{elsewhere:?}");
        }
    }
}
