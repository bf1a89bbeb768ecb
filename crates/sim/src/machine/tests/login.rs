//! `docker login` and `docker logout`, as docker 28.2 does them: the file, its mode, its links.

use super::{machine, printed};

/// A registry that asks for nobody, and a file that is a link to one that its group reads.
const SETUP: &str = "docker run -d --name depot -p 127.0.0.1:5000:80 busybox:1.36 sleep 300 \
                     > /dev/null 2>&1; mkdir -p ~/ailleurs ~/.docker; \
                     echo '{\"detachKeys\":\"ctrl-x\"}' > ~/ailleurs/c.json; \
                     chmod 640 ~/ailleurs/c.json; ln -s ../ailleurs/c.json ~/.docker/config.json";
const LOGIN: &str = "echo secret | docker login -u ada --password-stdin localhost:5000 2>&1";
const WARNING: &str = "WARNING! Your credentials are stored unencrypted in ";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_kept_in_the_open_is_said_once_and_a_link_stays_one() {
    let machine = machine();
    printed(&machine, SETUP).await;
    let first = printed(&machine, LOGIN).await;
    assert!(first.contains(WARNING), "{first}");
    assert!(first.contains("Login Succeeded"), "{first}");
    let again = printed(&machine, LOGIN).await;
    assert_eq!(again, "Login Succeeded\n", "nothing new is written");
    let seen = printed(
        &machine,
        "cat ~/ailleurs/c.json; stat -c '%a %F' ~/.docker/config.json ~/ailleurs/c.json; \
         ls -A ~/.docker ~/ailleurs",
    )
    .await;
    assert!(
        seen.contains("YWRhOnNlY3JldA==") && seen.contains("ctrl-x"),
        "{seen}"
    );
    assert!(
        seen.contains("symbolic link") && seen.contains("640 regular file"),
        "{seen}"
    );
    assert!(!seen.contains("c.json."), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_forgets_every_name_of_a_registry() {
    let machine = machine();
    let file = |text: &str| format!("mkdir -p ~/.docker; echo '{text}' > ~/.docker/config.json; ");
    let auths = r#""auths":{"https://hote:5000/v2/":{},"hote:5000":{},"autre":{}}"#;
    let line = file(&format!("{{{auths}}}"))
        + "docker logout https://hote:5000/v2/ 2>&1; cat ~/.docker/config.json";
    let said = printed(&machine, &line).await;
    assert_eq!(
        said,
        "Removing login credentials for hote:5000\n{\n\t\"auths\": {\n\t\t\"autre\": {}\n\t}\n}"
    );
    // What a program keeps stays in the file until that program has forgotten it.
    let line = file(&format!(r#"{{"credsStore":"absent",{auths}}}"#))
        + "docker logout https://hote:5000/v2/ 2>&1; cat ~/.docker/config.json";
    let said = printed(&machine, &line).await;
    assert!(
        said.contains("WARNING: could not erase credentials:\nhote:5000: error erasing"),
        "{said}"
    );
    assert!(
        said.contains("\nhttps://hote:5000: error erasing credentials"),
        "{said}"
    );
    assert!(said.contains("https://hote:5000/v2/\":{}"), "{said}");
}
