use std::time::Duration;

use super::super::tests::{boot, exec_in, spec};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_blobs_and_manifests_and_gives_them_back() {
    let kernel = boot();
    let script = "mkdir -p /etc; printf 'http:\\n  addr: :5000\\n' > /etc/registry.yml; exec registry serve /etc/registry.yml";
    let started = kernel.start_container(spec(&["sh", "-c", script])).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let digest = format!(
        "sha256:{}",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
    let script = format!(
        "api=http://localhost:5000/v2
        curl -s $api/; echo; curl -s $api/a/b/tags/list
        to=$(curl -si -X POST $api/a/b/blobs/uploads/ | grep -i '^location' | tr -d '\\r' | cut -d' ' -f2)
        curl -s -o /tmp/x -w '%{{http_code}}\\n' -X PUT -d hello \"$to?digest=sha256:00\"
        to=$(curl -si -X POST $api/a/b/blobs/uploads/ | grep -i '^location' | tr -d '\\r' | cut -d' ' -f2)
        curl -s -o /tmp/x -w '%{{http_code}}\\n' -X PUT -d hello \"$to?digest={digest}\"
        curl -s $api/a/b/blobs/{digest}; echo
        curl -s -X PUT -d '{{\"config\":{{\"digest\":\"{digest}\"}}}}' $api/a/b/manifests/1
        curl -s $api/_catalog; curl -s $api/a/b/tags/list; curl -s $api/a/b/manifests/1; echo
        curl -s $api/a/b/manifests/2"
    );
    let ran = exec_in(&kernel, started.pid, &script, "/tmp").await;
    assert_eq!(
        ran.stdout,
        "{}\n{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"repository name not known to registry\",\"detail\":{\"name\":\"a/b\"}}]}\n400\n201\nhello\n{\"repositories\":[\"a/b\"]}\n{\"name\":\"a/b\",\"tags\":[\"1\"]}\n{\"config\":{\"digest\":\"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}}\n{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\",\"detail\":{\"Tag\":\"2\"}}]}\n",
        "{ran:#?}"
    );
}
