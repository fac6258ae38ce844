//! Areas as H3 cells. The only door to the tiler.

use crate::place::Place;
use crate::policy::CellResolution;
use crate::study::{AreaIdx, GeographyIdx, Study};
use geo::{Centroid, InteriorPoint, MultiPolygon};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng};

/// Cells of a study. Within a geography each cell has at most one owner: the area that contains its centre.
#[derive(Debug, Clone)]
pub struct Grid {
    resolution: CellResolution,
    cells: Vec<CellIndex>,
    owner: Vec<Vec<Option<AreaIdx>>>,
    cells_of: Vec<Vec<u32>>,
    inside: Vec<Place>,
}

impl Grid {
    /// Tiles every area. `also` adds the cells of these places (postcodes near a border stand in cells whose centre lies
    /// in the next area, or in none).
    ///
    /// Where areas of one geography overlap, the first by code owns the cell.
    #[must_use]
    pub fn new(study: &Study, resolution: CellResolution, also: &[Place]) -> Self {
        let filled: Vec<Vec<CellIndex>> =
            study.areas().iter().map(|a| cells_with_centre_in(&a.boundary, resolution)).collect();
        let inside: Vec<Place> = study.areas().iter().map(|a| inside_point(&a.boundary)).collect();

        let mut cells: Vec<CellIndex> = filled.iter().flatten().copied().collect();
        cells.extend(inside.iter().chain(also).filter_map(|p| cell_of(*p, resolution)));
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
    pub fn rim(&self) -> Vec<Place> {
        let covered = |cell: &CellIndex| self.cells.binary_search(cell).is_ok_and(|at| self.is_covered(at));
        let neighbours =
            |cell: CellIndex| cell.grid_disk::<Vec<_>>(1).into_iter().filter(move |c| *c != cell);
        let mut rim: Vec<CellIndex> = (0..self.cells.len())
            .filter(|&at| self.is_covered(at))
            .flat_map(|at| neighbours(self.cells[at]))
            .filter(|c| !covered(c))
            .collect();
        rim.sort_unstable();
        rim.dedup();
        rim.retain(|&c| neighbours(c).filter(|n| !covered(n)).count() > 1);
        rim.into_iter().map(centre_of).collect()
    }
}

/// Cells at `resolution` whose centre lies in the polygons, sorted: adjoining polygons share none.
#[must_use]
pub fn cells_with_centre_in(boundary: &MultiPolygon<f64>, resolution: CellResolution) -> Vec<CellIndex> {
    let mut tiler =
        TilerBuilder::new(resolution.h3()).containment_mode(ContainmentMode::ContainsCentroid).build();
    for polygon in boundary {
        // A polygon that the tiler refuses (fewer than three corners) holds no cell's centre.
        let _ = tiler.add(polygon.clone());
    }
    let mut cells: Vec<CellIndex> = tiler.into_coverage().collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

/// The cell that holds a place.
#[must_use]
pub fn cell_of(place: Place, resolution: CellResolution) -> Option<CellIndex> {
    Some(LatLng::new(place.lat(), place.lon()).ok()?.to_cell(resolution.h3()))
}

/// Centre of a cell.
#[must_use]
pub fn centre_of(cell: CellIndex) -> Place {
    let at = LatLng::from(cell);
    // An H3 centre is always in range; the equator stands in for what cannot happen.
    Place::new(at.lng(), at.lat()).unwrap_or(Place::ORIGIN)
}

/// A point inside the polygons, the centroid's nearest if it lies outside.
fn inside_point(boundary: &MultiPolygon<f64>) -> Place {
    boundary
        .interior_point()
        .or_else(|| boundary.centroid())
        .and_then(|p| Place::new(p.x(), p.y()).ok())
        .unwrap_or(Place::ORIGIN)
}
