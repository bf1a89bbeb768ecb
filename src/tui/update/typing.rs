//! A command typed while the text has the keys: its letters are shortcuts, and must not be.
//!
//! The rule: letters pressed one after the other, with nothing else in between, are a run. Once the
//! run begins a known command (three letters of it, or fewer and one that is no shortcut, or all of a
//! short one and a blank), what its letters did is undone and the run goes to the terminal, where the
//! rest follows. A letter after which the run begins no command any more begins another run, and so
//! does one that comes after a pause: nobody stops so long in the middle of a word.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{keys, lesson};
use crate::lesson::progress::Progress;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Model, Overlay, ShellState};
use crate::tui::panes::Pane;
use crate::tui::study::Study;

/// The commands that one types in this course and in any shell.
const COMMANDS: [&str; 64] = [
    "apk", "apt", "bash", "busybox", "cat", "cd", "chmod", "chown", "clear", "cp", "curl", "cut",
    "date", "df", "diff", "docker", "du", "echo", "env", "exit", "export", "find", "free", "git",
    "grep", "head", "history", "hostname", "id", "ip", "jq", "kill", "less", "ln", "ls", "man",
    "mkdir", "mount", "mv", "nano", "nc", "nginx", "nslookup", "ping", "podman", "printf", "ps",
    "pwd", "rm", "rmdir", "sed", "seq", "sh", "sleep", "sort", "sudo", "tail", "tar", "tee",
    "touch", "uname", "vi", "watch", "wget",
];

/// Letters that are enough to know a command.
const ENOUGH: usize = 3;

/// Seconds between two letters, after which they are not of one word.
const PAUSE: u64 = 3;

/// A run of letters, and what was there before it.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    letters: String,
    /// When the last one came, in seconds since the Unix epoch.
    at: u64,
    pane: Pane,
    zoom: bool,
    overlay: Option<Overlay>,
    study: Study,
    progress: Progress,
}

/// Whether a message ends the run: what it brings must not be undone with it.
pub(super) fn ends_run(message: &Message) -> bool {
    !matches!(
        message,
        Message::Key(_) | Message::ShellOutput | Message::Typing(_) | Message::Info(_)
    )
}

/// Follows the run; gives what to do once it is a command, `None` while the key is only itself.
pub(super) fn command(model: &mut Model, event: KeyEvent) -> Option<Vec<Effect>> {
    let Some(letter) = letter(model, event) else {
        model.run = None;
        return None;
    };
    let at = model.clock;
    let former = model.run.take();
    let former = former.filter(|run| at.saturating_sub(run.at) < PAUSE);
    let study = model.study.as_ref()?;
    let book = matches!(model.overlay, Some(Overlay::Book(_)));
    model.run = match former {
        Some(run) if leads_to_one(&run.letters, letter) => Some(Run {
            letters: format!("{}{letter}", run.letters),
            at,
            ..run
        }),
        // In a page over the lesson, no command begins: its letters are for the page.
        _ if !matches!(model.overlay, None | Some(Overlay::Reset { .. })) => None,
        // What came before was no command: this letter may begin one.
        _ => Some(Run {
            letters: letter.to_string(),
            at,
            pane: model.pane,
            zoom: model.zoom,
            overlay: None,
            study: study.clone(),
            progress: model.progress.clone(),
        }),
    };
    // A letter that is no shortcut is one of a word: of the word looked for, in a book.
    let stray = !book && keys::begins_a_command(model, &event);
    let known = |run: &Run| is_command(&run.letters) || (stray && begins_one(&run.letters));
    if !model.run.as_ref().is_some_and(known) {
        return None;
    }
    let run = model.run.take()?;
    if let Some(Overlay::Book(book)) = model.overlay {
        let view = model.book_mut(book);
        view.typing = false;
        view.query.clear();
    }
    model.focus = Focus::Terminal;
    (model.pane, model.zoom, model.overlay) = (run.pane, run.zoom, run.overlay);
    (model.study, model.progress) = (Some(run.study), run.progress);
    model.dirty = true;
    let keys = run.letters.chars();
    let mut effects: Vec<Effect> = keys
        .map(|it| Effect::ShellKey(KeyEvent::new(KeyCode::Char(it), KeyModifiers::NONE)))
        .collect();
    effects.push(Effect::SaveProgress);
    effects.extend(lesson::check(model));
    Some(effects)
}

/// The letter of this key where letters are shortcuts of a lesson that has a shell.
fn letter(model: &Model, event: KeyEvent) -> Option<char> {
    let KeyCode::Char(letter) = event.code else {
        return None;
    };
    let plain = !event
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let typed = letter.is_ascii_lowercase() || (letter == ' ' && model.run.is_some());
    let shortcuts = match &model.overlay {
        None => model.focus != Focus::Terminal && !model.pane_view(model.pane).typing,
        // They came of a letter of the run.
        Some(Overlay::Book(_) | Overlay::Reset { .. } | Overlay::Panes(_) | Overlay::Help(_)) => {
            model.run.is_some()
        }
        Some(_) => false,
    };
    let shell = matches!(model.shell, ShellState::Open { .. });
    (plain && typed && shortcuts && shell).then_some(letter)
}

/// Enough of a command to be sure, whatever its letters do elsewhere.
fn is_command(letters: &str) -> bool {
    match letters.strip_suffix(' ') {
        Some(word) => COMMANDS.contains(&word),
        None => letters.len() >= ENOUGH && begins_one(letters),
    }
}

