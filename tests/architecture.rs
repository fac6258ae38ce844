//! The house rules that a reader relies on: which crate may know which, what the core may not do, who opens which door.

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

/// The floors, from the ground up: a crate may know those that stand before its own floor, and never one beside it unless it is
/// named. The arrows of `docs/architecture.md` are these.
const MAY_KNOW: [(&str, &[&str]); 12] = [
    ("core", &[]),
    ("store", &[]),
    ("schedule", &["core"]),
    ("streets", &["core"]),
    ("transit", &["core"]),
    ("find", &["core"]),
    ("data", &["core", "store", "schedule", "streets", "transit"]),
    // The files of the made-up town are text; its tests read them back.
    ("demo", &["core", "streets", "transit"]),
    ("engine", &["core", "schedule", "streets", "transit", "find", "data"]),
    ("server", &["core", "store", "streets", "find", "data", "engine"]),
    ("cli", &["core", "store", "schedule", "streets", "transit", "find", "data", "demo", "engine", "server"]),
    ("bench", &["core", "store", "schedule", "streets", "transit", "find", "data", "engine"]),
];

fn wrong_edge<'a>(name: &str, manifest: &'a str) -> Option<&'a str> {
    let may_know = MAY_KNOW.iter().find(|(crate_dir, _)| *crate_dir == name).map_or(&[][..], |c| c.1);
    let known = |edge: &str| edge.strip_prefix("hereabouts-").is_some_and(|name| may_know.contains(&name));
    edges(manifest).into_iter().find(|edge| !known(edge))
}

#[test]
fn crates_depend_one_way() {
    let mut crates = 0;
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        assert!(MAY_KNOW.iter().any(|(known, _)| *known == name), "which crates may crates/{name} know?");
        let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap();
        assert_eq!(wrong_edge(&name, &manifest), None, "crates/{name}");
        crates += 1;
    }
    assert_eq!(crates, MAY_KNOW.len());
    let up = "[package]\nname = \"hereabouts-core\"\n[dependencies]\nserde = \"1\"\nhereabouts-data = { workspace = true }";
    assert_eq!(wrong_edge("core", up), Some("hereabouts-data"));
    assert_eq!(wrong_edge("data", "[dev-dependencies.hereabouts]\npath = \"../cli\""), Some("hereabouts"));
    assert_eq!(wrong_edge("data", "[dependencies]\nhereabouts-core.workspace = true"), None);
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
const DOORS: [(&str, &[&str]); 14] = [
    ("rstar::", &["crates/core/src/index.rs"]),
    (
        "rayon::",
        &[
            "crates/core/src/analyse.rs",
            "crates/streets/src/around.rs",
            "crates/streets/src/ground.rs",
            "crates/streets/src/osm/pbf.rs",
            "crates/streets/src/travel/table.rs",
        ],
    ),
    ("sled::", &["crates/data/src/store"]),
    ("isolang::", &["crates/server/src/language.rs"]),
    (
        "geojson::",
        &["crates/data/src/ingest/geojson.rs", "crates/data/src/ingest/mod.rs", "crates/server/src/feature"],
    ),
    ("zip::", &["crates/transit/src/gtfs/archive.rs"]),
    ("fst::", &["crates/find/src/text", "crates/find/src/lib.rs"]),
    ("levenshtein_automata::", &["crates/find/src/text"]),
    ("rust_stemmers::", &["crates/find/src/text"]),
    ("ureq::", &["crates/server/src/cli/fetch"]),
    ("actix_web::", &["crates/server/"]),
    ("maud::", &["crates/server/"]),
    // The disk below the command line, and the day: one place asks for each.
    ("std::fs", &["crates/data/src/store", "crates/server/src/cli", "crates/bench/"]),
    ("Local::now", &["crates/server/src/cli/place.rs"]),
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
    for (package, doors) in DOORS {
        let used =
            sources.iter().any(|(p, t)| doors.iter().any(|d| p.starts_with(d)) && code(t).contains(package));
        assert!(used, "nobody uses {package}: is the rule still true?");
    }
    assert_eq!(second_door("crates/core/src/gap.rs", "use rayon::prelude::*;"), Some("rayon::"));
    assert_eq!(second_door("crates/data/src/load.rs", "fn f(db: &sled::Db) {}"), Some("sled::"));
    assert_eq!(second_door("crates/data/src/load.rs", "//! sled::Db is the store's"), None);
    assert_eq!(second_door("crates/server/src/feature.rs", "let x = crate::geojson::f();"), None);
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
    assert!(manifest.contains("\ndefault-members = [\"crates/server\"]"));
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
