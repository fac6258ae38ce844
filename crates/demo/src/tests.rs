//! The town keeps its promises.

use super::people::{AreaStory, MadeUpArea};
use super::*;
use std::collections::{BTreeMap, BTreeSet};

fn town() -> Vec<MadeUpArea> {
    people::neighbourhoods(SEED, shape::lands(SEED))
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn file(name: &str) -> String {
    files(SEED).into_iter().find(|f| f.name == name).unwrap().text
}

fn the(story: AreaStory) -> MadeUpArea {
    let mut found = town().into_iter().filter(|n| n.story == story);
    let one = found.next().unwrap();
    assert!(found.next().is_none(), "one neighbourhood for {story:?}");
    one
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(files(SEED), files(SEED));
    assert_ne!(files(SEED), files(SEED + 1));
}

#[test]
fn it_has_the_size_of_a_town() {
    assert_eq!(town().len(), 30);
    let people: u32 = town().iter().map(|n| n.people).sum();
    assert!((80_000..110_000).contains(&people), "{people}");
    let (postcodes, listings) = (rows(&file("postcodes.csv")).len(), rows(&file("assets.csv")).len());
    assert!((1450..1550).contains(&postcodes), "{postcodes}");
    assert!((550..650).contains(&listings), "{listings}");
}

#[test]
fn keys_are_unique_and_names_say_that_it_is_made_up() {
    let unique = |name: &str, column: &str| {
        let rows = rows(&file(name));
        let keys: BTreeSet<&String> = rows.iter().map(|r| &r[column]).collect();
        assert_eq!(keys.len(), rows.len(), "{name}: {column}");
    };
    unique("assets.csv", "id");
    unique("postcodes.csv", "postcode");
    unique("grants.csv", "Identifier");
    unique("population.csv", "area_code");
    for n in town() {
        assert!(n.code.starts_with("MADEUP-"));
        assert!(n.postcodes.iter().all(|p| p.code.starts_with("XX")));
    }
    assert!(file("neighbourhoods.geojson").contains("made up"));
    assert!(PLACE.contains("basis = \"synthetic\"") && PLACE.contains(NAME));
}

#[test]
fn kinds_and_needs_are_those_of_the_tables() {
    let ids = |text: &str| rows(text).into_iter().map(|r| r["id"].clone()).collect::<BTreeSet<_>>();
    let kinds = ids(include_str!("../../../data/kinds.csv"));
    let needs = ids(include_str!("../../../data/needs.csv"));
    for asset in rows(&file("assets.csv")) {
        assert!(kinds.contains(&asset["kind"]), "{}", asset["kind"]);
        assert!(asset["needs"].is_empty() || needs.contains(&asset["needs"]), "{}", asset["needs"]);
    }
    assert!(words::GREEN.iter().all(|g| kinds.contains(g.kind)));
    let asked: BTreeSet<String> = rows(&file("demand.csv")).into_iter().map(|r| r["need"].clone()).collect();
    assert_eq!(asked, needs);
}

#[test]
fn one_neighbourhood_hardly_refers_and_one_has_no_data() {
    let (silent, no_data) = (the(AreaStory::Silent), the(AreaStory::NoData));
    let demand = rows(&file("demand.csv"));
    let rate = |n: &MadeUpArea| {
        let figures = demand.iter().filter(|r| r["area_code"] == n.code);
        figures.map(|r| r["referrals"].parse::<f64>().unwrap()).sum::<f64>() / f64::from(n.people)
    };
    let mut ordinary: Vec<f64> = town().iter().filter(|n| n.story == AreaStory::Ordinary).map(rate).collect();
    ordinary.sort_by(f64::total_cmp);
    assert!(rate(&silent) < 0.3 * ordinary[0], "{} against {}", rate(&silent), ordinary[0]);
    assert!(demand.iter().all(|r| r["area_code"] != no_data.code));
    let quarters: BTreeSet<&String> = demand.iter().map(|r| &r["quarter"]).collect();
    assert_eq!(quarters.len(), 8);
}

#[test]
fn one_neighbourhood_has_nobody_to_meet_within_a_walk() {
    let gap = the(AreaStory::Gap);
    for asset in assets::assets(SEED, &town()) {
        let near =
            gap.postcodes.iter().map(|p| shape::distance(p.at, asset.at)).fold(f64::INFINITY, f64::min);
        assert!(asset.needs != "social-connection" || near > 950.0, "{} is {near} m away", asset.name);
        assert!(asset.kind != "library" || near > 950.0, "{} is {near} m away", asset.name);
    }
    assert!(gap.decile <= 3, "a gap where need is high");
}

#[test]
fn listings_of_one_neighbourhood_are_stale() {
    let stale = the(AreaStory::Stale);
    let here: Vec<_> =
        assets::assets(SEED, &town()).into_iter().filter(|a| stale.land.contains(a.at)).collect();
    assert!(here.len() >= 8, "{}", here.len());
    assert!(here.iter().all(|a| a.verified_on.as_str() < "2024-01-01"));
    let everywhere = rows(&file("assets.csv"));
    let fresh = everywhere.iter().filter(|a| a["verified_on"].as_str() >= "2025-10-01").count();
    assert!(fresh * 10 > everywhere.len() * 4, "{fresh} of {}", everywhere.len());
    assert!(everywhere.iter().all(|a| a["verified_on"].as_str() < AS_OF));
}

/// The town's streets as the ordinary door reads them.
fn network() -> hereabouts_streets::WalkNetwork {
    let read = hereabouts_streets::geojson::read(&file("streets.geojson")).unwrap();
    assert_eq!((read.rejected.len(), read.left_out), (0, 0));
    hereabouts_streets::WalkNetwork::new(&read.lines)
}

#[test]
fn streets_hang_together_and_pass_every_home() {
    use hereabouts_streets::{Persona, WalkableParts};
    let network = network();
    let share = |persona: Persona| {
        let parts: Vec<f64> =
            WalkableParts::new(&network, persona).parts().iter().map(|p| p.metres).collect();
        parts[0] / parts.iter().sum::<f64>()
    };
    assert!(share(Persona::usual()) > 0.995 && share(Persona::step_free()) > 0.98);
    let streets = streets::streets(SEED, &town(), &[]);
    let ends: Vec<_> = streets.iter().flat_map(|s| s.ends).collect();
    assert!((5_000..6_000).contains(&streets.len()));
    for postcode in town().iter().flat_map(|n| &n.postcodes) {
        let near = ends.iter().map(|end| shape::distance(*end, postcode.at)).fold(f64::INFINITY, f64::min);
        assert!(near < 20.0, "{} is {near} m from any corner", postcode.code);
    }
}

#[test]
fn the_river_is_crossed_by_three_bridges_one_of_them_with_steps() {
    let streets = streets::streets(SEED, &town(), &[]);
    let bridges = |highway: &str| streets.iter().filter(|s| s.bridge && s.highway == highway).count();
    assert_eq!((bridges("secondary"), bridges("footway"), bridges("steps")), (2, 1, 2));
    let town = town();
    let north = |at: shape::Point| {
        town.iter().find(|n| n.land.contains(at) || n.land.ring.contains(&at)).map(|n| n.land.north)
    };
    for street in streets.iter().filter(|s| !s.bridge) {
        let [a, b] = street.ends.map(north);
        assert!(a.is_some() && a == b, "{street:?} crosses the river");
    }
}

#[test]
fn buses_run_along_main_roads_over_the_river_but_not_on_sundays() {
    let names = ["stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "frequencies.txt", "calendar.txt"];
    let texts = names.map(file);
    let tables: Vec<_> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| hereabouts_transit::gtfs::FeedFile { name, bytes: text.as_bytes() })
        .collect();
    let read = hereabouts_transit::TransitFeed::from_files(&tables).unwrap();
    assert_eq!(read.rejected, []);
    let feed = read.feed;
    assert_eq!((feed.routes.len(), feed.trips.len()), (3, 12));
    assert!((30..80).contains(&feed.stops.len()), "{}", feed.stops.len());
    assert!(feed.trips.iter().all(|trip| trip.calls.len() >= 8), "every line leads somewhere");
    let on = |day: &str| feed.runs_on(day.parse().unwrap());
    assert!(on("2026-10-06") && on("2026-10-10") && !on("2026-10-11"));
}
