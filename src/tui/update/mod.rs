//! What a message changes, and what must be done about it. No I/O here.

mod action;
mod attention;
mod book;
mod copy;
mod demo;
mod engine;
pub(crate) mod foresee;
pub(crate) mod guard;
mod keys;
mod lesson;
mod linear;
mod mouse;
mod pane;
mod report;
mod review;
mod search;
mod steps;
mod tour;
mod typing;

use super::effect::Effect;
use super::layout;
use super::message::Message;
use super::model::{Course, Model, Notice, Quit, ShellState};
use super::outline;
pub(crate) use typing::Run;

/// What to do when the program begins, after the first frame.
pub(crate) fn start() -> Vec<Effect> {
    vec![Effect::LoadCourse, Effect::ConnectEngine]
}

/// Applies a message.
pub(crate) fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    if !leaves_panes(&message) {
        model.revision += 1;
    }
    if typing::ends_run(&message) {
        model.run = None;
    }
    attention::heed(model, &message);
    let mut effects = match message {
        // What there is to do about it is done below.
        Message::Focus(_) => Vec::new(),
        Message::Key(event) => keys::press(model, event),
        Message::Mouse(event) => mouse::event(model, event),
        Message::Paste(text) => keys::paste(model, text),
        Message::Asked(asked) => linear::asked(model, asked),
        Message::Resize(width, height) => lesson::in_place(model, |model| {
            model.size = ratatui::layout::Size { width, height };
            model.dirty = true;
            Vec::new()
        }),
        Message::Course(course) => {
            course_read(model, course);
            demo::begin(model)
        }
        Message::Edited(Ok(lessons)) => {
            model.course = Some(Ok(lessons));
            model.dirty = true;
            lesson::edited(model)
        }
        Message::Edited(Err(reason)) => {
            // What was read before stays: the lesson is being written.
            let first = reason.lines().next().unwrap_or_default();
            model.notice = Some(first.to_owned().into());
            model.dirty = true;
            Vec::new()
        }
        Message::Engine(_)
        | Message::NoEngine(_)
        | Message::Info(_)
        | Message::State(_)
        | Message::Occurrence(_) => engine::update(model, message),
        Message::Guard(_) | Message::TidyPlanned(_) | Message::Tidied(_) => {
            guard::update(model, message)
        }
        Message::Prompt
        | Message::ShellBusy(_)
        | Message::ShellOpened { .. }
        | Message::ShellFailed(_)
        | Message::ShellOutput
        | Message::CommandBegan { .. }
        | Message::CommandSaid(_)
        | Message::Typing(_)
        | Message::CommandEnded { .. }
        | Message::ShellEnded(_) => shell(model, message),
        Message::Learnt(need, fact) => pane::learnt(model, need, fact),
        Message::Settled(number) => lesson::settled(model, number),
        Message::ShellFound { at, count } => search::found(model, at, count),
        Message::Prepared {
            lesson,
            asked,
            found,
        } => {
            report::prepared(model, &lesson, asked, found);
            Vec::new()
        }
        Message::Diagnosed(text) => {
            report::diagnosed(model, text);
            Vec::new()
        }
        Message::Copied { what, characters } => copied(model, &what, characters),
        Message::Undone(line) => travelled(model, line, "Annulée", "Rien à annuler."),
        Message::Redone(line) => travelled(model, line, "Rétablie", "Rien à rétablir."),
        Message::Travelled(step, arrived) => steps::travelled(model, step, arrived),
        Message::Tick | Message::Remote(_) | Message::NoSpeaker(_) => demo::update(model, message),
        Message::Attested(outcome) => attested(model, outcome),
        Message::NotSaved(reason) => notice(
            model,
            format!("Progression non enregistrée\u{a0}: {reason}"),
        ),
        Message::InternalError(words) => notice(model, format!("Erreur interne\u{a0}: {words}")),
        Message::Suspend => vec![Effect::Suspend],
        Message::Continued => vec![Effect::TakeScreen],
        Message::Signal(signal) => {
            model.quit = Some(Quit::Signal(signal));
            Vec::new()
        }
    };
    effects.extend(guard::declare(model));
    demo::after(model, &mut effects);
    effects.extend(fit_shell(model));
    effects.extend(pane::fit(model));
    effects.extend(attention::fit(model));
    effects
}

/// Takes the course that was read, or why it could not be.
fn course_read(model: &mut Model, course: Result<Course, String>) {
    model.course = Some(course.map(|course| {
        model.progress = course.progress;
        model.paths = course.paths;
        model.origin = course.origin;
        if !course.notices.is_empty() {
            model.notice = Some(course.notices.join(" ").into());
        }
        course.lessons
    }));
    model.cursor = outline::next(model);
    review::begin(model);
    model.dirty = true;
}

