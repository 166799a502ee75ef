// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs fuzz bodies on the stable compiler: first the corpus, then seeded mutations of it.
//!
//! ```text
//! replay [BODY]... [--seconds N] [--seed N]     N seconds of mutations per body
//! replay BODY --file PATH                       one input, to look into a finding
//! ```
//!
//! Each body runs in a process of its own, which keeps the input it is at in a file. So a panic, an
//! overflowing stack, memory that cannot be had and an input that never ends are all the same: the
//! process ends badly or is ended, and the input is saved to `fuzz/found/`. The last line is
//! `N passed, N failed`, counting bodies.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use kagifuda_fuzz::{BODIES, Body, Mutations};

/// The seed unless another is given: "kagifuda" in ASCII.
const DEFAULT_SEED: u64 = 0x6b61_6769_6675_6461;
/// So many mutations are enough for a body whose inputs are quick.
const MAX_MUTATION_COUNT: u64 = 400_000;
/// How long a single input may take before it counts as a finding.
const PATIENCE: Duration = Duration::from_secs(20);

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match Wish::read(std::env::args().skip(1)).and_then(|wish| wish.fulfil()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("replay: {error}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
struct Wish {
    bodies: Vec<&'static Body>,
    seconds: u64,
    seed: u64,
    file: Option<PathBuf>,
    /// This is the process that runs the one body.
    is_inner: bool,
}

impl Wish {
    fn read(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut wish = Self {
            bodies: Vec::new(),
            seconds: 3,
            seed: DEFAULT_SEED,
            file: None,
            is_inner: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--seconds" => wish.seconds = value()?.parse()?,
                "--seed" => wish.seed = value()?.parse()?,
                "--file" => wish.file = Some(value()?.into()),
                "--inner" => wish.is_inner = true,
                name => {
                    let body = BODIES.iter().find(|body| body.name == name);
                    wish.bodies.push(body.ok_or(format!("there is no body {name:?}"))?);
                }
            }
        }
        if wish.bodies.is_empty() {
            wish.bodies = BODIES.iter().collect();
        }
        Ok(wish)
    }

    /// Returns whether all is well.
    fn fulfil(&self) -> Outcome<bool> {
        match (self.bodies.as_slice(), &self.file) {
            ([body], Some(file)) => {
                (body.run)(&fs::read(file)?);
                println!("{} reads {} without harm", body.name, file.display());
                Ok(true)
            }
            ([body], None) if self.is_inner => self.run_body(body).map(|()| true),
            _ => self.supervise(),
        }
    }

    fn supervise(&self) -> Outcome<bool> {
        println!("seed {}, {} s of mutations for each body", self.seed, self.seconds);
        let mut failed_count = 0;
        for body in &self.bodies {
            let status = self.inner(body)?;
            if !status.success() {
                failed_count += 1;
                let input = fs::read(current(body)?)?;
                let kept = keep(body, &input)?;
                println!("{:<12} FAILED ({status}); the input is {}", body.name, kept.display());
            }
        }
        println!("{} passed, {failed_count} failed", self.bodies.len() - failed_count);
        Ok(failed_count == 0)
    }

    /// Runs a body in a process of its own; one that takes too long is ended.
    fn inner(&self, body: &Body) -> Outcome<ExitStatus> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([body.name, "--inner", "--seconds", &self.seconds.to_string()])
            .args(["--seed", &self.seed.to_string()])
            .stdin(Stdio::null())
            .spawn()?;
        wait(&mut child, &current(body)?)
    }

    fn run_body(&self, body: &Body) -> Outcome<()> {
        let seeds = corpus(body)?;
        let mut current = Current(File::create(current(body)?)?);
        let begun = Instant::now();
        for seed in &seeds {
            current.keep(seed)?;
            (body.run)(seed);
        }
        let mutations = Mutations::new(&seeds, body.dictionary, self.seed);
        let mut number = 0;
        while begun.elapsed() < Duration::from_secs(self.seconds) && number < MAX_MUTATION_COUNT {
            let input = mutations.get(number);
            current.keep(&input)?;
            (body.run)(&input);
            number += 1;
        }
        let took = begun.elapsed().as_secs_f64();
        println!("{:<12} {} seeds, {number} mutations, {took:.1} s", body.name, seeds.len());
        Ok(())
    }
}

/// Waits for the process; ends it when it has been at one input for too long.
fn wait(child: &mut Child, current: &Path) -> Outcome<ExitStatus> {
    let mut since = Instant::now();
    let mut seen = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let touched = fs::metadata(current).and_then(|it| it.modified()).ok();
        if touched != seen {
            (seen, since) = (touched, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            child.kill()?;
            return Ok(child.wait()?);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The input a body is at, in a file that outlives the process.
struct Current(File);

impl Current {
    fn keep(&mut self, input: &[u8]) -> std::io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(input)?;
        self.0.set_len(input.len() as u64)
    }
}

fn room() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn current(body: &Body) -> Outcome<PathBuf> {
    let folder = room().join("found").join("current");
    fs::create_dir_all(&folder)?;
    Ok(folder.join(body.name))
}

/// Saves an input under a name made from its content (FNV-1a), so that it is saved once.
fn keep(body: &Body, input: &[u8]) -> Outcome<PathBuf> {
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let path = room().join("found").join(format!("{}-{hash:016x}", body.name));
    fs::write(&path, input)?;
    Ok(path)
}

/// The seeds of a body, in the order of their names; a body without any is a mistake.
fn corpus(body: &Body) -> Outcome<Vec<Vec<u8>>> {
    let mut folders = vec![room().join("corpus").join(body.name)];
    folders.extend(body.vectors.map(|it| room().join("../tests/vectors").join(it)));
    let mut paths = Vec::new();
    for folder in folders {
        let entries =
            fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            paths.push(entry?.path());
        }
    }
    paths.sort_unstable();
    if paths.is_empty() {
        return Err(format!("the body {} has no seeds", body.name).into());
    }
    Ok(paths.iter().map(fs::read).collect::<Result<_, _>>()?)
}
