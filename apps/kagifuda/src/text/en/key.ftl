# The security key in the vault: plugging it in, and what it asks.

key-plugged-in = This PC is a security key now. Ctrl-C pulls it out.
key-this-pc-is-the-key = If this PC dies, its passkeys come back from a backup of the vault and the passphrase or recovery words: make that backup, and register a second key at services that matter.
key-wink = Somebody asks which key this is: it is this one.
key-ask-touch = { $what } Allow?
key-ask-reset-hard = A program wants this key to forget ALL passkeys and its PIN. They can be brought back with “kagifuda undo” for 30 days. Allow?
key-ask-unlock = { $what } The vault is locked: open it with “kagifuda unlock” in another terminal.
key-ask-over = The request is over.
key-about-select = A program wants to know which key you mean.
key-about-register = { $site } wants to register this key for { $account }.
key-about-excluded = { $site } wants to register this key, which is registered there already.
key-about-sign-in-as = { $site } wants to sign you in as { $account }.
key-about-sign-in = { $site } wants to sign you in.
key-about-u2f-register = A site wants to register this key (U2F, so the key cannot see which site).
key-about-u2f-sign-in = A site wants to sign you in (U2F, so the key cannot see which site).
key-about-token = A program wants to use this key without its PIN.
key-about-manage = A program wants to manage the passkeys of this key.
key-about-reset = A program wants this key to forget ALL passkeys and its PIN. “kagifuda undo” brings passkeys back for 30 days.
