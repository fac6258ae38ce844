//! Rows about streets.

use crate::snapshot::Snapshot;
use crate::wire::{RoundedFigure, rows};
use hereabouts_streets::EdgeAccess;

rows! {
    /// A street between two junctions.
    StreetRow<'a> {
        /// Length in metres.
        length_m: RoundedFigure,
        /// Whether it can be walked without steps.
        step_free: bool,
        /// Which way people on foot may walk it: both, forward (as it is drawn) or backward.
        direction: &'a str,
        /// Whether it leads anywhere: it belongs to a part of the network with 3 km of streets or more.
        connected: bool,
    }
}

impl<'a> StreetRow<'a> {
    /// The street at this position of the network.
    #[must_use]
    pub fn new(of: &'a Snapshot, at: u32) -> Self {
        let network = of.network();
        let passage = network.edges()[at as usize].passage;
        let direction =
            match (passage.forbids(EdgeAccess::NOT_FORWARD), passage.forbids(EdgeAccess::NOT_BACKWARD)) {
                (false, false) => "both",
                (false, true) => "forward",
                (true, false) => "backward",
                (true, true) => "none",
            };
        Self {
            length_m: RoundedFigure::new(f64::from(network.length(at)) / 1000.0),
            step_free: !passage.forbids(EdgeAccess::NOT_STEP_FREE),
            direction,
            connected: of.on_foot(Some("default")).walk_graph().has(at),
        }
    }
}
