//! Answers that are large and the same for all: made and compressed once, and one buffer for everybody who asks.

use crate::room::SharedBytes;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One of them, in both forms.
#[derive(Debug)]
pub(crate) struct SharedAnswer {
    plain: Bytes,
    gzip: Bytes,
}

impl SharedAnswer {
    fn of(plain: Vec<u8>) -> io::Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&plain)?;
        Ok(Self { plain: plain.into(), gzip: gzip.finish()?.into() })
    }

    /// The answer to a request, in the form that it takes.
    pub(crate) fn answer(&self, request: &HttpRequest, mime: &str) -> HttpResponse {
        let forms = [Encoding::gzip(), Encoding::identity()];
        let takes_gzip = request.headers().contains_key(header::ACCEPT_ENCODING)
            && AcceptEncoding::parse(request)
                .is_ok_and(|accepted| accepted.negotiate(forms.iter()) == Some(Encoding::gzip()));
        let mut answer = HttpResponse::Ok();
        answer.content_type(mime).insert_header((header::VARY, "accept-encoding"));
        let bytes = if takes_gzip {
            answer.insert_header((header::CONTENT_ENCODING, "gzip"));
            self.gzip.clone()
        } else {
            self.plain.clone()
        };
        let mut answer = answer.body(bytes);
        answer.extensions_mut().insert(SharedBytes);
        answer
    }
}

type Made = Arc<OnceLock<Option<Arc<SharedAnswer>>>>;

/// Those of the revision in use, by name.
#[derive(Debug, Default)]
pub(crate) struct SharedAnswers(Mutex<(u64, HashMap<String, Made>)>);

impl SharedAnswers {
    /// The answer of that name, made unless it is there; whoever asks meanwhile waits for the same. `None` where there is
    /// nothing of that name, which is not remembered: anybody can make up names.
    pub(crate) fn get(
        &self,
        revision: u64,
        name: &str,
        make: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Option<Arc<SharedAnswer>> {
        let made = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.0 != revision {
                *all = (revision, HashMap::new());
            }
            Arc::clone(all.1.entry(name.to_owned()).or_default())
        };
        let answer = made.get_or_init(|| SharedAnswer::of(make()?).ok().map(Arc::new)).clone();
        if answer.is_none() {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.1.remove(name);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn it_is_made_once_for_a_revision() {
        let answers = SharedAnswers::default();
        let make = |revision: u64, text: &'static str| {
            answers.get(revision, "a", || Some(text.as_bytes().to_vec())).unwrap().plain.clone()
        };
        assert_eq!((make(1, "x"), make(1, "y"), make(2, "z")), ("x".into(), "x".into(), "z".into()));
        assert!(answers.get(2, "none", || None).is_none());
        assert_eq!(answers.0.lock().unwrap().1.len(), 1, "names that are none are not kept");
    }

    #[test]
    fn everybody_gets_the_same_buffer() {
        let answer = SharedAnswer::of(vec![b'a'; 100_000]).unwrap();
        let asks = |accepted: &str| {
            let request =
                TestRequest::default().insert_header(("accept-encoding", accepted)).to_http_request();
            answer.answer(&request, "text/plain")
        };
        let pressed = asks("gzip, br");
        assert_eq!(pressed.headers().get("content-encoding").unwrap(), "gzip");
        assert!(!asks("identity").headers().contains_key("content-encoding"));
        assert!(!asks("gzip;q=0").headers().contains_key("content-encoding"));
    }
}
