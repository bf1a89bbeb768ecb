//! `dd`, `df`, `du`, `mount`.

use super::applet::{Applet, human, join, parse_size};
use super::ls::blocks;
use crate::fs::FileKind;
use crate::kernel::{Fd, OpenFlags, Sys};

/// `dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc] [status=none]`
pub(super) async fn dd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = applet.sys.clone();
    let value = |name: &str| {
        applet
            .args
            .iter()
            .rev()
            .find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    };
    let size = |name: &str| value(name).map(parse_size);
    for name in ["bs", "count", "skip", "seek"] {
        if let Some(None) = size(name) {
            return applet
                .fail(format!(
                    "invalid number '{}'",
                    value(name).unwrap_or_default()
                ))
                .await;
        }
    }
    let number = |name: &str| size(name).flatten();
    let block = usize::try_from(number("bs").unwrap_or(512))
        .unwrap_or(512)
        .clamp(1, 64 << 20);
    let wide = u64::try_from(block).unwrap_or(512);
    let input = match value("if").map(|path| (path, super::cat::open(&sys, path))) {
        None => 0,
        Some((_, Ok(fd))) => fd,
        Some((path, Err(error))) => {
            return applet.fail(format!("can't open '{path}': {error}")).await;
        }
    };
    let keeps = value("conv").is_some_and(|it| it.contains("notrunc"));
    let flags = OpenFlags {
        write: true,
        create: true,
        truncate: !keeps,
        ..OpenFlags::default()
    };
    let output = match value("of").map(|path| (path, sys.open(path, flags, 0o666))) {
        None => 1,
        Some((_, Ok(fd))) => fd,
        Some((path, Err(error))) => {
            return applet.fail(format!("can't open '{path}': {error}")).await;
        }
    };
    let skipped = number("skip").unwrap_or(0) * wide;
    if skipped > 0 && sys.seek(input, skipped).is_err() {
        return applet.fail("can't skip past end of input").await;
    }
    if let Some(seek) = number("seek")
        && let Err(error) = sys.seek(output, seek * wide)
    {
        return applet.fail(format!("can't seek: {error}")).await;
    }
    let limit = number("count").unwrap_or(u64::MAX);
    let began = sys.now();
    let moved = transfer(&applet, input, output, block, limit).await;
    let elapsed = sys.now().duration_since(began).unwrap_or_default();
    let report = match value("status") {
        Some("none") => String::new(),
        Some("noxfer") => moved.blocks(),
        _ => moved.blocks() + &moved.speed(elapsed),
    };
    // The copy counts, not what is said of it.
    let _ = sys.write(2, report.as_bytes()).await;
    moved.status
}

/// What `dd` copied.
#[derive(Default)]
struct Moved {
    /// Blocks, whole and not.
    whole: u64,
    partial: u64,
    bytes: u64,
    /// The exit code.
    status: u8,
}

impl Moved {
    fn blocks(&self) -> String {
        let Self { whole, partial, .. } = self;
        format!("{whole}+{partial} records in\n{whole}+{partial} records out\n")
    }

    fn speed(&self, elapsed: std::time::Duration) -> String {
        let seconds = elapsed.as_secs_f64().max(0.000_001);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a speed to show"
        )]
        let speed = (self.bytes as f64 / seconds) as u64;
        format!(
            "{} bytes ({}B) copied, {seconds:.6} seconds, {}B/s\n",
            self.bytes,
            human(self.bytes),
            human(speed)
        )
    }
}

/// Copies blocks until the end, the limit or an error, which is said.
async fn transfer(applet: &Applet, input: Fd, output: Fd, block: usize, limit: u64) -> Moved {
    let sys = &applet.sys;
    let mut moved = Moved::default();
    while moved.whole + moved.partial < limit {
        let chunk = match sys.read(input, block).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => {
                applet.complain(&format!("read error: {error}")).await;
                moved.status = 1;
                break;
            }
        };
        if let Err(error) = sys.write(output, &chunk).await {
            applet.complain(&format!("write error: {error}")).await;
            moved.status = 1;
            break;
        }
        if chunk.len() == block {
            moved.whole += 1;
        } else {
            moved.partial += 1;
        }
        moved.bytes += u64::try_from(chunk.len()).unwrap_or(0);
        tokio::task::yield_now().await;
    }
    moved
}

/// A line of `/proc/mounts`.
struct Mounted {
    device: String,
    point: String,
    kind: String,
}

fn mounts(sys: &Sys) -> Vec<Mounted> {
    let text = sys.read_file("/proc/mounts").unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines()
        .filter_map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            Some(Mounted {
                device: words.next()?,
                point: words.next()?,
                kind: words.next()?,
            })
        })
        .collect()
}

