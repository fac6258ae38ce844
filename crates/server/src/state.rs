//! What all requests share.

use crate::access::{AccessControl, RequestActor};
use crate::entry_writer::{EntryConfig, EntryWriter};
use crate::error::ApiError;
use crate::live::LiveSite;
use crate::metrics::Metrics;
use crate::searches::SearchCounts;
use actix_web::{HttpRequest, web};
use chrono::{NaiveDateTime, NaiveTime};
use hereabouts_core::demand::Quarter;
use hereabouts_core::idx::GeographyIdx;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_engine::near::NearAnswer;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::QuarterView;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Limits on what one server does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Requests answered at once; more get 503 with Retry-After.
    pub requests: usize,
    /// Bytes of a request body that are read.
    pub body_bytes: usize,
    /// Time in which the whole of a request body must arrive.
    pub body_time: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self { requests: 256, body_bytes: 1 << 20, body_time: Duration::from_secs(10) }
    }
}

/// The site in use and everything around it.
#[derive(Debug)]
pub struct ServerState {
    live: Arc<LiveSite>,
    entries: OnceLock<EntryWriter>,
    pub(crate) access: Arc<AccessControl>,
    pub(crate) searches: Arc<SearchCounts>,
    /// Address under which the outside reaches the server, without a closing slash; `None`: what the request says.
    public_url: Option<String>,
    /// Whether the operator vouches that everybody who reaches the server may see unprotected demand.
    trusted_network: bool,
    ready: AtomicBool,
    requests: AtomicU64,
    /// Apart from other servers' and earlier runs' request ids.
    run: u32,
    pub(crate) limits: ServerLimits,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) metrics: Metrics,
}

impl ServerState {
    /// Ready to answer from `site`.
    #[must_use]
    pub fn new(
        site: impl Into<Site>,
        limits: ServerLimits,
        public_url: Option<String>,
        trusted_network: bool,
    ) -> Self {
        Self {
            live: Arc::new(LiveSite::new(site.into())),
            entries: OnceLock::new(),
            access: Arc::default(),
            searches: Arc::default(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            trusted_network,
            ready: AtomicBool::new(true),
            requests: AtomicU64::new(0),
            run: std::process::id(),
            limits,
            room: Arc::new(Semaphore::new(limits.requests)),
            metrics: Metrics::new(),
        }
    }

    /// The site in use. A request takes it once and answers from it whole.
    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        self.live.site()
    }

    /// Puts a site of newly read data in use, with all that was said; requests under way finish with theirs.
    pub fn swap(&self, site: Site) {
        self.live.swap(site);
    }

    /// All that was said.
    pub(crate) fn journal(&self) -> Arc<VerificationJournal> {
        self.live.journal()
    }

    /// Starts to take entries.
    ///
    /// # Errors
    /// See [`EntryWriter::start`].
    pub fn take_entries(&self, config: &EntryConfig) -> io::Result<()> {
        let writer = EntryWriter::start(&self.live, &self.access, &self.searches, config)?;
        // A second one would write what the first does not know.
        let _ = self.entries.set(writer);
        Ok(())
    }

    /// Ends what [`ServerState::take_entries`] started: whoever owns the store may take it away after this.
    pub(crate) fn stop_entries(&self) {
        if let Some(writer) = self.entries.get() {
            writer.stop();
        }
    }

    /// Where entries are taken.
    ///
    /// # Errors
    /// [`ApiError::NotKept`] where there is no store to keep them in.
    pub(crate) fn entries(&self) -> Result<&EntryWriter, ApiError> {
        self.entries.get().ok_or(ApiError::NotKept)
    }

    /// Counts a search: what is looked for and not found is a need as well.
    pub(crate) fn searched(&self, answer: &NearAnswer<'_>) {
        // Where nobody says what day it is, nothing is kept either.
        if self.entries.get().is_some() {
            self.searches.count(answer, self.access.today());
        }
    }

    /// Who asks to read; see [`AccessControl::reader`].
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::TooMany`].
    pub fn reader(&self, request: &HttpRequest) -> Result<RequestActor, ApiError> {
        self.access.reader(request, self.public_url.is_some())
    }

    /// Begins a session with a key, and gives its secret for the cookie.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub(crate) fn begin(&self, request: &HttpRequest, key: &str) -> Result<String, ApiError> {
        self.access.begin(key, request, &self.base_url(request), self.public_url.is_some())
    }

    /// Who asks to write; see [`AccessControl::writer`].
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub fn writer(&self, request: &HttpRequest) -> Result<RequestActor, ApiError> {
        self.access.writer(request, &self.base_url(request), self.public_url.is_some())
    }

    /// The moment it is on the clock there; where nobody says, the beginning of the day that the data are looked at.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.access.now().unwrap_or_else(|| self.site().as_of().and_time(NaiveTime::MIN))
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
        !self.trusted_network && self.site().study().is_unprotected()
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
    hash_policy(snapshot.policy(), &mut hasher);
    snapshot.travel().as_str().hash(&mut hasher);
    snapshot.currency().to_string().hash(&mut hasher);
    let (revision, verified) = (snapshot.revision(), snapshot.verified_to());
    format!("{}-{revision}-{verified}-{:x}", env!("CARGO_PKG_VERSION"), hasher.finish())
}

/// Each choice in its place: one more of them does not compile until it stands here too, and a new name for one changes nothing.
fn hash_policy(policy: &AnalysisPolicy, hasher: &mut impl Hasher) {
    let AnalysisPolicy {
        resolution,
        quarter,
        geography,
        as_of,
        speed,
        step_free,
        detour,
        unknown_age_months,
        calendar_weight,
        cap,
        count_remote,
        silent_below,
        silent_chance,
    } = policy;
    (resolution.get(), quarter, geography.map(GeographyIdx::get), as_of, step_free, count_remote)
        .hash(hasher);
    let numbers =
        [speed.get(), *detour, *unknown_age_months, *calendar_weight, *cap, *silent_below, *silent_chance];
    numbers.map(f64::to_bits).hash(hasher);
}

/// The view of a quarter and a geography, worked out away from the request workers if it is not there yet.
///
/// # Errors
/// [`ApiError::Internal`] when working it out fails.
pub async fn view(
    site: &Arc<Site>,
    quarter: Option<Quarter>,
    geography: GeographyIdx,
) -> Result<Arc<QuarterView>, ApiError> {
    if let Some(view) = site.view_if_ready(quarter, geography) {
        return Ok(view);
    }
    let site = Arc::clone(site);
    web::block(move || site.view(quarter, geography)).await.map_err(|_| ApiError::Internal)
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
