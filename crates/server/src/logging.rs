//! Log lines to stderr that never hold up an answer.

use std::io;
use std::panic;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Lines that wait for a slow reader; more are dropped. A pipe nobody reads would else stop the server: each worker would
/// block on its next line.
const LINES_THAT_WAIT: usize = 8_192;

/// Without anything said: what the server does, and warnings of what it is made of.
const USUAL: &str = "warn,hereabouts=info";

/// Starts logging; `filter` as in `RUST_LOG` (`info`, `hereabouts=debug,warn` …), `None` the usual. Panics are logged as
/// well, since their own message would go to stderr directly, and block there.
///
/// Keep what is returned: dropping it writes the lines that still wait.
///
/// # Errors
/// When logging was started before.
pub fn start(json: bool, filter: Option<&str>) -> Result<WorkerGuard, TryInitError> {
    let (to, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(LINES_THAT_WAIT).finish(io::stderr());
    let filter = EnvFilter::builder().parse_lossy(filter.unwrap_or(USUAL));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(to).with_ansi(false);
    if json {
        lines.json().flatten_event(true).finish().try_init()?;
    } else {
        lines.finish().try_init()?;
    }
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let said = info.payload_as_str().unwrap_or("no message");
        tracing::error!(%place, %said, "panic");
    }));
    Ok(guard)
}
