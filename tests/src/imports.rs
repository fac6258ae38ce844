//! Which module of a crate imports which, read from the text: enough of Rust's paths for a picture of the house, and no more.
//!
//! A folder and the file that opens it (`a.rs` or `a/mod.rs`) are one room. What is imported through such a file is followed to
//! where it is defined, so that a re-export hides no arrow.

use std::collections::{BTreeMap, BTreeSet};

/// A module by its path in the crate; the root is empty.
pub type ModulePath = Vec<String>;

/// Modules of one crate with what each imports.
#[derive(Debug, Default)]
pub struct ModuleGraph {
    paths: BTreeMap<ModulePath, Vec<(bool, ModulePath)>>,
}

/// Text without comments, texts in quotation marks and test modules.
#[must_use]
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut quoted = false;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if quoted => _ = letters.next(),
                '"' => quoted = !quoted,
                '/' if !quoted && letters.peek() == Some(&'/') => break,
                _ if quoted => {}
                _ => out.push(letter),
            }
        }
        out.push('\n');
    }
    out
}

/// `a::{b, c::{self, d}}` as `a::b`, `a::c`, `a::c::d`.
fn expand(tree: &str, before: &[String], into: &mut Vec<ModulePath>) {
    let tree = tree.trim();
    let (head, inner) = match tree.split_once('{') {
        Some((head, rest)) => (head, Some(rest.trim_end().trim_end_matches('}'))),
        None => (tree, None),
    };
    let mut path = before.to_vec();
    let head = head.split(" as ").next().unwrap_or_default();
    path.extend(
        head.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "self").map(str::to_owned),
    );
    let Some(inner) = inner else {
        into.push(path);
        return;
    };
    let (mut depth, mut from) = (0, 0);
    let ends = inner.char_indices().chain([(inner.len(), ',')]);
    for (at, letter) in ends {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[from..at].trim().is_empty() {
                    expand(&inner[from..at], &path, into);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// Every path of the code, with whether it is given on (`pub use`): those of `use` and those that stand where they are needed.
fn paths_of(code: &str) -> Vec<(bool, ModulePath)> {
    let mut found = Vec::new();
    let mut rest = code;
    let mut besides = String::new();
    while let Some(at) = rest.find("use ") {
        let starts = rest[..at].trim_end_matches(' ').rsplit('\n').next().unwrap_or_default().trim();
        let is_statement = starts.is_empty() || starts.starts_with("pub");
        let (before, after) = (&rest[..at], &rest[at + 4..]);
        if !is_statement {
            besides.push_str(&rest[..at + 4]);
            rest = after;
            continue;
        }
        besides.push_str(before);
        let (tree, left) = after.split_once(';').unwrap_or((after, ""));
        let mut paths = Vec::new();
        expand(&tree.replace('\n', " "), &[], &mut paths);
        found.extend(paths.into_iter().map(|path| (starts.starts_with("pub"), path)));
        rest = left;
    }
    besides.push_str(rest);
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    found.extend(
        besides
            .split(|c: char| !word(c))
            .filter(|path| path.starts_with("crate::") || path.starts_with("super::"))
            .map(|path| {
                (false, path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect())
            }),
    );
    found
}

impl ModuleGraph {
    /// Of files by their path below `src`, with their text.
    #[must_use]
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let paths = files.into_iter().map(|(file, text)| {
            let mut module: ModulePath = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if module.last().is_some_and(|last| last == "mod") || module == ["lib"] || module == ["main"] {
                module.pop();
            }
            (module, paths_of(&code(text)))
        });
        Self { paths: paths.collect() }
    }

    /// Where a path leads from a module: the module that defines it. `None` where it leads out of the crate.
    fn leads(&self, from: &[String], path: &[String], depth: usize) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let mut at: ModulePath = match first.as_str() {
            "crate" => Vec::new(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            _ => from.to_vec(),
        };
        let mut rest = if matches!(first.as_str(), "crate" | "super") { rest } else { path };
        while let Some((next, after)) = rest.split_first() {
            if next == "super" {
                at.pop()?;
                rest = after;
                continue;
            }
            at.push(next.clone());
            if self.paths.contains_key(&at) {
                rest = after;
                continue;
            }
            at.pop();
            // Something of this module, or given on by it.
            let given_on =
                self.paths.get(&at)?.iter().find(|(_, given)| given.last() == Some(next) && given.len() > 1);
            let through = given_on.filter(|_| depth < 8 && (at != from || depth > 0));
            return match through.and_then(|(_, given)| self.leads(&at, given, depth + 1)) {
                Some(further) => Some(further),
                None if matches!(first.as_str(), "crate" | "super") || depth > 0 => Some(at),
                None => None,
            };
        }
        Some(at)
    }

    /// Circles among the modules of one folder, each as the names in it, with the folder.
    #[must_use]
    pub fn circles(&self) -> Vec<(String, Vec<String>)> {
        let mut arrows: BTreeMap<ModulePath, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (from, paths) in &self.paths {
            for (_, path) in paths {
                let Some(to) = self.leads(from, path, 0) else { continue };
                let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
                if let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) {
                    let folder = arrows.entry(from[..shared].to_vec()).or_default();
                    folder.entry(a.clone()).or_default().insert(b.clone());
                }
            }
        }
        let mut circles = Vec::new();
        for (folder, arrows) in arrows {
            let reached = |from: &String| {
                let mut seen = BTreeSet::new();
                let mut next: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
                while let Some(at) = next.pop() {
                    if seen.insert(at.clone()) {
                        next.extend(arrows.get(at).into_iter().flatten());
                    }
                }
                seen
            };
            let all: BTreeMap<&String, BTreeSet<String>> = arrows.keys().map(|a| (a, reached(a))).collect();
            let mut told: BTreeSet<&String> = BTreeSet::new();
            for (a, beyond) in all.iter().filter(|(a, beyond)| beyond.contains(**a)) {
                if told.contains(a) {
                    continue;
                }
                let back = |b: &&&String| beyond.contains(**b) && all[*b].contains(*a);
                let circle: Vec<&&String> = all.keys().filter(back).collect();
                told.extend(circle.iter().copied());
                circles.push((folder.join("::"), circle.into_iter().map(|b| (*b).clone()).collect()));
            }
        }
        circles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
        ModuleGraph::new(files.iter().copied()).circles()
    }

    #[test]
    fn a_tree_has_no_circle() {
        let files = [
            ("lib.rs", "pub mod a;\nmod b;\npub use b::B;"),
            ("a/mod.rs", "mod c;\npub use c::C;\nuse crate::b::B;"),
            ("a/c.rs", "use super::Other;\n// use crate::b::B;\npub struct C;"),
            ("b.rs", "use std::fmt;\nfn f() -> &str { \"crate::a::C\" }"),
        ];
        assert_eq!(circles(&files), []);
    }

    #[test]
    fn a_circle_is_seen_however_it_is_hidden() {
        let circle = vec![(String::new(), vec!["a".to_owned(), "b".to_owned()])];
        let direct = [("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::{self, A};")];
        assert_eq!(circles(&direct), circle);
        // In a folder, by a path in the code.
        let deep =
            [("a.rs", "mod x;"), ("a/x.rs", "use crate::b::B;"), ("b.rs", "fn f() { crate::a::x::g() }")];
        assert_eq!(circles(&deep), circle);
        // Through what the root gives on.
        let through = [
            ("lib.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;"),
            ("a.rs", "use crate::{B, C};"),
            ("b.rs", "use super::A;"),
        ];
        assert_eq!(circles(&through), circle);
        let inside =
            [("a/mod.rs", "mod x;\nmod y;"), ("a/x.rs", "use super::y::Y;"), ("a/y.rs", "use super::x::X;")];
        assert_eq!(circles(&inside), [("a".to_owned(), vec!["x".to_owned(), "y".to_owned()])]);
    }
}
