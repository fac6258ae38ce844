//! Bytes on disk that are not those that were written.

use super::*;

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
