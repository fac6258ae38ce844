//! Reading everything back.

use super::{Store, StoreError, StoredSource, layout, open};
use std::collections::BTreeSet;

/// What [`Store::check`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckSummary {
    /// Sources read.
    pub sources: usize,
    /// Records and entries of logs read whose checksums match.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
    /// Parts of records that an interrupted change left and nothing points to; the next change removes them. No damage.
    pub leftovers: u64,
    /// Everything that does not match; empty is sound.
    pub problems: Vec<String>,
}

impl Store {
    /// Reads every value and compares it with its checksum, and every source with its hash; the same of the small stores
    /// inside it.
    ///
    /// Whether the records resolve to a study is for the caller to try: the store knows bytes only.
    #[must_use]
    pub fn check(&self) -> CheckSummary {
        let mut checked = self.check_own();
        match self.beside() {
            Err(error) => checked.problems.push(error.to_string()),
            Ok(stores) => stores.iter().for_each(|(name, inside)| {
                let found = inside.check_own();
                checked.sources += found.sources;
                checked.records += found.records;
                checked.bytes += found.bytes;
                checked.leftovers += found.leftovers;
                checked.problems.extend(found.problems.into_iter().map(|p| format!("{name}: {p}")));
            }),
        }
        checked
    }

    fn check_own(&self) -> CheckSummary {
        let mut checked = CheckSummary::default();
        let sources = match self.sources() {
            Ok(sources) => sources,
            Err(error) => {
                checked.problems.push(error.to_string());
                return checked;
            }
        };
        for source in &sources {
            self.check_source(source, &mut checked);
        }
        let live: BTreeSet<_> = sources.iter().map(|source| source.generation).collect();
        for key in layout::orphans(&self.dir, &self.records, &live) {
            match key {
                Ok(_) => checked.leftovers += 1,
                Err(error) => {
                    checked.problems.push(error.to_string());
                    break;
                }
            }
        }
        let logs = self.logs().and_then(|logs| {
            logs.iter().try_for_each(|log| {
                let entries = self.entries(log, 0)?;
                checked.records += entries.len() as u64;
                checked.bytes += entries.iter().map(|(_, value)| value.len() as u64).sum::<u64>();
                Ok(())
            })
        });
        checked.problems.extend(logs.err().as_ref().map(StoreError::to_string));
        checked.problems.extend(open::no_blobs(&self.dir).err().as_ref().map(StoreError::to_string));
        match open::witness(&self.dir) {
            Ok(None) if self.revision > 0 => {
                checked.problems.push("the witness of the last revision is missing".to_owned())
            }
            // One behind is sound: the change landed and the process ended before it was witnessed.
            Ok(_) => {}
            Err(error) => checked.problems.push(error.to_string()),
        }
        checked
    }

    fn check_source(&self, source: &StoredSource, checked: &mut CheckSummary) {
        let mut content = layout::ContentHash::new(&source.header);
        let mut whole = true;
        for record in self.records(source) {
            match record {
                Ok(record) => {
                    content.record(&record.key, &record.value);
                    checked.records += 1;
                    checked.bytes += (record.key.len() + record.value.len()) as u64;
                }
                Err(error) => {
                    whole = false;
                    checked.problems.push(format!("{} {}: {error}", source.kind, source.name));
                }
            }
        }
        if whole && content.finish() != source.content {
            checked.problems.push(format!(
                "{} {}: the records are not those that were written",
                source.kind, source.name
            ));
        }
        checked.sources += 1;
    }
}
