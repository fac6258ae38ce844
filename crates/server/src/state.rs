//! What all requests share.

use crate::access::{AccessControl, RequestActor};
use crate::address::ServerAddress;
use crate::entry_writer::{EntryConfig, EntryWriter};
use crate::error::ApiError;
use crate::live::LiveSite;
use crate::metrics::Metrics;
use crate::quarters::QuarterTables;
use crate::room::{Room, ServerLimits};
use crate::searches::SearchCounts;
use crate::shared::SharedAnswers;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, web};
use chrono::{NaiveDateTime, NaiveTime};
use hereabouts_core::idx::GeographyIdx;
use hereabouts_core::period::Period;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::near::NearAnswer;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::QuarterView;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Once, OnceLock};

/// The site in use and everything around it.
#[derive(Debug)]
pub struct ServerState {
    live: Arc<LiveSite>,
    entries: OnceLock<EntryWriter>,
    /// Where entries are kept.
    kept_in: OnceLock<PathBuf>,
    pub(crate) access: Arc<AccessControl>,
    pub(crate) searches: Arc<SearchCounts>,
    pub(crate) address: ServerAddress,
    base: String,
    proxied: Once,
    ready: AtomicBool,
    requests: AtomicU64,
    /// Apart from other servers' and earlier runs' request ids.
    run: u32,
    pub(crate) limits: ServerLimits,
    pub(crate) room: Arc<Room>,
    pub(crate) shared: SharedAnswers,
    pub(crate) quarters: Arc<QuarterTables>,
    pub(crate) metrics: Metrics,
    /// What the place is called.
    pub(crate) title: Option<String>,
}

impl ServerState {
    /// Ready to answer from `site`.
    #[must_use]
    pub fn new(site: impl Into<Site>, limits: ServerLimits, address: ServerAddress) -> Self {
        Self {
            live: Arc::new(LiveSite::new(site.into())),
            entries: OnceLock::new(),
            kept_in: OnceLock::new(),
            access: Arc::default(),
            searches: Arc::default(),
            base: address.base(),
            address,
            proxied: Once::new(),
            ready: AtomicBool::new(true),
            requests: AtomicU64::new(0),
            run: std::process::id(),
            limits,
            room: Arc::new(Room::new(&limits)),
            shared: SharedAnswers::default(),
            quarters: Arc::default(),
            metrics: Metrics::new(),
            title: None,
        }
    }

    /// Under the name by which people know the place.
    #[must_use]
    pub fn titled(mut self, title: Option<String>) -> Self {
        self.title = title;
        self
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
        let _ = self.kept_in.set(config.dir.clone());
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
        self.access.reader(request, &self.address)
    }

    /// What whoever has the session of a request is; `None` without one.
    pub(crate) fn session_role(&self, headers: &HeaderMap) -> Option<SpeakerRole> {
        self.access.session_role(headers, &self.address)
    }

    /// Begins a session with a key, and gives its secret for the cookie.
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub(crate) fn begin(&self, request: &HttpRequest, key: &str) -> Result<String, ApiError> {
        self.access.begin(key, request, &self.address)
    }

    /// Who asks to write; see [`AccessControl::writer`].
    ///
    /// # Errors
    /// [`ApiError::Unauthorized`], [`ApiError::Forbidden`], [`ApiError::TooMany`].
    pub fn writer(&self, request: &HttpRequest) -> Result<RequestActor, ApiError> {
        self.access.writer(request, &self.address)
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

    /// Whether there is too little room on the disk to keep what is entered.
    pub(crate) fn is_disk_full(&self) -> bool {
        let free = self.kept_in.get().and_then(|dir| hereabouts_store::free_bytes(dir).ok());
        free.is_some_and(|free| free < self.limits.free_bytes)
    }

    /// Asks balancers to send no more.
    pub fn drain(&self) {
        self.ready.store(false, Ordering::Relaxed);
    }

    /// Whether what the server says may identify people and nobody vouched for who reads it: then only this machine may
    /// ask, and no other site through its browsers.
    #[must_use]
    pub fn is_private(&self) -> bool {
        !self.address.trusted_network && self.site().study().is_unprotected()
    }

    /// An id for a request, unique among those of this run.
    pub(crate) fn next_request_id(&self) -> String {
        format!("{:x}-{:x}", self.run, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// What links begin with; see [`ServerAddress::base`].
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Tells the operator, once, that requests come through a proxy that should not be there.
    pub(crate) fn tell_of_proxy(&self, sign: &str) {
        self.proxied.call_once(|| {
            tracing::error!(
                sign,
                "requests come through a proxy and are refused: the store holds unprotected referral counts, which are \
                 answered to this machine only; --trusted-network answers whoever the proxy lets in"
            );
        });
    }

    /// What changes exactly when answers may: see [`edition`]; and where their links begin.
    pub(crate) fn edition(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.base.hash(&mut hasher);
        format!("{}-{:x}", edition(&self.site()), hasher.finish() as u32)
    }
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
        period,
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
        few_below,
    } = policy;
    (resolution.get(), period, geography.map(GeographyIdx::get), as_of, step_free, count_remote).hash(hasher);
    let numbers = [
        speed.get(),
        *detour,
        *unknown_age_months,
        *calendar_weight,
        *cap,
        *silent_below,
        *silent_chance,
        *few_below,
    ];
    numbers.map(f64::to_bits).hash(hasher);
}

/// The view of a period and a geography, worked out away from the request workers if it is not there yet.
///
/// # Errors
/// [`ApiError::Internal`] when working it out fails.
pub async fn view(
    site: &Arc<Site>,
    period: Option<Period>,
    geography: GeographyIdx,
) -> Result<Arc<QuarterView>, ApiError> {
    if let Some(view) = site.view_if_ready(period, geography) {
        return Ok(view);
    }
    let site = Arc::clone(site);
    web::block(move || site.view(period, geography)).await.map_err(|_| ApiError::Internal)
}
