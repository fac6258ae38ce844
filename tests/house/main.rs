//! The house rules: who may know whom, and that what the documents say is so.

mod architecture;
mod documents;
mod test_bed;
