//! Where entries are taken while the server runs: one thread that writes what is waiting as one change, puts the picture
//! that follows from it in use, and then answers. It also looks whether somebody else has written.

use crate::access::AccessControl;
use crate::error::ApiError;
use crate::live::LiveSite;
use crate::searches::SearchCounts;
use chrono::NaiveDateTime;
use hereabouts_data::feedback::journal::{RefusedEntry, VerificationJournal};
use hereabouts_data::feedback::keys::AccessKeys;
use hereabouts_data::feedback::unmet_needs::{self, UnmetNeed};
use hereabouts_data::feedback::verification::{JournalEntry, Verification};
use hereabouts_store::{JOURNAL, Store, StoreError};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Entries that wait at a time; more are told to come back.
const WAITING: usize = 256;

/// How often it looks whether somebody else has written.
const LOOK: Duration = Duration::from_millis(500);

/// How often counts of searches are written: those of the last minute may be lost.
const COUNT: Duration = Duration::from_secs(60);

/// Where entries are kept, and what time it is.
#[derive(Debug, Clone)]
pub struct EntryConfig {
    /// Directory of the store.
    pub dir: PathBuf,
    /// The moment it is, on the clock there.
    pub now: fn() -> NaiveDateTime,
}

impl EntryConfig {
    /// Writes what searches were counted, and keeps what cannot be written for the next time.
    pub(crate) fn write_searches(&self, searches: &SearchCounts) {
        let counts = searches.take();
        if let Err(error) = unmet_needs::keep_searches(&self.dir, &counts) {
            tracing::warn!(%error, "counts of searches are not written yet");
            searches.put_back(counts);
        }
    }
}

/// An entry on its way, and who waits for what becomes of it.
enum EntryJob {
    Verification(Verification, BTreeSet<String>, EntryAnswer<JournalEntry>),
    UnmetNeed(UnmetNeed, EntryAnswer<()>),
    Stop,
}

/// An event, the listings of its asset, and who waits.
type ListingStatement = ((Verification, BTreeSet<String>), EntryAnswer<JournalEntry>);

type EntryAnswer<T> = oneshot::Sender<Result<T, ApiError>>;

/// The way to the thread that writes.
#[derive(Debug)]
pub struct EntryWriter {
    jobs: SyncSender<EntryJob>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl EntryWriter {
    /// Reads what was said so far and starts the thread; it ends with this.
    ///
    /// # Errors
    /// The journal cannot be read, or no thread can be started.
    pub fn start(
        live: &Arc<LiveSite>,
        access: &Arc<AccessControl>,
        searches: &Arc<SearchCounts>,
        config: &EntryConfig,
    ) -> io::Result<Self> {
        let journal = VerificationJournal::read(&config.dir).map_err(io::Error::other)?;
        access.use_clock(config.now);
        access.use_keys(AccessKeys::read(&config.dir).map_err(io::Error::other)?);
        let witnessed = witnessed(&config.dir);
        live.take_entries(&journal);
        let (jobs, waiting) = sync_channel(WAITING);
        let now = Instant::now();
        let thread = EntryThread {
            config: config.clone(),
            journal,
            witnessed,
            looked: now,
            wrote_searches: now,
            live: Arc::clone(live),
            access: Arc::clone(access),
            searches: Arc::clone(searches),
        };
        let thread =
            std::thread::Builder::new().name("entries".to_owned()).spawn(move || thread.work(&waiting))?;
        Ok(Self { jobs, thread: Mutex::new(Some(thread)) })
    }

    /// Writes what waits and ends the thread: after this nothing looks at the store any more.
    pub(crate) fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && self.jobs.send(EntryJob::Stop).is_ok()
        {
            let _ = thread.join();
        }
    }

    /// Adds an event about an asset of these listings, and gives it with its number once it is kept and counts.
    ///
    /// # Errors
    /// [`ApiError::Busy`], [`ApiError::Conflict`], [`ApiError::NotFound`], [`ApiError::NotKept`].
    pub(crate) async fn add_verification(
        &self,
        event: Verification,
        listings: BTreeSet<String>,
    ) -> Result<JournalEntry, ApiError> {
        self.enter(|answer| EntryJob::Verification(event, listings, answer)).await
    }

    /// Records a need that nothing met; it is on disk when this returns.
    ///
    /// # Errors
    /// [`ApiError::Busy`], [`ApiError::NotKept`].
    pub(crate) async fn record_unmet_need(&self, record_unmet_need: UnmetNeed) -> Result<(), ApiError> {
        self.enter(|answer| EntryJob::UnmetNeed(record_unmet_need, answer)).await
    }

