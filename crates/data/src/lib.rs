//! Files in, records in a store, a checked study out.
//!
//! | room | what |
//! |---|---|
//! | [`record`] | what is stored, one type for each kind |
//! | [`map`], [`period`] | `MAP.toml`: which column is which field, how a quarter is written |
//! | [`ingest`] | a file and a map → good records and rejected rows; one format a file, one kind a file |
//! | [`tables`], [`words`] | the needs and kinds tables; what people call their rows |
//! | [`store`] | bytes on disk; the only door to sled |
//! | [`schedule`] | words, rules and calendars → timetables, and back |
//! | [`matching`], [`canonical`] | which listings are of one thing; one record of them |
//! | [`conceal`](mod@conceal) | places that are not told to the door |
//! | [`land`](mod@land), [`place_file`] | an import as one change; all imports of a place |
//! | [`events`] | which asset an event of a calendar is of |
//! | [`verification`], [`journal`] | what people say of assets; where it is kept |
//! | [`outcomes`] | what was found when somebody checked, and what it makes of the half-lives |
//! | [`keys`], [`wants`] | who may enter what; needs that nothing met |
//! | [`load`](mod@load) | records → [`hereabouts_core::Study`] |
//! | [`export`] | records → the formats that others read |
//! | [`funded`](mod@funded) | which assets the recipient of a grant runs |
//! | [`demo`] | the files of a made-up town |
//!
//! A bad row is data: counted, listed, never dropped in silence. A bad file is an error that names it.

pub mod canonical;
pub mod conceal;
pub mod demo;
pub mod events;
pub mod export;
pub mod funded;
pub mod ingest;
pub mod journal;
pub mod keys;
pub mod land;
pub mod load;
pub mod map;
pub mod matching;
pub mod outcomes;
pub mod period;
pub mod place_file;
pub mod record;
pub mod schedule;
mod service_area;
pub mod store;
pub mod tables;
pub mod text;
pub mod verification;
pub mod wants;
pub mod words;
