//! Who can reach what, and what is missing.
//!
//! Pure: no files, network, clock, environment or logging. The way through is one way:
//! [`StudyInput`] → [`Study::new`] (every reference resolves, or an error names each that does not) →
//! [`analyse`] → [`report::GapReport`]. After `Study::new` nothing fails.
//!
//! | room | what |
//! |---|---|
//! | [`units`], [`place`], [`cell`], [`idx`], [`decay`], [`need`], [`kind`], [`asset`], [`asset_list`], [`area`], [`known`], [`demand`] | checked types |
//! | [`study`], [`policy`] | one cross-checked input; the choices made about it |
//! | [`grid`], [`cell_fill`], [`spread`], [`placed_demand`] | areas to H3 cells; totals of areas to cells; a quarter's demand there |
//! | [`index`], [`travel`], [`served_areas`] | what is near what; who reaches what, in minutes; whom an asset serves |
//! | [`metric`] | one measure of access, one file, one source |
//! | [`schedule`] | when something is on |
//! | [`list_reach`], [`need_listings`] | how far lists that tell of a need reach; needs that hardly any listing answers |
//! | [`survival`], [`supply`] | the chance that a listing still runs; what each asset offers |
//! | [`under_recording`] | areas that refer implausibly little |
//! | [`scenario`] | what would be if something else were offered |
//! | [`gap`], [`report`], [`mod@analyse`] | the gap, all of them, and the pipeline |

pub mod analyse;
pub mod area;
pub mod asset;
pub mod asset_list;
pub mod cell;
pub mod cell_fill;
pub mod confidence;
pub mod decay;
pub mod demand;
pub mod distribution;
pub mod gap;
mod gap_parts;
pub mod grid;
pub mod idx;
mod in_reach;
pub mod index;
pub mod interval;
pub mod kind;
pub mod known;
pub mod list_reach;
pub mod metric;
pub mod need;
mod need_cells;
pub mod need_listings;
pub mod neighbourhood;
pub mod noise;
pub mod period;
pub mod place;
pub mod placed_demand;
pub mod placed_noise;
pub mod policy;
mod ranking;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod served_areas;
mod silence;
pub mod spread;
pub mod study;
pub mod supply;
pub mod survival;
pub mod travel;
pub mod under_recording;
pub mod units;

pub use analyse::{Analysis, QuarterAnalysis, analyse};
pub use policy::AnalysisPolicy;
pub use study::{Study, StudyInput};
