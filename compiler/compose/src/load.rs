//! The files of a project: found, read, interpolated, extended, included and merged, in the order of `docker compose`.

use std::collections::HashMap;
use std::sync::Arc;

use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::{Span, Text};

use crate::canonical::canonical;
use crate::environment::{absent, variables};
use crate::files::folder_of;
use crate::interpolate::{Variables, interpolate};
use crate::merge::{merge, settle};
use crate::node::{Data, Node};
use crate::project::{Project, Section};
use crate::{Files, Options, Problem, Unreadable, join, keys};

/// The files of a folder that `docker compose` reads without being told: the first of the standard names, and the first
/// override beside it. `names` are the files of the folder; `None`: it has no standard file.
pub fn standard_files<'a>(names: &[&'a str]) -> Option<Vec<&'a str>> {
    let find =
        |wanted: [&str; 4]| wanted.into_iter().find_map(|wanted| names.iter().copied().find(|name| *name == wanted));
    let first = find(["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"])?;
    let over = find([
        "compose.override.yml",
        "compose.override.yaml",
        "docker-compose.override.yml",
        "docker-compose.override.yaml",
    ]);
    Some(std::iter::once(first).chain(over).collect())
}

/// Reads a project. Later paths are merged over earlier ones; relative paths are seen from the folder of the first. It
/// never fails: what is wrong is among the problems of the project.
pub fn load(files: &mut dyn Files, paths: &[String], limits: &Limits, options: &Options) -> Project {
    let folder = paths.first().map_or("", |path| folder_of(path)).to_owned();
    let mut loader = Loader {
        files,
        limits,
        options,
        project: Project::default(),
        opened: HashMap::new(),
        including: Vec::new(),
        extending: Vec::new(),
    };
    let given: Variables = options.variables.clone();
    let variables = variables(loader.files, &folder, &[], &given, &mut loader.project.problems);
    let named: Vec<(String, Option<Span>)> = paths.iter().map(|path| (path.clone(), None)).collect();
    let mut root = loader.group(&named, &folder, &variables);
    let mut project = loader.project;
    settle(&mut root);
    keys::check(&root, &mut project.problems);
    let from_environment = || variables.get("COMPOSE_PROJECT_NAME").map(|name| Text::from(name.as_str()));
    project.name = root.some("name").and_then(Node::scalar).or_else(from_environment).filter(|name| !name.is_empty());
    let mut section = |key: &str| match root.take(key) {
        Some(Node { data: Data::Map(entries), .. }) => entries,
        _ => Vec::new(),
    };
    project.volumes = Section::new(section("volumes"));
    project.networks = Section::new(section("networks"));
    project.configs = Section::new(section("configs"));
    project.secrets = Section::new(section("secrets"));
    project.models = Section::new(section("models"));
    let mut profiles = options.profiles.clone();
    if let Some(named) = variables.get("COMPOSE_PROFILES").filter(|_| profiles.is_empty()) {
        profiles.extend(named.split(',').map(|profile| profile.trim().to_owned()));
    }
    let mut active = Vec::new();
    for (name, service) in section("services") {
        let of_service: Vec<Text> =
            service.get("profiles").into_iter().flat_map(Node::elements).filter_map(Node::scalar).collect();
        let is_active = of_service.is_empty()
            || of_service.iter().any(|profile| profiles.iter().any(|active| active == "*" || *active == **profile));
        if is_active {
            active.push((name, service));
        } else {
            let span = service.get("profiles").map_or(service.span, Node::place);
            let profiles = of_service.join(", ");
            project.problems.push(Problem::Inactive { service: name.clone(), profiles, span });
            project.inactive.push(name);
        }
    }
    project.services = Section::new(active);
    project.variables = variables;
    project.folder = folder;
    project
}

/// Files that include each other are followed this deep.
const DEEPEST: usize = 32;

struct Loader<'a> {
    files: &'a mut dyn Files,
    limits: &'a Limits,
    options: &'a Options,
    project: Project,
    /// Files that services were extended from, read, interpolated and made long; `None`: there is no such file.
    opened: HashMap<String, Option<Node>>,
    /// The files on the way here.
    including: Vec<String>,
    /// The services on the way here.
    extending: Vec<(String, Text)>,
}

