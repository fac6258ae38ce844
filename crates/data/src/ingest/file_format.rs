//! What a file is, told by its first bytes: what readers, folders and `--format` go by.

use super::{calendar, decode, osm, transit};

/// A format that files can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Tables of text.
    Csv,
    /// GeoJSON, and JSON of other sorts.
    Geojson,
    /// OpenStreetMap extracts.
    Osm,
    /// Open Referral, as JSON or tables.
    OpenReferral,
    /// iCalendar.
    Calendar,
    /// Timetables.
    Gtfs,
}

impl FileFormat {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Csv, Self::Geojson, Self::Osm, Self::OpenReferral, Self::Calendar, Self::Gtfs];

    /// The word for it on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Geojson => "geojson",
            Self::Osm => "osm",
            Self::OpenReferral => "open-referral",
            Self::Calendar => "calendar",
            Self::Gtfs => "gtfs",
        }
    }

    /// What the word means, where it does not say so itself.
    #[must_use]
    pub const fn about(self) -> Option<&'static str> {
        match self {
            Self::Csv | Self::Geojson => None,
            Self::Osm => Some("OpenStreetMap extract, .osm.pbf"),
            Self::OpenReferral => Some("Services of Open Referral (HSDS), as JSON or tables"),
            Self::Calendar => Some("iCalendar, .ics"),
            Self::Gtfs => Some("Timetable, .zip"),
        }
    }

    /// What a file of it is called in a sentence.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Csv => "a table",
            Self::Geojson => "JSON",
            Self::Osm => "an OpenStreetMap extract",
            Self::OpenReferral => "Open Referral",
            Self::Calendar => "a calendar",
            Self::Gtfs => "an archive",
        }
    }

    /// How names of files of it end that are read where a folder is given.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &["csv"],
            Self::Geojson => &["json", "geojson"],
            Self::Calendar => &["ics"],
            // The first two are whole sources by themselves, and Open Referral ends as JSON and tables do.
            Self::Osm | Self::Gtfs | Self::OpenReferral => &[],
        }
    }

    /// What bytes begin like. Open Referral is JSON or a table here: what they hold tells it, not how they begin.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if osm::is_one(bytes) {
            return Self::Osm;
        }
        if transit::is_one(bytes) {
            return Self::Gtfs;
        }
        Self::of_text(&decode(&bytes[..bytes.len().min(1024)]).0)
    }

    /// What a text begins like.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if calendar::is_one(text) {
            Self::Calendar
        } else if text.trim_start().starts_with(['{', '[']) {
            Self::Geojson
        } else {
            Self::Csv
        }
    }

    /// Whether files held to this may begin like `found`.
    #[must_use]
    pub fn allows(self, found: Self) -> bool {
        self == found || self == Self::OpenReferral && matches!(found, Self::Geojson | Self::Csv)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_how_it_begins() {
        let of = |bytes: &[u8]| FileFormat::of(bytes);
        for json in ["{}", " \n[{\"a\":1}]", "\u{feff}{\"type\":\"FeatureCollection\"}"] {
            assert_eq!(of(json.as_bytes()), FileFormat::Geojson, "{json:?}");
        }
        let utf16: Vec<u8> = [0xFF, 0xFE, b'{', 0, b'}', 0].to_vec();
        assert_eq!(of(&utf16), FileFormat::Geojson);
        for calendar in ["BEGIN:VCALENDAR\r\n", "\u{feff}begin:vcalendar\n"] {
            assert_eq!(of(calendar.as_bytes()), FileFormat::Calendar, "{calendar:?}");
        }
        assert_eq!(of(b"PK\x03\x04\x14"), FileFormat::Gtfs);
        assert_eq!(of(b"\0\0\0\x0d\x0a\x09OSMHeader"), FileFormat::Osm);
        for table in ["", "name,kind\n[1],x\n", "Caf\u{e9};BEGIN:VCALENDAR\n"] {
            assert_eq!(of(table.as_bytes()), FileFormat::Csv, "{table:?}");
        }
    }

    #[test]
    fn open_referral_begins_as_json_and_tables_do() {
        for format in FileFormat::ALL {
            let of_text = [FileFormat::OpenReferral, FileFormat::Geojson, FileFormat::Csv];
            assert_eq!(FileFormat::OpenReferral.allows(format), of_text.contains(&format), "{format:?}");
            assert!(format.allows(format));
        }
        let allowed = |found| FileFormat::ALL.into_iter().filter(|format| format.allows(found)).count();
        assert_eq!([allowed(FileFormat::Csv), allowed(FileFormat::Osm)], [2, 1]);
    }
}
