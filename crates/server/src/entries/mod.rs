//! What is entered: taken in whichever form it comes, and checked against who may say it.

mod body;
pub(crate) mod statements;
pub(crate) mod unmet_needs;
