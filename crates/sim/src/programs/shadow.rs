//! The account programs of a Debian: `useradd` and its family, and `adduser` over them.

use super::accounts::{Accounts, Range, User, make_home};
use super::applet::{Applet, LongOptions, Options};
use super::users::{change_password, remove_tree};
use crate::kernel::Sys;

const USERADD: LongOptions = &[
    ("create-home", 'm'),
    ("no-create-home", 'M'),
    ("system", 'r'),
    ("uid", 'u'),
    ("gid", 'g'),
    ("groups", 'G'),
    ("append", 'a'),
    ("home-dir", 'd'),
    ("home", 'd'),
    ("shell", 's'),
    ("comment", 'c'),
    ("password", 'p'),
    ("user-group", 'U'),
    ("no-user-group", 'N'),
    ("no-log-init", 'l'),
    ("non-unique", 'o'),
];

/// Reads the options of `useradd` and its family: a wrong one is an error of code 2.
async fn options(applet: &Applet, spec: &str, long: LongOptions) -> Result<Options, u8> {
    match applet.options(spec, long).await {
        Ok(options) if options.operands.len() == 1 => Ok(options),
        Ok(_) => {
            let text = format!("Usage: {} [options] LOGIN\n", applet.name);
            let _ = applet.sys.write(2, text.as_bytes()).await;
            Err(2)
        }
        Err(_) => Err(2),
    }
}

/// Complains with a code.
async fn refuse(applet: &Applet, code: u8, text: String) -> u8 {
    applet.complain(&text).await;
    code
}

/// Whether the files may be changed; says why they may not.
async fn may_change(applet: &Applet) -> Result<(), u8> {
    if applet.sys.uid() == 0 {
        return Ok(());
    }
    let name = &applet.name;
    let text =
        format!("{name}: Permission denied.\n{name}: cannot lock /etc/passwd; try again later.\n");
    let _ = applet.sys.write(2, text.as_bytes()).await;
    Err(1)
}

async fn save(applet: &Applet, accounts: &Accounts) -> u8 {
    match accounts.save(&applet.sys) {
        Ok(()) => 0,
        Err(error) => refuse(applet, 1, format!("cannot open /etc/passwd: {error}")).await,
    }
}

/// `useradd [-mMrUN] [-u UID] [-g GROUP] [-G GROUPS] [-d HOME] [-s SHELL] [-c COMMENT] LOGIN`
pub(super) async fn useradd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match add(&applet).await {
        Ok(status) | Err(status) => status,
    }
}

async fn add(applet: &Applet) -> Result<u8, u8> {
    let options = options(applet, "mMru:g:G:d:s:c:p:UNlok:e:f:b:", USERADD).await?;
    may_change(applet).await?;
    let sys = &applet.sys;
    let name = options.operands[0].as_str();
    let mut accounts = Accounts::read(sys);
    if accounts.has_user(name) {
        return Err(refuse(applet, 9, format!("user '{name}' already exists")).await);
    }
    let system = options.has('r');
    let own_group = options.value('g').is_none() && !options.has('N');
    if own_group && accounts.gid(name).is_some() {
        let text =
            format!("group {name} exists - if you want to add this user to that group, use -g.");
        return Err(refuse(applet, 9, text).await);
    }
    let extra = groups(applet, &accounts, &options).await?;
    let range = if system {
        Range::SYSTEM_DOWN
    } else {
        Range::PEOPLE
    };
    let uid = match options.value('u') {
        None => accounts.free_uid(range, own_group).unwrap_or(range_end()),
        Some(text) => {
            let Ok(uid) = text.parse() else {
                return Err(refuse(applet, 3, format!("invalid user ID '{text}'")).await);
            };
            if accounts.has_uid(uid) && !options.has('o') {
                return Err(refuse(applet, 4, format!("UID {uid} is not unique")).await);
            }
            uid
        }
    };
    let gid = match options.value('g') {
        Some(text) => match accounts.known_gid(text) {
            Some(gid) => gid,
            None => {
                return Err(refuse(applet, 6, format!("group '{text}' does not exist")).await);
            }
        },
        None if own_group => {
            let gid = if accounts.has_gid(uid) {
                accounts.free_gid(range).unwrap_or(uid)
            } else {
                uid
            };
            accounts.add_group(name, gid);
            gid
        }
        None => accounts.gid("users").unwrap_or(100),
    };
    let home = options
        .value('d')
        .map_or_else(|| format!("/home/{name}"), str::to_owned);
    let user = User {
        name,
        uid,
        gid,
        comment: options.value('c').unwrap_or_default(),
        home: &home,
        shell: options.value('s').unwrap_or("/bin/sh"),
    };
    accounts.add_user(&user, options.value('p').unwrap_or("!"));
    for group in &extra {
        accounts.join(name, group);
    }
    let status = save(applet, &accounts).await;
    if options.has('m') && !make_home(sys, &home, uid, gid, 0o700) {
        let text = format!(
            "useradd: warning: the home directory {home} already exists.\nuseradd: Not copying any file from skel directory into it.\n"
        );
        let _ = sys.write(2, text.as_bytes()).await;
    }
    Ok(status)
}

