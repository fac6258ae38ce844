//! What to add where, within what limits, and how good any plan can be at most.
//!
//! In the two-step measure an asset's places are divided among the demand in its reach alone, so that access is a sum over
//! assets: what is added takes nothing from anybody, and what is unmet is convex and piecewise linear in it. Every method
//! here rests on that: greedy choice with its guarantee, bounds by Lagrangian relaxation, exact plans by branch and bound.
//!
//! | room | what |
//! |---|---|
//! | [`problem`] | demand, candidates, limits, objectives |
//! | [`offer`] | what a candidate adds to whom, as the two steps share it out |
//! | [`levels`] | what a set of candidates comes to, kept up to date as it changes |
//! | [`search`] | greedy choice, swaps, restarts |
//! | [`relax`] | the most that any set can gain |
//! | [`branch`] | exact plans |
//! | [`least_cost`] | the cheapest set that brings every group to its floor |
//! | [`worst_first`] | the lexicographic maximum, on short lists |
//! | [`plan`] | the plan of an objective, with bound and gap |
//! | [`choices`] | other plans as good, and what each choice rests on |
//! | [`p_median`] | the classical problem of nearest sites |

mod branch;
pub mod choices;
mod least_cost;
pub mod levels;
pub mod offer;
pub mod p_median;
pub mod plan;
pub mod problem;
mod relax;
mod search;
mod worst_first;

#[cfg(test)]
mod tests;

pub use plan::{Effort, Plan, plan};
pub use problem::{Candidate, DemandPoint, InvalidProblem, Limits, Objective, SitingProblem};
