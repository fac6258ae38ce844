//! One question to the page, the API and the command line, about a real place.

use super::serve::Server;
use crate::common::{Place, command};
use hereabouts_tests::test_bed;
use serde_json::Value;
use std::path::Path;

/// Free, step-free, for social connection, on a Thursday in the daytime.
const CONDITIONS: [(&str, &str); 7] = [
    ("need", "social-connection"),
    ("free", "true"),
    ("step_free", "true"),
    ("day", "thursday"),
    ("after", "09:00"),
    ("before", "17:00"),
    ("minutes", "15"),
];

/// What one of the three answers.
#[derive(Debug, PartialEq)]
struct Said {
    /// What fits, and what may.
    ids: [Vec<String>; 2],
    /// How many of each.
    totals: [u64; 2],
    /// Conditions that alone keep listings out, and how many each.
    removed: Vec<(String, u64)>,
}

impl Said {
    fn of(answer: &Value) -> Self {
        let list = |name: &str| answer[name].as_array().unwrap().iter();
        Self {
            ids: ["fits", "may_fit"]
                .map(|part| list(part).map(|one| one["id"].as_str().unwrap().to_owned()).collect()),
            totals: ["fits_total", "may_fit_total"].map(|total| answer[total].as_u64().unwrap()),
            removed: list("removed")
                .map(|r| (r["parameter"].as_str().unwrap().to_owned(), r["listings"].as_u64().unwrap()))
                .collect(),
        }
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

/// Postcodes of a file with the columns postcode, latitude and longitude.
fn postcodes(file: &Path) -> Vec<(String, [f64; 2])> {
    let mut rows = csv::Reader::from_path(file).unwrap();
    let place = |row: &csv::StringRecord| Some([row[2].parse().ok()?, row[1].parse().ok()?]);
    rows.records().map(|row| row.unwrap()).filter_map(|row| Some((row[0].to_owned(), place(&row)?))).collect()
}

/// Whether a listing of the file answers the question wherever one sets out; where it is.
fn fits(group: &csv::StringRecord, column: impl Fn(&str) -> usize) -> Option<[f64; 2]> {
    let is = |name: &str, value: &str| group[column(name)] == *value;
    let opens = &group[column("opens")];
    let right = is("need", "social-connection")
        && is("cost_gbp", "0")
        && is("step_free", "yes")
        && group[column("rrule")].starts_with("FREQ=WEEKLY")
        && group[column("rrule")].contains("BYDAY=TH")
        && ("09:00".."17:00").contains(&opens);
    right.then(|| ["lon", "lat"].map(|name| group[column(name)].parse().unwrap()))
}

/// The postcodes nearest to three such groups, none of them the same.
fn beside_groups(bed: &Path, postcodes: &[(String, [f64; 2])]) -> Vec<String> {
    let mut groups = csv::Reader::from_path(bed.join("greater_manchester/groups_SYNTHETIC.csv")).unwrap();
    let header = groups.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let places = groups.records().filter_map(|group| fits(&group.unwrap(), column));
    // Near enough that degrees may be compared, those of longitude being shorter.
    let apart = |a: [f64; 2], b: [f64; 2]| ((a[0] - b[0]) * 0.6).hypot(a[1] - b[1]);
    let mut nearest: Vec<(f64, &String)> = places
        .filter_map(|place| {
            let distances = postcodes.iter().map(|(code, at)| (apart(place, *at), code));
            distances.min_by(|a, b| a.0.total_cmp(&b.0))
        })
        .collect();
    nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
    nearest.into_iter().take(3).map(|(_, code)| code.clone()).collect()
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn page_api_and_command_line_answer_alike_in_greater_manchester() {
    let bed = test_bed();
    let place = Place::empty();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("real/greater_manchester.toml");
    let (file, data) = (file.to_str().unwrap(), bed.to_str().unwrap());
    // Some rows of real lists are rejected, and told.
    let built = place.run(["build", file, "--data", data]);
    assert!([0, 3].contains(&built.status), "{}", built.err);
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--as-of", "2026-11-21", "--store"]).arg(place.store());
    let server = Server::start(serve);

    let known = postcodes(&bed.join("greater_manchester/postcodes/M.csv"));
    let in_m9 = known.iter().map(|(code, _)| code.clone()).filter(|code| code.starts_with("M9 "));
    let beside = beside_groups(&bed, &known);
    assert_eq!(beside.len(), 3, "{beside:?}");
    let origins =
        ["M9".to_owned()].into_iter().chain(in_m9.step_by(400).take(3)).chain(beside.iter().cloned());
    let (mut empty, mut found) = (0, 0);
    for (at, origin) in origins.enumerate() {
        let conditions = CONDITIONS.map(|(name, value)| format!("{name}={value}")).join("&");
        let from = origin.replace(' ', "%20");
        let answer = server.get(&format!("/v1/near?postcode={from}&{conditions}&limit=200"));
        let api: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        let api = Said::of(&api);
        let [fits, may_fit] = api.totals;
        let told = [fits.min(200), may_fit.min(200 - fits.min(200))];
        assert_eq!([0, 1].map(|part| api.ids[part].len() as u64), told, "{origin}");

        let page = server.get(&format!("/find?place={from}&{conditions}&limit=200"));
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        let cards = |part: &str| -> Vec<String> {
            let lists = between(part, "<ol class=\"cards\"", "</ol>").into_iter();
            let ids = lists.flat_map(|list| between(list, "<h3><a href=\"/assets/", "\""));
            ids.map(str::to_owned).collect()
        };
        let (first, second) = page.split_once("May fit: ask first").unwrap_or((&page, ""));
        assert_eq!([cards(first), cards(second)], api.ids, "{origin}: {page}");
        if fits == 0 {
            // The page says what keeps most out as the API does; where nothing does by itself, which two do together.
            let lifted = between(&page, "there would be ", "<");
            let counts: Vec<String> = api.removed.iter().take(3).map(|(_, n)| n.to_string()).collect();
            if counts.is_empty() {
                let says = !lifted.is_empty() || page.contains("data-key=\"farther\"") || may_fit > 0;
                assert!(says, "{origin}: {page}");
            } else {
                assert_eq!(lifted, counts, "{origin}: {page}");
            }
            empty += 1;
        }
        if fits > 0 {
            found += 1;
        }

        // A process for each question takes a while: an outward code and a postcode of either sort.
        if [0, 1, 4].contains(&at) {
            let mut args = vec!["near", "--postcode", &origin, "--limit", "200", "--as-of", "2026-11-21"];
            args.extend(["--need", "social-connection", "--free", "--step-free", "--day", "thursday"]);
            args.extend(["--after", "09:00", "--before", "17:00", "--minutes", "15", "--format", "json"]);
            assert_eq!(Said::of(&place.run(args).ended(0).json()), api, "{origin}");
        }
    }
    assert_eq!(found, 3, "beside each of the three groups something is found");
    println!("{found} answers with something, {empty} with nothing but reasons");
    server.terminate().ended(0);
}

#[test]
fn the_place_file_says_the_currency_and_the_command_line_another() {
    let place = Place::empty();
    let hall = "id,name,kind,lon,lat,cost\n1,Hall,community-centre,2.3,54.7,\"3,50 €\"\n";
    place.write("halls.csv", hall);
    let square = "[[2.2,54.6],[2.4,54.6],[2.4,54.8],[2.2,54.8],[2.2,54.6]]";
    place.write(
        "areas.geojson",
        &format!("{{\"type\":\"Feature\",\"properties\":{{\"area_code\":\"X1\",\"area_name\":\"One\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{square}]}}}}"),
    );
    let file = place.write(
        "place.toml",
        "name = \"Anyville\"\ncurrency = \"EUR\"\n[[import]]\nkind = \"neighbourhoods\"\nfiles = [\"areas.geojson\"]\n\
         [[import]]\nkind = \"assets\"\nfiles = [\"halls.csv\"]\n",
    );
    place.run(["build", file.to_str().unwrap()]).ended(0);
    let near = |more: &[&str]| place.run(["near", "--at", "54.7,2.3"].iter().chain(more));
    let answer = near(&["--format", "json"]).ended(0).json();
    let hall = &answer["results"][0];
    assert_eq!((&hall["cost_from"], &hall["currency"]), (&3.5.into(), &"EUR".into()));
    assert!(near(&[]).ended(0).out.contains("from €3.50"));
    assert!(near(&["--currency", "CHF"]).ended(0).out.contains("from 3.50 CHF"));
    assert!(near(&["--currency", "francs"]).ended(2).err.contains("ISO 4217"));
}
