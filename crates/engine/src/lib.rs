//! What is asked and answered, without HTTP and without a command line: both construct the same typed requests.
//!
//! | room | what |
//! |---|---|
//! | [`wire`] | values with exact names, rounded once: GeoJSON, CSV |
//! | [`fields`] | what a question may hold: described once, checked by the description |
//! | [`view`] | one quarter seen by one geography, with its rows |
//! | [`snapshot`] | one study and what follows from it, never changed, only swapped whole |
//! | [`rows`] | rows about assets, grants and streets |
//! | [`travel_mode`] | on foot, or by public transport as well |
//! | [`search`], [`language`] | the index of all listings; languages by one name each |
//! | [`service_ids`] | identifiers of the assets as services of Open Referral |
//! | [`site`] | a snapshot with all that is worked out of it when first asked for |
//! | [`origin`] | where somebody sets out |
//! | [`near`], [`reach`], [`worklist`] | what is near a place and fits; what is reached from it; which listings to verify next |
//! | [`plan`], [`scenario`], [`losses`] | what would close it; what if something else were offered; what may be lost |
//! | [`collections`] | features by position, in an order, with a row and a geometry each |
//! | [`calendar`] | sessions as a calendar that other programs take up |
//! | [`format`](mod@format) | figures as people read them |
//! | [`error`] | why a question cannot be answered |

pub mod calendar;
pub mod collections;
pub mod confidence_words;
pub mod distribution;
pub mod error;
pub mod fields;
pub mod format;
pub mod language;
pub mod losses;
pub mod near;
pub mod origin;
pub mod plan;
pub mod reach;
pub mod rows;
pub mod scenario;
pub mod search;
pub mod service_ids;
pub mod site;
pub mod snapshot;
pub mod travel_mode;
pub mod view;
pub mod wire;
pub mod worklist;
