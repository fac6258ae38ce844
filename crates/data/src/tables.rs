//! The needs and kinds tables: those the program carries, or a deployment's own.

use crate::costs::CostTable;
use crate::feedback::problems::ProblemTable;
use crate::ingest::Crosswalk;
use crate::record::LocationPrecision;
use crate::table_file::{TableError, TableRow, rows, rows_by};
use crate::words::{TermWords, canonical};
use hereabouts_core::decay::{Decay, DecaySteps};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::need::{AdequateLevel, LandFloor, Need};
use hereabouts_core::units::{Metres, Minutes};
use std::collections::BTreeMap;

/// The needs table that the program carries.
pub const NEEDS: &str = include_str!("../../../data/needs.csv");

/// The kinds table that the program carries.
pub const KINDS: &str = include_str!("../../../data/kinds.csv");

/// The crosswalk that the program carries.
pub const CROSSWALK: &str = include_str!("../../../data/crosswalk.csv");

/// Needs and kinds, checked against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// Needs, in the order shown.
    pub needs: Vec<Need>,
    /// Kinds of asset.
    pub kinds: Vec<AssetKind>,
    /// What each need is called, parallel to `needs`.
    pub need_words: Vec<TermWords>,
    /// What each kind is called, parallel to `kinds`.
    pub kind_words: Vec<TermWords>,
    /// What terms of other vocabularies stand for.
    pub crosswalk: Crosswalk,
    /// What reported problems say.
    pub problems: ProblemTable,
    /// What could be started, and what it costs.
    pub costs: CostTable,
    /// How exact the places of a kind may be told, by id, where not exactly.
    pub least_precision: BTreeMap<String, LocationPrecision>,
}

impl Tables {
    /// The tables that the program carries.
    ///
    /// # Errors
    /// None: a test reads them.
    pub fn built_in() -> Result<Self, TableError> {
        Self::parse(("needs.csv", NEEDS), ("kinds.csv", KINDS))
    }

    /// Reads both tables, each given as its name and text.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn parse(needs: (&str, &str), kinds: (&str, &str)) -> Result<Self, TableError> {
        let (need_rows, kind_rows) = (rows(needs)?, rows(kinds)?);
        let needs = need_rows.iter().map(need).collect::<Result<Vec<_>, _>>()?;
        let kinds = kind_rows.iter().map(|row| kind(row, &needs)).collect::<Result<Vec<_>, _>>()?;
        let least_precision =
            kind_rows.iter().filter_map(|row| least_precision(row).transpose()).collect::<Result<_, _>>()?;
        let costs = CostTable::built_in(&needs, &kinds)?;
        let read = Self {
            need_words: words(&need_rows)?,
            kind_words: words(&kind_rows)?,
            needs,
            kinds,
            crosswalk: Crosswalk::new(),
            problems: ProblemTable::built_in()?,
            // …and so may its costs.
            costs,
            least_precision,
        };
        // A deployment's own needs and kinds may lack some that the program's crosswalk names.
        read.crossing(false, ("crosswalk.csv", CROSSWALK))
    }

    /// The same with another crosswalk, given as its name and text.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn with_crosswalk(self, crosswalk: (&str, &str)) -> Result<Self, TableError> {
        Self { crosswalk: Crosswalk::new(), ..self }.crossing(true, crosswalk)
    }

    /// The same with another table of problems, given as its name and text.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn with_problem_table(self, problem_table: (&str, &str)) -> Result<Self, TableError> {
        Ok(Self { problems: ProblemTable::parse(problem_table)?, ..self })
    }

    /// The same with another table of costs, given as its name and text.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn with_costs(self, costs: (&str, &str)) -> Result<Self, TableError> {
        Ok(Self { costs: CostTable::parse(costs, &self.needs, &self.kinds)?, ..self })
    }

    fn crossing(mut self, strict: bool, crosswalk: (&str, &str)) -> Result<Self, TableError> {
        for row in rows_by(crosswalk, "term")? {
            let needs = list(row.optional("needs"));
            let unknown = needs.iter().find(|n| !self.needs.iter().any(|need| need.id == **n));
            let kind = row.optional("kind");
            let strange = kind.filter(|k| !self.kinds.iter().any(|kind| kind.id == *k));
            if let (true, Some(need)) = (strict, unknown) {
                return Err(row.wrong("needs", need, "not in the needs table"));
            }
            if let (true, Some(kind)) = (strict, strange) {
                return Err(row.wrong("kind", kind, "not in the kinds table"));
            }
            let known = |n: &&str| self.needs.iter().any(|need| need.id == **n);
            let needs = needs.into_iter().filter(known).map(str::to_owned).collect();
            let kind = kind.filter(|_| strange.is_none()).map(str::to_owned);
            self.crosswalk.insert(canonical(row.required("term")?), (kind, needs));
        }
        Ok(self)
    }
}

