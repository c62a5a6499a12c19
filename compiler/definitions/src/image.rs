//! OCI images in a `.tar`, as Meshery exchanges models and designs: an archive of files as the one layer of an image.
//!
//! What is written can be read as an image layout (`index.json`) and in the older form of `docker save` (`manifest.json`),
//! which is the one that Meshery reads. The media types are those of Flux, which Meshery uses.

use std::io;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::package::{Member, pack, pack_tar};

const CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";
const CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Packs files into an image of one layer. Returns the bytes of the `.tar` and the digest of the image's manifest, by which
/// a registry knows it. The same files give the same bytes.
pub fn pack_image(mut members: Vec<Member>, name: &str) -> io::Result<(Vec<u8>, String)> {
    members.sort_by(|one, other| one.path.cmp(&other.path));
    let unpacked = digest(&pack_tar(&members)?);
    let layer = pack(members)?;
    let config = json!({
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{unpacked}")]},
    });
    let config = config.to_string().into_bytes();
    let described = |media: &str, bytes: &[u8]| json!({"mediaType": media, "digest": format!("sha256:{}", digest(bytes)), "size": bytes.len()});
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": described(CONFIG, &config),
        "layers": [described(CONTENT, &layer)],
        "annotations": {"org.opencontainers.image.title": name},
    });
    let manifest = manifest.to_string().into_bytes();
    let index = json!({"schemaVersion": 2, "manifests": [described(MANIFEST, &manifest)]});
    let blob = |bytes: &[u8]| format!("blobs/sha256/{}", digest(bytes));
    let docker = json!([{"Config": blob(&config), "RepoTags": null, "Layers": [blob(&layer)]}]);
    let identity = format!("sha256:{}", digest(&manifest));
    let mut files = vec![
        Member { path: blob(&config), bytes: config },
        Member { path: blob(&layer), bytes: layer },
        Member { path: blob(&manifest), bytes: manifest },
        Member { path: "index.json".to_owned(), bytes: index.to_string().into_bytes() },
        Member { path: "manifest.json".to_owned(), bytes: docker.to_string().into_bytes() },
        Member { path: "oci-layout".to_owned(), bytes: br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec() },
    ];
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((pack_tar(&files)?, identity))
}

