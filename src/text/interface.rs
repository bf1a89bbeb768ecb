//! Sentences of the interface.

use std::fmt::Display;

/// Which engine and why, for the home screen: where its address was found.
pub fn engine_from_flag(url: &str) -> String {
    format!("Moteur choisi par --moteur\u{a0}: {url}")
}

/// Its address is that of `DOCKER_HOST`.
pub fn engine_from_variable(url: &str) -> String {
    format!("Moteur choisi par la variable DOCKER_HOST\u{a0}: {url}")
}

/// Its address is that of a context.
pub fn engine_from_context(name: &str, url: &str) -> String {
    format!("Moteur du contexte docker «\u{a0}{name}\u{a0}»\u{a0}: {url}")
}

/// It listens where engines do.
pub fn engine_at_default(url: &str) -> String {
    format!("Le moteur de cette machine répond sur {url}")
}

/// A rootless engine.
pub fn engine_rootless(url: &str) -> String {
    format!("Un moteur sans privilèges (rootless) répond sur {url}")
}

/// Podman's API.
pub fn engine_podman(url: &str) -> String {
    format!("Podman répond sur {url}, par son API compatible")
}

/// The simulator, and why.
pub fn engine_simulated(reason: &str) -> String {
    format!(
        "Il est dans ce programme, et rien ne touche à votre machine. Pourquoi lui\u{a0}: {reason}."
    )
}

/// The simulated machine did not boot: the reason.
pub fn no_machine(error: &dyn Display) -> String {
    format!("La machine simulée n’a pas pu démarrer\u{a0}: {error}")
}

/// The session could not be prepared: the system's reason.
pub fn no_session(error: &dyn Display) -> String {
    format!("La session avec le moteur n’a pas pu être préparée\u{a0}: {error}")
}

/// A real engine is watched: what the learner must know.
pub fn real_engine_warning() -> &'static str {
    "Les commandes agissent pour de bon sur ce moteur. L’accès à sa socket vaut les droits de root \
     sur la machine où il tourne."
}

/// What undoing a return to a step is called.
pub fn travel_name(rank: usize) -> String {
    format!("retour à la commande {rank}")
}
