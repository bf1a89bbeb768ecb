//! An attestation: what a learner showed, computed from what was kept of it. Nothing is in it that
//! the program did not verify, and it says what it does not prove.

mod html;
mod markdown;
#[cfg(test)]
mod tests;

use super::model::{Block, Lesson};
use super::progress::Progress;

/// What an attestation cannot say, however well everything was done.
pub(crate) const LIMITS: [&str; 4] = [
    "Le fichier d’où elle vient est sur la machine de l’apprenant, qui peut l’écrire\u{a0}: rien ne \
     prouve qui a fait les exercices, ni qu’ils l’ont été sans aide.",
    "Un exercice réussi dit que le moteur était dans l’état demandé\u{a0}; pas que l’apprenant \
     saurait y revenir un autre jour.",
    "Sur le moteur simulé, ce qui a été montré l’a été sur une imitation fidèle de Docker, pas sur \
     Docker.",
    "Elle ne vaut ni examen ni diplôme.",
];

/// What was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attestation {
    /// Whose it is, as they say.
    pub name: Option<String>,
    /// The day it was written.
    pub day: String,
    /// The lessons that were begun, in the order of the course.
    pub lessons: Vec<Shown>,
    /// How many lessons the course has.
    pub course: usize,
}

/// What was shown in one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// Its rank in the course.
    pub number: u32,
    /// Exercises met.
    pub met: Vec<Met>,
    /// How many exercises it has.
    pub exercises: usize,
    /// Quizzes and predictions: right at the first try, answered, of how many.
    pub questions: Count,
    /// Observations: right at the first try, made, of how many.
    pub observations: Count,
}

/// An exercise whose goal was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Its name.
    pub exercise: String,
    /// On which day.
    pub day: String,
    /// On which engine, when it is known.
    pub engine: Option<String>,
    /// Hints that were shown.
    pub hints: usize,
}

/// How many, of what was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Right at the first try.
    pub at_first: usize,
    /// Answered.
    pub answered: usize,
    /// In the lesson.
    pub all: usize,
}

impl Count {
    fn add(&mut self, answered: bool, at_first: bool) {
        self.all += 1;
        self.answered += usize::from(answered);
        self.at_first += usize::from(at_first);
    }
}

impl Attestation {
    /// What was shown of these lessons. `day` writes a moment (in seconds since the Unix epoch) as
    /// the learner's calendar does.
    pub fn of<'a>(
        lessons: impl IntoIterator<Item = &'a Lesson>,
        progress: &Progress,
        (name, today): (Option<String>, String),
        day: impl Fn(u64) -> String,
    ) -> Self {
        let mut attestation = Self {
            name,
            day: today,
            ..Self::default()
        };
        for lesson in lessons {
            attestation.course += 1;
            let shown = Shown::of(lesson, progress, &day);
            let answered = shown.questions.answered + shown.observations.answered;
            if !shown.met.is_empty() || answered > 0 {
                attestation.lessons.push(shown);
            }
        }
        attestation
    }

    /// A Markdown document.
    pub fn markdown(&self) -> String {
        markdown::document(self)
    }

    /// One HTML page, to be read or printed.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// The whole in one sentence.
    pub(crate) fn summary(&self) -> String {
        let sum = |count: fn(&Shown) -> usize| self.lessons.iter().map(count).sum::<usize>();
        let complete = self.lessons.iter().filter(|it| it.is_complete()).count();
        format!(
            "Exercices réussis\u{a0}: {}. Réponses justes du premier coup\u{a0}: {}\u{a0}; \
             observations\u{a0}: {}. Leçons finies\u{a0}: {complete}, sur les {} du cours.",
            sum(|it| it.met.len()),
            sum(|it| it.questions.at_first),
            sum(|it| it.observations.at_first),
            self.course,
        )
    }
}

impl Shown {
    fn of(lesson: &Lesson, progress: &Progress, day: &impl Fn(u64) -> String) -> Self {
        let mut shown = Self {
            title: lesson.title.clone(),
            number: lesson.number,
            ..Self::default()
        };
        let kept = progress.lesson(&lesson.id);
        let answer = |id: &str| progress.answer(&lesson.id, id);
        for block in lesson.blocks() {
            match block {
                Block::Exercise(it) => {
                    shown.exercises += 1;
                    let done = kept.and_then(|kept| kept.exercises.get(&it.id));
                    let Some((done, at)) = done.and_then(|done| Some((done, done.done_at?))) else {
                        continue;
                    };
                    shown.met.push(Met {
                        exercise: it.id.clone(),
                        day: day(at),
                        engine: done.engine.clone(),
                        hints: done.hints,
                    });
                }
                Block::Quiz(it) => {
                    let first = answer(&it.id).and_then(|first| it.choices.get(first));
                    shown
                        .questions
                        .add(first.is_some(), first.is_some_and(|it| it.right));
                }
                Block::Prediction(it) => {
                    let first = answer(&it.id).and_then(|first| it.choices.get(first));
                    shown
                        .questions
                        .add(first.is_some(), first.is_some_and(|it| it.right));
                }
                Block::Observation(it) => {
                    let seen = kept.and_then(|kept| kept.observations.get(&it.id));
                    shown
                        .observations
                        .add(seen.is_some(), seen.is_some_and(|it| it.at_first));
                }
                _ => {}
            }
        }
        shown
    }

    /// Whether all that the lesson asks was done.
    pub(crate) const fn is_complete(&self) -> bool {
        self.met.len() == self.exercises
            && self.questions.answered == self.questions.all
            && self.observations.answered == self.observations.all
    }

    /// What was answered, in a sentence; nothing when nothing was asked.
    pub(crate) fn answers(&self) -> Option<String> {
        let told = |count: Count, what: &str| {
            (count.all > 0).then(|| {
                format!(
                    "{what}, justes du premier coup\u{a0}: {}, sur {} répondues et {} en tout",
                    count.at_first, count.answered, count.all
                )
            })
        };
        let parts = [
            told(self.questions, "Questions et prédictions"),
            told(self.observations, "Observations"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(". ") + ".")
    }
}

impl Met {
    /// On which engine, in words.
    pub(crate) fn on(&self) -> &str {
        self.engine.as_deref().unwrap_or("moteur non noté")
    }
}
