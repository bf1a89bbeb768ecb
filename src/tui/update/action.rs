//! What each action does.

use super::{book, copy, demo, guard, lesson, pane, report, search, steps, tour};
use crate::tui::book::Book;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::model::{Edge, Focus, GuardBox, Model, Overlay, Quit, ShellState};
use crate::tui::outline;
use crate::tui::panels::chrome::PANELS;
use crate::tui::panes::{PANES, Pane};

/// Hundredths by which a line between panels moves.
const NUDGE: i16 = 5;

/// Performs an action.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    model.dirty = true;
    match action {
        Action::Quit => {
            model.quit = Some(Quit::Asked);
            Vec::new()
        }
        Action::BackHome => lesson::close(model),
        Action::Help => over(model, Overlay::Help(0)),
        Action::Palette => over(
            model,
            Overlay::Palette {
                query: String::new(),
                cursor: 0,
            },
        ),
        Action::Sheet => book::open(model, Book::Sheet),
        Action::Answer => lesson::ask(model, None),
        Action::Prepare => report::ask(model),
        Action::Suspend => vec![Effect::Suspend],
        Action::Diagnose => report::diagnose(model),
        Action::Attest => vec![Effect::Attest],
        Action::Guard => over(model, Overlay::Guard(GuardBox::Refused(0))),
        Action::Tidy => guard::ask(model),
        Action::Glossary => book::open(model, Book::Glossary),
        Action::Leader => over(model, Overlay::Leader),
        Action::ShowLesson => focus(model, Focus::Lesson),
        Action::ShowTerminal => focus(model, Focus::Terminal),
        Action::ShowState => pane::show(model, Pane::State),
        Action::Panes => over(model, Overlay::Panes(model.pane as usize)),
        Action::NextPane => pane::show(model, model.pane.further(1)),
        Action::PreviousPane => pane::show(model, model.pane.further(PANES.len() - 1)),
        Action::NextObject => pane::turn_subject(model, 1),
        Action::PreviousObject => pane::turn_subject(model, -1),
        Action::Search => search::begin(model),
        Action::ForgetSearch => pane::forget_search(model),
        Action::Tour => tour::begin(model),
        Action::WidenText => nudge(model, Edge::Text, NUDGE),
        Action::NarrowText => nudge(model, Edge::Text, -NUDGE),
        Action::RaisePane => nudge(model, Edge::Pane, -NUDGE),
        Action::LowerPane => nudge(model, Edge::Pane, NUDGE),
        Action::NextPath => {
            outline::turn(model, 1);
            Vec::new()
        }
        Action::PreviousPath => {
            let all = model.paths.len();
            outline::turn(model, all);
            Vec::new()
        }
        Action::NextPanel => turn(model, 1),
        Action::PreviousPanel => turn(model, PANELS.len() - 1),
        Action::Zoom => lesson::in_place(model, |model| {
            model.zoom = !model.zoom;
            Vec::new()
        }),
        Action::NextSection => lesson::go(model, 1),
        Action::PreviousSection => lesson::go(model, -1),
        Action::Hint => lesson::hint(model),
        Action::Solution => lesson::solution(model),
        Action::Reset => lesson::ask_reset(model),
        Action::ScrollBack => {
            model.focus = Focus::Terminal;
            model.overlay = Some(Overlay::ScrollBack);
            let half = i32::from(layout::areas(model).terminal.body.height / 2).max(1);
            vec![Effect::ShellScroll(half)]
        }
        Action::Copy => vec![Effect::Copy],
        Action::CopyAll => copy::all(model),
        Action::RestartShell => {
            model.shell = ShellState::Opening;
            model.shell_size = layout::shell_size(model);
            model.focus = Focus::Terminal;
            vec![Effect::OpenShell(model.shell_size)]
        }
        Action::Undo => vec![Effect::Undo],
        Action::Redo => vec![Effect::Redo],
        Action::Explain => over(model, Overlay::Explanation(0)),
        Action::Hints => {
            model.explains = !model.explains;
            Vec::new()
        }
        Action::SendLeader => {
            vec![Effect::ShellKey(model.keymap.leader().event())]
        }
        Action::Details => pane::enter(model),
        Action::ShowStep => steps::show(model),
        Action::ReturnToStep => steps::travel(model),
        Action::PreviousStep => steps::turn(model, -1),
        Action::NextStep => steps::turn(model, 1),
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::Top
        | Action::Bottom
        | Action::Enter => movement(model, action),
        _ => demo::perform(model, action),
    }
}

/// Begins the exercise again: its lines go to the shell.
pub(super) fn reset(model: &mut Model, commands: Vec<String>) -> Vec<Effect> {
    lesson::reset(model, commands)
}

fn nudge(model: &mut Model, edge: Edge, by: i16) -> Vec<Effect> {
    lesson::in_place(model, |model| {
        layout::nudge(model, edge, by);
        Vec::new()
    })
}

fn over(model: &mut Model, overlay: Overlay) -> Vec<Effect> {
    model.overlay = Some(overlay);
    Vec::new()
}

/// Gives the keys to a panel.
pub(super) fn focus(model: &mut Model, focus: Focus) -> Vec<Effect> {
    model.dirty |= model.focus != focus;
    model.focus = focus;
    Vec::new()
}

fn turn(model: &mut Model, by: usize) -> Vec<Effect> {
    let here = PANELS.iter().position(|it| *it == model.focus).unwrap_or(0);
    focus(model, PANELS[(here + by) % PANELS.len()])
}

/// Moves where the keys are.
fn movement(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.study.is_none() {
        return home(model, action);
    }
    match model.focus {
        Focus::Lesson => lesson::movement(model, action),
        Focus::Pane => pane::movement(model, action),
        Focus::Terminal => Vec::new(),
    }
}

fn home(model: &mut Model, action: Action) -> Vec<Effect> {
    let last = outline::rows(model).len().saturating_sub(1);
    model.cursor = match action {
        Action::Up | Action::PageUp => model.cursor.saturating_sub(1),
        Action::Down | Action::PageDown => (model.cursor + 1).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        Action::Enter => return lesson::open(model),
        _ => model.cursor,
    };
    Vec::new()
}
