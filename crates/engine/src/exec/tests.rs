use crate::connect;
use crate::real::{Cleanup, engine, succeed, unique};

#[tokio::test(flavor = "multi_thread")]
async fn a_script_runs_in_a_real_container() {
    let Some(target) = engine() else { return };
    let host = target.url.clone();
    let name = unique("script");
    let _cleanup = Cleanup::container(&host, &name);
    succeed(
        &host,
        &["run", "-d", "--name", &name, "busybox", "sleep", "600"],
    )
    .await;
    let client = connect(&target).await.unwrap().client;
    let written = client.script(&name, "echo $0; echo non >&2; exit 3").await;
    let written = written.unwrap();
    assert_eq!(written.stdout, "moussaillon\n");
    assert_eq!(written.stderr, "non\n");
    assert_eq!(written.status, Some(3));
}
