//! Unknown is never zero: what is suppressed, missing or not understood in the files of referrals, from the file to the gap.

use chrono::NaiveDate;
use hereabouts_core::known::KnownCount;
use hereabouts_core::report::{DemandStatus, Gap, GapReport};
use hereabouts_core::{AnalysisPolicy, Study, analyse};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{ImportedRecords, SourceFile};
use hereabouts_data::load::load;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::path::Path;

pub(crate) mod laws;

const NAMES: [&str; 4] = ["Herring Quay", "Ropewalk", "Mill Lane", "Elm Green"];

/// Four squares beside each other, `MADEUP-04` to `MADEUP-07`, of a thousand people each.
fn place() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let square = |(nth, name): (usize, &&str)| {
        let (w, e, n) = (nth as f64 * 0.02, nth as f64 * 0.02 + 0.02, 0.02);
        format!(
            r#"{{"type":"Feature","properties":{{"area_code":"MADEUP-0{}","area_name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[[{w},0],[{e},0],[{e},{n}],[{w},{n}],[{w},0]]]}}}}"#,
            nth + 4
        )
    };
    let areas: Vec<String> = NAMES.iter().enumerate().map(square).collect();
    let areas = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, areas.join(","));
    let people: String = (4..8).map(|nth| format!("MADEUP-0{nth},1000\n")).collect();
    bring(&mut store, RecordKind::Neighbourhoods, "areas.geojson", &areas, "geography = \"made-up\"");
    bring(&mut store, RecordKind::Population, "people.csv", &format!("area_code,people\n{people}"), "");
    // A list that has all food banks, and no other.
    let none = "covers = \"nation\"\ncomplete = [\"food-bank\"]";
    bring(
        &mut store,
        RecordKind::Assets,
        "surgeries.csv",
        "name,kind,lon,lat\nA,gp-surgery,0.01,0.01\n",
        none,
    );
    (dir, store)
}

fn bring(store: &mut Store, kind: RecordKind, name: &str, text: &str, map: &str) -> ImportedRecords {
    let file = SourceFile { name, bytes: text.as_bytes() };
    let tables = Tables::built_in().unwrap();
    commit_import(store, &tables, kind, &[file], &ImportMap::parse(map).unwrap()).unwrap().imported
}

/// What an import of referrals told, and the report of its default quarter.
fn referrals(name: &str, text: &str, map: &str) -> (ImportedRecords, Study, GapReport) {
    let (_dir, mut store) = place();
    let read = bring(&mut store, RecordKind::Demand, name, text, map);
    assert_eq!(read.landed + read.rejected.len() as u64 + read.left_out, read.rows, "{:?}", read.notes);
    let study = load(&store, &Tables::built_in().unwrap()).unwrap().study;
    let policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
    let report = analyse(&study, &policy).1.unwrap();
    (read, study, report)
}

fn gap<'a>(study: &Study, report: &'a GapReport, code: &str, need: &str) -> &'a Gap {
    let need = study.need(need).unwrap();
    let of = |g: &&Gap| study.areas()[g.area.get()].code.ends_with(code) && g.need == need;
    report.gaps.iter().find(of).unwrap()
}

/// Referrals of a gap by their ends, as they are shown.
fn shown(study: &Study, report: &GapReport, code: &str, need: &str) -> String {
    hereabouts_engine::format::referrals(gap(study, report, code, need))
}

fn told(read: &ImportedRecords, part: &str) -> bool {
    read.notes.iter().any(|note| note.contains(part))
}

const SUPPRESSED: &str = "area_code,need,quarter,referrals\n\
    MADEUP-04,food,2026-Q3,<5\nMADEUP-04,housing,2026-Q3,7\nMADEUP-05,food,2026-Q3,\nMADEUP-05,housing,2026-Q3,9\n\
    MADEUP-06,food,2026-Q3,*\nMADEUP-06,Housing / homelessness,2026-Q3,9\nMADEUP-07,food,2026-Q3,c\nMADEUP-07,housing,2026-Q3,0\n";

