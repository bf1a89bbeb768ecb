//! Who spoke to whom: client, API, daemon, registry, images, containers, kernel, lit by what really
//! happened in the step.

mod calls;
mod cause;
mod drawing;
mod events;
mod stages;
mod streams;
#[cfg(test)]
mod tests;

use ratatui::text::Line;

use super::{Pane, Row, Rows, Spec, nothing, step};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::wrap;

use stages::{Ending, stages};

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Picture,
    name: "Schéma",
    short: "Schéma",
    letter: 's',
    help: "Qui parle à qui\u{a0}: client, API, démon, registre, images, conteneurs, noyau",
    about: &[],
    tail: false,
    rows: Rows::All(rows),
    needs: nothing,
};

/// From this height, the large drawing leaves room for the stages.
const TALL: u16 = 19;

fn rows(model: &Model, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let mut lines = step::head(model, width);
    let stages = model.shown_step().map(stages).unwrap_or_default();
    let tall = layout::areas(model).pane.body.height >= TALL;
    lines.extend(drawing::draw(model, &stages, width, tall));
    for (rank, stage) in stages.iter().enumerate() {
        let (glyph, style) = match stage.ending {
            Ending::Done => ("·", theme.text),
            Ending::Refused => ("✘", theme.bad),
            Ending::Waiting => ("▸", theme.changed),
        };
        let number = format!("{:>2} {glyph} ", rank + 1);
        let first = Line::styled(number, style.patch(theme.strong));
        let rest = Line::raw("     ");
        let pieces = [(stage.words.clone(), style)];
        lines.extend(wrap(&pieces, width, &first, &rest));
    }
    lines.into_iter().map(Row::plain).collect()
}
