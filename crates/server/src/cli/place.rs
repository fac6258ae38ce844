//! The settings that commands share.

use anyhow::Result;
use clap::Args;
use hereabouts_data::store::Store;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub(super) struct StoreArg {
    /// Directory of the store
    #[arg(long, value_name = "DIR", env = "HEREABOUTS_STORE")]
    store: PathBuf,
}

impl StoreArg {
    pub(super) fn path(&self) -> &Path {
        &self.store
    }

    /// One that is there.
    pub(super) fn open(&self) -> Result<Store> {
        Ok(Store::open(&self.store)?)
    }
}
