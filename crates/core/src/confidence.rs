//! How far a figure can be leant on, and why not further. The one rule of it; words for people are made elsewhere.
//!
//! Each ground for doubt takes confidence down to `fair` or to `low`, by itself; the lowest holds, and nothing is weighed
//! against anything else. A ground goes as more is known and never comes by it: hence no rule here rests on which assets streets
//! lead to in time, but on what is listed around as the crow flies.

use crate::units::is_below;

/// Below this share of the places listed around confirmed within twelve months, they are [`Ground::NotConfirmed`].
pub const CONFIRMED_ENOUGH: f64 = 0.5;
/// Above this share of the places listed around resting on a kind's default, they are [`Ground::AssumedPlaces`].
pub const ASSUMED_AT_MOST: f64 = 0.5;
/// Below this share of people who live where a list that tells of the need reaches, confidence is low…
pub const LISTS_REACH_MOST: f64 = 0.5;
/// …and below this share fair.
pub const LISTS_REACH_ENOUGH: f64 = 0.9;
/// Below this share of people who live where streets are known, walks are estimates.
pub const STREETS_ENOUGH: f64 = 0.9;
/// Above this share of people who live near where the areas end.
pub const EDGE_AT_MOST: f64 = 0.1;
/// Above this share of people whose demand is unknown, or who live where implausibly little is referred, confidence is low.
pub const DEMAND_DOUBT_AT_MOST: f64 = 0.25;
/// Above this half width of a 90 % interval by protection, as a share of the referrals, confidence is fair…
pub const NOISE_AT_MOST: f64 = 0.25;
/// …and above this low.
pub const NOISE_MOST: f64 = 1.0;
/// Quarters by which referring is judged: with fewer nobody can tell whether an area refers as others do.
pub const SERIES_ENOUGH: u16 = 4;

/// How far a figure can be leant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Something of weight is not known.
    Low,
    /// Some of it is assumed, old or cut off.
    Fair,
    /// Nothing that is known of speaks against it.
    High,
}

impl Confidence {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Fair, Self::High];

    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Fair => "fair",
            Self::High => "high",
        }
    }
}

macro_rules! grounds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $id:literal,)+) => {
        /// What may speak against a figure, the weightiest first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ground { $($(#[doc = $doc])+ $variant,)+ }

        impl Ground {
            /// All of them, the weightiest first.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$variant),+];

            /// The id used in outputs; it stays.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }
        }
    };
}

grounds! {
    /// Demand for the need is unknown for some of the people.
    DemandUnknown = "demand-unknown",
    /// Months of the period are missing.
    MonthsMissing = "months-missing",
    /// Implausibly little is referred by the area, or by small areas in it.
    Silent = "silent",
    /// Too few referrals for a share of them to say anything.
    TooFew = "too-few",
    /// Fewer than four quarters of referrals: nobody can tell whether the area refers as others do.
    ShortSeries = "short-series",
    /// No list that tells of the need reaches some of the people.
    NoList = "no-list",
    /// Nothing is listed around, and no list that covers it says that it is complete.
    NothingListed = "nothing-listed",
    /// Few of the places listed around were confirmed within twelve months.
    NotConfirmed = "not-confirmed",
    /// Most of the places listed around are what is usual for their kind.
    AssumedPlaces = "assumed-places",
    /// Referrals lie between two numbers.
    DemandRange = "demand-range",
    /// The noise that protects referrals is large beside them.
    Protected = "protected",
    /// Streets are not known: walks are a straight line made longer.
    NoStreets = "no-streets",
    /// People live near where the areas end, and what lies beyond is not counted.
    Edge = "edge",
}

