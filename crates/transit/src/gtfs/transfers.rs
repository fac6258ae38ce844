//! `transfers.txt`.

use super::stops::StationIndex;
use super::table::{FeedReport, each, wrong};
use super::values::{choice, whole};
use std::collections::BTreeMap;

/// What is said of changing from one stop to another, or at one stop between vehicles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopTransfer {
    /// Where one gets off, by position.
    pub from: usize,
    /// Where one gets on, by position.
    pub to: usize,
    /// What is said.
    pub change: TransferKind,
}

/// How one changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferKind {
    /// In this many seconds (type 2), or in none where the other vehicle waits (type 1).
    Seconds(u32),
    /// Not at all (type 3).
    No,
}

/// Transfers by stops. A row of a station is one of each of its stops, after which a row of the stops themselves goes.
pub(super) fn read(bytes: Option<&[u8]>, stations: &StationIndex, out: &mut FeedReport) -> Vec<StopTransfer> {
    let mut changes: BTreeMap<(usize, usize), (u8, TransferKind)> = BTreeMap::new();
    let (mut of_vehicles, mut usual) = (0, 0);
    each("transfers.txt", bytes.unwrap_or_default(), out, |row, _| {
        let kind = choice(row, "transfer_type", 5)?;
        let particular = ["from_route_id", "to_route_id", "from_trip_id", "to_trip_id"];
        if kind > 3 || particular.into_iter().any(|field| !row.get(field).is_empty()) {
            of_vehicles += 1;
            return Ok(());
        }
        let ends = |field: &'static str| {
            let id = row.need(field)?;
            match stations.find(&id) {
                none if none.is_empty() => wrong(field, &id, "is not among the stops that can be used"),
                // A stop's own row goes before one of its station.
                stops => Ok((u8::from(stops.len() > 1 || stations.of.contains_key(&*id)), stops)),
            }
        };
        let ((wide_from, from), (wide_to, to)) = (ends("from_stop_id")?, ends("to_stop_id")?);
        let change = match kind {
            0 => {
                usual += 1;
                return Ok(());
            }
            1 => TransferKind::Seconds(0),
            2 => TransferKind::Seconds(whole(row, "min_transfer_time")?),
            _ => TransferKind::No,
        };
        for (from, to) in from.iter().flat_map(|from| to.iter().map(|to| (*from, *to))) {
            let new = (wide_from + wide_to, change);
            // Of rows that are equally particular the kindest, so that their order does not matter.
            changes.entry((from, to)).and_modify(|old| *old = new.min(*old)).or_insert(new);
        }
        Ok(())
    });
    out.note(of_vehicles, "transfers between particular routes or trips are not read");
    out.note(usual, "transfers without a time: one walks as anywhere else");
    changes.into_iter().map(|((from, to), (_, change))| StopTransfer { from, to, change }).collect()
}
