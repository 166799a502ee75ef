// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keyring of the desktop: secrets kept for programs while its user is signed in (Secret Service API 0.2 over
//! D-Bus, which gnome-keyring, KeePassXC and others serve).
//!
//! A secret is a line of text, filed under attributes. Whoever looks for one is never kept waiting: a keyring that is
//! locked is not asked to open, and one that is silent is left alone. Who puts one there or takes it away is in front
//! of the screen, so then the keyring may ask them for its password. Everything after the first answer is asked of
//! the process that gave it, which no other can take the name of.

mod wire;

use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use futures_core::Stream as _;
use kagifuda_secret::SecretText;
use zbus::export::serde::Serialize;
use zbus::message::Type;
use zbus::{
    Connection, DBusError as _, DynamicType, MatchRule, Message, MessageStream, OwnedObjectPath,
    OwnedVariant, Variant, connection,
};

use self::wire::{ENCRYPTED, Offer, PLAIN, Wire};

/// The service, its object, and the interfaces.
const SERVICE: &str = "org.freedesktop.secrets";
const OBJECT: &str = "/org/freedesktop/secrets";
const SERVES: &str = "org.freedesktop.Secret.Service";
const COLLECTS: &str = "org.freedesktop.Secret.Collection";
const HOLDS: &str = "org.freedesktop.Secret.Item";
const PROMPTS: &str = "org.freedesktop.Secret.Prompt";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// What says that the keyring does not know how to encrypt.
const NOT_SUPPORTED: &str = "org.freedesktop.DBus.Error.NotSupported";
/// The collection that is meant where none is named; and the path that stands for nothing.
const DEFAULT: &str = "default";
const NOTHING: &str = "/";
/// What an item is called and filed under.
const LABEL: &str = "org.freedesktop.Secret.Item.Label";
const ATTRIBUTES: &str = "org.freedesktop.Secret.Item.Attributes";
const TEXT: &str = "text/plain";
/// How long the keyring may take, all in all; it may have to be started first.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a person may take to answer it.
const PATIENCE_WITH_PEOPLE: Duration = Duration::from_secs(120);

/// After how long a keyring that may ask a person probably does.
const PROMPT: Duration = Duration::from_secs(2);

/// What a secret is filed under. None of it is secret: the keyring may keep it in clear.
pub type Attributes = BTreeMap<String, String>;

/// Why a keyring did not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyringTrouble {
    /// None runs in this session, or there is no bus to reach it by; or it ended.
    NotRunning,
    /// It does not answer.
    Silent,
    /// It is locked.
    Locked,
    /// It has no place yet where a new secret could go.
    NoPlace,
    /// It asked a person, who did not agree.
    Declined,
    /// Something else; the keyring knows more.
    Failed,
}

/// The keyring at a bus.
#[derive(Clone, Debug)]
pub struct Keyring {
    /// `None` for the bus of the session.
    bus: Option<String>,
    patience: Duration,
}

impl Keyring {
    /// The keyring of this session.
    #[must_use]
    pub const fn of_session() -> Self {
        Self { bus: None, patience: PATIENCE }
    }

    /// The keyring at the bus of an address.
    #[must_use]
    pub fn at(bus: &str, patience: Duration) -> Self {
        Self { bus: Some(bus.to_owned()), patience }
    }

    /// How long who looks for a secret should wait, in all.
    #[must_use]
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// Reads the secret that lies under these attributes, in this time; `None` where there is none.
    ///
    /// # Errors
    /// [`KeyringTrouble`]; [`KeyringTrouble::Locked`] also where a locked keyring cannot say whether it has it.
    pub fn find(
        &self,
        attributes: &Attributes,
        within: Duration,
    ) -> Result<Option<SecretText>, KeyringTrouble> {
        let attributes = attributes.clone();
        self.talk((within, &mut || ()), async move |talk| {
            let (open, locked) = talk.search(&attributes).await?;
            if let Some(secret) = talk.read(&open).await? {
                return Ok(Some(secret));
            }
            let is_locked = !locked.is_empty() || talk.is_default_locked().await;
            if is_locked { Err(KeyringTrouble::Locked) } else { Ok(None) }
        })
    }

