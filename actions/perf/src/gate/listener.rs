//! Who listens on a port, by what the kernel tells of sockets (proc(5), `/proc/net/tcp`): a command may hand its work to a daemon, and
//! then the processor time of its own processes says nothing.

use std::path::Path;

/// The state of a socket that listens.
const LISTENS: &str = "0A";

/// Whether one of these processes listens on a port of this machine; `None` where the system does not tell.
pub(super) fn listens(port: u16, processes: &[u32]) -> Option<bool> {
    let tables: Vec<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let sockets: Vec<String> = tables.iter().flat_map(|table| sockets(table, port)).collect();
    if sockets.is_empty() {
        return None;
    }
    let has = |process: &u32| {
        let handles = std::fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
        let targets = handles.filter_map(|handle| std::fs::read_link(handle.path()).ok());
        targets.into_iter().any(|target| sockets.iter().any(|socket| target == Path::new(socket)))
    };
    Some(processes.iter().any(has))
}

/// The sockets of a table that listen on a port, as links to them are called.
fn sockets(table: &str, port: u16) -> Vec<String> {
    let of_port = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (address, state, number) = (words.get(1)?, words.get(3)?, words.get(9)?);
        let (_, written) = address.rsplit_once(':')?;
        let is_it = *state == LISTENS && u16::from_str_radix(written, 16) == Ok(port);
        is_it.then(|| format!("socket:[{number}]"))
    };
    table.lines().skip(1).filter_map(of_port).collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn tables_of_sockets_are_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n   \
                     1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1\n";
        assert_eq!(sockets(table, 8080), ["socket:[4711]"]);
        assert!(sockets(table, 8081).is_empty());
    }

    #[test]
    fn this_process_listens_where_it_does_and_no_other() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(listens(port, &[std::process::id()]), Some(true));
        assert_eq!(listens(port, &[1]), Some(std::process::id() == 1));
        drop(listener);
        assert_eq!(listens(port, &[std::process::id()]), None);
    }
}
