//! What the learner chose, in `reglages.yaml`: the theme, the mouse, the keys.
//!
//! A mistake in it is said on the screen and in the file's own words; the rest of it is kept, and the
//! program opens all the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

use super::keymap::{Keymap, LEADER_NAME};
use super::theme::{self, PROJECTOR, Theme};
use crate::lesson::{Position, read_yaml};

/// Overrides the folder of the settings, for tests and portable installations.
const VARIABLE: &str = "MOUSSAILLON_REGLAGES";
const FILE: &str = "reglages.yaml";

/// What the command line asks.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// `--theme`: its name.
    pub theme: Option<String>,
    /// `--projecteur`: strong contrast, one panel at a time.
    pub projector: bool,
}

/// What the program goes by.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How things look.
    pub(crate) theme: Theme,
    /// Whether the program takes the mouse from the terminal.
    pub(crate) mouse: bool,
    /// The keys.
    pub(crate) keymap: Keymap,
    /// What is wrong in the file, in French.
    pub(crate) notices: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    theme: Option<String>,
    souris: Option<bool>,
    touches: BTreeMap<String, Keys>,
    lettres: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Many(Vec<String>),
}

/// The folder of the settings: `MOUSSAILLON_REGLAGES`, else `moussaillon` in the XDG configuration
/// folder (or its equivalent).
pub(crate) fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("moussaillon"))
}

impl Settings {
    /// Reads the learner's settings. Never fails: what cannot be used is said, and left out.
    pub(crate) fn read(asked: &Look) -> Self {
        Self::read_in(folder().as_deref(), asked)
    }

    fn read_in(folder: Option<&Path>, asked: &Look) -> Self {
        let mut notices = Vec::new();
        let written = folder.map_or_else(Written::default, |folder| {
            written(&folder.join(FILE)).unwrap_or_else(|why| {
                notices.push(why);
                Written::default()
            })
        });
        // https://no-color.org: what the user asks of this very program comes before the variable.
        let projector = asked.projector.then(|| PROJECTOR.to_owned());
        let name = asked.theme.clone().or(projector).or(written.theme);
        let themes = folder.map(|it| it.join("themes"));
        let theme = name.map(|name| Theme::named(&name, themes.as_deref()));
        let theme = theme.transpose().unwrap_or_else(|error| {
            notices.push(format!("Réglages\u{a0}: {error}."));
            None
        });
        let wanted = written.touches.into_iter().map(|(name, keys)| match keys {
            Keys::One(key) => (name, vec![key]),
            Keys::Many(keys) => (name, keys),
        });
        let keymap = Keymap::with(&wanted.collect(), &written.lettres).unwrap_or_else(|error| {
            notices.push(format!("Réglages, {error}."));
            Keymap::default()
        });
        Self {
            theme: theme.unwrap_or_else(Theme::from_environment),
            mouse: written.souris.unwrap_or(true),
            keymap,
            notices,
        }
    }
}

/// Reads the file; one that is not there asks for nothing.
fn written(path: &Path) -> Result<Written, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Written::default()),
        Err(error) => {
            return Err(format!(
                "Réglages\u{a0}: «\u{a0}{}\u{a0}» ne peut pas être lu\u{a0}: {error}.",
                path.display()
            ));
        }
    };
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Written::default());
    }
    let start = Position { line: 1, column: 1 };
    read_yaml(&text, start).map_err(|(at, problem)| {
        format!(
            "Réglages\u{a0}: «\u{a0}{}\u{a0}», ligne {}, caractère {}\u{a0}: {problem}.",
            path.display(),
            at.line,
            at.column
        )
    })
}

/// A settings file that asks for what the program does by itself: every line may be changed.
pub(crate) fn template() -> String {
    let place = folder().map_or_else(
        || format!("aucun dossier personnel\u{a0}; {VARIABLE} en donne un"),
        |folder| folder.join(FILE).display().to_string(),
    );
    let mut text = format!(
        "# Réglages de moussaillon. À copier dans\u{a0}: {place}\n\
         # Enlevez le # devant ce que vous changez, avec celui de «\u{a0}touches\u{a0}» s’il le faut.\n\n\
         # Le thème. Un fichier themes/NOM.yaml, à côté de celui-ci, en ajoute un\u{a0}:\n\
         # ceux du programme, dans assets/themes, servent de modèle.\n"
    );
    for (name, description) in theme::embedded() {
        let _ = writeln!(text, "#   {name:<14}{description}");
    }
    text.push_str(
        "#theme: sombre\n\n\
         # La souris. Avec false, elle reste à votre terminal\u{a0}: sa sélection, son menu.\n\
         #souris: true\n\n\
         # Les touches\u{a0}: une action, et une touche ou une liste entre crochets.\n\
         #touches:\n",
    );
    let keymap = Keymap::default();
    let _ = writeln!(text, "#  {LEADER_NAME}: {}", keymap.leader().written());
    let mut said = Vec::new();
    for row in keymap.rows() {
        let name = row.name();
        if row.keys.is_empty() || said.contains(&name) || row.leader_is_it() {
            continue;
        }
        let keys: Vec<String> = row.keys.iter().map(|key| quoted(&key.written())).collect();
        let _ = writeln!(text, "#  # {}\n#  {name}: [{}]", row.help, keys.join(", "));
        said.push(name);
    }
    text.push_str(
        "\n# Les lettres du menu (celles qui suivent la touche «\u{a0}menu\u{a0}»)\u{a0}: une action, et un \
         caractère ou tab.\n#lettres:\n",
    );
    let mut said = Vec::new();
    for row in keymap.rows() {
        let name = row.name();
        let Some(letter) = row.leader.filter(|_| !said.contains(&name)) else {
            continue;
        };
        let letter = if letter == '\t' {
            "tab".to_owned()
        } else {
            quoted(&letter.to_string())
        };
        let _ = writeln!(text, "#  {name}: {letter}");
        said.push(name);
    }
    text
}