    /// Puts a secret there, in the place of what lies under the same attributes, and reads it back. The keyring may
    /// ask a person to unlock it; `waiting` is called once where it takes longer than a keyring does by itself.
    ///
    /// # Errors
    /// [`KeyringTrouble`]; it may be there all the same after [`KeyringTrouble::Silent`] and
    /// [`KeyringTrouble::Failed`].
    pub fn put(
        &self,
        label: &str,
        attributes: &Attributes,
        secret: &SecretText,
        waiting: &mut dyn FnMut(),
    ) -> Result<(), KeyringTrouble> {
        let (label, attributes) = (label.to_owned(), attributes.clone());
        let secret = secret.duplicate();
        self.talk((PATIENCE_WITH_PEOPLE, waiting), async move |talk| {
            talk.create(&label, &attributes, &secret).await?;
            let (open, _) = talk.search(&attributes).await?;
            match talk.read(&open).await? {
                Some(kept) if kept == secret => Ok(()),
                _ => Err(KeyringTrouble::Failed),
            }
        })
    }

    /// Deletes what lies under these attributes, and tells how many secrets that were. The keyring may ask a person,
    /// and `waiting` is called as by [`Self::put`].
    ///
    /// # Errors
    /// [`KeyringTrouble`].
    pub fn remove(
        &self,
        attributes: &Attributes,
        waiting: &mut dyn FnMut(),
    ) -> Result<usize, KeyringTrouble> {
        let attributes = attributes.clone();
        self.talk((PATIENCE_WITH_PEOPLE, waiting), async move |talk| {
            let (mut items, locked) = talk.search(&attributes).await?;
            if locked.is_empty() && items.is_empty() && talk.is_default_locked().await {
                return Err(KeyringTrouble::Locked);
            }
            if !locked.is_empty() {
                talk.unlock(&locked).await?;
                items.extend(locked);
            }
            for item in &items {
                let reply = talk.call(item.as_str(), HOLDS, "Delete", &()).await?;
                talk.prompt(read(&reply)?).await?;
            }
            Ok(items.len())
        })
    }

    /// Talks in a thread of its own, which is left behind where it takes too long.
    fn talk<T: Send + 'static>(
        &self,
        (patience, waiting): (Duration, &mut dyn FnMut()),
        say: impl AsyncFnOnce(&Talk) -> Result<T, KeyringTrouble> + Send + 'static,
    ) -> Result<T, KeyringTrouble> {
        let (bus, per_call) = (self.bus.clone(), self.patience);
        let (tell, told) = channel();
        let talk = move || {
            let said = zbus::block_on(async {
                let talk = Talk::begin(bus.as_deref(), per_call).await?;
                say(&talk).await
            });
            let _ = tell.send(said);
        };
        let thread = std::thread::Builder::new().name("keyring".to_owned());
        thread.spawn(talk).map_err(|_| KeyringTrouble::Failed)?;
        let (first, rest) = (patience.min(PROMPT), patience.saturating_sub(PROMPT));
        let mut said = told.recv_timeout(first);
        if matches!(said, Err(RecvTimeoutError::Timeout)) && !rest.is_zero() {
            waiting();
            said = told.recv_timeout(rest);
        }
        match said {
            Ok(said) => said,
            Err(RecvTimeoutError::Timeout) => Err(KeyringTrouble::Silent),
            Err(RecvTimeoutError::Disconnected) => Err(KeyringTrouble::Failed),
        }
    }
}

/// A secret on the bus: of which session, the parameter of its encryption, its value, and what it is.
type Sent = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// A conversation with the keyring.
struct Talk {
    connection: Connection,
    /// The process that answered first.
    owner: String,
    session: OwnedObjectPath,
    wire: Wire,
}

