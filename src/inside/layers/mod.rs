//! An image's layers: sizes and the instruction that made each (`GET /images/{id}/history`), then,
//! when they are wanted, their files (`GET /images/{id}/get`).

use std::sync::Arc;

use serde_json::Value;

use super::{Fact, InsideError, Place, Tell};
use crate::engine::{CallError, Connection};

mod archive;
mod history;
mod save;
mod tree;

#[cfg(test)]
mod tests;

pub use archive::FileKind;
pub use history::Step;
pub(super) use save::read as read_files;
pub use tree::{Files, LayerFiles, Mark, Node, Waste};

/// An image's layers, lowest first, among the instructions that made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stack {
    /// Its instructions, oldest first: those that made a layer, and those that set something.
    pub steps: Vec<Step>,
    /// The digests of its layers' contents, lowest first (`RootFS.Layers`).
    pub layers: Vec<String>,
    /// Bytes.
    pub size: u64,
}

/// Tells an image's layers.
pub(super) async fn read(place: &Place, id: &str, tell: &Tell) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let image = inspect(&connection, id).await?;
    let history = connection
        .client
        .json(&format!("/images/{id}/history"))
        .await;
    let history = history.map_err(gone)?;
    let layers = image.pointer("/RootFS/Layers").and_then(Value::as_array);
    let layers = layers.into_iter().flatten().filter_map(Value::as_str);
    let layers: Vec<String> = layers.map(str::to_owned).collect();
    let entries = history.as_array().map_or(&[][..], Vec::as_slice);
    let stack = Stack {
        steps: history::join(entries, layers.len()),
        size: size(&image),
        layers,
    };
    tell(Fact::Layers(Arc::new(stack)));
    Ok(())
}

/// What `docker image inspect` says.
async fn inspect(connection: &Connection, id: &str) -> Result<Value, InsideError> {
    let answer = connection.client.json(&format!("/images/{id}/json")).await;
    answer.map_err(gone)
}

fn size(image: &Value) -> u64 {
    image.get("Size").and_then(Value::as_u64).unwrap_or(0)
}

fn gone(error: CallError) -> InsideError {
    if error.is_not_found() {
        InsideError::Other("Cette image n’existe plus.".to_owned())
    } else {
        error.into()
    }
}
