//! Where results and words go.

use anyhow::{Context, Result};
use hereabouts_data::text::is_control;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Arguments;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Words for the person at the keyboard, on stderr.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messages;

impl Messages {
    /// Says one line; what files brought may not command the terminal. A closed stderr is no reason to fail.
    pub(crate) fn say(self, line: Arguments<'_>) {
        let line: String = line.to_string().chars().filter(|c| !is_control(*c)).collect();
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Shows that work goes on, on a terminal only.
    pub(crate) fn working(self, on: impl Into<String>) -> Progress {
        let bar = if io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(on.into());
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(bar)
    }
}

/// A line on a terminal while something takes long; gone when dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Says what is being done now.
    pub(crate) fn now(&self, on: impl Into<String>) {
        self.0.set_message(on.into());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Where a result goes: stdout, or a file that appears whole or not at all.
#[derive(Debug)]
pub(crate) enum OutputWriter {
    Stdout(BufWriter<io::StdoutLock<'static>>),
    File { to: BufWriter<File>, beside: PathBuf, path: PathBuf },
}

impl OutputWriter {
    pub(crate) fn new(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout().lock())));
        };
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let beside = PathBuf::from(name);
        let file = File::create(&beside).with_context(|| format!("{}", beside.display()))?;
        Ok(Self::File { to: BufWriter::new(file), beside, path: path.to_owned() })
    }

    /// Without this a file does not appear.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Self::Stdout(mut to) => to.flush()?,
            Self::File { mut to, beside, path } => {
                let written = to.flush().and_then(|()| to.get_ref().sync_all());
                written
                    .and_then(|()| fs::rename(&beside, &path))
                    .with_context(|| format!("{}", path.display()))?;
            }
        }
        Ok(())
    }
}

impl Write for OutputWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(to) => to.write(bytes),
            Self::File { to, .. } => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(to) => to.flush(),
            Self::File { to, .. } => to.flush(),
        }
    }
}

/// Writes one JSON value for a machine, and ends the line.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<()> {
    let mut out = OutputWriter::new(None)?;
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.finish()
}
