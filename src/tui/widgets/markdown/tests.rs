//! Every construct, at every width.

use super::*;

const SAMPLE: &str = "\
# Titre

Un *mot* et **deux** avec `docker run`, puis une fin de phrase\u{a0}: vraiment\u{a0}?

- une puce assez longue pour passer à la ligne suivante
- deux
  1. premier
  2. second

> Une citation qui, elle aussi, passe à la ligne.

| Objet | Ce que c’est |
|---|---|
| image | une pile de couches en lecture seule |
| conteneur | un processus et sa couche inscriptible |

```
docker ps   -a
```

<!-- note: caché -->
";

#[test]
fn renders_every_construct() {
    let lines = render(SAMPLE, 38, &Theme::dark());
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    assert!(lines.iter().all(|line| line.width() <= 38));
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn code_spans_and_emphasis_have_their_style() {
    let theme = Theme::dark();
    let lines = render("a `b` *c*", 20, &theme);
    let styles: Vec<_> = lines[0]
        .spans
        .iter()
        .map(|span| (span.content.as_ref(), span.style))
        .collect();
    assert!(styles.contains(&("b", theme.code)), "{styles:?}");
    assert!(styles.contains(&("c", theme.emphasis)), "{styles:?}");
}

#[test]
fn any_width_holds() {
    for width in 0..60 {
        let limit = width.max(12);
        assert!(
            render(SAMPLE, width, &Theme::dark())
                .iter()
                .all(|it| it.width() <= limit)
        );
    }
}

#[test]
fn a_line_of_code_that_is_cut_says_so() {
    let lines = render("```\n0123456789abcdef\nfin\n```", 12, &Theme::dark());
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(text, ["│ 0123456789", "↪ abcdef", "│ fin"]);
}

#[test]
fn words_without_their_marks() {
    assert_eq!(
        plain("un **mot** et `docker`", &Theme::dark()),
        "un mot et docker"
    );
}

/// Every word of a table is whole on a line, as far as the width allows.
#[test]
fn no_table_of_the_course_cuts_a_word() {
    let tables = |text: &str| -> Vec<String> {
        let mut tables = vec![String::new()];
        for line in text.lines() {
            match tables.last_mut() {
                Some(last) if line.starts_with('|') => last.extend([line, "\n"]),
                Some(last) if !last.is_empty() => tables.push(String::new()),
                _ => {}
            }
        }
        tables.retain(|it| !it.is_empty());
        tables
    };
    let mut seen = 0;
    for entry in crate::lesson::Course::embedded().entries() {
        let lesson = entry.load().unwrap();
        let proses = lesson.blocks().filter_map(|block| match block {
            crate::lesson::Block::Prose(text) => Some(text),
            _ => None,
        });
        for table in proses.flat_map(|text| tables(text)) {
            let marks = |it: &str| it.replace(['`', '*'], "");
            let cells = table.lines().filter(|it| !it.starts_with("|--"));
            let words: Vec<String> = cells
                .flat_map(|it| it.split(['|', ' ']).map(marks).collect::<Vec<_>>())
                .filter(|it| !it.is_empty() && !it.contains('\\'))
                .collect();
            for width in [34, 45, 60, 76] {
                let lines = render(&table, width, &Theme::dark());
                let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
                let text = text.join("\n");
                for line in text.lines() {
                    assert!(line.width() <= width, "{width}:\n{text}");
                }
                for word in &words {
                    // One that is longer is cut after a sign.
                    let whole = word.split_inclusive(['/', '.', '-', '_', ':', '=', ',', '@']);
                    let fits = word.width() <= width / 4;
                    let held = text.contains(word.as_str());
                    let parted = whole.into_iter().all(|part| text.contains(part));
                    assert!(held || (!fits && parted), "{word} at {width}:\n{text}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn a_table_with_no_room_for_columns_is_told_cell_by_cell() {
    let table = "| Commande | Effet | Fichier |\n|---|---|---|\n| docker-compose-up | redemarrer | /etc/docker/daemon |\n";
    let lines = render(table, 26, &Theme::dark());
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "Commande\u{a0}:",
            "  docker-compose-up",
            "  Effet\u{a0}: redemarrer",
            "  Fichier\u{a0}:",
            "    /etc/docker/daemon",
        ]
    );
}
