//! A lesson file, read: Markdown cut into pieces ([`split`]), the YAML of each block turned into
//! the model.

mod extra;
mod goals;
mod json_schema;
mod scalars;
mod schema;
pub(crate) mod split;
#[cfg(test)]
mod tests;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::fault::{LessonError, LessonErrors, Problem};
use super::goal::Goal;
use super::load::Summary;
use super::model::{
    Block, Case, Choice, Covered, Exercise, Expectation, File, Lesson, Misconception, Note,
    Position, Prediction, Quiz, Section, Trial,
};
pub use json_schema::json_schema_of;

use extra::RawObservation;
use goals::{Pairs, RawGoal};
use scalars::{Commands, Texts, command_lines};
use schema::{
    FORMAT, RawCase, RawChoice, RawExercise, RawHead, RawMisconception, RawPrediction, RawQuiz,
    RawTrial,
};
use split::{Fence, Piece};

type Found<T> = Result<T, (Position, Problem)>;

/// The text without a byte order mark and with the line ends of Unix, as some editors do not write
/// it.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads the front matter only.
pub(crate) fn summary(file: &str, text: &str) -> Result<Summary, LessonErrors> {
    let text = &*plain(text);
    let (raw, duration) = split::front_matter(text)
        .and_then(|parts| head(parts.head))
        .map_err(|(position, problem)| {
            LessonErrors(vec![LessonError {
                file: file.to_owned(),
                position,
                problem,
            }])
        })?;
    Ok(Summary {
        title: raw.titre,
        duration,
        objectives: raw.objectifs.0,
        prerequisites: raw.prerequis.0,
        images: raw.images.0,
    })
}

