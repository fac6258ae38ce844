//! How many searches found nothing, little or enough: in memory, and to disk about once a minute. What was typed is not
//! kept, nor who asked, nor where but for a cell of about 5 km².

use chrono::NaiveDate;
use hereabouts_data::feedback::unmet_needs::{SearchOutcome, SearchedFor, month, search_cell};
use hereabouts_engine::near::NearAnswer;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Different ones counted between two writes; more are not told apart by place.
const KINDS: usize = 20_000;

#[derive(Debug, Default)]
pub struct SearchCounts(Mutex<BTreeMap<SearchedFor, u64>>);

impl SearchCounts {
    /// Counts a search by its first page.
    pub(crate) fn count(&self, answer: &NearAnswer<'_>, today: NaiveDate) {
        if !answer.is_first_page() {
            return;
        }
        let searched = SearchedFor {
            month: month(today),
            need: answer.need().map(str::to_owned),
            cell: answer.place().and_then(search_cell),
            found: SearchOutcome::with(answer.count().fits, answer.count().may_fit),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.len() < KINDS || counts.contains_key(&searched);
        let searched = if known { searched } else { SearchedFor { cell: None, ..searched } };
        *counts.entry(searched).or_default() += 1;
    }

    /// What was counted since the last time.
    pub(crate) fn take(&self) -> Vec<(SearchedFor, u64)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    /// Puts back what could not be written.
    pub(crate) fn put_back(&self, counts: Vec<(SearchedFor, u64)>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.into_iter().for_each(|(searched, count)| *all.entry(searched).or_default() += count);
    }
}
