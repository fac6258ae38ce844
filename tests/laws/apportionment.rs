//! Cells and people of real places against published and measured truth. Reads the test bed directly, not through the
//! importer, so that a fault there cannot hide one here.

use chrono::NaiveDate;
use geo::MultiPolygon;
use hereabouts_core::area::{Area, Geography, Population, Postcode};
use hereabouts_core::cell::CellResolution;
use hereabouts_core::cell_fill::cells_with_centre_in;
use hereabouts_core::place::Place;
use hereabouts_core::{Analysis, AnalysisPolicy, Study, StudyInput};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn bed() -> PathBuf {
    hereabouts_tests::test_bed()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Areas of a GeoJSON file, by the value of `field`.
fn areas(path: &Path, geography: &str, field: &str) -> Vec<Area> {
    json(path)["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let code = f["properties"][field].as_str().unwrap().to_owned();
            Area {
                geography: geography.into(),
                name: code.clone(),
                code,
                boundary: multi_polygon(&f["geometry"]),
                reporting: true,
            }
        })
        .collect()
}

fn multi_polygon(geometry: &Value) -> MultiPolygon<f64> {
    let ring = |r: &Value| -> geo::LineString<f64> {
        r.as_array().unwrap().iter().map(|c| (c[0].as_f64().unwrap(), c[1].as_f64().unwrap())).collect()
    };
    let polygon = |p: &Value| {
        let rings: Vec<_> = p.as_array().unwrap().iter().map(ring).collect();
        geo::Polygon::new(rings[0].clone(), rings[1..].to_vec())
    };
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str().unwrap() {
        "Polygon" => MultiPolygon(vec![polygon(coordinates)]),
        _ => MultiPolygon(coordinates.as_array().unwrap().iter().map(polygon).collect()),
    }
}

/// `(code, people)` of the rows for all persons.
fn people(path: &Path) -> Vec<(String, f64)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|h| h == name).unwrap();
    let headers = reader.headers().unwrap().clone();
    let (code, sex, all) = (at("area_code", &headers), at("sex", &headers), at("all_ages", &headers));
    reader
        .records()
        .map(Result::unwrap)
        .filter(|r| &r[sex] == "Persons")
        .map(|r| (r[code].to_owned(), r[all].parse().unwrap()))
        .collect()
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn cells_by_centre_are_as_many_as_measured() {
    let bed = bed();
    let districts = areas(
        &bed.join(
            "greater_manchester/boundaries/local_authority_2023_gm_local_authority_generalised.geojson",
        ),
        "la",
        "area_code",
    );
    let bath = json(&bed.join("bath/boundaries/os_boundary.geojson"));
    let bath = multi_polygon(&bath["features"][0]["geometry"]);
    let find = |code: &str| &districts.iter().find(|a| a.code == code).unwrap().boundary;
    for (name, boundary, expected) in [
        ("Manchester", find("E08000003"), [25, 172, 1226, 8579]),
        ("Trafford", find("E08000009"), [22, 162, 1124, 7858]),
        ("Bath", &bath, [72, 512, 3611, 25229]),
    ] {
        let counts: Vec<usize> = (7..=10)
            .map(|r| cells_with_centre_in(boundary, CellResolution::new(r).unwrap().h3()).len())
            .collect();
        assert_eq!(counts, expected, "{name}");
    }
    // A partition: adjoining districts share no cell.
    let r9 = CellResolution::new(9).unwrap().h3();
    let mut all: Vec<_> = districts.iter().flat_map(|a| cells_with_centre_in(&a.boundary, r9)).collect();
    let with_repeats = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), with_repeats);
}

/// Correlation and mean absolute error.
fn compare(truth: &[f64], guess: &[f64]) -> (f64, f64) {
    let n = truth.len() as f64;
    let (mt, mg) = (truth.iter().sum::<f64>() / n, guess.iter().sum::<f64>() / n);
    let cov: f64 = truth.iter().zip(guess).map(|(t, g)| (t - mt) * (g - mg)).sum();
    let var = |v: &[f64], m: f64| v.iter().map(|x| (x - m).powi(2)).sum::<f64>();
    let error = truth.iter().zip(guess).map(|(t, g)| (t - g).abs()).sum::<f64>() / n;
    (cov / (var(truth, mt) * var(guess, mg)).sqrt(), error)
}

