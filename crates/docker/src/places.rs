//! What the arguments of a verb are, read off its usage line.

use super::grammar::Verb;

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A container that exists.
    Container,
    /// An image, here or in a registry.
    Image,
    /// The name that an image will have.
    NewImage,
    /// A network that exists.
    Network,
    /// A volume that exists.
    Volume,
    /// A node.
    Node,
    /// A service.
    Service,
    /// A service or a task.
    Task,
    /// `service=number`.
    Scale,
    /// A secret.
    Secret,
    /// A config.
    Config,
    /// An object of any sort.
    Object,
    /// The name that an object will have.
    NewName,
    /// The program to run in the container.
    Command,
    /// What that program is given.
    Arguments,
    /// A folder to build in, or where to fetch it.
    Context,
    /// A docker context: an engine under a name.
    Engine,
    /// A file, or `-`.
    File,
    /// `container:path` or a path.
    Copy,
    /// `80/tcp`.
    Port,
    /// A registry's address.
    Server,
    /// What is looked for on the Hub.
    Term,
    /// Options for `ps`.
    PsOptions,
    /// `worker` or `manager`.
    Role,
    /// The address of a manager.
    Manager,
}

/// The arguments of a verb, in order; the last one goes on when there are more.
pub(super) fn places(verb: &Verb) -> Vec<Place> {
    let usage = verb.usage.lines().next().unwrap_or_default();
    let mut places = Vec::new();
    for word in usage.split_whitespace() {
        // `CONTAINER [CONTAINER...]` is one place.
        if let Some(place) = place(verb, word).filter(|it| places.last() != Some(it)) {
            places.push(place);
        }
    }
    places
}

/// What a word of a usage line stands for; `None` for what is no argument.
fn place(verb: &Verb, word: &str) -> Option<Place> {
    let name = verb.spellings[0];
    let creates = name.ends_with(" create") && !name.starts_with("container");
    Some(match word {
        "NETWORK" | "CONFIG" | "SECRET" | "[VOLUME]" if creates => Place::NewName,
        "[REPOSITORY[:TAG]]" if name == "image ls" => Place::Image,
        "[REPOSITORY[:TAG]]" | "TARGET_IMAGE[:TAG]" => Place::NewImage,
        "IMAGE" | "[IMAGE...]" | "SOURCE_IMAGE[:TAG]" | "NAME[:TAG]" | "NAME[:TAG|@DIGEST]" => {
            Place::Image
        }
        "CONTAINER" | "[CONTAINER...]" => Place::Container,
        "NETWORK" | "[NETWORK...]" => Place::Network,
        "VOLUME" | "[VOLUME...]" => Place::Volume,
        "NODE" | "[NODE...]" | "self|NODE" => Place::Node,
        "SERVICE" | "[SERVICE...]" => Place::Service,
        "SERVICE|TASK" => Place::Task,
        "SERVICE=REPLICAS" | "[SERVICE=REPLICAS...]" => Place::Scale,
        "SECRET" | "[SECRET...]" => Place::Secret,
        "CONFIG" | "[CONFIG...]" => Place::Config,
        "NAME|ID" | "[NAME|ID...]" => Place::Object,
        "NEW_NAME" => Place::NewName,
        "COMMAND" | "[COMMAND]" => Place::Command,
        "[ARG...]" => Place::Arguments,
        "PATH" => Place::Context,
        "CONTEXT" | "[CONTEXT]" | "[CONTEXT...]" => Place::Engine,
        "file|-" | "[file|-]" | "file|URL|-" => Place::File,
        "CONTAINER:SRC_PATH" | "DEST_PATH|-" => Place::Copy,
        "[PRIVATE_PORT[/PROTO]]" => Place::Port,
        "[SERVER]" => Place::Server,
        "TERM" => Place::Term,
        "[ps" => Place::PsOptions,
        "(worker|manager)" => Place::Role,
        "HOST:PORT" => Place::Manager,
        _ => return None,
    })
}

/// The argument of that rank.
pub(super) fn place_at(verb: &Verb, rank: usize) -> Option<Place> {
    let places = places(verb);
    places.get(rank).or(places.last()).copied()
}

impl Place {
    /// What it is, in French.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Container => "Le conteneur visé, par son nom ou le début de son identifiant.",
            Self::Image => "L’image visée.",
            Self::NewImage => "Le nom que portera l’image.",
            Self::Network => "Le réseau visé, par son nom ou son identifiant.",
            Self::Volume => "Le volume visé, par son nom.",
            Self::Node => "Le nœud visé\u{a0}; self est celui-ci.",
            Self::Service => "Le service visé.",
            Self::Task => "Le service ou la tâche dont on veut les journaux.",
            Self::Scale => "Un service et le nombre de tâches voulu.",
            Self::Secret => "Le secret visé.",
            Self::Config => "La configuration visée.",
            Self::Object => "L’objet visé, de n’importe quelle sorte.",
            Self::NewName => "Le nom que vous choisissez.",
            Self::Command => {
                "La commande à exécuter dans le conteneur, au lieu de celle de l’image."
            }
            Self::Arguments => "Un argument de cette commande\u{a0}: docker ne le lit pas.",
            Self::Context => {
                "Le contexte\u{a0}: le dossier dont les fichiers sont envoyés au moteur (. est le \
                 dossier courant)."
            }
            Self::Engine => "Le contexte visé\u{a0}: un moteur, sous le nom qu’on lui a donné.",
            Self::File => "Le fichier à lire\u{a0}; - est l’entrée standard.",
            Self::Copy => "D’où ou vers où copier\u{a0}: conteneur:chemin, ou un chemin d’ici.",
            Self::Port => "Le port du conteneur dont on veut savoir où il mène.",
            Self::Server => "L’adresse du registre\u{a0}; sans elle, Docker Hub.",
            Self::Term => "Ce qu’il faut chercher.",
            Self::PsOptions => "Une option de la commande ps, qui liste les processus.",
            Self::Role => {
                "Le rôle du futur nœud\u{a0}: worker (exécutant) ou manager (gestionnaire)."
            }
            Self::Manager => "L’adresse d’un gestionnaire du Swarm.",
        }
    }
}
