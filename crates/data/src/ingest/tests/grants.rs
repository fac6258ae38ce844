//! Grants, as a spreadsheet and as JSON.

use super::*;
use crate::record::{GrantPrecision, GrantRecord};

pub(super) const CSV: &str = "Identifier,Title,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:Duration (months),\
    Recipient Org:Identifier,Recipient Org:Name,Recipient Org:Charity Number,Recipient Org:Email,Beneficiary Location:0:Name,\
    Beneficiary Location:0:Geographic Code,Beneficiary Location:1:Latitude,Beneficiary Location:1:Longitude,\
    Funding Org:Identifier,Funding Org:Name,Grant Programme:Title\n\
    360G-x-1,Grant to the Choir,GBP,2266.50,2013-01-18,2013-02-01,12,360G-x-choir,The Choir,1146179,jo@example.org,Trafford,E08000009,53.5,-2.2,GB-LAE-TRF,Trafford,Voluntary Sector\n\
    360G-x-2,Ring jo@example.org on 0161 496 0000,gbp,\"1,000\",2014-05-01T00:00:00Z,soon,,,Hall,,,England,E92000001,,,GB-LAE-TRF,Trafford,\n";

pub(super) const JSON: &str = r#"{"grants":[
    {"id":"360G-x-1","title":"Grant to the Choir","currency":"GBP","amountAwarded":2266.5,"awardDate":"2013-01-18",
     "plannedDates":[{"startDate":"2013-02-01","duration":12}],
     "recipientOrganization":[{"id":"360G-x-choir","name":"The Choir","charityNumber":"1146179","email":"jo@example.org"}],
     "beneficiaryLocation":[{"name":"Trafford","geoCode":"E08000009"},{"latitude":53.5,"longitude":-2.2}],
     "fundingOrganization":[{"id":"GB-LAE-TRF","name":"Trafford"}],"grantProgramme":[{"title":"Voluntary Sector"}]},
    {"id":"360G-x-2","title":"Ring jo@example.org on 0161 496 0000","currency":"gbp","amountAwarded":1000,
     "awardDate":"2014-05-01T00:00:00Z","plannedDates":[{"startDate":"soon"}],"recipientOrganization":{"name":"Hall"},
     "beneficiaryLocation":[{"name":"England","geoCode":"E92000001"}],
     "fundingOrganization":[{"id":"GB-LAE-TRF","name":"Trafford"}]}]}"#;

fn grants(name: &str, text: &str) -> (Vec<GrantRecord>, ImportedRecords) {
    let read = run(RecordKind::Grants, name, text, "source = \"s\"\nlicence = \"CC-BY-4.0\"").unwrap();
    let RecordList::Grants(grants) = &read.records else { panic!() };
    (grants.clone(), read)
}

#[test]
fn both_formats_are_the_same_records() {
    let ((csv, read), (json, _)) = (grants("g.csv", CSV), grants("g.json", JSON));
    assert_eq!(csv, json);
    let [choir, hall] = &csv[..] else { panic!("{csv:?}") };
    assert_eq!((choir.amount, choir.currency.as_str(), choir.months), (2266.5, "GBP", Some(12.0)));
    assert_eq!(choir.recipient_ids, ["360G-x-choir", "GB-CHC-1146179"]);
    assert_eq!((choir.precision(), hall.precision()), (GrantPrecision::Place, GrantPrecision::Unknown));
    assert_eq!(choir.beneficiaries[1].place, Some([-2.2, 53.5]));
    assert_eq!(
        (hall.amount, hall.awarded_on.to_string(), hall.starts_on),
        (1000.0, "2014-05-01".into(), None)
    );
    assert_eq!(choir.licence.as_deref(), Some("CC-BY-4.0"));
    assert!(read.notes.iter().any(|n| n.starts_with("starts_on: 1 not understood")), "{:?}", read.notes);
    // What reaches a person is kept nowhere.
    assert_eq!(hall.title, "Ring on");
    assert!(!format!("{csv:?}").contains('@') && !format!("{csv:?}").contains("496"));
}

#[test]
fn of_grants_to_persons_nobody_is_named() {
    let csv = "Identifier,Title,Currency,Amount Awarded,Award Date,Recipient Ind:Identifier,Recipient Ind:Name,Recipient Org:Name,Beneficiary Location:Geographic Code,Beneficiary Location:Latitude,Beneficiary Location:Longitude\n\
        1,Grant to Xanthippe,GBP,10,2020-01-01,p-77,Xanthippe,,E08000009,53.5,-2.2\n2,Grant to the Hall,GBP,10,2020-01-01,,,The Hall,,,\n";
    let json = r#"[{"id":"1","title":"Grant to Xanthippe","currency":"GBP","amountAwarded":10,"awardDate":"2020-01-01",
        "recipientIndividual":{"id":"p-77","name":"Xanthippe"},"beneficiaryLocation":[{"geoCode":"E08000009","latitude":53.5,"longitude":-2.2}]},
        {"id":"2","title":"Grant to the Hall","currency":"GBP","amountAwarded":10,"awardDate":"2020-01-01","recipientOrganization":[{"name":"The Hall"}]}]"#;
    let ((from_csv, read), (from_json, _)) = (grants("g.csv", csv), grants("g.json", json));
    assert_eq!(from_csv, from_json);
    let text = format!("{from_csv:?} {read:?}");
    assert!(!["Xanthippe", "p-77", "53.5"].iter().any(|name| text.contains(name)), "{text}");
    assert_eq!(
        (from_csv[0].title.as_str(), from_csv[0].precision()),
        ("Grant to a person", GrantPrecision::District)
    );
    assert_eq!(from_csv[1].recipient.as_deref(), Some("The Hall"));
    assert!(read.notes.iter().any(|n| n.starts_with("1 went to persons")), "{:?}", read.notes);
}

#[test]
fn rows_are_rejected_one_by_one() {
    let csv = "Identifier,Currency,Amount Awarded,Award Date\n,GBP,1,2020-01-01\n2,pounds,1,2020-01-01\n3,GBP,-1,2020-01-01\n4,GBP,1,soon\n5,GBP,,2020-01-01\n\
        6,GBP,1,2020-01-01\n6,GBP,1,2020-01-01\n7,GBP,1,2020-01-01\n7,GBP,2,2020-01-01\n";
    let read = run(RecordKind::Grants, "g.csv", csv, "").unwrap();
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    let expected = [
        (2, "id"),
        (3, "currency"),
        (4, "amount"),
        (5, "awarded_on"),
        (6, "amount"),
        (8, "id"),
        (9, "id"),
        (10, "id"),
    ];
    assert_eq!((read.records.len(), fields.as_slice()), (1, &expected[..]));

    let json =
        r#"{"grants":[7,{"id":"a"},{"id":"b","currency":"GBP","amountAwarded":1,"awardDate":"2020-01-01"}]}"#;
    let read = run(RecordKind::Grants, "g.json", json, "").unwrap();
    assert_eq!((read.records.len(), read.rejected.len(), read.rows), (1, 2, 3));
    for (text, why) in
        [("{\"grants\":7}", "no list of grants"), ("{", "not JSON"), ("a,b\n1,2\n", "no column for id")]
    {
        let refused = run(RecordKind::Grants, "g", text, "").unwrap_err();
        assert!(refused.reason.contains(why), "{refused}");
    }
}