#[test]
fn a_suppressed_count_is_a_range_or_unknown_and_never_zero() {
    let (read, study, report) = referrals("demand.csv", SUPPRESSED, "");
    let shown = |code, need| shown(&study, &report, code, need);
    assert_eq!([shown("04", "food"), shown("04", "housing")], ["1 to 4", "7"]);
    assert_eq!([shown("05", "food"), shown("05", "housing")], ["no data", "9"]);
    // A word that is not known leaves the other needs of its area unknown.
    assert_eq!([shown("06", "food"), shown("06", "housing"), shown("06", "money-debt")], ["no data"; 3]);
    assert_eq!([shown("07", "food"), shown("07", "housing")], ["no data", "0"]);
    // The file writes a zero: where nothing is withheld, what it does not name is one.
    assert_eq!([shown("04", "money-debt"), shown("07", "money-debt")], ["0", "0"]);
    assert_eq!((read.rejected.len(), told(&read, "taken for complete")), (1, true), "{:?}", read.notes);
    for code in ["05", "06", "07"] {
        let gap = gap(&study, &report, code, "food");
        assert_eq!(
            (gap.status, gap.referrals, gap.unmet_likely, gap.rank),
            (DemandStatus::NoData, None, None, None)
        );
    }
    let food = gap(&study, &report, "04", "food");
    for (figure, of) in [(food.referrals, 2.5), (food.referrals_low, 1.0), (food.referrals_high, 4.0)] {
        assert!((figure.unwrap() - of).abs() < 1e-9, "{food:?}");
    }
    let [low, high] = [food.unmet_low, food.unmet_high].map(|ends| ends.unwrap()[1]);
    assert!((low - 1.0).abs() < 1e-9 && (high - 4.0).abs() < 1e-9, "nothing is in reach: {food:?}");
    // Sums carry both ends: 1 to 4 and 7 are 8 to 11.
    assert_eq!(report.neighbourhoods[0].bounds, KnownCount::between(8.0, 11.0));
}

#[test]
fn the_map_says_what_is_suppressed_and_what_is_complete() {
    let (_, study, report) = referrals("demand.csv", SUPPRESSED, "suppressed_below = 5\ncomplete = false");
    let shown = |code, need| shown(&study, &report, code, need);
    assert_eq!(
        [shown("06", "food"), shown("07", "food"), shown("05", "food")],
        ["1 to 4", "1 to 4", "no data"]
    );
    assert_eq!(shown("04", "money-debt"), "no data");
    // Nothing but counts above zero: what is not named is unknown until the map says that it is complete.
    let plain = "area_code,need,quarter,referrals\nMADEUP-04,food,2026-Q3,6\nMADEUP-05,housing,2026-Q3,x\n";
    for (map, housing) in [("", "no data"), ("complete = true", "0")] {
        let (_, study, report) = referrals("demand.csv", plain, map);
        assert_eq!(super_shown(&study, &report, "04", "housing"), housing);
        assert_eq!(super_shown(&study, &report, "05", "housing"), "no data", "it was not understood");
    }
}

fn super_shown(study: &Study, report: &GapReport, code: &str, need: &str) -> String {
    shown(study, report, code, need)
}

#[test]
fn months_are_added_up_and_missing_ones_are_told() {
    let text = "area_code,need,month,referrals\n\
        MADEUP-04,food,2026-07,5\nMADEUP-04,food,2026-08,6\nMADEUP-04,food,2026-09,7\n\
        MADEUP-04,housing,2026-07,4\nMADEUP-04,housing,2026-08,4\nMADEUP-04,housing,2026-09,4\n\
        MADEUP-05,food,2026-07,3\nMADEUP-05,food,2026-08,3\n";
    let written = |month: &str, as_it_is: &str| text.replace(month, as_it_is);
    for text in [
        text.to_owned(),
        written("2026-07", "July 2026"),
        written("2026-08", "Aug-26"),
        written("2026-09", "09/2026"),
    ] {
        let (read, study, report) = referrals("demand.csv", &text, "");
        assert_eq!(read.rejected, vec![]);
        let shown = |code, need| shown(&study, &report, code, need);
        assert_eq!([shown("04", "food"), shown("04", "housing")], ["18", "12"]);
        assert_eq!(shown("05", "food"), "at least 6 (2 of 3 months)");
        let partial = gap(&study, &report, "05", "food");
        assert_eq!((partial.status, partial.complete_months), (DemandStatus::Partial, Some(2)));
        assert_eq!((partial.referrals, partial.rank, partial.unmet_likely), (None, None, None));
        assert!(told(&read, "by months") && told(&read, "1 figures lack months"), "{:?}", read.notes);
    }
}

