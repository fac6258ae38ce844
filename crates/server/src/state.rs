//! What all requests share.

use crate::access::{Access, Actor};
use crate::desk::Desk;
use crate::error::ApiError;
use crate::http::metrics::Metrics;
use crate::near::Answer;
use crate::searches::Searches;
use crate::snapshot::{Snapshot, View};
use actix_web::{HttpRequest, web};
use chrono::{NaiveDateTime, NaiveTime};
use hereabouts_core::demand::Quarter;
use hereabouts_core::study::GeographyIdx;
use hereabouts_data::journal::Journal;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Limits on what one server does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests answered at once; more get 503 with Retry-After.
    pub requests: usize,
    /// Bytes of a request body that are read.
    pub body_bytes: usize,
    /// Time in which the whole of a request body must arrive.
    pub body_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests: 256, body_bytes: 1 << 20, body_time: Duration::from_secs(10) }
    }
}

/// The snapshot in use and everything around it.
#[derive(Debug)]
pub struct State {
    snapshot: RwLock<Arc<Snapshot>>,
    journal: RwLock<Arc<Journal>>,
    /// Held while one snapshot follows from another, so that none is lost between two.
    changing: Mutex<()>,
    desk: OnceLock<Desk>,
    pub(crate) access: Access,
    pub(crate) searches: Searches,
    /// Address under which the outside reaches the server, without a closing slash; `None`: what the request says.
    public_url: Option<String>,
    /// Whether the operator vouches that everybody who reaches the server may see unprotected demand.
    trusted_network: bool,
    ready: AtomicBool,
    requests: AtomicU64,
    /// Apart from other servers' and earlier runs' request ids.
    run: u32,
    pub(crate) limits: Limits,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) metrics: Metrics,
}

impl State {
    /// Ready to answer from `snapshot`.
    #[must_use]
    pub fn new(
        snapshot: Snapshot,
        limits: Limits,
        public_url: Option<String>,
        trusted_network: bool,
    ) -> Self {
        let metrics = Metrics::new();
        metrics.snapshot(&snapshot);
        Self {
            access: Access::default(),
            searches: Searches::default(),
            snapshot: RwLock::new(Arc::new(snapshot)),
            journal: RwLock::default(),
            changing: Mutex::new(()),
            desk: OnceLock::new(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            trusted_network,
            ready: AtomicBool::new(true),
            requests: AtomicU64::new(0),
            run: std::process::id(),
            limits,
            room: Arc::new(Semaphore::new(limits.requests)),
            metrics,
        }
    }

    /// The snapshot in use. A request takes it once and answers from it whole.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a snapshot of newly read data in use, with all that was said; requests under way finish with theirs.
    pub fn swap(&self, snapshot: Snapshot) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let journal = self.journal();
        let behind = snapshot.heard_to() < journal.last();
        self.put(if behind { snapshot.heard(journal.entries()) } else { snapshot });
    }

