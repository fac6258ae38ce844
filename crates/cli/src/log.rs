//! Logs: to stderr, through a thread of their own. A reader of stderr that stops reading then costs log lines, not the
//! server.

use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tracing::subscriber::set_global_default;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines waiting to be written before further ones are dropped.
const WAITING: usize = 4096;

/// Time for the last lines to be written.
const LAST_LINES_TIME: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// What is logged: error, warn, info, debug, or a filter such as `info,sled=error`
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        env = "HEREABOUTS_LOG",
        default_value = "info,sled=error"
    )]
    log: String,
    /// How log lines are written
    #[arg(long, global = true, value_name = "FORMAT", env = "HEREABOUTS_LOG_FORMAT", default_value = "text")]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Ends the log when dropped, after what was logged is written.
#[derive(Debug)]
pub(crate) struct LogWriterGuard {
    lines: SyncSender<LogLine>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum LogLine {
    Text(Vec<u8>),
    End,
}

impl LogArgs {
    /// Starts logging, panics included.
    pub(crate) fn start(&self) -> LogWriterGuard {
        let (lines, waiting) = sync_channel(WAITING);
        let writer = std::thread::spawn(move || write_lines(&waiting));
        let filter = EnvFilter::try_new(&self.log).unwrap_or_else(|_| EnvFilter::new("info"));
        let to = LogLines(lines.clone());
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(to).with_target(false);
        // Fails only where there is one already, and this runs once.
        let _ = match self.log_format {
            LogFormat::Text => set_global_default(subscriber.with_ansi(false).finish()),
            LogFormat::Json => set_global_default(subscriber.json().finish()),
        };
        std::panic::set_hook(Box::new(log_panic));
        LogWriterGuard { lines, writer: Some(writer) }
    }
}

impl Drop for LogWriterGuard {
    fn drop(&mut self) {
        // The writer may be stuck at a pipe that nobody reads: the end is not held up for it.
        let _ = self.lines.try_send(LogLine::End);
        let until = Instant::now() + LAST_LINES_TIME;
        while self.writer.as_ref().is_some_and(|w| !w.is_finished()) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn write_lines(waiting: &Receiver<LogLine>) {
    while let Ok(LogLine::Text(line)) = waiting.recv() {
        // There is nowhere left to report that stderr is gone.
        let _ = io::stderr().lock().write_all(&line);
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let what = panic.payload_as_str().unwrap_or("a panic");
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    // sled panics on damaged files; the store turns that into an error with instructions.
    if at.contains("sled") {
        tracing::debug!(at, "{what}");
    } else {
        tracing::error!(at, "{what}");
    }
}

#[derive(Debug, Clone)]
struct LogLines(SyncSender<LogLine>);

impl Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A full queue drops the line rather than wait.
        let _ = self.0.try_send(LogLine::Text(line.to_vec()));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
