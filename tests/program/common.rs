//! Running the program on small places.

use hereabouts_tests::binary::binary;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// How a run ended and what it said.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {:?}; {}", self.out, self.err))
    }

    /// Fails the test unless it ended so.
    pub(crate) fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }
}

/// A command with nothing of the tester's own environment that would change it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEREABOUTS_"))
    {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

pub(crate) fn run(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
    let output = command().args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A folder for one test, with a store that may not be there yet.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// The made-up town's files and a store built from them: a copy of one that is built once and closed.
    pub(crate) fn town() -> Self {
        static BUILT: OnceLock<Place> = OnceLock::new();
        let built = BUILT.get_or_init(|| {
            let place = Self::empty();
            place.build_town();
            place
        });
        let place = Self::empty();
        copy(built.dir.path(), place.dir.path());
        place
    }

    /// Builds the made-up town from its files, and says what each import did.
    pub(crate) fn build_town(&self) -> Vec<Value> {
        for file in hereabouts_demo::files(hereabouts_demo::SEED) {
            self.write(file.name, &file.text);
        }
        let place = self.path("place.toml");
        let ran = self.run([OsStr::new("build"), place.as_ref(), "--json".as_ref()]).ended(0);
        ran.json().as_array().unwrap().clone()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("place.store")
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Runs a command on this place's store.
    pub(crate) fn run(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let store = [OsStr::new("--store").to_owned(), self.store().into_os_string()];
        run(args.into_iter().chain(store))
    }

    /// The same town before anybody brings its streets or its timetables.
    pub(crate) fn town_without(kind: &str) -> Self {
        let place = Self::town();
        let sources = place.run(["sources", "--json"]).ended(0).json();
        for source in sources["sources"].as_array().unwrap().iter().filter(|source| source["kind"] == kind) {
            place.run(["remove", kind, source["source"].as_str().unwrap()]).ended(0);
        }
        place
    }

    /// Everything the store says of itself and of every record; of streets and timetables, what it says of
    /// their source.
    pub(crate) fn everything(&self) -> String {
        let sources = self.run(["sources", "--json"]).ended(0);
        let kinds: std::collections::BTreeSet<String> = sources.json()["sources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|source| source["kind"].as_str().unwrap().to_owned())
            .collect();
        kinds
            .iter()
            .filter(|kind| !["streets", "transit"].contains(&kind.as_str()))
            .map(|kind| self.run(["export", kind]).ended(0).out)
            .fold(sources.out, |all, one| all + &one)
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Asserts that words are words: no progress bars, no colours, no panics.
pub(crate) fn is_plain(text: &str) {
    assert!(!text.contains(['\r', '\u{1b}']), "{text:?}");
    assert!(!text.contains("panicked"), "{text}");
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