impl Talk {
    /// Reaches the keyring, and agrees with it on how secrets travel.
    async fn begin(bus: Option<&str>, patience: Duration) -> Result<Self, KeyringTrouble> {
        let builder = match bus {
            Some(address) => connection::Builder::address(address),
            None => connection::Builder::session(),
        };
        let connection = builder
            .method_timeout(patience)
            .build()
            .await
            .map_err(|_| KeyringTrouble::NotRunning)?;
        let offer = Offer::draw().ok_or(KeyringTrouble::Failed)?;
        let encrypted = (ENCRYPTED, Variant::from(offer.public()));
        let (reply, is_plain) = match open_session(&connection, &encrypted).await {
            Err(error) if name_of(&error).as_deref() == Some(NOT_SUPPORTED) => {
                (open_session(&connection, &(PLAIN, Variant::from(""))).await, true)
            }
            reply => (reply, false),
        };
        let reply = reply.map_err(|error| trouble_of(&error))?;
        let (theirs, session): (OwnedVariant, OwnedObjectPath) = read(&reply)?;
        let wire = if is_plain {
            Wire::Plain
        } else {
            let theirs = Vec::<u8>::try_from(theirs).map_err(|_| KeyringTrouble::Failed)?;
            offer.agree(&theirs).ok_or(KeyringTrouble::Failed)?
        };
        let owner = reply.header().sender().ok_or(KeyringTrouble::Failed)?.to_string();
        Ok(Self { connection, owner, session, wire })
    }

    async fn call<B: Serialize + DynamicType>(
        &self,
        path: &str,
        interface: &str,
        verb: &str,
        body: &B,
    ) -> Result<Message, KeyringTrouble> {
        self.connection
            .call_method(Some(self.owner.as_str()), path, Some(interface), verb, body)
            .await
            .map_err(|error| trouble_of(&error))
    }