    async fn enter<T>(&self, job: impl FnOnce(EntryAnswer<T>) -> EntryJob) -> Result<T, ApiError> {
        let (answer, coming) = oneshot::channel();
        self.jobs.try_send(job(answer)).map_err(|error| match error {
            TrySendError::Full(_) => ApiError::Busy,
            TrySendError::Disconnected(_) => ApiError::NotKept,
        })?;
        coming.await.map_err(|_| ApiError::NotKept)?
    }
}

fn witnessed(dir: &Path) -> Option<u64> {
    Store::witnessed(&dir.join(JOURNAL)).ok().flatten()
}

fn not_kept(error: StoreError) -> ApiError {
    tracing::error!(%error, "what was entered could not be kept");
    if matches!(error, StoreError::InUse { .. }) { ApiError::Busy } else { ApiError::NotKept }
}

#[derive(PartialEq, Eq)]
enum AfterBatch {
    GoOn,
    Stop,
}

struct EntryThread {
    config: EntryConfig,
    journal: VerificationJournal,
    witnessed: Option<u64>,
    looked: Instant,
    wrote_searches: Instant,
    live: Arc<LiveSite>,
    access: Arc<AccessControl>,
    searches: Arc<SearchCounts>,
}

impl EntryThread {
    fn work(mut self, waiting: &Receiver<EntryJob>) {
        loop {
            let first = match waiting.recv_timeout(LOOK) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            match first {
                Some(job) => {
                    let batch = std::iter::once(job).chain(waiting.try_iter().take(WAITING)).collect();
                    if self.write(batch) == AfterBatch::Stop {
                        return;
                    }
                }
                None => self.look(),
            }
            // However much is entered, a key that was revoked is noticed.
            if self.looked.elapsed() > LOOK {
                self.look();
            }
            if self.wrote_searches.elapsed() > COUNT {
                self.write_searches();
            }
        }
    }

    /// Writes all that wait, what is of one kind as one change.
    fn write(&mut self, batch: Vec<EntryJob>) -> AfterBatch {
        let (mut verifications, mut unmet_needs) = (Vec::new(), Vec::new());
        let mut after = AfterBatch::GoOn;
        for job in batch {
            match job {
                EntryJob::Verification(event, listings, answer) => {
                    verifications.push(((event, listings), answer))
                }
                EntryJob::UnmetNeed(record_unmet_need, answer) => {
                    unmet_needs.push((record_unmet_need, answer))
                }
                EntryJob::Stop => after = AfterBatch::Stop,
            }
        }
        if !verifications.is_empty() {
            self.write_verifications(verifications);
        }
        if !unmet_needs.is_empty() {
            let (records, answers): (Vec<_>, Vec<_>) = unmet_needs.into_iter().unzip();
            let kept = unmet_needs::append(&self.config.dir, &records).map_err(not_kept);
            for answer in answers {
                // Whoever asked may have gone; what was entered is kept all the same.
                let _ = answer.send(kept.clone());
            }
        }
        after
    }

    /// Writes events as one change, and answers them once they count.
    fn write_verifications(&mut self, verifications: Vec<ListingStatement>) {
        let (events, answers): (Vec<_>, Vec<_>) = verifications.into_iter().unzip();
        match self.journal.append(&self.config.dir, events) {
            Ok(verifications) => {
                self.live.take_entries(&self.journal);
                for (verifications, answer) in verifications.into_iter().zip(answers) {
                    let _ = answer.send(verifications.map_err(|refused| match refused {
                        RefusedEntry::NoSuchEvent(number) => {
                            ApiError::not_found(format!("event {number} of this asset"))
                        }
                        RefusedEntry::AlreadyUndone(..) => ApiError::Conflict { reason: refused.to_string() },
                    }));
                }
            }
            Err(error) => {
                let why = not_kept(error);
                for answer in answers {
                    let _ = answer.send(Err(why.clone()));
                }
            }
        }
    }

    /// Writes what searches were counted.
    fn write_searches(&mut self) {
        self.wrote_searches = Instant::now();
        self.config.write_searches(&self.searches);
    }

    /// Takes up what others have written: the command line, or another server of the same place.
    fn look(&mut self) {
        self.looked = Instant::now();
        let now = witnessed(&self.config.dir);
        if now == self.witnessed {
            return;
        }
        let read = self
            .journal
            .refresh(&self.config.dir)
            .and_then(|new| Ok((new, AccessKeys::read(&self.config.dir)?)));
        match read {
            Ok((new, keys)) => {
                self.witnessed = now;
                self.access.use_keys(keys);
                if new {
                    self.live.take_entries(&self.journal);
                }
            }
            // Tried again at the next look.
            Err(StoreError::InUse { .. }) => {}
            Err(error) => {
                tracing::error!(%error, "what others have said cannot be read");
                self.witnessed = now;
            }
        }
    }
}
