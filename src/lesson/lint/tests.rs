use super::*;
use crate::lesson::{Course, parse};

/// The faults of a lesson that has this body.
fn faults(head: &str, body: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let lesson = folder.path().join("01-essai");
    std::fs::create_dir(&lesson).expect("a folder");
    let recap = if body.contains("```bilan") {
        ""
    } else {
        "\n```bilan\nretenir: [Une chose.]\nmots: [image]\n```\n"
    };
    let text = format!(
        "---\nformat: 1\ntitre: Un essai\nduree: 5 min\nobjectifs: [Essayer]\n{head}---\n\n{body}\n{recap}"
    );
    std::fs::write(lesson.join("lecon.md"), text).expect("a file");
    let course = Course::from_folder(folder.path()).expect("a course");
    let entry = &course.entries()[0];
    let lesson = entry.load().unwrap_or_else(|errors| panic!("{errors}"));
    lint(&course, entry, &lesson)
        .into_iter()
        .map(|fault| {
            format!(
                "{}:{}: {}",
                fault.position.line, fault.position.column, fault.problem
            )
        })
        .collect()
}

#[track_caller]
fn one(body: &str, words: &str) {
    let found = faults("", body);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains(words), "{found:#?}");
}

#[track_caller]
fn none(body: &str) {
    assert_eq!(faults("", body), Vec::<String>::new());
}

#[test]
fn the_course_has_no_fault() {
    let course = Course::embedded();
    for entry in course.entries() {
        let lesson = entry.load().unwrap_or_else(|errors| panic!("{errors}"));
        let faults: Vec<_> = lint(&course, entry, &lesson)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn good_french_passes() {
    none(
        "Un mot\u{a0}: «\u{a0}oui\u{a0}» ; non !"
            .replace(" ;", "\u{a0};")
            .replace(" !", "\u{a0}!")
            .as_str(),
    );
    none(
        "L’image pèse 64\u{a0}Mio, soit 50\u{a0}% de `l'autre : celle-là` (*the container daemon*).",
    );
    none("Voir https://exemple.fr/a?b=c et à 14:05…");
    none("| a | b |\n|---|---|\n| c | d |");
    none("Une liste\u{a0}:\n\n- un\u{a0};\n- deux.");
}

#[test]
fn spaces_before_double_punctuation_do_not_break() {
    one("Un mot : deux", "espace insécable (U+00A0) avant «\u{a0}:");
    one("Vraiment ?", "avant «\u{a0}?");
    one("Vraiment?", "il manque une espace insécable");
    one("un; deux", "il manque une espace insécable");
    one("`docker ps`: rien", "il manque une espace insécable");
    one("« oui\u{a0}»", "après «");
    one("«\u{a0}oui »", "avant «\u{a0}»");
    one("fine\u{202f}!", "U+00A0");
    one("64 Mio", "entre un nombre et «\u{a0}Mio");
}

#[test]
fn signs_are_typographic() {
    one("l'image", "apostrophe droite");
    one("un \"mot", "guillemets");
    one("la suite...", "points de suspension");
    one("le coeur", "cœur");
    one("un container", "conteneur");
    one("Il suffit de taper.", "à éviter");
}

#[test]
fn a_goal_on_a_command_says_whether_it_must_succeed() {
    let exercise = |goal: &str| {
        let run = "docker run -d --name grenier busybox:1.36 sleep 60";
        let case = "  - si: [{conteneur: {nom: grenier, etat: exited}}]\n    dire: Non.\n    essai: docker stop grenier\n";
        format!(
            "```exercice lire\nconsigne: Lisez le journal.\ndepart: {run}\nbut:\n  - commande: {{ligne: docker logs grenier{goal}}}\ncas:\n{case}{case}indices: [a, b, c]\nsolution: docker logs grenier\n```"
        )
    };
    let found = |goal: &str| faults("images: [\"busybox:1.36\"]\n", &exercise(goal));
    let without = found("");
    assert!(
        without.len() == 1 && without[0].contains("ajoutez « reussie: true »"),
        "{without:#?}"
    );
    assert_eq!(found(", reussie: true"), Vec::<String>::new());
    assert_eq!(found(", reussie: false"), Vec::<String>::new());
}

#[test]
fn a_text_that_was_decoded_wrongly_is_refused() {
    one("un caf\u{c3}\u{a9}", "mal décodé");
    one("cafe\u{301}", "NFC");
}

#[test]
fn the_place_is_that_of_the_fault() {
    let found = faults("", "Bonjour.\n\nUne ligne\net un mot ; deux.");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("11:1:") || found[0].starts_with("11:"),
        "{found:?}"
    );
    assert!(found[0].starts_with("11:"), "{found:?}");
}

#[test]
fn commands_are_plain_and_readable() {
    one("```commande\nls\u{a0}-l\n```", "une espace insécable");
    one("```commande\necho ’a’\n```", "une apostrophe typographique");
    one("```commande\necho 'a\n```", "n’est pas fermé");
    one(
        "```commande\ndocker start --nimporte quoi\n```",
        "unknown flag: --nimporte",
    );
    one("```commande\ndocker rename a1\n```", "requires 2 arguments");
}

#[test]
fn images_are_pinned_declared_and_used() {
    let run = "```commande\ndocker run --name grenier busybox:1.36\n```";
    assert_eq!(
        faults("images: [\"busybox:1.36\"]\n", run),
        Vec::<String>::new()
    );
    one(run, "n’est pas dans");
    let found = faults("images: [\"busybox:1.36\", \"alpine:3.20\"]\n", run);
    assert!(
        found.len() == 1 && found[0].contains("n’est employée"),
        "{found:?}"
    );
    let latest = "```commande\ndocker run --name grenier busybox:latest\n```";
    let found = faults("images: [\"busybox:latest\"]\n", latest);
    assert!(
        found.len() == 1 && found[0].contains("étiquette précise"),
        "{found:?}"
    );
}

#[test]
fn names_are_not_those_of_a_learner() {
    let found = faults(
        "images: [\"busybox:1.36\"]\n",
        "```commande\ndocker run --name web busybox:1.36\n```",
    );
    assert!(
        found.len() == 1 && found[0].contains("trop courant"),
        "{found:?}"
    );
}

#[test]
fn an_exercise_recognises_errors_and_gives_hints() {
    let body = "```exercice e\nconsigne: Faites.\nbut:\n  - conteneur: {nom: grenier}\nindices: [Un]\nsolution: docker start grenier\n```";
    let found = faults("", body);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("au moins 2 erreurs"), "{found:?}");
    assert!(found[1].contains("au moins 3 indices"), "{found:?}");
}

