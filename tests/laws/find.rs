//! The finder against a search that looks at everything, one question at a time.

#![allow(
    clippy::needless_update,
    reason = "one more fact or condition is unknown, or not asked, until it is drawn here"
)]

use chrono::{NaiveDate, NaiveDateTime};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::{Recurrence, Session, Timetable};
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::facets::FitCount;
use hereabouts_find::listing_index::{ListingTrip, WayToListings};
use hereabouts_find::text::{ListingWords, SynonymMeaning, SynonymTable, TextField};
use hereabouts_find::{
    ListingAges, ListingAudience, ListingIndex, NeedSet, OpenWhen, SearchCondition, SearchFacts, SearchHit,
    SearchListing, SearchRequest, SessionWindow,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};

const MINUTES_PER_METRE: f64 = 1.3 / 80.0;
const NAMES: [&str; 8] = [
    "Walking group",
    "Knit and natter",
    "Debt advice",
    "Café for carers",
    "Walking football",
    "Choir",
    "Advice café",
    "Knitting circle",
];
/// Positions of the needs: a table may have more than a word has bits.
const NEEDS: [usize; 3] = [0, 5, 69];
const LANGUAGES: [&str; 3] = ["English", "Polish", "Urdu"];

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::Days::new(n)
}

fn moment(n: u64, minute: u32) -> NaiveDateTime {
    day(n).and_hms_opt(minute / 60, minute % 60, 0).unwrap()
}

/// Within about 3 km of the middle, on a coarse lattice, so that ties are common.
fn place() -> impl Strategy<Value = Place> {
    (-20_i32..20, -20_i32..20)
        .prop_map(|(x, y)| Place::new(-2.2 + f64::from(x) * 0.002, 53.5 + f64::from(y) * 0.001).unwrap())
}

/// Of one session a week, or every other week of which nobody says which.
fn timetable((day, from, lasts, often): (u8, u16, Option<u16>, u8)) -> Timetable {
    let every = if often == 0 { 2 } else { 1 };
    let on = Recurrence::Weekly { day, every, anchor: None };
    Timetable::new(vec![Session::new(on, from, lasts.map(|l| from + l)).unwrap()], vec![])
}

fn facts() -> impl Strategy<Value = (SearchFacts, usize)> {
    let audience = prop_oneof![
        4 => Just(ListingAudience::Anyone),
        1 => proptest::collection::btree_set(0_u32..4, 0..3)
            .prop_map(|cells| ListingAudience::Cells(cells.into_iter().collect::<Vec<_>>().into())),
        1 => Just(ListingAudience::Remote),
    ];
    let who = (
        proptest::option::weighted(0.8, place()),
        audience,
        proptest::sample::subsequence(NEEDS.to_vec(), 0..=3),
        0_usize..3,
        proptest::option::of((0_u8..4).prop_map(f64::from)),
        proptest::option::of(any::<bool>()),
    );
    let how = (
        proptest::option::of((0_u8..90).prop_map(f64::from)),
        proptest::option::of((0_u8..90).prop_map(f64::from)),
        proptest::collection::btree_set(0_usize..3, 0..3),
        proptest::option::of(0_u64..600),
        (1_u8..=4).prop_map(|q| f64::from(q) / 4.0),
        proptest::option::of(any::<bool>()),
        proptest::option::of(any::<bool>()),
        (
            0..NAMES.len(),
            proptest::collection::vec(
                (0_u8..7, 0_u16..1_440, proptest::option::of(1_u16..1_440), 0_u8..8),
                0..3,
            ),
            proptest::option::of(any::<bool>()),
            (any::<bool>(), any::<bool>(), any::<bool>()),
        ),
    );
    (who, how).prop_map(|((place, audience, needs, kind, cost_from, step_free), how)| {
        let (
            age_from,
            age_to,
            languages,
            verified,
            chance,
            course,
            welcome,
            (name, weekly, booking_required, (all_said, bare_venue, more_times)),
        ) = how;
        let facts = SearchFacts {
            place,
            audience,
            needs: needs.iter().copied().collect(),
            kind,
            cost_from,
            step_free,
            ages: ListingAges { from: age_from, to: age_to, all_said },
            languages: languages.into_iter().map(|l| LANGUAGES[l].to_owned()).collect(),
            verified_on: verified.map(day),
            chance,
            // What stands in no other condition: a listing without a place may have closed, too.
            closed: kind == 2 && needs == NEEDS[..2],
            bare_venue,
            more_times,
            course,
            welcome,
            booking_required,
            timetables: weekly.into_iter().map(timetable).collect(),
            ..SearchFacts::default()
        };
        (facts, name)
    })
}

