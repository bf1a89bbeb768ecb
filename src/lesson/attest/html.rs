//! The attestation as one HTML page: no script, no other file.

use std::fmt::Write as _;

use super::{Attestation, LIMITS, Shown};
use crate::text::html::escape;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 100%/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1, h2 { color: #0b3d66; }
.name { font-size: 1.4rem; font-weight: bold; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 1px solid #8a8a8a; padding: .3rem .5rem; text-align: left; }
thead th { background: #e8eef4; }
th[scope=row] { font-weight: normal; }
.limits { border: 1px solid #8a8a8a; padding: 0 1rem; margin-top: 2rem; }
@media print {
  @page { size: A4; margin: 15mm; }
  body { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr, .limits { break-inside: avoid; }
}
";

pub(super) fn page(it: &Attestation) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\" />\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <title>Attestation</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Attestation</h1>\n"
    );
    // Writing to a string cannot fail.
    if let Some(name) = &it.name {
        let _ = writeln!(page, "<p class=\"name\">{}</p>", escape(name));
    }
    let _ = writeln!(
        page,
        "<p>Écrite le {} par moussaillon {}, d’après ce que le programme a vérifié sur le \
         moteur.</p>\n<p>{}</p>",
        escape(&it.day),
        env!("CARGO_PKG_VERSION"),
        escape(&it.summary())
    );
    for lesson in &it.lessons {
        section(&mut page, lesson);
    }
    page.push_str(
        "<section class=\"limits\">\n<h2>Ce que cette attestation ne prouve pas</h2>\n<ul>\n",
    );
    for limit in LIMITS {
        let _ = writeln!(page, "<li>{}</li>", escape(limit));
    }
    page.push_str("</ul>\n</section>\n</main>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, lesson: &Shown) {
    let title = escape(&lesson.title);
    let _ = writeln!(page, "<section>\n<h2>{}. {title}</h2>", lesson.number);
    if lesson.exercises > 0 {
        let (met, all) = (lesson.met.len(), lesson.exercises);
        let _ = writeln!(page, "<p>Exercices\u{a0}: {met} sur {all}.</p>");
    }
    if !lesson.met.is_empty() {
        page.push_str(
            "<table>\n<thead><tr><th scope=\"col\">Exercice</th><th scope=\"col\">Réussi le</th>\
             <th scope=\"col\">Sur</th><th scope=\"col\">Indices</th></tr></thead>\n<tbody>\n",
        );
        for it in &lesson.met {
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&it.exercise),
                escape(&it.day),
                escape(it.on()),
                it.hints
            );
        }
        page.push_str("</tbody>\n</table>\n");
    }
    if let Some(answers) = lesson.answers() {
        let _ = writeln!(page, "<p>{}</p>", escape(&answers));
    }
    page.push_str("</section>\n");
}
