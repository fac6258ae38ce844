//! Made-up listings of groups at venues, five to a venue, and questions about them.

use std::fmt::Write;

const ACTIVITIES: [&str; 20] = [
    "Walking",
    "Chair yoga",
    "Knit and natter",
    "Coffee morning",
    "Lunch club",
    "Debt advice",
    "Choir",
    "Men's shed",
    "Gardening",
    "Art class",
    "Book group",
    "Tai chi",
    "Carers café",
    "Bingo",
    "Digital help",
    "Parent and toddler",
    "Dance",
    "Craft",
    "Food pantry",
    "Befriending",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Towns of [`towns`], and the standard deviation of the places of their venues, about 3 km.
const TOWNS: usize = 200;
const SPREAD: (f64, f64) = (0.045, 0.027);

/// Numbers that look random and are the same in every run.
#[derive(Debug)]
pub struct SeededSequence(u64);

impl SeededSequence {
    /// From a number that others do not start from.
    #[must_use]
    pub const fn new(start: u64) -> Self {
        Self(start)
    }

    /// The next, below a number above 0.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    /// The next, from 0 to 1.
    fn share(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 30)
    }

    /// About the middle, as a sum of twelve is nearly normal; the standard deviation is 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// Whether something happens that happens so many times in ten.
    fn times_in_ten(&mut self, times: usize) -> bool {
        self.below(10) < times
    }
}

/// Listings spread evenly over an area of 4 degrees by about 2, as a table.
#[must_use]
pub fn list(listings: usize) -> String {
    let venues = (listings / 5).max(1);
    table(
        listings,
        |venue, next| {
            let (lon, lat) = (-3.0 + (venue % 400) as f64 / 100.0, 51.0 + (venue / 400) as f64 / 50.0);
            (lon + next.below(40) as f64 * 1e-5, lat + next.below(40) as f64 * 1e-5)
        },
        venues,
    )
}

/// The same listings in 200 towns: about 35 on a square kilometre of a town's middle for 200,000.
#[must_use]
pub fn towns(listings: usize) -> String {
    let venues: Vec<(f64, f64)> = places((listings / 5).max(1));
    table(listings, |venue, _| venues[venue], venues.len())
}

fn places(venues: usize) -> Vec<(f64, f64)> {
    let mut next = SeededSequence::new(3);
    let middles: Vec<(f64, f64)> =
        (0..TOWNS).map(|_| (-3.0 + 4.0 * next.share(), 51.0 + 3.0 * next.share())).collect();
    let mut about = |(lon, lat): (f64, f64)| (lon + SPREAD.0 * next.normal(), lat + SPREAD.1 * next.normal());
    (0..venues).map(|venue| about(middles[venue % TOWNS])).collect()
}

fn table(listings: usize, place: impl Fn(usize, &mut SeededSequence) -> (f64, f64), venues: usize) -> String {
    let mut next = SeededSequence::new(1);
    let mut text = "id,name,kind,need,lon,lat,rrule,opens,closes,cost,step_free,phone,website,last_verified,description\n".to_owned();
    for id in 0..listings {
        let (venue, activity) = (next.below(venues), ACTIVITIES[next.below(ACTIVITIES.len())]);
        let (day, hour) = (DAYS[next.below(DAYS.len())], 9 + next.below(10));
        let (lon, lat) = place(venue, &mut next);
        let (cost, month) = (["free", "£2", "£3.50 a session", ""][next.below(4)], 1 + next.below(9));
        let step_free = ["yes", "no", ""][next.below(3)];
        // A String takes what is written.
        let _ = writeln!(
            text,
            "{id},{activity} at venue {venue},group,social-connection,{lon:.5},{lat:.5},FREQ=WEEKLY;BYDAY={day},{hour:02}:00,{:02}:30,{cost},{step_free},0161 4{venue:06},https://venue{venue}.example.org,2026-{month:02}-11,\"A friendly group that meets every week, number {id}\"",
            hour + 1
        );
    }
    text
}

/// The towns' country as six neighbourhoods, as GeoJSON: larger ones are not read.
#[must_use]
pub fn country() -> String {
    let features = (0..6).map(|at| {
        let (west, south) = (-4 + at % 2 * 3, 50 + at / 2 * 2);
        let (east, north) = (west + 3, south + 2);
        let ring = format!(
            "[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
        );
        format!(
            r#"{{"type":"Feature","properties":{{"code":"E{at}","name":"Part {at}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    });
    let features: Vec<String> = features.collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// What people look for, one word of ten mistyped.
pub const TYPED: [&str; 16] = [
    "walking",
    "chair yoga",
    "knit",
    "cofee",
    "lunch club",
    "citizens advice",
    "choir",
    "mens shed",
    "garden",
    "tai chi",
    "bingo",
    "digital",
    "dance",
    "befrend",
    "wal",
    "craft",
];

/// Questions as the queries of addresses, each from near a venue of [`towns`] of so many listings; with words if `typed`.
#[must_use]
pub fn questions(count: usize, listings: usize, typed: bool) -> Vec<String> {
    let venues = places((listings / 5).max(1));
    let mut next = SeededSequence::new(7);
    let mut question = || {
        let (lon, lat) = venues[next.below(venues.len())];
        let mut query = format!("at={:.5},{:.5}", lat + 0.004 * next.normal(), lon + 0.006 * next.normal());
        let mut may = |times: usize, conditions: &[&str]| {
            if next.times_in_ten(times) {
                query.push('&');
                query.push_str(conditions[next.below(conditions.len())]);
            }
        };
        may(5, &["need=social-connection"]);
        may(4, &["free=true"]);
        may(3, &["step_free=true"]);
        may(4, &["day=monday", "day=tuesday", "day=thursday", "day=saturday"]);
        may(2, &["after=12:00"]);
        may(2, &["open=week"]);
        may(3, &["minutes=10", "minutes=20", "minutes=30"]);
        if typed {
            query.push_str("&q=");
            query.push_str(&TYPED[next.below(TYPED.len())].replace(' ', "%20"));
        }
        query
    };
    (0..count).map(|_| question()).collect()
}
