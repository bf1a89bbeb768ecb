use super::super::tests::{boot, collect, exec_in, spec};
use super::packet::{check_of, scramble, verify};
use crate::kernel::Signal;

#[test]
fn proves_passwords() {
    let check = check_of("secret");
    assert_eq!(check, "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7");
    let challenge = b"01234567890123456789";
    assert!(verify(&check, challenge, &scramble("secret", challenge)));
    assert!(!verify(&check, challenge, &scramble("Secret", challenge)));
    assert!(!verify(&check, challenge, &[]));
    assert!(verify("", challenge, &[]));
}

/// The entrypoint of the image, on a container's files.
const ENTRYPOINT: &str = include_str!("../../../assets/hub/fichiers/mysql-entrypoint.sh");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn initialises_then_serves_and_keeps_its_data() {
    let kernel = boot();
    let mut server = spec(&[
        "sh",
        "-c",
        "mkdir -p /var/lib/mysql /var/run/mysqld; exec /work/docker-entrypoint.sh mysqld",
    ]);
    server
        .env
        .insert("MYSQL_VERSION".into(), "8.0.42-1.el9".into());
    crate::programs::tests::put(&server.root, "/work/docker-entrypoint.sh", ENTRYPOINT);
    let refused = collect(kernel.start_container(server.clone()).unwrap()).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n"),
        "{refused:#?}"
    );
    server
        .env
        .insert("MYSQL_ROOT_PASSWORD".into(), "s3cret".into());
    server.env.insert("MYSQL_DATABASE".into(), "ecole".into());
    server.env.insert("MYSQL_USER".into(), "eleve".into());
    server.env.insert("MYSQL_PASSWORD".into(), "mdp".into());
    let started = kernel.start_container(server.clone()).unwrap();
    let pid = started.pid;
    let wait = "i=0; until mysqladmin -uroot -ps3cret ping 2>/dev/null && mysql -ueleve -pmdp -e 'select 1' >/dev/null 2>&1; do i=$((i+1)); [ $i -gt 100 ] && break; sleep 0.1; done >/dev/null; sleep 1";
    exec_in(&kernel, pid, wait, "/").await;
    let script = "mysql -uroot -e 'select 1'; mysql -ueleve -pmdp ecole -e \"create table notes(id int auto_increment primary key, nom varchar(20) not null, note int); insert into notes(nom, note) values ('Ada', 18), ('Bob', 9); select * from notes where note > 10\" 2>/dev/null; mysql -uroot -ps3cret -N -e 'show databases' 2>/dev/null | grep ecole; mysqladmin -uroot -ps3cret ping 2>/dev/null; mysqldump -ueleve -pmdp ecole 2>/dev/null | grep INSERT";
    let ran = exec_in(&kernel, pid, script, "/").await;
    assert_eq!(
        ran.stdout,
        "id\tnom\tnote\n1\tAda\t18\necole\nmysqld is alive\nINSERT INTO `notes` VALUES (1,'Ada',18),(2,'Bob',9);\n",
        "{ran:#?}"
    );
    assert!(
        ran.stderr.contains(
            "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)"
        ),
        "{ran:#?}"
    );
    kernel.kill(pid, Signal::TERM).unwrap();
    let ended = collect(started).await;
    assert_eq!(ended.code, 0, "{ended:#?}");
    assert!(
        ended
            .stdout
            .contains("MySQL init process done. Ready for start up."),
        "{ended:#?}"
    );
    assert!(
        ended
            .stderr
            .contains("ready for connections. Version: '8.0.42'"),
        "{ended:#?}"
    );
    // The same files, another container: nothing is initialised again.
    let started = kernel.start_container(server).unwrap();
    exec_in(&kernel, started.pid, wait, "/").await;
    let ran = exec_in(
        &kernel,
        started.pid,
        "mysql -ueleve -pmdp ecole -e 'select count(*) from notes' 2>/dev/null",
        "/",
    )
    .await;
    assert_eq!(ran.stdout, "count(*)\n2\n", "{ran:#?}");
}
