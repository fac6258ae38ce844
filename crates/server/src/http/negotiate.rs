//! Which form of a resource is wanted.

use actix_web::HttpRequest;
use actix_web::http::header::{self, Header};
use hereabouts_engine::fields::{QueryParameter, ValueDomain};

/// A form of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseForm {
    /// JSON, or GeoJSON where there are features.
    Json,
    /// A page for people.
    Html,
    /// A table for spreadsheets.
    Csv,
}

impl ResponseForm {
    /// The word used for `f=`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
            Self::Csv => "csv",
        }
    }
}

/// The parameter `f`, where these forms are offered.
#[must_use]
pub fn parameter(offered: &[ResponseForm]) -> QueryParameter {
    let of = offered.iter().map(|f| f.as_str().to_owned()).collect();
    let about = "The form wanted; without it the Accept header decides.";
    QueryParameter::new("f", about, ValueDomain::Choice { of, default: None })
}

/// `f` beats Accept; the best of what Accept ranks and is offered, JSON for anything else.
#[must_use]
pub fn form(request: &HttpRequest, f: Option<&str>, offered: &[ResponseForm]) -> ResponseForm {
    if let Some(form) = offered.iter().find(|form| Some(form.as_str()) == f) {
        return *form;
    }
    let accepted = header::Accept::parse(request).map(|a| a.ranked()).unwrap_or_default();
    let mut forms =
        accepted.iter().filter_map(|mime| match (mime.type_().as_str(), mime.subtype().as_str()) {
            ("text", "html") | ("application", "xhtml") => Some(ResponseForm::Html),
            ("text", "csv") => Some(ResponseForm::Csv),
            ("application", "json" | "geo" | "*") | ("*", "*") => Some(ResponseForm::Json),
            _ => None,
        });
    forms.find(|form| offered.contains(form)).unwrap_or(ResponseForm::Json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(accept: &str, f: Option<&str>) -> ResponseForm {
        let request = TestRequest::default().insert_header(("accept", accept)).to_http_request();
        form(&request, f, &[ResponseForm::Json, ResponseForm::Html])
    }

    #[test]
    fn f_beats_accept_and_json_is_the_rest() {
        assert_eq!(asked("*/*", None), ResponseForm::Json);
        assert_eq!(
            asked("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
            ResponseForm::Html
        );
        assert_eq!(asked("application/geo+json, application/json", None), ResponseForm::Json);
        assert_eq!(asked("text/html;q=0.1, application/json", None), ResponseForm::Json);
        assert_eq!(asked("text/html", Some("json")), ResponseForm::Json);
        assert_eq!(asked("*/*", Some("html")), ResponseForm::Html);
        assert_eq!(asked("image/png", None), ResponseForm::Json);
        assert_eq!(asked("text/csv", None), ResponseForm::Json, "not offered here");
    }
}
