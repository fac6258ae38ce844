//! One figure for each area: people, deprivation.

use super::columns::Columns;
use super::rows::{Row, Rows};
use super::{FileError, Known, Out};
use crate::map::Map;
use crate::record::{DeprivationRecord, PopulationRecord};
use crate::text;
use std::collections::BTreeMap;

const CODE: (&str, &[&str]) = ("code", &["areacode", "code", "gsscode", "geographycode"]);

const PEOPLE: &[&str] = &[
    "people",
    "population",
    "totalpopulation",
    "allages",
    "totalresidents",
    "allpersons",
    "usualresidents",
    "persons",
    "pop",
    "total",
    "all",
    "count",
    "observation",
    "obsvalue",
    "value",
];

/// People by area. Several rows for one area that say the same are one figure; where there is a column of sexes, the rows
/// for everybody count.
pub(super) fn population(
    tables: &[Rows],
    map: &Map,
    known: &Known,
    out: &mut Out,
) -> Result<Vec<PopulationRecord>, FileError> {
    let fields: &[(&str, &[&str])] = &[CODE, ("people", PEOPLE), ("sex", &["sex", "gender", "sexlabel"])];
    let figures = by_area(tables, map, known, fields, "people", out, |columns, row| {
        let Some(given) = columns.get(row, "people") else {
            return Err(("people", String::new(), "missing".into()));
        };
        text::amount(given).map_err(|why| ("people", given.to_owned(), why))
    })?;
    Ok(figures
        .into_iter()
        .map(|((geography, code), people)| PopulationRecord { geography, code, people })
        .collect())
}

/// Deciles by area, from a column of deciles, or of ranks where the map says how many areas are ranked.
pub(super) fn deprivation(
    tables: &[Rows],
    map: &Map,
    known: &Known,
    out: &mut Out,
) -> Result<Vec<DeprivationRecord>, FileError> {
    let decile: &[&str] = &[
        "decile",
        "imddecile",
        "imddecil",
        "deprivationdecile",
        "indexofmultipledeprivationimddecile",
        "indexofmultipledeprivationdecile",
        "indexofmultipledeprivationimddecilewhere1ismostdeprived10oflsoas",
        "deciles",
    ];
    let fields: &[(&str, &[&str])] =
        &[CODE, ("decile", decile), ("rank", &["rank", "imdrank", "indexofmultipledeprivationimdrank"])];
    let ranked = map.areas_ranked;
    let needs_rank = tables.first().is_some_and(|t| {
        Columns::find(t, map, fields, &mut Out::default()).is_ok_and(|c| !c.has("decile") && c.has("rank"))
    });
    if needs_rank && ranked.is_none() {
        return Err(FileError {
            file: tables[0].file.clone(),
            reason: "it has ranks and no deciles; say in the map how many areas are ranked (areas_ranked)"
                .into(),
        });
    }
    let wanted = if needs_rank { "rank" } else { "decile" };
    let figures = by_area(tables, map, known, fields, wanted, out, |columns, row| {
        let Some(given) = columns.get(row, wanted) else {
            return Err((wanted, String::new(), "missing".into()));
        };
        let number = text::number(given).map_err(|why| (wanted, given.to_owned(), why))?;
        let decile = match ranked {
            Some(areas) if needs_rank && (1.0..=areas).contains(&number) => (number * 10.0 / areas).ceil(),
            Some(areas) if needs_rank => {
                return Err((wanted, given.to_owned(), format!("not a rank from 1 to {areas}")));
            }
            _ => number,
        };
        if decile.fract() == 0.0 && (1.0..=10.0).contains(&decile) {
            Ok(decile)
        } else {
            Err((
                wanted,
                given.to_owned(),
                "not a decile, a whole number from 1 (most deprived) to 10".into(),
            ))
        }
    })?;
    Ok(figures
        .into_iter()
        .map(|((geography, code), decile)| DeprivationRecord { geography, code, decile: decile as u8 })
        .collect())
}

type Refused = (&'static str, String, String);

fn by_area(
    tables: &[Rows],
    map: &Map,
    known: &Known,
    fields: &[(&'static str, &[&str])],
    wanted: &str,
    out: &mut Out,
    value: impl Fn(&Columns<'_>, &Row) -> Result<f64, Refused>,
) -> Result<BTreeMap<(String, String), f64>, FileError> {
    let mut columns =
        tables.iter().map(|t| Columns::find(t, map, fields, out)).collect::<Result<Vec<_>, FileError>>()?;
    let geography = known.areas_of(tables, &mut columns, map, out)?;
    let mut figures: BTreeMap<(String, String), (f64, u64)> = BTreeMap::new();
    for (table, columns) in tables.iter().zip(&columns) {
        if !columns.has(wanted) {
            return Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "no column for {wanted}; say in the map which it is. The columns are {}",
                    table.headers.join(", ")
                ),
            });
        }
        let everybody = |row: &&Row| {
            columns.get(row, "sex").is_none_or(|s| {
                matches!(
                    text::plain(s).as_str(),
                    "persons" | "person" | "all" | "total" | "both" | "allpersons" | "everyone"
                )
            })
        };
        let counted = table.rows.iter().filter(everybody).count();
        if counted < table.rows.len() {
            out.note(format!("{} rows for one sex are not counted again", table.rows.len() - counted));
        }
        for row in table.rows.iter().filter(everybody) {
            let Some(code) = columns.get(row, "code") else {
                out.reject(table, row, "code", "", "missing");
                continue;
            };
            if let Err(why) = known.check(&geography, code) {
                out.reject(table, row, "code", code, why);
                continue;
            }
            match value(columns, row) {
                Err((field, given, why)) => out.reject(table, row, field, &given, why),
                Ok(figure) => {
                    let first =
                        figures.entry((geography.clone(), code.to_owned())).or_insert((figure, row.line));
                    if first.0 != figure {
                        let why = format!("line {} gives another figure for {code}: {}", first.1, first.0);
                        out.reject(table, row, wanted, &figure.to_string(), why);
                    }
                }
            }
        }
    }
    Ok(figures.into_iter().map(|(key, (figure, _))| (key, figure)).collect())
}
