//! Grants of the 360Giving Data Standard, from its spreadsheet or (through [`super::grant_json`]) its JSON.

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, RowResult, read_rows};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::{SourceRow, SourceRows};
use super::unread::RefusedValue;
use super::{KnownReferences, shape};
use crate::ingest::map::ImportMap;
use crate::record::{Beneficiary, GrantRecord};
use crate::registers;
use crate::text::{self, plain, present};
use std::collections::BTreeMap;

/// Fields and the names they go by: titles of the standard's spreadsheet, and names of its JSON laid flat.
pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("id", &["identifier", "id", "grantidentifier"]),
    ("title", &["title"]),
    ("amount", &["amountawarded"]),
    ("currency", &["currency"]),
    ("awarded_on", &["awarddate"]),
    (
        "starts_on",
        &["planneddatesstartdate", "planneddates0startdate", "planneddatesstart", "actualdatesstartdate"],
    ),
    ("ends_on", &["planneddatesenddate", "planneddates0enddate", "planneddatesend", "actualdatesenddate"]),
    (
        "months",
        &[
            "planneddatesdurationmonths",
            "planneddates0durationmonths",
            "planneddatesduration",
            "planneddates0duration",
        ],
    ),
    (
        "recipient",
        &[
            "recipientorgname",
            "recipientorg0name",
            "recipientorganizationname",
            "recipientorganization0name",
            "recipientname",
        ],
    ),
    (
        "recipient_id",
        &[
            "recipientorgidentifier",
            "recipientorg0identifier",
            "recipientorganizationid",
            "recipientorganization0id",
        ],
    ),
    (
        "charity_number",
        &["recipientorgcharitynumber", "recipientorg0charitynumber", "recipientorganization0charitynumber"],
    ),
    (
        "company_number",
        &["recipientorgcompanynumber", "recipientorg0companynumber", "recipientorganization0companynumber"],
    ),
    ("funder", &["fundingorgname", "fundingorg0name", "fundingorganizationname", "fundingorganization0name"]),
    (
        "funder_id",
        &["fundingorgidentifier", "fundingorg0identifier", "fundingorganizationid", "fundingorganization0id"],
    ),
    (
        "programme",
        &[
            "grantprogrammetitle",
            "grantprogramme0title",
            "grantprogrammename",
            "grantprogrammecode",
            "grantprogramme0code",
        ],
    ),
];

/// What a column says of a beneficiary location.
const LOCATION: [(&str, &[&str]); 4] = [
    ("name", &["name"]),
    ("area", &["geographiccode", "geocode"]),
    ("lon", &["longitude"]),
    ("lat", &["latitude"]),
];

/// What stands for the title of a grant to a person, which mostly names the person.
const TO_A_PERSON: &str = "Grant to a person";

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
) -> RecordsRead<GrantRecord> {
    let mut grants = KeyedRows::new();
    let (mut told, mut persons) = (ImportedRows::default(), 0_usize);
    for table in tables {
        let (columns, notes) = MappedColumns::find(table, map, FIELDS)?;
        columns.must_have(table, &["id", "amount", "currency", "awarded_on"])?;
        told.note_all(notes);
        let reader = GrantReader {
            columns: &columns,
            locations: locations(&table.headers),
            of_persons: of_persons(&table.headers),
            known,
            map,
        };
        let at_place = locations(&table.headers);
        let also = |at| {
            at_place.iter().any(|place| place.values().any(|read| *read == at))
                || of_persons(&table.headers).contains(&at)
        };
        told.note_all(columns.unread(table, also));
        told.add(read_rows(
            table,
            |row| reader.read(row),
            |mut grant, row| {
                persons += usize::from(grant.recipient.is_none() && grant.title == TO_A_PERSON);
                source.clone_into(&mut grant.source);
                grant.licence.clone_from(&map.licence);
                grants.add(grant.id.clone(), grant.clone(), grant.id, table, row);
            },
        ));
    }
    told.note_unread();
    if persons > 0 {
        told.note(format!("{persons} went to persons: neither name, identifier nor place of these is kept"));
    }
    let (agreed, repeats) = grants.agreed("id", "its grant", RepeatedKeys::Reject);
    told.add(repeats);
    Ok((agreed, told))
}

/// Reads the rows of one file.
struct GrantReader<'a> {
    columns: &'a MappedColumns<'a>,
    /// For each beneficiary location, the column of each of its fields.
    locations: Vec<BTreeMap<&'static str, usize>>,
    /// Columns that are filled for a grant to a person.
    of_persons: Vec<usize>,
    known: &'a KnownReferences,
    map: &'a ImportMap,
}

