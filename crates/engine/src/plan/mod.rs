//! What would close it: what to start where, within what may be spent, how much better any other plan could be, who gains, and what
//! it rests on.

mod body;
mod candidates;
mod request;
mod words;

pub use candidates::VenueOffer;
pub use hereabouts_siting::Objective;
pub use request::{OBJECTIVES, PlanRequest, USUAL_AVERSION, USUAL_FLOOR, parameters};

use crate::error::RequestError;
use crate::scenario::{ChangedGap, added_id, report_with};
use crate::site::Site;
use crate::view::{QuarterView, Scenario};
use candidates::PlanProblem;
use hereabouts_core::report::{Gap, GapReport};
use hereabouts_core::scenario::OfferChange;
use hereabouts_data::costs::CostRange;
use hereabouts_siting::choices::{Choices, Tolerance, choices};
use hereabouts_siting::{InvalidProblem, Plan, plan};
use std::sync::Arc;

/// Candidates of a list for the worst first: every set of them is looked at.
const SHORT_LIST: usize = 12;

/// A plan with all that is known of it.
pub struct PlanAnswer<'a> {
    site: &'a Site,
    request: PlanRequest,
    view: Arc<QuarterView>,
    of: PlanProblem<'a>,
    /// The best plan found, with its bound.
    pub plan: Plan,
    /// Other plans as good, and what each choice rests on.
    pub choices: Choices,
    after: GapReport,
}

/// One thing to start.
#[derive(Debug, Clone, Copy)]
pub struct PlannedSite<'a> {
    /// What, and where.
    pub of: VenueOffer<'a>,
    /// Position among the candidates.
    pub candidate: u32,
    /// Whether it is in all plans found that are as good.
    pub in_all_good: bool,
    /// How far it may move.
    pub tolerance: Option<Tolerance>,
}

/// Answers a question: seconds for a conurbation.
///
/// # Errors
/// [`RequestError`] where the costs table has nothing for the need, and for what the question cannot be.
pub fn answer(site: &Site, request: PlanRequest) -> Result<PlanAnswer<'_>, RequestError> {
    let need = &site.study().needs()[request.need.get()];
    if site.costs().of(&need.id).next().is_none() {
        return Err(RequestError::Unknown {
            field: "need".to_owned(),
            reason: format!("the costs table has nothing that answers {}", need.id),
        });
    }
    let view = site.view(request.figures.period, request.figures.geography);
    let of = PlanProblem::new(site, &view, &request).map_err(impossible)?;
    let (plan, choices) = solved(&of, &request).map_err(impossible)?;
    let changes = changes(&of, &request, &plan.chosen);
    let after = report_with(site, &view, &changes);
    Ok(PlanAnswer { site, request, view, of, plan, choices, after })
}

fn impossible(error: InvalidProblem) -> RequestError {
    match error {
        InvalidProblem::TooLong { .. } | InvalidProblem::Objective { .. } => {
            RequestError::parameter("objective", error.to_string())
        }
        // Figures come from an analysis that has none of these.
        InvalidProblem::Figure { .. } | InvalidProblem::Reference { .. } => RequestError::Internal,
    }
}

fn solved(of: &PlanProblem, request: &PlanRequest) -> Result<(Plan, Choices), InvalidProblem> {
    let (objective, limits) = (request.objective, request.limits);
    if objective != Objective::WorstFirst {
        let best = plan(&of.problem, objective, limits, request.effort)?;
        let choices = choices(&of.problem, objective, limits, &best);
        return Ok((best, choices));
    }
    let list = of.problem.short_list(limits, SHORT_LIST);
    let short = of.problem.among(&list);
    let best = plan(&short, objective, limits, request.effort)?;
    let mut choices = choices(&short, objective, limits, &best);
    let back = |chosen: &mut Vec<u32>| chosen.iter_mut().for_each(|c| *c = list[*c as usize]);
    let mut best = best;
    back(&mut best.chosen);
    choices.plans.iter_mut().for_each(|plan| back(&mut plan.chosen));
    back(&mut choices.in_all_good);
    choices.tolerances.iter_mut().for_each(|of| of.candidate = list[of.candidate as usize]);
    choices.prices.iter_mut().for_each(|of| of.0 = list[of.0 as usize]);
    Ok((best, choices))
}

