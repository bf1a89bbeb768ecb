use serde_json::{Value, json};

use super::{Flow, Sample};
use crate::engine::real::unique;
use crate::inside::Need;
use crate::inside::trial::Bench;

/// `GET /v1.41/containers/…/stats?stream=0` of dockerd 20.10.24 on cgroup v1, of a container run
/// with `-m 64m --cpus 0.5 --pids-limit 50` that never rests.
const LIMITED: &str = include_str!("fixtures/limited-20.10-cgroup-v1.json");

fn limited() -> Value {
    serde_json::from_str(LIMITED).unwrap()
}

#[test]
fn a_sample_counts_as_the_command_does() {
    let document = limited();
    let sample = Sample::read(&document, None).unwrap();
    let field = |path: &str| document.pointer(path).unwrap().as_f64().unwrap();
    let used =
        field("/cpu_stats/cpu_usage/total_usage") - field("/precpu_stats/cpu_usage/total_usage");
    let all = field("/cpu_stats/system_cpu_usage") - field("/precpu_stats/system_cpu_usage");
    let expected = used / all * 2.0 * 100.0;
    assert!(
        (sample.cpu.unwrap() - expected).abs() < 1e-9 && expected > 1.0,
        "{expected}"
    );
    assert_eq!(sample.memory_limit, 64 << 20);
    assert_eq!(sample.pids, Some(1));
    assert!(sample.throttling.periods > 0);
    assert!(
        sample
            .network
            .is_some_and(|it| it.input > 0 && it.rates.is_none())
    );
    assert_eq!(sample.disk, Some(Flow::default()));
}

#[test]
fn the_cache_of_files_is_not_counted() {
    let memory = |stats: Value| {
        let mut document = limited();
        document["memory_stats"] = json!({"usage": 1000, "limit": 4000, "stats": stats});
        Sample::read(&document, None).unwrap().memory
    };
    // cgroup v1, then v2; a cache above the usage is not believed.
    assert_eq!(
        memory(json!({"total_inactive_file": 300, "inactive_file": 1})),
        Some(700)
    );
    assert_eq!(memory(json!({"inactive_file": 400})), Some(600));
    assert_eq!(memory(json!({"inactive_file": 5000})), Some(1000));
    assert_eq!(memory(Value::Null), Some(1000));
}

#[test]
fn zeros_without_cgroups_are_no_measure() {
    let mut document = limited();
    document["memory_stats"] = json!({});
    document["pids_stats"] = json!({});
    document["cpu_stats"]["cpu_usage"]["total_usage"] = json!(0);
    document["blkio_stats"] = json!({"io_service_bytes_recursive": null});
    document.as_object_mut().unwrap().remove("networks");
    let sample = Sample::read(&document, None).unwrap();
    assert_eq!((sample.cpu, sample.cpu_counted), (None, false));
    assert_eq!((sample.memory, sample.pids), (None, None));
    assert_eq!((sample.network, sample.disk), (None, None));
}

#[test]
fn what_is_no_sample_is_none() {
    let mut document = limited();
    document["read"] = json!("0001-01-01T00:00:00Z");
    assert_eq!(Sample::read(&document, None), None);
    assert_eq!(Sample::read(&json!({"read": 3}), None), None);
    assert_eq!(Sample::read(&Value::Null, None), None);
}

#[test]
fn rates_are_between_two_samples() {
    let first = Sample::read(&limited(), None).unwrap();
    let mut document = limited();
    let at = jiff::Timestamp::from_millisecond(first.at + 2000).unwrap();
    document["read"] = json!(at.to_string());
    let eth0 = &mut document["networks"]["eth0"]["rx_bytes"];
    *eth0 = json!(eth0.as_u64().unwrap() + 3000);
    document["blkio_stats"]["io_service_bytes_recursive"] = json!([
        {"major": 8, "minor": 0, "op": "Read", "value": 10},
        {"major": 8, "minor": 0, "op": "write", "value": 4000},
        {"major": 8, "minor": 0, "op": "Total", "value": 4010},
    ]);
    let second = Sample::read(&document, Some(&first)).unwrap();
    assert_eq!(second.network.unwrap().rates, Some((1500.0, 0.0)));
    assert_eq!(second.disk.unwrap().rates, Some((5.0, 2000.0)));
    // Started again: counters went back.
    let third = Sample::read(&limited(), Some(&second)).unwrap();
    assert_eq!(third.network.unwrap().rates, None);
}

/// The same on any engine.
async fn contract(bench: &Bench) {
    let name = unique("mesure");
    let script = "while :; do :; done";
    let limits = ["-m", "64m", "--cpus", "0.5", "--pids-limit", "50"];
    let run = [
        &["run", "-d", "--name", &name],
        &limits[..],
        &["busybox", "sh", "-c", script],
    ];
    bench.docker(&run.concat()).await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    let reader = bench.follow(Need::Stats(id));
    let known = reader.until(|it| it.samples.len() >= 4).await;
    let last = known.samples.back().unwrap();
    let cpu = last.cpu.unwrap();
    assert!(
        cpu > 0.1 && cpu < 90.0,
        "half a processor at most: {last:?}"
    );
    assert!(
        last.memory.is_some_and(|it| it > 0 && it < 64 << 20),
        "{last:?}"
    );
    assert_eq!((last.memory_limit, last.pids), (64 << 20, Some(1)));
    assert!(last.network.is_some());
    bench.docker(&["kill", &name]).await;
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    let stopped = reader.until(|_| true).await.samples.len();
    bench.docker(&["start", &name]).await;
    reader.until(|it| it.samples.len() > stopped).await;
    bench.docker(&["rm", "-f", &name]).await;
    reader.until(|it| it.failure.is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_the_simulated_engine() {
    contract(&Bench::simulated()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_a_real_engine() {
    let Some(bench) = Bench::real() else { return };
    contract(&bench).await;
    agrees_with_the_command(&bench).await;
}

/// What is computed here is what `docker stats` shows, of a container that rests.
async fn agrees_with_the_command(bench: &Bench) {
    let name = unique("repos");
    bench
        .docker(&[
            "run", "-d", "--name", &name, "-m", "32m", "busybox", "sleep", "600",
        ])
        .await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    let reader = bench.follow(Need::Stats(id));
    reader.until(|it| it.samples.len() >= 3).await;
    let format = "{{.MemUsage}}|{{.PIDs}}|{{.CPUPerc}}";
    let shown = bench
        .docker(&["stats", "--no-stream", "--format", format, &name])
        .await;
    let amount = |bytes: u64| {
        let words = crate::text::quantity::binary(bytes);
        let (amount, unit) = words.split_once('\u{a0}').unwrap();
        format!(
            "{}{} / 32MiB|1|",
            amount.replace(',', "."),
            unit.replace('o', "B")
        )
    };
    let agrees = |sample: &Sample| shown.starts_with(&amount(sample.memory.unwrap()));
    // What it starts with is taken back in a second or two: then the two say the same.
    let known = reader
        .until(|it| it.samples.back().is_some_and(agrees))
        .await;
    bench.docker(&["rm", "-f", &name]).await;
    let last = known.samples.back().unwrap();
    assert!(last.cpu.unwrap() < 5.0, "{shown} {last:?}");
}