fn ask() -> impl Strategy<Value = (SearchRequest, Option<u32>)> {
    asking(|share| share)
}

/// Questions in which each condition stands as often as `often` makes of its usual share.
fn asking(often: impl Fn(f64) -> f64) -> impl Strategy<Value = (SearchRequest, Option<u32>)> {
    let first = (
        proptest::option::weighted(often(0.8), place()),
        proptest::option::weighted(often(0.5), (1_u8..70).prop_map(f64::from)),
        proptest::option::weighted(often(0.3), 0..TYPED.len()),
        proptest::option::weighted(often(0.3), proptest::sample::select(NEEDS.to_vec())),
        proptest::option::weighted(often(0.2), 0_usize..3),
        proptest::option::weighted(often(0.3), (0_u8..4).prop_map(f64::from)),
    );
    let rest = (
        proptest::bool::weighted(often(0.2)),
        proptest::option::weighted(often(0.2), (0_u8..90).prop_map(f64::from)),
        proptest::option::weighted(often(0.2), 0_usize..3),
        proptest::option::weighted(often(0.2), any::<bool>()),
        proptest::option::weighted(often(0.2), 0_u64..600),
        proptest::option::weighted(often(0.2), any::<bool>()),
        (proptest::bool::weighted(often(0.1)), proptest::bool::weighted(often(0.1))),
        (
            proptest::option::weighted(0.8, 0_u32..4),
            proptest::option::weighted(often(0.2), prop_oneof![Just(OpenWhen::Now), Just(OpenWhen::Week)]),
            (0_u64..14, 0_u32..1_440),
        ),
        (
            0_usize..4,
            0_usize..20,
            proptest::option::weighted(often(0.2), (1_u8..128, 0_u16..1_440, 0_u16..1_441)),
            any::<bool>(),
        ),
    );
    (first, rest).prop_map(|((from, minutes, text, need, kind, cost), rest)| {
        let (
            step_free,
            age,
            language,
            remote,
            since,
            course,
            (welcome, no_booking),
            (cell, open, now),
            (offset, limit, when, activities_first),
        ) = rest;
        let ask = SearchRequest {
            from,
            minutes: minutes.map(|m| Minutes::new(m).unwrap()),
            text: text.map(|t| TYPED[t].to_owned()),
            need,
            kind,
            cost,
            step_free,
            age,
            language: language.map(|l| LANGUAGES[l].to_lowercase()),
            remote,
            verified_since: since.map(day),
            open,
            now: moment(now.0, now.1),
            course,
            welcome,
            no_booking,
            when: when.map(|(weekdays, from, to)| SessionWindow { weekdays, from, to, today: day(0) }),
            activities_first,
            limit,
            offset,
            ..SearchRequest::default()
        };
        (ask, cell)
    })
}

const TYPED: [&str; 6] = ["walking", "wakling", "cafe", "crafts", "advice group", "the"];

fn finder(listings: &[(SearchFacts, usize)], ids: &[String]) -> ListingIndex {
    let kind = |facts: &SearchFacts| ["group", "advice-centre", "cafe"][facts.kind];
    let all = listings.iter().zip(ids).map(|((facts, name), id)| SearchListing {
        id,
        words: ListingWords {
            texts: vec![(TextField::Name, NAMES[*name])],
            needs: vec![],
            kind: kind(facts),
        },
        facts: facts.clone(),
    });
    let synonyms = SynonymTable::new([("crafts", SynonymMeaning::Word("knit".into()))]);
    ListingIndex::new(all.collect(), synonyms).unwrap()
}

/// Straight to every listing that has a place.
struct Straight(Vec<Option<Place>>);

impl Straight {
    fn to(listings: &[(SearchFacts, usize)]) -> Self {
        Self(listings.iter().map(|l| l.0.place).collect())
    }
}

