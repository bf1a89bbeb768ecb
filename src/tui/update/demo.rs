//! A demo: keys type the lesson's own lines, Enter runs them and goes on.

mod replay;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub(super) use replay::{travelled, went_back_to};

use super::{action, lesson};
use crate::demo::{Act, Remote};
use crate::lesson::Block;
use crate::lesson::progress::Progress;
use crate::tui::demo::{Demo, Run};
use crate::tui::effect::Effect;
use crate::tui::keymap::{self, Action};
use crate::tui::layout;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Link, Model, Notice, Overlay, ShellState};
use crate::tui::page::stage;
use crate::tui::panes::Pane;
use crate::tui::study::Study;

/// The most that a vote counts: three digits.
const MOST_VOTES: u32 = 999;

/// Opens the lesson that is to be shown, once it is read.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let Some(wanted) = model.wanted.take() else {
        return Vec::new();
    };
    let Some(it) = model.lessons().iter().find(|it| it.id == wanted).cloned() else {
        return Vec::new();
    };
    // What the instructor did when learning is no part of it.
    model.demo = Some(Demo::of(&it, model.clock));
    let seen = model.timeline.steps().len();
    let mut study = Study::open(it, &Progress::default(), seen);
    study.section = 0;
    model.study = Some(study);
    model.overlay = None;
    model.pane = Pane::State;
    model.explains = false;
    let mut effects = enter(model, 0);
    effects.push(Effect::Tick);
    effects
}

/// Shows a beat.
pub(super) fn enter(model: &mut Model, beat: usize) -> Vec<Effect> {
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    demo.at = beat.min(demo.script.beats.len().saturating_sub(1));
    (demo.typed, demo.choice, demo.scroll) = (0, 0, 0);
    (demo.sent, demo.wide) = (false, false);
    model.focus = Focus::Terminal;
    model.dirty = true;
    let Some(beat) = demo.beat().cloned() else {
        return Vec::new();
    };
    if beat.line().is_some() {
        // The end of a text is what leads to the command.
        demo.scroll = usize::MAX;
    }
    if let Some(study) = &mut model.study {
        study.section = beat.section;
    }
    let mut effects = lesson::check(model);
    let observed = matches!(
        model
            .study
            .as_ref()
            .and_then(|it| it.blocks().get(beat.block)),
        Some(Block::Observation(_))
    );
    if beat.act == Act::Reveal && observed {
        effects.extend(lesson::reveal_observation(model, beat.block));
    }
    effects
}

/// After each message: a demo is nobody's progress, and knows where it began.
pub(super) fn after(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.demo.is_some() {
        live(model);
        effects.retain(|effect| *effect != Effect::SaveProgress);
    }
}

/// Where the demo began, as soon as the engine says it.
fn live(model: &mut Model) {
    if model.link == Link::Live
        && let Some(demo) = &mut model.demo
        && demo.start.is_none()
    {
        demo.start = Some(model.timeline.state().clone());
    }
}

/// A key during a demo.
pub(super) fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    if demo.black {
        demo.black = false;
        model.dirty = true;
        return Vec::new();
    }
    if model.keymap.leader().matches(&event) {
        return action::perform(model, Action::Leader);
    }
    let open = matches!(model.shell, ShellState::Open { .. });
    let interrupt =
        event.code == KeyCode::Char('c') && event.modifiers.contains(KeyModifiers::CONTROL);
    if open && (demo.hands || (interrupt && model.timeline.is_running())) {
        return vec![Effect::ShellKey(event)];
    }
    let letter = matches!(event.code, KeyCode::Char(_))
        && !event
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let asking = demo.beat().is_some_and(|it| it.act == Act::Ask);
    if asking && let Some(digit) = keymap::digit(&event) {
        vote(model, Some(digit));
        return Vec::new();
    }
    match event.code {
        KeyCode::Backspace if asking => {
            vote(model, None);
            return Vec::new();
        }
        // Any key types: while nothing is to be typed, only « ? » means something.
        KeyCode::Char('?') if demo.line().is_none() => {}
        KeyCode::Char(_) | KeyCode::Backspace if letter || event.code == KeyCode::Backspace => {
            return type_on(model);
        }
        _ => {}
    }
    if let Some(action) = keymap::action(model, &event) {
        return action::perform(model, action);
    }
    Vec::new()
}

/// Performs an action of a demo.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let at = model.demo.as_ref().map_or(0, |demo| demo.at);
    match action {
        Action::DemoGo => go(model),
        Action::DemoNext => turn(model, 1),
        Action::DemoPrevious => turn(model, -1),
        Action::DemoUp => slide(model, -1),
        Action::DemoDown => slide(model, 1),
        Action::DemoWide => screen(model, |demo| demo.wide = !demo.wide),
        Action::DemoBlack => screen(model, |demo| demo.black = !demo.black),
        Action::DemoHands => take(model, true),
        Action::DemoResume => take(model, false),
        Action::DemoJump => {
            model.overlay = Some(Overlay::Beats(at));
            Vec::new()
        }
        Action::DemoRepeat => match model.demo.as_ref().and_then(Demo::last_typed) {
            Some(beat) => went_back_to(model, beat),
            None => Vec::new(),
        },
        Action::DemoReset => went_back_to(model, at),
        _ => Vec::new(),
    }
}

