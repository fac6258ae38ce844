//! Outlines of what is reached, which hold whom it counts.

use crate::snapshot::Snapshot;
use crate::wire::cells_outline;
use geo::BooleanOps;
use geo_types::MultiPolygon;
use hereabouts_core::index::AreaShape;
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;
use hereabouts_streets::WalkGraph;

/// Cells that are reached, by position, with their minutes.
type ReachedCells<'a> = &'a [(usize, f64)];

/// Around the cells of each band. Where nobody lives and no street is known, at sea or on a moor, nobody goes.
pub(super) fn around_cells(
    snapshot: &Snapshot,
    cells: ReachedCells<'_>,
    minutes: &[Minutes],
) -> Vec<MultiPolygon<f64>> {
    let is_somewhere = |cell: usize| has_people(snapshot, cell) || snapshot.knows_streets(cell);
    minutes
        .iter()
        .map(|limit| around(snapshot, within(cells, *limit).filter(|&cell| is_somewhere(cell))))
        .collect()
}

/// Around the streets of each band, and around whoever is counted and lives away from them: where streets are not known people
/// are reached in a straight line, and some live farther off a street than is drawn beside it.
pub(super) fn on_foot(
    snapshot: &Snapshot,
    streets: &WalkGraph,
    from: Place,
    cells: ReachedCells<'_>,
    minutes: &[Minutes],
) -> Vec<MultiPolygon<f64>> {
    let outlines = streets.outlines(from, minutes, snapshot.policy().detour);
    let origins = snapshot.analysis().origins();
    let band = |(outline, limit): (MultiPolygon<f64>, &Minutes)| {
        let shape = AreaShape::new(&outline);
        let away = within(cells, *limit)
            .filter(|&cell| has_people(snapshot, cell) && !shape.contains(origins[cell]));
        let away = around(snapshot, away);
        if away.0.is_empty() { outline } else { outline.union(&away) }
    };
    outlines.into_iter().zip(minutes).map(band).collect()
}

fn within(cells: ReachedCells<'_>, limit: Minutes) -> impl Iterator<Item = usize> {
    cells.iter().filter(move |cell| cell.1 <= limit.get()).map(|cell| cell.0)
}

fn has_people(snapshot: &Snapshot, cell: usize) -> bool {
    snapshot.analysis().people()[cell] > 0.0
}

fn around(snapshot: &Snapshot, cells: impl Iterator<Item = usize>) -> MultiPolygon<f64> {
    let all = snapshot.analysis().grid().cells();
    cells_outline(cells.map(|cell| all[cell]))
}
