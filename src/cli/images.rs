//! `moussaillon images`: what the course needs, what is there, and the archive that brings it where
//! there is no network.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::options::HELP;
use super::print;
use super::reach::{Reached, Teller, block_on, reach};
use crate::engine::{Client, Environment};
use crate::lesson::Course;
use crate::ready::counted;
use crate::ready::kit::{Kit, partial};
use crate::ready::load::{Loaded, load, pull_missing};
use crate::ready::prepare::prepare;
use crate::ready::pull::Source;
use crate::ready::stock::{Held, Wanted, held, short, wanted};
use crate::text::quantity;

/// Lessons shown of an image that many need.
const SHOWN: usize = 3;

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Que faire des images ; rien : les lister.
    #[command(subcommand)]
    command: Option<Verb>,
    #[command(flatten)]
    which: Which,
}

/// Which images, on which engine.
#[derive(Debug, Args)]
struct Which {
    /// Moteur : auto (le premier qui répond), ou une URL (unix:///…, tcp://…, ssh://…)
    #[arg(
        long = "moteur",
        value_name = "auto|URL",
        default_value = "auto",
        hide_default_value = true,
        global = true,
        help_heading = "Options"
    )]
    engine: String,
    /// Les images de cette leçon seulement (plusieurs fois pour plusieurs leçons)
    #[arg(
        long = "lecon",
        value_name = "LEÇON",
        global = true,
        help_heading = "Options"
    )]
    lesson: Vec<String>,
    /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
    #[arg(
        long = "lecons",
        value_name = "CHEMIN",
        global = true,
        help_heading = "Options"
    )]
    folder: Option<PathBuf>,
    /// Tirer d’un autre registre, qui en a des copies : HÔTE ou HÔTE:PORT
    #[arg(
        long = "miroir",
        value_name = "HÔTE",
        global = true,
        help_heading = "Options"
    )]
    mirror: Option<String>,
}

/// `moussaillon images …`.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Tirer ce qui manque et tout enregistrer dans une archive, sur une machine qui a un réseau
    #[command(
        help_template = HELP,
        override_usage = "moussaillon images preparer [--lecon LEÇON] [--miroir HÔTE] [FICHIER]"
    )]
    Preparer {
        /// L’archive à écrire
        #[arg(
            value_name = "FICHIER",
            default_value = "moussaillon-images.tar",
            hide_default_value = true,
            help_heading = "Arguments"
        )]
        file: PathBuf,
    },
    /// Charger dans le moteur les images d’une archive, ou celles d’un miroir
    #[command(
        help_template = HELP,
        override_usage = "moussaillon images charger [--remplacer] ARCHIVE\n        moussaillon images charger --miroir HÔTE [--lecon LEÇON]"
    )]
    Charger {
        /// L’archive que « images preparer » a écrite
        #[arg(value_name = "ARCHIVE", help_heading = "Arguments")]
        file: Option<PathBuf>,
        /// Donner le nom à l’image de l’archive quand une autre le porte ici
        #[arg(long = "remplacer", help_heading = "Options")]
        replace: bool,
    },
}