#[test]
fn days_weeks_and_years() {
    let row = |when: &str, n: u32| format!("MADEUP-04,food,{when},{n}\n");
    let file = |rows: &str| format!("area_code,need,date,referrals\n{rows}");
    let days = file(&[row("2026-07-02", 1), row("2026-08-14", 2), row("2026-09-30", 4)].concat());
    let weeks = file(&[row("2026-W28", 3), row("2026-W33", 2), row("2026-W38", 1)].concat());
    for (text, sum) in [(&days, "7"), (&weeks, "6")] {
        let (_, study, report) = referrals("demand.csv", text, "");
        assert_eq!(shown(&study, &report, "04", "food"), sum, "{text}");
    }
    // The first day of each quarter names the quarter.
    let (read, study, report) =
        referrals("demand.csv", &file(&[row("2026-04-01", 5), row("2026-07-01", 6)].concat()), "");
    assert_eq!(shown(&study, &report, "04", "food"), "11", "two quarters together");
    assert!(told(&read, "taken for the whole quarter"));
    let year = file(&row("2025", 8));
    let (read, ..) = referrals("demand.csv", &(year.clone() + "MADEUP-04,food,2026-Q3,1\n"), "");
    assert!(read.rejected[0].reason.contains("divide_years"), "{:?}", read.rejected);
    let (_, study, report) = referrals("demand.csv", &year, "divide_years = true");
    let food = gap(&study, &report, "04", "food");
    assert!((food.referrals.unwrap() - 8.0).abs() < 1e-9, "{food:?}");
    assert_eq!(food.basis.map(|b| b.as_str()), Some("modelled"));
    assert!(study.is_unprotected(), "what a count was divided into is as secret as the count");
}

#[test]
fn the_quarter_looked_at_is_over_whole_and_known_of_most() {
    let row = |code: u8, when: &str| format!("MADEUP-0{code},food,{when},5\n");
    let all = |when: &str| (4..8).map(|code| row(code, when)).collect::<String>();
    let latest = |rows: String| {
        let (_, study, report) = referrals("d.csv", &format!("area_code,need,period,referrals\n{rows}"), "");
        (report.period.unwrap().last().to_string(), study.quarters().last().unwrap().to_string())
    };
    // It is 20 November 2026.
    let told = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(latest(all("2026-Q2") + &all("2026-Q4")), told("2026-Q2", "2026-Q4"));
    assert_eq!(latest(all("2026-Q2") + &row(4, "2026-Q3")), told("2026-Q2", "2026-Q3"));
    assert_eq!(latest(all("2026-Q2") + &all("2026-07")), told("2026-Q2", "2026-Q3"));
    assert_eq!(latest(all("2026-Q2") + &all("2026-Q3")), told("2026-Q3", "2026-Q3"));
    assert_eq!(latest(all("2027-Q1")), told("2027-Q1", "2027-Q1"));
}

#[test]
fn parts_of_a_breakdown_are_added_up() {
    let text = "area_code,need,quarter,practice,age band,referrals\n\
        MADEUP-04,food,2026-Q3,A,18-64,3\nMADEUP-04,food,2026-Q3,A,65+,<5\nMADEUP-04,food,2026-Q3,B,18-64,2\n\
        MADEUP-05,food,2026-Q3,A,18-64,3\nMADEUP-05,food,2026-Q3,A,All,9\nMADEUP-05,food,2026-Q3,A,65+,6\n\
        MADEUP-06,food,2026-Q3,A,65+,3\nMADEUP-06,food,2026-Q3,A,65+,4\n";
    let (read, study, report) = referrals("demand.csv", text, "");
    let shown = |code| shown(&study, &report, code, "food");
    assert_eq!([shown("04"), shown("05"), shown("06")], ["6 to 9", "9", "no data"]);
    assert_eq!((read.rejected.len(), told(&read, "are added up")), (2, true), "{:?}", read.notes);
}

