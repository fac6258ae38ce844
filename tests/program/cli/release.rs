//! From counts that stay on one machine to figures that anybody may see.

use super::serve::Server;
use crate::common::{Place, command};
use std::path::{Path, PathBuf};

/// The made-up town, its referrals imported as if somebody had counted them.
fn vault() -> Place {
    let place = Place::town();
    let file = place.path("demand.csv");
    let map = "source = \"made-up-referrals\"\ngeography = \"doggerby\"\ncomplete = true\n";
    let map = place.write("counts.toml", map);
    place.run(["import", "demand", file.to_str().unwrap(), "--map", map.to_str().unwrap()]).ended(0);
    place
}

fn key(place: &Place, role: &str, label: &str) -> PathBuf {
    let secret = place.run(["key", "add", "--role", role, "--label", label]).ended(0).out;
    place.write(label, &secret)
}

fn close(place: &Place, key: &Path, more: &[&str]) -> crate::common::Ran {
    let args = ["release", "close", "--period", "2026-Q3", "--without", "MADEUP-28", "--key"];
    place.run(args.into_iter().chain([key.to_str().unwrap()]).chain(more.iter().copied()))
}

/// A release of the vault's quarter, in a file of the vault.
fn released(vault: &Place) -> PathBuf {
    for key in [key(vault, "steward", "information"), key(vault, "steward", "planning")] {
        close(vault, &key, &[]).ended(0);
    }
    let file = vault.path("2026-Q3.json");
    vault.run(["release", "export", "--period", "2026-Q3", "--out", file.to_str().unwrap()]).ended(0);
    file
}

#[test]
fn two_stewards_close_a_quarter_once() {
    let vault = vault();
    let [one, two] = ["information", "planning"].map(|label| key(&vault, "steward", label));
    let other = key(&vault, "link-worker", "north-team");
    let not_covered =
        vault.run(["release", "close", "--period", "2026-Q3", "--key", one.to_str().unwrap()]).ended(2);
    assert!(
        not_covered.err.contains("1 areas in 2026-Q3: MADEUP-28") && not_covered.err.contains("--without")
    );
    assert!(close(&vault, &other, &[]).ended(2).err.contains("is a link-worker's"));
    let wrong = vault.write("wrong", "hereabouts_00000000_00");
    assert!(close(&vault, &wrong, &[]).ended(2).err.contains("not a key that is good today"));

    let proposed = close(&vault, &one, &["--json"]).ended(0).json();
    assert_eq!((&proposed["state"], &proposed["mu"]), (&"proposed".into(), &0.8.into()));
    assert!(close(&vault, &one, &[]).ended(2).err.contains("another steward's key"));
    // Another budget is another release, which nobody has proposed yet.
    assert_eq!(close(&vault, &two, &["--mu", "0.5", "--json"]).ended(0).json()["state"], "proposed");
    assert_eq!(close(&vault, &one, &["--json"]).ended(0).json()["state"], "proposed");
    let closed = close(&vault, &two, &["--json"]).ended(0).json();
    assert_eq!((&closed["state"], &closed["digest"]), (&"closed".into(), &proposed["digest"]));
    for key in [&one, &two] {
        assert!(close(&vault, key, &[]).ended(2).err.contains("a quarter is released once"));
    }
    let ledger = vault.run(["release", "list", "--json"]).ended(0).json();
    let last = ledger["ledger"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["act"], &last["digest"]), (&"closed".into(), &closed["digest"]));
    let labels: Vec<_> = last["signers"].as_array().unwrap().iter().map(|s| s["label"].clone()).collect();
    assert_eq!(labels, ["information", "planning"]);
    vault.run(["release", "verify"]).ended(0);
    // What was closed is no longer there.
    vault.run(["remove", "releases", "2026-Q3"]).ended(0);
    assert!(
        vault.run(["release", "verify"]).ended(1).err.contains("2026-Q3: closed, and its release is gone")
    );
}

#[test]
fn a_release_is_served_to_any_address_and_counts_to_none() {
    let vault = vault();
    let file = released(&vault);
    let file = file.to_str().unwrap();
    let refused = vault.run(["serve", "--bind", "0.0.0.0:0"]).ended(2);
    assert!(refused.err.contains("unprotected"), "the store that has the counts stays where it is");

    let library = Place::town_without("demand");
    assert!(library.run(["import", "demand", file]).ended(1).err.contains("hereabouts import releases"));
    library.run(["import", "releases", file, "--source", "autumn"]).ended(0);
    let twice = library.run(["import", "releases", file, "--source", "again"]).ended(1);
    assert!(twice.err.contains("source \"autumn\" has the release of 2026-Q3"), "{}", twice.err);
    library.run(["check"]).ended(0);
    let rows = library.run(["gaps", "--json", "--top", "0"]).ended(0).json();
    assert_eq!(rows["about"]["unprotected"], false);
    let released: Vec<_> =
        rows["gaps"].as_array().unwrap().iter().filter(|row| !row["referrals"].is_null()).collect();
    assert!(
        released.len() > 300 && released.iter().all(|row| row["basis"] == "released"),
        "{}",
        released.len()
    );

    let mut serve = command();
    serve.args(["serve", "--bind", "0.0.0.0:0", "--store"]).arg(library.store());
    let server = Server::start(serve);
    assert!(server.get("/ogc/collections/gaps/items?limit=1").contains("\"basis\":\"released\""));
    server.terminate().ended(0);
}

#[test]
fn releases_are_written_as_whoever_reads_them_wants() {
    let vault = vault();
    let file = released(&vault);
    let export = |format: &str| {
        vault.run(["release", "export", "--period", "2026-Q3", "--format", format]).ended(0).out
    };
    assert_eq!(export("document"), std::fs::read_to_string(file).unwrap());
    let lines = |format: &str| export(format).lines().map(str::to_owned).collect::<Vec<_>>();
    let csv = lines("csv");
    assert_eq!(csv[0], "geography,code,need,quarter,referrals,standard_error,basis");
    assert!(csv[1].starts_with(",all,arts-culture,2026-Q3,") && csv[1].ends_with(",released"), "{}", csv[1]);
    assert_eq!(lines("noisy")[0], "geography,code,need,quarter,noisy_count,variance");
    let figures = |format: &str| -> Vec<String> {
        lines(format).iter().skip(1).map(|line| line.split(',').nth(4).unwrap().to_owned()).collect()
    };
    let whole: Vec<u64> = figures("csv").iter().map(|n| n.parse().unwrap()).collect();
    for (figure, nhs) in whole.iter().zip(figures("nhs")) {
        assert!((1..=7).contains(figure) == (nhs == "*"), "{figure} {nhs}");
    }
    for (figure, ten_five) in whole.iter().zip(figures("10-5")) {
        assert!((*figure < 10) == (ten_five == "c"), "{figure} {ten_five}");
    }
    assert_eq!(figures("midpoint-6").len(), whole.len());
    let curve = vault.run(["release", "curve", "--period", "2026-Q3", "--without", "MADEUP-28", "--json"]);
    let curve = curve.ended(0).json();
    assert_eq!((&curve["basis"], curve["curve"].as_array().unwrap().len()), (&"unprotected".into(), 6));
    assert!(
        vault
            .run(["release", "show", "--period", "2026-Q3", "--small"])
            .ended(0)
            .out
            .contains("fewer than 10")
    );
    assert!(vault.run(["export", "releases"]).ended(2).err.contains("release export"));
}
