//! Ranks say no more than the figures that are told, and what is unmet is the sum of its parts.

use crate::known_demand::laws::report;
use crate::known_supply::laws::{input, world};
use hereabouts_core::report::{DemandStatus, Gap};
use proptest::prelude::*;

/// A tenth of a referral, as figures are told.
fn told(gap: &Gap) -> i64 {
    (gap.unmet_likely.unwrap() * 10.0).round() as i64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_told_as_equal_has_one_rank(world in world(), geography in prop_oneof![Just("small"), Just("half")]) {
        let (study, report) = report(input(&world), geography);
        for need in study.need_indices() {
            let ranked: Vec<&Gap> =
                report.gaps.iter().filter(|g| g.need == need && g.rank.is_some()).collect();
            for gap in &ranked {
                prop_assert_eq!(gap.status, DemandStatus::Ok);
                // As many are before it as are told to have more.
                let before = ranked.iter().filter(|other| told(other) > told(gap)).count() as u32;
                prop_assert_eq!(gap.rank, Some(before + 1));
                prop_assert!(gap.rank_low <= gap.rank && gap.rank <= gap.rank_high);
                prop_assert_eq!(gap.of as usize, ranked.len());
            }
        }
    }

    #[test]
    fn what_is_unmet_is_the_sum_of_what_it_lacks(world in world(), geography in prop_oneof![Just("small"), Just("half")]) {
        let (_, report) = report(input(&world), geography);
        for gap in &report.gaps {
            prop_assert_eq!(gap.unmet_parts.is_some(), gap.unmet_likely.is_some());
            let Some([listed, likely]) = gap.unmet_parts else { continue };
            for (parts, unmet) in [(listed, gap.unmet_listed), (likely, gap.unmet_likely)] {
                let sum = parts.nothing_in_reach + parts.not_enough + parts.not_known;
                prop_assert!((sum - unmet.unwrap()).abs() <= 1e-9 * sum.max(1.0), "{parts:?} of {unmet:?}");
            }
            // Who has nothing in reach has nothing in either reading.
            prop_assert!((listed.nothing_in_reach - likely.nothing_in_reach).abs() <= 1e-9);
            if gap.supply_known_share == Some(1.0) {
                prop_assert_eq!(likely.not_known, 0.0);
            }
            if gap.assets_in_reach == Some(0) {
                prop_assert_eq!(likely.not_enough, 0.0);
            }
        }
    }
}
