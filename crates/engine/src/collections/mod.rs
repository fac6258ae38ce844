//! Features by position, in an order, with a row and a geometry each: what OGC API, exports and maps list.

mod assets;
mod cells;
mod collection;
mod feature_list;
mod feature_query;
mod gaps;
mod grants;
mod neighbourhoods;
mod streets;

pub use assets::AssetFeatures;
pub use cells::{CellFeatures, resolution};
pub use collection::CollectionId;
pub use feature_list::{FeatureList, is_asked, page};
pub use feature_query::{FeatureQuery, PropertyValue, view};
pub use gaps::GapFeatures;
pub use grants::GrantFeatures;
pub use neighbourhoods::NeighbourhoodFeatures;
pub use streets::StreetFeatures;
