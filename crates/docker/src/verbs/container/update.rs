//! `docker update`

use serde_json::{Value, json};

use super::create::checks;
use super::create::config::restart_policy;
use super::joined;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::strings;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container update", "update"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Update configuration of one or more containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "blkio-weight",
        Kind::Uint16,
        "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)",
    ),
    flag(
        ' ',
        "cpu-period",
        Kind::Int,
        "Limit CPU CFS (Completely Fair Scheduler) period",
    ),
    flag(
        ' ',
        "cpu-quota",
        Kind::Int,
        "Limit CPU CFS (Completely Fair Scheduler) quota",
    ),
    flag(
        ' ',
        "cpu-rt-period",
        Kind::Int,
        "Limit the CPU real-time period in microseconds",
    ),
    flag(
        ' ',
        "cpu-rt-runtime",
        Kind::Int,
        "Limit the CPU real-time runtime in microseconds",
    ),
    flag('c', "cpu-shares", Kind::Int, "CPU shares (relative weight)"),
    flag(' ', "cpus", Kind::Decimal, "Number of CPUs"),
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
    flag('m', "memory", Kind::Bytes, "Memory limit"),
    flag(' ', "memory-reservation", Kind::Bytes, "Memory soft limit"),
    flag(
        ' ',
        "memory-swap",
        Kind::Bytes,
        "Swap limit equal to memory plus swap: -1 to enable unlimited swap",
    )
    .checked(checks::memory_swap),
    flag(
        ' ',
        "pids-limit",
        Kind::Int,
        "Tune container pids limit (set -1 for unlimited)",
    ),
    flag(
        ' ',
        "restart",
        Kind::Text,
        "Restart policy to apply when a container exits",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if !FLAGS.iter().any(|flag| values.changed(flag.name)) {
        return Err(Failure::new(
            "you must provide one or more flags when using this command",
        ));
    }
    let mut document = json!({});
    for (field, flag) in [
        ("CpuShares", "cpu-shares"),
        ("Memory", "memory"),
        ("NanoCpus", "cpus"),
        ("BlkioWeight", "blkio-weight"),
        ("CpuPeriod", "cpu-period"),
        ("CpuQuota", "cpu-quota"),
        ("CpuRealtimePeriod", "cpu-rt-period"),
        ("CpuRealtimeRuntime", "cpu-rt-runtime"),
        ("KernelMemory", "kernel-memory"),
        ("MemoryReservation", "memory-reservation"),
        ("MemorySwap", "memory-swap"),
    ] {
        document[field] = values.number(flag).into();
    }
    for (field, flag) in [("CpusetCpus", "cpuset-cpus"), ("CpusetMems", "cpuset-mems")] {
        document[field] = values.text(flag).into();
    }
    let pids = values.number("pids-limit");
    document["PidsLimit"] = if pids == 0 { Value::Null } else { pids.into() };
    document["RestartPolicy"] = restart_policy(values.text("restart")).map_err(Failure::new)?;
    let (mut warnings, mut errors) = (Vec::new(), Vec::new());
    for name in &values.args {
        let path = format!("/containers/{}/update", percent::encode_path(name));
        match cli.client.document(Call::post(path).json(&document)).await {
            Ok(answer) => {
                cli.line(name).await?;
                warnings.extend(strings(&answer["Warnings"]).into_iter().map(str::to_owned));
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    if !warnings.is_empty() {
        cli.line(&warnings.join("\n")).await?;
    }
    joined(&errors)
}
