//! How glibc allocates in this process. It reads its settings once, when a program begins, from the environment; so the
//! program begins again with them.

use std::{env, os::unix::process::CommandExt as _, process::Command};

/// <https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html>
const TUNABLES: &str = "GLIBC_TUNABLES";
/// - Two arenas. By itself glibc makes one for nearly every thread, and each keeps what it once needed.
/// - Huge pages for what is large: a password's 19 MiB are walked through in an order that nothing foresees, and every
///   step to another small page is looked up anew.
const SETTINGS: &str = "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1";

/// Begins the program again with these settings, unless it has some already. Where that cannot be, it goes on without.
pub fn tune() {
    if !cfg!(target_env = "gnu") || env::var_os(TUNABLES).is_some() {
        return;
    }
    let mut arguments = env::args_os();
    if let (Ok(program), Some(name)) = (env::current_exe(), arguments.next()) {
        // It returns only when it fails.
        let _goes_on = Command::new(program).arg0(name).args(arguments).env(TUNABLES, SETTINGS).exec();
    }
}
