use crate::lesson::goal::Matcher;
use crate::lesson::model::{Block, DiagramKind, File, Form, Probe};
use crate::lesson::{Lesson, parse};

const HEAD: &str = "---\nformat: 1\ntitre: T\nduree: 5 min\nobjectifs: [o]\n---\n";

fn lesson(body: &str) -> Lesson {
    parse("l.md", "l", 1, &format!("{HEAD}{body}\n")).unwrap_or_else(|it| panic!("{it}"))
}

/// The only fault of a body that begins on line 7.
#[track_caller]
fn fault(body: &str, at: &str, words: &str) {
    let errors = parse("l.md", "l", 1, &format!("{HEAD}{body}\n")).expect_err("a fault");
    let found = errors.to_string().replace('\u{a0}', " ");
    assert!(found.starts_with(&format!("l.md:{at}: ")), "{found}");
    assert!(found.contains(words), "{found}");
    assert_eq!(errors.0.len(), 1, "{found}");
}

fn observation(answer: &str) -> String {
    format!(
        "```observation vu\nquestion: q\ncommande: docker ps\nreponse: {answer}\nexplication: e\n```"
    )
}

fn probe(answer: &str) -> Probe {
    match lesson(&observation(answer)).blocks().next() {
        Some(Block::Observation(it)) => it.probe.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_observation_reads_a_field_a_number_or_the_engine() {
    let field = probe("{conteneur: jumeau1, champ: State.Pid}");
    assert!(matches!(field, Probe::Field { path, .. } if path == "State.Pid"));
    let number = probe("{compte: {conteneur: {etat: running}}}");
    assert!(matches!(number, Probe::Count(Matcher::Container(goal)) if goal.states.len() == 1));
    let any = probe("{compte: {image: {}}}");
    assert!(matches!(any, Probe::Count(Matcher::Image(_))));
    let engine = probe("{champ-moteur: KernelVersion}");
    assert_eq!(engine, Probe::Engine("KernelVersion".to_owned()));
}

#[test]
fn what_an_observation_cannot_read_is_refused() {
    for (answer, words) in [
        ("{conteneur: a}", "il manque « champ »"),
        ("{conteneur: a, image: b, champ: c}", "un objet et un seul"),
        ("{conteneur: a, champ: .Id}", "sans le point"),
        ("{champ: Id}", "une réponse se lit"),
        ("{compte: {port: {conteneur: a}}}", "« compte » compte"),
        ("{compte: {image: {}, volume: {}}}", "une seule de ces clés"),
        ("{compte: {image: {exactement: 2}}}", "demande combien"),
        ("{champ-moteur: Name, conteneur: a}", "une réponse se lit"),
    ] {
        fault(&observation(answer), "10:10", words);
    }
    let form = observation("{champ-moteur: Name}").replace("\nexpl", "\nforme: mots\nexpl");
    fault(&form, "11:8", "forme inconnue « mots »");
    let bytes = form.replace("mots", "octets");
    let found = lesson(&bytes);
    assert!(
        matches!(found.blocks().next(), Some(Block::Observation(it)) if it.form == Form::Bytes)
    );
}

#[test]
fn a_file_is_written_before_the_start_by_a_command_that_can_be_read() {
    let found = lesson(
        "```fichier site/Dockerfile\nFROM a\n```\n```fichier note.txt\nx\n```\n```fichier site/Dockerfile\nFROM b\n```\n```observation vu\nquestion: q\nfichiers: [note.txt, \"site/Dockerfile#2\"]\ndepart: docker ps\ncommande: docker ps\nreponse: {champ-moteur: Name}\nexplication: e\n```",
    );
    let Some(Block::Observation(observation)) = found.blocks().last() else {
        panic!("no observation");
    };
    assert_eq!(
        observation.start_lines(),
        [
            "mkdir -p ~/moussaillon && cat > ~/moussaillon/note.txt <<'FIN'\nx\nFIN",
            "mkdir -p ~/moussaillon/site && cat > ~/moussaillon/site/Dockerfile <<'FIN'\nFROM b\nFIN",
            "docker ps",
        ]
    );
}

#[test]
fn a_file_stays_in_its_folder() {
    for path in [
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a//b",
        "a/",
        "é.txt",
        "a$b",
        "./a",
    ] {
        let words = if path.is_empty() {
            "un fichier a un chemin"
        } else {
            "un chemin est relatif"
        };
        fault(&format!("```fichier {path}\nx\n```"), "7:1", words);
    }
    fault(
        "```fichier a\nx\nFIN\n```",
        "9:1",
        "terminerait ce fichier trop tôt",
    );
    fault("```fichier a\n```", "7:1", "ce bloc est vide");
    let early = observation("{champ-moteur: Name}").replace("commande", "fichiers: a\ncommande");
    fault(
        &format!("{early}\n\n```fichier a\nx\n```"),
        "7:1",
        "ne vient avant celui-ci",
    );
}

#[test]
fn a_diagram_is_one_of_ours() {
    for kind in DiagramKind::ALL {
        let found = lesson(&format!("```schema {}\n```", kind.name()));
        assert!(matches!(found.blocks().next(), Some(Block::Diagram(it)) if it.kind == kind));
    }
    let found = lesson("```schema couches\nlegende: Deux couches.\n```");
    assert!(
        matches!(found.blocks().next(), Some(Block::Diagram(it)) if it.caption.as_deref() == Some("Deux couches."))
    );
    fault(
        "```schema couche\n```",
        "7:1",
        "vouliez-vous dire « couches »",
    );
    fault(
        "```schema couches\n```\n```schema couches\n```",
        "9:1",
        "sert déjà ligne 7",
    );
}

#[test]
fn a_summary_says_something() {
    let found = lesson("```bilan\nretenir: [a, b]\nmots: [image]\n```");
    assert!(matches!(found.blocks().next(), Some(Block::Recap(it)) if it.points.len() == 2));
    fault(
        "```bilan\nretenir: [a]\nmots: []\n```",
        "7:1",
        "« mots » est vide",
    );
    fault(
        "```bilan\nretenir: [a]\n```",
        "8:1",
        "il manque la clé « mots »",
    );
}

#[test]
fn the_end_of_a_file_is_the_one_of_its_command() {
    let file = File {
        id: "a".to_owned(),
        position: crate::lesson::Position::default(),
        path: "a".to_owned(),
        content: "x\n".to_owned(),
    };
    assert!(file.write_line().ends_with(&format!("\n{}", File::END)));
}
