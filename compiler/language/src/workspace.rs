//! The sources below a folder, compiled, and what changes of their files make of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use design_pipeline::{
    Cache, ChartOptions, ChartRenderer, Compilation, References, Request, SETTINGS_FILE, Settings, World, compile,
    discover_known,
};
use design_pipeline::{Overlay, read_file};
use design_registry::Registry;
use design_registry::definitions::{Definitions, KubernetesVersion};
use design_syntax::{Limits, SourceText};
use design_vocabulary::{FileId, Finding, Span};

/// How much an update looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All but the policies, which take another process: while somebody types.
    Quick,
    /// Everything.
    Full,
}

/// A folder with its sources.
pub struct Workspace<W> {
    world: Overlay<W>,
    root: String,
    registry: Option<Arc<Registry>>,
    settings: Settings,
    discovered: Cache,
    units: Vec<Unit>,
    /// Files that changed since the last update.
    changed: BTreeSet<String>,
    /// Files with texts of the editor when the sources were looked for: looking again would find nothing more.
    looked_for: BTreeSet<String>,
    /// Whether files came or went since the sources were looked for.
    is_listing_old: bool,
    published: BTreeMap<String, Vec<Diagnosis>>,
}

/// One source below the folder.
struct Unit {
    path: String,
    cache: Arc<Cache>,
    compilation: Compilation,
    /// What the policies said the last time that they were asked, without what is about files that changed since.
    verdicts: Vec<Finding>,
}

/// What is wrong in a file.
#[derive(Clone, Debug)]
pub struct Diagnosed {
    /// The path of the file.
    pub path: String,
    /// The text that the places count in.
    pub source: Arc<SourceText>,
    /// What is wrong; empty: nothing any more.
    pub findings: Vec<Diagnosis>,
}

/// A finding with the files of its related places.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The finding. The numbers of files are those of its own compilation.
    pub finding: Finding,
    /// The files of its related places, in their order.
    pub related: Vec<Arc<SourceText>>,
    /// The files of the edits of its fix, in their order.
    pub edited: Vec<Arc<SourceText>>,
}

impl PartialEq for Diagnosis {
    /// Numbers of files change when files come and go; what is shown is the same.
    fn eq(&self, other: &Self) -> bool {
        let range = |span: Span| (span.start, span.end);
        let (a, b) = (&self.finding, &other.finding);
        (a.code, a.severity, &a.message, range(a.primary), &a.help)
            == (b.code, b.severity, &b.message, range(b.primary), &b.help)
            && self.places().eq(other.places())
    }
}

impl Diagnosis {
    /// The related places without the numbers of their files.
    fn places(&self) -> impl Iterator<Item = (&str, u32, u32, &str)> {
        let related = self.finding.related.iter().zip(&self.related);
        related.map(|(related, source)| (&*related.message, related.span.start, related.span.end, source.path()))
    }
}

impl<W: World> Workspace<W> {
    /// A folder of a World, with what is known of kinds where that is more than the built-in models say. Nothing is read
    /// before the first update.
    pub fn new(world: W, root: &str, registry: Option<Arc<Registry>>) -> Self {
        Self {
            world: Overlay::new(world),
            root: root.to_owned(),
            registry,
            settings: Settings::default(),
            discovered: Cache::default(),
            units: Vec::new(),
            changed: BTreeSet::new(),
            looked_for: BTreeSet::new(),
            is_listing_old: true,
            published: BTreeMap::new(),
        }
    }

    /// The folder.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Takes the text of a file that an editor has opened or changed.
    pub fn set_text(&mut self, path: &str, text: String) {
        let is_known = self.looked_for.contains(path) || self.units.iter().any(|unit| unit.holds(path));
        self.is_listing_old |= !is_known;
        self.world.insert(path, text);
        self.changed.insert(path.to_owned());
    }

    /// Forgets the text that an editor had of a file: what the disk has counts again.
    pub fn close(&mut self, path: &str) {
        self.world.remove(path);
        self.changed.insert(path.to_owned());
    }

    /// Takes note that a file changed on the disk; `is_listed`: whether it came or went, or changed what others are part of.
    pub fn changed_on_disk(&mut self, path: &str, is_listed: bool) {
        self.is_listing_old |= is_listed;
        self.changed.insert(path.to_owned());
    }

