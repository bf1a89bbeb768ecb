//! The page of a recording: its markers are the steps, between what their lesson told.

use std::collections::BTreeMap;

use super::page::Page;
use super::steps::Step;
use super::{Exported, blocks};
use crate::cast::{Outcome, Place, Recording, What};
use crate::demo::{Act, Script};
use crate::lesson::{Course, Lesson};
use crate::text::calendar;

/// A marker, and what is known of its step.
#[derive(Default)]
struct Taken<'r> {
    line: &'r str,
    place: Option<&'r Place>,
    outcome: Option<&'r Outcome>,
    /// The screen at its end, when no outcome says better.
    screen: String,
}

/// A lesson being told.
struct Told {
    lesson: Lesson,
    script: Script,
    /// The first beat that was not told yet.
    next: usize,
}

/// The page of a recording.
pub(super) fn page(recording: &Recording, course: &Course) -> Exported {
    let (steps, end) = taken(recording);
    let demo = steps
        .iter()
        .any(|it| it.place.is_some_and(|it| it.beat.is_some()));
    let mut notices = Vec::new();
    let mut lessons = lessons(&steps, course, &mut notices);
    let mut page = Page::default();
    for step in &steps {
        let told = step.place.and_then(|it| lessons.get_mut(&it.lesson));
        if let (Some(place), Some(told)) = (step.place, told) {
            told.tell(place, demo, &mut page);
            page.enter(&told.lesson, place.part);
            page.step(&told.step(place, step));
            continue;
        }
        if !page.has_begun() {
            page.part("Les étapes");
        }
        page.step(&Step::alone(step.line, step.outcome, &step.screen));
    }
    if let Some((place, told)) = end.and_then(|it| Some((it, lessons.get_mut(&it.lesson)?))) {
        // The beat shown when it ended was told too.
        let after = Place {
            beat: place.beat.map(|it| it.saturating_add(1)),
            ..place.clone()
        };
        told.tell(&after, demo, &mut page);
    }
    let title = match lessons.values().collect::<Vec<_>>().as_slice() {
        [only] => format!("{}, session enregistrée", only.lesson.title),
        _ => "Session enregistrée".to_owned(),
    };
    let html = page.end(&title, &[about(recording, steps.len())], &[]);
    Exported { html, notices }
}

fn about(recording: &Recording, steps: usize) -> String {
    let seconds = recording.duration().as_secs();
    let day = recording.began.map(calendar::day);
    let day = day.map_or_else(String::new, |it| format!(" le {it}"));
    let plural = if steps > 1 { "s" } else { "" };
    format!(
        "Session enregistrée{day}, longue de {} min {:02} s, en {steps} étape{plural}. Ce que les \
         commandes affichent et changent est ce qui a été enregistré.",
        seconds / 60,
        seconds % 60
    )
}

/// The steps of a recording, and where its lesson was left.
fn taken(recording: &Recording) -> (Vec<Taken<'_>>, Option<&Place>) {
    let mut screen = blank(recording.size);
    let mut steps: Vec<Taken<'_>> = Vec::new();
    let mut place = None;
    for event in &recording.events {
        match &event.what {
            What::Output(text) => screen.process(text.as_bytes()),
            What::Resize(cols, rows) => {
                // A new screen: half a wide character may be left at the edge of the old one.
                let shown = screen.screen().contents();
                screen = blank((*cols, *rows));
                screen.process(shown.replace('\n', "\r\n").as_bytes());
            }
            What::Place(it) => place = Some(it),
            What::Outcome(it) => {
                if let Some(step) = steps.last_mut() {
                    step.outcome = Some(it);
                }
            }
            What::Marker(line) => {
                if let Some(last) = steps.last_mut() {
                    last.screen = screen.screen().contents();
                }
                steps.push(Taken {
                    line,
                    place: place.take(),
                    ..Taken::default()
                });
            }
        }
    }
    if let Some(last) = steps.last_mut() {
        last.screen = screen.screen().contents();
    }
    (steps, place)
}

fn blank((cols, rows): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(rows, cols, 0)
}

/// The lessons that the steps are of, those that the course has as they were.
fn lessons(
    steps: &[Taken<'_>],
    course: &Course,
    notices: &mut Vec<String>,
) -> BTreeMap<String, Told> {
    let mut names: Vec<&str> = steps
        .iter()
        .filter_map(|it| Some(it.place?.lesson.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut lessons = BTreeMap::new();
    for name in names {
        let lesson = course.find(name).and_then(|it| it.load().ok());
        let told = lesson.map(|lesson| Told {
            script: Script::of(&lesson),
            lesson,
            next: 0,
        });
        let its = |it: &&Taken<'_>| it.place.is_some_and(|it| it.lesson == name);
        match told.filter(|told| steps.iter().filter(its).all(|it| told.has(it))) {
            Some(told) => drop(lessons.insert(name.to_owned(), told)),
            None => notices.push(format!(
                "la leçon «\u{a0}{name}\u{a0}» n’est pas ici comme elle était à l’enregistrement\u{a0}: \
                 la page n’en a que les commandes."
            )),
        }
    }
    lessons
}

impl Told {
    /// Whether the lesson still has this step where it was.
    fn has(&self, step: &Taken<'_>) -> bool {
        let first = |text: &str| text.trim().lines().next().map(str::to_owned);
        let Some(place) = step.place else { return true };
        let Some(beat) = place.beat else {
            return place.part < self.lesson.sections.len();
        };
        let beat = self.script.beats.get(beat);
        beat.is_some_and(|it| {
            it.section == place.part && it.line().and_then(first) == first(step.line)
        })
    }

    /// Tells what was not told yet and comes before this place: in a demo, the beats before that
    /// one; for who learns alone, the parts up to that one, without the answers.
    fn tell(&mut self, place: &Place, demo: bool, page: &mut Page) {
        let end = match place.beat {
            Some(beat) => beat,
            None if demo => return,
            None => {
                let beats = self.script.beats.iter();
                beats.take_while(|it| it.section <= place.part).count()
            }
        };
        let end = end.min(self.script.beats.len());
        for beat in self.script.beats.get(self.next..end).unwrap_or_default() {
            let hidden = beat.act == Act::Reveal && !demo;
            if beat.line().is_some() || hidden {
                continue;
            }
            if let Some(block) = beat.block_in(&self.lesson) {
                page.enter(&self.lesson, beat.section);
                page.add(&blocks::told(&beat.act, block));
            }
        }
        self.next = self.next.max(end);
    }

    /// A step of this lesson.
    fn step<'a>(&'a self, place: &Place, step: &'a Taken<'_>) -> Step<'a> {
        let beat = place.beat.and_then(|it| self.script.beats.get(it));
        match beat.and_then(|it| it.block_in(&self.lesson)) {
            Some(block) => Step::of(block, step.line, step.outcome, &step.screen),
            None => Step::alone(step.line, step.outcome, &step.screen),
        }
    }
}
