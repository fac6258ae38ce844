//! How many listings each further condition would leave.

use crate::ask::{Condition, Failed};
use crate::listing::Facts;
use std::collections::BTreeMap;

/// Counts of listings that would fit if the one condition were set so and all others stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By position of the need.
    pub needs: BTreeMap<usize, usize>,
    /// By position of the kind.
    pub kinds: BTreeMap<usize, usize>,
    /// By language, in lower case.
    pub languages: BTreeMap<String, usize>,
    /// Free.
    pub free: usize,
    /// Known to be step-free.
    pub step_free: usize,
    /// Online, by telephone or national.
    pub remote: usize,
    /// Courses of fixed length.
    pub courses: usize,
    /// Ongoing.
    pub ongoing: usize,
    /// Somebody meets newcomers.
    pub welcome: usize,
}

/// Counts while listings go by.
#[derive(Debug, Default)]
pub(crate) struct Tally(Facets);

impl Tally {
    pub(crate) fn count(&mut self, facts: &Facts, failed: Failed) {
        let of = &mut self.0;
        if failed.none_but(Condition::Need) {
            let mut left = facts.needs;
            while left != 0 {
                *of.needs.entry(left.trailing_zeros() as usize).or_default() += 1;
                left &= left - 1;
            }
        }
        if failed.none_but(Condition::Kind) {
            *of.kinds.entry(facts.kind).or_default() += 1;
        }
        if failed.none_but(Condition::Language) {
            for language in &facts.languages {
                *of.languages.entry(language.to_lowercase()).or_default() += 1;
            }
        }
        let add = |count: &mut usize, condition, holds: bool| {
            *count += usize::from(failed.none_but(condition) && holds)
        };
        add(&mut of.free, Condition::Cost, facts.cost_from == Some(0.0));
        add(&mut of.step_free, Condition::StepFree, facts.step_free == Some(true));
        add(&mut of.remote, Condition::Remote, facts.is_remote());
        add(&mut of.courses, Condition::Course, facts.course == Some(true));
        add(&mut of.ongoing, Condition::Course, facts.course == Some(false));
        add(&mut of.welcome, Condition::Welcome, facts.welcome == Some(true));
    }

    pub(crate) fn facets(self) -> Facets {
        self.0
    }
}
