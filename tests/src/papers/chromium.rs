//! Printing with Chromium: one process, one page that is filled anew for each document.
//!
//! The DevTools protocol runs over the browser's own pipes: no port, no driver, no waiting.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Chromium, ready to print.
pub(super) struct Printer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: Option<String>,
    last: u64,
}

impl Printer {
    /// Starts it with `frame` as its page. `program` is the real binary; `profile` a folder of its own, in which
    /// the frame is kept.
    pub(super) fn start(program: &Path, profile: &Path, frame: &str) -> io::Result<Printer> {
        std::fs::create_dir_all(profile)?;
        let page = profile.join("frame.html");
        std::fs::write(&page, frame)?;
        // Chromium reads the protocol from descriptor 3 and answers on 4; a shell puts ours there.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"])
            .arg(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--remote-debugging-pipe",
            ])
            .args([
                "--disable-background-networking",
                "--disable-extensions",
                "--allow-file-access-from-files",
            ])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND")
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut printer = Printer { child, input, output, session: None, last: 0 };
        let target = printer.call("Target.createTarget", &json!({"url": "about:blank"}))?;
        let attached = printer
            .call("Target.attachToTarget", &json!({"targetId": target["targetId"], "flatten": true}))?;
        printer.session = attached["sessionId"].as_str().map(str::to_owned);
        printer.call("Page.enable", &json!({}))?;
        printer.call("Page.navigate", &json!({"url": format!("file://{}", page.display())}))?;
        printer.until("Page.loadEventFired")?;
        printer.run(
            "Promise.all([...document.fonts].map(face => face.load())).then(() => document.fonts.size)",
        )?;
        Ok(printer)
    }

    /// Prints a page whose body and page style are these.
    pub(super) fn print(&mut self, language: &str, style: &str, body: &str) -> io::Result<Vec<u8>> {
        let fill = format!(
            "document.documentElement.lang = {}; document.getElementById('sheet').textContent = {}; \
             document.body.innerHTML = {}; document.fonts.ready.then(() => 0)",
            json!(language),
            json!(style),
            json!(body)
        );
        self.run(&fill)?;
        let options = json!({
            "preferCSSPageSize": true, "printBackground": true,
            "generateTaggedPDF": false, "generateDocumentOutline": false,
        });
        let answer = self.call("Page.printToPDF", &options)?;
        let data = answer["data"].as_str().ok_or_else(|| io::Error::other("no document came"))?;
        decode_base64(data).ok_or_else(|| io::Error::other("what came is not base64"))
    }

    fn run(&mut self, script: &str) -> io::Result<()> {
        let answer = self.call("Runtime.evaluate", &json!({"expression": script, "awaitPromise": true}))?;
        match answer.get("exceptionDetails") {
            None => Ok(()),
            Some(details) => Err(io::Error::other(format!("the page's script failed: {details}"))),
        }
    }

    fn call(&mut self, method: &str, parameters: &Value) -> io::Result<Value> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        self.input.write_all(&bytes)?;
        loop {
            let mut answer = self.message()?;
            if answer["id"] != self.last {
                continue;
            }
            if let Some(error) = answer.get("error") {
                return Err(io::Error::other(format!("{method}: {error}")));
            }
            return Ok(answer["result"].take());
        }
    }

    fn until(&mut self, event: &str) -> io::Result<()> {
        while self.message()?["method"] != event {}
        Ok(())
    }

    fn message(&mut self) -> io::Result<Value> {
        let mut bytes = Vec::new();
        self.output.read_until(0, &mut bytes)?;
        if bytes.pop() != Some(0) {
            return Err(io::Error::other("Chromium is gone"));
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        // Nobody to tell if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}
