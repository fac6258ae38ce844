//! Listings of what the community offers.

use super::columns::Columns;
use super::rows::{Row, Rows};
use super::shape::{self, Site};
use super::{FileError, Known, Out};
use crate::map::Map;
use crate::record::{AssetRecord, Exactness};
use crate::text::{self, plain};
use hereabouts_core::place::Place;
use std::collections::BTreeMap;

/// E-mail addresses are not read: they are mostly people's.
const FIELDS: &[(&str, &[&str])] = &[
    (
        "id",
        &[
            "id",
            "sourceid",
            "siteid",
            "odscode",
            "uniqueid",
            "ref",
            "reference",
            "osmid",
            "atcocode",
            "uprn",
            "objectid",
        ],
    ),
    (
        "name",
        &[
            "name",
            "title",
            "sitename",
            "distname",
            "distname1",
            "organisation",
            "organisati",
            "libraryname",
            "commonname",
            "charityname",
            "servicename",
            "locationname",
            "establishmentname",
            "establis00",
            "school",
            "schoolnam",
            "university",
            "label",
        ],
    ),
    ("kind", &["kind", "type", "category", "assettype", "function", "facilitytype"]),
    ("needs", &["needs", "need"]),
    ("lon", &["lon", "long", "longitude", "lng", "x"]),
    ("lat", &["lat", "latitude", "y"]),
    ("postcode", &["postcode", "postalcode", "pcds", "charitycontactpostcode"]),
    ("places", &["places", "placesaquarter", "placesperquarter", "capacity"]),
    ("places_per_session", &["placespersession", "placesasession"]),
    ("rrule", &["rrule", "recurrence"]),
    ("opens", &["opens", "opensat", "starttime", "start"]),
    ("closes", &["closes", "closesat", "endtime", "end"]),
    ("schedule", &["schedule", "openinghours", "openingtimes", "when", "times"]),
    (
        "verified_on",
        &["verifiedon", "lastverified", "verified", "assureddate", "lastchecked", "checkdate", "lastupdated"],
    ),
    ("cost", &["cost", "costgbp", "price", "fees", "fee"]),
    ("step_free", &["stepfree", "wheelchair", "wheelchairaccess", "accessible"]),
    ("eligibility", &["eligibility", "whofor", "audience", "referralmethod"]),
    ("languages", &["languages", "language"]),
    ("website", &["website", "url", "web", "websiteaddress", "websitead", "charitycontactweb"]),
    ("phone", &["phone", "telephone", "tel", "phonenumber"]),
    ("address", &["address", "address1", "street"]),
    ("description", &["description", "descriptio", "facilities", "notes"]),
    ("hectares", &["hectares", "areaha", "areahectares"]),
    ("status", &["status"]),
];

pub(super) fn read(
    tables: &[Rows],
    map: &Map,
    known: &Known,
    source: &str,
    out: &mut Out,
) -> Result<Vec<AssetRecord>, FileError> {
    let mut seen: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    let mut records: Vec<AssetRecord> = Vec::new();
    let (mut by_postcode, mut nameless) = (0, 0);
    for (number, table) in tables.iter().enumerate() {
        let columns = Columns::find(table, map, FIELDS, out)?;
        if !table.has_geometry && !(columns.has("lon") && columns.has("lat") || columns.has("postcode")) {
            let metres = table.headers.iter().any(|h| plain(h) == "easting");
            let hint = if metres {
                "; eastings and northings are not read, reproject to longitude/latitude"
            } else {
                ""
            };
            return Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "needs a longitude and latitude, or a postcode{hint}. The columns are {}",
                    table.headers.join(", ")
                ),
            });
        }
        let kind_of_file = kind_of_file(&table.file, known);
        let uses_file_kind = kind_of_file.is_some()
            && !columns.is_mapped("kind")
            && !kind_column_is_known(table, &columns, known);
        if let (true, Some(kind)) = (uses_file_kind, kind_of_file) {
            out.note(format!("kind: {kind}, from the file's name"));
        }
        let ids = usable_ids(table, &columns);
        if !ids {
            out.note(
                "no column of ids different in every row: each listing's id is made from its name and place"
                    .into(),
            );
        }
        for row in &table.rows {
            let reader = Reader { columns: &columns, row, known };
            let mut record = match reader.record(if uses_file_kind { kind_of_file } else { None }) {
                Ok(Some(record)) => record,
                Ok(None) => {
                    out.left_out += 1;
                    continue;
                }
                Err((field, value, why)) => {
                    out.reject(table, row, field, &value, why);
                    continue;
                }
            };
            if record.name.is_empty() {
                nameless += 1;
                record.name = known
                    .kinds
                    .iter()
                    .find(|(id, _)| *id == record.kind)
                    .map_or("Unnamed".into(), |(_, label)| format!("{label} (no name)"));
            }
            by_postcode += u32::from(record.exactness == Exactness::Area);
            record.source = source.to_owned();
            record.source_id = match columns.get(row, "id").filter(|_| ids) {
                Some(id) => id.chars().map(|c| if c.is_control() || c == '/' { '_' } else { c }).collect(),
                None => made_id(&record),
            };
            record.licence.clone_from(&map.licence);
            if let Some((file, line)) = seen.get(&record.source_id) {
                let field = if ids { "id" } else { "name" };
                let value = if ids { record.source_id.clone() } else { record.name.clone() };
                out.reject(
                    table,
                    row,
                    field,
                    &value,
                    format!("{} line {line} is the same", tables[*file].file),
                );
                continue;
            }
            seen.insert(record.source_id.clone(), (number, row.line));
            records.push(record);
        }
    }
    if by_postcode > 0 {
        out.note(format!(
            "{by_postcode} without coordinates stand in the middle of their postcode (where: area)"
        ));
    }
    if nameless > 0 {
        out.note(format!("{nameless} without a name are called by their kind"));
    }
    records.sort_by(|a, b| a.source_id.cmp(&b.source_id));
    if let Some(within) = map.merge_within_m {
        records = merged(records, within, out);
    }
    Ok(records)
}

