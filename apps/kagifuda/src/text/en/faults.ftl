# What went wrong: what happened and whose doing it is; the hint says what can be done.

fault-usage = The command line is not understood.
fault-secret-in-arguments = Secrets are not taken as arguments: every program on this PC can see them, and your shell has just kept this one in its history.
    .hint = Run the command without it and you will be asked, or pipe it in. Then take the line out of your shell's history; if others use this PC, replace the secret.
fault-no-such-help = There is no command “{ $word }” to explain.
    .hint = “kagifuda --help” lists the commands.
fault-no-home = The system does not say where your files are: neither XDG_DATA_HOME nor HOME is set.
    .hint = Set HOME, or name the vault with --vault FILE.
fault-set-user-id = The program was started with another user's rights (setuid or setgid). It does not handle secrets that way.
    .hint = Take the setuid and setgid bits from the program's file, and run it as yourself.
fault-unprotected-export = This form has no encryption of its own, so anyone who gets the file could sign in as you.
    .hint = Add --age to protect it with a passphrase, --to RECIPIENT for an age recipient, or --plain if you really want it readable.
fault-not-found = Nothing matches “{ $query }”.
    .hint = Fewer letters find more. “kagifuda token list” shows all tokens.
fault-nothing-there = There is nothing to show yet.
    .hint = “kagifuda token add” adds a token; “kagifuda token import FILE” brings those of another app.
fault-no-such-list = No list of what to do after a loss is open for this.
    .hint = “kagifuda map --lose THING” makes one.
fault-ambiguous = { $count ->
        [one] One entry matches, but not surely enough.
       *[other] { $count } entries match, and one is needed.
    }
    .hint = Add a word that only one of them has, such as its account. Where a number stands behind an entry, that number alone will do.
fault-declined = Stopped. Nothing was changed.
fault-nobody-to-ask = Something has to be asked, but there is no terminal to ask at.
    .hint = Run it in a terminal. In a script, give secrets with --passphrase-fd N or --passphrase-stdin, and answer questions with --yes.
fault-not-confirmed = This has to be confirmed, but there is no terminal to ask at. Nothing was changed.
    .hint = Add --yes to confirm it beforehand.
fault-no-terminal-to-watch = Watching needs a terminal.
    .hint = In a script, ask for the code when it is needed.
fault-nothing-to-change = Nothing was said to be changed.
    .hint = The flags of this command say what can be changed; see its --help.
fault-unreadable-qr-code = There is a QR code in { $path }, but it is too blurred, small or covered to be read.
    .hint = Take the picture again, straight on, close, and with even light.
fault-picture-too-large = { $path } is larger than pictures of QR codes are.
    .hint = Cut the picture to the code.
fault-not-a-picture = { $path } is not a whole PNG or JPEG picture.
    .hint = Save it as PNG. Export files of other apps are read with “kagifuda token import”.
fault-terminal-too-narrow = The terminal is too narrow for this QR code: it needs { $columns } columns.
    .hint = Widen the window or make its letters smaller.
fault-verify-failed = Parts of the vault are damaged. What can be read is still there, and nothing was changed.
    .hint = Merge a copy from another PC or a backup: “kagifuda vault merge FILE” fills what it can.
fault-secrets-differ = The two entries are not the same.
    .hint = Try again. Nothing was changed.
fault-nothing-entered = Nothing was entered.
fault-output = The output could not be written: { $why }.
fault-unread = { $path } could not be read: { $why }.
fault-unwritten = { $path } could not be written: { $why }.
fault-file-exists = { $path } exists already, and is not overwritten.
    .hint = Choose another name, or remove that file first.
fault-no-qr-code = No QR code can be read in { $path }.
    .hint = Take the picture straight on and close, with the whole code and its white border in it.
fault-sheet-paper = A sheet is written as a PDF or HTML file, and { $path } ends in neither.
    .hint = Name it .pdf to print it, or .html to open it in a browser; - sends a PDF to a printing program: “kagifuda sheet - | lp”.
fault-sheet-on-screen = A sheet is no text for a screen.
    .hint = Name a file that ends in .pdf or .html, or send it to a printing program: “kagifuda sheet - | lp”.
fault-sheet-none = The code in { $path } is not that of a recovery sheet.
    .hint = Take a picture of the code on the sheet, or type its words with “--words”.
