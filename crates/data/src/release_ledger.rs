//! The ledger of releases: which quarter was released, when, by whose keys, and the digest of what was published. It is only ever
//! added to, each entry holds the digest of the one before, and a quarter stands in it once: a second release of the same counts
//! under another budget would tell more of people than either says.

use crate::feedback::keys::AccessKey;
use crate::feedback::verification::SpeakerRole;
use crate::record::{RecordKind, RecordList, SourceHeader};
use chrono::NaiveDate;
use hereabouts_release::coins::CoinKey;
use hereabouts_release::document::ReleaseDocument;
use hereabouts_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The log of the ledger.
const LEDGER: &str = "release-ledger";

/// The log that has the secret key of the coins, made with the first release.
const COIN_KEY: &str = "release-key";

/// Who did it, as the ledger names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseSigner {
    /// Id of the key.
    pub key: String,
    /// What the operator calls its holder: a team or a desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerAct {
    /// One steward proposes it.
    Proposed,
    /// Another has closed the quarter with it.
    Closed,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// What was done.
    pub act: LedgerAct,
    /// The quarter.
    pub quarter: String,
    /// BLAKE3 of the document, in hexadecimal.
    pub digest: String,
    /// Its budget, in hundredths of μ.
    pub mu_hundredths: u16,
    /// Who proposed it; when it is closed, also who closed it.
    pub signers: Vec<ReleaseSigner>,
    /// The day.
    pub on: NaiveDate,
    /// BLAKE3 of the entry before, in hexadecimal; of nothing for the first.
    pub previous: String,
}

/// What came of asking for a quarter to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseOutcome {
    /// Another key has to ask for the same.
    Proposed,
    /// It is closed; the one who had proposed it.
    Closed(ReleaseSigner),
}

/// Why nothing was released.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry that is not what was written, or is not after the one before it.
    #[error("entry {0} of the ledger of releases does not follow from the one before it")]
    Broken(u64),
    /// It was released before.
    #[error(
        "{quarter} was closed on {on}: a quarter is released once, and what is counted later belongs to an open one"
    )]
    AlreadyClosed {
        /// The quarter.
        quarter: String,
        /// The day.
        on: NaiveDate,
    },
    /// One person alone.
    #[error("key {0} has proposed this release; another steward's key closes it")]
    SameKey(String),
    /// A key of somebody else.
    #[error("key {0} is a {1}'s; stewards close quarters")]
    NotSteward(String, SpeakerRole),
    /// There is no randomness to make a key of.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// An entry that cannot be written.
    #[error("an entry cannot be encoded: {0}")]
    Encode(#[from] serde_json::Error),
}

/// All entries, in order, after each was held against the one before.
///
/// # Errors
/// [`LedgerError::Broken`], [`LedgerError::Store`].
pub fn entries(store: &Store) -> Result<Vec<LedgerEntry>, LedgerError> {
    let mut all = Vec::new();
    let mut previous = digest(b"");
    for (number, bytes) in store.entries(LEDGER, 0)? {
        let entry: LedgerEntry = serde_json::from_slice(&bytes).map_err(|_| LedgerError::Broken(number))?;
        if entry.previous != previous {
            return Err(LedgerError::Broken(number));
        }
        previous = digest(&bytes);
        all.push(entry);
    }
    Ok(all)
}

/// The secret key of this store's coins, made when first asked for.
///
/// # Errors
/// [`LedgerError::NoRandomness`], [`LedgerError::Store`].
pub fn coin_key(store: &mut Store) -> Result<CoinKey, LedgerError> {
    if let Some((_, bytes)) = store.entries(COIN_KEY, 0)?.first() {
        let bytes = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| LedgerError::Broken(0))?;
        return Ok(CoinKey::new(bytes));
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(LedgerError::NoRandomness)?;
    store.append(COIN_KEY, &[bytes.to_vec()])?;
    Ok(CoinKey::new(bytes))
}

/// Proposes a release, or closes its quarter if somebody else has proposed just this one.
///
/// # Errors
/// [`LedgerError`]; nothing was changed then.
pub fn close(
    store: &mut Store,
    document: &ReleaseDocument,
    key: &AccessKey,
    today: NaiveDate,
) -> Result<CloseOutcome, LedgerError> {
    if key.role != SpeakerRole::Steward {
        return Err(LedgerError::NotSteward(key.id.clone(), key.role));
    }
    let before = entries(store)?;
    let of_quarter: Vec<&LedgerEntry> = before.iter().filter(|e| e.quarter == document.quarter).collect();
    if let Some(closed) = of_quarter.iter().find(|e| e.act == LedgerAct::Closed) {
        return Err(LedgerError::AlreadyClosed { quarter: closed.quarter.clone(), on: closed.on });
    }
    let proposed = of_quarter.last().filter(|e| e.digest == document.digest());
    let proposer = proposed.and_then(|e| e.signers.first()).cloned();
    if proposer.as_ref().is_some_and(|signer| signer.key == key.id) {
        return Err(LedgerError::SameKey(key.id.clone()));
    }
    let signer = ReleaseSigner { key: key.id.clone(), label: key.label.clone() };
    let act = if proposer.is_some() { LedgerAct::Closed } else { LedgerAct::Proposed };
    if act == LedgerAct::Closed {
        // First, and the entry after it: without an entry it can be written again, and is not yet released.
        let header = SourceHeader { imported: 1, ..SourceHeader::default() };
        let records = RecordList::Releases(vec![document.clone()]);
        let (kind, name) = (RecordKind::Releases.as_str(), &document.quarter);
        store.replace_source(kind, name, &serde_json::to_vec(&header)?, records.entries()?)?;
    }
    let last = store.entries(LEDGER, (before.len() as u64).saturating_sub(1))?;
    let entry = LedgerEntry {
        act,
        quarter: document.quarter.clone(),
        digest: document.digest(),
        mu_hundredths: document.mu_hundredths,
        signers: proposer.iter().cloned().chain([signer]).collect(),
        on: today,
        previous: digest(last.last().map_or(&[], |(_, bytes)| bytes)),
    };
    store.append(LEDGER, &[serde_json::to_vec(&entry)?])?;
    Ok(proposer.map_or(CloseOutcome::Proposed, CloseOutcome::Closed))
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
