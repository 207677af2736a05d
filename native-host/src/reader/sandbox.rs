//! Takes rights away from this process for good. Where a platform offers nothing cheap, it does nothing.
//!
//! On Linux (x86-64, ARM64): no new files, sockets, processes or executable memory (seccomp), no core dump, which
//! would hold the document, a few seconds of processor time, and little more memory than the allocator's limit.
//! Old kernels and some containers have no seccomp: then the limits are all there is, and `doctor` says so.

use serde::{Deserialize, Serialize};

/// What holds a process that takes documents apart, besides its limits on memory and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// Nothing can be opened or started from it.
    Locked,
    /// The system offers nothing.
    LimitsOnly,
}

/// Locks this process in.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) fn enter() -> Option<Sandbox> {
    Some(Sandbox::LimitsOnly)
}

/// Locks this process in: all its threads. None where it went wrong though the system can do it.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn enter() -> Option<Sandbox> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
    use seccompiler::Error::{Prctl, Seccomp};

    set_dumpable_behavior(DumpableBehavior::NotDumpable).ok()?;
    for (resource, most) in [(Resource::Core, 0), (Resource::Cpu, 4), (Resource::Data, 224 << 20)] {
        // A limit that is lower already cannot be raised.
        let most = Some(getrlimit(resource).maximum.map_or(most, |there| there.min(most)));
        setrlimit(resource, Rlimit { current: most, maximum: most }).ok()?;
    }
    match seccompiler::apply_filter_all_threads(&filter().ok()?) {
        Ok(()) => Some(Sandbox::Locked),
        Err(Prctl(error) | Seccomp(error)) if is_not_offered(&error) => Some(Sandbox::LimitsOnly),
        Err(_) => None,
    }
}

/// The kernel does not know seccomp or its filters, or a container withholds them. No document can bring this about:
/// nobody has looked at it yet.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn is_not_offered(error: &std::io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL | libc::EPERM))
}

/// What a thread needs that computes, waits for another, reads from a pipe and writes to one. Anything else fails as if it were
/// forbidden, which it is.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn filter() -> Result<seccompiler::BpfProgram, seccompiler::BackendError> {
    use seccompiler::{
        SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };

    let plain = [
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        // The next document. There is nothing else to read from.
        libc::SYS_read,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_sigaltstack,
        // An abort, when there is no memory left, is a signal to itself.
        libc::SYS_tgkill,
        libc::SYS_write,
    ];
    let not_executable = || {
        let protection = SeccompCondition::new(
            2,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64),
            0,
        )?;
        SeccompRule::new(vec![protection])
    };
    let mut rules: std::collections::BTreeMap<i64, Vec<SeccompRule>> =
        plain.into_iter().map(|call| (call, Vec::new())).collect();
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, vec![not_executable()?]);
    }
    let forbidden = SeccompAction::Errno(libc::EPERM as u32);
    SeccompFilter::new(rules, forbidden, SeccompAction::Allow, std::env::consts::ARCH.try_into()?)?.try_into()
}
