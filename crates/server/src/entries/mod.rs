//! What is entered: taken in whichever form it comes, kept by one thread, and in force once it is answered.

mod body;
pub(crate) mod statements;
pub(crate) mod unmet_needs;
mod writer;

pub use writer::{EntryConfig, EntryWriter};
