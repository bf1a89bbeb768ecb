use std::time::Duration;

use super::super::tests::{boot, collect, exec_in, spec};
use super::resp::{Parsed, Reply, parse, parse_request, split_words};
use super::store::fits;
use crate::kernel::Signal;

#[test]
fn reads_the_protocol() {
    let Parsed::Whole(words, 22) = parse_request(b"*2\r\n$3\r\nGET\r\n$3\r\nfoo\r\n+") else {
        panic!("a request");
    };
    assert_eq!(words, [b"GET".to_vec(), b"foo".to_vec()]);
    assert!(matches!(parse_request(b"*2\r\n$3\r\nGE"), Parsed::More));
    let Parsed::Whole(words, 6) = parse_request(b"PING\r\n") else {
        panic!("an inline request");
    };
    assert_eq!(words, [b"PING".to_vec()]);
    assert!(matches!(parse(b"$99999999999\r\n"), Parsed::Wrong(_)));
    assert!(matches!(parse(b"$-1\r\n"), Parsed::Whole(Reply::Nil, 5)));
    assert_eq!(split_words("set a \"b c\"").unwrap(), ["set", "a", "b c"]);
    assert_eq!(split_words("set a \"b"), None);
}

#[test]
fn matches_keys() {
    assert!(fits(b"*", b"abc") && fits(b"a?c", b"abc") && fits(b"[a-c]*", b"bx"));
    assert!(!fits(b"a", b"ab") && !fits(b"[^a]b", b"ab") && fits(b"\\*", b"*"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_values_and_saves_them() {
    let kernel = boot();
    let mut server = spec(&["redis-server", "--save", "60 1"]);
    server.cwd = "/tmp".into();
    let started = kernel.start_container(server).unwrap();
    let pid = started.pid;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let script = "redis-cli ping; redis-cli set a 1; redis-cli incr a; redis-cli get a; redis-cli get none;
        redis-cli lpush l x y; redis-cli lrange l 0 -1; redis-cli hset h f v; redis-cli keys '*'; redis-cli lpush a z;
        redis-cli expire a 100; redis-cli ttl a; redis-cli ttl l; redis-cli nosuch 1 2; redis-cli set t 1 px 1; sleep 0.05; redis-cli exists t;
        printf 'MULTI\\nincr a\\nincr a\\nEXEC\\n' | redis-cli; redis-cli save; head -c 9 dump.rdb";
    let ran = exec_in(&kernel, pid, script, "/tmp").await;
    assert_eq!(
        ran.stdout,
        "PONG\nOK\n2\n2\n\n2\ny\nx\n1\na\nh\nl\nWRONGTYPE Operation against a key holding the wrong kind of value\n\n1\n100\n-1\nERR unknown command 'nosuch', with args beginning with: '1' '2' \n\nOK\n0\nOK\nQUEUED\nQUEUED\n3\n4\nOK\nREDIS0012",
        "{ran:#?}"
    );
    kernel.kill(pid, Signal::TERM).unwrap();
    let ended = collect(started).await;
    assert_eq!(ended.code, 0);
    assert!(
        ended.stdout.contains("Ready to accept connections tcp"),
        "{ended:#?}"
    );
    assert!(
        ended
            .stdout
            .ends_with("Redis is now ready to exit, bye bye...\n"),
        "{ended:#?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asks_for_its_password_and_reads_its_log_again() {
    let kernel = boot();
    let script = "redis-server --requirepass s3cret --appendonly yes > /tmp/log & sleep 0.2
        redis-cli get a; redis-cli -a bad get a; redis-cli -a s3cret set a kept; redis-cli -a s3cret shutdown nosave; wait
        redis-server --appendonly yes > /tmp/log & sleep 0.2; redis-cli get a";
    let started = kernel.start_container(spec(&["sh", "-c", script])).unwrap();
    let ran = collect(started).await;
    assert!(
        ran.stdout.starts_with(
            "NOAUTH Authentication required.\n\nNOAUTH Authentication required.\n\nOK\n"
        ),
        "{ran:#?}"
    );
    assert!(ran.stdout.ends_with("kept\n"), "{ran:#?}");
    assert!(ran.stderr.contains("AUTH failed: WRONGPASS"), "{ran:#?}");
}
