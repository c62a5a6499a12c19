//! nginx with one worker on the first processor: one answer from memory, which load generators ask for, or files.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::failure::Failure;

/// The body of an answer: 128 bytes.
const BODY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
                    0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\\n";

/// What it answers.
#[derive(Clone, Copy, Debug)]
pub enum Serving<'a> {
    /// 128 bytes, whatever is asked for.
    Bytes,
    /// The files of a folder, compressed ones where they lie beside.
    Files(&'a Path),
}

/// A server that ends with it.
pub struct Server {
    child: Child,
    /// Where it speaks HTTP/1.1.
    pub url: String,
    /// Where it speaks HTTP/2 by prior knowledge.
    pub http2: String,
}

impl Server {
    /// Starts it, with its files in a folder, and waits until it answers.
    pub fn start(nginx: &Path, folder: &Path, serving: Serving<'_>) -> Result<Self, Failure> {
        let port = || -> Result<u16, Failure> {
            let listener = TcpListener::bind("127.0.0.1:0").map_err(Failure::io("find a free port"))?;
            Ok(listener.local_addr().map_err(Failure::io("find a free port"))?.port())
        };
        let (one, two) = (port()?, port()?);
        let location = match serving {
            Serving::Bytes => format!("location / {{ return 200 \"{BODY}\"; }}"),
            Serving::Files(files) => format!(
                "root {}; sendfile on; tcp_nopush on; gzip_static on; etag on; types {{ text/html html; }}\n\
                 open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s; location / {{ }}",
                files.display()
            ),
        };
        let configuration = format!(
            "worker_processes 1;\nworker_cpu_affinity 01;\npid nginx.pid;\nerror_log error.log;\n\
             events {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;\n\
             client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;\n\
             scgi_temp_path scgi;\n\
             server {{ listen 127.0.0.1:{one}; listen 127.0.0.1:{two} http2; {location} }} }}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, configuration).map_err(Failure::io("write the configuration of nginx"))?;
        let child = Command::new(nginx)
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&file)
            .args(["-g", "daemon off;"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Failure::io("start nginx"))?;
        let server = Self { child, url: format!("http://127.0.0.1:{one}/"), http2: format!("http://127.0.0.1:{two}/") };
        let before = Instant::now();
        while TcpStream::connect(("127.0.0.1", one)).is_err() {
            if before.elapsed() > Duration::from_secs(10) {
                return Err(Failure::Environment("nginx does not answer".to_owned()));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Stops what answers for a time.
    pub fn freeze(&self, time: Duration) {
        let workers: Vec<Pid> = self.workers();
        for (signal, wait) in [(Signal::STOP, time), (Signal::CONT, Duration::ZERO)] {
            for worker in &workers {
                // One that ended shows in the table.
                let _ = kill_process(*worker, signal);
            }
            sleep(wait);
        }
    }

    /// The processor time of all of it.
    pub fn processor_time(&self) -> Duration {
        let workers = self.workers();
        let ids = workers.iter().map(|worker| worker.as_raw_nonzero().get().unsigned_abs());
        ids.chain([self.child.id()]).map(processor_time).sum()
    }

    fn workers(&self) -> Vec<Pid> {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let numbers = children.split_whitespace().filter_map(|word| word.parse().ok());
        numbers.filter_map(Pid::from_raw).collect()
    }
}

/// The processor time of a process, as the kernel counts it (proc(5), `stat`: the fields behind the name in brackets).
pub fn processor_time(id: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
    let ticks: u64 = behind.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its workers end with it when it is asked to, and not when it is killed.
        if let Some(process) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(process, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}
