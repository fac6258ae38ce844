//! Bytes that no person wrote, and rows in any order.

use super::*;
use crate::place_file::PlaceFile;
use proptest::prelude::*;

const POPULATION: &str = "lsoa21_code,sex,population\nE01000001,Persons,\"1,000\"\nE01000002,Persons,9.0\n";
const DEPRIVATION: &str = "LSOA code,IMD decile\r\nE01000001,3.0\r\nE01000009,10\r\n";
const POSTCODES: &str = "Postcode;lat;long;doterm\nM11AA;53.48;-2.24;\nM1 1AB;53.47;-2.23;202001\n";
const ASSETS: &str = "id,name,need,lon,lat,places_per_session,rrule\n1,Knit,social-connection,-2.2,53.5,12,FREQ=WEEKLY;BYDAY=TU\n2,Walk,food,-2.1,53.4,,\n";
const DEMAND: &str =
    "lsoa21_code,need,quarter,referrals,no_match\nE01000001,food,2025-Q4,9,1\nE01000002,housing,Q3 2025,4,\n";
const MONTHS: &str = "code,need,month,practice,referrals\nE01000001,food,2026-07,A,<5\nE01000001,food,Aug 2026,B,0\nTotal,food,2026-07,,4\nE01000002,Dancing,2026-W30,A,*\n";
const WIDE: &str =
    "Referrals Q3 2026,,\n,,\nlsoa21_code,Food,Housing\nE01000001,3,<5\nE01000002,,0\nTotal,3,4\n";
const STREETS: &str = r#"{"type":"Feature","properties":{"classifica":"Minor Road"},"geometry":{"type":"LineString","coordinates":[[-2.2,53.5],[-2.21,53.5],[-2.21,53.51]]}},
{"type":"Feature","properties":{"highway":"steps"},"geometry":{"type":"MultiLineString","coordinates":[[[-2.2,53.5],[-2.2,53.51]],[[-2.21,53.5],[-2.2,53.51]]]}},
{"type":"Feature","properties":{"classifica":"Motorway"},"geometry":{"type":"LineString","coordinates":[[-2.2,53.5],[-2.3,53.5]]}}"#;
const MAP: &str = "source = \"s\"\ngeography = \"lsoa21\"\nperiod = \"%d/%m/%Y\"\n[fields]\nname = \"Name\"\n[values.kind]\n\"A\" = \"park\"\n\"*\" = \"\"\n[[drop]]\ncolumn = \"x\"\nis = [\"y\"]\n";

fn samples() -> Vec<(RecordKind, String)> {
    vec![
        (RecordKind::Neighbourhoods, collection(&[SQUARE, BOW_TIE].join(","))),
        (RecordKind::Population, POPULATION.into()),
        (RecordKind::Deprivation, DEPRIVATION.into()),
        (RecordKind::Postcodes, POSTCODES.into()),
        (RecordKind::Assets, ASSETS.into()),
        (RecordKind::Demand, DEMAND.into()),
        (RecordKind::Demand, MONTHS.into()),
        (RecordKind::Demand, WIDE.into()),
        (RecordKind::Grants, super::grants::CSV.into()),
        (RecordKind::Grants, super::grants::JSON.into()),
        (RecordKind::Events, super::events::CALENDAR.into()),
        (RecordKind::Streets, collection(STREETS)),
    ]
}

/// Every row landed, was rejected with a reason or is told as left out.
fn accounted(read: &ImportedRecords) -> bool {
    read.landed + read.rejected.len() as u64 + read.left_out == read.rows
        && read.rejected.iter().all(|r| !r.reason.is_empty() && !r.file.is_empty())
}

fn damaged(text: &str, at: usize, to: u8, cut: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let n = bytes.len();
    bytes[at % n] = to;
    bytes.truncate(1 + cut % n);
    bytes
}

#[test]
fn the_samples_are_sound() {
    for (kind, text) in samples() {
        let read = run(kind, "x", &text, "").unwrap();
        assert!(!read.records.is_empty() && accounted(&read), "{kind}: {read:?}");
    }
    assert!(ImportMap::parse(MAP).is_ok());
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in RecordKind::ALL {
            if let Ok(read) = import(kind, &[SourceFile { name: "x", bytes: &bytes }], &ImportMap::default(), known()) {
                prop_assert!(accounted(&read), "{:?}", read);
            }
        }
    }

    #[test]
    fn no_damage_brings_it_down(at in any::<usize>(), to in any::<u8>(), cut in any::<usize>()) {
        for (_, text) in samples() {
            let bytes = damaged(&text, at, to, cut);
            for kind in RecordKind::ALL {
                if let Ok(read) = import(kind, &[SourceFile { name: "x", bytes: &bytes }], &ImportMap::default(), known()) {
                    prop_assert!(accounted(&read), "{:?}", read);
                }
            }
        }
    }

    #[test]
    fn no_map_brings_it_down(at in 0..MAP.len(), to in 32_u8..127) {
        let bytes = damaged(MAP, at, to, MAP.len() - 1);
        let text = String::from_utf8_lossy(&bytes);
        let _ = PlaceFile::parse(&text);
        if let Ok(map) = ImportMap::parse(&text) {
            for (kind, sample) in samples() {
                let _ = import(kind, &[SourceFile { name: "x", bytes: sample.as_bytes() }], &map, known());
            }
        }
    }

    #[test]
    fn rows_in_any_order_are_the_same_records(order in Just((0..20).collect::<Vec<u32>>()).prop_shuffle()) {
        let assets = |order: &[u32]| {
            let row = |i: &u32| format!("Hall {},community-centre,-2.{:02},53.5,{}\n", i / 3, i / 2, i % 2 * 9);
            let rows: String = order.iter().map(row).collect();
            let map = "merge_within_m = 900";
            run(RecordKind::Assets, "x.csv", &format!("name,kind,lon,lat,places\n{rows}"), map).unwrap().records
        };
        let demand = |order: &[u32]| {
            let row = |i: &u32| format!("E0100000{},food,202{}-Q1,{i}\n", 1 + i % 2, i / 2 % 7);
            let rows: String = order.iter().map(row).collect();
            run(RecordKind::Demand, "x.csv", &format!("code,need,quarter,referrals\n{rows}"), "").unwrap().records
        };
        let postcodes = |order: &[u32]| {
            let row = |i: &u32| format!("M1 1A{},-2.{:02},53.5\n", char::from(b'A' + (i / 2) as u8), i / 3);
            let rows: String = order.iter().map(row).collect();
            run(RecordKind::Postcodes, "x.csv", &format!("postcode,lon,lat\n{rows}"), "").unwrap().records
        };
        let areas = |order: &[u32]| {
            let feature = |i: &u32| SQUARE.replace("0.01", &format!("0.0{}", 1 + i / 3)).replace("01000001", &format!("010000{:02}", i / 2));
            let features: Vec<String> = order.iter().map(feature).collect();
            run(RecordKind::Neighbourhoods, "x.geojson", &collection(&features.join(",")), "fields = { code = \"LSOA21CD\" }").unwrap().records
        };
        let sorted: Vec<u32> = (0..20).collect();
        prop_assert_eq!(assets(&order), assets(&sorted));
        prop_assert_eq!(demand(&order), demand(&sorted));
        prop_assert_eq!(postcodes(&order), postcodes(&sorted));
        prop_assert_eq!(areas(&order), areas(&sorted));
    }
}
