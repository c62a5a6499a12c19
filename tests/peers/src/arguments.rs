//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::peer::Set;
use crate::work::Work;

/// What `--help` prints.
pub const HELP: &str = "\
Our work beside a peer's, on the same input in the same run

Usage: design-peers WORK… [--quick] [--scale PATH] [--corpus PATH]
       design-peers install [oracles|timed]

Works:
  start  design --version, beside kube-score version
  build  1,000 to 100,000 objects to manifests, beside kustomize build
  parse  4,000 objects of text to documents, beside the bare events of our parser and beside the parser of Go's tools
  check  the findings of microservices-demo and of 1,000 to 100,000 objects by schemas, references and all policies of our
         own, beside kube-score score; 10,000 objects by schemas alone, beside kubeconform with the same schemas
  graph  1,000 to 100,000 objects to a graph as DOT, beside kube-diagrams
  draw   104 objects to an SVG, beside the bare layout of dagre
  evaluate  1,000 to 100,000 objects to relationships, beside an evaluator that compares all pairs
  lsp    from an edit to the findings, in a folder of 4,000 objects
  helm   the first pattern to a chart, beside helm template of that chart
  compose  a compose project to manifests, beside kompose, and a design to a compose file
  registry  1,600 and 16,000 definitions of models read for the first time, found again through the index, looked up
  kustomize  an overlay over 1,000 to 100,000 objects, beside kustomize build
  policy  1,000 and 10,000 objects against five policies in Rego, as JSON beside opa and as YAML beside conftest, and
          against all policies of our own, beside kube-score
  apply  1,000 and 4,000 objects to a cluster, twice, and what would change, beside a client that only sends them, kubectl
         and kapp
  load   requests to nginx from our generator, beside others, by the processor time of a request
  catalog  pages of a catalog of our own patterns, beside nginx with the same bytes as files, by the processor time of a request

Options:
  --quick        leave out the runs of peers that take minutes
  --scale PATH   the generator of objects [default: ../shared/tools/scale.py beside the workspace]
  --corpus PATH  the folder of real inputs [default: ../shared/corpus beside the workspace]

install builds the peers into $DESIGN_TOOLS, or design-peers/bin in the cache folder: the oracles, which tests need, the
timed, which only the tables need, or both. A peer that is not there is looked for in PATH.
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// The page above.
    Help,
    /// Build the peers of these sets.
    Install(Vec<Set>),
    /// Run works and print the table.
    Measure(Options),
    /// What this program asks of a second, small process of itself. Not on the page.
    RunHere {
        /// The file for what the run took.
        result: PathBuf,
        /// What to run.
        program: OsString,
        /// Its arguments.
        arguments: Vec<OsString>,
    },
}

/// What to measure, and with what.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The works, in the order in which they were asked for.
    pub works: Vec<Work>,
    /// Without the runs of peers that take minutes.
    pub quick: bool,
    /// Another generator.
    pub scale: Option<PathBuf>,
    /// Another corpus.
    pub corpus: Option<PathBuf>,
}

/// Reads the arguments behind the program's name.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Request, Failure> {
    let mut arguments = arguments.peekable();
    let mut options = Options::default();
    if let Some(first) = arguments.peek().and_then(|first| first.to_str()) {
        match first {
            "install" => return install(arguments.skip(1)),
            "run-here" => return run_here(arguments.skip(1)),
            _ => {}
        }
    }
    while let Some(argument) = arguments.next() {
        let mut path = |name| {
            arguments.next().map(PathBuf::from).ok_or_else(|| Failure::Usage(format!("{name} wants a path behind it")))
        };
        match argument.to_str() {
            Some("-h" | "--help") => return Ok(Request::Help),
            Some("--quick") => options.quick = true,
            Some("--scale") => options.scale = Some(path("--scale")?),
            Some("--corpus") => options.corpus = Some(path("--corpus")?),
            name => {
                let work = name.and_then(Work::named).ok_or_else(|| unknown("work or option", &argument))?;
                if !options.works.contains(&work) {
                    options.works.push(work);
                }
            }
        }
    }
    if options.works.is_empty() {
        return Err(Failure::Usage("name at least one work; --help lists them".to_owned()));
    }
    Ok(Request::Measure(options))
}

fn install(names: impl Iterator<Item = OsString>) -> Result<Request, Failure> {
    let mut sets = Vec::new();
    for name in names {
        match name.to_str() {
            Some("-h" | "--help") => return Ok(Request::Help),
            Some("oracles") => sets.push(Set::Oracles),
            Some("timed") => sets.push(Set::Timed),
            _ => return Err(unknown("set of peers", &name)),
        }
    }
    if sets.is_empty() {
        sets = vec![Set::Oracles, Set::Timed];
    }
    Ok(Request::Install(sets))
}

fn run_here(mut arguments: impl Iterator<Item = OsString>) -> Result<Request, Failure> {
    let wrong = || Failure::Usage("run-here RESULT PROGRAM ARGUMENT…".to_owned());
    let result = arguments.next().map(PathBuf::from).ok_or_else(wrong)?;
    let program = arguments.next().ok_or_else(wrong)?;
    Ok(Request::RunHere { result, program, arguments: arguments.collect() })
}

fn unknown(what: &str, name: &OsString) -> Failure {
    Failure::Usage(format!("no {what} is called {}; --help lists them", name.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, Failure> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn works_come_in_the_order_of_the_line_and_once() {
        let options = Options {
            works: vec![Work::Check, Work::Start],
            quick: true,
            scale: Some("scale.py".into()),
            corpus: None,
        };
        assert_eq!(parsed("check --quick start check --scale scale.py"), Ok(Request::Measure(options)));
    }

    #[test]
    fn plain_install_is_both_sets() {
        assert_eq!(parsed("install"), Ok(Request::Install(vec![Set::Oracles, Set::Timed])));
        assert_eq!(parsed("install oracles"), Ok(Request::Install(vec![Set::Oracles])));
    }

    #[test]
    fn what_is_unknown_or_missing_is_wrong_usage() {
        for line in ["", "--quick", "bild", "start --scale", "install all", "run-here x"] {
            assert!(matches!(parsed(line), Err(Failure::Usage(_))), "{line}");
        }
    }
}
