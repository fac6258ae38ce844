//! Light, dark or as the system wishes.

/// What pages look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Theme {
    /// As the system wishes.
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// All of them with what they are called, in the order offered.
    pub(in crate::pages) const OFFERED: [(Self, &'static str); 3] =
        [(Self::Auto, "As my device"), (Self::Light, "Light"), (Self::Dark, "Dark")];

    /// The word in forms and in the cookie.
    pub(in crate::pages) const fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one with this word.
    pub(in crate::pages) fn of(word: &str) -> Option<Self> {
        Self::OFFERED.into_iter().map(|(theme, _)| theme).find(|theme| theme.id() == word)
    }
}
