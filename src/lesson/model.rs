//! What a lesson file says, once read. See `lessons/README.md` for the format.

use std::time::Duration;

/// A lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its folder without the number: `image-conteneur`; progress is kept under it.
    pub id: String,
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
    /// The parts, one per `##` title.
    pub sections: Vec<Section>,
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
    /// Markdown text (CommonMark, lists, code spans, tables).
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
    /// `<!-- note: … -->`: for the speaker.
    Note(Note),
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

/// What will happen? Asked before a command is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The command.
    pub command: String,
    /// The question.
    pub question: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// A question after the fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// The question.
    pub question: String,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// A false idea and the experiment that refutes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misconception {
    /// `on-croit`.
    pub belief: String,
    /// `en-fait`.
    pub truth: String,
    /// `experience`: command lines.
    pub experiment: Vec<String>,
}

/// A goal to reach on the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    /// The word after `exercice`; progress is kept under it.
    pub id: String,
    /// `consigne`: what to do.
    pub instruction: String,
    /// `indices`, mildest first.
    pub hints: Vec<String>,
    /// `solution`: command lines.
    pub solution: Vec<String>,
    /// `cas`: wrong attempts that are recognised.
    pub cases: Vec<Case>,
}

/// A wrong attempt that is recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// `dire`: what it means and what to do.
    pub say: String,
    /// `essai`: command lines that lead there, to prove it.
    pub attempt: Vec<String>,
}
