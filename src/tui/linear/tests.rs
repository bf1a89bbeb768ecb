//! What is said and asked, on the lesson of the other tests.

use std::sync::Arc;

use crossterm::event::KeyCode;

use super::*;
use crate::domain::{ContainerState, Occurrence, Timeline, Travel};
use crate::lesson::progress::Progress;
use crate::lesson::{Course, Evidence, Start, check};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::study::{Attempt, Study};
use crate::tui::update::fixtures::{Play, container, image, snapshot};

/// Somebody who listens.
struct Listener {
    play: Play,
    telling: Telling,
}

impl Listener {
    fn new() -> Self {
        let mut play = Play::home(120, 40);
        play.model.linear = true;
        Self {
            play,
            telling: Telling::default(),
        }
    }

    fn hear(&mut self) -> String {
        self.telling.news(&mut self.play.model).join("\n")
    }

    /// What is said of a line, and of what it does.
    fn say(&mut self, line: &str) -> String {
        let command = parse(line).expect("a word").expect("a known word");
        match act(&self.play.model, command) {
            Outcome::Say(lines) => lines.join("\n"),
            Outcome::Ask(asked) => {
                self.play.say(Message::Asked(asked));
                self.hear()
            }
            other => format!("{other:?}"),
        }
    }

    fn open() -> Self {
        let mut listener = Self::new();
        listener.hear();
        listener.say(":ouvrir 1");
        listener.play.say(Message::ShellOpened { marked: true });
        listener.play.effects.clear();
        listener
    }
}

#[test]
fn the_home_is_a_list_and_a_lesson_is_read_whole() {
    let mut listener = Listener::new();
    let home = listener.hear();
    assert!(
        home.contains("1. Image ou conteneur ?, 40 minutes, pas commencée."),
        "{home}"
    );
    assert_eq!(listener.hear(), "");
    insta::assert_snapshot!(listener.say(":ouvrir"));
    assert!(
        listener.play.model.overlay.is_none(),
        "no tour without a screen"
    );
}

#[test]
fn a_part_is_done_in_words() {
    let mut listener = Listener::open();
    assert_eq!(listener.say(":envoyer 1"), "");
    let line = "docker run -d --name jumeau1 busybox:1.37 sleep 3600".to_owned();
    assert_eq!(
        listener.play.effects,
        [Effect::ShellType { line, force: false }]
    );
    assert!(listener.say(":envoyer 2").contains("pas encore montrée"));
    assert!(listener.say(":solution").contains("après les indices"));
    assert!(
        listener
            .say(":indice")
            .contains("Indice 1 sur 2\u{a0}: Quelle option")
    );
    let objects = || [image(), container("jumeau1", ContainerState::Exited)];
    listener.play.run(
        "docker run --name jumeau1 busybox:1.37 true",
        1,
        snapshot(objects()),
    );
    let wrong = listener.hear();
    for words in [
        "La commande a échoué, code 1.",
        "Nouveau\u{a0}: conteneur jumeau1, état terminé (exited 0)",
        "But 1 sur 1, pas encore atteint",
        "Remarque\u{a0}: Il s’est arrêté aussitôt",
    ] {
        assert!(wrong.contains(words), "{words}: {wrong}");
    }
    let running = [image(), container("jumeau1", ContainerState::Running)];
    listener
        .play
        .run("docker start jumeau1", 0, snapshot(running));
    let right = listener.hear();
    assert!(
        right.contains("Changé\u{a0}: conteneur jumeau1, champ State.Status, de exited à running."),
        "{right}"
    );
    assert!(right.contains("But 1 sur 1, atteint"), "{right}");
    listener.play.settle();
    assert!(listener.hear().contains("Exercice réussi."));
}

#[test]
fn questions_are_answered_by_a_letter() {
    let mut listener = Listener::open();
    assert!(listener.say(":choix a").contains("Aucune question"));
    let part = listener.say(":suite");
    assert!(
        part.contains("Prédiction. Le fichier est-il encore là ?\na) Non\nb) Oui"),
        "{part}"
    );
    assert!(
        !part.contains("docker stop"),
        "the answer comes first: {part}"
    );
    assert!(listener.say(":choix z").contains("de a à b"));
    let chosen = listener.say(":choix b");
    assert!(
        chosen.contains("Votre réponse\u{a0}: b.") && chosen.contains("docker stop jumeau1"),
        "{chosen}"
    );
    assert!(
        listener
            .say(":montrer")
            .contains("En fait\u{a0}: Ils restent")
    );
    listener.say(":suite");
    assert!(
        listener
            .say(":choix 1")
            .contains("Réponse a\u{a0}: faux. L’arrêt les garde.")
    );
    assert!(listener.say(":choix a").contains("déjà donné"));
    assert!(listener.say(":choix b").contains("juste"));
}

