//! What a step changed, on one line.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::{Kind, Object, Step, diff_objects};
use crate::tui::panes::step;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// In the order in which they are told.
const KINDS: [(Kind, &str); 5] = [
    (Kind::Service, "service"),
    (Kind::Container, "conteneur"),
    (Kind::Image, "image"),
    (Kind::Volume, "volume"),
    (Kind::Network, "réseau"),
];

/// Names that are told; above, their number only.
const NAMES: usize = 3;

/// What happened to the objects of a kind.
struct Group<'a> {
    glyph: char,
    kind: &'static str,
    count: usize,
    names: Vec<&'a str>,
}

/// Whether there is something to say of a step.
pub(super) fn is_any(step: &Step) -> bool {
    !step.calls.is_empty() || !step.events.is_empty() || !groups(step).is_empty()
}

/// The line under a step: what changed, its calls, its events.
pub(super) fn line(step: &Step, theme: &Theme, indent: usize, width: usize) -> Line<'static> {
    let groups = groups(step);
    let counts = counts(step);
    let room = width.saturating_sub(indent);
    let size = |named: bool| {
        let words = groups.iter().map(|it| it.words(named).width());
        words.map(|it| it + 2).sum::<usize>() + counts.width()
    };
    let named = size(true) <= room;
    let mut spans = vec![Span::raw(" ".repeat(indent))];
    let mut left = room;
    for group in &groups {
        let style = match group.glyph {
            '+' => theme.good,
            '-' => theme.bad,
            _ => theme.changed,
        };
        let words = truncate(&group.words(named), left);
        left = left.saturating_sub(words.width() + 2);
        spans.push(Span::styled(words, style));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::styled(truncate(&counts, left), theme.faint));
    Line::from(spans)
}

/// `6 appels d’API, 4 événements`
fn counts(step: &Step) -> String {
    let calls = match step.calls.len() {
        0 => None,
        count => Some(step::calls(count)),
    };
    let events = match step.events.len() {
        0 => None,
        1 => Some("1 événement".to_owned()),
        many => Some(format!("{many} événements")),
    };
    let both: Vec<String> = calls.into_iter().chain(events).collect();
    both.join(", ")
}

/// Whether what changed is more than counters and dates.
fn is_telling(before: &Object, after: &Object) -> bool {
    let fields = diff_objects(before, after);
    fields.iter().any(|field| !field.is_detail())
}

fn groups(step: &Step) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = KINDS
        .into_iter()
        .flat_map(|(_, kind)| {
            ['+', '~', '-'].map(|glyph| Group {
                glyph,
                kind,
                count: 0,
                names: Vec::new(),
            })
        })
        .collect();
    for (reference, before, after) in step.before.changed(&step.after) {
        let Some(kind) = KINDS.iter().position(|(kind, _)| *kind == reference.kind) else {
            continue;
        };
        let (glyph, object) = match (before, after) {
            (None, Some(new)) => (0, new),
            (Some(old), Some(new)) if is_telling(old, new) => (1, new),
            (Some(old), None) => (2, old),
            _ => continue,
        };
        let group = &mut groups[3 * kind + glyph];
        group.count += 1;
        if group.names.len() < NAMES {
            group.names.push(object.name());
        }
    }
    groups.retain(|it| it.count > 0);
    groups
}

impl Group<'_> {
    /// `+2 conteneurs`, with their names when they are wanted.
    fn words(&self, named: bool) -> String {
        let count = self.count;
        let plural = match (count, self.kind) {
            (1, _) => "",
            (_, "réseau") => "x",
            _ => "s",
        };
        let words = format!("{}{count} {}{plural}", self.glyph, self.kind);
        if named && count <= NAMES {
            format!("{words} ({})", self.names.join(", "))
        } else {
            words
        }
    }
}

/// The French word of a kind.
pub(super) fn kind_word(object: &Object) -> &'static str {
    let kind = object.reference().kind;
    let row = KINDS.iter().find(|(it, _)| *it == kind);
    row.map_or("", |(_, word)| word)
}