impl WayToListings for Straight {
    fn within(&self, from: Place, limit: Minutes) -> Vec<ListingTrip> {
        let minutes = |place: &Place| from.distance(*place).get() * MINUTES_PER_METRE;
        let trips = self.0.iter().enumerate().filter_map(|(listing, place)| {
            let minutes = minutes(place.as_ref()?);
            Some(ListingTrip { listing, minutes, basis: TravelBasis::StraightLine })
        });
        trips.filter(|trip| trip.minutes <= limit.get()).collect()
    }
}

fn in_reach(f: &SearchFacts, ask: &SearchRequest) -> bool {
    match (ask.from, minutes_of(f, ask)) {
        (None, _) => true,
        (Some(_), Some(m)) => m <= ask.minutes.map_or(15.0, Minutes::get),
        (Some(_), None) => f.place.is_none(),
    }
}

/// What is known of a listing against every condition but distance and words, none in the finder's own way: `None` where it
/// fails one, else those of which it is not known.
fn unknowns(f: &SearchFacts, ask: &SearchRequest, cell: Option<u32>) -> Option<BTreeSet<SearchCondition>> {
    use SearchCondition as Is;
    let serves = match (&f.audience, ask.from) {
        (ListingAudience::Cells(cells), Some(_)) => cell.is_some_and(|c| cells.contains(&c)),
        _ => true,
    };
    let surely = serves
        && !f.closed
        && ask.need.is_none_or(|n| f.needs.iter().any(|need| need == n))
        && ask.kind.is_none_or(|k| f.kind == k)
        && ask.remote.is_none_or(|r| (f.audience == ListingAudience::Remote) == r)
        && ask.verified_since.is_none_or(|d| matches!(f.verified_on, Some(v) if v >= d));
    let asked = |holds: bool| holds.then_some(());
    let conditions = [
        (Is::Cost, ask.cost.map(|most| f.cost_from.map(|cost| cost <= most))),
        (Is::StepFree, asked(ask.step_free).map(|()| f.step_free)),
        (Is::Age, ask.age.map(|age| takes(f.ages, age))),
        (
            Is::Language,
            ask.language.as_ref().map(|asked| {
                let spoken: Vec<String> = f.languages.iter().map(|l| l.to_lowercase()).collect();
                if spoken.is_empty() { None } else { Some(spoken.contains(asked)) }
            }),
        ),
        (Is::Course, ask.course.map(|c| f.course.map(|is| is == c))),
        (Is::Welcome, asked(ask.welcome).map(|()| f.welcome)),
        (Is::NoBooking, asked(ask.no_booking).map(|()| f.booking_required.map(|b| !b))),
        (
            Is::When,
            ask.when.map(|w| {
                let starts = weekly(f)
                    .any(|(day, s)| w.weekdays & (1 << day) != 0 && (w.from..w.to).contains(&s.from));
                if starts || says_all_times(f) { Some(starts) } else { None }
            }),
        ),
        (Is::Open, ask.open.map(|open| is_open(f, open, ask.now))),
    ];
    let asked = conditions.into_iter().filter_map(|(condition, verdict)| Some((condition, verdict?)));
    let asked: Vec<(SearchCondition, Option<bool>)> = asked.collect();
    let fails = !surely || asked.iter().any(|(_, verdict)| *verdict == Some(false));
    let unknown = asked.into_iter().filter(|(_, verdict)| verdict.is_none()).map(|(condition, _)| condition);
    (!fails).then(|| unknown.collect())
}

fn takes(ages: ListingAges, age: f64) -> Option<bool> {
    if ages.from.is_some_and(|from| age < from) || ages.to.is_some_and(|to| age > to) {
        return Some(false);
    }
    if ages.all_said { Some(true) } else { None }
}

fn says_all_times(f: &SearchFacts) -> bool {
    !f.timetables.is_empty() && !f.more_times
}

/// Sessions by the day of their week.
fn weekly(f: &SearchFacts) -> impl Iterator<Item = (u8, Session)> {
    let sessions = f.timetables.iter().flat_map(|t| t.sessions());
    sessions.filter_map(|s| match s.on {
        Recurrence::Weekly { day, .. } => Some((day, *s)),
        _ => None,
    })
}

