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

# Keys that are plugged in, whoever made them.

key-touch-it = Touch the key now: it is waiting.
key-winked = { $name } shows now which key it is, such as by blinking.
key-list-plugged-in = Plugged in
key-list-in-vault = In the vault
key-list-forbidden = you may not use it; “kagifuda key info” says why
key-list-no-node = not reachable
key-head-device = Device
key-head-serial = Serial number
key-info-usb = USB numbers
key-info-model = Model (AAGUID)
key-info-versions = Versions
key-info-pin = PIN
key-info-pin-never = none; this key cannot have one
key-info-pin-unset = none yet; { $least } characters or more
key-info-pin-set = set; { $left ->
        [one] one try left
       *[other] { $left } tries left
    }
key-info-pin-must-change = set, to be changed before anything else; { $left ->
        [one] one try left
       *[other] { $left } tries left
    }
key-info-pin-replug = wrong too often in a row; plug the key in anew
key-info-pin-blocked = blocked for good; only a reset helps
key-info-uv = Recognises you
key-info-uv-taught = yes
key-info-uv-untaught = it could, but was not taught to
key-info-always-uv = Always asks who you are
key-info-room = Room for passkeys, about
key-info-blobs = Room for blobs
key-info-bytes = { $count } bytes
key-info-reset = Reset
key-info-reset-usual = in the first seconds after it was plugged in, with a touch
key-info-reset-long = with a long touch
key-info-extensions = Extensions
key-info-algorithms = Algorithms
key-info-transports = Reached by
key-info-firmware = Firmware
