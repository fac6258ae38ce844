//! One figure for each area, and postcodes.

use super::*;
use crate::record::StoredBasis;

#[test]
fn a_code_of_the_wrong_vintage_is_named() {
    let text = "code,people\nE01000001,10\nE01000003,20\nE01999999,5\nE0199999,5\nAll,900\n";
    let read = run(RecordKind::Population, "p.csv", text, "geography = \"lsoa21\"").unwrap();
    assert_eq!(read.records.len(), 1);
    assert_eq!(
        reasons(&read),
        [
            "p.csv:3: code \"E01000003\": not an area of lsoa21; lsoa11 knows it",
            "p.csv:5: code \"E0199999\": not an area of lsoa21 nor of any other geography here",
            "p.csv:6: code \"All\": not an area of lsoa21 nor of any other geography here",
        ]
    );
    // One that is written like an area's is of another place, and no row that went wrong.
    assert!(
        read.notes.contains(&"outside your areas: 1 row, the first of E01999999".to_owned()),
        "{:?}",
        read.notes
    );
    assert_eq!(read.rows, read.landed + read.rejected.len() as u64 + read.left_out);
    // Unsaid, the geography that knows most codes is taken.
    let read = run(RecordKind::Population, "p.csv", "code,people\nE01000001,10\nE01000003,20\n", "").unwrap();
    assert_eq!(read.records.len(), 2);
    assert!(read.notes.iter().any(|n| n.contains("lsoa11")), "{:?}", read.notes);
    assert!(
        run(RecordKind::Population, "p.csv", text, "geography = \"lsoa31\"")
            .unwrap_err()
            .reason
            .contains("lsoa11, lsoa21")
    );
}

#[test]
fn repeated_figures_are_one_and_contradictions_none() {
    let text = "lsoa21_code,total_residents,group\nE01000001,100,a\nE01000001,100,b\nE01000002,50,a\nE01000002,51,b\n";
    let read = run(RecordKind::Population, "p.csv", text, "").unwrap();
    assert_eq!(read.records.len(), 1);
    assert_eq!(
        reasons(&read),
        [
            "p.csv:4: people \"50\": line 5 of p.csv gives the figure of its area otherwise; which is right cannot be known",
            "p.csv:5: people \"51\": line 4 of p.csv gives the figure of its area otherwise; which is right cannot be known",
        ]
    );
    let sexes = "area_code,sex,all_ages\nE01000001,Persons,100\nE01000001,Females,51\nE01000002,Persons,7\n";
    let read = run(RecordKind::Population, "p.csv", sexes, "").unwrap();
    assert_eq!((read.records.len(), read.rejected.len()), (2, 0));
    let halves = "area_code,sex,all_ages\nE01000001,Males,49\nE01000001,Females,51\n";
    assert!(run(RecordKind::Population, "p.csv", halves, "").unwrap_err().reason.contains("for everybody"));
}

