//! A panel that panics does not take the program with it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ratatui::Frame;
use ratatui::layout::Rect;

use super::theme::Theme;
use super::widgets::wrap::wrap_text;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is drawing a panel: its panic will be caught, so the panic hook must leave
/// the screen alone.
pub(crate) fn is_inside() -> bool {
    INSIDE.get()
}

/// Draws a panel; if it panics, says so in its place.
pub(crate) fn guarded(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    draw: impl FnOnce(&mut Frame<'_>),
) {
    INSIDE.set(true);
    // A panel only writes cells: whatever it half wrote is overwritten below.
    let result = catch_unwind(AssertUnwindSafe(|| draw(frame)));
    INSIDE.set(false);
    if result.is_err() {
        let words = "Ce panneau a rencontré une erreur interne. Le reste continue\u{a0}: \
                     vous pouvez poursuivre la leçon.";
        let area = area.intersection(frame.area());
        frame.render_widget(ratatui::widgets::Clear, area);
        let lines = wrap_text(words, theme.alert, usize::from(area.width));
        frame.render_widget(ratatui::text::Text::from(lines), area);
    }
}

/// Panics in the panel that `MOUSSAILLON_TEST_PANIC` names; compiled in debug builds only.
#[cfg(debug_assertions)]
pub(crate) fn injected(panel: &str) {
    let named = std::env::var_os("MOUSSAILLON_TEST_PANIC").is_some_and(|name| name == panel);
    assert!(
        !named,
        "panique demandée dans le panneau «\u{a0}{panel}\u{a0}»"
    );
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn a_panel_that_panics_says_so_and_the_next_one_is_drawn() {
        let mut terminal = Terminal::new(TestBackend::new(60, 4)).unwrap();
        let theme = Theme::dark();
        terminal
            .draw(|frame| {
                let upper = Rect::new(0, 0, 60, 3);
                guarded(frame, upper, &theme, |_| panic!("en plein dessin"));
                let lower = Rect::new(0, 3, 60, 1);
                guarded(frame, lower, &theme, |frame| {
                    frame.render_widget("suite", lower);
                });
            })
            .unwrap();
        let screen = terminal.backend().to_string();
        assert!(
            screen.contains("erreur interne") && screen.contains("suite"),
            "{screen}"
        );
        assert!(!is_inside());
    }
}
