//! Answers kept between runs, beside the store: what a server says has not changed is not sent again, and a feed that
//! broke off goes on where it stopped.
//!
//! An answer is kept without the people in it: see [`super::people`].

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long what an unfinished run fetched is good for, in milliseconds: what is older may belong to another state of the feed.
const GOES_ON_MS: u64 = 24 * 3600 * 1000;

/// An answer of the server.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SpooledFeed {
    /// `ETag` of the answer, if it had one.
    pub(crate) etag: Option<String>,
    /// `Last-Modified` of the answer, if it had one.
    pub(crate) last_modified: Option<String>,
    /// Milliseconds since 1970.
    fetched: u64,
    /// What it said.
    pub(crate) body: Value,
}

/// Where answers are kept from one run to the next, and which.
#[derive(Clone, Copy)]
pub(crate) struct KeptAnswers<'a> {
    /// The folder of the store.
    pub(crate) under: &'a Path,
    /// Whether an answer tells nothing that the store would not be told: a run that ends before its import, or is killed, leaves
    /// what it has kept.
    pub(crate) tells_no_hidden: &'a dyn Fn(&Value) -> bool,
}

/// The answers to one feed.
pub(crate) struct FeedSpool<'a> {
    tells_no_hidden: &'a dyn Fn(&Value) -> bool,
    dir: PathBuf,
    /// Since when the present run goes on, in milliseconds since 1970.
    since: u64,
    used: BTreeSet<String>,
}

impl<'a> FeedSpool<'a> {
    /// Opens what is kept of a feed, under a folder, or begins it.
    pub(crate) fn open(kept: KeptAnswers<'a>, feed: &str) -> Result<Self> {
        let KeptAnswers { under, tells_no_hidden } = kept;
        let dir = under.join("fetched").join(name(feed));
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        let now = now();
        let begun: Option<u64> =
            fs::read_to_string(dir.join(UNFINISHED)).ok().and_then(|text| text.trim().parse().ok());
        let since = begun.filter(|begun| (*begun..begun + GOES_ON_MS).contains(&now)).unwrap_or(now);
        write(&dir, UNFINISHED, since.to_string().as_bytes())?;
        Ok(Self { tells_no_hidden, dir, since, used: BTreeSet::new() })
    }

    /// What is kept for a URL. What cannot be read was never kept.
    pub(crate) fn get(&mut self, url: &str) -> Option<SpooledFeed> {
        let name = name(url);
        let kept = serde_json::from_slice(&fs::read(self.dir.join(&name)).ok()?).ok()?;
        self.used.insert(name);
        Some(kept)
    }

    /// Whether it was fetched in this run, or in the one that this one goes on with.
    pub(crate) fn is_of_now(&self, kept: &SpooledFeed) -> bool {
        kept.fetched >= self.since
    }

    pub(crate) fn keep(
        &mut self,
        url: &str,
        etag: Option<String>,
        last_modified: Option<String>,
        body: &Value,
    ) -> Result<()> {
        if !(self.tells_no_hidden)(body) {
            return Ok(());
        }
        let name = name(url);
        let kept = SpooledFeed { etag, last_modified, fetched: now(), body: body.clone() };
        write(&self.dir, &name, &serde_json::to_vec(&kept)?)?;
        self.used.insert(name);
        Ok(())
    }

    /// All was fetched: what the feed no longer has goes.
    pub(crate) fn finish(self) -> Result<()> {
        for entry in fs::read_dir(&self.dir).with_context(|| self.dir.display().to_string())? {
            let entry = entry.with_context(|| self.dir.display().to_string())?;
            if !self.used.contains(entry.file_name().to_string_lossy().as_ref()) {
                fs::remove_file(entry.path()).with_context(|| entry.path().display().to_string())?;
            }
        }
        Ok(())
    }
}

/// Lets go of all that is kept of a feed.
pub(crate) fn forget(under: &Path, feed: &str) -> std::io::Result<()> {
    match fs::remove_dir_all(under.join("fetched").join(name(feed))) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

const UNFINISHED: &str = "unfinished";

/// A URL is no name for a file.
fn name(url: &str) -> String {
    blake3::hash(url.as_bytes()).to_hex()[..32].to_owned()
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Whole or not at all.
fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (beside, path) = (dir.join(format!("{name}.part")), dir.join(name));
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, &path))
        .with_context(|| path.display().to_string())
}
