//! What a build tells while it goes on: the messages of its stream.

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Built, Failure};

/// Where the messages go.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) sender: mpsc::Sender<Value>,
}

impl Output {
    /// One message; a client that left ends the build.
    pub(super) async fn tell(&self, message: Value) -> Built<()> {
        self.sender
            .send(message)
            .await
            .map_err(|_| Failure::new("Build cancelled"))
    }

    /// A piece of text.
    pub(super) async fn say(&self, text: impl Into<String>) -> Built<()> {
        self.tell(json!({"stream": text.into()})).await
    }

    /// A line in two pieces, as the builder writes steps.
    pub(super) async fn line(&self, text: &str) -> Built<()> {
        self.say(text).await?;
        self.say("\n").await
    }
}
