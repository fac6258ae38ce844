//! One list in every format that is read lands as the same records.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};
use std::io::{Cursor, Write};

/// Thirty listings: identifier, name, kind, longitude, latitude, postcode-like code, telephone, day of confirmation, cost.
struct Listing {
    id: String,
    name: String,
    lon: f64,
    lat: f64,
    phone: String,
    verified: (u16, u8, u8),
    cost: String,
}

fn listings() -> Vec<Listing> {
    (0..30_u16)
        .map(|n| Listing {
            id: format!("{:03}", n + 1),
            name: ["Knit, Natter & Tea", "Café \"Corner\"", "Walking Group", "Men’s Shed"]
                [usize::from(n % 4)]
            .to_owned()
                + &format!(" {n}"),
            lon: f64::from(-22_000 + 10 * i32::from(n)) / 10_000.0,
            lat: f64::from(535_000 - 5 * i32::from(n)) / 10_000.0,
            phone: format!("01632 96{:04}", n * 7),
            verified: (2026, (n % 9) as u8 + 1, (n % 27) as u8 + 1),
            cost: ["free", "£2.50", "£3"][usize::from(n % 3)].to_owned(),
        })
        .collect()
}

/// The same thirty as a workbook of the older kind.
const OLDER: &[u8] = include_bytes!("../../../../../tests/fuzz/corpus/workbooks/groups.xls");

const HEADER: [&str; 8] = ["id", "name", "kind", "lon", "lat", "phone", "last_verified", "cost"];

fn day((year, month, day): (u16, u8, u8)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn cells(one: &Listing) -> [String; 8] {
    let [lon, lat] = [one.lon, one.lat].map(|degrees| degrees.to_string());
    [
        one.id.clone(),
        one.name.clone(),
        "group".into(),
        lon,
        lat,
        one.phone.clone(),
        day(one.verified),
        one.cost.clone(),
    ]
}

fn table(separator: char, header: bool) -> String {
    let line = |cells: &[String]| {
        let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        quoted.collect::<Vec<_>>().join(&separator.to_string()) + "\n"
    };
    let head = header.then(|| line(&HEADER.map(str::to_owned)));
    head.into_iter().chain(listings().iter().map(|one| line(&cells(one)))).collect()
}

fn features(crs: Option<&str>, place: impl Fn(&Listing) -> [f64; 2]) -> Value {
    let feature = |one: &Listing| {
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": place(one) }, "properties": {
            "id": one.id, "name": one.name, "kind": "group", "phone": one.phone, "last_verified": day(one.verified), "cost": one.cost,
        }})
    };
    let all: Vec<Value> = listings().iter().map(feature).collect();
    let mut collection = json!({ "type": "FeatureCollection", "features": all });
    if let Some(name) = crs {
        collection["crs"] = json!({ "type": "name", "properties": { "name": name } });
    }
    collection
}

fn objects() -> Vec<Value> {
    let object = |one: &Listing| {
        Value::Object(HEADER.iter().map(|h| (*h).to_owned()).zip(cells(one).map(Value::from)).collect())
    };
    listings().iter().map(object).collect()
}