/// What is known of a figure, as far as it bears on confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knowledge {
    /// Share of its people for whom demand is unknown.
    pub demand_unknown: f64,
    /// Whether months of the period are missing.
    pub months_missing: bool,
    /// Share of its people who live where implausibly little is referred.
    pub silent: f64,
    /// Whether there are too few referrals to compare.
    pub too_few: bool,
    /// Whether the referrals lie between two numbers.
    pub range: bool,
    /// Half the width of a 90 % interval of the referrals by the noise that protects them, as a share of them; 0 where none was
    /// added.
    pub noise: f64,
    /// Quarters of referrals by which the area's referring is judged.
    pub series: u16,
    /// Share of its people who live where a list that tells of the need reaches.
    pub lists_reach: f64,
    /// Whether a list that covers it says that it has all there is.
    pub lists_complete: bool,
    /// Of the places listed around, the share confirmed within twelve months and the share that is assumed; `None` where nothing
    /// is listed.
    pub listed: Option<(f64, f64)>,
    /// Share of its people who live where streets are known.
    pub streets: f64,
    /// Share of its people who live near where the areas end.
    pub edge: f64,
}

/// The grounds that hold for a figure, each with how far it takes confidence down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfidenceGrounds([Option<Confidence>; Ground::ALL.len()]);

impl ConfidenceGrounds {
    /// The rule.
    #[must_use]
    pub fn of(known: &Knowledge) -> Self {
        use Confidence::{Fair, Low};
        let mut grounds = Self::default();
        let mut doubt = |ground: Ground, to: Option<Confidence>| grounds.0[ground as usize] = to;
        let share = |share: f64| {
            if is_below(DEMAND_DOUBT_AT_MOST, share) { Some(Low) } else { (share > 0.0).then_some(Fair) }
        };
        doubt(Ground::DemandUnknown, share(known.demand_unknown));
        doubt(Ground::MonthsMissing, known.months_missing.then_some(Low));
        doubt(Ground::Silent, share(known.silent));
        doubt(Ground::TooFew, known.too_few.then_some(Low));
        doubt(Ground::ShortSeries, (known.series < SERIES_ENOUGH).then_some(Low));
        let lists = match known.lists_reach {
            reach if is_below(reach, LISTS_REACH_MOST) => Some(Low),
            reach => is_below(reach, LISTS_REACH_ENOUGH).then_some(Fair),
        };
        doubt(Ground::NoList, lists);
        // Never below what is listed and neither confirmed nor counted: nothing listed is not known better than something is.
        doubt(Ground::NothingListed, (known.listed.is_none() && !known.lists_complete).then_some(Fair));
        let (confirmed, assumed) = known.listed.unwrap_or((1.0, 0.0));
        doubt(Ground::NotConfirmed, is_below(confirmed, CONFIRMED_ENOUGH).then_some(Fair));
        doubt(Ground::AssumedPlaces, is_below(ASSUMED_AT_MOST, assumed).then_some(Fair));
        doubt(Ground::DemandRange, known.range.then_some(Fair));
        let noise =
            if known.noise > NOISE_MOST { Some(Low) } else { (known.noise > NOISE_AT_MOST).then_some(Fair) };
        doubt(Ground::Protected, noise);
        doubt(Ground::NoStreets, is_below(known.streets, STREETS_ENOUGH).then_some(Fair));
        doubt(Ground::Edge, is_below(EDGE_AT_MOST, known.edge).then_some(Fair));
        grounds
    }

    /// How far the figure can be leant on: no further than its weakest ground.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.0.iter().flatten().copied().min().unwrap_or(Confidence::High)
    }

    /// The grounds that hold, those that weigh most first, each with how far it takes confidence down.
    pub fn iter(&self) -> impl Iterator<Item = (Ground, Confidence)> + '_ {
        let held = || Ground::ALL.into_iter().filter_map(|ground| Some((ground, self.0[ground as usize]?)));
        Confidence::ALL.into_iter().flat_map(move |level| held().filter(move |(_, to)| *to == level))
    }

    /// Whether a ground holds, and how far it takes confidence down.
    #[must_use]
    pub fn get(&self, ground: Ground) -> Option<Confidence> {
        self.0[ground as usize]
    }
}

/// How far many figures together can be leant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfidenceSummary {
    /// How many figures are of low, of fair and of high confidence.
    pub figures: [usize; Confidence::ALL.len()],
    /// The ground that, if it went, would raise most figures from low, and how many it would raise. Where none would by itself,
    /// the one that keeps most of them there, with how many.
    pub raises_most: Option<(Ground, usize)>,
}