/// Whether a run is, or begins, a command still with this letter.
fn leads_to_one(letters: &str, letter: char) -> bool {
    let longer = format!("{letters}{letter}");
    let word = longer.strip_suffix(' ').unwrap_or(&longer);
    COMMANDS.iter().any(|it| it.starts_with(word))
}

/// The beginning of a command, of two letters at least: one alone goes by itself.
fn begins_one(letters: &str) -> bool {
    letters.len() > 1 && COMMANDS.iter().any(|it| it.starts_with(letters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ContainerState;
    use crate::tui::book::Book;
    use crate::tui::update::fixtures::{Play, container, image, snapshot};

    /// What the shell was given.
    fn typed(play: &Play) -> String {
        let keys = play.effects.iter().filter_map(|it| match it {
            Effect::ShellKey(key) => key.code.as_char(),
            _ => None,
        });
        keys.collect()
    }

    #[test]
    fn a_command_typed_in_the_text_goes_whole_to_the_terminal() {
        for (line, size) in [
            ("docker ps", (80, 24)),
            ("rm -f jumeau1", (120, 40)),
            ("exit", (120, 40)),
            ("ps aux", (80, 24)),
            ("sleep 1", (120, 40)),
            ("find .", (80, 24)),
            ("wget x", (120, 40)),
        ] {
            let mut play = Play::lesson(size.0, size.1);
            let section = play.model.study.as_ref().unwrap().section;
            let hints = play.model.study.as_ref().unwrap().answers.clone();
            play.keys(line);
            assert_eq!(typed(&play), line);
            assert_eq!(play.model.focus, Focus::Terminal, "{line}");
            assert_eq!(play.model.overlay, None, "{line}");
            let study = play.model.study.as_ref().unwrap();
            assert_eq!(study.section, section, "{line}");
            assert_eq!(study.answers, hints, "{line}");
        }
    }

    #[test]
    fn a_shortcut_before_a_command_does_not_bite_it() {
        let mut play = Play::lesson(120, 40);
        play.keys("n");
        let section = play.model.study.as_ref().unwrap().section;
        play.keys("exit");
        assert_eq!(typed(&play), "exit");
        assert_eq!(play.model.study.as_ref().unwrap().section, section);
        assert_eq!(play.model.focus, Focus::Terminal);
    }

    #[test]
    fn a_hint_taken_by_a_command_is_given_back() {
        let mut play = Play::lesson(120, 40);
        play.keys("i");
        assert_eq!(play.model.study.as_ref().unwrap().answer(2).hints, 1);
        play.keys("d ");
        assert_eq!(typed(&play), "id ");
        assert_eq!(play.model.study.as_ref().unwrap().answer(2).hints, 0);
    }

    #[test]
    fn shortcuts_are_still_shortcuts() {
        let mut play = Play::lesson(120, 40);
        play.keys("nnp");
        assert_eq!(play.model.study.as_ref().unwrap().section, 1);
        play.keys("ee");
        assert_eq!(play.model.focus, Focus::Pane);
        assert_eq!(typed(&play), "");
        // What came in between is not undone: the run ends there.
        play.keys("l");
        play.key(KeyCode::Down);
        play.keys("i");
        play.say(Message::Settled(0));
        play.keys("d ");
        assert_eq!(typed(&play), "d ");
    }

    #[test]
    fn a_pause_ends_the_word() {
        let mut play = Play::lesson(120, 40);
        play.keys("i");
        play.model.clock += PAUSE;
        play.keys("d ");
        assert_eq!(typed(&play), "d ");
        assert_eq!(play.model.study.as_ref().unwrap().answer(2).hints, 1);
    }

    #[test]
    fn words_looked_for_in_a_book_are_not_for_the_terminal() {
        for (keys, book) in [
            ("wcouche", Book::Glossary),
            ("wapt", Book::Glossary),
            ("wa", Book::Glossary),
        ] {
            let mut play = Play::lesson(80, 24);
            play.keys(keys);
            assert_eq!(typed(&play), "", "{keys}");
            assert_eq!(play.model.overlay, Some(Overlay::Book(book)), "{keys}");
            assert_eq!(play.model.book(book).query, keys[1..], "{keys}");
            play.key(KeyCode::Esc);
            play.key(KeyCode::Esc);
            assert_eq!(play.model.focus, Focus::Lesson, "{keys}");
        }
        let mut play = Play::lesson(80, 24);
        play.keys("wget x");
        assert_eq!(typed(&play), "wget x");
        assert_eq!(play.model.overlay, None);
    }

    #[test]
    fn a_command_typed_in_the_lesson_goes_to_the_terminal() {
        let mut play = Play::lesson(80, 24);
        play.effects.clear();
        play.keys("docker");
        assert_eq!(play.model.focus, Focus::Terminal);
        assert_eq!(play.effects.len(), 6);
        play.leader('l');
        play.effects.clear();
        play.say(Message::Paste("docker ps".to_owned()));
        assert_eq!(play.model.focus, Focus::Terminal);
        assert_eq!(play.effects, [Effect::ShellPaste("docker ps".to_owned())]);
    }

    #[test]
    fn a_command_that_begins_with_a_shortcut_resets_nothing() {
        let mut play = Play::lesson(120, 40);
        let exited = snapshot([image(), container("jumeau1", ContainerState::Exited)]);
        play.run("docker run --name jumeau1 busybox:1.37 true", 0, exited);
        play.leader('l');
        play.effects.clear();
        play.keys("rm x");
        play.key(KeyCode::Enter);
        assert!(
            !play
                .effects
                .iter()
                .any(|it| matches!(it, Effect::ShellType { .. })),
            "{:?}",
            play.effects
        );
    }
}
