//! A window in which nothing useful fits.

use ratatui::Frame;
use ratatui::text::Text;

use crate::tui::layout::SMALLEST;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::wrap_text;

/// Says what size is needed.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let words = format!(
        "Fenêtre trop petite ({}×{})\u{a0}: il faut au moins {}×{}. Agrandissez-la pour continuer.",
        model.size.width, model.size.height, SMALLEST.width, SMALLEST.height
    );
    let lines = wrap_text(&words, model.theme.text, usize::from(frame.area().width));
    frame.render_widget(Text::from(lines), frame.area());
}
