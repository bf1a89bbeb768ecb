//! Pages: their steps, what is in them, that they can be read.

use std::collections::BTreeMap;

use super::*;
use crate::verify::{Options, perform};

const LESSON: &str = r#"---
format: 1
titre: Un `volume`
duree: 5 min
objectifs: [Voir]
images: ["busybox:1.36"]
---

## Une <partie>

Du **texte**, <script>alert(1)</script> et [un lien](javascript:alert(1)).

```commande
docker volume create notes
```

```prediction
commande: docker exec absent cat /a<b
question: "Que se passe-t-il ?"
choix:
  - {dit: Rien, refute: Non.}
  - {juste: Une erreur, parce-que: Il manque.}
code: 1
```

```schema couches
legende: Les couches.
```

```commande
docker volume rm notes
```
"#;

/// The lesson above, and its page.
async fn performed(text: &str) -> (Lesson, String) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("01-essai");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("lecon.md"), text).unwrap();
    let course = Course::from_folder(folder.path()).unwrap();
    let options = Options {
        engine: "simule".to_owned(),
        ..Options::default()
    };
    let played = perform(&course, &options, &mut |_| {}).await.unwrap();
    assert_eq!(played.findings, []);
    let read = course.entries()[0].load().unwrap();
    let html = lesson(&read, &played.performed);
    (read, html)
}

/// The titles of the steps of a page, in order.
fn steps(html: &str) -> Vec<String> {
    let titles = html.split("<h3 id=\"etape-").skip(1);
    titles
        .enumerate()
        .map(|(rank, it)| {
            let (number, rest) = it.split_once("\">").unwrap();
            assert_eq!(number, (rank + 1).to_string());
            let code = rest.split_once("<code>").unwrap().1;
            code.split_once("</code>").unwrap().0.to_owned()
        })
        .collect()
}

/// Its headings, in order: 1 to 6.
fn headings(html: &str) -> Vec<u32> {
    let after = html.split("<h").skip(1);
    let levels = after.filter_map(|it| it.chars().next()?.to_digit(10));
    levels.collect()
}

fn assert_readable(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"));
    for absent in [
        "<script",
        "javascript:",
        " src=",
        "<link",
        "@import",
        "url(",
    ] {
        assert!(!html.contains(absent), "{absent}");
    }
    for once in ["<main ", "<h1>", "<header>", "<title>"] {
        assert_eq!(html.matches(once).count(), 1, "{once}");
    }
    let levels = headings(html);
    assert_eq!(levels.first(), Some(&1));
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{levels:?}");
    }
    let mut seen = BTreeMap::new();
    for it in html.split(" id=\"").skip(1) {
        let id = it.split('"').next().unwrap();
        *seen.entry(id).or_insert(0) += 1;
    }
    assert!(seen.values().all(|it| *it == 1), "{seen:?}");
    let figures = html.matches("<figure>").count();
    assert_eq!(figures, html.matches("<figcaption>").count());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_shows_what_its_commands_really_do() {
    let (read, html) = performed(LESSON).await;
    assert_readable(&html);
    let script = Script::of(&read);
    let lines: Vec<String> = script
        .lines()
        .map(|(_, line)| crate::text::html::escape(line))
        .collect();
    assert_eq!(steps(&html), lines);
    assert_eq!(lines.len(), 3);
    assert!(html.contains("<h2 id=\"partie-1\">Une"), "{html}");
    assert!(html.contains(">notes</pre>"), "{html}");
    let made =
        "<li class=\"added\"><span aria-hidden=\"true\">+</span> Nouveau\u{a0}: volume notes.";
    assert!(html.contains(made), "{html}");
    assert!(html.contains("Supprimé\u{a0}: volume notes."), "{html}");
    assert!(html.contains("code de sortie 1."), "{html}");
    // The shell's own words about a file that is not there.
    assert!(html.contains("open b: no such file"), "{html}");
    assert!(
        html.contains("<strong>Juste.</strong> Il manque."),
        "{html}"
    );
    assert!(html.contains("En phrases\u{a0}:"), "{html}");
}

/// A recording of the embedded lesson's demo: its first commands, as ours are.
fn recorded(places: bool) -> (Recording, Lesson) {
    let read = Course::embedded().find("image-conteneur").unwrap().load();
    let read = read.unwrap();
    let script = Script::of(&read);
    let mut text =
        "{\"version\": 2, \"width\": 40, \"height\": 5, \"timestamp\": 1700000000}\n".to_owned();
    let mut event = |code: &str, data: String| {
        text.push_str(&serde_json::json!([1.0, code, data]).to_string());
        text.push('\n');
    };
    for (rank, line) in script.lines().take(4) {
        let part = script.beats[rank].section;
        let place = serde_json::json!({"lesson": read.id, "part": part, "beat": rank});
        if places {
            event("place", place.to_string());
        }
        event("m", line.to_owned());
        event("o", format!("écran {rank}\r\n"));
        if places {
            let outcome = serde_json::json!({"status": 0, "output": format!("dit {rank}\n"),
                "changes": [["-", format!("Supprimé\u{a0}: <{rank}>.")]]});
            event("outcome", outcome.to_string());
        }
    }
    (Recording::parse(&text).unwrap(), read)
}

