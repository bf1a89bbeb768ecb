//! Words looked for in a panel, key by key.

use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;

use crate::domain::ContainerState;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Focus, Overlay};
use crate::tui::update::fixtures::{Play, container, image, snapshot};
use crate::tui::view;

/// What the screen shows of the match that is shown, and of the others.
fn marked(play: &Play) -> (String, String) {
    let size = play.model.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    terminal
        .draw(|frame| view::draw(frame, &play.model, None))
        .unwrap();
    let cells = terminal.backend().buffer().content();
    let key = play.model.theme.key.fg;
    let with = |modifier| {
        cells
            .iter()
            .filter(|it| it.modifier.contains(modifier) && key.is_none_or(|key| it.fg == key))
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    };
    (with(Modifier::REVERSED), with(Modifier::UNDERLINED))
}

#[test]
fn words_of_the_lesson_are_found_shown_and_gone_through() {
    let mut play = Play::lesson(80, 24);
    play.key(KeyCode::Down);
    let before = {
        let study = play.model.study.as_ref().unwrap();
        (study.scroll, study.cursor)
    };
    play.keys("/JUMEAU1");
    assert_eq!(play.model.focus, Focus::Lesson, "nothing went to the shell");
    let screen = play.screen();
    assert!(screen.contains("/ JUMEAU1▏ 1/5, 2 ailleurs"), "{screen}");
    assert_eq!(marked(&play).0, "jumeau1", "{screen}");
    play.key(KeyCode::Enter);
    play.keys("n");
    assert!(play.screen().contains("2/5"), "{}", play.screen());
    play.keys("nnn");
    assert!(play.screen().contains("5/5"), "{}", play.screen());
    insta::assert_snapshot!("lesson_80", play.screen());
    // The next one is in the next section, and the first one comes after the last one.
    let section = |play: &Play| play.model.study.as_ref().unwrap().section;
    play.keys("n");
    let screen = play.screen();
    assert!(screen.contains("1/2"), "{screen}");
    assert_eq!(marked(&play).0, "jumeau1", "{screen}");
    assert_eq!(section(&play), 1);
    play.keys("nn");
    assert!(play.screen().contains("1/5"), "{}", play.screen());
    assert_eq!(section(&play), 0);
    play.keys("N");
    assert!(play.screen().contains("2/2"), "{}", play.screen());
    assert_eq!(section(&play), 1);
    play.keys("NN");
    assert!(play.screen().contains("5/5"), "{}", play.screen());
    assert_eq!(section(&play), 0);
    play.keys("n");
    // The search ends where one was before it.
    play.key(KeyCode::Esc);
    let study = play.model.study.as_ref().unwrap();
    assert_eq!((study.scroll, study.cursor), before);
    assert_eq!(study.section, 0);
    assert_eq!(play.model.overlay, None);
    assert_eq!(marked(&play).1, "");
}

#[test]
fn a_search_brings_what_is_out_of_sight_and_may_end_there() {
    let mut play = Play::lesson(80, 24);
    play.say(Message::Resize(60, 20));
    assert!(!play.screen().contains("Section suivante"));
    play.keys("/EFFACE-T");
    let screen = play.screen();
    assert!(screen.contains("Section suivante"), "{screen}");
    let scroll = play.model.study.as_ref().unwrap().scroll;
    assert!(scroll > 0);
    play.key(KeyCode::Enter);
    play.key(KeyCode::Enter);
    assert_eq!(play.model.overlay, None);
    assert_eq!(play.model.study.as_ref().unwrap().scroll, scroll);
    // Any other key is what it always is.
    play.keys("/indice");
    play.key(KeyCode::Enter);
    play.keys("e");
    assert_eq!(play.model.focus, Focus::Pane);
    assert_eq!(play.model.overlay, None);
}