/// Whether a session is on at a moment, or starts in the seven days after it. One of every other week, nobody says which, may be
/// in any; one without an end may be on until midnight.
fn is_open(f: &SearchFacts, open: OpenWhen, now: NaiveDateTime) -> Option<bool> {
    let on = |day: u8, from: u16, to: u16| {
        let monday = day_of_week_start(now);
        (-1_i64..=2).any(|week| {
            let start = monday
                + chrono::TimeDelta::days(week * 7 + i64::from(day))
                + chrono::TimeDelta::minutes(i64::from(from));
            match open {
                OpenWhen::Now => {
                    start <= now && now < start + chrono::TimeDelta::minutes(i64::from(to - from))
                }
                OpenWhen::Week => start >= now && start < now + chrono::TimeDelta::days(7),
            }
        })
    };
    let every_week = |s: &Session| matches!(s.on, Recurrence::Weekly { every: 1, .. });
    let surely = weekly(f).any(|(day, s)| every_week(&s) && on(day, s.from, s.to.unwrap_or(s.from)));
    let maybe = weekly(f)
        .any(|(day, s)| (!every_week(&s) || s.to.is_none()) && on(day, s.from, s.to.unwrap_or(1_440)));
    if surely || says_all_times(f) && !maybe { Some(surely) } else { None }
}

fn day_of_week_start(now: NaiveDateTime) -> NaiveDateTime {
    now.date().week(chrono::Weekday::Mon).first_day().and_hms_opt(0, 0, 0).unwrap()
}

fn minutes_of(f: &SearchFacts, ask: &SearchRequest) -> Option<f64> {
    Some(ask.from?.distance(f.place?).get() * MINUTES_PER_METRE)
}

/// A listing by id with what is not known of it.
type Named = (String, BTreeSet<SearchCondition>);

/// Everything that fits and then what may, in order, and the next three up to twice as far that are only too far.
fn oracle(
    listings: &[(SearchFacts, usize)],
    ids: &[String],
    finder: &ListingIndex,
    ask: &SearchRequest,
    cell: Option<u32>,
) -> (Vec<Named>, Vec<Named>) {
    let scores: Option<BTreeMap<usize, f32>> =
        ask.text.as_deref().and_then(|t| finder.text().find(t)).map(|found| found.listings().collect());
    let score = |i: usize| scores.as_ref().and_then(|s| s.get(&i)).copied().unwrap_or(0.0);
    let unknown: Vec<Option<BTreeSet<SearchCondition>>> =
        listings.iter().map(|listing| unknowns(&listing.0, ask, cell)).collect();
    let fitting =
        (0..listings.len()).filter(|&i| unknown[i].is_some()).filter(|&i| scores.is_none() || score(i) > 0.0);
    let (mut all, mut beyond): (Vec<usize>, Vec<usize>) =
        fitting.partition(|&i| in_reach(&listings[i].0, ask));
    let minutes = |i: usize| minutes_of(&listings[i].0, ask).unwrap_or(f64::INFINITY);
    let nearer = |a: usize, b: usize| {
        let key = |i: usize| (minutes(i), -score(i), -listings[i].0.chance);
        key(a).partial_cmp(&key(b)).unwrap().then_with(|| ids[a].cmp(&ids[b]))
    };
    let best = all.iter().map(|&i| score(i)).fold(0.0, f32::max);
    let rank = |i: usize| {
        let asks = unknown[i].as_ref().is_some_and(|unknown| !unknown.is_empty());
        let second = scores.is_some() && score(i) < best * 0.7;
        (asks, second, ask.activities_first && listings[i].0.bare_venue)
    };
    all.sort_by(|&a, &b| rank(a).cmp(&rank(b)).then_with(|| nearer(a, b)));
    let farthest = 2.0 * ask.minutes.map_or(15.0, Minutes::get);
    beyond.retain(|&i| minutes(i) <= farthest.min(120.0));
    beyond.sort_by(|&a, &b| nearer(a, b));
    beyond.truncate(3);
    let named = |found: Vec<usize>| {
        found.into_iter().map(|i| (ids[i].clone(), unknown[i].clone().unwrap_or_default())).collect()
    };
    (named(all), named(beyond))
}

