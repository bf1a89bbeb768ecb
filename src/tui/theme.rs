//! How things look: one style per meaning, so that no drawing code names a colour.
//!
//! Meaning never rests on colour alone: a glyph or a word always says it too, so that the theme
//! without colours (`NO_COLOR`) loses nothing.

use ratatui::style::{Color, Modifier, Style};

/// One style per meaning. The background is always the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// For a dark background, in the sixteen colours that the terminal's user chose.
    pub(crate) const fn dark() -> Self {
        let plain = Style::new();
        Self {
            text: plain,
            faint: plain.fg(Color::DarkGray),
            title: plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            emphasis: plain.add_modifier(Modifier::ITALIC),
            strong: plain.add_modifier(Modifier::BOLD),
            code: plain.fg(Color::Yellow),
            key: plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            selected: plain.add_modifier(Modifier::REVERSED),
            focused: plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            good: plain.fg(Color::Green),
            bad: plain.fg(Color::Red),
            changed: plain.fg(Color::Yellow),
            bar: plain.add_modifier(Modifier::BOLD),
            alert: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
        }
    }

    /// Without any colour (`NO_COLOR`): weight, underline and reverse only.
    pub(crate) const fn colourless() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            text: plain,
            faint: plain.add_modifier(Modifier::DIM),
            title: bold,
            emphasis: plain.add_modifier(Modifier::ITALIC),
            strong: bold,
            code: bold,
            key: bold,
            selected: plain.add_modifier(Modifier::REVERSED),
            focused: bold.add_modifier(Modifier::UNDERLINED),
            good: bold,
            bad: bold,
            changed: bold,
            bar: bold,
            alert: bold.add_modifier(Modifier::REVERSED),
        }
    }

    /// The theme that the environment asks for: <https://no-color.org> says that any value of
    /// `NO_COLOR` but the empty one counts.
    pub(crate) fn from_environment() -> Self {
        match std::env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => Self::colourless(),
            _ => Self::dark(),
        }
    }
}
