mod killed;

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

type Model = BTreeMap<(String, String), (Vec<u8>, BTreeMap<String, Vec<u8>>)>;

fn store() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(&dir.path().join("place.store")).unwrap();
    (dir, store)
}

fn entries(n: usize, salt: &str) -> Vec<(String, Vec<u8>)> {
    (0..n).map(|i| (format!("{i:06}"), format!("{{\"name\":\"{salt} {i}\"}}").into_bytes())).collect()
}

fn holds(store: &Store) -> Model {
    store
        .sources()
        .unwrap()
        .into_iter()
        .map(|source| {
            let records = store.records(&source).map(|r| r.unwrap()).map(|r| (r.key, r.value)).collect();
            ((source.kind, source.name), (source.header, records))
        })
        .collect()
}

#[test]
fn an_import_replaces_its_source_and_nothing_else() {
    let (_dir, mut store) = store();
    let change = store.replace_source("assets", "osm", b"h", entries(2_500, "a")).unwrap();
    assert_eq!(change, Change::Landed { revision: 1, replaced: None });
    store.replace_source("assets", "council", b"h", entries(3, "b")).unwrap();
    store.replace_source("demand", "osm", b"h", entries(4, "c")).unwrap();

    let change = store.replace_source("assets", "osm", b"h", entries(10, "d")).unwrap();
    assert_eq!(change, Change::Landed { revision: 4, replaced: Some(2_500) });
    let all: Vec<_> = store.iter("assets").unwrap().map(|r| r.unwrap()).collect();
    assert_eq!(all.len(), 13);
    assert_eq!((&*all[0].source, &*all[3].source), ("council", "osm"), "by source name, then key");
    assert_eq!(all[3].value, b"{\"name\":\"d 0\"}");
    assert_eq!(store.records.len(), 17, "replaced records are gone");
    assert_eq!(store.check().problems, Vec::<String>::new());

    assert_eq!(
        store.remove_source("assets", "osm").unwrap(),
        Change::Landed { revision: 5, replaced: Some(10) }
    );
    assert_eq!(store.remove_source("assets", "osm").unwrap(), Change::Unchanged);
    assert_eq!(store.iter("assets").unwrap().count(), 3);
}

#[test]
fn the_same_again_in_any_order_changes_nothing() {
    let (_dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(100, "a")).unwrap();
    let mut shuffled = entries(100, "a");
    shuffled.reverse();
    assert_eq!(store.replace_source("assets", "osm", b"h", shuffled).unwrap(), Change::Unchanged);
    assert_eq!(store.revision(), 1);
    let change = store.replace_source("assets", "osm", b"another", entries(100, "a")).unwrap();
    assert_eq!(change, Change::Landed { revision: 2, replaced: Some(100) }, "the header is content");
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    let (_dir, mut store) = store();
    let twice = vec![("k".to_owned(), vec![1]), ("k".to_owned(), vec![2])];
    assert!(matches!(
        store.replace_source("assets", "osm", b"", twice),
        Err(StoreError::DuplicateKey { .. })
    ));
    for bad in ["", "a\0b", "a\nb", &"x".repeat(201)] {
        assert!(matches!(store.replace_source("assets", bad, b"", vec![]), Err(StoreError::BadName { .. })));
    }
    assert_eq!((store.revision(), store.sources().unwrap().len()), (0, 0));
    store.replace_source("assets", "still writes", b"", entries(1, "a")).unwrap();
}

#[test]
fn large_records_come_back_whole_and_make_no_blobs() {
    let (dir, mut store) = store();
    let sizes =
        [0, 1, MAX_VALUE_BYTES - 20, MAX_VALUE_BYTES, MAX_VALUE_BYTES + 1, 3 * MAX_VALUE_BYTES + 7, 5 << 20];
    let large: Vec<_> = sizes
        .iter()
        .enumerate()
        .map(|(i, &size)| (format!("{i}"), (0..size).map(|b| (b % 251) as u8).collect::<Vec<u8>>()))
        .collect();
    for round in 0..3 {
        store.replace_source("neighbourhoods", "areas", &[round], large.clone()).unwrap();
    }
    let back: Vec<_> =
        store.iter("neighbourhoods").unwrap().map(|r| r.unwrap()).map(|r| (r.key, r.value)).collect();
    assert!(back == large);
    assert_eq!(fs::read_dir(dir.path().join("place.store/blobs")).unwrap().count(), 0);
}

