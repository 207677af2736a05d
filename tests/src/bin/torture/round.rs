//! One round: a click, harm, and the question whether the archive is the truth in the end.

use crate::disk::Disk;
use crate::harm::{self, Event, Harm, When};
use anyhow::{Result, bail, ensure};
use billfold_tests::browser::{Browser, LetGo, Setup, kill};
use billfold_tests::process::{below, is_extension, is_host};
use billfold_tests::stage::{RUN, SEND_ALL, send_all};
use billfold_tests::{Config, Fault, FaultRule, Knobs, Portal, Random, Replica, tree};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

/// What the archive must be in the end.
const TRUTH: &str = include_str!("../../../fixtures/trees/openai-36.txt");

/// Of the documents, which lie in a folder each.
const YEARS: [&str; 4] = ["2023", "2024", "2025", "2026"];

/// A run that has no host for so long is at rest: it has ended, or it waits for the next start.
const AT_REST: Duration = Duration::from_secs(2);

/// For the run to come to rest. Chromium wakes a worker after half a minute.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often a person clicks until nothing has failed.
const CLICKS: usize = 6;

struct Scene<'a> {
    disk: &'a Disk,
    replica: Replica,
    setup: Setup,
    state: std::path::PathBuf,
}

/// Plays a round in a folder. Says what was done to it.
pub(crate) fn play(dist: &Path, folder: &Path, seed: u64, can_fill: bool) -> Result<String> {
    let mut random = Random::labelled(seed, "torture");
    let events = harm::events(&mut random, can_fill);
    let disk = Disk::at(folder, events.iter().any(|event| event.harm == Harm::Full))?;
    fs::write(
        folder.join("billfold.toml"),
        "[[project]]\norganisation = \"Larkspur Analytics\"\nname = \"project-nova\"\n",
    )?;
    let knobs =
        Knobs { documents_ms: random.below(120), faults: harm::faults(&mut random), ..Knobs::default() };
    let replica = Replica::try_start(Config { knobs, ..Config::default() })?;
    let state = folder.join("state");
    let mut setup = Setup::new(dist, folder.join("profile"), replica.resolver_rules())
        .env("BILLFOLD_ARCHIVE", disk.archive())
        .env("BILLFOLD_CONFIG", folder.join("billfold.toml"))
        .env("BILLFOLD_STATE", &state);
    // A debugger would keep the worker alive.
    setup.detach = true;
    let scene = Scene { disk: &disk, replica, setup, state };
    let told: Vec<String> = events.iter().map(Event::to_string).collect();
    let told = told.join(", ");
    match scene.suffer(&events).and_then(|()| scene.recover()).and_then(|clicks| {
        scene.compare()?;
        Ok(clicks)
    }) {
        Ok(clicks) => {
            drop(scene);
            drop(disk);
            let _ = fs::remove_dir_all(folder);
            Ok(format!("{told}; {clicks} more clicks"))
        }
        Err(error) => {
            let _ = disk.keep(&folder.join("kept"));
            Err(error.context(told))
        }
    }
}

