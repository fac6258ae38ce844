//! The power fails in the middle of an import. Between two syncs a disk may have kept any of the blocks written since the
//! first: each state that it can leave is rebuilt and opened (the method of ALICE, Pillai et al. 2014, with blocks of 4 KiB,
//! torn in sectors of 512 bytes). Whatever was kept, the store holds the old records or the new ones, whole.

use super::*;
use crate::layout::{self, IndexEntry, SourceKey};
use sled::Batch;

const BLOCK: usize = 4096;
const SECTOR: usize = 512;

/// The files of a store at an instant when everything written is durable.
#[derive(Clone, PartialEq)]
struct Image {
    db: Vec<u8>,
    others: BTreeMap<String, Vec<u8>>,
}

fn image(dir: &Path) -> Image {
    let mut others = BTreeMap::new();
    let mut db = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(|e| e.unwrap()).filter(|e| e.path().is_file()) {
        match entry.file_name().to_str().unwrap() {
            "db" => db = fs::read(entry.path()).unwrap(),
            name => drop(others.insert(name.to_owned(), fs::read(entry.path()).unwrap())),
        }
    }
    Image { db, others }
}

/// One import step by step, each ended by its sync: before it, records written, pointer flipped, old records removed.
fn steps(dir: &Path) -> (Model, [Image; 4], Model) {
    let mut store = Store::create(dir).unwrap();
    store.replace_source("demand", "counts", b"h", entries(2_000, "b")).unwrap();
    store.replace_source("assets", "osm", b"h", entries(3_000, "a")).unwrap();
    let old = holds(&store);
    let before = image(dir);

    let new = entries(2_500, "c");
    let generation = layout::next_generation(dir, &store.index, &store.records).unwrap();
    store.write_records(generation, &new).unwrap();
    let written = image(dir);

    let key = SourceKey::new("assets", "osm").unwrap();
    let bytes = new.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum();
    let (content, revision) = (layout::content(b"i", &new), store.revision() + 1);
    let entry = IndexEntry { generation, records: 2_500, bytes, content, revision, header: b"i".to_vec() };
    let mut flip = Batch::default();
    flip.insert(key.as_bytes(), entry.sealed(&key).unwrap());
    store.flip(flip, revision).unwrap();
    let flipped = image(dir);

    store.sweep().unwrap();
    let swept = image(dir);
    let new = holds(&store);
    assert!(old != new && store.check().problems.is_empty());
    (old, [before, written, flipped, swept], new)
}

/// `from` with those of the blocks that `to` changes for which `keeps` says how many bytes of them reached the disk.
fn cut(from: &Image, to: &Image, mut keeps: impl FnMut(usize) -> usize) -> Image {
    let mut db = from.db.clone();
    let changed = (0..to.db.len())
        .step_by(BLOCK)
        .filter(|&at| from.db.get(at..at + BLOCK) != Some(&to.db[at..(at + BLOCK).min(to.db.len())]));
    for (nth, at) in changed.enumerate() {
        let end = (at + keeps(nth)).min(to.db.len());
        if end > at {
            db.resize(db.len().max(end), 0);
            db[at..end].copy_from_slice(&to.db[at..end]);
        }
    }
    let others = if db == to.db { to.others.clone() } else { from.others.clone() };
    Image { db, others }
}

#[test]
fn a_power_cut_leaves_the_old_records_or_the_new() {
    each_step_is_cut(10);
}

#[test]
#[ignore = "takes minutes"]
fn a_thousand_power_cuts_leave_the_old_records_or_the_new() {
    each_step_is_cut(167);
}

/// Cuts each step of an import in twice so many ways, and where it begins and ends.
fn each_step_is_cut(ways: usize) {
    let dir = tempfile::tempdir().unwrap();
    let (old, images, new) = steps(&dir.path().join("place.store"));
    let (mut states, mut landed) = (0, 0);
    for (step, pair) in images.windows(2).enumerate() {
        let (from, to) = (&pair[0], &pair[1]);
        let mut changed = 0;
        let whole = cut(from, to, |nth| {
            changed = nth + 1;
            BLOCK
        });
        assert!(whole.db[..to.db.len()] == to.db[..] && changed > 0);
        let mut cuts = vec![from.clone(), to.clone()];
        for n in 0..ways {
            // The first so many blocks, and a part of the next, a sector at a time.
            let (kept, torn) = (changed * n / ways, SECTOR * (n % 8));
            cuts.push(cut(from, to, |nth| {
                if nth < kept {
                    BLOCK
                } else if nth == kept {
                    torn
                } else {
                    0
                }
            }));
            // Any blocks, by a fixed mixture of their numbers.
            let chance = |nth: usize| ((nth + 1) ^ (n << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            cuts.push(cut(from, to, |nth| if chance(nth) % 2 == 0 { BLOCK } else { 0 }));
        }
        for (number, state) in cuts.iter().enumerate() {
            let copy = tempfile::tempdir().unwrap();
            fs::create_dir(copy.path().join("blobs")).unwrap();
            fs::write(copy.path().join("db"), &state.db).unwrap();
            for (name, bytes) in &state.others {
                fs::write(copy.path().join(name), bytes).unwrap();
            }
            let store =
                Store::open(copy.path()).unwrap_or_else(|e| panic!("step {step}, state {number}: {e}"));
            assert_eq!(store.check().problems, Vec::<String>::new(), "step {step}, state {number}");
            let held = holds(&store);
            let is_new = held == new;
            let allowed = match step {
                0 => held == old,
                1 => is_new || held == old,
                _ => is_new,
            };
            assert!(allowed, "step {step}, state {number}: neither the records before nor those after");
            states += 1;
            landed += usize::from(is_new);
        }
    }
    let third = 2 * ways + 2;
    assert_eq!(states, 3 * third);
    assert!(landed > third && landed < 2 * third, "{landed} of {states} hold the new records");
}
