//! Grants, with the areas they are for and the assets that their recipients run.

use geo::{BoundingRect, Contains, Point};
use hereabouts_core::grid::CellGrid;
use hereabouts_core::idx::AreaIdx;
use hereabouts_core::place::Place;
use hereabouts_core::study::Study;
use hereabouts_data::linkage::grant_recipients::funded;
use hereabouts_data::record::{AssetRecord, GrantPrecision, GrantRecord, LocationPrecision};
use std::collections::BTreeMap;

/// A grant and what the study knows of it.
#[derive(Debug, Clone)]
pub struct LocatedGrant {
    /// As published.
    pub record: GrantRecord,
    /// How exactly it is shown where it goes.
    pub precision: GrantPrecision,
    /// Where it is shown: its place, else a point inside the first of its areas that the study knows.
    pub place: Option<Place>,
    /// Positions of the assets that its recipient runs, rising.
    pub assets: Vec<usize>,
}

/// Joins grants to areas and assets. Money for a place that is not told to the door is shown by its district: its exact place
/// would tell the other.
pub(super) fn join(
    study: &Study,
    grid: &CellGrid,
    listings: &[AssetRecord],
    records: Vec<GrantRecord>,
) -> Vec<LocatedGrant> {
    let mut by_code: BTreeMap<&str, AreaIdx> = BTreeMap::new();
    for (at, area) in study.area_indices().zip(study.areas()) {
        by_code.entry(&area.code).or_insert(at);
    }
    let lies_in = |code: &str, [x, y]: [f64; 2]| {
        let boundary = &study.areas()[by_code.get(code)?.get()].boundary;
        let place = Point::new(x, y);
        Some(boundary.bounding_rect()?.contains(&place) && boundary.contains(&place))
    };
    let assets = funded(&records, listings, lies_in);
    let all = records.into_iter().zip(assets).map(|(record, assets)| {
        let all_exact = assets.iter().all(|&at| listings[at].location_precision == LocationPrecision::Exact);
        let precision = record.precision();
        let precision = if all_exact { precision } else { precision.max(GrantPrecision::District) };
        let exact = record.beneficiaries.iter().find_map(|b| b.place);
        let exact = exact.filter(|_| precision == GrantPrecision::Place);
        let exact = exact.and_then(|[lon, lat]| Place::new(lon, lat).ok());
        let area = || {
            let mut codes = record.beneficiaries.iter().filter_map(|b| b.area.as_deref());
            codes.find_map(|code| by_code.get(code))
        };
        let place = exact.or_else(|| area().map(|&area| grid.inside(area)));
        LocatedGrant { record, precision, place, assets }
    });
    all.collect()
}
