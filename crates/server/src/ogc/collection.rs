//! The collections, as one table: what each holds, and what may be asked of it. Handlers, schemas and the API definition
//! all read it here.

use super::CRS84;
use crate::error::ApiError;
use crate::feature::{
    AssetRow, CellRow, GapRow, GrantRow, NeighbourhoodRow, Property, Reading, Row, StreetRow,
};
use crate::http::negotiate::{self, Form};
use crate::query::{Domain, Parameter};
use crate::snapshot::Snapshot;
use hereabouts_core::policy::CellResolution;

/// Features in one answer where no limit is asked for.
pub(super) const DEFAULT_LIMIT: usize = 100;
/// Features in one answer at most.
pub(super) const MAX_LIMIT: usize = 1_000;

/// A collection of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// What the community offers.
    Assets,
    /// Areas and their people.
    Neighbourhoods,
    /// Neighbourhood × need.
    Gaps,
    /// Cell × need.
    Cells,
    /// Money given to organisations.
    Grants,
    /// Where one may walk.
    Streets,
}

impl Collection {
    /// All, in the order shown.
    pub const ALL: [Self; 6] =
        [Self::Assets, Self::Neighbourhoods, Self::Gaps, Self::Cells, Self::Grants, Self::Streets];

    /// The one with this id.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub fn find(id: &str) -> Result<Self, ApiError> {
        let known = Self::ALL.into_iter().find(|c| c.id() == id);
        known.ok_or_else(|| ApiError::not_found(format!("collection {id}")))
    }

    /// As it stands in addresses.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::Neighbourhoods => "neighbourhoods",
            Self::Gaps => "gaps",
            Self::Cells => "cells",
            Self::Grants => "grants",
            Self::Streets => "streets",
        }
    }

    /// What a reader sees.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Assets => "Community assets",
            Self::Neighbourhoods => "Neighbourhoods",
            Self::Gaps => "Gaps by neighbourhood and need",
            Self::Cells => "Gaps by H3 cell and need",
            Self::Grants => "Grants",
            Self::Streets => "Streets that one may walk",
        }
    }

    /// What it holds, in a sentence or two.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Assets => "Places and groups that answer a need, with the chance that each still runs.",
            Self::Neighbourhoods => {
                "Areas reported on, with their people, their referrals for all needs, and whether these can be believed."
            }
            Self::Gaps => {
                "Referrals against the places that people can walk to, for every neighbourhood and need of a quarter. \
                 No data is not zero: see status."
            }
            Self::Cells => {
                "The same by hexagon. Referrals are spread over the cells of an area, and so modelled, unless a source gives \
                 them by cell."
            }
            Self::Grants => {
                "Money given to organisations, where it goes and how exactly that is known, with the assets that the \
                 recipient runs where that is safe to say."
            }
            Self::Streets => {
                "Streets and paths between junctions, along which minutes on foot are measured. Without any, minutes are \
                 straight lines."
            }
        }
    }

    /// What a feature carries.
    #[must_use]
    pub const fn properties(self) -> &'static [Property] {
        match self {
            Self::Assets => AssetRow::PROPERTIES,
            Self::Neighbourhoods => NeighbourhoodRow::PROPERTIES,
            Self::Gaps => GapRow::PROPERTIES,
            Self::Cells => CellRow::PROPERTIES,
            Self::Grants => GrantRow::PROPERTIES,
            Self::Streets => StreetRow::PROPERTIES,
        }
    }

    /// What geometries are, each of them, as GeoJSON calls it.
    #[must_use]
    pub const fn geometry(self) -> &'static str {
        match self {
            Self::Assets | Self::Grants => "Point",
            Self::Streets => "LineString",
            Self::Neighbourhoods | Self::Gaps | Self::Cells => "MultiPolygon",
        }
    }

    /// Whether its figures are those of a quarter and a geography.
    #[must_use]
    pub const fn has_view(self) -> bool {
        matches!(self, Self::Neighbourhoods | Self::Gaps | Self::Cells)
    }

    /// What `/items` takes: paging, place and time, what is looked at, and equality with every property.
    #[must_use]
    pub fn items_parameters(self, snapshot: &Snapshot) -> Vec<Parameter> {
        let mut all = vec![
            Parameter::new(
                "limit",
                "Features in one answer; the next ones are behind the link `next`. More than the maximum is taken for \
                 the maximum. CSV holds all features unless a limit is given.",
                Domain::Whole { min: 1, max: Some(MAX_LIMIT as u64), default: Some(DEFAULT_LIMIT as u64) },
            ),
            Parameter::new(
                "offset",
                "Features left out at the beginning.",
                Domain::Whole { min: 0, max: None, default: Some(0) },
            ),
            Parameter::new(
                "bbox",
                "Only features that touch this box: west, south, east, north in degrees (or with heights, which are not \
                 looked at). West greater than east is a box across the antimeridian.",
                Domain::Bbox,
            ),
            Parameter::new("datetime", self.datetime_about(), Domain::Interval).like("2025-01-01/.."),
        ];
        all.extend(self.view_parameters(snapshot));
        all.push(crs("bbox-crs", "The coordinate system of bbox."));
        all.push(crs("crs", "The coordinate system of the answer."));
        all.push(negotiate::parameter(&[Form::Json, Form::Html, Form::Csv]));
        for property in self.properties() {
            if !all.iter().any(|p| p.name == property.name) {
                all.push(Parameter::of_property(property));
            }
        }
        all
    }

    /// What `/items/{id}` takes: what is looked at.
    #[must_use]
    pub fn feature_parameters(self, snapshot: &Snapshot) -> Vec<Parameter> {
        let mut all = self.view_parameters(snapshot);
        // The need and the size of a cell are part of the id.
        all.retain(|p| p.name != "need" && p.name != "resolution");
        all.push(crs("crs", "The coordinate system of the answer."));
        all.push(negotiate::parameter(&[Form::Json, Form::Html]));
        all
    }

    /// Id of some feature, for who reads the definition; `None` where there is none.
    #[must_use]
    pub fn example(self, snapshot: &Snapshot) -> Option<String> {
        let study = snapshot.study();
        let need = || study.needs().first().map(|n| n.id.as_str());
        let area = || study.areas_of(snapshot.default_geography()?).find(|(_, area)| area.reporting);
        match self {
            Self::Assets => study.assets().first().map(|a| a.asset.id.clone()),
            Self::Neighbourhoods => area().map(|(_, area)| area.code.clone()),
            Self::Gaps => Some(format!("{}:{}", area()?.1.code, need()?)),
            Self::Cells => {
                let grid = snapshot.analysis().grid();
                let cell = *grid.cells_of(area()?.0).first()?;
                Some(format!("{}:{}", grid.cells()[cell as usize], need()?))
            }
            Self::Grants => snapshot.grants().first().map(|g| g.record.id.clone()),
            Self::Streets => snapshot.network().edges().first().map(|_| "0".to_owned()),
        }
    }

    const fn datetime_about(self) -> &'static str {
        match self {
            Self::Assets => "Only assets last verified on a day of this time: a day, a moment, or from/to.",
            Self::Grants => "Only grants awarded on a day of this time: a day, a moment, or from/to.",
            Self::Streets => "A day, a moment, or from/to; streets have no time and are all given.",
            _ => {
                "The latest quarter with a day in this time (a day, a moment, or from/to), unless period names one; \
                 nothing if there is none."
            }
        }
    }

    /// What chooses the figures looked at.
    pub(crate) fn view_parameters(self, snapshot: &Snapshot) -> Vec<Parameter> {
        let study = snapshot.study();
        let needs = || study.needs().iter().map(|n| n.id.clone()).collect();
        let mut all = Vec::new();
        if !matches!(self, Self::Neighbourhoods | Self::Grants | Self::Streets) {
            let about =
                if self == Self::Assets { "Only assets that answer this need." } else { "Only this need." };
            all.push(Parameter::new("need", about, Domain::Choice { of: needs(), default: None }));
        }
        if self.has_view() {
            all.push(Parameter::new(
                "period",
                "The quarter of the referrals.",
                Domain::Choice {
                    of: study.quarters().iter().map(ToString::to_string).collect(),
                    default: snapshot.default_quarter().map(|q| q.to_string()),
                },
            ));
            all.push(Parameter::new(
                "geography",
                "The neighbourhoods reported on.",
                Domain::Choice {
                    of: study.geographies().iter().map(|g| g.id.clone()).collect(),
                    default: snapshot.default_geography().map(|g| study.geographies()[g.get()].id.clone()),
                },
            ));
        }
        if matches!(self, Self::Gaps | Self::Cells) {
            all.push(Parameter::new(
                "reading",
                "Which figures stand in places, access and unmet, and order the answer: every listing taken at its word, \
                 or weighted by the chance that it still runs.",
                Domain::Choice {
                    of: Reading::ALL.map(|r| r.as_str().to_owned()).to_vec(),
                    default: Some(Reading::default().as_str().to_owned()),
                },
            ));
        }
        if self == Self::Cells {
            let finest = snapshot.policy().resolution.get();
            let offered = (0..=finest).filter(|r| CellResolution::new(*r).is_ok());
            all.push(Parameter::new(
                "resolution",
                "H3 resolution of the cells: that of the analysis, or coarser (counts summed, access the mean over \
                 referrals).",
                Domain::Choice { of: offered.map(|r| r.to_string()).collect(), default: Some(finest.to_string()) },
            ));
        }
        // A study without areas or demand has nothing to choose from.
        all.retain(|p| !matches!(&p.domain, Domain::Choice { of, .. } if of.is_empty()));
        all
    }
}

fn crs(name: &'static str, about: &str) -> Parameter {
    let domain = Domain::Choice { of: vec![CRS84.to_owned()], default: Some(CRS84.to_owned()) };
    Parameter::new(name, about, domain)
}