/// Whether what panes show is the same after this message, but for what their own keys change.
const fn leaves_panes(message: &Message) -> bool {
    matches!(
        message,
        Message::Key(_)
            | Message::Mouse(_)
            | Message::Paste(_)
            | Message::Prompt
            | Message::ShellOutput
            | Message::CommandSaid(_)
            | Message::Typing(_)
            | Message::Settled(_)
            | Message::Copied { .. }
            | Message::ShellFound { .. }
            | Message::Focus(_)
    )
}

/// Says which command was undone or done again.
fn travelled(model: &mut Model, line: Option<String>, done: &str, nothing: &str) -> Vec<Effect> {
    model.notice = Some(Notice {
        good: line.is_some(),
        words: line.map_or_else(
            || nothing.to_owned(),
            |line| format!("{done}\u{a0}: {line}. Vos fichiers n’ont pas bougé."),
        ),
    });
    model.dirty = true;
    Vec::new()
}

/// Says where the attestation was written, or why it was not.
fn attested(model: &mut Model, outcome: Result<String, String>) -> Vec<Effect> {
    model.notice = Some(Notice {
        good: outcome.is_ok(),
        words: outcome.map_or_else(
            |why| format!("L’attestation n’a pas été écrite\u{a0}: {why}"),
            |file| format!("Attestation écrite\u{a0}: {file}"),
        ),
    });
    model.dirty = true;
    Vec::new()
}

/// Says what was copied.
fn copied(model: &mut Model, what: &str, characters: usize) -> Vec<Effect> {
    model.notice = Some(Notice {
        words: match characters {
            0 => format!("{what}\u{a0}: rien à copier."),
            1 => format!("{what}\u{a0}: 1 caractère copié."),
            many => format!("{what}\u{a0}: {many} caractères copiés."),
        },
        good: characters > 0,
    });
    model.dirty = true;
    Vec::new()
}

/// Shows one sentence until the next key.
fn notice(model: &mut Model, words: String) -> Vec<Effect> {
    model.notice = Some(words.into());
    model.dirty = true;
    Vec::new()
}

/// Opens the shell once there is something to open it on, and keeps it at its panel's size.
fn fit_shell(model: &mut Model) -> Vec<Effect> {
    if model.study.is_none() || layout::too_small(model.size) {
        return Vec::new();
    }
    let size = layout::shell_size(model);
    let has_engine = model.engine.is_some();
    match model.shell {
        ShellState::Absent if has_engine => {
            model.shell = ShellState::Opening;
            model.shell_size = size;
            vec![Effect::OpenShell(size)]
        }
        ShellState::Opening | ShellState::Open { .. } if size != model.shell_size => {
            model.shell_size = size;
            vec![Effect::ResizeShell(size)]
        }
        _ => Vec::new(),
    }
}

/// What the shell says.
fn shell(model: &mut Model, message: Message) -> Vec<Effect> {
    let seen = model.study.is_some();
    match message {
        Message::ShellOpened { marked } => {
            model.shell = ShellState::Open { marked };
            model.dirty = true;
            // The window may have changed while it opened.
            model.shell_size = layout::shell_size(model);
            vec![Effect::ResizeShell(model.shell_size)]
        }
        Message::ShellFailed(reason) => {
            model.shell = ShellState::Failed(reason);
            model.dirty = true;
            Vec::new()
        }
        Message::ShellEnded(status) => {
            model.shell = ShellState::Ended(status);
            model.queue.clear();
            model.dirty = true;
            Vec::new()
        }
        Message::ShellOutput => {
            model.dirty |= seen && layout::areas(model).terminal.visible;
            Vec::new()
        }
        Message::Prompt => match model.queue.pop_front() {
            Some(line) => vec![Effect::ShellType { line, force: false }],
            None => Vec::new(),
        },
        Message::ShellBusy(_) if model.demo.is_some() => demo::refused(model),
        Message::ShellBusy(line) => lesson::refused(model, line),
        Message::Typing(line) => {
            model.typing = line;
            model.dirty |= seen && model.explains && layout::areas(model).terminal.visible;
            Vec::new()
        }
        Message::CommandSaid(text) => {
            model.said = text;
            Vec::new()
        }
        Message::CommandBegan { line, at } => {
            model.advice = None;
            let mut effects = engine::command_began(model, &line, at);
            effects.extend(foresee::command_began(model, &line));
            demo::command_began(model);
            effects
        }
        Message::CommandEnded { status, at } => {
            demo::command_ended(model);
            engine::command_ended(model, status, at)
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod allocations;
#[cfg(test)]
mod book_tests;
#[cfg(test)]
mod boxes_tests;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod home_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod letters_tests;
#[cfg(test)]
mod mouse_tests;
#[cfg(test)]
mod report_tests;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod sight_tests;
#[cfg(test)]
mod tests;
