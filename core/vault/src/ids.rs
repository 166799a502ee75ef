// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of things: sixteen bytes each, one type per noun so that none stands in for another. Most are
//! random; a device and a root are named by what only they can have, so that nobody takes their names.

use core::fmt;

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Draws a new name; 128 random bits never meet again.
            pub fn random(rng: &mut impl CryptoRng) -> Self {
                let mut bytes = [0; 16];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// Reads the 32 hexadecimal digits that `Display` writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
                bytes.try_into().ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )+};
}

id! {
    /// A vault, for its whole life and in all its copies.
    VaultId;
    /// A collection: items that are sealed under one chain of roots.
    CollectionId;
    /// A root key of a collection.
    RootId;
    /// An epoch key of a collection.
    EpochId;
    /// A way to open the vault.
    SlotId;
    /// One immutable change.
    ChangeId;
    /// An item the holder knows: a token, a service, a note.
    ItemId;
    /// A PC (or phone) that writes to the vault.
    DeviceId;
    /// One operation of the holder, which may have made several changes.
    OperationId;
    /// A token's secret: a new secret gets a new name, so that counters never mix.
    SecretId;
    /// One backup code within its item.
    CodeId;
    /// A record of any class, as the store knows it.
    RecordId;
}

impl DeviceId {
    /// The name of the device that signs with the private half of this key: nobody else can take it.
    #[must_use]
    pub fn of(public_key: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"kagifuda device v1\0");
        hash.update(public_key);
        let hash: [u8; 32] = hash.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        Self(id)
    }
}

impl From<EpochId> for RecordId {
    fn from(id: EpochId) -> Self {
        Self(id.0)
    }
}

impl From<ChangeId> for RecordId {
    fn from(id: ChangeId) -> Self {
        Self(id.0)
    }
}

/// The hash of a record's bytes (SHA-256).
pub type RecordHash = [u8; 32];