fault-sheet-newer = The sheet in { $path } was made by a newer Kagifuda.
    .hint = Its words open the vault all the same: type them with “--words”.
fault-move-none = No move is planned, or none from there.
    .hint = “kagifuda move --from OLD --to NEW” plans one; “kagifuda phone add” enters a phone first.
fault-move-not-on-map = The old or the new thing of this move is no longer on the map.
    .hint = Enter it again, or drop the plan: “kagifuda move --abort”.
fault-move-same = From and to are the same thing.
    .hint = Enter the new phone first: “kagifuda phone add NAME”.
fault-move-cannot = There is no moving from or to { $thing }: it is not held in the hand, or it is marked as lost.
    .hint = After a loss: “kagifuda map --lose THING”.
fault-move-cannot-replace = Nothing but another PC can take the place of { $thing }.
    .hint = What is on this PC and belongs on a phone is a token: “kagifuda token qr” gives one.
fault-move-not-sent = Number { $number } counts with each use and was not handed over, so a code of it may be that of the old device.
    .hint = “kagifuda move --send --only { $number }” hands it over.
fault-move-needs-file = A QR code has no place for what is left.
    .hint = “kagifuda move --send --file phone.json” (Aegis) writes it into an encrypted file.
fault-move-prove-it = Number { $number } is proven by a code, not by a word.
    .hint = “kagifuda move --send --only { $number }” hands it over, and “--prove --only { $number }” asks for the code; “kagifuda move --skip { $number }” leaves it out, unproven.
fault-move-not-yet = What number { $number } replaces is not to be disabled: it is not moved yet, or nothing is left of it.
    .hint = “kagifuda move” shows the plan.
fault-move-alone = A counter-based token is handed over alone.
    .hint = Name one number: “kagifuda move --send --only NUMBER”.
fault-move-form = { $path } does not say by its ending what to write.
    .hint = .json is an Aegis file and .2fas a 2FAS file, both encrypted; .png and .svg are pictures of a QR code.
fault-move-page = The page is written as HTML, and { $path } ends otherwise.
    .hint = Name it .html; without a file it goes to standard output.
fault-move-nothing-to-send = No token waits to be handed over.
    .hint = “kagifuda move” shows what is next; “--only NUMBER” hands one over again.
fault-move-nothing-to-prove = No token waits for a code.
    .hint = “kagifuda move --send” hands over the next ones.
fault-move-wrong-codes = { $count ->
        [one] One code was wrong; what it may be is written above.
       *[other] { $count } codes were wrong; what it may be is written above.
    }
fault-qr-too-large = This does not fit into a QR code.
fault-input-no-text = What was entered is no text in UTF-8.
fault-input-too-long = What was entered is too long for a secret.
fault-agent-runs = The agent of this vault is running already.
fault-clipboard-failed = The clipboard program { $program } did not succeed.
    .hint = Without --copy the code is shown.
fault-nothing-copied = There is neither a picture nor text on the clipboard.
    .hint = Copy the picture of the QR code first, or save it and give the file.
fault-no-screenshot = This desktop takes no picture of the screen for programs.
    .hint = Take one with the desktop's own tool, copy it, and use --clipboard; or save it and give the file.
fault-screenshot-declined = No picture of the screen was taken.
    .hint = Nothing was changed. --clipboard and a file work, too.
fault-system = The system refused: { $why }.
fault-system-file = The system refused { $path }: { $why }.
fault-no-clipboard = No clipboard was found on this PC.
    .hint = Install wl-clipboard (Wayland) or xclip (X11). Without --copy the code is shown, and a picture can be given as a file.
fault-no-code = This token cannot make a code.
    .hint = “kagifuda token show” tells what is stored of it.
fault-no-codes-left = All backup codes of this set are used.
    .hint = Sign in to the service and let it make new ones, then add them with “kagifuda codes add”.
fault-no-virtual-key = This PC cannot be a key yet: neither the broker kagifudad nor /dev/uhid lets you plug one in.
    .hint = “kagifuda doctor key” says what stands against it and what to do.
fault-broker-refused = The broker kagifudad does not keep this key plugged in.
    .hint = “journalctl -u kagifudad” says why; then start the command again.
fault-not-well = Something is amiss; what to do is written above.
fault-demo-failed = The demonstration did not succeed. This is a fault of Kagifuda.

fault-agent-unreachable = The agent, which keeps the vault open, does not answer and could not be started.
    .hint = “kagifuda agent” shows why.
