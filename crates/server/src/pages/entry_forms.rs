//! Forms of pages: the same entries as the API takes, for browsers without scripts. Each leads back to a page.

use super::errors::PageError;
use crate::entries::{statements, unmet_needs};
use crate::error::ApiError;
use crate::http::query;
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

/// Fields of a form: what may stand several times is a list, and what was left blank is not there.
struct EntryForm {
    fields: Map<String, Value>,
    to: String,
}

impl EntryForm {
    fn read(bytes: &[u8], lists: &[&str]) -> Result<Self, ApiError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ApiError::parameter("body", "not a form"))?;
        let (mut fields, mut to) = (Map::new(), "/".to_owned());
        for (name, value) in query::pairs(text)?.into_iter().filter(|(_, value)| !value.is_empty()) {
            if name == "to" {
                to = super::login::own_page(Some(&value))?;
            } else if lists.contains(&name.as_str()) {
                let list = fields.entry(name).or_insert_with(|| json!([]));
                list.as_array_mut().into_iter().for_each(|list| list.push(json!(value)));
            } else if fields.insert(name, json!(value)).is_some() {
                return Err(ApiError::parameter("body", "a field is given more than once"));
            }
        }
        Ok(Self { fields, to })
    }

    fn back(&self) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, self.to.clone()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }
}

/// `POST /say`: `asset` and the fields of `/v1/assets/{id}/events`; `to` is the page to go back to.
pub(super) async fn verify(
    request: HttpRequest,
    state: web::Data<ServerState>,
    bytes: web::Bytes,
) -> Result<HttpResponse, PageError> {
    state.access.is_own_form(&request, &state.address)?;
    let mut form = EntryForm::read(&bytes, &["what"])?;
    let asset = form.fields.remove("asset");
    let asset = asset.as_ref().and_then(Value::as_str);
    let asset = asset.ok_or_else(|| ApiError::parameter("asset", "say which asset"))?;
    // Forms know no numbers.
    if let Some(number) = form.fields.get("event").and_then(Value::as_str).and_then(|n| n.parse::<u64>().ok())
    {
        form.fields.insert("event".to_owned(), json!(number));
    }
    statements::add_verification(&request, &state, asset, form.fields.clone()).await?;
    Ok(form.back())
}

/// `POST /want`: the fields of `/v1/unmet-needs`; `to` is the page to go back to.
pub(super) async fn unmet_need(
    request: HttpRequest,
    state: web::Data<ServerState>,
    bytes: web::Bytes,
) -> Result<HttpResponse, PageError> {
    state.access.is_own_form(&request, &state.address)?;
    let form = EntryForm::read(&bytes, &["days", "constraints", "why", "not_known"])?;
    unmet_needs::take_record(&request, &state, &form.fields).await?;
    Ok(form.back())
}
