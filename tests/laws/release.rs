//! Protected tables: what holds of every release, and attacks that break a naive publisher and stay within the bound here.

use hereabouts_core::confidence::Ground;
use hereabouts_core::demand::{AreaCode, Basis, CompleteDemand, Demand};
use hereabouts_core::known::KnownCount;
use hereabouts_core::noise::DemandNoise;
use hereabouts_core::report::Gap;
use hereabouts_core::{Study, StudyInput, analyse};
use hereabouts_release::budget::Mu;
use hereabouts_release::coins::CoinKey;
use hereabouts_release::counted::{CountedTable, UncoveredAreas, UnreleasableCounts};
use hereabouts_release::document::{InvalidRelease, ReleaseDocument, ReleasedTable};
use hereabouts_release::evaluation::level_errors;
use hereabouts_release::measure::SHARES;
use hereabouts_tests::town;
use std::collections::BTreeSet;

const QUARTER: &str = "2025-Q4";

/// Small areas without data, which no source covers.
fn uncovered(rows: usize, columns: usize) -> BTreeSet<String> {
    (0..rows).map(|row| format!("N{:02}{row:02}", columns - 1)).collect()
}

/// The town's counts of a quarter, each as `count` has it.
fn counted(
    change: impl FnOnce(&mut StudyInput),
    count: impl Fn(usize) -> f64,
) -> Result<CountedTable, UnreleasableCounts> {
    let mut input = town::input(6, 3, Basis::Unprotected);
    for (nth, figure) in input.demand.iter_mut().enumerate() {
        figure.referrals = count(nth).into();
    }
    change(&mut input);
    let study = Study::new(input).unwrap();
    let uncovered = UncoveredAreas::Named(uncovered(3, 6));
    let named = CountedTable::of(&study, QUARTER.parse().unwrap(), Some("whole"), &uncovered);
    let unlisted =
        CountedTable::of(&study, QUARTER.parse().unwrap(), Some("whole"), &UncoveredAreas::Unlisted);
    if let (Ok(named), Ok(unlisted)) = (&named, &unlisted) {
        assert_eq!(
            release(named, &key(1)),
            release(unlisted, &key(1)),
            "whoever names them all says the same"
        );
    }
    named
}

fn key(byte: u8) -> CoinKey {
    CoinKey::new([byte; 32])
}

fn release(counted: &CountedTable, key: &CoinKey) -> ReleaseDocument {
    ReleaseDocument::of(counted, Mu::DEFAULT, &SHARES, key).unwrap()
}

#[test]
fn the_same_counts_are_the_same_bytes_in_any_order_and_read_back() {
    let count = |nth: usize| (nth % 7) as f64;
    let document = release(&counted(|_| {}, count).unwrap(), &key(1));
    let turned = counted(
        |input| {
            input.demand.reverse();
            input.areas.reverse();
            input.needs.reverse();
        },
        count,
    );
    assert_eq!(release(&turned.unwrap(), &key(1)).to_bytes(), document.to_bytes());
    assert_ne!(release(&counted(|_| {}, count).unwrap(), &key(2)).digest(), document.digest());
    let read = ReleaseDocument::parse(&document.to_bytes()).unwrap();
    assert_eq!(read, document);
    assert!(ReleaseDocument::is_meant(&document.to_bytes()) && !ReleaseDocument::is_meant(b"{\"type\":1}"));
    let table = ReleasedTable::new(read).unwrap();
    let (figures, errors) = (table.figures("company").unwrap(), table.standard_errors());
    assert_eq!(figures, table.tree.sums(|leaf| figures[leaf]), "margins are exact");
    assert_eq!((figures.len(), errors.len(), table.tree.levels()), (1 + 2 + 15, 18, 3));
    // The more that is measured below, the surer: a small area is known better than a half, and all of it worst.
    assert!(errors[0] > errors[1] && errors[1] > errors[2], "{errors:?}");
    assert!(errors[0] < 15.625_f64.sqrt(), "its own noise and that of what is in it");
}