#[test]
fn wide_tables_names_and_totals() {
    let text = "Area,Food,Housing,Money and debt\nHerring Quay,3,<5,7\nRopewalk,0,6,\nTotal,3,9,7\n";
    let words =
        "[values.need]\n\"Money and debt\" = \"money-debt\"\n\"Food\" = \"food\"\n\"Housing\" = \"housing\"";
    let map = format!("fields = {{ code = \"Area\" }}\nconstants = {{ quarter = \"2026-Q3\" }}\n{words}");
    let map = map.as_str();
    let titled = format!("Referrals July to September 2026,,,\n,,,\n{text}");
    for (name, text, map) in [
        ("demand.csv", text, map),
        ("referrals_2026-Q3.csv", text, words),
        ("demand.csv", titled.as_str(), words),
    ] {
        let (read, study, report) = referrals(name, text, map);
        assert_eq!(read.rejected, vec![], "{:?}", read.notes);
        let shown = |code, need| shown(&study, &report, code, need);
        assert_eq!(
            [shown("04", "food"), shown("04", "housing"), shown("04", "money-debt")],
            ["3", "1 to 4", "7"]
        );
        assert_eq!(
            [shown("05", "food"), shown("05", "housing"), shown("05", "money-debt")],
            ["0", "6", "no data"]
        );
        assert!(told(&read, "3 totals are left out; they agree"), "{:?}", read.notes);
        assert!(told(&read, "by name in column \"Area\"") && told(&read, "a column for each need"));
    }
    // A word that is not known leaves its areas' needs unknown, and the rest lands.
    let (read, study, report) = referrals("q3 2026.csv", text, "");
    assert_eq!((read.rejected.len(), read.rejected[0].value.as_str()), (3, "Money and debt"));
    assert_eq!(super_shown(&study, &report, "05", "money-debt"), "no data");
    assert_eq!(super_shown(&study, &report, "05", "food"), "0");
    let wrong = text.replace("Total,3,9,7", "Total,9,9,7");
    let (read, ..) = referrals("q3 2026.csv", &wrong, words);
    assert!(told(&read, "DIFFER from the sums: line 4 says 9 and the rows add up to 3"), "{:?}", read.notes);
    // A column for each quarter, with the need in each row.
    let quarters = "code,need,2026-Q2,2026-Q3\nMADEUP-04,food,4,5\nMADEUP-05,food,,*\n";
    let (_, study, report) = referrals("d.csv", quarters, "suppressed_below = 5");
    let shown = |code| shown(&study, &report, code, "food");
    assert_eq!([shown("04"), shown("05")], ["9", "at least 1 (3 of 6 months)"]);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn true_totals_lie_within_the_bounds_of_a_suppressed_city() {
    let bed = hereabouts_tests::test_bed();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("real/greater_manchester.toml");
    let place = PlaceFile::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let tables = Tables::built_in().unwrap();
    let report = |suppress: bool| {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::create(&dir.path().join("store")).unwrap();
        let kinds =
            [RecordKind::Neighbourhoods, RecordKind::Population, RecordKind::Deprivation, RecordKind::Demand];
        for step in place.import.iter().filter(|step| kinds.contains(&step.kind)) {
            let mut bytes: Vec<Vec<u8>> =
                step.files.iter().map(|f| std::fs::read(bed.join(f)).unwrap()).collect();
            if suppress && step.kind == RecordKind::Demand {
                bytes = bytes.iter().map(|bytes| suppressed(std::str::from_utf8(bytes).unwrap())).collect();
            }
            let named = step.files.iter().map(|f| f.rsplit('/').next().unwrap());
            let files: Vec<SourceFile<'_>> =
                named.zip(&bytes).map(|(name, bytes)| SourceFile { name, bytes }).collect();
            let read = commit_import(&mut store, &tables, step.kind, &files, &step.map).unwrap().imported;
            assert!(step.kind != RecordKind::Demand || read.rejected.is_empty());
        }
        let study = load(&store, &tables).unwrap().study;
        let policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap());
        let analysis = hereabouts_core::Analysis::new(&study, &policy);
        let quarter = analysis.quarter(&study, None);
        ["lsoa21", "msoa21"].map(|g| analysis.report(&study, &quarter, study.geography(g).unwrap()))
    };
    for (truth, told) in report(false).iter().zip(&report(true)) {
        let within = |count: f64, low: Option<f64>, high: Option<f64>| {
            low.is_some_and(|low| low <= count + 1e-9) && high.is_none_or(|high| count <= high + 1e-9)
        };
        let (mut false_zeros, mut inside, mut all) = (0, 0, 0);
        for (truth, told) in truth.gaps.iter().zip(&told.gaps) {
            assert_eq!((truth.area, truth.need), (told.area, told.need));
            let Some(count) = truth.referrals else { continue };
            false_zeros +=
                usize::from(count > 0.0 && (told.referrals == Some(0.0) || told.referrals_high == Some(0.0)));
            assert!(within(count, told.referrals_low, told.referrals_high), "{truth:?} {told:?}");
        }
        for (truth, told) in truth.neighbourhoods.iter().zip(&told.neighbourhoods) {
            all += usize::from(truth.referrals.is_some());
            let (low, high) = (told.bounds.low(), told.bounds.high());
            inside += usize::from(truth.referrals.is_some_and(|n| within(n, Some(low), high)));
            let became = told.status == DemandStatus::Silent && truth.status != DemandStatus::Silent;
            assert!(!became, "{truth:?} {told:?}");
        }
        println!("false zeros {false_zeros}, totals inside {} % of {all}", 100 * inside / all);
        assert_eq!((false_zeros, inside), (0, all));
    }
}

/// The same table with every count below five suppressed.
fn suppressed(text: &str) -> Vec<u8> {
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let mut values: Vec<String> = line.split(',').map(str::to_owned).collect();
        if values[3].parse::<f64>().unwrap() < 5.0 {
            (values[3], values[4]) = ("<5".to_owned(), String::new());
        }
        out += &(values.join(",") + "\n");
    }
    out.into_bytes()
}