/// What the rows are called; a word or tag belongs to one row.
fn words(rows: &[TableRow]) -> Result<Vec<TermWords>, TableError> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.required("id")?;
        let mut tags = Vec::new();
        for tag in list(row.optional("osm_tags")) {
            let (key, value) = tag
                .split_once('=')
                .ok_or_else(|| row.wrong("osm_tags", tag, "write it like amenity=library"))?;
            if let Some(other) = taken.insert(tag.to_owned(), id) {
                return Err(row.wrong("osm_tags", tag, format!("{other} has it already")));
            }
            tags.push((key.trim().to_owned(), value.trim().to_owned()));
        }
        let one = TermWords::new(id, row.required("label")?, &list(row.optional("also_called")), tags);
        for form in one.forms() {
            if let Some(other) = taken.insert(form.to_owned(), id) {
                return Err(row.wrong("also_called", form, format!("{other} is called that already")));
            }
        }
        all.push(one);
    }
    Ok(all)
}

fn list(text: Option<&str>) -> Vec<&str> {
    text.unwrap_or_default().split(';').map(str::trim).filter(|p| !p.is_empty()).collect()
}

fn need(row: &TableRow) -> Result<Need, TableError> {
    let floor = match row.optional("floor_hectares_per_1000") {
        None => None,
        Some(_) => {
            let counts_for = row.above_zero("floor_counts_for")?;
            if counts_for > 1.0 {
                return Err(row.wrong("floor_counts_for", &counts_for.to_string(), "more than 1"));
            }
            let within = row.above_zero("floor_within_m")?;
            Some(LandFloor {
                hectares_per_1000: row.above_zero("floor_hectares_per_1000")?,
                within: Metres::new(within)
                    .map_err(|e| row.wrong("floor_within_m", &within.to_string(), e.to_string()))?,
                counts_for,
            })
        }
    };
    let minutes = row.above_zero("catchment_minutes")?;
    Ok(Need {
        id: row.required("id")?.into(),
        label: row.required("label")?.into(),
        catchment: Minutes::new(minutes)
            .map_err(|e| row.wrong("catchment_minutes", &minutes.to_string(), e.to_string()))?,
        decay: decay(row)?,
        adequate: AdequateLevel {
            places_per_referral: row.above_zero("adequate_places_per_referral")?,
            floor,
        },
        activity: row.flag("activity")?,
    })
}

fn decay(row: &TableRow) -> Result<Decay, TableError> {
    let given = row.required("decay")?;
    let wrong = |reason: String| row.wrong("decay", given, reason);
    let mut all = Decay::all();
    if let Some(at) = all.iter().position(|decay| decay.as_str() == given) {
        return Ok(all.swap_remove(at));
    }
    let bands = given.strip_prefix("step(").and_then(|s| s.strip_suffix(')')).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(Decay::as_str).collect();
        wrong(format!("not one of {}, step(0.25:1;0.5:0.68;1:0.22)", words.join(", ")))
    })?;
    let pairs: Option<Vec<(f64, f64)>> = bands
        .split(';')
        .map(|b| b.split_once(':').and_then(|(e, w)| Some((e.trim().parse().ok()?, w.trim().parse().ok()?))))
        .collect();
    let steps = DecaySteps::new(pairs.ok_or_else(|| wrong("not edge:weight pairs".into()))?);
    steps.map(Decay::Steps).map_err(|e| wrong(e.to_string()))
}

