//! All documents with the way each is printed, and the folder that holds them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use lopdf::Document;
use serde_json::Value;

use super::chromium::Printer;
use super::fee::Fee;
use super::general::{self, General};
use super::inter::{self, Spans};
use super::paper::Paper;
use super::plain::{self, Measures};
use super::resave::{self, Resaved};
use super::{cases, html, sheet};
use crate::random::fnv;

/// A document to make.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The file's name without its ending; it names the trait.
    pub name: String,
    content: Content,
    resaved: Option<Resaved>,
}

/// What is printed, and by what.
#[derive(Clone, Debug)]
enum Content {
    /// Stripe's layout, by Chromium with Stripe's fonts. What the file tells about its renderer: the first generation
    /// names itself, the second says nothing.
    Printed { paper: Box<Paper>, spans: Kept, generation: u8 },
    /// Stripe's order, drawn in-process.
    Drawn { paper: Box<Paper>, measures: Measures },
    /// Another vendor's layout.
    General(Box<General>),
    /// Stripe's own fees.
    Fee(Fee),
}

/// How a document says what its punctuation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// As Stripe's files do.
    Stripe,
    /// As Chromium does by itself.
    Native,
    /// Not at all: the spans are lost.
    Lost,
}

/// Who laid a document out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Stripe, or a look-alike in Stripe's order.
    Stripe,
    /// Another vendor.
    General,
    /// Stripe for its own fees.
    Fee,
}

/// Those that lie in the repository: one for each thing that a file can have.
const SAMPLE: [&str; 13] = [
    "en-reverse-charge-note-and-tax",
    "en-vat-column",
    "en-vat-included",
    "en-two-taxes",
    "en-receipt-two-payments",
    "en-credit-note",
    "es-vat-included-column",
    "es-tiers",
    "de-receipt",
    "fr-prorations",
    "ja-vat",
    "en-vat-spans-lost",
    "en-vat-included-ghostscript",
];

/// Where the sample lies.
pub fn sample_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/papers")
}

/// Prints the sample into the repository anew.
pub fn write_sample(chromium: &Path, scratch: &Path) -> io::Result<()> {
    let sample: Vec<Fixture> =
        fixtures().into_iter().filter(|fixture| SAMPLE.contains(&fixture.name.as_str())).collect();
    generate(chromium, &sample, scratch)?;
    fs::create_dir_all(sample_dir())?;
    for Fixture { name, .. } in sample {
        for ending in ["pdf", "json"] {
            let file = format!("{name}.{ending}");
            fs::copy(scratch.join(&file), sample_dir().join(&file))?;
        }
    }
    Ok(())
}

/// Every document, in an order that never changes by itself.
pub fn fixtures() -> Vec<Fixture> {
    let printed = printed();
    let stripe = printed.iter().filter(|fixture| fixture.hides_punctuation());
    let resaved = stripe.enumerate().filter_map(|(place, fixture)| {
        let (by, ending) = match place % 14 {
            3 => (Resaved::Ghostscript, "ghostscript"),
            11 => (Resaved::Cairo, "cairo"),
            _ => return None,
        };
        let name = format!("{}-{ending}", fixture.name);
        Some(Fixture { name, content: fixture.content.clone(), resaved: Some(by) })
    });
    printed.clone().into_iter().chain(resaved).chain(drawn()).collect()
}

/// Those that need no browser: made in milliseconds.
pub fn drawn() -> Vec<Fixture> {
    // The base fonts have no Japanese.
    let papers = cases::stripe().into_iter().filter(|paper| paper.fields.language != "ja");
    let sheets = papers.enumerate().filter(|(place, _)| place % 2 == 0).map(|(place, paper)| Fixture {
        name: format!("{}-drawn", paper.name),
        content: Content::Drawn { paper: Box::new(paper), measures: Measures::numbered(place as u64 / 2) },
        resaved: None,
    });
    let others = (0..general::LAYOUTS).flat_map(|layout| (0..6).map(move |seed| (layout, seed)));
    let others = others.map(|(layout, seed)| {
        let general = General::new(layout, seed);
        Fixture {
            name: format!("general-{}-{layout}-{seed}", general.fields.language),
            content: Content::General(Box::new(general)),
            resaved: None,
        }
    });
    let fees = (0..4).map(|seed| Fixture {
        name: format!("stripe-fees-{seed}"),
        content: Content::Fee(Fee::new(seed)),
        resaved: None,
    });
    sheets.chain(others).chain(fees).collect()
}

