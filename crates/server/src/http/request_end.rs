//! Where a request ends, as it comes in (RFC 9112): enough to give one after the other, and no more. Whether it is a good one is
//! the parser's to say.

/// Longest line of which more than its length is looked at.
const LINE: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Before a request line; blank lines may stand there.
    Between,
    Head,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    /// The line end behind a chunk.
    ChunkEnd,
    /// Fields behind the last chunk, up to a blank line.
    Trailer,
}

/// Follows the bytes of a connection from request to request.
#[derive(Debug)]
pub(super) struct RequestEnd {
    part: Part,
    /// The line that has begun, as far as it is looked at.
    line: Vec<u8>,
    line_length: usize,
    body: u64,
    is_chunked: bool,
}

/// What of some bytes belongs to one request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// So many of them, from the first.
    pub(super) bytes: usize,
    /// Whether a request begins in them.
    pub(super) begins: bool,
}

impl RequestEnd {
    pub(super) const fn new() -> Self {
        Self { part: Part::Between, line: Vec::new(), line_length: 0, body: 0, is_chunked: false }
    }

    /// Whether the last request is whole, and no other has begun.
    pub(super) fn is_between(&self) -> bool {
        self.part == Part::Between
    }

    /// Goes on through these bytes, to the end of a request at most.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Taken {
        let (mut at, mut begins) = (0, false);
        while at < bytes.len() {
            let was_between = self.is_between();
            match self.part {
                Part::Body(left) | Part::Chunk(left) => {
                    let count = left.min((bytes.len() - at) as u64);
                    at += usize::try_from(count).unwrap_or(usize::MAX);
                    self.part = match (self.part, left - count) {
                        (Part::Body(_), 0) => Part::Between,
                        (Part::Body(_), left) => Part::Body(left),
                        (_, 0) => Part::ChunkEnd,
                        (_, left) => Part::Chunk(left),
                    };
                }
                _ => {
                    let byte = bytes[at];
                    at += 1;
                    if self.part == Part::Between && !matches!(byte, b'\r' | b'\n') {
                        (self.part, begins) = (Part::Head, true);
                        (self.body, self.is_chunked) = (0, false);
                    }
                    if byte == b'\n' {
                        self.line_ends();
                    } else if byte != b'\r' {
                        self.line_length += 1;
                        if self.line.len() < LINE {
                            self.line.push(byte.to_ascii_lowercase());
                        }
                    }
                }
            }
            // Blank lines before a request are none.
            if self.is_between() && !was_between {
                break;
            }
        }
        Taken { bytes: at, begins }
    }

    fn line_ends(&mut self) {
        let is_blank = self.line_length == 0;
        self.part = match self.part {
            Part::Head if !is_blank => {
                self.field();
                Part::Head
            }
            Part::Head if self.is_chunked => Part::ChunkSize,
            Part::Head if self.body > 0 => Part::Body(self.body),
            Part::ChunkSize => match self.chunk_size() {
                0 => Part::Trailer,
                size => Part::Chunk(size),
            },
            Part::ChunkEnd => Part::ChunkSize,
            Part::Trailer if !is_blank => Part::Trailer,
            _ => Part::Between,
        };
        self.line.clear();
        self.line_length = 0;
    }

    fn field(&mut self) {
        let Some(colon) = self.line.iter().position(|b| *b == b':') else { return };
        let (name, value) = (&self.line[..colon], self.line[colon + 1..].trim_ascii());
        match name {
            b"content-length" => self.body = number(value, 10),
            b"transfer-encoding" => self.is_chunked = true,
            _ => {}
        }
    }

    fn chunk_size(&self) -> u64 {
        let digits = self.line.split(|b| *b == b';').next().unwrap_or_default();
        number(digits.trim_ascii(), 16)
    }
}

fn number(digits: &[u8], radix: u32) -> u64 {
    std::str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, radix).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The requests of a connection, whose bytes come in pieces of this size.
    fn requests(said: &[u8], piece: usize) -> Vec<String> {
        let (mut end, mut found, mut now) = (RequestEnd::new(), Vec::new(), Vec::new());
        for piece in said.chunks(piece) {
            let mut rest = piece;
            while !rest.is_empty() {
                let taken = end.take(rest);
                assert!(taken.bytes > 0);
                now.extend_from_slice(&rest[..taken.bytes]);
                rest = &rest[taken.bytes..];
                if end.is_between() {
                    let text = String::from_utf8(std::mem::take(&mut now)).unwrap();
                    if !text.trim().is_empty() {
                        found.push(text.trim_start().to_owned());
                    }
                }
            }
        }
        assert!(now.is_empty() || !end.is_between());
        found
    }

    #[test]
    fn each_request_ends_where_it_ends() {
        let said = [
            "GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: x\r\ncontent-LENGTH:  9 \r\n\r\n\r\n\r\nGET /",
            "GET /c HTTP/1.1\nHost: x\n\n",
            "POST /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n\r\n\r\nx\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX: y\r\n\r\n",
            "POST /e HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HEAD /f HTTP/1.1\r\nX: a very long field that says content-length: 99 and content-length: 99 after it\r\n\r\n",
        ];
        for piece in [1, 2, 3, 7, 64, 10_000] {
            assert_eq!(requests(said.concat().as_bytes(), piece), said, "{piece}");
            // Blank lines before a request are none.
            assert_eq!(
                requests(said.map(|one| format!("\r\n\r\n{one}")).concat().as_bytes(), piece),
                said,
                "{piece}"
            );
        }
    }

    #[test]
    fn a_request_that_is_not_whole_goes_on() {
        let mut end = RequestEnd::new();
        assert_eq!(end.take(b"\r\n"), Taken { bytes: 2, begins: false });
        assert!(end.is_between());
        assert_eq!(end.take(b"GET / HTTP/1.1\r\n"), Taken { bytes: 16, begins: true });
        assert!(!end.is_between());
        assert_eq!(end.take(b"\r\nGET"), Taken { bytes: 2, begins: false });
        assert!(end.is_between());
    }
}
