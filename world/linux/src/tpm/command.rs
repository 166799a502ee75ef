// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands that are given to a TPM, as bytes (TPM 2.0 Library, part 1, "Command/Response Structure"; part 3 for
//! each of them).

use kagifuda_secret::SecretArray;
use zeroize::Zeroizing;

use super::answer::{DIGEST_BYTES, SEALED, STORAGE_KEY};

/// TPM_ST_NO_SESSIONS and TPM_ST_SESSIONS.
const NO_SESSIONS: u16 = 0x8001;
const SESSIONS: u16 = 0x8002;
/// Hierarchies and what stands for no object (TPM_RH); and a password in the place of a session (TPM_RS_PW).
const OWNER: u32 = 0x4000_0001;
const NOBODY: u32 = 0x4000_0007;
const PASSWORD: u32 = 0x4000_0009;
/// TPM_SE_HMAC.
const HMAC_SESSION: u8 = 0;
/// TPM_ALG_AES with 128 bits and TPM_ALG_CFB, and TPM_ALG_SHA256: what a session encrypts and authenticates with.
const SESSION_CIPHER: [u8; 6] = [0x00, 0x06, 0x00, 0x80, 0x00, 0x43];
const SESSION_HASH: [u8; 2] = [0x00, 0x0B];
/// TPM_CAP_TPM_PROPERTIES, and TPM_PT_FIXED, where the properties begin that never change.
const PROPERTIES: u32 = 6;
const FIXED: u32 = 0x100;

/// The commands (TPM_CC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    CreatePrimary = 0x131,
    Create = 0x153,
    Load = 0x157,
    Unseal = 0x15E,
    FlushContext = 0x165,
    StartAuthSession = 0x176,
    GetCapability = 0x17A,
}

/// Bytes that may be a secret and are wiped. There is room for the longest command, so that growing leaves no copy.
pub(super) type Bytes = Zeroizing<Vec<u8>>;

const ROOM_BYTES: usize = 1024;

/// Asks for the first properties of the TPM.
pub(super) fn get_properties(count: u32) -> Bytes {
    let parameters = [PROPERTIES, FIXED, count].map(u32::to_be_bytes).concat();
    command(Verb::GetCapability, &[], None, &parameters)
}

/// Asks for the storage key of the owner's hierarchy, which a TPM makes anew from its seed each time and the same
/// each time. The hierarchy's password is the empty one.
pub(super) fn create_primary() -> Bytes {
    // No password and no data of its own; a point of zeros, in whose place the TPM's comes.
    let mut public = STORAGE_KEY.to_vec();
    for _ in 0..2 {
        sized(&mut public, &[0; 32]);
    }
    let parameters = creation(&[0; 4], &public);
    let password = [&PASSWORD.to_be_bytes()[..], &[0; 5]].concat();
    command(Verb::CreatePrimary, &[OWNER], Some(&password), &parameters)
}

/// Asks for a session that is salted with a secret which only the owner of the storage key can read.
pub(super) fn start_session(key: u32, nonce: &[u8; DIGEST_BYTES], salt: &[u8]) -> Bytes {
    let mut parameters = Bytes::default();
    sized(&mut parameters, nonce);
    sized(&mut parameters, salt);
    parameters.push(HMAC_SESSION);
    parameters.extend(SESSION_CIPHER);
    parameters.extend(SESSION_HASH);
    command(Verb::StartAuthSession, &[key, NOBODY], None, &parameters)
}

/// Lets go of an object or a session.
pub(super) fn flush(handle: u32) -> Bytes {
    command(Verb::FlushContext, &[], None, &handle.to_be_bytes())
}

/// The parameters of `TPM2_Create` for a secret that is sealed.
pub(super) fn sealing(secret: &SecretArray<32>) -> Bytes {
    let mut sensitive = Bytes::new(Vec::with_capacity(ROOM_BYTES));
    sized(&mut sensitive, &[]);
    sized(&mut sensitive, secret.expose());
    let mut public = SEALED.to_vec();
    sized(&mut public, &[]);
    creation(&sensitive, &public)
}

