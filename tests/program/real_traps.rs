//! What real files do: each trap that the two places are known to hold.

use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{FileError, ImportedRecords, KnownReferences, SourceFile, import};
use hereabouts_data::record::{
    AreaRecord, AssetRecord, GrantPrecision, PostcodeRecord, RecordKind, RecordList,
};
use hereabouts_data::tables::Tables;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

struct Bed {
    folder: PathBuf,
    known: KnownReferences,
}

impl Bed {
    fn open() -> Self {
        let tables = Tables::built_in().unwrap();
        let known = KnownReferences {
            needs: tables.need_words,
            kinds: tables.kind_words,
            ..KnownReferences::default()
        };
        Self { folder: hereabouts_tests::test_bed(), known }
    }

    fn try_read(&self, kind: RecordKind, file: &str, map: &str) -> Result<ImportedRecords, FileError> {
        let bytes = std::fs::read(self.folder.join(file)).unwrap();
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        import(kind, &[SourceFile { name, bytes: &bytes }], &ImportMap::parse(map).unwrap(), &self.known)
    }

    /// Imports a file and holds it to the law that no row disappears.
    fn read(&self, kind: RecordKind, file: &str, map: &str) -> ImportedRecords {
        let read = self.try_read(kind, file, map).unwrap();
        let told = read.landed + read.rejected.len() as u64 + read.left_out;
        assert_eq!(told, read.rows, "{file}: {:?}", read.notes);
        assert!(read.rejected.iter().all(|r| r.line > 0 && !r.reason.is_empty()), "{file}");
        read
    }

    /// The districts of Greater Manchester, as the largest areas that a list may cover.
    fn districts(&mut self) -> Vec<(String, geo::MultiPolygon<f64>)> {
        let file = format!("{GM}/boundaries/local_authority_2023_gm_local_authority_generalised.geojson");
        let ring = |ring: Vec<[f64; 2]>| geo::LineString::from_iter(ring);
        let polygon = |rings: Vec<Vec<[f64; 2]>>| {
            let mut rings = rings.into_iter().map(ring);
            geo::Polygon::new(rings.next().unwrap(), rings.collect())
        };
        let areas = self.neighbourhoods(&file).into_iter();
        self.known.largest =
            areas.map(|area| (area.code, area.polygons.into_iter().map(polygon).collect())).collect();
        assert_eq!(self.known.largest.len(), 10);
        self.known.largest.clone()
    }

    /// Imports boundaries, which later imports are then checked against.
    fn neighbourhoods(&mut self, file: &str) -> Vec<AreaRecord> {
        let RecordList::Neighbourhoods(areas) = self.read(RecordKind::Neighbourhoods, file, "").records
        else {
            panic!("{file}")
        };
        for area in &areas {
            self.known.areas.entry(area.geography.clone()).or_default().insert(area.code.clone());
        }
        areas
    }
}

fn assets(read: &ImportedRecords) -> &[AssetRecord] {
    let RecordList::Assets(assets) = &read.records else { panic!() };
    assets
}

fn postcodes(read: &ImportedRecords) -> &[PostcodeRecord] {
    let RecordList::Postcodes(postcodes) = &read.records else { panic!() };
    postcodes
}