/// What a set of candidates would change.
fn changes(of: &PlanProblem, request: &PlanRequest, chosen: &[u32]) -> Vec<OfferChange> {
    let add = |(nth, c): (usize, &u32)| {
        let VenueOffer { venue, offer } = of.candidates[*c as usize];
        OfferChange::Add {
            id: added_id(nth),
            at: venue,
            need: request.need,
            places: offer.places_per_quarter(),
        }
    };
    chosen.iter().enumerate().map(add).collect()
}

impl<'a> PlanAnswer<'a> {
    /// The place.
    #[must_use]
    pub const fn site(&self) -> &'a Site {
        self.site
    }

    /// What was asked.
    #[must_use]
    pub const fn request(&self) -> &PlanRequest {
        &self.request
    }

    /// The period, written out.
    #[must_use]
    pub fn written_period(&self) -> Option<&str> {
        self.view.written_period()
    }

    /// How many venues were looked at, and how many candidates add something there.
    #[must_use]
    pub fn looked_at(&self) -> (usize, usize) {
        (self.of.venues, self.of.candidates.len())
    }

    /// How many neighbourhoods no plan can be for, because nothing is known of what is asked or of what there is.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.of.left_out
    }

    /// What to start, by the place it has among all candidates.
    #[must_use]
    pub fn sites(&self) -> Vec<PlannedSite<'a>> {
        let site = |&candidate: &u32| PlannedSite {
            of: self.of.candidates[candidate as usize],
            candidate,
            in_all_good: self.choices.in_all_good.contains(&candidate),
            tolerance: self.choices.tolerances.iter().find(|t| t.candidate == candidate).copied(),
        };
        self.plan.chosen.iter().map(site).collect()
    }

    /// What and where a candidate is.
    #[must_use]
    pub fn candidate(&self, candidate: u32) -> VenueOffer<'a> {
        self.of.candidates[candidate as usize]
    }

    /// Name of the asset at whose place something would be.
    #[must_use]
    pub fn venue_name(&self, of: VenueOffer) -> &'a str {
        &self.site.assets()[of.venue].record.name
    }

    /// What all of it costs in the first year.
    #[must_use]
    pub fn cost(&self) -> CostRange {
        let none = CostRange { usual: 0.0, low: 0.0, high: 0.0 };
        self.sites().iter().map(|s| s.of.offer.first_year()).fold(none, |sum, c| CostRange {
            usual: sum.usual + c.usual,
            low: sum.low + c.low,
            high: sum.high + c.high,
        })
    }

    /// Gaps of the need before and after, as the full run has them: those that gain most first, then by code.
    #[must_use]
    pub fn gains(&self) -> Vec<ChangedGap<'_>> {
        let reading = self.request.figures.reading;
        let gained = |of: &ChangedGap| of.unmet(reading).map_or(0.0, |[before, after]| before - after);
        let mut gains: Vec<ChangedGap> = self.pairs().filter(|of| gained(of) > 1e-9).collect();
        gains.sort_by(|a, b| gained(b).total_cmp(&gained(a)));
        gains
    }

    /// Every gap that the plan is for, before and after, by code.
    fn pairs(&self) -> impl Iterator<Item = ChangedGap<'_>> {
        let pairs = self.view.report().gaps.iter().zip(&self.after.gaps);
        pairs
            .filter(|(before, _)| before.need == self.request.need && self.of.areas.contains(&before.area))
            .map(|(before, after)| ChangedGap { before, after })
    }

    /// What is unmet before and after in a reading, over all that the plan is for, as the full run has it.
    #[must_use]
    pub fn unmet(&self, reading: Scenario) -> [f64; 2] {
        let unmet = self.pairs().filter_map(|of| of.unmet(reading));
        unmet.fold([0.0, 0.0], |sum, of| [sum[0] + of[0], sum[1] + of[1]])
    }

    /// Neighbourhoods that stay below the floor, those with the largest unmet share first.
    #[must_use]
    pub fn below_floor(&self) -> Vec<&Gap> {
        let reading = self.request.figures.reading;
        let share = |gap: &Gap| {
            let unmet = reading.of(gap.unmet_listed, gap.unmet_likely)?;
            gap.referrals.filter(|r| *r > 0.0).map(|referrals| unmet / referrals)
        };
        let most = 1.0 - self.request.floor + 1e-9;
        let after =
            self.after.gaps.iter().filter(|g| g.need == self.request.need && self.of.areas.contains(&g.area));
        let mut below: Vec<&Gap> = after.filter(|gap| share(gap).is_some_and(|s| s > most)).collect();
        below.sort_by(|a, b| share(b).unwrap_or(0.0).total_cmp(&share(a).unwrap_or(0.0)));
        below
    }
}