impl GrantReader<'_> {
    fn read(&self, row: &SourceRow) -> RowResult<GrantRecord> {
        let mut unread = Vec::new();
        let required = |field: &'static str| self.columns.required(row, field);
        let id = required("id")?;
        let given = required("amount")?;
        let amount = text::amount(given).map_err(|why| ("amount", given.to_owned(), why))?;
        let given = required("currency")?;
        let currency = given.to_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(("currency", given.to_owned(), "not a currency code of three letters".into()));
        }
        let given = required("awarded_on")?;
        let awarded_on = text::day(given)
            .and_then(|day| self.map.past(day))
            .map_err(|why| ("awarded_on", given.to_owned(), why))?;
        let words = |field| self.columns.get(row, field).map(text::without_contacts);
        let words = |field| words(field).filter(|text| !text.is_empty());
        let mut grant = GrantRecord {
            id: id.to_owned(),
            title: words("title").unwrap_or_else(|| "Grant".to_owned()),
            amount,
            currency,
            awarded_on,
            starts_on: self.columns.parsed(row, "starts_on", text::day, &mut unread),
            ends_on: self.columns.parsed(row, "ends_on", text::day, &mut unread),
            months: self.columns.parsed(row, "months", text::amount, &mut unread),
            recipient: words("recipient"),
            recipient_ids: self.recipient_ids(row, &mut unread),
            funder: words("funder"),
            funder_id: words("funder_id"),
            programme: words("programme"),
            beneficiaries: self.beneficiaries(row, &mut unread),
            ..GrantRecord::default()
        };
        if self.of_persons.iter().any(|&at| value(row, at).is_some()) {
            TO_A_PERSON.clone_into(&mut grant.title);
            grant.recipient = None;
            grant.recipient_ids.clear();
            for beneficiary in &mut grant.beneficiaries {
                (beneficiary.name, beneficiary.place) = (None, None);
            }
        }
        Ok(RowOutcome::Record(grant, unread))
    }

    /// Its own identifier, and those that its numbers in the registers of charities and companies make.
    fn recipient_ids(&self, row: &SourceRow, unread: &mut Vec<RefusedValue>) -> Vec<String> {
        let mut numbered = |field: &'static str, read: fn(&str) -> Result<String, String>| {
            self.columns.parsed(row, field, read, unread)
        };
        let charity = numbered("charity_number", registers::charity_id);
        let company = numbered("company_number", registers::company_id);
        let own = self.columns.get(row, "recipient_id").map(registers::identifier);
        let mut ids: Vec<String> = [own, charity, company].into_iter().flatten().collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Where those are who gain; a location that says nothing is none.
    fn beneficiaries(&self, row: &SourceRow, unread: &mut Vec<RefusedValue>) -> Vec<Beneficiary> {
        let near = |lon, lat| self.known.is_near(lon, lat);
        let one = |columns: &BTreeMap<&'static str, usize>| {
            let get = |field| columns.get(field).and_then(|&at| value(row, at));
            let place = match (get("lon"), get("lat")) {
                (None, None) => None,
                (lon, lat) => shape::place(lon, lat, near).map_err(|refused| unread.push(refused)).ok(),
            };
            Beneficiary {
                name: get("name").map(text::without_contacts),
                area: get("area").map(str::to_owned),
                place: place.map(|place| [place.lon(), place.lat()]),
            }
        };
        let all = self.locations.iter().map(one);
        all.filter(|beneficiary| *beneficiary != Beneficiary::default()).collect()
    }
}

fn value(row: &SourceRow, at: usize) -> Option<&str> {
    row.values.get(at)?.as_deref().and_then(present)
}

/// Columns of beneficiary locations, by their number (`Beneficiary Location:1:Name`; without one it is the first).
fn locations(headers: &[String]) -> Vec<BTreeMap<&'static str, usize>> {
    let mut by_number: BTreeMap<u32, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for (at, header) in headers.iter().enumerate() {
        let header = plain(header);
        let Some(rest) = header.strip_prefix("beneficiarylocation") else { continue };
        let name = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = rest[..rest.len() - name.len()].parse().unwrap_or(0);
        if let Some((field, _)) = LOCATION.iter().find(|(_, names)| names.contains(&name)) {
            by_number.entry(number).or_default().entry(field).or_insert(at);
        }
    }
    by_number.into_values().collect()
}

/// Columns about a person who receives.
fn of_persons(headers: &[String]) -> Vec<usize> {
    let is_one = |header: &String| plain(header).starts_with("recipientind");
    (0..headers.len()).filter(|&at| is_one(&headers[at])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_go_by_number() {
        let headers = [
            "Beneficiary Location:0:Name",
            "Beneficiary Location:1:Name",
            "Beneficiary Location:1:Geographic Code",
            "Beneficiary Location:1:Geographic Code Type",
            "Name",
        ];
        let found = locations(&headers.map(str::to_owned));
        assert_eq!(found, [BTreeMap::from([("name", 0)]), BTreeMap::from([("name", 1), ("area", 2)])]);
        let found = locations(&["Beneficiary Location:Latitude".to_owned()]);
        assert_eq!(found, [BTreeMap::from([("lat", 0)])]);
    }
}
