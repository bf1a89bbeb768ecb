//! A lesson, an engine and keys for the tests of the screen.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use serde_json::json;

use super::update;
use crate::domain::{ApiCall, CallOutcome, Container, ContainerState, Image, Object};
use crate::domain::{Occurrence, Snapshot};
use crate::engine::{EngineState, Origin, SESSION_LABEL};
use crate::lesson::progress::Progress;
use crate::lesson::{Lesson, parse};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Course, EngineChoice, Model, ShellState};
use crate::tui::theme::Theme;
use crate::tui::view;

pub(crate) const LESSON: &str = r#"---
format: 1
titre: Image ou conteneur ?
duree: 40 min
objectifs:
  - expliquer qu’une image est en lecture seule
  - prouver que l’arrêt conserve les fichiers
images: ["busybox:1.37"]
---

## Deux jumeaux

Une **image** est un moule ; un *conteneur* en sort avec sa couche inscriptible.

```commande
docker run -d --name jumeau1 busybox:1.37 sleep 3600
```

```exercice lancer
consigne: Lancez un conteneur nommé `jumeau1`.
but:
  - conteneur: {nom: jumeau1, etat: running}
    sinon: Aucun conteneur « jumeau1 » ne tourne.
cas:
  - si: [{conteneur: {nom: jumeau1, etat: exited}}]
    dire: Il s’est arrêté aussitôt ; `sleep 3600` le garderait en vie.
    essai: docker run --name jumeau1 busybox:1.37 true
indices: [Quelle option donne un nom ?, "`--name jumeau1`"]
solution: docker run -d --name jumeau1 busybox:1.37 sleep 3600
```

## L’arrêt efface-t-il ?

```prediction
commande: docker stop jumeau1
question: Le fichier est-il encore là ?
choix:
  - {dit: "Non", refute: L’arrêt n’efface rien.}
  - {juste: "Oui", parce-que: La couche reste jusqu’à `docker rm`.}
```

```idee-recue M01
on-croit: Arrêter un conteneur efface ses fichiers.
en-fait: Ils restent jusqu’à `docker rm`.
experience: |
  docker start jumeau1
  docker diff jumeau1
```

## Vérifions

```quiz effacer
question: Les fichiers disparaissent…
choix:
  - {dit: à l’arrêt, refute: L’arrêt les garde.}
  - {juste: à la suppression, parce-que: La couche part avec le conteneur.}
```

<!-- note: laisser la salle voter -->
"#;

/// The session that made the containers.
pub(crate) const SESSION: &str = "essai";

pub(crate) fn lesson() -> Lesson {
    lesson_from(LESSON)
}

fn lesson_from(text: &str) -> Lesson {
    parse("lecon.md", "image-conteneur", 3, text).expect("the fixture is a lesson")
}

pub(crate) fn container(name: &str, state: ContainerState) -> Object {
    let running = state == ContainerState::Running;
    Object::Container(Container {
        id: format!("{name:0>64}"),
        name: name.to_owned(),
        image: "busybox:1.37".to_owned(),
        image_id: "sha256:aa".to_owned(),
        state,
        exit_code: 0,
        command: vec!["sleep".to_owned(), "3600".to_owned()],
        ports: Vec::new(),
        labels: [(SESSION_LABEL.to_owned(), SESSION.to_owned())].into(),
        changes: None,
        document: crate::domain::Document::from(json!({
            "Name": format!("/{name}"),
            "State": {
                "Status": state.as_str(),
                "Running": running,
                "Pid": if running { 4242 } else { 0 },
                "ExitCode": 0,
                "FinishedAt": if running { "0001-01-01T00:00:00Z" } else { "2026-01-01T10:00:00Z" },
            },
            "Image": "sha256:aa",
        })),
    })
}

pub(crate) fn image() -> Object {
    Object::Image(Image {
        id: "sha256:aa".to_owned(),
        tags: vec!["busybox:1.37".to_owned()],
        size: 4_261_550,
        layers: vec!["sha256:bb".to_owned()],
        document: crate::domain::Document::from(
            json!({"Id": "sha256:aa", "RepoTags": ["busybox:1.37"]}),
        ),
    })
}

pub(crate) fn snapshot(objects: impl IntoIterator<Item = Object>) -> Snapshot {
    let mut snapshot = Snapshot::default();
    objects
        .into_iter()
        .for_each(|object| snapshot.insert(object));
    snapshot
}

