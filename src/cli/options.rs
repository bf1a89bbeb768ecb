//! The grammar of `moussaillon`, in French.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// How clap lays a help page out: its own layout has English titles.
pub(super) const HELP: &str = "\
{about}

Usage : {usage}

{all-args}{after-help}
";

/// `moussaillon`.
#[derive(Debug, Parser)]
#[command(
    name = "moussaillon",
    version,
    about = "Apprendre Docker en français, dans le terminal, avec ou sans Docker.",
    after_help = "Sans sous-commande, le tutoriel s’ouvre.\n\
                  « moussaillon docker … » est la commande docker de moussaillon ; \
                  « moussaillon docker --help » en donne la liste.",
    help_template = HELP,
    subcommand_help_heading = "Commandes",
    subcommand_value_name = "COMMANDE",
    override_usage = "moussaillon [OPTIONS] [COMMANDE]",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(super) struct Options {
    /// Ce qu’il faut faire ; rien : ouvrir le tutoriel.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) engine: Engine,
    /// Moteur simulé : partir de l’état que garde ce fichier
    #[arg(long = "depart", value_name = "FICHIER", help_heading = "Options")]
    pub(super) start: Option<PathBuf>,
    /// Ouvrir les leçons de ce dossier ou de cette archive (.tar, .tar.gz) au lieu de celles du
    /// programme ; celles d’un dossier sont relues quand on les modifie
    #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
    pub(super) lessons: Option<PathBuf>,
    /// Thème : sombre, clair, contraste, daltonien, sans-couleur, ou un des vôtres
    #[arg(long, value_name = "NOM", help_heading = "Options")]
    pub(super) theme: Option<String>,
    /// Ne laisser aucune commande modifier le moteur
    #[arg(long = "lecture-seule", help_heading = "Options")]
    pub(super) read_only: bool,
    /// Mettre le garde-fou devant le moteur simulé aussi, où rien n’est à protéger
    #[arg(long = "garde-fou", help_heading = "Options")]
    pub(super) guarded: bool,
    /// Pour un vidéoprojecteur : contraste élevé, un panneau à la fois
    #[arg(long = "projecteur", help_heading = "Options")]
    pub(super) projector: bool,
    /// Sans écran ni panneaux, des lignes l’une après l’autre : pour un lecteur d’écran, un tube, un
    /// terminal sommaire ; :aide y donne les mots à taper
    #[arg(
        long = "lineaire",
        conflicts_with = "cast_file",
        help_heading = "Options"
    )]
    pub(super) linear: bool,
    #[command(flatten)]
    pub(super) recorded: super::replay::Recorded,
    #[command(flatten)]
    pub(super) common: Common,
    /// Afficher la version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = "Options")]
    pub(super) version: Option<bool>,
}

/// What every page has.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Afficher cette aide
    #[arg(short = 'h', long, action = clap::ArgAction::Help, global = true, help_heading = "Options")]
    pub(super) help: Option<bool>,
}

