use super::*;

#[test]
fn the_catalogue_is_read_whole() {
    let hub = Hub::embedded().unwrap();
    for (repository, tag) in [
        ("library/hello-world", "latest"),
        ("library/busybox", "1.36"),
        ("library/busybox", "1.37"),
        ("library/busybox", "latest"),
        ("library/alpine", "3.10"),
        ("library/alpine", "3.20"),
        ("library/alpine", "3.21"),
        ("library/alpine", "latest"),
        ("library/nginx", "1.27-alpine"),
        ("library/nginx", "alpine"),
        ("library/nginx", "1.27"),
        ("library/nginx", "latest"),
        ("library/debian", "12"),
        ("library/debian", "12-slim"),
        ("library/ubuntu", "22.04"),
        ("library/ubuntu", "latest"),
        ("library/httpd", "2.4"),
        ("library/httpd", "alpine"),
        ("library/redis", "7"),
        ("library/redis", "alpine"),
        ("library/mysql", "5.7"),
        ("library/mysql", "8.0"),
        ("library/mysql", "latest"),
        ("library/postgres", "16"),
        ("library/postgres", "16-alpine"),
        ("library/python", "3.11"),
        ("library/python", "3.11-slim"),
        ("library/python", "3.11-alpine"),
        ("library/node", "18"),
        ("library/node", "18-alpine"),
        ("library/node", "20"),
        ("library/node", "20-slim"),
        ("library/registry", "2"),
        ("traefik/whoami", "latest"),
        ("polinux/stress", "latest"),
    ] {
        let image = hub
            .find(repository, tag)
            .unwrap_or_else(|| panic!("{repository}:{tag}"));
        let layers = image.history.iter().filter(|it| !it.empty_layer).count();
        assert_eq!(layers, image.layers.len(), "{repository}:{tag}");
        // A step that only makes directories makes a layer of no bytes, but never the first.
        assert!(
            image.layers.first().is_some_and(|it| it.size > 0),
            "{repository}:{tag}"
        );
    }
}

#[test]
fn digests_are_those_of_the_content() {
    let first = Hub::embedded().unwrap();
    let again = catalogue::read().unwrap();
    assert!(first.images().count() > 5);
    for (a, b) in first.images().zip(&again) {
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

#[test]
fn every_repository_is_described() {
    let hub = Hub::embedded().unwrap();
    for image in hub.images() {
        let name = image.repository.trim_start_matches("library/");
        let found = hub.search(name);
        assert_eq!(
            found.first().map(|it| it.0),
            Some(image.repository.as_str())
        );
    }
    assert!(hub.search("no-such-thing").is_empty());
}

#[test]
fn sizes_are_those_of_the_real_images() {
    let hub = Hub::embedded().unwrap();
    // Megabytes as `docker images` showed them in spring 2025, give or take a tenth.
    for (repository, tag, megabytes) in [
        ("library/debian", "12", 117),
        ("library/ubuntu", "22.04", 78),
        ("library/httpd", "2.4", 148),
        ("library/redis", "7", 117),
        ("library/mysql", "8.0", 600),
        ("library/mysql", "5.7", 501),
        ("library/postgres", "16", 379),
        ("library/python", "3.11", 1010),
        ("library/python", "3.11-slim", 125),
        ("library/node", "20", 1110),
        ("library/node", "20-alpine", 139),
        ("library/registry", "2", 25),
    ] {
        let image = hub.find(repository, tag).unwrap();
        let size: u64 = image.layers.iter().map(|it| it.size).sum::<u64>() / 1_000_000;
        let (low, high) = (megabytes * 9 / 10, megabytes * 11 / 10);
        assert!(
            (low..=high).contains(&size),
            "{repository}:{tag}: {size} MB"
        );
    }
}
