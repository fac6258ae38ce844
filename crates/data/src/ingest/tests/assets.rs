//! Listings.

use super::*;
use crate::record::{LocationPrecision, StoredExtent};

#[test]
fn assets_know_their_kind_place_and_capacity() {
    let text = "id,name,need,venue,lon,lat,places_per_session,rrule,opens,closes,cost_gbp,step_free,last_verified\n\
        1,Knit and Natter,social-connection,Hall,-2.2,53.5,12,FREQ=WEEKLY;BYDAY=TU,10:00,12:00,0,yes,2026-01-31\n\
        2,Swapped,food,Hall,53.5,-2.2,,,,,,,\n3,Far,food,Hall,metres,53.5,,,,,,,\n4,Undated,food,Hall,-2.2,53.5,,,,,,limited,31/13/2026\n";
    let read = run(RecordKind::Assets, "groups.csv", text, "").unwrap();
    let a = &assets(&read)[0];
    assert_eq!(
        (a.kind.as_str(), a.needs.as_slice(), a.places),
        ("group", &["social-connection".to_owned()][..], Some(156.0))
    );
    assert_eq!((a.schedule.as_deref(), a.step_free), (Some("Tuesdays 10:00–12:00"), Some(true)));
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(fields, [(3, "lon, lat"), (4, "lon")]);
    assert!(read.rejected[0].reason.contains("swapped"));
    // A listing with an odd date is still there; the date is unknown, and that is told.
    assert_eq!(assets(&read)[1].verified_on, None);
    assert!(
        read.notes.iter().any(|n| n.starts_with("verified_on: 1 not understood") && n.contains("31/13/2026"))
    );
}

#[test]
fn postcodes_place_what_has_no_coordinates() {
    let text = "name,kind,postcode\nHere,library,m11aa\nNowhere,library,M1 1ZZ\n";
    let read = run(RecordKind::Assets, "x.csv", text, "").unwrap();
    assert_eq!((assets(&read)[0].place.unwrap()[0], read.rejected.len()), (-2.24, 1));
    let grid = "name,Easting,Northing\nHere,371787,409269\nFar,651409,313177\nNone,12,\n";
    let read = run(RecordKind::Assets, "libraries.csv", grid, "").unwrap();
    assert!((assets(&read)[0].place.unwrap()[1] - 53.57925).abs() < 1e-4, "{:?}", assets(&read));
    assert_eq!(read.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4]);
    let nowhere = run(RecordKind::Assets, "x.csv", "name,kind\nA,library\n", "").unwrap_err();
    assert!(nowhere.reason.contains("easting and northing, or a postcode"), "{nowhere}");
}

#[test]
fn kinds_come_from_tags_columns_or_the_files_name() {
    let kinds = |name: &str, text: &str| {
        let read = run(RecordKind::Assets, name, text, "").unwrap();
        let all: Vec<String> = assets(&read).iter().map(|a| format!("{} {}", a.name, a.kind)).collect();
        (
            all.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", "),
            read.rejected.len(),
        )
    };
    let tags = "@id,name,amenity,leisure,social_facility,garden:type,lon,lat\n\
        1,A,library,,,,-2.2,53.5\n2,B,social_facility,,food_bank,,-2.2,53.5\n3,C,,garden,,community,-2.2,53.5\n4,D,atm,,,,-2.2,53.5\n";
    assert_eq!(kinds("osm.csv", tags), ("A library, B food-bank, C community-garden".into(), 1));
    let column = "name,site_type,lon,lat\nA,Public Park Or Garden,-2.2,53.5\nB,Play Space,-2.2,53.5\nC,Cemetery,-2.2,53.5\n";
    assert_eq!(kinds("greenspace.csv", column), ("A park, B playground".into(), 1));
    let says_else =
        "name,Type,lon,lat\nA,Church run,-2.2,53.5\nB,Council run,-2.2,53.5\nC,Church,-2.2,53.5\n";
    assert_eq!(
        kinds("community_centres.csv", says_else),
        ("A community-centre, B community-centre, C community-centre".into(), 0)
    );
    assert_eq!(kinds("list.csv", "name,lon,lat\nA,-2.2,53.5\n"), (String::new(), 1));
}