    /// The items under these attributes: those that can be read, and those that are locked.
    async fn search(
        &self,
        attributes: &Attributes,
    ) -> Result<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>), KeyringTrouble> {
        read(&self.call(OBJECT, SERVES, "SearchItems", attributes).await?)
    }

    /// The first secret of these items that is a text.
    async fn read(&self, items: &[OwnedObjectPath]) -> Result<Option<SecretText>, KeyringTrouble> {
        if items.is_empty() {
            return Ok(None);
        }
        let reply = self.call(OBJECT, SERVES, "GetSecrets", &(items, &self.session)).await?;
        let mut secrets: HashMap<OwnedObjectPath, Sent> = read(&reply)?;
        let mut texts = items.iter().filter_map(|item| {
            let (_, parameter, value, _) = secrets.remove(item)?;
            let text = self.wire.open(&parameter, value)?;
            Some(SecretText::from(std::str::from_utf8(&text).ok()?))
        });
        Ok(texts.next())
    }

    async fn create(
        &self,
        label: &str,
        attributes: &Attributes,
        secret: &SecretText,
    ) -> Result<(), KeyringTrouble> {
        let place = self.default_place().await?.ok_or(KeyringTrouble::NoPlace)?;
        self.unlock(std::slice::from_ref(&place)).await?;
        let properties = HashMap::from([
            (LABEL, Variant::from(label)),
            (ATTRIBUTES, Variant::from(attributes.clone())),
        ]);
        let sealed = self.wire.seal(secret.expose().as_bytes());
        let (parameter, value) = sealed.ok_or(KeyringTrouble::Failed)?;
        let sent: Sent = (self.session.clone(), parameter, value, TEXT.to_owned());
        let body = (properties, sent, true);
        let reply = self.call(place.as_str(), COLLECTS, "CreateItem", &body).await?;
        let (_, prompt): (OwnedObjectPath, OwnedObjectPath) = read(&reply)?;
        self.prompt(prompt).await
    }

    /// The collection in which new secrets go.
    async fn default_place(&self) -> Result<Option<OwnedObjectPath>, KeyringTrouble> {
        let reply = self.call(OBJECT, SERVES, "ReadAlias", &DEFAULT).await?;
        let place: OwnedObjectPath = read(&reply)?;
        Ok(Some(place).filter(|place| place.as_str() != NOTHING))
    }

    /// Whether it is locked; a keyring that does not say so is not.
    async fn is_default_locked(&self) -> bool {
        let Ok(Some(place)) = self.default_place().await else { return false };
        let body = (COLLECTS, "Locked");
        let reply = self.call(place.as_str(), PROPERTIES, "Get", &body).await;
        let locked = reply.and_then(|reply| read::<OwnedVariant>(&reply));
        locked.is_ok_and(|locked| bool::try_from(locked) == Ok(true))
    }

    /// Unlocks collections or items, for which the keyring may ask a person.
    async fn unlock(&self, objects: &[OwnedObjectPath]) -> Result<(), KeyringTrouble> {
        let reply = self.call(OBJECT, SERVES, "Unlock", &objects).await?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = read(&reply)?;
        self.prompt(prompt).await
    }

    /// Lets the keyring ask a person what it wants to, and waits for the answer.
    async fn prompt(&self, prompt: OwnedObjectPath) -> Result<(), KeyringTrouble> {
        if prompt.as_str() == NOTHING {
            return Ok(());
        }
        let failed = |_| KeyringTrouble::Failed;
        let answers = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(self.owner.as_str())
            .path(&*prompt)
            .interface(PROMPTS)
            .member("Completed")
            .build()
            .map_err(failed)?;
        let answers = MessageStream::for_match_rule(answers, &self.connection, None);
        let mut answers = answers.await.map_err(failed)?;
        // No window of ours is in the way of the question.
        self.call(prompt.as_str(), PROMPTS, "Prompt", &"").await?;
        match poll_fn(|cx| Pin::new(&mut answers).poll_next(cx)).await {
            Some(Ok(answer)) => {
                let (is_dismissed, _): (bool, OwnedVariant) = read(&answer)?;
                if is_dismissed { Err(KeyringTrouble::Declined) } else { Ok(()) }
            }
            _ => Err(KeyringTrouble::NotRunning),
        }
    }
}

async fn open_session<B: Serialize + DynamicType>(
    connection: &Connection,
    body: &B,
) -> zbus::Result<Message> {
    connection.call_method(Some(SERVICE), OBJECT, Some(SERVES), "OpenSession", body).await
}

fn read<T>(reply: &Message) -> Result<T, KeyringTrouble>
where
    T: for<'de> zbus::export::serde::Deserialize<'de> + zbus::Type,
{
    reply.body().deserialize().map_err(|_| KeyringTrouble::Failed)
}

/// The name by which the other side refused.
fn name_of(error: &zbus::Error) -> Option<String> {
    match error {
        zbus::Error::MethodError(name, ..) => Some(name.to_string()),
        zbus::Error::FDO(error) => Some(error.name().to_string()),
        _ => None,
    }
}

fn trouble_of(error: &zbus::Error) -> KeyringTrouble {
    if let zbus::Error::InputOutput(error) = error {
        let is_late = error.kind() == ErrorKind::TimedOut;
        return if is_late { KeyringTrouble::Silent } else { KeyringTrouble::NotRunning };
    }
    let name = name_of(error).unwrap_or_default();
    match name.strip_prefix("org.freedesktop.") {
        Some("Secret.Error.IsLocked") => KeyringTrouble::Locked,
        // Nobody serves it, or whoever did went in the middle of an answer.
        Some("DBus.Error.ServiceUnknown" | "DBus.Error.NameHasNoOwner" | "DBus.Error.NoReply") => {
            KeyringTrouble::NotRunning
        }
        Some(other) if other.starts_with("DBus.Error.Spawn.") => KeyringTrouble::NotRunning,
        _ => KeyringTrouble::Failed,
    }
}
