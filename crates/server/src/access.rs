//! Who asks: a key in a header, a session in a cookie, or the public. Reading needs none of them.

mod limit;
mod session;

pub(crate) use session::{cookie, no_cookie};

use crate::error::ApiError;
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use chrono::{NaiveDate, NaiveDateTime};
use hereabouts_data::feedback::keys::{AccessKey, AccessKeys};
use hereabouts_data::feedback::verification::SpeakerRole;
use limit::{RateKind, RateLimits};
use session::BrowserSessions;
use std::collections::BTreeSet;
use std::net::IpAddr;
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

    /// The day it is; where nobody says, one on which no key opens anything.
    pub(crate) fn today(&self) -> NaiveDate {
        self.now().map_or(NaiveDate::MAX, |now| now.date())
    }

    pub(crate) fn use_keys(&self, keys: AccessKeys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// The holder of a key, given as text.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`]; [`ApiError::TooMany`] where too many wrong ones came from there.
    fn holder(&self, text: &str, from: &str) -> Result<RequestActor, ApiError> {
        self.limits.look(RateKind::WrongKeys, from)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        match keys.opened_by(text, self.today()) {
            Some(key) => Ok(RequestActor::of(key)),
            None => {
                self.limits.take(RateKind::WrongKeys, from)?;
                Err(ApiError::Unauthorized)
            }
        }
    }

    /// Who signed in, if the key that was given then still opens anything.
    fn in_session(&self, headers: &HeaderMap) -> Option<RequestActor> {
        let id = self.sessions.key_of(headers)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&id).filter(|key| key.is_good(self.today())).map(RequestActor::of)
    }

    /// What whoever has the session of a request is; `None` without one.
    pub(crate) fn session_role(&self, headers: &HeaderMap) -> Option<SpeakerRole> {
        self.in_session(headers).map(|actor| actor.role)
    }

    /// Who asks to read.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`] for a key that opens nothing.
    pub fn reader(&self, request: &HttpRequest, behind_proxy: bool) -> Result<RequestActor, ApiError> {
        match bearer(request.headers()) {
            Some(key) => self.holder(key, &origin(request, behind_proxy)),
            None => Ok(self.in_session(request.headers()).unwrap_or_else(RequestActor::public)),
        }
    }

    /// Who asks to write. A page elsewhere cannot write through the browser of somebody who is signed in: a session counts
    /// only for requests from pages of this server. Writing is limited: the public to little.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub fn writer(
        &self,
        request: &HttpRequest,
        base: &str,
        behind_proxy: bool,
    ) -> Result<RequestActor, ApiError> {
        let from = origin(request, behind_proxy);
        let actor = match bearer(request.headers()) {
            Some(key) => self.holder(key, &from)?,
            None => {
                let actor = self.in_session(request.headers()).unwrap_or_else(RequestActor::public);
                from_here(request.headers(), base, actor.role != SpeakerRole::Public)?;
                actor
            }
        };
        match &actor.key {
            Some(key) => self.limits.take(RateKind::Holder, key)?,
            None => self.limits.take(RateKind::Public, &from)?,
        }
        Ok(actor)
    }

    /// Refuses a form that a page elsewhere had a browser send.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub(crate) fn is_own_form(&self, request: &HttpRequest, base: &str) -> Result<(), ApiError> {
        from_here(request.headers(), base, true)
    }

    /// Begins a session with a key, and gives its secret for the cookie.
    ///
    /// # Errors
    /// As for a key in a header; [`ApiError::Forbidden`] from a page elsewhere, which could sign a visitor in as somebody
    /// else.
    pub(crate) fn begin(
        &self,
        key: &str,
        request: &HttpRequest,
        base: &str,
        behind_proxy: bool,
    ) -> Result<String, ApiError> {
        from_here(request.headers(), base, true)?;
        let actor = self.holder(key, &origin(request, behind_proxy))?;
        self.sessions.begin(actor.key.unwrap_or_default())
    }

    /// Ends the session of a request, if it has one.
    pub(crate) fn end(&self, request: &HttpRequest, base: &str) -> Result<(), ApiError> {
        from_here(request.headers(), base, true)?;
        self.sessions.end(request.headers());
        Ok(())
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = given.split_once(' ').unwrap_or((given, ""));
    // Any other scheme is a key that opens nothing, and not the public: whoever sends one means to be somebody.
    Some(if scheme.eq_ignore_ascii_case("bearer") { key } else { "" })
}

/// Where a request comes from: an address, or the network of one for IPv6, where everybody has many.
fn origin(request: &HttpRequest, behind_proxy: bool) -> String {
    let forwarded = || {
        // The last is what our own proxy saw; those before it anybody can write.
        let all = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
        all.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let peer = || request.peer_addr().map(|peer| peer.ip());
    let ip = if behind_proxy { forwarded().or_else(peer) } else { peer() };
    match ip.map(|ip| ip.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// Refuses what a page elsewhere had a browser send. Browsers say where a request comes from; programs need not, unless
/// they come with a session.
fn from_here(headers: &HeaderMap, base: &str, must_say: bool) -> Result<(), ApiError> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let here = match (value("sec-fetch-site"), value("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => !base.is_empty() && origin == base,
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
        let sent = |headers: &[(&str, &str)], must| {
            let request =
                headers.iter().fold(TestRequest::default(), |r, h| r.insert_header(*h)).to_http_request();
            from_here(request.headers(), base, must).is_ok()
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

    #[test]
    fn addresses_count_by_what_one_person_has() {
        let of = |peer: &str, forwarded: Option<&str>, proxy| {
            let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
            if let Some(forwarded) = forwarded {
                request = request.insert_header(("x-forwarded-for", forwarded));
            }
            origin(&request.to_http_request(), proxy)
        };
        assert_eq!(of("[2001:db8:1:2:3::9]:80", None, false), "2001:db8:1:2");
        assert_eq!(of("10.0.0.1:80", Some("192.0.2.1, 192.0.2.7"), true), "192.0.2.7");
        assert_eq!(
            of("10.0.0.1:80", Some("192.0.2.1"), false),
            "10.0.0.1",
            "nobody's own word counts without a proxy"
        );
    }
}
