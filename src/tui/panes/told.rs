//! What several panes say in the same words: why something could not be read, why a container does
//! not run.

use ratatui::text::{Line, Span};

use super::Row;
use crate::domain::{Container, ContainerState, Kind, Object, ObjectRef};
use crate::text::states;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::wrap;

/// Why something could not be read.
pub(super) fn failure(reason: &str, theme: &Theme, width: usize) -> Vec<Row> {
    let pieces = [(reason.to_owned(), theme.text)];
    let first = Line::from(Span::styled("✘ ", theme.bad));
    let lines = wrap(&pieces, width, &first, &Line::from("  "));
    lines.into_iter().map(Row::plain).collect()
}

/// What a container that does not run now has become; `None` for one that runs. A pane that follows
/// something shows it as it is now, even beside an older step.
pub(super) fn stopped(model: &Model, container: &Container) -> Option<String> {
    let reference = ObjectRef {
        kind: Kind::Container,
        id: container.id.clone(),
    };
    let Some(Object::Container(now)) = model.timeline.state().get(&reference) else {
        return Some("■ supprimé depuis".to_owned());
    };
    let more = match now.state {
        ContainerState::Running => return None,
        ContainerState::Created => ", jamais lancé".to_owned(),
        ContainerState::Restarting => format!(", après le code {}", now.exit_code),
        ContainerState::Exited | ContainerState::Dead => format!(" (code {})", now.exit_code),
        ContainerState::Paused | ContainerState::Removing => String::new(),
    };
    let (glyph, word) = (states::glyph(now.state), states::word(now.state));
    Some(format!("{glyph} {word}{more}"))
}
