//! Runs a program and stops it at single system calls: counts them, kills the program before or after one of
//! them, lets one of them fail, or writes down what they did to the disk.
//!
//! The counts are the process's own, over all of its threads. A call that the program is killed before is not
//! carried out (ptrace(2)); one that it is killed after is, and the program does not learn of it.

use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

/// Kinds of calls that change what is on the disk, or that somebody learns of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Create,
    Link,
    MakeFolder,
    Rename,
    Sync,
    Truncate,
    Unlink,
    Write,
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Archive,
    /// The index and the log.
    State,
    /// What the browser hears.
    Output,
}

/// One call of a run: the nth of its kind at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub place: Place,
    pub call: Call,
    pub ordinal: u32,
}

/// What happens at a point.
#[derive(Clone, Debug)]
pub enum Act {
    KillBefore,
    KillAfter,
    /// That call fails, or also all after it at its place that need what is missing; none once it is over.
    Fail {
        error: i32,
        lasts: bool,
        over: Arc<AtomicBool>,
    },
}

/// What is done to a program.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub at: Option<(Point, Act)>,
    /// Calls that this system does not have, by number.
    pub missing: Vec<(i64, i32)>,
    /// Write down what the calls do.
    pub record: bool,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Traced {
    pub counts: BTreeMap<(Place, Call), u32>,
    /// The point was reached.
    pub reached: bool,
    pub steps: Vec<Step>,
}

impl Traced {
    /// Every call that was seen, in a fixed order.
    pub fn points(&self) -> Vec<Point> {
        let of = |(&(place, call), &count): (&(Place, Call), &u32)| {
            (1..=count).map(move |ordinal| Point { place, call, ordinal })
        };
        self.counts.iter().flat_map(of).collect()
    }
}

/// What a call did.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Create(PathBuf),
    Link(PathBuf, PathBuf),
    MakeFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    /// It covers the steps before it was asked for: so many.
    Sync(PathBuf, usize),
    Truncate(PathBuf, u64),
    Unlink(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Output(Vec<u8>),
}

/// The places that matter.
#[derive(Clone, Debug)]
pub struct Places {
    pub archive: PathBuf,
    pub state: PathBuf,
}

/// A program under trace.
pub struct Running {
    pub input: ChildStdin,
    pub output: ChildStdout,
    pub pid: u32,
    thread: JoinHandle<Traced>,
}

impl Running {
    /// Waits for its end.
    pub fn end(self) -> Traced {
        drop((self.input, self.output));
        self.thread.join().unwrap()
    }

    pub fn split(self) -> (ChildStdin, ChildStdout, JoinHandle<Traced>) {
        (self.input, self.output, self.thread)
    }
}

/// Starts a program under trace, from its first system call on.
pub fn start(command: &Command, places: Places, plan: Plan) -> Running {
    // A shell that waits until we are there, and then becomes the program.
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill -STOP $$; exec \"$0\" \"$@\""]).arg(command.get_program());
    shell.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        shell.env(name, value.unwrap());
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let (sender, pipes) = channel();
    let thread = std::thread::spawn(move || {
        #[expect(clippy::zombie_processes, reason = "the tracer waits for it")]
        let mut child = shell.spawn().unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        // Its threads, and not the processes that read documents, which write to nothing but pipes.
        let options =
            Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_EXITKILL;
        ptrace::seize(pid, options).unwrap();
        ptrace::interrupt(pid).unwrap();
        sender.send((child.stdin.take().unwrap(), child.stdout.take().unwrap(), child.id())).unwrap();
        Tracer { pid, places, plan, traced: Traced::default(), inside: HashMap::new(), failing: None }.run()
    });
    let (input, output, pid) = pipes.recv().unwrap();
    Running { input, output, pid, thread }
}

struct Tracer {
    pid: Pid,
    places: Places,
    plan: Plan,
    traced: Traced,
    /// Threads that are inside a call, and what is to be done when it returns.
    inside: HashMap<Pid, Inside>,
    /// An error that lasts.
    failing: Option<(Place, i32, Arc<AtomicBool>)>,
}

#[derive(Default)]
struct Inside {
    error: Option<i32>,
    kill: bool,
    steps: Vec<Step>,
}

/// A call, as it is entered.
struct Entered {
    call: Call,
    place: Place,
    steps: Vec<Step>,
}

