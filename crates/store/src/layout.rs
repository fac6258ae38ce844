//! How records lie in sled, and the checksum that every value carries.
//!
//! | tree | key | value, sealed |
//! |---|---|---|
//! | index (sled's default) | `format` | `1` |
//! | | `revision` | u64, big-endian |
//! | | `s` kind `0x00` source | [`IndexEntry`] |
//! | | `l` log `0x00` number u64, big-endian | an entry of a log |
//! | records | generation u64, ordinal u32, part u16, big-endian | a part of the key and value of one record |
//!
//! A generation belongs to one landed version of one source; the entry of the source says which is in force.

use super::guard::guarded;
use super::{StoreError, StoredSource};
use serde::{Deserialize, Serialize};
use sled::{IVec, Tree};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest value given to sled, in bytes, checksum included; a larger record is stored in parts. A leaf holds up to
/// about twenty values, and one page beyond a quarter of an 8 MiB segment would go to a blob file that sled never syncs.
pub const MAX_VALUE_BYTES: usize = 64 << 10;

pub(super) const FORMAT_KEY: &[u8] = b"format";
pub(super) const REVISION_KEY: &[u8] = b"revision";
const SOURCE_PREFIX: u8 = b's';
const LOG_PREFIX: u8 = b'l';
const SUM_BYTES: usize = 8;

pub(super) type Generation = u64;

/// Where the entry of a source lies in the index.
pub(super) struct SourceKey(Vec<u8>);

impl SourceKey {
    pub(super) fn new(kind: &str, source: &str) -> Result<Self, StoreError> {
        [kind, source].into_iter().try_for_each(usable)?;
        let mut key = vec![SOURCE_PREFIX, 0];
        key.extend_from_slice(kind.as_bytes());
        key.push(0);
        key.extend_from_slice(source.as_bytes());
        Ok(Self(key))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Where the entries of a log lie in the index.
pub(super) struct LogKey(Vec<u8>);

impl LogKey {
    /// Before every entry of every log.
    pub(super) const FIRST: [u8; 2] = [LOG_PREFIX, 0];

    pub(super) fn new(log: &str) -> Result<Self, StoreError> {
        usable(log)?;
        Ok(Self([&Self::FIRST, log.as_bytes(), &[0]].concat()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn entry(&self, number: u64) -> Vec<u8> {
        [self.0.as_slice(), &number.to_be_bytes()].concat()
    }

    pub(super) fn number(key: &[u8]) -> Option<u64> {
        Some(u64::from_be_bytes(*key.last_chunk()?))
    }

    /// The log that an entry is of.
    pub(super) fn name(key: &[u8]) -> Option<&str> {
        let of = key.strip_prefix(&Self::FIRST)?;
        std::str::from_utf8(of.get(..of.len().checked_sub(9)?)?).ok()
    }
}

fn usable(name: &str) -> Result<(), StoreError> {
    if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
        return Err(StoreError::BadName { name: name.to_owned() });
    }
    Ok(())
}

/// What the index says of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexEntry {
    pub(super) generation: Generation,
    pub(super) records: u64,
    pub(super) bytes: u64,
    pub(super) content: [u8; 32],
    pub(super) revision: u64,
    pub(super) header: Vec<u8>,
}

impl IndexEntry {
    pub(super) fn sealed(&self, key: &SourceKey) -> Result<Vec<u8>, StoreError> {
        let too_large = || StoreError::TooLarge { key: "source header".to_owned() };
        let bytes = postcard::to_stdvec(self).map_err(|_| too_large())?;
        if bytes.len() + SUM_BYTES > MAX_VALUE_BYTES { Err(too_large()) } else { Ok(seal(&key.0, &bytes)) }
    }
}

/// Eight bytes of BLAKE3 over key and payload, then the payload. The key is in it, so that a page read in place of
/// another does not pass.
pub(super) fn seal(key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(SUM_BYTES + payload.len());
    value.extend_from_slice(&sum(key, payload));
    value.extend_from_slice(payload);
    value
}

/// The payload, if it is what was sealed under this key.
pub(super) fn unseal<'a>(key: &[u8], value: &'a [u8]) -> Option<&'a [u8]> {
    let (stored, payload) = value.split_at_checked(SUM_BYTES)?;
    (stored == sum(key, payload)).then_some(payload)
}

fn sum(key: &[u8], payload: &[u8]) -> [u8; SUM_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_le_bytes()).update(key).update(payload);
    let mut sum = [0; SUM_BYTES];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..SUM_BYTES]);
    sum
}

/// BLAKE3 of a source, built record by record: header, then keys and values in order, each after its length.
pub(super) struct ContentHash(blake3::Hasher);

impl ContentHash {
    pub(super) fn new(header: &[u8]) -> Self {
        let mut content = Self(blake3::Hasher::new());
        content.field(header);
        content
    }

    pub(super) fn record(&mut self, key: &str, value: &[u8]) {
        self.field(key.as_bytes());
        self.field(value);
    }

    pub(super) fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }

    fn field(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
}

pub(super) fn content(header: &[u8], entries: &[(String, Vec<u8>)]) -> [u8; 32] {
    let mut content = ContentHash::new(header);
    for (key, value) in entries {
        content.record(key, value);
    }
    content.finish()
}

