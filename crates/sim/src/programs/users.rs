//! `adduser`, `addgroup`, `deluser`, `delgroup`, `passwd`, `chpasswd`: busybox's, and those of the same
//! name that a Debian has.

use super::accounts::{Accounts, Range, User, ask_hidden, make_home};
use super::applet::Applet;
use crate::kernel::Sys;
use crate::shell::stream::Input;

/// What `/etc/shadow` holds for an account with a password: no real one has this form.
const KEPT: &str = "$moussaillon$";

/// Whether the root is an Alpine, whose busybox is patched.
fn is_alpine(sys: &Sys) -> bool {
    sys.stat("/etc/alpine-release").is_ok()
}

/// `adduser [-h DIR] [-g GECOS] [-s SHELL] [-G GROUP] [-SDH] [-u UID] USER [GROUP]`
pub(super) async fn adduser(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if !applet.is_busybox() {
        return super::shadow::adduser(&applet).await;
    }
    let options = match applet
        .options(
            "h:g:s:G:DSHu:k:",
            &[
                ("home", 'h'),
                ("gecos", 'g'),
                ("shell", 's'),
                ("ingroup", 'G'),
                ("disabled-password", 'D'),
                ("empty-password", 'D'),
                ("system", 'S'),
                ("no-create-home", 'H'),
                ("uid", 'u'),
                ("skel", 'k'),
            ],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let (name, group) = match options.operands.as_slice() {
        [name] => (name, None),
        [name, group] => (name, Some(group)),
        _ => return applet.usage().await,
    };
    if sys.uid() != 0 {
        return applet.fail("permission denied (are you root?)").await;
    }
    let mut accounts = Accounts::read(sys);
    if let Some(group) = group {
        return join(&applet, &mut accounts, name, group).await;
    }
    if accounts.has_user(name) {
        return applet.fail(format!("user '{name}' in use")).await;
    }
    let system = options.has('S');
    let group = options.value('G').or(system.then_some("nogroup"));
    let gid = match group.map(|it| (it, accounts.gid(it))) {
        None => None,
        Some((_, Some(gid))) => Some(gid),
        // The plain busybox image has no `nogroup`.
        Some((group, None)) => return applet.fail(format!("unknown group {group}")).await,
    };
    let range = if system { Range::SYSTEM } else { Range::PEOPLE };
    let wanted = options.value('u');
    let uid = match choose_uid(&accounts, wanted, range, gid.is_none()) {
        Ok(uid) => uid,
        Err(message) => return applet.fail(message).await,
    };
    if gid.is_none() {
        if accounts.gid(name).is_some() {
            return applet.fail(format!("group '{name}' in use")).await;
        }
        accounts.add_group(name, uid);
    }
    let gid = gid.unwrap_or(uid);
    let (comment, nologin) = if is_alpine(sys) {
        ("", "/sbin/nologin")
    } else {
        ("Linux User,,,", "/bin/false")
    };
    let home = options
        .value('h')
        .map_or_else(|| format!("/home/{name}"), str::to_owned);
    let user = User {
        name,
        uid,
        gid,
        comment: options.value('g').unwrap_or(comment),
        home: &home,
        shell: options
            .value('s')
            .unwrap_or(if system { nologin } else { "/bin/sh" }),
    };
    accounts.add_user(&user, "!");
    if let Some(group) = options.value('G') {
        accounts.join(name, group);
    }
    if let Err(error) = accounts.save(sys) {
        return applet.fail(format!("/etc/passwd: {error}")).await;
    }
    if !options.has('H') {
        make_home(sys, &home, uid, gid, 0o2755);
    }
    // A system account has no password to ask for.
    if system || options.has('D') {
        return 0;
    }
    change_password(&applet, accounts, name).await
}

/// The number of a new user: the one wanted, or the first that is free.
fn choose_uid(
    accounts: &Accounts,
    wanted: Option<&str>,
    range: Range,
    with_group: bool,
) -> Result<u32, String> {
    let Some(text) = wanted else {
        return accounts
            .free_uid(range, with_group)
            .ok_or_else(|| "no uids left".to_owned());
    };
    let uid = text
        .parse()
        .map_err(|_| format!("invalid number '{text}'"))?;
    if accounts.has_uid(uid) {
        return Err(format!("uid '{uid}' in use"));
    }
    Ok(uid)
}

/// `addgroup [-g GID] [-S] [USER] GROUP`
pub(super) async fn addgroup(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if !applet.is_busybox() {
        return super::shadow::addgroup(&applet).await;
    }
    let options = match applet
        .options("g:S", &[("gid", 'g'), ("system", 'S')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let (user, group) = match options.operands.as_slice() {
        [group] => (None, group),
        [user, group] => (Some(user), group),
        _ => return applet.usage().await,
    };
    if sys.uid() != 0 {
        return applet.fail("permission denied (are you root?)").await;
    }
    let mut accounts = Accounts::read(sys);
    if let Some(user) = user {
        return join(&applet, &mut accounts, user, group).await;
    }
    if accounts.gid(group).is_some() {
        return applet.fail(format!("group '{group}' in use")).await;
    }
    let range = if options.has('S') {
        Range::SYSTEM
    } else {
        Range::PEOPLE
    };
    let gid = match options.value('g') {
        None => accounts.free_gid(range),
        Some(text) => {
            let Ok(gid) = text.parse() else {
                return applet.fail(format!("invalid number '{text}'")).await;
            };
            if accounts.has_gid(gid) {
                return applet.fail(format!("gid '{gid}' in use")).await;
            }
            Some(gid)
        }
    };
    let Some(gid) = gid else {
        return applet.fail("no gids left").await;
    };
    accounts.add_group(group, gid);
    keep(&applet, &accounts).await
}

async fn keep(applet: &Applet, accounts: &Accounts) -> u8 {
    match accounts.save(&applet.sys) {
        Ok(()) => 0,
        Err(error) => applet.fail(format!("/etc/passwd: {error}")).await,
    }
}

async fn join(applet: &Applet, accounts: &mut Accounts, user: &str, group: &str) -> u8 {
    if !accounts.has_user(user) {
        return applet.fail(format!("unknown user {user}")).await;
    }
    if accounts.gid(group).is_none() {
        return applet.fail(format!("unknown group {group}")).await;
    }
    accounts.join(user, group);
    keep(applet, accounts).await
}

/// `deluser [--remove-home] USER [GROUP]`, `delgroup [USER] GROUP`
pub(super) async fn deluser(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[("remove-home", 'r'), ("quiet", 'q'), ("system", 's')];
    let options = match applet.options("rqs", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let operands: Vec<&str> = options.operands.iter().map(String::as_str).collect();
    if !matches!(operands.len(), 1 | 2) {
        return applet.usage().await;
    }
    if sys.uid() != 0 {
        return applet.fail("permission denied (are you root?)").await;
    }
    let mut accounts = Accounts::read(sys);
    let debian = !applet.is_busybox();
    match (applet.name.as_str(), operands.as_slice()) {
        (_, [user, group]) => {
            if !accounts.has_user(user) {
                return applet.fail(format!("unknown user {user}")).await;
            }
            if accounts.gid(group).is_none() {
                return applet.fail(format!("unknown group {group}")).await;
            }
            accounts.leave(user, group);
        }
        ("delgroup", [group]) => {
            let Some(gid) = accounts.gid(group) else {
                return applet.fail(format!("unknown group {group}")).await;
            };
            if let Some(user) = accounts.someone_of(gid) {
                let text = format!("'{user}' still has '{group}' as their primary group!");
                return applet.fail(text).await;
            }
            accounts.remove_group(group);
        }
        (_, [user]) => {
            let Some(home) = accounts.home(user) else {
                let unknown = if debian {
                    applet
                        .complain(&format!("The user `{user}' does not exist."))
                        .await;
                    return 2;
                } else {
                    format!("unknown user {user}")
                };
                return applet.fail(unknown).await;
            };
            if debian {
                let text = format!("Removing user `{user}' ...\nDone.\n");
                applet.print(text).await;
            }
            accounts.remove_user(user);
            if accounts
                .gid(user)
                .is_some_and(|gid| accounts.someone_of(gid).is_none())
            {
                accounts.remove_group(user);
            }
            if options.has('r') {
                remove_tree(&applet, &home).await;
            }
        }
        _ => return applet.usage().await,
    }
    keep(&applet, &accounts).await
}

/// Removes a home with what is in it.
pub(super) async fn remove_tree(applet: &Applet, home: &str) {
    let argv = ["rm", "-rf", home].map(str::to_owned).to_vec();
    let done = applet
        .sys
        .fork(crate::kernel::ForkOptions::default(), move |sys| {
            Box::pin(async move { sys.exec("/bin/rm", argv, sys.env()).await.unwrap_or(1) })
        });
    if let Ok(pid) = done {
        // What could not be removed stays: rm said why.
        let _ = applet.sys.wait(Some(pid)).await;
    }
}

/// `passwd [USER]`
pub(super) async fn passwd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "a:dluSe",
            &[("delete", 'd'), ("lock", 'l'), ("unlock", 'u')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let own = super::applet::user_name(sys, sys.uid());
    let name = options.operands.first().cloned().unwrap_or(own.clone());
    let mut accounts = Accounts::read(sys);
    if !accounts.has_user(&name) {
        return if applet.is_busybox() {
            applet.fail(format!("unknown user {name}")).await
        } else {
            applet.fail(format!("user '{name}' does not exist")).await
        };
    }
    if sys.uid() != 0 && name != own {
        return applet
            .fail(format!("{own} can't change password for {name}"))
            .await;
    }
    let kept = match options.last_of("dlu") {
        Some('d') => "",
        Some('l') => "!",
        Some(_) => KEPT,
        None => return change_password(&applet, accounts, &name).await,
    };
    accounts.set_password(&name, kept);
    keep(&applet, &accounts).await
}

/// Asks twice for a password.
pub(super) async fn change_password(applet: &Applet, mut accounts: Accounts, name: &str) -> u8 {
    let sys = &applet.sys;
    let busybox = applet.is_busybox();
    let mut input = Input::new(sys, 0);
    if busybox {
        applet
            .print(format!("Changing password for {name}\n"))
            .await;
    }
    let again = if busybox {
        "Retype password: "
    } else {
        "Retype new password: "
    };
    let first = ask_hidden(sys, &mut input, "New password: ").await;
    let second = match &first {
        Some(_) => ask_hidden(sys, &mut input, again).await,
        None => None,
    };
    if first.is_none() || first != second {
        let text = match (busybox, first.is_some()) {
            (true, true) => {
                format!("Passwords don't match\npasswd: password for {name} is unchanged\n")
            }
            (true, false) => format!("passwd: password for {name} is unchanged\n"),
            (false, true) => "Sorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n".to_owned(),
            (false, false) => "passwd: Authentication token manipulation error\npasswd: password unchanged\n".to_owned(),
        };
        let _ = sys.write(2, text.as_bytes()).await;
        return if busybox { 1 } else { 10 };
    }
    accounts.set_password(name, KEPT);
    if busybox {
        applet
            .print(format!("passwd: password for {name} changed by root\n"))
            .await;
    } else {
        let _ = sys
            .write(2, b"passwd: password updated successfully\n")
            .await;
    }
    keep(applet, &accounts).await
}

/// `chpasswd`: reads `USER:PASSWORD` lines.
pub(super) async fn chpasswd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if let Err(status) = applet
        .options("emc:s:R:", &[("encrypted", 'e'), ("md5", 'm')])
        .await
    {
        return status;
    }
    let sys = &applet.sys;
    if sys.uid() != 0 {
        return applet.fail("permission denied (are you root?)").await;
    }
    let mut accounts = Accounts::read(sys);
    let mut input = Input::new(sys, 0);
    while let Ok(Some(line)) = input.text_line().await {
        let Some((name, _)) = line.split_once(':') else {
            return applet.fail("missing new password").await;
        };
        if !accounts.has_user(name) {
            return applet.fail(format!("unknown user {name}")).await;
        }
        accounts.set_password(name, KEPT);
        if applet.is_busybox() {
            let said = format!("chpasswd: password for '{name}' changed\n");
            let _ = sys.write(2, said.as_bytes()).await;
        }
    }
    keep(&applet, &accounts).await
}
