//! The two-minute review: questions of past lessons that come back.

use std::sync::Arc;

use super::model::Model;
use crate::lesson::{Block, Lesson, Quiz};

/// Questions of one review, at most.
const MOST: usize = 6;

/// A review at hand.
#[derive(Debug, Clone)]
pub(crate) struct Review {
    /// The questions: a lesson and the name of one of its quizzes.
    questions: Vec<(Arc<Lesson>, String)>,
    /// The rank of the question shown; past the last one, the count of right answers is.
    pub(crate) rank: usize,
    /// The choice under the cursor.
    pub(crate) cursor: usize,
    /// The choice that was made.
    pub(crate) chosen: Option<usize>,
    /// Right answers so far.
    pub(crate) right: usize,
}

impl Review {
    /// The review to begin with, if one is due.
    pub(crate) fn due(model: &Model) -> Option<Self> {
        let (progress, today) = (&model.progress, model.today);
        if !progress.may_review(today) {
            return None;
        }
        let mut questions = Vec::new();
        for lesson in model.lessons() {
            for block in lesson.blocks() {
                if let Block::Quiz(quiz) = block
                    && progress.is_due(&lesson.id, &quiz.id, today)
                {
                    // What was asked before there were reviews has waited longest.
                    let since = progress.due(&lesson.id, &quiz.id).unwrap_or(i64::MIN);
                    questions.push((since, (lesson.clone(), quiz.id.clone())));
                }
            }
        }
        questions.sort_by_key(|(since, _)| *since);
        let questions: Vec<_> = questions.into_iter().map(|(_, it)| it).take(MOST).collect();
        (!questions.is_empty()).then_some(Self {
            questions,
            rank: 0,
            cursor: 0,
            chosen: None,
            right: 0,
        })
    }

    /// The lesson and the quiz of the question shown.
    pub(crate) fn question(&self) -> Option<(&Lesson, &Quiz)> {
        let (lesson, id) = self.questions.get(self.rank)?;
        let quiz = lesson.blocks().find_map(|block| match block {
            Block::Quiz(quiz) if quiz.id == *id => Some(quiz),
            _ => None,
        })?;
        Some((lesson, quiz))
    }

    /// How many questions.
    pub(crate) fn count(&self) -> usize {
        self.questions.len()
    }
}
