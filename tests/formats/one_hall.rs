//! Lists of many groups in one hall, where names, places and telephones are shared: how many are joined that are two, and
//! that a list which is read twice, or comes back from one's own feed, changes no count.

use hereabouts_data::linkage::canonical_asset::{PinnedFields, assets};
use hereabouts_data::linkage::matching::{LinkDecisions, LinkState, groups, links};
use hereabouts_data::record::AssetRecord;
use proptest::prelude::*;
use std::collections::BTreeSet;

const NAMES: [&str; 8] = [
    "Women's Walking Group",
    "Womens Walking",
    "Walking Group",
    "Knit and Natter",
    "Knit & Natter Group",
    "Chair Yoga",
    "Chair Yoga at Elm Hall",
    "Elm Hall",
];
const PHONES: [&str; 3] = ["01632 960001", "01632 960002", "01632 960003"];
const TIMES: [&str; 5] =
    ["Monday 10:00-11:00", "Tuesday 10:00-11:00", "Monday 14:00-15:00", "on Mondays", "by appointment"];
const PRICES: [f64; 3] = [0.0, 2.0, 3.5];

/// A listing of the hall; what is past the end of a table is not said.
fn listing(id: usize, (name, phone, time, price, step): (usize, usize, usize, usize, u8)) -> AssetRecord {
    let schedule = TIMES.get(time).map(|text| (*text).to_owned());
    let timetable = schedule.as_deref().and_then(|text| hereabouts_schedule::read(text).ok());
    AssetRecord {
        source: "hall".into(),
        source_id: format!("{id:03}"),
        name: NAMES[name % NAMES.len()].into(),
        kind: "group".into(),
        place: Some([-2.2 + f64::from(step) * 0.0004, 53.5]),
        phone: PHONES.get(phone).map(|text| (*text).to_owned()),
        cost_from: PRICES.get(price).copied(),
        timetable: timetable.as_ref().map(Into::into),
        schedule,
        ..AssetRecord::default()
    }
}

fn again(source: &str, of: &[AssetRecord]) -> Vec<AssetRecord> {
    of.iter()
        .map(|record| AssetRecord {
            source: source.to_owned(),
            source_id: record.id().replace('/', "_"),
            ..record.clone()
        })
        .collect()
}

fn canonical(all: Vec<AssetRecord>) -> Vec<AssetRecord> {
    let (found, _) = assets(all, &LinkDecisions::new(), &PinnedFields::new());
    found.into_iter().map(|asset| asset.record).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn ones_own_feed_read_back_changes_no_count(
        rows in prop::collection::vec((0..8_usize, 0..5_usize, 0..7_usize, 0..5_usize, 0..3_u8), 1..24)
    ) {
        let list: Vec<AssetRecord> = rows.into_iter().enumerate().map(|(id, row)| listing(id, row)).collect();
        let once = canonical(list.clone());
        let feed = again("feed", &once);
        let both = canonical([list.clone(), feed.clone()].concat());
        prop_assert_eq!(both.len(), once.len(), "{:#?}", once);
        // Nor does a third reading, in another order.
        let mut thrice = [again("later", &once), feed, list].concat();
        thrice.reverse();
        prop_assert_eq!(canonical(thrice).len(), once.len());
    }
}

/// Two lists of one hall: every group of the first stands in the second as another person would write it, among others of the
/// hall that share its name, its telephone or its hour. Of each, the group that it is of.
fn planted() -> (Vec<AssetRecord>, Vec<usize>) {
    let mut all = Vec::new();
    let mut of = Vec::new();
    let activities =
        ["Choir", "Tai Chi", "Art Club", "Lunch Club", "Sewing Circle", "Walking Group", "Bingo"];
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
    for hall in 0..12_usize {
        for (at, activity) in activities.iter().enumerate() {
            // Two groups of one activity in one hall, on two days, with two prices and telephones.
            for twice in 0..2_usize {
                let group = of.len() / 2;
                let day = days[(at + 2 * twice + hall) % days.len()];
                let schedule = format!("{day} {:02}:00-{:02}:00", 9 + at, 10 + at);
                let timetable = hereabouts_schedule::read(&schedule).unwrap();
                let base = AssetRecord {
                    source: "council".into(),
                    source_id: format!("{group:04}"),
                    name: format!("{activity} at Hall {hall}"),
                    kind: "group".into(),
                    place: Some([-2.2 + hall as f64 * 0.01, 53.5]),
                    phone: (group % 3 > 0).then(|| format!("01632 96{:04}", group % 7 * 10 + twice)),
                    cost_from: (group % 4 > 0).then_some(twice as f64),
                    timetable: Some((&timetable).into()),
                    schedule: Some(schedule),
                    ..AssetRecord::default()
                };
                let other = AssetRecord {
                    source: "charity".into(),
                    name: [format!("{activity}, Hall {hall}"), format!("{activity} group (Hall {hall})")]
                        [group % 2]
                        .clone(),
                    place: Some([-2.2 + hall as f64 * 0.01 + 0.0002, 53.5001]),
                    phone: base.phone.clone().filter(|_| group % 5 > 0),
                    timetable: base.timetable.clone().filter(|_| group % 6 > 0),
                    ..base.clone()
                };
                of.extend([group, group]);
                all.extend([base, other]);
            }
        }
    }
    (all, of)
}

