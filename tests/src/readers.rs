//! Every reader of bytes that others wrote, for fuzzing and for replaying what was found: none of them may panic, and none
//! may lose a row without saying so.

use chrono::NaiveDate;
use hereabouts_core::units::Minutes;
use hereabouts_data::feedback::unmet_needs::{UnmetNeed, centre, read as read_record};
use hereabouts_data::feedback::verification::{
    JournalEntry, Verification, VerifiedStanding, statement, undone_by,
};
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{KnownReferences, SourceFile, import};
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::record::{FeedRecord, KeptFeed, RecordKind};
use hereabouts_data::tables::Tables;
use hereabouts_schedule::{self as schedule, RuleReading, ScheduleRule};
use hereabouts_transit::gtfs::{FeedFile as Table, ReadFeed};
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, TransitFeed, WalkLeg};
use serde_json::{Map as Object, Value};
use std::io::{Cursor, Write};
use std::sync::LazyLock;

/// A reader by its name.
pub type Reader = (&'static str, fn(&[u8]));

/// All of them.
pub const READERS: &[Reader] = &[
    ("assets", assets),
    ("areas", areas),
    ("figures", figures),
    ("demand", demand),
    ("grants", grants),
    ("events", events),
    ("streets", streets),
    ("maps", maps),
    ("schedules", schedules),
    ("timetables", timetables),
    ("statements", statements),
    ("unmet_needs", unmet_needs),
    ("workbooks", workbooks),
];

static KNOWN: LazyLock<KnownReferences> = LazyLock::new(|| {
    let tables = Tables::built_in().unwrap_or_else(|e| panic!("{e:?}"));
    KnownReferences {
        needs: tables.need_words,
        kinds: tables.kind_words,
        least_precision: tables.least_precision,
        crosswalk: tables.crosswalk,
        areas: [("lsoa21".to_owned(), ["E01000001".to_owned(), "E01000002".to_owned()].into())].into(),
        postcodes: [("M1 1AA".to_owned(), (-2.24, 53.48))].into(),
        ..KnownReferences::default()
    }
});

/// Gives bytes to the reader of this name.
///
/// # Panics
/// When the reader does, or there is none of the name.
pub fn read(name: &str, bytes: &[u8]) {
    let (_, reader) =
        READERS.iter().find(|(of, _)| *of == name).unwrap_or_else(|| panic!("no reader {name}"));
    reader(bytes);
}

/// Imports bytes as a kind, under each name that could make a difference, and holds the count of rows to account.
fn import_as(kind: RecordKind, bytes: &[u8]) {
    let geography = (!matches!(kind, RecordKind::Streets | RecordKind::Transit)).then(|| "lsoa21".to_owned());
    let map = ImportMap { geography, ..ImportMap::default() };
    for name in ["x", "services.csv"] {
        if let Ok(read) = import(kind, &[SourceFile { name, bytes }], &map, &KNOWN) {
            let told = read.landed + read.rejected.len() as u64 + read.left_out;
            assert_eq!(told, read.rows, "{kind}: rows are lost: {:?}", read.notes);
            assert!(read.rejected.iter().all(|r| !r.reason.is_empty() && !r.file.is_empty()), "{kind}");
        }
    }
}

fn assets(bytes: &[u8]) {
    import_as(RecordKind::Assets, bytes);
}

fn areas(bytes: &[u8]) {
    import_as(RecordKind::Neighbourhoods, bytes);
}

fn figures(bytes: &[u8]) {
    for kind in [RecordKind::Population, RecordKind::Deprivation, RecordKind::Postcodes] {
        import_as(kind, bytes);
    }
}

fn demand(bytes: &[u8]) {
    import_as(RecordKind::Demand, bytes);
}

fn grants(bytes: &[u8]) {
    import_as(RecordKind::Grants, bytes);
}

fn events(bytes: &[u8]) {
    import_as(RecordKind::Events, bytes);
}

fn streets(bytes: &[u8]) {
    import_as(RecordKind::Streets, bytes);
}

fn maps(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = PlaceFile::parse(&text);
    if let Ok(map) = ImportMap::parse(&text) {
        let bytes = b"id,name,kind,lon,lat\n1,Knit,group,-2.2,53.5\n";
        let _ = import(RecordKind::Assets, &[SourceFile { name: "x.csv", bytes }], &map, &KNOWN);
    }
}

fn schedules(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = schedule::read(&text);
    for how in [RuleReading::ByHand, RuleReading::ByTheStandard] {
        if let Ok(timetable) = schedule::timetable(&[ScheduleRule::parse(&text)], how) {
            // What is understood can be told in words, told as rules, and asked.
            let _ = (timetable.in_words(), schedule::rules(&timetable), timetable.sessions_a_quarter());
            let _ = timetable.next(chrono::NaiveDate::default().into());
        }
    }
}

/// A feed as an archive, and as text in which `== name` begins a file: turned bits of an archive hardly get past its checksums.
fn timetables(bytes: &[u8]) {
    import_as(RecordKind::Transit, bytes);
    let text = String::from_utf8_lossy(bytes);
    let parts: Vec<(&str, &str)> = text
        .split("== ")
        .filter_map(|part| part.split_once('\n'))
        .map(|(name, rows)| (name.trim(), rows))
        .collect();
    let files: Vec<Table<'_>> =
        parts.iter().map(|(name, rows)| Table { name, bytes: rows.as_bytes() }).collect();
    for ReadFeed { feed, rejected, .. } in
        [TransitFeed::from_zip(bytes), TransitFeed::from_files(&files)].into_iter().flatten()
    {
        assert!(rejected.iter().all(|r| !r.reason.is_empty() && r.line > 0), "{rejected:?}");
        // What is read comes back as it was from what is kept of it.
        let entries = FeedRecord { feed: feed.clone() }.entries().unwrap_or_else(|e| panic!("{e}"));
        let kept = KeptFeed::new("x".to_owned(), entries.into_iter().map(|entry| entry.1));
        assert_eq!(kept.and_then(|kept| kept.feed()).as_ref(), Ok(&feed));
        // What is read can be ridden.
        let Some(day) = feed.last_day().and_then(|day| DepartureWindow::TUESDAY.day(&[&feed], day)) else {
            continue;
        };
        let timetable = DayTimetable::new(&[&feed], day);
        if timetable.vehicles() < 1000 {
            let changes = timetable.changes(|_| vec![]);
            let router =
                RaptorRouter::new(&timetable, &changes, 2, Minutes::new(60.0).unwrap_or(Minutes::ZERO));
            let window =
                DepartureWindow { until: DepartureWindow::TUESDAY.from + 300, ..DepartureWindow::TUESDAY };
            let _ = router
                .from(&[WalkLeg { stop: 0, seconds: 60 }], window)
                .times(&[WalkLeg { stop: 1, seconds: 0 }], None);
        }
    }
}

/// A workbook as it is, and as text in which `== name` begins a part of it: see [`timetables`].
fn workbooks(bytes: &[u8]) {
    import_as(RecordKind::Assets, bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in text.split("== ").filter_map(|part| part.split_once('\n')) {
        let stored = zip::write::SimpleFileOptions::default();
        if zip.start_file(name.trim(), stored).is_ok() {
            zip.write_all(part.trim_end().as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        }
    }
    if let Ok(made) = zip.finish() {
        import_as(RecordKind::Assets, made.get_ref());
    }
}

/// A line each: what somebody says of an asset, as a client sends it, or as the journal keeps it. Everything that the journal
/// could hold makes a standing.
fn statements(bytes: &[u8]) {
    let mut entries = Vec::new();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
        if let Ok(given) = serde_json::from_slice::<Object<String, Value>>(line) {
            match statement(&given) {
                Ok(said) => {
                    let kept = serde_json::to_value(&said).unwrap_or_else(|e| panic!("{said:?}: {e}"));
                    assert_eq!(
                        kept.as_object().map(statement),
                        Some(Ok(said)),
                        "as it is kept it is read again"
                    );
                }
                Err(refused) => assert!(!refused.field.is_empty() && !refused.reason.is_empty()),
            }
        }
        if let Ok(event) = serde_json::from_slice::<Verification>(line) {
            entries.push(JournalEntry { number, event });
        }
    }
    assert_eq!(undone_by(&entries).len(), entries.len());
    let standing = VerifiedStanding::of(NaiveDate::from_ymd_opt(2026, 1, 1), &entries);
    assert!(standing.changed.len() <= entries.len() * 16, "{standing:?}");
}

/// A line each: a need that nothing met, as a client sends it, or as it is kept.
fn unmet_needs(bytes: &[u8]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap_or_default();
    let offered = ["need", "cell", "month", "days", "constraints", "why", "body"];
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(given) = serde_json::from_slice::<Object<String, Value>>(line) {
            match read_record(&given, &["food", "housing"], today) {
                Ok(record) => {
                    let kept = serde_json::to_vec(&record).unwrap_or_else(|e| panic!("{record:?}: {e}"));
                    assert_eq!(serde_json::from_slice::<UnmetNeed>(&kept).ok(), Some(record.clone()));
                    assert!(centre(&record).is_some(), "{record:?}");
                }
                // A refusal tells the field and never what was written.
                Err(refused) => assert!(offered.contains(&refused.field.as_str()), "{refused:?}"),
            }
        }
        if let Ok(kept) = serde_json::from_slice::<UnmetNeed>(line) {
            let _ = centre(&kept);
        }
    }
}
