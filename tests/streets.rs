//! Street networks of real places against others' answers and against plain searches written here.

#[path = "streets/bath.rs"]
mod bath;
#[path = "streets/damage.rs"]
mod damage;
#[path = "streets/plain.rs"]
mod plain;
#[path = "streets/porto_alegre.rs"]
mod porto_alegre;
