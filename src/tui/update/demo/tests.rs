//! A demo, key by key.

use super::*;
use crate::domain::{ContainerState, Occurrence};
use crate::tui::update::fixtures::{Play, container, image, snapshot};

const LINE: &str = "docker run -d --name jumeau1 busybox:1.37 sleep 3600";

impl Play {
    fn at(&self) -> usize {
        self.model.demo.as_ref().unwrap().at
    }

    fn acts(&self) -> &Act {
        &self.model.demo.as_ref().unwrap().beat().unwrap().act
    }

    /// Goes on to the first beat of this kind.
    fn seek(&mut self, wanted: impl Fn(&Act) -> bool) {
        while !wanted(self.acts()) {
            self.key(KeyCode::Right);
        }
        self.effects.clear();
    }

    fn typed(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::ShellTypeOn { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// Types the line of the beat with random keys, runs it, and has the engine be like that.
    fn run_beat(&mut self, names: &[&str], moment: u64) {
        let line = self.model.demo.as_ref().unwrap().line().unwrap().to_owned();
        self.keys(&"x".repeat(line.len()));
        self.key(KeyCode::Enter);
        let all = names
            .iter()
            .map(|name| container(name, ContainerState::Running));
        let at = std::time::SystemTime::UNIX_EPOCH;
        self.say(Message::CommandBegan { line, at });
        self.say(Message::Occurrence(Occurrence::Moment(moment)));
        self.say(Message::Occurrence(Occurrence::State(
            snapshot(all.chain([image()])).into(),
        )));
        self.say(Message::CommandEnded {
            status: Some(0),
            at,
        });
    }
}

fn types(act: &Act) -> bool {
    matches!(act, Act::Type { .. })
}

#[test]
fn any_key_types_the_line_and_nothing_else() {
    for (width, height) in [(80, 24), (160, 50)] {
        let mut play = Play::demo(width, height);
        play.keys("abc");
        assert_eq!(play.effects, [], "nothing is typed while something is told");
        play.seek(types);
        play.keys("?qz: 'é");
        assert!(LINE.starts_with(&play.typed()) && play.typed().len() < LINE.len());
        play.keys(&"k".repeat(100));
        assert_eq!(play.typed(), LINE);
        let fresh = |it: &&Effect| matches!(it, Effect::ShellTypeOn { fresh: true, .. });
        assert_eq!(play.effects.iter().filter(fresh).count(), 1);
        play.effects.clear();
        play.key(KeyCode::Enter);
        play.keys("kkk");
        play.key(KeyCode::Enter);
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(play.effects, [Effect::ShellKey(enter)]);
    }
}

#[test]
fn enter_finishes_the_line_before_it_runs_it() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    play.keys("a");
    play.key(KeyCode::Enter);
    assert_eq!(play.typed(), LINE);
    assert!(
        !play
            .effects
            .iter()
            .any(|it| matches!(it, Effect::ShellKey(_)))
    );
}

#[test]
fn a_line_that_the_shell_refused_is_typed_from_its_beginning() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    play.keys("aa");
    play.say(Message::ShellBusy("doc".to_owned()));
    play.effects.clear();
    play.keys(&"k".repeat(100));
    assert_eq!(play.typed(), LINE);
}

#[test]
fn the_room_votes_and_nothing_is_shown_until_the_instructor_goes_on() {
    let mut play = Play::demo(80, 30);
    play.seek(|act| *act == Act::Ask);
    play.keys("abc");
    assert_eq!(play.effects, []);
    play.keys("12");
    play.key(KeyCode::Down);
    play.keys("45");
    play.key(KeyCode::Backspace);
    let screen = play.screen();
    assert!(
        screen.contains(" 12") && screen.contains("16 voix"),
        "{screen}"
    );
    assert!(!screen.contains("La couche reste"));
    let asked = play.at();
    play.key(KeyCode::Enter);
    assert_eq!(play.at(), asked + 1);
    play.run_beat(&["jumeau1"], 1);
    play.key(KeyCode::Enter);
    assert_eq!(*play.acts(), Act::Reveal);
    let screen = play.screen();
    assert!(
        screen.contains("La couche reste") && screen.contains("16 voix"),
        "{screen}"
    );
}

#[test]
fn the_keyboard_is_handed_over_and_back() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    play.keys("a");
    play.leader('t');
    play.effects.clear();
    let before = play.at();
    play.key(KeyCode::Char('l'));
    play.key(KeyCode::Enter);
    assert_eq!(play.effects.len(), 2);
    assert!(
        play.effects
            .iter()
            .all(|it| matches!(it, Effect::ShellKey(_)))
    );
    play.leader('d');
    play.effects.clear();
    play.keys(&"k".repeat(100));
    assert_eq!((play.at(), play.typed()), (before, LINE.to_owned()));
}

