//! Logs beside sources.

use super::*;

fn values(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| format!("{{\"n\":{i}}}").into_bytes()).collect()
}

#[test]
fn a_log_is_numbered_and_apart_from_sources_and_other_logs() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(3, "a")).unwrap();
    let before = holds(&store);
    assert_eq!((store.logged("said").unwrap(), store.append("said", &[]).unwrap()), (0, 0));
    assert_eq!(store.append("said", &values(3)).unwrap(), 3);
    assert_eq!(store.append("said again", &values(1)).unwrap(), 1);
    assert_eq!(store.append("said", &values(2)).unwrap(), 5);
    assert_eq!(store.logs().unwrap(), ["said", "said again"]);
    assert_eq!(holds(&store), before);
    assert_eq!(store.revision(), 4);
    drop(store);
    let store = Store::open(dir.path().join("place.store").as_path()).unwrap();
    let all = store.entries("said", 0).unwrap();
    assert_eq!(all.iter().map(|e| e.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(all[4].1, values(2)[1]);
    assert_eq!(store.entries("said", 4).unwrap(), all[4..]);
    assert_eq!((store.entries("said", 5).unwrap().len(), store.entries("other", 0).unwrap().len()), (0, 0));
    assert_eq!(store.check().problems, Vec::<String>::new());
}

#[test]
fn an_entry_too_large_or_of_a_bad_name_changes_nothing() {
    let (_dir, mut store) = store();
    let revision = store.revision();
    assert!(matches!(store.append("said", &[vec![0; MAX_VALUE_BYTES]]), Err(StoreError::TooLarge { .. })));
    assert!(matches!(store.append("", &values(1)), Err(StoreError::BadName { .. })));
    assert!(matches!(store.append("a\0b", &values(1)), Err(StoreError::BadName { .. })));
    assert_eq!((store.revision(), store.logs().unwrap().len()), (revision, 0));
}

#[test]
fn a_missing_or_changed_entry_is_damage() {
    let (_dir, mut store) = store();
    store.append("said", &values(4)).unwrap();
    let key = layout::LogKey::new("said").unwrap();
    let good = store.index.get(key.entry(3)).unwrap().unwrap();
    store.index.insert(key.entry(3), b"something else".to_vec()).unwrap();
    assert!(matches!(store.entries("said", 0), Err(StoreError::Damaged { .. })));
    assert!(store.check().problems.iter().any(|p| p.contains("entry 3")), "{:?}", store.check().problems);
    store.index.remove(key.entry(3)).unwrap();
    assert!(matches!(store.entries("said", 0), Err(StoreError::Damaged { .. })));
    assert_eq!(store.entries("said", 3).unwrap().len(), 1);
    store.index.insert(key.entry(3), good).unwrap();
    assert_eq!(store.entries("said", 0).unwrap().len(), 4);
}
