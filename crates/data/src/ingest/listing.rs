//! One row as a listing.

use super::closed::{is_notice, standing};
use super::columns::MappedColumns;
use super::imported_rows::{RowOutcome, RowResult};
use super::kinds::KindsOf;
use super::rows::SourceRow;
use super::shape::{self, ShapeSite};
use super::unread::RefusedValue;
use super::{KnownReferences, contacts, national_grid, service_area};
use crate::ages;
use crate::conceal::conceal;
use crate::ingest::map::ImportMap;
use crate::record::{ASSET_FIELDS, AssetRecord, FieldReading, LocationPrecision};
use crate::text;
use crate::words::id_of;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::Timetable;
use hereabouts_schedule::{self as schedule, ScheduleRule, StoredTimetable};

/// Reads the rows of one file.
pub(super) struct ListingReader<'a> {
    pub(super) columns: &'a MappedColumns<'a>,
    pub(super) kinds: &'a KindsOf<'a>,
    /// Columns of opening hours, a day each.
    pub(super) hours: &'a [(&'static str, usize)],
    pub(super) known: &'a KnownReferences,
    pub(super) map: &'a ImportMap,
    /// As of the table.
    pub(super) may_be_nowhere: bool,
}

impl ListingReader<'_> {
    /// The listing of a row. What it is and whom it is for has to be understood; anything else may stay unknown.
    pub(super) fn read(&self, row: &SourceRow) -> RowResult<AssetRecord> {
        let kind =
            self.kinds.of(row, self.columns, self.known).map_err(|(value, why)| ("kind", value, why))?;
        let Some(kind) = kind else { return Ok(RowOutcome::LeftOut) };
        let needs = self.needs(row)?;
        let mut unread = Vec::new();
        let (site, found) = match self.site(row) {
            Err(why) if self.may_be_nowhere => {
                unread.push(why);
                (None, LocationPrecision::Exact)
            }
            site => site?,
        };
        let place = site.as_ref().map(|site| [site.place.lon(), site.place.lat()]);
        let service_area = match self.columns.get(row, "service_area") {
            None => Vec::new(),
            Some(given) => match service_area::read(given, place, self.known) {
                Ok(area) => area,
                // Who comes to its place is served there, whatever else it says.
                Err(why) if place.is_some() => {
                    let why = format!("{why}; taken as open to whoever comes");
                    unread.push(("service_area", given.to_owned(), why));
                    Vec::new()
                }
                Err(why) => return Err(("service_area", given.to_owned(), why)),
            },
        };
        if site.is_none() && service_area.is_empty() && !self.may_be_nowhere {
            let why = "no place: no geometry, coordinates or postcode, nor a service area";
            return Err(("geometry", String::new(), why.into()));
        }
        let mut record = AssetRecord {
            kind,
            needs,
            place,
            location_precision: found,
            service_area,
            ..self.said(row, &mut unread)
        };
        record.hectares = record.hectares.or(site.and_then(|site| site.hectares));
        let given = self.columns.get(row, "location_precision").map(|given| {
            location_precision(given).map_err(|why| ("location_precision", given.to_owned(), why))
        });
        let least = self.known.least_precision.get(&record.kind).copied();
        if let Some(precision) = given.transpose()?.max(least) {
            conceal(&mut record, precision.max(found));
        }
        Ok(RowOutcome::Record(record, unread))
    }

    /// What the row says of the listing itself, with what is not understood in `unread`.
    fn said(&self, row: &SourceRow, unread: &mut Vec<RefusedValue>) -> AssetRecord {
        let per_session = self.columns.parsed(row, "places_per_session", text::amount, unread);
        let rule = self.text(row, "rrule");
        let hours = self.hours_in_words(row);
        let timetable = self.timetable(row, rule.as_deref(), hours.as_deref(), unread);
        let sessions = timetable
            .as_ref()
            .and_then(Timetable::sessions_a_quarter)
            .or_else(|| rule.as_deref().and_then(text::sessions_a_quarter));
        let notice =
            self.text(row, "schedule").or_else(|| hours.clone()).is_some_and(|words| is_notice(&words));
        let mut record = AssetRecord {
            schedule: self.text(row, "schedule").or_else(|| self.rule_in_words(row, rule)).or(hours),
            timetable: timetable.as_ref().map(StoredTimetable::from),
            address: self.address(row),
            cost_from: self.columns.get(row, "cost").and_then(text::least_cost),
            ..AssetRecord::default()
        };
        self.read_columns(row, &mut record, unread);
        contacts::tidy(&mut record, unread);
        record.hectares = record.hectares.filter(|h| *h > 0.0);
        if let Some(status) = record.status.as_ref().filter(|status| standing(status).is_none()) {
            unread.push((
                "status",
                status.clone(),
                "not a word that is known here: the listing stays".into(),
            ));
        }
        if let Some(Err(why)) = record.verified_on.map(|day| self.map.past(day)) {
            let day = record.verified_on.take().map_or_else(String::new, |day| day.to_string());
            unread.push(("verified_on", day, why));
        }
        // What is closed for now has no room for anybody.
        if notice {
            record.places = Some(0.0);
        }
        record.places =
            record.places.or_else(|| per_session.zip(sessions).map(|(places, sessions)| places * sessions));
        record
    }

    /// Every field that one column says by itself.
    fn read_columns(&self, row: &SourceRow, record: &mut AssetRecord, unread: &mut Vec<RefusedValue>) {
        for field in ASSET_FIELDS.iter().filter(|field| field.of.read == FieldReading::Column) {
            let Some(given) = self.columns.get(row, field.name) else { continue };
            if let Err(why) = field.read(record, given) {
                if keeps_words_of_age(field.name, given, record) {
                    continue;
                }
                unread.push((field.name, given.to_owned(), why));
            }
        }
    }

    fn text(&self, row: &SourceRow, field: &str) -> Option<String> {
        self.columns.get(row, field).map(text::without_mail).filter(|text| !text.is_empty())
    }

    fn needs(&self, row: &SourceRow) -> Result<Vec<String>, RefusedValue> {
        let given = self.columns.get(row, "needs").unwrap_or_default().to_owned();
        let meaning = self.columns.meaning(row, "needs").map_err(|why| ("needs", given, why))?;
        let all = meaning.flatten().unwrap_or_default();
        if let Some(id) = id_of(&self.known.needs, all) {
            return Ok(vec![id.to_owned()]);
        }
        let mut needs = Vec::new();
        for one in all.split([';', ',', '|']).map(str::trim).filter(|n| !n.is_empty()) {
            let id = id_of(&self.known.needs, one);
            needs.push(
                id.ok_or_else(|| ("needs", one.to_owned(), "not in the needs table".into()))?.to_owned(),
            );
        }
        needs.sort();
        needs.dedup();
        Ok(needs)
    }

    /// Its geometry, else its longitude and latitude, its easting and northing, or the middle of its postcode.
    fn site(&self, row: &SourceRow) -> Result<(Option<ShapeSite>, LocationPrecision), RefusedValue> {
        let near = |lon, lat| self.known.is_near(lon, lat);
        if let Some(geometry) = &row.geometry {
            let site = shape::site(geometry).map_err(|why| ("geometry", String::new(), why))?;
            let (lon, lat) = (site.place.lon(), site.place.lat());
            if near(lon, lat) == Some(false) && near(lat, lon) == Some(true) {
                return Err(("geometry", format!("{lon}, {lat}"), shape::SWAPPED.into()));
            }
            return Ok((Some(site), LocationPrecision::Exact));
        }
        let point = |place| Some(ShapeSite { place, hectares: None });
        let (lon, lat) = (self.columns.get(row, "lon"), self.columns.get(row, "lat"));
        if lon.is_some() || lat.is_some() {
            return Ok((point(shape::place(lon, lat, near)?), row.location_precision.unwrap_or_default()));
        }
        if let (Some(easting), Some(northing)) =
            (self.columns.get(row, "easting"), self.columns.get(row, "northing"))
        {
            return Ok((point(on_grid(easting, northing, near)?), LocationPrecision::Exact));
        }
        let Some(given) = self.columns.get(row, "postcode") else {
            return Ok((None, LocationPrecision::Exact));
        };
        let code = text::postcode(given).map_err(|why| ("postcode", given.to_owned(), why))?;
        let (lon, lat) = self.known.postcodes.get(&code).ok_or_else(|| {
            ("postcode", given.to_owned(), "no coordinates, and not a postcode known here".to_owned())
        })?;
        let place = Place::new(*lon, *lat).map_err(|e| ("postcode", given.to_owned(), e.to_string()))?;
        Ok((point(place), LocationPrecision::Area))
    }

    /// The parts of an address in one line, none of them twice.
    fn address(&self, row: &SourceRow) -> Option<String> {
        let mut whole = String::new();
        for field in ["address", "address_2", "address_3", "town", "postcode"] {
            let Some(part) = self.text(row, field) else { continue };
            let part = part.trim_end_matches([',', ' ']);
            if !whole.to_lowercase().contains(&part.to_lowercase()) {
                whole.push_str(if whole.is_empty() { "" } else { ", " });
                whole.push_str(part);
            }
        }
        Some(whole).filter(|w| !w.is_empty())
    }

    /// When it is on, from a rule and times, else from its words; `None` where these are not understood.
    fn timetable(
        &self,
        row: &SourceRow,
        rule: Option<&str>,
        hours: Option<&str>,
        unread: &mut Vec<RefusedValue>,
    ) -> Option<Timetable> {
        // Services have been read by the rules of their standard, and their words with them.
        if row.timetable.is_some() || self.may_be_nowhere {
            return row.timetable.clone();
        }
        let words = self.text(row, "schedule");
        let (given, read) = if let Some(rule) = rule {
            let given = ScheduleRule {
                opens: self.text(row, "opens"),
                closes: self.text(row, "closes"),
                ..ScheduleRule::parse(rule)
            };
            (rule, schedule::timetable(&[given], schedule::RuleReading::ByHand))
        } else {
            let words = words.as_deref().or(hours)?;
            (words, schedule::read(words))
        };
        read.map_err(|why| {
            unread.push(("schedule", given.to_owned(), format!("kept in its own words: {why}")))
        })
        .ok()
    }

    /// A schedule in words from a rule and times.
    fn rule_in_words(&self, row: &SourceRow, rule: Option<String>) -> Option<String> {
        let rule = rule?;
        let times = match (self.text(row, "opens"), self.text(row, "closes")) {
            (Some(opens), Some(closes)) => format!(" {opens}–{closes}"),
            (Some(opens), None) => format!(" from {opens}"),
            _ => String::new(),
        };
        Some(format!("{}{times}", text::rule_in_words(&rule)))
    }

    /// A schedule in words from a column a day.
    fn hours_in_words(&self, row: &SourceRow) -> Option<String> {
        let days: Vec<String> = self
            .hours
            .iter()
            .filter_map(|(day, at)| {
                let hours = row.values.get(*at)?.as_deref().and_then(text::present)?;
                Some(format!("{day} {}", hours.to_lowercase()))
            })
            .collect();
        (!days.is_empty()).then(|| days.join("; "))
    }
}

