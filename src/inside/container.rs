//! What `docker inspect` says of a container, as the readers need it.

use serde_json::Value;

use super::InsideError;
use crate::engine::Connection;

/// Its document.
pub(super) async fn inspect(connection: &Connection, id: &str) -> Result<Value, InsideError> {
    let path = format!("/containers/{id}/json");
    connection.client.json(&path).await.map_err(|error| {
        if error.is_not_found() {
            InsideError::Other("Ce conteneur n’existe plus.".to_owned())
        } else {
            error.into()
        }
    })
}

/// Whether it runs.
pub(super) fn is_running(document: &Value) -> bool {
    document.pointer("/State/Running").and_then(Value::as_bool) == Some(true)
}