impl Tracer {
    fn run(mut self) -> Traced {
        // Only what this thread traces: other threads have programs of their own.
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        while let Ok(status) = waitpid(None, Some(flags)) {
            // A thread that has just been killed cannot be told anything; its end is reported next.
            match status {
                WaitStatus::PtraceSyscall(thread) => {
                    let _ = self.stopped(thread);
                    let _ = ptrace::syscall(thread, None);
                }
                WaitStatus::Stopped(thread, Signal::SIGSTOP | Signal::SIGTRAP) => {
                    let _ = ptrace::syscall(thread, None);
                }
                WaitStatus::Stopped(thread, signal) => {
                    let _ = ptrace::syscall(thread, signal);
                }
                WaitStatus::PtraceEvent(thread, ..) => {
                    let _ = ptrace::syscall(thread, None);
                }
                _ => {}
            }
        }
        self.traced
    }

    fn kill(&mut self) {
        let _ = kill(self.pid, Signal::SIGKILL);
    }

    fn stopped(&mut self, thread: Pid) -> nix::Result<()> {
        let mut registers = ptrace::getregs(thread)?;
        let Some(inside) = self.inside.remove(&thread) else {
            let inside = self.entered(thread, &registers);
            if inside.error.is_some() {
                // No call at all.
                registers.orig_rax = u64::MAX;
                ptrace::setregs(thread, registers)?;
            }
            self.inside.insert(thread, inside);
            return Ok(());
        };
        if let Some(error) = inside.error {
            registers.rax = (-i64::from(error)) as u64;
            ptrace::setregs(thread, registers)?;
        } else {
            self.traced.steps.extend(done(inside.steps, registers.rax as i64));
        }
        if inside.kill {
            self.kill();
        }
        Ok(())
    }

    fn entered(&mut self, thread: Pid, registers: &libc::user_regs_struct) -> Inside {
        let number = registers.orig_rax as i64;
        let mut inside = Inside::default();
        if let Some((_, error)) = self.plan.missing.iter().find(|(missing, _)| *missing == number) {
            inside.error = Some(*error);
        }
        let Some(Entered { call, place, steps }) = self.read(thread, registers) else { return inside };
        if self.plan.record {
            inside.steps = steps;
        }
        let count = self.traced.counts.entry((place, call)).or_default();
        *count += 1;
        let here = Point { place, call, ordinal: *count };
        match &self.plan.at {
            Some((point, act)) if *point == here => {
                self.traced.reached = true;
                match act {
                    Act::KillBefore => self.kill(),
                    Act::KillAfter => inside.kill = true,
                    Act::Fail { over, .. } if over.load(Ordering::Relaxed) => self.traced.reached = false,
                    Act::Fail { error, lasts, over } => {
                        inside.error = Some(*error);
                        self.failing = lasts.then(|| (place, *error, Arc::clone(over)));
                    }
                }
            }
            _ => {}
        }
        match &self.failing {
            Some((failing, error, over))
                if *failing == place && !over.load(Ordering::Relaxed) && needs(call, *error) =>
            {
                inside.error = Some(*error);
            }
            _ => {}
        }
        inside
    }

    /// What a call is about, if it matters.
    fn read(&self, thread: Pid, registers: &libc::user_regs_struct) -> Option<Entered> {
        let process = Process { pid: self.pid, thread };
        let arguments = [registers.rdi, registers.rsi, registers.rdx, registers.r10];
        let [first, second, third, fourth] = arguments;
        let record = self.plan.record;
        let (call, path, steps) = match registers.orig_rax as i64 {
            libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev => {
                if first == 1 {
                    let steps = if record { vec![Step::Output(process.written(registers))] } else { vec![] };
                    return Some(Entered { call: Call::Write, place: Place::Output, steps });
                }
                let path = process.open_file(first)?;
                let step = || {
                    let at = if registers.orig_rax as i64 == libc::SYS_pwrite64 {
                        fourth
                    } else {
                        process.position(first, &path)
                    };
                    vec![Step::Write(path.clone(), at, process.written(registers))]
                };
                (Call::Write, path.clone(), if record { step() } else { vec![] })
            }
            libc::SYS_fsync | libc::SYS_fdatasync => {
                let path = process.open_file(first)?;
                (Call::Sync, path.clone(), vec![Step::Sync(path, self.traced.steps.len())])
            }
            libc::SYS_ftruncate => {
                let path = process.open_file(first)?;
                (Call::Truncate, path.clone(), vec![Step::Truncate(path, second)])
            }
            libc::SYS_open | libc::SYS_openat => {
                let is_at = registers.orig_rax as i64 == libc::SYS_openat;
                let (path, flags) = if is_at { (second, third) } else { (first, second) };
                let flags = i32::try_from(flags & 0xffff_ffff).ok()?;
                if flags & libc::O_CREAT == 0 {
                    return None;
                }
                let path = process.path(path)?;
                let step = match path.exists() {
                    false => vec![Step::Create(path.clone())],
                    true if flags & libc::O_TRUNC != 0 => vec![Step::Truncate(path.clone(), 0)],
                    true => vec![],
                };
                (Call::Create, path, step)
            }
            libc::SYS_mkdir => {
                let path = process.path(first)?;
                (Call::MakeFolder, path.clone(), vec![Step::MakeFolder(path)])
            }
            libc::SYS_mkdirat => {
                let path = process.path(second)?;
                (Call::MakeFolder, path.clone(), vec![Step::MakeFolder(path)])
            }
            libc::SYS_rename => {
                let (from, to) = (process.path(first)?, process.path(second)?);
                (Call::Rename, to.clone(), vec![Step::Rename(from, to)])
            }
            libc::SYS_renameat | libc::SYS_renameat2 => {
                let (from, to) = (process.path(second)?, process.path(fourth)?);
                (Call::Rename, to.clone(), vec![Step::Rename(from, to)])
            }
            libc::SYS_link => {
                let (from, to) = (process.path(first)?, process.path(second)?);
                (Call::Link, to.clone(), vec![Step::Link(from, to)])
            }
            libc::SYS_linkat => {
                let (from, to) = (process.path(second)?, process.path(fourth)?);
                (Call::Link, to.clone(), vec![Step::Link(from, to)])
            }
            libc::SYS_unlink => {
                let path = process.path(first)?;
                (Call::Unlink, path.clone(), vec![Step::Unlink(path)])
            }
            libc::SYS_unlinkat => {
                let path = process.path(second)?;
                (Call::Unlink, path.clone(), vec![Step::Unlink(path)])
            }
            _ => return None,
        };
        let place = if path.starts_with(&self.places.archive) {
            Place::Archive
        } else if path.starts_with(&self.places.state) {
            Place::State
        } else {
            return None;
        };
        Some(Entered { call, place, steps })
    }
}

