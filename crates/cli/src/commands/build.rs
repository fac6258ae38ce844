//! `hereabouts build`: everything a place is made of, from one place file.

use super::import::warn_of_misfits;
use crate::args::files;
use crate::args::place::{StoreArg, TableArgs, today};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages};
use crate::shown::report::{ImportOutcome, ImportReport, list_rejects};
use anyhow::{Context, Result};
use clap::Args;
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::ImportedRecords;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_store::Store;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Which files to import, as what, and how to read each
    #[arg(value_name = "PLACE.toml")]
    place: PathBuf,
    #[command(flatten)]
    store: StoreArg,
    #[command(flatten)]
    tables: TableArgs,
    /// Folder that the files are named from [default: that of the place file]
    #[arg(long, value_name = "DIR", env = "HEREABOUTS_DATA")]
    data: Option<PathBuf>,
    /// Write every rejected row with its reason to this CSV file
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &BuildArgs, words: Messages) -> Result<CommandOutcome> {
    let shown = args.place.display();
    let text = fs::read_to_string(&args.place).with_context(|| shown.to_string())?;
    let place = PlaceFile::parse(&text).map_err(|error| UsageError(format!("{shown}: {error}")))?;
    let folder = args.data.as_deref().or_else(|| args.place.parent()).unwrap_or(Path::new(""));
    let tables = args.tables.read()?;
    let mut store = Store::create(args.store.path())?;

    let mut done = Vec::with_capacity(place.import.len());
    for (at, step) in place.import.iter().enumerate() {
        let named = format!("{} {} of {}, {}", place.name, at + 1, place.import.len(), step.kind);
        let working = words.working(named.clone());
        let paths: Vec<PathBuf> = step.files.iter().map(|file| folder.join(file)).collect();
        let read = files::read(step.kind, &paths, None, |url| {
            Err(UsageError(format!("{url}: a place is built from files; import what a URL gives")).into())
        })?;
        let map = ImportMap { as_of: step.map.as_of.or_else(|| Some(today())), ..step.map.clone() };
        let map = files::with_boundary(map, folder)?;
        let landed =
            commit_import(&mut store, &tables, step.kind, &files::given(&read), &map).context(named)?;
        drop(working);
        ImportReport::new(step.kind, &landed.imported, landed.change.into()).say(words);
        done.push((step.kind, landed));
    }
    warn_of_misfits(&store, &tables, words);
    let imports: Vec<&ImportedRecords> = done.iter().map(|(_, landed)| &landed.imported).collect();
    list_rejects(&imports, args.rejects.as_deref(), words)?;
    let reports: Vec<ImportReport<'_>> = done
        .iter()
        .map(|(kind, landed)| ImportReport::new(*kind, &landed.imported, ImportOutcome::from(landed.change)))
        .collect();
    if args.json {
        output::json(&reports)?;
    }
    let rejected = reports.iter().any(|report| report.outcome() == CommandOutcome::RowsRejected);
    Ok(if rejected { CommandOutcome::RowsRejected } else { CommandOutcome::Done })
}
