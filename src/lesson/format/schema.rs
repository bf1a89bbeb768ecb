//! The French keys of the front matter and of the blocks.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

use super::goals::{Pairs, RawGoal};
use super::scalars::{Commands, Texts, command_lines, present};
use crate::domain::Danger;

/// The version of the format that this program reads.
pub(crate) const FORMAT: u32 = 1;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawHead {
    #[schemars(with = "u32")]
    pub(crate) format: Spanned<u32>,
    pub(crate) titre: String,
    #[schemars(with = "String")]
    pub(crate) duree: Spanned<String>,
    pub(crate) objectifs: Texts,
    #[serde(default)]
    pub(crate) prerequis: Texts,
    #[serde(default)]
    pub(crate) images: Texts,
    #[serde(default)]
    pub(crate) permissions: Vec<RawPermission>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) couvre: Option<Pairs<String>>,
}

/// What the commands of a lesson ask for that leads out of a container's walls.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawPermission {
    Privilegie,
    PidHote,
    ReseauHote,
    IpcHote,
    UtilisateursHote,
    Capacites,
    Peripheriques,
    Securite,
    SocketMoteur,
    DossierSysteme,
    PiloteVolume,
}

impl From<RawPermission> for Danger {
    fn from(raw: RawPermission) -> Self {
        match raw {
            RawPermission::Privilegie => Self::Privileged,
            RawPermission::PidHote => Self::HostPid,
            RawPermission::ReseauHote => Self::HostNetwork,
            RawPermission::IpcHote => Self::HostIpc,
            RawPermission::UtilisateursHote => Self::HostUsers,
            RawPermission::Capacites => Self::Capabilities,
            RawPermission::Peripheriques => Self::Devices,
            RawPermission::Securite => Self::Security,
            RawPermission::SocketMoteur => Self::EngineSocket,
            RawPermission::DossierSysteme => Self::SystemFolder,
            RawPermission::PiloteVolume => Self::VolumeDriver,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawExercise {
    pub(crate) consigne: String,
    #[serde(default, deserialize_with = "present")]
    pub(crate) a_completer: Option<String>,
    #[schemars(with = "Vec<RawGoal>")]
    pub(crate) but: Vec<Spanned<RawGoal>>,
    #[serde(default)]
    #[schemars(with = "Vec<RawCase>")]
    pub(crate) cas: Vec<Spanned<RawCase>>,
    pub(crate) indices: Texts,
    pub(crate) solution: Commands,
    #[serde(default)]
    pub(crate) fichiers: Texts,
    #[serde(default, deserialize_with = "present")]
    pub(crate) depart: Option<Commands>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) nettoyage: Option<Commands>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawCase {
    #[schemars(with = "Vec<RawGoal>")]
    pub(crate) si: Vec<Spanned<RawGoal>>,
    pub(crate) dire: String,
    pub(crate) essai: Commands,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawChoice {
    #[serde(default, deserialize_with = "present")]
    pub(crate) dit: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) juste: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) refute: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) parce_que: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawQuiz {
    pub(crate) question: String,
    #[schemars(with = "Vec<RawChoice>")]
    pub(crate) choix: Vec<Spanned<RawChoice>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawPrediction {
    pub(crate) commande: String,
    pub(crate) question: String,
    #[schemars(with = "Vec<RawChoice>")]
    pub(crate) choix: Vec<Spanned<RawChoice>>,
    #[serde(default)]
    pub(crate) fichiers: Texts,
    #[serde(default, deserialize_with = "present")]
    pub(crate) depart: Option<Commands>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) sortie: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) sortie_sans: Option<Texts>,
    #[serde(default)]
    pub(crate) code: i32,
    #[serde(default)]
    #[schemars(with = "Vec<RawGoal>")]
    pub(crate) attendu: Vec<Spanned<RawGoal>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawMisconception {
    pub(crate) on_croit: String,
    pub(crate) en_fait: String,
    #[serde(default)]
    pub(crate) fichiers: Texts,
    #[serde(default, deserialize_with = "present")]
    pub(crate) depart: Option<Commands>,
    pub(crate) experience: Trials,
}

/// One command of an experiment; a plain text is a command that succeeds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawTrial {
    pub(crate) commande: String,
    #[serde(default, deserialize_with = "present")]
    pub(crate) sortie: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) sortie_sans: Option<Texts>,
    #[serde(default)]
    pub(crate) code: i32,
    #[serde(default)]
    #[schemars(with = "Vec<RawGoal>")]
    pub(crate) attendu: Vec<Spanned<RawGoal>>,
}

impl RawTrial {
    fn plain(command: &str) -> Self {
        Self {
            commande: command.to_owned(),
            sortie: None,
            sortie_sans: None,
            code: 0,
            attendu: Vec::new(),
        }
    }
}

/// `experience`: a text of one command per line, or a list of texts and trials.
#[derive(Debug)]
pub(crate) struct Trials(pub(crate) Vec<RawTrial>);

struct OneTrial(RawTrial);

impl<'de> Deserialize<'de> for OneTrial {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TrialVisitor;
        impl<'de> Visitor<'de> for TrialVisitor {
            type Value = RawTrial;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("une commande, ou « commande » et ce qu’elle doit répondre")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(RawTrial::plain(text))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<Self::Value, A::Error> {
                RawTrial::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(TrialVisitor).map(Self)
    }
}

impl<'de> Deserialize<'de> for Trials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TrialsVisitor;
        impl<'de> Visitor<'de> for TrialsVisitor {
            type Value = Vec<RawTrial>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("une commande par ligne, ou une liste de commandes")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(command_lines(text)
                    .iter()
                    .map(|line| RawTrial::plain(line))
                    .collect())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut trials = Vec::new();
                while let Some(OneTrial(trial)) = list.next_element()? {
                    trials.push(trial);
                }
                Ok(trials)
            }
        }
        deserializer.deserialize_any(TrialsVisitor).map(Self)
    }
}
