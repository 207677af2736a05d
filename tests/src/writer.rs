//! Another browser's host, in the middle of a run of its own: it holds the archive's lock.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A host that was told of a run and of nothing more.
pub struct Writer {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Writer {
    /// Starts one, as the browser would, and waits until the archive is its own.
    pub fn start(host: &Path, origin: &str, env: &[(OsString, OsString)]) -> Result<Writer> {
        let mut child = Command::new(host)
            .arg(origin)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", host.display()))?;
        let input = child.stdin.take().context("the host has no input")?;
        let output = child.stdout.take().context("the host has no output")?;
        let mut writer = Writer { child, input, output };
        let hello = json!({ "hello": { "protocol": 1, "extension": "0.0.0" } });
        let row = json!({ "key": "stripe:acct_1OTHER0000000000/_S00another0000000000000000000000", "document": true });
        let source = json!({ "portal": "openai", "page": "https://platform.openai.com/" });
        let run = json!({ "begin-run": {
            "run": "0123456789abcdef0123456789abcdef", "source": source, "rows": [row], "asked": [0], "complete": true,
        } });
        for (id, ask) in [hello, run].into_iter().enumerate() {
            let answer = writer.ask(&json!({ "id": id, "ask": ask }))?;
            ensure!(answer["answer"]["error"].is_null(), "the other host says {answer}");
        }
        Ok(writer)
    }

    fn ask(&mut self, ask: &Value) -> Result<Value> {
        let text = ask.to_string();
        self.input.write_all(&u32::try_from(text.len())?.to_ne_bytes())?;
        self.input.write_all(text.as_bytes())?;
        self.input.flush()?;
        let mut length = [0; 4];
        self.output.read_exact(&mut length)?;
        let mut answer = vec![0; u32::from_ne_bytes(length).try_into()?];
        self.output.read_exact(&mut answer)?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Ends it, as a browser does, and waits until it is gone.
    pub fn end(self) -> Result<()> {
        let Writer { mut child, input, output } = self;
        drop((input, output));
        child.wait()?;
        Ok(())
    }
}
