//! Who lives in the town: people, deprivation, postcodes and how much they ask for help.

use super::random::SeededRandom;
use super::shape::{LandMask, Point, distance};
use super::{AREAS, POSTCODES};

/// Names of neighbourhoods; none is meant to be anywhere.
const NAMES: [&str; AREAS] = [
    "Herring Quay",
    "Ropewalk",
    "Saltpans",
    "Kittiwake Fields",
    "Old Lamp",
    "Netloft",
    "Gannet Green",
    "Tern Hill",
    "Sandhouse",
    "Windward",
    "Leeward",
    "Driftwood",
    "Samphire",
    "Fulmar Park",
    "Cockle Row",
    "Breakwater",
    "Plover Side",
    "Marram",
    "Dunlin End",
    "Seal Stones",
    "Whelk Lane",
    "Eider Wood",
    "Buoy Street",
    "Capstan",
    "Oakum Yard",
    "Skerry Bank",
    "Puffin Croft",
    "Cormorant Rise",
    "Mizzen",
    "Bosun's Ground",
];

/// What makes a neighbourhood worth looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AreaStory {
    /// Nothing special.
    Ordinary,
    /// Much need, and nobody to meet within a walk.
    Gap,
    /// As much need as its neighbours, and hardly a referral.
    Silent,
    /// No referral figures at all.
    NoData,
    /// Plenty listed, nothing confirmed for years.
    Stale,
}

/// One neighbourhood.
#[derive(Debug, Clone)]
pub(super) struct MadeUpArea {
    pub(super) code: String,
    pub(super) name: &'static str,
    pub(super) land: LandMask,
    pub(super) people: u32,
    /// 1 = most deprived tenth.
    pub(super) decile: u8,
    pub(super) story: AreaStory,
    pub(super) postcodes: Vec<MadeUpPostcode>,
}

#[derive(Debug, Clone)]
pub(super) struct MadeUpPostcode {
    pub(super) code: String,
    pub(super) at: Point,
}

/// The people of every neighbourhood.
pub(super) fn neighbourhoods(seed: u64, lands: Vec<LandMask>) -> Vec<MadeUpArea> {
    let mut random = SeededRandom::part(seed, 2);
    let mut people: Vec<u32> =
        lands.iter().map(|_| (3000.0 * (0.22 * random.normal()).exp()) as u32).collect();
    let deciles = deciles(&mut random, &lands);
    let stories = stories(&lands, &deciles);
    for (people, story) in people.iter_mut().zip(&stories) {
        // A large estate: a gap that shows.
        *people = if *story == AreaStory::Gap { (*people).max(4600) } else { *people };
    }
    let all: f64 = people.iter().copied().map(f64::from).sum();
    lands
        .into_iter()
        .enumerate()
        .map(|(i, land)| {
            let count = (POSTCODES as f64 * f64::from(people[i]) / all).round() as usize;
            MadeUpArea {
                code: format!("MADEUP-{:02}", i + 1),
                name: NAMES[i],
                people: people[i],
                decile: deciles[i],
                story: stories[i],
                postcodes: postcodes(&mut random, i, &land, count),
                land,
            }
        })
        .collect()
}

/// Poorer to the east, where the harbour was, with plenty of exceptions: three neighbourhoods in each tenth.
fn deciles(random: &mut SeededRandom, lands: &[LandMask]) -> Vec<u8> {
    let score: Vec<f64> = lands.iter().map(|l| l.site[0] / 3000.0 + 0.5 * random.normal()).collect();
    let mut order: Vec<usize> = (0..lands.len()).collect();
    order.sort_by(|&a, &b| score[b].total_cmp(&score[a]));
    let mut deciles = vec![0; lands.len()];
    for (place, i) in order.into_iter().enumerate() {
        deciles[i] = (place * 10 / lands.len()) as u8 + 1;
    }
    deciles
}

/// The poorest of the outermost is the gap, the richest of them has no data; away from both, the poorest is silent and the
/// next has stale listings.
fn stories(lands: &[LandMask], deciles: &[u8]) -> Vec<AreaStory> {
    let mut stories = vec![AreaStory::Ordinary; lands.len()];
    let mut outer: Vec<usize> = (0..lands.len()).collect();
    let reach = |i: usize| lands[i].site[0].hypot(lands[i].site[1]);
    outer.sort_by(|&a, &b| reach(b).total_cmp(&reach(a)));
    outer.truncate(10);
    outer.sort_by_key(|&i| (deciles[i], i));
    let (gap, no_data) = (outer[0], outer[outer.len() - 1]);
    stories[gap] = AreaStory::Gap;
    stories[no_data] = AreaStory::NoData;
    let away = |i: &usize| [gap, no_data].iter().all(|&j| distance(lands[*i].site, lands[j].site) > 1900.0);
    let mut rest: Vec<usize> = (0..lands.len()).filter(away).collect();
    rest.sort_by_key(|&i| (deciles[i], i));
    for (story, i) in [AreaStory::Silent, AreaStory::Stale].into_iter().zip(rest) {
        stories[i] = story;
    }
    stories
}

/// Postcodes along short streets. `XX` is no postcode area.
fn postcodes(random: &mut SeededRandom, area: usize, land: &LandMask, count: usize) -> Vec<MadeUpPostcode> {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut places: Vec<Point> = Vec::with_capacity(count);
    while places.len() < count {
        let [x, y] = land.somewhere(random);
        let angle = random.between(0.0, std::f64::consts::TAU);
        let houses = 4 + random.below(6);
        let street = (0..houses).map(|k| k as f64 * 55.0).map(|d| [x + d * angle.cos(), y + d * angle.sin()]);
        places.extend(street.filter(|p| land.contains(*p)));
    }
    places.truncate(count);
    let (district, sector) = (area / 5 + 1, area % 5 + 1);
    let letter = |n: usize| char::from(LETTERS[n % LETTERS.len()]);
    let code = |n: usize| format!("XX{district} {sector}{}{}", letter(n / LETTERS.len()), letter(n));
    places.into_iter().enumerate().map(|(n, at)| MadeUpPostcode { code: code(n), at }).collect()
}