/// With a sheet of notes before it, days as days and places as numbers.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Read me").unwrap().write(0, 0, "Made up for tests").unwrap();
    let sheet = book.add_worksheet().set_name("Groups").unwrap();
    sheet.write(0, 0, "Groups of the town").unwrap();
    let as_day = Format::new().set_num_format("dd/mm/yyyy");
    for (at, title) in HEADER.iter().enumerate() {
        sheet.write(2, at as u16, *title).unwrap();
    }
    for (row, one) in (3..).zip(&listings()) {
        for (at, cell) in cells(one).iter().enumerate() {
            sheet.write(row, at as u16, cell).unwrap();
        }
        sheet.write(row, 3, one.lon).unwrap().write(row, 4, one.lat).unwrap();
        let (year, month, day) = one.verified;
        let when = ExcelDateTime::from_ymd(year, month, day).unwrap();
        sheet.write_with_format(row, 6, &when, &as_day).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn open_document() -> Vec<u8> {
    let cell = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let typed = |value: &str, what: &str| {
        format!(
            "<table:table-cell office:value-type=\"{what}\" office:{}=\"{value}\"><text:p>{value}</text:p></table:table-cell>",
            if what == "date" { "date-value" } else { "value" }
        )
    };
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let body: String = listings()
        .iter()
        .map(|one| {
            let texts = cells(one);
            row(texts
                .iter()
                .enumerate()
                .map(|(at, text)| match at {
                    3 | 4 => typed(text, "float"),
                    6 => typed(text, "date"),
                    _ => cell(text),
                })
                .collect())
        })
        .collect();
    let head = row(HEADER.iter().map(|title| cell(title)).collect());
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet><table:table table:name=\"Groups\">{head}{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".as_slice()),
        ("META-INF/manifest.xml", b"<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn read(name: &str, bytes: &[u8], map: &str) -> Result<ImportedRecords, FileError> {
    let map = ImportMap::parse(&format!("source = \"town\"\n{map}")).unwrap();
    import(RecordKind::Assets, &[SourceFile { name, bytes }], &map, known())
}

#[test]
fn one_list_is_the_same_records_in_every_format() {
    let csv = table(',', true);
    let degrees = |one: &Listing| [one.lon, one.lat];
    let collection = features(None, degrees);
    let lines =
        |before: &str, all: &[Value]| all.iter().map(|one| format!("{before}{one}\n")).collect::<String>();
    let sequence = collection["features"].as_array().unwrap();
    let names = HEADER.map(|title| format!("{title:?}")).join(", ");
    let utf16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let all: Vec<(&str, Vec<u8>, String)> = vec![
        ("groups.csv", csv.clone().into(), String::new()),
        ("tabs.tsv", table('\t', true).into(), String::new()),
        ("semicolons.csv", table(';', true).into(), String::new()),
        ("wide.csv", utf16, String::new()),
        ("headerless.csv", table(',', false).into(), format!("header = [{names}]")),
        ("groups.csv.gz", gzipped(csv.as_bytes()), String::new()),
        (
            "groups.zip",
            zipped(&[("data/groups.csv", csv.as_bytes()), ("__MACOSX/._x.csv", b"x")]),
            String::new(),
        ),
        ("groups.xlsx", workbook(), String::new()),
        ("named.xlsx", workbook(), "sheet = \"Groups\"".into()),
        ("groups.xlsx.gz", gzipped(&workbook()), String::new()),
        ("groups.ods", open_document(), String::new()),
        ("groups.xls", OLDER.to_vec(), String::new()),
        ("groups.geojson", collection.to_string().into(), String::new()),
        ("groups.geojsonl", lines("", sequence).into(), String::new()),
        ("groups.geojsons", lines("\u{1e}", sequence).into(), String::new()),
        (
            "swapped.geojson",
            features(None, |one| [one.lat, one.lon]).to_string().into(),
            "crs = \"latitude-first\"".into(),
        ),
        ("groups.json", Value::from(objects()).to_string().into(), String::new()),
        ("groups.ndjson", lines("", &objects()).into(), String::new()),
        (
            "results.json",
            json!({ "count": 30, "next": null, "results": objects() }).to_string().into(),
            String::new(),
        ),
    ];
    let first = read(all[0].0, &all[0].1, "").unwrap();
    assert_eq!((assets(&first).len(), first.rejected.len()), (30, 0), "{:?}", first.rejected);
    assert_eq!(assets(&first)[0].verified_on.unwrap().to_string(), "2026-01-01");
    for (name, bytes, map) in &all {
        let found = read(name, bytes, map).unwrap_or_else(|e| panic!("{e}"));
        assert!(found.rejected.is_empty(), "{name}: {:?}", found.rejected);
        let encoded = |imported: &ImportedRecords| serde_json::to_vec(assets(imported)).unwrap();
        let other = assets(&found).iter().zip(assets(&first)).find(|(a, b)| a != b);
        assert!(encoded(&found) == encoded(&first), "{name}: {other:?}");
    }
}

#[test]
fn what_a_sheet_types_is_what_was_meant() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, title) in
        ["Name", "Kind", "Longitude", "Latitude", "Phone", "Last checked", "Places", "Step free"]
            .iter()
            .enumerate()
    {
        sheet.write(0, at as u16, *title).unwrap();
    }
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let when = ExcelDateTime::from_ymd(2026, 3, 9).unwrap().and_hms(14, 30, 0.0).unwrap();
    sheet.write(1, 0, "Choir").unwrap().write(1, 1, "group").unwrap();
    sheet.write(1, 2, -2.2).unwrap().write(1, 3, 53.5).unwrap();
    // A telephone number that lost its zero, a moment, a whole number and a truth.
    sheet.write(1, 4, 1_632_960_446_u32).unwrap().write_with_format(1, 5, &when, &moment).unwrap();
    sheet.write(1, 6, 12.0).unwrap().write(1, 7, true).unwrap();
    let found = read("typed.xlsx", &book.save_to_buffer().unwrap(), "").unwrap();
    let one = &assets(&found)[0];
    assert_eq!((one.verified_on.unwrap().to_string().as_str(), one.step_free), ("2026-03-09", Some(true)));
    assert!(one.phone.as_deref().is_some_and(|phone| phone.starts_with("01632")), "{:?}", one.phone);
    assert_eq!(one.places, Some(12.0));
}

