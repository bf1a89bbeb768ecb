//! The flags of `docker build`.

use crate::grammar::{Flag, Kind, flag};
use crate::reference::Reference;
use crate::verbs::container::create::checks;

/// `-t`: a name that can be read stays as it is written.
fn tag(value: &str) -> Result<String, String> {
    Reference::parse(value).map(|_| value.to_owned())
}

/// Sorted by name.
pub(super) const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "add-host",
        Kind::List,
        "Add a custom host-to-IP mapping (\"host:ip\")",
    )
    .checked(checks::extra_host),
    flag(' ', "build-arg", Kind::List, "Set build-time variables").checked(checks::env),
    flag(
        ' ',
        "cache-from",
        Kind::Strings,
        "Images to consider as cache sources",
    ),
    flag(
        ' ',
        "cgroup-parent",
        Kind::Text,
        "Set the parent cgroup for the \"RUN\" instructions during build",
    ),
    flag(
        ' ',
        "compress",
        Kind::Bool,
        "Compress the build context using gzip",
    ),
    flag(
        ' ',
        "cpu-period",
        Kind::Int,
        "Limit the CPU CFS (Completely Fair Scheduler) period",
    ),
    flag(
        ' ',
        "cpu-quota",
        Kind::Int,
        "Limit the CPU CFS (Completely Fair Scheduler) quota",
    ),
    flag('c', "cpu-shares", Kind::Int, "CPU shares (relative weight)"),
    flag(
        ' ',
        "cpuset-cpus",
        Kind::Text,
        "CPUs in which to allow execution (0-3, 0,1)",
    ),
    flag(
        ' ',
        "cpuset-mems",
        Kind::Text,
        "MEMs in which to allow execution (0-3, 0,1)",
    ),
    flag(
        ' ',
        "disable-content-trust",
        Kind::Bool,
        "Skip image verification (default true)",
    ),
    flag(
        'f',
        "file",
        Kind::Text,
        "Name of the Dockerfile (Default is \"PATH/Dockerfile\")",
    ),
    flag(
        ' ',
        "force-rm",
        Kind::Bool,
        "Always remove intermediate containers",
    ),
    flag(' ', "iidfile", Kind::Text, "Write the image ID to the file"),
    flag(
        ' ',
        "isolation",
        Kind::Text,
        "Container isolation technology",
    ),
    flag(' ', "label", Kind::List, "Set metadata for an image").checked(checks::label),
    flag('m', "memory", Kind::Bytes, "Memory limit"),
    flag(
        ' ',
        "memory-swap",
        Kind::Bytes,
        "Swap limit equal to memory plus swap: -1 to enable unlimited swap",
    )
    .checked(checks::memory_swap),
    flag(
        ' ',
        "network",
        Kind::Text,
        "Set the networking mode for the RUN instructions during build (default \"default\")",
    ),
    flag(
        ' ',
        "no-cache",
        Kind::Bool,
        "Do not use cache when building the image",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Set platform if server is multi-platform capable",
    ),
    flag(
        ' ',
        "pull",
        Kind::Bool,
        "Always attempt to pull a newer version of the image",
    ),
    flag(
        'q',
        "quiet",
        Kind::Bool,
        "Suppress the build output and print image ID on success",
    ),
    flag(
        ' ',
        "rm",
        Kind::Bool,
        "Remove intermediate containers after a successful build (default true)",
    ),
    flag(' ', "security-opt", Kind::Strings, "Security options"),
    flag(' ', "shm-size", Kind::Bytes, "Size of \"/dev/shm\""),
    flag(
        ' ',
        "squash",
        Kind::Bool,
        "Squash newly built layers into a single new layer",
    ),
    flag(
        't',
        "tag",
        Kind::List,
        "Name and optionally a tag in the \"name:tag\" format",
    )
    .checked(tag),
    flag(
        ' ',
        "target",
        Kind::Text,
        "Set the target build stage to build.",
    ),
    flag(
        ' ',
        "ulimit",
        Kind::Other("ulimit"),
        "Ulimit options (default [])",
    )
    .checked(checks::ulimit),
];