fn people_by_cell(
    small: &[Area],
    figures: &[(String, f64)],
    postcodes: &[Postcode],
    resolution: u8,
) -> HashMap<u64, f64> {
    let geography = small[0].geography.clone();
    let study = Study::new(StudyInput {
        geographies: vec![Geography { id: geography.clone(), label: geography.clone() }],
        areas: small.to_vec(),
        population: figures
            .iter()
            .map(|(code, people)| Population {
                geography: geography.clone(),
                code: code.clone(),
                people: *people,
            })
            .collect(),
        postcodes: postcodes.to_vec(),
        ..StudyInput::default()
    })
    .unwrap();
    let mut policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    policy.resolution = CellResolution::new(resolution).unwrap();
    let analysis = Analysis::new(&study, &policy);
    analysis.grid().cells().iter().zip(analysis.people()).map(|(c, p)| (u64::from(*c), *p)).collect()
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn postcodes_place_people_better_than_land_does() {
    let bed = bed();
    let gm = bed.join("greater_manchester");
    let lsoa_people = people(&gm.join("stats/trafford_mid2024_population_lsoa.csv"));
    let oa_people = people(&gm.join("stats/trafford_mid2024_population_oa.csv"));
    let mut lsoa = areas(&gm.join("boundaries/lsoa_2021_gm_lsoa_generalised.geojson"), "lsoa21", "area_code");
    lsoa.retain(|a| lsoa_people.iter().any(|(code, _)| *code == a.code));
    let oa = areas(&gm.join("boundaries/oa_2021_trafford_oa_generalised.geojson"), "oa21", "area_code");
    let total = |figures: &[(String, f64)]| figures.iter().map(|f| f.1).sum::<f64>();
    assert_eq!((lsoa.len(), oa.len()), (139, 738));
    assert_eq!((total(&lsoa_people), total(&oa_people)), (241_025.0, 241_025.0));

    let mut reader = csv::Reader::from_path(gm.join("postcodes/trafford_postcodes.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (code, lon, lat) = (at("postcode"), at("lon"), at("lat"));
    let postcodes: Vec<Postcode> = reader
        .records()
        .map(Result::unwrap)
        .filter_map(|r| {
            let place = Place::new(r[lon].parse().ok()?, r[lat].parse().ok()?).ok()?;
            Some(Postcode { code: r[code].to_owned(), place })
        })
        .collect();

    for (resolution, by_land_at_least) in [(8, 0.973), (9, 0.919)] {
        let truth = people_by_cell(&oa, &oa_people, &postcodes, resolution);
        let land_truth = people_by_cell(&oa, &oa_people, &[], resolution);
        let by_land = people_by_cell(&lsoa, &lsoa_people, &[], resolution);
        let by_postcode = people_by_cell(&lsoa, &lsoa_people, &postcodes, resolution);
        for spread in [&truth, &land_truth, &by_land, &by_postcode] {
            assert!((spread.values().sum::<f64>() - 241_025.0).abs() < 1e-6);
        }
        let against = |truth: &HashMap<u64, f64>, guess: &HashMap<u64, f64>| {
            let mut cells: Vec<u64> = truth.keys().chain(guess.keys()).copied().collect();
            cells.sort_unstable();
            cells.dedup();
            let values = |m: &HashMap<u64, f64>| {
                cells.iter().map(|c| m.get(c).copied().unwrap_or(0.0)).collect::<Vec<_>>()
            };
            compare(&values(truth), &values(guess))
        };
        // Where the people of an output area stand is not known either: both ways of laying them are the truth in turn.
        for (truth, laid) in [(&land_truth, "land"), (&truth, "postcodes")] {
            let (land, postcode) = (against(truth, &by_land), against(truth, &by_postcode));
            println!(
                "Trafford, resolution {resolution}, small areas against output areas laid by {laid} (r, mean error in people): \
                 by land {:.3}, {:.0}; by postcodes and land {:.3}, {:.0}",
                land.0, land.1, postcode.0, postcode.1
            );
            assert!(laid == "postcodes" || land.0 > by_land_at_least);
            assert!(postcode.0 > land.0 && postcode.1 < land.1, "postcodes must do better than land");
        }
    }
}
