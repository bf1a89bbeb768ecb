//! What `docker inspect` says of an object.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

/// A document, kept as its text and read when it is looked at: a thousand containers take some
/// five megabytes as texts, forty as values. A copy shares it.
#[derive(Clone)]
pub struct Document(Arc<Kept>);

struct Kept {
    text: Box<str>,
    value: OnceLock<Value>,
}

impl Document {
    /// A document that says this.
    pub fn new(value: &Value) -> Self {
        Self(Arc::new(Kept {
            text: value.to_string().into_boxed_str(),
            value: OnceLock::new(),
        }))
    }

    /// Whether its text has these characters, without reading it: what they name may be there.
    pub fn mentions(&self, characters: &str) -> bool {
        self.0.text.contains(characters)
    }
}

impl Deref for Document {
    type Target = Value;

    fn deref(&self) -> &Value {
        let read = || serde_json::from_str(&self.0.text).unwrap_or_default();
        self.0.value.get_or_init(read)
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self::new(&value)
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        // The same fields in another order are the same document.
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text || **self == **other
    }
}

impl Eq for Document {}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_says_what_it_was_made_of() {
        let value = json!({"Name": "/été", "State": {"Pid": 12, "Load": 0.1}, "Nul": null});
        let document = Document::from(value.clone());
        assert!(document.mentions("\"Pid\"") && !document.mentions("Health"));
        assert_eq!(*document, value);
        assert_eq!(document, document.clone());
        let (one, other) = (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}));
        assert_eq!(Document::from(one), Document::from(other));
        assert_ne!(document, Document::from(json!({})));
    }
}
