//! Several quarters together: their sums, what is missing of them, who is too few to compare, and small areas in larger ones.

use chrono::NaiveDate;
use hereabouts_core::demand::{Basis, RecordingSystem};
use hereabouts_core::known::KnownCount;
use hereabouts_core::period::Period;
use hereabouts_core::report::{DemandStatus, GapReport};
use hereabouts_core::{AnalysisPolicy, Study, StudyInput, analyse};
use hereabouts_tests::town;

fn study(change: impl FnOnce(&mut StudyInput)) -> Study {
    let mut input = town::input(6, 3, Basis::Synthetic);
    change(&mut input);
    Study::new(input).unwrap()
}

fn report(study: &Study, period: &str, geography: &str) -> GapReport {
    let mut policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 1, 15).unwrap());
    policy.period = study.period(period, policy.as_of);
    policy.geography = study.geography(geography);
    analyse(study, &policy).1.unwrap()
}

#[test]
fn a_year_is_the_sum_of_its_quarters_and_shares_are_of_all_of_it() {
    let study = study(|_| {});
    let of = |period: &str| report(&study, period, "small");
    let (third, fourth, both) = (of("2025-Q3"), of("2025-Q4"), of("latest-year"));
    assert_eq!(both.period.unwrap(), "2025-Q3/2025-Q4".parse::<Period>().unwrap());
    assert_eq!(of("2025-Q3/2025-Q4"), both);
    for ((a, b), sum) in third.gaps.iter().zip(&fourth.gaps).zip(&both.gaps) {
        let millionths = |figure: Option<f64>| figure.map(|n| (n * 1e6).round());
        let added = a.referrals.zip(b.referrals).map(|(a, b)| a + b);
        assert_eq!(millionths(added), millionths(sum.referrals));
        let twice = a.places_listed.map(|places| places * 2.0);
        assert_eq!(millionths(sum.places_listed), millionths(twice));
        if let (Some(a), Some(b), Some(sum)) =
            (a.unmet_rate_likely, b.unmet_rate_likely, sum.unmet_rate_likely)
        {
            assert!(a.min(b) - 1e-9 <= sum && sum <= a.max(b) + 1e-9, "{a} {b} {sum}");
        }
    }
}

#[test]
fn a_quarter_of_which_nothing_is_known_is_as_months_that_are_missing() {
    let study = study(|input| {
        let of = input.demand.iter_mut().find(|d| d.quarter.to_string() == "2025-Q3").unwrap();
        of.referrals = KnownCount::UNKNOWN;
    });
    let report = report(&study, "latest-year", "small");
    let partial: Vec<_> = report.gaps.iter().filter(|gap| gap.status == DemandStatus::Partial).collect();
    let [gap] = partial[..] else { panic!("{partial:?}") };
    assert_eq!((gap.complete_months, gap.whole_months, gap.rank, gap.referrals), (Some(3), 6, None, None));
    assert_eq!((gap.referrals_low, gap.referrals_high), (Some(15.0), None));
}

#[test]
fn too_few_are_not_ranked_and_none_is_a_figure() {
    let study = study(|input| {
        for (nth, figure) in input.demand.iter_mut().filter(|d| d.need == "company").enumerate() {
            figure.referrals = f64::from(nth as u32 % 4).into();
        }
    });
    let report = report(&study, "2025-Q4", "small");
    let need = study.need("company").unwrap();
    let gaps = || report.gaps.iter().filter(|gap| gap.need == need && gap.referrals.is_some());
    assert!(gaps().count() > 10);
    for gap in gaps() {
        assert_eq!((gap.status, gap.rank, gap.of), (DemandStatus::TooFew, None, 0));
        match gap.referrals.unwrap() {
            0.0 => assert_eq!((gap.unmet_rate_likely, gap.unmet_rate_interval), (None, None)),
            _ => {
                let (rate, (low, high)) = (gap.unmet_rate_likely.unwrap(), gap.unmet_rate_interval.unwrap());
                assert!(low <= rate && rate <= high && high - low > 0.4, "{low} {rate} {high}");
            }
        }
        let shown = [gap.referrals, gap.unmet_likely, gap.unmet_listed, gap.no_match];
        assert!(shown.into_iter().flatten().all(f64::is_sign_positive), "{gap:?}");
    }
}

#[test]
fn larger_areas_tell_what_is_not_known_of_small_ones() {
    let study = study(|input| {
        for figure in input.demand.iter_mut().filter(|d| d.place.code == "N0001") {
            figure.referrals = 0.0.into();
        }
    });
    let report = report(&study, "latest-year", "whole");
    let of =
        |code: &str| report.neighbourhoods.iter().find(|n| study.areas()[n.area.get()].code == code).unwrap();
    let (west, east) = (of("west"), of("east"));
    assert_eq!((west.small_areas.all, west.small_areas.silent, east.small_areas.no_data), (9, 1, 3));
    assert!((west.silent_share - 1.0 / 9.0).abs() < 1e-9 && (east.no_data_share - 1.0 / 3.0).abs() < 1e-9);
    assert_eq!((west.status, east.status), (DemandStatus::Ok, DemandStatus::Ok));
    let gap = report.gaps.iter().find(|gap| gap.area == west.area).unwrap();
    assert!((gap.silent_share - 1.0 / 9.0).abs() < 1e-9);
}

#[test]
fn a_system_that_records_less_makes_nobody_silent() {
    let less = |input: &mut StudyInput| {
        for figure in input.demand.iter_mut().filter(|d| d.place.code.ends_with("02")) {
            figure.referrals = figure.referrals.part(1.0 / 4.0);
        }
    };
    let named = |input: &mut StudyInput| {
        less(input);
        let of = |code: &str| if code.ends_with("02") { "one" } else { "another" };
        let systems = input.demand.iter().map(|d| RecordingSystem {
            place: d.place.clone(),
            quarter: d.quarter,
            system: of(&d.place.code).to_owned(),
        });
        input.systems = systems.collect();
    };
    let silent = |study: &Study| {
        let report = report(study, "latest-year", "small");
        report.neighbourhoods.iter().filter(|n| n.status == DemandStatus::Silent).count()
    };
    assert_eq!((silent(&study(less)), silent(&study(named))), (5, 0));
}
