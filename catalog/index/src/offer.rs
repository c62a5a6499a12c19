//! A pattern that is to be published: everything that is looked at before it is.

use std::sync::Arc;

use design_check::rules::invalid_pattern;
use design_pipeline::PATTERN_FILES;
use design_report::Sources;
use design_syntax::SourceText;
use design_vocabulary::{FileId, Finding, Severity, Span};

use crate::catalog::{digest_of, without_status};
use crate::content::{self, Class, Metadata};
use crate::facts::{Facts, FindingFact, facts};
use crate::{Files, secrets};

/// The folder with the results of performance tests, in that of a pattern.
const RESULTS: &str = "results/";

/// What would be published.
#[derive(Debug, Default)]
pub struct Offer {
    /// What the pattern says of itself; `None` where it is no pattern.
    pub metadata: Option<Metadata>,
    /// The digest of its files, as [`Version::digest`] has it.
    ///
    /// [`Version::digest`]: crate::Version::digest
    pub digest: String,
    /// What is wrong, in the files of `sources`.
    pub findings: Vec<Finding>,
    /// The files that findings point into.
    pub sources: Sources,
    /// What is known of it once it is compiled.
    pub facts: Facts,
    /// Where its version stands, for findings about that.
    pub at: Option<Span>,
}

impl Offer {
    /// Looks at the files of a pattern. `folder` is its path in the repository; `owner` publishes it where it names no publisher.
    pub fn of(folder: &str, owner: &str, files: &Files) -> Self {
        let mut offer = Self::default();
        let mut next = 0;
        let mut source = |sources: &mut Sources, path: &str, bytes: &[u8]| {
            let source = SourceText::new(FileId(next), format!("{folder}/{path}"), String::from_utf8_lossy(bytes));
            next += 1;
            sources.insert(Arc::clone(&source));
            source
        };
        if let Some((path, bytes)) = metadata_file(files) {
            let source = source(&mut offer.sources, path, bytes);
            if let Some((metadata, at)) = named(&source, folder, owner, &mut offer.findings) {
                if let Some(lack) = lack_of_class(&metadata, files) {
                    offer.findings.push(invalid_pattern::finding(lack, true, at));
                }
                offer.at = Some(at);
                offer.metadata = Some(metadata);
            }
        } else {
            let source = source(&mut offer.sources, "pattern.yaml", b"");
            let lack = "a pattern has a file `pattern.yaml` beside its design";
            offer.findings.push(invalid_pattern::finding(lack, true, Span::start_of(source.id())));
        }
        offer.digest = digest_of(files);
        let published = without_status(files.clone());
        let secrets =
            secrets::findings(&published, |path, text| source(&mut offer.sources, path, text.as_bytes()).id());
        offer.findings.extend(secrets);
        let title = offer.metadata.as_ref().map(|metadata| metadata.title.clone()).unwrap_or_default();
        offer.facts = facts(&title, &published, &|_| None);
        offer
    }

    /// What files say that they are, and nothing more; as [`Offer::of`] has it.
    pub fn named(folder: &str, owner: &str, files: &Files) -> Option<Metadata> {
        let (path, bytes) = metadata_file(files)?;
        let source = SourceText::new(FileId(0), path.as_str(), String::from_utf8_lossy(bytes));
        named(&source, folder, owner, &mut Vec::new()).map(|(metadata, _)| metadata)
    }

    /// What stands against it and what is told of it, without what is only told: of the pattern, and of its design on the newest release.
    pub fn shown(&self) -> Vec<FindingFact> {
        let of_pattern = self.findings.iter().map(|finding| FindingFact::of(finding, &self.sources));
        let of_design = self.facts.releases.first().into_iter().flat_map(|release| release.findings.iter().cloned());
        of_pattern.chain(of_design).collect()
    }

    /// Whether nothing stands against it.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error) && self.facts.is_sound()
    }
}

/// The file in which a pattern says what it is.
fn metadata_file(files: &Files) -> Option<&(String, Vec<u8>)> {
    PATTERN_FILES.iter().find_map(|name| files.iter().find(|(path, _)| path == name))
}

fn named(source: &Arc<SourceText>, folder: &str, owner: &str, findings: &mut Vec<Finding>) -> Option<(Metadata, Span)> {
    let (mut metadata, at) = content::read(source, folder.rsplit('/').next().unwrap_or_default(), findings)?;
    if metadata.publisher.is_empty() {
        owner.clone_into(&mut metadata.publisher);
    }
    Some((metadata, at))
}

/// What a pattern lacks for its class.
pub(crate) fn lack_of_class(metadata: &Metadata, files: &Files) -> Option<&'static str> {
    if metadata.class != Class::ReferenceArchitecture {
        return None;
    }
    let has = |is_it: &dyn Fn(&str) -> bool| files.iter().any(|(path, _)| is_it(path));
    if metadata.caveats.is_empty() {
        Some("a reference architecture says what to beware of: `caveats`")
    } else if !has(&|path| path.eq_ignore_ascii_case("readme.md")) {
        Some("a reference architecture has a README")
    } else if !has(&|path| path.starts_with(RESULTS)) {
        Some("a reference architecture has a performance result in `results/`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pattern: &str) -> Files {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n";
        [("pattern.yaml", pattern), ("all.yaml", map)]
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .into_iter()
            .collect()
    }

    #[test]
    fn what_is_whole_is_sound_and_what_becomes_of_it_later_is_no_part() {
        let mut files = files("name: one\nversion: 1.0.0\ndescription: One.\nlicense: MIT\n");
        let offer = Offer::of("patterns/one", "us", &files);
        assert!(offer.is_sound(), "{:?} {:?}", offer.findings, offer.facts.releases);
        assert_eq!(offer.metadata.unwrap().publisher, "us");
        files.push(("status.yaml".to_owned(), b"yanked: {1.0.0: x}\n".to_vec()));
        assert_eq!(Offer::of("patterns/one", "us", &files).digest, offer.digest);
    }

    #[test]
    fn a_reference_architecture_needs_more() {
        let written = "name: one\nversion: 1.0.0\ndescription: One.\nlicense: MIT\nclass: reference-architecture\n";
        let mut files = files(written);
        let lacks =
            |files: &Files| Offer::of("one", "us", files).findings.first().map(|finding| finding.message.clone());
        assert!(lacks(&files).unwrap().contains("caveats"));
        files[0].1 = format!("{written}caveats: [slow]\n").into_bytes();
        assert!(lacks(&files).unwrap().contains("README"));
        files.push(("README.md".to_owned(), b"# One\n".to_vec()));
        assert!(lacks(&files).unwrap().contains("result"));
        files.push(("results/1.json".to_owned(), b"{}".to_vec()));
        assert_eq!(lacks(&files), None);
    }

    #[test]
    fn without_words_it_is_no_pattern() {
        let offer = Offer::of("one", "us", &vec![("a.txt".to_owned(), b"x".to_vec())]);
        assert!(!offer.is_sound() && offer.metadata.is_none());
    }
}
