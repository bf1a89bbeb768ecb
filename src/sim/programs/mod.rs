//! The programs of containers and of the simulated host, one file per command or small family.
//!
//! Their outputs, exit codes and error texts are busybox's. [`install_all`] makes them known to a
//! kernel by the names that files call them by.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "reports are a few lines: how they read counts more than an allocation"
)]

mod adapters;
mod apache;
mod applet;
mod cat;
mod copy;
mod date;
mod disks;
mod dump;
mod expr;
mod fetch;
mod files;
mod find;
mod grep;
mod hash;
mod head_tail;
mod hello;
mod http;
mod httpd;
mod identity;
mod ls;
mod mysql;
mod network;
mod nginx;
mod permissions;
mod processes;
mod redis;
mod regex;
mod registry;
mod screen;
mod sed;
mod sed_run;
mod serving;
mod sql;
mod stress;
mod text;
mod tr;
mod vi;
mod vi_text;
mod waiting;
mod whoami;
mod xargs;

use std::sync::Arc;

use super::kernel::{Kernel, Program, ProgramFuture, Sys};
use super::shell;

/// A program's name and how it is started.
type Entry = (&'static str, fn(Sys) -> ProgramFuture);

macro_rules! table {
    ($($name:literal => $main:path),* $(,)?) => {
        &[$(($name, |sys| Box::pin($main(sys)) as ProgramFuture)),*]
    };
}

/// The commands of busybox, which an image has as links to `/bin/busybox`.
const BUSYBOX: &[Entry] = table! {
    "[" => adapters::test,
    "[[" => adapters::test,
    "arch" => identity::arch,
    "ash" => shell::main,
    "basename" => adapters::basename,
    "cat" => cat::cat,
    "clear" => adapters::clear,
    "cp" => copy::cp,
    "date" => date::main,
    "dirname" => adapters::dirname,
    "echo" => adapters::echo,
    "env" => identity::env,
    "false" => waiting::false_,
    "free" => processes::free,
    "groups" => identity::groups,
    "head" => head_tail::head,
    "hostname" => identity::hostname,
    "id" => identity::id,
    "install" => copy::install,
    "kill" => processes::kill,
    "killall" => processes::killall,
    "ln" => files::ln,
    "logname" => identity::whoami,
    "ls" => ls::main,
    "mkdir" => files::mkdir,
    "mktemp" => files::mktemp,
    "mv" => files::mv,
    "nice" => waiting::wrapped,
    "nl" => cat::nl,
    "nohup" => waiting::wrapped,
    "nproc" => identity::nproc,
    "pgrep" => processes::pgrep,
    "pidof" => processes::pidof,
    "pkill" => processes::pgrep,
    "printenv" => identity::printenv,
    "printf" => adapters::printf,
    "ps" => processes::ps,
    "pwd" => adapters::pwd,
    "readlink" => files::readlink,
    "realpath" => files::realpath,
    "reset" => adapters::clear,
    "rev" => cat::rev,
    "rm" => files::rm,
    "rmdir" => files::rmdir,
    "setsid" => waiting::wrapped,
    "sh" => shell::main,
    "sleep" => waiting::sleep,
    "stty" => adapters::stty,
    "sync" => adapters::sync,
    "tac" => cat::tac,
    "tail" => head_tail::tail,
    "tee" => cat::tee,
    "test" => adapters::test,
    "time" => waiting::time,
    "timeout" => waiting::timeout,
    "touch" => files::touch,
    "true" => waiting::true_,
    "truncate" => files::truncate,
    "tty" => adapters::tty,
    "uname" => identity::uname,
    "unlink" => files::unlink,
    "uptime" => processes::uptime,
    "usleep" => waiting::usleep,
    "watch" => waiting::watch,
    "which" => adapters::which,
    "whoami" => whoami::main,
    "base64" => dump::base64,
    "chgrp" => permissions::chown,
    "chmod" => permissions::chmod,
    "chown" => permissions::chown,
    "cmp" => dump::cmp,
    "cut" => text::cut,
    "egrep" => grep::main,
    "expr" => expr::main,
    "fgrep" => grep::main,
    "find" => find::main,
    "grep" => grep::main,
    "hd" => dump::hexdump,
    "hexdump" => dump::hexdump,
    "httpd" => httpd::main,
    "md5sum" => dump::sums,
    "od" => dump::od,
    "sed" => sed::main,
    "seq" => tr::seq,
    "sha1sum" => dump::sums,
    "sha256sum" => dump::sums,
    "sha512sum" => dump::sums,
    "sort" => text::sort,
    "stat" => permissions::stat,
    "tr" => tr::tr,
    "uniq" => text::uniq,
    "wc" => text::wc,
    "wget" => fetch::wget,
    "xargs" => xargs::main,
    "ifconfig" => network::ifconfig,
    "ip" => network::ip,
    "nc" => network::nc,
    "nslookup" => network::nslookup,
    "ping" => network::ping,
    "dd" => disks::dd,
    "df" => disks::df,
    "du" => disks::du,
    "less" => screen::less,
    "more" => screen::less,
    "mount" => disks::mount,
    "top" => screen::top,
    "vi" => vi::main,
    "yes" => waiting::yes,
};

/// Programs that are not busybox's.
const OTHERS: &[Entry] = table! {
    "bash" => shell::main,
    "busybox" => adapters::busybox,
    "curl" => fetch::curl,
    "hello" => hello::main,
    "mysql" => mysql::shell,
    "mysqladmin" => mysql::admin,
    "mysqld" => mysql::server,
    "mysqldump" => mysql::dump,
    "nginx" => nginx::main,
    "redis-cli" => redis::cli,
    "redis-server" => redis::server,
    "registry" => registry::main,
    "stress" => stress::main,
};

/// Makes every program known to a kernel.
pub fn install_all(kernel: &Kernel) {
    for (name, main) in BUSYBOX.iter().chain(OTHERS) {
        let program: Program = Arc::new(*main);
        kernel.install(name, program);
    }
}

/// The names of busybox's commands, sorted: an image built on it has a link for each.
pub fn busybox_names() -> impl Iterator<Item = &'static str> {
    BUSYBOX.iter().map(|it| it.0)
}

#[cfg(test)]
mod tests;
