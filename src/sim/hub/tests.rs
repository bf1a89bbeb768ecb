use super::*;

#[test]
fn the_catalogue_is_read_whole() {
    let hub = Hub::embedded().unwrap();
    for (repository, tag) in [
        ("library/hello-world", "latest"),
        ("library/busybox", "1.36"),
        ("library/busybox", "1.37"),
        ("library/busybox", "latest"),
        ("library/alpine", "3.20"),
        ("library/alpine", "3.21"),
        ("library/alpine", "latest"),
        ("library/nginx", "1.27-alpine"),
        ("library/nginx", "alpine"),
        ("library/nginx", "1.27"),
        ("library/nginx", "latest"),
    ] {
        let image = hub
            .find(repository, tag)
            .unwrap_or_else(|| panic!("{repository}:{tag}"));
        let layers = image.history.iter().filter(|it| !it.empty_layer).count();
        assert_eq!(layers, image.layers.len(), "{repository}:{tag}");
        assert!(
            image.layers.iter().all(|it| it.size > 0),
            "{repository}:{tag}"
        );
    }
}

#[test]
fn digests_are_those_of_the_content() {
    let (first, second) = (Hub::embedded().unwrap(), Hub::embedded().unwrap());
    for (a, b) in first.images().zip(second.images()) {
        assert_eq!(a.digest, b.digest);
    }
    let alpine = first.find("library/alpine", "3.21").unwrap();
    let nginx = first.find("library/nginx", "1.27-alpine").unwrap();
    assert_eq!(
        alpine.layers[0].digest, nginx.layers[0].digest,
        "nginx stands on alpine"
    );
    let older = first.find("library/alpine", "3.20").unwrap();
    assert_ne!(alpine.layers[0].diff_id, older.layers[0].diff_id);
}

#[test]
fn a_bad_line_is_named() {
    let error = files::read_list("x.txt", "d 0755 /bin\nzut").unwrap_err();
    assert!(error.to_string().contains("ligne 2"), "{error}");
}

#[test]
fn an_unknown_tag_is_not_found() {
    let hub = Hub::embedded().unwrap();
    assert!(hub.find("library/nginx", "0.1").is_none());
    assert!(hub.tags("library/inconnue").is_empty());
}
