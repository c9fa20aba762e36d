//! How an engine introduces itself to whoever keeps the register of AI systems.

use serde::{Deserialize, Serialize};

/// What a register needs to know about an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemDescription {
    /// Stable key, for example `local-whisper`.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Engine version and the model file with its hash.
    pub version: String,
    /// Who runs it: `this computer` for a local engine.
    pub vendor: String,
    /// Whether the sound stays on this computer.
    pub local: bool,
}