const GM: &str = "greater_manchester";

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_district_code_one_digit_short_misplaces_nobody() {
    let bed = Bed::open();
    // Listings are placed by where they are; 489 dentists carry a code that no district has.
    let read = bed.read(RecordKind::Assets, &format!("{GM}/assets/gm_dentists.geojson"), "");
    assert_eq!(read.rows, 539);
    assert!(read.rejected.iter().all(|r| r.reason.contains("is the same")), "{:?}", read.rejected);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn one_hospital_is_many_buildings_and_one_place_many_practices() {
    let bed = Bed::open();
    let file = format!("{GM}/assets/gm_hospitals.geojson");
    assert_eq!(bed.read(RecordKind::Assets, &file, "").records.len(), 449);
    let read = bed.read(RecordKind::Assets, &file, "merge_within_m = 400");
    let names: BTreeSet<&str> = assets(&read).iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names.len(), 36);
    assert!((36..=50).contains(&read.records.len()), "{}", read.records.len());
    // Practices that share a building stay apart.
    let read = bed.read(RecordKind::Assets, &format!("{GM}/assets/gm_pharmacies.geojson"), "");
    assert_eq!((read.records.len(), read.rejected.len()), (630, 1));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn closed_archive_and_mobile_libraries_are_not_libraries() {
    let bed = Bed::open();
    let read = bed.read(RecordKind::Assets, &format!("{GM}/libraries/libraries_england_2023.csv"), "");
    assert!(read.notes.iter().any(|n| n.starts_with("37 are closed")), "{:?}", read.notes);
    let kinds: BTreeSet<&str> = read.rejected.iter().map(|r| r.value.as_str()).collect();
    assert_eq!(kinds, ["Archive", "Static Local History Library"].into());
    assert!(assets(&read).iter().all(|a| a.kind == "library"));
    let bath = bed.read(RecordKind::Assets, "bath/libraries/libraries_england_2023.csv", "");
    assert_eq!((bath.rows, bath.records.len(), bath.left_out, bath.rejected.len()), (17, 14, 1, 2));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn postcodes_without_coordinates_or_space() {
    let bed = Bed::open();
    let manchester = bed.read(RecordKind::Postcodes, &format!("{GM}/postcodes/M.csv"), "");
    assert_eq!(manchester.rejected.len(), 348);
    let bath = bed.read(RecordKind::Postcodes, "bath/postcodes/BA.csv", "");
    assert_eq!(bath.rejected.len(), 54);
    for read in [&manchester, &bath] {
        assert!(postcodes(read).iter().all(|p| p.postcode.as_bytes()[p.postcode.len() - 4] == b' '));
    }
    assert!(postcodes(&bath).iter().any(|p| p.postcode == "BA10 0AA"));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn two_vintages_share_most_codes_and_not_all() {
    let mut bed = Bed::open();
    let old = bed.neighbourhoods(&format!("{GM}/boundaries/lsoa_2011_gm_lsoa_generalised.geojson"));
    let new = bed.neighbourhoods(&format!("{GM}/boundaries/lsoa_2021_gm_lsoa_generalised.geojson"));
    assert_eq!((old[0].geography.as_str(), new[0].geography.as_str()), ("lsoa11", "lsoa21"));
    let codes = |areas: &[AreaRecord]| areas.iter().map(|a| a.code.clone()).collect::<BTreeSet<_>>();
    let (old, new) = (codes(&old), codes(&new));
    assert_eq!(
        (old.intersection(&new).count(), old.difference(&new).count(), new.difference(&old).count()),
        (1636, 37, 66)
    );
    // Unsaid, each file finds its own vintage; said wrongly, each stray code is told whose it is.
    let census = format!("{GM}/stats/ethnicity21_lsoa21.csv");
    let read = bed.read(RecordKind::Population, &census, "");
    assert_eq!((read.records.len(), read.rejected.len()), (1702, 0));
    let wrong = bed.read(RecordKind::Population, &census, "geography = \"lsoa11\"");
    assert_eq!((wrong.records.len(), wrong.rejected.len()), (1636, 66 * 5));
    assert!(wrong.rejected.iter().all(|r| r.reason == "not an area of lsoa11; lsoa21 knows it"));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn deciles_with_a_point_and_ranks_without_scores() {
    let mut bed = Bed::open();
    bed.neighbourhoods("bath/boundaries/lsoa11_E06000022.geojson");
    let file = "bath/stats/imd2019_england_lsoa11.csv";
    let RecordList::Deprivation(by_decile) = bed.read(RecordKind::Deprivation, file, "").records else {
        panic!()
    };
    assert_eq!(by_decile.len(), 115);
    // Deciles made of ranks among the country's 32,844 are the published ones.
    let map = "areas_ranked = 32844\n[fields]\nrank = \"IMD_rank\"\n";
    let text = std::fs::read_to_string(bed.folder.join(file)).unwrap().replace("_decile", "_tenth");
    let read = import(
        RecordKind::Deprivation,
        &[SourceFile { name: "imd.csv", bytes: text.as_bytes() }],
        &ImportMap::parse(map).unwrap(),
        &bed.known,
    );
    let RecordList::Deprivation(by_rank) = read.unwrap().records else { panic!() };
    assert_eq!(by_rank, by_decile);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn rings_that_cross_themselves_are_mended_and_told() {
    let mut bed = Bed::open();
    for file in ["lsoa_2011", "lsoa_2021"] {
        let file = format!("{GM}/boundaries/{file}_gm_lsoa_generalised.geojson");
        let read = bed.read(RecordKind::Neighbourhoods, &file, "");
        assert!(
            read.rejected.is_empty() && read.notes.iter().any(|n| n.contains("mended")),
            "{:?}",
            read.notes
        );
    }
    let read = bed.read(
        RecordKind::Assets,
        "bath/assets/os_greenspace_site.geojson",
        "constants = { kind = \"park\" }",
    );
    assert_eq!((read.records.len(), read.rejected.len()), (520, 0));
    assert!(assets(&read).iter().all(|a| a.hectares.is_some_and(|h| h > 0.0)));
    // Coordinates with a height, in one of the layers.
    assert_eq!(bed.neighbourhoods("bath/boundaries/msoa11_E06000022.geojson").len(), 27);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn what_has_no_place_is_told() {
    let mut bed = Bed::open();
    let file = format!("{GM}/grants_360giving/trafford_council_voluntary_sector_grants.csv");
    let refused = bed.try_read(RecordKind::Assets, &file, "constants = { kind = \"charity\" }").unwrap_err();
    assert!(refused.reason.contains("say in the map"), "{refused}");
    let map = "constants = { kind = \"charity\" }\n[fields]\nid = \"Identifier\"\nname = \"Recipient Org:Name\"\npostcode = \"Recipient Org:Postal Code\"\n";
    let known = bed.read(RecordKind::Postcodes, &format!("{GM}/postcodes/trafford_postcodes.csv"), "");
    bed.known.postcodes = postcodes(&known).iter().map(|p| (p.postcode.clone(), (p.lon, p.lat))).collect();
    let read = bed.read(RecordKind::Assets, &file, map);
    let nowhere = read.rejected.iter().filter(|r| r.reason.starts_with("no place")).count();
    assert_eq!((read.rows, nowhere), (555, 544));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_list_of_six_districts_says_nothing_of_the_other_four() {
    let mut bed = Bed::open();
    bed.districts();
    let stations = bed.read(
        RecordKind::Assets,
        &format!("{GM}/assets/gm_polling_stations.geojson"),
        "constants = { kind = \"community-centre\" }",
    );
    assert_eq!(stations.rows, 700);
    let told = stations.notes.iter().find(|n| n.contains("nobody says where it looks"));
    let without = "4 of 10 areas (E08000001, E08000005, E08000006, E08000010)";
    assert!(told.is_some_and(|n| n.contains(without)), "{:?}", stations.notes);
    let pharmacies = bed.read(RecordKind::Assets, &format!("{GM}/assets/gm_pharmacies.geojson"), "");
    assert!(
        !pharmacies.notes.iter().any(|n| n.contains("nothing of it stands in")),
        "{:?}",
        pharmacies.notes
    );
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn coordinates_count_where_the_code_says_another_district() {
    use geo::Contains;
    let mut bed = Bed::open();
    let districts = bed.districts();
    let file = format!("{GM}/assets/gm_greenspace_access_points.geojson");
    let map = "constants = { kind = \"park\" }\nfields = { id = \"area_code\" }";
    // The code of each as its id, so that it stands beside the place that was read.
    let text = std::fs::read_to_string(bed.folder.join(&file)).unwrap();
    let mut collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (at, feature) in collection["features"].as_array_mut().unwrap().iter_mut().enumerate() {
        let code = feature["properties"]["area_code"].as_str().unwrap().to_owned();
        feature["properties"]["area_code"] = format!("{code} {at}").into();
    }
    let text = collection.to_string();
    let file = SourceFile { name: "entrances.geojson", bytes: text.as_bytes() };
    let read = import(RecordKind::Assets, &[file], &ImportMap::parse(map).unwrap(), &bed.known).unwrap();
    let elsewhere = assets(&read).iter().filter(|entrance| {
        let [x, y] = entrance.place.unwrap();
        let around = districts.iter().find(|(_, boundary)| boundary.contains(&geo::Coord { x, y }));
        around.is_some_and(|(code, _)| !entrance.source_id.starts_with(code.as_str()))
    });
    assert_eq!((read.rows, elsewhere.count()), (9933, 17));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn codes_go_by_many_names() {
    let mut bed = Bed::open();
    bed.neighbourhoods(&format!(
        "{GM}/boundaries/local_authority_2023_gm_local_authority_generalised.geojson"
    ));
    let codes: Vec<String> = bed.known.areas.values().flatten().cloned().collect();
    assert_eq!(codes.len(), 10);
    for header in ["area_code", "Area code", "la_code", "LAD23CD", "Code"] {
        let text = format!(
            "{header},people\n{}\n",
            codes.iter().map(|c| format!("{c},1000")).collect::<Vec<_>>().join("\n")
        );
        let file = SourceFile { name: "people.csv", bytes: text.as_bytes() };
        let read = import(RecordKind::Population, &[file], &ImportMap::default(), &bed.known).unwrap();
        assert_eq!(read.records.len(), 10, "{header}");
    }
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn national_grid_agrees_with_the_degrees_beside_it() {
    let bed = Bed::open();
    use hereabouts_core::place::Place;
    for place in ["bath", GM] {
        let file = format!("{place}/libraries/libraries_england_2023.csv");
        let text = std::fs::read_to_string(bed.folder.join(&file)).unwrap();
        let id = "[fields]\nid = \"Name\"\n";
        let degrees = bed.read(RecordKind::Assets, &file, id);
        let hidden = text.replacen("Longitude,Latitude", "A,B", 1);
        let grid = import(
            RecordKind::Assets,
            &[SourceFile { name: "libraries.csv", bytes: hidden.as_bytes() }],
            &ImportMap::parse(id).unwrap(),
            &bed.known,
        )
        .unwrap();
        let (degrees, grid) = (assets(&degrees), assets(&grid));
        assert_eq!(degrees.len(), grid.len());
        let place = |a: &AssetRecord| a.place.map(|[lon, lat]| Place::new(lon, lat).unwrap()).unwrap();
        let mut apart: Vec<f64> =
            degrees.iter().zip(grid).map(|(d, g)| place(d).distance(place(g)).get()).collect();
        apart.sort_by(f64::total_cmp);
        println!(
            "{file}: median {:.1} m, largest {:.1} m apart",
            apart[apart.len() / 2],
            apart[apart.len() - 1]
        );
        assert!(apart[apart.len() / 2] < 5.0);
    }
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn every_list_of_both_places_reads_without_a_map() {
    let mut bed = Bed::open();
    for (place, boundaries) in [
        ("bath", "bath/boundaries/lsoa21_supergeneralised_E06000022.geojson"),
        (GM, "greater_manchester/boundaries/lsoa_2021_gm_lsoa_generalised.geojson"),
    ] {
        bed.neighbourhoods(boundaries);
        let mut files: Vec<PathBuf> = std::fs::read_dir(bed.folder.join(place).join("assets"))
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        let mut understood = 0;
        for path in &files {
            let file = format!("{place}/assets/{}", path.file_name().unwrap().to_str().unwrap());
            let read = bed.read(RecordKind::Assets, &file, "");
            understood += usize::from(read.records.len() as u64 * 2 > read.rows);
            let is_mail = |word: &str| {
                word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
            };
            let mail = assets(&read).iter().find(|a| format!("{a:?}").split([' ', '"', ',']).any(is_mail));
            assert!(mail.is_none(), "{file}: {mail:?}");
        }
        println!("{place}: most rows of {understood} of {} files land without a map", files.len());
        assert!(understood * 10 >= files.len() * 8, "{understood} of {}", files.len());
    }
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn grants_are_the_same_from_either_format() {
    let bed = Bed::open();
    let file = |end: &str| format!("{GM}/grants_360giving/trafford_council_voluntary_sector_grants.{end}");
    let [csv, json] =
        ["csv", "json"].map(|end| bed.read(RecordKind::Grants, &file(end), "source = \"grants\""));
    assert_eq!((csv.rows, csv.rejected.len(), json.rejected.len()), (555, 0, 0));
    assert_eq!(csv.records, json.records);
    let RecordList::Grants(grants) = &csv.records else { panic!() };
    assert_eq!(grants.len(), 555);
    // Not one is known more exactly than by its district.
    assert!(grants.iter().all(|g| g.precision() == GrantPrecision::District));
    let total: f64 = grants.iter().map(|g| g.amount).sum();
    let registered =
        grants.iter().filter(|g| g.recipient_ids.iter().any(|id| id.starts_with("GB-CHC-"))).count();
    assert_eq!((registered, total > 100_000.0), (154, true));
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn no_damage_to_a_file_of_grants_brings_the_reader_down() {
    let bed = Bed::open();
    for end in ["csv", "json"] {
        let file = format!("{GM}/grants_360giving/trafford_council_voluntary_sector_grants.{end}");
        let whole = std::fs::read(bed.folder.join(&file)).unwrap();
        // The first grants, cut off and with one bit turned at places spread over them.
        let whole = &whole[..whole.len().min(40_000)];
        for case in 0..40_usize {
            let mut bytes = whole.to_vec();
            let at = (case * 7_919) % whole.len();
            if case % 2 == 0 {
                bytes.truncate(at)
            } else {
                bytes[at] ^= 1 << (case % 8)
            }
            let file = SourceFile { name: "grants", bytes: &bytes };
            if let Ok(read) = import(RecordKind::Grants, &[file], &ImportMap::default(), &bed.known) {
                let told = read.landed + read.rejected.len() as u64 + read.left_out;
                assert_eq!(told, read.rows, "{end} {case}");
            }
        }
    }
}
