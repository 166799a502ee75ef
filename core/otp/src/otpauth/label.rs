// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who issued a token and whose account it is, out of a label `issuer:account` and an issuer given
//! beside it, where either may be missing and the two may disagree.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::otpauth::{Notice, Plus, percent};

/// A label, parted at its colon where it has one.
pub(crate) struct Label {
    issuer: Option<String>,
    account: String,
}

impl Label {
    /// Reads the path of a URI. A literal colon parts it; an encoded one does where there is no
    /// literal one, because some issuers encode the separator too.
    pub(super) fn from_uri(raw: &str, notices: &mut Vec<Notice>) -> Self {
        let mut decode = |raw: &str| percent::decoded(raw, Plus::Literal, notices);
        match raw.split_once(':') {
            Some((issuer, account)) => {
                Self { issuer: Some(decode(issuer)), account: decode(account) }
            }
            None => Self::from_text(&decode(raw)),
        }
    }

    /// Reads a label that is plain text.
    pub(crate) fn from_text(text: &str) -> Self {
        match text.split_once(':') {
            Some((issuer, account)) => {
                Self { issuer: Some(issuer.to_owned()), account: account.to_owned() }
            }
            None => Self { issuer: None, account: text.to_owned() },
        }
    }

    /// Gives issuer and account, without the spaces around them. The issuer `given` beside the
    /// label wins; where the label names another, the whole label is the account.
    pub(crate) fn names(&self, given: &str, notices: &mut Vec<Notice>) -> (String, String) {
        let given = given.trim();
        let account = self.account.trim();
        match self.issuer.as_deref().map(str::trim) {
            None => (given.to_owned(), account.to_owned()),
            Some(own) if given.is_empty() => (own.to_owned(), account.to_owned()),
            Some(own) if own.is_empty() || is_same_name(own, given) => {
                (given.to_owned(), account.to_owned())
            }
            Some(own) => {
                notices.push(Notice::IssuersDisagree);
                (given.to_owned(), format!("{own}:{account}"))
            }
        }
    }
}

/// Issuers that fill in forms write `Air+Canada` in the label too.
fn is_same_name(label: &str, given: &str) -> bool {
    let label = label.to_lowercase();
    let given = given.to_lowercase();
    label == given || label.replace('+', " ") == given
}