#[test]
fn reopens_as_it_was_and_only_where_there_is_one() {
    let (dir, mut store) = store();
    let path = dir.path().join("place.store");
    store.replace_source("assets", "osm", b"h", entries(500, "a")).unwrap();
    let (before, revision) = (holds(&store), store.revision());
    drop(store);
    for _ in 0..3 {
        let store = Store::open(&path).unwrap();
        assert_eq!((holds(&store), store.revision()), (before.clone(), revision));
    }
    assert!(matches!(Store::open(&dir.path().join("nowhere")), Err(StoreError::NotFound { .. })));
    assert!(!dir.path().join("nowhere").exists(), "opening makes nothing");
    fs::write(dir.path().join("a file"), "x").unwrap();
    assert!(matches!(Store::create(dir.path()), Err(StoreError::NotEmpty { .. })));
}

#[test]
fn a_second_handle_is_told_that_the_store_is_in_use() {
    let (dir, _store) = store();
    let error = Store::open(&dir.path().join("place.store")).unwrap_err();
    assert!(error.to_string().contains("in use by another process"), "{error}");
}

#[test]
fn leftovers_of_an_interrupted_import_are_no_damage_and_go_with_the_next() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(50, "a")).unwrap();
    let before = holds(&store);
    // As a kill before the flip leaves it.
    store.write_records(99, &entries(3_000, "never landed")).unwrap();
    drop(store);
    let mut store = Store::open(&dir.path().join("place.store")).unwrap();
    assert_eq!(holds(&store), before);
    let checked = store.check();
    assert_eq!((checked.leftovers, checked.problems), (3_000, vec![]));
    store.replace_source("assets", "council", b"h", entries(5, "b")).unwrap();
    assert_eq!((store.check().leftovers, store.records.len()), (0, 55));
}

#[test]
fn after_a_failed_write_the_handle_reads_only() {
    let (_dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(5, "a")).unwrap();
    // Something in blobs/ makes the next sync refuse.
    fs::write(store.dir().join("blobs/1"), "x").unwrap();
    let failed = store.replace_source("assets", "osm", b"h", entries(6, "b"));
    assert!(matches!(failed, Err(StoreError::Write { .. })), "{failed:?}");
    fs::remove_file(store.dir().join("blobs/1")).unwrap();
    assert!(matches!(store.remove_source("assets", "osm"), Err(StoreError::Stopped { .. })));
    assert_eq!((store.iter("assets").unwrap().count(), store.revision()), (5, 1));
}

#[test]
fn a_later_format_is_refused_by_name() {
    let (dir, store) = store();
    store.index.insert(layout::FORMAT_KEY, layout::seal(layout::FORMAT_KEY, b"2")).unwrap();
    drop(store);
    let error = Store::open(&dir.path().join("place.store")).unwrap_err();
    assert!(matches!(&error, StoreError::Format { found, .. } if found == "2"), "{error}");
}