/// Applies a message about a demo.
pub(super) fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Tick => tick(model),
        Message::Remote(asked) => remote(model, asked),
        Message::NoSpeaker(why) => {
            model.notice = Some(format!("Pas de vue de l’orateur\u{a0}: {why}.").into());
            model.dirty = true;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Does what the speaker asks from another terminal.
fn remote(model: &mut Model, asked: Remote) -> Vec<Effect> {
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    if asked != Remote::Black {
        demo.black = false;
    }
    model.overlay = None;
    model.dirty = true;
    match asked {
        Remote::Type => type_on(model),
        Remote::Go => go(model),
        Remote::Next => turn(model, 1),
        Remote::Previous => turn(model, -1),
        Remote::Wide => perform(model, Action::DemoWide),
        Remote::Black => perform(model, Action::DemoBlack),
        Remote::Repeat => perform(model, Action::DemoRepeat),
        Remote::Jump(beat) => enter(model, beat),
        Remote::Reset => perform(model, Action::DemoReset),
        Remote::Reveal => {
            if let Some(beat) = demo.revealed() {
                return enter(model, beat);
            }
            let words = "Cette étape ne demande rien\u{a0}: rien n’est à dévoiler.";
            model.notice = Some(words.into());
            Vec::new()
        }
    }
}

/// Types what a key types of the line.
fn type_on(model: &mut Model) -> Vec<Effect> {
    let stroke = model.demo.as_ref().and_then(Demo::stroke);
    stroke.map_or_else(Vec::new, |text| type_text(model, text))
}

/// Types this, the next characters of the line.
fn type_text(model: &mut Model, text: String) -> Vec<Effect> {
    if let Some(why) = unready(model) {
        model.notice = Some(why.into());
        model.dirty = true;
        return Vec::new();
    }
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    let fresh = demo.typed == 0;
    demo.typed += text.chars().count();
    vec![Effect::ShellTypeOn { text, fresh }]
}

/// Why nothing can be typed now.
fn unready(model: &Model) -> Option<&'static str> {
    let demo = model.demo.as_ref()?;
    match model.shell {
        ShellState::Open { .. } if demo.is_replaying() => {
            Some("L’état se refait\u{a0}: un instant.")
        }
        ShellState::Open { .. } => None,
        ShellState::Absent | ShellState::Opening => Some("Le terminal s’ouvre\u{a0}: un instant."),
        ShellState::Ended(_) | ShellState::Failed(_) => {
            Some("Le terminal est fermé\u{a0}: le menu des actions en ouvre un autre.")
        }
    }
}

/// The shell was not waiting for a line: nothing was typed.
pub(super) fn refused(model: &mut Model) -> Vec<Effect> {
    if let Some(demo) = &mut model.demo {
        demo.typed = 0;
        demo.replay.clear();
    }
    model.queue.clear();
    model.notice = Some("Le shell n’attend pas encore de commande\u{a0}: un instant.".into());
    model.dirty = true;
    Vec::new()
}

/// Enter: types what is left, runs the line, or goes on.
fn go(model: &mut Model) -> Vec<Effect> {
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    let Some(line) = demo.line() else {
        return read_on(model);
    };
    match demo.run() {
        Some(run) if run.ended => return turn(model, 1),
        Some(_) => {
            model.notice = Some("La commande tourne encore (Ctrl-C l’interrompt).".into());
            return Vec::new();
        }
        None if demo.sent => return Vec::new(),
        None => {}
    }
    if demo.typed < line.chars().count() {
        let rest = demo.rest();
        return type_text(model, rest);
    }
    demo.sent = true;
    if model.shell == (ShellState::Open { marked: false }) {
        // This shell will not say when it ends.
        let run = Run {
            step: None,
            ended: true,
        };
        demo.runs.insert(demo.at, run);
    }
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    vec![Effect::ShellKey(enter)]
}

/// The rest of a text longer than its panel, then the next beat.
fn read_on(model: &mut Model) -> Vec<Effect> {
    let height = layout::text_height(model).max(1);
    let last = stage::lines(model).len().saturating_sub(height);
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    if demo.scroll >= last || demo.wide {
        return turn(model, 1);
    }
    demo.scroll = (demo.scroll + height.saturating_sub(1).max(1)).min(last);
    model.dirty = true;
    Vec::new()
}

