//! The cheat sheet and the glossary over the screen: moving in them, searching, sending examples to
//! the terminal, going from word to word.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::lesson;
use crate::text::glossary::Glossary;
use crate::text::sheet;
use crate::tui::book::{Book, BookView, Entry, Found};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Overlay};
use crate::tui::screens::book as screen;
use crate::tui::study::Study;

/// Opens a book where it was left; the glossary, at the words of the part being read.
pub(super) fn open(model: &mut Model, book: Book) -> Vec<Effect> {
    if book == Book::Glossary {
        let text = model.study.as_ref().map(Study::text);
        let words = |text: &String| {
            Glossary::embedded().map_or_else(|_| Vec::new(), |it| it.occurring(text))
        };
        model.glossary = BookView {
            here: text.as_ref().map(words).unwrap_or_default(),
            ..BookView::default()
        };
    }
    model.book_mut(book).typing = false;
    model.overlay = Some(Overlay::Book(book));
    Vec::new()
}

/// Opens the glossary at these words.
pub(super) fn open_at(model: &mut Model, words: &[String]) -> Vec<Effect> {
    let effects = open(model, Book::Glossary);
    if let Ok(glossary) = Glossary::embedded() {
        let terms = words.iter().filter_map(|word| glossary.resolve(word));
        model.glossary.here = terms.collect();
    }
    model.dirty = true;
    effects
}

/// The letters that go through a book: see [`moved`].
const MOVES: &str = "jkgGb";

/// A key while a book is open.
pub(super) fn key(model: &mut Model, book: Book, event: KeyEvent) -> Vec<Effect> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    if control {
        if event.code == KeyCode::Char('c') {
            model.overlay = None;
        }
        return Vec::new();
    }
    if model.book(book).typing {
        typed(model, book, event);
        return Vec::new();
    }
    let view = model.book_mut(book);
    match event.code {
        KeyCode::Esc if view.around.is_some() || !view.query.is_empty() => {
            search(view, String::new());
        }
        KeyCode::Esc | KeyCode::Char('q') => model.overlay = None,
        KeyCode::Char('/') => {
            view.typing = true;
            around(view, None);
        }
        KeyCode::Enter => match chosen(model, book) {
            Some(Entry::Command(entry)) => return send(model, entry),
            Some(Entry::Word(term)) => around(model.book_mut(book), Some(term)),
            None => {}
        },
        KeyCode::Char('p') => {
            if let Some(Entry::Command(entry)) = chosen(model, book) {
                return prepare(model, entry);
            }
        }
        // A word is typed to be looked for, whether its search was opened or not.
        KeyCode::Char(letter) if letter.is_alphabetic() && !MOVES.contains(letter) => {
            view.typing = true;
            search(view, letter.to_string());
        }
        code => moved(model, book, code),
    }
    Vec::new()
}

/// A key of the search.
fn typed(model: &mut Model, book: Book, event: KeyEvent) {
    let view = model.book_mut(book);
    let mut query = view.query.clone();
    match event.code {
        KeyCode::Esc => {
            view.typing = false;
            query.clear();
        }
        KeyCode::Enter => view.typing = false,
        KeyCode::Backspace => {
            query.pop();
        }
        KeyCode::Char(character) => query.push(character),
        code => return moved(model, book, code),
    }
    search(view, query);
}

/// Looks for these words.
pub(super) fn search(view: &mut BookView, query: String) {
    if view.query != query || view.around.is_some() {
        view.query = query;
        around(view, None);
    }
}

/// Shows a word with its neighbours, or all words again.
fn around(view: &mut BookView, term: Option<&'static crate::text::glossary::Term>) {
    view.around = term;
    view.cursor = 0;
    view.scroll = 0;
}

fn moved(model: &mut Model, book: Book, code: KeyCode) {
    let found = Found::of(model, book);
    let last = found.count().saturating_sub(1);
    let here = model.book(book).cursor.min(last);
    let page = usize::from(model.size.height / 2).max(1);
    let there = match code {
        KeyCode::Up | KeyCode::Char('k') => here.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => here + 1,
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        KeyCode::Left => found.theme_before(here),
        KeyCode::Right => found.theme_after(here),
        KeyCode::PageDown | KeyCode::Char(' ') => {
            let lines = screen::detail(model, book).len();
            let room = screen::areas(model.size).detail.height;
            let end = lines.saturating_sub(usize::from(room));
            let view = model.book_mut(book);
            view.scroll = (view.scroll + page).min(end);
            return;
        }
        KeyCode::PageUp | KeyCode::Char('b') => {
            let view = model.book_mut(book);
            view.scroll = view.scroll.saturating_sub(page);
            return;
        }
        _ => return,
    };
    let view = model.book_mut(book);
    view.cursor = there.min(last);
    view.scroll = 0;
}

fn chosen(model: &Model, book: Book) -> Option<Entry> {
    Found::of(model, book).entry(model.book(book).cursor)
}

/// The example goes to the terminal, as the commands of a lesson do.
fn send(model: &mut Model, entry: &sheet::Entry) -> Vec<Effect> {
    let effects = type_line(model, &entry.example);
    if !effects.is_empty() {
        model.sheet.sent = Some(entry.example.clone());
    }
    effects
}

/// The lines that prepare the example go to the terminal, one per prompt.
fn prepare(model: &mut Model, entry: &sheet::Entry) -> Vec<Effect> {
    let Some((first, rest)) = entry.setup.split_first() else {
        model.notice = Some("Cet exemple n’a besoin d’aucune préparation.".into());
        return Vec::new();
    };
    let effects = type_line(model, first);
    if !effects.is_empty() {
        model.sheet.sent = Some(first.clone());
        model.queue = rest.iter().cloned().collect();
    }
    effects
}

fn type_line(model: &mut Model, line: &str) -> Vec<Effect> {
    if model.study.is_none() {
        let words = format!(
            "Le terminal est dans les leçons\u{a0}: ouvrez-en une, puis {} ramène ici.",
            model.keymap.by_menu(Action::Sheet)
        );
        model.notice = Some(words.into());
        return Vec::new();
    }
    let effects = lesson::type_line(model, line.to_owned());
    if !effects.is_empty() {
        model.overlay = None;
    }
    effects
}

/// A line of the sheet was not typed: the sheet is shown again, for its reader to insist.
pub(super) fn refused(model: &mut Model, line: &str) {
    if model.sheet.sent.as_deref() == Some(line) {
        model.overlay = Some(Overlay::Book(Book::Sheet));
    }
}
