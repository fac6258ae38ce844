//! Backups and what becomes of them.

use super::*;

#[test]
fn a_backup_brings_everything_back_and_gives_the_same_bytes() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"{\"licence\":\"ODbL\"}", entries(300, "a")).unwrap();
    store
        .replace_source("neighbourhoods", "areas", b"null", vec![("raw".into(), vec![0, 10, 13, 255])])
        .unwrap();
    store
        .replace_source("demand", "counts", &[0, 255], vec![("spaced".into(), b" {\"a\" : 1} ".to_vec())])
        .unwrap();
    store.remove_source("demand", "counts").unwrap();
    store
        .replace_source("demand", "counts", &[0, 255], vec![("spaced".into(), b" {\"a\" : 1} ".to_vec())])
        .unwrap();
    let file = dir.path().join("place.backup");
    let written = backup(&store, &file, &[]).unwrap();
    assert_eq!((written.sources, written.records, written.revision), (3, 302, 5));

    let other = dir.path().join("restored.store");
    assert_eq!(restore(&file, &other).unwrap(), written);
    let restored = Store::open(&other).unwrap();
    assert_eq!((holds(&restored), restored.revision()), (holds(&store), store.revision()));
    assert_eq!(restored.check().problems, Vec::<String>::new());
    let again = dir.path().join("again.backup");
    backup(&restored, &again, &[]).unwrap();
    assert_eq!(fs::read(&file).unwrap(), fs::read(&again).unwrap());

    let without = dir.path().join("without.backup");
    assert_eq!(backup(&store, &without, &["demand".to_owned()]).unwrap().sources, 2);
    assert!(!fs::read_to_string(&without).unwrap().contains("counts"));
    assert!(matches!(restore(&file, &other), Err(StoreError::NotEmpty { .. })));
}

#[test]
fn a_backup_holds_the_small_stores_and_their_logs() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(2, "a")).unwrap();
    let mut journal = Store::create(&store.dir().join(JOURNAL)).unwrap();
    journal.append("said", &[b"{\"a\":1}".to_vec(), vec![0, 255]]).unwrap();
    journal.replace_source("keys", "issued", b"{}", entries(1, "k")).unwrap();
    drop(journal);
    let mut unmet_needs = Store::create(&store.dir().join(UNMET_NEEDS)).unwrap();
    unmet_needs.append("wants", &[b"{\"need\":1}".to_vec()]).unwrap();
    drop(unmet_needs);
    let file = dir.path().join("place.backup");
    let written = backup(&store, &file, &[]).unwrap();
    assert_eq!((written.sources, written.records, written.revision), (2, 6, 1));

    let other = dir.path().join("restored.store");
    assert_eq!(restore(&file, &other).unwrap(), written);
    let restored = Store::open(&other).unwrap();
    let again = dir.path().join("again.backup");
    backup(&restored, &again, &[]).unwrap();
    assert_eq!(fs::read(&file).unwrap(), fs::read(&again).unwrap());
    let inside = restored.beside().unwrap();
    assert_eq!(
        inside.iter().map(|(name, store)| (*name, store.revision())).collect::<Vec<_>>(),
        [(JOURNAL, 2), (UNMET_NEEDS, 1)]
    );
    assert_eq!(inside[0].1.entries("said", 1).unwrap(), [(2, vec![0, 255])]);
    drop(inside);

    backup(&restored, &file, &["wants".to_owned(), "keys".to_owned()]).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("need") && !text.contains("k 0") && text.contains("said"), "{text}");
    let cut: String =
        text.lines().filter(|line| !line.contains("00ff")).map(|line| format!("{line}\n")).collect();
    fs::write(&file, cut).unwrap();
    assert!(matches!(restore(&file, &dir.path().join("third.store")), Err(StoreError::Backup { .. })));
}

#[test]
fn a_backup_that_was_touched_is_refused_and_leaves_nothing() {
    let (dir, mut store) = store();
    store.replace_source("assets", "osm", b"h", entries(30, "a")).unwrap();
    let file = dir.path().join("place.backup");
    backup(&store, &file, &[]).unwrap();
    let good = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let bad = [
        good[..good.len() / 2].to_owned(),
        lines[..lines.len() - 1].join("\n") + "\n",
        good.replace("a 17", "a 71"),
        good.replacen(&format!("{}\n", lines[5]), "", 1),
        good.replacen("\"format\":1", "\"format\":9", 1),
        "{}\n".to_owned(),
        String::new(),
    ];
    for (case, text) in bad.iter().enumerate() {
        fs::write(&file, text).unwrap();
        let target = dir.path().join("restored.store");
        assert!(matches!(restore(&file, &target), Err(StoreError::Backup { .. })), "case {case}");
        assert!(!target.exists() && !open::beside(&target).exists(), "case {case}");
    }
}
