// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every sentence the program says, in English and Japanese, as Fluent messages.
//!
//! Messages are split by topic, and a topic is parsed when its first sentence is needed: showing
//! a code must not pay for the help of sixty commands. A message's topic is the word before the
//! first dash of its id. English is what is said where a translation is missing, and a test sees
//! to it that none is.

mod lang;

use std::cell::OnceCell;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

pub use fluent_bundle::FluentValue as Value;
pub use lang::Lang;

/// A topic: the word its ids begin with, and its messages in both languages.
struct Topic {
    words: &'static [&'static str],
    en: &'static str,
    ja: &'static str,
}

macro_rules! topic {
    ($file:literal, $($word:literal),+) => {
        Topic {
            words: &[$($word),+],
            en: include_str!(concat!("en/", $file)),
            ja: include_str!(concat!("ja/", $file)),
        }
    };
}

const TOPICS: [Topic; 16] = [
    topic!("code.ftl", "code"),
    topic!("commands.ftl", "cmd", "arg", "value"),
    topic!("usage.ftl", "usage"),
    topic!("demo.ftl", "demo"),
    topic!("doctor.ftl", "doctor"),
    topic!("faults.ftl", "fault"),
    topic!("ask.ftl", "ask"),
    topic!("guide.ftl", "guide"),
    topic!("items.ftl", "item", "field", "kind"),
    topic!("key.ftl", "key"),
    topic!("map.ftl", "map"),
    topic!("move.ftl", "move"),
    topic!("report.ftl", "report"),
    topic!("screen.ftl", "screen"),
    topic!("sheet.ftl", "sheet"),
    topic!("vaults.ftl", "vault", "way", "keyring", "tpm", "history", "import", "export", "status"),
];

/// The sentences of one language.
pub struct Texts {
    lang: Lang,
    bundles: [OnceCell<FluentBundle<FluentResource>>; TOPICS.len()],
}

impl Texts {
    /// Chooses a language; nothing is read yet.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang, bundles: [const { OnceCell::new() }; TOPICS.len()] }
    }

    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A sentence or an attribute (`id.attribute`), where the language has one of that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<String> {
        self.find_with(id, &[])
    }

    /// A sentence or an attribute with variables, where the language has one of that id.
    #[must_use]
    pub fn find_with(&self, id: &str, variables: &[(&'static str, Value<'_>)]) -> Option<String> {
        let bundle = self.bundle_of(id)?;
        let (id, attribute) = id.split_once('.').map_or((id, None), |(id, a)| (id, Some(a)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::with_capacity(variables.len());
        for (name, value) in variables {
            args.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "message {id}: {errors:?}");
        Some(text)
    }

    /// A sentence without variables; [`crate::say!`] for those that have some.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// A sentence with variables.
    #[must_use]
    pub fn with(&self, id: &str, variables: &[(&'static str, Value<'_>)]) -> String {
        self.find_with(id, variables).unwrap_or_else(|| {
            debug_assert!(false, "there is no message {id}");
            id.to_owned()
        })
    }

    fn bundle_of(&self, id: &str) -> Option<&FluentBundle<FluentResource>> {
        let word = id.split('-').next()?;
        let index = TOPICS.iter().position(|topic| topic.words.contains(&word))?;
        Some(self.bundles[index].get_or_init(|| bundle(&TOPICS[index], self.lang)))
    }
}

fn bundle(topic: &Topic, lang: Lang) -> FluentBundle<FluentResource> {
    let source = match lang {
        Lang::En => topic.en,
        Lang::Ja => topic.ja,
    };
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, errors)| {
            debug_assert!(false, "messages of {:?}: {errors:?}", topic.words);
            partial
        });
    let mut bundle = FluentBundle::new(vec![lang.identifier()]);
    // A terminal shows the marks that isolate directions as boxes; neither language needs them.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Says a message: `say!(texts, "code-left", seconds = 12)`.
#[macro_export]
macro_rules! say {
    ($texts:expr, $id:literal) => {
        $texts.get($id)
    };
    ($texts:expr, $id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $texts.with($id, &[$((stringify!($name), $crate::text::Value::from($value))),+])
    };
}

#[cfg(test)]
mod tests;