#[test]
fn a_store_that_went_back_in_time_is_refused() {
    let (dir, mut store) = store();
    let path = dir.path().join("place.store");
    store.replace_source("assets", "osm", b"h", entries(50, "a")).unwrap();
    drop(store);
    let early: Vec<_> = ["db", "conf"].map(|name| (name, fs::read(path.join(name)).unwrap())).into();
    let mut store = Store::open(&path).unwrap();
    store.replace_source("assets", "osm", b"h", entries(50, "b")).unwrap();
    drop(store);
    for entry in fs::read_dir(&path).unwrap().map(|e| e.unwrap()) {
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    for (name, bytes) in early {
        fs::write(path.join(name), bytes).unwrap();
    }
    let error = Store::open(&path).unwrap_err().to_string();
    assert!(error.contains("holds revision 1, and revision 2 was acknowledged"), "{error}");
    fs::remove_file(path.join("db")).unwrap();
    assert!(Store::open(&path).unwrap_err().to_string().contains("missing"), "a lost file is no empty store");
}

/// Whatever is done to the bytes: what was written comes back, or an error. Never other records, never a panic.
#[test]
fn damage_is_never_silent_and_never_a_panic() {
    let (dir, mut store) = store();
    let path = dir.path().join("place.store");
    store.replace_source("assets", "osm", b"h", entries(3_000, "a")).unwrap();
    store.replace_source("demand", "counts", b"h", entries(3_000, "b")).unwrap();
    store.replace_source("assets", "osm", b"h", entries(2_000, "c")).unwrap();
    let truth = holds(&store);
    drop(store);
    let whole = fs::read(path.join("db")).unwrap();
    let used = whole.iter().rposition(|&b| b != 0).unwrap();
    let (mut refused, mut intact) = (0, 0);
    for case in 0..60_usize {
        let mut bytes = whole.clone();
        // Spread over the used part of the file by a fixed stride.
        let at = (case * 7_919_001) % used;
        match case % 3 {
            0 => bytes[at] ^= 1 << (case % 8),
            1 => bytes[at..(at + 4096).min(whole.len())].fill(0),
            _ => bytes.truncate(at),
        }
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir(copy.path().join("blobs")).unwrap();
        for entry in fs::read_dir(&path).unwrap().map(|e| e.unwrap()).filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        fs::write(copy.path().join("db"), bytes).unwrap();
        match Store::open(copy.path()) {
            Err(StoreError::Damaged { .. } | StoreError::Io { .. } | StoreError::Format { .. }) => {
                refused += 1
            }
            Err(other) => panic!("case {case}: {other}"),
            Ok(store) => {
                let checked = store.check();
                let read: Result<Vec<_>, _> = ["assets", "demand"]
                    .iter()
                    .map(|kind| store.iter(kind).and_then(Iterator::collect::<Result<Vec<_>, _>>))
                    .collect();
                match read {
                    Ok(_) if checked.problems.is_empty() => {
                        assert!(holds(&store) == truth, "case {case}: silently something else");
                        intact += 1;
                    }
                    _ => {
                        assert!(!checked.problems.is_empty(), "case {case}: check missed what reading found");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 20 && intact + refused == 60, "{refused} refused, {intact} intact");
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_nothing_is_lost() {
    let (dir, mut store) = store();
    let path = dir.path().join("place.store");
    store.replace_source("assets", "osm", b"h", entries(3_000, "a")).unwrap();
    let truth = holds(&store);
    drop(store);
    drop(Store::open(&path).unwrap());
    let snapshots: Vec<_> = fs::read_dir(&path)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.file_name().to_string_lossy().starts_with("snap."))
        .collect();
    assert!(!snapshots.is_empty());
    for snapshot in &snapshots {
        let mut bytes = fs::read(snapshot.path()).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        fs::write(snapshot.path(), bytes).unwrap();
    }
    let store = Store::open(&path).unwrap();
    assert!(holds(&store) == truth);
    assert!(fs::read_dir(path.join("set-aside")).unwrap().count() > 0, "kept, not deleted");
}

#[test]
fn a_backup_brings_everything_back_and_gives_the_same_bytes() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"{\"licence\":\"ODbL\"}", entries(300, "a")).unwrap();
    store
        .replace_source("neighbourhoods", "areas", &[0, 255], vec![("raw".into(), vec![0, 10, 13, 255])])
        .unwrap();
    store
        .replace_source("demand", "counts", b"h", vec![("spaced".into(), b" {\"a\" : 1} ".to_vec())])
        .unwrap();
    store.remove_source("demand", "counts").unwrap();
    store
        .replace_source("demand", "counts", b"h", vec![("spaced".into(), b" {\"a\" : 1} ".to_vec())])
        .unwrap();
    let file = dir.path().join("place.backup");
    let written = backup(&store, &file, &[]).unwrap();
    assert_eq!((written.sources, written.records, written.revision), (3, 302, 5));

    let other = dir.path().join("restored.store");
    assert_eq!(restore(&file, &other).unwrap(), written);
    let restored = Store::open(&other).unwrap();
    assert_eq!((holds(&restored), restored.revision()), (holds(&store), store.revision()));
    assert_eq!(restored.check().problems, Vec::<String>::new());
    let again = dir.path().join("again.backup");
    backup(&restored, &again, &[]).unwrap();
    assert_eq!(fs::read(&file).unwrap(), fs::read(&again).unwrap());

    let without = dir.path().join("without.backup");
    assert_eq!(backup(&store, &without, &["demand".to_owned()]).unwrap().sources, 2);
    assert!(!fs::read_to_string(&without).unwrap().contains("counts"));
    assert!(matches!(restore(&file, &other), Err(StoreError::NotEmpty { .. })));
}

#[test]
fn a_backup_that_was_touched_is_refused_and_leaves_nothing() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(30, "a")).unwrap();
    let file = dir.path().join("place.backup");
    backup(&store, &file, &[]).unwrap();
    let good = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let bad = [
        good[..good.len() / 2].to_owned(),
        lines[..lines.len() - 1].join("\n") + "\n",
        good.replace("a 17", "a 71"),
        good.replacen(&format!("{}\n", lines[5]), "", 1),
        good.replacen("\"format\":1", "\"format\":9", 1),
        "{}\n".to_owned(),
        String::new(),
    ];
    for (case, text) in bad.iter().enumerate() {
        fs::write(&file, text).unwrap();
        let target = dir.path().join("restored.store");
        assert!(matches!(restore(&file, &target), Err(StoreError::Backup { .. })), "case {case}");
        assert!(!target.exists() && !open::beside(&target).exists(), "case {case}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Replace(u8, u8, Vec<u8>, BTreeMap<String, Vec<u8>>),
    Remove(u8, u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let records = prop::collection::btree_map("[a-z]{0,3}", prop::collection::vec(any::<u8>(), 0..40), 0..30);
    let header = prop::collection::vec(any::<u8>(), 0..4);
    prop_oneof![
        6 => (0..2_u8, 0..3_u8, header, records).prop_map(|(k, s, h, r)| Step::Replace(k, s, h, r)),
        2 => (0..2_u8, 0..3_u8).prop_map(|(k, s)| Step::Remove(k, s)),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn behaves_like_a_map_of_sources(steps in prop::collection::vec(step(), 1..12)) {
        let (dir, mut store) = store();
        let (mut model, mut revision) = (Model::new(), 0);
        for step in steps {
            match step {
                Step::Replace(kind, source, header, records) => {
                    let (kind, source) = (format!("kind{kind}"), format!("source{source}"));
                    let key = (kind.clone(), source.clone());
                    let next = (header.clone(), records.clone());
                    let changed = model.get(&key) != Some(&next);
                    revision += u64::from(changed);
                    let change = store.replace_source(&kind, &source, &header, records.into_iter().collect()).unwrap();
                    prop_assert_eq!(change != Change::Unchanged, changed);
                    model.insert(key, next);
                }
                Step::Remove(kind, source) => {
                    let (kind, source) = (format!("kind{kind}"), format!("source{source}"));
                    revision += u64::from(model.remove(&(kind.clone(), source.clone())).is_some());
                    store.remove_source(&kind, &source).unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = Store::open(&dir.path().join("place.store")).unwrap();
                }
            }
            prop_assert_eq!(&holds(&store), &model);
            prop_assert_eq!(store.revision(), revision);
        }
        prop_assert!(store.check().problems.is_empty());
    }
}
