//! The lesson « Image ou conteneur ? », played from start to finish.
//!
//! What to type comes from the lesson itself: every command is sent, every exercise is first done
//! wrong (the attempt that the lesson says it recognises), begun again, then done right; quizzes
//! and predictions are answered, misconceptions are tried.
//!
//! The same on a real engine: `MOUSSAILLON_TEST_ENGINE=unix:///run/docker.sock cargo test --test
//! it journey`. That engine must hold the images of the lesson; the containers that the lesson
//! names are removed from it before and after.

use std::time::Duration;

use moussaillon::lesson::{Block, Choice, Course, Exercise, Lesson, Misconception, Prediction};

use super::driver::{Options, Program};

/// Both panels beside the lesson: nothing is hidden by a tab.
const WIDE: (u16, u16) = (40, 120);

fn lesson() -> Lesson {
    let course = Course::embedded();
    let entry = course.find("image-conteneur").expect("the lesson");
    entry.load().expect("a sound lesson")
}

/// What is left of Markdown on the screen.
fn plain(text: &str) -> String {
    text.chars().filter(|it| !matches!(it, '`' | '*')).collect()
}

/// The beginning of a sentence: enough to know it, and never cut by the edge of the screen.
fn beginning(text: &str) -> String {
    let words: Vec<String> = plain(text)
        .split_whitespace()
        .take(5)
        .map(str::to_owned)
        .collect();
    words.join(" ")
}

