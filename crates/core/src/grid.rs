//! Areas as H3 cells; cells travel from here as their index.

use crate::cell::{CellResolution, cell_of, centre_of};
use crate::cell_fill::{MOST_ASKED, asked, cells_with_centre_in};
use crate::idx::{AreaIdx, GeographyIdx};
use crate::index::AreaIndex;
use crate::place::Place;
use crate::study::Study;
use geo::{Centroid, InteriorPoint, MultiPolygon};
use h3o::{CellIndex, Resolution};
use rayon::prelude::*;

/// Cells of a study. Within a geography each cell has at most one owner: the area that contains its centre.
#[derive(Debug, Clone)]
pub struct CellGrid {
    resolution: CellResolution,
    cells: Vec<CellIndex>,
    owner: Vec<Vec<Option<AreaIdx>>>,
    cells_of: Vec<Vec<u32>>,
    inside: Vec<Place>,
}

impl CellGrid {
    /// Tiles every area. `also` adds the cells of those of these places that lie in an area (postcodes near a border stand in
    /// cells whose centre lies in the next area, or in none): what lies outside all of them is nobody's here.
    ///
    /// Where areas of one geography overlap, the first by code owns the cell.
    #[must_use]
    pub fn new(study: &Study, resolution: CellResolution, also: &[Place]) -> Self {
        let filled: Vec<Vec<CellIndex>> =
            study.areas().par_iter().map(|a| cells_with_centre_in(&a.boundary, resolution.h3())).collect();
        let inside: Vec<Place> = study.areas().iter().map(|a| inside_point(&a.boundary)).collect();

        let mut cells: Vec<CellIndex> = filled.iter().flatten().copied().collect();
        cells.extend(inside.iter().filter_map(|p| cell_of(*p, resolution)));
        // Land beyond the last owned cell stands in a neighbour of one.
        let owned: Vec<CellIndex> = filled.iter().flatten().copied().collect();
        cells.extend(owned.into_iter().flat_map(|c| c.grid_disk::<Vec<_>>(1)));
        cells.sort_unstable();
        cells.dedup();
        let more = beyond(study, also, resolution, &cells);
        cells.extend(more);
        cells.sort_unstable();
        cells.dedup();

        let mut owner = vec![vec![None; cells.len()]; study.geographies().len()];
        let mut cells_of = vec![Vec::new(); study.areas().len()];
        for geography in study.geography_indices() {
            for (area, _) in study.areas_of(geography) {
                for cell in &filled[area.get()] {
                    if let Ok(at) = cells.binary_search(cell)
                        && owner[geography.get()][at].is_none()
                    {
                        owner[geography.get()][at] = Some(area);
                        cells_of[area.get()].push(at as u32);
                    }
                }
            }
        }
        Self { resolution, cells, owner, cells_of, inside }
    }

    /// Size of the cells.
    #[must_use]
    pub const fn resolution(&self) -> CellResolution {
        self.resolution
    }

    /// All cells, rising by index.
    #[must_use]
    pub fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    /// The area of `geography` that contains the centre of the cell at this position.
    #[must_use]
    pub fn owner(&self, geography: GeographyIdx, cell: usize) -> Option<AreaIdx> {
        self.owner[geography.get()][cell]
    }

    /// Positions of the cells that an area owns, rising; empty for an area too small to contain a cell's centre.
    #[must_use]
    pub fn cells_of(&self, area: AreaIdx) -> &[u32] {
        &self.cells_of[area.get()]
    }

    /// A point inside the area.
    #[must_use]
    pub fn inside(&self, area: AreaIdx) -> Place {
        self.inside[area.get()]
    }

