//! Which listings are of one thing.
//!
//! The evidence for and against each pair is added up as agreement weights (Fellegi & Sunter 1969, "A theory for record
//! linkage", JASA 64). A link is applied only when the names say the same and nothing speaks against it: two groups in one
//! hall share its place, its telephone and its website, and are two. Everything less is proposed to a person.
//!
//! Links are not stored: they follow from the listings, which stay as they are, and from what people decided.

mod hidden;
mod names;

use crate::record::AssetRecord;
use crate::text::plain;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::{Recurrence, Timetable};
use names::{ComparedName, NameFrequencies, NameMatch};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Listings farther apart are not compared: a postcode's middle is rarely farther from a door.
const COMPARED_WITHIN_M: f64 = 250.0;

/// So near is one place: two maps put the same door up to so far apart.
const ONE_PLACE_M: f64 = 75.0;

/// Where one is only the middle of a postcode.
const ONE_POSTCODE_M: f64 = 200.0;

/// A link of less weight is not worth asking anybody about.
const PROPOSED_FROM: f64 = 4.0;

/// Sites that many organisations have pages on: an address there says nothing by its host.
const PLATFORMS: [&str; 12] = [
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "linktr.ee",
    "eventbrite.co.uk",
    "eventbrite.com",
    "meetup.com",
    "google.com",
    "wordpress.com",
    "wixsite.com",
    "nhs.uk",
];

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
    links.extend(hidden::links(listings, &names, &facts));
    links.sort_by_key(|l| l.pair);
    links
}

/// What is compared, made ready once for each listing.
struct ListingFacts {
    place: Option<Place>,
    is_exact: bool,
    phone: Option<String>,
    site: Option<String>,
    host: Option<String>,
    timetable: Option<Timetable>,
    schedule: Option<String>,
}

impl ListingFacts {
    fn of(record: &AssetRecord) -> Self {
        let site = record.website.as_deref().and_then(site);
        Self {
            place: record.place.and_then(|[lon, lat]| Place::new(lon, lat).ok()),
            is_exact: record.location_precision == crate::record::LocationPrecision::Exact,
            phone: record.phone.as_deref().and_then(phone),
            host: site
                .as_deref()
                .and_then(|s| s.split('/').next())
                .filter(|h| !PLATFORMS.iter().any(|p| h.ends_with(p)))
                .map(str::to_owned),
            site,
            schedule: record.schedule.as_deref().map(plain),
            timetable: record.timetable.as_ref().and_then(|t| Timetable::try_from(t).ok()),
        }
    }
}

/// The last ten digits: with and without the country's code and its zero.
fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 9).then(|| digits[digits.len().saturating_sub(10)..].to_owned())
}

