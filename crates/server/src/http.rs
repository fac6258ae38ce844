//! What holds for every request: limits, headers, validators, logs, figures for the operator.

pub(crate) mod connections;
pub mod embedded;
pub mod guard;
pub mod headers;
pub mod health;
pub mod metrics;
pub mod negotiate;
pub mod observe;
pub mod query;
mod request_end;
pub mod revalidate;
pub mod sent;
pub(crate) mod turns;
pub(crate) mod worker;