/// The number when every one is taken: that of nobody.
const fn range_end() -> u32 {
    65_534
}

/// The names of the groups of `-G`.
async fn groups(
    applet: &Applet,
    accounts: &Accounts,
    options: &Options,
) -> Result<Vec<String>, u8> {
    let mut names = Vec::new();
    let wanted = options.value('G').unwrap_or_default();
    for text in wanted.split(',').filter(|it| !it.is_empty()) {
        match accounts
            .known_gid(text)
            .and_then(|it| accounts.group_named(it))
        {
            Some(name) => names.push(name),
            None => return Err(refuse(applet, 6, format!("group '{text}' does not exist")).await),
        }
    }
    Ok(names)
}

/// `usermod [-a] [-G GROUPS] [-g GROUP] [-d HOME] [-s SHELL] [-c COMMENT] [-u UID] [-LU] LOGIN`
pub(super) async fn usermod(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match modify(&applet).await {
        Ok(status) | Err(status) => status,
    }
}

async fn modify(applet: &Applet) -> Result<u8, u8> {
    let options = options(applet, "aG:g:d:ms:c:u:LUp:o", USERADD).await?;
    may_change(applet).await?;
    let name = options.operands[0].as_str();
    let mut accounts = Accounts::read(&applet.sys);
    if !accounts.has_user(name) {
        return Err(refuse(applet, 6, format!("user '{name}' does not exist")).await);
    }
    if options.value('G').is_some() {
        let wanted = groups(applet, &accounts, &options).await?;
        if !options.has('a') {
            accounts.leave_all(name);
        }
        for group in &wanted {
            accounts.join(name, group);
        }
    }
    if let Some(text) = options.value('g') {
        let Some(gid) = accounts.known_gid(text) else {
            return Err(refuse(applet, 6, format!("group '{text}' does not exist")).await);
        };
        accounts.set_user(name, 3, &gid.to_string());
    }
    if let Some(text) = options.value('u') {
        let uid = text.parse::<u32>().ok();
        if uid.is_some_and(|it| accounts.has_uid(it)) && !options.has('o') {
            return Err(refuse(applet, 4, format!("UID '{text}' already exists")).await);
        }
        accounts.set_user(name, 2, text);
    }
    for (letter, at) in [('c', 4), ('d', 5), ('s', 6)] {
        if let Some(value) = options.value(letter) {
            accounts.set_user(name, at, value);
        }
    }
    Ok(save(applet, &accounts).await)
}

/// `groupadd [-rf] [-g GID] GROUP`, `groupdel GROUP`
pub(super) async fn groupadd(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match change_group(&applet).await {
        Ok(status) | Err(status) => status,
    }
}

