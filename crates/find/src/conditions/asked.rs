//! What a request says of a condition.

/// The value that a condition is asked with; none where it is not asked.
pub(super) trait AskedValue {
    /// What it is asked with.
    type Value;

    /// The value.
    fn asked(&self) -> Option<&Self::Value>;
}

impl<T> AskedValue for Option<T> {
    type Value = T;

    fn asked(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl AskedValue for bool {
    type Value = ();

    fn asked(&self) -> Option<&()> {
        self.then_some(&())
    }
}
