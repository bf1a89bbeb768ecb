//! Whether a lesson can begin: one finding per thing that it needs, with what to do.

use std::fmt;

use super::counted;
use super::diagnostic::is_rootless;
use super::facts::{Facts, Taken};
use crate::domain::Kind;
use crate::engine::EngineInfo;
use crate::text::quantity;

/// Under this, an engine soon fails: bytes.
const LITTLE: u64 = 200 << 20;
/// Under this, images may not all fit: bytes.
const SHORT: u64 = 1 << 30;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// Something of the lesson may not work.
    Trouble,
    /// A command of the lesson will fail.
    Blocking,
}

/// One thing that a lesson needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How serious.
    pub level: Level,
    /// What, in one French sentence.
    pub what: String,
    /// What to do, one thing per entry.
    pub advice: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.level {
            Level::Good => '✔',
            Level::Note => '·',
            Level::Trouble => '▲',
            Level::Blocking => '✘',
        };
        write!(f, "{mark} {}", self.what)?;
        for it in &self.advice {
            write!(f, "\n    • {it}")?;
        }
        Ok(())
    }
}

fn finding<const N: usize>(level: Level, what: impl Into<String>, advice: [&str; N]) -> Finding {
    Finding {
        level,
        what: what.into(),
        advice: advice.map(str::to_owned).to_vec(),
    }
}

/// What is found, in the order of a lesson's life: the engine, images, names, ports, room.
pub fn findings(facts: &Facts, engine: &EngineInfo) -> Vec<Finding> {
    let mut all = vec![finding(
        Level::Good,
        format!(
            "Moteur : {} {} (API {})",
            engine.product, engine.version, engine.api_version
        ),
        [],
    )];
    all.extend(rootless(facts, engine));
    all.push(images(facts));
    all.extend(names(facts));
    all.extend(ports(facts));
    all.extend(room(facts));
    all.extend(memory(facts));
    all.extend(swarm(facts));
    all
}

/// The gravest of these.
pub fn worst(findings: &[Finding]) -> Level {
    findings
        .iter()
        .map(|it| it.level)
        .max()
        .unwrap_or(Level::Good)
}

/// What an engine that is not run by root does otherwise than lessons say.
fn rootless(facts: &Facts, engine: &EngineInfo) -> Option<Finding> {
    if !is_rootless(&facts.info) {
        return None;
    }
    let mut what =
        "Moteur sans root (rootless)\u{a0}: root d’un conteneur y est votre utilisateur, et \
                    les numéros d’utilisateurs diffèrent de ceux des leçons"
            .to_owned();
    if engine.without_cgroups {
        what.push_str(
            "\u{a0}; sans cgroup, «\u{a0}docker top\u{a0}» n’y répond pas et aucune limite ne s’applique",
        );
    }
    Some(finding(Level::Note, what, []))
}

fn images(facts: &Facts) -> Finding {
    let Facts {
        missing, images, ..
    } = facts;
    if missing.is_empty() {
        return finding(Level::Good, format!("Images : {images} sur {images}"), []);
    }
    if facts.simulated {
        let what = "Images : le moteur simulé les a, sans réseau";
        return finding(Level::Good, what, []);
    }
    let what = format!(
        "Il manque {} : {}. Docker les tirera au premier usage, s’il a un réseau",
        counted(missing.len()),
        missing.join(", ")
    );
    finding(
        Level::Trouble,
        what,
        [
            "Avec un réseau : rien à faire, ou « docker pull » dès maintenant.",
            "Sans réseau : « moussaillon images charger ARCHIVE » (« moussaillon images » dit comment).",
        ],
    )
}

fn kind(it: &Taken) -> &'static str {
    match it.kind {
        Kind::Volume => "volume",
        Kind::Network => "réseau",
        _ => "conteneur",
    }
}