impl Scene<'_> {
    /// A click, and everything that is done to the run.
    fn suffer(&self, events: &[Event]) -> Result<()> {
        let browser = Browser::start(&self.setup)?;
        browser.goto(&self.replica.address(Portal::OpenAi))?;
        send_all(&browser, 36)?;
        let browser = browser.let_go()?;
        for event in events.iter().flat_map(|event| std::iter::repeat_n(event, event.times)) {
            let victim = self.wait_for(event, &browser)?;
            match event.harm {
                Harm::Browser => {
                    drop(browser);
                    return self.start_again();
                }
                // There may be none, between two.
                Harm::Worker | Harm::Host => victim.into_iter().for_each(kill),
                Harm::Full => self.disk.fill()?,
                Harm::Gone => self.disk.take_away()?,
                Harm::Network => self.cut(),
            }
            std::thread::sleep(event.lasts);
            self.heal()?;
        }
        self.rest(&browser)
    }

    /// Waits for the moment, and says who dies in it, if it is a process and there is one.
    fn wait_for(&self, event: &Event, browser: &LetGo) -> Result<Option<u32>> {
        if let When::After(time) = event.when {
            std::thread::sleep(time);
            return victim(event.harm, browser);
        }
        // Looked up before, so that it dies in that very moment.
        let begun = Instant::now();
        let mut victim = victim(event.harm, browser)?;
        let before = self.named();
        // Without rest: what comes next takes less than a millisecond. A run that has ended names no more.
        while self.named() == before && begun.elapsed() < Duration::from_secs(2) {
            if victim.is_none() {
                victim = self::victim(event.harm, browser)?;
            }
        }
        Ok(victim)
    }

    /// When a document last got its name, as the folders tell: quick to ask.
    fn named(&self) -> Vec<Option<SystemTime>> {
        let changed =
            |year: &str| fs::metadata(self.disk.archive().join("openai").join(year)).ok()?.modified().ok();
        YEARS.map(changed).into()
    }

    /// No server answers any more.
    fn cut(&self) {
        let everywhere = ["pay.stripe.com", "files.stripe.com"];
        let dead = everywhere.map(|host| FaultRule::always(Fault::Dead).on(host));
        self.replica.update(|knobs| knobs.faults = dead.into());
    }

    fn heal(&self) -> Result<()> {
        self.disk.heal()?;
        self.replica
            .update(|knobs| knobs.faults.retain(|rule| rule.fault != Fault::Dead || rule.times.is_some()));
        Ok(())
    }

    /// The browser is started again, nobody clicks, and the run goes on.
    fn start_again(&self) -> Result<()> {
        self.rest(&Browser::start(&self.setup)?.let_go()?)
    }

    /// Waits until the run has ended, or waits for something itself.
    fn rest(&self, browser: &LetGo) -> Result<()> {
        let begun = Instant::now();
        let mut alone = None;
        while begun.elapsed() < PATIENCE {
            if below(browser.pid(), "the host", is_host).is_ok_and(|host| host.is_none()) {
                let since: &Instant = alone.get_or_insert_with(Instant::now);
                if since.elapsed() > AT_REST {
                    return Ok(());
                }
            } else {
                alone = None;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A person comes back, and clicks until nothing has failed: how often.
    fn recover(&self) -> Result<usize> {
        self.replica.update(|knobs| (knobs.faults, knobs.documents_ms) = (Vec::new(), 0));
        let browser = Browser::start(&self.setup)?;
        for click in 1..=CLICKS {
            let before = tree::certificates(&self.disk.archive())?.len();
            browser.goto(&self.replica.address(Portal::OpenAi))?;
            // A run that was left over ends first.
            browser.wait_status(" listed", RUN)?;
            browser.toolbar_button(SEND_ALL)?.click()?;
            let ended = browser.wait("another certificate", RUN, |_| {
                let certificates = tree::certificates(&self.disk.archive())?;
                Ok((certificates.len() > before).then_some(certificates))
            })?;
            let last = ended.last().map(String::as_str).unwrap_or_default();
            ensure!(ended.iter().all(|sum| sum.starts_with("36 listed = ")), "the sums are {ended:?}");
            if last.split([' ']).all(|word| word != "failed" && word != "quarantined") {
                browser.close()?;
                return Ok(click);
            }
        }
        browser.keep_scene(&self.state);
        bail!("after {CLICKS} clicks something still fails: {:?}", tree::certificates(&self.disk.archive())?)
    }

    /// The archive is the data set, each document once, under its name, and knows it.
    fn compare(&self) -> Result<()> {
        tree::expect(&self.disk.archive(), &tree::lines(TRUTH)?, &self.replica, Portal::OpenAi)?;
        let staged = tree::everything(&self.disk.archive().join(".billfold/staging"));
        ensure!(staged.is_empty(), "staging still holds {staged:?}");
        let verify = Command::new(self.setup.dist.join("bin/billfold"))
            .arg("verify")
            .envs(self.setup.env.iter().map(|(name, value)| (name, value)))
            .output()?;
        let said = String::from_utf8_lossy(&verify.stdout);
        ensure!(verify.status.success() && said == "36 documents, all as filed\n", "`verify` said: {said}");
        Ok(())
    }
}

/// The process that a harm kills.
fn victim(harm: Harm, browser: &LetGo) -> Result<Option<u32>> {
    match harm {
        Harm::Host => below(browser.pid(), "the host", is_host),
        Harm::Worker => below(browser.pid(), "the worker", is_extension),
        Harm::Browser | Harm::Full | Harm::Gone | Harm::Network => Ok(None),
    }
}
