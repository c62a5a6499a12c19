//! `design catalog token`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use design_publish::{Role, Token, Tokens};
use jiff::Timestamp;

use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Make a token for somebody who writes to a catalog, or reads one that is not open to all
///
/// The token is printed once; the file gets its digest, which is all that the catalog knows. To take one back, take its line out of the
/// file: the server reads it again each time that it looks at its repository.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog token ann --role publisher --publisher us --tokens tokens.yaml
  design catalog token bob --role reviewer --days 30 --tokens tokens.yaml
  design catalog serve --tokens tokens.yaml")]
pub struct CatalogTokenArgs {
    /// Whose it is, as commits and the audit log name them
    #[arg(value_name = "NAME")]
    name: String,

    /// What it is for; may be given several times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<RoleName>,

    /// In whose name it publishes; may be given several times
    #[arg(long = "publisher", value_name = "NAME")]
    publishers: Vec<String>,

    /// How many days it holds
    #[arg(long, default_value_t = 90, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,

    /// The file with the tokens of the catalog
    #[arg(long, value_name = "FILE")]
    tokens: PathBuf,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// Read a catalog that is not open to all
    Reader,
    /// Propose versions, deprecate and yank, in the name of --publisher
    Publisher,
    /// Approve and turn down what others propose
    Reviewer,
    /// All of that for everybody, and block patterns
    Admin,
}

/// Runs `design catalog token`.
pub fn cmd_token(terminal: &mut Terminal, _options: &Options, args: &CatalogTokenArgs) -> Result<Exit, Failure> {
    if args.roles.contains(&RoleName::Publisher) && args.publishers.is_empty() {
        return Err(Failure::Usage("a publisher publishes in the name of somebody: `--publisher NAME`".to_owned()));
    }
    let roles: Vec<Role> = args.roles.iter().map(|role| role.role()).collect();
    // What is there is looked at first: nothing is put behind what nobody can read.
    let before = std::fs::read_to_string(&args.tokens).unwrap_or_default();
    Tokens::read(&before).map_err(|why| Failure::Usage(format!("{}: {why}", args.tokens.display())))?;
    let (secret, token) =
        Token::new(&args.name, &roles, &args.publishers, args.days, Timestamp::now()).map_err(Failure::Usage)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&args.tokens);
    let separator = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let written = file.and_then(|mut file| file.write_all(format!("{separator}{}", Tokens::entry(&token)).as_bytes()));
    written.map_err(|error| Failure::system("write", &args.tokens, &error))?;
    terminal.detail(&format!("it holds until {}", token.expires))?;
    terminal.print(&format!("{secret}\n"))?;
    Ok(Exit::Done)
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            Self::Reader => Role::Reader,
            Self::Publisher => Role::Publisher,
            Self::Reviewer => Role::Reviewer,
            Self::Admin => Role::Admin,
        }
    }
}
