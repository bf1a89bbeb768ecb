//! What is asked again of past lessons, and when: Leitner's boxes, one card per question.
//!
//! A question that was answered goes into a box; the further the box, the longer before it comes
//! back. A right answer moves it one box further, a wrong one sends it back to the first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A day of the learner's calendar, counted from 1970-01-01.
pub type Day = i64;

/// Days before a question of each box is asked again.
const WAITS: [Day; 5] = [1, 3, 7, 16, 35];

/// The cards, and the day of the last review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Recall {
    /// By lesson, then by question.
    #[serde(rename = "cartes")]
    cards: BTreeMap<String, BTreeMap<String, Card>>,
    /// The day of the last review, done or skipped.
    #[serde(rename = "derniere-revision")]
    last: Option<Day>,
}

/// Where a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Card {
    /// The rank of its box.
    #[serde(rename = "boite")]
    place: usize,
    /// The day it was last asked.
    #[serde(rename = "posee-le")]
    asked: Day,
    /// The day it comes back.
    #[serde(rename = "du-le")]
    due: Day,
}

impl Card {
    fn new(place: usize, today: Day) -> Self {
        let place = place.min(WAITS.len() - 1);
        Self {
            place,
            asked: today,
            due: today.saturating_add(WAITS[place]),
        }
    }
}

impl Recall {
    /// A question was answered: for the first time, or again.
    pub(super) fn answered(&mut self, lesson: &str, question: &str, right: bool, today: Day) {
        let cards = self.cards.entry(lesson.to_owned()).or_default();
        let place = match (cards.get(question), right) {
            (_, false) => 0,
            (None, true) => 1,
            (Some(card), true) => card.place.saturating_add(1),
        };
        cards.insert(question.to_owned(), Card::new(place, today));
    }

    /// The day on which a question comes back; `None` when it has no card.
    pub(super) fn due(&self, lesson: &str, question: &str) -> Option<Day> {
        Some(self.cards.get(lesson)?.get(question)?.due)
    }

    /// Whether there was no review today yet. A clock that went back counts as today.
    pub(super) fn may_review(&self, today: Day) -> bool {
        self.last.is_none_or(|last| last < today)
    }

    /// The review of this day is done, or skipped.
    pub(super) fn reviewed(&mut self, today: Day) {
        self.last = self.last.max(Some(today));
    }

    /// Adds what another session did: of a card that both have, the one asked last.
    pub(super) fn merge(&mut self, other: &Self) {
        self.last = self.last.max(other.last);
        for (lesson, cards) in &other.cards {
            let ours = self.cards.entry(lesson.clone()).or_default();
            for (question, theirs) in cards {
                let card = ours.entry(question.clone()).or_insert(*theirs);
                if theirs.asked > card.asked {
                    *card = *theirs;
                }
            }
        }
    }

    /// Brings back to today what a clock that was wrong dated from days to come: else the review
    /// would wait for them, and an answer given since would count for less than that one.
    pub(super) fn mend(&mut self, today: Day) {
        self.last = self.last.map(|it| it.min(today));
        for card in self.cards.values_mut().flat_map(BTreeMap::values_mut) {
            if card.asked > today {
                *card = Card {
                    due: card.due.min(Card::new(card.place, today).due),
                    ..Card::new(card.place, today)
                };
            }
        }
    }

    pub(super) fn forget(&mut self, lesson: &str) {
        self.cards.remove(lesson);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The days on which a question is asked, when it is answered so each time it is due.
    fn days(answers: &[bool]) -> Vec<Day> {
        let (mut recall, mut today, mut days) = (Recall::default(), 100, Vec::new());
        for right in answers {
            recall.answered("l", "q", *right, today);
            today = recall.due("l", "q").unwrap();
            days.push(today - 100);
        }
        days
    }

    #[test]
    fn right_answers_come_back_later_and_later() {
        assert_eq!(days(&[true; 6]), [3, 10, 26, 61, 96, 131]);
    }

    #[test]
    fn numbers_that_no_clock_says_break_nothing() {
        let far = json!({ "cartes": {"l": {"q": {
            "boite": usize::MAX, "posee-le": i64::MAX, "du-le": i64::MIN,
        }}}});
        let mut recall: Recall = serde_json::from_value(far).unwrap();
        recall.answered("l", "q", true, Day::MAX);
        assert_eq!(recall.due("l", "q"), Some(Day::MAX));
        recall.answered("l", "q", true, 100);
        assert_eq!(recall.due("l", "q"), Some(135), "the last box");
    }

    #[test]
    fn a_clock_that_was_years_ahead_holds_nothing_back() {
        let (ahead, today) = (5_000, 100);
        let mut recall = Recall::default();
        recall.answered("l", "q", true, ahead);
        recall.reviewed(ahead);
        let kept = recall.clone();
        assert!(!recall.may_review(today + 1), "nothing before that day");
        recall.mend(today);
        assert_eq!(recall.due("l", "q"), Some(today + 3));
        assert!(!recall.may_review(today) && recall.may_review(today + 1));
        // What is answered then is not undone by what the file still says.
        recall.answered("l", "q", false, today);
        let mut file = kept;
        file.mend(today);
        recall.merge(&file);
        assert_eq!(recall.due("l", "q"), Some(today + 1));
    }

    #[test]
    fn a_clock_that_was_years_behind_only_asks_sooner() {
        let (behind, today) = (100, 5_000);
        let mut recall = Recall::default();
        recall.answered("l", "q", true, behind);
        let before = recall.clone();
        recall.mend(today);
        assert_eq!(recall, before);
        assert!(recall.due("l", "q") < Some(today) && recall.may_review(today));
    }

    #[test]
    fn a_wrong_answer_comes_back_the_next_day() {
        assert_eq!(days(&[false, false, true]), [1, 2, 5]);
        assert_eq!(days(&[true, true, false, true]), [3, 10, 11, 14]);
    }

    #[test]
    fn there_is_one_review_a_day_even_when_the_clock_goes_back() {
        let mut recall = Recall::default();
        assert!(recall.may_review(100));
        recall.reviewed(100);
        assert!(!recall.may_review(100));
        assert!(!recall.may_review(99));
        assert!(recall.may_review(101));
        recall.reviewed(99);
        assert!(!recall.may_review(100));
    }

    #[test]
    fn of_two_sessions_the_last_answer_counts() {
        let (mut one, mut other) = (Recall::default(), Recall::default());
        one.answered("l", "q", true, 100);
        other.answered("l", "q", false, 101);
        other.answered("l", "r", true, 101);
        other.reviewed(101);
        let mut both = one.clone();
        both.merge(&other);
        other.merge(&one);
        assert_eq!(both, other);
        assert_eq!(
            (both.due("l", "q"), both.due("l", "r")),
            (Some(102), Some(104))
        );
        both.forget("l");
        assert_eq!(both.due("l", "q"), None);
    }
}
