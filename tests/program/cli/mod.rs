//! The built program, run as its users run it: what it prints where, how it ends, what it leaves behind.

mod duplicates;
mod events;
mod fetch;
mod gaps;
mod hidden;
mod import;
mod killed;
mod near;
mod operators;
mod order;
mod plans;
mod release;
mod serve;
mod store;
mod streets;
mod survival;
mod transit;
mod unmet_needs;
mod usage;
mod verify;
