//! The sheet as one HTML page that a teacher prints and hands out: no script, no other file, and
//! the same tables on paper as on the screen.

use std::fmt::Write as _;

use super::{Entry, Sheet, Theme, pieces};
use crate::text::html::escape;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 100%/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0 0 .5rem; }
h2 { margin: 1.5rem 0 .5rem; color: #0b3d66; }
nav ul { columns: 3 14rem; padding-left: 1.2rem; }
a { color: #0b3d66; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
caption { text-align: left; color: #444; padding-bottom: .3rem; }
th, td { border: 1px solid #8a8a8a; padding: .4rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #e8eef4; }
th[scope=row] { width: 24%; font-weight: normal; }
th.name { width: 24%; }
th.about { width: 38%; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 0; padding: .3rem .4rem; background: #f3f3f3; }
p { margin: 0 0 .35rem; }
dl { margin: 0 0 .35rem; }
dt { font-weight: normal; }
dd { margin: 0 0 .15rem 1.2rem; }
.syntax { margin-top: .3rem; color: #333; }
@media print {
  @page { size: A4; margin: 12mm; }
  body { font-size: 8.5pt; max-width: none; padding: 0; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  pre, thead th { background: none; }
}
";

pub(super) fn page(sheet: &Sheet) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\" />\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <title>Aide-mémoire de Docker</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Aide-mémoire de Docker</h1>\n\
         <p>Chaque commande, ce qu’elle fait, un exemple qui marche, et ce qu’il change dans le \
         moteur.</p>\n</header>\n<nav aria-label=\"Thèmes\">\n<ul>\n"
    );
    for (rank, theme) in sheet.themes.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "<li><a href=\"#theme-{rank}\">{}</a></li>",
            prose(&theme.title)
        );
    }
    page.push_str("</ul>\n</nav>\n<main>\n");
    for (rank, theme) in sheet.themes.iter().enumerate() {
        page.push_str(&table(rank, theme));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn table(rank: usize, theme: &Theme) -> String {
    let title = prose(&theme.title);
    let mut html = format!(
        "<section aria-labelledby=\"theme-{rank}\">\n<h2 id=\"theme-{rank}\">{title}</h2>\n\
         <table>\n<thead>\n<tr><th scope=\"col\" class=\"name\">Commande</th>\
         <th scope=\"col\" class=\"about\">Ce qu’elle fait</th>\
         <th scope=\"col\">Exemple, et ce qu’il change</th></tr>\n</thead>\n<tbody>\n"
    );
    for entry in &theme.entries {
        html.push_str(&row(entry));
    }
    html.push_str("</tbody>\n</table>\n</section>\n");
    html
}

fn row(entry: &Entry) -> String {
    let mut html = format!(
        "<tr>\n<th scope=\"row\"><p><strong>{}</strong></p>",
        code(&entry.name)
    );
    for name in &entry.other_names {
        let _ = write!(html, "<p>ou {}</p>", code(name));
    }
    let syntax = code(&entry.syntax);
    let _ = writeln!(html, "<p class=\"syntax\">{syntax}</p></th>");
    let _ = write!(html, "<td><p>{}</p>", prose(&entry.about));
    if !entry.options.is_empty() {
        html.push_str("<dl>");
        for (name, about) in &entry.options {
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", code(name), prose(about));
        }
        html.push_str("</dl>");
    }
    if let Some(caution) = &entry.caution {
        let _ = write!(
            html,
            "<p><strong>Attention.</strong> {}</p>",
            prose(caution)
        );
    }
    let lines: Vec<String> = entry.lines().map(escape).collect();
    let _ = write!(
        html,
        "</td>\n<td><pre><code>{}</code></pre><p>{}</p></td>\n</tr>\n",
        lines.join("\n"),
        prose(&entry.changes)
    );
    html
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// Prose, with its code between backquotes.
fn prose(text: &str) -> String {
    pieces(text)
        .map(|(is_code, part)| if is_code { code(part) } else { escape(part) })
        .collect()
}
