//! What an end-to-end test plays on: a replica, an archive, a profile and a browser, all its own.
//!
//! [`play`] sets it up, and when the test fails keeps the scene where the next start of the same test clears it
//! away. It knows nothing of the extension or the host beyond what a person sees of them.

use crate::browser::{Browser, LetGo, Setup};
use crate::writer::Writer;
use crate::{Config, Entry, Portal, Replica, page, tree};
use anyhow::{Context as _, Result, bail, ensure};
use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For a whole run. It takes seconds; the machine may be busy.
pub const RUN: Duration = Duration::from_secs(90);

/// The toolbar's button.
pub const SEND_ALL: &str = "Send all to archive";

/// A row's button.
pub const SEND_ONE: &str = "Send to archive";

/// A row's button once its document is filed.
pub const ARCHIVED: &str = "Archived";

/// Browsers at a time: each of them is busy with a core while it works.
const BROWSERS: usize = 2;

/// Sets up a stage, acts, and keeps the scene if that fails.
///
/// # Panics
/// When the act fails: it is called as the whole of a `#[test]`.
#[allow(clippy::print_stdout, reason = "the scene of the accident, which the test harness captures")]
pub fn play(name: &str, config: Config, act: impl FnOnce(&Stage) -> Result<()>) {
    let _turn = Turn::take();
    let start = Instant::now();
    let stage = Stage::new(name, config).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    let played = catch_unwind(AssertUnwindSafe(|| act(&stage)));
    if let Ok(Ok(())) = played {
        stage.clear();
        println!("{name}: {:.1} s", start.elapsed().as_secs_f64());
        return;
    }
    println!("{name} failed after {:.1} s\n{}", start.elapsed().as_secs_f64(), stage.scene());
    match played {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{name}: {error:#}"),
        Err(panic) => resume_unwind(panic),
    }
}

/// Waits until the page lists so many invoices, and clicks on "Send all to archive".
pub fn send_all(browser: &Browser, listed: usize) -> Result<()> {
    browser.wait_status(&format!("{listed} invoices listed"), RUN)?;
    browser.toolbar_button(SEND_ALL)?.click()
}

/// Looks again until there is something to see.
pub fn wait<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(start.elapsed() < limit, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Everything of one test.
pub struct Stage {
    /// The outside world.
    pub replica: Replica,
    folder: PathBuf,
    browser: RefCell<Option<Rc<Browser>>>,
}

impl Stage {
    fn new(name: &str, config: Config) -> Result<Stage> {
        let folder = page::target_dir().join("e2e").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("what an earlier run left in {} stays", folder.display()))?;
        }
        fs::create_dir_all(folder.join("Invoices"))?;
        let folder = fs::canonicalize(folder)?;
        let replica = Replica::try_start(config).context("the replica portals cannot start")?;
        let stage = Stage { replica, folder, browser: RefCell::default() };
        stage.configure("")?;
        Ok(stage)
    }

    /// Writes the host's config: the usual one with other settings besides.
    pub fn configure(&self, settings: &str) -> Result<()> {
        let project = "[[project]]\norganisation = \"Larkspur Analytics\"\nname = \"project-nova\"\n";
        Ok(fs::write(self.folder.join("billfold.toml"), format!("{settings}\n{project}"))?)
    }

    /// What a command prints, as a person runs it beside the browser.
    pub fn billfold(&self, arguments: &[&str]) -> Result<String> {
        let setup = self.setup()?;
        let mut command = Command::new(setup.dist.join("bin/billfold"));
        let output = command.args(arguments).envs(setup.env).output()?;
        ensure!(output.status.success(), "billfold {arguments:?}: {output:?}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// How its browser is started, to be changed before [`Stage::start_with`].
    pub fn setup(&self) -> Result<Setup> {
        let setup = Setup::new(dist()?, self.folder.join("profile"), self.replica.resolver_rules())
            .env("BILLFOLD_ARCHIVE", self.archive())
            .env("BILLFOLD_CONFIG", self.folder.join("billfold.toml"))
            .env("BILLFOLD_STATE", self.folder.join("state"));
        Ok(setup)
    }

    /// Starts the browser.
    pub fn start(&self) -> Result<Rc<Browser>> {
        self.start_with(&self.setup()?)
    }

    /// Starts the browser in another way.
    pub fn start_with(&self, setup: &Setup) -> Result<Rc<Browser>> {
        let browser = Rc::new(Browser::start(setup)?);
        *self.browser.borrow_mut() = Some(Rc::clone(&browser));
        Ok(browser)
    }

    /// Starts the browser and opens a portal's billing page.
    pub fn open(&self, portal: Portal) -> Result<Rc<Browser>> {
        let browser = self.start()?;
        browser.goto(&self.replica.address(portal))?;
        Ok(browser)
    }

    /// Ends the browser as a person does.
    pub fn close(&self, browser: Rc<Browser>) -> Result<()> {
        self.take(browser)?.close()
    }

    /// Kills the browser in the middle of whatever it does.
    pub fn kill(&self, browser: Rc<Browser>) -> Result<()> {
        self.take(browser)?.kill()
    }

    /// Leaves the browser running without driver or debugger.
    pub fn let_go(&self, browser: Rc<Browser>) -> Result<LetGo> {
        self.take(browser)?.let_go()
    }

    fn take(&self, browser: Rc<Browser>) -> Result<Browser> {
        drop(self.browser.borrow_mut().take());
        Rc::try_unwrap(browser).map_err(|_| anyhow::anyhow!("the browser is held elsewhere too"))
    }

    /// The archive's folder.
    pub fn archive(&self) -> PathBuf {
        self.folder.join("Invoices")
    }

    /// The documents in the archive now: paths within it, sorted. Billfold's own records are left out.
    pub fn filed(&self) -> Result<Vec<String>> {
        tree::documents(&self.archive())
    }

    /// Fails unless the archive holds the documents of a literal tree, byte for byte, and nothing else.
    pub fn expect_tree(&self, tree: &str, portal: Portal) -> Result<()> {
        tree::expect(&self.archive(), &tree::lines(tree)?, &self.replica, portal)
    }

    /// The same with some rows of the tree, by their numbers.
    pub fn expect_part(&self, tree: &str, portal: Portal, numbers: &[&str]) -> Result<()> {
        let mut lines = tree::lines(tree)?;
        lines.retain(|line| numbers.contains(&line.number.as_str()));
        ensure!(lines.len() == numbers.len(), "the tree has {} of {numbers:?}", lines.len());
        tree::expect(&self.archive(), &lines, &self.replica, portal)
    }

    /// The same for documents from several portals.
    pub fn expect_trees(&self, trees: &[(Portal, &str)]) -> Result<()> {
        let trees = trees.iter().map(|(portal, tree)| Ok((*portal, tree::lines(tree)?)));
        let trees = trees.collect::<Result<Vec<_>>>()?;
        let trees: Vec<_> = trees.iter().map(|(portal, lines)| (*portal, lines.as_slice())).collect();
        tree::expect_all(&self.archive(), &trees, &self.replica)
    }

    /// How many rows of the last run were quarantined or failed.
    pub fn not_filed(&self) -> Result<u64> {
        tree::not_filed(&self.archive())
    }

    /// What the last run's certificate warns of.
    pub fn warnings(&self) -> Result<Vec<String>> {
        tree::warnings(&self.archive())
    }

    /// The sums of the runs that the archive certifies, oldest first, as the page would say them.
    pub fn certificates(&self) -> Result<Vec<String>> {
        tree::certificates(&self.archive())
    }

    /// The sums over the receipts of the runs that wanted them, oldest first.
    pub fn receipts(&self) -> Result<Vec<String>> {
        tree::receipts(&self.archive())
    }

    /// Waits until a run is in its middle: some documents filed, many to go.
    pub fn wait_middle(&self) -> Result<usize> {
        let filed = wait("documents in the archive", RUN, || {
            Ok(Some(self.filed()?.len()).filter(|filed| *filed >= 8))
        })?;
        ensure!(filed <= 25, "there was no middle: already {filed} documents");
        Ok(filed)
    }

    /// Waits until the archive certifies the end of a run. Needs no browser that can be asked.
    pub fn wait_certificate(&self) -> Result<String> {
        wait("a certificate in the archive", RUN, || Ok(self.certificates()?.pop()))
    }

    /// A copy of what is tested, to be changed by the test.
    pub fn altered_dist(&self, alter: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let (from, to) = (dist()?, self.folder.join("dist"));
        for file in tree::everything(&from) {
            let target = to.join(&file);
            fs::create_dir_all(target.parent().context("a file lies in a folder")?)?;
            fs::copy(from.join(&file), target)?;
        }
        alter(&to.join("chrome"))?;
        Ok(to)
    }

    /// Another browser's host that has the archive to itself. Needs a browser that was started before.
    pub fn other_writer(&self) -> Result<Writer> {
        let setup = self.setup()?;
        let host = setup.profile.join("NativeMessagingHosts/app.billfold.host.json");
        let host: serde_json::Value = serde_json::from_slice(&fs::read(host)?)?;
        let origin = host["allowed_origins"][0].as_str().context("the host allows nobody")?;
        Writer::start(&setup.dist.join("bin/billfold"), origin, &setup.env)
    }

    /// The platform's state folder, as far as the host is told.
    pub fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// The host's own log.
    pub fn host_log(&self) -> String {
        fs::read_to_string(self.state().join("host.log")).unwrap_or_default()
    }

    /// The failed rows of the last run: number and code.
    pub fn failed(&self) -> Result<Vec<(String, String)>> {
        tree::failed(&self.archive())
    }

    /// Numbers of the invoices that a host was asked for, in the order of arrival.
    pub fn asked(&self, host: &str) -> Vec<String> {
        let log = self.replica.log();
        log.into_iter().filter(|entry| entry.host == host).filter_map(|entry| entry.number).collect()
    }

    /// Keeps and describes the scene of an accident.
    fn scene(&self) -> String {
        let browser = self.browser.borrow_mut().take();
        let shown = browser.map(|browser| browser.keep_scene(&self.folder)).unwrap_or_default();
        let log: Vec<String> = self.replica.log().iter().map(told).collect();
        let _ = fs::write(self.folder.join("server.log"), log.join("\n") + "\n");
        let reports = self.replica.reports();
        let _ = fs::write(self.folder.join("reports.log"), format!("{reports:#?}\n"));
        let listing = tree::everything(&self.archive());
        let _ = fs::write(self.folder.join("archive.txt"), listing.join("\n") + "\n");
        let documents: Vec<&String> = listing.iter().filter(|path| !path.starts_with(".billfold/")).collect();
        let host = self.host_log();
        let last: Vec<&str> = host.lines().rev().take(12).collect();
        format!(
            "the scene is kept in {} ({shown})\nthe page complained {} times\nthe host's log ends, newest first, with {last:#?}\n\
             the archive holds {} documents: {documents:#?}",
            self.folder.display(),
            reports.len(),
            documents.len(),
        )
    }

    fn clear(self) {
        drop(self.browser.into_inner());
        // A browser that has just been killed may still be writing: what is left goes at the next start.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A request as a line of a log.
fn told(entry: &Entry) -> String {
    let Entry { at_ms, in_flight, status, method, host, path, number, fault, .. } = entry;
    let number = number.as_deref().unwrap_or_default();
    let fault = fault.as_deref().unwrap_or_default();
    format!("{at_ms:>7} {in_flight} {status:>3} {method} {host} {path} {number} {fault}")
}

/// What is tested: `dist/` of this workspace, or what `BILLFOLD_DIST` names.
pub fn dist() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    let dist = std::env::var_os("BILLFOLD_DIST").map_or(own, PathBuf::from);
    if !dist.join("chrome/manifest.json").exists() || !dist.join("bin/billfold").exists() {
        bail!("{} holds no extension and host; `cargo xtask build` makes them", dist.display());
    }
    fs::canonicalize(&dist).with_context(|| format!("{} cannot be read", dist.display()))
}

static PLAYING: Mutex<usize> = Mutex::new(0);
static DONE: Condvar = Condvar::new();

/// One of the few that may play at a time.
struct Turn;

impl Turn {
    fn take() -> Turn {
        let playing = PLAYING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut playing =
            DONE.wait_while(playing, |count| *count >= BROWSERS).unwrap_or_else(PoisonError::into_inner);
        *playing += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *PLAYING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        DONE.notify_one();
    }
}
