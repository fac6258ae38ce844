//! How well listings of one thing are found: on the duplicates planted in the test bed's groups, and on hard cases made up
//! here. Run with `--nocapture` to read the figures and the worst mistakes.

use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{KnownReferences, SourceFile, import};
use hereabouts_data::linkage::canonical_asset::{PinnedFields, assets};
use hereabouts_data::linkage::matching::{LinkDecisions, LinkState, groups, links};
use hereabouts_data::record::{AssetRecord, LocationPrecision, RecordKind, RecordList};
use hereabouts_data::tables::Tables;
use hereabouts_tests::test_bed;
use std::collections::BTreeSet;

type Pair = (String, String);

fn listings(bytes: &[u8], source: &str) -> Vec<AssetRecord> {
    let tables = Tables::built_in().unwrap();
    let known =
        KnownReferences { needs: tables.need_words, kinds: tables.kind_words, ..KnownReferences::default() };
    let map = ImportMap { source: Some(source.to_owned()), ..ImportMap::default() };
    let imported =
        import(RecordKind::Assets, &[SourceFile { name: "groups.csv", bytes }], &map, &known).unwrap();
    let RecordList::Assets(records) = imported.records else { panic!("not assets") };
    records
}

/// Pairs that the maker of the groups planted: a row and the next, renamed in one of its two ways.
fn planted(bytes: &[u8]) -> BTreeSet<Pair> {
    let mut reader = csv::Reader::from_reader(bytes);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let renamed = |name: &str, next: &str| {
        next == name.replace(" at ", ", ").to_uppercase()
            || next == format!("{} group", name.replace("and", "&"))
    };
    rows.windows(2)
        .filter(|pair| renamed(&pair[0][1], &pair[1][1]) && (6..14).all(|c| pair[0][c] == pair[1][c]))
        .map(|pair| (pair[0][0].to_owned(), pair[1][0].to_owned()))
        .collect()
}

