//! Short forms made long, so that merging and converting see one form of each key, and paths that mean the same whatever
//! file they stand in.

use design_vocabulary::Text;

use crate::files::join;
use crate::node::{Data, Node, Tag};
use crate::{Problem, mount, port, shell};

/// Makes the short forms of one file long. Relative paths are seen from `folder`.
pub(crate) fn canonical(file: &mut Node, folder: &str, problems: &mut Vec<Problem>) {
    for (name, service) in entries_mut(file, "services") {
        service_forms(name, service, folder, problems);
    }
    for section in ["volumes", "networks", "configs", "secrets"] {
        for (_, declared) in entries_mut(file, section) {
            declaration(declared, folder);
        }
    }
}

fn entries_mut<'n>(node: &'n mut Node, key: &str) -> &'n mut [(Text, Node)] {
    match node.get_mut(key) {
        Some(Node { data: Data::Map(entries), .. }) => entries,
        _ => &mut [],
    }
}

/// Makes the short forms of one service long.
pub(crate) fn service_forms(name: &str, service: &mut Node, folder: &str, problems: &mut Vec<Problem>) {
    let mut fault = |key: &str, expected: &'static str, node: &Node| {
        problems.push(Problem::Invalid { field: format!("services.{name}.{key}"), expected, span: node.span });
    };
    for key in ["environment", "labels", "annotations", "sysctls", "storage_opt"] {
        pairs(service.get_mut(key), "=");
    }
    for (outer, inner) in [("deploy", "labels"), ("build", "args"), ("build", "labels")] {
        pairs(service.get_mut(outer).and_then(|outer| outer.get_mut(inner)), "=");
    }
    pairs(service.get_mut("extra_hosts"), "=:");
    for key in ["command", "entrypoint"] {
        words(service.get_mut(key), |node| fault(key, "a command whose quotes are closed", node));
    }
    if let Some(test) = service.get_mut("healthcheck").and_then(|health| health.get_mut("test")) {
        let shell = Node::text(test.span, "CMD-SHELL");
        if matches!(test.data, Data::Text(_)) {
            let command = Node { key: None, tag: Tag::None, ..test.clone() };
            test.data = Data::List(vec![shell, command]);
        }
    }
    for key in ["dns", "dns_search", "dns_opt", "tmpfs", "expose", "env_file", "label_file", "profiles"] {
        listed(service.get_mut(key));
    }
    each(service.get_mut("ports"), port::long_forms, |node| {
        fault("ports", "a port such as `8080:80`, `53:53/udp` or `9000-9001:9000-9001`", node);
    });
    each(
        service.get_mut("volumes"),
        |entry| mount::long_form(entry).map(|long| vec![long]),
        |node| {
            fault("volumes", "a mount such as `data:/var/lib/data:ro`", node);
        },
    );
    for ((), source) in service.get_mut("volumes").into_iter().flat_map(elements_mut).filter_map(binds) {
        relative(source, folder);
    }
    each(service.get_mut("env_file"), |entry| Some(vec![under("path", entry)]), |_| {});
    for entry in service.get_mut("env_file").into_iter().flat_map(elements_mut) {
        entry.get_mut("path").into_iter().for_each(|path| relative(path, folder));
    }
    for key in ["configs", "secrets"] {
        each(service.get_mut(key), |entry| Some(vec![under("source", entry)]), |_| {});
    }
    named(service.get_mut("depends_on"), |element| {
        let condition = Node::text(element.span, "service_started");
        Data::Map(vec![("condition".into(), condition)])
    });
    named(service.get_mut("networks"), |_| Data::Null);
    named(service.get_mut("models"), |_| Data::Null);
    for (_, limit) in entries_mut(service, "ulimits") {
        if limit.as_integer().is_some() {
            let number = Node { key: None, ..limit.clone() };
            limit.data = Data::Map(vec![("soft".into(), number.clone()), ("hard".into(), number)]);
        }
    }
    for (key, inner) in [("build", "context"), ("extends", "service")] {
        if let Some(node) = service.get_mut(key).filter(|node| matches!(node.data, Data::Text(_))) {
            *node = Node { key: node.key, ..under(inner, node) };
        }
    }
    let paths = [("build", "context"), ("extends", "file")];
    for (outer, inner) in paths {
        if let Some(path) = service.get_mut(outer).and_then(|outer| outer.get_mut(inner)) {
            relative(path, folder);
        }
    }
}

