//! A lesson being studied: where the learner is in it, what they answered, what is shown.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Kind, Timeline};
use crate::lesson::progress::{LessonProgress, Progress};
use crate::lesson::{Asked, Block, Choice, Exercise, Lesson, Start, Verdict, names_in, normalise};

/// Where a block is: its section and its rank there.
pub(crate) type BlockKey = (usize, usize);

/// What the learner did with one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The choice of a prediction, or the last one of a quiz.
    pub(crate) chosen: Option<usize>,
    /// The choice that was made first.
    pub(crate) first: Option<usize>,
    /// The choices of a quiz that were tried.
    pub(crate) tried: BTreeSet<usize>,
    /// Whether the explanation (prediction) or the truth (misconception) is shown.
    pub(crate) revealed: bool,
    /// Which of the block's commands were sent.
    pub(crate) sent: BTreeSet<usize>,
    /// Number of hints shown.
    pub(crate) hints: usize,
    /// Whether the solution is shown.
    pub(crate) solution: bool,
    /// What was said of the last answer to an observation, in Markdown.
    pub(crate) feedback: Option<String>,
}

/// Something on the page that Enter acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// Send the command of the block (the n-th of an experiment or of a solution).
    Send { block: usize, index: usize },
    /// Choose this answer.
    Choice { block: usize, index: usize },
    /// Show the explanation of a prediction, or the truth of a misconception.
    Reveal { block: usize },
    /// Show one more hint.
    Hint { block: usize },
    /// Show the solution.
    Solution { block: usize },
    /// Begin the exercise again.
    Reset { block: usize },
    /// Type the answer to an observation.
    Answer { block: usize },
    /// Put the line to complete on the prompt.
    Prepare { block: usize },
    /// Look at the words of the summary in the glossary.
    Words { block: usize },
    /// Go to the next section.
    NextSection,
    /// Leave a lesson that is finished.
    Finish,
    /// Write the attestation.
    Attest,
}

/// The exercise at hand, from the moment it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Its block.
    pub(crate) key: BlockKey,
    /// Where it began.
    pub(crate) start: Start,
    /// Its goals, as last checked.
    pub(crate) verdict: Verdict,
    /// What is said of a recognised wrong attempt.
    pub(crate) case: Option<String>,
    /// Its goals have been missing since it began: meeting them is the learner's doing.
    pub(crate) open: bool,
    /// Since its goals are all met: the number of the moment that is waited for.
    pub(crate) settling: Option<u64>,
}

/// What brings the start of an exercise back, while it passes through the terminal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resetting {
    /// The rank of the step after the last of its lines.
    end: usize,
    lines: Vec<Asked>,
}

impl Resetting {
    /// These lines, after so many steps.
    pub(crate) fn of(lines: &[String], steps: usize) -> Self {
        Self {
            end: steps + lines.len(),
            lines: lines.iter().map(|line| normalise(line)).collect(),
        }
    }

    /// Whether the last step runs one of them.
    fn runs(&self, timeline: &Timeline) -> bool {
        let command = timeline.last().and_then(|step| step.command.as_ref());
        timeline.steps().len() <= self.end
            && command.is_some_and(|it| self.lines.contains(&normalise(&it.line)))
    }
}

/// A lesson being studied.
#[derive(Debug, Clone)]
pub(crate) struct Study {
    /// The lesson.
    pub(crate) lesson: Arc<Lesson>,
    /// The section shown.
    pub(crate) section: usize,
    /// The item under the cursor, among those of the page.
    pub(crate) cursor: Option<usize>,
    /// The first line shown.
    pub(crate) scroll: usize,
    /// What was answered.
    pub(crate) answers: BTreeMap<BlockKey, Answer>,
    /// The exercise at hand.
    pub(crate) attempt: Option<Attempt>,
    /// Identifiers of what is done: exercises, quizzes, predictions, misconceptions.
    pub(crate) done: BTreeSet<String>,
    /// Those of the exercises among them that are being done once more.
    pub(crate) again: BTreeSet<String>,
    /// The lines that bring the start of an exercise back.
    pub(crate) resetting: Option<Resetting>,
    /// The number of the last moment waited for.
    pub(crate) moments: u64,
    /// A command that was refused because another runs; asking again sends it.
    pub(crate) insisted: Option<String>,
    /// The rank of the first step that began while it is open.
    pub(crate) since: usize,
    /// The names that it gives to objects, by kind.
    pub(crate) names: Arc<BTreeMap<Kind, BTreeSet<String>>>,
}

impl Study {
    /// Opens a lesson where it was left; so many steps were seen before.
    pub(crate) fn open(lesson: Arc<Lesson>, progress: &Progress, since: usize) -> Self {
        let last = lesson.sections.len().saturating_sub(1);
        let section = progress.place(&lesson.id).section.min(last);
        let done = done(&lesson, progress);
        let answers = answers(&lesson, progress);
        let names = Arc::new(names_in(&lesson));
        Self {
            lesson,
            section,
            cursor: None,
            scroll: 0,
            answers,
            attempt: None,
            done,
            again: BTreeSet::new(),
            resetting: None,
            moments: 0,
            insisted: None,
            since,
            names,
        }
    }

