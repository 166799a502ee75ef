// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a question is about, so that people can be shown which site and which account.

use heapless::String;

use crate::entity::{NAME_BYTES, RpIdHash, User, UserRef, cut};

/// The account a question is about: its name, or the person's where it has none.
pub type Account = String<NAME_BYTES>;

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum About<'r> {
    /// Nothing that could be shown: the platform wants to know which key the person means.
    Nothing,
    /// A registration.
    Register {
        /// The site.
        rp_id: &'r str,
        /// The account, as the site named it.
        account: Account,
    },
    /// A registration of something that is registered already: agreeing tells the site so.
    Excluded {
        /// The site.
        rp_id: &'r str,
    },
    /// A sign-in.
    SignIn {
        /// The site.
        rp_id: &'r str,
        /// The account, where it is known and there is only one.
        account: Option<Account>,
        /// How many accounts there are to choose from.
        count: u32,
    },
    /// The next of the accounts of a sign-in; the site was named with the first.
    NextSignIn,
    /// A U2F registration; the site is known by its hash only.
    U2fRegister {
        /// The hash.
        application: RpIdHash,
    },
    /// A U2F sign-in; the site is known by its hash only.
    U2fSignIn {
        /// The hash.
        application: RpIdHash,
    },
    /// A token by verifying the person here.
    Token {
        /// The site it is for, if for one only.
        rp_id: Option<&'r str>,
    },
    /// Listing, renaming or removing passkeys.
    Manage,
    /// Reading or writing what sites keep as large blobs.
    LargeBlobs,
    /// Forgetting everything.
    Reset,
}

/// The name of an account to show.
#[must_use]
pub(crate) fn account_of(user: &UserRef<'_>) -> Account {
    let name = user.name.filter(|name| !name.is_empty());
    cut(name.or(user.display_name).unwrap_or_default())
}

/// The name of a kept account to show.
#[must_use]
pub(crate) fn account_of_kept(user: &User) -> Account {
    account_of(&user.lend(true))
}
