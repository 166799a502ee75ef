// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tokens of the demonstration, and the codes the RFCs say they make: RFC 6238 appendix B and
//! RFC 4226 appendix D.

use kagifuda_otp::{Algorithm, Token, TokenKind};

/// Twenty, thirty-two and sixty-four bytes of the RFCs' secret.
const DIGITS: &[u8; 64] = b"1234567890123456789012345678901234567890123456789012345678901234";

/// The account of the RFC 6238 tokens, which names their hash.
pub(super) const BY_HASH: [(&str, Algorithm, usize); 3] = [
    ("sha1", Algorithm::Sha1, 20),
    ("sha256", Algorithm::Sha256, 32),
    ("sha512", Algorithm::Sha512, 64),
];

/// The issuer of all of them.
pub(super) const ISSUER: &str = "RFC 6238";
/// The issuer of the one that counts.
pub(super) const COUNTING_ISSUER: &str = "RFC 4226";

/// Times of RFC 6238 appendix B, with the codes for SHA-1, SHA-256 and SHA-512.
pub(super) const BY_TIME: [(u64, [&str; 3]); 6] = [
    (59, ["94287082", "46119246", "90693936"]),
    (1_111_111_109, ["07081804", "68084774", "25091201"]),
    (1_111_111_111, ["14050471", "67062674", "99943326"]),
    (1_234_567_890, ["89005924", "91819424", "93441116"]),
    (2_000_000_000, ["69279037", "90698825", "38618901"]),
    (20_000_000_000, ["65353130", "77737706", "47863826"]),
];

/// The codes of RFC 4226 appendix D, counters 0 to 9.
pub(super) const BY_COUNTER: [&str; 10] = [
    "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
    "520489",
];

/// Every token of the other app.
pub(super) fn all() -> Vec<Token> {
    let timed = BY_HASH.into_iter().map(|(account, algorithm, secret_bytes)| {
        let kind = TokenKind::Totp { period_seconds: 30, t0: 0 };
        token((kind, algorithm, 8), secret_bytes, (ISSUER, account))
    });
    let counting = TokenKind::Hotp { counter: 0 };
    let counting = token((counting, Algorithm::Sha1, 6), 20, (COUNTING_ISSUER, "appendix D"));
    let bath = TokenKind::Totp { period_seconds: 30, t0: 0 };
    let bath = token((bath, Algorithm::Sha1, 6), 20, ("鍵札の湯", "番台"));
    timed.chain([counting, bath]).collect()
}

fn token(
    (kind, algorithm, digits): (TokenKind, Algorithm, u8),
    secret_bytes: usize,
    (issuer, account): (&str, &str),
) -> Token {
    Token {
        kind,
        algorithm,
        digits,
        secret: DIGITS[..secret_bytes].into(),
        pin: None,
        issuer: issuer.to_owned(),
        account: account.to_owned(),
        extra: Vec::new(),
    }
}

/// What `oathtool` says of a token at a time; `None` where it is not installed.
///
/// The secret stands on its command line; it is the RFC's, and no secret.
pub(super) fn oathtool(hash: (&str, usize), unix_seconds: u64) -> Option<String> {
    let hex: String = DIGITS[..hash.1].iter().map(|byte| format!("{byte:02x}")).collect();
    let output = std::process::Command::new("oathtool")
        .args([&format!("--totp={}", hash.0), "--digits=8"])
        .arg(format!("--now=@{unix_seconds}"))
        .arg(hex)
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
