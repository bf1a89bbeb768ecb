use super::*;
use crate::lesson::goal::{ContainerGoal, Count, FieldGoal, Matcher};

const HEAD: &str = "---\nformat: 1\ntitre: T\nduree: 5 min\nobjectifs: [o]\n---\n";

/// The faults of a body that begins on line 7.
fn faults(body: &str) -> Vec<String> {
    match parse("lecon.md", "l", 1, &format!("{HEAD}{body}\n")) {
        Ok(lesson) => panic!("read: {lesson:#?}"),
        Err(errors) => errors
            .0
            .iter()
            .map(|it| it.to_string().replace('\u{a0}', " "))
            .collect(),
    }
}

#[track_caller]
fn fault(body: &str, at: &str, words: &str) {
    let found = faults(body);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with(&format!("lecon.md:{at}: ")),
        "{}",
        found[0]
    );
    assert!(found[0].contains(words), "{}", found[0]);
}

#[track_caller]
fn head_fault(head: &str, at: &str, words: &str) {
    let errors = parse("lecon.md", "l", 1, head).expect_err("a fault");
    let found = errors.to_string().replace('\u{a0}', " ");
    assert!(found.starts_with(&format!("lecon.md:{at}: ")), "{found}");
    assert!(found.contains(words), "{found}");
}

fn lesson(body: &str) -> Lesson {
    parse("lecon.md", "l", 7, &format!("{HEAD}{body}\n")).unwrap_or_else(|it| panic!("{it}"))
}

/// An exercise with this `but`, the goal beginning on line 10.
fn goal_body(goal: &str) -> String {
    format!("```exercice e\nconsigne: c\nbut:\n{goal}\nindices: [i]\nsolution: docker ps\n```")
}

#[test]
fn a_lesson_is_read_in_order() {
    let lesson = lesson(
        "Avant.\n\n## Un *titre* à `code`\n\nTexte\nsur deux lignes.\n\n- a\n- b\n\n```commande\ndocker ps\n\ndocker run \\\n  busybox\n```\n\n<!-- note: Dire ceci. -->\n\n<!-- pour moi -->\n\nFin.\n\n```console\n$ docker ps\n```\n\n## Deux\n\n```quiz\nquestion: q\nchoix: [{juste: a, parce-que: b}, {dit: c, refute: d}]\n```",
    );
    assert_eq!((lesson.number, lesson.duration.as_secs()), (7, 300));
    let titles: Vec<_> = lesson.sections.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["", "Un titre à code", "Deux"]);
    let blocks = &lesson.sections[1].blocks;
    assert_eq!(
        blocks[0],
        Block::Prose("Texte\nsur deux lignes.\n\n- a\n- b".into())
    );
    assert_eq!(blocks[1], Block::Command("docker ps".into()));
    assert_eq!(blocks[2], Block::Command("docker run \\\n  busybox".into()));
    assert_eq!(blocks[3], Block::Note(Note("Dire ceci.".into())));
    let Block::Prose(end) = &blocks[4] else {
        panic!("prose: {blocks:#?}")
    };
    assert!(
        end.contains("Fin.") && end.contains("```console\n$ docker ps\n```"),
        "{end}"
    );
    let Block::Quiz(quiz) = &lesson.sections[2].blocks[0] else {
        panic!("a quiz")
    };
    assert_eq!(quiz.id, "quiz-1");
    assert!(quiz.choices[0].right && !quiz.choices[1].right);
}

#[test]
fn durations_are_french() {
    for (words, minutes) in [
        ("15 min", 15),
        ("1 h", 60),
        ("1 h 30", 90),
        ("40\u{a0}min", 40),
    ] {
        assert_eq!(
            duration(words),
            Some(Duration::from_secs(minutes * 60)),
            "{words}"
        );
    }
    for words in ["", "15", "0 min", "une heure", "h", "-5 min"] {
        assert_eq!(duration(words), None, "{words}");
    }
}

