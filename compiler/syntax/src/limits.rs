//! What an input may cost before it is refused.

/// Limits on one input file. Passing one is a finding, never a crash: inputs come from strangers' pull requests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Documents of a file.
    pub documents: usize,
    /// Collections inside each other, aliases followed.
    pub depth: usize,
    /// Nodes that the aliases of a file may add beyond the nodes that are written, as a multiple of the latter.
    pub expansion_factor: u64,
    /// Nodes that the aliases of a file may add in any case.
    pub expansion_floor: u64,
}

impl Default for Limits {
    /// Far above what people write: the largest manifests seen are a few megabytes and thirty levels deep.
    fn default() -> Self {
        Self { bytes: 256 << 20, documents: 250_000, depth: 200, expansion_factor: 10, expansion_floor: 100_000 }
    }
}
