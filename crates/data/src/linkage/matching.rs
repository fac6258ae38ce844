//! Which listings are of one thing.
//!
//! The evidence for and against each pair is added up as agreement weights (Fellegi & Sunter 1969, "A theory for record
//! linkage", JASA 64). A link is applied only when the names say the same and nothing speaks against it: two groups in one
//! hall share its place, its telephone and its website, and are two. Everything less is proposed to a person.
//!
//! What is contrary outweighs a name: other days, other registers' numbers and other kinds always, another telephone or price
//! unless more agrees beside name and place than speaks against. Nor is a listing that has its twin in a list matched to the
//! twin's neighbours there: a list read twice is one list.
//!
//! Links are not stored: they follow from the listings, which stay as they are, and from what people decided.

mod clusters;
mod facts;
mod hidden;
mod names;

pub use clusters::groups;
pub(crate) use facts::site;

use crate::record::AssetRecord;
use crate::text::plain;
use facts::{ListingFacts, agreement, contradict, on_other_days, other_kind, other_needs};
use hereabouts_core::place::Place;
use names::{ComparedName, NameFrequencies, NameMatch};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Listings farther apart are not compared: a postcode's middle is rarely farther from a door.
const COMPARED_WITHIN_M: f64 = 250.0;

/// So near is one place: two maps put the same door up to so far apart.
const ONE_PLACE_M: f64 = 75.0;

/// Where one is only the middle of a postcode.
const ONE_POSTCODE_M: f64 = 200.0;

/// What two lists that have a place from one another write of it differs by their digits alone.
const TWINS_WITHIN_M: f64 = 2.0;

/// A link of less weight is not worth asking anybody about.
const PROPOSED_FROM: f64 = 4.0;

/// What becomes of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Sure: the two are one.
    Applied,
    /// For a person to decide.
    Proposed,
    /// For a person to decide, and until then the one is told to nobody: the other is of a place that its source hides.
    HeldBack,
}

/// Two listings that are or may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct ListingLink {
    /// Positions of the listings, the lower first.
    pub pair: (usize, usize),
    /// Sum of the weights, in bits or so: higher is surer.
    pub weight: f64,
    /// Whether it is applied.
    pub state: LinkState,
    /// What speaks for and against it, in words.
    pub reasons: Vec<String>,
}

/// Links between listings, by pair. The same for any order of the listings but for their positions.
#[must_use]
pub fn links(listings: &[AssetRecord]) -> Vec<ListingLink> {
    let names = NameFrequencies::new(listings.iter().map(|l| l.name.as_str()));
    let facts: Vec<ListingFacts> = listings.iter().map(ListingFacts::of).collect();
    let mut links = Vec::new();
    each_pair(&facts, |a, b| {
        let (x, y) = (&listings[a], &listings[b]);
        // One source that gives two ids to one name at one time has listed it twice; ids of one source are else trusted.
        let same_source = x.source == y.source;
        let sameness = names.compare(a, b);
        if sameness == NameMatch::Different {
            return;
        }
        links.extend(judge((a, b), (x, y), (&facts[a], &facts[b]), sameness, same_source, names.of(a)));
    });
    links.sort_by_key(|l| l.pair);
    drop_neighbours_of_twins(listings, &facts, &mut links);
    // After that: what is held back waits for a person, whatever else is alike.
    links.extend(hidden::links(listings, &names, &facts));
    links.sort_by_key(|l| l.pair);
    links
}

