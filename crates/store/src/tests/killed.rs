//! `kill -9` in the middle of imports, in a process of its own: all or nothing, nothing acknowledged lost, `check` clean.

use super::*;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

const STORE: &str = "HEREABOUTS_TEST_KILLED_STORE";
const RECORDS: usize = 5_000;

fn round(n: u64) -> Vec<(String, Vec<u8>)> {
    (0..RECORDS).map(|i| (format!("{i:06}"), format!("{n:>8} {i:>280}").into_bytes())).collect()
}

/// Not a test: what the test starts and kills. Imports one round after another and says when one is acknowledged.
#[test]
#[ignore = "run by an_import_killed_at_any_instant_lands_whole_or_not_at_all"]
fn import_until_killed() {
    let Some(dir) = std::env::var_os(STORE) else { return };
    let mut store = Store::create(Path::new(&dir)).unwrap();
    println!("\nopen");
    for n in store.revision() + 1.. {
        store.replace_source("assets", "osm", &n.to_be_bytes(), round(n)).unwrap();
        println!("\nlanded {n}");
    }
}

#[test]
fn an_import_killed_at_any_instant_lands_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("place.store");
    let (mut acknowledged, mut with_leftovers) = (0, 0);
    for kill in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "tests::killed::import_until_killed"])
            .env(STORE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        assert!(printed.any(|line| line == "open"), "the importer did not start");
        // Instants spread over the writing, the flip and the removal of what was replaced.
        std::thread::sleep(Duration::from_millis(20 + kill * 53));
        child.kill().unwrap();
        child.wait().unwrap();
        let landed = printed.filter_map(|line| line.strip_prefix("landed ")?.parse().ok()).max();
        acknowledged = acknowledged.max(landed.unwrap_or(0));

        let store = Store::open(&path).unwrap();
        let checked = store.check();
        assert_eq!(checked.problems, Vec::<String>::new(), "kill {kill}");
        with_leftovers += u32::from(checked.leftovers > 0);
        let revision = store.revision();
        assert!(
            revision >= acknowledged,
            "kill {kill}: {acknowledged} was acknowledged, {revision} is there"
        );
        let sources = store.sources().unwrap();
        assert_eq!(sources.len(), usize::from(revision > 0));
        for source in sources {
            assert_eq!(source.header, revision.to_be_bytes());
            let records: Vec<_> =
                store.records(&source).map(|r| r.unwrap()).map(|r| (r.key, r.value)).collect();
            assert!(records == round(revision), "kill {kill}: not the records of one import");
        }
        drop(store);
    }
    assert!(
        acknowledged > 0 && with_leftovers > 0,
        "{acknowledged} landed, {with_leftovers} kills hit a write"
    );
}