fn found(all: &[AssetRecord], state: LinkState) -> BTreeSet<Pair> {
    let ids = |i: usize| all[i].source_id.clone();
    links(all).into_iter().filter(|l| l.state == state).map(|l| (ids(l.pair.0), ids(l.pair.1))).collect()
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn planted_duplicates_are_found_and_nothing_else() {
    let bed = test_bed();
    for place in ["bath", "greater_manchester"] {
        let bytes = std::fs::read(bed.join(place).join("groups_SYNTHETIC.csv")).unwrap();
        let (all, planted) = (listings(&bytes, "groups"), planted(&bytes));
        let (applied, proposed) = (found(&all, LinkState::Applied), found(&all, LinkState::Proposed));
        let right = applied.intersection(&planted).count();
        let (precision, recall) = (right as f64 / applied.len() as f64, right as f64 / planted.len() as f64);
        println!(
            "{place}: {} listings, {} planted; applied {} (precision {precision:.4}, recall {recall:.4}), proposed {}",
            all.len(),
            planted.len(),
            applied.len(),
            proposed.len()
        );
        let named = |pair: &Pair| {
            [&pair.0, &pair.1].map(|id| all.iter().find(|a| a.source_id == *id).map(|a| a.name.clone()))
        };
        for pair in applied.difference(&planted).take(10) {
            println!("  joined, and not planted: {pair:?} {:?}", named(pair));
        }
        for pair in planted.difference(&applied).take(10) {
            println!(
                "  planted, and not joined: {pair:?} {:?} proposed {}",
                named(pair),
                proposed.contains(pair)
            );
        }
        assert!(planted.len() >= 10, "the duplicates of {place} were not found in its file");
        assert!(precision >= 0.99 && recall >= 0.85, "{place}: precision {precision}, recall {recall}");
        // Not one merge of two groups of different names in one hall.
        let groups = groups(&all, &links(&all), &LinkDecisions::new());
        for group in groups.iter().filter(|g| g.len() > 1) {
            let needs: BTreeSet<&Vec<String>> = group.iter().map(|&i| &all[i].needs).collect();
            assert_eq!(needs.len(), 1, "{:?}", group.iter().map(|&i| &all[i].name).collect::<Vec<_>>());
        }
    }
}

fn one(source: &str, id: &str, name: &str, at: (f64, f64)) -> AssetRecord {
    AssetRecord {
        source: source.into(),
        source_id: id.into(),
        name: name.into(),
        kind: "group".into(),
        place: Some([-2.2 + at.0, 53.5 + at.1]),
        ..AssetRecord::default()
    }
}

fn state(a: AssetRecord, b: AssetRecord) -> Option<LinkState> {
    links(&[a, b]).first().map(|l| l.state)
}

#[test]
fn hard_cases() {
    let here = (0.0, 0.0);
    let hall = |source: &str, name: &str| one(source, "1", name, here);
    // One hall, one telephone, one website: two groups.
    let with = |mut a: AssetRecord| {
        (a.phone, a.website) = (Some("0161 496 0000".into()), Some("https://hall.example.org".into()));
        a
    };
    assert_eq!(state(with(hall("a", "Knit and Natter")), with(hall("b", "Lunch Club"))), None);
    assert_eq!(
        state(with(hall("a", "Knit and Natter")), with(hall("b", "Knit & natter group"))),
        Some(LinkState::Applied)
    );
    // The same name at the same place on another day is another session, or a change: a person decides.
    let on = |source: &str, schedule: &str| {
        let rule = hereabouts_schedule::read(schedule).unwrap();
        AssetRecord { timetable: Some((&rule).into()), ..hall(source, "Chair yoga") }
    };
    assert_eq!(state(on("a", "Monday 10:00-11:00"), on("b", "Monday 10:00-11:00")), Some(LinkState::Applied));
    assert_ne!(
        state(on("a", "Monday 10:00-11:00"), on("b", "Thursday 14:00-15:00")),
        Some(LinkState::Applied)
    );
    // A slip, or another word: only with something to back it.
    assert_eq!(state(hall("a", "Sewing for all"), hall("b", "Swing for all")), Some(LinkState::Proposed));
    assert_eq!(
        state(with(hall("a", "Wellbeing Choir")), with(hall("b", "Welbeing Choir"))),
        Some(LinkState::Applied)
    );
    // Of a sort, and not one thing.
    assert_ne!(
        state(hall("a", "Community Centre"), one("b", "1", "Community Centre", (0.0008, 0.0))),
        Some(LinkState::Applied)
    );
    assert_ne!(
        state(hall("a", "Bench (no name)"), one("b", "1", "Bench (no name)", (0.0001, 0.0))),
        Some(LinkState::Applied)
    );
    assert_eq!(
        state(hall("a", "Mill Lane Community Centre"), hall("b", "Mill Lane Community Center")),
        Some(LinkState::Applied)
    );
    // One name in two towns, and two shops of a chain in one street.
    assert_eq!(state(hall("a", "Age Well"), one("b", "1", "Age Well", (0.02, 0.0))), None);
    assert_ne!(
        state(hall("a", "Corner Shop"), one("a", "2", "Corner Shop", (0.0004, 0.0))),
        Some(LinkState::Applied)
    );
    // Other registers' numbers.
    let run = |source: &str, id: &str| AssetRecord {
        organisation_id: Some(id.into()),
        ..hall(source, "Carers café")
    };
    assert_ne!(state(run("a", "GB-CHC-1"), run("b", "GB-CHC-2")), Some(LinkState::Applied));
    assert_eq!(state(run("a", "GB-CHC-1"), run("b", "GB-CHC-1")), Some(LinkState::Applied));
    // A library is no pharmacy of the same name; a longer name is proposed with something to back it.
    let kind = |source: &str, kind: &str| AssetRecord { kind: kind.into(), ..hall(source, "Mill Lane") };
    assert_ne!(state(kind("a", "library"), kind("b", "pharmacy")), Some(LinkState::Applied));
    assert_ne!(
        state(with(hall("a", "Mill Lane Library")), with(hall("b", "Mill Lane Library Friends Library"))),
        Some(LinkState::Applied)
    );
}

#[test]
fn two_that_contradict_each_other_are_not_joined_by_a_third() {
    let on = |source: &str, schedule: Option<&str>| {
        let timetable = schedule.map(|s| (&hereabouts_schedule::read(s).unwrap()).into());
        AssetRecord { timetable, ..one(source, "1", "Chair yoga", (0.0, 0.0)) }
    };
    let all = [on("a", Some("Monday 10:00-11:00")), on("b", None), on("c", Some("Thursday 14:00-15:00"))];
    let apart = groups(&all, &links(&all), &LinkDecisions::new());
    assert_eq!(apart.len(), 2, "{apart:?}");
    assert!(apart.iter().all(|g| !(g.contains(&0) && g.contains(&2))), "{apart:?}");
    // A person may know better.
    let same = LinkDecisions::from([(("a/1".to_owned(), "c/1".to_owned()), true)]);
    assert_eq!(groups(&all, &links(&all), &same), [[0, 1, 2]]);
    // Nor do slips lead from one word to another.
    let named = |source: &str, name: &str| AssetRecord {
        phone: Some("0161 496 0000".into()),
        ..one(source, "1", name, (0.0, 0.0))
    };
    let all = [named("a", "Singing hands"), named("b", "Swinging hands"), named("c", "Swingingly hands")];
    let found = groups(&all, &links(&all), &LinkDecisions::new());
    assert!(found.iter().all(|g| !(g.contains(&0) && g.contains(&2))), "{found:?}");
}

#[test]
fn what_people_decide_holds() {
    let all: Vec<AssetRecord> = ["a", "b", "c"].map(|s| one(s, "1", "Chair yoga", (0.0, 0.0))).to_vec();
    let found = links(&all);
    assert_eq!(found.len(), 3);
    let pair = |a: &str, b: &str| (format!("{a}/1"), format!("{b}/1"));
    assert_eq!(groups(&all, &found, &LinkDecisions::new()), [[0, 1, 2]]);
    // Two said to be different are apart, also through a third.
    let apart = groups(&all, &found, &LinkDecisions::from([(pair("a", "b"), false)]));
    assert!(apart.iter().all(|g| !(g.contains(&0) && g.contains(&1))), "{apart:?}");
    assert_eq!(apart.len(), 2);
    let none: Vec<AssetRecord> = ["x", "y"].map(|n| one(n, "1", n, (0.0, 0.0))).to_vec();
    let joined = LinkDecisions::from([(("x/1".to_owned(), "y/1".to_owned()), true)]);
    assert_eq!(groups(&none, &links(&none), &joined), [[0, 1]]);
    // A decision about a listing that is no more changes nothing.
    let gone = LinkDecisions::from([(("x/9".to_owned(), "y/1".to_owned()), true)]);
    assert_eq!(groups(&none, &links(&none), &gone).len(), 2);
}

/// A listing of a source that hides its place, and one of another source that tells one.
fn hidden_and_told(name: &str, told: AssetRecord) -> Vec<AssetRecord> {
    let hidden = AssetRecord {
        place: None,
        location_precision: LocationPrecision::Hidden,
        phone: Some("0161 496 0009".into()),
        organisation_id: Some("GB-CHC-1".into()),
        ..one("careful", "hidden-1", name, (0.0, 0.0))
    };
    let others = (0..5).map(|n| {
        let other =
            one("switchboard", &n.to_string(), &format!("Advice desk {n}"), (0.1 * f64::from(n), 0.2));
        AssetRecord { phone: Some("0161 496 0100".into()), ..other }
    });
    [hidden, told].into_iter().chain(others).collect()
}

#[test]
fn what_is_probably_a_hidden_place_is_told_to_nobody_until_somebody_decides() {
    let told = |name: &str| one("careless", "x", name, (0.01, 0.3));
    let number = |a: AssetRecord, number: &str| AssetRecord { phone: Some(number.into()), ..a };
    let registered = |a: AssetRecord, number: &str| AssetRecord { organisation_id: Some(number.into()), ..a };
    for (hidden, other, waits) in [
        ("Haven for women", told("Haven for Women"), true),
        ("Haven for women", told("HAVEN (women)"), true),
        ("Wellbeing Haven", told("Welbeing Haven"), true),
        ("Haven refuge", told("Haven Refuge and Outreach"), true),
        ("Haven for women", number(told("Domestic abuse service"), "+44 161 496 0009"), true),
        ("Women's house", AssetRecord { kind: "office".into(), ..told("Womens house") }, true),
        ("Community house", number(told("Community house"), "0161 496 0009"), true),
        // Of a sort, and nothing else agrees.
        ("Community house", told("Community house"), false),
        ("Haven for women", told("Walking for women and men"), false),
        ("Haven for women", number(told("Lunch club"), "0161 496 0010"), false),
        // Another register's number, and a list that has both.
        ("Haven for women", registered(told("Haven for women"), "GB-CHC-2"), false),
        ("Haven for women", AssetRecord { source: "careful".into(), ..told("Haven for women") }, false),
    ] {
        let name = other.name.clone();
        let (id, all) = (other.id(), hidden_and_told(hidden, other));
        let ids = |decisions: &LinkDecisions| -> BTreeSet<String> {
            let (made, _) = assets(all.clone(), decisions, &PinnedFields::new());
            made.iter().map(|asset| asset.record.id()).collect()
        };
        let has = ids(&LinkDecisions::new());
        assert_eq!(has.contains(&id), !waits, "{hidden} / {name}");
        assert_eq!(has.len(), if waits { 6 } else { 7 }, "nothing else waits: {has:?}");
        if !waits {
            continue;
        }
        let decided = |same: bool| {
            let (a, b) = ("careful/hidden-1".to_owned(), id.clone());
            ids(&LinkDecisions::from([(if a < b { (a, b) } else { (b, a) }, same)]))
        };
        assert!(decided(false).contains(&id), "two, as somebody says");
        let one = decided(true);
        assert!(!one.contains(&id) && one.contains("careful/hidden-1"), "one, and hidden: {one:?}");
    }
}

/// A switchboard has many listings, and none of them is the hidden one for its number alone.
#[test]
fn a_number_that_many_have_is_no_sign() {
    let hidden = |a: AssetRecord| AssetRecord { phone: Some("0161 496 0100".into()), ..a };
    let all: Vec<AssetRecord> = hidden_and_told("Haven", one("careless", "x", "Haven choir", (0.01, 0.3)))
        .into_iter()
        .map(hidden)
        .collect();
    let (made, _) = assets(all, &LinkDecisions::new(), &PinnedFields::new());
    assert_eq!(made.len(), 7);
}
