//! Images: names, removal and its conflicts.

use serde_json::{Map, json};

use super::super::image::{History, Image, ImageLayer};
use super::super::*;
use super::core::{at, container};
use crate::fs::LayerBuilder;

fn image(seed: &str, parent: &str, below: &[ImageLayer]) -> Image {
    let mut files = LayerBuilder::default();
    files.file("/preuve", 0o644, seed.as_bytes().to_vec());
    let layer = ImageLayer {
        diff_id: ids::digest(seed.as_bytes()),
        files: files.build(),
        size: seed.len() as u64,
    };
    let mut layers = below.to_vec();
    layers.push(layer);
    Image {
        id: String::new(),
        parent: parent.to_owned(),
        created: at(0),
        created_text: time::rfc3339(at(0)),
        comment: String::new(),
        author: String::new(),
        architecture: "amd64".to_owned(),
        docker_version: String::new(),
        container: String::new(),
        config: Map::new(),
        container_config: Map::new(),
        built_here: false,
        history: vec![History {
            created_by: seed.to_owned(),
            ..History::default()
        }],
        layers,
    }
    .sealed()
}

fn tagged(tags: &[&str]) -> (State, Image) {
    let mut state = State::default();
    let image = image("base", "", &[]);
    state
        .apply(Op::AddImage(Box::new(image.clone())), at(0))
        .unwrap();
    for tag in tags {
        let name = Reference::parse(tag).unwrap();
        state
            .apply(
                Op::Tag {
                    id: image.id.clone(),
                    name,
                },
                at(0),
            )
            .unwrap();
    }
    (state, image)
}

fn lines(removed: &[Removed]) -> Vec<String> {
    removed
        .iter()
        .map(|it| match it {
            Removed::Untagged(name) => format!("Untagged: {name}"),
            Removed::Deleted(id) => format!("Deleted: {id}"),
        })
        .collect()
}

#[test]
fn the_last_name_takes_the_image_along() {
    let (mut state, image) = tagged(&["fx:1", "fx:2"]);
    let (removed, _) = state.remove_image("fx:1", false, true, at(1)).unwrap();
    assert_eq!(lines(&removed), ["Untagged: fx:1"]);
    let (removed, events) = state.remove_image("fx:2", false, true, at(1)).unwrap();
    let layer = image.chain_ids().remove(0);
    let wanted = [
        "Untagged: fx:2".to_owned(),
        format!("Deleted: {}", image.id),
        format!("Deleted: {layer}"),
    ];
    assert_eq!(lines(&removed), wanted);
    let actions: Vec<&str> = events.iter().map(|it| it.action.as_str()).collect();
    assert_eq!(actions, ["untag", "delete"]);
    assert_eq!(
        state
            .remove_image("fx:2", false, true, at(1))
            .unwrap_err()
            .message,
        "No such image: fx:2"
    );
}

#[test]
fn a_used_image_is_kept() {
    let (mut state, image) = tagged(&["fx:1"]);
    let user = container("c0ffee000000", "fx", &image.id);
    state.apply(Op::Create(Box::new(user)), at(0)).unwrap();
    let short = ids::short(&image.id).to_owned();
    assert_eq!(
        state
            .remove_image("fx:1", false, true, at(1))
            .unwrap_err()
            .message,
        format!(
            "conflict: unable to remove repository reference \"fx:1\" (must force) - container c0ffee000000 is using its referenced image {short}"
        )
    );
    let start = Op::Started {
        id: "c0ffee000000".to_owned(),
        pid: crate::kernel::Pid(1),
        by_policy: false,
    };
    state.apply(start, at(1)).unwrap();
    assert_eq!(
        state
            .remove_image(&image.id.clone(), true, true, at(1))
            .unwrap_err()
            .message,
        format!(
            "conflict: unable to delete {short} (cannot be forced) - image is being used by running container c0ffee000000"
        )
    );
}

#[test]
fn an_identifier_with_several_names_needs_force() {
    let (mut state, image) = tagged(&["fx:1", "autre:1"]);
    let fault = state
        .remove_image(&image.id, false, true, at(1))
        .unwrap_err();
    assert!(
        fault
            .message
            .ends_with("(must be forced) - image is referenced in multiple repositories")
    );
    let (removed, _) = state.remove_image(&image.id, true, true, at(1)).unwrap();
    assert_eq!(
        lines(&removed)[..2],
        ["Untagged: autre:1", "Untagged: fx:1"]
    );
    assert!(state.images.is_empty());
}

#[test]
fn a_layer_that_another_image_stands_on_stays() {
    let (mut state, base) = tagged(&["base:1"]);
    let child = image("dessus", &base.id, &base.layers);
    state
        .apply(Op::AddImage(Box::new(child.clone())), at(0))
        .unwrap();
    let fault = state.remove_image(&base.id, true, true, at(1)).unwrap_err();
    assert!(
        fault
            .message
            .ends_with("(cannot be forced) - image has dependent child images")
    );
    let (removed, _) = state.remove_image(&child.id, false, false, at(1)).unwrap();
    let top = child.chain_ids().pop().unwrap();
    assert_eq!(
        lines(&removed),
        [format!("Deleted: {}", child.id), format!("Deleted: {top}")]
    );
    assert!(state.image("base:1").is_ok());
}

#[test]
fn an_image_is_found_by_name_and_identifier() {
    let (state, image) = tagged(&[
        "fx:1",
        "registre.example:5000/équipe/app:v1"
            .replace('é', "e")
            .as_str(),
    ]);
    for key in [
        "fx:1",
        "docker.io/library/fx:1",
        "registre.example:5000/equipe/app:v1",
    ] {
        assert_eq!(state.image(key).unwrap().id, image.id, "{key}");
    }
    assert_eq!(state.image(ids::short(&image.id)).unwrap().id, image.id);
    assert_eq!(
        state.image("fx").unwrap_err().message,
        "No such image: fx:latest"
    );
}

#[test]
fn the_identifier_is_that_of_the_content() {
    assert_eq!(image("a", "", &[]).id, image("a", "", &[]).id);
    assert_ne!(image("a", "", &[]).id, image("b", "", &[]).id);
    let stacked = image("b", "", &image("a", "", &[]).layers);
    assert_eq!(
        stacked.chain_ids()[0],
        image("a", "", &[]).layers[0].diff_id
    );
    assert_eq!(
        json!(stacked.document()["rootfs"]["diff_ids"])
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
