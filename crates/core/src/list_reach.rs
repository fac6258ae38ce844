//! How far lists that tell of a need reach, by where people live.

use crate::idx::{AreaIdx, NeedIdx};
use crate::index::{AreaIndex, AreaShape};
use crate::place::Place;
use crate::spread::{BaseIdx, PopulationSpread};
use crate::study::{Study, StudyExtent, StudyList};
use geo::{ConvexHull, MultiPoint};
use std::cell::OnceCell;

/// Less than this share of its people reached by a list that tells of a need, and a neighbourhood's supply is not known.
pub const NO_LIST_BELOW: f64 = 0.5;

/// Where a need's lists reach: base areas as a whole, and cells from inside a shape.
#[derive(Debug, Clone, PartialEq)]
pub enum ListReach {
    /// Wherever the study is.
    Everywhere,
    /// In some of it.
    Parts {
        /// By base area.
        bases: Vec<bool>,
        /// By cell.
        cells: Vec<bool>,
    },
}

impl ListReach {
    /// Whether the people of a base area in a cell are reached.
    #[must_use]
    pub fn holds(&self, base: BaseIdx, cell: u32) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Parts { bases, cells } => bases[base] || cells[cell as usize],
        }
    }

    /// Share of the people of an area (0–1) who are reached, exactly 1 where all are; by postcodes or land where people are
    /// not known. `None` for an area that no base area makes up.
    #[must_use]
    pub fn share_of(&self, spread: &PopulationSpread, area: AreaIdx) -> Option<f64> {
        share_where(spread, area, |base, cell| self.holds(base, cell))
    }

    /// The same by cell; where no base area is, whether the cell lies in a list's shape. Empty where lists reach everywhere.
    #[must_use]
    pub fn by_cell(&self, spread: &PopulationSpread) -> Vec<f64> {
        let Self::Parts { cells: inside, .. } = self else { return Vec::new() };
        let cells = inside.len();
        let mut sums = vec![(0.0, 0.0); cells];
        // Parts where nobody is known to live count where no others do.
        let mut empty = vec![(0.0, 0.0); cells];
        for base in 0..spread.base().len() {
            let people = spread.people(base).filter(|&people| people > 0.0);
            for &(cell, share) in spread.shares(base) {
                let of = if people.is_some() { &mut sums } else { &mut empty };
                let (all, known) = &mut of[cell as usize];
                let weight = people.unwrap_or(1.0) * share;
                *all += weight;
                *known += if self.holds(base, cell) { weight } else { 0.0 };
            }
        }
        let share = |(all, known): (f64, f64)| (all > 0.0).then(|| known / all);
        let inside = inside.iter().map(|&inside| f64::from(u8::from(inside)));
        let parts = sums.into_iter().zip(empty).zip(inside);
        parts.map(|((sum, empty), inside)| share(sum).or(share(empty)).unwrap_or(inside)).collect()
    }
}

/// Share of the people of an area (0–1) of whom something holds, exactly 1 where it holds of all; by postcodes or land where people
/// are not known. `None` for an area that no base area makes up.
#[must_use]
pub fn share_where(
    spread: &PopulationSpread,
    area: AreaIdx,
    holds: impl Fn(BaseIdx, u32) -> bool,
) -> Option<f64> {
    let bases = spread.bases_of(area);
    let divided = spread.divide(bases).into_iter().zip(bases).filter(|(share, _)| *share > 0.0);
    let holds = &holds;
    reached(divided.flat_map(|(share, &base)| {
        spread.shares(base).iter().map(move |&(cell, part)| (share * part, holds(base, cell)))
    }))
}

/// Share of the parts that are reached, exactly 0 where none is and 1 where all are; `None` without any.
fn reached(parts: impl Iterator<Item = (f64, bool)>) -> Option<f64> {
    let (mut all, mut known) = (0.0, 0.0);
    for (weight, is_known) in parts {
        all += weight;
        known += if is_known { weight } else { 0.0 };
    }
    (all > 0.0).then(|| known / all)
}

/// How far the lists of each need reach: all that tell of it, and those that say that they have all there is of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedReach {
    /// Lists that tell of it.
    pub told: ListReach,
    /// Those of them that are complete for a kind which mainly answers it.
    pub complete: ListReach,
}

/// Of every need, in order.
#[must_use]
pub fn by_need(study: &Study, spread: &PopulationSpread, origins: &[Place]) -> Vec<NeedReach> {
    let ground = Ground { study, spread, origins, bases: OnceCell::new() };
    let reaches: Vec<ListReach> = study.lists().iter().map(|list| ground.reach(&list.extent)).collect();
    let of = |told: &dyn Fn(&StudyList) -> bool| {
        let lists = study.lists().iter().zip(&reaches).filter(|(list, _)| told(list));
        ground.together(lists.map(|(_, reach)| reach))
    };
    let need = |need: NeedIdx| NeedReach {
        told: of(&|list| list.tells_of.contains(&need)),
        complete: of(&|list| list.complete_for.contains(&need)),
    };
    study.need_indices().map(need).collect()
}

/// What lists are laid over.
struct Ground<'a> {
    study: &'a Study,
    spread: &'a PopulationSpread,
    origins: &'a [Place],
    /// Base areas by what lies in them; only lists that do not say where they look ask.
    bases: OnceCell<AreaIndex>,
}

impl Ground<'_> {
    fn nowhere(&self) -> (Vec<bool>, Vec<bool>) {
        (vec![false; self.spread.base().len()], vec![false; self.origins.len()])
    }

    fn reach(&self, extent: &StudyExtent) -> ListReach {
        let (mut bases, mut cells) = self.nowhere();
        let (areas, shape) = match extent {
            StudyExtent::Everywhere => return ListReach::Everywhere,
            StudyExtent::Within { areas, shape } => (areas, shape.clone()),
            StudyExtent::AroundListings { places, areas } => {
                let index = self.bases.get_or_init(|| {
                    let base = self.spread.base().iter();
                    AreaIndex::new(base.map(|&area| (area, &self.study.areas()[area.get()])))
                });
                // What lies outside all areas says nothing of how far the list reaches among them.
                let mut inside = Vec::new();
                for place in places {
                    let holding = index.containing(*place);
                    let holding =
                        holding.iter().filter_map(|area| self.spread.base().binary_search(area).ok());
                    inside.extend(holding.map(|base| (base, place.point())));
                }
                inside.iter().for_each(|&(base, _)| bases[base] = true);
                let points: MultiPoint<f64> = inside.into_iter().map(|(_, point)| point).collect();
                (areas, points.convex_hull().into())
            }
        };
        for &base in areas.iter().flat_map(|&area| self.spread.bases_of(area)) {
            bases[base] = true;
        }
        // A cell is reached when its people set out from inside the shape; polygons of several maps may overlap.
        for polygon in shape {
            let shape = AreaShape::new(&polygon.into());
            for (cell, origin) in cells.iter_mut().zip(self.origins) {
                *cell |= shape.contains(*origin);
            }
        }
        ListReach::Parts { bases, cells }
    }

    fn together<'b>(&self, reaches: impl Iterator<Item = &'b ListReach>) -> ListReach {
        let (mut all_bases, mut all_cells) = self.nowhere();
        for reach in reaches {
            let ListReach::Parts { bases, cells } = reach else { return ListReach::Everywhere };
            all_bases.iter_mut().zip(bases).for_each(|(all, &one)| *all |= one);
            all_cells.iter_mut().zip(cells).for_each(|(all, &one)| *all |= one);
        }
        ListReach::Parts { bases: all_bases, cells: all_cells }
    }
}