#[test]
fn goals_are_typed() {
    let lesson = lesson(&goal_body(
        "  - conteneur: {nom: c1, etat: [running, exited], exactement: 2}\n    sinon: Non.\n  - inspect: {image: i1, champs: {Size: {au-plus: 5m}, A.B: true}}",
    ));
    let exercise = lesson.exercises().next().expect("an exercise");
    assert_eq!((exercise.position.line, exercise.position.column), (7, 1));
    let Matcher::Container(ContainerGoal { states, count, .. }) = &exercise.goals[0].matcher else {
        panic!("a container")
    };
    assert_eq!((states.len(), *count), (2, Count::Exactly(2)));
    assert_eq!(exercise.goals[0].otherwise.as_deref(), Some("Non."));
    let Matcher::Inspect(inspect) = &exercise.goals[1].matcher else {
        panic!("an inspection")
    };
    assert_eq!(
        inspect.fields[0],
        ("Size".into(), FieldGoal::AtMost("5m".into()))
    );
    assert_eq!(
        inspect.fields[1],
        ("A.B".into(), FieldGoal::Is("true".into()))
    );
}

#[test]
fn experiments_are_texts_or_trials() {
    let body = |experience: &str| {
        format!("```idee-recue M01\non-croit: a\nen-fait: b\nexperience: {experience}\n```")
    };
    let experiment = |experience: &str| {
        let lesson = lesson(&body(experience));
        let Some(Block::Misconception(it)) = lesson.blocks().next().cloned() else {
            panic!("a misconception")
        };
        assert_eq!(it.id, "M01");
        it.experiment
    };
    let text = experiment("|\n  docker run x\n  docker diff x");
    assert_eq!(text.len(), 2);
    let list = experiment(
        "\n  - docker run x\n  - commande: docker diff x\n    sortie: [A /x, B]\n    code: 1\n    attendu:\n      - conteneur: {nom: x1}",
    );
    assert_eq!(
        list[0],
        Trial {
            command: "docker run x".into(),
            expected: Expectation::default()
        }
    );
    assert_eq!(list[1].expected.output, ["A /x", "B"]);
    assert_eq!(
        (list[1].expected.status, list[1].expected.goals.len()),
        (1, 1)
    );
    fault(
        &body("\n  - commande: docker ps\n    codes: 1"),
        "12:5",
        "vouliez-vous dire « code »",
    );
}

#[test]
fn the_front_matter_is_checked() {
    head_fault("# Titre\n", "1:1", "commence par un en-tête");
    head_fault("---\nformat: 1\n", "1:1", "n’est jamais fermé");
    head_fault(
        &HEAD.replace("format: 1", "format: 2"),
        "2:9",
        "lit le format 1",
    );
    head_fault(&HEAD.replace("5 min", "longtemps"), "4:8", "40 min");
    head_fault(
        &HEAD.replace("titre", "title"),
        "3:1",
        "vouliez-vous dire « titre »",
    );
    head_fault(
        &HEAD.replace("titre: T\n", ""),
        "4:1",
        "il manque la clé « titre »",
    );
    head_fault(
        &HEAD.replace("titre: T", "titre: a: b"),
        "3:9",
        "guillemets droits",
    );
    head_fault(
        &HEAD.replace("titre: T", "titre: [a]"),
        "3:8",
        "on attend un texte",
    );
    head_fault(
        &HEAD.replace("titre: T", "titre: T\ntitre: U"),
        "4:1",
        "écrite deux fois",
    );
    head_fault(
        &HEAD.replace("titre: T", "titre:"),
        "3:6",
        "il manque une valeur",
    );
}

