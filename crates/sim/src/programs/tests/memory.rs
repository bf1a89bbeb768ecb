//! A shell that keeps more and more: it takes the simulated memory, never the real one.

use super::{boot, exec_in, sh, spec};

const GROWERS: [&str; 3] = [
    "x=a; while :; do x=$x$x; done",
    "set -- a; while :; do set -- \"$@\" \"$@\"; done",
    "x=$(yes)",
];

#[tokio::test(flavor = "multi_thread")]
async fn one_that_grows_for_ever_is_killed_at_the_limit_of_its_group() {
    for script in GROWERS {
        let mut limited = spec(&["sleep", "1000"]);
        limited.limits.memory = Some(32 << 20);
        let kernel = boot();
        let init = kernel.start_container(limited).expect("started");
        let ran = exec_in(&kernel, init.pid, script, "/work").await;
        assert_eq!(ran.code, 137, "{script}: {ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_it_is_killed_for_the_machine() {
    for script in &GROWERS[..2] {
        assert_eq!(sh(script).await.code, 137, "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_large_and_ends_is_kept() {
    let script = "x=a; i=0; while [ $i -lt 21 ]; do x=$x$x; i=$((i+1)); done; echo ${#x}";
    let ran = sh(script).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "2097152\n"));
}