fault-agent-timed-out = The agent did not answer in time.
    .hint = Try again; if it stays so, “kagifuda lock” and then “kagifuda unlock”.
fault-strange-peer = Another user (number { $uid }) answers at the agent's place. Nothing was sent there.
    .hint = Find out which program of that user it is. No secret has left.
fault-unsafe-directory = Others can reach { $path }, where the agent listens.
    .hint = Make it yours alone: chmod 700 { $path }
fault-garbled = The agent and this program do not understand each other.
    .hint = “kagifuda lock” ends the agent; the next command starts a new one.
fault-frame-too-large = This is more than can be sent to the agent at once.
    .hint = Split the file and bring it in piece by piece.
fault-other-protocol = An agent of another version of Kagifuda is running.
    .hint = End it with the version that started it, or sign out and in again.

fault-no-key = No key is plugged in. Start it with “kagifuda key run”.
fault-key-records = What this PC remembers of the key, such as its PIN, cannot be read. It lies in the folder of XDG_STATE_HOME or ~/.local/state; put it back from a backup, or remove the key's notes there, which also removes the PIN.
fault-no-vault = There is no vault at { $path }.
    .hint = “kagifuda init” makes one; --vault FILE names another place.
fault-vault-exists = There is a vault at { $path } already. It was not touched.
    .hint = --vault FILE makes one in another place.
fault-locked = The vault is locked.
    .hint = “kagifuda unlock” opens it.
fault-older-than-seen = This vault is older than this PC last saw it, so it can be read but not changed.
    .hint = If you have the newer copy, “kagifuda vault merge” it. If this is a backup you want to go back to, “kagifuda vault restore” it.
fault-replaced = Another program replaced the vault's file while it was open.
    .hint = “kagifuda unlock” opens what is there now.
fault-busy = Another program is using { $path }.
    .hint = Wait until it is done, then try again.
fault-wrong-secret = That does not open this vault.
    .hint = It may be mistyped (look at Caps Lock and the input method), or belong to another vault. The recovery words open it with “kagifuda unlock --words”.
fault-unknown-word = Word { $at } is not one of the words recovery words are made of.
    .hint = Compare it with your recovery sheet, letter by letter.
fault-not-recovery-words = These are words of the list, but not recovery words: a word is wrong, or two stand in each other's place.
    .hint = Compare them with your recovery sheet, in order.
fault-no-such-way = There is no such way to open this vault.
    .hint = “kagifuda open-with list” shows them.
fault-way-removed = This once opened the vault, but you removed it on { $date }.
    .hint = Use the passphrase or words that came after it.
fault-merged-and-locked = Everything in it was merged. The way this vault was open by was removed on another PC, on { $date }; so the vault is locked now.
    .hint = Open it with another passphrase or the recovery words: “kagifuda unlock”. If it was none of yours that removed it, “kagifuda history” names the PC, and a backup from before opens as it did.
fault-last-way = This is the last way to open the vault. Without it nobody could, not even you.
    .hint = Add another way first: “kagifuda open-with add passphrase”.
fault-only-machine-bound = Only keyrings, TPMs or other ways bound to a machine would open the vault. It would be lost with that machine.
    .hint = Add a passphrase or recovery words first: “kagifuda open-with add passphrase”. Or, where the list shows one that is not confirmed and it is yours: “kagifuda open-with confirm”.
fault-keyring-has-it = The keyring of this PC opens this vault already.
    .hint = “kagifuda open-with list” shows the ways to open.
fault-keyring-unchangeable = A keyring has no secret that you could change: it was drawn at random, and nobody knows it.
    .hint = For a new one: “kagifuda open-with remove keyring”, then “kagifuda open-with add keyring”.
fault-keyring-not-running = No keyring is running in this session.
    .hint = It needs a desktop session with a keyring, such as GNOME Keyring. Nothing was changed.
fault-keyring-silent = The keyring does not answer, or nobody answered its question in two minutes.
    .hint = Unlock the keyring first, or sign out and in again. Nothing was changed in the vault.
fault-keyring-locked = The keyring is locked.
    .hint = Unlock it (GNOME: “Passwords and Keys”), and try again. Nothing was changed.
fault-keyring-no-place = The keyring has no place for secrets yet.
    .hint = Make a keyring that is the default (GNOME: “Passwords and Keys”), and try again. Nothing was changed.