/// Takes away links between a listing and those of another source among which it has its twin, but for those to twins.
fn drop_neighbours_of_twins(listings: &[AssetRecord], facts: &[ListingFacts], links: &mut Vec<ListingLink>) {
    let are_twins = |(a, b): (usize, usize)| {
        let (x, y) = (&listings[a], &listings[b]);
        x.source != y.source && twins((x, y), (&facts[a], &facts[b]))
    };
    let twin_pairs: BTreeSet<(usize, usize)> =
        links.iter().map(|link| link.pair).filter(|pair| are_twins(*pair)).collect();
    let twin_in: BTreeSet<(usize, &str)> = twin_pairs
        .iter()
        .flat_map(|&(a, b)| [(a, listings[b].source.as_str()), (b, listings[a].source.as_str())])
        .collect();
    links.retain(|link| {
        let (a, b) = link.pair;
        let has_twin = |one: usize, of: usize| twin_in.contains(&(one, listings[of].source.as_str()));
        let of_two = listings[a].source != listings[b].source;
        !of_two || twin_pairs.contains(&link.pair) || !(has_twin(a, b) || has_twin(b, a))
    });
}

/// Whether two listings say the same in everything that is compared, word for word.
fn twins((x, y): (&AssetRecord, &AssetRecord), (a, b): (&ListingFacts, &ListingFacts)) -> bool {
    let near = a.place.zip(b.place).is_some_and(|(p, q)| p.distance(q).get() <= TWINS_WITHIN_M);
    near && plain(&x.name) == plain(&y.name)
        && x.kind == y.kind
        && x.organisation_id == y.organisation_id
        && (x.cost_from, &a.phone, &a.site) == (y.cost_from, &b.phone, &b.site)
        && (&a.timetable, &a.schedule) == (&b.timetable, &b.schedule)
}

/// Calls `visit` with every pair of listings that stand in neighbouring squares, each pair once, the lower first.
fn each_pair(facts: &[ListingFacts], mut visit: impl FnMut(usize, usize)) {
    // Squares as large as the distance compared; columns narrow towards the poles, each row with its own.
    let height = COMPARED_WITHIN_M / 111_000.0;
    let row_of = |place: &Place| (place.lat() / height).floor() as i64;
    let column_of = |row: i64, place: &Place| {
        let width = height / (row as f64 * height).to_radians().cos().abs().max(0.05);
        (place.lon() / width).floor() as i64
    };
    let mut grid: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (at, place) in facts.iter().enumerate().filter_map(|(at, f)| Some((at, f.place?))) {
        let row = row_of(&place);
        grid.entry((row, column_of(row, &place))).or_default().push(at);
    }
    for (a, place) in facts.iter().enumerate().filter_map(|(at, f)| Some((at, f.place?))) {
        let row = row_of(&place);
        for near in row - 1..=row + 1 {
            let column = column_of(near, &place);
            for b in (column - 1..=column + 1).filter_map(|c| grid.get(&(near, c))).flatten() {
                if a < *b {
                    visit(a, *b);
                }
            }
        }
    }
}

fn judge(
    pair: (usize, usize),
    (x, y): (&AssetRecord, &AssetRecord),
    (a, b): (&ListingFacts, &ListingFacts),
    sameness: NameMatch,
    same_source: bool,
    name: &ComparedName,
) -> Option<ListingLink> {
    let metres = a.place?.distance(b.place?).get();
    if metres > COMPARED_WITHIN_M {
        return None;
    }
    let limit = if a.is_exact && b.is_exact { ONE_PLACE_M } else { ONE_POSTCODE_M };
    let mut grounds = LinkGrounds { against: contradict((x, y), (a, b)), ..LinkGrounds::default() };
    match sameness {
        // A name of words that every other listing has says less.
        NameMatch::Same => grounds.say(3.0 + name.says().min(4.0), "the names say the same"),
        NameMatch::Similar => grounds.say(2.5 + name.says().min(4.0), "the names differ by a slip"),
        NameMatch::Contained => grounds.say(2.0, "one name is part of the other"),
        NameMatch::Different => return None,
    }
    if metres <= limit {
        grounds.say(2.0, format!("{metres:.0} m apart"));
    } else {
        grounds.say(-1.0, format!("{metres:.0} m apart"));
        grounds.against = true;
    }
    grounds.of_contact((x, y), (a, b));
    grounds.of_times(a, b);
    grounds.of_offer((x, y), same_source);
    let LinkGrounds { weight, reasons, against, support, contrary } = grounds;
    // Something beside name and place must agree within one source (a chain has two shops in one street), where a word is
    // another by a slip or is another word, and where the name is of a sort and not of one thing.
    let backed = same_source || sameness == NameMatch::Similar || name.is_general();
    let alike = matches!(sameness, NameMatch::Same | NameMatch::Similar);
    let sure = alike && !against && support >= contrary + u32::from(backed || contrary > 0);
    let state = if sure { LinkState::Applied } else { LinkState::Proposed };
    // A library and the bus stop called after it share a name and a street.
    let kept_apart = same_source || other_kind(x, y);
    if state == LinkState::Proposed && (weight < PROPOSED_FROM || (kept_apart && support == 0)) {
        return None;
    }
    Some(ListingLink { pair, weight, state, reasons })
}

