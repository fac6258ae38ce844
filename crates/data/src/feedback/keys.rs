//! Keys: who may enter what. A key is shown once, when it is made; what is kept of it is a hash, which opens nothing.

use crate::feedback::verification::SpeakerRole;
use chrono::{Days, NaiveDate};
use hereabouts_store::{JOURNAL, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use thiserror::Error;

/// Kind and source under which they are stored, in the journal.
const STORED: (&str, &str) = ("keys", "issued");

/// What a key starts with, so that one that was pasted somewhere is found.
const MARK: &str = "hereabouts";

/// Bytes of a secret: 256 bits, which nobody guesses, so that a fast hash does.
const SECRET_BYTES: usize = 32;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// Its name in lists, logs and events.
    pub id: String,
    /// BLAKE3 of the secret, in hexadecimal.
    hash: String,
    /// What its holder is.
    pub role: SpeakerRole,
    /// What the operator calls it: a team or a desk, never a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The only assets about which its holder may speak, by id; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<String>,
    /// The day it was made.
    pub issued_on: NaiveDate,
    /// The last day on which it opens anything.
    pub expires_on: NaiveDate,
    /// The day it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_on: Option<NaiveDate>,
}

impl AccessKey {
    /// Whether it opens anything on a day.
    #[must_use]
    pub fn is_good(&self, today: NaiveDate) -> bool {
        self.revoked_on.is_none() && today <= self.expires_on
    }
}

/// Why nothing was done about a key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no randomness to make one of.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// A label in which somebody could be named.
    #[error(
        "{0:?} is no label: up to 40 small letters, digits and hyphens, naming a team or a desk and never a person"
    )]
    BadLabel(String),
    /// A role that needs no key, or a restriction without sense.
    #[error("{0}")]
    Pointless(&'static str),
    /// There is no such key.
    #[error("there is no key {0}; `hereabouts key list` shows them")]
    NoSuchKey(String),
}

/// What is wanted of a new key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// What its holder is.
    pub role: SpeakerRole,
    /// What the operator calls it.
    pub label: Option<String>,
    /// The only assets about which its holder may speak; empty is all.
    pub assets: Vec<String>,
    /// Today.
    pub issued_on: NaiveDate,
    /// For how many days it holds.
    pub days: u32,
}

/// All keys, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessKeys(BTreeMap<String, AccessKey>);

impl AccessKeys {
    /// The keys of the place whose store is in `dir`; none where none was made.
    ///
    /// # Errors
    /// [`StoreError`]; a key that cannot be read is damage, for leaving it out could bring back one that was revoked.
    pub fn read(dir: &Path) -> Result<Self, StoreError> {
        Store::open_inside(dir, JOURNAL)?.map_or_else(|| Ok(Self::default()), |store| Self::of(&store))
    }

