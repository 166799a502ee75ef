// SPDX-License-Identifier: MIT OR Apache-2.0
//! What program and agent say to each other about the security key in the vault.

use kagifuda_linux::fingerprint::ReaderTrouble;
use kagifuda_secret::SecretText;
use minicbor::{Decode, Encode};

use super::wire::Hidden;

/// What kind of key is plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Encode, Decode)]
pub struct KeyKind {
    /// Whether it offers ML-DSA too.
    #[n(0)]
    pub is_post_quantum: bool,
    /// How it recognises its person by itself, where it does.
    #[n(1)]
    pub verify: Option<KeyVerify>,
    /// Whether it is a smart card and not at USB.
    #[n(2)]
    pub is_card: bool,
}

/// In which kind of frame a request to the key came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeyFrame {
    /// CTAP2: a command and its parameters.
    #[n(0)]
    Cbor,
    /// U2F: an APDU.
    #[n(1)]
    Msg,
}

/// What somebody said to a question of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeySaid {
    /// Yes: touched, open. To [`KeyQuestion::Verify`] it says nothing: the agent recognises people itself.
    #[n(0)]
    Yes,
    /// No: refused, still locked.
    #[n(1)]
    No,
    /// Nobody said anything in time.
    #[n(2)]
    Nothing,
    /// The platform took the request back.
    #[n(3)]
    Cancelled,
}

/// What people have said about a request so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Encode, Decode)]
pub struct KeyConsent {
    /// To [`KeyQuestion::Touch`].
    #[n(0)]
    pub touch: Option<KeySaid>,
    /// To [`KeyQuestion::LongTouch`].
    #[n(1)]
    pub long_touch: Option<KeySaid>,
    /// To [`KeyQuestion::Verify`].
    #[n(2)]
    pub verify: Option<KeySaid>,
    /// To [`KeyQuestion::Unlock`].
    #[n(3)]
    pub unlock: Option<KeySaid>,
}

/// How the key recognises its person by itself, besides by the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeyVerify {
    /// By a finger at the reader of this PC.
    #[n(0)]
    Fingerprint,
    /// By a passphrase of the vault.
    #[n(1)]
    Passphrase,
}

/// What is said to a verification that stands.
#[derive(Encode, Decode)]
pub enum KeyProof {
    /// Nothing: how does it stand?
    #[n(0)]
    Look,
    /// The passphrase.
    #[n(1)]
    Passphrase(#[n(0)] Hidden<SecretText>),
    /// Nobody waits for it any more.
    #[n(2)]
    End,
}

/// How a verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum KeyVerifying {
    /// Nobody has shown who they are yet.
    #[n(0)]
    Waiting,
    /// A finger could not be read.
    #[n(1)]
    Unclear(#[n(0)] KeyHint),
    /// Somebody was not recognised, and may try again.
    #[n(2)]
    Stranger {
        /// How often, for this request.
        #[n(0)]
        left: u8,
    },
    /// It is decided: the request goes on.
    #[n(3)]
    Decided,
    /// It is decided: somebody was not recognised, for the last time.
    #[n(4)]
    Unrecognised,
    /// It is decided: nobody can be recognised now.
    #[n(5)]
    Unable(#[n(0)] KeyReader),
}

/// How a finger is to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeyHint {
    /// Once more.
    #[n(0)]
    Again,
    /// Swiped over a longer way.
    #[n(1)]
    Longer,
    /// In the middle.
    #[n(2)]
    Centred,
    /// Taken away and laid on again.
    #[n(3)]
    Lifted,
}

/// Why a reader recognises nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeyReader {
    /// There is no service for readers.
    #[n(0)]
    NoService,
    /// There is none.
    #[n(1)]
    NoReader,
    /// No finger is enrolled.
    #[n(2)]
    NoFinger,
    /// Another program has it in use.
    #[n(3)]
    InUse,
    /// The system does not let this user use it.
    #[n(4)]
    NotAllowed,
    /// It went away.
    #[n(5)]
    Gone,
    /// Something else.
    #[n(6)]
    Failed,
}

impl From<ReaderTrouble> for KeyReader {
    fn from(trouble: ReaderTrouble) -> Self {
        match trouble {
            ReaderTrouble::NoService => Self::NoService,
            ReaderTrouble::NoReader => Self::NoReader,
            ReaderTrouble::NoFinger => Self::NoFinger,
            ReaderTrouble::InUse => Self::InUse,
            ReaderTrouble::NotAllowed => Self::NotAllowed,
            ReaderTrouble::Gone => Self::Gone,
            ReaderTrouble::Failed => Self::Failed,
        }
    }
}

/// What the key asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum KeyQuestion {
    /// Whether somebody is there and agrees.
    #[n(0)]
    Touch,
    /// The same, held for five seconds.
    #[n(1)]
    LongTouch,
    /// Who is there.
    #[n(2)]
    Verify,
    /// To unlock the vault.
    #[n(3)]
    Unlock,
}

/// A question of the key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyAsk {
    /// What it asks.
    #[n(0)]
    pub question: KeyQuestion,
    /// What about.
    #[n(1)]
    pub about: KeyAbout,
}

/// What a question is about, to show to people.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum KeyAbout {
    /// Which key the person means.
    #[n(0)]
    Nothing,
    /// A registration.
    #[n(1)]
    Register {
        /// The site.
        #[n(0)]
        site: String,
        /// The account; empty where the site named none.
        #[n(1)]
        account: String,
    },
    /// A registration of what is registered already.
    #[n(2)]
    Excluded {
        /// The site.
        #[n(0)]
        site: String,
    },
    /// A sign-in.
    #[n(3)]
    SignIn {
        /// The site.
        #[n(0)]
        site: String,
        /// The account, where it is known and the only one.
        #[n(1)]
        account: Option<String>,
        /// How many there are; 0 where that is not known.
        #[n(2)]
        count: u32,
    },
    /// A U2F registration.
    #[n(4)]
    U2fRegister {
        /// The hash of the site's id.
        #[n(0)]
        application: Vec<u8>,
    },
    /// A U2F sign-in.
    #[n(5)]
    U2fSignIn {
        /// The hash of the site's id.
        #[n(0)]
        application: Vec<u8>,
    },
    /// A token for the platform.
    #[n(6)]
    Token {
        /// The site, if for one.
        #[n(0)]
        site: Option<String>,
    },
    /// Listing, renaming or removing passkeys.
    #[n(7)]
    Manage,
    /// Forgetting everything.
    #[n(8)]
    Reset,
    /// The next account of a sign-in.
    #[n(9)]
    NextSignIn,
    /// Reading or writing what sites keep as large blobs.
    #[n(10)]
    LargeBlobs,
}
