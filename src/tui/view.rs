//! The model as a frame.

use ratatui::Frame;

use super::layout;
use super::model::Model;
use super::panels::terminal::ShellView;
use super::screens::{demo, home, lesson, overlay, tiny};

/// Draws everything.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, shell: Option<&ShellView<'_>>) {
    if layout::too_small(frame.area().as_size()) {
        tiny::draw(frame, model);
        return;
    }
    if model.demo.is_some() {
        demo::draw(frame, model, shell);
    } else if model.study.is_some() {
        lesson::draw(frame, model, shell);
    } else {
        home::draw(frame, model);
    }
    overlay::draw(frame, model);
}
