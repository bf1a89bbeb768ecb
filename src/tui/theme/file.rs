//! A theme's file: YAML, a style per meaning.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::Theme;
use crate::lesson::{Position, read_yaml};

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ThemeError {
    /// There is none of this name.
    #[error("aucun thème «\u{a0}{name}\u{a0}»\u{a0}; il y a {}", known.join(", "))]
    Unknown {
        /// What was asked.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Its file cannot be read.
    #[error("le thème «\u{a0}{file}\u{a0}» ne peut pas être lu\u{a0}: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// The system's reason, or the parser's.
        reason: String,
    },
    /// A colour is none.
    #[error(
        "le thème «\u{a0}{file}\u{a0}»\u{a0}: «\u{a0}{colour}\u{a0}» n’est pas une couleur. Une \
         couleur est un nom (rouge, vert-vif, gris…), un numéro de 0 à 255, ou #rrvvbb"
    )]
    Colour {
        /// Which file.
        file: String,
        /// What was written.
        colour: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    description: String,
    #[serde(default)]
    styles: Styles,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Styles {
    texte: Look,
    discret: Look,
    titre: Look,
    emphase: Look,
    fort: Look,
    code: Look,
    touche: Look,
    choisi: Look,
    actif: Look,
    bon: Look,
    mauvais: Look,
    change: Look,
    barre: Look,
    alerte: Look,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "the words of the file")]
struct Look {
    couleur: Option<Colour>,
    fond: Option<Colour>,
    gras: bool,
    pale: bool,
    italique: bool,
    souligne: bool,
    inverse: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Colour {
    Number(u8),
    Word(String),
}

/// Reads a theme.
pub(super) fn parse(file: &str, text: &str) -> Result<Theme, ThemeError> {
    let start = Position { line: 1, column: 1 };
    let written: Written =
        read_yaml(text, start).map_err(|(at, problem)| ThemeError::Unreadable {
            file: file.to_owned(),
            reason: format!(
                "ligne {}, caractère {}\u{a0}: {problem}",
                at.line, at.column
            ),
        })?;
    let styles = written.styles;
    let style = |look: &Look| look.style(file);
    Ok(Theme {
        text: style(&styles.texte)?,
        faint: style(&styles.discret)?,
        title: style(&styles.titre)?,
        emphasis: style(&styles.emphase)?,
        strong: style(&styles.fort)?,
        code: style(&styles.code)?,
        key: style(&styles.touche)?,
        selected: style(&styles.choisi)?,
        focused: style(&styles.actif)?,
        good: style(&styles.bon)?,
        bad: style(&styles.mauvais)?,
        changed: style(&styles.change)?,
        bar: style(&styles.barre)?,
        alert: style(&styles.alerte)?,
    })
}

/// What a theme says it is for.
pub(super) fn description(text: &str) -> Option<String> {
    let written: Written = serde_saphyr::from_str(text).ok()?;
    Some(written.description)
}

impl Look {
    fn style(&self, file: &str) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        if let Some(colour) = &self.couleur {
            style = style.fg(colour.read(file)?);
        }
        if let Some(colour) = &self.fond {
            style = style.bg(colour.read(file)?);
        }
        for (on, modifier) in [
            (self.gras, Modifier::BOLD),
            (self.pale, Modifier::DIM),
            (self.italique, Modifier::ITALIC),
            (self.souligne, Modifier::UNDERLINED),
            (self.inverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

impl Colour {
    fn read(&self, file: &str) -> Result<Color, ThemeError> {
        let word = match self {
            Self::Number(index) => return Ok(Color::Indexed(*index)),
            Self::Word(word) => word,
        };
        named(word)
            .or_else(|| hexadecimal(word))
            .ok_or_else(|| ThemeError::Colour {
                file: file.to_owned(),
                colour: word.clone(),
            })
    }
}

/// The sixteen colours whose shades the terminal's user chooses.
fn named(word: &str) -> Option<Color> {
    Some(match word {
        "noir" => Color::Black,
        "rouge" => Color::Red,
        "vert" => Color::Green,
        "jaune" => Color::Yellow,
        "bleu" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "blanc" => Color::Gray,
        "gris" => Color::DarkGray,
        "rouge-vif" => Color::LightRed,
        "vert-vif" => Color::LightGreen,
        "jaune-vif" => Color::LightYellow,
        "bleu-vif" => Color::LightBlue,
        "magenta-vif" => Color::LightMagenta,
        "cyan-vif" => Color::LightCyan,
        "blanc-vif" => Color::White,
        _ => return None,
    })
}

fn hexadecimal(word: &str) -> Option<Color> {
    let digits = word.strip_prefix('#').filter(|it| it.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(Color::Rgb(red, green, blue))
}
