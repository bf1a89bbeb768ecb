//! The files of a layer, directory by directory.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Pane, Row, handle, line};
use crate::inside::layers::{FileKind, LayerFiles, Mark, Node};
use crate::text::harmless::harmless;
use crate::text::quantity::decimal;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{truncate, wrap};

/// Files of a directory that are shown.
const MOST: usize = 500;
/// Directories further down are no longer moved to the right.
const DEEPEST: usize = 12;

/// The tree of a layer, as far as it is open.
pub(super) fn rows(
    model: &Model,
    image: &str,
    rank: usize,
    layer: &LayerFiles,
    width: usize,
) -> Vec<Row> {
    let theme = &model.theme;
    let mut rows = Vec::new();
    if let Some(problem) = &layer.problem {
        rows.push(line(
            &format!("  ✘ Couche lue en partie\u{a0}: {problem}"),
            theme.bad,
            width,
        ));
    }
    let [added, changed, deleted] = layer.counts;
    let words = match layer.counts {
        [0, 0, 0] if layer.problem.is_none() => "    Couche vide\u{a0}: aucun fichier".to_owned(),
        _ => format!(
            "    + ajoutés\u{a0}: {added}  ~ remplacés\u{a0}: {changed}  - supprimés\u{a0}: {deleted}"
        ),
    };
    rows.push(line(&words, theme.faint, width));
    if layer.over > 0 {
        let words = format!(
            "    ▲ et {} autres, trop nombreux pour être montrés",
            layer.over
        );
        rows.push(line(&words, theme.changed, width));
    }
    let tree = Tree {
        model,
        prefix: format!("dossier {image} {rank} "),
        layer,
        width,
    };
    tree.directory(0, "", 0, &mut rows);
    rows
}

struct Tree<'a> {
    model: &'a Model,
    prefix: String,
    layer: &'a LayerFiles,
    width: usize,
}

impl Tree<'_> {
    fn directory(&self, place: usize, path: &str, depth: usize, rows: &mut Vec<Row>) {
        let Some(directory) = self.layer.nodes.get(place) else {
            return;
        };
        for child in directory.children.iter().take(MOST) {
            let Some(node) = self.layer.nodes.get(*child) else {
                continue;
            };
            let path = format!("{path}/{}", node.name);
            let name = format!("{}{path}", self.prefix);
            let open = self.model.pane_view(Pane::Layers).open.contains(&name);
            let row = node_line(node, depth, open, &self.model.theme, self.width);
            rows.push(Row::toggle(row, name));
            if open && node.children.is_empty() {
                rows.extend(self.whole(&path, node));
            } else if open {
                self.directory(*child, &path, depth + 1, rows);
            }
        }
        let more = directory.children.len().saturating_sub(MOST);
        if more > 0 {
            let words = format!("    … et {more} autres");
            rows.push(line(&words, self.model.theme.faint, self.width));
        }
    }

    /// A file's path with nothing left out.
    fn whole(&self, path: &str, node: &Node) -> Vec<Row> {
        let theme = &self.model.theme;
        let margin = Line::from(Span::styled("    │ ", theme.key));
        let words = match &node.kind {
            FileKind::Symlink(target) => format!("{path} → {target}"),
            FileKind::Hardlink(target) => format!("{path}, autre nom de /{target}"),
            _ if node.mark == Mark::Deleted => {
                format!("{path}\u{a0}: caché, les couches plus basses l’ont toujours")
            }
            _ => format!("{path}, {}\u{a0}octets", node.size),
        };
        let pieces = [(harmless(&words), theme.text)];
        let lines = wrap(&pieces, self.width, &margin, &margin);
        lines.into_iter().map(Row::plain).collect()
    }
}

fn node_line(node: &Node, depth: usize, open: bool, theme: &Theme, width: usize) -> Line<'static> {
    let (glyph, style): (_, Style) = match node.mark {
        Mark::Added => ("+ ", theme.good),
        Mark::Changed => ("~ ", theme.changed),
        Mark::Deleted => ("- ", theme.bad),
        Mark::Passed => ("  ", theme.faint),
    };
    let indent = " ".repeat(4 + 2 * depth.min(DEEPEST));
    let handle = if node.children.is_empty() {
        "  "
    } else {
        handle(open)
    };
    let mut name = harmless(&node.name);
    let mut facts = decimal(node.size);
    match &node.kind {
        FileKind::Directory => name.push('/'),
        FileKind::File => {}
        FileKind::Symlink(target) => facts = format!("→ {}", harmless(target)),
        FileKind::Hardlink(target) => facts = format!("= /{}", harmless(target)),
        FileKind::Special => "périphérique ou tube".clone_into(&mut facts),
    }
    if node.mark == Mark::Deleted {
        facts = format!("cache {} plus bas", decimal(node.size));
    }
    let used = indent.width() + 4;
    let left = width.saturating_sub(used);
    let name = truncate(
        &name,
        left.saturating_sub(facts.width().min(left / 2) + 2).max(8),
    );
    let left = left.saturating_sub(name.width() + 2);
    Line::from(vec![
        Span::raw(indent),
        Span::styled(handle, theme.key),
        Span::styled(glyph, style),
        Span::styled(name, style),
        Span::styled(format!("  {}", truncate(&facts, left)), theme.faint),
    ])
}
