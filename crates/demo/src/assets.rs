//! What the town offers: venues, green spaces and groups.

use super::people::{AreaStory, MadeUpArea};
use super::random::SeededRandom;
use super::shape::{Point, distance};
use super::words::{GREEN, GROUPS, GroupWords, MEETING, SAINTS, VENUES, VenueWords};

/// What the analysis of the gap should find missing there.
const MISSING: [&str; 3] = ["social-connection", "mental-wellbeing", "caring-family"];
/// From anybody's postcode: well beyond a walk of 15 minutes (923 m in a straight line at 4.8 km/h with a detour of 1.3),
/// since the analysis lets people set out from the middle of their cell.
const OUT_OF_REACH_M: f64 = 1200.0;
/// Groups in the town.
const GROUP_COUNT: usize = 250;

/// One listing at a point.
#[derive(Debug, Clone, Default)]
pub(super) struct MadeUpAsset {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) needs: &'static str,
    pub(super) at: Point,
    /// Place-sessions a quarter, if the listing says.
    pub(super) places: Option<u32>,
    pub(super) verified_on: String,
    pub(super) cost: &'static str,
    pub(super) step_free: &'static str,
    pub(super) schedule: String,
    pub(super) eligibility: &'static str,
    pub(super) languages: &'static str,
    pub(super) phone: String,
}

/// One green space.
#[derive(Debug, Clone)]
pub(super) struct GreenSpace {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) ring: Vec<Point>,
}

/// Venues first, then the groups that meet in them.
pub(super) fn assets(seed: u64, town: &[MadeUpArea]) -> Vec<MadeUpAsset> {
    let mut random = SeededRandom::part(seed, 3);
    let mut assets = Vec::new();
    for venue in VENUES {
        for k in 0..venue.count {
            let (home, at) = site(&mut random, town, venue.needs.split(';'));
            let name = venue_name(&mut random, venue, home, k);
            let verified_on = verified(&mut random, home, 14.0);
            assets.push(MadeUpAsset {
                name,
                kind: venue.kind,
                at,
                verified_on,
                step_free: random.pick(&["yes", "yes", "yes", "no", "limited", ""]),
                phone: phone(&mut random),
                ..MadeUpAsset::default()
            });
        }
    }
    let rooms: Vec<(String, Point)> =
        assets.iter().filter(|a| MEETING.contains(&a.kind)).map(|a| (a.name.clone(), a.at)).collect();
    let weights: Vec<f64> = GROUPS.iter().map(|g| g.weight).collect();
    while assets.len() < venue_count() + GROUP_COUNT {
        let words = &GROUPS[random.weighted(&weights)];
        let (room, at) = &rooms[random.below(rooms.len())];
        if !spares_the_gap(town, *at, [words.need].into_iter()) {
            continue;
        }
        let home = neighbourhood_at(town, *at);
        assets.push(group(&mut random, words, room, *at, home));
    }
    for (n, asset) in assets.iter_mut().enumerate() {
        asset.id = format!("A{:04}", n + 1);
    }
    assets
}

fn venue_count() -> usize {
    VENUES.iter().map(|v| v.count).sum()
}

fn group(
    random: &mut SeededRandom,
    words: &GroupWords,
    room: &str,
    at: Point,
    home: &MadeUpArea,
) -> MadeUpAsset {
    let (often, sessions) =
        random.pick(&[("", 12), ("", 12), ("", 12), ("every other week, ", 6), ("monthly, ", 3)]);
    let day = random.pick(&["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"]);
    let (opens, hours) = (random.pick(&[10, 10, 11, 13, 14, 18, 19]), random.pick(&[1, 2, 2]));
    let places = random.pick(&[4, 5, 6, 6, 8, 10]) * sessions;
    MadeUpAsset {
        name: format!("{} at {room}", random.pick(words.names)),
        kind: "group",
        needs: words.need,
        at,
        places: random.chance(0.75).then_some(places),
        verified_on: verified(random, home, 9.0),
        cost: random.pick(&["free", "free", "free", "£2", "£3", "£5", ""]),
        step_free: random.pick(&["yes", "yes", "yes", "no", "limited", ""]),
        schedule: format!("{often}{day} {opens:02}:00–{:02}:00", opens + hours),
        eligibility: random.pick(&["", "", "", "", "18+", "50+", "16–25", "women", "carers"]),
        languages: random.pick(&["en", "en", "en", "en", "en;pl", "en;ur", "en;ar"]),
        phone: phone(random),
        ..MadeUpAsset::default()
    }
}

