//! The glossary reads, names what it refers to, and finds words in a text.

use std::collections::BTreeSet;

use super::*;

fn glossary() -> &'static Glossary {
    Glossary::embedded().expect("the glossary reads")
}

#[test]
fn every_word_has_one_name_and_refers_to_others_that_exist() {
    let mut names = BTreeSet::new();
    for term in glossary().terms() {
        for form in std::iter::once(&term.name).chain(&term.forms) {
            assert!(names.insert(words(form)), "{form} is there twice");
        }
        assert!(!term.related.contains(&term.name), "{}", term.name);
        for name in &term.related {
            let found = glossary().terms().any(|it| it.name == *name);
            assert!(found, "{} refers to {name}", term.name);
        }
    }
    assert!(glossary().terms().count() >= 73);
}

#[test]
fn definitions_are_short_and_in_typographic_french() {
    for term in glossary().terms() {
        let text = &term.definition;
        let sentences = text.split_inclusive(['.', '?', '!']);
        let count = sentences.filter(|it| it.ends_with(['.', '?', '!'])).count();
        assert!(text.ends_with('.'), "{}", term.name);
        assert!(text.chars().count() <= 330, "{} is long", term.name);
        assert!(count >= 1, "{}", term.name);
        for (code, piece) in crate::text::sheet::pieces(text) {
            assert!(code || !piece.contains('\''), "{piece}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!piece.contains(mark), "no-break space: {piece}");
            }
        }
        assert!(!text.contains("c’est simple") && !text.contains("il suffit"));
    }
}

#[test]
fn a_word_is_found_under_its_forms() {
    let found = |word: &str| glossary().resolve(word).map(|it| it.name.as_str());
    assert_eq!(found("Couches inscriptibles"), Some("couche inscriptible"));
    assert_eq!(found("CONTENEUR"), Some("conteneur"));
    assert_eq!(found("reseaux"), Some("réseau"));
    assert_eq!(found("PID 1"), Some("processus principal"));
    assert_eq!(found("démarre"), Some("démarrer"));
    assert_eq!(found("xyzzy"), None);
    assert_eq!(found(""), None);
}

#[test]
fn the_words_of_a_text_come_in_its_order() {
    let text =
        "L’image est en lecture seule ; la **couche inscriptible** de `jumeau1` ne l’est pas.";
    let names: Vec<_> = glossary()
        .occurring(text)
        .into_iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["image", "couche inscriptible", "couche"]);
}

#[test]
fn a_search_puts_the_word_itself_first() {
    let found = glossary().search("volume");
    assert_eq!(
        (found[0].0, found[0].1[0].name.as_str()),
        ("Ce mot", "volume")
    );
    let rest = found[1..].iter().flat_map(|(_, terms)| terms);
    assert!(rest.clone().all(|it| it.name != "volume"));
    assert!(rest.count() > 0);
    assert!(glossary().search("xyzzy").is_empty());
    let all = glossary().search("");
    assert_eq!(all.len(), glossary().themes.len());
}
