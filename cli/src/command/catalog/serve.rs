//! `design catalog serve`

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use design_server::{Options as ServerOptions, Served};

use super::{Repository, Words};
use crate::args::Options;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// The variable with the secrets that webhooks are signed with.
const SECRETS: &str = "DESIGN_WEBHOOK_SECRETS";

/// Serve the catalog over HTTP
///
/// One process, no database: pages, pictures, manifests, charts, feeds and search. A new commit of the repository takes the place of the
/// old one as a whole, within seconds. What is broken is not served, and leaves what was served as it is.
///
/// Webhooks of GitHub are taken at /webhook when `DESIGN_WEBHOOK_SECRETS` holds one secret, or two with a space between them while one takes
/// the place of the other.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design catalog serve
  design catalog serve --listen 0.0.0.0:8080 --base-url https://patterns.example --trusted-proxy 10.0.0.7")]
pub struct CatalogServeArgs {
    #[command(flatten)]
    from: Repository,

    #[command(flatten)]
    words: Words,

    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// The address under which readers reach the catalog [default: the one it listens at]
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,

    /// Where to listen for /metrics and /healthz [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,

    /// How often to look at the repository, in seconds [default: 1, and 300 where it is fetched]
    #[arg(long, value_name = "SECONDS")]
    poll: Option<u64>,

    /// How many requests a second one client may make
    #[arg(long, default_value_t = 50, value_name = "COUNT")]
    rate: u32,

    /// How many requests one client may make at once
    #[arg(long, default_value_t = 500, value_name = "COUNT")]
    burst: u32,

    /// The file with the tokens of those who may write, which `design catalog token` makes [default: nobody may]
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,

    /// Let only those read who have a token
    #[arg(long, requires = "tokens")]
    private: bool,

    /// Tell of each request, as a line of JSON on standard error
    #[arg(long)]
    log_requests: bool,

    /// A proxy whose X-Forwarded-For is believed; may be given several times
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    proxies: Vec<IpAddr>,
}

/// What the allocator is told, which reads it when the process begins: memory that is free goes back to the system at once. A server holds a
/// snapshot for days, and makes the next one beside it within a second; what that second takes would stay with it.
const ALLOCATOR: [(&str, &str); 2] = [("MIMALLOC_PURGE_DELAY", "0"), ("MIMALLOC_ARENA_EAGER_COMMIT", "0")];

/// Begins this process again with what the allocator is to be told, unless it was told something; returns where that cannot be.
fn begin_again() {
    use std::os::unix::process::CommandExt as _;
    if ALLOCATOR.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // It only returns where it fails, and then this process goes on as it is.
    let _ = std::process::Command::new(program).args(std::env::args_os().skip(1)).envs(ALLOCATOR).exec();
}

/// Runs `design catalog serve`.
pub fn cmd_serve(terminal: &mut Terminal, options: &Options, args: &CatalogServeArgs) -> Result<Exit, Failure> {
    begin_again();
    let remote = args.from.remote(options);
    let url = args.base_url.clone().unwrap_or_else(|| format!("http://{}", args.listen));
    let secrets = std::env::var(SECRETS).unwrap_or_default();
    let settings = args.words.settings(&url, args.from.public(), true);
    let how = ServerOptions {
        listen: args.listen,
        metrics: args.metrics_listen,
        repository: args.from.folder(options)?,
        shelf: Arc::new(super::shelf(options, &args.from, &settings)),
        origin: args.from.origin(),
        settings,
        poll: args.poll.unwrap_or(if remote.is_some() { 300 } else { 1 }),
        remote,
        rate: (args.rate, args.burst),
        proxies: args.proxies.clone(),
        tokens: args.tokens.clone(),
        is_private: args.private,
        is_logged: args.log_requests,
        secrets: secrets.split_whitespace().map(str::to_owned).collect(),
    };
    let served = Served::read(&how, None).map_err(Failure::Usage)?;
    let count = served.listed();
    if count == 0 {
        terminal.error("warning: no pattern was found; `design catalog verify` says why\n")?;
    }
    terminal.detail(&format!("{count} patterns, {} versions", served.versions()))?;
    let is_quiet = terminal.is_quiet();
    let tell = move |line: &str| {
        if !is_quiet {
            // Nobody to tell is no reason to stop.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{line}\n").as_bytes());
        }
    };
    design_server::serve(how, served, tell).map_err(Failure::Environment)?;
    Ok(Exit::Done)
}

/// An address that links begin with.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', '@', ' ', '"', '<', '>']));
    if is_plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("it begins with https:// or http://".to_owned())
    }
}
