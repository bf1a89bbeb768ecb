use super::super::tests::boot;
use super::*;
use crate::kernel::{ContainerSpec, Program};
use std::sync::{Arc, Mutex};

/// Runs statements on a server of this dialect; what each answers, in short.
async fn answers(dialect: Dialect, statements: &'static [&'static str]) -> Vec<String> {
    let kernel = boot();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = told.clone();
    let program: Program = Arc::new(move |sys| {
        let told = heard.clone();
        Box::pin(async move {
            sys.mkdir("/data", 0o755).unwrap();
            if dialect == Dialect::Postgres {
                sys.mkdir("/data/base", 0o755).unwrap();
            }
            let mut server = Server::new(sys, dialect, "8.0.42", "/data");
            server.make_database("d").unwrap();
            let mut session = Session::new("root@localhost".into(), Some("d".into()));
            for text in statements {
                let line = match run(&mut server, &mut session, text) {
                    Ok(Answer::Done(count, tag)) => format!("{tag} {count}"),
                    Ok(Answer::Rows(names, rows)) => {
                        let rows: Vec<String> = rows
                            .iter()
                            .map(|row| {
                                let cells: Vec<String> = row
                                    .iter()
                                    .map(|it| it.shown(false).unwrap_or("NULL".into()))
                                    .collect();
                                cells.join(",")
                            })
                            .collect();
                        format!("{}: {}", names.join(","), rows.join(" "))
                    }
                    Err(problem) => format!("{} {}", problem.code, problem.message),
                };
                told.lock().unwrap().push(line);
            }
            let mut again = Server::new(server.sys().clone(), dialect, "8.0.42", "/data");
            again.load();
            assert_eq!(again.databases, server.databases);
            0
        })
    });
    kernel.install("main", program);
    let mut spec: ContainerSpec = super::super::tests::spec(&["/bin/main"]);
    crate::programs::tests::put(&spec.root, "/bin/main", "\x7fELF");
    spec.cwd = "/".into();
    let ran = super::super::tests::collect(kernel.start_container(spec).unwrap()).await;
    assert_eq!(ran.code, 0, "{ran:#?}");
    told.lock().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_tables() {
    let told = answers(
        Dialect::MySql,
        &[
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, nom VARCHAR(10) NOT NULL, prix DECIMAL(6,2) DEFAULT 1)",
            "INSERT INTO t (nom, prix) VALUES ('a', 2.5), ('b', 10), ('it''s', NULL)",
            "SELECT * FROM t WHERE prix >= 2.5 ORDER BY prix DESC",
            "SELECT COUNT(*), MAX(prix) AS m FROM t",
            "UPDATE t SET prix = prix + 1 WHERE nom LIKE 'A%'",
            "DELETE FROM t WHERE prix IS NULL",
            "SELECT nom, prix FROM t",
            "INSERT INTO t VALUES (1, 'x', 1)",
            "INSERT INTO t (prix) VALUES (1)",
            "INSERT INTO t (nom) VALUES ('bien trop long')",
            "SELECT z FROM t",
            "SELECT * FROM absent",
            "SELEC 1",
            "CREATE TABLE u (id INT, t_id INT)",
            "INSERT INTO u VALUES (7, 1), (8, 1)",
            "SELECT t.nom, COUNT(u.id) n FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.nom ORDER BY n",
            "SHOW TABLES",
            "DESCRIBE u",
            "SELECT (SELECT 1)",
            "SELECT 1 + 2 * 3, 'a' || 'b', CONCAT('x', 1)",
            "DROP TABLE u",
        ],
    )
    .await;
    let expected = [
        "CREATE TABLE 0",
        "INSERT 0 3 3",
        "id,nom,prix: 2,b,10.00 1,a,2.50",
        "COUNT(*),m: 3,10.00",
        "UPDATE 1 1",
        "DELETE 1 1",
        "nom,prix: a,3.50 b,10.00",
        "1062 Duplicate entry '1' for key 't.PRIMARY'",
        "1364 Field 'nom' doesn't have a default value",
        "1406 Data too long for column 'nom' at row 1",
        "1054 Unknown column 'z' in 'field list'",
        "1146 Table 'd.absent' doesn't exist",
        "1064 You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELEC 1' at line 1",
        "CREATE TABLE 0",
        "INSERT 0 2 2",
        "nom,n: b,0 a,2",
        "Tables_in_d: t u",
        "Field,Type,Null,Key,Default,Extra: id,int,YES,,NULL, t_id,int,YES,,NULL,",
        "1235 non simulé\u{a0}: les sous-requêtes",
        "1 + 2 * 3,'a' || 'b',CONCAT('x', 1): 7,0,x1",
        "DROP TABLE 0",
    ];
    for (line, expected) in told.iter().zip(expected) {
        assert_eq!(line, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speaks_like_postgres() {
    let told = answers(
        Dialect::Postgres,
        &[
            "CREATE TABLE t (id SERIAL PRIMARY KEY, ok boolean, nom text)",
            "INSERT INTO t (nom, ok) VALUES ('a', true) RETURNING id",
            "SELECT nom || '!', ok FROM t",
            "SELECT 7/2",
            "SELECT 1/0",
            "SELECT * FROM absent",
            "SELECT z FROM t",
            "SELECT 1 +",
            "INSERT INTO t (id) VALUES (1)",
        ],
    )
    .await;
    let expected = [
        "CREATE TABLE 0",
        "id: 1",
        "?column?,ok: a!,1",
        "?column?: 3",
        "1365 division by zero",
        "1146 relation \"absent\" does not exist",
        "1054 column \"z\" does not exist",
        "1064 syntax error at end of input",
        "1062 duplicate key value violates unique constraint \"t_pkey\"",
    ];
    for (line, expected) in told.iter().zip(expected) {
        assert_eq!(line, expected);
    }
}
