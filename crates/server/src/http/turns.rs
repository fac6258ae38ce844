//! Requests of one connection, one after the other. All that has come in would be parsed as requests at once, and each of them
//! takes a hundred times the bytes that it came in; so a request is handed on only when the one before has been begun with, and
//! the rest waits with the client.

use super::request_end::RequestEnd;
use bytes::BytesMut;
use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Whose turn it is on a connection. A worker has the whole of a connection on one thread.
#[derive(Debug, Default)]
pub(crate) struct ConnectionTurns {
    /// Whether a request was handed on that nobody has begun with.
    waits: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

impl ConnectionTurns {
    /// The request that was handed on has been begun with: the next may come.
    pub(crate) fn begun(&self) {
        self.waits.set(false);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// A connection that gives one request at a time.
#[derive(Debug)]
pub(crate) struct InTurn {
    stream: TcpStream,
    end: RequestEnd,
    /// What was read beyond the end of a request.
    kept: BytesMut,
    turns: Rc<ConnectionTurns>,
}

impl InTurn {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, end: RequestEnd::new(), kept: BytesMut::new(), turns: Rc::default() }
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(crate) fn turns(&self) -> Rc<ConnectionTurns> {
        Rc::clone(&self.turns)
    }

    pub(crate) fn peer(&self) -> Option<SocketAddr> {
        self.stream.peer_addr().ok()
    }
}

impl AsyncRead for InTurn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.end.is_between() && this.turns.waits.get() {
            *this.turns.reader.borrow_mut() = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let before = to.filled().len();
        if this.kept.is_empty() {
            ready!(Pin::new(&mut this.stream).poll_read(cx, to))?;
        } else {
            let count = this.kept.len().min(to.remaining());
            to.put_slice(&this.kept.split_to(count));
        }
        let read = &to.filled()[before..];
        let taken = this.end.take(read);
        if taken.begins {
            this.turns.waits.set(true);
        }
        if taken.bytes < read.len() {
            let mut beyond = BytesMut::from(&read[taken.bytes..]);
            beyond.unsplit(std::mem::take(&mut this.kept));
            this.kept = beyond;
            to.set_filled(before + taken.bytes);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for InTurn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
