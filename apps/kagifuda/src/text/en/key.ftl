# The security key in the vault: plugging it in, and what it asks.

key-plugged-in = This PC is a security key now. Ctrl-C pulls it out.
key-in-the-reader = This PC's security key lies in the virtual smart card reader now. Ctrl-C takes it out.
key-awaits-the-reader = No virtual smart card reader is there yet: it comes with the package vsmartcard-vpcd, when pcscd runs. The key goes in by itself then; Ctrl-C ends this.
key-this-pc-is-the-key = This PC is the key: if it dies, restore first. Its passkeys come back from a backup of the vault and the passphrase or recovery words, and until then it signs you in nowhere: make that backup, and register a second key at services that matter.
key-wink = Somebody asks which key this is: it is this one.
key-ask-touch = { $what } Allow?
key-ask-reset-hard = A program wants this key to forget ALL passkeys, its PIN and settings. For 30 days “kagifuda undo” can bring back all but PIN and settings. Allow?
key-ask-again-soon = Nothing is erased yet: one yes is not enough. The question comes again in five seconds.
key-ask-unlock = { $what } The vault is locked: open it with “kagifuda unlock” in another terminal.
key-ask-over = The request is over.
key-notice-use = Use this PC's security key?
key-notice-locked = The vault is locked
key-notice-reset = Remove everything from this PC's key?
key-notice-allow = Allow
key-notice-deny = Deny
key-notice-erase = Remove everything
key-asks-at-the-desktop = Questions appear as notifications of the desktop too.
key-recognises-fingers = The key recognises you by a finger at this PC's reader, in place of its PIN.
key-recognises-passphrase = The key recognises you by a passphrase of the vault, which you type here, in place of its PIN.
key-ask-finger = To agree, put a finger on the reader of this PC. To refuse, type n and Enter.
key-ask-passphrase = To agree, type a passphrase of the VAULT (not the key's PIN, not this PC's password); Enter alone refuses:
key-notice-finger = Put a finger on the reader?
key-notice-passphrase = Passphrase of the vault? Type it in the terminal of “kagifuda key run”.
key-finger-again = The finger could not be read: once more.
key-finger-longer = The swipe was too short: once more, the whole way.
key-finger-centred = The finger was not in the middle of the reader: once more.
key-finger-lifted = Take the finger away and put it on the reader again.
key-finger-unknown = { $left ->
        [one] This finger is not among yours; one more try.
       *[other] This finger is not among yours; { $left } more tries.
    }
key-passphrase-wrong = { $left ->
        [one] This is no passphrase of the vault; one more try.
       *[other] This is no passphrase of the vault; { $left } more tries.
    }
key-recognised-nobody = You were not recognised. The program may ask for the key's PIN, where one is set.
key-about-select = A program wants to know which key you mean.
key-about-register = { $site } wants to register this key for { $account }.
key-about-excluded = { $site } wants to register this key, which is registered there already.
key-about-sign-in-as = { $site } wants to sign you in as { $account }.
key-about-sign-in = { $site } wants to sign you in.
key-about-sign-in-among = { $site } wants to sign you in with one of { $count } accounts.
key-about-sign-in-unnamed = { $site } wants to sign you in with an account that the site knows.
key-about-sign-in-next = The site you are signing in to wants to see the next of your accounts there.
key-about-u2f-register = A site wants to register this key (U2F, so the key cannot see which site).
key-about-u2f-sign-in = A site wants to sign you in (U2F, so the key cannot see which site).
key-about-token = A program wants to be sure that it is you.
key-about-token-at = { $site } wants to be sure that it is you.
key-about-manage = A program wants to manage the passkeys of this key.
key-about-large-blobs = A program wants to read or write what sites keep on this key (large blobs).
key-about-reset = A program wants this key to forget ALL passkeys, its PIN and settings. For 30 days “kagifuda undo” brings back all but PIN and settings.

# Keys that are plugged in, whoever made them.

