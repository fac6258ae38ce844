//! Files in, records out, and from the records of a store a checked study.
//!
//! | room | what |
//! |---|---|
//! | [`record`] | what is stored, one type for each kind |
//! | [`ingest`] | a file and a map → good records and rejected rows; one format a file, one kind a file |
//! | [`tables`], [`table_file`], [`words`], [`text`] | the needs and kinds tables; how a small table is read; what people call things |
//! | [`ages`] | whom a listing takes by age, from numbers and words |
//! | [`conceal`](mod@conceal), [`currency`] | places that are not told to the door; in which currency costs are told |
//! | [`commit_import`](mod@commit_import), [`place_file`] | an atomic import; all imports of a place |
//! | [`linkage`] | which listings are of one thing; one record of them |
//! | [`feedback`] | what people say of listings, and of needs that nothing met |
//! | `asset_lists` | where each list of assets looks, and what for |
//! | [`release_ledger`] | which quarters were released, by whom; refuses a second time |
//! | [`load`](mod@load) | records → [`hereabouts_core::Study`] |
//! | [`export`] | records → the formats that others read |
//!
//! A bad row is data: counted, listed, never dropped in silence. A bad file is an error that names it.

pub mod ages;
mod asset_lists;
pub mod commit_import;
pub mod conceal;
pub mod costs;
pub mod currency;
pub mod export;
pub mod feedback;
pub mod ingest;
pub mod linkage;
pub mod load;
mod outside;
pub mod phone;
pub mod place_file;
pub mod record;
mod registers;
pub mod release_ledger;
mod service_area;
pub mod table_file;
pub mod tables;
pub mod text;
pub mod words;