#[test]
fn the_sheet_is_told_or_asked_for() {
    let named = |names: &[&str]| {
        let mut book = Workbook::new();
        for name in names {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            for (at, title) in ["name", "kind", "lon", "lat"].iter().enumerate() {
                sheet
                    .write(0, at as u16, *title)
                    .unwrap()
                    .write(1, at as u16, ["A", "group", "-2.2", "53.5"][at])
                    .unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    };
    assert!(read("one.xlsx", &named(&["Any name"]), "").is_ok());
    let why = read("two.xlsx", &named(&["2024", "2025"]), "").unwrap_err().reason;
    assert!(why.contains("2024, 2025") && why.contains("sheet ="), "{why}");
    assert_eq!(assets(&read("two.xlsx", &named(&["2024", "2025"]), "sheet = \"2025\"").unwrap()).len(), 1);
    let why = read("two.xlsx", &named(&["2024"]), "sheet = \"2023\"").unwrap_err().reason;
    assert!(why.contains("2023") && why.contains("2024"), "{why}");
    let why =
        read("x.csv", b"name,kind,lon,lat\nA,group,-2.2,53.5\n", "sheet = \"2025\"").unwrap_err().reason;
    assert!(why.contains("no workbook"), "{why}");
    let found = read("noted.xlsx", &workbook(), "").unwrap();
    assert!(
        found.notes.iter().any(|note| note.contains("sheet \"Groups\" of Read me, Groups")),
        "{:?}",
        found.notes
    );
    assert!(found.notes.iter().any(|note| note.contains("the header is on row 3")), "{:?}", found.notes);
}

#[test]
fn archives_are_whole_and_bounded() {
    let row = b"name,kind,lon,lat\nA,group,-2.2,53.5\n".as_slice();
    let other = b"name,kind,lon,lat\nB,group,-2.2,53.5\n".as_slice();
    let found =
        read("both.zip", &zipped(&[("a.csv", row), ("b.csv", other), ("notes.pdf", b"%PDF")]), "").unwrap();
    assert_eq!(assets(&found).len(), 2);
    assert!(found.notes.iter().any(|note| note.contains("notes.pdf")), "{:?}", found.notes);
    let broken =
        read("both.zip", &zipped(&[("a.csv", b"name,kind,lon,lat\nA,group,-2.2,953.5\n".as_slice())]), "")
            .unwrap();
    assert_eq!(broken.rejected[0].file, "both.zip/a.csv");
    for (bytes, word) in [
        (zipped(&[("x.shp", row), ("x.dbf", row)]), "Shapefile"),
        (zipped(&[("x.pdf", row)]), "x.pdf"),
        (zipped(&[("inner.csv", zipped(&[("a.csv", row)]).as_slice())]), "archive in another"),
        (gzipped(&gzipped(row)), "archive in another"),
        (gzipped(row)[..20].to_vec(), "damaged"),
        (b"PK\x03\x04rest".to_vec(), "damaged"),
    ] {
        let why = read("x.zip", &bytes, "").unwrap_err().reason;
        assert!(why.contains(word), "{word}: {why}");
    }
}

#[test]
fn a_few_bytes_that_claim_a_billion_cells_are_refused() {
    let content = "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\"><office:body><office:spreadsheet><table:table table:name=\"A\"><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let why = read("bomb.ods", &zipped(&[("content.xml", content.as_bytes())]), "").unwrap_err().reason;
    assert!(why.contains("cells"), "{why}");
    // Nor is one waited for that ends within its table.
    let cut = content.split("</table:table>").next().unwrap().replace("1000000", "1");
    let why = read("cut.ods", &zipped(&[("content.xml", cut.as_bytes())]), "").unwrap_err().reason;
    assert!(why.contains("ends within"), "{why}");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "name").unwrap().write(1_048_575, 16_383, "far").unwrap();
    let why = read("far.xlsx", &book.save_to_buffer().unwrap(), "").unwrap_err().reason;
    assert!(why.contains("200 columns") || why.contains("no sheet"), "{why}");
}

#[test]
fn a_broken_text_of_a_sequence_costs_itself_alone() {
    let one = |n: u32| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[-2.2,53.5]}},\"properties\":{{\"name\":\"A{n}\",\"kind\":\"group\"}}}}\n"
        )
    };
    let text = format!("{}{{broken\n{}", one(1), one(2));
    let found = read("x.geojsonl", text.as_bytes(), "").unwrap();
    assert_eq!((assets(&found).len(), found.rejected.len(), found.rejected[0].line), (2, 1, 2));
    assert!(found.rejected[0].reason.contains("not JSON"));
}

