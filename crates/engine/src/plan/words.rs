//! A plan in sentences: what it does, how good it can be at most, what is not sure. The same on a page and on a terminal.

use super::PlanAnswer;
use crate::format;
use crate::view::Scenario;
use hereabouts_core::confidence::Confidence;
use hereabouts_siting::Objective;

impl PlanAnswer<'_> {
    fn money(&self, amount: f64) -> String {
        format::round_money(amount, self.site.currency())
    }

    /// What the plan does, in a sentence.
    #[must_use]
    pub fn headline(&self) -> String {
        let need = &self.site.study().needs()[self.request.need.get()];
        let [before, after] = self.unmet(self.request.figures.reading);
        if self.plan.chosen.is_empty() {
            return format!(
                "Nothing that can be had within the limits helps: {} referrals for {} stay unmet.",
                format::count(before),
                format::in_sentence(&need.label)
            );
        }
        format!(
            "Start {} for {} in the first year: {} more of the {} unmet referrals for {} are met.",
            format::some(self.plan.chosen.len(), "thing", "things"),
            self.money(self.plan.cost),
            format::count(before - after),
            format::count(before),
            format::in_sentence(&need.label),
        )
    }

    /// How much better any other plan could be.
    #[must_use]
    pub fn bound_in_words(&self) -> String {
        if self.request.objective == Objective::WorstFirst {
            return "Proven among a short list of candidates: no set of them leaves the worst-off neighbourhoods better off.".to_owned();
        }
        if self.plan.is_proven() {
            return match self.request.objective {
                Objective::LeastCost { .. } => "Proven: no plan that does the same costs less.".to_owned(),
                _ => "Proven: no other plan within the limits does better.".to_owned(),
            };
        }
        let gap = format::plain_percent(self.plan.gap);
        match self.request.objective {
            Objective::LeastCost { .. } => format!(
                "No plan that does the same costs less than {}: this one is at most {gap} dearer than it need be.",
                self.money(self.plan.bound)
            ),
            Objective::LeastUnmet => format!(
                "No plan within the limits meets more than {} referrals: this one is within {gap} of that.",
                format::count(self.plan.before - self.plan.bound)
            ),
            _ => format!(
                "No plan within the limits does better by more than {gap} of what can be gained at most."
            ),
        }
    }

    /// What the figures rest on and what is not sure of them.
    #[must_use]
    pub fn not_sure(&self) -> Vec<String> {
        let cost = self.cost();
        let mut said = Vec::new();
        if !self.plan.chosen.is_empty() {
            said.push(format!(
                "Costs are judgements of the costs table: all of it may cost from {} to {} in the first year.",
                self.money(cost.low),
                self.money(cost.high)
            ));
            let [listed, likely] = Scenario::ALL.map(|reading| {
                let [before, after] = self.unmet(reading);
                before - after
            });
            said.push(format!(
                "It meets {} referrals if every listing runs as listed, {} if each is weighted by the chance that it still runs.",
                format::count(listed),
                format::count(likely)
            ));
        }
        let gains = self.gains();
        let low = gains.iter().filter(|g| g.after.grounds.confidence() == Confidence::Low).count();
        if low > 0 {
            said.push(format!(
                "Of {} that gain, the figures of {} have low confidence.",
                format::some(gains.len(), "neighbourhood", "neighbourhoods"),
                format::whole(low as u64)
            ));
        }
        if self.of.left_out > 0 {
            said.push(format!(
                "{} left out: nothing is known there of referrals, or of what there is.",
                format::some(self.of.left_out, "neighbourhood is", "neighbourhoods are")
            ));
        }
        said.push(format!(
            "{} looked at; whether a room is free, and whether people would come, is not known.",
            format::some(self.of.venues, "venue was", "venues were")
        ));
        said
    }

    /// How far one choice may move.
    #[must_use]
    pub fn rests_on(&self, site: &super::PlannedSite) -> String {
        let Some(of) = site.tolerance else { return String::new() };
        let dearer = match of.may_cost_more {
            Some(more) => format!("it may cost {} more", self.money(more)),
            None => "what it costs changes nothing".to_owned(),
        };
        let fewer = format!(
            "and may have {} of its places, before another plan is better",
            format::plain_percent(of.may_add_only)
        );
        let all = if site.in_all_good {
            "In every plan found that is as good; "
        } else {
            "Other plans are as good without it; "
        };
        format!("{all}{dearer} {fewer}.")
    }
}