async fn change_group(applet: &Applet) -> Result<u8, u8> {
    let long = &[("gid", 'g'), ("system", 'r'), ("force", 'f')];
    let options = options(applet, "g:rfo", long).await?;
    may_change(applet).await?;
    let name = options.operands[0].as_str();
    let mut accounts = Accounts::read(&applet.sys);
    let known = accounts.gid(name);
    if applet.name == "groupdel" {
        let Some(gid) = known else {
            return Err(refuse(applet, 6, format!("group '{name}' does not exist")).await);
        };
        if let Some(user) = accounts.someone_of(gid) {
            let text = format!("cannot remove the primary group of user '{user}'");
            return Err(refuse(applet, 8, text).await);
        }
        accounts.remove_group(name);
        return Ok(save(applet, &accounts).await);
    }
    if known.is_some() {
        if options.has('f') {
            return Ok(0);
        }
        return Err(refuse(applet, 9, format!("group '{name}' already exists")).await);
    }
    let range = if options.has('r') {
        Range::SYSTEM_DOWN
    } else {
        Range::PEOPLE
    };
    let gid = match options.value('g') {
        None => accounts.free_gid(range).unwrap_or(range_end()),
        Some(text) => {
            let Ok(gid) = text.parse() else {
                return Err(refuse(applet, 3, format!("invalid group ID '{text}'")).await);
            };
            if accounts.has_gid(gid) && !options.has('o') {
                return Err(refuse(applet, 4, format!("GID '{gid}' already exists")).await);
            }
            gid
        }
    };
    accounts.add_group(name, gid);
    Ok(save(applet, &accounts).await)
}

/// `userdel [-rf] LOGIN`
pub(super) async fn userdel(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match delete(&applet).await {
        Ok(status) | Err(status) => status,
    }
}

async fn delete(applet: &Applet) -> Result<u8, u8> {
    let options = options(applet, "rf", &[("remove", 'r'), ("force", 'f')]).await?;
    may_change(applet).await?;
    let name = options.operands[0].as_str();
    let mut accounts = Accounts::read(&applet.sys);
    let Some(home) = accounts.home(name) else {
        return Err(refuse(applet, 6, format!("user '{name}' does not exist")).await);
    };
    accounts.remove_user(name);
    if accounts
        .gid(name)
        .is_some_and(|gid| accounts.someone_of(gid).is_none())
    {
        accounts.remove_group(name);
    }
    if options.has('r') {
        let text = format!("userdel: {name} mail spool (/var/mail/{name}) not found\n");
        let _ = applet.sys.write(2, text.as_bytes()).await;
        remove_tree(applet, &home).await;
    }
    Ok(save(applet, &accounts).await)
}

