//! The blocks that ask nothing of the engine's state but what it is: `observation`, `fichier`,
//! `schema`, `bilan`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::goals::{RawGoal, no_dot, one_object};
use super::scalars::{Commands, Texts, present};
use super::split::Fence;
use super::{Found, commands, place, yaml};
use crate::domain::Kind;
use crate::lesson::fault::{Problem, nearest};
use crate::lesson::model::{Diagram, DiagramKind, File, Form, Observation, Position, Probe, Recap};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawObservation {
    question: String,
    #[serde(default)]
    pub(crate) fichiers: Texts,
    #[serde(default, deserialize_with = "present")]
    depart: Option<Commands>,
    commande: String,
    #[schemars(with = "RawAnswer")]
    reponse: Spanned<RawAnswer>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    forme: Option<Spanned<String>>,
    explication: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawAnswer {
    #[serde(default, deserialize_with = "present")]
    conteneur: Option<String>,
    #[serde(default, deserialize_with = "present")]
    image: Option<String>,
    #[serde(default, deserialize_with = "present")]
    volume: Option<String>,
    #[serde(default, deserialize_with = "present")]
    reseau: Option<String>,
    #[serde(default, deserialize_with = "present")]
    service: Option<String>,
    #[serde(default, deserialize_with = "present")]
    champ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    compte: Option<RawGoal>,
    #[serde(default, deserialize_with = "present")]
    champ_moteur: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawDiagram {
    #[serde(default, deserialize_with = "present")]
    legende: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawRecap {
    retenir: Texts,
    mots: Texts,
}

/// Reads `observation`; its files are found by the caller.
pub(super) fn observation(
    id: String,
    at: Position,
    base: Position,
    raw: RawObservation,
    files: Vec<File>,
) -> Found<Observation> {
    let answer_at = place(base, &raw.reponse);
    let probe = raw
        .reponse
        .value
        .read()
        .map_err(|words| (answer_at, Problem::Invalid(words)))?;
    let form = match &raw.forme {
        None => Form::default(),
        Some(word) => form(&word.value).ok_or_else(|| {
            let words = format!(
                "forme inconnue « {} » ; on attend texte, octets ou duree",
                word.value
            );
            (place(base, word), Problem::Invalid(words))
        })?,
    };
    Ok(Observation {
        id,
        position: at,
        question: raw.question,
        files,
        setup: commands(raw.depart),
        command: raw.commande.trim().to_owned(),
        probe,
        form,
        explanation: raw.explication.trim().to_owned(),
    })
}

fn form(word: &str) -> Option<Form> {
    match word {
        "texte" => Some(Form::Text),
        "octets" => Some(Form::Bytes),
        "duree" => Some(Form::Duration),
        _ => None,
    }
}

impl RawAnswer {
    fn read(self) -> Result<Probe, String> {
        const EXPECTED: &str = "une réponse se lit dans un objet (« conteneur: jumeau1, champ: State.Pid »), se compte (« compte ») ou se lit dans le moteur (« champ-moteur »)";
        let objects = [
            (Kind::Container, self.conteneur),
            (Kind::Image, self.image),
            (Kind::Volume, self.volume),
            (Kind::Network, self.reseau),
            (Kind::Service, self.service),
        ];
        let an_object = objects.iter().any(|(_, name)| name.is_some());
        match (an_object, self.champ, self.compte, self.champ_moteur) {
            (true, Some(path), None, None) => {
                no_dot(&path)?;
                let (kind, name) =
                    one_object(objects).map_err(|words| format!("« reponse » {words}"))?;
                Ok(Probe::Field { kind, name, path })
            }
            (false, None, Some(goal), None) => goal.counted().map(Probe::Count),
            (false, None, None, Some(path)) => {
                no_dot(&path)?;
                Ok(Probe::Engine(path))
            }
            (true, None, None, None) => {
                Err("il manque « champ » : que faut-il lire dans cet objet ?".to_owned())
            }
            _ => Err(EXPECTED.to_owned()),
        }
    }
}

/// Reads `fichier`; `rank` is how many files of this path come before.
pub(super) fn file(at: Position, fence: &Fence<'_>, rank: usize) -> Found<File> {
    let path = fence.rest;
    let invalid = |words: String| Err((at, Problem::Invalid(words)));
    if path.is_empty() {
        return invalid("un fichier a un chemin : « ```fichier site/Dockerfile »".to_owned());
    }
    let written = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | '/');
    if !path.chars().all(written) || path.split('/').any(|it| matches!(it, "" | "." | "..")) {
        return invalid(format!(
            "« {path} » : un chemin est relatif à « ~/moussaillon », sans « .. », en lettres sans accent, chiffres, points, tirets et « / »"
        ));
    }
    if let Some(line) = fence.text.lines().position(|line| line == File::END) {
        let line = fence.text_at.line + line;
        let words = format!(
            "une ligne « {} » terminerait ce fichier trop tôt",
            File::END
        );
        return Err((Position { line, column: 1 }, Problem::Invalid(words)));
    }
    if fence.text.trim().is_empty() {
        return invalid("ce bloc est vide".to_owned());
    }
    Ok(File {
        id: match rank {
            0 => path.to_owned(),
            _ => format!("{path}#{}", rank + 1),
        },
        position: at,
        path: path.to_owned(),
        content: fence.text.to_owned(),
    })
}

/// Reads `schema`.
pub(super) fn diagram(at: Position, fence: &Fence<'_>) -> Found<Diagram> {
    let Some(kind) = DiagramKind::find(fence.rest) else {
        let names = DiagramKind::ALL.map(DiagramKind::name);
        let hint = nearest(fence.rest, names.into_iter()).map_or_else(
            || format!("on attend : {}", names.join(", ")),
            |near| format!("vouliez-vous dire « {near} » ?"),
        );
        let words = format!("schéma inconnu « {} » ; {hint}", fence.rest);
        return Err((at, Problem::Invalid(words)));
    };
    let caption = if fence.text.trim().is_empty() {
        None
    } else {
        yaml::read::<RawDiagram>(fence.text, fence.text_at)?.legende
    };
    Ok(Diagram {
        position: at,
        kind,
        caption,
    })
}

/// Reads `bilan`.
pub(super) fn recap(at: Position, fence: &Fence<'_>) -> Found<Recap> {
    if !fence.rest.is_empty() {
        let words = "rien ne suit « bilan » sur sa ligne";
        return Err((at, Problem::Invalid(words.into())));
    }
    let raw: RawRecap = yaml::read(fence.text, fence.text_at)?;
    for (key, texts) in [("retenir", &raw.retenir), ("mots", &raw.mots)] {
        if texts.0.is_empty() {
            return Err((at, Problem::Invalid(format!("« {key} » est vide"))));
        }
    }
    Ok(Recap {
        position: at,
        points: raw.retenir.0,
        words: raw.mots.0,
    })
}

#[cfg(test)]
#[path = "extra_tests.rs"]
mod tests;
