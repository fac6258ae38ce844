//! Records → the formats that others read.

pub mod open_referral;