#[test]
fn what_is_closed_is_left_out_and_noted() {
    let text = "Name,Type,Year closed,Status,Longitude,Latitude\nA,Static Library,,Open,-2.2,53.5\n\
        B,Static Library,2012,,-2.2,53.5\nC,Mobile Library,,,-2.2,53.5\nD,Static Library,,Permanently closed,-2.2,53.5\n";
    let read = run(RecordKind::Assets, "list.csv", text, "").unwrap();
    assert_eq!((read.records.len(), read.rejected.len(), read.left_out), (1, 1, 2));
    assert!(read.notes.iter().any(|n| n.starts_with("2 are closed")), "{:?}", read.notes);
}

#[test]
fn ids_repeated_by_merged_registers_are_not_ids() {
    let text = "id,name,kind,lon,lat\n1,Bury Hall,library,-2.2,53.5\n1,Sale Hall,library,-2.3,53.5\n2,Sale Hall,library,-2.3,53.5\n";
    let read = run(RecordKind::Assets, "x.csv", text, "").unwrap();
    assert_eq!(
        (read.records.len(), reasons(&read)),
        (2, vec!["x.csv:4: name \"Sale Hall\": x.csv line 3 is the same".into()])
    );
    // A map that names the column is believed.
    assert_eq!(
        run(RecordKind::Assets, "x.csv", text, "[fields]\nid = \"id\"").unwrap().rejected[0].field,
        "id"
    );
}

#[test]
fn listings_read_as_a_person_would() {
    let text = "pharmacy_name,Address 1,Town,Postcode,Email,Notes,facilities,opening_hours_monday,opening_hours_sunday,lon,lat\n\
        Well,\"1 High St,\",Bolton,BL1 1AA,jo@example.org,x,\"Ask jo@example.org, or call\",09:00-17:00,CLOSED,-2.2,53.5\n";
    let read = run(RecordKind::Assets, "pharmacies.csv", text, "").unwrap();
    let a = &assets(&read)[0];
    assert_eq!((a.name.as_str(), a.address.as_deref()), ("Well", Some("1 High St, Bolton, BL1 1AA")));
    assert_eq!(a.schedule.as_deref(), Some("Mon 09:00-17:00; Sun closed"));
    assert_eq!(a.description.as_deref(), Some("Ask or call"));
    assert!(!format!("{a:?}").contains('@'));
    let hubs = "community_hub,lon,lat\nSale,-2.2,53.5\n";
    assert_eq!(assets(&run(RecordKind::Assets, "hubs.csv", hubs, "").unwrap())[0].name, "Sale");
}

#[test]
fn whom_a_listing_serves_and_where_it_is_met() {
    let text = "name,kind,postcode,service area,where\n\
        Befrienders,group,,M1; M8 4,\n\
        Helpline,group,,online,\n\
        Choir,group,M1 1AA,within 2 km,\n\
        Nowhere,group,,,\n\
        Lost,group,M1 1AA,Narnia,\n\
        Gone,group,,Narnia,\n";
    let read = run(RecordKind::Assets, "x.csv", text, "[fields]\nwhere = \"where\"\n").unwrap();
    let found = |name: &str| assets(&read).iter().find(|a| a.name == name).unwrap();
    assert_eq!(found("Befrienders").place, None);
    assert_eq!(found("Helpline").service_area, [StoredExtent::Online]);
    assert!(matches!(found("Choir").service_area[..], [StoredExtent::Circle { metres: 2000.0, .. }]));
    let rejected: Vec<_> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(rejected, [(5, "geometry"), (7, "service_area")]);
    assert!(found("Lost").service_area.is_empty(), "who comes to its place is served there");
    assert!(read.notes.iter().any(|note| note.starts_with("service_area: 1 not understood")));
}

#[test]
fn a_refuge_is_hidden_whatever_the_file_says() {
    let text = "name,kind,lon,lat,address,description,where\n\
        Safe house,refuge,-2.24321,53.48012,1 Quiet Lane,Ring at 1 Quiet Lane,exact\n\
        Lunch club,group,-2.24321,53.48012,2 Open Lane,,area\n";
    let read = run(RecordKind::Assets, "x.csv", text, "[fields]\nwhere = \"where\"\n").unwrap();
    let stored = format!("{:?}", assets(&read));
    assert!(!stored.contains("Lane") && !stored.contains("2.24321"), "{stored}");
    let read_as: Vec<_> =
        assets(&read).iter().map(|a| (a.name.as_str(), a.location_precision, a.place.is_some())).collect();
    assert!(read_as.contains(&("Safe house", LocationPrecision::Hidden, false)), "{read_as:?}");
    assert!(read_as.contains(&("Lunch club", LocationPrecision::Area, true)), "{read_as:?}");
}