type Refused = (&'static str, String, String);

struct Reader<'a> {
    columns: &'a Columns<'a>,
    row: &'a Row,
    known: &'a Known,
}

impl Reader<'_> {
    fn text(&self, field: &str) -> Option<String> {
        self.columns.get(self.row, field).map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn parsed<T>(
        &self,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Refused> {
        self.columns
            .get(self.row, field)
            .map(|t| parse(t).map_err(|why| (field, t.to_owned(), why)))
            .transpose()
    }

    fn record(&self, kind_of_file: Option<&str>) -> Result<Option<AssetRecord>, Refused> {
        let Some(kind) = self.kind(kind_of_file)? else { return Ok(None) };
        let (site, exactness) = self.site()?;
        let per_session = self.parsed("places_per_session", text::amount)?;
        let rule = self.text("rrule");
        let sessions = rule.as_deref().and_then(text::sessions_a_quarter);
        let places = match self.parsed("places", text::amount)? {
            Some(places) => Some(places),
            None => per_session.zip(sessions).map(|(places, sessions)| places * sessions),
        };
        Ok(Some(AssetRecord {
            name: self.text("name").unwrap_or_default(),
            kind,
            needs: self.needs()?,
            lon: site.place.lon(),
            lat: site.place.lat(),
            exactness,
            hectares: self.parsed("hectares", text::amount)?.filter(|h| *h > 0.0).or(site.hectares),
            places,
            verified_on: self.parsed("verified_on", text::day)?,
            cost: self.text("cost"),
            step_free: self.parsed("step_free", text::yes)?,
            schedule: self.text("schedule").or_else(|| self.schedule(rule)),
            eligibility: self.text("eligibility"),
            languages: self.text("languages").map_or_else(Vec::new, |l| {
                l.split([';', ',']).map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
            }),
            website: self.text("website"),
            phone: self.text("phone"),
            address: self.text("address"),
            description: self.text("description"),
            status: self.text("status"),
            ..AssetRecord::default()
        }))
    }

    fn kind(&self, kind_of_file: Option<&str>) -> Result<Option<String>, Refused> {
        if let Some(kind) = kind_of_file {
            return Ok(Some(kind.to_owned()));
        }
        let given = self.columns.get(self.row, "kind").unwrap_or_default().to_owned();
        let Some(meaning) = self.columns.meaning(self.row, "kind").map_err(|why| ("kind", given, why))?
        else {
            return Ok(None);
        };
        let Some(kind) = meaning else {
            // A listing that says what need it meets is a group unless it says more.
            if self.columns.get(self.row, "needs").is_some()
                && self.known.kinds.iter().any(|(id, _)| id == "group")
            {
                return Ok(Some("group".into()));
            }
            return Err((
                "kind",
                String::new(),
                "missing; say in the map what kind they are (constants.kind)".into(),
            ));
        };
        Known::id_in(&self.known.kinds, kind)
            .map(|id| Some(id.to_owned()))
            .ok_or_else(|| ("kind", kind.to_owned(), "not in the kinds table".into()))
    }

    fn needs(&self) -> Result<Vec<String>, Refused> {
        let given = self.columns.get(self.row, "needs").unwrap_or_default().to_owned();
        let meaning = self.columns.meaning(self.row, "needs").map_err(|why| ("needs", given, why))?;
        let mut needs = Vec::new();
        for one in meaning
            .flatten()
            .unwrap_or_default()
            .split([';', ',', '|'])
            .map(str::trim)
            .filter(|n| !n.is_empty())
        {
            let id = Known::id_in(&self.known.needs, one);
            needs.push(
                id.ok_or_else(|| ("needs", one.to_owned(), "not in the needs table".into()))?.to_owned(),
            );
        }
        needs.sort();
        needs.dedup();
        Ok(needs)
    }

    fn site(&self) -> Result<(Site, Exactness), Refused> {
        let near = |lon, lat| self.known.is_near(lon, lat);
        if let Some(geometry) = &self.row.geometry {
            let site = shape::site(geometry).map_err(|why| ("geometry", String::new(), why))?;
            let (lon, lat) = (site.place.lon(), site.place.lat());
            if near(lon, lat) == Some(false) && near(lat, lon) == Some(true) {
                let why = "longitude and latitude look swapped: the other way round it is near here";
                return Err(("geometry", format!("{lon}, {lat}"), why.into()));
            }
            return Ok((site, Exactness::Exact));
        }
        let (lon, lat) = (self.columns.get(self.row, "lon"), self.columns.get(self.row, "lat"));
        if lon.is_some() || lat.is_some() {
            return Ok((Site { place: shape::place(lon, lat, near)?, hectares: None }, Exactness::Exact));
        }
        let Some(given) = self.columns.get(self.row, "postcode") else {
            return Err(("geometry", String::new(), "no place: no geometry, coordinates or postcode".into()));
        };
        let code = text::postcode(given).map_err(|why| ("postcode", given.to_owned(), why))?;
        let (lon, lat) = self.known.postcodes.get(&code).ok_or_else(|| {
            ("postcode", given.to_owned(), "no coordinates, and not a postcode known here".to_owned())
        })?;
        let place = Place::new(*lon, *lat).map_err(|e| ("postcode", given.to_owned(), e.to_string()))?;
        Ok((Site { place, hectares: None }, Exactness::Area))
    }

    /// A schedule in words from a rule and times.
    fn schedule(&self, rule: Option<String>) -> Option<String> {
        let rule = rule?;
        let times = match (self.text("opens"), self.text("closes")) {
            (Some(opens), Some(closes)) => format!(" {opens}–{closes}"),
            (Some(opens), None) => format!(" from {opens}"),
            _ => String::new(),
        };
        Some(format!("{}{times}", text::rule_in_words(&rule)))
    }
}

/// Whether the file's own column of kinds holds any kind known here.
fn kind_column_is_known(table: &Rows, columns: &Columns<'_>, known: &Known) -> bool {
    table.rows.iter().any(|r| columns.get(r, "kind").is_some_and(|k| Known::id_in(&known.kinds, k).is_some()))
}

/// Ids are usable if every row has one; repeats are then rejected row by row.
fn usable_ids(table: &Rows, columns: &Columns<'_>) -> bool {
    if columns.is_mapped("id") {
        return true;
    }
    let ids: Vec<&str> = table.rows.iter().filter_map(|r| columns.get(r, "id")).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    !ids.is_empty() && ids.len() == table.rows.len() && distinct.len() * 10 >= ids.len() * 9
}

/// A kind that the file's name names, in the singular or plural: `gm_pharmacies.geojson` are pharmacies.
fn kind_of_file<'a>(file: &str, known: &'a Known) -> Option<&'a str> {
    let file = plain(super::stem(file));
    let plural = |word: &str| match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{word}s"),
    };
    known
        .kinds
        .iter()
        .filter(|(id, label)| {
            [id, label].into_iter().map(|w| plain(w)).any(|w| file.contains(&w) || file.contains(&plural(&w)))
        })
        .max_by_key(|(id, _)| (id.len(), std::cmp::Reverse(id.clone())))
        .map(|(id, _)| id.as_str())
}

