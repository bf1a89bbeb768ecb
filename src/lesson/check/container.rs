//! Goals on containers: which there are, and their traits.

use super::object::{find_image, same_reference};
use super::words::{code, either, seen, short, wanted};
use super::{Evidence, Found, Row};
use crate::domain::{Container, ContainerState, Snapshot};
use crate::lesson::goal::{ContainerGoal, Count};

/// Judges `conteneur`.
pub(super) fn judge(goal: &ContainerGoal, evidence: Evidence<'_>) -> Found {
    match &goal.name {
        Some(name) if goal.count == Count::default() => judge_one(name, goal, evidence),
        _ => judge_number(goal, evidence),
    }
}

/// One container, field by field.
fn judge_one(name: &str, goal: &ContainerGoal, evidence: Evidence<'_>) -> Found {
    let now = evidence.now().container(name);
    let rows = rows(name, goal, now, evidence);
    let missing = match now {
        None => format!("Aucun conteneur ne s’appelle {}.", code(name)),
        Some(container) => complaints(goal, container, evidence).join(" "),
    };
    Found {
        met: rows.iter().all(|row| row.met),
        label: label(goal),
        missing,
        rows,
    }
}

/// How many containers of this state have these traits.
pub(super) fn count(goal: &ContainerGoal, state: &Snapshot, evidence: Evidence<'_>) -> usize {
    state
        .containers()
        .filter(|container| has_traits(goal, container, state, evidence))
        .count()
}

/// Whether as many containers as wanted have these traits.
fn judge_number(goal: &ContainerGoal, evidence: Evidence<'_>) -> Found {
    let before = count(goal, evidence.before(), evidence);
    let now = count(goal, evidence.now(), evidence);
    let met = goal.count.accepts(now);
    let missing = if let (Some(name), Count::Exactly(0)) = (&goal.name, goal.count) {
        let still = evidence.now().container(name);
        let state = still.map_or("", |container| container.state.as_str());
        let only = if goal.states.is_empty() {
            "existe encore"
        } else {
            "ne doit pas être ainsi"
        };
        format!("Le conteneur {} {only} (état {}).", code(name), code(state))
    } else {
        format!(
            "Conteneurs voulus ({}) : {}, observé : {}.",
            traits(goal),
            wanted(goal.count),
            seen(now)
        )
    };
    let object = goal.name.clone().unwrap_or_else(|| traits(goal));
    let row = if goal.count == Count::NONE && goal.name.is_some() {
        let shown = |number: usize| (number > 0).then(|| "présent".to_owned());
        Row {
            object,
            field: "Name".into(),
            before: shown(before),
            now: shown(now),
            target: None,
            met,
        }
    } else {
        Row {
            object,
            field: "nombre".into(),
            before: Some(before.to_string()),
            now: Some(now.to_string()),
            target: Some(wanted(goal.count)),
            met,
        }
    };
    Found {
        met,
        label: label(goal),
        missing,
        rows: vec![row],
    }
}

fn label(goal: &ContainerGoal) -> String {
    let name = goal.name.as_deref().unwrap_or("conteneurs");
    if goal.count == Count::NONE {
        return if goal.states.is_empty() && goal.image.is_none() {
            format!("{name} : absent")
        } else {
            format!("{name} : rien de tel ({})", traits(goal))
        };
    }
    let traits = traits(goal);
    let traits = if traits.is_empty() {
        "existe".to_owned()
    } else {
        traits
    };
    match goal.count {
        Count::AtLeast(1) => format!("{name} : {traits}"),
        count => format!("{name} : {traits} ({})", wanted(count)),
    }
}

/// The traits, in words; the name is not one.
fn traits(goal: &ContainerGoal) -> String {
    let mut words = Vec::new();
    if !goal.states.is_empty() {
        words.push(either(&state_words(goal)));
    }
    words.extend(goal.image.as_ref().map(|image| format!("image {image}")));
    words.extend(
        goal.command
            .as_ref()
            .map(|command| format!("commande {command}")),
    );
    words.extend(
        goal.exit_code
            .map(|number| format!("code de sortie {number}")),
    );
    words.extend(
        goal.same_image_as
            .as_ref()
            .map(|other| format!("même image que {other}")),
    );
    words.extend(
        goal.other_than
            .as_ref()
            .map(|other| format!("autre que {other}")),
    );
    words.extend(goal.fresh.map(|fresh| fresh_word(fresh).to_owned()));
    words.join(", ")
}