/// Size of the disk that everything is on, KiB, and what of it other things use.
const DISK: u64 = 60 << 20;
const DISK_USED: u64 = 9 << 20;

/// `df [-hkmT] [FILE]…`
pub(super) async fn df(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("hkmPTai", &[("human-readable", 'h')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let all = mounts(&applet.sys);
    let memory = applet.sys.kernel().options().memory >> 10;
    let mut status = 0;
    let mut chosen: Vec<&Mounted> = Vec::new();
    if options.operands.is_empty() {
        chosen.extend(
            all.iter()
                .filter(|it| matches!(it.kind.as_str(), "overlay" | "tmpfs" | "ext4" | "shm")),
        );
    }
    for path in &options.operands {
        let Ok(real) = applet.sys.real_path(path) else {
            applet
                .complain(&format!("{path}: can't find mount point"))
                .await;
            status = 1;
            continue;
        };
        chosen.extend(
            all.iter()
                .filter(|it| {
                    let point = it.point.trim_end_matches('/');
                    real == it.point
                        || real
                            .strip_prefix(point)
                            .is_some_and(|it| it.starts_with('/'))
                })
                .max_by_key(|it| it.point.len()),
        );
    }
    let show = |kib: u64| match options.last_of("hkm") {
        Some('h') => human(kib << 10),
        Some('m') => (kib >> 10).to_string(),
        _ => kib.to_string(),
    };
    let head = match options.last_of("hkm") {
        Some('h') => "     Size",
        Some('m') => "1M-blocks",
        _ => "1K-blocks",
    };
    let kind_head = if options.has('T') { " Type      " } else { "" };
    let mut text =
        format!("Filesystem          {kind_head} {head}      Used Available Use% Mounted on\n");
    for it in chosen {
        let (size, used) = match it.kind.as_str() {
            "tmpfs" | "shm" => (
                if matches!(it.point.as_str(), "/dev" | "/dev/shm") {
                    65536
                } else {
                    memory / 2
                },
                0,
            ),
            "overlay" | "ext4" => (DISK, DISK_USED),
            _ => (0, 0),
        };
        let device = if it.device.len() > 20 {
            format!("{}\n{:20}", it.device, "")
        } else {
            format!("{:<20}", it.device)
        };
        let kind = if options.has('T') {
            format!(" {:<10}", it.kind)
        } else {
            String::new()
        };
        text.push_str(&format!(
            "{device}{kind} {:>9} {:>9} {:>9} {:>3}% {}\n",
            show(size),
            show(used),
            show(size - used),
            (used * 100).div_ceil(size.max(1)),
            it.point,
        ));
    }
    applet.print(text).await.max(status)
}

/// `du [-abchksm] [-d DEPTH] [FILE]…`
pub(super) async fn du(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "aHLd:clsxhmkb",
            &[
                ("human-readable", 'h'),
                ("summarize", 's'),
                ("max-depth", 'd'),
            ],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let paths = if options.operands.is_empty() {
        vec![".".to_owned()]
    } else {
        options.operands.clone()
    };
    let deepest = if options.has('s') {
        0
    } else {
        options
            .value('d')
            .and_then(|it| it.parse().ok())
            .unwrap_or(usize::MAX)
    };
    let show = |blocks: u64| match options.last_of("hmk") {
        Some('h') => human(blocks * 512),
        Some('m') => (blocks / 2048).to_string(),
        _ => (blocks / 2).to_string(),
    };
    let mut text = String::new();
    let (mut total, mut status) = (0, 0);
    for path in &paths {
        if let Err(error) = applet.sys.lstat(path) {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
            continue;
        }
        let mut lines = Vec::new();
        total += measure(&applet.sys, path, 0, deepest, options.has('a'), &mut lines);
        text.extend(
            lines
                .iter()
                .map(|(blocks, path)| format!("{}\t{path}\n", show(*blocks))),
        );
    }
    if options.has('c') {
        text.push_str(&format!("{}\ttotal\n", show(total)));
    }
    applet.print(text).await.max(status)
}

/// Blocks of a tree; the lines to show are collected, the innermost first.
fn measure(
    sys: &Sys,
    path: &str,
    depth: usize,
    deepest: usize,
    all: bool,
    lines: &mut Vec<(u64, String)>,
) -> u64 {
    let Ok(metadata) = sys.lstat(path) else {
        return 0;
    };
    let mut sum = blocks(&metadata);
    let is_directory = metadata.kind == FileKind::Directory;
    if is_directory {
        for entry in sys.read_dir(path).unwrap_or_default() {
            sum += measure(
                sys,
                &join(path, &entry.name),
                depth + 1,
                deepest,
                all,
                lines,
            );
        }
    }
    if depth == 0 || depth <= deepest && (is_directory || all) {
        lines.push((sum, path.to_owned()));
    }
    sum
}