fn names(facts: &Facts) -> Vec<Finding> {
    let mut all = Vec::new();
    for it in facts
        .taken
        .iter()
        .filter(|it| it.ports.is_empty() || it.ours)
    {
        let (kind, name) = (kind(it), &it.name);
        all.push(if it.ours {
            let what = format!("Le {kind} « {name} » est déjà là, d’une séance précédente");
            finding(Level::Note, what, [])
        } else if it.kind == Kind::Container {
            let what = format!(
                "Un de vos conteneurs s’appelle déjà « {name} » : la leçon ne pourra pas donner ce nom au sien"
            );
            let advice = format!("Renommez le vôtre : docker rename {name} autre-nom");
            finding(
                Level::Blocking,
                what,
                [
                    advice.as_str(),
                    "Ou faites cette leçon sur le moteur simulé : moussaillon --moteur simule",
                ],
            )
        } else if facts.simulated {
            // Nobody else is there: what has no label is what a container's `-v` had made.
            let what = format!("Le {kind} « {name} » est déjà là : la leçon s’en servira");
            finding(Level::Note, what, [])
        } else {
            let what = format!(
                "Un {kind} « {name} » existe déjà, que cette leçon n’a pas fait : elle se servirait du vôtre"
            );
            finding(
                Level::Blocking,
                what,
                ["Faites cette leçon sur le moteur simulé : moussaillon --moteur simule"],
            )
        });
    }
    if all.iter().all(|it| it.level < Level::Trouble) {
        all.push(finding(
            Level::Good,
            "Noms : tous libres, ou à vos séances",
            [],
        ));
    }
    all
}

fn ports(facts: &Facts) -> Vec<Finding> {
    if facts.uses.ports.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for it in facts.taken.iter().filter(|it| !it.ours) {
        for port in &it.ports {
            let what = format!(
                "Le port {port} est pris par votre conteneur « {} »",
                it.name
            );
            let advice = format!("Arrêtez-le le temps de la leçon : docker stop {}", it.name);
            all.push(finding(Level::Blocking, what, [advice.as_str()]));
        }
    }
    for port in &facts.busy {
        let what = format!("Le port {port} est pris par un programme de cette machine");
        let advice = format!("Trouvez lequel : ss -ltnp 'sport = :{port}', et arrêtez-le.");
        all.push(finding(
            Level::Blocking,
            what,
            [
                advice.as_str(),
                "Ou publiez un autre port que celui de la leçon : docker run -p AUTRE:80 …",
            ],
        ));
    }
    if all.is_empty() {
        let list: Vec<_> = facts.uses.ports.iter().map(u16::to_string).collect();
        all.push(finding(
            Level::Good,
            format!("Ports libres : {}", list.join(", ")),
            [],
        ));
    }
    all
}

fn room(facts: &Facts) -> Option<Finding> {
    let free = facts.free?;
    let left = quantity::decimal(free);
    Some(match free {
        ..LITTLE => finding(
            Level::Blocking,
            format!("Il ne reste que {left} sur le disque du moteur"),
            [
                "Voyez ce que Docker occupe : docker system df",
                "Libérez de la place ailleurs sur ce disque, puis recommencez.",
            ],
        ),
        LITTLE..SHORT if !facts.missing.is_empty() => finding(
            Level::Trouble,
            format!("Il reste {left} sur le disque du moteur, et des images sont à tirer"),
            ["Voyez ce que Docker occupe : docker system df"],
        ),
        _ => finding(Level::Good, format!("Disque du moteur : {left} libres"), []),
    })
}

fn memory(facts: &Facts) -> Vec<Finding> {
    let Facts { uses, info, .. } = facts;
    let total = info["MemTotal"].as_u64().unwrap_or(0);
    let mut all = Vec::new();
    if uses.memory > 0 && info["MemoryLimit"].as_bool() == Some(false) {
        all.push(finding(
            Level::Trouble,
            "Ce moteur ne sait pas limiter la mémoire : ce que la leçon en montre n’y arrivera pas",
            ["Sans privilèges (rootless), il faut cgroup v2 et la délégation : docker info le dit."],
        ));
    }
    if total > 0 && total < uses.memory {
        let what = format!(
            "Le moteur a {} de mémoire, un conteneur de la leçon en demande {}",
            quantity::binary(total),
            quantity::binary(uses.memory)
        );
        all.push(finding(Level::Trouble, what, ["Donnez-lui-en davantage."]));
    } else if total > 0 {
        let what = format!("Mémoire : {}", quantity::binary(total));
        all.push(finding(Level::Good, what, []));
    }
    all
}

