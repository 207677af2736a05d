//! chromedriver as a process: started on a port of its own, ended by its process id.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How much of the driver's log an error repeats.
const LAST_LINES: usize = 40;

/// A running chromedriver.
pub(crate) struct Driver {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Driver {
    /// Starts one. What it gets as environment the browser gets too, and the host.
    pub(crate) fn start(log: &Path, env: &[(OsString, OsString)]) -> Result<Driver> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .arg(format!("--log-path={}", log.display()))
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver cannot be started; on Debian: `apt-get install chromium-driver`")?;
        let mut lines = BufReader::new(child.stdout.take().context("chromedriver has no output")?).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")?
                .trim_end_matches('.')
                .parse()
                .ok()
        });
        // Reads on, so that a full pipe never stops the driver.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let Some(port) = port else {
            let _ = child.kill();
            bail!("chromedriver ended before it was ready; its log is {}", log.display());
        };
        Ok(Driver { child, port, log: log.to_owned() })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it wrote last.
    pub(crate) fn last_lines(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n")
    }

    /// Ends it; a browser that it started is not its business any more.
    pub(crate) fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills one process, at once: a program that did it for us would take milliseconds to start.
pub fn kill(pid: u32) {
    use nix::sys::signal::{Signal, kill};
    let Ok(pid) = i32::try_from(pid) else { return };
    // Gone already is as good.
    let _ = kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL);
}

/// Waits until a process is gone.
pub(crate) fn wait_gone(pid: u32, limit: Duration) -> Result<()> {
    let start = Instant::now();
    while is_running(pid) {
        if start.elapsed() > limit {
            bail!("process {pid} is still there after {limit:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// A process that has ended and whose parent has not asked yet (`Z`) is not running.
fn is_running(pid: u32) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'),
        Err(_) if Path::new("/proc/self").exists() => false,
        Err(_) => Command::new("kill")
            .args(["-0", &pid.to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success()),
    }
}

/// Does this run as root?
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
