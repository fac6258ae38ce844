//! A feed names people whom nobody here needs to know. They go before anything of it is kept or read on.

use serde_json::{Map, Value};

/// Takes people out of an answer: contacts with a name, `attention` lines of addresses, and e-mail addresses.
pub(crate) fn leave_out(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(leave_out),
        Value::Object(fields) => {
            fields.retain(|key, value| match key.as_str() {
                "contacts" | "contact" => {
                    without_named(value);
                    true
                }
                "email" | "assurer_email" | "attention" | "contact_name" => false,
                _ => true,
            });
            fields.values_mut().for_each(leave_out);
        }
        _ => {}
    }
}

fn without_named(contacts: &mut Value) {
    let named = |c: &Map<String, Value>| c.get("name").is_some_and(|name| !name.is_null());
    match contacts {
        Value::Array(all) => all.retain(|one| one.as_object().is_some_and(|c| !named(c))),
        Value::Object(one) if !named(one) => {}
        other => *other = Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_go_and_numbers_of_the_service_stay() {
        let mut answer = json!({ "contents": [{
            "name": "Walk and talk", "email": "jo@walk.example", "assurer_email": "jo@walk.example",
            "contacts": [{ "name": "Jo Marker", "phones": [{ "number": "1" }] }, { "phones": [{ "number": "2" }] }, "Jo Marker"],
            "organization": { "name": "Walkers", "contact": { "name": "Jo Marker" }, "contacts": { "phones": [{ "number": "3" }] } },
            "locations": [{ "addresses": [{ "attention": "Jo Marker", "city": "Holme" }] }],
        }]});
        leave_out(&mut answer);
        let text = answer.to_string();
        assert!(!text.contains("Marker") && !text.contains("jo@"), "{text}");
        for kept in ["Walk and talk", "Walkers", "Holme", "\"2\"", "\"3\""] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }
}
