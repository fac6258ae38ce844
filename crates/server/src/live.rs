//! What is in use now: the site, and all that was said of its listings.

use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_engine::site::Site;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The site in use and the journal behind it: swapped whole, never changed.
#[derive(Debug)]
pub struct LiveSite {
    site: RwLock<Arc<Site>>,
    journal: RwLock<Arc<VerificationJournal>>,
    /// Held while one site follows from another, so that none is lost between two.
    changing: Mutex<()>,
}

impl LiveSite {
    /// With a site of which nothing was said yet.
    pub(crate) fn new(site: Site) -> Self {
        Self { site: RwLock::new(Arc::new(site)), journal: RwLock::default(), changing: Mutex::new(()) }
    }

    /// The site in use. A request takes it once and answers from it whole.
    pub(crate) fn site(&self) -> Arc<Site> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a site of newly read data in use, with all that was said; requests under way finish with theirs.
    pub(crate) fn swap(&self, site: Site) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let journal = self.journal();
        let behind = site.verified_to() < journal.last();
        self.put(if behind { site.with_verifications(journal.entries()) } else { site });
    }

    /// Puts in use what follows from all that was said.
    pub(crate) fn take_entries(&self, journal: &VerificationJournal) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        *self.journal.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(journal.clone());
        let site = self.site();
        if site.verified_to() < journal.last() {
            self.put(site.with_verifications(journal.entries()));
        }
    }

    fn put(&self, site: Site) {
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
    }

    /// All that was said.
    pub(crate) fn journal(&self) -> Arc<VerificationJournal> {
        Arc::clone(&self.journal.read().unwrap_or_else(PoisonError::into_inner))
    }
}