#[test]
fn words_of_another_section_are_gone_to_when_asked() {
    let mut play = Play::lesson(80, 24);
    let section = |play: &Play| play.model.study.as_ref().unwrap().section;
    play.effects.clear();
    play.keys("/disparaissent");
    let screen = play.screen();
    assert!(screen.contains("ailleurs\u{a0}: 1"), "{screen}");
    assert!(screen.contains("Entrée y aller"), "{screen}");
    assert_eq!(section(&play), 0, "typing goes nowhere");
    assert_eq!(play.effects, []);
    play.key(KeyCode::Enter);
    let screen = play.screen();
    assert!(screen.contains("1/1"), "{screen}");
    assert_eq!(marked(&play).0, "disparaissent", "{screen}");
    assert_eq!(section(&play), 2);
    assert!(play.effects.contains(&Effect::SaveProgress));
    play.key(KeyCode::Esc);
    assert_eq!(section(&play), 0);
    // Or one stays there.
    play.keys("/disparaissent");
    play.key(KeyCode::Enter);
    play.key(KeyCode::Enter);
    assert_eq!((section(&play), play.model.overlay.clone()), (2, None));
    let lesson = play.model.study.as_ref().unwrap().lesson.id.clone();
    assert_eq!(play.model.progress.place(&lesson).section, 2);
    // From there, what was looked for before is behind.
    play.keys("/couche inscriptible");
    assert!(
        play.screen().contains("ailleurs\u{a0}: 1"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Down);
    assert_eq!(section(&play), 0);
}

#[test]
fn accents_blanks_and_ends_of_lines_are_no_obstacle() {
    let mut play = Play::lesson(120, 40);
    for (words, tally) in [
        ("au bout de cette lecon, vous saurez :", "1/1"),
        ("arret conserve les fichiers", "1/1"),
        ("baleine", "introuvable ici"),
    ] {
        play.keys("/");
        play.keys(words);
        let screen = play.screen();
        assert!(screen.contains(tally), "{words}: {screen}");
        play.key(KeyCode::Esc);
    }
    // Nothing to keep: Enter leaves the words to be corrected.
    play.keys("/zzz");
    play.key(KeyCode::Enter);
    assert!(matches!(&play.model.overlay, Some(Overlay::Search(it)) if it.typing));
    for _ in 0..3 {
        play.key(KeyCode::Backspace);
    }
    play.key(KeyCode::Enter);
    assert_eq!(play.model.overlay, None);
}

#[test]
fn the_terminal_is_searched_and_left_where_it_was() {
    let mut play = Play::lesson(120, 40);
    play.leader('t');
    play.effects.clear();
    play.leader('/');
    play.keys("ré");
    let find = |words: &str, rank| Effect::ShellFind {
        words: words.to_owned(),
        rank,
    };
    assert_eq!(play.effects, [find("r", None), find("ré", None)]);
    play.say(Message::ShellFound { at: 2, count: 3 });
    assert!(play.screen().contains("/ ré▏ 3/3"), "{}", play.screen());
    play.key(KeyCode::Enter);
    play.effects.clear();
    play.key(KeyCode::Down);
    play.say(Message::ShellFound { at: 0, count: 3 });
    play.key(KeyCode::Up);
    assert_eq!(play.effects, [find("ré", Some(0)), find("ré", Some(2))]);
    play.effects.clear();
    play.key(KeyCode::Esc);
    assert_eq!(play.effects, [Effect::ShellFindEnd { back: true }]);
    assert_eq!(play.model.overlay, None);
    // The shell has the keys again.
    play.effects.clear();
    play.keys("l");
    assert!(matches!(play.effects[..], [Effect::ShellKey(_)]));

    // From the terminal scrolled back, one is back there.
    play.leader('u');
    play.keys("/ré");
    play.say(Message::ShellFound { at: 0, count: 1 });
    play.key(KeyCode::Esc);
    assert_eq!(play.model.overlay, Some(Overlay::ScrollBack));
    // What is found may be where one stays.
    play.keys("/ré");
    play.say(Message::ShellFound { at: 0, count: 1 });
    play.key(KeyCode::Enter);
    play.effects.clear();
    play.key(KeyCode::PageUp);
    assert!(
        matches!(
            play.effects[..],
            [Effect::ShellFindEnd { back: false }, Effect::ShellScroll(_)]
        ),
        "{:?}",
        play.effects
    );
    assert_eq!(play.model.overlay, Some(Overlay::ScrollBack));
}

#[test]
fn a_pane_counts_and_shows_what_was_found_and_goes_back_where_one_was() {
    let mut play = Play::lesson(120, 40);
    let names: Vec<String> = (0..40).map(|it| format!("jumeau{it}")).collect();
    let all = names
        .iter()
        .map(|it| container(it, ContainerState::Running));
    play.run("docker run …", 0, snapshot(all.chain([image()])));
    play.keys("e");
    for _ in 0..30 {
        play.key(KeyCode::Down);
    }
    let before = play.model.pane_view(play.model.pane).clone();
    play.keys("/JUMEAU3");
    let screen = play.screen();
    assert!(screen.contains("/ JUMEAU3▏  11 lignes"), "{screen}");
    assert!(marked(&play).1.starts_with("jumeau3jumeau3"));
    play.keys("zz");
    assert!(play.screen().contains("Aucune ligne"));
    assert!(!play.screen().contains("1 ligne"), "{}", play.screen());
    play.key(KeyCode::Esc);
    let after = play.model.pane_view(play.model.pane);
    assert_eq!(
        (after.cursor, after.scroll, after.following),
        (before.cursor, before.scroll, before.following)
    );
    // One that is kept hides lines, until Escape: it is another that leaves the lesson.
    play.keys("/JUMEAU3");
    play.key(KeyCode::Enter);
    let screen = play.screen();
    assert!(screen.contains("Échap toutes les lignes"), "{screen}");
    play.key(KeyCode::Esc);
    assert!(play.model.pane_view(play.model.pane).query.is_empty());
    assert!(play.model.study.is_some());
    play.key(KeyCode::Esc);
    assert!(play.model.study.is_none());
}