#[test]
fn what_is_claimed_is_proven() {
    one(
        "```prediction\ncommande: docker start grenier\nquestion: Quoi\u{a0}?\nchoix:\n  - {dit: a, refute: b}\n  - {juste: c, parce-que: d}\n```",
        "rien ne prouve",
    );
    one(
        "```idee-recue\non-croit: a\nen-fait: b\nexperience: docker start grenier\n```",
        "ne réfute rien",
    );
}

#[test]
fn prerequisites_exist() {
    let found = faults("prerequis: [absente]\n", "Texte.");
    assert!(
        found.len() == 1 && found[0].contains("aucune leçon ne porte ce nom"),
        "{found:?}"
    );
    assert!(found[0].starts_with("6:13:"), "{found:?}");
}

#[test]
fn a_title_of_the_first_rank_is_in_the_front_matter() {
    one("# Un titre", "dans l’en-tête");
}

#[test]
fn parse_is_not_stopped_by_windows_line_ends() {
    let text = "---\r\nformat: 1\r\ntitre: T\r\nduree: 5 min\r\nobjectifs: [o]\r\n---\r\n\r\n```commande\r\ndocker ps\r\n```\r\n";
    let lesson = parse("l.md", "l", 1, text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(lesson.blocks().count(), 1);
}

#[test]
fn what_is_covered_exists() {
    let head = "couvre:\n  000-07: Une partie\n  000-08: vu\n";
    let quiz = "```quiz vu\nquestion: Oui ou non\nchoix: [{juste: Oui, parce-que: Si.}, {dit: Non, refute: Si.}]\n```";
    assert_eq!(
        faults(head, &format!("## Une partie\n\n{quiz}")),
        Vec::<String>::new()
    );
    let found = faults(head, &format!("## Une autre\n\n{quiz}"));
    assert!(found[0].contains("« 000-07 » : aucune partie"), "{found:?}");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn nothing_follows_the_summary() {
    let recap = "```bilan\nretenir: [Une chose.]\nmots: [image]\n```";
    none(recap);
    none(&format!("{recap}\n\n<!-- note: Fin. -->"));
    one(&format!("{recap}\n\nEncore."), "dernier bloc");
    one(&recap.replace("chose.", "chose !"), "insécable");
}

#[test]
fn a_line_to_complete_has_a_gap() {
    let exercise = |gaps: &str| {
        format!(
            "```exercice a\nconsigne: Faites.\na-completer: {gaps}\nbut: [{{volume: {{nom: grenier}}}}]\nindices: [Un, Deux, Trois]\nsolution: docker volume create grenier\ncas:\n{case}{case}```",
            case =
                "  - {si: [{volume: {nom: cave}}], dire: Non., essai: docker volume create cave}\n"
        )
    };
    none(&exercise("docker volume create …"));
    one(&exercise("docker volume create"), "pas de trou");
}

#[test]
fn pipes_and_images_that_the_lesson_makes_are_understood() {
    let head = "images: [\"busybox:1.36\"]\n";
    let body = "```fichier site/Dockerfile\nFROM busybox:1.36 AS base\nFROM base\n```\n\n```commande\ndocker build -t affiche:1 ~/moussaillon/site\ndocker run --rm affiche:1 | head -1\ndocker ps -q | wc -l\ndocker tag affiche:1 affiche\ndocker run --rm affiche > /tmp/x\n```";
    assert_eq!(faults(head, body), Vec::<String>::new());
    let found = faults(head, &body.replace("-t affiche:1 ", ""));
    assert!(found[0].contains("« affiche:1 »"), "{found:?}");
}

#[test]
fn the_words_of_a_summary_are_in_the_glossary() {
    one(
        "```bilan\nretenir: [Une chose.]\nmots: [image, machin-chose]\n```",
        "machin-chose",
    );
}