key-touch-it = Touch the key now: it is waiting.
key-winked = { $name } shows now which key it is, such as by blinking.
key-list-plugged-in = Plugged in
key-list-in-vault = In the vault
key-list-entered = { $name } is in the vault's list of your keys now. “kagifuda key edit” says where it is kept, “kagifuda key remove” takes it off the list.
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
key-ask-pin = PIN of the key { $name } (the key's own, not that of your PC):
key-ask-new-pin = New PIN for the key { $name } (not that of your PC; { $least } characters or more; letters and digits):
key-ask-pin-again = The key's new PIN again (not that of your PC):
key-wrong-pin-again = { $left ->
        [one] The PIN is wrong; it is the key's own, not that of your PC. It may be tried ONCE more; after that only a reset helps, and a reset removes everything on the key. Ctrl-C ends.
       *[other] The PIN is wrong; it is the key's own, not that of your PC. It may be tried { $left } more times, and then only a reset helps. Ctrl-C ends.
    }
key-not-recognised = The key did not recognise you.
key-pin-made = { $name } has a PIN now. Forgotten, it cannot be read or set anew: only a reset helps, which removes everything on the key.
key-pin-changed = The PIN of { $name } is changed.
key-pin-forced = { $name } demands another PIN before anything else.
key-head-site = Site
key-head-person = Person
key-head-id = Id
key-head-bytes = Bytes
key-passkeys-room = { $count ->
        [0] No passkey is on this key; there is room for about { $room }. Sites where it is a second factor only are not listed by any key.
        [one] One passkey is on this key; there is room for about { $room } more.
       *[other] { $count } passkeys are on this key; there is room for about { $room } more.
    }
key-passkey-renamed = The account of the passkey { $name } has its new name on the key.
key-passkey-ask-delete = With this key you will no longer be able to sign in as { $name }. If it is your only way in, you are locked out. Delete the passkey?
key-passkey-deleted = The passkey { $name } is deleted. Remove it at the site too, so that it is not asked for.
key-bio-head-fingers = Fingers
key-bio-some = it knows at least one
key-bio-none = none yet; “kagifuda key bio add” teaches it one
key-bio-head-kind = Sensor
key-bio-kind-touch = touched
key-bio-kind-swipe = swiped
key-bio-kind-unsaid = of a kind it does not name
key-bio-head-samples = Good touches for a finger, at most
key-bio-head-name-bytes = Longest name of a finger
key-bio-head-tries = Tries left by finger
key-bio-count = { $count ->
        [0] The key knows no finger yet; “kagifuda key bio add” teaches it one.
        [one] The key knows one finger.
       *[other] The key knows { $count } fingers.
    }
key-bio-begin-touch = Touch the key's sensor with the finger, lift it, and touch again, each time a little differently. Ctrl-C stops, and nothing stays on the key.
key-bio-begin-swipe = Draw the finger over the key's sensor, again and again. Ctrl-C stops, and nothing stays on the key.
key-bio-again = { $left ->
        [one] { $what } Touch again: one more.
       *[other] { $what } Touch again: { $left } more.
    }
key-bio-good = Good.
key-bio-too-high = Too high: lay the finger lower.
key-bio-too-low = Too low: lay the finger higher.
key-bio-too-left = Too far left: lay the finger more to the right.
key-bio-too-right = Too far right: lay the finger more to the left.
key-bio-too-fast = Too fast: take it slower.
key-bio-too-slow = Too slow: take it faster.
key-bio-poor = The picture is poor: wipe finger and sensor dry.
key-bio-skewed = Askew: lay the finger straight.
key-bio-too-short = Too short: let the finger lie longer, and all of its tip.
key-bio-merge-failure = It does not fit the ones before: use the same finger.
key-bio-exists = The key knows this finger already: use another one.
key-bio-no-activity = Nobody touched the sensor.
key-bio-not-lifted = The finger was not lifted: take it off in between.
key-bio-unusable = The key cannot use this one.
key-bio-added = { $count ->
        [one] { $name } knows this finger now, its first. Its PIN stays, for when the finger is not recognised.
       *[other] { $name } knows this finger now, and { $count } in all. Its PIN stays, for when no finger is recognised.
    }
key-bio-named = It is called { $name }.
key-bio-name-it = “kagifuda key bio rename { $id } --name "right thumb"” gives it a name.
key-bio-nameless = The key knows the finger, but did not take its name. “kagifuda key bio rename { $id } --name NAME” tries again.
key-bio-not-cancelled = The key did not say that it forgot the unfinished finger. Pull it out and plug it in again: then it has. “kagifuda key bio list” shows which it knows.
key-bio-renamed = { $old } is called { $name } on the key now.
key-bio-ask-delete = The key will no longer recognise you by { $name }. Its other fingers and its PIN stay. Delete the finger?
key-bio-ask-delete-last = { $name } is the last finger this key knows. Without it the key asks for its PIN each time it used to recognise you, so be sure that you know the PIN. PIN and passkeys stay. Delete the finger?
key-bio-deleted = { $count ->
        [0] The key has forgotten { $name }. It knows no finger now, and asks for its PIN instead.
        [one] The key has forgotten { $name }. It knows one more finger.
       *[other] The key has forgotten { $name }. It knows { $count } more fingers.
    }
key-blobs-room = { $used } of { $most } bytes are used.
key-blobs-ask-damaged = What the key keeps for its blobs is damaged and cannot be read by anybody. Begin anew?
key-blob-set = The passkey { $name } has its new blob.
key-blob-ask-remove = The blob of the passkey { $name } will be lost. Remove it?
key-blob-removed = The blob of the passkey { $name } is removed.
key-config-already = It is set so already.
key-config-done = The setting is changed.
key-config-ask-min-pin = A PIN will have { $least } characters at least; a shorter one has to be changed first. Only a reset takes that back. Go on?
key-config-ask-long-touch = A reset will need a long touch. Only a reset takes that back. Go on?
key-config-ask-enterprise = Sites on a list in the key will learn which very key it is. Only a reset takes that back. Go on?
key-reset-loses = A reset makes { $name } forget its PIN, every passkey on it, and every site where it is registered as a second factor. On a key you bought, nobody can bring that back. First make sure that you can sign in to each of these another way.
key-reset-pin-names = With its PIN the key can say which passkeys it has. Without one, press Enter.
key-reset-no-passkeys = No passkey is on it. Sites where it is a second factor only are not listed by any key.
key-reset-loses-passkey = Will be lost: { $name }
key-reset-ask = Reset { $name }?
key-reset-pull-out = Pull the key out now. (A key that is this PC: “kill -HUP” its process, or end and start “kagifuda key run”.)
key-reset-plug-in = And plug it in again.
key-reset-done = { $name } is as new. Register it at your sites again.
