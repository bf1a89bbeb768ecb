//! `tr` and `seq`.

use super::applet::Applet;
use crate::kernel::Sys;
use crate::shell::escape::{Octal, unescape};
use crate::shell::stream::{Input, Output};

/// The bytes that a set of `tr` stands for.
fn tr_set(text: &str) -> Vec<u8> {
    let bytes = unescape(text, Octal::Bare).bytes;
    let mut set = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"[:")
            && let Some(end) = rest.windows(2).position(|it| it == b":]")
        {
            let name = String::from_utf8_lossy(&rest[2..end]).into_owned();
            set.extend(
                (0..=127u8).filter(|it| crate::shell::pattern::in_class(&name, char::from(*it))),
            );
            at += end + 2;
        } else if rest.len() > 2 && rest[1] == b'-' && rest[0] <= rest[2] {
            set.extend(rest[0]..=rest[2]);
            at += 3;
        } else {
            set.push(rest[0]);
            at += 1;
        }
    }
    set
}

/// `tr [-cds] SET1 [SET2]`
pub(super) async fn tr(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+cCds", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let (first, second) = match options.operands.as_slice() {
        [first] => (tr_set(first), Vec::new()),
        [first, second] => (tr_set(first), tr_set(second)),
        _ => return applet.usage().await,
    };
    let complement = options.has('c') || options.has('C');
    let first: Vec<u8> = if complement {
        (0..=255).filter(|it| !first.contains(it)).collect()
    } else {
        first
    };
    let delete = options.has('d');
    let mut map: [Option<u8>; 256] = std::array::from_fn(|it| u8::try_from(it).ok());
    for (index, byte) in first.iter().enumerate() {
        if delete {
            map[usize::from(*byte)] = None;
        } else if let Some(to) = second.get(index).or(second.last()) {
            map[usize::from(*byte)] = Some(*to);
        }
    }
    let squeezed = if options.has('s') {
        if second.is_empty() { first } else { second }
    } else {
        Vec::new()
    };
    let mut input = Input::new(&applet.sys, 0);
    let mut last = None;
    loop {
        let chunk = match input.chunk().await {
            Ok(chunk) if chunk.is_empty() => return 0,
            Ok(chunk) => chunk,
            Err(error) => return applet.fail(format!("read error: {error}")).await,
        };
        let mut out = Vec::with_capacity(chunk.len());
        for byte in chunk.iter().filter_map(|it| map[usize::from(*it)]) {
            if last == Some(byte) && squeezed.contains(&byte) {
                continue;
            }
            last = Some(byte);
            out.push(byte);
        }
        if !out.is_empty() && applet.sys.write(1, &out).await.is_err() {
            return 1;
        }
    }
}

/// `seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST`
pub(super) async fn seq(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    // Negative numbers are not options.
    let first_number = applet.args.iter().position(|it| it.parse::<f64>().is_ok());
    if let Some(at) = first_number {
        applet.args.insert(at, "--".into());
    }
    let options = match applet.options("+ws:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut numbers = Vec::new();
    for text in &options.operands {
        match text.parse::<f64>() {
            Ok(number) => numbers.push(number),
            Err(_) => return applet.fail(format!("invalid number '{text}'")).await,
        }
    }
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1.0, 1.0, *last),
        [first, last] => (*first, 1.0, *last),
        [first, step, last] => (*first, *step, *last),
        _ => return applet.usage().await,
    };
    let decimals = options
        .operands
        .iter()
        .map(|it| it.split_once('.').map_or(0, |it| it.1.len()))
        .max()
        .unwrap_or(0);
    let width = if options.has('w') {
        format!("{last:.decimals$}")
            .len()
            .max(format!("{first:.decimals$}").len())
    } else {
        0
    };
    let separator = options.value('s').unwrap_or("\n");
    let mut out = Output::new(&applet.sys, 1);
    let mut index = 0u32;
    loop {
        let value = first + step * f64::from(index);
        if step >= 0.0 && value > last + 1e-9 || step < 0.0 && value < last - 1e-9 {
            break;
        }
        let before = if index > 0 { separator } else { "" };
        let text = format!("{before}{value:0width$.decimals$}");
        if out.write(text).await.is_err() {
            return 1;
        }
        index += 1;
    }
    if index > 0 {
        out.push("\n");
    }
    out.finish(0).await
}
