//! What every test target shares.

mod bed;
pub mod binary;
pub mod gtfs;
pub mod imports;
pub mod pbf;
pub mod readers;
pub mod town;

pub use bed::test_bed;
