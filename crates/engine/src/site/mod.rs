//! A snapshot with all that is worked out of it when first asked for.

mod worklist_order;

pub use worklist_order::WorklistEntry;

use crate::error::RequestError;
use crate::fields::QueryParameter;
use crate::rows::{AssetRow, GrantRow};
use crate::search::ListingSearch;
use crate::service_ids::ServiceIds;
use crate::snapshot::Snapshot;
use crate::view::fullest_first;
use hereabouts_data::feedback::verification::JournalEntry;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A shared pointer to a [`Snapshot`], with the tables that follow from it: each is made once, when first asked for.
#[derive(Debug)]
pub struct Site {
    snapshot: Snapshot,
    search: OnceLock<Result<ListingSearch, RequestError>>,
    asset_order: OnceLock<Vec<u32>>,
    worklist: OnceLock<Vec<WorklistEntry>>,
    /// What does not change with what people say of listings.
    imported: Arc<OfImport>,
}

/// What follows from an import alone.
#[derive(Debug, Default)]
struct OfImport {
    grant_order: OnceLock<Vec<u32>>,
    people_in_reach: OnceLock<Vec<Option<f64>>>,
    service_ids: OnceLock<ServiceIds>,
    parameters: Mutex<BTreeMap<String, Arc<[QueryParameter]>>>,
}

impl Deref for Site {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl From<Snapshot> for Site {
    fn from(snapshot: Snapshot) -> Self {
        Self::of(snapshot, Arc::default())
    }
}

impl Site {
    fn of(snapshot: Snapshot, imported: Arc<OfImport>) -> Self {
        Self {
            snapshot,
            search: OnceLock::new(),
            asset_order: OnceLock::new(),
            worklist: OnceLock::new(),
            imported,
        }
    }

    /// The same place with verifications: see [`Snapshot::with_verifications`].
    #[must_use]
    pub fn with_verifications(&self, entries: &[JournalEntry]) -> Self {
        let site = Self::of(self.snapshot.with_verifications(entries), Arc::clone(&self.imported));
        if let Some(Ok(search)) = self.search.get() {
            let _ = site.search.set(Ok(search.with_verifications(&site)));
        }
        site
    }

    /// The index of all listings, made when something is first looked for (a second for 200,000).
    ///
    /// # Errors
    /// [`RequestError::Internal`] where it could not be made.
    pub fn search(&self) -> Result<&ListingSearch, RequestError> {
        self.search.get_or_init(|| ListingSearch::new(self)).as_ref().map_err(Clone::clone)
    }

    /// Whether a search needs no streets and its index has been made.
    pub(crate) fn searches_in_straight_lines(&self) -> bool {
        self.search.get().is_some() && self.walks_in_straight_lines()
    }

    /// People in reach of each asset, whatever is said of it; worked out when first asked for (about a second for a
    /// conurbation).
    pub(crate) fn people_in_reach(&self) -> &[Option<f64>] {
        self.imported.people_in_reach.get_or_init(|| worklist_order::people_in_reach(self))
    }

    /// Identifiers of the assets as services of Open Referral, made when first asked for.
    pub fn service_ids(&self) -> &ServiceIds {
        self.imported.service_ids.get_or_init(|| ServiceIds::new(self))
    }

    /// What to verify, most urgent first.
    pub(crate) fn worklist(&self) -> &[WorklistEntry] {
        self.worklist.get_or_init(|| worklist_order::order(self, self.people_in_reach()))
    }

    /// What may be asked of a resource, by its name: made by `make` once for an import, for it depends on the needs, kinds,
    /// quarters and places that there are.
    pub fn parameters(
        &self,
        resource: &str,
        make: impl FnOnce(&Snapshot) -> Vec<QueryParameter>,
    ) -> Arc<[QueryParameter]> {
        let known = || self.imported.parameters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = known().get(resource) {
            return Arc::clone(made);
        }
        let made: Arc<[QueryParameter]> = make(self).into();
        known().insert(resource.to_owned(), Arc::clone(&made));
        made
    }

    /// Positions of assets, those with the fewest blanks first.
    pub fn asset_order(&self) -> &[u32] {
        self.asset_order.get_or_init(|| {
            let rows = (0..self.assets().len()).map(|at| AssetRow::new(self, at));
            fullest_first(rows, |_, _| Ordering::Equal)
        })
    }

    /// Positions of grants, those with the fewest blanks first, then the latest.
    pub fn grant_order(&self) -> &[u32] {
        self.imported.grant_order.get_or_init(|| {
            let rows = (0..self.grants().len()).map(|at| GrantRow::new(self, at));
            let awarded = |at: u32| self.grants()[at as usize].record.awarded_on;
            fullest_first(rows, |a, b| awarded(b).cmp(&awarded(a)))
        })
    }
}
