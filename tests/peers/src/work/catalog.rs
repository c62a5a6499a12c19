//! `catalog`: pages of a catalog, and the same bytes as files of nginx. Both servers have the first processor, what asks them the second.
//! What is compared is the processor time of a request, of the server alone.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;
use crate::format;
use crate::machine::Watch;
use crate::peer::{NGINX, WRK};
use crate::product;
use crate::work::Bench;
use crate::work::server::{Server, Serving, processor_time};

/// How often each server has its turn.
const TURNS: usize = 5;

/// What is asked for.
const PATHS: [(&str, &str); 3] = [
    ("a pattern", "/patterns/design/three-tier-web/1.0.0/"),
    ("the first page", "/"),
    ("manifests", "/patterns/design/three-tier-web/1.0.0/manifests.yaml"),
];

/// At least so many times the requests for a processor second of nginx.
const LEAST: f64 = 0.9;

/// A catalog that ends with it.
struct Catalog {
    child: Child,
    address: String,
}

/// An answer: its head, and its body.
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Catalog {
    fn start(design: &Path, cache: &Path) -> Result<Self, Failure> {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(design)
            .args(["catalog", "serve", "--listen", "127.0.0.1:0", "--base-url", "http://patterns.example"])
            .args(["--rate", "1000000000", "--burst", "1000000000", "--repository"])
            .arg(product::root())
            .env("XDG_CACHE_HOME", cache)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Failure::io("serve the catalog"))?;
        let mut line = String::new();
        if let Some(errors) = child.stderr.take() {
            BufReader::new(errors).read_line(&mut line).map_err(Failure::io("read what the catalog says"))?;
        }
        let address = line.split("http://").nth(1).map(|rest| rest.trim().trim_end_matches('/').to_owned());
        let catalog = Self { address: address.unwrap_or_default(), child };
        if catalog.address.is_empty() {
            return Err(Failure::Environment(format!("the catalog is not served: {line}")));
        }
        Ok(catalog)
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        // One that ended by itself needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Beside nginx, if it is there.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let (Some(nginx), Some(wrk)) = (bench.find(&NGINX), bench.find(&WRK)) else {
        bench.report.note("catalog: not measured, because nginx or wrk is absent".to_owned());
        return Ok(());
    };
    let folder = bench.folder.join("catalog");
    let files = folder.join("files");
    std::fs::create_dir_all(&files).map_err(Failure::io("make a folder for the catalog"))?;
    let catalog = Catalog::start(&bench.design()?, &folder.join("cache"))?;
    for (_, path) in PATHS {
        keep(&catalog, path, &files)?;
    }
    let server = Server::start(&nginx, &folder, Serving::Files(&files))?;
    let theirs = server.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let our_time = || processor_time(catalog.child.id());
    let their_time = || server.processor_time();
    let sides: [(&str, &dyn Fn() -> std::time::Duration); 2] = [(&catalog.address, &our_time), (&theirs, &their_time)];
    for (name, path) in PATHS {
        for is_known in [false, true] {
            let what = if is_known { format!("{name}, which the client has") } else { name.to_owned() };
            let watch = Watch::start();
            let mut measured = [Vec::new(), Vec::new()];
            let mut size = 0;
            for turn in 0..TURNS {
                eprintln!("measuring catalog: {what}, turn {} of {TURNS}", turn + 1);
                for ((address, time), measured) in sides.iter().zip(&mut measured) {
                    let answer = ask(address, path)?;
                    size = answer.body.len();
                    let tag = answer.header("etag").filter(|_| is_known);
                    let before = time();
                    let requests = load(&wrk, address, path, tag)?;
                    measured.push(requests / time().saturating_sub(before).as_secs_f64());
                }
            }
            if let Some(note) = watch.disturbance(&what) {
                bench.report.note(note);
            }
            let median = |mut values: Vec<f64>| {
                values.sort_by(f64::total_cmp);
                values.get(TURNS / 2).copied().unwrap_or_default()
            };
            let [ours, theirs] = measured.map(median);
            let ratio = ours / theirs;
            let verdict = if ratio >= LEAST { "within" } else { "BELOW" };
            bench.report.note(format!(
                "catalog, {what} ({size} bytes compressed): {} requests a processor second, nginx {}; ours are {} of it, {verdict} the \
                 least of {}",
                format::digits(ours),
                format::digits(theirs),
                format::factor(ratio),
                format::factor(LEAST),
            ));
        }
    }
    Ok(())
}

/// Keeps the bytes of an address as a file of nginx, and beside it nothing: what is compressed is all that is asked for.
fn keep(catalog: &Catalog, path: &str, files: &Path) -> Result<(), Failure> {
    let answer = ask(&catalog.address, path)?;
    let name = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let file = files.join(name.trim_start_matches('/'));
    let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let plain = made.and_then(|()| std::fs::write(&file, "only what is compressed is asked for"));
    let compressed = plain.and_then(|()| std::fs::write(format!("{}.gz", file.display()), &answer.body));
    compressed.map_err(Failure::io(format_args!("write {}", file.display())))
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// One request for what is compressed.
fn ask(address: &str, path: &str) -> Result<Answer, Failure> {
    let exchange = || {
        let mut stream = TcpStream::connect(address)?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes: Vec<u8> = exchange().map_err(Failure::io(format_args!("ask http://{address}{path}")))?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    if !head.starts_with("HTTP/1.1 200") {
        return Err(Failure::Environment(format!(
            "http://{address}{path} is answered `{}`",
            head.lines().next().unwrap_or_default()
        )));
    }
    Ok(Answer { head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() })
}

/// Five seconds of requests over 64 connections; how many were answered.
fn load(wrk: &Path, address: &str, path: &str, tag: Option<&str>) -> Result<f64, Failure> {
    let mut arguments: Vec<OsString> = ["-c", "1"].map(OsString::from).to_vec();
    arguments.push(wrk.into());
    arguments.extend(["-t1", "-c64", "-d5s", "-H", "Accept-Encoding: gzip"].map(OsString::from));
    if let Some(tag) = tag {
        arguments.extend(["-H".into(), format!("If-None-Match: {tag}").into()]);
    }
    arguments.push(format!("http://{address}{path}").into());
    let output =
        Command::new("taskset").args(arguments).stdin(Stdio::null()).output().map_err(Failure::io("run wrk"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if let Some(line) = text.lines().find(|line| line.contains("Non-2xx or 3xx") || line.contains("Socket errors")) {
        return Err(Failure::Environment(format!("http://{address}{path}: {}", line.trim())));
    }
    let count = text.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok());
    count.ok_or_else(|| Failure::Environment("wrk says no number of requests".to_owned()))
}