#[test]
fn a_recording_s_steps_are_its_markers() {
    for places in [true, false] {
        let (taken, read) = recorded(places);
        let exported = recording(&taken, &Course::embedded());
        assert_eq!(exported.notices, [] as [String; 0]);
        let html = exported.html;
        assert_readable(&html);
        let names: Vec<String> = taken
            .markers()
            .map(|(_, name)| crate::text::html::escape(name))
            .collect();
        assert_eq!(steps(&html), names);
        let script = Script::of(&read);
        let ranks: Vec<usize> = script.lines().map(|(rank, _)| rank).collect();
        for rank in &ranks[..4] {
            let wanted = if places {
                vec![
                    format!("dit {rank}</pre>"),
                    format!("−</span> Supprimé\u{a0}: &lt;{rank}&gt;."),
                ]
            } else {
                vec![format!("écran {rank}")]
            };
            for wanted in wanted {
                assert!(html.contains(&wanted), "{wanted}\n{html}");
            }
        }
        // What the lesson said before the last one, and nothing of what comes after.
        assert_eq!(html.contains("<h2 id=\"partie-1\">Les étapes"), !places);
        let later = read.sections.last().unwrap();
        assert!(!html.contains(&later.title));
    }
}

#[test]
fn a_lesson_that_changed_since_gives_no_prose() {
    let (mut taken, _) = recorded(true);
    for event in &mut taken.events {
        if let crate::cast::What::Marker(name) = &mut event.what {
            "docker info".clone_into(name);
            break;
        }
    }
    let exported = recording(&taken, &Course::embedded());
    assert_eq!(exported.notices.len(), 1);
    assert_eq!(steps(&exported.html).len(), 4);
    assert!(exported.html.contains("Les étapes"));
}

/// The colours of a block of the style sheet, by name.
fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
    let pairs = block.split("--").skip(1).filter_map(|it| {
        let (name, rest) = it.split_once(": #")?;
        let digits = rest.split(';').next()?;
        let digits: String = match digits.len() {
            3 => digits.chars().flat_map(|it| [it, it]).collect(),
            _ => digits.to_owned(),
        };
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        Some((name, [0, 2, 4].map(|at| f64::from(byte(at)) / 255.0)))
    });
    pairs.collect()
}

/// The contrast of two colours, as the WCAG define it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |it: [f64; 3]| {
        let [red, green, blue] = it.map(|part| {
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_has_contrast_in_light_in_dark_and_on_paper() {
    let sheets: Vec<_> = include_str!("page.css")
        .split(":root {")
        .skip(1)
        .map(|it| colours(it.split('}').next().unwrap()))
        .collect();
    assert_eq!(sheets.len(), 3);
    for sheet in sheets {
        for text in ["text", "title", "faint", "added", "removed", "changed"] {
            for ground in ["page", "code", "aside"] {
                let found = contrast(sheet[text], sheet[ground]);
                assert!(found >= 4.5, "--{text} on --{ground}: {found:.2}");
            }
        }
    }
}

/// The page of what a terminal of this size got.
fn page_of(size: (u16, u16), events: &[(&str, &str)]) -> String {
    let (cols, rows) = size;
    let mut text = format!("{{\"version\":2,\"width\":{cols},\"height\":{rows}}}\n");
    for (code, data) in events {
        text += &serde_json::json!([0, code, data]).to_string();
        text.push('\n');
    }
    let read = Recording::parse(&text).unwrap();
    recording(&read, &Course::embedded()).html
}

#[test]
fn a_terminal_of_one_cell_is_exported_too() {
    let drawn = "日é\r\n\u{1b}[99Sx\r\n\u{1b}[2;1H日日";
    for size in [(1, 1), (1, 2), (2, 1), (3, 1)] {
        let html = page_of(
            size,
            &[("m", "une"), ("o", drawn), ("r", "1x1"), ("o", drawn)],
        );
        assert_eq!(steps(&html), ["une"], "{size:?}");
    }
}

#[test]
fn what_was_shown_is_still_there_when_the_window_changes() {
    let html = page_of((80, 24), &[("m", "ls"), ("o", "bonjour"), ("r", "100x30")]);
    assert!(html.contains("bonjour"), "{html}");
}

#[test]
fn a_place_that_no_lesson_has_ends_nothing() {
    let place = |part: usize, beat: usize| {
        serde_json::json!({"lesson": "couches", "part": part, "beat": beat}).to_string()
    };
    let lesson = Course::embedded().find("couches").unwrap().load().unwrap();
    let script = Script::of(&lesson);
    let (rank, line) = script.lines().next().unwrap();
    let first = place(script.beats[rank].section, rank);
    let last = place(0, usize::MAX);
    let html = page_of(
        (80, 24),
        &[("place", &first), ("m", line), ("place", &last)],
    );
    assert!(
        steps(&html).len() == 1 && html.contains("Une image est une pile"),
        "{html}"
    );
}
