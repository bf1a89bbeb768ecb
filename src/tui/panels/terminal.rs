//! The shell's screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Text};

use crate::tui::model::{Focus, Model, Overlay, ShellState};
use crate::tui::widgets::wrap::wrap_text;

/// What the runtime lends for drawing: the screen, and which of its cells are selected.
pub(crate) struct ShellView<'a> {
    /// The screen, scrolled as it is.
    pub(crate) screen: &'a vt100::Screen,
    /// Whether the cell at this line and column is selected.
    pub(crate) selected: &'a dyn Fn(u16, u16) -> bool,
    /// What is added to the look of that cell: it may be part of what was looked for.
    pub(crate) found: &'a dyn Fn(u16, u16) -> Style,
}

/// Draws the panel, and the cursor when it has the keys.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: Option<&ShellView<'_>>) {
    #[cfg(debug_assertions)]
    crate::tui::guard::injected("terminal");
    let Some(view) = view else {
        let words = words(&model.shell);
        let lines = wrap_text(&words, model.theme.faint, usize::from(area.width));
        frame.render_widget(Text::from(lines), area);
        return;
    };
    cells(frame, area, view);
    if let ShellState::Ended(_) | ShellState::Failed(_) = model.shell {
        let y = area.bottom().saturating_sub(1);
        let line = Line::styled(words(&model.shell), model.theme.alert);
        let area = Rect {
            y,
            height: area.height.min(1),
            ..area
        };
        frame.render_widget(ratatui::widgets::Clear, area);
        frame.render_widget(line, area);
        return;
    }
    let listening = matches!(model.overlay, None | Some(Overlay::Leader));
    if model.focus == Focus::Terminal
        && listening
        && !view.screen.hide_cursor()
        && view.screen.scrollback() == 0
    {
        let (row, col) = view.screen.cursor_position();
        if row < area.height && area.width > 0 {
            let x = area.x + col.min(area.width - 1);
            frame.set_cursor_position(Position { x, y: area.y + row });
        }
    }
}

/// Draws the cells of a terminal's screen.
pub(crate) fn cells(frame: &mut Frame<'_>, area: Rect, view: &ShellView<'_>) {
    let buffer = frame.buffer_mut();
    for row in 0..area.height {
        let mut col = 0;
        while col < area.width {
            let Some(cell) = view.screen.cell(row, col) else {
                break;
            };
            let position = Position {
                x: area.x + col,
                y: area.y + row,
            };
            let Some(target) = buffer.cell_mut(position) else {
                break;
            };
            // Half a wide letter would spill over what is beside the panel.
            let fits = !cell.is_wide() || col + 1 < area.width;
            if cell.has_contents() && fits {
                target.set_symbol(cell.contents());
            }
            let mut style = style(cell).patch((view.found)(row, col));
            if (view.selected)(row, col) {
                style = style.add_modifier(Modifier::REVERSED);
            }
            target.set_style(style);
            col += if cell.is_wide() { 2 } else { 1 };
        }
    }
}

/// What is said while there is no shell.
fn words(shell: &ShellState) -> String {
    match shell {
        ShellState::Absent | ShellState::Opening => "Ouverture du terminal…".to_owned(),
        ShellState::Open { .. } => String::new(),
        ShellState::Ended(status) => {
            format!("Le shell s’est terminé (code {status}). Entrée\u{a0}: en ouvrir un autre.")
        }
        ShellState::Failed(reason) => {
            format!("Le terminal n’a pas pu s’ouvrir\u{a0}: {reason}. Entrée\u{a0}: réessayer.")
        }
    }
}

fn style(cell: &vt100::Cell) -> Style {
    let mut style = Style::new()
        .fg(colour(cell.fgcolor()))
        .bg(colour(cell.bgcolor()));
    for (on, modifier) in [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ] {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

const fn colour(colour: vt100::Color) -> Color {
    match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}
