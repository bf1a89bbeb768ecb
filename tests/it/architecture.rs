//! The arrows between modules, read off the sources. See the picture in `src/lib.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the modules it may import, crates of the workspace included (their own arrows are in
/// their `Cargo.toml`, and none can import a module of the program). `sim` is seen part by part, from
/// outside and from inside.
const ARROWS: &[(&str, &[&str])] = &[
    ("cast", &[]),
    ("text", &["domain", "engine"]),
    ("lesson", &["domain", "text", "docker"]),
    ("sim::fs", &[]),
    ("sim::kernel", &["sim::fs"]),
    ("sim::shell", &["sim::kernel", "sim::fs"]),
    ("sim::ps", &["sim::kernel"]),
    (
        "sim::programs",
        &["sim::shell", "sim::ps", "sim::kernel", "sim::fs"],
    ),
    ("sim::hub", &["sim::fs"]),
    (
        "sim::daemon",
        &["sim::hub", "sim::ps", "sim::kernel", "sim::fs"],
    ),
    (
        "sim::http",
        &["sim::daemon", "sim::hub", "sim::kernel", "sim::fs"],
    ),
    (
        "sim::machine",
        &[
            "sim::http",
            "sim::daemon",
            "sim::hub",
            "sim::programs",
            "sim::shell",
            "sim::kernel",
            "sim::fs",
        ],
    ),
    ("demo", &["lesson"]),
    (
        "terminal",
        &[
            "domain",
            "wire",
            "text",
            "sim::fs",
            "sim::kernel",
            "sim::machine",
        ],
    ),
    (
        "verify",
        &[
            "domain",
            "wire",
            "text",
            "docker",
            "lesson",
            "demo",
            "engine",
            "terminal",
            "sim::machine",
            "sim::kernel",
        ],
    ),
    (
        "inside",
        &["domain", "wire", "engine", "sim::machine", "text"],
    ),
    (
        "ready",
        &[
            "domain",
            "wire",
            "text",
            "docker",
            "lesson",
            "engine",
            "sim::machine",
        ],
    ),
    (
        "tui",
        &[
            "ready",
            "cast",
            "domain",
            "wire",
            "text",
            "docker",
            "lesson",
            "demo",
            "engine",
            "terminal",
            "verify",
            "inside",
            "sim::machine",
        ],
    ),
    (
        "export",
        &["cast", "domain", "text", "lesson", "demo", "verify", "tui"],
    ),
    (
        "cli",
        &[
            "export",
            "ready",
            "cast",
            "domain",
            "wire",
            "text",
            "docker",
            "lesson",
            "demo",
            "engine",
            "terminal",
            "verify",
            "tui",
            "sim::machine",
            "sim::http",
            "sim::daemon",
        ],
    ),
];

/// An import outside of the table, with its reason: (file, module, why).
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "sim::fs",
    "sim::kernel",
    "Errno: a file operation fails with the kernel's own error numbers",
)];

/// Longest file, in lines.
const LONGEST_FILE: usize = 600;

#[test]
fn imports_follow_the_arrows() {
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut faults = Vec::new();
    for file in sources() {
        let Some(module) = module_of(&file) else {
            continue;
        };
        let Some(targets) = allowed.get(module.as_str()) else {
            faults.push(format!(
                "{}: module {module} is not in the table",
                file.display()
            ));
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source file is readable");
        for target in imports(&text) {
            let target = match module.split_once("::") {
                Some((of, _)) => format!("{of}::{target}"),
                None => target,
            };
            let excepted = EXCEPTIONS
                .iter()
                .any(|(from, to, _)| *from == module && *to == target);
            if target != module && !targets.contains(&target.as_str()) && !excepted {
                faults.push(format!("{}: {module} → {target}", file.display()));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "arrows that go the wrong way:\n{}",
        faults.join("\n")
    );
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    let drawers = [
        "utils", "util", "helpers", "helper", "common", "manager", "misc",
    ];
    let faults: Vec<_> = sources()
        .into_iter()
        .filter(|file| {
            file.components().any(|part| {
                let name = Path::new(part.as_os_str()).file_stem().unwrap_or_default();
                drawers.iter().any(|drawer| name == *drawer)
            })
        })
        .collect();
    assert!(
        faults.is_empty(),
        "name these by what they are about: {faults:?}"
    );
}

#[test]
fn no_file_outgrows_its_name() {
    let faults: Vec<_> = sources()
        .into_iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(&file).expect("readable").lines().count();
            (lines > LONGEST_FILE).then(|| format!("{} ({lines})", file.display()))
        })
        .collect();
    assert!(
        faults.is_empty(),
        "files over {LONGEST_FILE} lines: {faults:?}"
    );
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::domain::Snapshot;\n    use crate::{wire, sim::kernel::Sys};\n\
                // use crate::cli;\nlet x = crate::text::word();\n";
    let seen: Vec<_> = imports(text).into_iter().collect();
    assert_eq!(seen, ["domain", "sim::kernel", "text", "wire"]);
}

/// Every Rust file of `src/` and `crates/`.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = ["src", "crates"]
        .map(|it| Path::new(env!("CARGO_MANIFEST_DIR")).join(it))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a source folder is readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `src/tui/page.rs` is `tui` and `crates/sim/src/kernel/sys.rs` is `sim::kernel`; `None` for
/// `main.rs` and `lib.rs`, and for the other crates.
fn module_of(file: &Path) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let module = |within: &Path| {
        let first = within.components().next()?.as_os_str().to_str()?;
        let name = first.trim_end_matches(".rs");
        (!["main", "lib"].contains(&name)).then(|| name.to_owned())
    };
    if let Ok(within) = file.strip_prefix(root.join("src")) {
        return module(within);
    }
    let within = file.strip_prefix(root.join("crates/sim/src")).ok()?;
    module(within).map(|part| format!("sim::{part}"))
}

/// Lines that are code, without their comments.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// The modules of this crate that a source names, by any `crate::` path.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (position, _) in code.match_indices("crate::") {
        let before = code[..position].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '$') {
            continue;
        }
        paths_after(&code[position + "crate::".len()..], &mut found);
    }
    found
}

/// Adds the modules named by what follows `crate::`: a path, or a braced list of paths.
fn paths_after(rest: &str, found: &mut BTreeSet<String>) {
    let list = match rest.strip_prefix('{') {
        Some(inside) => inside.split('}').next().unwrap_or_default(),
        None => rest
            .split([';', '(', ')', ',', ' ', '\n', '{'])
            .next()
            .unwrap_or_default(),
    };
    for path in list.split(',') {
        let mut parts = path.trim().split("::");
        match (parts.next(), parts.next()) {
            (Some("sim"), Some(part)) => {
                found.insert(format!("sim::{}", word(part)));
            }
            (Some(first), _) if first.starts_with(char::is_lowercase) => {
                found.insert(word(first).to_owned());
            }
            _ => {}
        }
    }
}

/// The identifier that a text begins with.
fn word(text: &str) -> &str {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
        .next()
        .unwrap_or_default()
}
