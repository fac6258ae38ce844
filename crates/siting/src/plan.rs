//! The plan of an objective, with bound and gap.

use crate::branch::{Proven, Work, prove};
use crate::least_cost::Floors;
use crate::levels::{Harm, Levels};
use crate::problem::{InvalidProblem, Limits, Objective, SitingProblem};
use crate::search::Search;
use crate::worst_first;

/// How much is worked: counted in steps and not in seconds, so that the same question has the same answer anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Restarts of the search for good sets.
    pub restarts: usize,
    /// Rounds of subgradients for the first bound.
    pub rounds: usize,
    /// Parts that branch and bound looks at.
    pub parts: usize,
}

impl Effort {
    /// Moments: a good set and a bound.
    pub const QUICK: Self = Self { restarts: 24, rounds: 300, parts: 60 };
    /// Seconds: a proof where the problem is of a modest size.
    pub const THOROUGH: Self = Self { restarts: 200, rounds: 800, parts: 4000 };
}

/// A set of candidates and how good it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Positions of the candidates, rising.
    pub chosen: Vec<u32>,
    /// What they cost.
    pub cost: f64,
    /// What the objective measures, the less the better: demand unmet, the equally distributed equivalent of unmet shares, the
    /// worst unmet share, or the cost.
    pub value: f64,
    /// The same with nothing added.
    pub before: f64,
    /// What no set comes below.
    pub bound: f64,
    /// How far the plan may be from the best there is, as a share of what can be gained at most (of its cost for the least
    /// cost): 0 is proven best.
    pub gap: f64,
    /// What is unmet in each group with nothing added.
    pub unmet_before: Vec<f64>,
    /// What is unmet in each group once all of it is there.
    pub unmet_after: Vec<f64>,
}

impl Plan {
    /// Whether nothing better exists.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.gap <= 1e-9
    }

    /// Demand met that was not.
    #[must_use]
    pub fn met(&self) -> f64 {
        let gained = self.unmet_before.iter().zip(&self.unmet_after).map(|(b, a)| b - a);
        gained.sum::<f64>() + 0.0
    }
}

/// One question about a problem: what for, within what, with some candidates in or out whatever happens.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) problem: &'a SitingProblem,
    pub(crate) objective: Objective,
    pub(crate) limits: Limits,
    pub(crate) forced: Vec<u32>,
    pub(crate) banned: Vec<bool>,
}

/// The plan that is best for an objective within limits, as far as the effort goes. Limits do not bind the least cost.
///
/// # Errors
/// [`InvalidProblem`] for a knob out of its range, and for a list too long for [`Objective::WorstFirst`].
pub fn plan(
    problem: &SitingProblem,
    objective: Objective,
    limits: Limits,
    effort: Effort,
) -> Result<Plan, InvalidProblem> {
    objective.check()?;
    let banned = vec![false; problem.candidates()];
    let whole = Question { problem, objective, limits, forced: Vec::new(), banned };
    let proven = whole.proven(effort)?;
    Ok(whole.told(proven.chosen, Some(proven.bound)))
}

impl Question<'_> {
    fn harm(&self) -> Harm {
        match self.objective {
            Objective::LevelUp { aversion } => Harm::KolmPollak(aversion),
            _ => Harm::Sum,
        }
    }

    fn search(&self) -> Search<'_> {
        Search {
            forced: self.forced.clone(),
            banned: self.banned.clone(),
            ..Search::new(self.problem, self.harm(), self.limits)
        }
    }

    /// A good set and the most that any gains, each as harm below nothing.
    fn proven(&self, effort: Effort) -> Result<Proven, InvalidProblem> {
        let work = Work { first_rounds: effort.rounds, rounds: 60, parts: effort.parts };
        Ok(match self.objective {
            Objective::LeastUnmet | Objective::LevelUp { .. } => {
                let search = self.search();
                let good = search.best(effort.restarts);
                prove(&search, good, work)
            }
            Objective::WorstFirst => {
                let chosen = worst_first::exact(&self.search())?;
                Proven { chosen, bound: 0.0 }
            }
            Objective::LeastCost { floor } => {
                let floors = Floors::new(self.problem, floor, &self.forced, &self.banned);
                let none = || Proven { chosen: self.forced.clone(), bound: 0.0 };
                floors.prove(effort.rounds.min(150), effort.parts).unwrap_or_else(none)
            }
        })
    }

    /// A good set near one that is good for a question like it, without a word on how good it is; `None` where there is none.
    pub(crate) fn good(&self, near: &[u32]) -> Option<Vec<u32>> {
        match self.objective {
            Objective::LeastUnmet | Objective::LevelUp { .. } => Some(self.search().near_to(near)),
            Objective::WorstFirst => Some(worst_first::greedy(&self.search())),
            Objective::LeastCost { floor } => {
                let floors = Floors::new(self.problem, floor, &self.forced, &self.banned);
                Some(floors.prove(1, 0)?.chosen)
            }
        }
    }

    /// What the objective measures of a set.
    pub(crate) fn value(&self, chosen: &[u32]) -> f64 {
        match self.objective {
            Objective::LeastCost { .. } => self.problem.cost_of(chosen),
            Objective::WorstFirst => {
                worst_first::shares(self.problem, chosen).first().copied().unwrap_or(0.0)
            }
            _ => self.measure(Levels::new(self.problem, self.harm(), chosen).harm()),
        }
    }

    /// Harm as the objective measures it.
    fn measure(&self, harm: f64) -> f64 {
        let asked: f64 = self.problem.asked.iter().sum();
        match self.harm() {
            Harm::Sum => harm,
            Harm::KolmPollak(_) if asked <= 0.0 => 0.0,
            Harm::KolmPollak(aversion) => (harm / asked).ln() / aversion + 0.0,
        }
    }

    /// A plan of a set; `bound` as branch and bound gives it, `None` where there is none.
    pub(crate) fn told(&self, mut chosen: Vec<u32>, bound: Option<f64>) -> Plan {
        chosen.sort_unstable();
        let value = self.value(&chosen);
        let nothing = Levels::new(self.problem, self.harm(), &[]).harm();
        let (before, bound) = match self.objective {
            Objective::LeastCost { .. } => (0.0, bound.map(|b| -b)),
            Objective::WorstFirst => (self.value(&[]), bound.map(|_| value)),
            _ => (self.value(&[]), bound.map(|b| self.measure((nothing - b).max(f64::MIN_POSITIVE)))),
        };
        let bound = bound.unwrap_or(f64::NEG_INFINITY).min(value);
        let can_be_gained = match self.objective {
            Objective::LeastCost { .. } => value,
            _ => before - bound,
        };
        let off = value - bound;
        let gap = if off <= 1e-9 * value.abs().max(1e-9) || can_be_gained <= 0.0 {
            0.0
        } else {
            off / can_be_gained
        };
        Plan {
            cost: self.problem.cost_of(&chosen),
            value,
            before,
            bound,
            gap,
            unmet_before: Levels::unmet_of(self.problem, &[]),
            unmet_after: Levels::unmet_of(self.problem, &chosen),
            chosen,
        }
    }
}
