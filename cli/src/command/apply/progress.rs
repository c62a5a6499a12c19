//! What happens while a design is applied: a log, and on a terminal what is waited for below it.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use design_apply::{Action, Event};

/// So many of the objects that are waited for are shown at a time.
const SHOWN: usize = 6;

/// Writes to standard error. Several places may tell it of what happens at once.
pub struct Progress {
    is_quiet: bool,
    is_terminal: bool,
    width: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is waited for: why, and since when.
    waiting: BTreeMap<String, (String, Option<Instant>)>,
    /// How many lines below the log are drawn.
    drawn: usize,
}

impl Progress {
    /// Shows nothing where it is quiet, and lines that change only on a terminal.
    pub fn new(is_quiet: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        Self { is_quiet, is_terminal, width, state: Mutex::default() }
    }

    /// Tells of an event at the place that the prefix names.
    pub fn tell(&self, prefix: &str, event: &Event<'_>) {
        if self.is_quiet {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let written = state.tell(prefix, event, self.is_terminal, self.width);
        // Whoever does not read the log wants the design applied all the same.
        let _ = std::io::stderr().lock().write_all(written.as_bytes());
    }

    /// Takes away what is drawn below the log.
    pub fn finish(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let written = state.erase();
        let _ = std::io::stderr().lock().write_all(written.as_bytes());
    }
}

impl State {
    /// What is written of an event.
    fn tell(&mut self, prefix: &str, event: &Event<'_>, is_terminal: bool, width: usize) -> String {
        let mut written = self.erase();
        match event {
            Event::Applied(_, Action::Keep | Action::Nothing) => {}
            Event::Applied(id, action) => written.push_str(&format!("{prefix}{} {id}\n", past(*action))),
            Event::Waiting(id, reason) if is_terminal => {
                let since = self.waiting.get(&format!("{prefix}{id}")).map_or_else(|| Some(Instant::now()), |it| it.1);
                self.waiting.insert(format!("{prefix}{id}"), ((*reason).to_owned(), since));
            }
            Event::Waiting(id, reason) => written.push_str(&format!("{prefix}waiting for {id}: {reason}\n")),
            Event::Ready(id) => {
                self.waiting.remove(&format!("{prefix}{id}"));
                written.push_str(&format!("{prefix}ready {id}\n"));
            }
        }
        written.push_str(&self.draw(width));
        written
    }

    fn erase(&mut self) -> String {
        let lines = std::mem::take(&mut self.drawn);
        if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") }
    }

    fn draw(&mut self, width: usize) -> String {
        let mut text = String::new();
        for (id, (reason, since)) in self.waiting.iter().take(SHOWN) {
            let seconds = since.map_or(0, |since| since.elapsed().as_secs());
            let line = format!("  {seconds:>3} s  {id}: {reason}");
            // A line that the terminal breaks would count as two.
            let short: String = line.chars().take(width.saturating_sub(1)).collect();
            text.push_str(&short);
            text.push('\n');
        }
        let more = self.waiting.len().saturating_sub(SHOWN);
        if more > 0 {
            text.push_str(&format!("         and {more} more\n"));
        }
        self.drawn = self.waiting.len().min(SHOWN) + usize::from(more > 0);
        text
    }
}

fn past(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Keep => "kept",
        Action::Nothing => "left",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_a_line_for_everything_and_a_terminal_draws_what_is_waited_for_anew() {
        let waiting = Event::Waiting("Deployment.apps//web", "0 of 2 are there");
        let mut log = State::default();
        let line = "[east] waiting for Deployment.apps//web: 0 of 2 are there\n";
        assert_eq!(log.tell("[east] ", &waiting, false, 80), line);

        let mut terminal = State::default();
        assert_eq!(terminal.tell("", &waiting, true, 80), "    0 s  Deployment.apps//web: 0 of 2 are there\n");
        let created = Event::Applied("Service//web", Action::Create);
        let again = "\x1b[1A\r\x1b[Jcreated Service//web\n    0 s  Deployment.apps//web: 0 o\n";
        assert_eq!(terminal.tell("", &created, true, 35), again);
        let ready = terminal.tell("", &Event::Ready("Deployment.apps//web"), true, 80);
        assert_eq!(ready, "\x1b[1A\r\x1b[Jready Deployment.apps//web\n");
        assert_eq!(terminal.erase(), "");
    }
}