/// Keeps what stands in a column of youngest or oldest ages and is no number, so that nothing less is known of the listing
/// than it says; whether it is understood.
fn keeps_words_of_age(field: &str, given: &str, record: &mut AssetRecord) -> bool {
    if !matches!(field, "age_from" | "age_to") {
        return false;
    }
    let words = text::without_mail(given);
    let understood = ages::read(&words).is_some();
    record.ages = Some(match record.ages.take().filter(|known| *known != words) {
        Some(known) => format!("{known}; {words}"),
        None => words,
    });
    understood
}

/// How exact a place may be told.
///
/// # Errors
/// Another word.
fn location_precision(given: &str) -> Result<LocationPrecision, String> {
    match text::plain(given).as_str() {
        "exact" => Ok(LocationPrecision::Exact),
        "area" => Ok(LocationPrecision::Area),
        "hidden" => Ok(LocationPrecision::Hidden),
        _ => Err("not exact, area or hidden".into()),
    }
}

/// A place from an easting and a northing as written.
///
/// # Errors
/// The field, its value and why.
pub(super) fn on_grid(
    easting: &str,
    northing: &str,
    near: impl Fn(f64, f64) -> Option<bool>,
) -> Result<Place, RefusedValue> {
    let metres = |field, given: &str| text::number(given).map_err(|why| (field, given.to_owned(), why));
    let (east, north) = (metres("easting", easting)?, metres("northing", northing)?);
    let wrong = |why: String| ("easting, northing", format!("{easting}, {northing}"), why);
    let place = national_grid::place(east, north).map_err(wrong)?;
    if near(place.lon(), place.lat()) == Some(false) {
        return Err(wrong("read on the British National Grid it is not near the neighbourhoods".into()));
    }
    Ok(place)
}