#[test]
fn unknown_keys_suggest_the_nearest() {
    fault(
        &goal_body("  - conteneur: {nom: c1, etta: running}"),
        "10:26",
        "« etat »",
    );
    fault(
        &goal_body("  - conteneurs: {nom: c1}"),
        "10:5",
        "« conteneur »",
    );
    fault(
        &goal_body("  - modification: {conteneur: c1, Chemin: /a}"),
        "10:35",
        "« chemin »",
    );
    fault(
        &goal_body("  - zzz: 1"),
        "10:5",
        "on attend : conteneur, image",
    );
    fault(
        &goal_body("  - {conteneur: {nom: c1}, code_sortie: 1}"),
        "10:28",
        "clé inconnue",
    );
    let inside = "  - inspect: {conteneur: c1, champs: {A: {au-mions: 1}}}";
    fault(&goal_body(inside), "10:43", "« au-moins »");
}

#[test]
fn values_of_the_wrong_sort_are_told_apart() {
    fault(
        &goal_body("  - conteneur: {nom: [c1]}"),
        "10:22",
        "on attend un texte",
    );
    fault(
        &goal_body("  - conteneur: c1"),
        "10:16",
        "des clés et leurs valeurs",
    );
    fault(
        &goal_body("  - port: {conteneur: c1, hote: grand}"),
        "10:33",
        "nombre entier",
    );
    fault(
        &goal_body("  - port: {conteneur: c1, hote: 70000}"),
        "10:33",
        "nombre entier",
    );
    fault(
        &goal_body("  - conteneur: {nom: c1, nouveau: oui}"),
        "10:35",
        "true ou false",
    );
    fault(
        "```exercice e\nconsigne: c\nbut: 12\nindices: [i]\nsolution: x\n```",
        "9:6",
        "une liste",
    );
    fault(
        &goal_body("  - conteneur: {nom: }"),
        "10:20",
        "il manque une valeur",
    );
}

#[test]
fn goals_that_mean_nothing_are_refused() {
    fault(
        &goal_body("  - conteneur: {nom: c1, etat: demarre}"),
        "10:5",
        "état inconnu « demarre »",
    );
    fault(
        &goal_body("  - conteneur: {au-moins: 1}"),
        "10:5",
        "n’importe quel conteneur",
    );
    fault(
        &goal_body("  - image: {nouveau: true, au-moins: 0}"),
        "10:5",
        "toujours vrai",
    );
    fault(
        &goal_body("  - image: {nom: a, absent: true, exactement: 1}"),
        "10:5",
        "s’excluent",
    );
    fault(
        &goal_body("  - volume: {nom: a, absent: false}"),
        "10:5",
        "retirez cette clé",
    );
    fault(
        &goal_body("  - modification: {conteneur: c1, genre: M}"),
        "10:5",
        "genre inconnu",
    );
    fault(
        &goal_body("  - modification: {conteneur: c1, chemin: note}"),
        "10:5",
        "commence par",
    );
    fault(
        &goal_body("  - inspect: {champs: {A: 1}}"),
        "10:5",
        "un seul",
    );
    fault(
        &goal_body("  - inspect: {conteneur: c1, champs: {.A: 1}}"),
        "10:5",
        "sans le point",
    );
    fault(
        &goal_body("  - sinon: rien"),
        "10:5",
        "il manque une condition",
    );
    fault(
        &goal_body("  - conteneur: {nom: c1}\n    image: {nom: i}"),
        "10:5",
        "une seule condition par ligne",
    );
    fault(&goal_body("  []"), "7:1", "« but » est vide");
}