#[test]
fn figures_are_found_by_what_they_are() {
    for header in ["Mid-2022: population (all)", "2021", "Total: All usual residents"] {
        let text = format!("mnemonic,{header},long\nE01000001,100,-2.1\nE01000002,50.0,-2.2\n");
        let read = run(RecordKind::Population, "p.csv", &text, "").unwrap();
        assert_eq!((read.records.len(), read.rejected.len()), (2, 0), "{header}");
    }
    assert!(run(RecordKind::Population, "p.csv", "code,2021,2022\nE01000001,1,2\n", "").is_err());
    let deciles = "LSOA code (2021),Income Decile,Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived)\n\
        E01000001,3,7\nE01000009,2,8\n";
    let read = run(RecordKind::Deprivation, "i.csv", deciles, "").unwrap();
    let RecordList::Deprivation(d) = &read.records else { panic!() };
    assert_eq!(d.iter().map(|d| d.decile).collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn deciles_come_as_they_come() {
    let read = run(
        RecordKind::Deprivation,
        "i.csv",
        "lsoa21_code,IMD_decile\nE01000001,9.0\nE01000002,11\nE01000009,\n",
        "",
    )
    .unwrap();
    assert_eq!((read.records.len(), read.rejected.len()), (1, 2));
    let ranks = "lsoa21_code,IMD_rank\nE01000001,1\nE01000002,33755.0\nE01000009,3376\n";
    assert!(run(RecordKind::Deprivation, "i.csv", ranks, "").unwrap_err().reason.contains("areas_ranked"));
    let read = run(RecordKind::Deprivation, "i.csv", ranks, "areas_ranked = 33755").unwrap();
    let RecordList::Deprivation(d) = &read.records else { panic!() };
    assert_eq!(d.iter().map(|d| d.decile).collect::<Vec<_>>(), [1, 10, 2]);
}

#[test]
fn demand_rows_are_checked_one_by_one() {
    let text = "lsoa21_code,need,quarter,referrals,no_match\n\
        E01000001,food,2025-Q4,5,1\nE01000001,food,2025-Q4,5,1\nE01000001,fod,2025-Q4,5,1\nE01000001,food,soon,5,1\n\
        E01000001,food,2025-Q3,-5,1\nE01000001,food,2025-Q2,5,6\nE01000001,food,2025-Q1,,6\nE01000003,food,2025-Q1,1,\n\
        E01000002,food,2025-Q4,5,1\nE01000002,food,2025-Q4,6,1\n";
    let read = run(RecordKind::Demand, "d.csv", text, "geography = \"lsoa21\"").unwrap();
    assert_eq!(read.records.len(), 2);
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(
        fields,
        [
            (3, "referrals"),
            (4, "need"),
            (5, "quarter"),
            (6, "referrals"),
            (7, "no_match"),
            (9, "code"),
            (10, "referrals"),
            (11, "referrals")
        ]
    );
    let RecordList::Demand(d) = &read.records else { panic!() };
    // An empty count is unknown, and no fault.
    assert_eq!((d[0].quarter.as_str(), d[0].unknown), ("2025-Q1", true));
    assert_eq!((d[1].basis, d[1].no_match), (StoredBasis::Unprotected, Some(1.0)));
}

#[test]
fn a_nations_demand_is_read_for_one_place() {
    let rows: String = (10..90).map(|nth| format!("E010990{nth},food,2025-Q4,{nth}\n")).collect();
    let text = format!("code,need,quarter,referrals\n{rows}E01000001,food,2025-Q4,3\nE0109,food,2025-Q4,1\n");
    let read = run(RecordKind::Demand, "d.csv", &text, "").unwrap();
    assert_eq!((read.records.len(), read.left_out), (1, 80), "{:?}", reasons(&read));
    assert!(read.notes.contains(&"outside your areas: 80 rows, the first of E01099010".to_owned()));
    // What is not written as codes are here is a slip.
    let slips: Vec<&str> = read.rejected.iter().map(|row| row.value.as_str()).collect();
    assert_eq!(slips, ["E0109"]);
}

#[test]
fn needs_are_known_by_label_and_by_the_maps_words() {
    let text =
        "lsoa21_code,need,quarter,referrals\nE01000001,Loneliness,2025-Q4,5\nE01000001,Other,2025-Q4,5\n";
    let map = "[values.need]\nloneliness = \"social-connection\"\n\"*\" = \"\"";
    let read = run(RecordKind::Demand, "d.csv", text, map).unwrap();
    assert_eq!((read.records.len(), read.rejected.len(), read.left_out), (1, 0, 1));
}

#[test]
fn postcodes_alive_and_placed() {
    let text = "Postcode,lat,long,doterm\nBA100AA,51.1,-2.3,\nba10 0aa,51.1,-2.3,\nBA1 0AB,51.3,-2.3,201901\nBA1 0AC,,,\nBA1 0AD,0,0,\nBA1 0AE,151,2,\n";
    let read = run(RecordKind::Postcodes, "p.csv", text, "").unwrap();
    let RecordList::Postcodes(p) = &read.records else { panic!() };
    assert_eq!(p.iter().map(|p| p.postcode.as_str()).collect::<Vec<_>>(), ["BA10 0AA"]);
    assert_eq!(read.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), [5, 6, 7]);
    assert!(read.notes.iter().any(|n| n.starts_with("1 terminated")));
}

#[test]
fn rows_of_persons_are_not_demand() {
    let text = "NHS Number,lsoa21_code,need,quarter,referrals\n9990000000,E01000001,food,2025-Q4,1\n";
    let refused = run(RecordKind::Demand, "d.csv", text, "").unwrap_err();
    assert!(refused.reason.contains("\"NHS Number\"") && !refused.reason.contains("9990000000"), "{refused}");
}

#[test]
fn quarters_are_read_as_the_map_says() {
    let text =
        "lsoa21_code,need,year,quarter,referrals\nE01000001,food,2025/26,Q1,4\nE01000001,food,2025/26,Q4,5\n";
    let quarters = |map: &str| {
        let read = run(RecordKind::Demand, "d.csv", text, map).unwrap();
        let RecordList::Demand(d) = &read.records else { panic!() };
        (d.iter().map(|d| d.quarter.clone()).collect::<Vec<_>>(), reasons(&read))
    };
    assert_eq!(quarters("period = \"financial\"").0, ["2025-Q2", "2026-Q1"]);
    let (none, why) = quarters("");
    assert!(none.is_empty() && why[0].contains("period = \"financial\""), "{why:?}");
}

#[test]
fn demand_may_be_given_by_cell() {
    let cell = |resolution| {
        let place = hereabouts_core::place::Place::new(-2.2, 53.5).unwrap();
        let resolution = hereabouts_core::cell::CellResolution::new(resolution).unwrap();
        hereabouts_core::cell::cell_of(place, resolution).unwrap().to_string()
    };
    let (here, larger) = (cell(9), cell(8));
    let text = format!(
        "h3_index,need,quarter,referrals\n{here},food,2025-Q4,5\n{},housing,2025-Q4,4\n\
         12,food,2025-Q4,5\n89283082803ffff,food,2025-Q4,5\n{here},food,2025-Q4,5\n",
        here.to_uppercase()
    );
    let read = run(RecordKind::Demand, "d.csv", &text, "").unwrap();
    let RecordList::Demand(d) = &read.records else { panic!() };
    let rejected: Vec<(&str, &str, &str)> =
        d.iter().map(|d| (d.geography.as_str(), d.code.as_str(), d.need.as_str())).collect();
    assert_eq!(
        rejected,
        [("h3", here.as_str(), "food"), ("h3", here.as_str(), "housing")],
        "{:?}",
        reasons(&read)
    );
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(fields, [(4, "cell"), (6, "referrals")]);
    assert_eq!(read.left_out, 1, "San Francisco");
    assert!(read.notes.contains(&"outside your areas: 1 row, the first of 89283082803ffff".to_owned()));
    let two = format!("cell,need,quarter,referrals\n{here},food,2025-Q4,5\n{larger},food,2025-Q4,5\n");
    assert!(
        run(RecordKind::Demand, "d.csv", &two, "")
            .unwrap_err()
            .reason
            .starts_with("cells of resolutions 8, 9;")
    );
    let areas = collection(SQUARE);
    assert!(
        run(RecordKind::Neighbourhoods, "b.geojson", &areas, "geography = \"h3\"")
            .unwrap_err()
            .reason
            .contains("kept for cells")
    );
}