#[test]
fn beginning_again_asks_first() {
    let mut listener = Listener::open();
    let running = [image(), container("jumeau1", ContainerState::Running)];
    listener.play.run(
        "docker run -d --name jumeau1 busybox:1.37 sleep 3600",
        0,
        snapshot(running),
    );
    listener.hear();
    let asked = listener.say(":recommencer");
    assert!(asked.contains("docker rm -f jumeau1\n:oui"), "{asked}");
    assert_eq!(listener.say(":non"), "");
    assert!(
        listener
            .play
            .effects
            .iter()
            .all(|it| !matches!(it, Effect::ShellType { .. }))
    );
    listener.say(":recommencer");
    listener.say(":oui");
    let line = "docker rm -f jumeau1".to_owned();
    assert!(
        listener
            .play
            .effects
            .contains(&Effect::ShellType { line, force: false })
    );
    assert!(listener.say(":oui").contains("Rien n’attend"));
}

#[test]
fn the_engine_is_told_in_words() {
    let mut listener = Listener::open();
    assert_eq!(listener.say(":état"), "Images\u{a0}: 1.\n- busybox:1.37");
    assert!(
        listener
            .say(":expliquer docker run -d nginx")
            .contains("-d")
    );
    assert!(listener.say(":glossaire couche").contains("layer"));
    assert!(listener.say(":accueil").contains("Toutes les leçons"));
    listener.play.key(KeyCode::Esc);
    assert!(
        listener
            .say(":indice")
            .contains("Aucune leçon n’est ouverte")
    );
}

#[test]
fn no_sign_is_left_to_be_spelt() {
    let mut listener = Listener::open();
    for line in [
        ":buts",
        ":indice",
        ":indice",
        ":solution",
        ":suite",
        ":choix a",
        ":leçons",
    ] {
        let said = listener.say(line);
        assert!(
            !said.contains(['✔', '✘', '●', '○', '▲', '▸', '▌', '│', '─']),
            "{said}"
        );
    }
}

#[test]
fn a_word_of_the_glossary_is_told_in_sentences() {
    let mut listener = Listener::open();
    let told = listener.say(":glossaire couche");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "couche, en anglais layer.");
    assert!(lines[1].starts_with("Une archive de fichiers"), "{told}");
    assert_eq!(lines[2], "Voir aussi\u{a0}: image, couche inscriptible.");
    for words in [
        "maritime",
        "archive fichiers",
        "conteneur",
        "registre image",
    ] {
        let told = listener.say(&format!(":glossaire {words}"));
        for line in told.lines() {
            assert!(line.ends_with(['.', '?', '!']), "{words}: {line}");
            let signs = ["`", "·", "—", "|", "  ", "**"];
            assert!(!signs.iter().any(|it| line.contains(it)), "{words}: {line}");
        }
    }
    assert!(
        listener
            .say(":glossaire archive fichiers")
            .starts_with("«\u{a0}archive fichiers\u{a0}» n’est pas un mot du glossaire\u{a0}; ")
    );
}

#[test]
fn the_goals_of_no_lesson_have_a_sign_to_be_spelt() {
    let progress = Progress::default();
    let timeline = Timeline::default();
    let start = Start::at(&timeline);
    let evidence = Evidence {
        start: &start,
        timeline: &timeline,
    };
    let mut told = 0;
    for entry in Course::embedded().entries() {
        let lesson = Arc::new(entry.load().unwrap());
        let mut study = Study::open(lesson, &progress, 0);
        for section in 0..study.lesson.sections.len() {
            study.section = section;
            for block in 0..study.blocks().len() {
                let Some(exercise) = study.exercise_at(block) else {
                    continue;
                };
                let verdict = check(&exercise.goals, evidence);
                study.attempt = Some(Attempt {
                    key: (section, block),
                    start: start.clone(),
                    verdict,
                    case: None,
                    open: true,
                    settling: None,
                });
                for line in blocks::goals(&study, block) {
                    assert!(!line.contains('`'), "{}: {line}", study.lesson.id);
                    told += 1;
                }
            }
        }
    }
    assert!(told > 20, "{told}");
}

#[test]
fn what_an_error_means_is_not_said_again_when_a_command_is_undone() {
    let mut listener = Listener::open();
    let said = "docker: unknown command: docker contianer".to_owned();
    listener.play.say(Message::CommandSaid(said));
    listener
        .play
        .run("docker contianer ls", 1, snapshot([image()]));
    let heard = listener.hear();
    assert!(heard.contains("Cette erreur\u{a0}:"), "{heard}");
    listener.play.say(Message::Occurrence(Occurrence::Travel {
        travel: Travel::Undo("docker contianer ls".to_owned()),
        moment: 1,
    }));
    let line = Some("docker contianer ls".to_owned());
    listener.play.say(Message::Undone(line));
    let heard = listener.hear();
    assert!(
        heard.contains("Annulée\u{a0}: docker contianer ls."),
        "{heard}"
    );
    assert!(!heard.contains("Cette erreur"), "{heard}");
    // The same error, made again, is told again.
    let said = "docker: unknown command: docker contianer".to_owned();
    listener.play.say(Message::CommandSaid(said));
    listener
        .play
        .run("docker contianer ls", 1, snapshot([image()]));
    assert!(listener.hear().contains("Cette erreur\u{a0}:"));
}
