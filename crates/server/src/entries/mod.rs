//! What is entered: taken in whichever form it comes, kept by one thread, and in force once it is answered.

mod body;
mod entry_writer;
pub(crate) mod statements;
pub(crate) mod unmet_needs;

pub use entry_writer::{EntryConfig, EntryWriter};
