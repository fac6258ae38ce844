//! Street networks of real places against others' answers and against plain searches written here.

mod bath;
mod damage;
mod plain;
mod porto_alegre;
