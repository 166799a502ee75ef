// SPDX-License-Identifier: MIT OR Apache-2.0
//! The status byte every answer begins with (CTAP 2.3 section 8.2).
//!
//! Inside this room a status is also the error type: a rule that refuses names the byte the
//! specification wants, and the engine sends it with nothing behind it.

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)+) => {
        /// What a command came to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Status {
            $($(#[$doc])* $name = $value,)+
        }

        impl Status {
            /// Every status this room knows, for tests and texts that walk them all.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The status of a byte, if it is a known one.
            #[must_use]
            pub const fn from_byte(byte: u8) -> Option<Self> {
                match byte {
                    $($value => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    /// Success.
    Ok = 0x00;
    /// The command is not one of this authenticator's.
    InvalidCommand = 0x01;
    /// A parameter is not a valid one.
    InvalidParameter = 0x02;
    /// The length of a message or item is wrong.
    InvalidLength = 0x03;
    /// A packet came out of order.
    InvalidSeq = 0x04;
    /// The rest of a message did not come in time.
    Timeout = 0x05;
    /// Another channel is being served.
    ChannelBusy = 0x06;
    /// The command needs a lock on the channel.
    LockRequired = 0x0A;
    /// The channel is not one that was given out.
    InvalidChannel = 0x0B;
    /// A CBOR item is of another type than the command wants.
    CborUnexpectedType = 0x11;
    /// The CBOR is malformed or not in the canonical form.
    InvalidCbor = 0x12;
    /// A parameter the command needs is missing.
    MissingParameter = 0x14;
    /// A limit of this authenticator is exceeded.
    LimitExceeded = 0x15;
    /// The fingerprint memory is full.
    FpDatabaseFull = 0x17;
    /// The memory for large blobs is full.
    LargeBlobStorageFull = 0x18;
    /// A credential of the exclude list lives here.
    CredentialExcluded = 0x19;
    /// The command takes longer.
    Processing = 0x21;
    /// The credential is not one of this authenticator's.
    InvalidCredential = 0x22;
    /// A person is needed.
    UserActionPending = 0x23;
    /// Another operation is pending.
    OperationPending = 0x24;
    /// Nothing is pending.
    NoOperations = 0x25;
    /// None of the algorithms is supported.
    UnsupportedAlgorithm = 0x26;
    /// The person said no, or the command is not allowed now.
    OperationDenied = 0x27;
    /// No more passkeys fit.
    KeyStoreFull = 0x28;
    /// An option is not supported.
    UnsupportedOption = 0x2B;
    /// An option is supported, but not with this value or not now.
    InvalidOption = 0x2C;
    /// The platform cancelled the command.
    KeepaliveCancel = 0x2D;
    /// There is no credential for this request.
    NoCredentials = 0x2E;
    /// Nobody answered in time.
    UserActionTimeout = 0x2F;
    /// The command does not follow one that it can continue.
    NotAllowed = 0x30;
    /// The PIN is wrong.
    PinInvalid = 0x31;
    /// The PIN is blocked until a reset.
    PinBlocked = 0x32;
    /// The authentication of the request is wrong.
    PinAuthInvalid = 0x33;
    /// The PIN is blocked until the next power cycle.
    PinAuthBlocked = 0x34;
    /// No PIN is set.
    PinNotSet = 0x35;
    /// The request needs a pinUvAuthToken.
    PuatRequired = 0x36;
    /// The PIN breaks a rule: too short, too long, or to be changed first.
    PinPolicyViolation = 0x37;
    /// The request is larger than this authenticator takes.
    RequestTooLarge = 0x39;
    /// Nobody did what was asked in time.
    ActionTimeout = 0x3A;
    /// A user presence is required.
    UpRequired = 0x3B;
    /// The built-in user verification is blocked.
    UvBlocked = 0x3C;
    /// What was sent does not match its checksum.
    IntegrityFailure = 0x3D;
    /// The subcommand is not one of this authenticator's.
    InvalidSubcommand = 0x3E;
    /// The built-in user verification did not recognise the person.
    UvInvalid = 0x3F;
    /// The permission does not belong to this token.
    UnauthorizedPermission = 0x40;
    /// Anything else went wrong, on our side.
    Other = 0x7F;
}
