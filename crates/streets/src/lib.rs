//! Street networks: from maps to minutes on foot.
//!
//! Bytes of maps in, [`Lines`] out; lines in, a [`Network`] out; a network, a [`Persona`] and the places of a study in,
//! [`Walks`] out, which is the core's travel. Pure but for threads: no files, network, clock or environment.
//!
//! | room | what |
//! |---|---|
//! | [`osm`], [`geojson`] | maps → lines that one may walk, with what stops whom |
//! | [`lines`], [`join()`], [`codec`] | lines between shared points; several maps as one; as bytes and back |
//! | [`network`] | junctions and the streets between them |
//! | [`persona`], [`walkable`] | who walks, how fast, where; what of the network is of use to them |
//! | [`snap`], [`search`] | from a place to the network; shortest ways in it |
//! | [`ground`], [`around`] | where places stand for somebody and the outline of what they reach; what lies around any place |
//! | [`travel`] | minutes between assets and origins, and where streets are not known |
//!
//! Lengths are whole millimetres: sums of them are exact in any order, so that times are the same both ways, for any number
//! of threads and on any machine.

pub mod around;
pub mod at;
pub mod codec;
pub mod geojson;
mod grid;
pub mod ground;
mod join;
pub mod lines;
pub mod network;
pub mod osm;
mod outline;
pub mod passage;
pub mod persona;
pub mod read;
mod rim;
pub mod search;
pub mod snap;
mod stops;
pub mod travel;
pub mod walkable;

pub use around::{Around, Trip};
pub use at::At;
pub use ground::{Ground, Stand};
pub use join::{JOIN_WITHIN_M, join};
pub use lines::Lines;
pub use network::Network;
pub use passage::{Gate, Passage};
pub use persona::Persona;
pub use search::{Search, Way};
pub use snap::Spot;
pub use travel::Walks;
pub use walkable::Walkable;
