//! The French keys of goals, turned into the model's.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::scalars::{Texts, present};
use crate::domain::{ChangeKind, ContainerState, Kind};
use crate::lesson::goal::{
    ChangeGoal, CommandGoal, ContainerGoal, Count, EngineGoal, EventGoal, FieldGoal, Goal,
    ImageGoal, InspectGoal, Matcher, NetworkGoal, PortGoal, VolumeGoal,
};

/// A line of `but`, of `si` or of `attendu`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawGoal {
    #[serde(default, deserialize_with = "present")]
    conteneur: Option<RawContainer>,
    #[serde(default, deserialize_with = "present")]
    image: Option<RawImage>,
    #[serde(default, deserialize_with = "present")]
    volume: Option<RawVolume>,
    #[serde(default, deserialize_with = "present")]
    reseau: Option<RawNetwork>,
    #[serde(default, deserialize_with = "present")]
    port: Option<RawPort>,
    #[serde(default, deserialize_with = "present")]
    modification: Option<RawChange>,
    #[serde(default, deserialize_with = "present")]
    inspect: Option<RawInspect>,
    #[serde(default, deserialize_with = "present")]
    moteur: Option<RawEngine>,
    #[serde(default, deserialize_with = "present")]
    evenement: Option<RawEvent>,
    #[serde(default, deserialize_with = "present")]
    commande: Option<RawCommand>,
    #[serde(default, deserialize_with = "present")]
    sinon: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawContainer {
    #[serde(default, deserialize_with = "present")]
    nom: Option<String>,
    #[serde(default, deserialize_with = "present")]
    etat: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    image: Option<String>,
    #[serde(default, deserialize_with = "present")]
    commande: Option<String>,
    #[serde(default, deserialize_with = "present")]
    code_sortie: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    meme_image_que: Option<String>,
    #[serde(default, deserialize_with = "present")]
    autre_que: Option<String>,
    #[serde(default, deserialize_with = "present")]
    nouveau: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawImage {
    #[serde(default, deserialize_with = "present")]
    nom: Option<String>,
    #[serde(default, deserialize_with = "present")]
    nouveau: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawVolume {
    #[serde(default, deserialize_with = "present")]
    nom: Option<String>,
    #[serde(default, deserialize_with = "present")]
    utilise_par: Option<String>,
    #[serde(default, deserialize_with = "present")]
    nouveau: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawNetwork {
    #[serde(default, deserialize_with = "present")]
    nom: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pilote: Option<String>,
    #[serde(default, deserialize_with = "present")]
    relie: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    nouveau: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPort {
    conteneur: String,
    #[serde(default, deserialize_with = "present")]
    hote: Option<u16>,
    #[serde(default, deserialize_with = "present")]
    interne: Option<u16>,
    #[serde(default, deserialize_with = "present")]
    protocole: Option<String>,
    #[serde(default, deserialize_with = "present")]
    adresse: Option<String>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawChange {
    conteneur: String,
    #[serde(default, deserialize_with = "present")]
    chemin: Option<String>,
    #[serde(default, deserialize_with = "present")]
    genre: Option<String>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawInspect {
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
    champs: Pairs<FieldGoal>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEngine {
    champs: Pairs<FieldGoal>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEvent {
    action: String,
    #[serde(default, deserialize_with = "present")]
    nom: Option<String>,
    #[serde(default, deserialize_with = "present")]
    objet: Option<String>,
    #[serde(default, deserialize_with = "present")]
    attribut: Option<Pairs<String>>,
    #[serde(default, deserialize_with = "present")]
    nouveau: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawCommand {
    ligne: Texts,
    #[serde(default, deserialize_with = "present")]
    reussie: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    absent: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    au_moins: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    exactement: Option<usize>,
}

/// Keys and values, in the order they are written.
#[derive(Debug)]
pub(crate) struct Pairs<T>(pub(crate) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
            type Value = Vec<(String, T)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("des clés et leurs valeurs")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                if pairs.is_empty() {
                    return Err(A::Error::custom("il manque au moins une clé"));
                }
                Ok(pairs)
            }
        }
        deserializer
            .deserialize_map(PairsVisitor(std::marker::PhantomData))
            .map(Self)
    }
}

impl RawGoal {
    /// The goal, or what is wrong with it.
    pub(crate) fn read(self) -> Result<Goal, String> {
        let mut matchers: Vec<Result<Matcher, String>> = Vec::new();
        matchers.extend(self.conteneur.map(|it| it.read().map(Matcher::Container)));
        matchers.extend(self.image.map(|it| it.read().map(Matcher::Image)));
        matchers.extend(self.volume.map(|it| it.read().map(Matcher::Volume)));
        matchers.extend(self.reseau.map(|it| it.read().map(Matcher::Network)));
        matchers.extend(self.port.map(|it| it.read().map(Matcher::Port)));
        matchers.extend(self.modification.map(|it| it.read().map(Matcher::Change)));
        matchers.extend(self.inspect.map(|it| it.read().map(Matcher::Inspect)));
        matchers.extend(self.moteur.map(|it| it.read().map(Matcher::Engine)));
        matchers.extend(self.evenement.map(|it| it.read().map(Matcher::Event)));
        matchers.extend(self.commande.map(|it| it.read().map(Matcher::Command)));
        let several = matchers.len() > 1;
        match matchers.pop() {
            Some(matcher) if !several => Ok(Goal { matcher: matcher?, otherwise: self.sinon }),
            Some(_) => Err("une seule condition par ligne : commencez-en une autre par « - »".into()),
            None => Err("il manque une condition (conteneur, image, volume, reseau, port, modification, inspect, moteur, evenement ou commande)".into()),
        }
    }
}

impl RawGoal {
    /// What is counted, for `compte`: any object will do, and how many is not said.
    pub(crate) fn counted(mut self) -> Result<Matcher, String> {
        let counts = [
            self.conteneur
                .as_mut()
                .map(|it| (it.absent, it.au_moins, &mut it.exactement)),
            self.image
                .as_mut()
                .map(|it| (it.absent, it.au_moins, &mut it.exactement)),
            self.volume
                .as_mut()
                .map(|it| (it.absent, it.au_moins, &mut it.exactement)),
            self.reseau
                .as_mut()
                .map(|it| (it.absent, it.au_moins, &mut it.exactement)),
            self.modification
                .as_mut()
                .map(|it| (it.absent, it.au_moins, &mut it.exactement)),
        ];
        let mut counts = counts.into_iter().flatten();
        let (Some((absent, least, exactly)), None) = (counts.next(), counts.next()) else {
            return Err("« compte » compte des conteneurs, des images, des volumes, des réseaux ou des modifications : une seule de ces clés".into());
        };
        if absent.is_some() || least.is_some() || exactly.is_some() {
            return Err(
                "« compte » demande combien : retirez « absent », « au-moins » ou « exactement »"
                    .into(),
            );
        }
        // A number that is never looked at: it says that an object without traits is meant.
        *exactly = Some(0);
        drop(counts);
        self.read().map(|goal| goal.matcher)
    }
}

/// `absent`, `au-moins`, `exactement`: one of them at most.
fn count(
    absent: Option<bool>,
    least: Option<usize>,
    exactly: Option<usize>,
) -> Result<Count, String> {
    match (absent, least, exactly) {
        (None, None, None) => Ok(Count::default()),
        (Some(true), None, None) => Ok(Count::NONE),
        (Some(false), ..) => Err("« absent: false » est l’état normal : retirez cette clé".into()),
        (None, Some(0), None) => Err("« au-moins: 0 » est toujours vrai".into()),
        (None, Some(least), None) => Ok(Count::AtLeast(least)),
        (None, None, Some(exactly)) => Ok(Count::Exactly(exactly)),
        _ => Err("« absent », « au-moins » et « exactement » s’excluent".into()),
    }
}

impl RawContainer {
    fn read(self) -> Result<ContainerGoal, String> {
        let states = self
            .etat
            .map(|it| it.0)
            .unwrap_or_default()
            .iter()
            .map(|word| {
                ContainerState::parse(word).ok_or_else(|| {
                    format!(
                        "état inconnu « {word} » ; on attend created, running, paused, restarting, removing, exited ou dead"
                    )
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let goal = ContainerGoal {
            name: self.nom,
            states,
            image: self.image,
            command: self.commande,
            exit_code: self.code_sortie,
            same_image_as: self.meme_image_que,
            other_than: self.autre_que,
            fresh: self.nouveau,
            count: count(self.absent, self.au_moins, self.exactement)?,
        };
        if goal
            == (ContainerGoal {
                count: goal.count,
                ..ContainerGoal::default()
            })
            && goal.count == Count::default()
        {
            return Err("n’importe quel conteneur conviendrait : donnez au moins « nom »".into());
        }
        Ok(goal)
    }
}

impl RawImage {
    fn read(self) -> Result<ImageGoal, String> {
        let count = count(self.absent, self.au_moins, self.exactement)?;
        if self.nom.is_none() && self.nouveau.is_none() && count == Count::default() {
            return Err("n’importe quelle image conviendrait : donnez « nom »".into());
        }
        Ok(ImageGoal {
            name: self.nom,
            fresh: self.nouveau,
            count,
        })
    }
}

impl RawVolume {
    fn read(self) -> Result<VolumeGoal, String> {
        Ok(VolumeGoal {
            name: self.nom,
            used_by: self.utilise_par,
            fresh: self.nouveau,
            count: count(self.absent, self.au_moins, self.exactement)?,
        })
    }
}

impl RawNetwork {
    fn read(self) -> Result<NetworkGoal, String> {
        let goal = NetworkGoal {
            name: self.nom,
            driver: self.pilote,
            joins: self.relie.map(|it| it.0).unwrap_or_default(),
            fresh: self.nouveau,
            count: count(self.absent, self.au_moins, self.exactement)?,
        };
        if goal == NetworkGoal::default() {
            return Err("tout moteur a déjà un réseau : donnez « nom »".into());
        }
        Ok(goal)
    }
}

impl RawPort {
    fn read(self) -> Result<PortGoal, String> {
        Ok(PortGoal {
            container: self.conteneur,
            host: self.hote,
            inside: self.interne,
            protocol: self.protocole.unwrap_or_else(|| "tcp".into()),
            address: self.adresse,
            count: count(self.absent, None, None)?,
        })
    }
}

impl RawChange {
    fn read(self) -> Result<ChangeGoal, String> {
        let kind = match self.genre.as_deref() {
            None => None,
            Some("A") => Some(ChangeKind::Added),
            Some("C") => Some(ChangeKind::Modified),
            Some("D") => Some(ChangeKind::Deleted),
            Some(other) => {
                return Err(format!(
                    "genre inconnu « {other} » ; on attend A (ajouté), C (changé) ou D (supprimé)"
                ));
            }
        };
        if let Some(path) = self.chemin.as_ref().filter(|path| !path.starts_with('/')) {
            return Err(format!("« {path} » : un chemin commence par « / »"));
        }
        Ok(ChangeGoal {
            container: self.conteneur,
            path: self.chemin,
            kind,
            count: count(self.absent, self.au_moins, self.exactement)?,
        })
    }
}

/// The one object that is named.
pub(crate) fn one_object(names: [(Kind, Option<String>); 5]) -> Result<(Kind, String), String> {
    let mut named = names
        .into_iter()
        .filter_map(|(kind, name)| name.map(|name| (kind, name)));
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(
            "nomme un objet et un seul : conteneur, image, volume, reseau ou service".to_owned(),
        ),
    }
}

impl RawInspect {
    fn read(self) -> Result<InspectGoal, String> {
        let mut named = [
            (Kind::Container, self.conteneur),
            (Kind::Image, self.image),
            (Kind::Volume, self.volume),
            (Kind::Network, self.reseau),
            (Kind::Service, self.service),
        ]
        .into_iter()
        .filter_map(|(kind, name)| name.map(|name| (kind, name)));
        let (Some((kind, name)), None) = (named.next(), named.next()) else {
            return Err(
                "« inspect » nomme un objet et un seul : conteneur, image, volume, reseau ou service"
                    .into(),
            );
        };
        Ok(InspectGoal {
            kind,
            name,
            fields: fields(self.champs)?,
        })
    }
}

impl RawEngine {
    fn read(self) -> Result<EngineGoal, String> {
        Ok(EngineGoal {
            fields: fields(self.champs)?,
        })
    }
}

fn fields(written: Pairs<FieldGoal>) -> Result<Vec<(String, FieldGoal)>, String> {
    written.0.iter().try_for_each(|(path, _)| no_dot(path))?;
    Ok(written.0)
}

/// A field is written as in a Go template, without its leading dot.
pub(crate) fn no_dot(path: &str) -> Result<(), String> {
    if path.starts_with('.') {
        let words = format!("« {path} » : écrivez le champ sans le point du début");
        return Err(words);
    }
    Ok(())
}

impl RawEvent {
    fn read(self) -> Result<EventGoal, String> {
        Ok(EventGoal {
            action: self.action,
            name: self.nom,
            kind: self.objet,
            attributes: self.attribut.map(|it| it.0).unwrap_or_default(),
            fresh: self.nouveau,
            count: count(self.absent, self.au_moins, self.exactement)?,
        })
    }
}

impl RawCommand {
    fn read(self) -> Result<CommandGoal, String> {
        Ok(CommandGoal {
            lines: self.ligne.0,
            succeeded: self.reussie,
            count: count(self.absent, self.au_moins, self.exactement)?,
        })
    }
}
