//! The JSON of the 360Giving Data Standard as the rows of its spreadsheet. Each grant is read for itself.

use super::RowError;
use super::geojson::text_of;
use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use serde_json::Value;

/// Titles of the spreadsheet and where their values stand in the JSON; of a list it is the first item.
const COLUMNS: [(&str, &[&str]); 18] = [
    ("Identifier", &["id"]),
    ("Title", &["title"]),
    ("Currency", &["currency"]),
    ("Amount Awarded", &["amountAwarded"]),
    ("Award Date", &["awardDate"]),
    ("Planned Dates:Start Date", &["plannedDates", "startDate"]),
    ("Planned Dates:End Date", &["plannedDates", "endDate"]),
    ("Planned Dates:Duration (months)", &["plannedDates", "duration"]),
    ("Recipient Org:Identifier", &["recipientOrganization", "id"]),
    ("Recipient Org:Name", &["recipientOrganization", "name"]),
    ("Recipient Org:Charity Number", &["recipientOrganization", "charityNumber"]),
    ("Recipient Org:Company Number", &["recipientOrganization", "companyNumber"]),
    // Whether there is one; what it says of a person is not looked at.
    ("Recipient Ind", &["recipientIndividual"]),
    ("Funding Org:Identifier", &["fundingOrganization", "id"]),
    ("Funding Org:Name", &["fundingOrganization", "name"]),
    ("Grant Programme:Title", &["grantProgramme", "title"]),
    ("Grant Programme:Code", &["grantProgramme", "code"]),
    ("Last modified", &["dateModified"]),
];

const LOCATION: [(&str, &str); 4] =
    [("Name", "name"), ("Geographic Code", "geoCode"), ("Longitude", "longitude"), ("Latitude", "latitude")];

/// Most beneficiary locations of one grant.
const MAX_LOCATIONS: usize = 40;

/// # Errors
/// Why the file is no list of grants.
pub(super) fn rows(file: &str, text: &str) -> Result<SourceRows, String> {
    let root: Value = serde_json::from_str(text)
        .map_err(|e| format!("not JSON at line {}, column {}: {e}", e.line(), e.column()))?;
    let list = root.get("grants").unwrap_or(&root);
    let grants = list.as_array().ok_or("JSON, but no list of grants as 360Giving has it")?;

    let mut table = SourceRows { file: file.to_owned(), ..SourceRows::default() };
    let mut most_locations = 0;
    for (number, grant) in grants.iter().enumerate() {
        let line = number as u64 + 1;
        match row(grant) {
            Ok((values, locations)) => {
                most_locations = most_locations.max(locations);
                table.rows.push(SourceRow { line, values, ..SourceRow::default() });
            }
            Err(reason) => table.broken.push(RowError {
                file: file.to_owned(),
                line,
                field: "grant".into(),
                value: grant.get("id").and_then(text_of).unwrap_or_default(),
                reason,
            }),
        }
    }
    table.headers = COLUMNS.iter().map(|(title, _)| (*title).to_owned()).collect();
    for number in 0..most_locations {
        let titles = LOCATION.iter().map(|(title, _)| format!("Beneficiary Location:{number}:{title}"));
        table.headers.extend(titles);
    }
    for row in &mut table.rows {
        row.values.resize(table.headers.len(), None);
    }
    Ok(table)
}

/// Values of one grant, and how many locations are among them.
fn row(grant: &Value) -> Result<(Vec<Option<String>>, usize), String> {
    if !grant.is_object() {
        return Err("not a grant".into());
    }
    let mut values: Vec<Option<String>> = COLUMNS
        .iter()
        .map(|(_, path)| {
            let found = path.iter().try_fold(grant, |value, key| first(value.get(key)?))?;
            if path == &["recipientIndividual"] { Some("yes".to_owned()) } else { text_of(found) }
        })
        .collect();
    let locations = match grant.get("beneficiaryLocation") {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    };
    if locations.len() > MAX_LOCATIONS {
        return Err(format!("{} beneficiary locations; at most {MAX_LOCATIONS} are read", locations.len()));
    }
    for location in &locations {
        values.extend(LOCATION.iter().map(|(_, key)| location.get(key).and_then(text_of)));
    }
    if values.iter().flatten().any(|value| value.len() > MAX_VALUE_BYTES) {
        return Err(too_long());
    }
    Ok((values, locations.len()))
}

/// The first item of a list, or the value itself; nothing of an empty list or object.
fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(items) => items.first(),
        Value::Object(fields) if fields.is_empty() => None,
        Value::Null => None,
        other => Some(other),
    }
}