fn state_words(goal: &ContainerGoal) -> Vec<String> {
    goal.states
        .iter()
        .map(|state| state.as_str().to_owned())
        .collect()
}

const fn fresh_word(fresh: bool) -> &'static str {
    if fresh {
        "nouveau"
    } else {
        "le même qu’au départ"
    }
}

/// The identifier of the image that this container must come from; the reference itself when the
/// engine has no such image.
fn comes_from(container: &Container, reference: &str, state: &Snapshot) -> bool {
    match find_image(state, reference) {
        Some(image) => container.image_id == image.id,
        None => same_reference(&container.image, reference),
    }
}

fn exited_with(container: &Container, code: i64) -> bool {
    matches!(
        container.state,
        ContainerState::Exited | ContainerState::Dead
    ) && container.exit_code == code
}

fn same_image(container: &Container, other: &str, state: &Snapshot) -> bool {
    state
        .container(other)
        .is_some_and(|other| other.id != container.id && other.image_id == container.image_id)
}

fn is_other(container: &Container, other: &str, state: &Snapshot) -> bool {
    state
        .container(other)
        .is_some_and(|other| other.id != container.id)
}

fn is_fresh(container: &Container, evidence: Evidence<'_>) -> bool {
    evidence
        .before()
        .containers()
        .all(|old| old.id != container.id)
}

fn has_traits(
    goal: &ContainerGoal,
    container: &Container,
    state: &Snapshot,
    evidence: Evidence<'_>,
) -> bool {
    goal.name
        .as_ref()
        .is_none_or(|name| *name == container.name)
        && (goal.states.is_empty() || goal.states.contains(&container.state))
        && goal
            .image
            .as_ref()
            .is_none_or(|image| comes_from(container, image, state))
        && goal
            .command
            .as_ref()
            .is_none_or(|line| container.command.join(" ") == *line)
        && goal
            .exit_code
            .is_none_or(|code| exited_with(container, code))
        && goal
            .same_image_as
            .as_ref()
            .is_none_or(|other| same_image(container, other, state))
        && goal
            .other_than
            .as_ref()
            .is_none_or(|other| is_other(container, other, state))
        && goal
            .fresh
            .is_none_or(|fresh| fresh == is_fresh(container, evidence))
}

/// What a field says in a container, for one trait.
type Shown<'a> = Box<dyn Fn(&Container, &Snapshot) -> String + 'a>;

