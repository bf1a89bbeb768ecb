//! Users and groups, as the Dockerfiles of a course make them.

use super::sh;

/// Runs a script where these programs are busybox's, or Debian's.
async fn lines(busybox: bool, script: &str) -> Vec<String> {
    let links = "mkdir b; for it in adduser addgroup deluser delgroup chpasswd; do ln -s /bin/busybox b/$it; done; PATH=/work/b:$PATH; ";
    let ran = sh(&format!("{}{script}", if busybox { links } else { "" })).await;
    format!("{}{}", ran.stdout, ran.stderr)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_of_busybox_can_be_made_and_become() {
    let script = "adduser -D app; addgroup -S web; adduser app web; id app; su app -c 'id -un; touch ~/f; ls ~'; ls -ld /home/app | cut -c1-10; adduser app; deluser app; id app";
    assert_eq!(
        lines(true, script).await,
        [
            "uid=1000(app) gid=1000(app) groups=1000(app),100(web)",
            "app",
            "f",
            "drwxr-sr-x",
            "adduser: user 'app' in use",
            "id: unknown user app"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_user_of_busybox_is_asked_no_password() {
    let script = "addgroup -S app && adduser -S app -G app && id app; adduser bob; echo $?";
    assert_eq!(
        lines(true, script).await,
        [
            "uid=100(app) gid=100(app) groups=100(app)",
            "Changing password for bob",
            "1",
            "New password: ",
            "passwd: password for bob is unchanged"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn debian_has_useradd_and_its_family() {
    let script = "useradd -m app; groupadd -r srv; useradd -r -g srv s; usermod -aG srv app; id app; id s; getent passwd app; useradd app; echo $?; userdel app; getent passwd app; echo $?; ls -d /home/app";
    assert_eq!(
        lines(false, script).await,
        [
            "uid=1000(app) gid=1000(app) groups=1000(app),999(srv)",
            "uid=999(s) gid=999(srv) groups=999(srv)",
            "app:x:1000:1000::/home/app:/bin/sh",
            "9",
            "2",
            "/home/app",
            "useradd: user 'app' already exists"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn debian_tells_what_adduser_does() {
    let script = "adduser --system --group svc; id svc; su svc -c 'adduser x'";
    let said = lines(false, script).await;
    assert_eq!(said[0], "Adding system user `svc' (UID 100) ...");
    assert!(said.contains(&"uid=100(svc) gid=100(svc) groups=100(svc)".to_owned()));
}
