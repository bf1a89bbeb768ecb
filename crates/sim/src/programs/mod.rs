//! The programs of containers and of the simulated host, one file per command or small family.
//!
//! Their outputs, exit codes and error texts are busybox's. [`install_all`] makes them known to a
//! kernel by the names that files call them by.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "reports are a few lines: how they read counts more than an allocation"
)]

mod accounts;
mod adapters;
mod apache;
mod applet;
mod archives;
mod awk;
mod cat;
mod compare;
mod compression;
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
mod isolation;
mod ls;
mod mysql;
mod network;
mod nginx;
mod packages;
mod permissions;
mod postgres;
mod processes;
mod procps;
mod reach;
mod redis;
mod regex;
mod registry;
mod screen;
mod script;
mod sed;
mod sed_run;
mod serving;
mod shadow;
mod small;
mod sql;
mod stress;
mod text;
mod tr;
mod tuning;
mod users;
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
    "addgroup" => users::addgroup,
    "adduser" => users::adduser,
    "arch" => identity::arch,
    "awk" => awk::main,
    "ash" => shell::main,
    "basename" => adapters::basename,
    "cat" => cat::cat,
    "clear" => adapters::clear,
    "cp" => copy::cp,
    "chpasswd" => users::chpasswd,
    "date" => date::main,
    "delgroup" => users::deluser,
    "deluser" => users::deluser,
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
    "nice" => tuning::nice,
    "nl" => cat::nl,
    "nohup" => waiting::wrapped,
    "nproc" => identity::nproc,
    "pgrep" => processes::pgrep,
    "pidof" => processes::pidof,
    "pkill" => processes::pgrep,
    "passwd" => users::passwd,
    "printenv" => identity::printenv,
    "printf" => adapters::printf,
    "ps" => procps::ps,
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
    "mount" => isolation::mount,
    "chroot" => tuning::chroot,
    "comm" => compare::comm,
    "diff" => compare::diff,
    "dmesg" => tuning::dmesg,
    "fold" => tuning::fold,
    "gunzip" => compression::gzip,
    "gzip" => compression::gzip,
    "last" => tuning::who,
    "logger" => tuning::logger,
    "lsns" => isolation::lsns,
    "mkfifo" => tuning::mkfifo,
    "mountpoint" => isolation::mountpoint,
    "netstat" => tuning::netstat,
    "nologin" => tuning::nologin,
    "nsenter" => isolation::nsenter,
    "paste" => compare::paste,
    "renice" => tuning::renice,
    "route" => tuning::route,
    "strings" => tuning::strings,
    "su" => tuning::su,
    "sysctl" => tuning::sysctl,
    "tar" => archives::tar,
    "taskset" => tuning::taskset,
    "umount" => isolation::umount,
    "unshare" => isolation::unshare,
    "w" => tuning::who,
    "who" => tuning::who,
    "zcat" => compression::gzip,
    "top" => screen::top,
    "vi" => vi::main,
    "yes" => waiting::yes,
    "arp" => reach::arp,
    "cal" => small::cal,
    "dnsdomainname" => reach::dnsdomainname,
    "dos2unix" => small::line_ends,
    "expand" => small::expand,
    "factor" => small::factor,
    "shuf" => small::shuf,
    "telnet" => reach::telnet,
    "traceroute" => reach::traceroute,
    "unexpand" => small::expand,
    "unix2dos" => small::line_ends,
    "xxd" => small::xxd,
};

/// Programs that are not busybox's.
const OTHERS: &[Entry] = table! {
    "bash" => shell::main,
    "busybox" => adapters::busybox,
    "curl" => fetch::curl,
    "dash" => shell::main,
    "getent" => accounts::getent,
    "groupadd" => shadow::groupadd,
    "groupdel" => shadow::groupadd,
    "useradd" => shadow::useradd,
    "userdel" => shadow::userdel,
    "usermod" => shadow::usermod,
    "vim" => vi::main,
    "which.debianutils" => adapters::which,
    "ss" => tuning::netstat,
    "sudo" => tuning::su,
    "hello" => hello::main,
    "apk" => packages::apk,
    "apt" => packages::apt,
    "apt-get" => packages::apt,
    "mysql" => mysql::shell,
    "mysqladmin" => mysql::admin,
    "mysqld" => mysql::server,
    "mysqldump" => mysql::dump,
    "nginx" => nginx::main,
    "node" => script::node,
    "npm" => packages::npm,
    "pip3.11" => packages::pip,
    "python3" => script::python,
    "python3.11" => script::python,
    "createdb" => postgres::createdb,
    "createuser" => postgres::createdb,
    "dropdb" => postgres::createdb,
    "initdb" => postgres::initdb,
    "pg_ctl" => postgres::ctl,
    "pg_isready" => postgres::isready,
    "postgres" => postgres::server,
    "psql" => postgres::psql,
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