/// Which engine.
#[derive(Debug, Args)]
pub(super) struct Engine {
    /// Moteur : auto (un vrai s’il répond, sinon le simulé), simule, ou une URL
    /// (unix:///…, tcp://…, ssh://…)
    #[arg(
        long = "moteur",
        value_name = "auto|simule|URL",
        default_value = "auto",
        hide_default_value = true,
        help_heading = "Options"
    )]
    pub(super) engine: String,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Servir le moteur simulé sur un socket Unix, pour la vraie commande docker
    #[command(
        help_template = HELP,
        override_usage = "moussaillon simulateur --socket CHEMIN [OPTIONS]\n        moussaillon simulateur limites",
        disable_help_subcommand = true,
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true,
        subcommand_help_heading = "Commandes"
    )]
    Simulateur {
        /// Chemin du socket à créer
        #[arg(long, value_name = "CHEMIN", required = true, help_heading = "Options")]
        socket: Option<PathBuf>,
        /// Comment la machine simulée commence et finit.
        #[command(flatten)]
        machine: Simulated,
        /// Que faire d’autre que servir.
        #[command(subcommand)]
        command: Option<SimulatorCommand>,
    },
    /// Montrer une leçon à une salle : ses commandes se tapent sans faute, et se lancent pour de vrai
    #[command(
        help_template = HELP,
        override_usage = "moussaillon demo [--projecteur] [--moteur simule|URL] LEÇON\n        moussaillon demo --repetition [--vitesse NOMBRE] [--moteur simule|URL] [LEÇON]"
    )]
    Demo(super::demo::Asked),
    /// Ouvrir la vue de l’orateur, dans un second terminal : notes, prochaine commande, temps qui
    /// reste, télécommande
    #[command(help_template = HELP, override_usage = "moussaillon notes")]
    Notes,
    /// Rejouer une session enregistrée (asciicast) : pause, vitesse, sauts d’étape en étape
    #[command(
        help_template = HELP,
        override_usage = "moussaillon rejouer FICHIER"
    )]
    Rejouer {
        /// Le fichier, écrit par --enregistrer ou par asciinema
        #[arg(value_name = "FICHIER", help_heading = "Arguments")]
        file: PathBuf,
    },
    /// Faire d’une leçon, ou d’une session enregistrée, une page à lire dans un navigateur : texte,
    /// commandes, ce qu’elles affichent et changent, schémas
    #[command(
        help_template = HELP,
        override_usage = "moussaillon exporter [--lecons CHEMIN] [--sortie FICHIER] LEÇON|FICHIER"
    )]
    Exporter(super::export::Asked),
    /// Expliquer une commande docker mot à mot, ou une erreur ; sans moteur
    #[command(
        help_template = HELP,
        override_usage = "moussaillon expliquer 'COMMANDE'\n        moussaillon expliquer --erreur 'TEXTE'"
    )]
    Expliquer {
        /// Expliquer ce texte comme une erreur de docker
        #[arg(long = "erreur", help_heading = "Options")]
        error: bool,
        /// La commande ou l’erreur ; rien : l’entrée standard
        #[arg(
            value_name = "TEXTE",
            trailing_var_arg = true,
            allow_hyphen_values = true,
            help_heading = "Arguments"
        )]
        words: Vec<String>,
    },
    /// Écrire de quoi compléter les commandes de moussaillon dans un shell
    #[command(
        help_template = HELP,
        override_usage = "moussaillon completions bash|zsh|fish|powershell"
    )]
    Completions {
        /// Le shell
        #[arg(value_name = "SHELL", help_heading = "Arguments")]
        shell: Shell,
    },
    /// Lister les leçons, ou les vérifier
    #[command(
        help_template = HELP,
        override_usage = "moussaillon lecons [verifier [--moteur simule|URL] [LEÇON]]",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes"
    )]
    Lecons {
        /// Que faire des leçons ; rien : les lister.
        #[command(subcommand)]
        command: Option<LessonsCommand>,
    },
    /// Afficher l’aide-mémoire : les commandes du cours, par thème, chacune avec un exemple
    #[command(
        help_template = HELP,
        override_usage = "moussaillon aide-memoire [--format texte|markdown|html] [--sortie FICHIER] [MOT…]"
    )]
    AideMemoire(super::sheet::Asked),
    /// Écrire l’attestation de ce que vous avez montré, d’après ce que le programme a vérifié
    #[command(
        help_template = HELP,
        override_usage = "moussaillon attestation [--format markdown|html] [--sortie FICHIER] [--nom NOM]"
    )]
    Attestation(super::attestation::Asked),
    /// Afficher le glossaire : les mots du cours, en français et en anglais, et ce qu’ils veulent dire
    #[command(
        help_template = HELP,
        override_usage = "moussaillon glossaire [MOT…]"
    )]
    Glossaire(super::glossary::Asked),
    /// Dire quelles images il faut aux leçons et lesquelles sont là ; en préparer une archive, la charger
    #[command(
        help_template = HELP,
        override_usage = "moussaillon images [preparer [FICHIER] | charger ARCHIVE] [--lecon LEÇON] [--miroir HÔTE]",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes"
    )]
    Images(super::images::Asked),
    /// Retirer d’un moteur ce que les sessions terminées y ont créé, et rien d’autre
    #[command(
        help_template = HELP,
        override_usage = "moussaillon ranger [--moteur URL] [--session ID | --toutes] [--oui]"
    )]
    Ranger(super::ranger::Asked),
    /// Dire tout ce qu’il faut savoir pour vous aider, sans secret, en un texte à coller
    #[command(
        help_template = HELP,
        override_usage = "moussaillon diagnostic [--moteur auto|simule|URL] [--copier]"
    )]
    Diagnostic(super::diagnostic::Asked),
    /// Afficher un fichier de réglages à copier : thème, souris, touches
    #[command(help_template = HELP, override_usage = "moussaillon reglages")]
    Reglages,
}

