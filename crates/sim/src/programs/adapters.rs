//! Programs that are also builtins of the shell: `echo`, `printf`, `test`, `[`, `pwd`; and
//! `basename`, `dirname`, `which`, `tty`, `stty`, `clear`, `sync`, `busybox`.

use super::applet::{Applet, base_name};
use crate::kernel::Sys;
use crate::shell::builtins::{printf, test};

/// `echo`
pub(super) async fn echo(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    printf::echo(&applet.sys, &applet.args).await
}

/// `printf FORMAT [ARG]…`
pub(super) async fn printf(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.args.is_empty() {
        return applet.usage().await;
    }
    let printed = printf::printf(&applet.sys, &applet.args).await;
    for error in &printed.errors {
        applet.complain(error).await;
    }
    printed.status
}

/// `test`, `[`, `[[`
pub(super) async fn test(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match test::evaluate(&applet.sys, &applet.name, &applet.args) {
        Ok(holds) => u8::from(!holds),
        Err(error) => {
            applet.complain(&error.to_string()).await;
            2
        }
    }
}

/// `pwd`
pub(super) async fn pwd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let here = applet.sys.cwd();
    applet.print(format!("{here}\n")).await
}

/// `basename FILE [SUFFIX]`, `basename -a FILE…`
pub(super) async fn basename(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("as:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let (files, suffix) = match (options.operands.as_slice(), options.value('s')) {
        ([], _) => return applet.usage().await,
        (files, Some(suffix)) => (files, suffix.to_owned()),
        (files, None) if options.has('a') => (files, String::new()),
        ([file], None) => (std::slice::from_ref(file), String::new()),
        ([file, suffix], None) => (std::slice::from_ref(file), suffix.clone()),
        _ => return applet.usage().await,
    };
    let text: String = files
        .iter()
        .map(|file| {
            let name = base_name(file);
            let cut = name
                .strip_suffix(&suffix)
                .filter(|it| !it.is_empty())
                .unwrap_or(name);
            format!("{cut}\n")
        })
        .collect();
    applet.print(text).await
}

/// `dirname FILE`
pub(super) async fn dirname(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let [path] = applet.args.as_slice() else {
        return applet.usage().await;
    };
    let trimmed = path.trim_end_matches('/');
    let parent = match trimmed.rsplit_once('/') {
        _ if trimmed.is_empty() && path.starts_with('/') => "/",
        Some(("", _)) => "/",
        Some((parent, _)) => parent.trim_end_matches('/'),
        None => ".",
    };
    applet.print(format!("{parent}\n")).await
}

/// `which [-a] NAME…`
pub(super) async fn which(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut status = 0;
    let mut text = String::new();
    for name in applet.args.iter().filter(|it| !it.starts_with('-')) {
        match applet.sys.find_program(name) {
            Ok(path) => text.push_str(&format!("{path}\n")),
            Err(_) => status = 1,
        }
    }
    applet.print(text).await.max(status)
}

/// `tty [-s]`
pub(super) async fn tty(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match applet.sys.tty_name(0) {
        Some(name) => applet.print(format!("{name}\n")).await,
        None => applet.print("not a tty\n").await.max(1),
    }
}

/// `stty [size | raw | sane | [-]echo | …]`
pub(super) async fn stty(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let (Ok(size), Ok(mut tty)) = (sys.win_size(0), sys.tty(0)) else {
        return applet
            .fail("standard input: Inappropriate ioctl for device")
            .await;
    };
    let mut text = String::new();
    if applet.args.is_empty() || applet.args[0] == "-a" {
        let sign = |on: bool| if on { "" } else { "-" };
        text = format!(
            "speed 38400 baud; rows {}; columns {};\n{}isig {}icanon {}echo {}opost\n",
            size.rows,
            size.cols,
            sign(tty.signals),
            sign(tty.canonical),
            sign(tty.echo),
            sign(tty.output_crlf),
        );
    }
    for word in &applet.args {
        let (on, name) = match word.strip_prefix('-') {
            Some(name) => (false, name),
            None => (true, word.as_str()),
        };
        match name {
            "a" => {}
            "size" => text = format!("{} {}\n", size.rows, size.cols),
            "echo" => tty.echo = on,
            "isig" => tty.signals = on,
            "icanon" => tty.canonical = on,
            "opost" | "onlcr" => tty.output_crlf = on,
            "raw" | "cooked" => {
                let raw = on == (name == "raw");
                tty.canonical = !raw;
                tty.signals = !raw;
                tty.output_crlf = !raw;
            }
            "sane" => {
                tty = crate::kernel::Tty {
                    canonical: true,
                    echo: true,
                    signals: true,
                    output_crlf: true,
                };
            }
            "cbreak" => tty.canonical = !on,
            _ => return applet.fail(format!("invalid argument '{word}'")).await,
        }
    }
    if let Err(error) = sys.set_tty(0, tty) {
        return applet.fail(format!("standard input: {error}")).await;
    }
    applet.print(text).await
}

/// `clear`, `reset`
pub(super) async fn clear(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let text = if applet.name == "reset" {
        "\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h"
    } else {
        "\x1b[H\x1b[J"
    };
    applet.print(text).await
}

/// `sync`: writes are never late here.
pub(super) async fn sync(_: Sys) -> u8 {
    0
}

/// `busybox [NAME ARGS…]`
pub(super) async fn busybox(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.name != "busybox" {
        // A link for one of those that are not simulated.
        let text = "non simulé\u{a0}: moussaillon n’imite pas cette commande de busybox";
        return applet.fail(text).await.max(126);
    }
    match applet.args.first().map(String::as_str) {
        None | Some("--help") => {
            let mut names: Vec<&str> = super::BUSYBOX.iter().map(|it| it.0).collect();
            names.sort_unstable();
            let mut text = "BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\
                BusyBox is copyrighted by many authors between 1998-2015.\n\
                Licensed under GPLv2. See source distribution for detailed\ncopyright notices.\n\n\
                Usage: busybox [function [arguments]...]\n\nCurrently defined functions:\n"
                .to_owned();
            let mut line = String::new();
            for name in names {
                if line.len() + name.len() > 68 {
                    text.push_str(&format!("\t{}\n", line.trim_end()));
                    line.clear();
                }
                line.push_str(&format!("{name}, "));
            }
            text.push_str(&format!("\t{}\n", line.trim_end_matches(", ")));
            applet.print(text).await
        }
        Some("--list") => {
            let mut names: Vec<&str> = super::BUSYBOX.iter().map(|it| it.0).collect();
            names.sort_unstable();
            applet.print(names.join("\n") + "\n").await
        }
        Some(name) => {
            if super::BUSYBOX.iter().all(|it| it.0 != name) {
                let text = format!("{name}: applet not found\n");
                let _ = applet.sys.write(2, text.as_bytes()).await;
                127
            } else {
                let path = format!("/bin/{name}");
                let argv = applet.args.clone();
                match Box::pin(applet.sys.exec(&path, argv, applet.sys.env())).await {
                    Ok(status) => status,
                    Err(error) => applet.fail(format!("{name}: {error}")).await.max(126),
                }
            }
        }
    }
}
