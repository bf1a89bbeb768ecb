//! Goals: what must be true of an engine's state, or have happened. Pure data; `check` reads them.

use crate::domain::{ChangeKind, ContainerState, Kind};

/// One line of `but`.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What must be true.
    pub matcher: Matcher,
    /// `sinon`: what to say while it is not; built from the state when the lesson does not say.
    pub otherwise: Option<String>,
}

/// A condition on the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// `conteneur`.
    Container(ContainerGoal),
    /// `image`.
    Image(ImageGoal),
    /// `volume`.
    Volume(VolumeGoal),
    /// `reseau`.
    Network(NetworkGoal),
    /// `port`.
    Port(PortGoal),
    /// `modification`.
    Change(ChangeGoal),
    /// `inspect`.
    Inspect(InspectGoal),
    /// `moteur`.
    Engine(EngineGoal),
    /// `evenement`.
    Event(EventGoal),
    /// `commande`.
    Command(CommandGoal),
}

/// How many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// `au-moins`; 1 when the lesson says nothing.
    AtLeast(usize),
    /// `exactement`.
    Exactly(usize),
}

impl Default for Count {
    fn default() -> Self {
        Self::AtLeast(1)
    }
}

impl Count {
    /// `absent: true`.
    pub const NONE: Self = Self::Exactly(0);

    /// Whether this number is what is wanted.
    pub const fn accepts(self, number: usize) -> bool {
        match self {
            Self::AtLeast(least) => number >= least,
            Self::Exactly(wanted) => number == wanted,
        }
    }
}

/// Containers of these traits; a trait that is not given is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerGoal {
    /// `nom`.
    pub name: Option<String>,
    /// `etat`: one of these.
    pub states: Vec<ContainerState>,
    /// `image`: made from the image that this reference names now (or, when there is no such
    /// image, under this very reference).
    pub image: Option<String>,
    /// `commande`: `Path` and `Args` joined by spaces.
    pub command: Option<String>,
    /// `code-sortie`: `State.ExitCode`, of a container that has exited.
    pub exit_code: Option<i64>,
    /// `meme-image-que`: the name of another container.
    pub same_image_as: Option<String>,
    /// `autre-que`: the name of another container, whose identifier differs.
    pub other_than: Option<String>,
    /// `nouveau`: made since the exercise began (`false`: it was there before).
    pub fresh: Option<bool>,
    /// How many.
    pub count: Count,
}

/// Images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageGoal {
    /// `nom`: a reference; `latest` is understood.
    pub name: Option<String>,
    /// `nouveau`: its identifier was not there when the exercise began.
    pub fresh: Option<bool>,
    /// How many.
    pub count: Count,
}

/// Volumes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VolumeGoal {
    /// `nom`.
    pub name: Option<String>,
    /// `utilise-par`: the name of a container that mounts it.
    pub used_by: Option<String>,
    /// `nouveau`.
    pub fresh: Option<bool>,
    /// How many.
    pub count: Count,
}

/// Networks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkGoal {
    /// `nom`.
    pub name: Option<String>,
    /// `pilote`: `bridge`, `overlay`…
    pub driver: Option<String>,
    /// `relie`: names of containers that are on it.
    pub joins: Vec<String>,
    /// `nouveau`.
    pub fresh: Option<bool>,
    /// How many.
    pub count: Count,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortGoal {
    /// `conteneur`: its name.
    pub container: String,
    /// `hote`: port on the host.
    pub host: Option<u16>,
    /// `interne`: port inside.
    pub inside: Option<u16>,
    /// `protocole`; `tcp` when the lesson does not say.
    pub protocol: String,
    /// `adresse`: address on the host.
    pub address: Option<String>,
    /// How many.
    pub count: Count,
}

/// Lines of `docker diff`. The container must exist, even for none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeGoal {
    /// `conteneur`: its name.
    pub container: String,
    /// `chemin`: the absolute path.
    pub path: Option<String>,
    /// `genre`: A, C or D.
    pub kind: Option<ChangeKind>,
    /// How many.
    pub count: Count,
}

/// Fields of `docker inspect`.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectGoal {
    /// `conteneur`, `image`, `volume`, `reseau` or `service`.
    pub kind: Kind,
    /// The value of that key: the object's name.
    pub name: String,
    /// `champs`: paths as a Go template spells them, without the leading dot.
    pub fields: Vec<(String, FieldGoal)>,
}

/// Fields of `docker info`.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineGoal {
    /// `champs`, as for [`InspectGoal`].
    pub fields: Vec<(String, FieldGoal)>,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldGoal {
    /// A plain value: `true`, `137`, `running`, `64m`, `30s`.
    Is(String),
    /// `{different-de: …}`.
    IsNot(String),
    /// `{au-moins: …}`: a number, with a unit or not.
    AtLeast(String),
    /// `{au-plus: …}`.
    AtMost(String),
    /// `{contient: …}`: an element of a list, a key of a map, a part of a text.
    Holds(String),
    /// `{absent: true}`: missing, null or empty; `false`: present.
    Absent(bool),
    /// `{meme-que: NOM}`: the value of the same field of another object of the same kind.
    SameAs(String),
    /// `{autre-que: NOM}`: another value than that.
    OtherThan(String),
    /// `{inchange: true}`: as it was when the exercise began; `false`: not any more.
    Unchanged(bool),
    /// `{prolonge: NOM}`: a longer list than the same field of another object, which it begins
    /// with.
    Extends(String),
    /// `{longueur: 3}`: as many elements, or keys.
    Length(Count),
}

/// Events since the exercise began. Those that must not have happened to what has a name are those of
/// what has it now, when there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventGoal {
    /// `action`: `die`, `start`, `exec_create`…
    pub action: String,
    /// `nom`: of the object.
    pub name: Option<String>,
    /// `objet`: `container`, `image`, `volume`, `network`…
    pub kind: Option<String>,
    /// `attribut`: attributes of the actor.
    pub attributes: Vec<(String, String)>,
    /// `nouveau`: its object was made since the exercise began (`false`: it was there before).
    pub fresh: Option<bool>,
    /// How many.
    pub count: Count,
}

/// Command lines typed since the exercise began, compared once normalised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandGoal {
    /// `ligne`: any of these.
    pub lines: Vec<String>,
    /// `reussie`: whether it ended with status 0, or by Ctrl-C (`true`), or not (`false`).
    pub succeeded: Option<bool>,
    /// How many.
    pub count: Count,
}
