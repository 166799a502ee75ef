// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one table of commands, arguments and flags.
//!
//! The parser, `--help`, the man pages, the shell completions and the reference page are all made
//! from it, so none of them can say something the others do not. The table holds no sentence: a
//! command's text has the id `cmd-` and its path, an argument's is in its row, both in every
//! language (`text/`).

mod exchange;
mod items;
mod keys;
mod map;
mod passkeys;
mod root;
mod tokens;
mod vaults;

pub use root::{GLOBAL, ROOT};

/// A command, or a group of commands.
#[derive(Debug)]
pub struct Command {
    /// The word typed.
    pub name: &'static str,
    /// Its arguments and flags, positional ones in their order.
    pub args: &'static [Arg],
    /// The commands below it; none of them makes it a command that does something itself.
    pub commands: &'static [Self],
    /// Left out of help and completions: for packagers and for the program itself.
    pub is_hidden: bool,
}

/// An argument or a flag.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// The long flag without its dashes, or the positional argument's name.
    pub name: &'static str,
    /// The short flag.
    pub short: Option<char>,
    /// The id of its text.
    pub text: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it is known by its place instead of its name.
    pub is_positional: bool,
    /// Whether it may be given several times.
    pub is_repeated: bool,
    /// Whether the command cannot run without it.
    pub is_required: bool,
    /// Flags that may not stand beside this one.
    pub not_with: &'static [&'static str],
}

/// What an argument takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Nothing: a switch.
    Nothing,
    /// One value; the id of its name in help is `value-` and this word.
    One(&'static str),
    /// Any number of words, at the end of the line.
    Many(&'static str),
    /// One of these words.
    Choice(&'static str, &'static [&'static str]),
    /// A whole number between two bounds, both included.
    Number(&'static str, u64, u64),
    /// A file or folder.
    Path(&'static str),
    /// A secret, which is refused: arguments are seen by every process and kept by the shell.
    Refused,
}

impl Command {
    /// A command that does something.
    pub(crate) const fn new(name: &'static str, args: &'static [Arg]) -> Self {
        Self { name, args, commands: &[], is_hidden: false }
    }

    /// A command that only has others below it.
    pub(crate) const fn group(name: &'static str, commands: &'static [Self]) -> Self {
        Self { name, args: &[], commands, is_hidden: false }
    }

    /// Leaves it out of help.
    pub(crate) const fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// Whether it needs one of the commands below it.
    #[must_use]
    pub const fn is_group(&self) -> bool {
        !self.commands.is_empty()
    }

    /// The command of that name below this one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Self> {
        self.commands.iter().find(|command| command.name == name)
    }

    /// The commands a person is shown.
    pub fn shown(&self) -> impl Iterator<Item = &'static Self> {
        self.commands.iter().filter(|command| !command.is_hidden)
    }

    /// The arguments a person is shown.
    pub fn shown_args(&self) -> impl Iterator<Item = &'static Arg> {
        self.args.iter().filter(|arg| !matches!(arg.takes, Takes::Refused))
    }
}

impl Arg {
    /// A switch.
    pub(crate) const fn switch(name: &'static str, text: &'static str) -> Self {
        Self::flag(name, text, Takes::Nothing)
    }

    /// A flag with a value.
    pub(crate) const fn flag(name: &'static str, text: &'static str, takes: Takes) -> Self {
        Self {
            name,
            short: None,
            text,
            takes,
            is_positional: false,
            is_repeated: false,
            is_required: false,
            not_with: &[],
        }
    }

    /// A positional argument.
    pub(crate) const fn place(name: &'static str, text: &'static str, takes: Takes) -> Self {
        let mut arg = Self::flag(name, text, takes);
        arg.is_positional = true;
        arg
    }

    /// A flag that exists to be refused with a reason.
    pub(crate) const fn refused(name: &'static str) -> Self {
        Self::flag(name, "arg-refused", Takes::Refused)
    }

    /// A place where a secret might be typed by mistake.
    pub(crate) const fn refused_place() -> Self {
        Self::place("refused", "arg-refused", Takes::Refused)
    }

    /// Gives it a short flag.
    pub(crate) const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    /// Lets it be given several times.
    pub(crate) const fn repeated(mut self) -> Self {
        self.is_repeated = true;
        self
    }

    /// Makes it necessary.
    pub(crate) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Forbids it beside others.
    pub(crate) const fn not_with(mut self, others: &'static [&'static str]) -> Self {
        self.not_with = others;
        self
    }

    /// The word of its value in help, where it takes one.
    #[must_use]
    pub const fn value(&self) -> Option<&'static str> {
        match self.takes {
            Takes::Nothing | Takes::Refused => None,
            Takes::One(value)
            | Takes::Many(value)
            | Takes::Choice(value, _)
            | Takes::Number(value, _, _)
            | Takes::Path(value) => Some(value),
        }
    }
}

/// Walks every command with its path, `ROOT` first.
pub fn walk(visit: &mut dyn FnMut(&[&'static str], &'static Command)) {
    fn step(
        path: &mut Vec<&'static str>,
        command: &'static Command,
        visit: &mut dyn FnMut(&[&'static str], &'static Command),
    ) {
        visit(path, command);
        for below in command.commands {
            path.push(below.name);
            step(path, below, visit);
            path.pop();
        }
    }
    step(&mut Vec::new(), &ROOT, visit);
}

/// The id of a command's text.
#[must_use]
pub fn text_of(path: &[&str]) -> String {
    if path.is_empty() { "cmd-kagifuda".to_owned() } else { format!("cmd-{}", path.join("-")) }
}
