mod backups;
mod damage;
mod killed;
mod logs;
mod model;
mod power_cut;

use super::*;
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
    assert_eq!(change, StoreChange::Landed { revision: 1, replaced: None });
    store.replace_source("assets", "council", b"h", entries(3, "b")).unwrap();
    store.replace_source("demand", "osm", b"h", entries(4, "c")).unwrap();

    let change = store.replace_source("assets", "osm", b"h", entries(10, "d")).unwrap();
    assert_eq!(change, StoreChange::Landed { revision: 4, replaced: Some(2_500) });
    let all: Vec<_> = store.iter("assets").unwrap().map(|r| r.unwrap()).collect();
    assert_eq!(all.len(), 13);
    assert_eq!((&*all[0].source, &*all[3].source), ("council", "osm"), "by source name, then key");
    assert_eq!(all[3].value, b"{\"name\":\"d 0\"}");
    assert_eq!(store.records.len(), 17, "replaced records are gone");
    assert_eq!(store.check().problems, Vec::<String>::new());

    assert_eq!(
        store.remove_source("assets", "osm").unwrap(),
        StoreChange::Landed { revision: 5, replaced: Some(10) }
    );
    assert_eq!(store.remove_source("assets", "osm").unwrap(), StoreChange::Unchanged);
    assert_eq!(store.iter("assets").unwrap().count(), 3);
}

#[test]
fn the_same_again_in_any_order_changes_nothing() {
    let (_dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(100, "a")).unwrap();
    let mut shuffled = entries(100, "a");
    shuffled.reverse();
    assert_eq!(store.replace_source("assets", "osm", b"h", shuffled).unwrap(), StoreChange::Unchanged);
    assert_eq!(store.revision(), 1);
    let change = store.replace_source("assets", "osm", b"another", entries(100, "a")).unwrap();
    assert_eq!(change, StoreChange::Landed { revision: 2, replaced: Some(100) }, "the header is content");
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
fn a_second_handle_learns_that_the_store_is_in_use() {
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
