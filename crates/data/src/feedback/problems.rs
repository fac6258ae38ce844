//! What a reported problem says of whether something still runs.

use crate::feedback::verification::{ListingProblem, ListingState, VerifiedStanding};
use crate::table_file::{TableError, rows_by};
use crate::text;
use hereabouts_core::survival::VerifiedState;
use std::collections::BTreeMap;

/// The table that the program carries.
pub const PROBLEMS_CSV: &str = include_str!("../../../../data/trust.csv");

/// Reports alone, however many, leave this much of the chance that something runs: only somebody who went to see closes it.
pub(super) const LEAST_LEFT: f64 = 0.1;

/// For each problem what it leaves of the chance that something runs, and what it is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProblemTable(BTreeMap<ListingProblem, (f64, String)>);

impl ProblemTable {
    /// The table that the program carries.
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn built_in() -> Result<Self, TableError> {
        Self::parse(("trust.csv", PROBLEMS_CSV))
    }

    /// Reads a table, given as its name and text; it has a row for every problem.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn parse(table: (&str, &str)) -> Result<Self, TableError> {
        let mut problems = BTreeMap::new();
        for row in rows_by(table, "problem")? {
            let word = row.required("problem")?;
            let problem = ListingProblem::of(word)
                .ok_or_else(|| row.wrong("problem", word, "not a problem that can be reported"))?;
            let given = row.required("left")?;
            let left = text::number(given).ok().filter(|left| *left > 0.0 && *left <= 1.0);
            let left = left.ok_or_else(|| row.wrong("left", given, "not a number above 0 and up to 1"))?;
            problems.insert(problem, (left, row.required("label")?.to_owned()));
        }
        match ListingProblem::ALL.iter().find(|problem| !problems.contains_key(problem)) {
            None => Ok(Self(problems)),
            Some(missing) => Err(TableError {
                file: table.0.to_owned(),
                line: 1,
                field: "problem".into(),
                value: missing.to_string(),
                reason: "has no row".into(),
            }),
        }
    }

    /// What a problem leaves of the chance, above 0 to 1.
    #[must_use]
    pub fn left(&self, problem: ListingProblem) -> f64 {
        self.0.get(&problem).map_or(1.0, |row| row.0)
    }

    /// What a standing counts in the figures.
    #[must_use]
    pub fn state_of(&self, standing: &VerifiedStanding) -> VerifiedState {
        let left: f64 = standing.problems.iter().map(|problem| self.left(*problem)).product();
        VerifiedState { gone: standing.state != ListingState::Listed, left: left.max(LEAST_LEFT) }
    }

    /// What it is called.
    #[must_use]
    pub fn label(&self, problem: ListingProblem) -> &str {
        self.0.get(&problem).map_or(problem.as_str(), |row| row.1.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_row_and_no_row_is_of_none() {
        let table = ProblemTable::built_in().unwrap();
        assert!(table.left(ListingProblem::FailedVisit) < table.left(ListingProblem::NoAnswer));
        let field = |text: &str| ProblemTable::parse(("t.csv", text)).unwrap_err().field;
        assert_eq!(field("problem,left,label\nno-answer,0.7,x\n"), "problem");
        assert_eq!(field(&PROBLEMS_CSV.replace("no-answer,0.7", "no-answer,1.7")), "left");
        assert_eq!(field(&PROBLEMS_CSV.replace("no-answer", "rudeness")), "problem");
    }
}
