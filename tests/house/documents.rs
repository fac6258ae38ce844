//! What the documents say, held against the code: the method's worked examples, a word on every property, links that lead
//! somewhere, commands and settings that exist.

use hereabouts_core::decay::{Decay, DecaySteps};
use hereabouts_core::metric::expected::mean_left;
use hereabouts_core::metric::land;
use hereabouts_core::metric::two_step::{PlaceSupply, two_step};
use hereabouts_core::need::LandFloor;
use hereabouts_core::travel::{TravelBasis, TravelTable};
use hereabouts_core::under_recording::{ReferralHistory, chance_of_so_few, expected};
use hereabouts_core::units::{Metres, Minutes};
use hereabouts_data::record::ASSET_FIELDS;
use hereabouts_engine::near::CONDITIONS;
use hereabouts_engine::rows::AssetRow;
use hereabouts_engine::view::GapRow;
use hereabouts_engine::wire::FeatureRow;
use hereabouts_tests::binary::binary;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn near(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

#[test]
fn a_weekly_group_shared_by_two_cells() {
    let limit = Minutes::new(15.0).unwrap();
    let travel = TravelTable::new(1, 2, [(0, 0, 0.0), (0, 1, 12.0)], TravelBasis::Network).unwrap();
    let decay = Decay::Steps(DecaySteps::new(vec![(0.5, 1.0), (1.0, 0.25)]).unwrap());
    let supply = [PlaceSupply { asset: 0, places: [156.0, 78.0] }];
    let scores = two_step(&travel, &supply, &[8.0, 16.0], &decay, limit, 10.0 * 12.0);
    assert_eq!(scores.ratio, [[13.0, 6.5]]);
    assert_eq!(scores.access, [[13.0, 3.25], [6.5, 1.625]]);
    // As listed, and on average where it runs with a chance of one half.
    let unmet = |chance: f64, cell: usize, asked: f64| {
        asked * mean_left(1.0, &[(scores.access[0][cell] / 12.0, chance)])
    };
    assert_eq!(unmet(1.0, 0, 8.0), 0.0);
    near(unmet(1.0, 1, 16.0), 11.7, 0.05);
    near(unmet(0.5, 0, 8.0), 4.0, 0.05);
    near(unmet(0.5, 1, 16.0), 13.8, 0.05);
}

#[test]
fn a_park_answers_a_quarter() {
    let travel = TravelTable::new(1, 1, [(0, 0, 5.0)], TravelBasis::Network).unwrap();
    let floor = LandFloor { hectares_per_1000: 3.0, within: Metres::new(1000.0).unwrap(), counts_for: 0.5 };
    let park = [land::LandSite { asset: 0, hectares: Some(6.0), chance: 1.0 }];
    let reach = land::LandReach { floor: &floor, minutes_per_metre: 1.3 / 80.0 };
    let share = land::in_reach(&travel, &park, &[4000.0], reach).shares[0];
    assert_eq!(share, 0.5);
    assert_eq!(1.0 - 3.0 / 12.0 - floor.counts_for * share, 0.5);
}

#[test]
fn one_area_is_silent_and_one_is_small() {
    let area = |people, observed| ReferralHistory {
        people,
        decile: Some(2),
        system: Some(0),
        observed,
        quarters: 4,
    };
    let mut areas = vec![area(1000.0, 40.0); 9];
    areas.extend([area(3000.0, 40.0), area(100.0, 1.0)]);
    let expected = expected(&areas);
    assert_eq!((expected[9], expected[10]), (Some(120.0), Some(4.0)));
    assert!(chance_of_so_few(40.0, 120.0) < 0.001);
    near(chance_of_so_few(1.0, 4.0), 0.09, 0.005);
}

#[test]
fn every_property_of_a_gap_is_explained() {
    let method = include_str!("../../docs/method.md");
    let table = method.split("## Every property of a gap").nth(1).unwrap().split("\n## ").next().unwrap();
    for property in GapRow::PROPERTIES {
        assert!(table.contains(&format!("`{}`", property.name)), "{} is not explained", property.name);
    }
}

/// A field of an asset stands in a table of the program; columns, rows and documents have it by the same name.
#[test]
fn every_field_of_an_asset_is_a_column_a_property_and_explained() {
    let formats = include_str!("../../docs/data-formats.md");
    let table = formats.split("\n## Assets").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('|').collect()).collect();
    let ticked = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    for field in ASSET_FIELDS.iter().filter(|field| !field.of.columns.is_empty()) {
        let row =
            rows.iter().find(|row| row.len() > 3 && ticked(row[1]).iter().any(|name| name == field.name));
        let row = row.unwrap_or_else(|| panic!("{} is not explained", field.name));
        if field.of.label.is_some() {
            let named = ticked(row[2]).into_iter().map(|column| column.replace('_', ""));
            let unread: Vec<String> = named.filter(|c| !field.of.columns.contains(&c.as_str())).collect();
            assert_eq!(unread, Vec::<String>::new(), "columns of {} that are not read", field.name);
            assert!(field.of.columns.contains(&field.name.replace('_', "").as_str()), "{}", field.name);
        }
    }
    // What no row tells by this name: a place is a geometry, and ages are told on pages.
    let elsewhere = ["place", "age_from", "age_to"];
    // Where more than the listings has a say, and the row means something else.
    let other =
        ["needs", "places", "verified_on", "hectares", "timetable", "location_precision", "cost_from"];
    for field in ASSET_FIELDS {
        match AssetRow::PROPERTIES.iter().find(|property| property.name == field.name) {
            None => assert!(elsewhere.contains(&field.name), "no row tells {}", field.name),
            Some(property) => assert_eq!(
                property.about == field.about,
                !other.contains(&field.name),
                "{} has two meanings: {:?}, {:?}",
                field.name,
                property.about,
                field.about
            ),
        }
    }
}