pub(super) fn sealed_revision(revision: u64) -> Vec<u8> {
    seal(REVISION_KEY, &revision.to_be_bytes())
}

/// 0 where none is written yet.
pub(super) fn revision(dir: &Path, index: &Tree) -> Result<u64, StoreError> {
    let Some(value) = guarded(dir, || index.get(REVISION_KEY))? else { return Ok(0) };
    unseal(REVISION_KEY, &value)
        .and_then(|payload| payload.try_into().ok())
        .map(u64::from_be_bytes)
        .ok_or_else(|| StoreError::damaged(dir, "the revision does not match its checksum"))
}

pub(super) fn source(dir: &Path, index: &Tree, key: &SourceKey) -> Result<Option<StoredSource>, StoreError> {
    guarded(dir, || index.get(&key.0))?.map(|value| read_source(dir, &key.0, &value)).transpose()
}

pub(super) fn sources(dir: &Path, index: &Tree) -> Result<Vec<StoredSource>, StoreError> {
    let mut pairs = index.scan_prefix([SOURCE_PREFIX, 0]);
    let mut sources = Vec::new();
    while let Some((key, value)) = guarded(dir, || pairs.next().transpose())? {
        sources.push(read_source(dir, &key, &value)?);
    }
    Ok(sources)
}

fn read_source(dir: &Path, key: &[u8], value: &[u8]) -> Result<StoredSource, StoreError> {
    let damaged = || {
        let name = String::from_utf8_lossy(key).replace('\0', " ");
        StoreError::damaged(dir, format!("the entry of source {:?} does not match its checksum", name.trim()))
    };
    let payload = unseal(key, value).ok_or_else(damaged)?;
    let entry: IndexEntry = postcard::from_bytes(payload).map_err(|_| damaged())?;
    let names = std::str::from_utf8(&key[2..]).map_err(|_| damaged())?;
    let (kind, name) = names.split_once('\0').ok_or_else(damaged)?;
    Ok(StoredSource {
        kind: kind.to_owned(),
        name: name.to_owned(),
        header: entry.header,
        records: entry.records,
        bytes: entry.bytes,
        content: entry.content,
        revision: entry.revision,
        generation: entry.generation,
    })
}

/// A key of the records tree and its sealed value.
type StoredPart = (Vec<u8>, Vec<u8>);

/// The parts of one record, each under its key and sealed.
pub(super) fn parts(
    generation: Generation,
    ordinal: usize,
    key: &str,
    value: &[u8],
) -> Result<Vec<StoredPart>, StoreError> {
    let too_large = || StoreError::TooLarge { key: key.to_owned() };
    let ordinal = u32::try_from(ordinal).map_err(|_| too_large())?;
    let payload = postcard::to_stdvec(&(key, value)).map_err(|_| too_large())?;
    payload
        .chunks(MAX_VALUE_BYTES - SUM_BYTES)
        .enumerate()
        .map(|(part, bytes)| {
            let part_key = part_key(generation, ordinal, u16::try_from(part).map_err(|_| too_large())?);
            let sealed = seal(&part_key, bytes);
            Ok((part_key, sealed))
        })
        .collect()
}

fn part_key(generation: Generation, ordinal: u32, part: u16) -> Vec<u8> {
    let mut key = generation.to_be_bytes().to_vec();
    key.extend_from_slice(&ordinal.to_be_bytes());
    key.extend_from_slice(&part.to_be_bytes());
    key
}

/// Ordinal and part of a key of the records tree.
pub(super) fn place_of(key: &[u8]) -> Option<(u32, u16)> {
    let (ordinal, part) = key.get(8..)?.split_at_checked(4)?;
    Some((u32::from_be_bytes(ordinal.try_into().ok()?), u16::from_be_bytes(part.try_into().ok()?)))
}

fn generation_of(key: &[u8]) -> Option<Generation> {
    key.get(..8)?.try_into().ok().map(Generation::from_be_bytes)
}

/// One above every generation in the tree and every one that a source points to (an empty source has no records).
pub(super) fn next_generation(dir: &Path, index: &Tree, records: &Tree) -> Result<Generation, StoreError> {
    let last = guarded(dir, || records.last())?.and_then(|(key, _)| generation_of(&key));
    let pointed_to = sources(dir, index)?.into_iter().map(|source| source.generation).max();
    Ok(last.max(pointed_to).unwrap_or(0) + 1)
}

/// Keys of records whose generation is not `live`.
pub(super) fn orphans<'a>(
    dir: &'a Path,
    records: &'a Tree,
    live: &'a BTreeSet<Generation>,
) -> impl Iterator<Item = Result<IVec, StoreError>> + 'a {
    let mut keys = records.iter().keys();
    std::iter::from_fn(move || {
        loop {
            let key = match guarded(dir, || keys.next().transpose()) {
                Ok(key) => key?,
                Err(error) => return Some(Err(error)),
            };
            match generation_of(&key) {
                // A live source is stepped over, not walked through.
                Some(generation) if live.contains(&generation) => {
                    keys = records.range((generation + 1).to_be_bytes()..).keys();
                }
                _ => return Some(Ok(key)),
            }
        }
    })
}
