//! What every loader reads with: the World, the request, and the files and findings of the run so far.

use std::sync::Arc;

use design_check::rules;
use design_report::Sources;
use design_syntax::SourceText;
use design_vocabulary::{FileId, Finding, Span};
use rayon::prelude::*;

use crate::files::{File, load};
use crate::given::Inputs;
use crate::mounted::Mounted;
use crate::uses::Uses;
use crate::vendor::Vendored;
use crate::{Origin, Request, SourceKind, World, WorldError};

/// The state of a run while its sources are being read.
pub(crate) struct Reading<'a> {
    /// Where files come from.
    pub world: &'a dyn World,
    /// The same, as what repositories and packages are put into.
    pub mounted: &'a Mounted<'a>,
    /// What was asked for.
    pub request: &'a Request,
    /// The number of the next file.
    pub next_file: u32,
    /// The files that findings may point into.
    pub sources: Sources,
    /// What was found so far.
    pub findings: Vec<Finding>,
    /// Whether charts took what is set for parameters as their values.
    pub set_by_charts: bool,
    /// What is given for parameters, once it was asked for.
    pub inputs: Option<Inputs>,
    /// What was fetched to be copied.
    pub copies: Vec<Vendored>,
    /// What is known of the designs that others use.
    pub uses: Uses,
    /// What paths are: what was asked for, but not where a design names them.
    pub source: Option<SourceKind>,
}

impl<'a> Reading<'a> {
    /// A run that has read nothing.
    pub fn new(mounted: &'a Mounted<'a>, request: &'a Request) -> Self {
        let mut reading = Self {
            world: mounted,
            mounted,
            request,
            next_file: 0,
            sources: Sources::default(),
            findings: Vec::new(),
            set_by_charts: false,
            inputs: None,
            copies: Vec::new(),
            uses: Uses::default(),
            source: request.source,
        };
        if let Some((source, findings)) = &request.settings {
            reading.next_file = 1;
            reading.sources.insert(Arc::clone(source));
            reading.findings.extend(findings.iter().cloned());
        }
        reading
    }

    /// Reads and parses files, each with the folder that holds it, on all threads; numbers follow the order given. Their
    /// texts and findings are not taken over yet: see [`Reading::keep`].
    pub fn load(&mut self, paths: &[(String, String)], origin: Origin) -> Vec<File> {
        let first = self.next_file;
        let count = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        self.next_file = first.saturating_add(count);
        let (world, limits, cache) = (self.world, &self.request.limits, self.request.cache.as_deref());
        let numbered: Vec<(u32, &(String, String))> = (first..).zip(paths).collect();
        let read = |(id, (path, folder)): &(u32, &(String, String))| {
            load(world, path, folder, origin, FileId(*id), limits, cache)
        };
        if numbered.len() < 4 { numbered.iter().map(read).collect() } else { numbered.par_iter().map(read).collect() }
    }

    /// Takes over the texts of files and what was found in them.
    pub fn keep(&mut self, files: &[File]) {
        for file in files {
            self.sources.insert(file.source.clone());
            self.findings.extend(file.findings.iter().cloned());
        }
    }

    /// A place for findings about a path that has no text.
    pub fn place(&mut self, path: &str) -> Span {
        let id = FileId(self.next_file);
        self.next_file = self.next_file.saturating_add(1);
        self.sources.insert(SourceText::new(id, path, ""));
        Span::start_of(id)
    }

    /// Tells that a path could not be read.
    pub fn unreadable(&mut self, path: &str, error: &WorldError) {
        let place = self.place(path);
        self.findings.push(rules::unreadable::finding(&error.to_string(), place));
    }
}
