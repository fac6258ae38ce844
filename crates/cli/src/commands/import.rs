//! `hereabouts import`: one source, in one change.

use super::{duplicates, events};
use crate::args::files;
use crate::args::place::{StoreArg, TableArgs, today};
use crate::fetch::{self, FetchArgs, KeptAnswers};
use crate::memory;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, Messages};
use crate::shown::report::{ImportOutcome, ImportReport, list_rejects, write_rejects};
use anyhow::Result;
use clap::Args;
use hereabouts_data::commit_import::{ImportError, commit_import, read_import};
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{self, FileFormat, KnownReferences, SourceFile};
use hereabouts_data::load::{self, ListingPairs, LoadError};
use hereabouts_data::record::{LocationPrecision, RecordKind, RecordList};
use hereabouts_data::tables::Tables;
use hereabouts_store::{Store, StoreError};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[arg(help = files::kinds_help())]
    kind: RecordKind,
    /// CSV, GeoJSON, .osm.pbf, .ics or Open Referral files, folders of them, or URLs, that together are one source; of
    /// timetables one .zip (GTFS) or the folder of its .txt
    #[arg(required = true, value_name = "FILE|URL")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    store: StoreArg,
    #[command(flatten)]
    tables: TableArgs,
    /// Which column is which field, and what the files do not say of themselves; what it leaves open is detected
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// Name of the source, which this import replaces [default: the map's, else the first file's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Refuse files of another format [default: what each file is]
    #[arg(long, value_name = "F", value_parser = files::format_parser())]
    format: Option<FileFormat>,
    /// Read and check everything, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write every rejected row with its reason to this CSV file
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
    /// Memory that the import may take, such as 800M or 2G; beyond it the import ends and changes nothing [default: half of
    /// the machine's]
    #[arg(long, value_name = "BYTES", env = "HEREABOUTS_MAX_MEMORY", value_parser = memory::bytes)]
    max_memory: Option<u64>,
    /// For machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    fetch: FetchArgs,
}

pub(crate) fn run(args: &ImportArgs, words: Messages) -> Result<CommandOutcome> {
    memory::watch(args.max_memory.unwrap_or_else(memory::usual_ceiling), words);
    let mut map = args.map.as_deref().map(files::map).transpose()?.unwrap_or_default();
    if args.source.is_some() {
        map.source.clone_from(&args.source);
    }
    map.as_of = map.as_of.or_else(|| Some(today()));
    let working = words.working("reading files");
    // Made before anything is fetched, for what is fetched is kept in it, and let go while that takes its time.
    if !args.dry_run && args.files.iter().any(|path| files::is_url(path)) {
        drop(Store::create(args.store.path())?);
    }
    let tables = args.tables.read()?;
    let known =
        args.files.iter().any(|path| files::is_url(path)).then(|| known(args, &tables)).transpose()?;
    let tells_no_hidden = |answer: &Value| tells_no_hidden(answer, args.kind, &map, known.as_ref());
    let keep = KeptAnswers { under: args.store.path(), tells_no_hidden: &tells_no_hidden };
    let read = files::read(args.kind, &args.files, args.format, |url| {
        fetch::fetch(url, &args.fetch, (!args.dry_run).then_some(keep), &working, words)
    })?;
    working.now(format!("importing {}", args.kind));
    let mut pairs = None;
    let done = if args.dry_run {
        let store = existing(&args.store)?;
        read_import(store.as_ref(), &tables, args.kind, &files::given(&read), &map)
            .map(|imported| (imported, ImportOutcome::Nothing))
    } else {
        let mut store = Store::create(args.store.path())?;
        let landed = commit_import(&mut store, &tables, args.kind, &files::given(&read), &map);
        // The files have been read, and the assets are in the store, from which the next lines read them.
        drop(read);
        landed.map(|mut landed| {
            memory::landed();
            if hides_any(&landed.imported.records) {
                fetch::forget(args.store.path(), &args.files, words);
            }
            if args.kind == RecordKind::Assets {
                landed.imported.records = RecordList::Assets(Vec::new());
            }
            pairs = warn_of_misfits(&store, &tables, words);
            (landed.imported, ImportOutcome::from(landed.change))
        })
    };
    drop(working);
    let (imported, did) = done.map_err(|error| refused(error, args))?;
    let mut report = ImportReport::new(args.kind, &imported, did);
    report.say(words);
    if let RecordList::Events(found) = &imported.records {
        report.not_attached = Some(events::report(found, existing(&args.store)?.as_ref(), words)?);
    }
    if let (RecordKind::Assets, Some(pairs)) = (args.kind, pairs) {
        duplicates::report(pairs, words);
    }
    list_rejects(&[&imported], args.rejects.as_deref(), words)?;
    if args.json {
        output::json(&report)?;
    }
    Ok(report.outcome())
}

