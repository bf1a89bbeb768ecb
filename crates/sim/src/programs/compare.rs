//! `diff`, `comm`, `paste`: files side by side.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::applet::{Applet, Options};
use super::cat::{close, open, or_stdin};
use crate::kernel::{Errno, Sys};
use crate::shell::stream::{Input, Output};

async fn lines_of(sys: &Sys, path: &str) -> Result<Vec<Vec<u8>>, Errno> {
    let fd = open(sys, path)?;
    let content = Input::new(sys, fd).rest().await;
    close(sys, fd);
    let content = content?;
    Ok(content
        .split_inclusive(|it| *it == b'\n')
        .map(<[u8]>::to_vec)
        .collect())
}

/// `diff [-abBdiNqrTstwU] [-L LABEL] FILE1 FILE2`; busybox always writes the unified form.
pub(super) async fn diff(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("abBdiNqrTstuwU:L:S:", &[("brief", 'q'), ("unified", 'u')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [left, right] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    let sys = &applet.sys;
    let is_dir = |path: &str| path != "-" && sys.stat(path).is_ok_and(|it| it.is_dir());
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    match (is_dir(left), is_dir(right)) {
        (true, true) => folders(&applet, &options, left, right).await,
        (true, false) => pair(&applet, &options, &format!("{left}/{}", base(right)), right).await,
        (false, true) => pair(&applet, &options, left, &format!("{right}/{}", base(left))).await,
        _ => pair(&applet, &options, left, right).await,
    }
}

async fn folders(applet: &Applet, options: &Options, left: &str, right: &str) -> u8 {
    let sys = &applet.sys;
    let mut pending = vec![String::new()];
    let mut status = 0;
    while let Some(inside) = pending.pop() {
        let names = |root: &str| -> Vec<String> {
            let entries = sys.read_dir(&format!("{root}{inside}")).unwrap_or_default();
            entries.into_iter().map(|it| it.name).collect()
        };
        let (ours, theirs) = (names(left), names(right));
        let mut all = [ours.clone(), theirs.clone()].concat();
        all.sort();
        all.dedup();
        for name in all {
            let (a, b) = (
                format!("{left}{inside}/{name}"),
                format!("{right}{inside}/{name}"),
            );
            let only = match (ours.contains(&name), theirs.contains(&name)) {
                (true, false) => Some(left),
                (false, true) => Some(right),
                _ => None,
            };
            if let Some(root) = only.filter(|_| !options.has('N')) {
                status = status.max(1);
                let text = format!("Only in {root}{inside}: {name}\n");
                if applet.print(text).await != 0 {
                    return 2;
                }
                continue;
            }
            let dirs = [&a, &b].map(|it| sys.stat(it).is_ok_and(|it| it.is_dir()));
            if dirs == [true, true] {
                if options.has('r') {
                    pending.push(format!("{inside}/{name}"));
                }
                continue;
            }
            status = status.max(Box::pin(pair(applet, options, &a, &b)).await);
        }
    }
    status
}

async fn pair(applet: &Applet, options: &Options, left: &str, right: &str) -> u8 {
    let mut sides = Vec::new();
    for path in [left, right] {
        match lines_of(&applet.sys, path).await {
            Ok(lines) => sides.push(lines),
            Err(Errno::ENOENT) if options.has('N') => sides.push(Vec::new()),
            Err(error) => {
                applet
                    .complain(&format!("can't stat '{path}': {error}"))
                    .await;
                return 2;
            }
        }
    }
    let key = |line: &Vec<u8>| {
        let mut text = String::from_utf8_lossy(line).into_owned();
        if options.has('w') {
            text.retain(|it| !it.is_whitespace());
        } else if options.has('b') {
            text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        if options.has('i') {
            text = text.to_lowercase();
        }
        text
    };
    let keys: Vec<Vec<String>> = sides
        .iter()
        .map(|side| side.iter().map(key).collect())
        .collect();
    if keys[0] == keys[1] {
        if options.has('s') {
            let text = format!("Files {left} and {right} are identical\n");
            applet.print(text).await;
        }
        return 0;
    }
    if options.has('q') {
        let text = format!("Files {left} and {right} differ\n");
        applet.print(text).await;
        return 1;
    }
    let context = options
        .value('U')
        .and_then(|it| it.parse().ok())
        .unwrap_or(3);
    let ops = capture_diff_slices(Algorithm::Myers, &keys[0], &keys[1]);
    let labels: Vec<&str> = options.values('L').collect();
    let mut out = format!(
        "--- {}\n+++ {}\n",
        labels.first().unwrap_or(&left),
        labels.get(1).unwrap_or(&right)
    )
    .into_bytes();
    for group in group_diff_ops(ops, context) {
        hunk(&mut out, &group, &sides[0], &sides[1]);
    }
    applet.print(out).await;
    1
}

/// A part of a unified difference.
fn hunk(out: &mut Vec<u8>, group: &[DiffOp], left: &[Vec<u8>], right: &[Vec<u8>]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let range = |start: usize, end: usize| match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    };
    let old = range(first.old_range().start, last.old_range().end);
    let new = range(first.new_range().start, last.new_range().end);
    out.extend(format!("@@ -{old} +{new} @@\n").bytes());
    let mut put = |mark: u8, lines: &[Vec<u8>]| {
        for line in lines {
            out.push(mark);
            out.extend(line);
            if !line.ends_with(b"\n") {
                out.extend(b"\n\\ No newline at end of file\n");
            }
        }
    };
    for op in group {
        if matches!(op, DiffOp::Equal { .. }) {
            put(b' ', &left[op.old_range()]);
        } else {
            put(b'-', &left[op.old_range()]);
            put(b'+', &right[op.new_range()]);
        }
    }
}

/// `comm [-123] FILE1 FILE2`
pub(super) async fn comm(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("123", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [left, right] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    let mut sides = Vec::new();
    for path in [left, right] {
        match lines_of(&applet.sys, path).await {
            Ok(lines) => sides.push(lines.into_iter().map(without_end).collect::<Vec<_>>()),
            Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
        }
    }
    let tabs = |column: usize| {
        (1..column)
            .filter(|it| !options.has(char::from(b'0' + u8::try_from(*it).unwrap_or(0))))
            .count()
    };
    let mut out = Output::new(&applet.sys, 1);
    let (mut a, mut b) = (sides[0].iter().peekable(), sides[1].iter().peekable());
    loop {
        let (column, line) = match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some(_), None) => (1, a.next()),
            (None, Some(_)) => (2, b.next()),
            (Some(x), Some(y)) => match x.cmp(y) {
                std::cmp::Ordering::Less => (1, a.next()),
                std::cmp::Ordering::Greater => (2, b.next()),
                std::cmp::Ordering::Equal => {
                    a.next();
                    (3, b.next())
                }
            },
        };
        let letter = char::from(b'0' + u8::try_from(column).unwrap_or(0));
        if let Some(line) = line.filter(|_| !options.has(letter)) {
            out.push("\t".repeat(tabs(column)));
            out.line(line);
        }
    }
    u8::from(out.flush().await.is_err())
}

fn without_end(mut line: Vec<u8>) -> Vec<u8> {
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    line
}

/// `paste [-d LIST] [-s] [FILE]…`
pub(super) async fn paste(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("d:s", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let list = options.value('d').unwrap_or("\t");
    let list = list.replace("\\t", "\t").replace("\\n", "\n");
    let marks: Vec<String> = if list.is_empty() || list == "\\0" {
        vec![String::new()]
    } else {
        list.chars().map(String::from).collect()
    };
    let mut columns = Vec::new();
    for path in or_stdin(&options.operands) {
        match lines_of(&applet.sys, &path).await {
            Ok(lines) => columns.push(lines.into_iter().map(without_end).collect::<Vec<_>>()),
            Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
        }
    }
    let mut out = Output::new(&applet.sys, 1);
    let mut join = |cells: &[&[u8]]| {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                out.push(&marks[(index - 1) % marks.len()]);
            }
            out.push(cell);
        }
        out.push("\n");
    };
    if options.has('s') {
        for column in &columns {
            join(&column.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
    } else {
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..rows {
            let cell = |column: &Vec<Vec<u8>>| column.get(row).cloned().unwrap_or_default();
            let cells: Vec<Vec<u8>> = columns.iter().map(cell).collect();
            join(&cells.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
    }
    u8::from(out.flush().await.is_err())
}
