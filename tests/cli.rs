//! The built program, run as its users run it: what it prints where, how it ends, what it leaves behind.

#[path = "cli/common.rs"]
mod common;
#[path = "cli/duplicates.rs"]
mod duplicates;
#[path = "cli/events.rs"]
mod events;
#[path = "cli/fetch.rs"]
mod fetch;
#[path = "cli/gaps.rs"]
mod gaps;
#[path = "cli/hidden.rs"]
mod hidden;
#[path = "cli/import.rs"]
mod import;
#[path = "cli/killed.rs"]
mod killed;
#[path = "cli/near.rs"]
mod near;
#[path = "cli/order.rs"]
mod order;
#[path = "cli/serve.rs"]
mod serve;
#[path = "cli/store.rs"]
mod store;
#[path = "cli/streets.rs"]
mod streets;
#[path = "cli/survival.rs"]
mod survival;
#[path = "cli/transit.rs"]
mod transit;
#[path = "cli/unmet_needs.rs"]
mod unmet_needs;
#[path = "cli/usage.rs"]
mod usage;
#[path = "cli/verify.rs"]
mod verify;
