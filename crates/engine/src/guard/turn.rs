//! Which engine the guard is about. Another one may come to the same address at any time: what the
//! session made in the first is then nobody's proof in the second, and waits for the first to be
//! back.

use tokio::sync::RwLockReadGuard;

use super::consent::Consents;
use super::ownership::Ownership;
use super::{Answer, Guard, Told, lock};
use crate::client::Client;
use crate::text::guard as words;

/// The engine that the guard is about; held as long as it must stay so.
pub(super) type Turned<'a> = RwLockReadGuard<'a, Option<String>>;

impl Guard {
    /// The client of the engine that the guard is about.
    pub(super) fn client(&self) -> Client {
        lock(&self.client).clone()
    }

    /// Turns to the engine that answers now.
    pub(super) async fn turn(&self) -> Result<Turned<'_>, Answer> {
        let found = self.client().identity().await;
        match found {
            Ok(engine) => self.turn_to(&engine).await,
            Err(error) => Err(self.unanswered(error).await),
        }
    }

    /// Turns to this engine: what is judged next is judged by what was made in it.
    pub(super) async fn turn_to(&self, engine: &str) -> Result<Turned<'_>, Answer> {
        let turned = self.engine.read().await;
        if turned.as_deref() == Some(engine) {
            return Ok(turned);
        }
        drop(turned);
        let mut turning = self.engine.write().await;
        if turning.as_deref() != Some(engine) {
            // Connections that are open may lead to the one before.
            let client = Client::new(&self.target.dialer);
            let client = match client {
                Ok(client) => client,
                Err(error) => return Err(self.unanswered(error).await),
            };
            match client.identity().await {
                Ok(answering) if answering == engine => {}
                Ok(_) => return Err(Answer::replaced()),
                Err(error) => return Err(self.unanswered(error).await),
            }
            *lock(&self.client) = client;
            let before = turning.replace(engine.to_owned());
            self.take_up(before, engine);
        }
        Ok(turning.downgrade())
    }

    /// Puts aside what was made in the engine before, and takes up what was made in this one.
    fn take_up(&self, before: Option<String>, engine: &str) {
        let Some(before) = before else {
            self.begin(engine, 1);
            return;
        };
        // What was allowed there is not allowed here.
        *lock(&self.consents) = Consents::default();
        lock(&self.execs).clear();
        let (next, rank) = {
            let mut away = lock(&self.away);
            let next = away.remove(engine);
            let made =
                std::mem::replace(&mut *lock(&self.ours), Ownership::of_session(&self.session));
            let record = lock(&self.record).take();
            away.insert(before, (made, record));
            (next, away.len() + 1)
        };
        match next {
            Some((made, record)) => {
                *lock(&self.ours) = made;
                *lock(&self.record) = record;
            }
            None => self.begin(engine, rank),
        }
        self.tell(Told::Note(words::another_engine()));
    }
}
