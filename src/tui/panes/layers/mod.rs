//! Layers of an image, and a container's writable one.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Pane, Row, Rows, Spec, subject, told};
use crate::domain::{Container, Image, Kind, Object, ObjectRef};
use crate::inside::Need;
use crate::text::layers;
use crate::text::quantity::decimal;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::truncate;

mod stack;
mod tree;
mod writable;

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Layers,
    name: "Couches",
    short: "Couches",
    letter: 'c',
    help: "Les couches d’une image et celle d’un conteneur, leurs fichiers",
    about: &[Kind::Container, Kind::Image],
    tail: false,
    rows: Rows::All(rows),
    needs,
};

/// What is shown: a container and its image, or an image.
struct About<'a> {
    container: Option<&'a Container>,
    image_id: &'a str,
    /// `None` when the engine no longer lists it.
    image: Option<&'a Image>,
}

fn about(model: &Model) -> Option<About<'_>> {
    let subject = subject(model, SPEC.about)?;
    let state = model.shown_state();
    let image_of = |id: &str| {
        let reference = ObjectRef {
            kind: Kind::Image,
            id: id.to_owned(),
        };
        match state.get(&reference) {
            Some(Object::Image(image)) => Some(image),
            _ => None,
        }
    };
    match state.get(&subject)? {
        Object::Container(it) => Some(About {
            container: Some(it),
            image_id: &it.image_id,
            image: image_of(&it.image_id),
        }),
        Object::Image(it) => Some(About {
            container: None,
            image_id: &it.id,
            image: Some(it),
        }),
        _ => None,
    }
}

/// Which layers are listed; their files only once one of them is open, for the engine must then
/// write the whole image.
fn needs(model: &Model) -> Vec<Need> {
    let Some(about) = about(model).filter(|it| !it.image_id.is_empty()) else {
        return Vec::new();
    };
    let id = about.image_id.to_owned();
    let prefix = stack::layer_name(&id, "");
    let open = &model.pane_view(Pane::Layers).open;
    let mut needs = vec![Need::Layers(id.clone())];
    if open.iter().any(|it| it.starts_with(&prefix)) {
        needs.push(Need::LayerFiles(id));
    }
    needs
}

fn rows(model: &Model, width: usize) -> Vec<Row> {
    let Some(about) = about(model) else {
        return Vec::new();
    };
    let theme = &model.theme;
    let mut rows = Vec::new();
    if let Some(container) = about.container {
        rows.extend(writable::rows(model, container, width));
    }
    let known = model.known.get(&Need::Layers(about.image_id.to_owned()));
    let name = about.image.map_or_else(
        || {
            about
                .container
                .map_or("", |it| it.image.as_str())
                .to_owned()
        },
        |it| Object::Image(it.clone()).name().to_owned(),
    );
    if let Some(stack) = known.and_then(|it| it.layers.as_ref()) {
        let count = layers::counted(stack.layers.len());
        let size = decimal(stack.size);
        let words = format!("Image {name}\u{a0}: {count}, {size} (la plus basse d’abord)");
        rows.push(line(&words, theme.title, width));
        rows.extend(stack::rows(model, &about, stack, width));
    } else {
        rows.push(line(&format!("Image {name}"), theme.title, width));
        match known.and_then(|it| it.failure.as_ref()) {
            Some(reason) => rows.extend(told::failure(reason, theme, width)),
            None => rows.push(line("Lecture des couches…", theme.faint, width)),
        }
    }
    rows
}

fn line(words: &str, style: Style, width: usize) -> Row {
    Row::plain(Line::from(Span::styled(truncate(words, width), style)))
}

/// What opens and closes: `▸ ` or `▾ `.
const fn handle(open: bool) -> &'static str {
    if open { "▾ " } else { "▸ " }
}

#[cfg(test)]
mod tests;
