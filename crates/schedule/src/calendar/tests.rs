use super::*;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-TIMEZONE:Europe/London\r\n\
BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19961027T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nUID:walk@example.org\r\nDTSTART;TZID=Europe/London:20260108T100000\r\nDTEND;TZID=Europe/London:20260108T120000\r\n\
RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T235959Z\r\nEXDATE;TZID=Europe/London:20260409T100000\r\nRDATE;TZID=Europe/London:20260410T140000\r\n\
SUMMARY:Walk\\, talk\r\n  and tea\r\nORGANIZER;CN=\"A: Person\":mailto:someone@example.org\r\nATTENDEE:mailto:other@example.org\r\n\
LAST-MODIFIED:20260101T235900Z\r\nGEO:53.48;-2.24\r\nBEGIN:VALARM\r\nSUMMARY:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:walk@example.org\r\nRECURRENCE-ID:20260604T090000Z\r\nDTSTART;TZID=Europe/London:20260605T100000\r\nDURATION:PT3H\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:walk@example.org\r\nRECURRENCE-ID:20260611T090000Z\r\nDTSTART;TZID=Europe/London:20260611T130000\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:walk@example.org\r\nRECURRENCE-ID:20260618T090000Z\r\nSTATUS:CANCELLED\r\nDTSTART;TZID=Europe/London:20260618T100000\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:choir\r\nDTSTART:20260701T180000Z\r\nSUMMARY:Choir\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:off\r\nDTSTART:20260701T180000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:own\r\nDTSTART:20260701T180000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Somebody's doctor\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn day(m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, m, d).unwrap()
}

/// Its one event, of a calendar with nothing else.
fn event(lines: &str) -> Result<CalendarEvent, UnreadEvent> {
    let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\n{lines}\nEND:VEVENT\nEND:VCALENDAR");
    let mut read = read(&text, None).unwrap();
    read.events.pop().ok_or_else(|| read.unread.remove(0))
}

#[test]
fn an_event_with_its_exceptions_and_changes() {
    let read = read(CALENDAR, None).unwrap();
    let walk = read.events.iter().find(|e| e.uid == "walk@example.org").unwrap();
    assert_eq!(walk.summary, "Walk, talk and tea");
    assert_eq!(walk.geo, Some(("53.48".into(), "-2.24".into())));
    assert_eq!(walk.changed_on, Some(day(1, 1)));
    let on = |m, d| {
        let all = walk.timetable.on(day(m, d));
        let hours = all.iter().map(|o| (o.start.hour(), o.end.map(|end| end.hour())));
        hours.collect::<Vec<_>>()
    };
    let usual = vec![(10, Some(12))];
    assert_eq!((on(1, 8), on(4, 2), on(12, 31)), (usual.clone(), usual.clone(), usual));
    assert_eq!((on(4, 9), on(4, 10)), (vec![], vec![(14, Some(16))]), "left out, and one more");
    assert_eq!((on(6, 4), on(6, 5)), (vec![], vec![(10, Some(13))]), "moved to the day after, and longer");
    assert_eq!((on(6, 11), on(6, 18)), (vec![(13, None)], vec![]), "moved within the day, and cancelled");
    assert_eq!(walk.timetable.next(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap().into()), None);
    assert_eq!(
        (read.unread.len(), read.unread[0].property, read.unread[0].value.as_str()),
        (1, "DTSTART", "soon")
    );
    assert_eq!(read.zone, Tz::Europe__London);
}

#[test]
fn utc_is_on_the_clock_of_the_place_and_cancelled_and_private_events_are_none() {
    let read = read(CALENDAR, None).unwrap();
    let uids: Vec<&str> = read.events.iter().map(|e| e.uid.as_str()).collect();
    assert_eq!((uids, read.cancelled, read.private), (vec!["choir", "walk@example.org"], 1, 1));
    assert_eq!(read.events[0].timetable.in_words(), "1 July 2026 19:00");
    let elsewhere = super::read(CALENDAR, Some(Tz::America__Sao_Paulo)).unwrap();
    assert_eq!(elsewhere.events[0].timetable.in_words(), "1 July 2026 15:00");
    let all_off = CALENDAR.replacen("VERSION:2.0", "METHOD:CANCEL", 1);
    assert_eq!(super::read(&all_off, None).unwrap().cancelled, 4);
}

