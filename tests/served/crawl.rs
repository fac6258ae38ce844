//! Every address that the definition of the API describes: its routes, its parameters, their values, its formats.

use crate::common::ask_of;
use actix_web::http::Method;
use actix_web::web::Data;
use hereabouts_server::state::ServerState;
use serde_json::Value;

/// Most features in one answer, so that all of a small town are in each.
const LIMIT: &str = "1000";

/// The routes that are read, each as it is and with each value of each of its parameters that has a list of them or an example,
/// one at a time, in each format.
pub(crate) async fn described(state: &Data<ServerState>) -> Vec<String> {
    let definition = ask_of(state.clone(), Method::GET, "/ogc/api", &[]).await.json();
    let root = path_of(&definition["servers"]);
    let mut found = Vec::new();
    for (path, item) in definition["paths"].as_object().expect("paths") {
        let Some(read) = item.get("get") else { continue };
        let root = if item["servers"].is_array() { path_of(&item["servers"]) } else { root.clone() };
        let parameters: Vec<Parameter> =
            read["parameters"].as_array().into_iter().flatten().map(Parameter::of).collect();
        found.extend(addresses(&format!("{root}{path}"), &parameters));
    }
    found
}

fn path_of(servers: &Value) -> String {
    let url = servers[0]["url"].as_str().expect("the address of a server");
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.split_once('/').map_or("", |(_, path)| path).trim_end_matches('/').split('/').fold(
        String::new(),
        |path, part| {
            if part.is_empty() { path } else { format!("{path}/{part}") }
        },
    )
}

struct Parameter {
    name: String,
    is_of_path: bool,
    is_required: bool,
    /// What it may be, as far as the definition says.
    values: Vec<String>,
}

impl Parameter {
    fn of(parameter: &Value) -> Self {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let schema = &parameter["schema"];
        let listed = schema["enum"].as_array().map(|values| values.iter().map(text).collect());
        let is_flag = schema["type"] == "boolean";
        let example = || parameter.get("example").map(text).into_iter().collect();
        let flags = || vec!["true".to_owned(), "false".to_owned()];
        Self {
            name: parameter["name"].as_str().expect("a name").to_owned(),
            is_of_path: parameter["in"] == "path",
            is_required: parameter["required"] == true,
            values: listed.unwrap_or_else(|| if is_flag { flags() } else { example() }),
        }
    }

    fn pair(&self, value: &str) -> String {
        let value: String = value
            .bytes()
            .map(|b| match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' | b':' | b',' => {
                    char::from(b).to_string()
                }
                b => format!("%{b:02X}"),
            })
            .collect();
        format!("{}={value}", self.name)
    }
}

fn addresses(path: &str, parameters: &[Parameter]) -> Vec<String> {
    let mut path = path.to_owned();
    for parameter in parameters.iter().filter(|p| p.is_of_path) {
        let value =
            parameter.values.first().unwrap_or_else(|| panic!("{path}: no example of {}", parameter.name));
        path = path.replace(&format!("{{{}}}", parameter.name), value);
    }
    let asked: Vec<&Parameter> = parameters.iter().filter(|p| !p.is_of_path).collect();
    let always: Vec<String> = (asked.iter())
        .filter_map(|p| match &*p.name {
            "limit" if p.values.is_empty() => Some(p.pair(LIMIT)),
            _ if p.is_required => p.values.first().map(|value| p.pair(value)),
            _ => None,
        })
        .collect();
    let formats: Vec<String> = (asked.iter())
        .filter(|p| p.name == "f")
        .flat_map(|p| p.values.iter().map(|value| p.pair(value)))
        .collect();
    let formats = if formats.is_empty() { vec![String::new()] } else { formats };
    let mut chosen = vec![String::new()];
    chosen.extend(
        (asked.iter()).filter(|p| p.name != "f").flat_map(|p| p.values.iter().map(|value| p.pair(value))),
    );
    let mut found = Vec::new();
    for choice in &chosen {
        for format in &formats {
            let pairs = always.iter().chain([choice, format]).filter(|pair| !pair.is_empty());
            let query = pairs.cloned().collect::<Vec<_>>().join("&");
            found.push(if query.is_empty() { path.clone() } else { format!("{path}?{query}") });
        }
    }
    found
}
