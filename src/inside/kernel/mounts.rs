//! `/proc/PID/mountinfo`, `proc_pid_mountinfo(5)`.

/// A mount point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mount {
    /// Where, in the container.
    pub target: String,
    /// The folder of the file system that is shown there.
    pub root: String,
    /// `overlay`, `ext4`, `proc`…
    pub sort: String,
    /// What is mounted: a device, or a word.
    pub device: String,
    /// Whether this mount refuses writing.
    pub read_only: bool,
    /// Options of the file system.
    pub options: String,
}

impl Mount {
    /// The value of an option of the file system: `upperdir`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options
            .split(',')
            .filter_map(|it| it.split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Whether the file system has this option without a value: `memory`.
    pub fn has(&self, name: &str) -> bool {
        self.options.split(',').any(|it| it == name)
    }
}

/// Reads the file; lines that are none are left out.
pub fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(line).collect()
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
fn line(line: &str) -> Option<Mount> {
    // The fields before the dash are of any number.
    let (place, system) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3);
    let (root, target, options) = (place.next()?, place.next()?, place.next()?);
    let mut system = system.splitn(3, ' ');
    let (sort, device) = (system.next()?, system.next()?);
    Some(Mount {
        target: unescape(target),
        root: unescape(root),
        sort: sort.to_owned(),
        device: unescape(device),
        read_only: options.split(',').any(|it| it == "ro"),
        options: unescape(system.next().unwrap_or_default()),
    })
}

/// Spaces, tabs, ends of lines and backslashes are written in octal: `\040`.
fn unescape(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..3).and_then(|it| u8::from_str_radix(it, 8).ok());
        if let Some(byte) = code {
            out.push(byte);
            out.extend_from_slice(part.get(3..).unwrap_or_default().as_bytes());
        } else {
            out.push(b'\\');
            out.extend_from_slice(part.as_bytes());
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
