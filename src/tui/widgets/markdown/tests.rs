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
