//! The lesson screen: text, terminal, state; side by side, or one at a time under tabs.

use ratatui::Frame;

use crate::tui::guard::guarded;
use crate::tui::layout;
use crate::tui::model::{Focus, Model};
use crate::tui::panels::terminal::ShellView;
use crate::tui::panels::{chrome, goal, hint, lesson, terminal};
use crate::tui::panes::{self, Pane};

/// Draws the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, shell: Option<&ShellView<'_>>) {
    let areas = layout::areas(model);
    let theme = &model.theme;
    chrome::header(frame, &areas, model);
    chrome::banner(frame, areas.banner, model);
    if !areas.tabs {
        for separator in areas.separators {
            chrome::separator(frame, separator, model);
        }
        chrome::title(frame, &areas.lesson, Focus::Lesson, model);
        chrome::title(frame, &areas.terminal, Focus::Terminal, model);
        chrome::title(frame, &areas.pane, Focus::Pane, model);
        chrome::pinned_title(frame, &areas.pinned, model);
    }
    if areas.lesson.visible {
        let area = areas.lesson.body;
        guarded(frame, area, theme, |frame| lesson::draw(frame, area, model));
    }
    if areas.terminal.visible {
        let area = areas.terminal.body;
        guarded(frame, area, theme, |frame| {
            terminal::draw(frame, area, model, shell);
        });
        let area = areas.hint;
        guarded(frame, area, theme, |frame| hint::draw(frame, area, model));
    }
    if areas.pane.visible {
        let area = areas.pane.body;
        guarded(frame, area, theme, |frame| {
            panes::draw(frame, area, model, model.pane);
        });
    }
    if areas.pinned.visible {
        let area = areas.pinned.body;
        guarded(frame, area, theme, |frame| {
            panes::draw(frame, area, model, Pane::State);
        });
    }
    guarded(frame, areas.goal, theme, |frame| {
        goal::draw(frame, areas.goal, model);
    });
    chrome::footer(frame, areas.footer, model);
}
