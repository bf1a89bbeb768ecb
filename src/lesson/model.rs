//! What a lesson file says, once read. See `lessons/README.md` for the format.

use std::collections::BTreeSet;
use std::time::Duration;

use super::goal::{Goal, Matcher};
use crate::domain::{Danger, Kind};

/// A place in a lesson file, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// A lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its folder without the number: `image-conteneur`; progress is kept under it.
    pub id: String,
    /// The number of its folder (`03-image-conteneur` is 3): its rank in the course.
    pub number: u32,
    /// `titre`.
    pub title: String,
    /// `duree`.
    pub duration: Duration,
    /// `objectifs`.
    pub objectives: Vec<String>,
    /// `prerequis`: identifiers of lessons.
    pub prerequisites: Vec<String>,
    /// `images`: pinned references.
    pub images: Vec<String>,
    /// `permissions`: what its commands ask for that leads out of a container's walls.
    pub permissions: BTreeSet<Danger>,
    /// `couvre`: rows of the sources' inventory, in order.
    pub covers: Vec<Covered>,
    /// What comes before the first `##` title, then one part per `##` title. The first one has an
    /// empty title and is left out when it holds nothing.
    pub sections: Vec<Section>,
}

impl Lesson {
    /// Every exercise, in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.blocks().filter_map(|block| match block {
            Block::Exercise(exercise) => Some(exercise),
            _ => None,
        })
    }

    /// Every block of every part, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}

/// A row of the sources' inventory that a lesson teaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Its number there: `000-07`.
    pub row: String,
    /// Where in the lesson: the title of a part, or the name of a block.
    pub place: String,
}

/// A part of a lesson: one screenful or a few, left and resumed as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The `##` title.
    pub title: String,
    /// What it holds, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a part.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Markdown text (`CommonMark`, lists, code spans, tables).
    Prose(String),
    /// ```` ```commande ````: a command line that can be sent to the terminal.
    Command(String),
    /// ```` ```prediction ````.
    Prediction(Prediction),
    /// ```` ```exercice ````.
    Exercise(Exercise),
    /// ```` ```quiz ````.
    Quiz(Quiz),
    /// ```` ```idee-recue ````.
    Misconception(Misconception),
    /// ```` ```observation ````.
    Observation(Observation),
    /// ```` ```fichier ````.
    File(File),
    /// ```` ```schema ````.
    Diagram(Diagram),
    /// ```` ```bilan ````.
    Recap(Recap),
    /// `<!-- note: … -->`: for the speaker.
    Note(Note),
}

impl Block {
    /// The name of a block that has one; progress, and the rows that a lesson covers, refer to it.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Prediction(it) => Some(&it.id),
            Self::Exercise(it) => Some(&it.id),
            Self::Quiz(it) => Some(&it.id),
            Self::Misconception(it) => Some(&it.id),
            Self::Observation(it) => Some(&it.id),
            Self::File(it) => Some(&it.id),
            Self::Diagram(it) => Some(it.kind.name()),
            Self::Prose(_) | Self::Command(_) | Self::Recap(_) | Self::Note(_) => None,
        }
    }
}

/// Words for the teacher, never shown to a learner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(pub String);

/// One answer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// `refute` or `parce-que`: why.
    pub why: String,
}

/// What a command must answer when the lesson is proven on an engine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expectation {
    /// `code`: its exit status; 0 when the lesson does not say.
    pub status: i32,
    /// `sortie`: texts that its output (both streams) holds.
    pub output: Vec<String>,
    /// `sortie-sans`: texts that its output does not hold.
    pub output_without: Vec<String>,
    /// `attendu`: what the engine's state must be then.
    pub goals: Vec<Goal>,
}

/// A command of an experiment and what it must answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The command line.
    pub command: String,
    /// What it must answer.
    pub expected: Expectation,
}

/// What will happen? Asked before a command is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The word after `prediction`, else `prediction-1`, `prediction-2`…; the answer is kept under
    /// it.
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// The command.
    pub command: String,
    /// The question.
    pub question: String,
    /// The answers.
    pub choices: Vec<Choice>,
    /// `fichiers`: files that are written before `depart`.
    pub files: Vec<File>,
    /// `depart`: command lines that set the state the question is asked in, to prove it.
    pub setup: Vec<String>,
    /// What the command must answer.
    pub expected: Expectation,
}

/// A question after the fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// The word after `quiz`, else `quiz-1`, `quiz-2`…; the answer is kept under it.
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// The question.
    pub question: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// A false idea and the experiment that refutes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Misconception {
    /// The word after `idee-recue` (`M01`), else `idee-recue-1`…
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// `on-croit`.
    pub belief: String,
    /// `en-fait`.
    pub truth: String,
    /// `fichiers`: files that are written before `depart`.
    pub files: Vec<File>,
    /// `depart`: command lines that come before the experiment, to prove it.
    pub setup: Vec<String>,
    /// `experience`: command lines, and what they must answer.
    pub experiment: Vec<Trial>,
}

/// A goal to reach on the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    /// The word after `exercice`; progress is kept under it.
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// `consigne`: what to do.
    pub instruction: String,
    /// `a-completer`: a command line with gaps (`…`), put on the prompt without being run.
    pub gaps: Option<String>,
    /// `but`: what must be true of the engine, all of it.
    pub goals: Vec<Goal>,
    /// `indices`, mildest first.
    pub hints: Vec<String>,
    /// `solution`: command lines.
    pub solution: Vec<String>,
    /// `cas`: wrong attempts that are recognised.
    pub cases: Vec<Case>,
    /// `fichiers`: files that are written before `depart`.
    pub files: Vec<File>,
    /// `depart`: command lines that set the state it starts from; resetting the exercise removes
    /// what it made and plays them again.
    pub setup: Vec<String>,
    /// `nettoyage`: command lines that undo what resetting cannot (images, files); rarely needed.
    pub cleanup: Vec<String>,
}

