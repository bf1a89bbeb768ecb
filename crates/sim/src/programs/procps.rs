//! `ps` of Debian (procps-ng 4): what the simulated host has, and images with a `/usr/bin/ps`.

use std::time::SystemTime;

use super::applet::Applet;
use crate::kernel::{ProcessInfo, Sys};
use crate::ps::{Asked, Asker, Machine};

impl Machine for Sys {
    fn file(&self, path: &str) -> Option<String> {
        let text = self.read_file(path).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn link(&self, path: &str) -> Option<String> {
        self.read_link(path).ok()
    }

    fn memory(&self) -> u64 {
        self.kernel().options().memory
    }

    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}

/// `ps [aux] [-eflA] [-p PIDS] [-C NAMES] [-u USERS] [-o COLUMNS] [--forest]`
pub(super) async fn ps(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.is_busybox() {
        return super::processes::ps(applet).await;
    }
    let sys = &applet.sys;
    let asked = match Asked::read(&applet.args) {
        Ok(asked) => asked,
        Err(message) => {
            let text = format!(
                "error: {message}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"
            );
            let _ = sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let processes = sys.processes();
    let own = processes.iter().find(|it| it.pid == sys.pid());
    let asker = Asker {
        uid: sys.uid(),
        tty: own.and_then(|it| it.tty.clone()),
    };
    let shown: Vec<&ProcessInfo> = processes
        .iter()
        .filter(|it| asked.selects(sys, it, &asker, false))
        .collect();
    let status = u8::from(shown.is_empty());
    applet.print(asked.table(sys, shown)).await.max(status)
}
