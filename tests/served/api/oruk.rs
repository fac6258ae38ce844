//! Open Referral UK under `/oruk`.

use crate::common::get;
use hereabouts_tests::test_bed;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn json_of(path: &str) -> Value {
    let answer = get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

fn schema(name: &str) -> Validator {
    let mut root: Value = serde_json::from_str(include_str!("../../oruk/schema.json")).unwrap();
    root["$ref"] = json!(format!("#/$defs/{name}"));
    jsonschema::options().should_validate_formats(true).build(&root).unwrap()
}

fn fits(name: &str, value: &Value) {
    let wrong: Vec<String> =
        schema(name).iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:?} in {value}");
    assert!(no_nulls(value), "{value}");
}

fn no_nulls(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(all) => all.iter().all(no_nulls),
        Value::Object(fields) => fields.values().all(no_nulls),
        _ => true,
    }
}

fn contents(page: &Value) -> &[Value] {
    page["contents"].as_array().unwrap()
}

fn ids(page: &Value) -> Vec<String> {
    contents(page).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// Each list with what it lists and one of each.
const LISTS: [(&str, &str); 4] = [
    ("services", "service"),
    ("service_at_locations", "service_at_location"),
    ("taxonomies", "taxonomy"),
    ("taxonomy_terms", "taxonomy_term"),
];

#[actix_web::test]
async fn every_answer_fits_the_schema() {
    for path in ["/oruk", "/oruk/"] {
        fits("api", &json_of(path).await);
    }
    for (list, one) in LISTS {
        let page = json_of(&format!("/oruk/{list}?per_page=500")).await;
        fits("page", &page);
        assert!(!contents(&page).is_empty(), "{list}");
        for listed in contents(&page) {
            fits(one, listed);
        }
        for id in ids(&page).iter().take(40) {
            let full = json_of(&format!("/oruk/{list}/{id}")).await;
            fits(one, &full);
            assert_eq!(full["id"], json!(id));
        }
    }
    let full = json_of("/oruk/services?full=true&per_page=500").await;
    for service in contents(&full) {
        fits("service", service);
    }
    // What we say of none of them is not the schema's fault: it does refuse.
    assert!(!schema("service").is_valid(&json!({ "id": "1", "name": "x", "status": "open" })));
}

/// Keys of an object, and of what is in it, as paths.
fn keys(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| keys(one, at, into)),
        Value::Object(fields) => {
            for (key, inner) in fields {
                let path = format!("{at}/{key}");
                keys(inner, &path, into);
                let kind = match inner {
                    Value::Array(_) => "list",
                    Value::Object(_) => "object",
                    Value::String(_) => "text",
                    Value::Number(_) => "number",
                    Value::Bool(_) => "flag",
                    Value::Null => "null",
                };
                into.insert(format!("{path}: {kind}"));
            }
        }
        _ => {}
    }
}

#[actix_web::test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
async fn answers_have_the_shapes_of_the_profiles_examples() {
    let bed = test_bed();
    let of = |value: &Value| {
        let mut all = BTreeSet::new();
        keys(value, "", &mut all);
        all
    };
    for (list, one) in LISTS {
        let page = json_of(&format!("/oruk/{list}?per_page=500")).await;
        let mut full = Vec::new();
        for id in ids(&page).iter().take(60) {
            full.push(json_of(&format!("/oruk/{list}/{id}")).await);
        }
        let name =
            if one == "taxonomy" || one == "taxonomy_term" { one.to_owned() } else { format!("{one}_full") };
        for (file, ours) in [(format!("{one}_list"), page), (name, Value::Array(full))] {
            let path = bed.join("formats/oruk_profile_examples").join(format!("{file}.json"));
            let example: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            fits(if file.ends_with("_list") { "page" } else { one }, &example_of_ours(&example));
            let (ours, theirs) = (of(&ours), of(&example));
            let path_of = |key: &String| key.split(": ").next().unwrap().to_owned();
            let known: BTreeSet<String> = theirs.iter().map(path_of).collect();
            // A key that both have is of one type in both, and most of ours are the profile's.
            let differ: Vec<_> =
                ours.iter().filter(|k| known.contains(&path_of(k)) && !theirs.contains(*k)).collect();
            assert!(differ.is_empty(), "{file}: {differ:?}");
            let beside: Vec<_> = ours
                .difference(&theirs)
                .filter(|k| {
                    !k.starts_with("/hereabouts")
                        && !k.starts_with("/service/hereabouts")
                        && !k.starts_with("/contents/hereabouts")
                        && !k.starts_with("/contents/service/hereabouts")
                })
                .collect();
            let hsds: &[&str] = &[
                "code",
                "label",
                "link_id",
                "phones",
                "number",
                "languages",
                "option",
                "amount",
                "currency",
                "fees_description",
                "eligibility_description",
                "organization_id",
                "description",
                "id",
                "name",
                "assured_date",
                "minimum_age",
                "maximum_age",
                "url",
            ];
            for key in beside {
                let last = path_of(key).rsplit('/').next().unwrap().to_owned();
                assert!(hsds.contains(&last.as_str()), "{file}: {key} is in neither standard");
            }
        }
    }
}

