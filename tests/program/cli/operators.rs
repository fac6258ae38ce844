//! What operators do with a store, and what befalls them: as root, on disks that are full or take no writes, after a kill.

use super::serve::Server;
use crate::common::{Place, Ran, command};
use hereabouts_tests::binary::binary;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A number that is no user's here.
const SOMEBODY: u32 = 54_321;

fn hand_over(dir: &Path, to: u32) {
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { hand_over(&entry, to) } else { chown(&entry, Some(to), Some(to)).unwrap() }
    }
    chown(dir, Some(to), Some(to)).unwrap();
}

fn owners(dir: &Path, of: &mut Vec<(String, u32)>) {
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        of.push((entry.display().to_string(), fs::metadata(&entry).unwrap().uid()));
        if entry.is_dir() {
            owners(&entry, of);
        }
    }
}

#[test]
#[cfg_attr(no_mounts, ignore = "needs root")]
fn root_leaves_nothing_in_the_store_of_another() {
    let place = Place::town();
    let assets = place.write("more.csv", "name,kind,lon,lat\nHerring Hall,village-hall,2.3,54.72\n");
    let assets = assets.to_str().unwrap().to_owned();
    let backup = place.path("town.backup").to_str().unwrap().to_owned();
    place.run(["backup", &backup]).ended(0);
    place.run(["key", "add", "--role", "link-worker"]).ended(0);
    hand_over(&place.store(), SOMEBODY);
    let whole = place.path("place.toml").to_str().unwrap().to_owned();
    for given in [
        &["import", "assets", &assets][..],
        &["build", &whole],
        &["gaps"],
        &["near", "--q", "lunch"],
        &["check"],
        &["sources"],
        &["backup", &backup],
        &["key", "add", "--role", "link-worker"],
        &["key", "list"],
        &["key", "revoke", "00000000"],
        &["unmet-needs"],
        &["worklist"],
        &["duplicates"],
        &["export", "assets"],
        &["remove", "assets", "made-up-listings"],
        &["verify", "made-up-listings/A0001", "runs", "--role", "link-worker"],
        &["serve", "--bind", "127.0.0.1:0"],
    ] {
        let ran = place.run(given).ended(1);
        assert!(ran.err.contains("belongs to the user with number 54321"), "{given:?}: {}", ran.err);
        let instead = format!("sudo -u '#54321' {} {}", binary().display(), given[0]);
        assert!(ran.err.contains(&instead) && ran.err.contains("--store"), "{given:?}: {}", ran.err);
    }
    let mut found = Vec::new();
    owners(&place.store(), &mut found);
    found.retain(|(_, owner)| *owner != SOMEBODY);
    assert!(found.is_empty(), "{found:?}");

    // Nor is a store made that the owner of the directory around it could not open.
    let home = place.path("home");
    fs::create_dir(&home).unwrap();
    chown(&home, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    let store = home.join("deep/new.store");
    for given in [&["import", "assets", &assets][..], &["restore", &backup]] {
        let ran = crate::common::run(given.iter().chain(&["--store", store.to_str().unwrap()])).ended(1);
        assert!(ran.err.contains("would lie in a directory of the user with number 54321"), "{}", ran.err);
    }
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    hand_over(&place.store(), 0);
    place.run(["check"]).ended(0);
}

/// Runs a script, with the program as `$0`, where what it mounts is seen by nobody else.
fn with_mounts(script: &str, place: &Place) -> Ran {
    let ran = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-euc", script])
        .arg(binary())
        .current_dir(place.path(""))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { status: ran.status.code().unwrap(), out: text(&ran.stdout), err: text(&ran.stderr) }
}

#[test]
#[cfg_attr(no_mounts, ignore = "needs root")]
fn a_store_on_a_disk_that_takes_no_writes_is_read_backed_up_and_checked() {
    let place = Place::town();
    place.run(["key", "add", "--role", "link-worker"]).ended(0);
    place.run(["verify", "made-up-listings/A0001", "runs", "--role", "link-worker"]).ended(0);
    place.run(["backup", place.path("before").to_str().unwrap()]).ended(0);
    place.write("more.csv", "name,kind,lon,lat\nHerring Hall,village-hall,2.3,54.72\n");
    fs::create_dir(place.path("tmp")).unwrap();
    let ran = with_mounts(
        "mount --bind place.store place.store
         mount -o remount,bind,ro place.store
         export HEREABOUTS_STORE=place.store TMPDIR=$PWD/tmp
         touch place.store/x 2>/dev/null && exit 9
         $0 check; $0 gaps >gaps; $0 key list; $0 backup after
         $0 verify made-up-listings/A0001 runs --role link-worker && exit 8
         $0 import assets more.csv && exit 7
         ls -A tmp",
        &place,
    )
    .ended(0);
    assert!(ran.out.contains("good") && !ran.out.contains("hereabouts-"), "no copy is left: {}", ran.out);
    assert_eq!(
        ran.err.matches("on a disk that takes no writes; nothing was changed").count(),
        2,
        "{}",
        ran.err
    );
    let read = |name: &str| fs::read(place.path(name)).unwrap();
    assert!(read("before") == read("after"), "the same, journal and all");
    place.run(["check"]).ended(0);
}

#[test]
#[cfg_attr(no_mounts, ignore = "needs root")]
fn a_key_is_revoked_on_a_full_disk() {
    let place = Place::town();
    fs::create_dir(place.path("disk")).unwrap();
    let ran = with_mounts(
        "mount -t tmpfs -o size=400m none disk
         cp -r place.store disk/; export HEREABOUTS_STORE=disk/place.store
         $0 key add --role link-worker 2>&1 >secret | cut -d' ' -f2 >id
         cat /dev/zero >disk/full 2>/dev/null || true
         test $(stat -f -c %a disk) = 0
         $0 key add --role link-worker && exit 9
         $0 key revoke $(cat id); $0 key list; $0 check",
        &place,
    );
    let ran = ran.ended(0);
    let id = fs::read_to_string(place.path("id")).unwrap();
    let line = ran.out.lines().find(|line| line.contains(id.trim())).unwrap();
    assert!(line.contains("revoked"), "{}", ran.out);
}

/// Kills a command at instants spread over its work, until it was in the middle several times, and gives how often it was.
fn killed(start: impl Fn() -> Command, left: &Path) -> u32 {
    let mut in_the_middle = 0;
    for n in 1..=60_u64 {
        let mut child = start().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while !left.exists() && Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(1_500 * (n % 12)));
        let _ = child.kill();
        child.wait().unwrap();
        in_the_middle += u32::from(left.exists());
        if in_the_middle >= 4 {
            break;
        }
    }
    in_the_middle
}

