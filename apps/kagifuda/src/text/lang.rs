// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which language to speak: `--lang`, else the locale as POSIX orders it (IEEE Std 1003.1, 8.2):
//! the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty.

use unic_langid::LanguageIdentifier;

/// A language the program speaks completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ja];

    /// Reads a locale name such as `ja_JP.UTF-8`, or a plain `ja`.
    #[must_use]
    pub fn parse(locale: &str) -> Option<Self> {
        match locale.split(['_', '.', '-', '@']).next()? {
            "ja" => Some(Self::Ja),
            "en" | "C" | "POSIX" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of a locale; English where it names one we do not speak.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty())
            .and_then(|value| Self::parse(&value))
            .unwrap_or(Self::En)
    }

    /// Its short name, as `--lang` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The language's rules of plurals; both names are well-formed.
    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.name().parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(set: &[(&str, &str)]) -> Lang {
        Lang::of_locale(|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_locale_is_read_in_the_order_of_posix() {
        assert_eq!(under(&[("LANG", "ja_JP.UTF-8")]), Lang::Ja);
        assert_eq!(under(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")]), Lang::En);
        assert_eq!(under(&[("LANG", "en_GB.UTF-8"), ("LC_MESSAGES", "ja_JP")]), Lang::Ja);
        assert_eq!(under(&[("LC_ALL", ""), ("LANG", "ja")]), Lang::Ja);
        assert_eq!(under(&[("LANG", "fr_FR.UTF-8")]), Lang::En);
        assert_eq!(under(&[]), Lang::En);
    }
}
