//! Under the terminal: what the word being typed means, then what the last error means.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::docker::explain::{Names, Piece, Role, at, concerns, explain, in_one_line};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::{truncate, wrap_text};

/// How a remedy begins that is the command that was meant.
const CORRECTION: &str = "Vouliez-vous dire";

/// Draws the lines.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let lines = lines(model, usize::from(area.width), usize::from(area.height));
    frame.render_widget(Text::from(lines), area);
}

/// At most so many lines, at this width.
fn lines(model: &Model, width: usize, rows: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let waits = model.typing.as_deref().and_then(goes_on);
    let (words, style) = if let Some(words) = waits {
        (format!("▲ {words}"), theme.changed)
    } else if let Some(piece) = typed(model) {
        if piece.role == Role::Unknown {
            (format!("▲ {}", in_one_line(&piece)), theme.changed)
        } else {
            (format!("› {}", in_one_line(&piece)), theme.faint)
        }
    } else if let Some(advice) = &model.advice {
        let what = &advice.what;
        let more = model.keymap.by_menu(Action::Explain);
        let remedy = advice.remedies.first().map_or("", String::as_str);
        // What to type instead says more than what is wrong.
        let corrected = remedy.starts_with(CORRECTION);
        // What ends with a name or a value has no full stop of its own.
        let stop = if what.ends_with(['.', '!', '?', '…']) {
            ""
        } else {
            "."
        };
        let mut choices = vec![format!("▲ {what}{stop} {remedy} ({more}\u{a0}: la suite)")];
        if corrected {
            choices.push(format!("▲ {remedy} ({more}\u{a0}: la suite)"));
            choices.push(format!("▲ {remedy}"));
        }
        let short = format!("▲ {what} ({more}\u{a0}: que faire)");
        let fits = |words: &String| wrap_text(words, theme.changed, width).len() <= rows;
        let words = choices.into_iter().find(fits).unwrap_or(short);
        (words, theme.changed)
    } else {
        return Vec::new();
    };
    let mut lines = wrap_text(&words, style, width);
    if lines.len() > rows {
        let rest = lines.split_off(rows.saturating_sub(1));
        let rest: Vec<_> = rest.iter().map(ToString::to_string).collect();
        lines.push(Line::styled(truncate(&rest.join(" "), width), style));
    }
    lines
}

/// Why the shell, once a line was sent, shows another prompt and runs nothing: its lines make no
/// whole command yet.
fn goes_on(typed: &str) -> Option<String> {
    let (lines, _) = typed.rsplit_once('\n')?;
    let why = match open_quote(lines) {
        Some('"') => "\u{a0}: un guillemet (\") n’est pas fermé",
        Some(_) => "\u{a0}: une apostrophe (') n’est pas fermée",
        None => " de la commande",
    };
    Some(format!(
        "Le shell attend la suite{why}. Ctrl-C abandonne tout."
    ))
}

/// The quotation mark that is open at the end of these lines of shell.
fn open_quote(lines: &str) -> Option<char> {
    let mut open = None;
    let mut letters = lines.chars();
    while let Some(letter) = letters.next() {
        match (letter, open) {
            // Between apostrophes, a backslash is one.
            ('\\', None | Some('"')) => {
                letters.next();
            }
            ('"' | '\'', None) => open = Some(letter),
            (_, Some(mark)) if mark == letter => open = None,
            _ => {}
        }
    }
    open
}

/// What to say of the line being typed: a word that docker will refuse, else the word before the
/// cursor. `None` when no docker command is being typed.
fn typed(model: &Model) -> Option<Piece> {
    let line = model.typing.as_deref()?;
    if !line.contains("do") {
        return None;
    }
    // Read again when the line changes, or what the engine holds: names may be thousands.
    let key = (model.revision, line.to_owned());
    let piece = model.typed.get(key, || told(model, line));
    Option::clone(&piece)
}

fn told(model: &Model, line: &str) -> Option<Piece> {
    let pieces = explain(line, &Names::from(model.timeline.state()));
    if let Some(unknown) = pieces.iter().find(|it| it.role == Role::Unknown) {
        return Some(unknown.clone());
    }
    at(&pieces, line.len())
        .filter(|_| concerns(&pieces))
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Explanation;
    use crate::tui::update::fixtures::Play;

    #[test]
    fn what_happened_ends_as_a_sentence_before_what_to_try() {
        for (what, said) in [
            (
                "Le port est pris par vitrine",
                "▲ Le port est pris par vitrine. Essayez",
            ),
            ("Le port est pris.", "▲ Le port est pris. Essayez"),
            ("Est-ce un port\u{a0}?", "▲ Est-ce un port\u{a0}? Essayez"),
            ("Il manque un mot…", "▲ Il manque un mot… Essayez"),
        ] {
            let mut play = Play::lesson(120, 40);
            play.model.advice = Some(Explanation {
                what: what.to_owned(),
                why: String::new(),
                remedies: vec!["Essayez un autre port.".to_owned()],
            });
            let lines = lines(&play.model, 110, 2);
            let words: Vec<String> = lines.iter().map(ToString::to_string).collect();
            assert_eq!(
                words,
                [format!("{said} un autre port. (Ctrl-G x\u{a0}: la suite)")]
            );
        }
    }

    #[test]
    fn a_command_that_goes_on_says_why() {
        for (typed, why) in [
            ("echo \"bonjour\nsuite", "un guillemet"),
            ("echo 'c’est\n", "une apostrophe"),
            ("echo 'a\\' \"b\n", "un guillemet"),
            ("echo \\\"a\n", "de la commande"),
            ("docker run \\\n-d ", "de la commande"),
            ("for i in 1 2\n", "de la commande"),
        ] {
            let words = goes_on(typed).unwrap();
            assert!(words.contains(why), "{typed}: {words}");
        }
        assert_eq!(goes_on("echo \"bonjour"), None);
    }
}
