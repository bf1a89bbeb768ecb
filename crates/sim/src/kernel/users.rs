//! Users and groups, passwd(5) and group(5).

use super::StartError;
use super::table::Credentials;

/// Reads `user[:group]` and the groups to add by a container's `/etc/passwd` and `/etc/group`, as
/// runc's `user` package does. A number needs no entry; its home is `/` without one.
pub(super) fn credentials(
    spec: &str,
    added: &[String],
    passwd: &str,
    group: &str,
) -> Result<(Credentials, String), StartError> {
    let (user, wanted_group) = match spec.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (spec, None),
    };
    let user = if user.is_empty() { "0" } else { user };
    let number = user.parse::<u32>().ok();
    let entry = rows(passwd).find(|row| {
        row.first() == Some(&user) || number.is_some_and(|number| field(row, 2) == Some(number))
    });
    let (uid, gid, name, home) = match (&entry, number) {
        (Some(row), _) => {
            let name = row.first().copied().unwrap_or_default();
            let home = row.get(5).copied().unwrap_or("/");
            (
                field(row, 2).unwrap_or(0),
                field(row, 3).unwrap_or(0),
                name,
                home,
            )
        }
        (None, Some(number)) => (number, 0, "", "/"),
        (None, None) => return Err(StartError::NoUser(user.to_owned())),
    };
    let mut credentials = Credentials {
        uid,
        gid,
        groups: Vec::new(),
    };
    if let Some(wanted) = wanted_group.filter(|it| !it.is_empty()) {
        let found = rows(group).find(|row| row.first() == Some(&wanted));
        let found = found
            .and_then(|row| field(&row, 2))
            .or_else(|| wanted.parse().ok());
        credentials.gid = found.ok_or_else(|| StartError::NoGroup(wanted.to_owned()))?;
    } else if !name.is_empty() {
        // Supplementary groups come only with the user's own group.
        let listed = |row: &Vec<&str>| {
            row.get(3)
                .is_some_and(|members| members.split(',').any(|it| it == name))
        };
        credentials.groups = rows(group)
            .filter(listed)
            .filter_map(|row| field(&row, 2))
            .collect();
    }
    for wanted in added {
        let number = wanted.parse::<u32>().ok();
        let listed = rows(group).find(|row| {
            row.first() == Some(&wanted.as_str())
                || number.is_some_and(|number| field(row, 2) == Some(number))
        });
        let found = listed.and_then(|row| field(&row, 2)).or(number);
        let gid = found.ok_or_else(|| StartError::NoGroup(wanted.clone()))?;
        if !credentials.groups.contains(&gid) {
            credentials.groups.push(gid);
        }
    }
    // The primary group is one of the supplementary ones too (CVE-2022-36109).
    credentials.groups.retain(|group| *group != credentials.gid);
    credentials.groups.insert(0, credentials.gid);
    Ok((credentials, home.to_owned()))
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split(':').collect())
}

fn field(row: &[&str], index: usize) -> Option<u32> {
    row.get(index)?.parse().ok()
}