/// Where a venue stands: near somebody's postcode, more of them in the middle of town.
fn site<'a>(
    random: &mut SeededRandom,
    town: &'a [MadeUpArea],
    needs: impl Iterator<Item = &'static str> + Clone,
) -> (&'a MadeUpArea, Point) {
    let weights: Vec<f64> =
        town.iter().map(|n| 0.4 + (-distance(n.land.site, [0.0, 0.0]) / 1200.0).exp()).collect();
    loop {
        let home = &town[random.weighted(&weights)];
        let [x, y] = home.postcodes[random.below(home.postcodes.len())].at;
        let at = [x + random.between(-60.0, 60.0), y + random.between(-60.0, 60.0)];
        if home.land.contains(at) && spares_the_gap(town, at, needs.clone()) {
            return (home, at);
        }
    }
}

/// Whether a provider of these needs at a place leaves the gap what it is.
fn spares_the_gap(town: &[MadeUpArea], at: Point, mut needs: impl Iterator<Item = &'static str>) -> bool {
    let mut gap = town.iter().filter(|n| n.story == AreaStory::Gap).flat_map(|n| &n.postcodes);
    !needs.any(|n| MISSING.contains(&n)) || gap.all(|p| distance(p.at, at) > OUT_OF_REACH_M)
}

fn neighbourhood_at(town: &[MadeUpArea], at: Point) -> &MadeUpArea {
    town.iter().find(|n| n.land.contains(at)).unwrap_or(&town[0])
}

/// When somebody last confirmed a listing: a month or a year ago, never for some, years ago where the story says so.
fn verified(random: &mut SeededRandom, home: &MadeUpArea, mean_months: f64) -> String {
    if random.chance(0.07) {
        return String::new();
    }
    let months = match home.story {
        AreaStory::Stale => random.between(34.0, 60.0),
        _ => -mean_months * (1.0 - random.unit()).ln(),
    };
    // Months are counted back from September 2026, the last of the demand's quarters.
    let month = 2026 * 12 + 8 - months as i32;
    format!("{:04}-{:02}-{:02}", month / 12, month % 12 + 1, 1 + random.below(28))
}

/// A number that Ofcom keeps for fiction.
fn phone(random: &mut SeededRandom) -> String {
    format!("01632 960{:03}", random.below(1000))
}

fn venue_name(random: &mut SeededRandom, venue: &VenueWords, home: &MadeUpArea, k: usize) -> String {
    match venue.kind {
        "place-of-worship" => random.pick(SAINTS).replace("{}", home.name),
        _ if venue.count == 1 => venue.name.replace("{}", "Doggerby"),
        _ if k > 0 && random.chance(0.15) => venue.name.replace("{}", &format!("Little {}", home.name)),
        _ => venue.name.replace("{}", home.name),
    }
}

/// Parks and woods as rough rounds, apart from each other.
pub(super) fn greens(seed: u64, town: &[MadeUpArea]) -> Vec<GreenSpace> {
    let mut random = SeededRandom::part(seed, 5);
    let mut taken: Vec<(Point, f64)> = Vec::new();
    let mut greens = Vec::new();
    for words in GREEN {
        for _ in 0..words.count {
            let hectares = random.between(words.hectares.0, words.hectares.1);
            let radius = (hectares * 10_000.0 / std::f64::consts::PI).sqrt();
            let (home, middle) = loop {
                let home = &town[random.below(town.len())];
                let middle = home.land.somewhere(&mut random);
                if taken.iter().all(|(at, r)| distance(*at, middle) > 1.2 * (r + radius)) {
                    break (home, middle);
                }
            };
            taken.push((middle, radius));
            let id = format!("G{:03}", greens.len() + 1);
            let name = words.name.replace("{}", home.name);
            greens.push(GreenSpace { id, name, kind: words.kind, ring: round(&mut random, middle, radius) });
        }
    }
    greens
}

fn round(random: &mut SeededRandom, middle: Point, radius: f64) -> Vec<Point> {
    let corners = 9 + random.below(6);
    let mut ring: Vec<Point> = (0..corners)
        .map(|k| {
            let angle = k as f64 / corners as f64 * std::f64::consts::TAU;
            let r = radius * random.between(0.8, 1.2);
            [middle[0] + r * angle.cos(), middle[1] + r * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}
