//! The machine that measures.

use serde::Serialize;

use crate::number::share;

/// What results depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// The processor, as it calls itself.
    pub processor: String,
    /// How many cores this process may use.
    pub cores: usize,
    /// The release of the kernel.
    pub kernel: String,
    /// How the frequency is chosen; empty where the system does not say.
    pub governor: String,
}

impl Environment {
    /// That of this machine. What it does not tell is empty.
    pub fn read() -> Self {
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let processor = text("/proc/cpuinfo");
        let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: processor.map(|(_, name)| name.trim().to_owned()).unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: text("/proc/sys/kernel/osrelease").trim().to_owned(),
            governor: text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").trim().to_owned(),
        }
    }
}

/// What the processors did until now, in ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ticks {
    all: u64,
    stolen: u64,
}

impl Ticks {
    /// The share that was taken away since then, from 0 to 1.
    pub(super) fn since(self, then: Self) -> f64 {
        share(self.stolen.saturating_sub(then.stolen), self.all.saturating_sub(then.all))
    }
}

/// What the processors did until now (`/proc/stat`, see `proc_stat(5)`).
pub(super) fn steal() -> Ticks {
    let text = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = first.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    // The time of guests is counted among the others already.
    Ticks { all: ticks.iter().take(8).sum(), stolen: ticks.get(7).copied().unwrap_or_default() }
}
