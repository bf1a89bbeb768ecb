//! `id`, `whoami`, `groups`, `logname`, `hostname`, `uname`, `arch`, `nproc`, `env`, `printenv`.

use super::applet::{Applet, group_name, name_in, number_in, user_name};
use crate::kernel::{Environment, Errno, Sys};

/// `id [-ugGn] [USER]`
pub(super) async fn id(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("ugGnr", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let (uid, gid, mut groups) = match options.operands.first() {
        None => (sys.uid(), sys.gid(), sys.groups()),
        Some(name) => {
            let Some(uid) = number_in(sys, "/etc/passwd", name) else {
                return applet.fail(format!("unknown user {name}")).await;
            };
            let gid = primary_group(sys, uid).unwrap_or(uid);
            (uid, gid, member_of(sys, name))
        }
    };
    groups.retain(|it| *it != gid);
    groups.insert(0, gid);
    let named = options.has('n');
    let user = |uid| {
        if named {
            user_name(sys, uid)
        } else {
            uid.to_string()
        }
    };
    let group = |gid| {
        if named {
            group_name(sys, gid)
        } else {
            gid.to_string()
        }
    };
    let text = if options.has('u') {
        user(uid)
    } else if options.has('g') {
        group(gid)
    } else if options.has('G') {
        groups
            .iter()
            .map(|gid| group(*gid))
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        let full = |number: u32, file: &str| match name_in(sys, file, number) {
            Some(name) => format!("{number}({name})"),
            None => number.to_string(),
        };
        let mut text = format!(
            "uid={} gid={}",
            full(uid, "/etc/passwd"),
            full(gid, "/etc/group")
        );
        if groups.len() > 1 || !options.operands.is_empty() || !sys.groups().is_empty() {
            let all: Vec<_> = groups.iter().map(|gid| full(*gid, "/etc/group")).collect();
            text.push_str(&format!(" groups={}", all.join(",")));
        }
        text
    };
    applet.print(format!("{text}\n")).await
}

fn primary_group(sys: &Sys, uid: u32) -> Option<u32> {
    let text = sys.read_file("/etc/passwd").ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().find_map(|line| {
        let fields: Vec<_> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(uid))
            .then(|| fields.get(3)?.parse().ok())
            .flatten()
    })
}

fn member_of(sys: &Sys, name: &str) -> Vec<u32> {
    let Ok(text) = sys.read_file("/etc/group") else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines()
        .filter_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            let member = fields.get(3)?.split(',').any(|it| it == name);
            member.then(|| fields.get(2)?.parse().ok()).flatten()
        })
        .collect()
}

/// `whoami`
pub(super) async fn whoami(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match name_in(&applet.sys, "/etc/passwd", applet.sys.uid()) {
        Some(name) => applet.print(format!("{name}\n")).await,
        None => {
            applet
                .fail(format!("unknown uid {}", applet.sys.uid()))
                .await
        }
    }
}

/// `groups`
pub(super) async fn groups(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut all = vec![applet.sys.gid()];
    all.extend(
        applet
            .sys
            .groups()
            .into_iter()
            .filter(|it| *it != applet.sys.gid()),
    );
    let names: Vec<_> = all
        .iter()
        .map(|gid| group_name(&applet.sys, *gid))
        .collect();
    applet.print(format!("{}\n", names.join(" "))).await
}