/// Which calls an error can come from.
fn needs(call: Call, error: i32) -> bool {
    match error {
        libc::ENOSPC | libc::EDQUOT => !matches!(call, Call::Unlink | Call::Truncate),
        _ => true,
    }
}

/// The steps of a call that has returned.
fn done(steps: Vec<Step>, returned: i64) -> Vec<Step> {
    let Ok(count) = usize::try_from(returned) else { return Vec::new() };
    let mut steps = steps;
    for step in &mut steps {
        if let Step::Write(_, _, bytes) | Step::Output(bytes) = step {
            bytes.truncate(count);
        }
    }
    steps
}

/// A look into the program.
struct Process {
    pid: Pid,
    thread: Pid,
}

impl Process {
    fn memory(&self, at: u64, size: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; size];
        let read = File::open(format!("/proc/{}/mem", self.thread)).ok()?.read_at(&mut bytes, at).ok()?;
        bytes.truncate(read);
        Some(bytes)
    }

    /// A path in the program's memory. Ours are all absolute.
    fn path(&self, at: u64) -> Option<PathBuf> {
        let mut text = Vec::new();
        while !text.contains(&0) {
            // Not over the end of a page: the next one may not be there.
            let here = at + text.len() as u64;
            let block = self.memory(here, usize::try_from(4096 - here % 4096).ok()?)?;
            if block.is_empty() {
                return None;
            }
            text.extend(block);
        }
        let end = text.iter().position(|byte| *byte == 0)?;
        text.truncate(end);
        String::from_utf8(text).ok().map(PathBuf::from)
    }

    fn open_file(&self, descriptor: u64) -> Option<PathBuf> {
        fs::read_link(format!("/proc/{}/fd/{descriptor}", self.pid)).ok()
    }

    /// Where the next byte goes.
    fn position(&self, descriptor: u64, path: &Path) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/fdinfo/{descriptor}", self.pid)).unwrap_or_default();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let flags = field("flags:").and_then(|flags| i32::from_str_radix(flags, 8).ok()).unwrap_or_default();
        if flags & libc::O_APPEND != 0 {
            return fs::metadata(path).map(|file| file.len()).unwrap_or_default();
        }
        field("pos:").and_then(|position| position.parse().ok()).unwrap_or_default()
    }

    /// The bytes of a write.
    fn written(&self, registers: &libc::user_regs_struct) -> Vec<u8> {
        let (at, count) = (registers.rsi, usize::try_from(registers.rdx).unwrap_or_default());
        if registers.orig_rax as i64 != libc::SYS_writev {
            return self.memory(at, count).unwrap_or_default();
        }
        let vectors = self.memory(at, count * 16).unwrap_or_default();
        let number = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().unwrap());
        let part =
            |vector: &[u8]| self.memory(number(&vector[..8]), usize::try_from(number(&vector[8..])).unwrap());
        vectors.chunks_exact(16).filter_map(part).flatten().collect()
    }
}
