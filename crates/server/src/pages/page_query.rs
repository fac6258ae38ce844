//! The address is the only state of a page: what it asks for, checked, and how to ask for something near it.

use super::map_scale::MapMeasure;
use crate::error::ApiError;
use crate::http::query;
use geo::Rect;
use hereabouts_core::idx::{GeographyIdx, NeedIdx};
use hereabouts_core::period::Period;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::Scenario;

/// What a page was asked for. What is left at its default is left out of addresses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PageQuery {
    path: String,
    usual: PageDefaults,
    /// One need, or all of them.
    pub(crate) need: Option<NeedIdx>,
    /// The period; `None` in a study without demand.
    pub(crate) period: Option<Period>,
    /// The geography; `None` in a study without areas.
    pub(crate) geography: Option<GeographyIdx>,
    /// Listings at their word, or as likely as they are.
    pub(crate) reading: Scenario,
    /// What colours the map.
    pub(crate) measure: MapMeasure,
    /// The order of the table.
    pub(crate) sort: TableSort,
    /// Whole neighbourhoods, or cells.
    pub(crate) level: MapLevel,
    /// Code of the selected area.
    pub(crate) selected: Option<String>,
    /// What a narrow screen shows.
    pub(crate) show: NarrowView,
    /// Only areas whose name has this.
    pub(crate) name: Option<String>,
    /// Page of a long list, from 1.
    pub(crate) page: usize,
    /// The part of the map in sight.
    pub(crate) bounds: Option<Rect<f64>>,
}

/// What applies where the address is silent.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PageDefaults {
    period: Option<Period>,
    geography: Option<GeographyIdx>,
}

/// Column and direction of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableSort {
    /// The column.
    pub(crate) by: SortColumn,
    /// Least first.
    pub(crate) rising: bool,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As written in an address.
            pub(crate) const fn id(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// Columns a table can be sorted by.
    SortColumn {
        /// Name of the neighbourhood.
        Name = "name",
        /// How many people live there.
        People = "people",
        /// Deprivation decile.
        Decile = "decile",
        /// Referrals in the period.
        Referrals = "referrals",
        /// Unmet referrals in the period.
        Unmet = "unmet",
        /// Unmet referrals as a share.
        Share = "share",
        /// Minutes to the nearest provider.
        Nearest = "nearest",
        /// Share of people with a provider in reach.
        Reach = "reach",
        /// How sure the figures are.
        Sure = "sure",
    }
}
words! {
    /// What a list is made of.
    MapLevel {
        /// Neighbourhoods.
        Neighbourhood = "neighbourhood",
        /// H3 cells.
        Cell = "cell",
    }
}
words! {
    /// What is shown of a list: on a narrow screen the list or the map, on any the table of all figures.
    NarrowView {
        /// The list or table.
        List = "list",
        /// The map.
        Map = "map",
        /// Every figure, and no map.
        Table = "table",
    }
}

impl TableSort {
    /// Most unmet referrals first.
    pub(crate) const USUAL: Self = Self { by: SortColumn::Unmet, rising: false };

    /// As written in an address.
    pub(crate) fn write(self) -> String {
        format!("{}{}", if self.rising { "" } else { "-" }, self.by.id())
    }
}

impl PageQuery {
    /// What an empty address asks for.
    pub(crate) fn usual(path: &str, snapshot: &Snapshot) -> Self {
        let usual =
            PageDefaults { period: snapshot.default_period(), geography: snapshot.default_geography() };
        Self {
            path: path.to_owned(),
            usual,
            need: None,
            period: usual.period,
            geography: usual.geography,
            reading: Scenario::default(),
            measure: MapMeasure::Share,
            sort: TableSort::USUAL,
            level: MapLevel::Neighbourhood,
            selected: None,
            show: NarrowView::List,
            name: None,
            page: 1,
            bounds: None,
        }
    }

    /// The same of a page with its need in the path.
    pub(crate) fn about(mut self, need: NeedIdx) -> Self {
        self.need = Some(need);
        self
    }