/// The same listing has the same id at every import.
fn made_id(record: &AssetRecord) -> String {
    let told = format!("{}|{}|{:.6}|{:.6}", plain(&record.name), record.kind, record.lon, record.lat);
    blake3::hash(told.as_bytes()).to_hex()[..16].to_owned()
}

/// One asset of all that share a name and kind and stand within `metres` of the first: land adds up.
fn merged(records: Vec<AssetRecord>, metres: f64, out: &mut Out) -> Vec<AssetRecord> {
    let mut by_name: BTreeMap<(String, String), Vec<AssetRecord>> = BTreeMap::new();
    let before = records.len();
    let place = |r: &AssetRecord| Place::new(r.lon, r.lat).unwrap_or(Place::ORIGIN);
    for record in records {
        let group = by_name.entry((record.kind.clone(), plain(&record.name))).or_default();
        match group.iter_mut().find(|first| place(first).distance(place(&record)).get() <= metres) {
            Some(first) => {
                first.hectares = first.hectares.zip(record.hectares).map(|(a, b)| a + b).or(first.hectares)
            }
            None => group.push(record),
        }
    }
    let mut merged: Vec<AssetRecord> = by_name.into_values().flatten().collect();
    merged.sort_by(|a, b| a.source_id.cmp(&b.source_id));
    if merged.len() < before {
        out.note(format!(
            "{} of the same name within {metres} m of another are one with it",
            before - merged.len()
        ));
    }
    merged
}
