//! A plan as JSON.

use super::{PlanAnswer, PlannedSite};
use crate::scenario::changed_json;
use crate::view::Scenario;
use crate::wire::{RoundedFigure, degrees};
use hereabouts_data::costs::CostRange;
use hereabouts_siting::{Objective, Plan};
use serde_json::{Value, json};

fn figure(value: f64) -> RoundedFigure {
    RoundedFigure::new(value)
}

fn range(cost: CostRange) -> Value {
    json!({ "usual": figure(cost.usual), "low": figure(cost.low), "high": figure(cost.high) })
}

impl PlanAnswer<'_> {
    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let (study, plan, request) = (self.site.study(), &self.plan, &self.request);
        let gained = |reading: Scenario| {
            let [before, after] = self.unmet(reading);
            json!({ "unmet_before": figure(before), "unmet_after": figure(after), "met": figure(before - after) })
        };
        let below = |gap: &&hereabouts_core::report::Gap| {
            let area = &study.areas()[gap.area.get()];
            let unmet = request.figures.reading.of(gap.unmet_listed, gap.unmet_likely);
            json!({
                "area_code": area.code, "area_name": area.name,
                "referrals": gap.referrals.map(figure), "unmet": unmet.map(figure),
            })
        };
        json!({
            "need": study.needs()[request.need.get()].id,
            "period": self.written_period(),
            "geography": study.geographies()[request.figures.geography.get()].id,
            "reading": request.figures.reading.as_str(),
            "as_of": self.site.as_of().to_string(),
            "currency": self.site.currency().code(),
            "objective": self.objective(),
            "budget": request.limits.budget.map(figure),
            "most": request.limits.most,
            "headline": self.headline(),
            "bound_in_words": self.bound_in_words(),
            "not_sure": self.not_sure(),
            "value": figure(plan.value),
            "value_before": figure(plan.before),
            "bound": figure(plan.bound),
            "gap": figure(plan.gap),
            "proven": plan.is_proven(),
            "cost": range(self.cost()),
            "sites": self.sites().iter().map(|site| self.site_json(site)).collect::<Vec<_>>(),
            "readings": { "listed": gained(Scenario::Listed), "likely": gained(Scenario::Likely) },
            "gains": self.gains().iter().map(|of| changed_json(self.site, of)).collect::<Vec<_>>(),
            "floor": figure(request.floor),
            "below_floor": self.below_floor().iter().map(below).collect::<Vec<_>>(),
            "losers": [],
            "plans": self.choices.plans.iter().map(|plan| self.plan_json(plan)).collect::<Vec<_>>(),
            "left_out": self.choices.prices.iter().map(|&(c, worse)| self.price(c, worse)).collect::<Vec<_>>(),
            "venues": self.of.venues,
            "candidates": self.of.candidates.len(),
            "neighbourhoods_left_out": self.of.left_out,
            "sources": self.site.attribution(),
        })
    }

    fn objective(&self) -> Value {
        let knob = match self.request.objective {
            Objective::LevelUp { aversion } => json!({ "aversion": figure(aversion) }),
            Objective::LeastCost { floor } => json!({ "floor": figure(floor) }),
            Objective::LeastUnmet | Objective::WorstFirst => json!({}),
        };
        json!({ "id": self.request.objective_word(), "knobs": knob })
    }

    fn id_of(&self, candidate: u32) -> (&str, &str) {
        let of = self.candidate(candidate);
        (&self.site.study().assets()[of.venue].asset.id, &of.offer.id)
    }

    fn site_json(&self, site: &PlannedSite) -> Value {
        let (venue, offer) = self.id_of(site.candidate);
        let place = self.site.study().assets()[site.of.venue].asset.place;
        let offered = site.of.offer;
        let tolerance = site.tolerance.map(|of| {
            json!({
                "may_cost_more": of.may_cost_more.map(figure),
                "may_add_only": figure(of.may_add_only),
                "worse_without": of.worse_without.is_finite().then(|| figure(of.worse_without)),
            })
        });
        json!({
            "venue": venue,
            "venue_name": self.venue_name(site.of),
            "place": place.map(|p| [degrees(p.lon()), degrees(p.lat())]),
            "offer": offer,
            "offer_label": offered.label,
            "places_per_quarter": figure(offered.places_per_quarter()),
            "start": range(offered.start),
            "year": range(offered.year),
            "cost_source": offered.source,
            "in_all_good_plans": site.in_all_good,
            "tolerance": tolerance,
        })
    }

    fn plan_json(&self, plan: &Plan) -> Value {
        let site = |c: &u32| {
            let (venue, offer) = self.id_of(*c);
            json!({ "venue": venue, "venue_name": self.venue_name(self.candidate(*c)), "offer": offer })
        };
        json!({
            "value": figure(plan.value),
            "cost": figure(plan.cost),
            "met": figure(plan.met()),
            "sites": plan.chosen.iter().map(site).collect::<Vec<_>>(),
        })
    }

    fn price(&self, candidate: u32, worse: f64) -> Value {
        let (venue, offer) = self.id_of(candidate);
        json!({
            "venue": venue,
            "venue_name": self.venue_name(self.candidate(candidate)),
            "offer": offer,
            "worse_by": figure(worse),
        })
    }
}
