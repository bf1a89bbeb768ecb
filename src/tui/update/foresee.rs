//! What a prune will do, told as soon as the shell begins it: docker asks before it acts.

use crate::domain::{ApiCall, CallOutcome, Kind};
use crate::engine::text::guard as words;
use crate::engine::{Preview, Prune};
use crate::lesson::{Asked, normalise, simple_commands};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::model::Model;

/// A command begins: what was foreseen for the one before is over.
pub(super) fn command_began(model: &mut Model, line: &str) -> Option<Effect> {
    model.foreseen.clear();
    model.foreseeing.clear();
    if !model.engine.as_ref().is_some_and(|it| it.guarded) {
        return None;
    }
    let prunes: Vec<Prune> = simple_commands(line)
        .iter()
        .flat_map(|it| asked(it))
        .collect();
    if prunes.is_empty() {
        return None;
    }
    model.foreseeing.clone_from(&prunes);
    Some(Effect::Foresee(prunes))
}

/// A call of the command that runs: what it makes or removes before its prune changes what goes.
pub(super) fn called(model: &mut Model, call: &ApiCall) -> Option<Effect> {
    if model.foreseeing.is_empty() || matches!(call.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let path = call.path.split('?').next().unwrap_or_default();
    if path.ends_with("/prune") {
        // From here on, the guard says it itself.
        model.foreseeing.clear();
        return None;
    }
    matches!(call.outcome, CallOutcome::Answered(200..=299))
        .then(|| Effect::Foresee(model.foreseeing.clone()))
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
    let known = model.foreseen.contains(&preview);
    model.foreseen.retain(|it| it.verb != preview.verb);
    let words = if model.linear {
        let words = whole(&preview);
        model.foreseen.push(preview);
        if known {
            return;
        }
        words
    } else {
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
    use crate::domain::Occurrence;
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
    fn what_the_line_does_before_its_prune_is_foreseen_too() {
        let call = |method: &str, path: &str, outcome| {
            Message::Occurrence(Occurrence::Call(ApiCall {
                number: 1,
                method: method.to_owned(),
                path: path.to_owned(),
                outcome,
                request_body: String::new(),
                response_body: String::new(),
                took: std::time::Duration::ZERO,
            }))
        };
        let mut play = began("docker create --name a busybox; docker container prune");
        let foresees = |play: &mut Play| {
            let effects = std::mem::take(&mut play.effects);
            effects.iter().any(|it| matches!(it, Effect::Foresee(_)))
        };
        assert!(foresees(&mut play));
        let create = "/v1.51/containers/create?name=a";
        let done = CallOutcome::Answered(201);
        play.say(call("POST", create, CallOutcome::Pending));
        assert!(!foresees(&mut play), "nothing has changed yet");
        play.say(call("POST", create, done.clone()));
        assert!(foresees(&mut play));
        play.say(call("GET", "/v1.51/containers/json", done.clone()));
        assert!(!foresees(&mut play));
        let prune = "/v1.51/containers/prune";
        play.say(call("POST", prune, CallOutcome::Pending));
        play.say(call("POST", create, done));
        assert!(!foresees(&mut play), "the guard has said it");
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