#[test]
fn what_a_killed_restore_or_backup_left_blocks_nothing() {
    let place = Place::town();
    place.run(["key", "add", "--role", "link-worker"]).ended(0);
    let backup = place.path("town.backup");
    place.run(["backup", backup.to_str().unwrap()]).ended(0);
    let new = place.path("new.store");
    let restore = || {
        let mut restore = command();
        restore.args(["restore", backup.to_str().unwrap(), "--store", new.to_str().unwrap()]);
        restore
    };
    assert!(killed(restore, &place.path("new.store.part")) > 0, "no restore was killed in its middle");
    assert!(restore().output().unwrap().status.success(), "the next one goes through");
    assert!(!place.path("new.store.part").exists());

    let again = place.path("again.backup");
    let back_up = || {
        let mut back_up = command();
        back_up.args(["backup", again.to_str().unwrap(), "--store", new.to_str().unwrap()]);
        back_up
    };
    assert!(killed(back_up, &place.path("again.backup.part")) > 0, "no backup was killed in its middle");
    assert!(back_up().output().unwrap().status.success(), "the next one goes through");
    assert!(fs::read(&backup).unwrap() == fs::read(&again).unwrap());
    assert_eq!(fs::metadata(&again).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_not_left_by_this_program_is_not_touched() {
    let place = Place::town();
    let backup = place.path("town.backup");
    place.run(["backup", backup.to_str().unwrap()]).ended(0);
    let precious = place.write("precious", "precious");
    // A link of the name under which a backup is written led to what it named.
    symlink(&precious, place.path("b.part")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    fs::write(place.path("folder/precious"), "precious").unwrap();
    symlink(place.path("folder"), place.path("linked.part")).unwrap();
    symlink(place.path("nowhere"), place.path("dangling.part")).unwrap();
    fs::create_dir(place.path("own.part")).unwrap();
    fs::write(place.path("own.part/precious"), "precious").unwrap();
    place.write("mine.part", "precious");
    for file in ["b", "mine", "dangling"] {
        let ran = place.run(["backup", place.path(file).to_str().unwrap()]).ended(1);
        assert!(ran.err.contains(".part"), "{}", ran.err);
    }
    for store in ["linked", "own", "dangling", "mine"] {
        let store = place.path(store);
        let ran =
            crate::common::run(["restore", backup.to_str().unwrap(), "--store", store.to_str().unwrap()]);
        assert!(ran.ended(1).err.contains(".part"));
    }
    for kept in ["precious", "folder/precious", "own.part/precious", "mine.part"] {
        assert_eq!(fs::read_to_string(place.path(kept)).unwrap(), "precious", "{kept}");
    }
    assert!(!place.path("nowhere").exists());
}

#[test]
fn a_journal_or_records_that_are_gone_are_missed() {
    for (name, enter) in [("journal", true), ("wants", false)] {
        let place = Place::town();
        if enter {
            place.run(["verify", "made-up-listings/A0001", "closed", "--role", "link-worker"]).ended(0);
        } else {
            let key = place.run(["key", "add", "--role", "link-worker"]).ended(0).out;
            let mut serve = command();
            serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
            let server = Server::start(serve);
            let near = server.get("/v1/near?at=54.72,2.30&need=food&limit=1");
            let cell = near.split("\"cell\":\"").nth(1).unwrap().split('"').next().unwrap();
            let record = format!("{{\"need\":\"food\",\"cell\":\"{cell}\",\"why\":[\"too-far\"]}}");
            let answer = server.post("/v1/unmet-needs", key.trim(), &record);
            assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        }
        place.run(["check"]).ended(0);
        fs::rename(place.store().join(name), place.path("elsewhere")).unwrap();
        let ran = place.run(["check"]).ended(1);
        assert!(ran.err.contains(&format!("{name} was there and is missing")), "{}", ran.err);
        // Nothing begins anew as if there had been nothing.
        place.run(["backup", place.path("b").to_str().unwrap()]).ended(1);
        if enter {
            place.run(["verify", "made-up-listings/A0001", "runs", "--role", "link-worker"]).ended(1);
            place.run(["gaps"]).ended(1);
        }
        assert!(!place.store().join(name).exists());
        fs::remove_file(place.store().join(format!("{name}.made"))).unwrap();
        place.run(["check"]).ended(0);
    }
}