fn kind(row: &TableRow, needs: &[Need]) -> Result<AssetKind, TableError> {
    let mut serves: Vec<(String, f64)> = Vec::new();
    for part in list(row.optional("needs")) {
        let wrong = |reason: &str| row.wrong("needs", part, reason);
        let (need, share) =
            part.split_once(':').ok_or_else(|| wrong("write it like social-connection:0.5"))?;
        let share: f64 = share.trim().parse().map_err(|_| wrong("the share is not a number"))?;
        if !(share > 0.0 && share <= 1.0) {
            return Err(wrong("a share is above 0 and at most 1"));
        }
        if !needs.iter().any(|n| n.id == need.trim()) {
            return Err(wrong("not in the needs table"));
        }
        serves.push((need.trim().to_owned(), share));
    }
    let total: f64 = serves.iter().map(|s| s.1).sum();
    if total > 1.0 + 1e-9 {
        return Err(row.wrong(
            "needs",
            row.optional("needs").unwrap_or_default(),
            format!("shares sum to {total}, more than 1"),
        ));
    }
    let supply = match row.required("supply")? {
        "places" => KindSupply::Places {
            default_per_quarter: row.above_zero("default_places_per_quarter")?,
            default_per_session: row
                .optional("default_places_per_session")
                .map(|_| row.above_zero("default_places_per_session"))
                .transpose()?,
        },
        "land" => KindSupply::Land,
        "none" => KindSupply::None,
        other => return Err(row.wrong("supply", other, "not places, land or none")),
    };
    Ok(AssetKind {
        id: row.required("id")?.into(),
        label: row.required("label")?.into(),
        serves,
        supply,
        half_life_months: row.above_zero("half_life_months")?,
        venue: row.flag("venue")?,
    })
}

/// The kind's id and how exact its places may be told, if the table limits that.
fn least_precision(row: &TableRow) -> Result<Option<(String, LocationPrecision)>, TableError> {
    // `where` is what the column was called.
    let column = ["location_precision", "where"].into_iter().find(|name| row.optional(name).is_some());
    let column = column.unwrap_or("location_precision");
    let location_precision = match row.optional(column) {
        None | Some("exact") => return Ok(None),
        Some("area") => LocationPrecision::Area,
        Some("hidden") => LocationPrecision::Hidden,
        Some(other) => return Err(row.wrong(column, other, "not exact, area or hidden")),
    };
    Ok(Some((row.required("id")?.to_owned(), location_precision)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carried_tables_are_sound() {
        let tables = Tables::built_in().unwrap();
        assert!(tables.needs.len() >= 12);
        assert!(tables.kinds.len() >= 40);
        assert!(tables.needs.iter().any(|n| n.adequate.floor.is_some()));
        let crossed = tables.clone().with_crosswalk(("crosswalk.csv", CROSSWALK)).unwrap();
        assert_eq!(crossed, tables, "every need and kind that the carried crosswalk names is there");
        assert!(tables.crosswalk.len() > 40);
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        let needs = "id,label,catchment_minutes,decay,adequate_places_per_referral\na,A,15,gaussian,12\nb,B,soon,linear,2\n";
        let error = Tables::parse(("mine.csv", needs), ("kinds.csv", "id,label,needs,supply\n")).unwrap_err();
        assert_eq!(error.to_string(), "mine.csv:3: catchment_minutes \"soon\": not a number above 0");
        for decay in ["step(0.5:1)", "step(x)", "steep"] {
            let needs =
                format!("id,label,catchment_minutes,decay,adequate_places_per_referral\na,A,15,{decay},12\n");
            assert_eq!(Tables::parse(("n", &needs), ("k", "id\n")).unwrap_err().field, "decay");
        }
    }
}