    /// The blocks of the section shown.
    pub(crate) fn blocks(&self) -> &[Block] {
        self.lesson
            .sections
            .get(self.section)
            .map_or(&[], |section| &section.blocks)
    }

    /// The text of the section shown, as far as it is running text.
    pub(crate) fn text(&self) -> String {
        let mut text = self.section_title().to_owned();
        for block in self.blocks() {
            let choices = |choices: &[Choice]| {
                let texts: Vec<_> = choices.iter().map(|it| it.text.as_str()).collect();
                texts.join("\n")
            };
            text.push('\n');
            text += &match block {
                Block::Prose(prose) => prose.clone(),
                Block::Prediction(it) => it.question.clone() + "\n" + &choices(&it.choices),
                Block::Quiz(it) => it.question.clone() + "\n" + &choices(&it.choices),
                Block::Exercise(it) => it.instruction.clone(),
                Block::Misconception(it) => it.belief.clone() + "\n" + &it.truth,
                Block::Observation(it) => it.question.clone(),
                Block::Recap(it) => it.points.join("\n") + "\n" + &it.words.join("\n"),
                _ => String::new(),
            };
        }
        text
    }

    /// The title of the section shown; the lesson's own for what comes before the first title.
    pub(crate) fn section_title(&self) -> &str {
        match self.lesson.sections.get(self.section) {
            Some(section) if !section.title.is_empty() => &section.title,
            _ => &self.lesson.title,
        }
    }

    /// Whether this is the last section.
    pub(crate) fn is_last_section(&self) -> bool {
        self.section + 1 >= self.lesson.sections.len()
    }

    /// What was answered to a block of this section.
    pub(crate) fn answer(&self, block: usize) -> Answer {
        self.answers
            .get(&(self.section, block))
            .cloned()
            .unwrap_or_default()
    }

    /// The same, to change it.
    pub(crate) fn answer_mut(&mut self, block: usize) -> &mut Answer {
        self.answers.entry((self.section, block)).or_default()
    }

    /// The exercise of a block of this section.
    pub(crate) fn exercise_at(&self, block: usize) -> Option<&Exercise> {
        match self.blocks().get(block) {
            Some(Block::Exercise(exercise)) => Some(exercise),
            _ => None,
        }
    }

    /// The exercise at hand: the first of this section that is not done, else its last one.
    pub(crate) fn exercise(&self) -> Option<(usize, &Exercise)> {
        let mut all = self
            .blocks()
            .iter()
            .enumerate()
            .filter_map(|(index, block)| match block {
                Block::Exercise(exercise) => Some((index, exercise)),
                _ => None,
            });
        let mut last = None;
        all.find(|(index, exercise)| {
            last = Some((*index, *exercise));
            !self.has_passed(&exercise.id)
        })
        .or(last)
    }

    /// The command lines that come before the exercise of a block: those that the lesson gave so
    /// far, and those that set the state it starts from. Running one of them is not an attempt.
    pub(crate) fn preparation(&self, block: usize) -> Vec<Asked> {
        let Some(exercise) = self.exercise_at(block) else {
            return Vec::new();
        };
        let solution: Vec<Asked> = exercise
            .solution
            .iter()
            .map(|line| normalise(line))
            .collect();
        let before = self.blocks().iter().take(block);
        before
            .flat_map(|block| match block {
                Block::Command(line) => vec![line.as_str()],
                Block::Prediction(it) => vec![it.command.as_str()],
                Block::Misconception(it) => it
                    .experiment
                    .iter()
                    .map(|trial| trial.command.as_str())
                    .collect(),
                _ => Vec::new(),
            })
            .chain(exercise.setup.iter().map(String::as_str))
            .chain(exercise.cleanup.iter().map(String::as_str))
            .map(normalise)
            .filter(|asked| !solution.contains(asked))
            .collect()
    }

    /// Whether the exercise at hand has a solution that may be shown now.
    pub(crate) fn may_show_solution(&self) -> bool {
        self.exercise().is_some_and(|(block, exercise)| {
            let answer = self.answer(block);
            !exercise.solution.is_empty()
                && !answer.solution
                && answer.hints >= exercise.hints.len()
        })
    }

