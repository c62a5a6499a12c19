//! `design model build`

use std::path::{Path, PathBuf};

use clap::Args;
use design_definitions::{Member, pack, pack_image};
use design_pipeline::{Models, World as _, lint_models};
use design_report::text;
use design_syntax::Limits;

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::models;
use crate::output_folder::digest;
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// Files beside the definitions that go with them.
const BESIDE: [&str; 3] = ["LICENSE", "NOTICE", "README.md"];

/// Pack a model folder into one file
///
/// The same definitions give the same bytes on every machine, so the digest that is printed names them. Packed are the
/// definitions, LICENSE, NOTICE and README.md; a definition that cannot be read ends the command. A file that ends in .tar is
/// an OCI image, as Meshery imports it; its digest is that of the image.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design model build models/acme -o acme.tar.gz
  design model build models/acme -o for-meshery.tar
  design model list --model acme.tar.gz")]
pub struct ModelBuildArgs {
    /// The folder with the model, or with several
    #[arg(value_name = "DIR", default_value = ".")]
    folder: String,

    /// The file to write [default: NAME-VERSION.tar.gz, after the one model of the folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `design model build`.
pub fn cmd_build(terminal: &mut Terminal, options: &Options, args: &ModelBuildArgs) -> Result<Exit, Failure> {
    let root = Path::new(&args.folder);
    if !root.is_dir() {
        return Err(Failure::Usage(format!("`{}` is no folder", args.folder)));
    }
    let models = models::load(terminal, options, std::slice::from_ref(&args.folder))?;
    let packed: Vec<_> = models.definitions.models().iter().filter(|model| !model.is_builtin).collect();
    if packed.is_empty() {
        return Err(Failure::Usage(format!("no model lies in `{}`", args.folder)));
    }
    if models.index.files.iter().any(|file| file.is_faulty) {
        let linted = lint_models(&DiskWorld::new(), &models, &Models::default());
        terminal.error(&text::findings(&linted.report, &linted.sources, terminal.style()))?;
        terminal.error("nothing was packed: some definitions cannot be read\n")?;
        return Ok(Exit::Findings);
    }
    let output = match (&args.output, packed.as_slice()) {
        (Some(output), _) => output.clone(),
        (None, [only]) => PathBuf::from(format!("{}-{}.tar.gz", only.name, only.upstream_version)),
        (None, several) => {
            let several = several.len();
            return Err(Failure::Usage(format!("`{}` holds {several} models; name the file with -o", args.folder)));
        }
    };
    let members = members(&models, &args.folder)?;
    let count = members.len();
    let failed = |error: std::io::Error| Failure::Environment(format!("cannot pack: {error}"));
    let (bytes, identity) = if output.extension().is_some_and(|ending| ending == "tar") {
        let name = packed.first().map_or("model", |model| model.name.as_str());
        pack_image(members, name).map_err(failed)?
    } else {
        let bytes = pack(members).map_err(failed)?;
        let identity = format!("sha256:{}", digest(&bytes));
        (bytes, identity)
    };
    std::fs::write(&output, &bytes).map_err(|error| Failure::system("write", &output, &error))?;
    terminal.print(&format!("{identity}  {}\n", output.display()))?;
    terminal.detail(&format!("{count} files, {} bytes", bytes.len()))?;
    Ok(Exit::Done)
}

/// The files to be packed under their paths below the folder.
fn members(models: &Models, folder: &str) -> Result<Vec<Member>, Failure> {
    let world = DiskWorld::new();
    let read = |path: &str| {
        let bytes = world.read(path, Limits::default().bytes);
        bytes.map_err(|error| Failure::Environment(format!("cannot read {path}: {error}")))
    };
    let mut members = Vec::new();
    for file in &models.index.files {
        if file.member().is_some() || design_definitions::is_package(&file.path) {
            return Err(Failure::Usage(format!(
                "`{}` is a package already; packages do not hold packages",
                file.container()
            )));
        }
        let inside = Path::new(file.path.as_str()).strip_prefix(folder).unwrap_or(Path::new(file.path.as_str()));
        members.push(Member { path: inside.to_string_lossy().replace('\\', "/"), bytes: read(&file.path)? });
    }
    for name in BESIDE {
        let path = Path::new(folder).join(name);
        if path.is_file() {
            members.push(Member { path: name.to_owned(), bytes: read(&path.to_string_lossy())? });
        }
    }
    Ok(members)
}