/// Runs `moussaillon images …`.
pub(super) fn run(asked: &Asked) -> ExitCode {
    let Asked { command, which } = asked;
    let done = which.wanted().and_then(|wanted| {
        block_on(async {
            match command {
                None => list(which, &wanted).await,
                Some(Verb::Preparer { file }) => write(which, &wanted, file).await.map(|()| true),
                Some(Verb::Charger { file, replace }) => {
                    bring(which, &wanted, file.as_deref(), *replace)
                        .await
                        .map(|()| true)
                }
            }
        })?
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => print::exit(Err(why)),
    }
}

impl Which {
    fn wanted(&self) -> Result<Vec<Wanted>, String> {
        let course = self
            .folder
            .as_deref()
            .map_or_else(|| Ok(Course::embedded()), Course::open);
        let course = course.map_err(|error| error.to_string())?;
        wanted(&course, &self.lesson).map_err(|error| error.to_string())
    }

    fn source(&self) -> Source {
        Source {
            mirror: self.mirror.clone(),
            configuration: Environment::of_this_process().docker_folder(),
        }
    }

    /// The real engine; the simulated one has every image of the course.
    async fn real(&self) -> Result<Client, String> {
        match reach(&self.engine).await? {
            Reached::Engine(found) => Ok(found.1.client),
            Reached::Simulator(reason) => Err(format!(
                "il faut ici un vrai moteur ({reason}). Le moteur simulé, lui, a toutes les images \
                 du cours, sans réseau."
            )),
        }
    }
}

/// What is needed and what is there; whether all is.
async fn list(which: &Which, wanted: &[Wanted]) -> Result<bool, String> {
    let client = match reach(&which.engine).await? {
        Reached::Engine(found) => {
            let (target, connection) = *found;
            println!(
                "Images des leçons sur {} {} ({})",
                connection.info.product,
                connection.info.version,
                target.place()
            );
            connection.client
        }
        Reached::Simulator(reason) => {
            println!("{reason}");
            for it in wanted {
                println!("  {:<22}  {}", it.image, lessons(it));
            }
            println!("Le moteur simulé a toutes ces images, sans réseau : rien à préparer.");
            return Ok(true);
        }
    };
    let mut missing = 0;
    for it in wanted {
        let there = held(&client, &it.image).await;
        let there = there.map_err(|error| error.to_string())?;
        missing += usize::from(there.is_none());
        println!("{}", row(it, there.as_ref()));
    }
    let total = wanted.len();
    if missing == 0 {
        println!("Toutes les images sont là ({total}).");
    } else {
        println!("Il en manque {missing} sur {total}. Avec un réseau, elles seront tirées au");
        println!("premier usage ; sans réseau, chargez l’archive d’une machine qui en a un :");
        println!("  là-bas : moussaillon images preparer moussaillon-images.tar");
        println!("  ici :    moussaillon images charger moussaillon-images.tar");
    }
    Ok(missing == 0)
}

/// `✔ busybox:1.36   4,3 Mo  cc5def1d9400  14 leçons`.
fn row(it: &Wanted, there: Option<&Held>) -> String {
    match there {
        Some(held) => {
            let digest = held.digests.first().unwrap_or(&held.id);
            format!(
                "✔ {:<22} {:>9}  {:<12}  {}",
                it.image,
                quantity::decimal(held.size),
                short(digest),
                lessons(it)
            )
        }
        None => format!(
            "✘ {:<22} {:>9}  {:<12}  {}",
            it.image,
            "manque",
            "",
            lessons(it)
        ),
    }
}

fn lessons(it: &Wanted) -> String {
    match it.lessons.len() {
        many if many > SHOWN => format!("{many} leçons"),
        _ => it.lessons.join(", "),
    }
}

async fn write(which: &Which, wanted: &[Wanted], file: &Path) -> Result<(), String> {
    let client = which.real().await?;
    let mut teller = Teller::new();
    let written = prepare(&client, wanted, file, &which.source(), &mut |told| {
        teller.tell(told);
    })
    .await;
    teller.erase();
    let size = written.map_err(|error| {
        let rest = partial(file);
        if rest.exists() {
            format!(
                "{error}\n  Ce qui est fait est gardé dans « {} » : relancez la même commande.",
                rest.display()
            )
        } else {
            error.to_string()
        }
    })?;
    println!(
        "{} : {}, {}. Là où il n’y a pas de réseau : moussaillon images charger {}",
        file.display(),
        counted(wanted.len()),
        quantity::decimal(size),
        file.display()
    );
    Ok(())
}

async fn bring(
    which: &Which,
    wanted: &[Wanted],
    file: Option<&Path>,
    replace: bool,
) -> Result<(), String> {
    if file.is_some() && which.mirror.is_some() {
        return Err(
            "une archive ou un miroir, pas les deux : retirez « --miroir » ou le nom de l’archive."
                .to_owned(),
        );
    }
    if file.is_none() && which.mirror.is_none() {
        return Err(
            "que charger ? Donnez l’archive que « images preparer » a écrite, ou « --miroir HÔTE »."
                .to_owned(),
        );
    }
    // What is wrong with the archive is said before an engine is asked for.
    let kit = file.map(Kit::open).transpose();
    let kit = kit.map_err(|error| error.to_string())?;
    let client = which.real().await?;
    let mut teller = Teller::new();
    let mut say = |told| teller.tell(told);
    let done = match kit {
        Some(mut kit) => load(&client, &mut kit, replace, &mut say).await,
        None => pull_missing(&client, wanted, &which.source(), &mut say).await,
    };
    teller.erase();
    let Loaded { added, same, other } = done.map_err(|error| error.to_string())?;
    println!("{} de plus, {same} déjà là.", counted(added));
    if !other.is_empty() {
        println!(
            "Laissées telles quelles, car une autre image porte leur nom : {}.",
            other.join(", ")
        );
    }
    Ok(())
}
