use crate::common::{Place, read};
use hereabouts_data::feedback::outcomes::{fit, of_table, reliability};
use std::fmt::Write;

/// Checks of made-up groups that close at a constant hazard: half of kind `group` within 10 months, of `library` within 200.
/// Numbers that look like chance and are the same each time (a Weyl sequence).
fn checks(count: usize) -> String {
    let mut text = String::from("asset,kind,verified_on,checked_on,runs\n");
    let (mut u, mut v) = (0.5_f64, 0.25_f64);
    for at in 0..count {
        u = (u + 0.618_033_988_749_895).fract();
        v = (v + 0.414_213_562_373_095).fract();
        let (kind, half_life) = if at % 3 == 0 { ("library", 200.0) } else { ("group", 10.0) };
        let days = 20 + (u * 700.0) as i64;
        let from = chrono::NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
        let months = days as f64 / (365.2425 / 12.0);
        let runs = if v < (-months / half_life).exp2() { "yes" } else { "no" };
        writeln!(text, "a{at},{kind},{from},{},{runs}", from + chrono::Days::new(days as u64)).unwrap();
    }
    text
}

#[test]
fn planted_half_lives_come_back_and_chances_come_true() {
    let place = Place::town();
    let file = place.write("checks.csv", &checks(6_000));
    let out = place.path("kinds.csv");
    let (file, out) = (file.to_str().unwrap(), out.to_str().unwrap());
    let ran = place.run(["survival", "calibrate", "--outcomes", file, "--out", out, "--json"]).ended(0);
    let answer = ran.json();
    let months = |kind: &str| {
        let kinds = answer["kinds"].as_array().unwrap();
        kinds.iter().find(|k| k["kind"] == kind).unwrap()["fitted_months"].as_f64().unwrap()
    };
    assert!((months("group") - 10.0).abs() < 0.7, "{}", months("group"));
    assert!((months("library") - 200.0).abs() < 40.0, "{}", months("library"));
    let brier = |of: &str| answer["brier"][of].as_f64().unwrap();
    assert!(
        brier("fitted") < brier("table") && brier("fitted") < brier("same_for_all"),
        "{}",
        answer["brier"]
    );
    let bins = answer["bins"]["fitted"].as_array().unwrap();
    assert!(bins.len() > 5);
    for bin in bins.iter().filter(|bin| bin["outcomes"].as_u64().unwrap() >= 200) {
        let (predicted, observed) = (bin["predicted"].as_f64().unwrap(), bin["observed"].as_f64().unwrap());
        assert!((predicted - observed).abs() < 0.06, "{bin}");
    }
    // The table that was written is one that every command takes, and changes what it should.
    let table = read(&place.path("kinds.csv"));
    assert_eq!(
        table.lines().count(),
        hereabouts_data::tables::KINDS.lines().filter(|l| !l.starts_with('#')).count()
    );
    let shown = place.run(["survival", "show", "--kinds", out, "--json"]).ended(0).json();
    let group = shown["kinds"].as_array().unwrap().iter().find(|k| k["kind"] == "group").unwrap().clone();
    assert!((group["half_life_months"].as_f64().unwrap() - months("group")).abs() < 0.06);
    let text = place.run(["survival", "calibrate", "--outcomes", file]).ended(0).out;
    assert!(text.contains("held out") && text.contains("Brier") && text.contains("still ran"), "{text}");
}

#[test]
fn what_people_said_calibrates_as_well() {
    let place = Place::town();
    place.run(["survival", "calibrate"]).ended(2);
    let list =
        place.write("one.csv", "id,name,kind,lon,lat,verified_on\n1,One,group,2.30,54.72,2025-01-01\n");
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    for (said, on) in [("runs", "2025-07-01"), ("closed", "2026-01-01")] {
        place.run(["verify", "one/1", said, "--on", on]).ended(0);
    }
    let answer = place.run(["survival", "calibrate", "--json"]).ended(0).json();
    assert_eq!((&answer["checks"], &answer["kinds"][0]["gone"]), (&2.into(), &1.into()));
    assert!(place.run(["survival"]).ended(0).out.contains("failed-visit"));
    let bad = place.write("bad.csv", "kind,verified_on,checked_on,runs\ncastle,2025-01-01,2026-01-01,yes\n");
    assert!(
        place
            .run(["survival", "calibrate", "--outcomes", bad.to_str().unwrap()])
            .ended(2)
            .err
            .contains("bad.csv:2: kind")
    );
}

/// Checks in another order are the same checks.
#[test]
fn the_order_of_checks_does_not_matter() {
    let kinds = [("group", 18.0), ("library", 240.0)];
    let names = ["group", "library"];
    let text = checks(300);
    let (head, rows) = text.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let turned = format!("{head}\n{}\n", turned.join("\n"));
    let [a, b] = [&text, &turned].map(|text| of_table("t.csv", text, &names).unwrap());
    let fitted = [&a, &b].map(|checks| fit(&kinds, checks, 4.0));
    for (a, b) in fitted[0].iter().zip(&fitted[1]) {
        assert!((a.fitted - b.fitted).abs() < 1e-9 && a.checks == b.checks);
    }
    let [a, b] = [&a, &b].map(|checks| reliability(&kinds, checks, 4.0).scores().unwrap());
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} {b:?}");
}
