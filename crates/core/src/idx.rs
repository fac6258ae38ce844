//! Positions in the tables of a study, typed: one of an area is none of a need.

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// Position in its table.
            #[must_use]
            pub const fn get(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(
    /// Position of a need in [`Study::needs`](crate::Study::needs).
    NeedIdx
);
index!(
    /// Position of a geography in [`Study::geographies`](crate::Study::geographies).
    GeographyIdx
);
index!(
    /// Position of an area in [`Study::areas`](crate::Study::areas).
    AreaIdx
);
index!(
    /// Position of an asset in [`Study::assets`](crate::Study::assets).
    AssetIdx
);