#[test]
fn nobody_is_read() {
    let text = format!("{:?}", read(CALENDAR, None).unwrap());
    assert!(["Person", "mailto", "doctor", "other@"].iter().all(|word| !text.contains(word)), "{text}");
}

#[test]
fn whole_days_and_nights() {
    let words = |lines| event(lines).map(|e| e.timetable.in_words());
    assert_eq!(words("DTSTART;VALUE=DATE:20260704").unwrap(), "4 July 2026 all day");
    assert_eq!(words("DTSTART:20260704T220000\nDURATION:PT4H").unwrap(), "4 July 2026 22:00–02:00");
    assert_eq!(words("DTSTART:20260704T220000\nDTEND:20260801T100000").unwrap(), "4 July 2026 22:00");
    assert_eq!(
        words("DTSTART;VALUE=DATE:20260704\nRRULE:FREQ=MONTHLY;BYDAY=1SA").unwrap(),
        "first Saturday of the month all day"
    );
}

#[test]
fn the_end_of_a_rule_is_a_moment() {
    let last = |until: &str| {
        let rule = format!("DTSTART:20260701T100000\nRRULE:FREQ=DAILY;UNTIL={until}");
        event(&rule).unwrap().timetable.sessions()[0].last.unwrap()
    };
    assert_eq!(last("20260710"), day(7, 10));
    // Nine in the morning in UTC is ten in London in summer.
    assert_eq!((last("20260710T090000Z"), last("20260710T085959Z")), (day(7, 10), day(7, 9)));
}

#[test]
fn the_latest_version_counts_wherever_it_stands() {
    let version = |n: u32, hour: u32| {
        format!("BEGIN:VEVENT\nUID:x\nSEQUENCE:{n}\nDTSTART:20260704T{hour}0000\nSUMMARY:Tea\nEND:VEVENT\n")
    };
    let both = [version(2, 11), version(10, 12)];
    for order in [[0, 1], [1, 0]] {
        let text = format!("BEGIN:VCALENDAR\n{}{}END:VCALENDAR", both[order[0]], both[order[1]]);
        assert_eq!(read(&text, None).unwrap().events[0].timetable.in_words(), "4 July 2026 12:00");
    }
}

#[test]
fn what_is_not_certain_is_noted() {
    for (lines, property) in [
        ("SUMMARY:Never", "DTSTART"),
        ("DTSTART:20260704T100000\nRRULE:FREQ=WEEKLY\nRRULE:FREQ=DAILY", "RRULE"),
        ("DTSTART:20260704T100000\nRRULE:FREQ=HOURLY", "RRULE"),
        // Half past midnight on Tuesday in London: whose Monday?
        ("DTSTART:20260706T233000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE"),
        ("DTSTART:20260704T100000\nRRULE:FREQ=WEEKLY\nEXDATE:then", "EXDATE"),
    ] {
        assert_eq!(event(lines).unwrap_err().property, property, "{lines}");
    }
}

#[test]
fn an_event_with_every_date_left_out_is_never_on() {
    let never = event("DTSTART:20260704T100000\nEXDATE:20260704T100000").unwrap();
    assert!(never.timetable.sessions().is_empty());
}

#[test]
fn damage_is_an_error_or_fewer_events() {
    assert!(read("hello", None).is_err());
    for cut in 0..CALENDAR.len() {
        if CALENDAR.is_char_boundary(cut) {
            let _ = read(&CALENDAR[..cut], None);
        }
    }
}
