//! What a real city is told, in figures that were found by drawing which of its assets run.

use chrono::NaiveDate;
use hereabouts_core::report::{Gap, GapReport};
use hereabouts_core::{Analysis, AnalysisPolicy, QuarterAnalysis, Study};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::load::load;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::path::Path;

/// Bath without its streets, every group confirmed on `confirmed`, if any day is given.
fn bath(confirmed: Option<&str>) -> Study {
    let bed = hereabouts_tests::test_bed();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("real/bath.toml");
    let place = PlaceFile::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let tables = Tables::built_in().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    for step in place.import.iter().filter(|step| step.kind != RecordKind::Streets) {
        let bytes: Vec<Vec<u8>> = step
            .files
            .iter()
            .map(|file| {
                let bytes = std::fs::read(bed.join(file)).unwrap();
                match confirmed {
                    Some(day) if file.ends_with("groups_SYNTHETIC.csv") => all_confirmed_on(&bytes, day),
                    _ => bytes,
                }
            })
            .collect();
        let named = step.files.iter().map(|f| f.rsplit('/').next().unwrap());
        let files: Vec<SourceFile<'_>> =
            named.zip(&bytes).map(|(name, bytes)| SourceFile { name, bytes }).collect();
        commit_import(&mut store, &tables, step.kind, &files, &step.map).unwrap();
    }
    load(&store, &tables).unwrap().study
}

fn all_confirmed_on(table: &[u8], day: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = reader.headers().unwrap().clone();
    writer.write_record(&names).unwrap();
    for row in reader.records().map(Result::unwrap) {
        let fields = row.iter().zip(&names);
        writer
            .write_record(fields.map(|(value, name)| if name == "last_verified" { day } else { value }))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

fn report(study: &Study) -> (QuarterAnalysis, GapReport) {
    let policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 28).unwrap());
    let analysis = Analysis::new(study, &policy);
    let quarter = analysis.quarter(study, Some("2025-Q4".parse().unwrap()));
    let report = analysis.report(study, &quarter, study.geography("msoa11").unwrap());
    (quarter, report)
}

fn close(is: f64, meant: f64) {
    assert!((is - meant).abs() <= 0.005 * meant, "{is} for {meant}");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn what_stale_listings_truly_cost() {
    let of =
        |gaps: &[Gap], figure: &dyn Fn(&Gap) -> Option<f64>| -> f64 { gaps.iter().filter_map(figure).sum() };
    let gaps = report(&bath(None)).1.gaps;
    let (listed, likely) = (of(&gaps, &|g| g.unmet_listed), of(&gaps, &|g| g.unmet_likely));
    println!("Bath, 2025-Q4, straight lines: {listed:.2} listed, {likely:.2} on average");
    close(listed, 271.0);
    close(likely, 308.0);

    // One visit fills what is needed, so that whoever has n groups in reach is met unless none of them runs.
    let study = bath(Some("2021-11-28"));
    let advice = study.need("money-debt").unwrap();
    let (quarter, report) = report(&study);
    let gaps: Vec<Gap> = report.gaps.into_iter().filter(|g| g.need == advice).collect();
    let (listed, likely) = (of(&gaps, &|g| g.unmet_listed), of(&gaps, &|g| g.unmet_likely));
    println!("money and debt, groups confirmed 60 months ago: {listed:.2} listed, {likely:.2} on average");
    close(listed, 46.9);
    let cells = &quarter.cells[advice.get()];
    let chance = (-1826.0 / (365.2425 / 12.0) / 24.0_f64).exp2();
    let asking = cells.referrals.iter().zip(&cells.assets_in_reach).zip(&cells.unmet_likely);
    for ((referrals, &groups), unmet) in asking {
        let none_runs = (1.0 - chance).powi(i32::try_from(groups).unwrap());
        assert!((unmet - referrals * none_runs).abs() < 1e-9, "{unmet} of {referrals} by {groups} groups");
    }
    assert!(likely > listed + 20.0, "{likely}");
}
