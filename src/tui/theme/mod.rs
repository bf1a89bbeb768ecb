//! How things look: one style per meaning, so that no drawing code names a colour.
//!
//! Meaning never rests on colour alone: a glyph or a word always says it too, so that the theme
//! without colours (`NO_COLOR`) loses nothing. Themes are files: those of `assets/themes`, and the
//! learner's own.

mod file;

use std::path::Path;

use include_dir::{Dir, include_dir};
use ratatui::style::{Modifier, Style};

pub(crate) use file::ThemeError;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/themes");

/// The theme of who asks for none.
const USUAL: &str = "sombre";
/// The theme that `NO_COLOR` asks for.
const COLOURLESS: &str = "sans-couleur";
/// The theme of the projector mode.
pub(crate) const PROJECTOR: &str = "contraste";

/// One style per meaning. The background is always the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Theme {
    /// Running text.
    pub(crate) text: Style,
    /// What may be skipped: reminders, units, borders.
    pub(crate) faint: Style,
    /// Titles.
    pub(crate) title: Style,
    /// `*emphasis*`.
    pub(crate) emphasis: Style,
    /// `**strong**`.
    pub(crate) strong: Style,
    /// Commands, paths, names of objects.
    pub(crate) code: Style,
    /// A key to press.
    pub(crate) key: Style,
    /// What the cursor is on.
    pub(crate) selected: Style,
    /// The title of the panel that receives the keys.
    pub(crate) focused: Style,
    /// `+`, a goal met.
    pub(crate) good: Style,
    /// `-`, a goal missed, an error.
    pub(crate) bad: Style,
    /// `~`, a warning, a recognised wrong attempt.
    pub(crate) changed: Style,
    /// Bars: header and footer.
    pub(crate) bar: Style,
    /// A banner: lost engine, internal error.
    pub(crate) alert: Style,
}

impl Theme {
    /// The theme of this name: a file of the learner's folder of themes first, then one of the
    /// program's.
    pub(crate) fn named(name: &str, folder: Option<&Path>) -> Result<Self, ThemeError> {
        let own = folder.map(|it| it.join(format!("{name}.yaml")));
        if let Some(path) = own.filter(|it| it.is_file()) {
            let text = std::fs::read_to_string(&path).map_err(|error| ThemeError::Unreadable {
                file: path.display().to_string(),
                reason: error.to_string(),
            })?;
            return file::parse(&path.display().to_string(), &text);
        }
        let embedded = FILES.get_file(format!("{name}.yaml"));
        let text = embedded.and_then(|it| it.contents_utf8());
        let text = text.ok_or_else(|| ThemeError::Unknown {
            name: name.to_owned(),
            known: known(folder),
        })?;
        file::parse(name, text)
    }

    /// What is added to words that were looked for; `here` for those that the search is at.
    pub(crate) fn found(&self, here: bool) -> Style {
        let mark = if here {
            Modifier::REVERSED
        } else {
            Modifier::UNDERLINED
        };
        self.key.add_modifier(mark)
    }

    /// The program's theme for a dark background.
    pub(crate) fn dark() -> Self {
        Self::named(USUAL, None).unwrap_or_default()
    }

    /// The theme that the environment asks for: <https://no-color.org> says that any value of
    /// `NO_COLOR` but the empty one counts.
    pub(crate) fn from_environment() -> Self {
        match std::env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => Self::named(COLOURLESS, None).unwrap_or_default(),
            _ => Self::dark(),
        }
    }
}

/// The names of the program's themes, each with what it is for, in order.
pub(crate) fn embedded() -> Vec<(String, String)> {
    let mut themes: Vec<_> = FILES
        .files()
        .filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?.to_owned();
            let description = file::description(file.contents_utf8()?)?;
            Some((name, description))
        })
        .collect();
    themes.sort();
    themes
}

/// Every name that a theme can be asked by.
fn known(folder: Option<&Path>) -> Vec<String> {
    let own = folder.and_then(|it| std::fs::read_dir(it).ok());
    let own = own.into_iter().flatten().flatten().filter_map(|entry| {
        let path = entry.path();
        let named = path.extension().is_some_and(|it| it == "yaml");
        named.then(|| path.file_stem()?.to_str().map(str::to_owned))?
    });
    let mut names: Vec<String> = embedded()
        .into_iter()
        .map(|(name, _)| name)
        .chain(own)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
