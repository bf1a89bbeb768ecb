//! What is under a call that is open: its meaning, its parameters, its bodies, and how to make it.

use ratatui::text::{Line, Span};

use super::json::Writer;
use super::{Body, curl, open_name, read_body};
use crate::domain::{ApiCall, CallOutcome};
use crate::engine::RECORDED_BYTES;
use crate::text::api::{Target, meaning};
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Row};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{wrap, wrap_text};

/// What is under a call is moved to the right.
const INDENT: usize = 2;
/// Lines of a stream that are shown at first.
const FEW: usize = 12;
/// Lines of a stream that are shown at most.
const MANY: usize = 400;

/// The rows under a call.
pub(super) fn rows(model: &Model, call: &ApiCall, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let target = Target::of(&call.path);
    let mut sheet = Sheet {
        name: open_name(call),
        theme,
        writer: Writer {
            theme,
            width,
            indent: INDENT,
            zeros: false,
            turned: &model.pane_view(Pane::Calls).open,
            rows: Vec::new(),
        },
    };
    let meaning = meaning(&call.method, &target)
        .unwrap_or("Cet appel n’est pas dans la table de moussaillon.");
    sheet.say(meaning, false);
    if takes_credentials(call, &target) {
        sheet.say(
            "L’en-tête X-Registry-Auth (les identifiants du registre) est masqué\u{a0}: il n’est jamais enregistré.",
            true,
        );
    }
    if !target.query.is_empty() {
        sheet.title("Paramètres");
        for (rank, (name, value)) in target.query.iter().enumerate() {
            let pieces = vec![
                (format!("{name} = "), theme.key),
                (value.clone(), theme.text),
            ];
            let parent = sheet.name.clone();
            let own = format!("{parent} paramètre {rank}");
            sheet.writer.long(1, &pieces, &own, &parent);
        }
    }
    sheet.title("Corps de la requête");
    sheet.writer.zeros = true;
    sheet.body("requête", &call.request_body);
    sheet.writer.zeros = false;
    sheet.title("Réponse");
    match &call.outcome {
        CallOutcome::Pending => sheet.say("Le moteur n’a pas encore répondu.", true),
        CallOutcome::Failed(reason) => {
            sheet.say(&format!("Pas de réponse\u{a0}: {reason}"), false);
        }
        CallOutcome::Upgraded => {
            sheet.say(
                "101\u{a0}: la connexion est devenue un flux direct entre le terminal et le processus.",
                false,
            );
            if !call.response_body.is_empty() {
                sheet.body("réponse", &call.response_body);
            }
        }
        CallOutcome::Answered(_) => sheet.body("réponse", &call.response_body),
    }
    sheet.title("Le même appel, avec curl");
    let line = curl::line(call, model.engine.as_ref().map_or("", |it| it.url.as_str()));
    sheet.code(&line);
    sheet.writer.rows.push(Row::default());
    sheet.writer.rows
}

/// Whether docker sends the registry's credentials in a header of this call.
fn takes_credentials(call: &ApiCall, target: &Target<'_>) -> bool {
    let segments = target.segments();
    let last = segments.last().map_or("", String::as_str);
    match segments.first().map(String::as_str) {
        Some("images") => {
            call.method == "POST"
                && (last == "push" || (last == "create" && !target.get("fromImage").is_empty()))
        }
        Some("services") => call.method == "POST" && (last == "create" || last == "update"),
        Some("distribution") => true,
        _ => false,
    }
}

struct Sheet<'a> {
    name: String,
    theme: &'a Theme,
    writer: Writer<'a>,
}

impl Sheet<'_> {
    fn title(&mut self, words: &str) {
        let line = Line::from(vec![
            Span::raw(" ".repeat(INDENT)),
            Span::styled(words.to_owned(), self.theme.title),
        ]);
        self.writer.rows.push(Row::toggle(line, self.name.as_str()));
    }

    fn say(&mut self, words: &str, faint: bool) {
        let style = if faint {
            self.theme.faint
        } else {
            self.theme.text
        };
        let margin = Line::raw(" ".repeat(INDENT));
        let pieces = [(words.to_owned(), style)];
        let lines = wrap(&pieces, self.writer.width, &margin, &margin);
        let rows = lines
            .into_iter()
            .map(|it| Row::toggle(it, self.name.as_str()));
        self.writer.rows.extend(rows);
    }

    fn code(&mut self, words: &str) {
        let margin = Line::raw(" ".repeat(INDENT * 2));
        let pieces = [(words.to_owned(), self.theme.code)];
        let lines = wrap(&pieces, self.writer.width, &margin, &margin);
        let rows = lines
            .into_iter()
            .map(|it| Row::toggle(it, self.name.as_str()));
        self.writer.rows.extend(rows);
    }

    fn body(&mut self, which: &str, text: &str) {
        let name = format!("{} {which}", self.name);
        let parent = self.name.clone();
        let (body, cut) = read_body(text);
        match body {
            Body::Empty => self.say("(vide)", true),
            Body::Told(words) => self.say(&words, true),
            Body::Json(value) => self.writer.document(&value, &name),
            Body::Lines(lines) => {
                let all = self.writer.turned.contains(&name);
                let shown = if all { MANY } else { FEW };
                for (rank, line) in lines.iter().take(shown).enumerate() {
                    let own = format!("{name} {rank}");
                    self.writer.one_line(line, &own, &parent);
                }
                let hidden = lines.len().saturating_sub(shown);
                let words = match hidden {
                    0 => None,
                    1 => Some("▶ … et 1 autre ligne".to_owned()),
                    many if all => Some(format!("… et {many} autres lignes")),
                    many => Some(format!("▶ … et {many} autres lignes")),
                };
                if let Some(words) = words {
                    let line = Line::from(vec![
                        Span::raw(" ".repeat(INDENT)),
                        Span::styled(words, self.theme.key),
                    ]);
                    self.writer.rows.push(Row::toggle(line, name.as_str()));
                }
            }
            Body::Text(text) => {
                let lines = wrap_text(
                    text.trim_end(),
                    self.theme.text,
                    self.writer.width.saturating_sub(INDENT),
                );
                for line in lines.into_iter().take(MANY) {
                    let mut line = line;
                    line.spans.insert(0, Span::raw(" ".repeat(INDENT)));
                    self.writer.rows.push(Row::toggle(line, parent.as_str()));
                }
            }
        }
        if cut {
            let words = format!(
                "▲ coupé à {RECORDED_BYTES} octets\u{a0}: la suite est passée, sans être gardée."
            );
            self.say(&words, true);
        }
    }
}