impl ConfidenceSummary {
    /// Of figures with these grounds.
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = ConfidenceGrounds>) -> Self {
        let mut summary = Self::default();
        let (mut alone, mut among) = ([0; Ground::ALL.len()], [0; Ground::ALL.len()]);
        for grounds in figures {
            summary.figures[grounds.confidence() as usize] += 1;
            let low = || grounds.iter().filter(|(_, to)| *to == Confidence::Low);
            let only = low().count() == 1;
            for (ground, _) in low() {
                among[ground as usize] += 1;
                alone[ground as usize] += usize::from(only);
            }
        }
        let most = |counts: [usize; Ground::ALL.len()]| {
            let held = Ground::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
            // The first of equals.
            held.reduce(|a, b| if b.1 > a.1 { b } else { a })
        };
        summary.raises_most = most(alone).or_else(|| most(among));
        summary
    }

    /// How many figures there are.
    #[must_use]
    pub fn all(&self) -> usize {
        self.figures.iter().sum()
    }

    /// How many are of this confidence.
    #[must_use]
    pub const fn count(&self, confidence: Confidence) -> usize {
        self.figures[confidence as usize]
    }

    /// Whether more than half are of low confidence.
    #[must_use]
    pub fn is_mostly_low(&self) -> bool {
        self.count(Confidence::Low) * 2 > self.all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything is known.
    const KNOWN: Knowledge = Knowledge {
        demand_unknown: 0.0,
        months_missing: false,
        silent: 0.0,
        too_few: false,
        range: false,
        noise: 0.0,
        series: 4,
        lists_reach: 1.0,
        lists_complete: false,
        listed: Some((0.8, 0.1)),
        streets: 1.0,
        edge: 0.0,
    };

    fn told(known: Knowledge) -> (Confidence, Vec<&'static str>) {
        let grounds = ConfidenceGrounds::of(&known);
        (grounds.confidence(), grounds.iter().map(|(ground, _)| ground.id()).collect())
    }

    #[test]
    fn the_lowest_ground_holds_and_is_said_first() {
        assert_eq!(told(KNOWN), (Confidence::High, vec![]));
        let edge = Knowledge { edge: 0.6, ..KNOWN };
        assert_eq!(told(edge), (Confidence::Fair, vec!["edge"]));
        let none = Knowledge { lists_reach: 0.0, listed: None, ..edge };
        assert_eq!(told(none), (Confidence::Low, vec!["no-list", "nothing-listed", "edge"]));
        assert_eq!(told(Knowledge { silent: 0.1, ..KNOWN }), (Confidence::Fair, vec!["silent"]));
        assert_eq!(told(Knowledge { silent: 1.0, ..KNOWN }), (Confidence::Low, vec!["silent"]));
    }

    #[test]
    fn a_mapped_city_is_fair_and_a_place_off_every_map_is_low() {
        // Every list is complete on the map, and nobody says when anything was last confirmed.
        let mapped = Knowledge { listed: Some((0.0, 1.0)), edge: 0.8, ..KNOWN };
        let off_the_map = Knowledge { listed: None, lists_reach: 0.0, ..KNOWN };
        assert!(told(mapped).0 > told(off_the_map).0);
    }

    #[test]
    fn nothing_listed_is_known_no_better_unless_a_list_says_that_it_is_complete() {
        let nothing = Knowledge { listed: None, ..KNOWN };
        for confirmed in [0.0, 0.4, 1.0] {
            let something = Knowledge { listed: Some((confirmed, 1.0 - confirmed)), ..KNOWN };
            assert!(told(something).0 >= told(nothing).0);
        }
        assert_eq!(told(Knowledge { lists_complete: true, ..nothing }).0, Confidence::High);
    }

    #[test]
    fn ids_are_there_once() {
        let mut ids = Ground::ALL.map(Ground::id).to_vec();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Ground::ALL.len());
    }
}