/// A document drawn in-process that no list names: the one of this seed.
pub fn random(seed: u64) -> Fixture {
    let name = format!("random-{seed}");
    if seed.is_multiple_of(4) {
        let general = General::new((seed / 4) as usize, seed);
        return Fixture { name, content: Content::General(Box::new(general)), resaved: None };
    }
    let paper = Box::new(cases::random(seed));
    Fixture { name, content: Content::Drawn { paper, measures: Measures::numbered(seed) }, resaved: None }
}

fn printed() -> Vec<Fixture> {
    let ways =
        [(Kept::Stripe, 1), (Kept::Stripe, 2), (Kept::Stripe, 1), (Kept::Stripe, 2), (Kept::Native, 2)];
    let papers = cases::stripe();
    let printed = |name: String, paper: &Paper, spans, generation| Fixture {
        name,
        content: Content::Printed { paper: Box::new(paper.clone()), spans, generation },
        resaved: None,
    };
    let mut all: Vec<Fixture> = papers
        .iter()
        .enumerate()
        .map(|(place, paper)| {
            let (spans, generation) = ways[place % ways.len()];
            printed(paper.name.clone(), paper, spans, generation)
        })
        .collect();
    let lost =
        ["en-plain", "en-vat", "en-prorations", "es-vat-included-column", "de-receipt", "en-credit-note"];
    all.extend(
        papers
            .iter()
            .filter(|paper| lost.contains(&paper.name.as_str()))
            .map(|paper| printed(format!("{}-spans-lost", paper.name), paper, Kept::Lost, 2)),
    );
    all
}

impl Fixture {
    /// What the document says, with the keys of `billfold read --json`. A key that is not there is not judged.
    pub fn truth(&self) -> Value {
        let mut truth = self.content.truth();
        if self.resaved == Some(Resaved::Cairo) {
            resave::without_what_cairo_drops(&mut truth);
        }
        truth
    }

    /// The bytes of a document that needs no browser.
    pub fn draw(&self) -> Option<Vec<u8>> {
        match &self.content {
            Content::Printed { .. } => None,
            Content::Drawn { paper, measures } => Some(plain::render(paper, *measures)),
            Content::General(general) => Some(general.render()),
            Content::Fee(fee) => Some(fee.render()),
        }
    }

    /// Who laid it out.
    pub fn family(&self) -> Family {
        match self.content {
            Content::Printed { .. } | Content::Drawn { .. } => Family::Stripe,
            Content::General(_) => Family::General,
            Content::Fee(_) => Family::Fee,
        }
    }

    /// Does its font hide punctuation as Stripe's does?
    pub fn hides_punctuation(&self) -> bool {
        matches!(self.content, Content::Printed { spans: Kept::Stripe, .. }) && self.resaved.is_none()
    }

    /// Does the file say that Stripe's first renderer made it? None, if Stripe's layout was not printed at all.
    pub fn generation(&self) -> Option<u8> {
        match self.content {
            Content::Printed { generation, .. } if self.resaved.is_none() => Some(generation),
            _ => None,
        }
    }
}

impl Content {
    fn truth(&self) -> Value {
        let value = |fields| serde_json::to_value(fields).expect("fields are JSON");
        match self {
            Content::Printed { paper, .. } | Content::Drawn { paper, .. } => value(&paper.fields),
            Content::General(general) => {
                let mut truth = value(&general.fields);
                let object = truth.as_object_mut().expect("an object");
                for key in general::UNJUDGED.into_iter().chain([general.unjudged()]) {
                    object.remove(key);
                }
                truth
            }
            Content::Fee(fee) => fee.truth(),
        }
    }
}