/// Host and path, without what does not tell sites apart.
pub(crate) fn site(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let plain = lower.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let plain = plain.split(['?', '#']).next()?.trim_end_matches('/');
    plain.contains('.').then(|| plain.to_owned())
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

/// How two timetables agree: the share of the sessions of both that are of both; `None` where one is not known.
fn agreement(a: &ListingFacts, b: &ListingFacts) -> Option<f64> {
    let slots = |t: &Timetable| -> BTreeSet<(u8, u16)> {
        let day = |on| match on {
            Recurrence::Weekly { day, .. } | Recurrence::Monthly { day, .. } => Some(day),
            Recurrence::DayOfMonth { .. } | Recurrence::Once(_) => None,
        };
        t.sessions().iter().filter_map(|s| Some((day(s.on)?, s.from))).collect()
    };
    let (a, b) = (slots(a.timetable.as_ref()?), slots(b.timetable.as_ref()?));
    let all = a.union(&b).count();
    (!a.is_empty() && !b.is_empty()).then(|| a.intersection(&b).count() as f64 / all as f64)
}

/// Whether they are for needs of which none is both's.
fn other_needs(x: &AssetRecord, y: &AssetRecord) -> bool {
    !x.needs.is_empty() && !y.needs.is_empty() && x.needs.iter().all(|n| !y.needs.contains(n))
}

/// Whether they are of two kinds. What one source calls a group another may call by its venue; a library is no pharmacy.
fn other_kind(x: &AssetRecord, y: &AssetRecord) -> bool {
    x.kind != y.kind && x.kind != "group" && y.kind != "group"
}

/// Whether something of two listings cannot be of one thing: other registers' numbers, other times, other kinds or needs.
fn contradict((x, y): (&AssetRecord, &AssetRecord), (a, b): (&ListingFacts, &ListingFacts)) -> bool {
    let other_number = matches!((&x.organisation_id, &y.organisation_id), (Some(p), Some(q)) if p != q);
    other_number
        || other_kind(x, y)
        || (x.kind == y.kind && other_needs(x, y))
        || agreement(a, b).is_some_and(|share| share < 0.5)
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
    let LinkGrounds { weight, reasons, against, support } = grounds;
    // Something beside name and place must agree within one source (a chain has two shops in one street), where a word is
    // another by a slip or is another word, and where the name is of a sort and not of one thing.
    let backed = same_source || sameness == NameMatch::Similar || name.is_general();
    let alike = matches!(sameness, NameMatch::Same | NameMatch::Similar);
    let sure = alike && !against && (!backed || support > 0);
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

    /// Telephone, web address and the number of the organisation.
    fn of_contact(&mut self, (x, y): (&AssetRecord, &AssetRecord), (a, b): (&ListingFacts, &ListingFacts)) {
        match (&a.phone, &b.phone) {
            (Some(p), Some(q)) if p == q => self.support(3.0, "the same telephone number"),
            (Some(_), Some(_)) => self.say(-0.5, "other telephone numbers"),
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
        }
    }
}

/// What a person decided about two listings, by their ids, the lower first.
pub type LinkDecisions = BTreeMap<(String, String), bool>;

/// Groups of listings that are one, each rising, all listings in one of them.
///
/// Applied links and decisions for *same* join. Two listings that somebody called different end in different groups: the
/// weakest join between them is given up, and so on until they are apart. So do two that contradict each other, where only
/// links join them through a third that says too little: what a person joined stays joined.
#[must_use]
pub fn groups(listings: &[AssetRecord], links: &[ListingLink], decisions: &LinkDecisions) -> Vec<Vec<usize>> {
    let at: BTreeMap<String, usize> = listings.iter().enumerate().map(|(i, l)| (l.id(), i)).collect();
    let decided: Vec<((usize, usize), bool)> = decisions
        .iter()
        .filter_map(|((a, b), same)| {
            let (a, b) = (*at.get(a)?, *at.get(b)?);
            Some(((a.min(b), a.max(b)), *same))
        })
        .collect();
    let different: BTreeSet<(usize, usize)> = decided.iter().filter(|d| !d.1).map(|d| d.0).collect();
    let decided_same = decided.iter().filter(|d| d.1).map(|d| (f64::INFINITY, d.0));
    let applied = links.iter().filter(|l| l.state == LinkState::Applied).map(|l| (l.weight, l.pair));
    let mut joins: Vec<(f64, (usize, usize))> =
        decided_same.chain(applied).filter(|j| !different.contains(&j.1)).collect();
    // The surest first, so that what is given up is the weakest.
    joins.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    joins.dedup_by_key(|j| j.1);
    let mut group: Vec<usize> = (0..listings.len()).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (weight, (a, b)) in joins {
        let (x, y) = (group[a], group[b]);
        if x == y {
            continue;
        }
        let of = |root: usize| members.get(&root).cloned().unwrap_or_else(|| vec![root]);
        let (left, right) = (of(x), of(y));
        let across = |of: &dyn Fn(usize, usize) -> bool| {
            left.iter().any(|&p| right.iter().any(|&q| of(p.min(q), p.max(q))))
        };
        if !different.is_empty() && across(&|p, q| different.contains(&(p, q))) {
            continue;
        }
        // Of two alone the link itself has said all.
        if weight.is_finite() && left.len() + right.len() > 2 {
            let apart = |p: usize, q: usize| {
                let (x, y) = (&listings[p], &listings[q]);
                NameFrequencies::new([x.name.as_str(), y.name.as_str()].into_iter()).compare(0, 1)
                    == NameMatch::Different
                    || contradict((x, y), (&ListingFacts::of(x), &ListingFacts::of(y)))
            };
            if across(&apart) {
                continue;
            }
        }
        let root = x.min(y);
        let mut all = [left, right].concat();
        all.sort_unstable();
        for member in &all {
            group[*member] = root;
        }
        members.remove(&x.max(y));
        members.insert(root, all);
    }
    (0..listings.len())
        .filter(|i| group[*i] == *i)
        .map(|i| members.get(&i).cloned().unwrap_or_else(|| vec![i]))
        .collect()
}
