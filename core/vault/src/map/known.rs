// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts about well-known services that ship with the program: which methods they offer, where to manage
//! them, where to begin when locked out.
//!
//! They are in `services.json` beside this file, under CC0, gathered by us from what the services say themselves, with the
//! month they were true in. Nothing is looked up on the network. What we are not sure of is left out, so a method
//! that is missing may be offered all the same.

use std::sync::OnceLock;

use serde::Deserialize;

use super::same::fold;

/// The data as it ships.
const DATA: &str = include_str!("services.json");

/// All of it.
#[derive(Debug, Deserialize)]
pub struct Data {
    /// Its licence, by its SPDX name.
    pub licence: String,
    /// The month it was true in, `2026-11`.
    pub as_of: String,
    /// The services.
    services: Vec<Known>,
}

/// What is known of a service.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// Its word here.
    pub id: String,
    /// What people call it, the usual name first.
    names: Vec<String>,
    /// Its domains.
    domains: Vec<String>,
    /// The methods it offers, by words of [`crate::schema::METHODS`].
    pub offers: Vec<String>,
    /// Where its holder changes methods.
    pub manage: String,
    /// Where to begin when locked out, where that is another page.
    #[serde(default)]
    pub recover: Option<String>,
}

impl Known {
    /// Its usual name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or(self.id.as_str(), String::as_str)
    }

    /// Tells whether it offers a method, as far as we know.
    #[must_use]
    pub fn has(&self, method: &str) -> bool {
        self.offers.iter().any(|offered| offered == method)
    }

    /// Where to begin when locked out.
    #[must_use]
    pub fn recover(&self) -> &str {
        self.recover.as_deref().unwrap_or(&self.manage)
    }
}

/// The data that ships with this program.
pub fn data() -> &'static Data {
    static READ: OnceLock<Data> = OnceLock::new();
    READ.get_or_init(|| {
        // A test reads it; a program without it would still be a program.
        let none = || Data { licence: String::new(), as_of: String::new(), services: Vec::new() };
        serde_json::from_str(DATA).unwrap_or_else(|_| none())
    })
}

/// All services.
pub fn all() -> impl Iterator<Item = &'static Known> {
    data().services.iter()
}

/// The service of this word.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Known> {
    all().find(|known| known.id == id)
}

/// The service people call so.
#[must_use]
pub fn named(name: &str) -> Option<&'static Known> {
    static FOLDED: OnceLock<std::collections::BTreeMap<String, &'static Known>> = OnceLock::new();
    let folded = FOLDED.get_or_init(|| {
        let names = all().flat_map(|known| known.names.iter().map(move |name| (fold(name), known)));
        names.collect()
    });
    folded.get(&fold(name)).copied()
}

/// The service at an address or a domain.
#[must_use]
pub fn at_site(address: &str) -> Option<&'static Known> {
    let host = host(address);
    let fit = |domain: &String| is_under(&host, domain).then_some(domain.len());
    let best = |known: &&Known| known.domains.iter().filter_map(fit).max();
    all()
        .filter_map(|known| Some((best(&known)?, known)))
        .max_by_key(|(fit, _)| *fit)
        .map(|it| it.1)
}

/// The host of an address, in small letters.
#[must_use]
pub(super) fn host(address: &str) -> String {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// Tells whether a host is a domain or lies under it.
#[must_use]
pub(super) fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::collections::BTreeSet;

    use super::*;
    use crate::schema::METHODS;

    #[test]
    fn the_data_is_whole_and_every_link_leads_to_the_service_itself() {
        let data: Data = serde_json::from_str(DATA).unwrap();
        assert_eq!((data.licence.as_str(), data.as_of.as_str()), ("CC0-1.0", "2026-11"));
        assert!(data.services.len() >= 25, "{}", data.services.len());
        let (mut ids, mut names, mut domains) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for known in &data.services {
            assert!(ids.insert(&known.id), "{} twice", known.id);
            assert!(!known.names.is_empty() && !known.offers.is_empty(), "{}", known.id);
            assert!(known.names.iter().all(|name| names.insert(fold(name))), "{}", known.id);
            assert!(known.domains.iter().all(|it| domains.insert(it.clone())), "{}", known.id);
            for method in &known.offers {
                assert!(METHODS.contains(&method.as_str()), "{} {method}", known.id);
            }
            for link in [Some(&known.manage), known.recover.as_ref()].into_iter().flatten() {
                assert!(link.starts_with("https://"), "{link}");
                assert_eq!(at_site(link).map(|it| &it.id), Some(&known.id), "{link}");
            }
        }
    }

    #[test]
    fn a_service_is_known_by_its_names_and_its_sites_and_by_nothing_that_looks_like_one() {
        assert_eq!(named("ＧｉｔＨｕｂ").map(|it| it.id.as_str()), Some("github"));
        assert_eq!(named("git hub").map(|it| it.id.as_str()), Some("github"));
        assert!(named("").is_none() && named("GitHub Enterprise of my firm").is_none());
        assert_eq!(at_site("https://me@GitHub.com:443/login").map(|it| it.name()), Some("GitHub"));
        assert_eq!(at_site("gist.github.com").map(|it| it.name()), Some("GitHub"));
        for other in ["notgithub.com", "github.com.example", "https://example.org/github.com", ""] {
            assert!(at_site(other).is_none(), "{other}");
        }
    }
}