    /// Puts in use what follows from all that was said.
    pub(crate) fn hear(&self, journal: &Journal) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        *self.journal.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(journal.clone());
        let snapshot = self.snapshot();
        if snapshot.heard_to() < journal.last() {
            self.put(snapshot.heard(journal.entries()));
        }
    }

    fn put(&self, snapshot: Snapshot) {
        self.metrics.snapshot(&snapshot);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// All that was said.
    pub(crate) fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.journal.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn take_desk(&self, desk: Desk) {
        // A second one would write what the first does not know.
        let _ = self.desk.set(desk);
    }

    /// Where entries are taken.
    ///
    /// # Errors
    /// [`ApiError::NotKept`] where there is no store to keep them in.
    pub(crate) fn desk(&self) -> Result<&Desk, ApiError> {
        self.desk.get().ok_or(ApiError::NotKept)
    }

    /// Counts a search: what is looked for and not found is a need as well.
    pub(crate) fn searched(&self, answer: &Answer<'_>) {
        // Where nobody says what day it is, nothing is kept either.
        if self.desk.get().is_some() {
            self.searches.count(answer, self.access.today());
        }
    }

    /// Who asks to read; see [`Access::reader`].
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::TooMany`].
    pub fn reader(&self, request: &HttpRequest) -> Result<Actor, ApiError> {
        self.access.reader(request, self.public_url.is_some())
    }

    /// Begins a session with a key, and gives its secret for the cookie.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub(crate) fn begin(&self, request: &HttpRequest, key: &str) -> Result<String, ApiError> {
        self.access.begin(key, request, &self.base_url(request), self.public_url.is_some())
    }

    /// Who asks to write; see [`Access::writer`].
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub fn writer(&self, request: &HttpRequest) -> Result<Actor, ApiError> {
        self.access.writer(request, &self.base_url(request), self.public_url.is_some())
    }

    /// The moment it is on the clock there; where nobody says, the beginning of the day that the data are looked at.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.access.now().unwrap_or_else(|| self.snapshot().as_of().and_time(NaiveTime::MIN))
    }

    /// Whether new requests are welcome.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// Asks balancers to send no more.
    pub fn drain(&self) {
        self.ready.store(false, Ordering::Relaxed);
    }

    /// Whether what the server says may identify people and nobody vouched for who reads it: then only this machine may
    /// ask, and no other site through its browsers.
    #[must_use]
    pub fn is_private(&self) -> bool {
        !self.trusted_network && self.snapshot().study().is_unprotected()
    }

    /// An id for a request, unique among those of this run.
    pub(crate) fn next_request_id(&self) -> String {
        format!("{:x}-{:x}", self.run, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Where a request found the server, e.g. `https://example.org`, without a closing slash.
    #[must_use]
    pub fn base_url(&self, request: &HttpRequest) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let info = request.connection_info();
        let usual = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
        // A host with other characters is no host; links are then relative to the root.
        if info.host().is_empty() || !info.host().chars().all(usual) {
            return String::new();
        }
        let scheme = if info.scheme() == "https" { "https" } else { "http" };
        format!("{scheme}://{}", info.host())
    }
}

/// Whether an address may be served: demand that may identify people stays on this machine.
///
/// # Errors
/// The reason, in words for the operator.
pub fn may_bind(address: SocketAddr, unprotected: bool, trusted_network: bool) -> Result<(), String> {
    if !unprotected || trusted_network || address.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "{address} can be reached from other machines, and the store holds unprotected referral counts, which may identify \
         people; bind to 127.0.0.1 or [::1], or say --trusted-network if everybody who can reach this address may see them"
    ))
}

/// What changes exactly when answers may: revision of the store, the last event said of an asset, day, choices and version of the program.
#[must_use]
pub fn edition(snapshot: &Snapshot) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{:?} {:?}", snapshot.policy(), snapshot.travel()).hash(&mut hasher);
    let (revision, heard) = (snapshot.revision(), snapshot.heard_to());
    format!("{}-{revision}-{heard}-{:x}", env!("CARGO_PKG_VERSION"), hasher.finish())
}

/// The view of a quarter and a geography, worked out away from the request workers if it is not there yet.
///
/// # Errors
/// [`ApiError::Internal`] when working it out fails.
pub async fn view(
    snapshot: &Arc<Snapshot>,
    quarter: Option<Quarter>,
    geography: GeographyIdx,
) -> Result<Arc<View>, ApiError> {
    if let Some(view) = snapshot.view_if_ready(quarter, geography) {
        return Ok(view);
    }
    let snapshot = Arc::clone(snapshot);
    web::block(move || snapshot.view(quarter, geography)).await.map_err(|_| ApiError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unprotected_demand_stays_on_this_machine() {
        let (here, there) = ("127.0.0.1:80".parse().unwrap(), "0.0.0.0:80".parse().unwrap());
        assert!(may_bind(here, true, false).is_ok());
        assert!(may_bind("[::1]:80".parse().unwrap(), true, false).is_ok());
        assert!(may_bind(there, false, false).is_ok());
        assert!(may_bind(there, true, true).is_ok());
        assert!(may_bind(there, true, false).unwrap_err().contains("--trusted-network"));
    }
}
