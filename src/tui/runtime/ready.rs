//! Whether a lesson can begin, and what a teacher needs to know: gathered in the background.

use std::sync::Arc;

use super::Loop;
use crate::engine::connect;
use crate::lesson::Lesson;
use crate::ready::diagnostic::{Asked, diagnostic};
use crate::ready::facts::facts;
use crate::ready::preflight::findings;
use crate::tui::message::Message;
use crate::tui::model::Link;
use crate::tui::settings::{self, Settings};

impl Loop {
    /// Looks at what a lesson needs, and says what it found.
    pub(super) fn prepare(&self, lesson: Arc<Lesson>, asked: bool) {
        let Some(target) = self.engine.as_ref().map(|it| it.target().clone()) else {
            return;
        };
        let sender = self.sender.clone();
        tokio::spawn(async move {
            let found = match connect(&target).await {
                Err(error) => Err(error.explain().to_string()),
                Ok(connection) => facts(&connection.client, &target, &lesson)
                    .await
                    .map(|facts| findings(&facts, &connection.info))
                    .map_err(|error| error.to_string()),
            };
            let lesson = lesson.id.clone();
            let message = Message::Prepared {
                lesson,
                asked,
                found,
            };
            let _ = sender.send(message.into());
        });
    }

    /// Gathers the diagnostic.
    pub(super) fn diagnose(&self) {
        let link = match &self.model.link {
            Link::Connecting => "connexion en cours".to_owned(),
            Link::Live => "suivi".to_owned(),
            Link::Lost(why) | Link::None(why) => why.clone(),
        };
        let session = self.engine.as_ref().map(|it| {
            let commands = self.model.timeline.steps().len();
            format!(
                "séance {}, {commands} étapes, moteur : {link}, intermédiaire : {}",
                it.choice.session,
                it.way()
            )
        });
        let asked = Asked {
            engine: self.options.engine.clone(),
            settings: (
                settings::folder(),
                Settings::read(&self.options.look).notices,
            ),
            lessons: self.options.lessons.clone(),
            session: Some(session.unwrap_or(link)),
        };
        let sender = self.sender.clone();
        tokio::spawn(async move {
            let text = diagnostic(&asked).await;
            let _ = sender.send(Message::Diagnosed(text).into());
        });
    }
}
