use crate::common::{Place, is_plain, read, run};
use std::fs;

#[test]
fn a_backup_restores_to_a_store_that_says_the_same() {
    let place = Place::town();
    let (backup, other) = (place.path("town.backup"), place.path("other.store"));
    let (backup, other) = (backup.to_str().unwrap(), other.to_str().unwrap());
    place.run(["backup", backup]).ended(0);
    run(["restore", backup, "--store", other]).ended(0);
    let gaps = |store: &str| run(["gaps", "--json", "--as-of", "2026-10-01", "--store", store]).ended(0).out;
    assert!(gaps(place.store().to_str().unwrap()) == gaps(other));
    let again = place.path("again.backup");
    run(["backup", again.to_str().unwrap(), "--store", other]).ended(0);
    assert!(read(backup.as_ref()) == read(&again));

    run(["restore", backup, "--store", other]).ended(1);
    let cut = place.write("cut.backup", &read(backup.as_ref())[..50_000]);
    let third = place.path("third.store");
    let ran = run(["restore", cut.to_str().unwrap(), "--store", third.to_str().unwrap()]).ended(1);
    assert!(ran.err.contains("cannot be used") && !third.exists(), "{}", ran.err);
}

#[test]
fn counts_can_be_kept_out_of_a_backup() {
    let place = Place::town();
    let backup = place.path("town.backup");
    place.run(["backup", backup.to_str().unwrap(), "--without", "demand"]).ended(0);
    assert!(!read(&backup).contains("referrals\":"));
}

#[test]
fn an_export_is_one_record_a_line() {
    let place = Place::town();
    let assets = place.run(["export", "assets"]).ended(0).out;
    let lines: Vec<serde_json::Value> =
        assets.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 560 + 46);
    assert!(lines.iter().all(|line| line["record"]["name"].is_string() && line["source"].is_string()));
    let some = place.run(["export", "assets", "--source", "made-up-green-spaces"]).ended(0).out;
    assert_eq!(some.lines().count(), 46);
    place.run(["export", "assets", "--source", "nobody"]).ended(2);
}

#[test]
fn a_source_can_be_removed() {
    let place = Place::town();
    place.run(["remove", "assets", "made-up-green-spaces"]).ended(0);
    let sources = place.run(["sources"]).ended(0).out;
    assert!(!sources.contains("made-up-green-spaces") && sources.contains("made-up-listings"), "{sources}");
    place.run(["remove", "assets", "made-up-green-spaces"]).ended(1);
    place.run(["check"]).ended(0);
}

#[test]
fn a_store_in_use_is_said_to_be() {
    let place = Place::town();
    let _held = hereabouts_store::Store::open(&place.store()).unwrap();
    for command in ["gaps", "check", "sources"] {
        let ran = place.run([command]).ended(1);
        assert!(ran.err.contains("in use by another process"), "{}", ran.err);
    }
}

#[test]
fn damage_is_told_with_what_to_do() {
    let place = Place::town();
    let db = place.store().join("db");
    let whole = fs::read(&db).unwrap();
    let used = whole.iter().rposition(|&byte| byte != 0).unwrap();
    fs::write(&db, &whole[..used / 2]).unwrap();
    for command in ["check", "gaps", "sources"] {
        let ran = place.run([command]).ended(1);
        assert!(ran.err.contains("damaged") && ran.err.contains("hereabouts restore"), "{}", ran.err);
        is_plain(&ran.err);
    }
    assert!(db.exists(), "nothing is deleted");
}

/// A limit on the size of files stands in for a full disk.
#[test]
fn a_disk_that_refuses_leaves_the_store_as_it_was() {
    let place = Place::town();
    let before = place.everything();
    let mut text = String::from("id,name,kind,lon,lat,schedule\n");
    for i in 0..12_000 {
        text += &format!("{i},Hall {i},village-hall,2.3,54.7,{}\n", "x".repeat(600));
    }
    let file = place.write("halls.csv", &text);
    let blocks = (fs::metadata(place.store().join("db")).unwrap().len() + (4 << 20)) / 512;
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let refused = std::process::Command::new("sh")
        .args(["-c", &script])
        .arg(hereabouts_tests::binary::binary())
        .args(["import", "assets", file.to_str().unwrap(), "--store"])
        .arg(place.store())
        .output()
        .unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && said.contains("nothing was changed"), "{said}");
    is_plain(&said);
    assert_eq!(place.everything(), before);
    place.run(["check"]).ended(0);
    place.run(["import", "assets", file.to_str().unwrap()]).ended(0);
    assert!(place.run(["check", "--json"]).ended(0).json()["leftovers"] == 0);
}
