//! Files in, records in a store, a checked study out.

pub mod store;