#[test]
fn boundaries_are_read_in_the_systems_they_are_published_in() {
    let square = |corners: [[f64; 2]; 4], crs: Option<&str>| {
        let ring: Vec<[f64; 2]> = corners.iter().copied().chain([corners[0]]).collect();
        let mut file = json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "properties": { "LSOA21CD": "E01000001" },
            "geometry": { "type": "Polygon", "coordinates": [ring] } }] });
        if let Some(name) = crs {
            file["crs"] = json!({ "type": "name", "properties": { "name": name } });
        }
        file.to_string()
    };
    let (w, s, e, n) = (-2.25, 53.47, -2.24, 53.48);
    let degrees = [[w, s], [e, s], [e, n], [w, n]];
    let metres = |[lon, lat]: [f64; 2]| {
        let (x, y) = (lon.to_radians(), (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln());
        [x * 6_378_137.0, y * 6_378_137.0]
    };
    let grid =
        [[383_400.0, 397_500.0], [384_060.0, 397_500.0], [384_060.0, 398_610.0], [383_400.0, 398_610.0]];
    let read = |text: &str, map: &str| run(RecordKind::Neighbourhoods, "x.geojson", text, map);
    let middle = |imported: &ImportedRecords| {
        let RecordList::Neighbourhoods(areas) = &imported.records else { panic!() };
        let ring = &areas[0].polygons[0][0];
        let mean = |at: usize| ring[..4].iter().map(|corner| corner[at]).sum::<f64>() / 4.0;
        [mean(0), mean(1)]
    };
    for (text, map) in [
        (square(degrees, None), ""),
        (square(degrees.map(metres), Some("urn:ogc:def:crs:EPSG::3857")), ""),
        (square(degrees.map(metres), None), "crs = \"EPSG:3857\""),
        (square(grid, Some("EPSG:27700")), ""),
        (square(grid, None), "crs = \"EPSG:27700\""),
        (square(degrees.map(|[lon, lat]| [lat, lon]), None), "crs = \"latitude-first\""),
    ] {
        let found = read(&text, map).unwrap();
        assert!(found.rejected.is_empty(), "{map} {:?}", found.rejected);
        let [lon, lat] = middle(&found);
        assert!((lon + 2.245).abs() < 5e-3 && (lat - 53.475).abs() < 5e-3, "{map}: {lon} {lat}");
    }
    // Without a word of it they are refused, with what to say.
    let why = read(&square(degrees.map(|[lon, lat]| [lat, lon]), None), "").unwrap_err().reason;
    assert!(why.contains("latitude first") && why.contains("latitude-first"), "{why}");
    for (text, word) in [(square(grid, None), "EPSG:27700"), (square(degrees.map(metres), None), "EPSG:3857")]
    {
        let found = read(&text, "").unwrap();
        assert!(found.rejected[0].reason.contains(word), "{}", found.rejected[0]);
    }
    let why = read(&square(grid, Some("EPSG:29903")), "").unwrap_err().reason;
    assert!(why.contains("EPSG:29903") && why.contains("National Grid"), "{why}");
}
