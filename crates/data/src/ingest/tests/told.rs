//! What an import says of what it did not take.

use super::*;

fn notes(kind: RecordKind, text: &str, map: &str) -> Vec<String> {
    run(kind, "given.csv", text, map).unwrap().notes
}

#[test]
fn every_column_that_is_not_read_is_named() {
    let of = |kind, text: &str, map: &str| {
        let told = notes(kind, text, map);
        told.into_iter().find_map(|note| {
            note.split_once("columns that are not read: ").map(|(_, names)| names.to_owned())
        })
    };
    let list = "Charity,USRN,name,kind,lon,lat,Editor,Blank,Monday opening times\n1,2,A,group,-2.2,53.5,x,,10:00-12:00\n";
    assert_eq!(of(RecordKind::Assets, list, "").as_deref(), Some("Charity, USRN, Editor"));
    // A column that the map goes by is read.
    let map = "[[keep]]\ncolumn = \"USRN\"\npresent = true\n[fields]\ndescription = \"Editor\"";
    assert_eq!(of(RecordKind::Assets, list, map).as_deref(), Some("Charity"));
    assert_eq!(of(RecordKind::Assets, "name,kind,lon,lat\nA,group,-2.2,53.5\n", ""), None);
    let tagged = "name,amenity,operator:type,lon,lat\nA,library,public,-2.2,53.5\n";
    assert!(!of(RecordKind::Assets, tagged, "").unwrap_or_default().contains("amenity"));
    let people = "code,population,households\nE01000001,10,4\nE01000002,9,3\n";
    assert_eq!(of(RecordKind::Population, people, "geography = \"lsoa21\"").as_deref(), Some("households"));
    let postcodes = "pcds,lat,long,oa21\nM1 1AA,53.48,-2.24,E00000001\n";
    assert_eq!(of(RecordKind::Postcodes, postcodes, "").as_deref(), Some("oa21"));
}

#[test]
fn areas_that_a_file_leaves_out_are_told() {
    let of = |text: &str| {
        let told = notes(RecordKind::Population, text, "geography = \"lsoa21\"");
        told.into_iter().find(|note| note.starts_with("tells of")).unwrap()
    };
    assert_eq!(
        of("code,people\nE01000001,10\n"),
        "tells of 1 of 3 areas of lsoa21; it leaves out E01000002, E01000009"
    );
    let all = "code,people\nE01000001,10\nE01000002,9\nE01000009,8\n";
    assert_eq!(of(all), "tells of 3 of 3 areas of lsoa21");
}

#[test]
fn what_is_listed_twice_in_one_list_is_told() {
    let text = "id,name,kind,lon,lat,phone\n1,Knit and Natter,group,-2.2,53.5,01632 960001\n\
        2,Knit & Natter Group,group,-2.2,53.5,01632 960001\n3,Choir,group,-2.2,53.5,01632 960001\n";
    let told = notes(RecordKind::Assets, text, "");
    let twice = told.iter().find(|note| note.starts_with("listed twice")).unwrap();
    assert!(twice.contains("1 pair") && twice.contains("(1)") && twice.contains("(2)"), "{twice}");
    let once =
        notes(RecordKind::Assets, "id,name,kind,lon,lat\n1,A,group,-2.2,53.5\n2,B,group,-2.2,53.5\n", "");
    assert!(!once.iter().any(|note| note.starts_with("listed twice")), "{once:?}");
}

#[test]
fn deciles_of_something_else_are_refused_by_name() {
    let read = |header: &str, map: &str| {
        let text = format!("code,{header}\nE01000001,1\nE01000002,2\n");
        run(RecordKind::Deprivation, "d.csv", &text, &format!("geography = \"lsoa21\"\n{map}"))
    };
    for header in [
        "Loneliness decile",
        "loneliness_decile",
        "Income Decile",
        "Health decile (where 1 is worst)",
        "Decile of isolation",
        "IMD decile (10 = most deprived)",
        "Decile (where 10 is the most deprived)",
    ] {
        let why = read(header, "").unwrap_err().reason;
        assert!(why.contains(&format!("{header:?}")) && why.contains("fields.decile"), "{header}: {why}");
        // Whoever knows better says so.
        assert!(read(header, &format!("[fields]\ndecile = {header:?}")).is_ok(), "{header}");
    }
    for header in [
        "decile",
        "IMD_decile",
        "IMDDecil",
        "Index of Multiple Deprivation (IMD) Decile",
        "\"Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)\"",
        "imd_2019_decile",
        "WIMD 2019 overall decile",
    ] {
        assert!(read(header, "").is_ok(), "{header}: {:?}", read(header, "").err());
    }
}
