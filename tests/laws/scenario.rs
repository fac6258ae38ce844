//! What if is the full run: other offers give, bit for bit, what a study that has them gives.

use hereabouts_core::asset::Asset;
use hereabouts_core::demand::Basis;
use hereabouts_core::report::GapReport;
use hereabouts_core::scenario::{OfferChange, is_open_place};
use hereabouts_core::travel::StraightLine;
use hereabouts_core::{Study, StudyInput, analyse, analyse::Analysis};
use hereabouts_tests::town::{input, policy, today};
use proptest::prelude::*;
use std::sync::LazyLock;

const COLUMNS: usize = 5;
const ROWS: usize = 4;
const ASSETS: usize = COLUMNS * ROWS;

struct Town {
    study: Study,
    analysis: Analysis<StraightLine>,
    report: GapReport,
    quarter: hereabouts_core::QuarterAnalysis,
}

static TOWN: LazyLock<Town> = LazyLock::new(|| {
    let study = Study::new(made()).unwrap();
    let analysis = Analysis::new(&study, &policy());
    let quarter = analysis.quarter(&study, None);
    let report = analysis.report(&study, &quarter, study.default_geography().unwrap());
    Town { study, analysis, report, quarter }
});

/// The town, with a few assets at one place: their sums are the ones that an order could change.
fn made() -> StudyInput {
    let mut input = input(COLUMNS, ROWS, Basis::Synthetic);
    for (from, to) in [(1, 4), (2, 4), (7, 12)] {
        input.assets[from].place = input.assets[to].place;
    }
    input
}

/// Every change there is, one to an asset: what may be done to it is drawn, what cannot be is left out.
fn changes() -> impl Strategy<Value = Vec<OfferChange>> {
    let one = (0..4_usize, 0..ASSETS, 0..ASSETS, 0.0..400.0_f64, 0..3_usize);
    prop::collection::vec(one, 1..6).prop_map(|drawn| {
        let study = &TOWN.study;
        let mut taken = [false; ASSETS];
        let mut changes = Vec::new();
        for (nth, (what, asset, other, places, need)) in drawn.into_iter().enumerate() {
            let need = study.need_indices().nth(need).unwrap();
            let id = format!("{}added/{nth}", if nth % 2 == 0 { "~" } else { "" });
            let change = match what {
                0 => OfferChange::Close { asset },
                1 => OfferChange::Places { asset, places },
                2 if is_open_place(study, asset) => OfferChange::Move { asset, to: other },
                2 => continue,
                _ => OfferChange::Add { id, at: other, need, places },
            };
            if what != 3 && std::mem::replace(&mut taken[asset], true) {
                continue;
            }
            changes.push(change);
        }
        changes
    })
}

/// The input that has them.
fn changed(changes: &[OfferChange]) -> StudyInput {
    let mut input = made();
    let id = |at: usize| TOWN.study.assets()[at].asset.id.clone();
    let place = |at: usize| TOWN.study.assets()[at].asset.place;
    for change in changes {
        let mut of = |at: usize, act: &dyn Fn(&mut Asset)| {
            input.assets.iter_mut().filter(|a| a.id == id(at)).for_each(act);
        };
        match change {
            OfferChange::Close { asset } => input.assets.retain(|a| a.id != id(*asset)),
            OfferChange::Places { asset, places } => of(*asset, &|a| a.places_per_quarter = Some(*places)),
            OfferChange::Move { asset, to } => of(*asset, &|a| a.place = place(*to)),
            OfferChange::Add { id, at, need, places } => input.assets.push(Asset {
                id: id.clone(),
                kind: "group".into(),
                needs: vec![TOWN.study.needs()[need.get()].id.clone()],
                place: place(*at),
                places_per_quarter: Some(*places),
                verified_on: Some(today()),
                ..input.assets[0].clone()
            }),
        }
    }
    input
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_if_is_the_full_run_bit_for_bit(changes in changes()) {
        let Town { study, analysis, report, quarter } = &*TOWN;
        let other = analysis.with_offers(study, &changes);
        let same = other.offers_as(analysis);
        let after = other.quarter_after(study, quarter, &same);
        let found = other.report_after(study, &after, report, &same);
        let (full_quarter, full) = analyse(&Study::new(changed(&changes)).unwrap(), &policy());
        let full = full.unwrap();
        // Written out, for a zero has a sign and NaN is no equal of itself.
        prop_assert_eq!(format!("{:?}", found.gaps), format!("{:?}", full.gaps));
        prop_assert_eq!(format!("{:?}", found.listings), format!("{:?}", full.listings));
        for (found, full) in after.cells.iter().zip(&full_quarter.cells) {
            let bits = |of: &[f64]| of.iter().map(|f| f.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&found.access_listed), bits(&full.access_listed));
            prop_assert_eq!(bits(&found.unmet_likely), bits(&full.unmet_likely));
        }
    }

    #[test]
    fn what_is_added_takes_nothing_from_anybody(changes in changes()) {
        let added: Vec<OfferChange> = changes.into_iter().filter(OfferChange::is_addition).collect();
        let Town { study, analysis, report, quarter } = &*TOWN;
        let other = analysis.with_offers(study, &added);
        let same = other.offers_as(analysis);
        let after = other.report_after(study, &other.quarter_after(study, quarter, &same), report, &same);
        for (before, after) in report.gaps.iter().zip(&after.gaps) {
            for (before, after) in [(before.unmet_listed, after.unmet_listed), (before.unmet_likely, after.unmet_likely)] {
                prop_assert!(after <= before.map(|unmet| unmet + 1e-9), "{before:?} {after:?}");
            }
        }
    }
}