fn rows(
    name: &str,
    goal: &ContainerGoal,
    now: Option<&Container>,
    evidence: Evidence<'_>,
) -> Vec<Row> {
    let before = evidence.before().container(name);
    let state = evidence.now();
    let mut rows = Vec::new();
    let mut add = |field: &str, target: String, met: bool, shown: Shown<'_>| {
        rows.push(Row {
            object: name.to_owned(),
            field: field.to_owned(),
            before: before.map(|it| shown(it, evidence.before())),
            now: now.map(|it| shown(it, state)),
            target: Some(target),
            met,
        });
    };
    let holds = |test: &dyn Fn(&Container) -> bool| now.is_some_and(test);
    if !goal.states.is_empty() {
        let met = holds(&|it| goal.states.contains(&it.state));
        let target = either(&state_words(goal));
        add(
            "State.Status",
            target,
            met,
            Box::new(|it, _| it.state.as_str().to_owned()),
        );
    }
    if let Some(image) = &goal.image {
        let met = holds(&|it| comes_from(it, image, state));
        add(
            "Config.Image",
            image.clone(),
            met,
            Box::new(|it, _| it.image.clone()),
        );
    }
    if let Some(command) = &goal.command {
        let met = holds(&|it| it.command.join(" ") == *command);
        add(
            "Path, Args",
            command.clone(),
            met,
            Box::new(|it, _| it.command.join(" ")),
        );
    }
    if let Some(code) = goal.exit_code {
        let met = holds(&|it| exited_with(it, code));
        add(
            "State.ExitCode",
            code.to_string(),
            met,
            Box::new(|it, _| it.exit_code.to_string()),
        );
    }
    if let Some(other) = &goal.same_image_as {
        let met = holds(&|it| same_image(it, other, state));
        let target = state
            .container(other)
            .map_or_else(|| format!("celle de {other}"), |it| short(&it.image_id));
        add("Image", target, met, Box::new(|it, _| short(&it.image_id)));
    }
    if let Some(other) = &goal.other_than {
        let met = holds(&|it| is_other(it, other, state));
        add(
            "Id",
            format!("pas celui de {other}"),
            met,
            Box::new(|it, _| short(&it.id)),
        );
    }
    if let Some(fresh) = goal.fresh {
        let met = holds(&|it| is_fresh(it, evidence) == fresh);
        let target = match before {
            Some(old) if !fresh => short(&old.id),
            None if !fresh => "celui du départ".to_owned(),
            _ => "un nouvel identifiant".to_owned(),
        };
        add("Id", target, met, Box::new(|it, _| short(&it.id)));
    }
    if rows.is_empty() {
        let known = |it: Option<&Container>| it.map(|it| it.name.clone());
        rows.push(Row {
            object: name.to_owned(),
            field: "Name".into(),
            before: known(before),
            now: known(now),
            target: Some(name.to_owned()),
            met: now.is_some(),
        });
    }
    rows
}

/// What is missing in a container that is there, one sentence per trait.
fn complaints(goal: &ContainerGoal, container: &Container, evidence: Evidence<'_>) -> Vec<String> {
    let state = evidence.now();
    let name = &container.name;
    let mut words = Vec::new();
    if !goal.states.is_empty() && !goal.states.contains(&container.state) {
        let targets: Vec<_> = goal.states.iter().map(|it| code(it.as_str())).collect();
        words.push(format!(
            "{name} : état attendu {}, observé {}.",
            either(&targets),
            code(container.state.as_str())
        ));
    }
    if let Some(image) = goal
        .image
        .as_ref()
        .filter(|it| !comes_from(container, it, state))
    {
        words.push(format!(
            "{name} : image attendue {}, observée {}.",
            code(image),
            code(&container.image)
        ));
    }
    if let Some(command) = goal
        .command
        .as_ref()
        .filter(|it| container.command.join(" ") != **it)
    {
        words.push(format!(
            "{name} : commande attendue {}, observée {}.",
            code(command),
            code(&container.command.join(" "))
        ));
    }
    if let Some(wanted) = goal.exit_code.filter(|&it| !exited_with(container, it)) {
        words.push(
            if matches!(
                container.state,
                ContainerState::Exited | ContainerState::Dead
            ) {
                format!(
                    "{name} : code de sortie attendu {wanted}, observé {}.",
                    container.exit_code
                )
            } else {
                format!(
                    "{name} : pas encore de code de sortie (état {}).",
                    code(container.state.as_str())
                )
            },
        );
    }
    if let Some(other) = goal
        .same_image_as
        .as_ref()
        .filter(|it| !same_image(container, it, state))
    {
        words.push(match state.container(other) {
            None => format!("Aucun conteneur ne s’appelle {}.", code(other)),
            Some(twin) => format!(
                "{name} et {other} ne viennent pas de la même image : {} et {}.",
                code(&container.image),
                code(&twin.image)
            ),
        });
    }
    if let Some(other) = goal
        .other_than
        .as_ref()
        .filter(|it| !is_other(container, it, state))
    {
        words.push(format!(
            "Aucun autre conteneur ne s’appelle {}.",
            code(other)
        ));
    }
    if let Some(fresh) = goal.fresh.filter(|&it| it != is_fresh(container, evidence)) {
        words.push(if fresh {
            format!(
                "{name} est le conteneur du départ ({}), pas un nouveau.",
                short(&container.id)
            )
        } else {
            format!(
                "{name} est un nouveau conteneur ({}), pas celui du départ.",
                short(&container.id)
            )
        });
    }
    words
}
