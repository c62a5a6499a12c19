//! Packages: models or designs as one file, `.tar`, `.tar.gz` or `.tgz`, or an OCI image with such an archive as its layer.
//!
//! A package comes from strangers: its sizes are bounded, a path that leads out of it is refused, and so are links and
//! archives inside of it. A package that we write is the same byte by byte whenever its files are.

use std::io::{self, Cursor, Read, Write};
use std::path::{Component, Path};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::{GzBuilder, write::GzEncoder};

use crate::image;

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path inside the package, with `/` between folders.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What unpacking may cost before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct PackageLimits {
    /// Bytes of all members together, unpacked.
    pub bytes: u64,
    /// Bytes of one member.
    pub member_bytes: u64,
    /// Members, folders included.
    pub members: usize,
}

impl Default for PackageLimits {
    /// Far above what models take: all of Meshery's own are some hundred megabytes.
    fn default() -> Self {
        Self { bytes: 1 << 30, member_bytes: 64 << 20, members: 200_000 }
    }
}

/// Whether a file is a package, by its name.
pub fn is_package(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".tar", ".tar.gz", ".tgz"].iter().any(|ending| path.ends_with(ending))
}

/// Whether a file is some archive, by its name.
fn is_archive(path: &str) -> bool {
    is_package(path)
        || [".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar"]
            .iter()
            .any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

/// The regular files of a package in its order, and a reason for each member that is refused. The error says why the
/// package as a whole cannot be read; what was read before that is not returned, since nobody knows what is missing.
pub fn unpack(bytes: &[u8], limits: &PackageLimits) -> Result<(Vec<Member>, Vec<String>), String> {
    let (members, mut refused) = unpack_all(bytes, limits)?;
    if let Some(image) = image::layers(&members)? {
        let mut inner = Vec::new();
        let mut left = *limits;
        for layer in image {
            let (members, refused_there) = unpack_all(layer, &left)?;
            let size: u64 = members.iter().map(|member| member.bytes.len() as u64).sum();
            left.bytes = left.bytes.saturating_sub(size);
            left.members = left.members.saturating_sub(members.len());
            inner.extend(members);
            refused.extend(refused_there);
        }
        return Ok(without_archives(inner, refused));
    }
    Ok(without_archives(members, refused))
}

/// Refuses the members that are archives: what hides in them would not be seen.
fn without_archives(members: Vec<Member>, mut refused: Vec<String>) -> (Vec<Member>, Vec<String>) {
    let (archives, members): (Vec<Member>, Vec<Member>) =
        members.into_iter().partition(|member| is_archive(&member.path));
    refused.extend(archives.iter().map(|member| format!("`{}` is an archive inside of the package", member.path)));
    (members, refused)
}

/// As [`unpack`] of a plain archive, with the archives inside of it: for those who look into them.
pub fn unpack_all(bytes: &[u8], limits: &PackageLimits) -> Result<(Vec<Member>, Vec<String>), String> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        // Each member has a header, and is filled up to a whole block.
        let headers = 1024 * (limits.members as u64 + 1);
        unpack_tar(GzDecoder::new(bytes).take(limits.bytes.saturating_add(headers)), limits)
    } else if bytes.starts_with(b"PK\x03\x04") {
        Err("it is a zip archive; .tar, .tar.gz and .tgz are read".to_owned())
    } else {
        unpack_tar(bytes, limits)
    }
}

fn unpack_tar(source: impl Read, limits: &PackageLimits) -> Result<(Vec<Member>, Vec<String>), String> {
    let mut members: Vec<Member> = Vec::new();
    let mut refused = Vec::new();
    let mut total: u64 = 0;
    let mut archive = tar::Archive::new(source);
    let broken = |error: io::Error| format!("it is not a sound archive: {error}");
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if count >= limits.members {
            return Err(format!("it has more than {} members", limits.members));
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        total = total.saturating_add(entry.size());
        if total > limits.bytes {
            return Err(format!("unpacked it has more than {} bytes", limits.bytes));
        }
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if !kind.is_file() {
            refused.push(format!("`{path}` is a link or a device, not a file"));
            continue;
        }
        let Some(path) = inside(&path) else {
            refused.push(format!("the path `{path}` leads out of the package"));
            continue;
        };
        if entry.size() > limits.member_bytes {
            refused.push(format!("`{path}` has more than {} bytes", limits.member_bytes));
            continue;
        }
        let mut bytes = Vec::new();
        // The size in the header is what somebody wrote there: it bounds the reading, and reserves nothing.
        (&mut entry).take(limits.member_bytes).read_to_end(&mut bytes).map_err(broken)?;
        members.push(Member { path, bytes });
    }
    Ok((members, refused))
}

/// A path without `.`; `None` where it is absolute or goes up.
fn inside(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::RootDir | Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    let is_plain = !parts.is_empty() && !path.contains(['\\', '\0']);
    is_plain.then(|| parts.join("/"))
}

