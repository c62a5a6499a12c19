//! What a search asks an index for, and what a component answers to: where the two meet, a change of the component may change
//! what the search finds.

use std::cell::RefCell;
use std::hash::BuildHasher;

use design_vocabulary::{Component, Value};
use foldhash::fast::FixedState;

use crate::created::Recipes;
use crate::index::{KindKey, NAMESPACE, text};
use crate::mesh::hosts_of;
use crate::pods::Pods;
use crate::selector::{NAMESPACE_NAME, Selector};

/// Something that components are found by. Kinds and namespaces are left out: a question too much costs a search, one too few
/// an answer.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Question<'a> {
    /// A name, also of what a controller makes.
    Name(&'a str),
    /// A label with its value.
    Label(&'a str, &'a str),
    /// Labels, whichever.
    Labels,
    /// A host of a mesh, or what follows the `*` of one.
    Host(&'a str),
    /// A definition, by group and kind.
    Definition(&'a str, &'a str),
    /// Which namespaces there are.
    Namespaces,
}

/// A question as a number: two questions with one number are taken for the same.
pub(crate) type Key = u64;

impl Question<'_> {
    pub(crate) fn key(self) -> Key {
        FixedState::default().hash_one(self)
    }
}

/// The questions that were asked since somebody began to listen.
#[derive(Debug, Default)]
pub(crate) struct Questions(RefCell<Option<Vec<Key>>>);

impl Questions {
    /// Listens from now on.
    pub(crate) fn listen(&self) {
        self.0.replace(Some(Vec::new()));
    }

    /// Notes a question, where somebody listens.
    pub(crate) fn ask(&self, question: Question<'_>) {
        if let Some(asked) = self.0.borrow_mut().as_mut() {
            asked.push(question.key());
        }
    }

    /// Asks for what a selector selects. Whatever it selects carries the first of its labels.
    pub(crate) fn ask_for(&self, selector: &Selector<'_>) {
        self.ask(match selector.first() {
            Some((key, value)) => Question::Label(key, value),
            None => Question::Labels,
        });
    }

    /// What was asked, each question once.
    pub(crate) fn take(&self) -> Box<[Key]> {
        let mut asked = self.0.take().unwrap_or_default();
        asked.sort_unstable();
        asked.dedup();
        asked.into()
    }
}

/// The questions that a component answers to.
pub(crate) fn answered(component: &Component, pods: &Pods, recipes: &Recipes, told: &mut impl FnMut(Question<'_>)) {
    if component.is_annotation {
        return;
    }
    let key: KindKey<'_> = (component.kind.as_str(), component.group());
    if let Some(name) = component.name() {
        told(Question::Name(name));
        if key == NAMESPACE {
            told(Question::Label(NAMESPACE_NAME, name));
            told(Question::Labels);
        }
    }
    for made in recipes.made(component) {
        told(Question::Name(&made.name));
    }
    let own = component.metadata().and_then(|metadata| metadata.get("labels")?.as_object());
    for labels in own.into_iter().chain(pods.labels(component)) {
        told(Question::Labels);
        for (key, value) in labels.iter().filter_map(|(key, value)| Some((key, value.as_str()?))) {
            told(Question::Label(key, value));
        }
    }
    for host in hosts_of(component) {
        told(Question::Host(host));
    }
    if let Some(spec) = component.configuration.get("spec").filter(|_| component.kind == "CustomResourceDefinition")
        && let (Some(group), Some(kind)) = (text(spec, "group"), spec.get("names").and_then(named_kind))
    {
        told(Question::Definition(group, kind));
    }
}

fn named_kind(names: &Value) -> Option<&str> {
    text(names, "kind")
}
