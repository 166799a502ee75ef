// SPDX-License-Identifier: MIT OR Apache-2.0
//! What may be in this house: licences, crates, sources, and who may use whom.
//!
//! Plain data, each line with its reason; `stages/licences.rs` and `stages/rooms.rs` judge by it.

/// Licences we accept for everything that is compiled, shipped or not. All are permissive: they
/// ask for the notice that the release's licence file gives.
pub(crate) const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates accepted under MPL-2.0, which we use unmodified; none so far.
pub(crate) const MPL_CRATES: &[&str] = &[];

/// The only place dependencies come from.
pub(crate) const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A crate that stays out, and why.
pub(crate) struct Ban {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
}

const fn ban(name: &'static str, reason: &'static str) -> Ban {
    Ban { name, reason }
}

const ONE_TLS: &str = "one TLS provider: rustls with ring";
const ONLY_C: &str = "a build needs Rust and a C compiler, no other library or tool";

/// Crates that stay out, directly or through others.
pub(crate) const BANS: &[Ban] = &[
    ban("aws-lc-rs", ONE_TLS),
    ban("aws-lc-sys", ONE_TLS),
    ban("native-tls", ONE_TLS),
    ban("openssl", ONE_TLS),
    ban("openssl-sys", ONE_TLS),
    ban("bindgen", ONLY_C),
    ban("cmake", ONLY_C),
    ban("libdbus-sys", ONLY_C),
    ban("libsodium-sys", ONLY_C),
    ban("libudev-sys", ONLY_C),
    ban("libusb1-sys", ONLY_C),
    ban("pam-sys", ONLY_C),
    ban("pcsc-sys", ONLY_C),
    ban("protoc-bin-vendored", ONLY_C),
    ban("tss-esapi-sys", ONLY_C),
    ban("rustc-serialize", "unmaintained since 2017"),
    ban("yaml-rust", "unmaintained, hostile input overflows the stack"),
];

/// Crates that bring the operating system, a clock, randomness or an executor: no room under
/// `core/` may use one directly (its tests may).
pub(crate) const CORE_BANS: &[&str] = &[
    "async-std",
    "chrono",
    "getrandom",
    "libc",
    "mio",
    "nix",
    "rusqlite",
    "rustix",
    "smol",
    "socket2",
    "tempfile",
    "time",
    "tokio",
];

/// Words that say nothing about what a crate decides; none may be a part of our crates' names.
pub(crate) const EMPTY_NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"];

/// The rooms of core in their order: each may use only those before it.
pub(crate) const CORE_ORDER: &[&str] =
    &["secret", "otp", "ctap", "vault", "audit", "witness", "checkpoint"];

/// Where `unsafe` blocks may stand; each carries its proof. The last measures the stack of a board's programs.
pub(crate) const UNSAFE_ROOMS: &[&str] =
    &["world/", "firmware/", "apps/pam/src/ffi.rs", "tests/cortex-m/src/board/stack.rs"];

/// Where nothing but the attribute `#[unsafe(no_mangle)]` may stand: what Node calls by name.
pub(crate) const EXPORT_ROOMS: &[&str] = &["tests/wasm/"];

/// Packages people get; what they use ships, and the SBOM lists it.
pub(crate) const SHIPPED: &[&str] = &["kagifuda", "kagifudad"];

