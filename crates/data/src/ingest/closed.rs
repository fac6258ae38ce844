//! Words by which sources say that a thing is no more.

use crate::text::plain;

/// Where a status comes from: services say `inactive` by rule, and spreadsheets of places say it of much that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusVocabulary {
    /// A column that somebody called so.
    Column,
    /// The `status` of Open Referral.
    Services,
}

use StatusVocabulary::{Column, Services};

/// Each word in [`plain`] letters, and which statuses it ends.
const CLOSED: [(&str, &[StatusVocabulary]); 8] = [
    ("closed", &[Column, Services]),
    ("permanentlyclosed", &[Column, Services]),
    ("defunct", &[Column, Services]),
    ("terminated", &[Column, Services]),
    ("ceased", &[Column, Services]),
    ("inactive", &[Services]),
    ("temporarilyclosed", &[Services]),
    ("withdrawn", &[Services]),
];

/// Tags of OpenStreetMap that, set to `yes`, say that a thing is no longer or not yet in use.
pub(super) const OSM_LIFECYCLE: [&str; 4] = ["disused", "abandoned", "demolished", "construction"];

/// Whether a status says that the thing is over.
pub(super) fn is_over(status: &str, vocabulary: StatusVocabulary) -> bool {
    let status = plain(status);
    CLOSED.iter().any(|(word, of)| *word == status && of.contains(&vocabulary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_by_where_it_stands() {
        assert!(is_over("Permanently closed", Column) && is_over("temporarily closed", Services));
        assert!(!is_over("Inactive", Column) && is_over("Inactive", Services));
        assert!(!is_over("active", Services) && !is_over("", Column));
    }
}
