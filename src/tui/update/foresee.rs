//! What a prune will do, told as soon as the shell begins it: docker asks before it acts.

use crate::domain::Kind;
use crate::engine::{Preview, Prune};
use crate::lesson::{Asked, normalise, simple_commands};
use crate::text::guard as words;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::model::Model;

/// A command begins: what was foreseen for the one before is over.
pub(super) fn command_began(model: &mut Model, line: &str) -> Option<Effect> {
    model.foreseen.clear();
    if !model.engine.as_ref().is_some_and(|it| it.guarded) {
        return None;
    }
    let prunes: Vec<Prune> = simple_commands(line)
        .iter()
        .flat_map(|it| asked(it))
        .collect();
    (!prunes.is_empty()).then_some(Effect::Foresee(prunes))
}

/// What a docker command prunes.
fn asked(line: &str) -> Vec<Prune> {
    let Asked::Docker { verb, options, .. } = normalise(line) else {
        return Vec::new();
    };
    let has = |name: &str| {
        options
            .iter()
            .any(|(it, value)| it == name && value != "false")
    };
    if has("help") {
        return Vec::new();
    }
    let filtered = has("filter");
    let objects = |kind, all| Prune::Objects {
        kind,
        all,
        filtered,
    };
    match verb.as_str() {
        "container prune" => vec![objects(Kind::Container, false)],
        "network prune" => vec![objects(Kind::Network, false)],
        "volume prune" => vec![objects(Kind::Volume, has("all"))],
        "image prune" => vec![objects(Kind::Image, has("all"))],
        "builder prune" => vec![Prune::Cache],
        "system prune" => {
            let mut prunes = vec![
                objects(Kind::Container, false),
                objects(Kind::Network, false),
                objects(Kind::Image, has("all")),
            ];
            if has("volumes") {
                prunes.push(objects(Kind::Volume, false));
            }
            prunes.push(Prune::Cache);
            prunes
        }
        _ => Vec::new(),
    }
}

/// Keeps what a prune will do, and says it.
pub(super) fn foreseen(model: &mut Model, preview: Preview) {
    let words = if model.linear {
        whole(&preview)
    } else {
        model.foreseen.retain(|it| it.verb != preview.verb);
        model.foreseen.push(preview);
        let count = |of: fn(&Preview) -> usize| model.foreseen.iter().map(of).sum();
        let (gone, kept) = (
            count(|it| it.gone.len()),
            count(|it| it.kept.len() + it.unfiltered.len()),
        );
        let guard = model.keymap.by_menu(Action::Guard);
        format!("{} Lesquels\u{a0}: {guard}.", words::foreseen(gone, kept))
    };
    model.notice = Some(words.into());
}

/// A preview in a sentence.
pub(crate) fn whole(preview: &Preview) -> String {
    words::foreseen_whole(
        &preview.verb,
        &preview.gone,
        &preview.kept,
        preview.filtered.then_some(preview.unfiltered.as_slice()),
    )
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::engine::Told;
    use crate::tui::message::Message;
    use crate::tui::update::fixtures::Play;

    fn began(line: &str) -> Play {
        let mut play = Play::lesson(120, 40);
        if let Some(engine) = &mut play.model.engine {
            engine.guarded = true;
        }
        begin(&mut play, line);
        play
    }

    fn begin(play: &mut Play, line: &str) {
        play.say(Message::CommandBegan {
            line: line.to_owned(),
            at: SystemTime::UNIX_EPOCH,
        });
    }

    fn prunes(line: &str) -> Vec<Prune> {
        let effects = began(line).effects;
        let prunes = effects.into_iter().find_map(|it| match it {
            Effect::Foresee(prunes) => Some(prunes),
            _ => None,
        });
        prunes.unwrap_or_default()
    }

    const fn plain(kind: Kind, all: bool) -> Prune {
        Prune::Objects {
            kind,
            all,
            filtered: false,
        }
    }

    #[test]
    fn a_prune_is_foreseen_when_it_begins() {
        assert_eq!(
            prunes("docker container prune"),
            [plain(Kind::Container, false)]
        );
        assert_eq!(
            prunes("true && docker image prune -a"),
            [plain(Kind::Image, true)]
        );
        assert_eq!(
            prunes("docker volume prune --filter label=a"),
            [Prune::Objects {
                kind: Kind::Volume,
                all: false,
                filtered: true,
            }]
        );
        assert_eq!(
            prunes("docker system prune --volumes"),
            [
                plain(Kind::Container, false),
                plain(Kind::Network, false),
                plain(Kind::Image, false),
                plain(Kind::Volume, false),
                Prune::Cache,
            ]
        );
        assert_eq!(prunes("docker ps"), []);
        assert_eq!(prunes("echo docker system prune"), []);
    }

    #[test]
    fn who_is_not_guarded_is_told_nothing() {
        let mut play = Play::lesson(120, 40);
        begin(&mut play, "docker system prune");
        assert!(
            !play
                .effects
                .iter()
                .any(|it| matches!(it, Effect::Foresee(_)))
        );
    }

    fn preview(verb: &str, gone: &str, kept: &[&str]) -> Message {
        Message::Guard(Told::Preview(Preview {
            verb: verb.to_owned(),
            gone: vec![gone.to_owned()],
            kept: kept.iter().map(|it| (*it).to_owned()).collect(),
            ..Preview::default()
        }))
    }

    #[test]
    fn the_box_names_what_goes_and_what_stays_until_the_next_command() {
        let mut play = began("docker system prune");
        play.say(preview(
            "container prune",
            "le conteneur web",
            &["le conteneur base"],
        ));
        play.say(preview("network prune", "le réseau r", &[]));
        // Said again by the prune itself: once is enough.
        play.say(preview("network prune", "le réseau r", &[]));
        let screen = play.screen();
        assert!(
            screen.contains("2 objets partiront, 1 restera."),
            "{screen}"
        );
        play.leader('k');
        let screen = play.screen();
        for words in [
            "docker container prune",
            "conteneur web",
            "conteneur base",
            "réseau r",
        ] {
            assert!(screen.contains(words), "{words}\n{screen}");
        }
        play.key(crossterm::event::KeyCode::Esc);
        begin(&mut play, "docker ps");
        play.leader('k');
        assert!(
            !play.screen().contains("conteneur web"),
            "{}",
            play.screen()
        );
    }

    #[test]
    fn the_linear_mode_says_all_of_it() {
        let mut play = began("docker container prune");
        play.model.linear = true;
        play.say(preview(
            "container prune",
            "le conteneur web",
            &["le conteneur base"],
        ));
        let notice = play.model.notice.as_ref().map(|it| it.words.as_str());
        let words = notice.unwrap_or_default();
        assert!(words.contains("web") && words.contains("base"), "{words}");
    }
}
