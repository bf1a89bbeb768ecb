//! The names that loading an archive would put on images: read before the engine hears of it.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

use serde_json::Value;

use super::images::familiar;

/// The largest list of names that is read.
const LARGEST_LIST: u64 = 16 * 1024 * 1024;
/// The annotations that name an image in an OCI index.
const ANNOTATIONS: [&str; 2] = [
    "io.containerd.image.name",
    "org.opencontainers.image.ref.name",
];

/// The names in an archive of `docker save`, plain or compressed by gzip. Fails for what is not one.
pub(crate) fn names(mut file: impl Read + Seek) -> io::Result<BTreeSet<String>> {
    let mut magic = [0; 2];
    let read = file.read(&mut magic)?;
    file.seek(SeekFrom::Start(0))?;
    if read == 2 && magic == [0x1f, 0x8b] {
        return listed(flate2::read::MultiGzDecoder::new(file));
    }
    listed(file)
}

fn listed(stream: impl Read) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut found = false;
    for entry in tar::Archive::new(stream).entries()? {
        let entry = entry?;
        let path = entry.path()?.into_owned();
        let Some(name) = path.to_str().map(|it| it.trim_start_matches("./")) else {
            continue;
        };
        let read: fn(&Value, &mut BTreeSet<String>) = match name {
            "manifest.json" => manifest,
            "repositories" => repositories,
            "index.json" => index,
            _ => continue,
        };
        found = true;
        let mut text = Vec::new();
        entry.take(LARGEST_LIST).read_to_end(&mut text)?;
        read(&serde_json::from_slice(&text)?, &mut names);
    }
    if found {
        return Ok(names);
    }
    Err(io::ErrorKind::InvalidData.into())
}

fn manifest(list: &Value, names: &mut BTreeSet<String>) {
    for image in list.as_array().into_iter().flatten() {
        let tags = super::document::texts(image, &["RepoTags"]);
        names.extend(tags.into_iter().map(|it| familiar(it, "")));
    }
}

fn repositories(list: &Value, names: &mut BTreeSet<String>) {
    for (repository, tags) in list.as_object().into_iter().flatten() {
        let tags = tags.as_object().into_iter().flatten();
        names.extend(tags.map(|(tag, _)| familiar(repository, tag)));
    }
}

fn index(list: &Value, names: &mut BTreeSet<String>) {
    for image in list["manifests"].as_array().into_iter().flatten() {
        let named = ANNOTATIONS
            .iter()
            .filter_map(|it| image["annotations"][*it].as_str());
        // A bare tag names nothing by itself.
        names.extend(
            named
                .filter(|it| it.contains([':', '/']))
                .map(|it| familiar(it, "")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder
                .append_data(&mut header, name, text.as_bytes())
                .unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn names_are_read_wherever_they_are() {
        let bytes = archive(&[
            ("abc/layer.tar", "x"),
            ("repositories", r#"{"vieux":{"1":"abc"}}"#),
            (
                "manifest.json",
                r#"[{"Config":"c","RepoTags":["docker.io/library/affiche:2"]}]"#,
            ),
            (
                "index.json",
                r#"{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/ada/x:3","org.opencontainers.image.ref.name":"3"}}]}"#,
            ),
        ]);
        let wanted: BTreeSet<String> = ["vieux:1", "affiche:2", "ada/x:3"]
            .map(str::to_owned)
            .into();
        assert_eq!(names(Cursor::new(&bytes)).unwrap(), wanted);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&bytes).unwrap();
        assert_eq!(
            names(Cursor::new(packed.finish().unwrap())).unwrap(),
            wanted
        );
    }

    #[test]
    fn what_is_no_archive_of_images_is_not_read() {
        assert!(names(Cursor::new(b"BZh9 something")).is_err());
        assert!(names(Cursor::new(archive(&[("a", "b")]))).is_err());
        assert!(names(Cursor::new(archive(&[("manifest.json", "pas du JSON")]))).is_err());
    }
}
