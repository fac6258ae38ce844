use crate::common::{Place, command};
use std::fmt::Write;
use std::process::Stdio;
use std::time::Duration;

const LISTINGS: usize = 2_000;

fn listings(version: &str) -> String {
    let mut text = String::from("id,name,kind,lon,lat,places,schedule\n");
    for i in 0..LISTINGS {
        let (lon, lat) = (2.25 + 0.1 * (i as f64) / LISTINGS as f64, 54.70 + 0.00001 * (i % 1000) as f64);
        writeln!(text, "{i},Hall {i} {version},village-hall,{lon},{lat},40,Every week of the year {version}")
            .unwrap();
    }
    text
}

/// `kill -9` in the middle of an import, at instants spread over all of it: all or nothing, and `check` is clean.
#[test]
fn an_import_killed_at_any_instant_lands_whole_or_not_at_all() {
    let place = Place::town();
    let files = ["old", "new"].map(|version| place.write(&format!("{version}.csv"), &listings(version)));
    let import = |file: &std::path::Path| {
        let mut import = command();
        import.args(["import", "assets", "--source", "halls", "--store"]).arg(place.store()).arg(file);
        import.stdout(Stdio::null()).stderr(Stdio::null());
        import
    };
    let started = std::time::Instant::now();
    assert!(import(&files[0]).status().unwrap().success());
    let mut whole = started.elapsed();

    let (mut killed, mut kept, mut landed) = (0, 0, 0);
    let mut version = 0;
    // Until twenty were killed while they ran. How long an import takes varies with what else the machine does: one that had
    // ended before its kill makes the next come earlier.
    for kill in 1..=80_u32 {
        if killed == 20 {
            break;
        }
        let mut child = import(&files[1 - version]).spawn().unwrap();
        std::thread::sleep(whole * (kill % 20) / 19 + Duration::from_millis(3));
        child.kill().unwrap();
        match child.wait().unwrap().code() {
            None => killed += 1,
            Some(_) => whole = whole * 9 / 10,
        }

        place.run(["check"]).ended(0);
        let halls = place.run(["export", "assets", "--source", "halls"]).ended(0).out;
        let of = |version: &str| halls.matches(&format!(" {version}\",\"kind\"")).count();
        match (of("old"), of("new")) {
            (LISTINGS, 0) if version == 0 => kept += 1,
            (0, LISTINGS) if version == 1 => kept += 1,
            (LISTINGS, 0) | (0, LISTINGS) => {
                version = 1 - version;
                landed += 1;
            }
            (old, new) => panic!("kill {kill}: {old} old and {new} new listings"),
        }
    }
    assert!(killed == 20 && kept >= 5, "{killed} killed, {kept} kept the old, {landed} had the new");
}
