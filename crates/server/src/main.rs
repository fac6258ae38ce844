//! The hereabouts binary.
fn main() {}
