//! What holds whatever the numbers: laws, plain rewrites, others' published answers, and the analysis of a made-up town.

mod apportionment;
mod balanced;
mod confidence;
mod every_metric;
mod expected_unmet;
mod find;
mod golden;
mod known_demand;
mod known_supply;
mod oracle;
mod periods;
mod pipeline;
mod queries;
mod ranks;
mod release;
mod scenario;
mod schedule;
mod siting;
mod what_is_known;