fault-keyring-declined = The keyring asked, and the answer was no.
    .hint = Nothing was changed.
fault-keyring-failed = The keyring refused, or did not keep what it was given.
    .hint = Look into the keyring (GNOME: “Passwords and Keys”). Nothing was changed in the vault.
fault-tpm-has-it = The TPM of this PC opens this vault already.
    .hint = “kagifuda open-with list” shows the ways to open.
fault-tpm-unchangeable = A TPM has no secret that you could change: it was drawn at random, and nobody knows it.
    .hint = For a new one: “kagifuda open-with remove tpm”, then “kagifuda open-with add tpm”.
fault-tpm-absent = This PC has no TPM 2.0, or it is switched off.
    .hint = It would be /dev/tpmrm0. Many PCs have one that the firmware switches on (“TPM”, “PTT”, “fTPM”). Nothing was changed.
fault-tpm-forbidden = You may not use the TPM of this PC.
    .hint = Join the group “tss” (sudo usermod -aG tss $USER) and sign in again; on Debian and Ubuntu the package tpm-udev gives the TPM to that group. Nothing was changed.
fault-tpm-silent = The TPM does not answer.
    .hint = Another program may be keeping it busy; try again in a minute. Nothing was changed.
fault-tpm-closed = The TPM wants a password for what it stores, or that part is switched off.
    .hint = Somebody set it, a firm perhaps. Clearing the TPM in the firmware takes it away, and with it all that other programs keep there. Nothing was changed.
fault-tpm-failed = The TPM refused, or did not give back what it had sealed.
    .hint = “kagifuda doctor vault” tells what it is. Nothing was changed.
fault-not-a-vault = This file is not a Kagifuda vault.
    .hint = Files of other apps are brought in with “kagifuda token import”.
fault-newer-format = This vault was written by a newer Kagifuda. It was left as it is.
    .hint = Update Kagifuda on this PC.
fault-damaged = { $what ->
        [empty] The vault's file is empty.
        [cut-off] The vault's file is cut off: its end is missing.
        [head] The record that names the vault cannot be read in its file.
        [altered] Another program has altered the vault's file.
       *[other] The vault's file is damaged ({ $what }).
    } It was left as it is.
    .hint = Keep the file. “kagifuda vault restore” puts a backup in its place, takes over what can be read here, and keeps this file beside it.
fault-foreign-vault = The other file is a different vault, not a copy of this one. Nothing was merged.
    .hint = To bring its tokens over, export them there and import them here.
fault-too-costly = Opening this file would take { $mebibytes } MiB of memory. No vault of Kagifuda asks for that; the file was made to do harm, or is damaged.
    .hint = Do not use it. Ask whoever gave it to you.
fault-too-cheap = This file protects its passphrase more weakly than is safe. It was changed, or not made by Kagifuda.
    .hint = Do not type your passphrase for it. Go back to a backup.
fault-not-locked = { $path } could not be reserved: { $why }.
    .hint = Wait until the other program is done, then try again.
fault-not-connected = The agent's socket { $path } could not be reached: { $why }.
fault-not-started = { $path } could not be started: { $why }.

fault-no-such-item = It is no longer there.
    .hint = “kagifuda history” shows what happened to it.
fault-unreadable-item = This entry cannot be read. It is kept as it is.
    .hint = A copy on another PC may have it whole: “kagifuda vault merge”.
fault-no-such-field = This kind of entry has no “{ $field }”.
fault-bad-value = The value given for “{ $field }” does not fit.
    .hint = The command's --help says what it takes.
fault-missing-field = “{ $field }” is needed.
fault-too-large = This is more than one entry can hold ({ $kibibytes } KiB).
fault-other-kind = This is another kind of entry.
fault-code-already-used = This backup code is already used.
fault-counter-exhausted = The counter of this token has reached its end. It makes no more codes.
    .hint = Ask the service for a new token.
fault-no-such-operation = There is no such change.
    .hint = “kagifuda history” shows their names.
fault-undo-too-old = This change is older than 30 days and cannot be taken back any more.
fault-nothing-to-undo = There is nothing left of this change to take back; it may be taken back already.
    .hint = “kagifuda history” names the changes; “kagifuda undo CHANGE” takes back an older one.

fault-unknown-format = This file is in no form that can be read here.
    .hint = The manual's page on moving house lists what is read. Where the other app offers several forms, choose otpauth, Aegis or 2FAS.
