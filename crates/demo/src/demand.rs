//! What the town's people are referred for, quarter by quarter.

use super::people::{AreaStory, MadeUpArea};
use super::random::SeededRandom;

/// Quarters with figures, the latest last.
pub(super) const QUARTERS: [&str; 8] =
    ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"];

/// Need, referrals per 1,000 people a year in a middling place, and how much faster that grows with deprivation.
const RATES: [(&str, f64, f64); 12] = [
    ("social-connection", 9.2, 0.30),
    ("physical-activity", 5.3, 0.20),
    ("nature-outdoors", 2.0, 0.05),
    ("arts-culture", 1.8, 0.00),
    ("learning-skills", 2.0, 0.35),
    ("work-volunteering", 2.4, 0.40),
    ("money-debt", 4.8, 0.60),
    ("housing", 3.3, 0.60),
    ("food", 2.2, 0.70),
    ("mental-wellbeing", 7.9, 0.35),
    ("caring-family", 2.2, 0.10),
    ("practical-support", 2.0, 0.20),
];

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DemandFigure {
    pub(super) code: String,
    pub(super) need: &'static str,
    pub(super) quarter: &'static str,
    pub(super) referrals: u32,
    pub(super) no_match: u32,
}

/// Every figure; zeros are written out, and a neighbourhood without data has no rows at all.
pub(super) fn demand(seed: u64, neighbourhoods: &[MadeUpArea]) -> Vec<DemandFigure> {
    let mut random = SeededRandom::part(seed, 4);
    let mut figures = Vec::new();
    for n in neighbourhoods {
        let deprivation = (5.5 - f64::from(n.decile)) / 4.5;
        let exposure = match n.story {
            AreaStory::NoData => continue,
            AreaStory::Silent => 0.1,
            AreaStory::Gap => 1.3,
            AreaStory::Ordinary | AreaStory::Stale => random.between(0.85, 1.15),
        };
        for (need, rate, slope) in RATES {
            let mean = f64::from(n.people) / 1000.0 * rate / 4.0 * (slope * deprivation).exp() * exposure;
            for quarter in QUARTERS {
                let referrals = random.poisson(mean);
                let missed = match n.story {
                    AreaStory::Gap => 0.6,
                    _ => 0.2 + 0.1 * deprivation.max(0.0),
                };
                let no_match = (0..referrals).filter(|_| random.chance(missed)).count() as u32;
                figures.push(DemandFigure { code: n.code.clone(), need, quarter, referrals, no_match });
            }
        }
    }
    figures
}