#[test]
fn the_simulated_engine_goes_back_to_before_a_beat() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    let first = play.at();
    play.run_beat(&["jumeau1"], 7);
    play.key(KeyCode::Enter);
    play.effects.clear();
    play.leader('r');
    assert_eq!(play.at(), first);
    let travel = Effect::Travel { step: 0, moment: 7 };
    assert!(play.effects.contains(&travel), "{:?}", play.effects);
    // The moment was forgotten: what the session made goes, and nothing comes before.
    play.effects.clear();
    play.say(Message::Travelled(0, false));
    let line = "docker rm -f jumeau1".to_owned();
    assert!(
        play.effects
            .contains(&Effect::ShellType { line, force: false })
    );
}

#[test]
fn a_real_engine_plays_the_lines_again() {
    let mut play = Play::demo(80, 24);
    if let Some(engine) = &mut play.model.engine {
        engine.origin = crate::engine::Origin::Flag;
    }
    play.seek(types);
    let first = play.at();
    play.run_beat(&["jumeau1"], 7);
    play.seek(|act| *act == Act::Ask);
    play.key(KeyCode::Right);
    play.run_beat(&["jumeau1"], 8);
    let there = play.at();
    play.effects.clear();
    play.leader('z');
    let line = "docker rm -f jumeau1".to_owned();
    assert!(
        play.effects
            .contains(&Effect::ShellType { line, force: false })
    );
    let demo = play.model.demo.as_ref().unwrap();
    let beats: Vec<_> = demo.replay.iter().copied().collect();
    assert_eq!(beats[..2], [None, Some(first)]);
    assert!(beats[1..].iter().all(|it| it.is_some_and(|it| it < there)));
    assert_eq!(play.model.queue.front().map(String::as_str), Some(LINE));
}

#[test]
fn it_is_nobodys_progress() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    play.run_beat(&["jumeau1"], 1);
    play.settle();
    assert!(!play.effects.contains(&Effect::SaveProgress));
    assert!(play.model.study.as_ref().unwrap().done.contains("lancer"));
}

#[test]
fn a_black_screen_shows_nothing_until_a_key() {
    let mut play = Play::demo(80, 24);
    play.leader('n');
    assert_eq!(play.screen().trim(), "");
    play.keys("a");
    assert!(
        play.screen().contains("D E U X   J U M E A U X"),
        "{}",
        play.screen()
    );
}

#[test]
fn its_clock_goes_on() {
    let mut play = Play::demo(80, 24);
    assert!(play.screen().contains("0:00 / 40\u{a0}min"));
    play.model.clock += 65;
    play.say(Message::Tick);
    assert!(
        play.screen().contains("1:05 / 40\u{a0}min"),
        "{}",
        play.screen()
    );
    assert_eq!(play.effects, [Effect::Tick]);
}

#[test]
fn its_help_has_its_keys_and_the_tutorial_s_has_not() {
    let mut play = Play::demo(100, 40);
    play.leader('?');
    assert!(play.screen().contains("Pendant la démonstration"));
    assert!(!play.screen().contains("indice"));
    let mut play = Play::lesson(100, 40);
    play.leader('?');
    assert!(!play.screen().contains("Pendant la démonstration"));
}

#[test]
fn the_speaker_drives_it_from_another_terminal() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    play.say(Message::Remote(Remote::Type));
    assert_eq!(play.typed(), "doc");
    play.say(Message::Remote(Remote::Go));
    assert_eq!(play.typed(), LINE);
    play.say(Message::Remote(Remote::Black));
    assert_eq!(play.screen().trim(), "");
    let before = play.at();
    play.say(Message::Remote(Remote::Previous));
    assert_eq!(play.at(), before - 1);
    assert_ne!(play.screen().trim(), "");
}

#[test]
fn the_speaker_jumps_reveals_and_resets_from_another_terminal() {
    let mut play = Play::demo(80, 24);
    play.seek(types);
    let first = play.at();
    play.run_beat(&["jumeau1"], 7);
    play.say(Message::Remote(Remote::Reveal));
    assert_eq!(play.at(), first, "a plain command has nothing to reveal");
    assert!(play.screen().contains("rien n’est à dévoiler"));
    play.say(Message::Remote(Remote::Jump(usize::MAX)));
    let last = play.model.demo.as_ref().unwrap().script.beats.len() - 1;
    assert_eq!(play.at(), last);
    play.say(Message::Remote(Remote::Jump(first)));
    assert_eq!(play.at(), first);
    play.effects.clear();
    play.say(Message::Remote(Remote::Reset));
    let travel = Effect::Travel { step: 0, moment: 7 };
    assert!(play.effects.contains(&travel), "{:?}", play.effects);
    play.say(Message::Travelled(0, true));
    play.seek(|act| *act == Act::Ask);
    let asked = play.at();
    play.say(Message::Remote(Remote::Reveal));
    assert_eq!(*play.acts(), Act::Reveal);
    assert!(play.at() > asked);
}
