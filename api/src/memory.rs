//! What the memory of this process holds, keys and charts among it, stays there.

/// Leaves no core dump when the process crashes, and lets no other process of the same user look into it (`core(5)`,
/// `PR_SET_DUMPABLE`; 45 CFR 164.312(a)(1)).
///
/// # Errors
/// The system does not know how.
pub fn keep_to_itself() -> nix::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    Ok(())
}