#[test]
fn blocks_are_ours_named_once_and_closed() {
    fault(
        "```exercise e\n```",
        "7:4",
        "vouliez-vous dire « exercice »",
    );
    fault(
        "Texte.\n\n```quiz\nquestion: q",
        "9:1",
        "n’est jamais fermé",
    );
    fault("<!-- note: oubliée\n\nTexte.", "7:1", "n’est jamais fermé");
    fault("<div>\n\nTexte.", "7:1", "pas de HTML");
    fault(
        "- item\n\n  ```commande\n  docker ps\n  ```",
        "9:3",
        "hors de toute liste",
    );
    fault("```commande\n```", "7:1", "vide");
    fault("```commande docker ps\n```", "7:1", "rien ne suit");
    fault("```quiz\n```", "8:1", "vide");
    fault(
        &goal_body("  - conteneur: {nom: c1}").replace("exercice e", "exercice"),
        "7:1",
        "un nom",
    );
    fault(
        &goal_body("  - conteneur: {nom: c1}").replace("exercice e", "exercice é"),
        "7:1",
        "lettres",
    );
    let twice = format!("{0}\n\n{0}", goal_body("  - conteneur: {nom: c1}"));
    fault(&twice, "15:1", "sert déjà ligne 7");
}

#[test]
fn answers_are_justified() {
    let quiz = |choices: &str| format!("```quiz\nquestion: q\nchoix:\n{choices}\n```");
    fault(
        &quiz("  - {juste: a}\n  - {dit: b, refute: c}"),
        "10:5",
        "parce-que",
    );
    fault(
        &quiz("  - {juste: a, parce-que: b}\n  - {dit: b}"),
        "11:5",
        "refute",
    );
    fault(
        &quiz("  - {juste: a, parce-que: b}\n  - {juste: a, parce-que: b}"),
        "7:1",
        "il y en a 2",
    );
    fault(
        &quiz("  - {dit: a, refute: b}\n  - {dit: a, refute: b}"),
        "7:1",
        "il y en a 0",
    );
    fault(
        &quiz("  - {juste: a, parce-que: b}"),
        "7:1",
        "une réponse fausse",
    );
    fault(
        &quiz("  - {juste: a, dit: b}"),
        "10:5",
        "« juste » et « parce-que »",
    );
}

#[test]
fn cases_have_a_condition_words_and_an_attempt() {
    let case = |case: &str| {
        goal_body("  - conteneur: {nom: c1}")
            .replace("\nindices", &format!("\ncas:\n{case}\nindices"))
    };
    fault(
        &case("  - {si: [], dire: a, essai: b}"),
        "12:5",
        "toujours vrai",
    );
    fault(
        &case("  - dire: a\n    essai: b"),
        "13:5",
        "il manque la clé « si »",
    );
    fault(
        &case("  - si: [{conteneur: {nom: c1}, sinon: a}]\n    dire: a\n    essai: b"),
        "12:10",
        "écrivez « dire »",
    );
    fault(
        &case("  - si: [{conteneur: {nom: c1}}]\n    dire: a\n    essai: \"\""),
        "14:12",
        "une commande",
    );
}

#[test]
fn every_fault_of_a_file_is_reported_in_order() {
    let body = "```quizz\n```\n\n```quiz\nquestion: q\nchoix: 3\n```\n\n```commande\n```";
    let found = faults(body);
    let lines: Vec<_> = found
        .iter()
        .map(|it| it.split(':').nth(1).unwrap_or_default())
        .collect();
    assert_eq!(lines, ["7", "12", "15"], "{found:#?}");
}

#[test]
fn no_file_makes_it_panic() {
    let whole = include_str!("../../../lessons/03-image-conteneur/lecon.md");
    // Cut anywhere, and with any line taken out.
    for (end, _) in whole.char_indices().step_by(37) {
        let _read_or_not = parse("lecon.md", "l", 1, &whole[..end]);
    }
    let lines: Vec<_> = whole.lines().collect();
    for without in 0..lines.len() {
        let mut kept = lines.clone();
        kept.remove(without);
        let _read_or_not = parse("lecon.md", "l", 1, &kept.join("\n"));
    }
    for text in [
        "",
        "---",
        "---\n",
        "---\n---",
        "---\n---\n",
        "\u{feff}",
        "---\n\0\n---\n",
    ] {
        assert!(parse("lecon.md", "l", 1, text).is_err(), "{text:?}");
    }
}
