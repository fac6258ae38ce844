//! What the program prints of the made-up town, and its help, held to what it printed before.

use crate::common::{Place, run};
use hereabouts_tests::snapshot::{hold, of_any_version, without};

/// A name, and what is asked.
const TOLD: &[(&str, &[&str])] = &[
    ("gaps", &["gaps", "--top", "5"]),
    ("gaps_cells", &["gaps", "--top", "3", "--level", "cell", "--need", "food"]),
    ("gaps_csv", &["gaps", "--format", "csv", "--need", "food", "--top", "5"]),
    ("gaps_json", &["gaps", "--json", "--need", "food", "--top", "2"]),
    ("near", &["near", "--area", "MADEUP-01", "--limit", "5"]),
    ("near_json", &["near", "--area", "MADEUP-01", "--limit", "2", "--format", "json"]),
    ("near_geojson", &["near", "--area", "MADEUP-01", "--limit", "1", "--format", "geojson"]),
    (
        "near_transit",
        &["near", "--area", "MADEUP-01", "--limit", "3", "--mode", "walk+transit", "--format", "json"],
    ),
    ("reach", &["reach", "MADEUP-01", "--minutes", "5,10"]),
    ("reach_geojson", &["reach", "MADEUP-01", "--minutes", "5", "--format", "geojson"]),
    ("queue", &["queue", "--limit", "3"]),
    ("queue_json", &["queue", "--limit", "2", "--json"]),
    ("trust", &["trust"]),
    ("trust_json", &["trust", "show", "--json"]),
    ("streets", &["streets", "--top", "3"]),
    ("streets_json", &["streets", "--top", "2", "--json"]),
    ("sources", &["sources"]),
    ("sources_json", &["sources", "--json"]),
    ("duplicates", &["duplicates"]),
    ("duplicates_json", &["duplicates", "list", "--json"]),
    ("wants", &["wants"]),
    ("wants_json", &["wants", "--json"]),
    ("check", &["check"]),
    ("key_list", &["key", "list"]),
];

/// Commands that a help names under its heading.
fn commands(help: &str) -> Vec<String> {
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_table_is_as_before() {
    let place = Place::town();
    let folder = place.path("").display().to_string();
    let texts = TOLD.iter().map(|(name, args)| {
        let dated = ["gaps", "near", "queue", "streets"].contains(&args[0]);
        let as_of = if dated { &["--as-of", "2026-11-01"][..] } else { &[] };
        let ran = place.run([*args, as_of].concat());
        // One name a line, so that a diff is of names.
        let json = serde_json::from_str::<serde_json::Value>(&ran.out).map(|value| format!("{value:#}\n"));
        let out = json.unwrap_or(ran.out);
        let text = format!("$ hereabouts {}\n{}\n{}\n{}", args.join(" "), ran.status, out, ran.err);
        // The town was imported today, whatever day that is.
        let text = without(&text, "\"imported_on\": \"", '"');
        ((*name).to_owned(), of_any_version(&text.replace(&folder, "TOWN/")))
    });
    hold("cli", texts);
}

#[test]
fn each_help_is_as_before() {
    let mut texts = Vec::new();
    let mut todo = vec![Vec::<String>::new()];
    while let Some(command) = todo.pop() {
        let help = run([command.clone(), vec!["--help".to_owned()]].concat()).ended(0).out;
        todo.extend(commands(&help).into_iter().map(|name| [command.clone(), vec![name]].concat()));
        let name = [&["help".to_owned()][..], &command].concat().join("_");
        texts.push((name, of_any_version(&help)));
    }
    assert!(texts.len() > 20, "{}", texts.len());
    hold("help", texts);
}
