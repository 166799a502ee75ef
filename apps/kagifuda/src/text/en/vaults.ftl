# The vault as a whole, ways to open it, its history, and what comes in and goes out.

vault-init-intro = You choose one passphrase now. It opens this vault and nothing else; nobody can reset it for you.
vault-words-intro = These are the recovery words. They open this vault when the passphrase is forgotten. Write them on paper and keep it where you keep important things; they are shown this once only.
vault-words-skipped = Not checked. If they are not on paper, “kagifuda open-with change words” makes new ones.
vault-made = The vault is made: { $path }. It is open now. “kagifuda token import FILE” brings the tokens of another app.
vault-unlocked = { $minutes ->
        [one] The vault is open. It locks after a minute without use.
       *[other] The vault is open. It locks after { $minutes } minutes without use.
    }
vault-read-only = It can be read but not changed; “kagifuda status” tells why.
vault-copy-of-file = This file is a copy of a vault that this PC keeps in another place. The two now change apart: “kagifuda vault merge” brings them together again.
vault-copy-of-machine = This vault came here from another machine and is a device of its own from now on. The two change apart: “kagifuda vault merge” brings them together again.
vault-is-locked = The vault is locked.
vault-unreadable = { $count ->
        [one] One record of this vault is damaged and cannot be read; it is kept as it is, and something may be missing.
       *[other] { $count } records of this vault are damaged and cannot be read; they are kept as they are, and something may be missing.
    } “kagifuda vault verify” tells more. Merging a backup or another copy makes it whole: “kagifuda vault merge FILE”.
vault-merge-locks = The way this vault is open by now was removed on the PC “{ $by }”, on { $date }.
vault-merge-leaves = After this merge it opens by: { $ways }; by anything else, in old copies only.
vault-merge-leaves-nothing = After this merge nothing would open it that this PC knows of.
vault-merge-question = Do you know who removed it, and have you one of these at hand? Merge?
vault-merged = Merged.
vault-merged-nothing = There is nothing new in it.
vault-merged-added = New entries
vault-merged-changed = Changed entries
vault-merged-removed = Removed entries
vault-merged-damaged = Damaged records left out
vault-merged-healed = Damaged records made whole
vault-verified-open = { $records } records and { $items } entries were read.
vault-verified-locked = { $records } records were read. The vault is locked, so its entries were not.
vault-verified-closed = { $count ->
        [one] One change needs another way to open, or a newer Kagifuda, and was not read.
       *[other] { $count } changes need another way to open, or a newer Kagifuda, and were not read.
    }
vault-verified-whole = Everything is whole.
vault-verified-file = The file's structure is damaged.
vault-verified-unreadable = { $count ->
        [one] One entry cannot be read.
       *[other] { $count } entries cannot be read.
    }
vault-head-record = Record
vault-head-damage = Damage
vault-damage = { $what ->
        [other-vault] of another vault
        [seal] was changed: its seal does not open
        [signature] its signature is wrong
        [unknown-device] written by a PC that nobody knows
        [twin] there twice, with different content
        [no-key] there is no key for it
        [newer-format] of a newer Kagifuda
        [gap] a change of this PC is missing
        [fork] two changes of this PC have one number
       *[other] cannot be read
    }
vault-backed-up = The vault is copied to { $path }. It opens with the same passphrase and words.
vault-restore-question = Put this backup in the vault's place?
vault-restored = The backup is restored.
vault-restored-kept = The vault that was there is kept as { $path }.

way-head-id = Way
way-head-kind = Kind
way-head-label = Name
way-head-created = Added
way-in-use = in use now
way-unconfirmed = not confirmed
way-last-resort = removed, stays until a passphrase or words are added
way-still-needed = removed, needed until the next change
way-passphrase = passphrase
way-words = recovery words
way-keyring = keyring
way-tpm = TPM
way-other = of a newer Kagifuda
way-made = The vault can now be opened with it.
way-unsettled = { $count ->
        [one] One way to open needs a look: “kagifuda open-with list”.
       *[other] { $count } ways to open need a look: “kagifuda open-with list”.
    }
way-confirm-question = Did you add this way to open yourself: { $name }, on { $date }? If not, remove it instead.
way-confirm-needless = It opens the vault already; there is nothing to confirm.
way-remove-question = Remove this way to open: { $name }?
way-removed = It no longer opens the vault.
way-old-copies = Copies and backups made before now still open the old way.

