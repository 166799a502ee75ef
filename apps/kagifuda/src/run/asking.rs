// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking the holder. A secret is typed unseen, and its prompt names which secret of what is asked and
//! what it is not. In scripts secrets come from a file descriptor or standard input, a line each;
//! they are never arguments and never in the environment.

use std::fs::File;
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

use kagifuda_linux::LinuxError;
use kagifuda_linux::terminal::{Terminal, read_secret_line};
use kagifuda_secret::SecretText;
use kagifuda_secret::words::{self, WordsError};
use zeroize::Zeroizing;

use super::session::Session;
use super::strength::{self, Strength};
use crate::agent::failure::Failure;
use crate::agent::protocol::Hidden;
use crate::commands::resolve::{SecretSource, Settings};
use crate::fault::Fault;
use crate::say;
use crate::term::width::wrap;
use crate::term::{Colour, Screen};

/// Whom to ask: the person at the terminal, a script, or a test.
pub(super) trait Asker {
    /// Whether questions can be answered by a person.
    fn is_present(&self) -> bool;
    /// Asks for a secret.
    fn secret(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault>;
    /// Asks for a line that is no secret.
    fn line(&mut self, prompt: &str) -> Result<String, Fault>;
    /// Reads a secret text of several lines to its end.
    fn text(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        self.secret(prompt)
    }
    /// A secret that a pipe may bring: the first line of standard input where that is no terminal.
    fn piped_or_secret(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        self.secret(prompt)
    }
    /// Says something that is no result.
    fn tell(&mut self, text: &str);
}

/// The person at the terminal, or the script in their place.
pub(super) struct Person {
    source: SecretSource,
    /// The descriptor that was named, opened once: each secret is the next line of it.
    descriptor: Option<File>,
}

impl Person {
    /// As the settings say.
    pub(super) fn new(settings: &Settings) -> Self {
        Self { source: settings.secrets, descriptor: None }
    }

    /// The next line of what stands in for the person.
    fn scripted(&mut self) -> Option<Result<SecretText, LinuxError>> {
        match self.source {
            SecretSource::Terminal => None,
            SecretSource::Stdin => Some(read_secret_line(rustix::stdio::stdin())),
            SecretSource::Descriptor(number) => Some(self.next_of(number)),
        }
    }

    fn next_of(&mut self, number: i32) -> Result<SecretText, LinuxError> {
        let file = match &self.descriptor {
            Some(file) => file,
            // By its name in /proc the kernel checks that it is there; taking the bare number would
            // be an unproven claim to own it.
            None => {
                let file = File::open(format!("/proc/self/fd/{number}"));
                self.descriptor.insert(file.map_err(|_| LinuxError::InputEnded)?)
            }
        };
        read_secret_line(file)
    }
}

impl Asker for Person {
    fn is_present(&self) -> bool {
        self.source == SecretSource::Terminal && Terminal::of_this_process().is_ok()
    }

    fn secret(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        if let Some(line) = self.scripted() {
            return Ok(Hidden(line?));
        }
        let terminal = Terminal::of_this_process()?;
        terminal.write(&fitted(prompt))?;
        Ok(Hidden(terminal.read_secret()?))
    }

    fn line(&mut self, prompt: &str) -> Result<String, Fault> {
        if !self.is_present() {
            return Err(Fault::NobodyToAsk);
        }
        Terminal::of_this_process()?.write(&fitted(prompt))?;
        let unread = |_| Fault::System(LinuxError::NotATerminal);
        let tty = File::open("/dev/tty").map_err(unread)?;
        let mut line = String::new();
        let count = std::io::BufReader::new(tty).read_line(&mut line).map_err(unread)?;
        if count == 0 { Err(Fault::Declined) } else { Ok(line.trim().to_owned()) }
    }

    fn text(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        if self.source != SecretSource::Terminal {
            return self.secret(prompt);
        }
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            self.tell(prompt);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
        stdin.take(1 << 20).read_to_end(&mut bytes).map_err(|_| LinuxError::InputEnded)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| LinuxError::NotText)?;
        Ok(Hidden(text.trim_end().into()))
    }

    fn piped_or_secret(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        if self.source == SecretSource::Terminal && !std::io::stdin().is_terminal() {
            return Ok(Hidden(read_secret_line(rustix::stdio::stdin())?));
        }
        self.secret(prompt)
    }

    fn tell(&mut self, text: &str) {
        let screen = Screen::of_stderr(Colour::Never);
        for line in wrap(text, screen.page()) {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}

/// A prompt broken for the terminal, with room for the answer behind it.
fn fitted(prompt: &str) -> String {
    wrap(prompt, Screen::of_stderr(Colour::Never).page()).join("\n").trim_end().to_owned() + " "
}

/// Asks for a new passphrase twice, and says honestly how good it is.
pub(super) fn new_passphrase(
    s: &mut Session<'_>,
    prompt: &str,
) -> Result<Hidden<SecretText>, Fault> {
    let first = s.person.secret(prompt)?;
    if first.expose().is_empty() {
        return Err(Fault::NothingEntered);
    }
    if !s.person.is_present() {
        return Ok(first);
    }
    let verdict = strength::of(first.expose());
    let told = s.texts.get(verdict.text());
    s.tell(&told);
    if verdict == Strength::Weak {
        let question = say!(s.texts, "ask-weak-anyway");
        s.confirm(&question)?;
    }
    let again = say!(s.texts, "ask-again");
    let second = s.person.secret(&again)?;
    if first == second { Ok(first) } else { Err(Fault::SecretsDiffer) }
}

/// Asks for recovery words, some at a time; a word that is none is told at once.
pub(super) fn recovery_words(s: &mut Session<'_>) -> Result<Hidden<SecretText>, Fault> {
    if !s.person.is_present() {
        return s.person.secret("");
    }
    let intro = say!(s.texts, "ask-words");
    s.tell(&intro);
    let mut so_far = Zeroizing::new(String::with_capacity(words::MAX_TEXT_BYTES));
    let mut count = 0;
    loop {
        let prompt = say!(s.texts, "ask-words-from", next = count + 1);
        let line = s.person.secret(&prompt)?;
        if line.expose().trim().is_empty() {
            return Err(Fault::NothingEntered);
        }
        let before = so_far.len();
        so_far.push(' ');
        so_far.push_str(line.expose());
        match words::read(&so_far) {
            Ok(_) => return Ok(Hidden(so_far.as_str().into())),
            Err(WordsError::WrongCount { found }) if found < words::WORD_COUNT => count = found,
            Err(WordsError::NotAWord { position, suggestions }) => {
                let like = suggestions.words().collect::<Vec<_>>().join(", ");
                let told = if like.is_empty() {
                    say!(s.texts, "ask-word-unknown", position = position)
                } else {
                    say!(s.texts, "ask-word-unknown-like", position = position, like = like)
                };
                s.tell(&told);
                so_far.truncate(before);
            }
            Err(WordsError::OtherLanguage { position }) => {
                let told = say!(s.texts, "ask-word-other-language", position = position);
                s.tell(&told);
                so_far.truncate(before);
            }
            Err(_) => return Err(Fault::Agent(Failure::NotRecoveryWords { at: None })),
        }
    }
}
