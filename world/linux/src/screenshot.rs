// SPDX-License-Identifier: MIT OR Apache-2.0
//! A picture of the screen, taken by the desktop's own tool at the person's hand
//! (`org.freedesktop.portal.Screenshot`, which runs in a sandbox and under Wayland, too).
//!
//! The desktop shows what it takes and asks; it leaves a file, which is read and removed, since a code that is scanned
//! is a secret.

use std::collections::HashMap;
use std::fs::File;
use std::future::poll_fn;
use std::io::Read as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream as _;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, OwnedVariant, Variant, connection};
use zeroize::Zeroizing;

use crate::{LinuxError, Step};

/// The service, its object and interfaces.
const SERVICE: &str = "org.freedesktop.portal.Desktop";
const OBJECT: &str = "/org/freedesktop/portal/desktop";
const SCREENSHOT: &str = "org.freedesktop.portal.Screenshot";
const REQUEST: &str = "org.freedesktop.portal.Request";
/// What this request is called, once to a connection.
const TOKEN: &str = "kagifuda_scan";
/// How long the service may take to begin; it may have to be started first.
const PATIENCE: Duration = Duration::from_secs(25);
/// What a person did: took it.
const TAKEN: u32 = 0;

/// Has a picture of the screen taken, of at most so many bytes. The person is waited for.
///
/// # Errors
/// [`LinuxError::NoScreenshot`] where the desktop offers none, [`LinuxError::ScreenshotDeclined`] where the person took
/// none, [`LinuxError::System`] where the picture cannot be read.
pub fn take(limit: u64) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
    taken(connection::Builder::session(), limit)
}

/// The same, by the desktop at the bus of this address.
///
/// # Errors
/// As [`take`].
pub fn take_at(bus: &str, limit: u64) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
    taken(connection::Builder::address(bus), limit)
}

fn taken(builder: connection::Builder<'_>, limit: u64) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
    let response = zbus::block_on(async {
        let connection = builder.method_timeout(PATIENCE).build().await.ok()?;
        ask(&connection).await
    });
    let path = path_in(&response.ok_or(LinuxError::NoScreenshot)?)?;
    let failed = LinuxError::io(Step::Directory, Some(&path));
    let mut picture = Zeroizing::new(Vec::with_capacity(1 << 20));
    let read = File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut picture));
    // It was made for us, and shows a secret.
    let _ = std::fs::remove_file(&path);
    read.map_err(failed)?;
    Ok(picture)
}

/// Asks, and waits for what the person does; `None` where there is nobody to ask.
async fn ask(connection: &Connection) -> Option<Message> {
    let name = connection.unique_name()?.trim_start_matches(':').replace('.', "_");
    let handle = format!("{OBJECT}/request/{name}/{TOKEN}");
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .path(handle.as_str())
        .interface(REQUEST)
        .member("Response")
        .build()
        .ok()?;
    // Listening begins before asking: the answer may be quick.
    let mut responses = MessageStream::for_match_rule(rule, connection, None).await.ok()?;
    let options = HashMap::from([
        ("handle_token", Variant::from(TOKEN)),
        ("interactive", Variant::from(true)),
        ("modal", Variant::from(true)),
    ]);
    let asked = ("", options);
    let reply = connection
        .call_method(Some(SERVICE), OBJECT, Some(SCREENSHOT), "Screenshot", &asked)
        .await
        .ok()?;
    let reply = reply.header();
    let owner = reply.sender()?.as_str();
    loop {
        let said = poll_fn(|cx| Pin::new(&mut responses).poll_next(cx)).await?.ok()?;
        if said.header().sender().is_some_and(|sender| sender.as_str() == owner) {
            return Some(said);
        }
    }
}

/// The file that a response names.
fn path_in(response: &Message) -> Result<PathBuf, LinuxError> {
    type Response = (u32, HashMap<String, OwnedVariant>);
    let body = response.body();
    let (did, results) = body.deserialize::<Response>().map_err(|_| LinuxError::NoScreenshot)?;
    if did != TAKEN {
        return Err(LinuxError::ScreenshotDeclined);
    }
    let uri = match results.get("uri").map(|uri| &**uri) {
        Some(Variant::Str(uri)) => uri.as_str(),
        _ => return Err(LinuxError::NoScreenshot),
    };
    path_of(uri).ok_or(LinuxError::NoScreenshot)
}

/// The path that a URI of a file on this machine means (RFC 8089 section 2).
fn path_of(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let mut rest = rest.strip_prefix("localhost").unwrap_or(rest).as_bytes();
    let mut path = Vec::with_capacity(rest.len());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            path.push(*byte);
            continue;
        }
        let (digits, after) = rest.split_first_chunk::<2>()?;
        let digits = std::str::from_utf8(digits).ok()?;
        path.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    let path = PathBuf::from(std::ffi::OsString::from_vec(path));
    (path.starts_with("/") && path != Path::new("/")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_of_a_file_is_its_path_and_others_are_none() {
        let path = |uri| path_of(uri).map(|path| path.into_os_string().into_string());
        let some = |path: &str| Some(Ok(path.to_owned()));
        assert_eq!(path("file:///home/hana/a.png"), some("/home/hana/a.png"));
        assert_eq!(path("file://localhost/a%20b.png"), some("/a b.png"));
        assert_eq!(path("file:///%E5%86%99%E7%9C%9F.png"), some("/写真.png"));
        for other in ["https://inn.example/a.png", "file:///a%2", "file:///a%zz", "file://a", "/a"]
        {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
