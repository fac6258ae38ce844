//! Rows about what there is: assets, grants, streets.

mod asset;
mod grant;
mod street;

pub use asset::AssetRow;
pub use grant::GrantRow;
pub use street::StreetRow;
