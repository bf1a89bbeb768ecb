use super::super::tests::{boot, collect, exec_in, put, spec};
use crate::kernel::Signal;

const ENTRYPOINT: &str = include_str!("../../../assets/hub/fichiers/postgres-entrypoint.sh");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn initialises_then_serves_and_keeps_its_data() {
    let kernel = boot();
    let mut server = spec(&[
        "sh",
        "-c",
        "mkdir -p /var/lib/postgresql; exec /work/docker-entrypoint.sh postgres",
    ]);
    server
        .env
        .insert("PGDATA".into(), "/var/lib/postgresql/data".into());
    put(&server.root, "/work/docker-entrypoint.sh", ENTRYPOINT);
    let refused = collect(kernel.start_container(server.clone()).unwrap()).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.starts_with(
            "Error: Database is uninitialized and superuser password is not specified.\n"
        ),
        "{refused:#?}"
    );
    server
        .env
        .insert("POSTGRES_PASSWORD".into(), "s3cret".into());
    server.env.insert("POSTGRES_DB".into(), "ecole".into());
    let started = kernel.start_container(server.clone()).unwrap();
    let pid = started.pid;
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    let script = "pg_isready; psql -U postgres ecole -c 'create table notes(id serial primary key, nom text, note int)' -c \"insert into notes(nom, note) values ('Ada', 18), ('Bob', 9)\" -c 'select * from notes where note > 10'; psql -U postgres -c 'select 1/0'; echo $?; psql -h 172.17.0.2 -U postgres -tAc 'select 1'; PGPASSWORD=s3cret psql -h 172.17.0.2 -U postgres ecole -tAc 'select count(*) from notes'; psql -U root -c 'select 1'; psql -U postgres -d ecole -c '\\dt'";
    let ran = exec_in(&kernel, pid, script, "/").await;
    assert_eq!(
        ran.stdout,
        "/var/run/postgresql:5432 - accepting connections\nCREATE TABLE\nINSERT 0 2\n id | nom | note \n----+-----+------\n  1 | Ada |   18\n(1 row)\n\n1\n2\n   List of relations\n Schema | Name  | Type  \n--------+-------+-------\n public | notes | table\n(1 row)\n\n",
        "{ran:#?}"
    );
    for part in [
        "ERROR:  division by zero",
        "fe_sendauth: no password supplied",
        "FATAL:  role \"root\" does not exist",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:#?}");
    }
    kernel.kill(pid, Signal::INT).unwrap();
    let ended = collect(started).await;
    assert_eq!(ended.code, 0, "{ended:#?}");
    assert!(
        ended
            .stdout
            .contains("PostgreSQL init process complete; ready for start up."),
        "{ended:#?}"
    );
    assert!(
        ended
            .stderr
            .contains("database system is ready to accept connections"),
        "{ended:#?}"
    );
    // The same files, another container: nothing is initialised again.
    let started = kernel.start_container(server).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    let ran = exec_in(
        &kernel,
        started.pid,
        "psql -U postgres ecole -tAc 'select nom from notes where id = 2'",
        "/",
    )
    .await;
    assert_eq!(ran.stdout, "Bob\n", "{ran:#?}");
}
