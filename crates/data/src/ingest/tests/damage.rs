//! Bytes that no person wrote.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in Kind::ALL {
            let _ = import(kind, &[File { name: "x", bytes: &bytes }], &Map::default(), known());
        }
    }

    #[test]
    fn no_damage_brings_it_down(at in 0..600_usize, to in any::<u8>(), cut in 0..600_usize) {
        let csv = "id,name,need,lon,lat,places_per_session,rrule\n1,Knit,social-connection,-2.2,53.5,12,FREQ=WEEKLY;BYDAY=TU\n";
        let geojson = collection(&[SQUARE, BOW_TIE].join(","));
        for text in [csv.as_bytes(), geojson.as_bytes()] {
            let mut bytes = text.to_vec();
            let n = bytes.len();
            bytes[at % n] = to;
            bytes.truncate(cut.max(1).min(n));
            for kind in Kind::ALL {
                let _ = import(kind, &[File { name: "x", bytes: &bytes }], &Map::default(), known());
            }
        }
    }

    #[test]
    fn rows_in_any_order_are_the_same_records(order in Just((0..20).collect::<Vec<u32>>()).prop_shuffle()) {
        let table = |order: &[u32]| {
            let rows: String = order.iter().map(|i| format!("Hall {i},community-centre,-2.{i:02},53.5\n")).collect();
            run(Kind::Assets, "x.csv", &format!("name,kind,lon,lat\n{rows}"), "").unwrap().records
        };
        prop_assert_eq!(table(&order), table(&(0..20).collect::<Vec<u32>>()));
    }
}