    /// How much of an area's land lies in which cells: cells two resolutions finer (49 to a cell) counted by their parent,
    /// or fewer for an area so large that hardly any of its cells lie on its border.
    /// Positions of cells, sorted, one for each finer cell; empty for an area too small to contain the centre of any.
    #[must_use]
    pub fn land_of(&self, boundary: &MultiPolygon<f64>) -> Vec<u32> {
        let own = self.resolution.h3();
        let mut finer = [own.succ().and_then(Resolution::succ), own.succ()].into_iter().flatten();
        let finer = finer.find(|&r| asked(boundary, r) <= MOST_ASKED).unwrap_or(own);
        // Finer cells are sorted, hence those of one parent stand together.
        let mut last = None;
        let mut position = |parent: CellIndex| match last {
            Some((same, at)) if same == parent => at,
            _ => last.insert((parent, self.cells.binary_search(&parent).ok())).1,
        };
        let mut land: Vec<u32> = cells_with_centre_in(boundary, finer)
            .into_iter()
            .filter_map(|cell| position(cell.parent(own)?))
            .map(|at| at as u32)
            .collect();
        land.sort_unstable();
        land
    }

    /// Positions of the study's cells in a cell of any size, rising: the one that holds it, if it is no larger than they are.
    #[must_use]
    pub fn cells_within(&self, cell: CellIndex) -> Vec<u32> {
        let own = self.resolution.h3();
        let at = |cell: CellIndex| self.cells.binary_search(&cell).ok().map(|at| at as u32);
        match cell.parent(own) {
            Some(holds_it) => at(holds_it).into_iter().collect(),
            None => cell.children(own).filter_map(at).collect(),
        }
    }

    /// Position of the cell that holds a place, if it is one of the study's.
    #[must_use]
    pub fn cell_at(&self, place: Place) -> Option<usize> {
        self.cells.binary_search(&cell_of(place, self.resolution)?).ok()
    }

    /// Centre of the cell at this position.
    #[must_use]
    pub fn centre(&self, cell: usize) -> Place {
        centre_of(self.cells[cell])
    }

    /// Whether any area owns the cell.
    #[must_use]
    pub fn is_covered(&self, cell: usize) -> bool {
        self.owner.iter().any(|by_cell| by_cell[cell].is_some())
    }

    /// Centres of the cells just outside what the areas cover: where the data end.
    ///
    /// A lone uncovered cell among covered ones is a crack between simplified boundaries, not an edge.
    #[must_use]
    pub fn edge(&self) -> Vec<Place> {
        let covered = |cell: &CellIndex| self.cells.binary_search(cell).is_ok_and(|at| self.is_covered(at));
        let neighbours =
            |cell: CellIndex| cell.grid_disk::<Vec<_>>(1).into_iter().filter(move |c| *c != cell);
        let mut edge: Vec<CellIndex> = (0..self.cells.len())
            .filter(|&at| self.is_covered(at))
            .flat_map(|at| neighbours(self.cells[at]))
            .filter(|c| !covered(c))
            .collect();
        edge.sort_unstable();
        edge.dedup();
        edge.retain(|&c| neighbours(c).filter(|n| !covered(n)).count() > 1);
        edge.into_iter().map(centre_of).collect()
    }
}

/// Cells of places that lie in an area, of those that are not among `cells`. Most places are in a cell that is, and need not be
/// looked up.
fn beyond(
    study: &Study,
    places: &[Place],
    resolution: CellResolution,
    cells: &[CellIndex],
) -> Vec<CellIndex> {
    let placed = places.iter().filter_map(|place| Some((*place, cell_of(*place, resolution)?)));
    let mut placed = placed.filter(|(_, cell)| cells.binary_search(cell).is_err()).peekable();
    if placed.peek().is_none() {
        return Vec::new();
    }
    let areas = AreaIndex::of_all(study.areas());
    placed.filter(|(place, _)| !areas.containing(*place).is_empty()).map(|(_, cell)| cell).collect()
}

/// A point inside the polygons, the centroid's nearest if it lies outside.
fn inside_point(boundary: &MultiPolygon<f64>) -> Place {
    boundary
        .interior_point()
        .or_else(|| boundary.centroid())
        .and_then(|p| Place::new(p.x(), p.y()).ok())
        .unwrap_or(Place::ORIGIN)
}
