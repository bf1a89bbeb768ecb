use super::*;

#[test]
fn probe() {
    let text = "---\nformat: 1\ntitre: T\nduree: 15 min\nobjectifs: [a]\n---\n\n```exercice x\nconsigne: c\nbut:\n  - conteneur: {nom: a, etta: running}\nindices: [a]\nsolution: docker ps\n```\n\n```exercice y\nconsigne: c\nbut:\n  - conteneur: {nom: a, etat: runing}\n  - image: {}\nindices: [a]\nsolution: docker ps\n```\n```exercice z\nconsigne: c\nbut: 12\nindices: [a]\nsolution: docker ps\n```\n```quiz\nchoix: []\n```\n```quiz\nquestion: a: b\nchoix: []\n```\n```quiz\nquestion:\nchoix: []\n```\n```quiz\nquestion: [a]\nchoix: {a: b}\n```\n```quizz\n```\n```quiz\na\n";
    match parse("l.md", "l", 1, text) {
        Ok(l) => println!("{l:#?}"),
        Err(e) => println!("{e}"),
    }
}