    /// The command of an item.
    pub(crate) fn command(&self, block: usize, index: usize) -> Option<Cow<'_, str>> {
        let line = match self.blocks().get(block)? {
            Block::Command(command) => command,
            Block::Prediction(prediction) => &prediction.command,
            Block::Misconception(idea) => &idea.experiment.get(index)?.command,
            Block::Exercise(exercise) => exercise.solution.get(index)?,
            Block::Observation(observation) => &observation.command,
            Block::File(file) => return Some(file.write_line().into()),
            Block::Prose(_)
            | Block::Quiz(_)
            | Block::Diagram(_)
            | Block::Recap(_)
            | Block::Note(_) => return None,
        };
        Some(line.as_str().into())
    }

    /// The observation at hand: the first of this section that is not done, else its last one.
    pub(crate) fn observation(&self) -> Option<usize> {
        let mut last = None;
        for (index, block) in self.blocks().iter().enumerate() {
            if let Block::Observation(it) = block {
                last = Some(index);
                if !self.done.contains(&it.id) {
                    break;
                }
            }
        }
        last
    }

    /// The answers to choose from.
    pub(crate) fn choices(&self, block: usize) -> &[Choice] {
        match self.blocks().get(block) {
            Some(Block::Prediction(prediction)) => &prediction.choices,
            Some(Block::Quiz(quiz)) => &quiz.choices,
            _ => &[],
        }
    }

    /// The identifier under which a block is done; `None` for what is only read.
    pub(crate) fn identifier(block: &Block) -> Option<&str> {
        match block {
            Block::Exercise(it) => Some(&it.id),
            Block::Quiz(it) => Some(&it.id),
            Block::Prediction(it) => Some(&it.id),
            Block::Misconception(it) => Some(&it.id),
            Block::Observation(it) => Some(&it.id),
            Block::Prose(_)
            | Block::Command(_)
            | Block::File(_)
            | Block::Diagram(_)
            | Block::Recap(_)
            | Block::Note(_) => None,
        }
    }

    /// The identifier of a block of this section.
    pub(crate) fn identifier_at(&self, block: usize) -> Option<String> {
        self.blocks()
            .get(block)
            .and_then(Self::identifier)
            .map(str::to_owned)
    }

    /// Whether what runs sets the start of the exercise of a block: it is no attempt.
    pub(crate) fn prepares(&self, block: usize, timeline: &Timeline) -> bool {
        let command = timeline.last().and_then(|step| step.command.as_ref());
        let of_lesson =
            command.is_some_and(|it| self.preparation(block).contains(&normalise(&it.line)));
        let resetting = self.resetting.as_ref();
        of_lesson || resetting.is_some_and(|it| it.runs(timeline))
    }

    /// Whether an exercise is done, and not begun again since.
    pub(crate) fn has_passed(&self, id: &str) -> bool {
        self.done.contains(id) && !self.again.contains(id)
    }

    /// How much of the lesson is done: (done, of how many).
    pub(crate) fn tally(&self) -> (usize, usize) {
        tally(&self.lesson, &self.done)
    }
}

/// How much of a lesson is done: (done, of how many).
pub(crate) fn tally(lesson: &Lesson, done: &BTreeSet<String>) -> (usize, usize) {
    let all = lesson.blocks().filter_map(Study::identifier);
    all.fold((0, 0), |(count, all), id| {
        (count + usize::from(done.contains(id)), all + 1)
    })
}

/// The identifiers of what is done in a lesson.
pub(crate) fn done(lesson: &Lesson, progress: &Progress) -> BTreeSet<String> {
    lesson
        .blocks()
        .filter_map(Study::identifier)
        .filter(|id| {
            let seen = |kept: &LessonProgress| kept.observations.contains_key(*id);
            progress.is_done(&lesson.id, id)
                || progress.answer(&lesson.id, id).is_some()
                || progress.lesson(&lesson.id).is_some_and(seen)
        })
        .map(str::to_owned)
        .collect()
}

/// What was answered before, as it was shown then.
fn answers(lesson: &Lesson, progress: &Progress) -> BTreeMap<BlockKey, Answer> {
    let mut answers = BTreeMap::new();
    for (section, part) in lesson.sections.iter().enumerate() {
        for (block, it) in part.blocks.iter().enumerate() {
            let Some(id) = Study::identifier(it) else {
                continue;
            };
            let mut answer = Answer::default();
            let first = progress.answer(&lesson.id, id);
            match (it, first) {
                (Block::Exercise(_), _) => {
                    let exercises = progress.lesson(&lesson.id).map(|it| &it.exercises);
                    let kept = exercises.and_then(|it| it.get(id));
                    answer.hints = kept.map_or(0, |kept| kept.hints);
                }
                (Block::Quiz(quiz), Some(first)) => {
                    let right = quiz.choices.iter().position(|choice| choice.right);
                    answer.tried = [Some(first), right].into_iter().flatten().collect();
                    answer.chosen = right;
                }
                (Block::Prediction(_), Some(first)) => {
                    answer.chosen = Some(first);
                    answer.revealed = true;
                }
                (Block::Misconception(_), Some(_)) => answer.revealed = true,
                _ => {}
            }
            answers.insert((section, block), answer);
        }
    }
    answers
}
