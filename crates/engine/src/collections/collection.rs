//! The collections, as one table: what each is called and holds.

use crate::rows::{AssetRow, GrantRow, StreetRow};
use crate::snapshot::Snapshot;
use crate::view::{CellRow, GapRow, NeighbourhoodRow};
use crate::wire::{FeatureRow, RowProperty};

/// A collection of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionId {
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

impl CollectionId {
    /// All, in the order shown.
    pub const ALL: [Self; 6] =
        [Self::Assets, Self::Neighbourhoods, Self::Gaps, Self::Cells, Self::Grants, Self::Streets];

    /// The one with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.id() == id)
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
    pub const fn properties(self) -> &'static [RowProperty] {
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

    /// What it means to ask for features of a time.
    #[must_use]
    pub const fn time_about(self) -> &'static str {
        match self {
            Self::Assets => "Only assets last verified on a day of this time: a day, a moment, or from/to.",
            Self::Grants => "Only grants awarded on a day of this time: a day, a moment, or from/to.",
            Self::Streets => "A day, a moment, or from/to; streets have no time and are all given.",
            Self::Neighbourhoods | Self::Gaps | Self::Cells => {
                "The latest quarter with a day in this time (a day, a moment, or from/to), unless period names one; \
                 nothing if there is none."
            }
        }
    }

    /// What it means to ask for features of a need; `None` where they are of none.
    #[must_use]
    pub const fn need_about(self) -> Option<&'static str> {
        match self {
            Self::Assets => Some("Only assets that answer this need."),
            Self::Gaps | Self::Cells => Some("Only this need."),
            Self::Neighbourhoods | Self::Grants | Self::Streets => None,
        }
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
}
