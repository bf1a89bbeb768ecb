//! The lesson screen: text, terminal, state; side by side, or one at a time under tabs.

use ratatui::Frame;

use crate::tui::guard::guarded;
use crate::tui::layout;
use crate::tui::model::{Focus, Model};
use crate::tui::panels::terminal::ShellView;
use crate::tui::panels::{chrome, goal, hint, lesson, state, terminal};

/// Draws the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, shell: Option<&ShellView<'_>>) {
    let areas = layout::areas(model);
    let theme = &model.theme;
    chrome::header(frame, &areas, model);
    chrome::banner(frame, areas.banner, model);
    if !areas.tabs {
        chrome::separator(frame, areas.separator, model);
        chrome::title(frame, &areas.lesson, Focus::Lesson, model);
        chrome::title(frame, &areas.terminal, Focus::Terminal, model);
        chrome::title(frame, &areas.state, Focus::State, model);
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
    if areas.state.visible {
        let area = areas.state.body;
        guarded(frame, area, theme, |frame| state::draw(frame, area, model));
    }
    guarded(frame, areas.goal, theme, |frame| {
        goal::draw(frame, areas.goal, model);
    });
    chrome::footer(frame, areas.footer, model);
}
