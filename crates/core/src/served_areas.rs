//! The cells that an asset serves, where it does not serve whoever comes.

use crate::asset::{AreaExtent, ServiceArea};
use crate::grid::CellGrid;
use crate::index::PlaceIndex;
use crate::place::Place;
use crate::study::Study;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Finds the cells of service areas, each area once: a council's hundred services have one between them.
#[derive(Debug)]
pub struct ServedAreas<'a> {
    study: &'a Study,
    grid: &'a CellGrid,
    centres: OnceCell<PlaceIndex>,
    known: BTreeMap<String, usize>,
    sets: Vec<Vec<u32>>,
}

impl<'a> ServedAreas<'a> {
    /// Of a study on its grid.
    #[must_use]
    pub const fn new(study: &'a Study, grid: &'a CellGrid) -> Self {
        Self { study, grid, centres: OnceCell::new(), known: BTreeMap::new(), sets: Vec::new() }
    }

    /// Position of the set of cells served; `None` is whoever comes. A cell is served whole when its centre lies in the
    /// extent, or, for a postcode, when one of its live postcodes does.
    pub fn set_of(&mut self, serves: &ServiceArea) -> Option<usize> {
        let extents = match serves {
            ServiceArea::Anyone => return None,
            ServiceArea::Remote => &[AreaExtent::Everywhere][..],
            ServiceArea::Within(extents) => extents,
        };
        let key = format!("{extents:?}");
        if let Some(&set) = self.known.get(&key) {
            return Some(set);
        }
        let mut cells: Vec<u32> = extents.iter().flat_map(|extent| self.cells(extent)).collect();
        cells.sort_unstable();
        cells.dedup();
        self.sets.push(cells);
        self.known.insert(key, self.sets.len() - 1);
        Some(self.sets.len() - 1)
    }

    /// The sets, each rising.
    #[must_use]
    pub fn into_sets(self) -> Vec<Vec<u32>> {
        self.sets
    }

    fn cells(&self, extent: &AreaExtent) -> Vec<u32> {
        match extent {
            AreaExtent::Everywhere => (0..self.grid.cells().len() as u32).collect(),
            AreaExtent::Area { geography, code } => self
                .study
                .area(geography, code)
                .map_or_else(Vec::new, |area| self.grid.cells_of(area).to_vec()),
            AreaExtent::Postcode(code) => {
                // Sorted by code, so that those that begin alike stand together.
                let all = self.study.postcodes();
                let first = all.partition_point(|p| p.code.as_str() < code.as_str());
                let alike = all[first..].iter().take_while(|p| p.code.starts_with(code.as_str()));
                let inside = alike.filter(|p| is_part(&p.code, code));
                inside.filter_map(|p| self.grid.cell_at(p.place)).map(|cell| cell as u32).collect()
            }
            AreaExtent::Circle { centre, radius } => {
                let centres = self.centres.get_or_init(|| {
                    let places: Vec<Place> =
                        (0..self.grid.cells().len()).map(|c| self.grid.centre(c)).collect();
                    PlaceIndex::new(&places)
                });
                centres.within(*centre, *radius).into_iter().map(|(cell, _)| cell as u32).collect()
            }
        }
    }
}

/// Whether a postcode lies in an outward code (`M9`), a sector (`M9 4`) or is the one meant: `M9` has no part in `M90 1AA`.
fn is_part(code: &str, of: &str) -> bool {
    code.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || of.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::is_part;

    #[test]
    fn an_outward_code_is_not_part_of_a_longer_one() {
        assert!(is_part("M9 4AB", "M9") && is_part("M9 4AB", "M9 4") && is_part("M9 4AB", "M9 4AB"));
        assert!(!is_part("M90 1AA", "M9") && !is_part("M8 4AB", "M9"));
    }
}
