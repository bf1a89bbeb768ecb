//! From a recipe to production.

use ratatui::text::Line;

use super::pen::{BORDERS, Pen};
use super::sketch::{Align, Sketch};
use crate::domain::Kind;

/// `build` makes images, `run` makes containers; images alone go to a registry and come from it.
pub(super) fn from_dockerfile(pen: &Pen<'_>) -> Sketch {
    let recipe = "la recette\n`FROM` `COPY`\n`RUN` `CMD`";
    let image = |width: usize| {
        let mut lines = pen.say("le moule, en lecture seule", width - BORDERS);
        lines.extend(pen.objects(Kind::Image, 3, width - BORDERS));
        pen.frame("Image", width, lines)
    };
    let container = |width: usize| {
        let mut lines = pen.say("l’objet, et sa couche inscriptible", width - BORDERS);
        lines.extend(pen.container_lines(|_| true, 3, width - BORDERS));
        pen.frame("Conteneur", width, lines)
    };
    let registry = "les images que l’on partage\u{a0}: jamais des conteneurs";
    if pen.is_wide() {
        let image = image(22);
        let above = Sketch::beside(
            [
                pen.tell("Dockerfile", 17, recipe),
                pen.across(&[("build", true)], 8),
                image,
                pen.across(&[("run", true)], 7),
                container(22),
            ],
            Align::Middle,
        );
        return Sketch::stack([
            above,
            pen.both("push\u{a0}: envoyer", "pull\u{a0}: demander")
                .right(29),
            pen.tell("Registre", 51, registry).right(25),
        ]);
    }
    let width = pen.width();
    Sketch::stack([
        pen.tell(
            "Dockerfile",
            width,
            "la recette\u{a0}: `FROM`, `COPY`, `RUN`, `CMD`",
        ),
        pen.down("`docker build`"),
        image(width),
        pen.down("`docker run`\u{a0}: créer, puis démarrer"),
        container(width),
        Sketch::of(vec![Line::default()]),
        pen.tell(
            "Registre",
            width,
            "`docker push` y envoie une image, `docker pull` la demande\u{a0}: jamais un conteneur",
        ),
    ])
}

/// Each change goes through the same steps; a version that fails gives way to the former one.
pub(super) fn delivery(pen: &Pen<'_>) -> Sketch {
    let steps = [
        (
            "Construire",
            "`docker build`",
            "une image, un numéro de version",
        ),
        (
            "Tester",
            "`docker run --rm`",
            "dans un conteneur jetable, de cette image",
        ),
        ("Publier", "`docker push`", "la même image, au registre"),
        (
            "Déployer",
            "`docker service update`",
            "réplique par réplique",
        ),
        (
            "Revenir",
            "`docker service rollback`",
            "à la version d’avant, si elle échoue",
        ),
    ];
    let services = |width: usize| {
        let mut lines = pen.objects(Kind::Service, 3, width - BORDERS);
        if lines.is_empty() {
            lines = pen.say("(aucun service encore)", width - BORDERS);
        }
        pen.frame("Services de la grappe", width, lines)
    };
    let width = pen.width();
    if !pen.is_wide() {
        let mut parts = Vec::new();
        for (rank, (name, command, about)) in steps.into_iter().enumerate() {
            if rank > 0 {
                parts.push(pen.down(""));
            }
            parts.push(pen.tell(name, width, &format!("{command}\u{a0}: {about}")));
        }
        parts.push(services(width));
        return Sketch::stack(parts);
    }
    let last = steps.len();
    let mut parts = Vec::new();
    for (rank, (name, command, about)) in steps.into_iter().enumerate() {
        if rank > 0 {
            // The last step leads back to the one before.
            let arrow = if rank + 1 == last { "◀" } else { "▶" };
            parts.push(Sketch::of(vec![Line::styled(arrow, pen.theme.key)]));
        }
        parts.push(pen.tell(name, 14, &format!("{command}\n{about}")));
    }
    Sketch::stack([Sketch::beside(parts, Align::Middle), services(width)])
}