/// Reads a lesson. `file` is its name in error messages; every fault of the file is reported.
pub fn parse(file: &str, id: &str, number: u32, text: &str) -> Result<Lesson, LessonErrors> {
    let text = &*plain(text);
    let error = |(position, problem)| LessonError {
        file: file.to_owned(),
        position,
        problem,
    };
    let parts = split::front_matter(text).map_err(|fault| LessonErrors(vec![error(fault)]))?;
    let (pieces, mut faults) = split::pieces(text, parts.body_at);
    let head = head(parts.head).map_err(|fault| faults.push(fault)).ok();
    let mut reader = Reader::default();
    let mut sections = vec![Section {
        title: String::new(),
        blocks: Vec::new(),
    }];
    for (at, piece) in pieces {
        let block = match piece {
            Piece::Title(title) => {
                sections.push(Section {
                    title,
                    blocks: Vec::new(),
                });
                continue;
            }
            Piece::Prose(words) => Ok(vec![Block::Prose(words.to_owned())]),
            Piece::Note(words) => Ok(vec![Block::Note(Note(words.to_owned()))]),
            Piece::Fence(fence) => reader.fence(at, &fence),
        };
        match block {
            Ok(found) => {
                if let Some(section) = sections.last_mut() {
                    section.blocks.extend(found);
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    sections.retain(|section| !(section.title.is_empty() && section.blocks.is_empty()));
    faults.sort_by_key(|(position, _)| *position);
    match head {
        Some((head, duration)) if faults.is_empty() => Ok(Lesson {
            id: id.to_owned(),
            number,
            title: head.titre,
            duration,
            objectives: head.objectifs.0,
            prerequisites: head.prerequis.0,
            images: head.images.0,
            permissions: head.permissions.into_iter().map(Into::into).collect(),
            covers: head.couvre.map_or_else(Vec::new, covered),
            sections,
        }),
        _ => Err(LessonErrors(faults.into_iter().map(error).collect())),
    }
}

fn head(text: &str) -> Found<(RawHead, Duration)> {
    let base = Position { line: 2, column: 1 };
    let head: RawHead = yaml::read(text, base)?;
    if head.format.value != FORMAT {
        return Err((
            place(base, &head.format),
            Problem::Invalid(format!(
                "format {} : cette version de moussaillon lit le format {FORMAT}",
                head.format.value
            )),
        ));
    }
    let duration = duration(&head.duree.value).ok_or_else(|| {
        (
            place(base, &head.duree),
            Problem::Invalid("une durée s’écrit « 40 min » ou « 1 h 30 »".into()),
        )
    })?;
    Ok((head, duration))
}

fn covered(rows: Pairs<String>) -> Vec<Covered> {
    let rows = rows.0.into_iter();
    rows.map(|(row, place)| Covered { row, place }).collect()
}

/// `15 min`, `1 h`, `1 h 30`.
fn duration(words: &str) -> Option<Duration> {
    let words: String = words.split_whitespace().collect();
    let minutes = if let Some(minutes) = words.strip_suffix("min") {
        minutes.parse().ok()?
    } else {
        let (hours, minutes) = words.split_once('h')?;
        let minutes: u64 = if minutes.is_empty() {
            0
        } else {
            minutes.parse().ok()?
        };
        hours.parse::<u64>().ok()? * 60 + minutes
    };
    (minutes > 0).then(|| Duration::from_secs(minutes * 60))
}

fn place<T>(base: Position, spanned: &Spanned<T>) -> Position {
    let at = spanned.referenced;
    let whole = |number: u64| usize::try_from(number).unwrap_or(1).max(1);
    if at.line() == 0 {
        base
    } else {
        yaml::moved(base, whole(at.line()), whole(at.column()))
    }
}

/// Reads blocks one after the other: names that are not given are numbered, names that are given
/// serve once.
#[derive(Default)]
struct Reader {
    numbers: BTreeMap<String, usize>,
    names: BTreeMap<String, Position>,
    files: BTreeMap<String, Vec<File>>,
}

impl Reader {
    fn fence(&mut self, at: Position, fence: &Fence<'_>) -> Found<Vec<Block>> {
        if fence.word == "commande" {
            if !fence.rest.is_empty() {
                return Err((
                    at,
                    Problem::Invalid("rien ne suit « commande » sur sa ligne".into()),
                ));
            }
            let lines = command_lines(fence.text);
            if lines.is_empty() {
                return Err((at, Problem::Invalid("ce bloc est vide".into())));
            }
            return Ok(lines.into_iter().map(Block::Command).collect());
        }
        let block = match fence.word {
            "fichier" => Block::File(self.file(at, fence)?),
            "schema" => {
                let diagram = extra::diagram(at, fence)?;
                self.once(at, diagram.kind.name())?;
                Block::Diagram(diagram)
            }
            "bilan" => {
                self.once(at, fence.word)?;
                Block::Recap(extra::recap(at, fence)?)
            }
            _ => self.named(at, fence)?,
        };
        Ok(vec![block])
    }

    /// A block that has a name, given or not.
    fn named(&mut self, at: Position, fence: &Fence<'_>) -> Found<Block> {
        let id = self.name(at, fence)?;
        let base = fence.text_at;
        Ok(match fence.word {
            "exercice" => {
                let raw: RawExercise = yaml::read(fence.text, base)?;
                let files = self.files(at, &raw.fichiers)?;
                Block::Exercise(exercise(id, at, base, raw, files)?)
            }
            "prediction" => {
                let raw: RawPrediction = yaml::read(fence.text, base)?;
                let files = self.files(at, &raw.fichiers)?;
                Block::Prediction(prediction(id, at, base, raw, files)?)
            }
            "observation" => {
                let raw: RawObservation = yaml::read(fence.text, base)?;
                let files = self.files(at, &raw.fichiers)?;
                Block::Observation(extra::observation(id, at, base, raw, files)?)
            }
            "quiz" => {
                let raw: RawQuiz = yaml::read(fence.text, base)?;
                let choices = choices(at, base, raw.choix)?;
                Block::Quiz(Quiz {
                    id,
                    position: at,
                    question: raw.question,
                    choices,
                })
            }
            _ => {
                let raw: RawMisconception = yaml::read(fence.text, base)?;
                let files = self.files(at, &raw.fichiers)?;
                Block::Misconception(misconception(id, at, base, raw, files)?)
            }
        })
    }

    fn file(&mut self, at: Position, fence: &Fence<'_>) -> Found<File> {
        let known = self.files.entry(fence.rest.to_owned()).or_default();
        let file = extra::file(at, fence, known.len())?;
        known.push(file.clone());
        Ok(file)
    }

    /// The files of these names, which the lesson has shown before.
    fn files(&self, at: Position, names: &Texts) -> Found<Vec<File>> {
        let find = |name: &String| {
            let found = self.files.values().flatten().find(|file| file.id == *name);
            found.cloned().ok_or_else(|| {
                let words = format!(
                    "« {name} » : aucun bloc « fichier » de ce chemin ne vient avant celui-ci"
                );
                (at, Problem::Invalid(words))
            })
        };
        names.0.iter().map(find).collect()
    }

    /// Keeps a name, which serves once.
    fn once(&mut self, at: Position, name: &str) -> Found<()> {
        match self.names.insert(name.to_owned(), at) {
            None => Ok(()),
            Some(first) => Err((
                at,
                Problem::Invalid(format!("le nom « {name} » sert déjà ligne {}", first.line)),
            )),
        }
    }

    fn name(&mut self, at: Position, fence: &Fence<'_>) -> Found<String> {
        let id = if fence.rest.is_empty() {
            if fence.word == "exercice" {
                return Err((
                    at,
                    Problem::Invalid(
                        "un exercice a un nom, sous lequel sa réussite est gardée : « ```exercice deux-jumeaux »"
                            .into(),
                    ),
                ));
            }
            let number = self.numbers.entry(fence.word.to_owned()).or_default();
            *number += 1;
            format!("{}-{number}", fence.word)
        } else {
            fence.rest.to_owned()
        };
        if !id.chars().all(|it| it.is_ascii_alphanumeric() || it == '-') {
            return Err((
                at,
                Problem::Invalid(format!(
                    "« {id} » : un nom de bloc est fait de lettres sans accent, de chiffres et de tirets"
                )),
            ));
        }
        self.once(at, &id)?;
        Ok(id)
    }
}

fn goal(base: Position, raw: Spanned<RawGoal>) -> Found<Goal> {
    let at = place(base, &raw);
    raw.value
        .read()
        .map_err(|words| (at, Problem::Invalid(words)))
}

fn goals(base: Position, raw: Vec<Spanned<RawGoal>>) -> Found<Vec<Goal>> {
    raw.into_iter().map(|it| goal(base, it)).collect()
}

fn commands(raw: Option<Commands>) -> Vec<String> {
    raw.map(|it| it.0).unwrap_or_default()
}

fn exercise(
    id: String,
    at: Position,
    base: Position,
    raw: RawExercise,
    files: Vec<File>,
) -> Found<Exercise> {
    if raw.but.is_empty() {
        return Err((
            at,
            Problem::Invalid("« but » est vide : rien à atteindre".into()),
        ));
    }
    Ok(Exercise {
        id,
        position: at,
        instruction: raw.consigne.trim().to_owned(),
        gaps: raw.a_completer.map(|line| line.trim().to_owned()),
        goals: goals(base, raw.but)?,
        hints: raw.indices.0,
        solution: raw.solution.0,
        cases: raw
            .cas
            .into_iter()
            .map(|it| case(base, it))
            .collect::<Found<_>>()?,
        files,
        setup: commands(raw.depart),
        cleanup: commands(raw.nettoyage),
    })
}

fn case(base: Position, raw: Spanned<RawCase>) -> Found<Case> {
    let position = place(base, &raw);
    let raw = raw.value;
    if raw.si.is_empty() {
        return Err((
            position,
            Problem::Invalid("« si » est vide : ce cas serait toujours vrai".into()),
        ));
    }
    let when = raw
        .si
        .into_iter()
        .map(|it| {
            let at = place(base, &it);
            let found = goal(base, it)?;
            if found.otherwise.is_some() {
                let words = "« sinon » n’a pas de sens dans un cas : écrivez « dire »";
                return Err((at, Problem::Invalid(words.into())));
            }
            Ok(found.matcher)
        })
        .collect::<Found<_>>()?;
    Ok(Case {
        position,
        when,
        say: raw.dire.trim().to_owned(),
        attempt: raw.essai.0,
    })
}

fn choices(at: Position, base: Position, raw: Vec<Spanned<RawChoice>>) -> Found<Vec<Choice>> {
    let choices = raw
        .into_iter()
        .map(|it| choice(base, it))
        .collect::<Found<Vec<_>>>()?;
    match choices.iter().filter(|choice| choice.right).count() {
        1 if choices.len() > 1 => Ok(choices),
        1 => Err((
            at,
            Problem::Invalid("il faut au moins une réponse fausse".into()),
        )),
        number => Err((
            at,
            Problem::Invalid(format!(
                "il faut une réponse juste et une seule (clé « juste ») ; il y en a {number}"
            )),
        )),
    }
}

fn choice(base: Position, raw: Spanned<RawChoice>) -> Found<Choice> {
    let at = place(base, &raw);
    let invalid = |words: &str| Err((at, Problem::Invalid(words.to_owned())));
    match raw.value {
        RawChoice {
            juste: Some(text),
            parce_que: Some(why),
            dit: None,
            refute: None,
        } => Ok(Choice {
            text,
            right: true,
            why,
        }),
        RawChoice {
            dit: Some(text),
            refute: Some(why),
            juste: None,
            parce_que: None,
        } => Ok(Choice {
            text,
            right: false,
            why,
        }),
        RawChoice {
            juste: Some(_),
            dit: None,
            refute: None,
            ..
        } => invalid("la réponse juste s’explique : ajoutez « parce-que »"),
        RawChoice {
            dit: Some(_),
            juste: None,
            parce_que: None,
            ..
        } => invalid("une réponse fausse se réfute : ajoutez « refute »"),
        _ => invalid("une réponse est « juste » et « parce-que », ou « dit » et « refute »"),
    }
}

fn expectation(
    base: Position,
    code: i32,
    output: Option<Texts>,
    without: Option<Texts>,
    goal_list: Vec<Spanned<RawGoal>>,
) -> Found<Expectation> {
    Ok(Expectation {
        status: code,
        output: output.map(|it| it.0).unwrap_or_default(),
        output_without: without.map(|it| it.0).unwrap_or_default(),
        goals: goals(base, goal_list)?,
    })
}

fn prediction(
    id: String,
    at: Position,
    base: Position,
    raw: RawPrediction,
    files: Vec<File>,
) -> Found<Prediction> {
    Ok(Prediction {
        id,
        position: at,
        command: raw.commande.trim().to_owned(),
        question: raw.question,
        choices: choices(at, base, raw.choix)?,
        files,
        setup: commands(raw.depart),
        expected: expectation(base, raw.code, raw.sortie, raw.sortie_sans, raw.attendu)?,
    })
}

fn misconception(
    id: String,
    at: Position,
    base: Position,
    raw: RawMisconception,
    files: Vec<File>,
) -> Found<Misconception> {
    let experiment = raw
        .experience
        .0
        .into_iter()
        .map(|raw: RawTrial| {
            Ok(Trial {
                command: raw.commande.trim().to_owned(),
                expected: expectation(base, raw.code, raw.sortie, raw.sortie_sans, raw.attendu)?,
            })
        })
        .collect::<Found<Vec<_>>>()?;
    if experiment.is_empty() {
        return Err((at, Problem::Invalid("« experience » est vide".into())));
    }
    Ok(Misconception {
        id,
        position: at,
        belief: raw.on_croit,
        truth: raw.en_fait,
        files,
        setup: commands(raw.depart),
        experiment,
    })
}
