//! How the gaps of each need lie among areas, and how much of that rests on what is assumed and on the quarter.

use crate::snapshot::Snapshot;
use crate::view::{QuarterView, Scenario};
use crate::wire::{RoundedFigure, rows};
use hereabouts_core::distribution::{GapDistribution, rank_correlation};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::{Gap, GapReport};

rows! {
    /// How the gaps of one need lie among the areas that can be compared.
    DistributionRow<'a> {
        /// Id of the need.
        need: &'a str,
        /// Areas with status ok.
        areas: u32,
        /// Referrals of theirs in the period.
        referrals: RoundedFigure,
        /// Share of these that is unmet in the reading asked for, 0 to 1; null without any.
        unmet_share: Option<RoundedFigure>,
        /// Share of the areas with at most 5 % unmet; null without areas.
        near_none_share: Option<RoundedFigure>,
        /// Share of the areas with at least 95 % unmet; null without areas.
        near_all_share: Option<RoundedFigure>,
        /// Of what is unmet, the share with nothing in reach: distance; null where nothing is unmet.
        nothing_in_reach_share: Option<RoundedFigure>,
        /// Of what is unmet, the share with something in reach and not enough: capacity; null where nothing is unmet.
        not_enough_share: Option<RoundedFigure>,
        /// Of what is unmet, the share of which no list tells what is in reach; null where nothing is unmet.
        not_known_share: Option<RoundedFigure>,
        /// Share unmet if every assumed number of places were half; null without referrals.
        unmet_share_assumed_half: Option<RoundedFigure>,
        /// Share unmet if every assumed number of places were double; null without referrals.
        unmet_share_assumed_double: Option<RoundedFigure>,
        /// Rank correlation (Spearman) of areas by share unmet, with assumed places half and double; null for fewer than three.
        rank_correlation_assumed: Option<RoundedFigure>,
        /// Rank correlation of areas by share unmet between the last quarter of the period and the one before; null for fewer than three.
        rank_correlation_quarters: Option<RoundedFigure>,
    }
}

/// Reports that differ in one choice.
#[derive(Debug)]
pub struct Sensitivity {
    assumed_half: GapReport,
    assumed_double: GapReport,
    quarters: Option<[GapReport; 2]>,
}

impl Sensitivity {
    /// Works out the place of a view again, with other choices: about as long as four views.
    #[must_use]
    pub fn of(snapshot: &Snapshot, view: &QuarterView) -> Self {
        let geography = view.report().geography;
        let quarters = view.period().map(|period| {
            [period.last(), period.last().back(1)]
                .map(|quarter| snapshot.view(Some(quarter.into()), geography).report().clone())
        });
        Self {
            assumed_half: snapshot.report_assuming(view.period(), geography, 0.5),
            assumed_double: snapshot.report_assuming(view.period(), geography, 2.0),
            quarters,
        }
    }

    /// One need of a view.
    #[must_use]
    pub fn row<'a>(
        &self,
        snapshot: &'a Snapshot,
        view: &QuarterView,
        need: NeedIdx,
        reading: Scenario,
    ) -> DistributionRow<'a> {
        let of_need = |report: &'_ GapReport| -> Vec<Gap> {
            report.gaps.iter().filter(|gap| gap.need == need).cloned().collect()
        };
        let nth = reading.of(0, 1);
        let gaps = of_need(view.report());
        let all = GapDistribution::of(&gaps, nth);
        let figure = |value: Option<f64>| value.map(RoundedFigure::new);
        let of_areas = |n: usize| (all.areas > 0).then(|| n as f64 / all.areas as f64);
        let unmet = all.unmet.all();
        let of_unmet = |part: f64| (unmet > 0.0).then(|| part / unmet);
        let (half, double) = (of_need(&self.assumed_half), of_need(&self.assumed_double));
        let share = |gaps: &[Gap]| figure(GapDistribution::of(gaps, nth).unmet_share());
        let alike = |a: &[Gap], b: &[Gap]| {
            let (a, b): (Vec<&Gap>, Vec<&Gap>) = (a.iter().collect(), b.iter().collect());
            figure(rank_correlation(&a, &b, nth))
        };
        let quarters = self.quarters.as_ref().map(|[last, before]| (of_need(last), of_need(before)));
        DistributionRow {
            need: &snapshot.study().needs()[need.get()].id,
            areas: all.areas as u32,
            referrals: RoundedFigure::new(all.referrals),
            unmet_share: figure(all.unmet_share()),
            near_none_share: figure(of_areas(all.near_none)),
            near_all_share: figure(of_areas(all.near_all)),
            nothing_in_reach_share: figure(of_unmet(all.unmet.nothing_in_reach)),
            not_enough_share: figure(of_unmet(all.unmet.not_enough)),
            not_known_share: figure(of_unmet(all.unmet.not_known)),
            unmet_share_assumed_half: share(&half),
            unmet_share_assumed_double: share(&double),
            rank_correlation_assumed: alike(&half, &double),
            rank_correlation_quarters: quarters.and_then(|(last, before)| alike(&last, &before)),
        }
    }
}