impl Loader<'_> {
    /// Files that are merged over each other, as one.
    fn group(&mut self, paths: &[(String, Option<Span>)], folder: &str, variables: &Variables) -> Node {
        let mut whole: Option<Node> = None;
        let mut included: Vec<Node> = Vec::new();
        for (path, named) in paths {
            let source = match self.files.read(path) {
                Ok(source) => source,
                Err(error) => {
                    // What was named on the command line is told of by whoever named it.
                    if let Some(span) = named {
                        self.project.problems.push(absent(path, "included file", error, *span));
                    }
                    continue;
                }
            };
            for mut file in self.documents(&source) {
                self.prepare(&mut file, folder, variables);
                included.extend(self.includes(&file, path, folder, variables));
                self.extends(&mut file, path, variables);
                match &mut whole {
                    None => whole = Some(file),
                    Some(whole) => merge(whole, file, &mut Vec::new()),
                }
            }
        }
        let mut whole = whole.unwrap_or_else(|| Node::made(Span::start_of(design_vocabulary::FileId(0)), Data::Null));
        for other in included {
            self.import(&mut whole, other);
        }
        whole
    }

    /// The documents of a file that are mappings.
    fn documents(&mut self, source: &Arc<SourceText>) -> Vec<Node> {
        let parsed = parse(source, self.limits);
        self.project.problems.extend(parsed.problems.into_iter().map(Problem::Syntax));
        let mut nodes = Vec::new();
        for document in parsed.documents {
            if let Some(root) = document.root() {
                let mut problems = Vec::new();
                design_syntax::lower(root, &mut problems);
                problems.retain(|problem| matches!(problem, design_syntax::Problem::DuplicateKey { .. }));
                self.project.problems.extend(problems.into_iter().map(Problem::Syntax));
            }
            nodes.extend(Node::of(&document).filter(|node| matches!(node.data, Data::Map(_))).map(old_form));
            self.project.documents.push(document);
        }
        nodes
    }

    fn prepare(&mut self, file: &mut Node, folder: &str, variables: &Variables) {
        if self.options.interpolate
            && let Data::Map(entries) = &mut file.data
        {
            for (_, value) in entries.iter_mut().filter(|(key, _)| !key.starts_with("x-")) {
                interpolate(value, variables, &mut self.project.problems);
            }
        }
        canonical(file, folder, &mut self.project.problems);
    }

    /// The projects that a file includes, each as one file.
    fn includes(&mut self, file: &Node, path: &str, folder: &str, given: &Variables) -> Vec<Node> {
        let mut found = Vec::new();
        for entry in file.get("include").into_iter().flat_map(Node::elements) {
            let texts = |node: &Node| -> Vec<(String, Span)> {
                let list =
                    if matches!(node.data, Data::List(_)) { node.elements() } else { std::slice::from_ref(node) };
                list.iter().filter_map(|one| Some((one.scalar()?.to_string(), one.span))).collect()
            };
            let paths = match &entry.data {
                Data::Map(_) => entry.get("path").map(texts).unwrap_or_default(),
                _ => texts(entry),
            };
            if let Some((remote, span)) = paths.iter().find(|(path, _)| is_remote(path)) {
                let reason = Unreadable::Other("it lies elsewhere, and nothing is fetched".to_owned());
                self.project.problems.push(absent(remote, "included file", reason, *span));
                continue;
            }
            let paths: Vec<(String, Option<Span>)> =
                paths.into_iter().map(|(path, span)| (join(folder, &path), Some(span))).collect();
            let Some((first, _)) = paths.first().cloned() else { continue };
            self.including.push(path.to_owned());
            if self.including.contains(&first) || self.including.len() > DEEPEST {
                let way: Vec<&str> = self.including.iter().map(String::as_str).chain([first.as_str()]).collect();
                self.project.problems.push(Problem::Circle { path: way.join(" -> "), span: entry.span });
            } else {
                let named = entry.some("project_directory").and_then(Node::scalar);
                let inner = named.map_or_else(|| folder_of(&first).to_owned(), |named| join(folder, &named));
                let environments: Vec<(String, Span)> = entry.some("env_file").map(texts).unwrap_or_default();
                let environments: Vec<(String, Span)> =
                    environments.into_iter().map(|(path, span)| (join(folder, &path), span)).collect();
                let variables = variables(self.files, &inner, &environments, given, &mut self.project.problems);
                found.push(self.group(&paths, &inner, &variables));
            }
            self.including.pop();
        }
        found
    }

    /// Takes over what an included project declares. The same thing may be declared twice only if it is the same.
    fn import(&mut self, whole: &mut Node, other: Node) {
        let Data::Map(sections) = other.data else { return };
        for (section, node) in sections {
            let Data::Map(entries) = node.data else { continue };
            if section.starts_with("x-") || section == "include" {
                continue;
            }
            if whole.get(&section).is_none() {
                whole.set(&section, Node { data: Data::Map(Vec::new()), ..Node::made(node.span, Data::Null) });
            }
            let Some(Node { data: Data::Map(before), .. }) = whole.get_mut(&section) else { continue };
            for (name, entry) in entries {
                match before.iter().find(|(known, _)| *known == name) {
                    None => before.push((name, entry)),
                    Some((_, known)) if known.to_value() == entry.to_value() => {}
                    Some((_, known)) => self.project.problems.push(Problem::Invalid {
                        field: format!("{section}.{name}"),
                        expected: "declared once: an included file declares it otherwise",
                        span: known.place(),
                    }),
                }
            }
        }
    }

    /// Replaces the services of a file that extend others by what they then are.
    fn extends(&mut self, file: &mut Node, path: &str, variables: &Variables) {
        let services = file.get("services").map(Node::entries).unwrap_or_default();
        let extending: Vec<Text> = services
            .iter()
            .filter(|(_, service)| service.some("extends").is_some())
            .map(|(name, _)| name.clone())
            .collect();
        for name in extending {
            if let Some(extended) = self.extended(file, path, &name, variables)
                && let Some(service) = file.get_mut("services").and_then(|services| services.get_mut(&name))
            {
                *service = extended;
            }
        }
    }

    /// A service with what it extends below it.
    fn extended(&mut self, file: &Node, path: &str, name: &Text, variables: &Variables) -> Option<Node> {
        let mut service = file.get("services")?.get(name)?.clone();
        let Some(extends) = service.take("extends") else { return Some(service) };
        let base_name = extends.some("service").and_then(Node::scalar)?;
        let here = (path.to_owned(), name.clone());
        let span = extends.get("service").map_or(extends.span, |service| service.span);
        let base = match extends.some("file").and_then(Node::scalar) {
            Some(other) if *other != *path => {
                let span = extends.get("file").map_or(extends.span, |file| file.span);
                let opened = self.open(&other, span, variables)?;
                self.base((other.to_string(), base_name), here, &opened, span, variables)
            }
            _ => self.base((path.to_owned(), base_name), here, file, span, variables),
        };
        // A service whose base is not to be had is still what it says itself.
        let Some(mut base) = base else { return Some(service) };
        let place = (service.key, service.span);
        merge(&mut base, service, &mut vec!["services".into(), name.clone()]);
        (base.key, base.span) = place;
        Some(base)
    }

    fn base(
        &mut self,
        (path, name): (String, Text),
        here: (String, Text),
        file: &Node,
        span: Span,
        variables: &Variables,
    ) -> Option<Node> {
        self.extending.push(here);
        let found = if self.extending.contains(&(path.clone(), name.clone())) {
            let names: Vec<&str> =
                self.extending.iter().map(|(_, name)| name.as_str()).chain([name.as_str()]).collect();
            let problem = Problem::Circle { path: names.join(" -> "), span };
            // Each member of the circle comes by here; one of them tells of it.
            if !self.project.problems.iter().any(|known| matches!(known, Problem::Circle { .. })) {
                self.project.problems.push(problem);
            }
            None
        } else {
            let services = file.get("services").map(Node::entries).unwrap_or_default();
            if services.iter().any(|(known, _)| *known == name) {
                self.extended(file, &path, &name, variables)
            } else {
                let services = Section::new(services.to_vec());
                self.project.problems.push(services.undefined("service", &name, span));
                None
            }
        };
        self.extending.pop();
        found
    }

    /// A file that a service is extended from.
    fn open(&mut self, path: &str, span: Span, variables: &Variables) -> Option<Node> {
        if let Some(opened) = self.opened.get(path) {
            return opened.clone();
        }
        let opened = match self.files.read(path) {
            Ok(source) => {
                let mut documents = self.documents(&source).into_iter();
                let mut file = documents.next();
                if let Some(file) = &mut file {
                    self.prepare(file, folder_of(path), variables);
                }
                file
            }
            Err(error) => {
                self.project.problems.push(absent(path, "extended file", error, span));
                None
            }
        };
        self.opened.insert(path.to_owned(), opened.clone());
        opened
    }
}

/// Whether a path leads out of the files at hand.
fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("oci:")
}

/// A file of the first version of compose has its services at the top, each with an image or something to build.
fn old_form(file: Node) -> Node {
    let is_service = |node: &Node| node.get("image").is_some() || node.get("build").is_some();
    let entries = file.entries();
    let is_old =
        !entries.is_empty() && file.get("services").is_none() && entries.iter().all(|(_, node)| is_service(node));
    if !is_old {
        return file;
    }
    let span = file.span;
    Node::made(span, Data::Map(vec![("services".into(), file)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_names_are_those_of_docker_compose() {
        let found = |names: &[&'static str]| standard_files(names);
        assert_eq!(found(&["docker-compose.yml", "compose.yml", "a"]), Some(vec!["compose.yml"]));
        assert_eq!(
            found(&["compose.override.yaml", "compose.yaml"]),
            Some(vec!["compose.yaml", "compose.override.yaml"])
        );
        assert_eq!(found(&["a.yaml"]), None);
    }
}