#[test]
fn a_column_that_asks_to_hide_is_heeded_or_the_file_refused() {
    let list = |header: &str, word: &str| {
        format!(
            "id,name,kind,lat,lon,{header},eligibility,schedule,website,phone\n\
             424242,Made-up Refuge,group,54.701,2.305,{word},Women; meet at 12 Made-up Lane,\
             Mondays 10:00-12:00 at 12 Made-up Lane,https://example.org/made-up-lane,0161 496 0000\n\
             7,Open Group,group,54.702,2.306,,,,,\n"
        )
    };
    for header in ["where", "Location precision", "visibility"] {
        for word in ["hidden", "Hidden"] {
            let read = run(RecordKind::Assets, "x.csv", &list(header, word), "").unwrap();
            let refuge = assets(&read).iter().find(|a| a.name == "Made-up Refuge").unwrap();
            let stored = format!("{refuge:?}");
            assert_eq!(refuge.location_precision, LocationPrecision::Hidden, "{header} {word}");
            for told in ["54.7", "2.305", "Lane", "lane", "424242", "Mondays", "10:00"] {
                assert!(!stored.contains(told), "{told}: {stored}");
            }
            assert!(refuge.phone.is_some() && refuge.source_id.starts_with("hidden-"), "{stored}");
            let open = assets(&read).iter().find(|a| a.name == "Open Group").unwrap();
            assert_eq!((open.source_id.as_str(), open.place.is_some()), ("7", true));
        }
        for word in ["secret", "confidential"] {
            let refused = run(RecordKind::Assets, "x.csv", &list(header, word), "").unwrap_err().reason;
            assert!(refused.contains("asks to hide") && refused.contains(word), "{refused}");
        }
        let mixed = list(header, "hidden").replace("54.702,2.306,,", "54.702,2.306,near the church,");
        assert!(run(RecordKind::Assets, "x.csv", &mixed, "").is_err(), "{header}");
        let other = run(RecordKind::Assets, "x.csv", &list(header, "near the church"), "").unwrap();
        assert!(assets(&other).iter().all(|a| a.place.is_some()), "a column of places is no wish to hide");
    }
}

#[test]
fn the_id_of_a_hidden_place_follows_from_its_name_alone() {
    let id = |id: &str, lat: &str| {
        let text = format!(
            "id,name,kind,lat,lon,where\n{id},Made-up Refuge,group,{lat},2.305,hidden\n9,B,group,54.7,2.3,exact\n"
        );
        let read = run(RecordKind::Assets, "x.csv", &text, "").unwrap();
        assets(&read).iter().find(|a| a.name == "Made-up Refuge").unwrap().source_id.clone()
    };
    assert_eq!(id("node/1", "54.701"), id("node/2", "54.799"));
}

#[test]
fn a_list_that_leaves_areas_out_is_noted() {
    let square = |west: f64| {
        let (south, side) = (53.4, 0.1);
        geo::Rect::new((west, south), (west + side, south + side)).to_polygon().into()
    };
    let largest = vec![("WEST".to_owned(), square(-2.3)), ("EAST".to_owned(), square(-2.2))];
    let known = KnownReferences { largest, ..known().clone() };
    let told = |text: &str, map: &str| {
        let file = SourceFile { name: "libraries.csv", bytes: text.as_bytes() };
        let read = import(RecordKind::Assets, &[file], &ImportMap::parse(map).unwrap(), &known).unwrap();
        let notes =
            read.notes.into_iter().filter(|n| n.contains("where it looks") || n.starts_with("covers "));
        notes.collect::<Vec<_>>()
    };
    let row = |at: u32| format!("Library {at},-2.2{},53.45\n", 10 + at);
    let west = format!("name,lon,lat\n{}", (0..10).map(row).collect::<String>());
    let [note] = &told(&west, "")[..] else { panic!("one note") };
    assert!(note.starts_with("nobody says where it looks"), "{note}");
    assert!(note.contains("nothing of it stands in 1 of 2 areas (EAST)"), "{note}");
    let [note] = &told(&format!("{west}Library,-2.15,53.45\n"), "")[..] else { panic!("one note") };
    assert!(
        note.starts_with("nobody says where it looks") && !note.contains("nothing of it stands"),
        "{note}"
    );
    // Who says where a list looks is not told what to say.
    let [note] = &told(&west, "covers = \"nation\"")[..] else { panic!("one note") };
    assert!(note.starts_with("covers ") && !note.contains("nobody says"), "{note}");
}