/// What speaks for two listings being one, and what against, as it adds up.
#[derive(Default)]
struct LinkGrounds {
    weight: f64,
    reasons: Vec<String>,
    /// Something says that they are two.
    against: bool,
    /// How many things beside name and place agree.
    support: u32,
    /// How many speak against it that could have changed: more must agree.
    contrary: u32,
}

impl LinkGrounds {
    fn say(&mut self, points: f64, why: impl Into<String>) {
        self.weight += points;
        self.reasons.push(why.into());
    }

    fn support(&mut self, points: f64, why: &str) {
        self.support += 1;
        self.say(points, why);
    }

    fn contrary(&mut self, points: f64, why: &str) {
        self.contrary += 1;
        self.say(points, why);
    }

    /// Telephone, web address and the number of the organisation.
    fn of_contact(&mut self, (x, y): (&AssetRecord, &AssetRecord), (a, b): (&ListingFacts, &ListingFacts)) {
        match (&a.phone, &b.phone) {
            (Some(p), Some(q)) if p == q => self.support(3.0, "the same telephone number"),
            (Some(_), Some(_)) => self.contrary(-0.5, "other telephone numbers"),
            _ => {}
        }
        if a.site.is_some() && a.site == b.site {
            self.support(2.5, "the same web address");
        } else if a.host.is_some() && a.host == b.host {
            self.say(1.0, "the same website");
        }
        match (&x.organisation_id, &y.organisation_id) {
            (Some(p), Some(q)) if p == q => self.support(2.0, "the same organisation"),
            (Some(_), Some(_)) => self.say(-3.0, "organisations of other numbers"),
            _ => {}
        }
    }

    fn of_times(&mut self, a: &ListingFacts, b: &ListingFacts) {
        let same_words = || {
            a.timetable.is_none() && b.timetable.is_none() && a.schedule.is_some() && a.schedule == b.schedule
        };
        match agreement(a, b) {
            Some(share) if share >= 0.5 => self.support(2.5, "at the same times"),
            Some(_) => self.say(-3.0, "at other times"),
            // Words that are no timetable say as much when they are the same.
            None if same_words() => self.support(1.5, "its times in the same words"),
            None if on_other_days(a, b) => self.say(-3.0, "on other days"),
            None => {}
        }
    }

    /// What they are and what they offer.
    fn of_offer(&mut self, (x, y): (&AssetRecord, &AssetRecord), same_source: bool) {
        if x.kind != y.kind {
            self.say(-1.5, "of other kinds");
        } else if other_needs(x, y) {
            self.say(-2.0, "for other needs");
        }
        // Two sources may know different things of one group; a source that gives two prices or sizes has two in mind.
        let other = |p: Option<f64>, q: Option<f64>| p.zip(q).is_some_and(|(p, q)| p != q);
        if same_source && (other(x.cost_from, y.cost_from) || other(x.places, y.places)) {
            self.against = true;
            self.say(-1.0, "of another price or size in the same list");
        } else if other(x.cost_from, y.cost_from) {
            self.contrary(-1.0, "at another price");
        }
    }
}

/// What a person decided about two listings, by their ids, the lower first.
pub type LinkDecisions = BTreeMap<(String, String), bool>;