/// The layers of an image, in their order; `None` where the members are no image. The error says what is wrong with one.
pub(crate) fn layers(members: &[Member]) -> Result<Option<Vec<&[u8]>>, String> {
    let find = |path: &str| members.iter().find(|member| member.path == path).map(|member| member.bytes.as_slice());
    if find("oci-layout").is_some()
        && let Some(index) = find("index.json")
    {
        let index = read(index, "index.json")?;
        let manifests = index["manifests"].as_array().map(Vec::as_slice).unwrap_or_default();
        let [only] = manifests else {
            return Err(format!("it holds {} images, and one is read", manifests.len()));
        };
        let blob = |described: &Value| {
            let digest = described["digest"].as_str().unwrap_or_default();
            let hexadecimal = digest.strip_prefix("sha256:").unwrap_or_default();
            let bytes = find(&format!("blobs/sha256/{hexadecimal}"));
            let bytes = bytes.ok_or_else(|| format!("the image has no blob `{digest}`"))?;
            if crate::image::digest(bytes) != hexadecimal {
                return Err(format!("the blob `{digest}` is another one than its name says"));
            }
            Ok(bytes)
        };
        let manifest = read(blob(only)?, "the manifest of the image")?;
        let layers = manifest["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
        return layers.iter().map(blob).collect::<Result<Vec<_>, _>>().map(Some);
    }
    let Some(manifest) = find("manifest.json") else { return Ok(None) };
    let Ok(manifest) = read(manifest, "manifest.json") else { return Ok(None) };
    // Other packages may have a file of this name.
    let Some([only]) = manifest.as_array().map(Vec::as_slice) else { return Ok(None) };
    let (Some(layers), Some(_)) = (only["Layers"].as_array(), only["Config"].as_str()) else { return Ok(None) };
    let layer = |path: &Value| {
        let path = path.as_str().unwrap_or_default();
        find(path).ok_or_else(|| format!("the image has no layer `{path}`"))
    };
    layers.iter().map(layer).collect::<Result<Vec<_>, _>>().map(Some)
}

fn read(bytes: &[u8], what: &str) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("{what} is no sound JSON: {error}"))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{PackageLimits, unpack};

    fn member(path: &str, bytes: &[u8]) -> Member {
        Member { path: path.to_owned(), bytes: bytes.to_vec() }
    }

    #[test]
    fn what_was_packed_is_unpacked_and_packs_to_the_same_bytes() {
        let members = vec![member("design.yml", b"name: a\n"), member("b/c.yaml", b"x: 1\n")];
        let (packed, identity) = pack_image(members.clone(), "a").unwrap();
        let (mut unpacked, refused) = unpack(&packed, &PackageLimits::default()).unwrap();
        assert!(refused.is_empty(), "{refused:?}");
        unpacked.reverse();
        assert_eq!(unpacked, members);
        assert_eq!(pack_image(unpacked, "a").unwrap(), (packed, identity));
    }

    #[test]
    fn the_older_form_is_read_with_layers_that_are_archives() {
        let layer = pack(vec![member("design.yml", b"name: a\n")]).unwrap();
        let manifest = br#"[{"Config":"sha256:0","RepoTags":null,"Layers":["0123.tar.gz"]}]"#;
        let image = pack_tar(&[member("0123.tar.gz", &layer), member("manifest.json", manifest)]).unwrap();
        let (unpacked, refused) = unpack(&image, &PackageLimits::default()).unwrap();
        assert_eq!((unpacked, refused), (vec![member("design.yml", b"name: a\n")], Vec::new()));
    }

    #[test]
    fn an_image_that_is_not_what_it_says_is_refused() {
        let (packed, _) = pack_image(vec![member("design.yml", b"name: a\n")], "a").unwrap();
        let members = |change: &dyn Fn(&mut Member)| {
            let mut archive = tar::Archive::new(packed.as_slice());
            let mut members: Vec<Member> = Vec::new();
            for entry in archive.entries().unwrap() {
                let mut entry = entry.unwrap();
                let path = entry.path().unwrap().to_string_lossy().into_owned();
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                members.push(Member { path, bytes });
            }
            members.iter_mut().for_each(change);
            unpack(&pack_tar(&members).unwrap(), &PackageLimits::default()).unwrap_err()
        };
        let changed = members(&|member| {
            if member.path.starts_with("blobs/") {
                member.bytes.push(b' ');
            }
        });
        assert!(changed.contains("another one than its name says"), "{changed}");
        let gone = members(&|member| member.path = member.path.replace("blobs/", "blob/"));
        assert!(gone.contains("has no blob"), "{gone}");
        let broken = members(&|member| {
            if member.path == "index.json" {
                member.bytes.truncate(9);
            }
        });
        assert!(broken.contains("no sound JSON"), "{broken}");
    }

    #[test]
    fn a_bomb_in_a_layer_is_refused() {
        let zeros = vec![0; 1 << 20];
        let files = (0..20).map(|number| member(&format!("{number}.json"), &zeros)).collect();
        let (packed, _) = pack_image(files, "bomb").unwrap();
        let limits = PackageLimits { bytes: 10 << 20, ..PackageLimits::default() };
        assert!(packed.len() < 100_000 && unpack(&packed, &limits).is_err());
        let inner = pack(vec![member("inner.tar.gz", b"x")]).unwrap();
        let manifest = br#"[{"Config":"c","Layers":["l"]}]"#;
        let image = pack_tar(&[member("l", &inner), member("manifest.json", manifest)]).unwrap();
        let (members, refused) = unpack(&image, &PackageLimits::default()).unwrap();
        assert_eq!((members.len(), refused.len()), (0, 1));
    }
}