/// Whether finder and oracle agree on a question; how many fit, or may.
fn agree(
    (listings, ids): (&[(SearchFacts, usize)], &[String]),
    finder: &ListingIndex,
    ask: &SearchRequest,
    cell: Option<u32>,
) -> Result<FitCount, TestCaseError> {
    let (expected, beyond) = oracle(listings, ids, finder, ask, cell);
    let found = finder.find(ask, cell, &Straight::to(listings));
    let named = |hits: &[SearchHit]| -> Vec<Named> {
        hits.iter().map(|hit| (ids[hit.listing].clone(), hit.not_known.iter().collect())).collect()
    };
    let fits = expected.iter().filter(|one| one.1.is_empty()).count();
    prop_assert_eq!(found.count, FitCount { fits, may_fit: expected.len() - fits });
    for condition in SearchCondition::ALL {
        let unknown = expected.iter().filter(|one| one.1.contains(&condition)).count();
        let told = found.not_known.iter().find(|told| told.0 == condition).map_or(0, |told| told.1);
        prop_assert_eq!(told, unknown, "{:?}", condition);
        // Of what is always known nobody has to ask.
        prop_assert!(unknown == 0 || condition.ask_about().is_some(), "{:?}", condition);
    }
    let page: Vec<Named> = expected.into_iter().skip(ask.offset).take(ask.limit).collect();
    prop_assert_eq!(named(&found.hits), page);
    prop_assert_eq!(named(&found.outside), beyond);
    Ok(found.count)
}

/// The same question without a condition; without how far, it asks from nowhere.
fn without(ask: &SearchRequest, condition: SearchCondition) -> SearchRequest {
    match condition {
        SearchCondition::Minutes => SearchRequest { from: None, minutes: None, ..ask.clone() },
        _ => ask.clone().without(condition),
    }
}

