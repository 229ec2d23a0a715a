//! What `/debug/mp/collect` answers: the same reading, and its faults in Google's words.

use serde::Serialize;

use super::{MAX_BODY, read};
use crate::connector::Setting;
use crate::wire::Refused;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub field_path: String,
    pub description: String,
    pub validation_code: &'static str,
}

/// The faults of a request; none when all of it would be kept.
pub fn validate(body: &str, setting: &Setting) -> Vec<Message> {
    if body.len() > MAX_BODY {
        return vec![Message {
            field_path: String::new(),
            description: "The body is larger than 130 kB.".into(),
            validation_code: "VALUE_OUT_OF_BOUNDS",
        }];
    }
    match read(body, setting) {
        Ok(reading) => reading.refused.iter().map(message).collect(),
        Err(refused) => vec![message(&refused)],
    }
}

fn message(refused: &Refused) -> Message {
    let last = refused.field.rsplit('.').next().unwrap_or_default();
    let validation_code = match (last, refused.value.is_empty()) {
        ("events", _) if refused.reason.en.contains("more than") => "EXCEEDED_MAX_ENTITIES",
        ("params", _) => "EXCEEDED_MAX_ENTITIES",
        ("name", false) => "NAME_INVALID",
        ("", _) => "VALUE_INVALID",
        (_, true) => "VALUE_REQUIRED",
        ("timestamp_micros", false) => "VALUE_OUT_OF_BOUNDS",
        _ => "VALUE_INVALID",
    };
    let field_path = match refused.kind.as_str() {
        "event" if refused.field.is_empty() => "events".to_owned(),
        "event" => format!("events.{}", refused.field),
        _ => refused.field.clone(),
    };
    let description = format!("{}; {}.", refused.reason, refused.remedy);
    Message { field_path, description, validation_code }
}