/// A volume, network, config or secret at the top: the old form of `external`, and the file seen from its folder.
fn declaration(declared: &mut Node, folder: &str) {
    pairs(declared.get_mut("labels"), "=");
    if let Some(name) = declared.get("external").and_then(|external| external.get("name")).cloned() {
        let external = Node { key: declared.get("external").and_then(|node| node.key), ..name.clone() };
        declared.set("external", Node { data: Data::Bool(true), verbatim: None, ..external });
        declared.set("name", name);
    }
    if let Some(file) = declared.get_mut("file") {
        relative(file, folder);
    }
}

fn elements_mut(node: &mut Node) -> &mut [Node] {
    match &mut node.data {
        Data::List(elements) => elements,
        _ => &mut [],
    }
}

fn binds(mount: &mut Node) -> Option<((), &mut Node)> {
    let is_bind = mount.get("type").and_then(Node::as_text) == Some("bind");
    mount.get_mut("source").filter(|_| is_bind).map(|source| ((), source))
}

fn relative(path: &mut Node, folder: &str) {
    let is_remote = |text: &str| text.contains("://") || text.starts_with("git@") || text.starts_with('\\');
    if let Data::Text(text) = &mut path.data
        && !is_remote(text)
        && !text.is_empty()
    {
        *text = join(folder, text).into();
    }
}

/// A list of `KEY=VALUE` as a mapping; a key alone has no value.
fn pairs(node: Option<&mut Node>, separators: &str) {
    let Some(node) = node else { return };
    let Data::List(elements) = &node.data else { return };
    let mut entries: Vec<(Text, Node)> = Vec::new();
    for element in elements {
        let Some(text) = element.scalar() else { continue };
        let (key, value) = match text.find(|letter| separators.contains(letter)) {
            Some(position) if element.as_text().is_some() => {
                let value = Node { key: Some(element.span), ..element.part(position + 1, text.len()) };
                (Text::from(text.get(..position).unwrap_or_default()), value)
            }
            _ => (text, Node { key: Some(element.span), ..Node::made(element.span, Data::Null) }),
        };
        match entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key, value)),
        }
    }
    node.data = Data::Map(entries);
}

/// A command line as a list of words.
fn words(node: Option<&mut Node>, fault: impl FnOnce(&Node)) {
    let Some(node) = node else { return };
    let Some(text) = node.as_text() else { return };
    match shell::split(text) {
        Some(words) => node.data = Data::List(words.into_iter().map(|word| Node::text(node.span, word)).collect()),
        None => fault(node),
    }
}

/// A single value as a list of one.
fn listed(node: Option<&mut Node>) {
    let Some(node) = node else { return };
    if !matches!(node.data, Data::List(_) | Data::Null) {
        let only = Node { key: None, tag: Tag::None, ..node.clone() };
        node.data = Data::List(vec![only]);
    }
}

/// Every element in its long form; one that has none goes and is told of.
#[expect(clippy::needless_pass_by_value, reason = "a list that is not there is no list")]
fn each(node: Option<&mut Node>, long: impl Fn(&Node) -> Option<Vec<Node>>, mut fault: impl FnMut(&Node)) {
    let Some(Node { data: Data::List(elements), .. }) = node else { return };
    let mut made = Vec::with_capacity(elements.len());
    for element in elements.drain(..) {
        match long(&element) {
            Some(forms) => made.extend(forms),
            None => fault(&element),
        }
    }
    *elements = made;
}

/// A text as a mapping with one key.
fn under(key: &str, node: &Node) -> Node {
    if matches!(node.data, Data::Map(_)) {
        return node.clone();
    }
    let value = Node { key: None, tag: Tag::None, ..node.clone() };
    Node { key: node.key, tag: node.tag, ..Node::made(node.span, Data::Map(vec![(key.into(), value)])) }
}

/// A list of names as a mapping.
fn named(node: Option<&mut Node>, body: impl Fn(&Node) -> Data) {
    let Some(node) = node else { return };
    if let Data::List(elements) = &node.data {
        let entry = |element: &Node| {
            let value = Node { key: Some(element.span), ..Node::made(element.span, body(element)) };
            Some((element.scalar()?, value))
        };
        node.data = Data::Map(elements.iter().filter_map(entry).collect());
    }
}
