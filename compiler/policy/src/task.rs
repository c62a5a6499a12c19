//! What is handed to a judge, and what comes back: both as bytes, so that a judge may be another process.

use serde::{Deserialize, Serialize};

/// The size, in bytes, beyond which the answer of a judge is not read.
pub const ANSWER_LIMIT: usize = 64 << 20;

/// What to judge, and by what. `V` is a value: one of a design where a task is made, one of the engine where it is read.
#[derive(Debug)]
pub struct Task<V> {
    /// The texts of the policies.
    pub modules: Vec<Module>,
    /// What policies find below `data`.
    pub data: Vec<Data<V>>,
    /// Gatekeeper's templates and constraints.
    pub gatekeeper: Vec<V>,
    /// The packages whose rules judge one object at a time, as conftest does it.
    pub namespaces: Vec<String>,
    /// The objects, in the order of the design.
    pub objects: Vec<Subject<V>>,
    /// The graph, as `schemas/graph.schema.json` describes it, for the policies of the package `design`; `None` where there
    /// are none.
    pub graph: Option<String>,
    /// The releases of Kubernetes that the objects are for.
    pub kubernetes_versions: Vec<String>,
    /// The kinds that have pods, for the policies of the package `design`.
    pub pod_kinds: Vec<PodKind>,
    /// Whether each step is announced before it is taken: so a judge that was stopped has said where.
    pub is_traced: bool,
}

impl<V> Default for Task<V> {
    /// Nothing to judge.
    fn default() -> Self {
        Self {
            modules: Vec::new(),
            data: Vec::new(),
            gatekeeper: Vec::new(),
            namespaces: Vec::new(),
            objects: Vec::new(),
            graph: None,
            kubernetes_versions: Vec::new(),
            pod_kinds: Vec::new(),
            is_traced: false,
        }
    }
}

/// Where a kind describes its pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodKind {
    /// The kind.
    pub kind: String,
    /// Its group; empty for the core group.
    pub group: String,
    /// The keys to the spec of the pods, with dots between them.
    pub spec: String,
    /// The keys to the metadata of the pods, likewise.
    pub metadata: String,
}

/// An object to be judged.
#[derive(Debug)]
pub struct Subject<V> {
    /// The object, as a manifest.
    pub object: V,
    /// Its id in the graph.
    pub id: String,
    /// Whether its kind lives in a namespace.
    pub is_namespaced: bool,
}

/// The text of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Module {
    /// Its file.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A document that policies find below `data`.
#[derive(Debug)]
pub struct Data<V> {
    /// The folders between the named one and the file.
    pub folders: Vec<String>,
    /// The document.
    pub value: V,
}

/// What a judge says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What the policies found.
    pub verdicts: Vec<Verdict>,
    /// What is wrong with the policies.
    pub faults: Vec<Fault>,
}

/// What a policy found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// How much it weighs.
    pub weight: Weight,
    /// What the policy says.
    pub message: String,
    /// The rule, such as `main.deny`, or the kind and name of the constraint.
    pub rule: String,
    /// Where the rule stands.
    pub origin: Origin,
    /// The object, by its position; `None` where the policy names none.
    pub object: Option<usize>,
    /// The field of the object, where the policy names one.
    pub path: Vec<Step>,
    /// A place that the policy names itself.
    pub place: Option<Place>,
}

/// How much a verdict weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// Not allowed.
    Denied,
    /// Allowed, but not well.
    Warned,
    /// Only said: a constraint that is tried out.
    Noted,
    /// Not allowed, but excepted.
    Exempted,
}

/// Where a policy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A line of a module, counted from 1.
    Module(usize, u32),
    /// A template or a constraint of Gatekeeper.
    Gatekeeper(usize),
    /// A line, counted from 1, of the text at one place of a template.
    Template(usize, TemplateText, u32),
    /// Nowhere in particular.
    Everything,
}

/// The texts of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateText {
    /// `spec.targets[0].rego`
    Rego,
    /// An element of `spec.targets[0].libs`
    Library(usize),
    /// `spec.targets[0].code[N].source.rego`
    Code(usize),
    /// An element of `spec.targets[0].code[N].source.libs`
    CodeLibrary(usize, usize),
}

/// One step to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A position in an array.
    Index(usize),
    /// A key of an object.
    Key(String),
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// Where it stands.
    pub origin: Origin,
    /// The column in the line of a module, counted from 1; 0 where it is not known.
    pub column: u32,
    /// What is wrong, in words.
    pub message: String,
    /// The first object with which it shows; `None` where it shows without any.
    pub object: Option<usize>,
    /// With how many objects more it shows.
    pub more: usize,
}

impl Fault {
    /// A fault that shows without any object.
    pub(crate) fn new(kind: FaultKind, origin: Origin, message: impl Into<String>) -> Self {
        Self { kind, origin, column: 0, message: message.into(), object: None, more: 0 }
    }
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// It is not Rego.
    Compile,
    /// It failed, or gave something that is no result.
    Evaluate,
    /// It passed a limit.
    Limit,
    /// It is of a form that is refused.
    Unsupported,
}

/// A step that a judge is about to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// What is about to be read or evaluated.
    pub origin: Origin,
    /// The rule; empty while a policy is read.
    pub rule: String,
    /// The object that is judged; `None`: all of them at once.
    pub object: Option<usize>,
}

/// Who is told of each step.
pub type Listener<'a> = &'a (dyn Fn(&Announcement) + Sync);