/// What the rows of an answer are read against, as those of a file are.
fn known(args: &ImportArgs, tables: &Tables) -> Result<KnownReferences> {
    let store = existing(&args.store)?;
    Ok(load::known(store.as_ref(), tables)?)
}

/// Whether an answer of a server can be read, every row of it, and none hides its place. What is not understood may be one that
/// does.
fn tells_no_hidden(
    answer: &Value,
    kind: RecordKind,
    map: &ImportMap,
    known: Option<&KnownReferences>,
) -> bool {
    // What an API says of itself, before any list.
    let of_no_list = answer.get("id").is_none()
        && answer.as_object().is_some_and(|all| !all.values().any(|one| one.is_array() || one.is_object()));
    if kind != RecordKind::Assets || of_no_list {
        return true;
    }
    let Some(known) = known else { return false };
    // One page says that there are more: what is on it is read as if it were all.
    let list = |name: &&str| answer.get(*name).filter(|list| list.is_array());
    let file = match (["contents", "content", "items"].iter().find_map(list), list(&"features")) {
        (Some(services), _) => json!({ "contents": services }),
        (None, Some(features)) => json!({ "type": "FeatureCollection", "features": features }),
        (None, None) if answer.get("id").is_some() => json!({ "contents": [answer] }),
        (None, None) => answer.clone(),
    };
    let text = file.to_string();
    ingest::import(kind, &[SourceFile { name: "answer.json", bytes: text.as_bytes() }], map, known)
        .is_ok_and(|read| read.rejected.is_empty() && read.left_out == 0 && !hides_any(&read.records))
}

/// Whether any place of what was read must not be told.
fn hides_any(records: &RecordList) -> bool {
    let RecordList::Assets(assets) = records else { return false };
    assets.iter().any(|asset| asset.location_precision == LocationPrecision::Hidden)
}

/// The store, if there is one yet: trying a first import out makes none.
fn existing(store: &StoreArg) -> Result<Option<Store>> {
    match Store::open(store.path()) {
        Ok(store) => Ok(Some(store)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An import of which no row is good still lists them all.
fn refused(error: ImportError, args: &ImportArgs) -> anyhow::Error {
    if let (ImportError::Nothing { imported, .. }, Some(path)) = (&error, &args.rejects)
        && let Err(error) = write_rejects(path, &[imported])
    {
        return error;
    }
    error.into()
}

/// The import has landed; if the sources no longer make a study together, better to hear of it now than from the server.
pub(crate) fn warn_of_misfits(store: &Store, tables: &Tables, words: Messages) -> Option<ListingPairs> {
    let loaded = load::load(store, tables);
    if let Err(LoadError::Study(misfits)) = &loaded {
        words.say(format_args!("Now the sources do not fit together, and there are no gaps until they do:"));
        for problem in misfits.problems.iter().take(5) {
            words.say(format_args!("  {problem}"));
        }
        words.say(format_args!("  `hereabouts check` lists all {}", misfits.problems.len()));
    }
    loaded.ok().map(|loaded| loaded.pairs)
}