/// That a need is not there would tell that nobody asked for it.
#[test]
fn a_need_that_nobody_was_referred_for_is_there_like_any_other() {
    let nobody = |input: &mut StudyInput| {
        let complete = |d: &Demand<AreaCode>| CompleteDemand {
            place: d.place.clone(),
            quarter: d.quarter,
            basis: d.basis,
        };
        input.complete = input.demand.iter().map(complete).collect();
        input.demand.retain(|d| d.need != "advice");
    };
    let document = release(&counted(nobody, |_| 3.0).unwrap(), &key(1));
    assert_eq!(document.measured.keys().collect::<Vec<_>>(), ["advice", "company", "outdoors"]);
    assert!(document.measured["advice"].iter().any(|noisy| *noisy != 0), "with noise of its own");
}

#[test]
fn what_cannot_be_released_says_why() {
    let refused = |change: &dyn Fn(&mut StudyInput)| counted(|input| change(input), |_| 3.0).unwrap_err();
    let last = |change: fn(&mut Demand<_, _>)| {
        move |input: &mut StudyInput| {
            change(input.demand.iter_mut().rfind(|d| d.quarter.to_string() == QUARTER).unwrap());
        }
    };
    assert!(matches!(refused(&last(|d| d.months = 2)), UnreleasableCounts::Partial { count: 1, .. }));
    assert!(matches!(refused(&last(|d| d.divided = true)), UnreleasableCounts::Divided { count: 1, .. }));
    assert!(matches!(
        refused(&last(|d| d.referrals = 2.5.into())),
        UnreleasableCounts::NotWhole { count: 1, .. }
    ));
    let one_less = |input: &mut StudyInput| drop(input.demand.pop());
    assert!(matches!(refused(&one_less), UnreleasableCounts::Unlisted { count: 1, .. }));
    let no_area = |input: &mut StudyInput| input.demand.retain(|d| d.place.code != "N0000");
    let UnreleasableCounts::Uncovered { count: 1, shown, .. } = refused(&no_area) else { panic!() };
    assert_eq!(shown, ["N0000"]);
    let none = |input: &mut StudyInput| input.demand.retain(|d| d.quarter.to_string() != QUARTER);
    assert!(matches!(refused(&none), UnreleasableCounts::NoCounts(_)));
    let larger = |input: &mut StudyInput| {
        let figure = input.demand[0].clone();
        let mut place = figure.place.clone();
        "whole".clone_into(&mut place.geography);
        "west".clone_into(&mut place.code);
        input.demand.push(Demand { place, quarter: QUARTER.parse().unwrap(), ..figure });
    };
    assert!(matches!(refused(&larger), UnreleasableCounts::SeveralGeographies { .. }));
}

#[test]
fn what_a_source_withheld_stays_between_its_bounds() {
    let withheld = |input: &mut StudyInput| {
        let mut of_quarter = input.demand.iter_mut().filter(|d| d.quarter.to_string() == QUARTER);
        of_quarter.next().unwrap().referrals = KnownCount::between(1.0, 4.0);
        of_quarter.next().unwrap().referrals = KnownCount::UNKNOWN;
    };
    let counted = counted(withheld, |_| 6.0).unwrap();
    let table = ReleasedTable::new(release(&counted, &key(1))).unwrap();
    let leaf = table.tree.nodes().iter().position(|node| node.id == "small/N0000").unwrap();
    // The middle of 1 to 4 is 2, and the count may be 1 less or 2 more than what stands for it.
    assert_eq!(table.withheld("company", leaf), Some((-1.0, Some(2.0))));
    assert_eq!(table.withheld("outdoors", leaf), Some((0.0, None)));
    assert_eq!(table.withheld("advice", leaf), None);
}