fault-broken-import = This is a file of { $format }, but { $place ->
        [text] it is not text as it should be
        [json] it is broken or cut off at line { $line }, column { $column }
        [xml] it is broken or cut off at line { $line }
        [row] a quotation mark is not closed in the row at line { $line }
        [byte] it is broken or cut off after { $line } bytes
        [compressed] what is packed in it is broken or cut off
        [content] what was decrypted is broken
        [parameters] what is needed to decrypt it is broken or missing
        [ciphertext] its encrypted part is broken or cut off
        [database] its database is broken or cut off
       *[other] it is broken or cut off
    }. Nothing was imported.
    .hint = Export it again from the other app.
fault-unopened-import = This is a file of { $format }, but { $by ->
        [phone] only the phone that made it can open it
        [account] only the account that made it can open it
       *[method] it is encrypted or packed in a way that is not known here
    }. Nothing was imported.
    .hint = Export it again under a password of its own, or without encryption.
fault-needs-password = This file is encrypted. Its password is needed.
fault-wrong-password = The password is wrong, or the file was changed. Nothing was imported.
    .hint = It is the password you chose when exporting, not this vault's passphrase.
fault-no-such-ticket = The import that was shown is no longer known. Nothing was imported.
    .hint = Start it again.
fault-newer-import = This file is from a newer { $format } than is known here. Nothing was imported.
    .hint = Update Kagifuda, or export as otpauth lines.
fault-nothing-to-export = Nothing matches what was to be exported.
fault-not-exportable = This form cannot carry this entry.
    .hint = Try --format otpauth or aegis.
fault-bad-recipient = This is not an age recipient.
    .hint = A recipient begins with “age1”.
fault-internal = Something that cannot happen has happened. This is a fault of Kagifuda.
    .hint = Please report what you did. Your vault was not changed by this.

fault-key-none-plugged-in = No security key is plugged in.
    .hint = Plug one in. If one is in already: try another port, and not through a hub. In a container or sandbox, devices have to be let in. A passkey on a phone or in another manager is not on a key.
fault-key-not-there = No key that is plugged in is called “{ $wanted }”.
    .hint = “kagifuda key list” shows those that are.
fault-key-several = Several keys are plugged in, and one is needed.
    .hint = Name one with --device, or pull the others out.
fault-key-forbidden = You may not use the key at { $path }.
    .hint = A udev rule gives keys to whoever sits at the screen: systemd brings it (60-fido-id.rules and 71-seat.rules); without it, write KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ENV{"{"}ID_SECURITY_TOKEN{"}"}=="1", TAG+="uaccess" into /etc/udev/rules.d/70-security-key.rules and plug the key in anew. Over ssh nobody sits at the screen.
fault-key-cards-forbidden = You may not use smart cards and NFC keys here.
    .hint = polkit gives them to whoever sits at the screen. Over ssh an administrator has to allow org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card.
fault-key-no-terminal = To ask for the passphrase of the vault, “kagifuda key run” needs a terminal.
    .hint = Start it in a terminal and leave that open, or use “--verify fingerprint”, or leave out “--verify”: then the key's PIN says who you are.
fault-reader-no-service = This PC has no service for fingerprint readers, or it does not answer.
    .hint = Install fprintd (on Debian and Ubuntu: sudo apt install fprintd), and enrol a finger with fprintd-enroll.
fault-reader-none = No fingerprint reader was found.
    .hint = Plug one in; not every reader has a driver on Linux. “fprintd-list $USER” shows what the system sees.
fault-reader-no-finger = You have no finger enrolled at this PC's reader.
    .hint = Enrol one with “fprintd-enroll”, or in the settings of your desktop.
fault-reader-in-use = Another program is using the fingerprint reader.
    .hint = End what is waiting for a finger, such as a login or sudo in another window, and try again.
fault-reader-not-allowed = You may not use the fingerprint reader here.
    .hint = The system gives it to whoever sits at the screen, not to those who come over ssh.
fault-reader-gone = The fingerprint reader went away.
    .hint = Plug it in again.
fault-reader-failed = Recognising you did not work.
    .hint = “sudo journalctl -u fprintd” may say more.
fault-key-no-node = The system shows a key, but there is no { $path } to reach it by.
    .hint = Plug it in anew. In a container or sandbox, let the device in.
