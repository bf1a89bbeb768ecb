//! `sleep`, `usleep`, `timeout`, `time`, `watch`, `nohup`, `nice`, `setsid`, `yes`, `true`, `false`.

use std::time::Duration;

use super::applet::{Applet, parse_duration};
use super::identity::run;
use crate::kernel::{ForkOptions, Pid, Signal, Sys, WaitStatus};

/// `sleep N…`
pub(super) async fn sleep(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.args.is_empty() {
        return applet.usage().await;
    }
    let mut total = Duration::ZERO;
    for text in &applet.args {
        if text == "infinity" || text == "inf" {
            return std::future::pending().await;
        }
        match parse_duration(text) {
            Some(duration) => total += duration,
            None => return applet.fail(format!("invalid number '{text}'")).await,
        }
    }
    applet.sys.sleep(total).await;
    0
}

/// `usleep MICROSECONDS`
pub(super) async fn usleep(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match applet.args.first().and_then(|it| it.parse().ok()) {
        Some(microseconds) => {
            applet.sys.sleep(Duration::from_micros(microseconds)).await;
            0
        }
        None => applet.usage().await,
    }
}

/// Starts a program as a child of this one.
pub(super) fn start(
    applet: &Applet,
    argv: &[String],
    options: ForkOptions,
) -> Result<Pid, crate::kernel::Errno> {
    let words = argv.to_vec();
    let name = applet.name.clone();
    applet.sys.fork(options, move |sys| {
        Box::pin(async move {
            let env = sys.env();
            let applet = Applet {
                sys,
                name,
                args: Vec::new(),
            };
            run(&applet, &words, env, "can't execute").await
        })
    })
}

/// `timeout [-s SIGNAL] [-k KILL_SECONDS] SECONDS PROGRAM ARGS…`
pub(super) async fn timeout(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("+s:k:", &[("signal", 's'), ("kill-after", 'k')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [limit, argv @ ..] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    if argv.is_empty() {
        return applet.usage().await;
    }
    let Some(limit) = parse_duration(limit) else {
        return applet.fail(format!("invalid number '{limit}'")).await;
    };
    let signal = match options.value('s').map(|it| (it, Signal::parse(it))) {
        None => Signal::TERM,
        Some((_, Some(signal))) => signal,
        Some((name, None)) => return applet.fail(format!("invalid signal '{name}'")).await,
    };
    let grace = options.value('k').and_then(parse_duration);
    let child = match start(&applet, argv, ForkOptions::default()) {
        Ok(child) => child,
        Err(error) => return applet.fail(format!("can't fork: {error}")).await,
    };
    let sys = &applet.sys;
    let ended = tokio::select! {
        ended = sys.wait(Some(child)) => Some(ended),
        () = sys.sleep(limit) => None,
    };
    if let Some(ended) = ended {
        return ended.map_or(127, |it| it.1.code());
    }
    // It may end at this very moment.
    let _ = sys.kill(child, signal);
    if let Some(grace) = grace {
        tokio::select! {
            _ = sys.wait(Some(child)) => return 143,
            () = sys.sleep(grace) => {}
        }
        let _ = sys.kill(child, Signal::KILL);
    }
    match sys.wait(Some(child)).await {
        Ok((_, WaitStatus::Exited(code))) => code,
        Ok((_, WaitStatus::Signaled(signal))) => {
            // busybox's is the very process that was killed.
            let _ = sys.kill(sys.pid(), signal);
            sys.sleep(Duration::from_millis(10)).await;
            128 + signal.0
        }
        Err(_) => 143,
    }
}

/// `time PROGRAM ARGS…`
pub(super) async fn time(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+vpafo:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let began = applet.sys.now();
    let child = match start(&applet, &options.operands, ForkOptions::default()) {
        Ok(child) => child,
        Err(error) => return applet.fail(format!("can't fork: {error}")).await,
    };
    let status = applet
        .sys
        .wait(Some(child))
        .await
        .map_or(127, |it| it.1.code());
    let elapsed = applet.sys.now().duration_since(began).unwrap_or_default();
    let text = if options.has('p') {
        format!("real {:.2}\nuser 0.00\nsys 0.00\n", elapsed.as_secs_f64())
    } else {
        let seconds = Duration::new(elapsed.as_secs() % 60, elapsed.subsec_nanos()).as_secs_f64();
        format!(
            "real\t{}m {seconds:.2}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n",
            elapsed.as_secs() / 60
        )
    };
    // The program's own status counts, whatever becomes of this.
    let _ = applet.sys.write(2, text.as_bytes()).await;
    status
}

/// `watch [-n SECONDS] [-t] PROGRAM ARGS…`
pub(super) async fn watch(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+n:t", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let pause = options
        .value('n')
        .and_then(parse_duration)
        .unwrap_or(Duration::from_secs(2));
    let command = options.operands.join(" ");
    let argv = ["sh".to_owned(), "-c".to_owned(), command.clone()];
    loop {
        let mut head = "\x1b[H\x1b[J".to_owned();
        if !options.has('t') {
            let left = format!("Every {:.1}s: {command}", pause.as_secs_f64());
            let right = super::date::format(applet.sys.now(), "%Y-%m-%d %H:%M:%S");
            let width = applet.sys.win_size(1).map_or(80, |it| usize::from(it.cols));
            let gap = width.saturating_sub(left.len() + right.len()).max(1);
            head.push_str(&format!("{left}{}{right}\n\n", " ".repeat(gap)));
        }
        if applet.sys.write(1, head.as_bytes()).await.is_err() {
            return 1;
        }
        if let Ok(child) = start(&applet, &argv, ForkOptions::default()) {
            // Whatever it answered, it is shown again.
            let _ = applet.sys.wait(Some(child)).await;
        }
        applet.sys.sleep(pause).await;
    }
}

/// `nohup`, `setsid`: what they change does not show here; the program runs.
pub(super) async fn wrapped(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+n:cg", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if applet.name == "nohup" {
        applet.sys.ignore(Signal::HUP);
    }
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let env = applet.sys.env();
    run(&applet, &options.operands, env, "can't execute").await
}

/// `yes [STRING]…`
pub(super) async fn yes(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let line = if applet.args.is_empty() {
        "y".to_owned()
    } else {
        applet.args.join(" ")
    };
    let block = format!("{line}\n").repeat((4096 / (line.len() + 1)).max(1));
    applet.sys.set_cpu(1.0);
    while applet.sys.write(1, block.as_bytes()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    1
}

/// `true`
pub(super) async fn true_(_: Sys) -> u8 {
    0
}

/// `false`
pub(super) async fn false_(_: Sys) -> u8 {
    1
}
