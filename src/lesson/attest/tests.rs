//! What an attestation says of a lesson half done, and what it never says.

use super::*;
use crate::lesson::parse;
use crate::lesson::progress::Seen;

const LESSON: &str = r#"---
format: 1
titre: Image | conteneur <b>
duree: 5 min
objectifs: [Voir]
---

## Tout

```exercice lancer
consigne: Lancez `vitrine`.
but:
  - conteneur: {nom: vitrine, etat: running}
cas:
  - si: [{conteneur: {nom: vitrine, etat: exited}}]
    dire: Il s’est arrêté.
    essai: docker run --name vitrine busybox:1.36 true
indices: [Un, Deux, Trois]
solution: docker start vitrine
```

```exercice arreter
consigne: Arrêtez `vitrine`.
but:
  - conteneur: {nom: vitrine, etat: exited}
cas:
  - si: [{conteneur: {nom: vitrine, absent: true}}]
    dire: Il n’existe plus.
    essai: docker rm -f vitrine
indices: [Un, Deux, Trois]
solution: docker stop vitrine
```

```quiz juste
question: Oui ?
choix:
  - {dit: "Non", refute: Si.}
  - {juste: "Oui", parce-que: Voilà.}
```

```quiz faux
question: Oui ?
choix:
  - {dit: "Non", refute: Si.}
  - {juste: "Oui", parce-que: Voilà.}
```

```observation pid
question: Quel PID ?
commande: docker inspect vitrine
reponse: {conteneur: vitrine, champ: State.Pid}
explication: Celui de l’hôte.
```
"#;

fn attestation(progress: &Progress, name: Option<&str>) -> Attestation {
    let lesson = parse("lecon.md", "essai", 3, LESSON).expect("a lesson");
    let other = parse("lecon.md", "autre", 4, LESSON).expect("a lesson");
    let whose = (name.map(str::to_owned), "21/11/2026".to_owned());
    Attestation::of([&lesson, &other], progress, whose, |at| {
        format!("jour {at}")
    })
}

fn half_done() -> Progress {
    let mut progress = Progress::default();
    progress.show_hints("essai", "lancer", 2);
    progress.finish("essai", "lancer", 12, Some("Docker 29.1".to_owned()));
    progress.choose("essai", "juste", 1);
    progress.choose("essai", "faux", 0);
    let seen = Seen {
        at_first: true,
        at: 13,
        engine: None,
    };
    progress.see("essai", "pid", seen);
    progress
}

#[test]
fn it_counts_what_was_verified_and_nothing_else() {
    let it = attestation(&half_done(), None);
    assert_eq!((it.lessons.len(), it.course), (1, 2));
    let shown = &it.lessons[0];
    assert_eq!((shown.met.len(), shown.exercises), (1, 2));
    let count = |at_first, answered, all| Count {
        at_first,
        answered,
        all,
    };
    assert_eq!(shown.questions, count(1, 2, 2));
    assert_eq!(shown.observations, count(1, 1, 1));
    assert!(!shown.is_complete());
    insta::assert_snapshot!("markdown", it.markdown());
}

#[test]
fn a_finished_lesson_counts_as_such() {
    let mut progress = half_done();
    progress.finish("essai", "arreter", 14, None);
    let it = attestation(&progress, None);
    assert!(it.lessons[0].is_complete());
    let finished = "Leçons finies\u{a0}: 1, sur les 2 du cours.";
    assert!(it.markdown().contains(finished), "{}", it.markdown());
    assert!(it.markdown().contains("moteur non noté"));
}

#[test]
fn it_says_what_it_does_not_prove_even_when_nothing_was_done() {
    let it = attestation(&Progress::default(), Some("Ada <script>"));
    assert!(it.lessons.is_empty());
    for limit in LIMITS {
        assert!(it.markdown().contains(limit), "{limit}");
        assert!(it.html().contains(limit), "{limit}");
    }
}

#[test]
fn names_and_titles_are_shown_as_they_are() {
    let it = attestation(&half_done(), Some("Ada <script>| *x*\n# y"));
    let html = it.html();
    assert!(
        html.contains("Ada &lt;script&gt;") && !html.contains("<script"),
        "{html}"
    );
    assert!(html.contains("Image | conteneur &lt;b&gt;"), "{html}");
    let markdown = it.markdown();
    assert!(
        markdown.contains(r"Ada \<script\>\| \*x\* \# y"),
        "{markdown}"
    );
}