/// Sources that read what somebody else wrote: `cargo xtask coverage` holds them to
/// [`PARSER_LINES_PERCENT`].
pub(crate) const PARSERS: &[&str] = &[
    "core/ctap/src/apdu/client.rs",
    "core/ctap/src/apdu/command.rs",
    "core/ctap/src/apdu/device.rs",
    "core/ctap/src/cbor/check.rs",
    "core/ctap/src/cbor/read.rs",
    "core/ctap/src/hid/client.rs",
    "core/ctap/src/hid/device.rs",
    "core/ctap/src/hid/message.rs",
    "core/ctap/src/hid/packet.rs",
    "core/ctap/src/message/auth_data.rs",
    "core/ctap/src/message/bio_enrollment.rs",
    "core/ctap/src/message/client_pin.rs",
    "core/ctap/src/message/config.rs",
    "core/ctap/src/message/credential_management.rs",
    "core/ctap/src/message/extension.rs",
    "core/ctap/src/message/get_assertion.rs",
    "core/ctap/src/message/get_info.rs",
    "core/ctap/src/message/large_blobs.rs",
    "core/ctap/src/message/make_credential.rs",
    "core/otp/src/base32.rs",
    "core/otp/src/migration.rs",
    "core/otp/src/migration/assemble.rs",
    "core/otp/src/migration/protobuf.rs",
    "core/otp/src/ocra/question.rs",
    "core/otp/src/ocra/suite.rs",
    "core/otp/src/otpauth.rs",
    "core/otp/src/otpauth/label.rs",
    "core/otp/src/otpauth/parameters.rs",
    "core/otp/src/otpauth/percent.rs",
    "core/secret/src/words.rs",
    "core/secret/src/words/spelling.rs",
    "core/vault/src/change.rs",
    "core/vault/src/exchange/aegis.rs",
    "core/vault/src/exchange/andotp.rs",
    "core/vault/src/exchange/archives.rs",
    "core/vault/src/exchange/authy.rs",
    "core/vault/src/exchange/battle_net.rs",
    "core/vault/src/exchange/bitwarden.rs",
    "core/vault/src/exchange/blob.rs",
    "core/vault/src/exchange/code_display.rs",
    "core/vault/src/exchange/csv.rs",
    "core/vault/src/exchange/csv_exports.rs",
    "core/vault/src/exchange/cursor.rs",
    "core/vault/src/exchange/cxf.rs",
    "core/vault/src/exchange/cxf/other.rs",
    "core/vault/src/exchange/duo.rs",
    "core/vault/src/exchange/ente.rs",
    "core/vault/src/exchange/fields.rs",
    "core/vault/src/exchange/freeotp.rs",
    "core/vault/src/exchange/freeotp2.rs",
    "core/vault/src/exchange/google.rs",
    "core/vault/src/exchange/inflate.rs",
    "core/vault/src/exchange/java.rs",
    "core/vault/src/exchange/json.rs",
    "core/vault/src/exchange/kdbx.rs",
    "core/vault/src/exchange/kdbx/document.rs",
    "core/vault/src/exchange/kdbx/entry.rs",
    "core/vault/src/exchange/kdbx/header.rs",
    "core/vault/src/exchange/keepassxc_passkey.rs",
    "core/vault/src/exchange/lines.rs",
    "core/vault/src/exchange/login.rs",
    "core/vault/src/exchange/onepux.rs",
    "core/vault/src/exchange/passkey.rs",
    "core/vault/src/exchange/phones.rs",
    "core/vault/src/exchange/preferences.rs",
    "core/vault/src/exchange/proton.rs",
    "core/vault/src/exchange/raivo.rs",
    "core/vault/src/exchange/secretstream.rs",
    "core/vault/src/exchange/steam.rs",
    "core/vault/src/exchange/stratum.rs",
    "core/vault/src/exchange/tables.rs",
    "core/vault/src/exchange/totp_authenticator.rs",
    "core/vault/src/exchange/twofas.rs",
    "core/vault/src/exchange/winauth.rs",
    "core/vault/src/exchange/xml.rs",
    "core/vault/src/exchange/zip.rs",
    "core/vault/src/exchange/zip/cipher.rs",
    "core/vault/src/item/private_key.rs",
    "core/vault/src/record.rs",
    "core/vault/src/value.rs",
    "world/linux/src/hid_report.rs",
    "world/linux/src/tpm/answer.rs",
    "world/linux/src/tpm/sealed.rs",
    "world/vaultfile/src/foreign.rs",
    "world/vaultfile/src/header.rs",
    "world/vaultfile/src/journal.rs",
    "world/vaultfile/src/journal/records.rs",
    "world/vaultfile/src/machine/record.rs",
    "world/vaultfile/src/pages.rs",
    "world/vaultfile/src/salvage.rs",
    "world/vaultfile/src/schema.rs",
    "apps/kagifuda/src/agent/wire.rs",
    "apps/kagifuda/src/qr/read.rs",
];

/// The part of a parser's lines that tests must run.
pub(crate) const PARSER_LINES_PERCENT: f64 = 95.0;

/// A parser below that line, and why that is right.
pub(crate) struct Gap {
    pub(crate) path: &'static str,
    pub(crate) reason: &'static str,
}

/// Parsers whose missing lines are explained; none so far.
pub(crate) const PARSER_GAPS: &[Gap] = &[];

/// What `cargo xtask test` may take on two cores from a cold cache.
pub(crate) const BUDGET_MINUTES: u64 = 39;

/// Guide sizes; `cargo xtask check` reports what is above, and blocks nothing.
pub(crate) const GUIDE_FILE_LINES: usize = 700;
pub(crate) const GUIDE_FUNCTION_LINES: usize = 60;
