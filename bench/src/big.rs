// SPDX-License-Identifier: MIT OR Apache-2.0
//! Large vaults to measure, written as a holder's imports would be: half tokens, half services; or passkeys.

use std::path::Path;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::SecretBytes;
use kagifuda_vault::KdfPolicy;
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, ItemId, Pending, RecoveryWords, UnixMillis, Vault, item, value,
};
use kagifuda_vaultfile::VaultFile;

use crate::ceremony::ES256;

/// When everything here happens.
pub(crate) const NOW: UnixMillis = UnixMillis(1_767_225_600_000);
/// Items to a change set, as an import of that many would write them.
const BATCH: usize = 500;

/// The words that open every vault here; no passphrase, so that no derivation is measured.
pub(crate) fn words() -> RecoveryWords {
    RecoveryWords::random(&mut ChaCha20Rng::seed_from_u64(42))
}

/// A token like any other.
pub(crate) fn token(n: usize, rng: &mut ChaCha20Rng) -> Token {
    let mut secret = vec![0; 20];
    rng.fill_bytes(&mut secret);
    Token {
        kind: TokenKind::Totp { period_seconds: 30, t0: 0 },
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: SecretBytes::new(secret),
        pin: None,
        issuer: format!("Service {n}"),
        account: format!("holder{n}@example.org"),
        extra: Vec::new(),
    }
}

/// A draft of the nth item.
pub(crate) fn draft(vault: &Vault, n: usize, rng: &mut ChaCha20Rng) -> Draft {
    if n.is_multiple_of(2) {
        return token_draft(vault, n, rng);
    }
    let name = value::text(&format!("Service {n}"));
    let account = value::text("holder@example.org");
    let account_id = kagifuda_vault::FieldId(17);
    let edits = Edits::from([(field::NAME, Edit::Set(name)), (account_id, Edit::Set(account))]);
    Draft { collection: vault.home(), item: ItemId::random(rng), kind: kinds::SERVICE, edits }
}

/// A draft of the nth token, where all items are tokens.
pub(crate) fn token_draft(vault: &Vault, n: usize, rng: &mut ChaCha20Rng) -> Draft {
    let token = token(n, rng);
    let edits = item::token_edits(&token, rng);
    Draft { collection: vault.home(), item: ItemId::random(rng), kind: kinds::TOKEN, edits }
}

/// The site of the nth passkey.
pub(crate) fn site(n: usize) -> String {
    format!("service{n}.example")
}

/// The id of the nth passkey.
pub(crate) fn passkey_id(n: usize) -> Vec<u8> {
    [&[0x9A; 24], &(n as u64).to_be_bytes()[..]].concat()
}

/// A draft of the nth passkey, as the key keeps one.
pub(crate) fn passkey(vault: &Vault, n: usize, rng: &mut ChaCha20Rng) -> Draft {
    let mut secret = || {
        let mut secret = [0; 32];
        rng.fill_bytes(&mut secret);
        SecretBytes::from(&secret[..])
    };
    let key = item::private_key(ES256, secret().expose()).expect("a scalar");
    let edits = item::passkey_edits(&item::Passkey {
        credential_id: passkey_id(n),
        rp_id: site(n),
        user_handle: n.to_be_bytes().to_vec(),
        user_name: format!("holder{n}@example.org"),
        user_display_name: format!("Holder {n}"),
        algorithm: ES256,
        private_key: key,
        is_backup_eligible: true,
        cred_protect: 1,
        hmac_with_uv: Some(secret()),
        hmac_without_uv: Some(secret()),
        cred_blob: None,
        large_blob_key: None,
        third_party_payment: false,
    });
    let item = ItemId::random(rng);
    Draft { collection: vault.home(), item, kind: kinds::PASSKEY, edits }
}

/// Drafts the nth item of a vault.
pub(crate) type Drafter = fn(&Vault, usize, &mut ChaCha20Rng) -> Draft;

/// A vault file with so many items, and the vault open.
pub(crate) fn vault(path: &Path, items: usize) -> (VaultFile, Vault, ChaCha20Rng) {
    filled(path, items, draft)
}

/// The same with items of another kind.
pub(crate) fn filled(path: &Path, items: usize, draft: Drafter) -> (VaultFile, Vault, ChaCha20Rng) {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let way = words();
    let created = Vault::create(&[(&way, "sheet")], "bench", &KdfPolicy::STANDARD, NOW, &mut rng);
    let (mut vault, pending) = created.expect("a vault is made");
    let mut file = VaultFile::create(path, pending.add()).expect("a file is made");
    vault.accept(pending);
    let mut n = 0;
    while n < items {
        let batch = BATCH.min(items - n);
        let drafts = (n..n + batch).map(|n| draft(&vault, n, &mut rng)).collect();
        let pending = vault.write(Deed::IMPORT, drafts, NOW, &mut rng).expect("a batch is sealed");
        commit(&mut file, &pending);
        vault.accept(pending);
        n += batch;
    }
    (file, vault, rng)
}

/// Makes rows durable.
pub(crate) fn commit(file: &mut VaultFile, pending: &Pending) {
    file.commit(pending.add(), pending.remove()).expect("rows are committed");
}

/// The rows of a file.
pub(crate) fn read(file: &VaultFile) -> Vec<Row> {
    let mut all = Vec::new();
    let report = file.rows(|row| all.push(row)).expect("the file is read");
    assert!(!report.damaged, "no row is lost");
    all
}