#[test]
fn the_column_of_ids_is_one_whose_values_differ() {
    let ids = |text: &str| {
        let read = run(RecordKind::Assets, "x.csv", text, "").unwrap();
        assets(&read).iter().map(|asset| asset.source_id.clone()).collect::<Vec<_>>()
    };
    let rows = |header: &str| {
        format!("{header},name,kind,lon,lat\nA1,101,Hall,library,-2.2,53.5\nA1,102,Inn,library,-2.2,53.5\n")
    };
    assert_eq!(ids(&rows("ref,osm_id")), ["101", "102"]);
    assert_eq!(ids(&rows("id,reference")), ["101", "102"]);
    assert_eq!(
        ids(&rows("ref,other")).iter().map(String::len).collect::<Vec<_>>(),
        [16, 16],
        "made of what they are"
    );
}

#[test]
fn openstreetmap_reads_alike_in_every_table() {
    let tags = |more: &str| {
        format!(r#""osm_id":"11","name":"Made-up Bank","other_tags":{}"#, serde_json::Value::from(more))
    };
    let gdal = |more: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{{}}},"geometry":{{"type":"Point","coordinates":[-2.2,53.5]}}}}"#,
            tags(more)
        )
    };
    let file = collection(
        &[
            gdal(r#""amenity"=>"library","opening_hours"=>"Tu 10:00-12:00","wheelchair"=>"yes","phone"=>"+44 161 496 0000""#),
            gdal(r#""railway"=>"switch""#),
            gdal(r#""amenity"=>"library","access"=>"private""#),
            gdal(r#""amenity"=>"library","end_date"=>"2020""#),
        ]
        .join(","),
    );
    let read = run(RecordKind::Assets, "points.geojson", &file, "as_of = \"2026-06-01\"").unwrap();
    let [one] = assets(&read) else { panic!("{:?}", read.notes) };
    assert_eq!((one.source_id.as_str(), one.kind.as_str(), one.step_free), ("n11", "library", Some(true)));
    assert!(one.timetable.is_some() && one.phone.as_deref() == Some("+44 161 496 0000"));
    assert_eq!((read.rejected.len(), read.left_out, read.rows), (0, 3, 4));
    let overpass = r#"{"type":"Feature","id":"way/2","properties":{"@id":"way/2","amenity":"library","name":"B"},"geometry":{"type":"Point","coordinates":[-2.2,53.5]}}"#;
    let shop = overpass.replace("way/2", "node/3").replace("\"amenity\":\"library\"", "\"shop\":\"bakery\"");
    let read = run(RecordKind::Assets, "x.geojson", &collection(&format!("{overpass},{shop}")), "").unwrap();
    assert_eq!(assets(&read).iter().map(|a| a.source_id.as_str()).collect::<Vec<_>>(), ["w2"]);
    assert_eq!((read.rejected.len(), read.left_out), (0, 1));
}

#[test]
fn what_is_closed_by_any_word_is_not_listed_and_an_unknown_word_is_told() {
    let text = "id,name,kind,lon,lat,status,opening_hours,last_verified\n\
        1,A,library,-2.2,53.5,Active,Mo-Fr 09:00-17:00,2062-01-01\n\
        2,B,library,-2.2,53.5,dissolved,,\n\
        3,C (closed),library,-2.2,53.5,,,\n\
        4,D,library,-2.2,53.5,CLOSED - moved online,,\n\
        5,E,library,-2.2,53.5,freehold,\"\"\"closed for refurbishment\"\"\",\n\
        6,F,library,-2.2,53.5,,Mo-Fr \"by appointment\",2026-06-02\n";
    let read = run(RecordKind::Assets, "x.csv", text, "as_of = \"2026-06-01\"").unwrap();
    let told = read.notes.join("\n");
    let names: Vec<&str> = assets(&read).iter().map(|a| a.name.as_str()).collect();
    assert_eq!((names, read.left_out), (vec!["A", "E", "F"], 3), "{told}");
    let [a, e, f] = assets(&read) else { panic!("{told}") };
    assert!(a.timetable.is_some() && a.verified_on.is_none(), "a day that has not been is no evidence");
    assert_eq!((e.timetable.is_none(), e.places), (true, Some(0.0)), "closed for now");
    assert_eq!(
        (f.timetable.is_none(), f.places, f.verified_on.is_some()),
        (true, None, true),
        "hours that are not known"
    );
    assert_eq!(f.schedule.as_deref(), Some("Mo-Fr \"by appointment\""));
    for what in ["status: 1 not understood", "schedule: 2 not understood", "verified_on: 1 not understood"] {
        assert!(told.contains(what), "{what} in {told}");
    }
}
