//! From what a client or a command says to a [`Statement`], with the field at fault.

use super::{ListingPart, ListingProblem, Statement};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Why a statement is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// The field at fault.
    pub field: String,
    /// Why, and what would do.
    pub reason: String,
}

fn misread(field: &str, reason: impl Into<String>) -> InvalidField {
    InvalidField { field: field.to_owned(), reason: reason.into() }
}

fn one_of<'a>(field: &str, words: impl IntoIterator<Item = &'a str>) -> InvalidField {
    let words: Vec<&str> = words.into_iter().collect();
    misread(field, format!("give one of {}", words.join(", ")))
}

/// Reads `said` and what belongs to it; any other field is refused.
///
/// # Errors
/// [`InvalidField`].
pub fn statement(given: &Map<String, Value>) -> Result<Statement, InvalidField> {
    let words = ["runs", "changed", "closed", "moved", "full", "problem", "undo"];
    let word = given.get("said").and_then(Value::as_str).ok_or_else(|| one_of("said", words))?;
    let (statement, with) = match word {
        "runs" => (Statement::Runs, None),
        "closed" => (Statement::Closed, None),
        "moved" => (Statement::Moved, None),
        "changed" => (changed(given.get("what"))?, Some("what")),
        "full" => {
            let until = given.get("until").and_then(Value::as_str).and_then(|day| day.parse().ok());
            let until =
                until.ok_or_else(|| misread("until", "give the last day on which it is full, YYYY-MM-DD"))?;
            (Statement::Full { until }, Some("until"))
        }
        "problem" => {
            let problem = given.get("problem").and_then(Value::as_str).and_then(ListingProblem::of);
            let problem =
                problem.ok_or_else(|| one_of("problem", ListingProblem::ALL.iter().map(|p| p.as_str())))?;
            (Statement::Problem { problem }, Some("problem"))
        }
        "undo" => {
            let event = given.get("event").and_then(Value::as_u64);
            let event =
                event.ok_or_else(|| misread("event", "give the number of the event that is taken back"))?;
            (Statement::Undo { event }, Some("event"))
        }
        _ => return Err(one_of("said", words)),
    };
    match given.keys().find(|key| *key != "said" && Some(key.as_str()) != with) {
        Some(strange) => {
            // A field may be named by nothing at all.
            let field = if strange.is_empty() { "body" } else { strange };
            Err(misread(field, format!("not taken here; {word} takes {}", with.unwrap_or("nothing more"))))
        }
        None => Ok(statement),
    }
}

fn changed(what: Option<&Value>) -> Result<Statement, InvalidField> {
    let refused = || one_of("what", ListingPart::ALL.iter().map(|part| part.as_str()));
    let parts = what.and_then(Value::as_array).ok_or_else(refused)?;
    let parts: Option<BTreeSet<ListingPart>> =
        parts.iter().map(|part| ListingPart::of(part.as_str()?)).collect();
    let what = parts.filter(|parts| !parts.is_empty()).ok_or_else(refused)?;
    Ok(Statement::Changed { what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(given: Value) -> Result<Statement, InvalidField> {
        statement(given.as_object().unwrap())
    }

    #[test]
    fn every_statement_is_read_and_stored_the_same() {
        for given in [
            json!({ "said": "runs" }),
            json!({ "said": "changed", "what": ["times", "cost"] }),
            json!({ "said": "closed" }),
            json!({ "said": "moved" }),
            json!({ "said": "full", "until": "2026-12-31" }),
            json!({ "said": "problem", "problem": "no-answer" }),
            json!({ "said": "undo", "event": 7 }),
        ] {
            let statement = read(given.clone()).unwrap();
            assert_eq!(serde_json::to_value(&statement).unwrap(), given);
            assert_eq!(serde_json::from_value::<Statement>(given.clone()).unwrap(), statement);
            assert_eq!(given["said"], statement.word());
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_by_its_field() {
        for (given, field) in [
            (json!({}), "said"),
            (json!({ "said": "gone" }), "said"),
            (json!({ "said": "runs", "note": "ask Jo" }), "note"),
            (json!({ "said": "closed", "event": 1 }), "event"),
            (json!({ "said": "changed" }), "what"),
            (json!({ "said": "changed", "what": [] }), "what"),
            (json!({ "said": "changed", "what": ["times", "ask Jo"] }), "what"),
            (json!({ "said": "full", "until": "soon" }), "until"),
            (json!({ "said": "problem", "problem": "rude" }), "problem"),
            (json!({ "said": "undo", "event": -1 }), "event"),
        ] {
            assert_eq!(read(given.clone()).unwrap_err().field, field, "{given}");
        }
    }
}