    fn of(store: &Store) -> Result<Self, StoreError> {
        let mut keys = BTreeMap::new();
        for record in store.iter(STORED.0)? {
            let record = record?;
            let key: AccessKey = serde_json::from_slice(&record.value).map_err(|e| StoreError::Damaged {
                dir: store.dir().to_owned(),
                what: format!("key {} cannot be read: {e}", record.key),
            })?;
            keys.insert(record.key, key);
        }
        Ok(Self(keys))
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &AccessKey> {
        self.0.values()
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&AccessKey> {
        self.0.get(id)
    }

    /// The key that a text is, if it is one that opens something on this day. Takes as long for a wrong secret as for the
    /// right one.
    #[must_use]
    pub fn opened_by(&self, text: &str, today: NaiveDate) -> Option<&AccessKey> {
        let mut parts = text.trim().split('_');
        let (Some(MARK), Some(id), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let key = self.0.get(id)?;
        let kept = blake3::Hash::from_hex(&key.hash).ok()?;
        // Comparing two of these takes the same time wherever they differ.
        (kept == hash(secret) && key.is_good(today)).then_some(key)
    }
}

/// Makes a key. The text that is its holder's comes back once and is kept nowhere.
///
/// # Errors
/// [`KeyError`]; no key was made then.
pub fn add(dir: &Path, request: KeyRequest) -> Result<(String, AccessKey), KeyError> {
    let KeyRequest { role, label, assets, issued_on, days } = request;
    let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(bad) = label.as_ref().filter(|l| l.is_empty() || l.len() > 40 || !l.chars().all(usable)) {
        return Err(KeyError::BadLabel(bad.clone()));
    }
    match role {
        SpeakerRole::Public => return Err(KeyError::Pointless("the public needs no key")),
        SpeakerRole::Organiser if assets.is_empty() => {
            return Err(KeyError::Pointless(
                "an organiser speaks for named assets: give at least one with --asset",
            ));
        }
        _ => {}
    }
    let mut store = Store::create_inside(dir, JOURNAL)?;
    let mut keys = AccessKeys::of(&store)?;
    let secret = random_hex(SECRET_BYTES)?;
    let mut id = random_hex(4)?;
    while keys.0.contains_key(&id) {
        id = random_hex(4)?;
    }
    let key = AccessKey {
        hash: hash(&secret).to_hex().to_string(),
        expires_on: issued_on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX),
        revoked_on: None,
        id: id.clone(),
        role,
        label,
        assets,
        issued_on,
    };
    keys.0.insert(id.clone(), key.clone());
    write(&mut store, &keys)?;
    Ok((format!("{MARK}_{id}_{secret}"), key))
}

/// Revokes a key: it opens nothing from now on. What was said with it stays.
///
/// # Errors
/// [`KeyError::NoSuchKey`], [`KeyError::Store`].
pub fn revoke(dir: &Path, id: &str, today: NaiveDate) -> Result<(), KeyError> {
    // Also where the disk is full: whoever found the key does not wait until somebody makes room.
    let mut store = match Store::open_on_reserve(&dir.join(JOURNAL)) {
        Err(StoreError::NotFound { .. }) => return Err(KeyError::NoSuchKey(id.to_owned())),
        opened => opened?,
    };
    let mut keys = AccessKeys::of(&store)?;
    let key = keys.0.get_mut(id).ok_or_else(|| KeyError::NoSuchKey(id.to_owned()))?;
    key.revoked_on.get_or_insert(today);
    write(&mut store, &keys)?;
    Ok(())
}

fn write(store: &mut Store, keys: &AccessKeys) -> Result<(), StoreError> {
    let stored = keys.iter().map(|key| {
        // Words and days: encoding them does not fail.
        (key.id.clone(), serde_json::to_vec(key).unwrap_or_default())
    });
    store.replace_source(STORED.0, STORED.1, b"{}", stored.collect())?;
    // Without it the keys are kept all the same; revoking one on a full disk is what may then fail.
    let _ = store.keep_reserve();
    Ok(())
}

fn hash(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}

/// Random bytes from the system, in hexadecimal.
///
/// # Errors
/// [`KeyError::NoRandomness`].
pub fn random_hex(bytes: usize) -> Result<String, KeyError> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(KeyError::NoRandomness)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, n).unwrap()
    }

    fn request(role: SpeakerRole) -> KeyRequest {
        KeyRequest { role, label: Some("north-team".into()), assets: Vec::new(), issued_on: day(1), days: 10 }
    }

    #[test]
    fn a_key_opens_until_it_expires_or_is_revoked_and_its_secret_is_kept_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let (text, key) = add(dir.path(), request(SpeakerRole::LinkWorker)).unwrap();
        let (other, _) = add(dir.path(), request(SpeakerRole::Steward)).unwrap();
        let keys = AccessKeys::read(dir.path()).unwrap();
        assert_eq!(keys.opened_by(&text, day(11)), Some(&key));
        assert_eq!(keys.opened_by(&text, day(12)), None);
        let secret = text.rsplit('_').next().unwrap();
        let mixed = other.replace(other.rsplit('_').next().unwrap(), secret);
        for wrong in
            ["", "hereabouts", &text[..text.len() - 1], &format!("{text}0"), &format!("{text}_"), &mixed]
        {
            assert_eq!(keys.opened_by(wrong, day(2)), None, "{wrong}");
        }
        let stored = Store::open(&dir.path().join(JOURNAL)).unwrap();
        let kept: Vec<u8> = stored.iter("keys").unwrap().flat_map(|r| r.unwrap().value).collect();
        assert!(!String::from_utf8(kept).unwrap().contains(secret));
        drop(stored);
        revoke(dir.path(), &key.id, day(3)).unwrap();
        let keys = AccessKeys::read(dir.path()).unwrap();
        assert_eq!(keys.opened_by(&text, day(3)), None);
        assert!(keys.opened_by(&other, day(3)).is_some());
        assert!(matches!(revoke(dir.path(), "nobody", day(3)), Err(KeyError::NoSuchKey(_))));
    }

    #[test]
    fn a_key_without_sense_is_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let named = KeyRequest { label: Some("Jo Bloggs".into()), ..request(SpeakerRole::Steward) };
        assert!(matches!(add(dir.path(), named), Err(KeyError::BadLabel(_))));
        assert!(matches!(add(dir.path(), request(SpeakerRole::Public)), Err(KeyError::Pointless(_))));
        assert!(matches!(add(dir.path(), request(SpeakerRole::Organiser)), Err(KeyError::Pointless(_))));
        assert!(AccessKeys::read(dir.path()).unwrap().iter().next().is_none());
    }
}
