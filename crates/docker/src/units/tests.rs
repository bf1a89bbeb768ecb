use super::*;

#[test]
fn sizes_are_written_as_docker_does() {
    let written: Vec<_> = [0, 999, 1000, 1_980_000, 13_256, 77_900_000, 999_999]
        .map(|it| human_size(it, 3))
        .into();
    assert_eq!(
        written,
        ["0B", "999B", "1kB", "1.98MB", "13.3kB", "77.9MB", "1e+03kB"]
    );
    assert_eq!(human_size(1_977_344, 4), "1.977MB");
    assert_eq!(binary_size(2_095_944_704.0), "1.952GiB");
    assert_eq!(binary_size(0.0), "0B");
}

#[test]
fn ages_are_written_as_docker_does() {
    let hour = 3600;
    let written: Vec<_> = [
        0,
        1,
        59,
        60,
        119,
        120,
        45 * 60,
        46 * 60,
        2 * hour,
        47 * hour,
        48 * hour,
        14 * 24 * hour,
        60 * 24 * hour,
        730 * 24 * hour,
    ]
    .map(human_duration)
    .into();
    assert_eq!(
        written,
        [
            "Less than a second",
            "1 second",
            "59 seconds",
            "About a minute",
            "About a minute",
            "2 minutes",
            "45 minutes",
            "46 minutes",
            "2 hours",
            "47 hours",
            "2 days",
            "2 weeks",
            "2 months",
            "2 years",
        ]
    );
}

#[test]
fn sizes_are_read_as_docker_does() {
    assert_eq!(ram_in_bytes("64m"), Ok(64 << 20));
    assert_eq!(ram_in_bytes("1.5GiB"), Ok(3 << 29));
    assert_eq!(ram_in_bytes("12 kb"), Ok(12 << 10));
    assert_eq!(ram_in_bytes("7b"), Ok(7));
    assert_eq!(ram_in_bytes("abc"), Err("invalid size: 'abc'".to_owned()));
    assert_eq!(ram_in_bytes("3x"), Err("invalid suffix: 'x'".to_owned()));
    assert_eq!(ram_in_bytes("-1"), Err("invalid size: '-1'".to_owned()));
}

#[test]
fn processors_are_read_in_billionths() {
    assert_eq!(nano_cpus("0.5"), Ok(500_000_000));
    assert_eq!(nano_cpus("3/2"), Ok(1_500_000_000));
    assert_eq!(nano_cpus("-1"), Ok(-1_000_000_000));
    assert_eq!(
        nano_cpus("abc"),
        Err("failed to parse abc as a rational number".to_owned())
    );
    assert_eq!(
        nano_cpus("1.0000000001"),
        Err("value is too precise".to_owned())
    );
}

#[test]
fn durations_go_both_ways() {
    for (text, nanos) in [
        ("1m30s", 90_000_000_000),
        ("500ms", 500_000_000),
        ("2h0m0s", 7_200_000_000_000),
    ] {
        assert_eq!(parse_duration(text), Ok(nanos));
        assert_eq!(go_duration(nanos), text);
    }
    assert_eq!(parse_duration("1.5h"), Ok(5_400_000_000_000));
    assert_eq!(
        parse_duration("abc"),
        Err("time: invalid duration \"abc\"".to_owned())
    );
    assert_eq!(
        parse_duration("3"),
        Err("time: missing unit in duration \"3\"".to_owned())
    );
    assert_eq!(
        parse_duration("3y"),
        Err("time: unknown unit \"y\" in duration \"3y\"".to_owned())
    );
    assert_eq!(go_duration(1_500), "1.5µs");
}