/// The examples are of a place at latitude 100, and of services that are not ours to judge; the shape is what counts.
fn example_of_ours(example: &Value) -> Value {
    let text = example
        .to_string()
        .replace("\"latitude\":100", "\"latitude\":51")
        .replace("\"longitude\":101", "\"longitude\":0");
    serde_json::from_str(&text).unwrap()
}

#[actix_web::test]
async fn pages_are_a_partition_of_the_whole() {
    let whole = json_of("/oruk/services?per_page=500").await;
    let total = whole["total_items"].as_u64().unwrap() as usize;
    assert!(total > 20 && contents(&whole).len() == total);
    let mut seen = Vec::new();
    let pages = total.div_ceil(7);
    for number in 1..=pages {
        let page = json_of(&format!("/oruk/services?per_page=7&page={number}")).await;
        assert_eq!(page["total_pages"], json!(pages));
        assert_eq!((page["first_page"] == true, page["last_page"] == true), (number == 1, number == pages));
        seen.extend(ids(&page));
    }
    assert_eq!(seen, ids(&whole));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), total);
    let beyond = json_of(&format!("/oruk/services?per_page=7&page={}", pages + 1)).await;
    assert!(beyond["empty"] == true && beyond["last_page"] == true && contents(&beyond).is_empty());
}

#[actix_web::test]
async fn filters_leave_what_fits() {
    let whole = json_of("/oruk/services?full=true&per_page=500").await;
    let terms = json_of("/oruk/taxonomy_terms?per_page=500").await;
    let mut narrowed = 0;
    for term in contents(&terms) {
        let id = term["id"].as_str().unwrap();
        let filed = |service: &&Value| {
            service["attributes"].as_array().unwrap().iter().any(|a| a["taxonomy_term"]["id"] == id)
        };
        let expected: Vec<&str> =
            contents(&whole).iter().filter(filed).map(|s| s["id"].as_str().unwrap()).collect();
        let found = json_of(&format!("/oruk/services?taxonomy_term_id={id}&per_page=500")).await;
        assert_eq!(ids(&found), expected, "{term}");
        narrowed += usize::from(!expected.is_empty() && expected.len() < contents(&whole).len());
    }
    assert!(narrowed > 0);
    let words = json_of("/oruk/services?search=frends&per_page=500").await;
    assert!(!contents(&words).is_empty() && contents(&words).len() < contents(&whole).len());
    for (query, field) in [
        ("postcode=M1", "postcode"),
        ("page=0", "page"),
        ("day=Monday", "day"),
        ("taxonomy_term_id=00000000-0000-4000-8000-000000000000", "taxonomy_term_id"),
        ("taxonomy_id=needs", "taxonomy_id"),
        ("start_time=9am", "start_time"),
    ] {
        let answer = get(&format!("/oruk/services?{query}")).await;
        assert!(
            (400..=404).contains(&answer.status.as_u16()) && answer.json()["field"] == field,
            "{query}: {}",
            answer.text()
        );
    }
    for path in [
        "services/x",
        "services/00000000-0000-4000-8000-000000000000",
        "service_at_locations/x",
        "taxonomies/x",
        "taxonomy_terms/x",
    ] {
        assert_eq!(get(&format!("/oruk/{path}")).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn near_a_postcode_the_nearest_come_first() {
    let all = json_of("/oruk/service_at_locations?per_page=500").await;
    let areas = get("/ogc/collections/neighbourhoods/items?limit=1").await.json();
    let area = areas["features"][0]["id"].as_str().unwrap().to_owned();
    let near =
        json_of(&format!("/oruk/service_at_locations?postcode={area}&proximity=900&per_page=500")).await;
    let farther =
        json_of(&format!("/oruk/service_at_locations?postcode={area}&proximity=2000&per_page=500")).await;
    let (near, farther, all) = (ids(&near), ids(&farther), ids(&all));
    assert!(!near.is_empty() && near.len() < farther.len() && farther.len() < all.len());
    assert_eq!(farther[..near.len()], near, "nearest first");
    let none = get("/oruk/service_at_locations?postcode=ZZ99%209ZZ").await;
    assert!(none.status == 404 && none.json()["field"] == "postcode", "{}", none.text());
}