/// Packs files into a `.tar.gz`: sorted by path, without times, owners and modes of the machine. The same files give the
/// same bytes. It fails where a path is longer than an archive can hold.
pub fn pack(mut members: Vec<Member>) -> io::Result<Vec<u8>> {
    members.sort_by(|a, b| a.path.cmp(&b.path));
    let tar = pack_tar(&members)?;
    // No time and no name in the header; the byte for the system says that it is unknown.
    let mut gzip: GzEncoder<Cursor<Vec<u8>>> =
        GzBuilder::new().mtime(0).operating_system(255).write(Cursor::new(Vec::new()), Compression::best());
    gzip.write_all(&tar)?;
    Ok(gzip.finish()?.into_inner())
}

/// Files as a `.tar` in their order, without times, owners and modes of the machine.
pub(crate) fn pack_tar(members: &[Member]) -> io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for Member { path, bytes } in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        builder.append_data(&mut header, path, bytes.as_slice())?;
    }
    builder.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(path: &str, bytes: &[u8]) -> Member {
        Member { path: path.to_owned(), bytes: bytes.to_vec() }
    }

    /// An archive whose headers say what nobody should.
    fn hostile(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, kind, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn what_was_packed_is_unpacked_and_packs_to_the_same_bytes() {
        let long = format!("{}/deep.json", ["folder"; 30].join("/"));
        let members = vec![member("b.json", b"{}"), member(&long, b"1"), member("a/c.yaml", b"x: 1\n")];
        let packed = pack(members.clone()).unwrap();
        let (mut unpacked, refused) = unpack(&packed, &PackageLimits::default()).unwrap();
        assert!(refused.is_empty() && unpacked.is_sorted_by(|a, b| a.path < b.path));
        unpacked.reverse();
        assert_eq!(pack(unpacked.clone()).unwrap(), packed);
        unpacked.sort_by(|a, b| a.path.cmp(&b.path));
        let mut expected = members;
        expected.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(unpacked, expected);
    }

    #[test]
    fn nothing_leaves_the_package_and_nothing_hides_in_it() {
        use tar::EntryType;
        let archive = hostile(&[
            ("../out.json", EntryType::Regular, b"{}"),
            ("/etc/out.json", EntryType::Regular, b"{}"),
            ("a/../../out.json", EntryType::Regular, b"{}"),
            ("a\\..\\out.json", EntryType::Regular, b"{}"),
            ("link.json", EntryType::Symlink, b""),
            ("hard.json", EntryType::Link, b""),
            ("device.json", EntryType::Char, b""),
            ("inner.tar.gz", EntryType::Regular, b"x"),
            ("inner.zip", EntryType::Regular, b"x"),
            ("folder/", EntryType::Directory, b""),
            ("./good.json", EntryType::Regular, b"{}"),
        ]);
        let (members, refused) = unpack(&archive, &PackageLimits::default()).unwrap();
        assert_eq!(members, [member("good.json", b"{}")]);
        assert_eq!(refused.len(), 9, "{refused:?}");
    }

    #[test]
    fn sizes_are_bounded_before_anything_is_kept() {
        let zeros = vec![0; 1 << 20];
        let packed = pack((0..20).map(|number| member(&format!("{number}.json"), &zeros)).collect()).unwrap();
        assert!(packed.len() < 100_000, "a bomb is small");
        let limits = |bytes, member_bytes, members| PackageLimits { bytes, member_bytes, members };
        assert!(unpack(&packed, &limits(10 << 20, 2 << 20, 100)).unwrap_err().contains("more than 10485760 bytes"));
        assert!(unpack(&packed, &limits(100 << 20, 2 << 20, 10)).unwrap_err().contains("more than 10 members"));
        let (members, refused) = unpack(&packed, &limits(100 << 20, 1000, 100)).unwrap();
        assert_eq!((members.len(), refused.len()), (0, 20));
        // A header that promises more than there is reserves nothing.
        let mut archive = hostile(&[("a.json", tar::EntryType::Regular, b"{}")]);
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes().copy_from_slice(&archive[..512]);
        header.set_size(1 << 40);
        header.set_cksum();
        archive[..512].copy_from_slice(header.as_bytes());
        assert!(unpack(&archive, &PackageLimits::default()).is_err());
    }

    #[test]
    fn what_is_no_package_is_told() {
        assert!(unpack(b"PK\x03\x04rest", &PackageLimits::default()).unwrap_err().contains("zip"));
        assert!(unpack(b"\x1f\x8b\x08rubbish", &PackageLimits::default()).is_err());
        assert!(unpack(&[7; 2000], &PackageLimits::default()).is_err());
        let packed = pack(vec![member("a.json", &[7; 5000])]).unwrap();
        for length in (0..packed.len()).step_by(7) {
            let _ = unpack(&packed[..length], &PackageLimits::default());
        }
    }
}
