//! What a lesson file says, once read. See `lessons/README.md` for the format.

use std::time::Duration;

use super::goal::{Goal, Matcher};

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
    /// `but`: what must be true of the engine, all of it.
    pub goals: Vec<Goal>,
    /// `indices`, mildest first.
    pub hints: Vec<String>,
    /// `solution`: command lines.
    pub solution: Vec<String>,
    /// `cas`: wrong attempts that are recognised.
    pub cases: Vec<Case>,
    /// `depart`: command lines that set the state it starts from; resetting the exercise removes
    /// what it made and plays them again.
    pub setup: Vec<String>,
    /// `nettoyage`: command lines that undo what resetting cannot (images, files); rarely needed.
    pub cleanup: Vec<String>,
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