fault-key-gone = The key was pulled out, or nobody answers in its place.
    .hint = Plug it in, and start again.
fault-key-busy = Another program is talking to the key.
    .hint = Finish or close what uses it, such as a sign-in in the browser, then try again.
fault-key-silent = The key does not answer.
    .hint = Pull it out, plug it in again, and try again.
fault-key-garbled = What the key says cannot be understood.
    .hint = Pull it out, plug it in again, and try again. If it stays so, the key may be broken.
fault-key-too-old = This key knows U2F only: it has neither a PIN nor passkeys, and there is nothing to manage.
    .hint = It still serves as a second factor at sites.
fault-key-cannot-do = This key cannot do that.
    .hint = “kagifuda key info” shows what it can.
fault-key-wrong-pin = { $left ->
        [0] The PIN is wrong, and it may not be tried again.
        [one] The PIN is wrong. It may be tried once more; after that only a reset helps, and a reset removes everything on the key.
       *[other] The PIN is wrong. It may be tried { $left } more times.
    }
    .hint = It is the key's own PIN, chosen when it was set up; not that of your PC or phone.
fault-key-needs-replug = The PIN was wrong too often in a row, so the key takes none now.
    .hint = Pull the key out, plug it in again, and type the PIN slowly.
fault-key-pin-blocked = The PIN was wrong too often, and is blocked for good.
    .hint = Only “kagifuda key reset” makes the key usable with a PIN again, and it removes every passkey on it. First make sure you can sign in to those sites in another way.
fault-key-no-pin = This needs a PIN, and the key has none.
    .hint = “kagifuda key pin set” sets one.
fault-key-has-pin = The key has a PIN already.
    .hint = “kagifuda key pin change” changes it.
fault-key-pin-too-short = { $least ->
       *[other] The PIN is too short: this key wants { $least } characters or more.
    }
fault-key-pin-too-long = The PIN is too long: keys take { $most } bytes at most.
fault-key-pin-refused = The key does not take this PIN: it is too short or too simple for its rules.
    .hint = “kagifuda key info” shows how long it has to be.
fault-key-pin-must-change = The key wants its PIN changed before anything else.
    .hint = “kagifuda key pin change” does it.
fault-key-only-stricter = The key already wants { $least } characters, and that can only become more.
    .hint = Only a reset takes it back.
fault-key-reset-too-late = The key takes a reset only in the first seconds after it was plugged in. Nothing was removed.
    .hint = Pull it out, plug it in, and run the command again at once.
fault-key-not-touched = The key was not touched in time, or said no. Nothing was done.
fault-key-full = The key has no room left.
    .hint = “kagifuda key passkeys list” shows what is on it.
fault-key-no-such-passkey = No passkey on this key matches “{ $wanted }”.
    .hint = “kagifuda key passkeys list” shows them. What was registered as a second factor only is not listed by any key.
fault-key-no-sensor = This key has no fingerprint sensor.
    .hint = “kagifuda key info” shows what it can. Keys with a sensor say so there under “Fingers”. A key that is this PC (“kagifuda key run”) has none: you agree at the terminal or the desktop, and its PIN is typed.
fault-key-fingers-full = The key has no room for another finger. Nothing was changed.
    .hint = “kagifuda key bio list” shows those it knows, “kagifuda key bio delete” makes room.
fault-key-no-such-finger = No finger that this key knows matches “{ $wanted }”.
    .hint = “kagifuda key bio list” shows them.
fault-key-finger-name-too-long = The name is too long: this key takes { $most } bytes. A Latin letter is one, a Japanese one three.
fault-key-finger-not-taken = The key took no finger that it would know again. Nothing was changed.
    .hint = Use a finger that it does not know yet, clean and dry, and try again. “kagifuda key bio list” shows those it knows.
fault-key-no-blob = The passkey { $name } has no blob.
    .hint = “kagifuda key blobs list” shows which have one.
fault-key-no-blob-key = The passkey { $name } was made without room for a blob, and cannot get any.
    .hint = The program that registers a passkey has to ask for it (largeBlob); register again with one that does.
fault-key-blob-no-text = The blob is no text, and is not written to a screen.
    .hint = Write it into a file with --file.
fault-key-damaged = What the key keeps does not match its own checksum.
fault-key-refused = The key refuses (status { $status }).
    .hint = “kagifuda key info” shows what it can.
