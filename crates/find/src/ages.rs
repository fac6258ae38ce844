//! Whom a listing takes by age.

/// Ages that a listing takes, as far as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ListingAges {
    /// Youngest age in years.
    pub from: Option<f64>,
    /// Oldest age in years.
    pub to: Option<f64>,
    /// Whether that is all there is: without bounds it then takes all ages, and otherwise nobody says.
    pub all_said: bool,
}

impl ListingAges {
    /// Whether it takes somebody of this age; `None` where nobody says.
    pub(crate) fn take(&self, age: f64) -> Option<bool> {
        let within = self.from.is_none_or(|from| age >= from) && self.to.is_none_or(|to| age <= to);
        (!within || self.all_said).then_some(within)
    }
}
