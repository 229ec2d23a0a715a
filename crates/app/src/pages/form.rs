//! What a form sent, read by the names of its fields.

/// Names and values, as they came.
pub type Fields = Vec<(String, String)>;

/// What is wrong with a field: its name, and words for it.
pub type Faults = Vec<(&'static str, String)>;

/// The value of a field; empty when it was not sent.
pub fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

/// The same without the spaces around it.
pub fn trimmed<'f>(fields: &'f Fields, name: &str) -> &'f str {
    field(fields, name).trim()
}

/// What is wrong with a field.
pub fn fault(faults: &Faults, name: &str) -> Option<String> {
    faults.iter().find(|(known, _)| *known == name).map(|(_, words)| words.clone())
}

/// The same of a form that may not have been sent.
pub fn fault_sent(sent: Option<(&Fields, &Faults)>, name: &str) -> Option<String> {
    fault(sent?.1, name)
}
