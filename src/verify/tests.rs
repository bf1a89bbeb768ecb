//! On the simulated machine: the course is proven, and a lesson that lies is caught each time.

use std::fs;

use super::*;

async fn report_of(course: &Course) -> (Report, Vec<String>) {
    let options = Options {
        engine: "simule".to_owned(),
        ..Options::default()
    };
    report_with(course, &options).await
}

async fn report_with(course: &Course, options: &Options) -> (Report, Vec<String>) {
    let mut said = Vec::new();
    let report = verify(course, options, &mut |line| {
        said.push(line.replace('\u{a0}', " "));
    })
    .await
    .unwrap_or_else(|error| panic!("{error}"));
    (report, said)
}

// One lesson here; `lecons verifier` proves the whole course, on both engines, in `.ci/run`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_of_the_course_is_proven() {
    let options = Options {
        engine: "simule".to_owned(),
        lesson: Some("image-conteneur".to_owned()),
        ..Options::default()
    };
    let (report, said) = report_with(&Course::embedded(), &options).await;
    assert!(report.is_proven(), "{said:#?}");
    assert!(report.counts.exercises >= 4 && report.counts.attempts >= 2 * report.counts.exercises);
    assert!(
        report
            .summary()
            .replace('\u{a0}', " ")
            .ends_with(" : tout est prouvé")
    );
}

const LIES: &str = r#"---
format: 1
titre: Une leçon fausse
duree: 5 min
objectifs: [Tromper]
images: ["busybox:1.36"]
---

```exercice deja-fait
consigne: Rien.
depart: docker run -d --name grenier busybox:1.36 sleep 60
but:
  - conteneur: {nom: grenier, etat: running}
cas:
  - {si: [{conteneur: {nom: cave}}], dire: Non., essai: docker pull busybox:1.36}
  - {si: [{conteneur: {nom: cave}}], dire: Non., essai: docker pull busybox:1.36}
indices: [Un, Deux, Trois]
solution: docker start grenier
```

```exercice mal-resolu
consigne: Deux greniers.
but:
  - conteneur: {image: "busybox:1.36", exactement: 2}
cas:
  - si: [{conteneur: {image: "busybox:1.36", exactement: 1}}]
    dire: Il en manque un.
    essai: docker run --name grenier busybox:1.36 true
  - si: [{conteneur: {nom: cave}}]
    dire: La cave est en trop.
    essai: docker run --name cave busybox:1.36 true
  - si: [{conteneur: {nom: soupente}}]
    dire: Jamais vrai.
    essai: docker pull busybox:1.36
indices: [Un, Deux, Trois]
solution: docker run --name grenier busybox:1.36 true
```

```prediction faux-code
commande: docker run --name grenier busybox:1.36 false
question: Finit-elle bien ?
choix: [{juste: Oui, parce-que: Non.}, {dit: Non, refute: Si.}]
sortie: rien
```

```idee-recue M99
on-croit: a
en-fait: b
experience:
  - commande: docker run --rm busybox:1.36 echo bonjour
    sortie: bonsoir
```
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesson_that_lies_is_caught() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("01-fausse")).expect("a folder");
    let text = LIES.replace("bien ?", "bien\u{a0}?");
    fs::write(folder.path().join("01-fausse/lecon.md"), text).expect("a lesson");
    let course = Course::from_folder(folder.path()).expect("a course");
    let (report, said) = report_of(&course).await;
    for (line, words) in [
        (9, "l’état de départ remplit déjà le but"),
        (21, "la solution ne remplit pas le but"),
        (29, "pris pour le cas de la ligne 26"),
        (32, "n’est pas reconnu"),
        (39, "code 0 attendu"),
        (46, "devait dire « bonsoir »"),
    ] {
        let place = format!("lecon.md:{line}:");
        assert!(
            said.iter()
                .any(|it| it.contains(&place) && it.contains(words)),
            "{place} {words}\n{said:#?}"
        );
    }
    assert!(!report.is_proven());
}

#[tokio::test]
async fn what_cannot_begin_is_said_in_french() {
    let course = Course::embedded();
    let mut options = Options {
        lesson: Some("absente".into()),
        ..Options::default()
    };
    let error = verify(&course, &options, &mut |_| {})
        .await
        .expect_err("no such lesson");
    assert!(error.to_string().contains("image-conteneur"), "{error}");
    options.lesson = None;
    options.engine = "unix:///nulle/part.sock".into();
    let error = verify(&course, &options, &mut |_| {})
        .await
        .expect_err("no such engine");
    assert!(error.to_string().contains("/nulle/part.sock"), "{error}");
}