/// `hostname [-isf] [NAME]`, and Debian's `hostname -I`
pub(super) async fn hostname(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let spec = if applet.is_busybox() {
        "isfdF:"
    } else {
        "isfdF:I"
    };
    let options = match applet.options(spec, &[("all-ip-addresses", 'I')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let name = applet.sys.hostname();
    if let Some(new) = options.operands.first() {
        return match applet.sys.set_hostname(new) {
            Ok(()) => 0,
            Err(error) => applet.fail(format!("sethostname: {error}")).await,
        };
    }
    let text = if options.has('I') {
        let all = applet.sys.addresses();
        all.iter().map(|it| format!("{it} ")).collect()
    } else if options.has('i') {
        match applet.sys.resolve(&name).await {
            Ok(addresses) if !addresses.is_empty() => addresses
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            _ => {
                return applet
                    .fail(format!("{name}: Name or service not known"))
                    .await;
            }
        }
    } else if options.has('s') {
        name.split('.').next().unwrap_or_default().to_owned()
    } else if options.has('d') {
        name.split_once('.').map_or("", |it| it.1).to_owned()
    } else {
        name
    };
    applet.print(format!("{text}\n")).await
}

/// `uname [-amnrspvio]`
pub(super) async fn uname(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("amnrspvio", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    // Alpine builds its busybox to say so.
    let system = if applet.sys.stat("/etc/alpine-release").is_ok() {
        "Linux"
    } else {
        "GNU/Linux"
    };
    let release = applet.sys.kernel().options().release.clone();
    let parts = [
        ('s', "Linux".to_owned()),
        ('n', applet.sys.hostname()),
        ('r', release),
        ('v', "#1 SMP PREEMPT_DYNAMIC".to_owned()),
        ('m', std::env::consts::ARCH.to_owned()),
        ('o', system.to_owned()),
    ];
    let chosen: Vec<&str> = parts
        .iter()
        .filter(|(letter, _)| options.has('a') || options.has(*letter))
        .map(|it| it.1.as_str())
        .collect();
    let text = if chosen.is_empty() {
        "Linux".to_owned()
    } else {
        chosen.join(" ")
    };
    applet.print(format!("{text}\n")).await
}

/// `arch`
pub(super) async fn arch(sys: Sys) -> u8 {
    Applet::new(sys)
        .print(format!("{}\n", std::env::consts::ARCH))
        .await
}

/// `nproc`
pub(super) async fn nproc(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let count = applet.sys.processors().len();
    applet.print(format!("{count}\n")).await
}

/// `env [-i0] [-u NAME]… [NAME=VALUE]… [PROGRAM ARGS…]`
pub(super) async fn env(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("+i0u:", &[("ignore-environment", 'i'), ("unset", 'u')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut operands = options.operands.as_slice();
    let mut env = applet.sys.env();
    if options.has('i') || operands.first().is_some_and(|it| it == "-") {
        env.clear();
        if operands.first().is_some_and(|it| it == "-") {
            operands = &operands[1..];
        }
    }
    for name in options.values('u') {
        env.shift_remove(name);
    }
    while let Some((name, value)) = operands.first().and_then(|it| it.split_once('=')) {
        env.insert(name.to_owned(), value.to_owned());
        operands = &operands[1..];
    }
    if operands.is_empty() {
        let end = if options.has('0') { '\0' } else { '\n' };
        let text: String = env
            .iter()
            .map(|(name, value)| format!("{name}={value}{end}"))
            .collect();
        return applet.print(text).await;
    }
    run(&applet, operands, env, "can't execute").await
}

/// Becomes another program; the exit code. `what` words the failure: "can't execute".
pub(super) async fn run(applet: &Applet, argv: &[String], env: Environment, what: &str) -> u8 {
    let sys = &applet.sys;
    let result = match sys.find_program(&argv[0]) {
        Ok(path) => Box::pin(sys.exec(&path, argv.to_vec(), env)).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(status) => status,
        Err(Errno::ENOEXEC) => {
            // A script without `#!`: as execvp(3) does.
            let mut words = vec!["sh".to_owned(), argv[0].clone()];
            words.extend_from_slice(&argv[1..]);
            Box::pin(sys.exec("/bin/sh", words, sys.env()))
                .await
                .unwrap_or(126)
        }
        Err(error) => {
            let text = if what.is_empty() {
                format!("{}: {error}", argv[0])
            } else {
                format!("{what} '{}': {error}", argv[0])
            };
            applet.complain(&text).await;
            if error == Errno::ENOENT { 127 } else { 126 }
        }
    }
}

/// `printenv [NAME]…`
pub(super) async fn printenv(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let env = applet.sys.env();
    if applet.args.is_empty() {
        let text: String = env
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        return applet.print(text).await;
    }
    let mut status = 0;
    for name in &applet.args {
        match env.get(name) {
            Some(value) => status = applet.print(format!("{value}\n")).await.max(status),
            None => status = 1,
        }
    }
    status
}
