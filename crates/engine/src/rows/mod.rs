//! Rows about what there is: assets, grants, streets.

mod asset;
mod grant;
mod listed;
mod street;

pub use asset::AssetRow;
pub use grant::GrantRow;
pub use listed::ListedFields;
pub use street::StreetRow;
