use super::*;

#[track_caller]
fn same(one: &str, other: &str) {
    assert_eq!(normalise(one), normalise(other));
}

#[track_caller]
fn different(one: &str, other: &str) {
    assert_ne!(normalise(one), normalise(other));
}

#[test]
fn aliases_of_a_verb_ask_the_same() {
    same("docker ps -a", "docker container ls --all");
    same("docker ps -a", "docker   container list -a");
    same("docker images", "docker image ls");
    same("docker rmi -f x", "docker image rm --force x");
    same("docker rm c", "docker container rm c");
    same("docker pull busybox", "docker image pull busybox");
    different("docker ps", "docker images");
}

#[test]
fn the_order_and_the_gluing_of_options_are_ignored() {
    same(
        "docker run -dit --name x busybox",
        "docker run --name=x -t -i -d busybox",
    );
    same("docker run -p8080:80 x", "docker run --publish 8080:80 x");
    same("docker logs -n5 x", "docker logs x --tail 5");
    same("docker stop -t 1 x", "docker stop --timeout=1 x");
    same("docker ps --all=true", "docker ps -a");
    same("docker ps --all=false", "docker ps");
}

#[test]
fn what_is_asked_differently_differs() {
    different("docker ps", "docker ps -a");
    different("docker rm a", "docker rm b");
    different("docker rm a b", "docker rm b a");
    different("docker stop -t 1 x", "docker stop -t 2 x");
    different("docker run x ls -a", "docker run -a ls x");
}

#[test]
fn options_of_the_containers_command_are_its_own() {
    let Asked::Docker {
        options, arguments, ..
    } = normalise("docker run -d busybox ls -la /")
    else {
        panic!("not read as docker");
    };
    assert_eq!(options.len(), 1);
    assert_eq!(arguments, ["busybox", "ls", "-la", "/"]);
}

#[test]
fn quotes_are_those_of_the_shell() {
    same(
        "docker exec x sh -c 'echo a b'",
        "docker exec x sh -c \"echo a b\"",
    );
    // A line that goes on in the next one.
    same(
        "docker run \\\n  -d \\\n busy\\\nbox ls",
        "docker run -d busybox ls",
    );
    different("docker exec x echo 'a b'", "docker exec x echo a b");
    assert_eq!(split_words("echo 'a"), None);
    assert_eq!(
        split_words("a\\ b ''"),
        Some(vec!["a b".into(), String::new()])
    );
}

#[test]
fn other_commands_are_compared_word_by_word() {
    same("ls   -l", "ls -l");
    different("ls", "ls -l");
}

#[test]
fn a_line_is_cut_into_its_commands() {
    let cut = |line: &str| simple_commands(line).join(" / ");
    assert_eq!(cut("a && b|c; d || e"), "a / b / c / d / e");
    assert_eq!(cut("docker ps -q | wc -l"), "docker ps -q / wc -l");
    assert_eq!(cut("docker ps \\\n-q | wc \\\n-l"), "docker ps -q / wc -l");
    assert_eq!(
        cut("docker inspect -f '{{a | b}}' $(docker ps -q | head -1) x"),
        "docker ps -q / head -1 / docker inspect -f '{{a | b}}' sortie x"
    );
    assert_eq!(cut("docker save x > y 2>&1 && z"), "docker save x / z");
    assert_eq!(cut("docker load <y"), "docker load");
    assert_eq!(
        cut("docker exec c sh -c 'a > b; c'"),
        "docker exec c sh -c 'a > b; c'"
    );
    assert_eq!(
        cut("mkdir -p a && cat > a/b <<'FIN'\nx | y\nFIN"),
        "mkdir -p a / cat"
    );
    assert_eq!(cut("docker build - <<FIN\nFROM x\nFIN"), "docker build -");
}