keyring-item = Kagifuda: opens the vault { $path }
keyring-made = From now on, whoever uses this PC while you are signed in and the keyring is unlocked opens the vault without being asked. The passphrase and the recovery words open it as before: without them the vault would be lost with this PC.
keyring-locked = The keyring of this PC is locked, so it did not open the vault. Unlock it (GNOME: “Passwords and Keys”), or use the passphrase.
keyring-not-running = No keyring is running here, so none opened the vault. Use the passphrase; in a desktop session, start the keyring.
keyring-silent = The keyring of this PC does not answer, so it did not open the vault. Use the passphrase; signing out and in again starts the keyring anew.
keyring-gone = The keyring of this PC no longer has the secret that opens the vault. Use the passphrase; then “kagifuda open-with remove keyring” and “kagifuda open-with add keyring”.
keyring-stale = What the keyring of this PC has no longer opens the vault. Use the passphrase; then “kagifuda open-with remove keyring” and “kagifuda open-with add keyring”.
keyring-failed = The keyring of this PC refused, so it did not open the vault. Use the passphrase; “kagifuda doctor vault” looks again.
keyring-asks = The keyring may be asking you for its password, in a window of its own. This waits for it, for two minutes.
keyring-forgot = Its secret is deleted from the keyring, too.
keyring-had-forgotten = The keyring of this PC did not have its secret any more.
keyring-keeps = Its secret could not be deleted from the keyring. It opens old copies of the vault; delete the item “Kagifuda” in the keyring (GNOME: “Passwords and Keys”).
keyring-elsewhere = Its secret is left in the keyring of the other PC ({ $name }), as far as this PC remembers. It opens old copies of the vault; delete the item “Kagifuda” there.

tpm-made = From now on, whoever uses this PC as you opens the vault without being asked, signed in at the desktop or not; so does who has the whole PC, if its disk is not encrypted. The passphrase and the recovery words open it as before: without them the vault would be lost with this PC.
tpm-absent = This PC shows no TPM any more, so it did not open the vault. Use the passphrase; the TPM may be switched off in the firmware.
tpm-forbidden = You may not use the TPM of this PC, so it did not open the vault. Use the passphrase; to be let in, join the group “tss” (sudo usermod -aG tss $USER) and sign in again.
tpm-silent = The TPM of this PC does not answer, so it did not open the vault. Use the passphrase; “kagifuda doctor vault” looks again.
tpm-foreign = The TPM of this PC was cleared or is another one, so it cannot open the vault any more. Use the passphrase; then “kagifuda open-with remove tpm” and “kagifuda open-with add tpm”.
tpm-closed = The TPM of this PC wants a password for what it stores, or that part is switched off, so it did not open the vault. Use the passphrase.
tpm-stale = What the TPM of this PC sealed no longer opens the vault. Use the passphrase; then “kagifuda open-with remove tpm” and “kagifuda open-with add tpm”.
tpm-failed = The TPM of this PC refused, so it did not open the vault. Use the passphrase; “kagifuda doctor vault” looks again.
tpm-forgot = What the TPM sealed for it is deleted, too.
tpm-keeps = What the TPM sealed for it could not be deleted here. It opens old copies of the vault on this PC.
tpm-elsewhere = What was sealed for it is left on the other PC ({ $name }), as far as this PC remembers. It opens old copies of the vault there, and nowhere else.

history-head-change = Change
history-head-when = When (UTC)
history-head-what = What
history-head-items = Entry
history-head-device = PC
history-here = this PC
history-nameless = (no name)
history-and-more = { $names } and { $count } more
history-undone = { $count ->
        [one] Taken back: { $change } (one entry).
       *[other] Taken back: { $change } ({ $count } entries).
    }
history-overwritten = { $count ->
        [one] One field was changed again since, and is left as it is.
       *[other] { $count } fields were changed again since, and are left as they are.
    }
history-undone-reset = The key has what it had before the reset, and what was registered since. It has no PIN, and its settings are the first ones: “kagifuda key pin set” gives it a PIN.
history-verb-create = vault made
history-verb-add = added
history-verb-edit = changed
history-verb-remove = removed
history-verb-import = imported
history-verb-use = code used
history-verb-undo = taken back
history-verb-way = ways to open
history-verb-device = PC joined
history-verb-other = other
history-verb-reset = key reset

import-head-issuer = For
import-head-account = Account
import-head-outcome = What happens
import-new = new
import-new-service = new, a service
import-new-note = new, a note
import-same = already there
import-refused = cannot be taken: { $why }
import-note = {" ("}{ $note }{")"}
import-missing-parts = Some parts of the transfer are missing: number { $parts }. Scan those, too; what is here can be imported now.
import-log-beside = This database keeps its last changes in a second file, { $file }-wal, which is not read. What you entered last in the app may be missing here. With both files in one folder, “sqlite3 { $file } 'PRAGMA journal_mode=DELETE'” makes one of them.
import-clipboard = the clipboard
import-screen = the picture of the screen
import-screen-how = Let your desktop take a picture of the QR code. The file it makes is removed once it was read.
import-summary = { $new } new, { $same } already there, { $refused } that cannot be taken.
import-question = { $new ->
        [one] Import this one?
       *[other] Import these { $new }?
    }
import-done = { $new ->
        [one] One item is imported. Check that it works before you remove it from the old app.
       *[other] { $new } items are imported. Check that they work before you remove them from the old app.
    }
