//! What could be started, and what it costs: the table that the program carries, or a deployment's own.

use crate::table_file::{TableError, TableRow, rows};
use crate::text;
use hereabouts_core::kind::AssetKind;
use hereabouts_core::need::Need;

/// The table that the program carries.
pub const COSTS: &str = include_str!("../../../data/costs.csv");

/// A sum of money with its range, in the currency of the deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostRange {
    /// What is reckoned with.
    pub usual: f64,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
}

/// Something that could be started at a venue, one row of `costs.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Stable id, e.g. `advice-session`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// The need it answers, an id of the needs table.
    pub need: String,
    /// Kinds of venue where it can be; empty is any.
    pub venues: Vec<String>,
    /// Places at a session. Above 0.
    pub places: f64,
    /// Sessions in a quarter. Above 0.
    pub sessions: f64,
    /// What it costs to start.
    pub start: CostRange,
    /// What a year of it costs.
    pub year: CostRange,
    /// Where the figures come from.
    pub source: String,
}

/// Everything that could be started.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CostTable(Vec<Offer>);

impl CostTable {
    /// The table that the program carries, without what answers a need that is not among these.
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn built_in(needs: &[Need], kinds: &[AssetKind]) -> Result<Self, TableError> {
        Self::read(("costs.csv", COSTS), needs, kinds, false)
    }

    /// Reads a table, given as its name and text.
    ///
    /// # Errors
    /// [`TableError`] for the first value that cannot be used.
    pub fn parse(table: (&str, &str), needs: &[Need], kinds: &[AssetKind]) -> Result<Self, TableError> {
        Self::read(table, needs, kinds, true)
    }

    fn read(
        table: (&str, &str),
        needs: &[Need],
        kinds: &[AssetKind],
        strict: bool,
    ) -> Result<Self, TableError> {
        let mut offers = Vec::new();
        for row in rows(table)? {
            let offer = offer(&row)?;
            let knows_need = needs.iter().any(|need| need.id == offer.need);
            if strict && !knows_need {
                return Err(row.wrong("need", &offer.need, "not in the needs table"));
            }
            let strange = offer.venues.iter().find(|venue| !kinds.iter().any(|kind| kind.id == **venue));
            if let (true, Some(venue)) = (strict, strange) {
                return Err(row.wrong("venues", venue, "not in the kinds table"));
            }
            if knows_need {
                offers.push(offer);
            }
        }
        Ok(Self(offers))
    }

    /// All of them, in the order of the table.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        &self.0
    }

    /// The one with this id.
    #[must_use]
    pub fn offer(&self, id: &str) -> Option<&Offer> {
        self.0.iter().find(|offer| offer.id == id)
    }

    /// Those that answer a need.
    pub fn of<'a>(&'a self, need: &'a str) -> impl Iterator<Item = &'a Offer> {
        self.0.iter().filter(move |offer| offer.need == need)
    }
}

impl Offer {
    /// What the first year costs: the start, and a year.
    #[must_use]
    pub fn first_year(&self) -> CostRange {
        CostRange {
            usual: self.start.usual + self.year.usual,
            low: self.start.low + self.year.low,
            high: self.start.high + self.year.high,
        }
    }

    /// Place-sessions in a quarter.
    #[must_use]
    pub fn places_per_quarter(&self) -> f64 {
        self.places * self.sessions
    }
}

fn offer(row: &TableRow) -> Result<Offer, TableError> {
    let venues = row.optional("venues").unwrap_or_default().split(';').map(str::trim);
    Ok(Offer {
        id: row.required("id")?.to_owned(),
        label: row.required("label")?.to_owned(),
        need: row.required("need")?.to_owned(),
        venues: venues.filter(|venue| !venue.is_empty()).map(str::to_owned).collect(),
        places: row.above_zero("places")?,
        sessions: row.above_zero("sessions_per_quarter")?,
        start: range(row, "start")?,
        year: range(row, "year")?,
        source: row.required("source")?.to_owned(),
    })
}

/// A sum and its range; without one the range is the sum itself.
fn range(row: &TableRow, field: &str) -> Result<CostRange, TableError> {
    let money = |field: &str, given: &str| {
        let sum = text::number(given).ok().filter(|sum| sum.is_finite() && *sum >= 0.0);
        sum.ok_or_else(|| row.wrong(field, given, "not a sum of money from 0"))
    };
    let usual = money(field, row.required(field)?)?;
    let end = |end: &str| {
        let field = format!("{field}_{end}");
        row.optional(&field).map_or(Ok(usual), |given| money(&field, given))
    };
    let (low, high) = (end("low")?, end("high")?);
    if low > usual || usual > high {
        let given = format!("{low} to {high}");
        return Err(row.wrong(field, &given, format!("a range that does not hold {usual}")));
    }
    Ok(CostRange { usual, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Tables;

    #[test]
    fn every_need_has_something_that_could_be_started() {
        let tables = Tables::built_in().unwrap();
        let costs = CostTable::parse(("costs.csv", COSTS), &tables.needs, &tables.kinds).unwrap();
        for need in &tables.needs {
            let offer = costs.of(&need.id).next().unwrap_or_else(|| panic!("nothing for {}", need.id));
            let year = offer.first_year();
            assert!(year.low < year.usual && year.usual < year.high, "{offer:?}");
            assert!(offer.source.starts_with("judgement: "), "{offer:?}");
        }
        assert_eq!(tables.costs, costs);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let tables = Tables::built_in().unwrap();
        let read = |line: &str| {
            let head = COSTS.lines().next().unwrap();
            let text = format!("{head}\n{line}\n");
            CostTable::parse(("own.csv", &text), &tables.needs, &tables.kinds).map_err(|e| e.to_string())
        };
        let good = "tea,Tea,food,cafe;pub,4,13,10,,,100,90,130,a quote";
        let costs = read(good).unwrap();
        assert_eq!(costs.offers()[0].start, CostRange { usual: 10.0, low: 10.0, high: 10.0 });
        assert_eq!(costs.offer("tea").unwrap().places_per_quarter(), 52.0);
        let cases = [
            ("tea,Tea,tea,,4,13,10,,,100,,,q", "own.csv:2: need \"tea\": not in the needs table"),
            ("tea,Tea,food,castle,4,13,10,,,100,,,q", "own.csv:2: venues \"castle\": not in the kinds table"),
            ("tea,Tea,food,,0,13,10,,,100,,,q", "own.csv:2: places \"0\": not a number above 0"),
            ("tea,Tea,food,,4,13,-1,,,100,,,q", "own.csv:2: start \"-1\": not a sum of money from 0"),
            (
                "tea,Tea,food,,4,13,10,,,100,120,,q",
                "own.csv:2: year \"120 to 100\": a range that does not hold 100",
            ),
            ("tea,Tea,food,,4,13,10,,,100,,,", "own.csv:2: source \"\": missing"),
        ];
        for (line, error) in cases {
            assert_eq!(read(line).unwrap_err(), error);
        }
    }
}
