//! Extracts that are not what they should be.

use hereabouts_streets::osm::pbf;
use hereabouts_streets::{WalkNetwork, codec};
use hereabouts_tests::pbf::Extract;
use proptest::prelude::*;

fn extract() -> Vec<u8> {
    let mut extract = Extract::default();
    for n in 0..30_i64 {
        let kerb: &[(&str, &str)] = if n % 7 == 0 { &[("kerb", "raised")] } else { &[] };
        extract.nodes.push((n + 1, 2.3 + (n % 6) as f64 * 0.001, 54.7 + (n / 6) as f64 * 0.001, kerb));
    }
    for row in 0..5_i64 {
        let tags: &[(&str, &str)] =
            if row == 2 { &[("highway", "steps")] } else { &[("highway", "footway"), ("layer", "1")] };
        extract.ways.push((row + 1, (1..=6).map(|n| row * 6 + n).collect(), tags));
    }
    extract.bytes()
}

/// Whatever is read makes a network, and is kept as it is.
fn holds(bytes: &[u8]) {
    if let Ok(read) = pbf::read(&[bytes]) {
        let _ = WalkNetwork::new(&read.lines);
        assert_eq!(codec::decode(&codec::encode(&read.lines)), Ok(read.lines));
    }
}

#[test]
fn the_extract_is_sound() {
    let read = pbf::read(&[&extract()]).unwrap();
    assert_eq!((read.streets, read.rejected.len()), (5, 0));
    holds(&extract());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_damage_brings_the_reader_down(
        cut in 0.0_f64..1.0, flips in prop::collection::vec((0.0_f64..1.0, 0_u8..8), 0..4),
    ) {
        let mut bytes = extract();
        for (at, bit) in flips {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] ^= 1 << bit;
        }
        holds(&bytes);
        bytes.truncate((cut * bytes.len() as f64) as usize);
        holds(&bytes);
    }
}
