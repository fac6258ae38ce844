//! Age and sessions count from what is known of them.

use chrono::{Days, NaiveDate};
use hereabouts_core::AnalysisPolicy;
use hereabouts_core::supply::{chance_it_runs, providers};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::load::load;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::{Store, StoreChange};

const GROUPS: &str = "id,name,kind,need,lon,lat,rrule,opens,closes,places_per_session,last_verified
weekly,Choir,group,arts-culture,-2.3,53.4,FREQ=WEEKLY;BYDAY=TU,10:00,12:00,,2025-06-01
monthly,Makers,group,arts-culture,-2.3,53.41,FREQ=MONTHLY;BYDAY=1TU,10:00,12:00,,
counted,Painters,group,arts-culture,-2.3,53.43,FREQ=MONTHLY;BYDAY=2WE,10:00,12:00,20,
unsaid,Dancers,group,arts-culture,-2.3,53.44,,,,,
library,Library,library,,-2.3,53.45,FREQ=WEEKLY;BYDAY=MO,10:00,12:00,,
";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn import(store: &mut Store, table: &str, map: &str, on: &str) -> StoreChange {
    let map = ImportMap { as_of: Some(day(on)), ..ImportMap::parse(map).unwrap() };
    let file = SourceFile { name: "groups.csv", bytes: table.as_bytes() };
    commit_import(store, &Tables::built_in().unwrap(), RecordKind::Assets, &[file], &map).unwrap().change
}

/// Chance that a listing of the store still runs on a day.
fn chance(store: &Store, id: &str, on: NaiveDate) -> f64 {
    let study = load(store, &Tables::built_in().unwrap()).unwrap().study;
    let at = study.assets().iter().position(|a| a.asset.id.ends_with(id)).unwrap();
    chance_it_runs(&study, &AnalysisPolicy::as_of(on), at)
}

/// What three years and so many days since leave of a group's chance.
fn group_after(days: i64) -> f64 {
    (-(36.0 + days as f64 / (365.2425 / 12.0)) / 24.0).exp2()
}

#[test]
fn what_nobody_dated_ages_from_the_day_its_list_had_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    import(&mut store, GROUPS, "", "2026-01-10");
    for (later, days) in [("2026-01-10", 0), ("2026-01-11", 1), ("2027-01-10", 365), ("2046-01-10", 7305)] {
        assert_eq!(chance(&store, "monthly", day(later)), group_after(days), "{later}");
    }
    // Before the day of the import it is as old as the rule says.
    assert_eq!(chance(&store, "monthly", day("2025-01-10")), group_after(0));
    // What is dated goes by its date.
    let dated = |on| chance(&store, "weekly", day(on));
    assert!((dated("2027-06-01") - 0.5).abs() < 0.001 && dated("2025-06-01") == 1.0);

    // The same again tells nothing new, and changes nothing; another table does.
    assert_eq!(import(&mut store, GROUPS, "", "2026-09-01"), StoreChange::Unchanged);
    assert_eq!(chance(&store, "monthly", day("2027-01-10")), group_after(365));
    let more = format!("{GROUPS}new,Weavers,group,arts-culture,-2.3,53.46,,,,,\n");
    assert_ne!(import(&mut store, &more, "", "2026-09-01"), StoreChange::Unchanged);
    assert_eq!(chance(&store, "monthly", day("2026-09-01")), group_after(0));

    // Where its map says when it was fetched, that is the day.
    import(&mut store, GROUPS, "retrieved = \"2020-01-01\"", "2026-09-02");
    let since = (day("2026-09-02") - day("2020-01-01")).num_days();
    assert_eq!(chance(&store, "monthly", day("2026-09-02")), group_after(since));
    assert_eq!(
        import(&mut store, GROUPS, "retrieved = \"2020-01-01\"", "2026-12-02"),
        StoreChange::Unchanged
    );
    let older = |on: NaiveDate| chance(&store, "monthly", on);
    assert!(older(day("2026-09-02") + Days::new(1)) < older(day("2026-09-02")));
}

#[test]
fn a_timetable_counts_where_nobody_says_how_many_it_takes() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    import(&mut store, GROUPS, "", "2026-01-10");
    let study = load(&store, &Tables::built_in().unwrap()).unwrap().study;
    let policy = AnalysisPolicy::as_of(day("2026-01-10"));
    let of = |id: &str, need: &str| {
        let offers = providers(&study, &policy, study.need(need).unwrap());
        let one = offers.iter().find(|p| study.assets()[p.asset].asset.id.ends_with(id)).unwrap();
        (one.listed, one.assumed)
    };
    assert_eq!(of("weekly", "arts-culture"), (156.0, true));
    assert_eq!(of("monthly", "arts-culture"), (36.0, true));
    assert_eq!(of("counted", "arts-culture"), (60.0, false));
    assert_eq!(of("unsaid", "arts-culture"), (156.0, true));
    // Opening hours are no sessions.
    let (library, assumed) = of("library", "learning-skills");
    assert!((library - 0.4 * 156.0).abs() < 1e-9 && assumed);
}