    /// Whether an area's name has what was asked for.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref().is_none_or(|part| name.to_lowercase().contains(&part.trim().to_lowercase()))
    }

    /// The page's own path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Reads the query of a page that offers the parameters in `offered`. An empty value is the default.
    ///
    /// # Errors
    /// A parameter that is not offered, given twice, or not understood.
    pub(crate) fn read(
        path: &str,
        query: &str,
        offered: &[&str],
        snapshot: &Snapshot,
    ) -> Result<Self, ApiError> {
        let pairs = query::pairs(query)?;
        let mut asked = Self::usual(path, snapshot);
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &pairs {
            if !offered.contains(&name.as_str()) {
                let list = offered.join(", ");
                return Err(ApiError::parameter(
                    name,
                    format!("this page does not know it; it takes {list}"),
                ));
            }
            if seen.contains(&name.as_str()) {
                return Err(ApiError::parameter(name, "given twice"));
            }
            seen.push(name);
            if !value.is_empty() {
                asked.take(name, value, snapshot)?;
            }
        }
        // An area of another geography is not an error: geographies are changed while one is selected.
        if let (Some(code), Some(geography)) = (&asked.selected, asked.geography)
            && !snapshot.study().areas_of(geography).any(|(_, a)| &a.code == code)
        {
            if !snapshot.study().areas().iter().any(|a| &a.code == code) {
                return Err(ApiError::parameter("sel", format!("{code:?} is not the code of an area here")));
            }
            asked.selected = None;
        }
        Ok(asked)
    }

    fn take(&mut self, name: &str, value: &str, snapshot: &Snapshot) -> Result<(), ApiError> {
        let study = snapshot.study();
        let wrong =
            |would: String| ApiError::parameter(name, format!("{value:?} is not offered; use {would}"));
        let ids = |all: &mut dyn Iterator<Item = &str>| all.collect::<Vec<_>>().join(", ");
        match name {
            "need" => {
                let all = || ids(&mut study.needs().iter().map(|n| n.id.as_str()));
                self.need = Some(study.need(value).ok_or_else(|| wrong(all()))?);
            }
            "period" => {
                let all = || study.period_words(snapshot.as_of()).join(", ");
                self.period = Some(snapshot.period(value).ok_or_else(|| wrong(all()))?);
            }
            "geography" => {
                let all = || ids(&mut study.geographies().iter().map(|g| g.id.as_str()));
                self.geography = Some(study.geography(value).ok_or_else(|| wrong(all()))?);
            }
            "reading" => {
                let known = Scenario::ALL.into_iter().find(|r| r.as_str() == value);
                self.reading = known.ok_or_else(|| wrong("listed or likely".to_owned()))?;
            }
            "measure" => {
                let known = MapMeasure::ALL.into_iter().find(|m| m.id() == value);
                self.measure = known.ok_or_else(|| wrong("share or count".to_owned()))?;
            }
            "sort" => {
                let (column, rising) = value.strip_prefix('-').map_or((value, true), |rest| (rest, false));
                let by = SortColumn::ALL.iter().find(|c| c.id() == column);
                let all = || ids(&mut SortColumn::ALL.iter().map(|c| c.id()));
                let by = *by.ok_or_else(|| wrong(format!("one of {}, with - for most first", all())))?;
                self.sort = TableSort { by, rising };
            }
            "level" => {
                let known = MapLevel::ALL.iter().find(|l| l.id() == value);
                self.level = *known.ok_or_else(|| wrong("neighbourhood or cell".to_owned()))?;
            }
            "view" => {
                let known = NarrowView::ALL.iter().find(|s| s.id() == value);
                self.show = *known.ok_or_else(|| wrong("list, map or table".to_owned()))?;
            }
            "name" => self.name = Some(value.to_owned()),
            "page" => {
                let known = value.parse().ok().filter(|&n: &usize| (1..=1_000_000).contains(&n));
                self.page = known.ok_or_else(|| wrong("a whole number from 1".to_owned()))?;
            }
            "bb" => {
                let known = bounds(value);
                self.bounds =
                    Some(known.ok_or_else(|| wrong("west,south,east,north in degrees".to_owned()))?);
            }
            _ => self.selected = Some(value.to_owned()),
        }
        Ok(())
    }

    /// The address that asks for this on another page, as far as that page offers it.
    pub(crate) fn to(&self, path: &str, offered: &[&str], snapshot: &Snapshot) -> String {
        let terms = self.terms(snapshot).into_iter().filter(|(name, _)| offered.contains(name));
        query::address(path, &query::written(terms))
    }

    /// The address of the same page with something changed.
    pub(crate) fn with(&self, snapshot: &Snapshot, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.to(&self.path, ALL, snapshot)
    }

    /// Parameters that are not at their default, in a fixed order.
    pub(crate) fn terms(&self, snapshot: &Snapshot) -> Vec<(&'static str, String)> {
        let study = snapshot.study();
        let unless = |usual: bool, value: String| (!usual).then_some(value);
        let bounds =
            |b: Rect<f64>| format!("{:.4},{:.4},{:.4},{:.4}", b.min().x, b.min().y, b.max().x, b.max().y);
        [
            (
                "need",
                self.need
                    .filter(|_| !self.path.starts_with(OF_A_NEED))
                    .map(|n| study.needs()[n.get()].id.clone()),
            ),
            ("period", self.period.filter(|_| self.period != self.usual.period).map(|p| p.to_string())),
            (
                "geography",
                self.geography
                    .filter(|_| self.geography != self.usual.geography)
                    .map(|g| study.geographies()[g.get()].id.clone()),
            ),
            ("reading", unless(self.reading == Scenario::default(), self.reading.as_str().to_owned())),
            ("measure", unless(self.measure == MapMeasure::Share, self.measure.id().to_owned())),
            ("level", unless(self.level == MapLevel::Neighbourhood, self.level.id().to_owned())),
            ("sort", unless(self.sort == TableSort::USUAL, self.sort.write())),
            ("view", unless(self.show == NarrowView::List, self.show.id().to_owned())),
            ("name", self.name.clone()),
            ("page", unless(self.page == 1, self.page.to_string())),
            ("bb", self.bounds.map(bounds)),
            ("sel", self.selected.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// Every parameter of any page.
pub(crate) const ALL: &[&str] = &[
    "need",
    "period",
    "geography",
    "reading",
    "measure",
    "level",
    "sort",
    "view",
    "name",
    "page",
    "bb",
    "sel",
];

/// Pages with their need in the path and not in the query.
const OF_A_NEED: &str = "/needs/";

fn bounds(text: &str) -> Option<Rect<f64>> {
    let numbers: Vec<f64> = text.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
    let [west, south, east, north] = numbers[..] else { return None };
    let fits = (-180.0..=180.0).contains(&west)
        && (-180.0..=180.0).contains(&east)
        && (-90.0..=90.0).contains(&south)
        && (-90.0..=90.0).contains(&north);
    (fits && west < east && south < north).then(|| Rect::new((west, south), (east, north)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_four_numbers_the_right_way_round() {
        assert!(bounds("-2.5,53,-2,54").is_some());
        for bad in ["", "1,2,3", "1,2,3,4,5", "2,53,-2,54", "a,b,c,d", "NaN,0,1,1", "-200,0,1,1"] {
            assert!(bounds(bad).is_none(), "{bad}");
        }
    }
}