#[test]
fn a_document_that_does_not_fit_together_is_refused() {
    let document = release(&counted(|_| {}, |_| 4.0).unwrap(), &key(1));
    let with = |change: &dyn Fn(&mut ReleaseDocument)| {
        let mut changed = document.clone();
        change(&mut changed);
        ReleasedTable::new(changed).map(|_| ())
    };
    assert!(with(&|_| {}).is_ok());
    assert!(matches!(with(&|d| d.format.push('0')), Err(InvalidRelease::Format(_))));
    assert!(matches!(with(&|d| d.mu_hundredths = 0), Err(InvalidRelease::Mu(_))));
    assert!(matches!(with(&|d| d.shares = vec![50, 50]), Err(InvalidRelease::Budget(_))));
    assert!(matches!(with(&|d| d.places.swap(0, 1)), Err(InvalidRelease::Tree(_))));
    assert!(matches!(with(&|d| d.quarter = "2025".into()), Err(InvalidRelease::Quarter(_))));
    let short = |d: &mut ReleaseDocument| d.measured.get_mut("company").unwrap().truncate(3);
    assert!(matches!(with(&short), Err(InvalidRelease::Figures { .. })));
    let of_whole = |d: &mut ReleaseDocument| {
        d.withheld.entry("company".into()).or_default().insert(0, (0.0, None));
    };
    assert!(matches!(with(&of_whole), Err(InvalidRelease::Withheld { place: 0, .. })));
    let bytes = document.to_bytes();
    assert!(ReleaseDocument::parse(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn a_larger_budget_is_nearer_and_intervals_hold_what_they_say() {
    let counted = counted(|_| {}, |nth| (nth * 7 % 23) as f64).unwrap();
    let errors = |mu: &str| level_errors(&counted, mu.parse().unwrap(), &SHARES, 120).unwrap();
    let (near, far) = (errors("1.8"), errors("0.25"));
    for (near, far) in near.iter().zip(&far) {
        assert!(near.mean_error < far.mean_error, "{near:?} {far:?}");
        assert!((near.covered - 0.9).abs() < 0.04 && (far.covered - 0.9).abs() < 0.04, "{near:?} {far:?}");
    }
}

#[test]
fn sums_of_released_figures_have_the_error_of_the_sum() {
    let counted = counted(|_| {}, |_| 8.0).unwrap();
    let table = ReleasedTable::new(release(&counted, &key(1))).unwrap();
    let errors = table.standard_errors();
    let error = |id: &str| errors[table.tree.nodes().iter().position(|node| node.id == id).unwrap()];
    let report = |period: &str, geography: &str| {
        let mut input = town::input(6, 3, Basis::Released);
        // Another quarter with noise of its own, as large.
        input.noise = ["2025-Q3", QUARTER]
            .map(|quarter| DemandNoise { quarter: quarter.parse().unwrap(), ..table.noise() })
            .to_vec();
        let study = Study::new(input).unwrap();
        let mut policy = town::policy();
        policy.geography = study.geography(geography);
        policy.period = study.period(period, policy.as_of);
        let report = analyse(&study, &policy).1.unwrap();
        let gap = |code: &str| {
            let of = |gap: &&Gap| study.areas()[gap.area.get()].code == code && gap.need.get() == 0;
            report.gaps.iter().find(of).unwrap().clone()
        };
        gap(if geography == "small" { "N0000" } else { "west" })
    };
    let near = |found: Option<f64>, expected: f64| {
        assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?} for {expected}");
    };
    near(report(QUARTER, "small").referrals_error, error("small/N0000"));
    near(report(QUARTER, "whole").referrals_error, error("whole/west"));
    near(report("latest-year", "small").referrals_error, error("small/N0000") * 2.0_f64.sqrt());
    // A half is known better than its nine areas would be, one by one.
    assert!(error("whole/west") < error("small/N0000") * 9.0_f64.sqrt());
    assert!(
        report(QUARTER, "small").grounds.get(Ground::Protected).is_none(),
        "15 referrals, within 3 of them"
    );
    let unprotected = Study::new(town::input(6, 3, Basis::Unprotected)).unwrap();
    let gaps = analyse(&unprotected, &town::policy()).1.unwrap().gaps;
    assert!(gaps.iter().all(|gap| gap.referrals_error.is_none()), "no noise was added");
}

/// How often an attacker who sees the noisy counts of one need tells rightly whether one referral is in them, and has it told
/// from its absence only by the likelihood of what is published: the best that anybody can do.
fn membership(publish: impl Fn(&CountedTable, u16) -> Vec<i64>, games: u16, variances: [f64; 3]) -> f64 {
    let tables = [0.0, 1.0].map(|more| {
        counted(
            |input| {
                let mut of_need = input
                    .demand
                    .iter_mut()
                    .filter(|d| d.quarter.to_string() == QUARTER && d.need == "company");
                of_need.next().unwrap().referrals = (2.0 + more).into();
            },
            |_| 2.0,
        )
        .unwrap()
    });
    let sums = |table: &CountedTable| table.tree.sums(|leaf| table.counts["company"][&leaf].count);
    let [without, with] = [sums(&tables[0]), sums(&tables[1])];
    let mut told = 0.0;
    for game in 0..games {
        let is_in = game % 2 == 1;
        let seen = publish(&tables[usize::from(is_in)], game);
        let mut evidence = 0.0;
        for node in (0..seen.len()).filter(|node| with[*node] != without[*node]) {
            let variance = variances[tables[0].tree.level(node)];
            let distance = |count: u64| (seen[node] as f64 - count as f64).powi(2) / (2.0 * variance);
            evidence += distance(without[node]) - distance(with[node]);
        }
        told += f64::from(u8::from((evidence > 0.0) == is_in));
    }
    // Of a coin's half, twice: 0 is no better than a coin, 1 is always right.
    2.0 * told / f64::from(games) - 1.0
}

#[test]
fn whoever_sees_a_release_tells_one_referral_no_better_than_the_bound() {
    let games = 4_000;
    let variances = [15.625, 3.906_25, 3.125];
    // Upper end of a 99.9 % interval of a share of 4,000 games about the bound.
    let slack = 2.0 * 3.3 * (0.25 / f64::from(games)).sqrt();
    let gain = membership(
        |table, game| {
            let bytes: Vec<u8> = game.to_le_bytes().repeat(16);
            release(table, &CoinKey::new(bytes.try_into().unwrap())).measured["company"].clone()
        },
        games,
        variances,
    );
    let bound = Mu::DEFAULT.advantage(1, false);
    assert!(gain <= bound + slack, "{gain} is above {bound}");
    // It is no bound far above what can be had: the attack is the best there is.
    assert!(gain >= bound - 2.0 * slack, "{gain} is far below {bound}: the attacker is weak");
    // A publisher that suppresses counts of 1 to 7, and tells totals exactly, tells everything.
    let naive = membership(
        |table, _| {
            let sums = table.tree.sums(|leaf| table.counts["company"][&leaf].count);
            let suppressed = |(node, sum): (usize, &u64)| {
                if table.tree.level(node) == 2 && *sum < 8 { 2 } else { *sum as i64 }
            };
            sums.iter().enumerate().map(suppressed).collect()
        },
        200,
        [1e-6; 3],
    );
    assert!((naive - 1.0).abs() < 1e-9, "{naive}");
}

#[test]
fn differencing_finds_a_suppressed_count_and_no_released_one() {
    let counts = |nth: usize| (nth * 5 % 13) as f64;
    let counted = counted(|_| {}, counts).unwrap();
    let truth = counted.tree.sums(|leaf| counted.counts["company"][&leaf].count);
    let table = ReleasedTable::new(release(&counted, &key(3))).unwrap();
    let measured = &table.document().measured["company"];
    let (mut small, mut broken, mut told) = (0, 0, 0);
    for half in table.tree.children(0) {
        let leaves = table.tree.children(*half);
        for target in leaves {
            let rest = |figures: &dyn Fn(usize) -> i64| -> i64 {
                leaves.iter().filter(|leaf| *leaf != target).map(|leaf| figures(*leaf)).sum()
            };
            small += 1;
            let exact = |node: usize| truth[node] as i64;
            broken += usize::from(exact(*half) - rest(&exact) == exact(*target));
            let noisy = |node: usize| measured[node];
            told += usize::from(noisy(*half) - rest(&noisy) == exact(*target));
        }
    }
    assert_eq!(broken, small, "where all else is exact, a difference is the count");
    // Noise of the half and of each of its areas is in a difference: rightly guessed about one time in ten.
    assert!(told * 3 < small, "{told} of {small}");
}