fn swarm(facts: &Facts) -> Option<Finding> {
    let state = facts.info["Swarm"]["LocalNodeState"].as_str()?;
    if !facts.uses.swarm {
        return None;
    }
    Some(match state {
        "" | "inactive" => finding(Level::Good, "Swarm : le moteur n’est dans aucun", []),
        _ => finding(
            Level::Trouble,
            "Le moteur est déjà dans un Swarm : les services de la leçon y naîtraient, et elle finit par le quitter",
            [
                "Si ce Swarm est à vous, faites cette leçon sur le moteur simulé : moussaillon --moteur simule",
                "S’il vient d’une séance précédente : docker swarm leave --force",
            ],
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::lesson::Uses;

    fn taken(kind: Kind, name: &str, ours: bool, ports: &[u16]) -> Taken {
        Taken {
            kind,
            name: name.to_owned(),
            ours,
            ports: ports.iter().copied().collect(),
        }
    }

    fn of(facts: &Facts) -> Vec<Finding> {
        findings(facts, &EngineInfo::default())
    }

    #[track_caller]
    fn one(facts: &Facts, level: Level, words: &str) {
        let all = of(facts);
        let it = all.iter().find(|it| it.what.contains(words));
        let it = it.unwrap_or_else(|| panic!("no « {words} » in {all:?}"));
        assert_eq!(it.level, level, "{it}");
        assert!(level < Level::Trouble || !it.advice.is_empty(), "{it}");
    }

    #[test]
    fn a_machine_that_is_ready_has_nothing_to_say() {
        let facts = Facts {
            images: 2,
            free: Some(20 << 30),
            info: json!({"MemTotal": 8_u64 << 30, "Swarm": {"LocalNodeState": "inactive"}}),
            ..Facts::default()
        };
        assert_eq!(worst(&of(&facts)), Level::Good, "{:?}", of(&facts));
    }

    #[test]
    fn what_is_missing_taken_or_short_is_told_with_what_to_do() {
        let uses = Uses {
            ports: BTreeSet::from([8080, 8081, 8082]),
            memory: 4 << 30,
            swarm: true,
        };
        let facts = Facts {
            missing: vec!["busybox:1.36".to_owned()],
            images: 1,
            uses,
            taken: vec![
                taken(Kind::Container, "vitrine", false, &[]),
                taken(Kind::Container, "jumeau", true, &[]),
                taken(Kind::Volume, "coffre", false, &[]),
                taken(Kind::Container, "mon-site", false, &[8080]),
            ],
            busy: BTreeSet::from([8081]),
            free: Some(500 << 20),
            info: json!({"MemTotal": 1_u64 << 30, "MemoryLimit": false,
                "Swarm": {"LocalNodeState": "active"}}),
            ..Facts::default()
        };
        one(&facts, Level::Trouble, "Il manque 1 image");
        one(&facts, Level::Blocking, "«\u{a0}vitrine\u{a0}»");
        one(&facts, Level::Note, "«\u{a0}jumeau\u{a0}»");
        one(&facts, Level::Blocking, "«\u{a0}coffre\u{a0}»");
        one(&facts, Level::Blocking, "port 8080");
        one(&facts, Level::Blocking, "port 8081");
        one(&facts, Level::Trouble, "disque du moteur");
        one(&facts, Level::Trouble, "limiter la mémoire");
        one(
            &facts,
            Level::Trouble,
            "un conteneur de la leçon en demande",
        );
        one(&facts, Level::Trouble, "Swarm");
        let text: Vec<_> = of(&facts).iter().map(ToString::to_string).collect();
        assert!(
            !text.join("\n").contains("8082"),
            "a free port is no trouble"
        );
    }

    #[test]
    fn the_simulated_engine_lacks_no_image() {
        let facts = Facts {
            simulated: true,
            missing: vec!["busybox:1.36".to_owned()],
            images: 1,
            ..Facts::default()
        };
        assert_eq!(worst(&of(&facts)), Level::Good);
    }

    #[test]
    fn what_differs_without_root_is_told() {
        let of = |options, without_cgroups| {
            let facts = Facts {
                info: json!({ "SecurityOptions": options }),
                ..Facts::default()
            };
            let engine = EngineInfo {
                without_cgroups,
                ..EngineInfo::default()
            };
            rootless(&facts, &engine).map(|it| it.what)
        };
        let options = json!(["name=seccomp,profile=default", "name=rootless"]);
        let without = of(options.clone(), true).unwrap();
        assert!(without.contains("docker top"), "{without}");
        assert!(!of(options, false).unwrap().contains("docker top"));
        assert_eq!(of(json!(["name=seccomp,profile=default"]), false), None);
    }

    #[test]
    fn nobody_else_is_on_the_simulated_engine() {
        let facts = Facts {
            simulated: true,
            taken: vec![taken(Kind::Volume, "armoire", false, &[])],
            ..Facts::default()
        };
        one(&facts, Level::Note, "armoire");
        assert!(of(&facts).iter().all(|it| it.advice.is_empty()));
    }
}