import-refused-no-secret = it has no secret
import-refused-bad-secret = its secret is not readable
import-refused-unknown-type = its kind of token is unknown
import-refused-unknown-algorithm = its hash function is unknown
import-refused-bad-digits = its number of digits cannot be
import-refused-bad-period = its period cannot be
import-refused-bad-counter = its counter is missing or cannot be
import-refused-not-a-token = it is not a token
import-refused-broken = it is broken
import-refused-not-kept = this vault keeps no passwords, addresses and the like
import-refused-app-bound = its secret is bound to the app and is not in the file; register anew at the site
import-note-assumed-type = kind of token assumed
import-note-assumed-algorithm = SHA-1 assumed
import-note-assumed-digits = six digits assumed
import-note-assumed-period = 30 seconds assumed
import-note-assumed-counter = counter 0 assumed
import-note-ignored-setting = a setting that does not apply was ignored
import-note-icon-dropped = without its icon
import-note-was-trashed = was in the other app's bin
import-note-was-archived = was archived in the other app
import-note-unknown-kept = unknown fields are kept
import-note-display-unreadable = how it was displayed could not be read
import-note-group-missing = its group is not in the file
import-note-pin-missing = its PIN is not in the file; add it before use
import-note-other-name = had another name in the other app
import-note-issuers-disagree = it names two issuers
import-note-nameless = it has no name
import-note-repeated-parameter = something was given twice; the first counts
import-note-name-damaged = its name is damaged
import-note-prf-unreadable = what a site encrypted with it cannot be opened with it here
import-note-blob-dropped = without what the site left with it
import-note-protection-assumed = its demand for verification cannot be read; it will want the key's PIN
import-note-saved-password = this is a saved password, not a passkey; the password itself is not kept here
import-note-attachment-dropped = without its attached files
import-note-unknown-as-text = its kind is unknown; all of it is kept as text
import-note-signatures-counted = the other app counted its signatures, this vault does not; a site that checks may refuse it
import-note-blob-no-room = without what the site left with it: the key has no room for that
import-note-removed-before = was removed from this vault before
import-note-other = something was left behind

export-plain-question = Anyone who gets this file can sign in as you. Write it readable?
export-plain-passkeys-question = Anyone who gets this file can sign in as you wherever these passkeys do, now and later. Write it readable?
export-done = { $count ->
        [one] One token is written.
       *[other] { $count } tokens are written.
    }
export-left-out = { $count ->
        [one] One token cannot be written in this form and was left out:
       *[other] { $count } tokens cannot be written in this form and were left out:
    }
export-passkeys-done = { $count ->
        [one] One passkey is written.
       *[other] { $count } passkeys are written.
    }
export-passkeys-left-out = { $count ->
        [one] One passkey cannot be written and was left out:
       *[other] { $count } passkeys cannot be written and were left out:
    }
export-passkeys-without = { $count ->
        [one] One passkey travels without its note, folder or colour, as far as it has them, or without what a site left with it, because that cannot be read:
       *[other] { $count } passkeys travel without their notes, folders or colours, as far as they have them, or without what sites left with them, because that cannot be read:
    }
export-passkeys-unread = { $count ->
        [one] One passkey demands verification more often than this form can say. Kagifuda reads it from the file; other password managers will not demand it:
       *[other] { $count } passkeys demand verification more often than this form can say. Kagifuda reads it from the file; other password managers will not demand it:
    }
export-misread = { $count ->
        [one] One token is written, but the other app shows wrong codes for it on some phones. Check it there:
       *[other] { $count } tokens are written, but the other app shows wrong codes for them on some phones. Check them there:
    }
export-without = { $count ->
        [one] One token travels without its own name, note, tags, folder, colour or pin, as far as this form has no place for them:
       *[other] { $count } tokens travel without their own names, notes, tags, folders, colours or pins, as far as this form has no place for them:
    }
export-qr-shown = Scan this with the other app to have { $name } there too. Whoever photographs it has the token.

status-vault = Vault
status-state = State
status-absent = not made yet (“kagifuda init”)
status-locked = locked
status-open = open
status-open-for = { $minutes ->
        [one] open; locks within a minute unless used
       *[other] open; locks in { $minutes } minutes unless used
    }
status-content = Content
status-items = { $items ->
        [one] one entry
       *[other] { $items } entries
    }, of which tokens: { $tokens }
status-attention = Attention
status-unreadable = { $count ->
        [one] one record is damaged and kept as it is; “kagifuda vault verify” tells more
       *[other] { $count } records are damaged and kept as they are; “kagifuda vault verify” tells more
    }
status-older = older than this PC last saw it: merge the newer copy, or restore this one
status-not-writable = the file or its folder cannot be written to
status-memory = Keys
status-memory-locked = kept out of swap
status-memory-loose = could not be kept out of swap (raise the limit of locked memory)