impl Program {
    /// The command that the state panel shows, and how many there were: `commande 2/3`.
    fn commands(&self) -> usize {
        let text = self.text();
        let counted = text.split("· commande ").skip(1).find_map(|it| {
            let (_, all) = it.split_once('/')?;
            let digits: String = all.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        counted.unwrap_or(0)
    }

    /// The item under the cursor of the lesson.
    fn item(&self) -> String {
        let (rows, cols) = self.screen().size();
        let rows = (0..rows).map(|row| self.screen().contents_between(row, 0, row, cols));
        let marked = rows.filter_map(|it| {
            let text = it.strip_prefix('▌')?;
            Some(text.split('│').next().unwrap_or_default().trim().to_owned())
        });
        marked.collect::<Vec<_>>().join(" ")
    }

    /// Moves the cursor down until this is so.
    #[track_caller]
    fn seek(&mut self, wanted: &str, found: impl Fn(&Self) -> bool) {
        // Down, then up again from the end: a loaded machine may have moved further than it showed.
        let mut keys = ["j", "k"].into_iter().cycle();
        let mut key = keys.next();
        for _ in 0..400 {
            if found(self) {
                self.settle();
                if found(self) {
                    return;
                }
                // A key came late and went past it: back.
                key = keys.next();
            }
            // The panels beside it change by themselves: on a real engine, others are at work.
            let before = self.lesson_text();
            self.type_text(key.unwrap_or("j"));
            self.wait_a_little(Duration::from_secs(2), |it| it.lesson_text() != before);
            if self.lesson_text() == before {
                key = keys.next();
            }
        }
        panic!(
            "no item « {wanted} », the cursor is on « {} »\n{}",
            self.item(),
            self.dump()
        );
    }

    /// Moves the cursor of the lesson to the item that begins so.
    #[track_caller]
    fn go_to(&mut self, text: &str) {
        let wanted = super::driver::squeezed(&plain(text));
        self.seek(&wanted, |it| {
            super::driver::squeezed(&it.item()).contains(&wanted)
        });
    }

    /// Moves the cursor of the home screen to the lesson of this title.
    #[track_caller]
    fn show_lesson(&mut self, title: &str) {
        let wanted = super::driver::squeezed(title);
        self.seek(&wanted, |it| {
            let text = it.text();
            let mut rows = text.lines().filter(|row| row.contains('▌'));
            rows.any(|row| super::driver::squeezed(row).contains(&wanted))
        });
    }

    /// Opens the lesson of this title from the home screen.
    #[track_caller]
    fn open_lesson(&mut self, title: &str) {
        self.show_lesson(title);
        self.type_text("\r");
    }

    /// Looks for this text in the lesson, going down and up if need be.
    #[track_caller]
    fn find_in_lesson(&mut self, text: &str) {
        let wanted = super::driver::squeezed(text);
        let shown = |it: &Self| super::driver::squeezed(&it.lesson_text()).contains(&wanted);
        self.wait_a_little(Duration::from_secs(2), shown);
        self.seek(&wanted, shown);
    }

    /// The left half of the screen, whose lines are those of the lesson, and the last lines.
    fn lesson_text(&self) -> String {
        let text = self.text();
        let left = text
            .lines()
            .map(|it| it.split('│').next().unwrap_or_default());
        left.collect::<Vec<_>>().join("\n")
    }

    /// Waits for a command to end, after `before` of them.
    #[track_caller]
    fn wait_for_command(&mut self, before: usize) {
        // On the line of the state panel that counts commands: the lesson speaks of codes too.
        let ended = |it: &Self| {
            let text = it.text();
            let counts = |row: &&str| row.contains("· commande ") && row.contains(" code ");
            text.lines().any(|row| counts(&row))
        };
        self.wait_until("the end of the command", |it| {
            it.commands() > before && ended(it)
        });
    }

    /// Sends the command of the lesson that is this one.
    #[track_caller]
    fn send(&mut self, command: &str) {
        let before = self.commands();
        self.go_to(&format!("$ {command}"));
        self.type_text("\r");
        self.wait_for_command(before);
    }

    /// Types a command in the terminal, as the learner's own, and comes back to the lesson.
    #[track_caller]
    fn type_command(&mut self, command: &str) {
        let before = self.commands();
        self.type_text("t");
        self.settle();
        self.type_text(&format!("{command}\r"));
        self.wait_for_command(before);
        self.type_text("\x07l");
        self.settle();
    }

    #[track_caller]
    fn choose(&mut self, choice: &Choice) {
        self.go_to(&beginning(&choice.text));
        self.type_text("\r");
    }
}

/// Done wrong, begun again, done right.
#[track_caller]
fn do_exercise(program: &mut Program, exercise: &Exercise) {
    if let Some(case) = exercise.cases.iter().find(|it| !it.attempt.is_empty()) {
        for command in &case.attempt {
            program.type_command(command);
        }
        program.wait_for(&beginning(&case.say));
        program.type_text("r");
        program.settle();
        program.type_text("\r");
        let mut before = usize::MAX;
        while program.commands() != before {
            before = program.commands();
            program.wait_a_little(Duration::from_secs(3), |it| it.commands() != before);
        }
        program.type_text("\x07l");
        program.settle();
    }
    for command in &exercise.solution {
        program.type_command(command);
    }
    program.wait_for("Exercice réussi");
}

#[track_caller]
fn do_prediction(program: &mut Program, prediction: &Prediction) {
    let wrong = prediction
        .choices
        .iter()
        .find(|it| !it.right)
        .expect("a wrong choice");
    program.choose(wrong);
    program.send(&prediction.command);
    program.find_in_lesson(&beginning(&wrong.why));
}

#[track_caller]
fn do_misconception(program: &mut Program, idea: &Misconception) {
    for trial in &idea.experiment {
        program.send(&trial.command);
    }
    let truth = beginning(&idea.truth);
    let wanted = super::driver::squeezed(&truth);
    let shown = |it: &Program| super::driver::squeezed(&it.lesson_text()).contains(&wanted);
    // On a loaded machine the cursor may have gone on to the next idea: that one is revealed then,
    // and this one is looked for again.
    for _ in 0..3 {
        program.wait_a_little(Duration::from_secs(1), shown);
        if shown(program) {
            return;
        }
        program.go_to("→ Voir ce qu’il en est");
        program.type_text("\r");
    }
    program.find_in_lesson(&truth);
}

/// Whether a block counts among those that a learner does.
pub(super) const fn is_asked(block: &Block) -> bool {
    matches!(
        block,
        Block::Exercise(_)
            | Block::Prediction(_)
            | Block::Misconception(_)
            | Block::Quiz(_)
            | Block::Observation(_)
    )
}

#[track_caller]
fn do_block(program: &mut Program, block: &Block) {
    match block {
        Block::Command(command) => program.send(command),
        Block::Exercise(exercise) => do_exercise(program, exercise),
        Block::Prediction(prediction) => do_prediction(program, prediction),
        Block::Misconception(idea) => do_misconception(program, idea),
        Block::Quiz(quiz) => {
            let wrong = quiz
                .choices
                .iter()
                .find(|it| !it.right)
                .expect("a wrong choice");
            program.choose(wrong);
            program.find_in_lesson(&beginning(&wrong.why));
            let right = quiz
                .choices
                .iter()
                .find(|it| it.right)
                .expect("a right choice");
            program.choose(right);
            program.find_in_lesson("✔ C’est cela.");
        }
        Block::Observation(observation) => {
            program.send(&observation.command);
            program.go_to("Répondre");
            program.type_text("\r");
            program.settle();
            program.type_text("à côté\r");
            program.go_to("Voir la réponse du moteur");
            program.type_text("\r");
            program.find_in_lesson(&beginning(&observation.explanation));
        }
        Block::File(_) => {
            let before = program.commands();
            program.go_to("Écrire ce fichier");
            program.type_text("\r");
            program.wait_for_command(before);
        }
        Block::Diagram(_) | Block::Recap(_) | Block::Prose(_) | Block::Note(_) => {}
    }
}

/// Plays the whole lesson on an engine.
fn play(engine: &str) {
    let lesson = lesson();
    let all = lesson.blocks().filter(|it| is_asked(it)).count();
    let mut program = Options::on(engine).size(WIDE.0, WIDE.1).start();
    program.wait_for(&lesson.title);
    program.wait_for("moteur");
    program.open_lesson(&lesson.title);
    program.wait_for("$");
    for (index, section) in lesson.sections.iter().enumerate() {
        if !section.title.is_empty() {
            program.wait_for(&section.title);
        }
        for block in &section.blocks {
            do_block(&mut program, block);
        }
        if index + 1 < lesson.sections.len() {
            program.go_to("→ Section suivante");
            program.type_text("\r");
        }
    }
    program.go_to("→ Leçon terminée");
    program.type_text("\r");
    program.show_lesson(&lesson.title);
    program.wait_for(&format!("{all}/{all}"));
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();

    // What was done is still known the next time.
    let home = program.into_home();
    let mut again = Options::on(engine).home(home).start();
    again.wait_for(&lesson.title);
    again.show_lesson(&lesson.title);
    again.wait_for(&format!("{all}/{all}"));
    again.type_text("q");
    assert_eq!(again.wait_for_end(), 0);
}

#[test]
fn the_lesson_is_played_on_the_simulator() {
    play("simule");
}

#[test]
fn the_lesson_is_played_on_a_real_engine() {
    let Ok(engine) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("skipped: MOUSSAILLON_TEST_ENGINE names no engine");
        return;
    };
    let clean = || {
        let names = moussaillon::lesson::names_in(&lesson());
        let containers = names
            .get(&moussaillon::domain::Kind::Container)
            .cloned()
            .unwrap_or_default();
        let mut docker = std::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"));
        docker
            .args(["docker", "rm", "-f"])
            .args(containers)
            .env("DOCKER_HOST", &engine);
        // Those that do not exist are an error of its own.
        let said = docker.output().expect("docker rm").stderr;
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(
            said.lines().all(|it| it.contains("No such container")),
            "{said}"
        );
    };
    clean();
    play(&engine);
    clean();
}

/// A kill in the middle of the lesson loses nothing that was shown as done.
#[test]
fn a_kill_loses_nothing() {
    let lesson = lesson();
    let mut program = Options::on("simule").size(WIDE.0, WIDE.1).start();
    program.wait_for(&lesson.title);
    program.open_lesson(&lesson.title);
    program.wait_for("$");
    'sections: for section in &lesson.sections {
        for block in &section.blocks {
            do_block(&mut program, block);
            if matches!(block, Block::Exercise(_)) {
                break 'sections;
            }
        }
        program.go_to("→ Section suivante");
        program.type_text("\r");
    }
    let home = program.into_home();
    let mut again = Options::on("simule").home(home).start();
    again.wait_for(&lesson.title);
    again.open_lesson(&lesson.title);
    again.wait_for("✔ Exercice");
}
