//! Checks of flag values that need no engine; the errors are docker's.

use std::net::IpAddr;

use crate::units;

/// The gateway of the host, in `--add-host`.
const HOST_GATEWAY: &str = "host-gateway";

type Checked = Result<String, String>;

/// `--attach`
pub(super) fn attach(value: &str) -> Checked {
    let lower = value.to_lowercase();
    if matches!(lower.as_str(), "stdin" | "stdout" | "stderr") {
        return Ok(lower);
    }
    Err("valid streams are STDIN, STDOUT and STDERR".to_owned())
}

/// `--env`
pub(crate) fn env(value: &str) -> Checked {
    if value.is_empty() || value.starts_with('=') {
        return Err(format!("invalid environment variable: {value}"));
    }
    Ok(value.to_owned())
}

/// `--label`
pub(crate) fn label(value: &str) -> Checked {
    let key = value
        .split('=')
        .next()
        .unwrap_or_default()
        .trim_start_matches([' ', '\t']);
    if key.is_empty() {
        return Err(format!("invalid label '{value}': empty name"));
    }
    if key.contains([' ', '\t']) {
        return Err(format!("label '{key}' contains whitespaces"));
    }
    Ok(value.to_owned())
}

/// `--sysctl`
pub(super) fn sysctl(value: &str) -> Checked {
    const ALLOWED: [&str; 8] = [
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];
    match value.split_once('=') {
        Some((key, _))
            if ALLOWED.contains(&key)
                || key.starts_with("net.")
                || key.starts_with("fs.mqueue.") =>
        {
            Ok(value.to_owned())
        }
        _ => Err(format!("sysctl '{value}' is not allowed")),
    }
}

/// `--dns`, `--ip`
pub(crate) fn ip_address(value: &str) -> Checked {
    value
        .trim()
        .parse::<IpAddr>()
        .map(|ip| ip.to_string())
        .map_err(|_| format!("IP address is not correctly formatted: {value}"))
}

/// `--dns-search`
pub(crate) fn dns_search(value: &str) -> Checked {
    let value = value.trim_matches(' ');
    let label = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let well_formed = value.bytes().any(|it| it.is_ascii_alphabetic())
        && value.len() < 255
        && value.trim_end_matches('.').split('.').all(label);
    if value == "." || well_formed {
        return Ok(value.to_owned());
    }
    Err(format!("{value} is not a valid domain"))
}

/// `--add-host`
pub(crate) fn extra_host(value: &str) -> Checked {
    let pair = value.split_once('=').or_else(|| value.split_once(':'));
    let Some((host, address)) = pair.filter(|(host, _)| !host.is_empty() && !host.contains(':'))
    else {
        return Err(format!("bad format for add-host: {value:?}"));
    };
    let bare = address
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .unwrap_or(address);
    if address != HOST_GATEWAY && ip_address(bare).is_err() {
        return Err(format!("invalid IP address in add-host: {bare:?}"));
    }
    Ok(format!("{host}:{bare}"))
}

/// `--link`
pub(super) fn link(value: &str) -> Checked {
    if value.is_empty() {
        return Err("empty string specified for links".to_owned());
    }
    if value.matches(':').count() > 1 {
        return Err(format!("bad format for links: {value}"));
    }
    Ok(value.to_owned())
}

/// `--device-cgroup-rule`
pub(super) fn device_cgroup_rule(value: &str) -> Checked {
    let number =
        |it: &str| it == "*" || (!it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    let parts: Vec<_> = value.split(' ').collect();
    if let [kind, device, mode] = parts[..] {
        let devices = device
            .split_once(':')
            .is_some_and(|(a, b)| number(a) && number(b));
        let modes = (1..=3).contains(&mode.len()) && mode.bytes().all(|it| b"rwm".contains(&it));
        if matches!(kind, "a" | "c" | "b") && devices && modes {
            return Ok(value.to_owned());
        }
    }
    Err(format!("invalid device cgroup format '{value}'"))
}

/// `--memory-swap`: bytes, or -1.
pub(crate) fn memory_swap(value: &str) -> Checked {
    if value == "-1" {
        return Ok(value.to_owned());
    }
    units::ram_in_bytes(value).map(|it| it.to_string())
}

/// `--ulimit`: `name=soft[:hard]`.
pub(crate) fn ulimit(value: &str) -> Checked {
    const NAMES: [&str; 15] = [
        "core",
        "cpu",
        "data",
        "fsize",
        "locks",
        "memlock",
        "msgqueue",
        "nice",
        "nofile",
        "nproc",
        "rss",
        "rtprio",
        "rttime",
        "sigpending",
        "stack",
    ];
    let invalid = || format!("invalid ulimit argument: {value}");
    let (name, limits) = value.split_once('=').ok_or_else(invalid)?;
    if !NAMES.contains(&name) {
        return Err(format!("invalid ulimit type: {name}"));
    }
    let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
    if hard.contains(':') {
        return Err(format!(
            "too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"
        ));
    }
    let number = |text: &str| {
        text.parse::<i64>()
            .map_err(|_| format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))
    };
    let (soft, hard) = (number(soft)?, number(hard)?);
    if hard != -1 && (soft == -1 || soft > hard) {
        return Err(format!(
            "ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}"
        ));
    }
    Ok(format!("{name}={soft}:{hard}"))
}

fn device(value: &str) -> Result<(&str, &str), String> {
    match value.split_once(':') {
        Some((path, number)) if !path.is_empty() => {
            if path.starts_with("/dev/") {
                Ok((path, number))
            } else {
                Err(format!("bad format for device path: {value}"))
            }
        }
        _ => Err(format!("bad format: {value}")),
    }
}

/// `--blkio-weight-device`
pub(super) fn weight_device(value: &str) -> Checked {
    let (path, weight) = device(value)?;
    match weight.parse::<u16>() {
        Ok(weight) if weight == 0 || (10..=1000).contains(&weight) => {
            Ok(format!("{path}:{weight}"))
        }
        _ => Err(format!("invalid weight for device: {value}")),
    }
}

/// `--device-read-bps`, `--device-write-bps`
pub(super) fn throttle_bps(value: &str) -> Checked {
    let (path, rate) = device(value)?;
    units::ram_in_bytes(rate)
        .map(|rate| format!("{path}:{rate}"))
        .map_err(|_| {
            format!(
                "invalid rate for device: {value}. The correct format is \
             <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional \
             and can be kb, mb, or gb"
            )
        })
}

/// `--device-read-iops`, `--device-write-iops`
pub(super) fn throttle_iops(value: &str) -> Checked {
    let (path, rate) = device(value)?;
    rate.parse::<u64>()
        .map(|rate| format!("{path}:{rate}"))
        .map_err(|_| {
            format!(
                "invalid rate for device: {value}. The correct format is <device-path>:<number>. \
             Number must be a positive integer"
            )
        })
}

/// `--network`
pub(super) fn network(value: &str) -> Checked {
    super::network::attachment(value).map(|_| value.to_owned())
}

/// `--mount`
pub(crate) fn mount(value: &str) -> Checked {
    super::mount::mount(value, &|path| path.to_owned()).map(|_| value.to_owned())
}

/// `--gpus`
pub(super) fn gpus(value: &str) -> Checked {
    super::gpus::request(value).map(|_| value.to_owned())
}
