//! Calendars, as events and as listings.

use super::*;
use crate::record::EventRecord;

pub(super) const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:yoga@calendar.example\r\nSUMMARY:Chair yoga (ask jo@example.org)\r\n\
DTSTART;TZID=Europe/London:20260108T100000\r\nDTEND;TZID=Europe/London:20260108T110000\r\nRRULE:FREQ=WEEKLY\r\nLOCATION:Elm Hall\\, M1 1AA\r\n\
URL:https://elm.example/yoga\r\nLAST-MODIFIED:20260201T120000Z\r\nATTENDEE;CN=Some Body:mailto:somebody@example.org\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:fair\r\nSUMMARY:Summer fair\r\nDTSTART;VALUE=DATE:20260704\r\nGEO:53.5;-2.3\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:far\r\nSUMMARY:Far away\r\nDTSTART:20260704T100000Z\r\nGEO:north;-2.3\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:off\r\nSUMMARY:Called off\r\nSTATUS:CANCELLED\r\nDTSTART:20260704T100000Z\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Some day\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn events(imported: &ImportedRecords) -> &[EventRecord] {
    match &imported.records {
        RecordList::Events(events) => events,
        other => panic!("{other:?}"),
    }
}

#[test]
fn events_keep_what_tells_their_asset_and_nothing_of_people() {
    let read = run(RecordKind::Events, "hall.ics", CALENDAR, "time_zone = \"Europe/London\"").unwrap();
    let [fair, far, yoga] = events(&read) else { panic!("{read:?}") };
    assert_eq!((yoga.source.as_str(), yoga.name.as_str()), ("hall", "Chair yoga (ask"));
    assert_eq!((yoga.place, yoga.location.as_deref()), (Some([-2.24, 53.48]), Some("Elm Hall, M1 1AA")));
    assert_eq!(yoga.website.as_deref(), Some("https://elm.example/yoga"));
    assert_eq!(yoga.changed_on.unwrap().to_string(), "2026-02-01");
    assert_eq!(fair.place, Some([-2.3, 53.5]));
    assert_eq!(far.place, None);
    assert!(read.notes.iter().any(|note| note.contains("north")), "{:?}", read.notes);
    assert_eq!((read.rows, read.left_out), (5, 1));
    assert_eq!(reasons(&read), ["hall.ics:31: DTSTART \"soon\": not a moment"]);
    let stored = format!(
        "{:?}",
        read.records
            .entries()
            .unwrap()
            .iter()
            .map(|(_, json)| String::from_utf8_lossy(json).into_owned())
            .collect::<Vec<_>>()
    );
    assert!(["Some Body", "somebody", "jo@"].iter().all(|word| !stored.contains(word)), "{stored}");
}

#[test]
fn a_map_names_the_asset_and_the_clock() {
    let map = "source = \"s\"\ntime_zone = \"America/Sao_Paulo\"\nconstants = { asset = \"list/7\" }";
    let read = run(RecordKind::Events, "c.ics", CALENDAR, map).unwrap();
    assert!(events(&read).iter().all(|event| event.asset.as_deref() == Some("list/7")));
    let far = events(&read).iter().find(|event| event.uid == "far").unwrap();
    assert_eq!(far.timetable.sessions[0].from, 7 * 60);
    let refused = run(RecordKind::Events, "c.ics", CALENDAR, "time_zone = \"Mars\"").unwrap_err();
    assert!(refused.reason.contains("Mars"), "{refused}");
}

#[test]
fn a_calendar_may_be_a_list_of_assets_and_no_other_kind() {
    let map = "constants = { kind = \"group\", needs = \"social-connection\" }";
    let read = run(RecordKind::Assets, "hall.ics", CALENDAR, map).unwrap();
    let yoga = assets(&read).iter().find(|asset| asset.source_id.starts_with("yoga")).unwrap();
    assert_eq!((yoga.schedule.as_deref(), yoga.verified_on), (Some("Thursdays 10:00–11:00"), None));
    assert!(yoga.timetable.is_some() && yoga.place == Some([-2.24, 53.48]));
    assert!(run(RecordKind::Demand, "hall.ics", CALENDAR, "").unwrap_err().reason.contains("a calendar"));
    assert!(
        run(RecordKind::Events, "x.csv", "a,b\n1,2\n", "").unwrap_err().reason.contains("not a calendar")
    );
}

#[test]
fn one_event_in_two_files_is_one_and_two_that_differ_are_none() {
    let twice = [
        SourceFile { name: "a.ics", bytes: CALENDAR.as_bytes() },
        SourceFile { name: "b.ics", bytes: CALENDAR.as_bytes() },
    ];
    let read = import(RecordKind::Events, &twice, &ImportMap::default(), known()).unwrap();
    assert_eq!((events(&read).len(), read.rejected.len(), read.left_out), (3, 2, 2 + 3));
    let other = CALENDAR.replace("Summer fair", "Winter fair");
    let two = [twice[0], SourceFile { name: "b.ics", bytes: other.as_bytes() }];
    let read = import(RecordKind::Events, &two, &ImportMap::default(), known()).unwrap();
    assert!(events(&read).iter().all(|event| event.uid != "fair"));
    assert_eq!(read.rejected.iter().filter(|row| row.value == "fair").count(), 2);
}