/// The parameters of `TPM2_Load`.
pub(super) fn loading(private: &[u8], public: &[u8]) -> Bytes {
    let mut parameters = Bytes::default();
    sized(&mut parameters, private);
    sized(&mut parameters, public);
    parameters
}

/// A command for one object, with a session's word for it.
pub(super) fn authorized(verb: Verb, handle: u32, word: &[u8], parameters: &[u8]) -> Bytes {
    command(verb, &[handle], Some(word), parameters)
}

/// The parameters of what makes an object: its secrets, its public area, nothing from outside, no PCRs.
fn creation(sensitive: &[u8], public: &[u8]) -> Bytes {
    let mut parameters = Bytes::new(Vec::with_capacity(ROOM_BYTES));
    sized(&mut parameters, sensitive);
    sized(&mut parameters, public);
    parameters.extend([0; 6]);
    parameters
}

fn command(verb: Verb, handles: &[u32], word: Option<&[u8]>, parameters: &[u8]) -> Bytes {
    let mut bytes = Bytes::new(Vec::with_capacity(ROOM_BYTES));
    bytes.extend(if word.is_some() { SESSIONS } else { NO_SESSIONS }.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend((verb as u32).to_be_bytes());
    for handle in handles {
        bytes.extend(handle.to_be_bytes());
    }
    if let Some(word) = word {
        bytes.extend(long(word.len()).to_be_bytes());
        bytes.extend(word);
    }
    bytes.extend(parameters);
    let length = long(bytes.len());
    bytes[2..6].copy_from_slice(&length.to_be_bytes());
    bytes
}

/// A length and so many bytes (`TPM2B`).
pub(super) fn sized(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).expect("what is sent is a few hundred bytes");
    out.extend(length.to_be_bytes());
    out.extend(bytes);
}

fn long(length: usize) -> u32 {
    u32::try_from(length).expect("what is sent is a few hundred bytes")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Hexadecimal digits, as a page of the specification would have them; spaces mean nothing.
    fn is(bytes: &[u8], digits: &str) {
        let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, digits.split_whitespace().collect::<String>());
    }

    #[test]
    fn commands_are_the_bytes_of_the_specification() {
        is(&get_properties(6), "8001 00000016 0000017a 00000006 00000100 00000006");
        is(&flush(0x8000_0001), "8001 0000000e 00000165 80000001");
        let zeros = "00".repeat(32);
        let primary = format!(
            "8002 00000083 00000131 40000001 00000009 40000009 0000 00 0000 \
             0004 0000 0000 \
             005a 0023 000b 00030472 0000 0006 0080 0043 0010 0003 0010 0020 {zeros} 0020 {zeros} \
             0000 00000000"
        );
        is(&create_primary(), &primary);
        let session = format!(
            "8001 00000043 00000176 80000000 40000007 0020 {} 0004 aabbccdd 00 0006 0080 0043 000b",
            "11".repeat(32)
        );
        is(&start_session(0x8000_0000, &[0x11; 32], &[0xAA, 0xBB, 0xCC, 0xDD]), &session);
    }

    #[test]
    fn what_is_sealed_has_no_password_no_policy_and_counts_for_nothing() {
        let secret = SecretArray::from_slice(&[0x5A; 32]).unwrap();
        let sealing = sealing(&secret);
        let parameters = format!(
            "0024 0000 0020 {} 000e 0008 000b 00000452 0000 0010 0000 0000 00000000",
            "5a".repeat(32)
        );
        is(&sealing, &parameters);
        is(&loading(&[1, 2], &[3]), "0002 0102 0001 03");
        is(
            &authorized(Verb::Unseal, 0x8000_0002, &[0xEE; 3], &[]),
            "8002 00000015 0000015e 80000002 00000003 eeeeee",
        );
    }
}
