//! The house rules that a reader relies on: which crate may know which, what the core may not do, who opens which door.

use hereabouts_tests::imports::ModuleGraph;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn files(dir: &Path, end: &str, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, end, into);
        } else if path.to_string_lossy().ends_with(end) {
            into.push(path);
        }
    }
}

/// Path from the root and text of every source file of the crates.
fn sources() -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        files(&entry.unwrap().path().join("src"), ".rs", &mut paths);
    }
    assert!(paths.len() > 40, "found only {} source files", paths.len());
    let name = |p: &Path| p.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
    paths.iter().map(|p| (name(p), std::fs::read_to_string(p).unwrap())).collect()
}

/// Code without comments and without what follows the first test module.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

/// The crates of ours that a manifest depends on, for the product or for its tests alone, in either way of writing it.
fn edges(manifest: &str) -> Vec<&str> {
    let mut edges = Vec::new();
    let mut among_dependencies = false;
    for line in manifest.lines().map(str::trim) {
        let name = if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            among_dependencies = table.ends_with("dependencies");
            table.split_once("dependencies.").map(|(_, name)| name)
        } else {
            line.split(['=', '.']).next().filter(|_| among_dependencies)
        };
        edges.extend(name.map(str::trim).filter(|n| n.starts_with("hereabouts")));
    }
    edges
}

/// Which crates of ours each may know, as the picture in `docs/architecture.md` says: a line for each crate, those that it may
/// know after the arrow, from the top floor down.
fn floors() -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, after) = text.split_once("```floors\n").expect("docs/architecture.md has a block of floors");
    let (block, _) = after.split_once("```").unwrap();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let line = |line: &str| {
        let (name, may_know) = line.split_once('→').unwrap_or((line, ""));
        (name.trim().to_owned(), words(may_know))
    };
    block.lines().map(line).collect()
}

fn wrong_edge<'a>(may_know: &[String], manifest: &'a str) -> Option<&'a str> {
    let known = |edge: &str| {
        edge.strip_prefix("hereabouts-").is_some_and(|name| may_know.iter().any(|known| known == name))
    };
    edges(manifest).into_iter().find(|edge| !known(edge))
}

#[test]
fn crates_depend_one_way_and_as_the_picture_says() {
    let floors = floors();
    let mut crates = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        let floor = floors.iter().find(|(known, _)| *known == name);
        let (_, may_know) = floor.unwrap_or_else(|| panic!("the picture has no crates/{name}"));
        let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap();
        assert_eq!(wrong_edge(may_know, &manifest), None, "crates/{name}");
        // Nor does the picture have arrows that are not there.
        let known: BTreeSet<&str> =
            edges(&manifest).into_iter().filter_map(|edge| edge.strip_prefix("hereabouts-")).collect();
        let drawn: BTreeSet<&str> = may_know.iter().map(String::as_str).collect();
        assert_eq!(known, drawn, "crates/{name} and its line in docs/architecture.md");
        crates.insert(name);
    }
    // From the top floor down: an arrow only leads to a line below.
    for (at, (name, may_know)) in floors.iter().enumerate() {
        assert!(crates.contains(name), "there is no crates/{name}");
        let below: Vec<&String> = floors[at + 1..].iter().map(|floor| &floor.0).collect();
        assert!(may_know.iter().all(|known| below.contains(&known)), "{name} knows what stands above it");
    }
    let up = "[package]\nname = \"hereabouts-core\"\n[dependencies]\nserde = \"1\"\nhereabouts-data = { workspace = true }";
    assert_eq!(wrong_edge(&[], up), Some("hereabouts-data"));
    let data = ["core".to_owned()];
    assert_eq!(wrong_edge(&data, "[dev-dependencies.hereabouts]\npath = \"../cli\""), Some("hereabouts"));
    assert_eq!(wrong_edge(&data, "[dependencies]\nhereabouts-core.workspace = true"), None);
}

#[test]
fn no_folder_has_an_import_circle() {
    let sources = sources();
    let mut crates: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, text) in sources.iter().filter(|(path, _)| !is_test(path)) {
        let (name, file) = path["crates/".len()..].split_once("/src/").unwrap();
        crates.entry(name).or_default().push((file, text));
    }
    let circles = crates.iter().flat_map(|(name, files)| {
        let circles = ModuleGraph::new(files.iter().copied()).circles().into_iter();
        circles.map(move |(folder, circle)| format!("crates/{name} {folder}: {}", circle.join(", ")))
    });
    assert_eq!(circles.collect::<Vec<_>>(), Vec::<String>::new());
    // It would bite: the search may not know the site, which is made of it.
    let planted = "use crate::site::Site;\n";
    let engine: Vec<(&str, String)> = crates["engine"]
        .iter()
        .map(|(file, text)| {
            (*file, if *file == "search.rs" { planted.to_owned() + text } else { (*text).to_owned() })
        })
        .collect();
    let engine = ModuleGraph::new(engine.iter().map(|(file, text)| (*file, text.as_str())));
    let circle = vec!["search".to_owned(), "site".to_owned()];
    assert_eq!(engine.circles(), [(String::new(), circle)]);
}

/// What the core may not say: it reads no file, clock, environment or network, prints nothing and knows no JSON.
const NOT_IN_CORE: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::io",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "println!",
    "serde",
    "tracing",
];

fn impure(text: &str) -> Option<&'static str> {
    let code = code(text);
    NOT_IN_CORE.into_iter().find(|word| code.contains(word))
}