/// Debian's `adduser [--system] [--group] [--disabled-password] [--gecos TEXT] [--uid UID]
/// [--ingroup GROUP | --gid GID] [--home DIR] [--shell SHELL] [--no-create-home] USER [GROUP]`
pub(super) async fn adduser(applet: &Applet) -> u8 {
    let long = &[
        ("system", 'S'),
        ("group", 'g'),
        ("disabled-password", 'D'),
        ("disabled-login", 'D'),
        ("gecos", 'c'),
        ("comment", 'c'),
        ("uid", 'u'),
        ("gid", 'i'),
        ("ingroup", 'I'),
        ("home", 'h'),
        ("shell", 's'),
        ("no-create-home", 'H'),
        ("quiet", 'q'),
        ("force-badname", 'q'),
        ("allow-bad-names", 'q'),
    ];
    let options = match applet.options("SgDc:u:i:I:h:s:Hq", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    if sys.uid() != 0 {
        return applet
            .fail("Only root may add a user or group to the system.")
            .await;
    }
    let mut accounts = Accounts::read(sys);
    let name = match options.operands.as_slice() {
        [name] => name,
        [name, group] => return enrol(applet, accounts, name, group).await,
        _ => return applet.fail("Only one or two names allowed.").await,
    };
    let system = options.has('S');
    if accounts.has_user(name) {
        // A system user that is there already is what was asked for.
        if system {
            return applet
                .print(format!(
                    "The system user `{name}' already exists. Exiting.\n"
                ))
                .await;
        }
        return applet
            .fail(format!("The user `{name}' already exists."))
            .await;
    }
    let said = match create(sys, &mut accounts, &options, name) {
        Ok(said) => said,
        Err(message) => return applet.fail(message).await,
    };
    if !options.has('q') {
        applet.print(said).await;
    }
    if system || options.has('D') {
        return save(applet, &accounts).await;
    }
    change_password(applet, accounts, name).await
}

/// `adduser USER GROUP`
async fn enrol(applet: &Applet, mut accounts: Accounts, name: &str, group: &str) -> u8 {
    if !accounts.has_user(name) {
        return applet
            .fail(format!("The user `{name}' does not exist."))
            .await;
    }
    if accounts.gid(group).is_none() {
        return applet
            .fail(format!("The group `{group}' does not exist."))
            .await;
    }
    accounts.join(name, group);
    let text = format!("Adding user `{name}' to group `{group}' ...\nDone.\n");
    applet.print(text).await;
    save(applet, &accounts).await
}

/// Adds a user as `adduser` does; what it says, or why it cannot.
fn create(
    sys: &Sys,
    accounts: &mut Accounts,
    options: &Options,
    name: &str,
) -> Result<String, String> {
    let system = options.has('S');
    let range = if system { Range::SYSTEM } else { Range::PEOPLE };
    let into = options.value('I').or_else(|| options.value('i'));
    let own_group = into.is_none() && (!system || options.has('g'));
    let uid = options
        .value('u')
        .and_then(|it| it.parse().ok())
        .or_else(|| accounts.free_uid(range, own_group))
        .ok_or("No UID is available.")?;
    let mut said = if system {
        format!("Adding system user `{name}' (UID {uid}) ...\n")
    } else {
        format!("Adding user `{name}' ...\n")
    };
    let gid = match into {
        Some(text) => accounts
            .known_gid(text)
            .ok_or_else(|| format!("The group `{text}' does not exist."))?,
        None if own_group => {
            let mark = if system { "GID " } else { "" };
            said.push_str(&format!("Adding new group `{name}' ({mark}{uid}) ...\n"));
            accounts.add_group(name, uid);
            uid
        }
        None => accounts.gid("nogroup").unwrap_or(65_534),
    };
    let group = accounts.group_named(gid).unwrap_or_else(|| gid.to_string());
    said.push_str(&if system {
        format!("Adding new user `{name}' (UID {uid}) with group `{group}' ...\n")
    } else {
        format!("Adding new user `{name}' ({uid}) with group `{group} ({gid})' ...\n")
    });
    let (home, shell, comment, mode) = if system {
        ("/nonexistent".to_owned(), "/usr/sbin/nologin", "", 0o755)
    } else {
        (format!("/home/{name}"), "/bin/bash", ",,,", 0o700)
    };
    let home = options.value('h').map_or(home, str::to_owned);
    let user = User {
        name,
        uid,
        gid,
        comment: options.value('c').unwrap_or(comment),
        home: &home,
        shell: options.value('s').unwrap_or(shell),
    };
    accounts.add_user(&user, "!");
    if options.has('H') || home == "/nonexistent" {
        said.push_str(&format!("Not creating home directory `{home}'.\n"));
    } else {
        said.push_str(&format!("Creating home directory `{home}' ...\n"));
        make_home(sys, &home, uid, gid, mode);
    }
    if !system {
        if !options.has('H') {
            said.push_str("Copying files from `/etc/skel' ...\n");
        }
        said.push_str(&format!("Adding new user `{name}' to supplemental / extra groups `users' ...\nAdding user `{name}' to group `users' ...\n"));
        accounts.join(name, "users");
    }
    Ok(said)
}

/// Debian's `addgroup [--system] [--gid GID] GROUP`, or `addgroup USER GROUP`
pub(super) async fn addgroup(applet: &Applet) -> u8 {
    let long = &[("system", 'S'), ("gid", 'g'), ("quiet", 'q')];
    let options = match applet.options("Sg:q", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [name] = options.operands.as_slice() else {
        return adduser(applet).await;
    };
    let mut accounts = Accounts::read(&applet.sys);
    if applet.sys.uid() != 0 {
        return applet
            .fail("Only root may add a user or group to the system.")
            .await;
    }
    if accounts.gid(name).is_some() {
        return applet
            .fail(format!("The group `{name}' already exists."))
            .await;
    }
    let range = if options.has('S') {
        Range::SYSTEM
    } else {
        Range::PEOPLE
    };
    let Some(gid) = options
        .value('g')
        .and_then(|it| it.parse().ok())
        .or_else(|| accounts.free_gid(range))
    else {
        return applet.fail("No GID is available.").await;
    };
    accounts.add_group(name, gid);
    applet
        .print(format!("Adding group `{name}' (GID {gid}) ...\nDone.\n"))
        .await;
    save(applet, &accounts).await
}
