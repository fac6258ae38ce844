//! Timetables whose journeys can be reckoned by hand, and made-up and real ones against a plain search written here.

#[path = "transit/by_hand.rs"]
mod by_hand;
#[path = "transit/made_up.rs"]
mod made_up;
#[path = "transit/plain.rs"]
mod plain;
#[path = "transit/porto_alegre.rs"]
mod porto_alegre;
#[path = "transit/town.rs"]
mod town;