#[test]
fn groups_of_one_hall_are_kept_apart_and_found_again() {
    let (all, of) = planted();
    let found = links(&all);
    let clusters = groups(&all, &found, &LinkDecisions::new());
    let pairs: BTreeSet<(usize, usize)> = clusters
        .iter()
        .flat_map(|group| {
            group.iter().enumerate().flat_map(|(at, &a)| group[at + 1..].iter().map(move |&b| (a, b)))
        })
        .collect();
    let right = pairs.iter().filter(|(a, b)| of[*a] == of[*b]).count();
    let planted = all.len() / 2;
    let (precision, recall) = (right as f64 / pairs.len() as f64, right as f64 / planted as f64);
    println!("{planted} groups twice: {} joined, precision {precision:.4}, recall {recall:.4}", pairs.len());
    for (a, b) in pairs.iter().filter(|(a, b)| of[*a] != of[*b]).take(5) {
        println!("  joined, and two: {:?} {:?}", all[*a], all[*b]);
    }
    assert!(precision >= 1.0 && recall >= 0.95, "precision {precision}, recall {recall}");
}

fn at_the_hall(
    source: &str,
    id: usize,
    (name, phone, time, price): (usize, usize, usize, usize),
) -> AssetRecord {
    AssetRecord { source: source.into(), ..listing(id, (name, phone, time, price, 0)) }
}

fn state(a: &AssetRecord, b: &AssetRecord) -> Option<LinkState> {
    links(&[a.clone(), b.clone()]).first().map(|link| link.state)
}

#[test]
fn what_is_contrary_outweighs_a_name() {
    const NOT_SAID: usize = 9;
    let one = at_the_hall("a", 1, (3, 0, 0, 1));
    for (what, other, joined) in [
        ("the same", (4, 0, 0, 1), true),
        ("nothing said", (4, NOT_SAID, NOT_SAID, NOT_SAID), true),
        ("another telephone, nothing else said", (4, 1, NOT_SAID, NOT_SAID), false),
        ("another telephone, the same times", (4, 1, 0, NOT_SAID), false),
        ("another price, the same times and telephone", (4, 0, 0, 2), true),
        ("another price and telephone, the same times", (4, 1, 0, 2), false),
        ("another day, the same telephone and price", (4, 0, 1, 1), false),
        ("the day in words", (4, NOT_SAID, 3, NOT_SAID), true),
    ] {
        let other = at_the_hall("b", 2, other);
        assert_eq!(state(&one, &other) == Some(LinkState::Applied), joined, "{what}");
    }
    // Days that no timetable knows are days all the same.
    let words = |source: &str, text: &str| AssetRecord {
        schedule: Some(text.into()),
        ..at_the_hall(source, 1, (3, 0, NOT_SAID, NOT_SAID))
    };
    assert_ne!(
        state(&words("a", "Tuesdays in term time"), &words("b", "Fridays, ring first")),
        Some(LinkState::Applied)
    );
    assert_eq!(
        state(&words("a", "Tuesdays in term time"), &words("b", "Tues, ring first")),
        Some(LinkState::Applied)
    );
}

#[test]
fn a_listing_with_its_twin_is_not_matched_to_the_twins_neighbours() {
    let list = [at_the_hall("a", 1, (0, 0, 0, 1)), at_the_hall("a", 2, (1, 9, 9, 9))];
    let twin = at_the_hall("b", 7, (0, 0, 0, 1));
    assert_eq!(state(&list[1], &twin), Some(LinkState::Applied), "alone, the names would do");
    let all = [list.to_vec(), vec![twin]].concat();
    let pairs: Vec<(usize, usize)> = links(&all).iter().filter(|l| l.pair.1 == 2).map(|l| l.pair).collect();
    assert_eq!(pairs, [(0, 2)]);
}