/// A key as YAML needs it written.
fn quoted(key: &str) -> String {
    let plain = key.chars().all(|it| it.is_alphanumeric() || it == '-');
    // `n` and `y` are booleans for some readers of YAML.
    if plain && key.chars().count() > 1 {
        key.to_owned()
    } else {
        format!("\"{key}\"")
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn read(text: &str) -> Settings {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        Settings::read_in(Some(folder.path()), &Look::default())
    }

    #[test]
    fn nothing_asked_is_the_program_as_it_is() {
        let settings = Settings::read_in(None, &Look::default());
        assert!(settings.mouse && settings.notices.is_empty());
        assert_eq!(settings.keymap.leader().label(), "Ctrl-G");
        assert!(read("# rien\n").notices.is_empty());
    }

    #[test]
    fn what_is_asked_is_done() {
        let settings =
            read("theme: contraste\nsouris: false\ntouches: {menu: ctrl-b, aide: [f1, \"h\"]}\n");
        assert_eq!(settings.notices, Vec::<String>::new());
        assert_eq!(settings.theme, Theme::named("contraste", None).unwrap());
        assert!(!settings.mouse);
        let control_b = KeyEvent::new(KeyCode::Char('b'), KeyModifiers::CONTROL);
        assert!(settings.keymap.leader().matches(&control_b));
        let help = settings
            .keymap
            .rows()
            .iter()
            .find(|row| row.short == "aide");
        assert_eq!(help.unwrap().keys_label(), "F1, h");
    }

    #[test]
    fn the_command_line_comes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "theme: clair\n").unwrap();
        let asked = Look {
            theme: None,
            projector: true,
        };
        let settings = Settings::read_in(Some(folder.path()), &asked);
        assert_eq!(settings.theme, Theme::named(PROJECTOR, None).unwrap());
        let asked = Look {
            theme: Some("daltonien".to_owned()),
            projector: true,
        };
        let settings = Settings::read_in(Some(folder.path()), &asked);
        assert_eq!(settings.theme, Theme::named("daltonien", None).unwrap());
    }

    #[test]
    fn a_mistake_is_said_and_the_rest_is_kept() {
        for (text, said) in [
            ("souris: peut-être", "ligne 1, caractère 9"),
            ("\nthemes: clair", "ligne 2"),
            (
                "theme: fluo\nsouris: false",
                "aucun thème «\u{a0}fluo\u{a0}»",
            ),
            ("touches: {aid: h}", "aucune action «\u{a0}aid\u{a0}»"),
            ("touches: {aide: majuscule}", "n’est pas une touche"),
            ("touches: {aide: q}", "est donnée à"),
            (
                "touches: {fermer: entrée}",
                "est donnée à «\u{a0}fermer\u{a0}»",
            ),
            (
                "touches: {occurrence-suivante: j}",
                "«\u{a0}descendre\u{a0}»",
            ),
            ("lettres: {palete: k}", "aucune action «\u{a0}palete\u{a0}»"),
            ("lettres: {palette: ctrl-k}", "n’est pas une lettre du menu"),
            (
                "lettres: {palette: i}",
                "«\u{a0}i\u{a0}» est donnée à «\u{a0}palette\u{a0}»",
            ),
            ("lettres: {fermer: k}", "aucune action «\u{a0}fermer\u{a0}»"),
            ("touches: {menu: m}", "une lettre seule irait au shell"),
            (
                "touches: {menu: ctrl-z}",
                "«\u{a0}ctrl-z\u{a0}» est donnée à «\u{a0}menu\u{a0}»",
            ),
            (
                "touches: {actions: x}",
                "aucune action «\u{a0}actions\u{a0}»",
            ),
            ("touches: {menu: [ctrl-a, ctrl-b]}", "une touche avec Ctrl"),
            ("[", "reglages.yaml"),
        ] {
            let settings = read(text);
            let notices = settings.notices.join(" ");
            assert!(notices.contains(said), "{text}: {notices}");
        }
        assert!(!read("theme: fluo\nsouris: false").mouse);
    }

    #[test]
    fn the_template_asks_for_what_the_program_does() {
        let text = template();
        let active: String = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => rest,
                _ => line,
            })
            .filter(|line| !line.trim_start().starts_with('#') && !line.starts_with("   "))
            .flat_map(|line| [line, "\n"])
            .collect();
        let settings = read(&active);
        assert_eq!(settings.notices, Vec::<String>::new(), "{active}");
        let usual = Keymap::default();
        for (mine, program) in settings.keymap.rows().iter().zip(usual.rows()) {
            assert_eq!(mine.keys, program.keys, "{}", mine.help);
            assert_eq!(mine.leader, program.leader, "{}", mine.help);
        }
    }
}
