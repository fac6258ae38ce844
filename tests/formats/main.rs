//! What is read from files and feeds, and what is worked out from their listings, streets and timetables alone.

#![recursion_limit = "512"]

mod damage;
mod duplicates;
mod one_hall;
mod open_referral;
mod open_referral_out;
mod opening_hours;
mod osm;
mod streets;
mod transit;
