//! Bytes that no reader may fall over: what fuzzing keeps (tests/fuzz/corpus), the test bed's fixtures, and copies of both
//! that are cut off or have bits turned.

use hereabouts_tests::pbf::Extract;
use hereabouts_tests::readers::{READERS, read};
use hereabouts_tests::test_bed;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A sequence that is the same in every run (SplitMix64).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % below.max(1)
    }
}

/// The bytes, some beginnings of them, and copies with one to four bits turned.
fn damaged(bytes: &[u8], copies: usize) -> Vec<Vec<u8>> {
    let mut sequence = Sequence(bytes.len() as u64);
    let mut all = vec![bytes.to_vec()];
    for at in 0..copies {
        all.push(bytes[..sequence.next(bytes.len())].to_vec());
        let mut turned = bytes.to_vec();
        for _ in 0..=at % 4 {
            let bit = sequence.next(turned.len() * 8);
            if let Some(byte) = turned.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
        }
        all.push(turned);
    }
    all
}

/// Reads bytes as everything; which reader fell over what, if one did.
fn survive(what: &str, bytes: &[u8], copies: usize, only: Option<&str>) -> Vec<String> {
    let mut fallen = Vec::new();
    for (at, copy) in damaged(bytes, copies).iter().enumerate() {
        for (name, _) in READERS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
            if catch_unwind(AssertUnwindSafe(|| read(name, copy))).is_err() {
                fallen.push(format!("{name} over copy {at} of {what}"));
            }
        }
    }
    fallen
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

#[test]
fn every_reader_survives_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut fallen = Vec::new();
    for (name, _) in READERS {
        let mut all = Vec::new();
        files(&corpus.join(name), &mut all);
        assert!(!all.is_empty(), "{name} has no corpus");
        for path in all {
            fallen.extend(survive(&path.display().to_string(), &fs::read(&path).unwrap(), 60, Some(name)));
        }
        let target = corpus.parent().unwrap().join(format!("targets/{name}.rs"));
        assert!(
            fs::read_to_string(&target).unwrap().contains(&format!("\"{name}\"")),
            "{}",
            target.display()
        );
    }
    assert!(fallen.is_empty(), "{fallen:#?}");
}

#[test]
fn every_reader_survives_a_damaged_extract() {
    let extract = Extract {
        bounds: None,
        nodes: vec![
            (
                1,
                -2.2,
                53.5,
                &[("amenity", "cafe"), ("name", "Corner"), ("opening_hours", "Mo-Fr 09:00-17:00")],
            ),
            (2, -2.19, 53.5, &[]),
            (3, -2.19, 53.51, &[("barrier", "gate")]),
            (4, -2.2, 53.51, &[]),
        ],
        ways: vec![
            (10, vec![1, 2, 3, 4, 1], &[("leisure", "park"), ("name", "Green")]),
            (11, vec![1, 2, 3], &[("highway", "residential"), ("oneway", "yes")]),
            (12, vec![3, 4, 1], &[("highway", "steps"), ("layer", "1")]),
        ],
        relations: vec![(
            20,
            vec![(10, "outer")],
            &[("type", "multipolygon"), ("leisure", "garden"), ("name", "Walled")],
        )],
    }
    .bytes();
    let fallen: Vec<String> = ["assets", "streets", "events"]
        .iter()
        .flat_map(|name| survive("an extract", &extract, 400, Some(name)))
        .collect();
    assert!(fallen.is_empty(), "{fallen:#?}");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn every_reader_survives_the_fixtures() {
    let bed = test_bed();
    let mut all = Vec::new();
    files(&bed.join("formats"), &mut all);
    let all: Vec<_> =
        all.into_iter().filter(|p| p.extension().is_some_and(|e| e == "json" || e == "csv")).collect();
    assert!(all.len() > 80, "{} fixtures", all.len());
    let fallen: Vec<String> = all
        .iter()
        .flat_map(|path| survive(&path.display().to_string(), &fs::read(path).unwrap(), 12, Some("assets")))
        .collect();
    assert!(fallen.is_empty(), "{fallen:#?}");
}