/// Makes `fixtures` in `dir`, each as a PDF with its truth beside it, unless they lie there. `chromium` is the real
/// binary: a distribution's wrapper may add switches.
pub fn generate(chromium: &Path, fixtures: &[Fixture], dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let lock = fs::File::create(dir.join("lock"))?;
    lock.lock()?;
    let press = Press {
        chromium,
        dir,
        frame: html::frame(&format!("file://{}", fonts().display())),
        version: version(chromium)?,
        next: AtomicUsize::new(0),
    };
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let workers: Vec<_> = (0..count)
            .map(|worker| {
                scope.spawn({
                    let press = &press;
                    move || press.work(worker, fixtures)
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker that does not panic"))
    })
}

/// A change of the browser changes what it prints.
fn version(chromium: &Path) -> io::Result<String> {
    let about = fs::metadata(chromium)?;
    let seconds =
        about.modified()?.duration_since(SystemTime::UNIX_EPOCH).map_err(io::Error::other)?.as_secs();
    Ok(format!("{} {seconds}", about.len()))
}

struct Press<'a> {
    chromium: &'a Path,
    dir: &'a Path,
    frame: String,
    version: String,
    next: AtomicUsize,
}

impl Press<'_> {
    fn work(&self, worker: usize, fixtures: &[Fixture]) -> io::Result<()> {
        let profile = self.dir.join(format!("profile-{worker}"));
        let mut printer = None;
        while let Some(fixture) = fixtures.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            self.make(fixture, &mut printer, &profile)?;
        }
        drop(printer);
        // Left behind, it is only in the way.
        let _ = fs::remove_dir_all(profile);
        Ok(())
    }

    fn make(&self, fixture: &Fixture, printer: &mut Option<Printer>, profile: &Path) -> io::Result<()> {
        let file = |ending: &str| self.dir.join(format!("{}.{ending}", fixture.name));
        let page = match &fixture.content {
            Content::Printed { paper, .. } => {
                let sheet = sheet::sheet(paper);
                Some((html::page_style(&sheet, &paper.print), html::body(&sheet, &paper.print)))
            }
            _ => None,
        };
        let recipe = format!(
            "{fixture:?} {page:?} {} {} {} {}",
            self.frame,
            self.version,
            include_str!("inter.rs"),
            include_str!("sfnt.rs")
        );
        let stamp = format!("{:016x}", fnv(recipe.as_bytes()));
        let truth = serde_json::to_string_pretty(&fixture.truth())?;
        let fresh = fs::read_to_string(file("stamp")).is_ok_and(|found| found == stamp);
        if fresh && page.is_some() && file("pdf").exists() {
            return fs::write(file("json"), truth);
        }
        let mut bytes = match (&fixture.content, page) {
            (Content::Printed { paper, spans, generation }, Some((style, body))) => {
                let printer = match printer {
                    Some(printer) => printer,
                    None => printer.insert(Printer::start(self.chromium, profile, &self.frame)?),
                };
                let bytes = printer.print(paper.print.labels.code, &style, &body)?;
                finish(&bytes, *spans, *generation)?
            }
            _ => fixture.draw().unwrap_or_default(),
        };
        if let Some(by) = fixture.resaved {
            bytes = resave::resave(&bytes, by, &file("before"))?;
        }
        fs::write(file("json"), truth)?;
        fs::write(file("pdf"), bytes)?;
        fs::write(file("stamp"), stamp)
    }
}

/// What Stripe's files have and Chromium's have not.
fn finish(bytes: &[u8], spans: Kept, generation: u8) -> io::Result<Vec<u8>> {
    let mut document = Document::load_mem(bytes).map_err(io::Error::other)?;
    match spans {
        Kept::Stripe => inter::rewrite(&mut document, Spans::Stripe)?,
        Kept::Lost => inter::rewrite(&mut document, Spans::Lost)?,
        Kept::Native => {}
    }
    sign(&mut document, generation)?;
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

/// What the file tells about who made it. No dates: the same description is to give the same bytes.
fn sign(document: &mut Document, generation: u8) -> io::Result<()> {
    let info =
        document.trailer.get(b"Info").and_then(|info| info.as_reference()).map_err(io::Error::other)?;
    let info = document.get_dictionary_mut(info).map_err(io::Error::other)?;
    for key in [b"Creator".as_slice(), b"Producer", b"CreationDate", b"ModDate", b"Title"] {
        info.remove(key);
    }
    if generation == 1 {
        info.set("Creator", lopdf::Object::string_literal("Chromium"));
        info.set("Producer", lopdf::Object::string_literal("Skia/PDF m96"));
    }
    Ok(())
}

fn fonts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fonts")
}