    /// The text of a file as the editor has it; `None` for one that it has not opened.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.world.texts().get(path).map(String::as_str)
    }

    /// Compiles again what the changes since the last update concern. Returns the files whose findings differ from those of
    /// the last update.
    pub fn update(&mut self, extent: Extent) -> Vec<Diagnosed> {
        let settings_path = self.settings_path();
        let all = self.is_listing_old || self.changed.contains(&settings_path);
        if all {
            self.read_settings(&settings_path);
            self.find_units();
        }
        self.forget_schemas();
        let is_judged = extent == Extent::Full && !self.settings.policies.is_empty();
        for number in 0..self.units.len() {
            let is_concerned = |unit: &Unit| all || is_judged || self.changed.iter().any(|path| unit.holds(path));
            if self.units.get(number).is_some_and(is_concerned) {
                self.compile(number, extent);
            }
        }
        self.is_listing_old = false;
        let changed = std::mem::take(&mut self.changed);
        self.publish(&changed)
    }

    /// Whether policies wait for a full update.
    pub fn has_policies(&self) -> bool {
        !self.settings.policies.is_empty()
    }

    fn settings_path(&self) -> String {
        format!("{}/{SETTINGS_FILE}", self.root)
    }

    fn read_settings(&mut self, path: &str) {
        let source = read_file(&self.world, path, FileId(0), &Limits::default()).ok();
        self.settings = source.map_or_else(Settings::default, |source| Settings::read(&source, &self.world));
    }

    /// Looks for the sources below the folder; what was compiled of those that stay stays.
    fn find_units(&mut self) {
        let found = discover_known(&self.world, &self.root, &Limits::default(), &self.discovered).unwrap_or_default();
        let mut paths: Vec<String> = found.into_iter().map(|found| found.path).collect();
        // A file that no source holds, such as one outside the folder, is one of its own.
        let is_below = |file: &str, folder: &str| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        for file in self.world.texts().keys().filter(|file| is_source(file)) {
            if !paths.iter().any(|path| path == file || is_below(file, path)) {
                paths.push(file.clone());
            }
        }
        self.looked_for = self.world.texts().keys().cloned().collect();
        let mut known: BTreeMap<String, Unit> =
            std::mem::take(&mut self.units).into_iter().map(|unit| (unit.path.clone(), unit)).collect();
        let unit = |path: String| {
            known.remove(&path).unwrap_or_else(|| Unit {
                path,
                cache: Arc::default(),
                compilation: Compilation::default(),
                verdicts: Vec::new(),
            })
        };
        self.units = paths.into_iter().map(unit).collect();
    }

    /// Where a file of schemas changed, nothing that was held against them holds any more.
    fn forget_schemas(&mut self) {
        let is_schema = |path: &String| self.settings.schemas.iter().any(|folder| path.starts_with(folder.as_str()));
        if self.changed.iter().any(is_schema) {
            for unit in &mut self.units {
                unit.cache = Arc::default();
                self.changed.insert(unit.path.clone());
            }
        }
    }

    /// What is asked of the pipeline for a source.
    pub(crate) fn request(&self, unit: usize) -> Option<Request> {
        let unit = self.units.get(unit)?;
        let newest = || Definitions::builtin().releases().last().map(|release| release.version);
        let mut releases: Vec<KubernetesVersion> = self.settings.releases.clone();
        if releases.is_empty() {
            releases.extend(newest());
        }
        releases.sort_unstable();
        releases.dedup();
        Some(Request {
            settings: self.settings.source.clone().map(|source| (source, self.settings.findings.clone())),
            include: self.settings.include.clone(),
            exclude: self.settings.exclude.clone(),
            relationships: true,
            references: References::Judged,
            releases,
            registry: self.registry.clone(),
            schemas: self.settings.schemas.clone(),
            // No program is run at each letter that is typed.
            chart: ChartOptions { renderer: ChartRenderer::BuiltIn, ..self.settings.chart.clone() },
            cache: Some(Arc::clone(&unit.cache)),
            renders: false,
            ..Request::new([unit.path.clone()])
        })
    }

    fn compile(&mut self, number: usize, extent: Extent) {
        let Some(mut request) = self.request(number) else { return };
        if extent == Extent::Full {
            request.policies.clone_from(&self.settings.policies);
        }
        let mut compilation = compile(&self.world, &request);
        self.settings.rules.apply(&mut compilation.report.findings);
        let Some(unit) = self.units.get_mut(number) else { return };
        let is_verdict = |finding: &Finding| finding.code.0.starts_with("D07");
        if extent == Extent::Full {
            unit.verdicts = compilation.report.findings.iter().filter(|finding| is_verdict(finding)).cloned().collect();
        } else {
            let is_current = |finding: &Finding| {
                let path = |sources: &design_report::Sources| {
                    sources.get(finding.primary.file).map(|source| source.path().to_owned())
                };
                let now = path(&compilation.sources);
                now.is_some()
                    && now == path(&unit.compilation.sources)
                    && now.is_none_or(|now| !self.changed.contains(&now))
            };
            unit.verdicts.retain(is_current);
            compilation.report.findings.extend(unit.verdicts.iter().cloned());
        }
        unit.compilation = compilation;
    }

    /// The files whose findings differ from what was said last.
    fn publish(&mut self, changed: &BTreeSet<String>) -> Vec<Diagnosed> {
        let mut now: BTreeMap<String, (Arc<SourceText>, Vec<Diagnosis>)> = BTreeMap::new();
        for unit in &self.units {
            let sources = &unit.compilation.sources;
            for source in sources.iter().filter(|source| changed.contains(source.path())) {
                now.entry(source.path().to_owned()).or_insert_with(|| (Arc::clone(source), Vec::new()));
            }
            for finding in &unit.compilation.report.findings {
                let Some(source) = sources.get(finding.primary.file) else { continue };
                let file = |span: Span| sources.get(span.file).unwrap_or(source);
                let diagnosis = Diagnosis {
                    finding: finding.clone(),
                    related: finding.related.iter().map(|related| Arc::clone(file(related.span))).collect(),
                    edited: finding
                        .fix
                        .iter()
                        .flat_map(|fix| &fix.edits)
                        .map(|edit| Arc::clone(file(edit.span)))
                        .collect(),
                };
                let (_, findings) =
                    now.entry(source.path().to_owned()).or_insert_with(|| (Arc::clone(source), Vec::new()));
                // A file may be part of several sources.
                if !findings.contains(&diagnosis) {
                    findings.push(diagnosis);
                }
            }
        }
        let mut told = Vec::new();
        for (path, (source, findings)) in &now {
            // A place that is no file, such as a folder that is not read, has no text to show it in.
            let is_file = !source.text().is_empty() || self.world.texts().contains_key(path);
            let is_same = self.published.get(path).map_or(findings.is_empty(), |published| published == findings);
            if is_file && (!is_same || changed.contains(path)) {
                told.push(Diagnosed { path: path.clone(), source: Arc::clone(source), findings: findings.clone() });
            }
        }
        for (path, _) in
            self.published.iter().filter(|(path, findings)| !findings.is_empty() && !now.contains_key(*path))
        {
            let source = SourceText::new(FileId(0), path.as_str(), "");
            told.push(Diagnosed { path: path.clone(), source, findings: Vec::new() });
        }
        self.published = now.into_iter().map(|(path, (_, findings))| (path, findings)).collect();
        told
    }

    /// What is wrong in a file, as it was said last.
    pub fn findings(&self, path: &str) -> &[Diagnosis] {
        self.published.get(path).map_or(&[], Vec::as_slice)
    }

    /// The sources that hold a file, with the number of the file in each.
    pub(crate) fn holding(&self, path: &str) -> impl Iterator<Item = (usize, &Compilation, FileId)> {
        self.units.iter().enumerate().filter_map(move |(number, unit)| {
            let source = unit.compilation.sources.iter().find(|source| source.path() == path)?;
            Some((number, &unit.compilation, source.id()))
        })
    }

    /// Compiles a source as it would be with another text of one file.
    pub(crate) fn compiled_with(&mut self, number: usize, path: &str, text: String) -> Option<Compilation> {
        let mut request = self.request(number)?;
        // What usually comes from elsewhere is as good a suggestion as any.
        request.references = References::Closed;
        let before = self.world.replace(path, Some(text));
        let compilation = compile(&self.world, &request);
        self.world.replace(path, before);
        Some(compilation)
    }
}

impl Unit {
    /// Whether the file was read as a part of this source.
    fn holds(&self, path: &str) -> bool {
        self.path == path || self.compilation.sources.iter().any(|source| source.path() == path)
    }
}

/// Whether a file may be a source, by its ending.
fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.')
}
