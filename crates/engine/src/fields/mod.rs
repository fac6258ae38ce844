//! What a question may hold, described once: names, meanings, and what a value may be.

mod interval;
pub mod parameter;
pub mod values;

pub use interval::TimeInterval;
pub use parameter::{QueryParameter, ValueDomain};
