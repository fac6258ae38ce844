//! Timetables whose journeys can be reckoned by hand, and made-up and real ones against a plain search written here.

mod by_hand;
mod made_up;
mod plain;
mod porto_alegre;
mod town;