/// Every set of one, two or three conditions.
fn combinations() -> Vec<Vec<SearchCondition>> {
    let all = (1_u32..1 << SearchCondition::ALL.len()).filter(|set| set.count_ones() <= 3);
    all.map(|set| SearchCondition::ALL.into_iter().filter(|c| set >> *c as u32 & 1 == 1).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Twenty questions to each of five hundred towns.
    #[test]
    fn every_answer_is_the_same(
        listings in proptest::collection::vec(facts(), 0..60),
        questions in proptest::collection::vec(ask(), 20),
    ) {
        let ids: Vec<String> = (0..listings.len()).map(|i| format!("s/{:02}", (i * 37) % 61)).collect();
        let finder = finder(&listings, &ids);
        for (ask, cell) in questions {
            agree((&listings, &ids), &finder, &ask, cell)?;
        }
    }

    /// A facet's counts are what the search finds once the condition is set.
    #[test]
    fn facets_say_what_each_further_condition_leaves(
        listings in proptest::collection::vec(facts(), 1..60),
        (ask, cell) in ask(),
    ) {
        let ids: Vec<String> = (0..listings.len()).map(|i| format!("s/{i:02}")).collect();
        let (finder, way) = (finder(&listings, &ids), Straight::to(&listings));
        let facets = finder.find(&ask, cell, &way).facets;
        let total = |ask: SearchRequest| finder.find(&ask, cell, &way).count;
        for need in NEEDS {
            let with = total(SearchRequest { need: Some(need), ..ask.clone() });
            prop_assert_eq!(facets.needs.get(&need).copied().unwrap_or_default(), with);
        }
        for kind in 0..3 {
            let with = total(SearchRequest { kind: Some(kind), ..ask.clone() });
            prop_assert_eq!(facets.kinds.get(&kind).copied().unwrap_or_default(), with);
        }
        for language in LANGUAGES {
            let with = total(SearchRequest { language: Some(language.into()), ..ask.clone() });
            // One that no listing says is no facet, and whoever says none may speak it.
            let said = facets.languages.get(&language.to_lowercase()).copied();
            prop_assert!(said == Some(with) || said.is_none() && with.fits == 0, "{:?} {:?}", said, with);
        }
        for at in 0..7 {
            let when = ask.when.unwrap_or(SessionWindow { weekdays: 0, from: 0, to: 1_440, today: day(0) });
            let with = total(SearchRequest { when: Some(SessionWindow { weekdays: 1 << at, ..when }), ..ask.clone() });
            prop_assert_eq!(facets.days[at], with, "day {}", at);
        }
        prop_assert_eq!(facets.conditions.free, total(SearchRequest { cost: Some(0.0), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.step_free, total(SearchRequest { step_free: true, ..ask.clone() }));
        prop_assert_eq!(facets.conditions.remote, total(SearchRequest { remote: Some(true), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.courses, total(SearchRequest { course: Some(true), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.ongoing, total(SearchRequest { course: Some(false), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.open_now, total(SearchRequest { open: Some(OpenWhen::Now), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.open_week, total(SearchRequest { open: Some(OpenWhen::Week), ..ask.clone() }));
        prop_assert_eq!(facets.conditions.welcome, total(SearchRequest { welcome: true, ..ask.clone() }));
        prop_assert_eq!(facets.conditions.no_booking, total(SearchRequest { no_booking: true, ..ask.clone() }));
    }

    /// The condition that is said to keep most out does: without it so many more are found.
    #[test]
    fn what_kept_listings_out_lets_them_in_when_it_goes(
        listings in proptest::collection::vec(facts(), 1..60),
        (ask, cell) in ask(),
    ) {
        let ids: Vec<String> = (0..listings.len()).map(|i| format!("s/{i:02}")).collect();
        let (finder, way) = (finder(&listings, &ids), Straight::to(&listings));
        let found = finder.find(&ask, cell, &way);
        for (condition, count) in &found.removed {
            // Without distance in play: what is farther off than asked stays out either way.
            prop_assert!(*condition != SearchCondition::Minutes);
            let without = finder.find(&without(&ask, *condition), cell, &way).count;
            prop_assert_eq!(without.total(), found.count.total() + count);
        }
    }
}

/// As many needs as a long table has: each search finds the listings of its need and no other, and facets count them.
#[test]
fn needs_beyond_the_64th_are_needs_like_any_other() {
    let serves = |listing: usize| BTreeSet::from([listing % 70, listing * 7 % 70, 69 - listing % 3]);
    let ids: Vec<String> = (0..140).map(|i| format!("s/{i:03}")).collect();
    let facts =
        |i| SearchFacts { needs: serves(i).into_iter().collect::<NeedSet>(), ..SearchFacts::default() };
    let listings: Vec<_> = (0..140).map(|i| (facts(i), 0)).collect();
    let (finder, way) = (finder(&listings, &ids), Straight::to(&listings));
    for need in 0..71 {
        let ask = SearchRequest { need: Some(need), limit: 200, ..SearchRequest::default() };
        let found = finder.find(&ask, None, &way);
        let hits: Vec<usize> = found.hits.iter().map(|hit| hit.listing).collect();
        let expected: Vec<usize> = (0..140).filter(|i| serves(*i).contains(&need)).collect();
        assert_eq!(hits, expected, "need {need}");
        for other in 0..71 {
            let count = (0..140).filter(|i| serves(*i).contains(&other)).count();
            assert_eq!(
                found.facets.needs.get(&other).copied().unwrap_or_default(),
                FitCount { fits: count, may_fit: 0 }
            );
        }
    }
}

/// Every set of up to three conditions, asked of 22 towns: thousands of questions. Most find something: an answer
/// without anything in it would be easy to agree on.
#[test]
fn every_combination_of_three_conditions_agrees() {
    let combinations = combinations();
    let n = SearchCondition::ALL.len();
    assert_eq!(combinations.len(), n + n * (n - 1) / 2 + n * (n - 1) * (n - 2) / 6);
    let mut runner = TestRunner::deterministic();
    let town = proptest::collection::vec(facts(), 60);
    let full = asking(|_| 0.999);
    let mut questions = (0..).map(|_| full.new_tree(&mut runner).unwrap().current());
    let (mut fitting, mut unsure, mut runner) = (0, 0, TestRunner::deterministic());
    for _ in 0..22 {
        let listings = town.new_tree(&mut runner).unwrap().current();
        let ids: Vec<String> = (0..listings.len()).map(|i| format!("s/{:02}", (i * 37) % 61)).collect();
        let finder = finder(&listings, &ids);
        for (kept, (full, cell)) in combinations.iter().zip(&mut questions) {
            let left_out = SearchCondition::ALL.into_iter().filter(|c| !kept.contains(c));
            let ask = left_out.fold(full, |ask, condition| without(&ask, condition));
            let agreed = agree((&listings, &ids), &finder, &ask, cell);
            let agreed = agreed.unwrap_or_else(|e| panic!("{kept:?}: {e}\n{ask:?}"));
            fitting += usize::from(agreed.fits > 0);
            unsure += usize::from(agreed.may_fit > 0);
        }
    }
    let asked = 22 * combinations.len();
    assert!(
        fitting > asked / 3 && unsure > asked / 4,
        "{fitting} found what fits, {unsure} what may, of {asked}"
    );
}