/// The shells whose completion can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shell {
    /// Celui de la plupart des Linux.
    Bash,
    /// Celui de macOS.
    Zsh,
    /// Le shell fish.
    Fish,
    /// Celui de Windows.
    Powershell,
}

/// How the simulated machine begins and ends.
#[derive(Debug, Args)]
pub(super) struct Simulated {
    /// Partir de l’état que garde ce fichier
    #[arg(long = "depart", value_name = "FICHIER", help_heading = "Options")]
    pub(super) start: Option<PathBuf>,
    /// Garder l’état dans ce fichier à l’arrêt
    #[arg(long = "sauver", value_name = "FICHIER", help_heading = "Options")]
    pub(super) save: Option<PathBuf>,
    /// Donner les mêmes identifiants à chaque fois : une graine, un nombre
    #[arg(long = "graine", value_name = "NOMBRE", help_heading = "Options")]
    pub(super) seed: Option<u64>,
    /// Partir d’une date choisie (2026-01-31T08:00:00Z)
    #[arg(long = "horloge", value_name = "DATE", help_heading = "Options")]
    pub(super) date: Option<String>,
}

/// `moussaillon simulateur …`.
#[derive(Debug, Subcommand)]
pub(super) enum SimulatorCommand {
    /// Dire ce que le moteur simulé ne simule pas
    #[command(help_template = HELP, override_usage = "moussaillon simulateur limites")]
    Limites,
}

/// `moussaillon lecons …`.
#[derive(Debug, Subcommand)]
pub(super) enum LessonsCommand {
    /// Prouver les leçons sur un moteur : départ, solutions, essais, prédictions, expériences
    #[command(
        help_template = HELP,
        override_usage = "moussaillon lecons verifier [--moteur simule|URL] [--images-locales] [--lecons CHEMIN] [LEÇON]"
    )]
    Verifier {
        /// Moteur : simule, ou une URL (unix:///…, tcp://…)
        #[arg(
            long = "moteur",
            value_name = "simule|URL",
            default_value = "simule",
            hide_default_value = true,
            help_heading = "Options"
        )]
        engine: String,
        /// Fabriquer sur ce moteur des images de remplacement (busybox de cette machine) au lieu
        /// de les tirer
        #[arg(long = "images-locales", help_heading = "Options")]
        local_images: bool,
        /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
        #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
        folder: Option<PathBuf>,
        /// Identifiant d’une leçon ; toutes sans cela
        #[arg(value_name = "LEÇON", help_heading = "Arguments")]
        lesson: Option<String>,
    },
    /// Regarder ce qu’il faut à une leçon : moteur, images, noms, ports, place ; et dire quoi faire
    #[command(
        help_template = HELP,
        override_usage = "moussaillon lecons preparer [--moteur auto|simule|URL] [--lecons CHEMIN] LEÇON"
    )]
    Preparer {
        #[command(flatten)]
        engine: Engine,
        /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
        #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
        folder: Option<PathBuf>,
        /// Identifiant ou numéro de la leçon
        #[arg(value_name = "LEÇON", help_heading = "Arguments")]
        lesson: String,
    },
    /// Dire où chaque ligne des sources du cours est traitée : la leçon, puis la partie ou le bloc
    #[command(
        help_template = HELP,
        override_usage = "moussaillon lecons couverture [--lecons DOSSIER]"
    )]
    Couverture {
        /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
        #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
        folder: Option<PathBuf>,
    },
    /// Écrire le schéma JSON des blocs d’une leçon, ou de l’un d’eux, pour un éditeur
    #[command(help_template = HELP, override_usage = "moussaillon lecons schema [BLOC]")]
    Schema {
        /// entete, exercice, prediction, observation, quiz, idee-recue, schema ou bilan ; tous sans
        /// cela
        #[arg(value_name = "BLOC", help_heading = "Arguments")]
        block: Option<String>,
    },
    /// Commencer une leçon : un dossier numéroté, et une leçon qui se vérifie, à remplir
    #[command(
        help_template = HELP,
        override_usage = "moussaillon lecons nouvelle [--dans DOSSIER] NOM"
    )]
    Nouvelle {
        /// Le dossier des leçons ; `lessons` s’il est là, sinon le dossier courant
        #[arg(long = "dans", value_name = "DOSSIER", help_heading = "Options")]
        folder: Option<PathBuf>,
        /// Son identifiant : minuscules sans accent, chiffres et tirets
        #[arg(value_name = "NOM", help_heading = "Arguments")]
        name: String,
    },
}
