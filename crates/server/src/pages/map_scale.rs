//! What the maps and tables show, its fixed classes and their colours.
//!
//! Classes belong to the measure, not to the view, so that two maps can be held side by side. Colours are those of the style
//! sheet, after ColorBrewer's YlGnBu: a rise in lightness alone tells them apart, and it prints.

use hereabouts_core::report::DemandStatus;

/// The figure that colours the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MapMeasure {
    /// Unmet referrals as a share of referrals.
    Share,
    /// Unmet referrals in the period.
    Count,
}

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MapClass {
    /// Position in [`RAMP`].
    Step(usize),
    /// Too few referrals for a share of them to say anything.
    TooFew,
    /// Data, but no referrals.
    NoReferrals,
    /// Nothing is known of demand.
    NoData,
    /// No list that tells of the need reaches most of its people.
    NoList,
}

impl MapMeasure {
    /// Both, in the order offered.
    pub(crate) const ALL: [Self; 2] = [Self::Share, Self::Count];

    /// As written in an address.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Count => "count",
        }
    }

    /// What a reader sees.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Share => "Share of referrals unmet",
            Self::Count => "Unmet referrals",
        }
    }

    /// Lower edges of the classes; an edge belongs to the class above it.
    const fn edges(self) -> [f64; 5] {
        match self {
            Self::Share => [0.0, 0.2, 0.4, 0.6, 0.8],
            Self::Count => [0.0, 1.0, 3.0, 10.0, 30.0],
        }
    }

    /// The class of an area.
    pub(crate) fn class(self, status: DemandStatus, referrals: Option<f64>, unmet: Option<f64>) -> MapClass {
        match (status, referrals, unmet) {
            (DemandStatus::NoList, ..) => MapClass::NoList,
            (DemandStatus::NoData, ..) | (_, None, _) | (_, _, None) => MapClass::NoData,
            (_, Some(referrals), Some(_)) if referrals <= 0.0 => MapClass::NoReferrals,
            (DemandStatus::TooFew, ..) if self == Self::Share => MapClass::TooFew,
            (_, Some(referrals), Some(unmet)) => {
                let value = match self {
                    Self::Share => unmet / referrals,
                    Self::Count => unmet,
                };
                MapClass::Step(self.edges().iter().rposition(|&edge| value >= edge).unwrap_or(0))
            }
        }
    }

    /// The range of a class in words.
    pub(crate) fn range(self, class: MapClass) -> String {
        let edges = self.edges();
        match (class, self) {
            (MapClass::NoData, _) => "No data on referrals".to_owned(),
            (MapClass::NoList, _) => "No list that tells of it reaches here".to_owned(),
            (MapClass::NoReferrals, _) => "No referrals".to_owned(),
            (MapClass::TooFew, _) => "Too few referrals for a share".to_owned(),
            (MapClass::Step(step), Self::Share) => {
                let edge = |i: usize| (edges[i] * 100.0).round();
                match edges.get(step + 1) {
                    Some(_) if step == 0 => format!("Under {}%", edge(1)),
                    Some(_) => format!("{} to under {}%", edge(step), edge(step + 1)),
                    None => format!("{} to 100%", edge(4)),
                }
            }
            (MapClass::Step(step), Self::Count) => match edges.get(step + 1) {
                Some(next) if step == 0 => format!("Under {next}"),
                Some(next) => format!("{} to under {next}", edges[step]),
                None => format!("{} and more", edges[4]),
            },
        }
    }
}

impl MapClass {
    /// All of them, as the legend lists them.
    pub(crate) const ALL: [Self; 9] = [
        Self::Step(0),
        Self::Step(1),
        Self::Step(2),
        Self::Step(3),
        Self::Step(4),
        Self::TooFew,
        Self::NoReferrals,
        Self::NoData,
        Self::NoList,
    ];

    /// Its colour, under the dots or the hatching that may lie over it.
    pub(crate) fn colour(self) -> String {
        format!("var(--class-{})", self.id())
    }

    /// Name for the map and the style sheet.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Step(0) => "0",
            Self::Step(1) => "1",
            Self::Step(2) => "2",
            Self::Step(3) => "3",
            Self::Step(_) => "4",
            Self::TooFew => "few",
            Self::NoReferrals => "none",
            Self::NoData => "no-data",
            Self::NoList => "no-list",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_belongs_to_the_class_above() {
        let class = |unmet| MapMeasure::Share.class(DemandStatus::Ok, Some(10.0), Some(unmet));
        assert_eq!(class(0.0), MapClass::Step(0));
        assert_eq!(class(1.99), MapClass::Step(0));
        assert_eq!(class(2.0), MapClass::Step(1));
        assert_eq!(class(10.0), MapClass::Step(4));
        assert_eq!(MapMeasure::Count.class(DemandStatus::Silent, Some(99.0), Some(30.0)), MapClass::Step(4));
    }

    #[test]
    fn a_share_of_few_has_no_class() {
        let of = |measure: MapMeasure, n: f64| measure.class(DemandStatus::TooFew, Some(n), Some(n));
        assert_eq!(of(MapMeasure::Share, 2.0), MapClass::TooFew);
        assert_eq!(of(MapMeasure::Count, 2.0), MapClass::Step(1));
        assert_eq!(of(MapMeasure::Share, 0.0), MapClass::NoReferrals);
    }

    #[test]
    fn missing_is_not_zero() {
        assert_eq!(MapMeasure::Count.class(DemandStatus::Ok, Some(0.0), Some(0.0)), MapClass::NoReferrals);
        assert_eq!(MapMeasure::Share.class(DemandStatus::Ok, None, None), MapClass::NoData);
        assert_eq!(MapMeasure::Share.class(DemandStatus::NoData, Some(1.0), Some(1.0)), MapClass::NoData);
        assert_eq!(MapMeasure::Share.class(DemandStatus::NoList, Some(9.0), None), MapClass::NoList);
    }

    #[test]
    fn ranges_in_words_meet() {
        let words: Vec<String> = MapClass::ALL.iter().map(|&c| MapMeasure::Share.range(c)).collect();
        assert_eq!(words[..3], ["Under 20%", "20 to under 40%", "40 to under 60%"]);
        assert_eq!(words[4], "80 to 100%");
        assert_eq!(MapMeasure::Count.range(MapClass::Step(4)), "30 and more");
    }
}