/// Shows another beat, without running anything.
fn turn(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(demo) = &model.demo else {
        return Vec::new();
    };
    let last = demo.script.beats.len().saturating_sub(1);
    let there = demo.at.saturating_add_signed(by).min(last);
    if there == demo.at {
        let words = if by > 0 {
            "Fin de la démonstration."
        } else {
            "C’est la première étape."
        };
        model.notice = Some(Notice {
            words: words.to_owned(),
            good: true,
        });
        model.dirty = true;
        return Vec::new();
    }
    enter(model, there)
}

/// Up and down: the answer whose votes are typed, or a text longer than its panel.
fn slide(model: &mut Model, by: isize) -> Vec<Effect> {
    let choices = choices(model);
    let lines = stage::lines(model).len();
    let height = layout::text_height(model);
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    if choices > 0 && demo.beat().is_some_and(|it| it.act == Act::Ask) {
        demo.choice = demo.choice.saturating_add_signed(by).min(choices - 1);
    } else {
        let last = lines.saturating_sub(height);
        demo.scroll = demo.scroll.min(last).saturating_add_signed(by).min(last);
    }
    model.dirty = true;
    Vec::new()
}

/// How many answers the block of the beat shown has.
fn choices(model: &Model) -> usize {
    let block = model.demo.as_ref().and_then(Demo::beat).map(|it| it.block);
    match (&model.study, block) {
        (Some(study), Some(block)) => study.choices(block).len(),
        _ => 0,
    }
}

/// Adds a digit to the votes of the chosen answer, or takes the last one back.
fn vote(model: &mut Model, digit: Option<u32>) {
    let choices = choices(model);
    let Some(demo) = &mut model.demo else { return };
    let (at, choice) = (demo.at, demo.choice);
    let votes = demo.votes.entry(at).or_default();
    votes.resize(choices, 0);
    if let Some(count) = votes.get_mut(choice) {
        *count = digit
            .map_or(*count / 10, |digit| *count * 10 + digit)
            .min(MOST_VOTES);
    }
    model.dirty = true;
}

/// The instructor takes the keyboard, or gives it back where the demo was.
fn take(model: &mut Model, hands: bool) -> Vec<Effect> {
    if let Some(demo) = &mut model.demo {
        demo.hands = hands;
        if demo.is_to_type() {
            // What was typed of it is no longer there for sure.
            demo.typed = 0;
        }
    }
    model.notice = Some(Notice {
        words: if hands {
            let resume = model.keymap.by_menu(Action::DemoResume);
            format!("À vous de taper. {resume} reprend la démonstration où elle en était.")
        } else {
            "La démonstration reprend où elle en était.".to_owned()
        },
        good: true,
    });
    model.dirty = true;
    Vec::new()
}

/// Makes the screen black, or wide.
fn screen(model: &mut Model, change: impl FnOnce(&mut Demo)) -> Vec<Effect> {
    if let Some(demo) = &mut model.demo {
        change(demo);
    }
    model.dirty = true;
    Vec::new()
}

/// A key in the list of beats.
pub(super) fn beats_key(model: &mut Model, cursor: usize, event: KeyEvent) -> Vec<Effect> {
    let count = model
        .demo
        .as_ref()
        .map_or(0, |demo| demo.script.beats.len());
    let page = usize::from(model.size.height / 2);
    let cursor = match event.code {
        KeyCode::Up => cursor.saturating_sub(1),
        KeyCode::Down => cursor + 1,
        KeyCode::PageUp => cursor.saturating_sub(page),
        KeyCode::PageDown => cursor + page,
        KeyCode::Home => 0,
        KeyCode::End => count,
        KeyCode::Enter => {
            model.overlay = None;
            return enter(model, cursor);
        }
        KeyCode::Char('z') => {
            model.overlay = None;
            return went_back_to(model, cursor);
        }
        _ => cursor,
    };
    model.overlay = Some(Overlay::Beats(cursor.min(count.saturating_sub(1))));
    Vec::new()
}

/// A command began: it is the demo's own when the demo sent it.
pub(super) fn command_began(model: &mut Model) {
    let step = model.timeline.steps().len().checked_sub(1);
    let Some(demo) = &mut model.demo else { return };
    let beat = demo.run_next();
    demo.replay.pop_front();
    if let Some(beat) = beat {
        demo.runs.insert(beat, Run { step, ended: false });
    }
}

/// It ended.
pub(super) fn command_ended(model: &mut Model) {
    let Some(demo) = &mut model.demo else { return };
    demo.sent = false;
    for run in demo.runs.values_mut() {
        run.ended = true;
    }
}

/// A second passes: the clock of the demo goes on.
fn tick(model: &mut Model) -> Vec<Effect> {
    if model.demo.is_none() {
        return Vec::new();
    }
    model.dirty = true;
    vec![Effect::Tick]
}

#[cfg(test)]
mod tests;
