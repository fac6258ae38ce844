//! Street networks: from maps to minutes on foot.
//!
//! Bytes of maps in, [`StreetLines`] out; lines in, a [`WalkNetwork`] out; a network, a [`Persona`] and the places of a study in,
//! [`WalkTravel`] out, which is the core's travel. Pure but for threads: no files, network, clock or environment.
//!
//! | room | what |
//! |---|---|
//! | [`osm`], [`geojson`] | maps → lines that one may walk, with what stops whom |
//! | [`lines`], [`join()`], [`codec`] | lines between shared points; several maps as one; as bytes and back |
//! | [`network`] | junctions and the streets between them |
//! | [`persona`], [`walkable`] | who walks, how fast, where; what of the network is of use to them |
//! | [`snap`], [`one_to_many`] | from a place to the network; shortest ways in it |
//! | [`walk_graph`], [`places_around`] | where places stand for somebody and the outline of what they reach; what lies around any place |
//! | [`travel`] | minutes between assets and origins, and where streets are not known |
//!
//! Lengths are whole millimetres: sums of them are exact in any order, so that times are the same both ways, for any number
//! of threads and on any machine.

pub mod codec;
pub mod edge_access;
pub mod fixed_point;
pub mod geojson;
mod grid;
mod join;
pub mod lines;
mod map_edge;
pub mod network;
pub mod one_to_many;
pub mod osm;
mod outline;
pub mod persona;
pub mod places_around;
pub mod read;
pub mod snap;
mod snapped_stops;
pub mod travel;
pub mod walk_graph;
pub mod walkable;

pub use edge_access::{AccessBarrier, EdgeAccess};
pub use fixed_point::FixedPoint;
pub use join::{JOIN_WITHIN_M, join};
pub use lines::StreetLines;
pub use network::WalkNetwork;
pub use one_to_many::{OneToMany, SearchDirection};
pub use persona::Persona;
pub use places_around::{PlacesAround, WalkTrip};
pub use snap::SnappedPoint;
pub use travel::WalkTravel;
pub use walk_graph::{SnapResult, WalkGraph};
pub use walkable::WalkableParts;