/// A driver: a model, and the effects it asked for.
pub(crate) struct Play {
    pub(crate) model: Model,
    pub(crate) effects: Vec<Effect>,
}

impl Play {
    /// The home screen, with a live simulated engine that holds one image.
    pub(crate) fn home(width: u16, height: u16) -> Self {
        Self::home_of(LESSON, None, width, height)
    }

    fn home_of(text: &str, shown: Option<&str>, width: u16, height: u16) -> Self {
        let mut model = Model::new(Size { width, height }, Theme::dark());
        model.wanted = shown.map(str::to_owned);
        let mut play = Self {
            model,
            effects: Vec::new(),
        };
        let lessons = vec![Arc::new(lesson_from(text))];
        let mut progress = Progress::default();
        progress.tour();
        play.say(Message::Course(Ok(Course {
            lessons,
            progress,
            ..Course::default()
        })));
        play.say(Message::Engine(EngineChoice {
            guarded: false,
            origin: Origin::Simulator,
            url: "simulateur".to_owned(),
            why: "Moteur simulé\u{a0}: aucun Docker trouvé sur cette machine.".to_owned(),
            session: SESSION.to_owned(),
        }));
        play.say(Message::State(EngineState::Live(snapshot([image()]))));
        play
    }

    /// The first section of the lesson, with an open shell.
    pub(crate) fn lesson(width: u16, height: u16) -> Self {
        Self::lesson_of(LESSON, width, height)
    }

    /// The same, of another lesson.
    pub(crate) fn lesson_of(text: &str, width: u16, height: u16) -> Self {
        let mut play = Self::home_of(text, None, width, height);
        play.key(KeyCode::Enter);
        play.say(Message::ShellOpened { marked: true });
        play.effects.clear();
        play
    }

    /// The lesson shown to a room, with an open shell.
    pub(crate) fn demo(width: u16, height: u16) -> Self {
        let mut play = Self::home_of(LESSON, Some("image-conteneur"), width, height);
        play.say(Message::ShellOpened { marked: true });
        play.effects.clear();
        play
    }

    pub(crate) fn say(&mut self, message: Message) {
        let effects = update(&mut self.model, message);
        self.effects.extend(effects);
    }

    pub(crate) fn key(&mut self, code: KeyCode) {
        self.say(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    pub(crate) fn keys(&mut self, text: &str) {
        text.chars()
            .for_each(|character| self.key(KeyCode::Char(character)));
    }

    pub(crate) fn leader(&mut self, letter: char) {
        self.say(Message::Key(KeyEvent::new(
            KeyCode::Char('g'),
            KeyModifiers::CONTROL,
        )));
        self.key(KeyCode::Char(letter));
    }

    /// A command that leaves the engine in this state.
    pub(crate) fn run(&mut self, line: &str, status: i32, state: Snapshot) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        self.say(Message::CommandBegan {
            line: line.to_owned(),
            at,
        });
        self.say(Message::Occurrence(Occurrence::Call(ApiCall {
            number: self.model.timeline.steps().len() as u64,
            method: "POST".to_owned(),
            path: "/v1.51/containers/create".to_owned(),
            outcome: CallOutcome::Answered(201),
            request_body: String::new(),
            response_body: String::new(),
            took: Duration::ZERO,
        })));
        self.say(Message::Occurrence(Occurrence::State(state.into())));
        self.say(Message::CommandEnded {
            status: Some(status),
            at,
        });
    }

    /// The moment that was asked for passes.
    pub(crate) fn settle(&mut self) {
        let number = self.model.study.as_ref().map_or(0, |study| study.moments);
        self.say(Message::Settled(number));
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.model.shell, ShellState::Open { .. })
    }

    fn drawn(&self) -> TestBackend {
        let Size { width, height } = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| view::draw(frame, &self.model, None))
            .unwrap();
        terminal.backend().clone()
    }

    /// The text of each cell, as the terminal would get it.
    pub(crate) fn cells(&self) -> Vec<String> {
        let drawn = self.drawn();
        let cells = drawn.buffer().content().iter();
        cells.map(|it| it.symbol().to_owned()).collect()
    }

    /// What the screen shows.
    pub(crate) fn screen(&self) -> String {
        let Size { width, height } = self.model.size;
        if width == 0 || height == 0 {
            return String::new();
        }
        let text = self.drawn().to_string();
        let lines = text.lines().map(|line| line.trim_matches('"').trim_end());
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}
