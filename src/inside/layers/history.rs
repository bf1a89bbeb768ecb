//! The instructions that made an image, as its history tells them.

use serde_json::Value;

use crate::text::harmless::harmless;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What a Dockerfile would say; empty when the history does not.
    pub instruction: String,
    /// The comment of `docker commit -m` or of `docker import`.
    pub comment: String,
    /// Bytes of its layer.
    pub size: u64,
    /// The rank of its layer, the lowest being 0; `None` for one that only sets something.
    pub layer: Option<usize>,
}

/// Joins a history, newest first as the engine gives it, to so many layers.
///
/// It does not say which entries have a layer: those with a size do, then those whose instruction
/// writes files, in that order, until every layer has its own.
pub(super) fn join(history: &[Value], layers: usize) -> Vec<Step> {
    let text = |entry: &Value, name: &str| {
        entry
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut steps: Vec<Step> = history
        .iter()
        .rev()
        .map(|entry| Step {
            instruction: instruction(&text(entry, "CreatedBy")),
            comment: comment(&text(entry, "Comment")),
            size: entry.get("Size").and_then(Value::as_u64).unwrap_or(0),
            layer: None,
        })
        .collect();
    let mut likely: Vec<usize> = (0..steps.len()).collect();
    likely.sort_by_key(|&index| (unlikelihood(&steps[index]), index));
    let mut with_layer: Vec<usize> = likely.into_iter().take(layers).collect();
    with_layer.sort_unstable();
    for (rank, index) in with_layer.iter().enumerate() {
        steps[*index].layer = Some(rank);
    }
    // Layers that no entry tells of, as after an import by another tool.
    steps.extend((with_layer.len()..layers).map(|rank| Step {
        layer: Some(rank),
        ..Step::default()
    }));
    steps
}

fn unlikelihood(step: &Step) -> u8 {
    if step.size > 0 {
        return 0;
    }
    match step.instruction.split(' ').next().unwrap_or_default() {
        "RUN" | "COPY" | "ADD" => 1,
        "WORKDIR" => 2,
        "CMD" | "ENTRYPOINT" | "ENV" | "EXPOSE" | "LABEL" | "USER" | "VOLUME" | "ARG"
        | "STOPSIGNAL" | "HEALTHCHECK" | "SHELL" | "ONBUILD" | "MAINTAINER" => 4,
        _ => 3,
    }
}

/// What BuildKit writes of itself is no comment of anybody's.
fn comment(text: &str) -> String {
    if text.starts_with("buildkit.") {
        return String::new();
    }
    harmless(text)
}

/// The instruction of a Dockerfile that an entry comes from: the classic builder writes
/// `/bin/sh -c #(nop)  CMD ["sh"]` and `/bin/sh -c apt-get…`, `BuildKit` `RUN /bin/sh -c … # buildkit`;
/// both put the build's arguments before a command, `|2 A=1 B=2 /bin/sh -c …`.
fn instruction(created_by: &str) -> String {
    let text = created_by.trim();
    let built = text.strip_suffix("# buildkit").map(str::trim_end);
    let text = built.unwrap_or(text);
    let (run, rest) = match text.strip_prefix("RUN ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let command = match rest.strip_prefix('|') {
        Some(_) => rest.find("/bin/sh -c ").map_or(rest, |at| &rest[at..]),
        None => rest,
    };
    let words = match command.strip_prefix("/bin/sh -c ") {
        Some(shell) => match shell.trim_start().strip_prefix("#(nop)") {
            Some(setting) => setting.trim().to_owned(),
            None => format!("RUN {shell}"),
        },
        None if run => format!("RUN {command}"),
        None => command.to_owned(),
    };
    let line: Vec<&str> = words.split_whitespace().map(short).collect();
    harmless(&ports(&line.join(" ")))
}

/// `BuildKit` writes `EXPOSE map[443/tcp:{} 80/tcp:{}]`.
fn ports(line: &str) -> String {
    let inside = line
        .strip_prefix("EXPOSE map[")
        .and_then(|it| it.strip_suffix(']'));
    inside.map_or_else(
        || line.to_owned(),
        |ports| format!("EXPOSE {}", ports.replace(":{}", "")),
    )
}

/// `ADD file:9a4f…64 digits… in /`: twelve digits are enough to tell one from another.
fn short(word: &str) -> &str {
    let digits = ["file:", "dir:", "multi:", "sha256:"]
        .iter()
        .find_map(|it| word.strip_prefix(it).map(|rest| (it.len(), rest)));
    match digits {
        Some((prefix, rest))
            if rest.len() >= 64 && rest.bytes().all(|it| it.is_ascii_hexdigit()) =>
        {
            &word[..prefix + 12]
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn instructions_are_those_of_the_dockerfile() {
        let digits = "9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920";
        for (created_by, expected) in [
            ("/bin/sh -c #(nop)  CMD [\"sh\"]", "CMD [\"sh\"]"),
            (
                "/bin/sh -c #(nop) ADD file:DIGITS in / ",
                "ADD file:9a4f77dfaba7 in /",
            ),
            (
                "/bin/sh -c apt-get update &&   apt-get install -y curl",
                "RUN apt-get update && apt-get install -y curl",
            ),
            (
                "RUN /bin/sh -c set -x \t && true # buildkit",
                "RUN set -x && true",
            ),
            ("RUN |2 A=1 B=x y /bin/sh -c make # buildkit", "RUN make"),
            ("|1 A=1 /bin/sh -c make", "RUN make"),
            ("COPY . /app # buildkit", "COPY . /app"),
            ("RUN npm ci # buildkit", "RUN npm ci"),
            (
                "CMD [\"nginx\" \"-g\" \"daemon off;\"]",
                "CMD [\"nginx\" \"-g\" \"daemon off;\"]",
            ),
            ("EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp"),
            ("sleep 3600", "sleep 3600"),
            ("\x1b[31mrouge\x07", "rouge␇"),
            ("", ""),
        ] {
            assert_eq!(instruction(&created_by.replace("DIGITS", digits)), expected);
        }
    }

    fn ranks(history: &Value, layers: usize) -> Vec<Option<usize>> {
        let steps = join(history.as_array().unwrap(), layers);
        steps.into_iter().map(|it| it.layer).collect()
    }

    #[test]
    fn empty_instructions_have_no_layer() {
        let history = json!([
            {"CreatedBy": "CMD [\"nginx\"]", "Size": 0},
            {"CreatedBy": "WORKDIR /app", "Size": 0},
            {"CreatedBy": "COPY vide /app", "Size": 0},
            {"CreatedBy": "ENV A=1", "Size": 0},
            {"CreatedBy": "/bin/sh -c #(nop) ADD file:x in /", "Size": 4_000_000},
        ]);
        assert_eq!(ranks(&history, 1), [Some(0), None, None, None, None]);
        assert_eq!(ranks(&history, 2), [Some(0), None, Some(1), None, None]);
        assert_eq!(ranks(&history, 3), [Some(0), None, Some(1), Some(2), None]);
    }

    /// dockerd 20.10.24, classic builder: five layers, of which `WORKDIR`'s is empty.
    #[test]
    fn a_recorded_history_finds_its_layers() {
        let recorded = include_str!("fixtures/history-20.10-classic.json");
        let recorded: Value = serde_json::from_str(recorded).unwrap();
        let steps = join(recorded.as_array().unwrap(), 5);
        let layers: Vec<_> = steps.iter().filter(|it| it.layer.is_some()).collect();
        let words: Vec<_> = layers.iter().map(|it| it.instruction.as_str()).collect();
        assert_eq!(
            words,
            [
                "",
                "WORKDIR /app",
                "COPY file:bbb7c70b4b32 in /app/a.txt",
                "RUN echo $VERSION > /app/version && dd if=/dev/zero of=/app/gros bs=1k count=300",
                "RUN rm /app/gros && chmod 600 /app/a.txt",
            ]
        );
        assert_eq!(layers[0].comment, "Imported from -");
        assert!(
            steps
                .iter()
                .any(|it| it.instruction == "CMD [\"sh\"]" && it.layer.is_none())
        );
    }

    #[test]
    fn layers_without_history_are_kept() {
        assert_eq!(ranks(&json!([]), 2), [Some(0), Some(1)]);
        let history = json!([{"CreatedBy": null, "Comment": "Imported from -", "Size": 10}, 3]);
        assert_eq!(ranks(&history, 1), [None, Some(0)]);
        assert_eq!(ranks(&history, 0), [None, None]);
    }
}
