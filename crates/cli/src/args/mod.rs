//! Settings that commands share.

pub(crate) mod conditions;
pub(crate) mod files;
pub(crate) mod mode;
pub(crate) mod place;
