// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registering (CTAP 2.3 section 6.1.2).

use heapless::Vec;
use rand_core::CryptoRng;

use super::about::account_of;
use super::credential::{Credential, SealedCredential, flag};
use super::hmac_secret::Salts;
use super::verification::{Verified, Wanted};
use super::{About, Authenticator, Halt, Permissions, Turn};
use crate::cbor::Writer;
use crate::cose::{Algorithm, PUBLIC_KEY_BYTES, PublicKey};
use crate::entity::{CREDENTIAL_ID_BYTES, CredentialId, RP_ID_BYTES, RpIdHash, User};
use crate::keys::{AttestationKind, KeyProvider, PrivateKey};
use crate::message::extension::MakeInputs;
use crate::message::make_credential::{Format, MakeCredential};
use crate::status::Status;
use crate::store::{CRED_BLOB_BYTES, HmacSecrets, Passkey, Protection, Store};

/// The length of a discoverable credential's id, in bytes: random, with nothing in clear.
const DISCOVERABLE_ID_BYTES: usize = 32;
/// The longest outputs of extensions, in bytes.
pub(crate) const EXTENSION_BYTES: usize = 288;
/// The longest authenticator data, in bytes.
pub(crate) const AUTH_DATA_BYTES: usize =
    37 + 18 + CREDENTIAL_ID_BYTES + PUBLIC_KEY_BYTES + EXTENSION_BYTES;

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn make_credential<'r, R: CryptoRng>(
        &mut self,
        parameters: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let request = MakeCredential::read(parameters)?;
        let rp = RpIdHash::of(request.rp.id);
        turn.about = About::Register { rp_id: request.rp.id, account: account_of(&request.user) };
        self.answer_empty_auth(&request.auth, turn)?;
        let protocol = Self::protocol_of(&request.auth)?;
        let algorithm = request
            .algorithms
            .first_of(self.profile.algorithms)
            .ok_or(Status::UnsupportedAlgorithm)?;
        let is_discoverable = request.options.rk == Some(true);
        let uv = self.option_uv(request.options.uv, protocol)?;
        if request.options.up == Some(false) {
            return Err(Status::InvalidOption.into());
        }
        // Without verification only a credential that is not discoverable, and only where it is
        // not demanded always ("makeCredUvNotRqd").
        let is_demanded = self.settings.is_always_uv || (is_discoverable && self.is_protected());
        let uv = self.choose_uv(uv, protocol, is_demanded)?;
        let attestation = self.attestation_wanted(&request)?;
        if request.rp.id.len() > RP_ID_BYTES {
            return Err(Status::LimitExceeded.into());
        }
        let verified = self.verify_person(
            &Wanted {
                uv,
                auth: request.auth,
                permission: Permissions::MAKE_CREDENTIAL,
                rp_id: request.rp.id,
                client_data_hash: request.client_data_hash,
            },
            turn,
        )?;
        let is_uv = verified.is_uv();
        self.refuse_excluded(&request, &rp, verified, turn)?;
        self.demand_presence(verified, turn)?;
        turn.has_tested_presence = true;
        let wishes = Wishes::read(&request.extensions, is_discoverable)?;
        let salts = match &request.extensions.hmac_secret_mc {
            Some(input) if request.extensions.hmac_secret == Some(true) => {
                Some(Salts::open(input, &self.session)?)
            }
            // Section 12.8.
            Some(_) => return Err(Status::MissingParameter.into()),
            None => None,
        };

        let key = self.keys.generate(algorithm, turn.rng)?;
        let public = self.keys.public_key(algorithm, &key)?;
        let credential = if is_discoverable {
            let passkey = self.new_passkey(&request, &wishes, (algorithm, key), turn)?;
            Credential::Kept(passkey)
        } else {
            Credential::Sealed(self.new_sealed(&rp, &wishes, (algorithm, key), turn)?)
        };
        let mut extensions = Vec::<u8, EXTENSION_BYTES>::new();
        self.write_outputs(
            &request,
            &credential,
            salts.as_ref(),
            (&rp, is_uv),
            turn,
            &mut extensions,
        )?;
        let mut auth_data = Vec::<u8, AUTH_DATA_BYTES>::new();
        let uv = if is_uv { flag::UV } else { 0 };
        let flags = flag::UP | uv | self.backup_flags(&credential)? | flag::ATTESTED;
        self.write_auth_data(&rp, flags, &credential, &public, &extensions, &mut auth_data)?;
        let length =
            self.write_answer(&request, &credential, &auth_data, attestation, &wishes, out)?;
        // Last, so that nothing that can still go wrong leaves a passkey nobody knows of.
        if let Credential::Kept(passkey) = &credential {
            self.store.add(passkey)?;
        }
        Ok(length)
    }

    /// What kind of attestation the answer carries.
    fn attestation_wanted(&self, request: &MakeCredential<'_>) -> Result<Wish, Status> {
        let kind = match request.enterprise_attestation {
            None => return Ok(Wish::Ordinary),
            Some(kind) => kind,
        };
        if !self.profile.has_enterprise_attestation || !self.settings.is_enterprise_enabled {
            return Err(Status::InvalidParameter);
        }
        match kind {
            1 if self.profile.enterprise_rp_ids.contains(&request.rp.id) => Ok(Wish::Enterprise),
            1 => Ok(Wish::Ordinary),
            2 => Ok(Wish::Enterprise),
            _ => Err(Status::InvalidOption),
        }
    }

    /// Refuses a registration where a credential of the exclude list lives here. Somebody is asked
    /// before the site is told so, and told it is whatever they say (step 12); only the platform can
    /// take the request back.
    fn refuse_excluded<'r, R: CryptoRng>(
        &mut self,
        request: &MakeCredential<'r>,
        rp: &RpIdHash,
        verified: Verified,
        turn: &mut Turn<'_, 'r, R>,
    ) -> Result<(), Halt> {
        let Some(list) = &request.exclude_list else { return Ok(()) };
        if list.count() > self.profile.max_credentials_in_list {
            return Err(Status::LimitExceeded.into());
        }
        for id in list.ids() {
            let Some(credential) = self.credential(rp, id)? else { continue };
            if credential.protection() == Protection::Required && !verified.is_uv() {
                continue;
            }
            turn.about = About::Excluded { rp_id: request.rp.id };
            return Err(match self.demand_presence(verified, turn) {
                Ok(()) | Err(Halt::Status(Status::OperationDenied)) => {
                    Status::CredentialExcluded.into()
                }
                Err(other) => other,
            });
        }
        Ok(())
    }

    fn new_passkey<R: CryptoRng>(
        &mut self,
        request: &MakeCredential<'_>,
        wishes: &Wishes,
        (algorithm, key): (Algorithm, PrivateKey),
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<Passkey, Halt> {
        let mut id = [0; DISCOVERABLE_ID_BYTES];
        turn.rng.fill_bytes(&mut id);
        let mut hmac_secrets = HmacSecrets { with_uv: [0; 32], without_uv: [0; 32] };
        turn.rng.fill_bytes(&mut hmac_secrets.with_uv);
        turn.rng.fill_bytes(&mut hmac_secrets.without_uv);
        let large_blob_key = wishes.has_large_blob_key.then(|| {
            let mut key = [0; 32];
            turn.rng.fill_bytes(&mut key);
            key
        });
        let blob = request.extensions.cred_blob.filter(|blob| blob.len() <= CRED_BLOB_BYTES);
        Ok(Passkey {
            id: CredentialId::new(&id).ok_or(Status::Other)?,
            rp_id: heapless::String::try_from(request.rp.id).map_err(|_| Status::LimitExceeded)?,
            user: User::keep(&request.user)?,
            algorithm,
            key,
            protection: wishes.protection,
            hmac_secrets,
            cred_blob: blob.and_then(|blob| Vec::from_slice(blob).ok()),
            large_blob_key,
            third_party_payment: wishes.third_party_payment,
            is_backup_eligible: self.profile.is_backup_eligible,
            is_backed_up: false,
        })
    }

    fn new_sealed<R: CryptoRng>(
        &mut self,
        rp: &RpIdHash,
        wishes: &Wishes,
        (algorithm, key): (Algorithm, PrivateKey),
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<SealedCredential, Halt> {
        let mut sealed = SealedCredential {
            id: CredentialId::default(),
            algorithm,
            key,
            protection: wishes.protection,
            third_party_payment: wishes.third_party_payment,
            is_backup_eligible: self.profile.is_backup_eligible,
        };
        let content = sealed.content()?;
        sealed.id = self.keys.seal(rp, &content.0, turn.rng)?;
        Ok(sealed)
    }

    /// Writes the outputs of extensions, in canonical order; nothing where there are none.
    fn write_outputs<R: CryptoRng>(
        &mut self,
        request: &MakeCredential<'_>,
        credential: &Credential,
        salts: Option<&Salts>,
        (rp, is_uv): (&RpIdHash, bool),
        turn: &mut Turn<'_, '_, R>,
        outputs: &mut Vec<u8, EXTENSION_BYTES>,
    ) -> Result<(), Halt> {
        let inputs = &request.extensions;
        let blob = inputs
            .cred_blob
            .map(|_| credential.kept().is_some_and(|passkey| passkey.cred_blob.is_some()));
        let may_know_pin_rules =
            self.settings.min_pin_rp_ids.iter().any(|rp_id| rp_id == request.rp.id);
        let pin_length = inputs.min_pin_length == Some(true) && may_know_pin_rules;
        let pin_policy = inputs.pin_complexity_policy == Some(true) && may_know_pin_rules;
        let hmac = inputs.hmac_secret == Some(true);
        let secrets = match salts {
            Some(salts) => {
                let secret = credential.hmac_secret(is_uv, rp, &mut self.keys)?;
                Some(salts.answer(&secret, turn.rng)?)
            }
            None => None,
        };
        let protect = inputs.cred_protect.is_some();
        let payment = inputs.third_party_payment == Some(true);
        let there =
            [blob.is_some(), protect, hmac, pin_length, secrets.is_some(), payment, pin_policy];
        let count = there.iter().filter(|is_there| **is_there).count();
        if count == 0 {
            return Ok(());
        }
        outputs.resize_default(EXTENSION_BYTES).map_err(|_| Status::Other)?;
        let mut writer = Writer::new(outputs);
        writer.map(count);
        if let Some(blob) = blob {
            writer.text("credBlob").boolean(blob);
        }
        if protect {
            writer.text("credProtect").unsigned(credential.protection() as u64);
        }
        if hmac {
            writer.text("hmac-secret").boolean(true);
        }
        if pin_length {
            writer.text("minPinLength").unsigned(u64::from(self.settings.min_pin_length));
        }
        if let Some(secrets) = &secrets {
            writer.text("hmac-secret-mc").bytes(secrets);
        }
        if payment {
            writer.text("thirdPartyPayment").boolean(true);
        }
        if pin_policy {
            writer.text("pinComplexityPolicy").boolean(self.settings.has_pin_complexity_policy);
        }
        let length = writer.finish()?;
        outputs.truncate(length);
        Ok(())
    }

    fn write_auth_data(
        &self,
        rp: &RpIdHash,
        flags: u8,
        credential: &Credential,
        public: &PublicKey,
        extensions: &[u8],
        auth_data: &mut Vec<u8, AUTH_DATA_BYTES>,
    ) -> Result<(), Status> {
        let id = credential.id();
        let id_length = u16::try_from(id.len()).map_err(|_| Status::Other)?.to_be_bytes();
        let has_extensions = if extensions.is_empty() { 0 } else { flag::EXTENSIONS };
        let mut encoded = [0; PUBLIC_KEY_BYTES];
        let mut writer = Writer::new(&mut encoded);
        public.write(&mut writer);
        let length = writer.finish()?;
        // The signature counter is always 0: a copy of a passkey could not keep it (WebAuthn 6.1.1).
        let parts: [&[u8]; 8] = [
            &rp.0,
            &[flags | has_extensions],
            &[0; 4],
            &self.profile.aaguid,
            &id_length,
            id,
            &encoded[..length],
            extensions,
        ];
        for part in parts {
            auth_data.extend_from_slice(part).map_err(|_| Status::Other)?;
        }
        Ok(())
    }

    fn write_answer(
        &mut self,
        request: &MakeCredential<'_>,
        credential: &Credential,
        auth_data: &[u8],
        wish: Wish,
        wishes: &Wishes,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let format = request.formats.as_ref().map_or(Format::Packed, Format::first_of);
        let is_enterprise = wish == Wish::Enterprise;
        // An enterprise attestation is never left out once it was granted.
        let format = if is_enterprise { Format::Packed } else { format };
        let large_blob_key = credential
            .kept()
            .and_then(|passkey| passkey.large_blob_key.as_ref())
            .filter(|_| wishes.has_large_blob_key);
        let optional = [is_enterprise, large_blob_key.is_some()];
        let mut writer = Writer::new(out);
        writer.map(3 + optional.iter().filter(|is_there| **is_there).count());
        writer.unsigned(1).text(format.name()).unsigned(2).bytes(auth_data).unsigned(3);
        match format {
            Format::None => _ = writer.map(0),
            Format::Packed => {
                let message: [&[u8]; 2] = [auth_data, request.client_data_hash];
                self.write_packed(credential, &message, is_enterprise, &mut writer)?;
            }
        }
        if is_enterprise {
            writer.unsigned(4).boolean(true);
        }
        if let Some(key) = large_blob_key {
            writer.unsigned(5).bytes(key);
        }
        Ok(writer.finish()?)
    }

    /// Writes a statement in the format `packed` (WebAuthn section 8.2): signed by the enrolled key,
    /// or, where there is none, by the new key itself.
    fn write_packed(
        &mut self,
        credential: &Credential,
        message: &[&[u8]],
        is_enterprise: bool,
        writer: &mut Writer<'_>,
    ) -> Result<(), Halt> {
        let kind = if is_enterprise { AttestationKind::Enterprise } else { AttestationKind::Basic };
        if self.keys.certificates(kind).is_none() {
            if is_enterprise {
                return Err(Status::InvalidParameter.into());
            }
            let algorithm = credential.algorithm();
            let signature = self.keys.sign(algorithm, credential.key(), message)?;
            writer.map(2).text("alg").integer(algorithm.number()).text("sig").bytes(&signature);
            return Ok(());
        }
        let signature = self.keys.sign_attestation(kind, message)?;
        let certificates = self.keys.certificates(kind).unwrap_or_default();
        writer.map(3).text("alg").integer(Algorithm::Es256.number());
        writer.text("sig").bytes(&signature).text("x5c").array(certificates.len());
        for certificate in certificates {
            writer.bytes(certificate);
        }
        Ok(())
    }
}

/// Whose attestation is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Ordinary,
    Enterprise,
}

/// What the extensions make of the credential.
struct Wishes {
    protection: Protection,
    has_large_blob_key: bool,
    third_party_payment: bool,
}

impl Wishes {
    fn read(inputs: &MakeInputs<'_>, is_discoverable: bool) -> Result<Self, Status> {
        let protection = match inputs.cred_protect {
            None => Protection::default(),
            Some(level) => Protection::from_number(level).ok_or(Status::InvalidOption)?,
        };
        let has_large_blob_key = match inputs.large_blob_key {
            None => false,
            Some(true) if is_discoverable => true,
            // Section 12.3: only `true`, and only for what is discoverable.
            Some(_) => return Err(Status::InvalidOption),
        };
        Ok(Self {
            protection,
            has_large_blob_key,
            third_party_payment: inputs.third_party_payment == Some(true),
        })
    }
}