#[test]
fn the_core_is_pure() {
    for (path, text) in sources().iter().filter(|(p, _)| p.starts_with("crates/core/")) {
        assert_eq!(impure(text), None, "{path}");
    }
    assert_eq!(impure("fn f() { std::fs::read(\"x\"); }"), Some("std::fs"));
    assert_eq!(impure("// std::fs is not used\nfn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }"), None);
}

/// Packages (and two things of the world outside) with one door: who may name them in code.
const DOORS: &[(&str, &[&str])] = &[
    ("rstar::", &["crates/core/src/index.rs"]),
    (
        "rayon::",
        &[
            "crates/core/src/analyse.rs",
            "crates/core/src/gap.rs",
            "crates/core/src/grid.rs",
            "crates/core/src/spread.rs",
            "crates/streets/src/places_around.rs",
            "crates/streets/src/walk_graph.rs",
            "crates/streets/src/osm/pbf.rs",
            "crates/streets/src/travel/table.rs",
        ],
    ),
    ("sled::", &["crates/store/src"]),
    ("isolang::", &["crates/engine/src/language.rs"]),
    ("opening_hours::", &["crates/schedule/src"]),
    ("rrule::", &["crates/schedule/src"]),
    (
        "geojson::",
        &["crates/data/src/ingest/geojson.rs", "crates/data/src/ingest/mod.rs", "crates/engine/src/wire"],
    ),
    ("zip::", &["crates/transit/src/gtfs/archive.rs", "crates/data/src/ingest/packed.rs"]),
    ("flate2::", &["crates/data/src/ingest/packed.rs", "crates/server/src/shared.rs", "crates/bench/"]),
    ("calamine::", &["crates/data/src/ingest/workbook"]),
    ("fst::", &["crates/find/src/text", "crates/find/src/lib.rs"]),
    ("levenshtein_automata::", &["crates/find/src/text"]),
    ("ureq::", &["crates/cli/src/fetch"]),
    ("actix_web::", &["crates/server/"]),
    ("actix_http::", &["crates/server/src/listen.rs"]),
    ("actix_server::", &["crates/server/src/listen.rs"]),
    ("actix_service::", &["crates/server/src/listen.rs"]),
    ("maud::", &["crates/server/"]),
    ("clap::", &["crates/cli/"]),
    ("anyhow::", &["crates/cli/"]),
    // The disk below the command line, and the day: one place asks for each.
    ("std::fs", &["crates/store/src", "crates/cli/src", "crates/bench/"]),
    ("Local::now", &["crates/cli/src/args/place.rs"]),
];

fn second_door(path: &str, text: &str) -> Option<&'static str> {
    let code = code(text);
    let uses = |package: &str| {
        code.match_indices(package)
            .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
    };
    DOORS
        .iter()
        .find(|(package, doors)| uses(package) && !doors.iter().any(|d| path.starts_with(d)))
        .map(|d| d.0)
}

#[test]
fn every_package_has_one_door() {
    let sources = sources();
    for (path, text) in sources.iter().filter(|(p, _)| !is_test(p)) {
        assert_eq!(second_door(path, text), None, "{path}");
    }
    for &(package, doors) in DOORS {
        let used =
            sources.iter().any(|(p, t)| doors.iter().any(|d| p.starts_with(d)) && code(t).contains(package));
        assert!(used, "nobody uses {package}: is the rule still true?");
    }
    assert_eq!(second_door("crates/core/src/supply.rs", "use rayon::prelude::*;"), Some("rayon::"));
    assert_eq!(second_door("crates/data/src/load.rs", "fn f(db: &sled::Db) {}"), Some("sled::"));
    assert_eq!(second_door("crates/data/src/load.rs", "//! sled::Db is the store's"), None);
    assert_eq!(second_door("crates/engine/src/view/mod.rs", "let x = crate::geojson::f();"), None);
}

/// Lines of code, without comments and tests, beyond which a file is more than one thing.
const LONG: usize = 400;

fn is_long(text: &str) -> bool {
    code(text).lines().count() > LONG
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let long: Vec<String> =
        sources().into_iter().filter(|(p, t)| !is_test(p) && is_long(t)).map(|(p, _)| p).collect();
    assert_eq!(long, Vec::<String>::new(), "more than {LONG} lines of code: is it still one thing?");
    assert!(is_long(&"fn f() {}\n".repeat(LONG + 1)));
    assert!(!is_long(&"// a comment\n".repeat(LONG + 1)));
}

#[test]
fn cargo_run_runs_the_program() {
    // As README says, without `--bin`: the workspace has other binaries.
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\ndefault-members = [\"crates/cli\"]"));
}

#[test]
fn every_crate_keeps_the_lints() {
    let mut manifests = Vec::new();
    files(&root().join("crates"), "Cargo.toml", &mut manifests);
    assert!(manifests.len() >= 4);
    for manifest in manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
    // Tests may unwrap and panic, and keep the rest.
    let lints = |manifest: &str, table: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(root().join(manifest)).unwrap();
        let (_, after) = text.split_once(table).unwrap();
        let lines = after.lines().skip(1).take_while(|line| !line.starts_with('['));
        lines.map(str::to_owned).filter(|line| !line.is_empty()).collect()
    };
    for kind in ["rust", "clippy"] {
        let ours = lints("Cargo.toml", &format!("[workspace.lints.{kind}]"));
        let of_tests = lints("tests/Cargo.toml", &format!("[lints.{kind}]"));
        let left_out: Vec<&str> = ours.difference(&of_tests).filter_map(|l| l.split(' ').next()).collect();
        let may = if kind == "clippy" {
            &["panic", "print_stderr", "print_stdout", "unwrap_used"][..]
        } else {
            &[]
        };
        assert_eq!(left_out, may);
    }
}