impl Exercise {
    /// The command lines that set the state it starts from, its files first.
    pub fn start_lines(&self) -> Vec<String> {
        start_lines(&self.files, &self.setup)
    }
}

impl Prediction {
    /// The command lines that set the state the question is asked in.
    pub fn start_lines(&self) -> Vec<String> {
        start_lines(&self.files, &self.setup)
    }
}

impl Misconception {
    /// The command lines that come before the experiment.
    pub fn start_lines(&self) -> Vec<String> {
        start_lines(&self.files, &self.setup)
    }
}

impl Observation {
    /// The command lines that set the state it is asked in.
    pub fn start_lines(&self) -> Vec<String> {
        start_lines(&self.files, &self.setup)
    }
}

fn start_lines(files: &[File], setup: &[String]) -> Vec<String> {
    files
        .iter()
        .map(File::write_line)
        .chain(setup.iter().cloned())
        .collect()
}

/// What does the learner see? The right answer is computed on the engine when it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The word after `observation`, else `observation-1`…; the answer is kept under it.
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// `question`.
    pub question: String,
    /// `fichiers`: files that are written before `depart`.
    pub files: Vec<File>,
    /// `depart`: command lines that set the state it is asked in, to prove it.
    pub setup: Vec<String>,
    /// `commande`: how the learner can see it.
    pub command: String,
    /// `reponse`: what to read.
    pub probe: Probe,
    /// `forme`: how an answer may be spelt.
    pub form: Form,
    /// `explication`.
    pub explanation: String,
}

/// What an observation reads on the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Probe {
    /// A field of `docker inspect`.
    Field {
        /// Of what kind of object.
        kind: Kind,
        /// Its name.
        name: String,
        /// `champ`, as a Go template spells it without the leading dot.
        path: String,
    },
    /// `compte`: how many objects have these traits; the matcher's own count means nothing.
    Count(Matcher),
    /// `champ-moteur`: a field of `docker info`.
    Engine(String),
}

/// How the answer to an observation may be spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// `texte`: as shown, whatever the case; an identifier may be shortened.
    #[default]
    Text,
    /// `octets`: with or without a unit.
    Bytes,
    /// `duree`: with or without a unit.
    Duration,
}

/// A file that the learner needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, or `path#2` for the second one of this path.
    pub id: String,
    /// Where the block begins.
    pub position: Position,
    /// Its path below `~/moussaillon`.
    pub path: String,
    /// Its whole content.
    pub content: String,
}

impl File {
    /// The line that ends the content in [`Self::write_line`]; the content does not hold it.
    pub const END: &str = "FIN";

    /// The command line, of several lines, that writes it.
    pub fn write_line(&self) -> String {
        let Self { path, content, .. } = self;
        let folder = match path.rsplit_once('/') {
            Some((folder, _)) => format!("~/moussaillon/{folder}"),
            None => "~/moussaillon".to_owned(),
        };
        let end = Self::END;
        format!("mkdir -p {folder} && cat > ~/moussaillon/{path} <<'{end}'\n{content}{end}")
    }
}

/// One of the program's own diagrams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagram {
    /// Where the block begins.
    pub position: Position,
    /// Which one.
    pub kind: DiagramKind,
    /// `legende`.
    pub caption: Option<String>,
}

/// The diagrams that lessons may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagramKind {
    /// Client, API, daemon, registry; images and containers.
    ClientDaemonRegistry,
    /// Virtual machines beside containers.
    VirtualMachines,
    /// Dockerfile, image, container, and the registry.
    FromDockerfile,
    /// Host, engine, kernel, containers.
    HostEngineKernel,
    /// Build, test, publish, deploy, go back.
    Delivery,
    /// An image's layers and the writable one.
    Layers,
    /// Bridge, virtual cables, ports.
    Networks,
    /// A container's states and the verbs between them.
    LifeCycle,
    /// Who does what: Docker, containerd, runc, Hub, Compose, Swarm, Kubernetes.
    Ecosystem,
}

impl DiagramKind {
    /// Every diagram.
    pub const ALL: [Self; 9] = [
        Self::ClientDaemonRegistry,
        Self::VirtualMachines,
        Self::FromDockerfile,
        Self::HostEngineKernel,
        Self::Delivery,
        Self::Layers,
        Self::Networks,
        Self::LifeCycle,
        Self::Ecosystem,
    ];

    /// Its name in lessons.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientDaemonRegistry => "client-demon-registre",
            Self::VirtualMachines => "vm-et-conteneurs",
            Self::FromDockerfile => "dockerfile-image-conteneur",
            Self::HostEngineKernel => "hote-moteur-noyau",
            Self::Delivery => "ci-cd",
            Self::Layers => "couches",
            Self::Networks => "reseaux",
            Self::LifeCycle => "cycle-de-vie",
            Self::Ecosystem => "ecosysteme",
        }
    }

    /// The diagram of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What a lesson leaves: its last block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recap {
    /// Where the block begins.
    pub position: Position,
    /// `retenir`.
    pub points: Vec<String>,
    /// `mots`: terms of the glossary.
    pub words: Vec<String>,
}

/// A wrong attempt that is recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Where it begins.
    pub position: Position,
    /// `si`: what must be true of the engine, all of it.
    pub when: Vec<Matcher>,
    /// `dire`: what it means and what to do.
    pub say: String,
    /// `essai`: command lines that lead there, to prove it.
    pub attempt: Vec<String>,
}