/// A condition of the table is an option of the program and of the documented address.
#[test]
fn every_condition_is_an_option() {
    let (help, api) = (help(&["near"]), include_str!("../../docs/api.md"));
    for field in CONDITIONS {
        let option = format!("--{}", field.name.replace('_', "-"));
        assert!(help.split([' ', '\n']).any(|word| word == option), "no {option}");
        assert!(api.contains(&format!("`{}`", field.name)), "{} is not documented", field.name);
    }
}

/// Every document with its text.
fn documents() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let roots = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "data/SOURCES.md"];
    let mut paths: Vec<PathBuf> = roots.iter().map(|name| root.join(name)).collect();
    for folder in ["docs", "docs/decisions"] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|file| file.unwrap().path());
        paths.extend(files.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Targets of Markdown links that are not addresses on the web.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    targets.filter(|to| !to.is_empty() && !to.contains("://")).collect()
}

/// The anchor of a heading, as code hosts make it.
fn anchor(heading: &str) -> String {
    let letters = heading.trim_start_matches('#').trim().to_lowercase();
    letters
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let documents = documents();
    assert!(documents.len() > 8);
    for (path, text) in &documents {
        for link in links(text) {
            let (file, part) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(to.exists(), "{} links to {link}", path.display());
            if !part.is_empty() {
                let text = std::fs::read_to_string(&to).unwrap();
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|heading| anchor(heading) == part),
                    "{} links to {link}",
                    path.display()
                );
            }
        }
    }
    assert_eq!(links("[a](b.md#c), [d](https://e.org), ![f](g.png)"), ["b.md#c", "g.png"]);
    assert_eq!(anchor("## needs.csv and `kinds.csv`"), "needscsv-and-kindscsv");
}

/// Lines of code blocks and what stands between backticks.
fn code(text: &str) -> Vec<&str> {
    let mut code = Vec::new();
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 1 {
            code.extend(part.lines());
        } else {
            code.extend(part.lines().flat_map(|line| line.split('`').skip(1).step_by(2)));
        }
    }
    code
}

/// Each command of the program in a line of code, with its options.
fn commands(line: &str) -> Vec<(&str, Vec<&str>)> {
    let line = line.split(" #").next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_program = |at: usize| {
        let word = words[at].trim_start_matches("ExecStart=");
        word == "hereabouts" || word.ends_with("/hereabouts") || word == "--" && words[0] == "cargo"
    };
    let is_command = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let starts = (0..words.len()).filter(|&at| is_program(at) && words.get(at + 1).is_some_and(is_command));
    let options = |at: usize| {
        let own = words[at..].iter().take_while(|word| **word != "&&" && **word != "|");
        own.map(|word| word.trim_matches(['[', ']'])).filter(|word| word.starts_with("--")).collect()
    };
    starts.map(|at| (words[at + 1], options(at + 2))).collect()
}

/// What a command says of itself.
fn help(command: &[&str]) -> String {
    let output = Command::new(binary()).args(command).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help lists.
fn listed(help: &str) -> impl Iterator<Item = &str> {
    let all =
        help.split("\nCommands:\n").nth(1).and_then(|after| after.split("\n\n").next()).unwrap_or_default();
    all.lines().filter_map(|line| line.split_whitespace().next())
}

#[test]
fn commands_and_settings_exist() {
    let of_program = help(&[]);
    let whole = |name| {
        let own = help(&[name]);
        let below: String = listed(&own).filter(|act| *act != "help").map(|act| help(&[name, act])).collect();
        own + &below
    };
    let helps: BTreeMap<&str, String> = listed(&of_program).map(|name| (name, whole(name))).collect();
    let makefile = include_str!("../../Makefile");
    let mut shown = 0;
    for (path, text) in documents() {
        for line in code(&text) {
            for (command, options) in commands(line) {
                shown += 1;
                let help = helps.get(command);
                let help = help.unwrap_or_else(|| panic!("{}: no command {command:?}", path.display()));
                for option in options {
                    let known = help.split([' ', '\n', ',']).any(|word| word == option);
                    assert!(known, "{}: {command} has no {option}", path.display());
                }
            }
            if let Some(target) = line.trim().strip_prefix("make ") {
                let target = target.split(' ').next().unwrap();
                assert!(makefile.contains(&format!("\n{target}:")), "{}: make {target}", path.display());
            }
        }
        let name = |rest: &str| {
            let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(rest.len());
            format!("HEREABOUTS_{}", &rest[..end])
        };
        for variable in text.split("HEREABOUTS_").skip(1).map(name) {
            // The one setting of the tests themselves.
            let known = variable == "HEREABOUTS_TEST_BED"
                || helps.values().any(|help| help.contains(&format!("[env: {variable}=")));
            assert!(known, "{}: no setting {variable}", path.display());
        }
    }
    assert!(shown > 20, "only {shown} commands found");
    assert_eq!(
        commands("sudo /usr/bin/hereabouts gaps [--top N] --json && hereabouts check # --not"),
        [("gaps", vec!["--top", "--json"]), ("check", vec![])]
    );
}
