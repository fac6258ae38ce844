//! How late a worker is. It does one thing after the other: whoever asks after its health waits for all that it began to work out
//! before it looks at its sockets again.

use crate::error::ApiError;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often a worker that has time notes that it has.
const LOOK: Duration = Duration::from_millis(50);
/// Later than this it begins nothing more before it has looked at its sockets: health is known within a second.
const LATEST: Duration = Duration::from_millis(250);

thread_local! {
    /// When this worker last looked at its sockets.
    static LOOKED: Cell<Option<Instant>> = const { Cell::new(None) };
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// What notes it, for as long as the runtime is there.
struct Watch(tokio::task::JoinHandle<()>);

fn watch() {
    WATCH.with_borrow_mut(|watch| {
        if watch.as_ref().is_none_or(|Watch(task)| task.is_finished()) {
            LOOKED.set(Some(Instant::now()));
            *watch = Some(Watch(actix_web::rt::spawn(async {
                loop {
                    LOOKED.set(Some(Instant::now()));
                    sleep(LOOK).await;
                }
            })));
        }
    });
}

/// That this worker may begin a request. Where it is late one request waits until it has looked at its sockets, and the others are
/// refused: waiting would only make everybody later.
///
/// # Errors
/// [`ApiError::Busy`].
pub(super) async fn has_time() -> Result<(), ApiError> {
    watch();
    if LOOKED.get().is_none_or(|looked| looked.elapsed() < LATEST) {
        return Ok(());
    }
    if WAITS.replace(true) {
        return Err(ApiError::Busy);
    }
    let _waits = WaitingRequest;
    // In a task of its own: a connection polls what it waits for more than once at a time, and would not have waited.
    let _ = actix_web::rt::spawn(tokio::task::yield_now()).await;
    LOOKED.set(Some(Instant::now()));
    Ok(())
}

/// The one that waits, until it goes on or is given up.
struct WaitingRequest;

impl Drop for WaitingRequest {
    fn drop(&mut self) {
        WAITS.set(false);
    }
}
