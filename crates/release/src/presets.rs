//! Rules of practice, as formats of what is released: whoever is used to one of them gets figures in it, made from protected ones.
//! None of them protects anybody by itself.

/// A rule by which a published figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisclosurePreset {
    /// As released.
    Released,
    /// 1 to 7 as `*`, others but 0 to the nearest 5 (NHS England, *Disclosure control methodology for HES and ECDS*).
    Nhs,
    /// Below 10 as `c`, others to the nearest 5 (ONS, *Comparison of post-tabular statistical disclosure control methods*).
    TenFive,
    /// Up to the middle of its six: 1–6 is 3, 7–12 is 9; 0 stays (OpenSAFELY, *Statistical disclosure control*).
    MidpointSix,
}

impl DisclosurePreset {
    /// All of them, with their names on the command line.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Released, "csv"),
        (Self::Nhs, "nhs"),
        (Self::TenFive, "10-5"),
        (Self::MidpointSix, "midpoint-6"),
    ];

    /// A figure as it is written.
    #[must_use]
    pub fn written(self, figure: u64) -> String {
        let nearest_five = (figure + 2) / 5 * 5;
        match self {
            Self::Nhs if (1..=7).contains(&figure) => "*".to_owned(),
            Self::TenFive if figure < 10 => "c".to_owned(),
            Self::Nhs | Self::TenFive => nearest_five.to_string(),
            Self::MidpointSix if figure > 0 => (figure.div_ceil(6) * 6 - 3).to_string(),
            Self::Released | Self::MidpointSix => figure.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_each_rule_says() {
        let written = |preset: DisclosurePreset| [0, 1, 7, 8, 12, 13].map(|n| preset.written(n)).join(" ");
        assert_eq!(written(DisclosurePreset::Released), "0 1 7 8 12 13");
        assert_eq!(written(DisclosurePreset::Nhs), "0 * * 10 10 15");
        assert_eq!(written(DisclosurePreset::TenFive), "c c c c 10 15");
        assert_eq!(written(DisclosurePreset::MidpointSix), "0 3 9 9 9 15");
    }
}
