//! Every row with every property, as CSV, JSON or GeoJSON.

use super::heading::TableHeading;
use super::{GapFormat, GapQuestion};
use anyhow::Result;
use hereabouts_engine::view::{CellLayer, CellRow};
use hereabouts_engine::wire::{CsvWriter, FeatureRow, WrittenGeometry, cell_geometry, write_feature};
use std::io::Write;
use std::sync::Arc;

pub(crate) fn neighbourhoods(asked: &GapQuestion<'_>, format: GapFormat, to: &mut impl Write) -> Result<()> {
    let study = asked.snapshot.study();
    let rows = asked.gaps().filter_map(|gap| {
        let row = asked.view.gap_row(study, gap, asked.reading)?;
        let id = format!("{}:{}", row.area_code, row.need);
        Some((id, row, move || asked.snapshot.boundary(gap.area).cloned()))
    });
    write(&TableHeading::new(asked), "gaps", format, rows, to)
}

pub(crate) fn cells(
    asked: &GapQuestion<'_>,
    layer: &Arc<CellLayer>,
    format: GapFormat,
    to: &mut impl Write,
) -> Result<()> {
    let frame = asked.view.frame(asked.snapshot.study());
    let rows = asked.cells(layer).map(|(need, cell)| {
        let row = CellRow::new(&frame, layer, need, cell, asked.reading);
        let id = format!("{}:{}", row.cell, row.need);
        (id, row, move || cell_geometry(layer.cells()[cell]).ok())
    });
    write(&TableHeading::new(asked), "cells", format, rows, to)
}

pub(super) fn write<R: FeatureRow>(
    heading: &TableHeading,
    name: &str,
    format: GapFormat,
    rows: impl Iterator<Item = (String, R, impl FnOnce() -> Option<WrittenGeometry>)>,
    to: &mut impl Write,
) -> Result<()> {
    match format {
        GapFormat::Csv | GapFormat::Table => {
            let mut csv = CsvWriter::new::<R>(to, false, false)?;
            for (id, row, _) in rows {
                csv.write(&id, None, &row)?;
            }
            csv.finish()?;
        }
        GapFormat::Json => {
            write!(to, "{{\"about\":{},\n\"{name}\":[", serde_json::to_string(heading)?)?;
            for (at, (_, row, _)) in rows.enumerate() {
                writeln!(to, "{}", if at > 0 { "," } else { "" })?;
                serde_json::to_writer(&mut *to, &row)?;
            }
            writeln!(to, "\n]}}")?;
        }
        GapFormat::Geojson => {
            let about = serde_json::to_string(heading)?;
            write!(
                to,
                "{{\"type\":\"FeatureCollection\",\"name\":\"{name}\",\"about\":{about},\n\"features\":["
            )?;
            for (at, (id, row, geometry)) in rows.enumerate() {
                writeln!(to, "{}", if at > 0 { "," } else { "" })?;
                write_feature(&mut *to, &id, geometry().as_deref(), &row)?;
            }
            writeln!(to, "\n]}}")?;
        }
    }
    Ok(())
}
