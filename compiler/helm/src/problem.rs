//! What can be wrong with a chart, as data; the rules of the check crate word it.

use design_vocabulary::Span;

/// Something that reading or rendering a chart met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub fault: ChartFault,
    /// Where it stands.
    pub at: Span,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartFault {
    /// Something of the text of a YAML file of the chart.
    Syntax(design_syntax::Problem),
    /// The chart was rendered by the engine that is built in.
    Approximate,
    /// A function that Helm has and the engine has not.
    NotCovered {
        /// Its name.
        function: String,
        /// The template that calls it, as a path in the chart.
        template: String,
    },
    /// A function whose answer changes with the clock or by chance.
    NotDeterministic {
        /// Its name.
        function: String,
        /// The template that calls it, as a path in the chart.
        template: String,
    },
    /// A template that cannot be rendered; Helm fails on it as well.
    Template {
        /// Why, as a sentence without a full stop.
        what: String,
    },
    /// The chart says itself what is wrong.
    Said {
        /// Its words.
        what: String,
    },
    /// A limit of the engine.
    Limit {
        /// What there is too much of.
        what: &'static str,
    },
    /// A dependency that is declared and does not lie in `charts/`.
    MissingDependency {
        /// Its name.
        name: String,
    },
    /// A value that the schema of the chart does not allow, in the words of the schema.
    Value {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// An object that Helm treats as a hook.
    Hook {
        /// The object, such as `Job/migrate`.
        object: String,
        /// When it runs, as written.
        events: String,
    },
    /// A file of the chart that cannot be read as what it is.
    File {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// A `--set` that cannot be read.
    Set {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// What a template wrote is no object.
    Output {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
    /// A value that is not used, since it does not fit where it is set.
    ValueIgnored {
        /// What is wrong, as a sentence without a full stop.
        what: String,
    },
}
