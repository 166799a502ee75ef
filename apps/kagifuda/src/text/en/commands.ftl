# Commands, arguments and flags, and the words that stand for values.

cmd-kagifuda = Keeps what proves that you are you: sign-in codes, backup codes, and where each way in lives.
    .more = Everything is in one encrypted file that only you can open. Start with “kagifuda init”, or look around first with “kagifuda demo”, which needs nothing and leaves nothing behind.
    .example =
        kagifuda init                       make a vault
        kagifuda token import export.json   bring the tokens of your old app
        kagifuda code github                show a code

cmd-init = Makes a new vault.
    .more = You choose one passphrase and get recovery words to write down. With either of them you can open the vault; without both, nobody can.
cmd-unlock = Opens the vault for a while.
    .more = The agent keeps it open until it has been idle for some time, or until “kagifuda lock”. Other commands ask for the passphrase by themselves when they need it.
cmd-lock = Closes the vault and forgets its keys.
cmd-status = Tells whether the vault is open, and what is in it.

cmd-code = Shows sign-in codes.
    .more = A few letters of the service or account are enough. When exactly one token fits, its code is shown; when several fit, they are listed. A counter-based (HOTP) code is shown only once its new counter is safely stored.
    .example =
        kagifuda code git         the code of GitHub
        kagifuda code git work    when you have two
        kagifuda code -c git      to the clipboard, for 30 seconds

cmd-token = Keeps tokens: what sign-in codes are made from.
cmd-token-add = Adds a token.
    .more = You are asked for the secret or the otpauth:// address the service shows; through a pipe, it is read from standard input. It is never taken as an argument, because arguments can be seen by other programs and are kept in your shell's history.
    .example =
        kagifuda token add --issuer GitHub --account me@example.org
        wl-paste | kagifuda token add
cmd-token-list = Lists tokens.
cmd-token-show = Shows one token.
cmd-token-edit = Changes how a token is named and filed.
cmd-token-remove = Removes a token.
    .more = It can be brought back with “kagifuda undo” for 30 days.
cmd-token-import = Brings in the tokens of another app.
    .more = Reads otpauth lines, what Google Authenticator puts into its transfer codes, and the files of Aegis, 2FAS, Ente and many other apps; the manual's page on moving house lists them. The kind of file is found out by looking at it. You see what would happen to each entry before anything is changed; a failed import changes nothing.
    .example =
        kagifuda token import --dry-run aegis-export.json
        kagifuda token import aegis-export.json
cmd-token-export = Writes tokens for another app, so that a second place has them too.
    .more = Aegis and 2FAS files are encrypted with a password you choose. An age file opens with the stock age program. Plain text must be asked for with --plain; anyone who reads such a file can sign in as you. For a copy of the whole vault use “kagifuda vault backup”.
    .example =
        kagifuda token export phone.json --format aegis
        kagifuda token export tokens.age --format otpauth --age
cmd-token-qr = Shows a token as a QR code, for a phone to scan.
cmd-token-scan = Reads tokens from a picture of QR codes.

cmd-passkey = Keeps passkeys: what you sign in with by the security key in this vault.
    .more = They are made by “kagifuda key run” when you register at a site, or imported. What is on a key that is plugged in is shown by “kagifuda key passkeys”.
cmd-passkey-list = Lists the passkeys in the vault.
cmd-passkey-show = Shows one passkey, without its secrets.
cmd-passkey-edit = Changes how a passkey is named and filed.
cmd-passkey-remove = Removes a passkey.
    .more = The site does not learn of it. It can be brought back with “kagifuda undo” for 30 days; a backup that still has it does not bring it back.
cmd-passkey-import = Brings in the passkeys of another password manager.
    .more = Reads FIDO's Credential Exchange Format (CXF). Passkeys and time-based tokens in it are taken, everything else is named and left. You see what would happen to each entry before anything is changed; a failed import changes nothing.
    .example =
        kagifuda passkey import --dry-run manager-export.json
        age --decrypt passkeys.age | kagifuda passkey import -
cmd-passkey-export = Writes passkeys for another password manager, in FIDO's Credential Exchange Format (CXF).
    .more = The format has no protection of its own: --age and --to put it into an age file, and a readable file must be asked for with --plain. Whoever reads it can sign in as you. For a copy of the whole vault use “kagifuda vault backup”.
    .example =
        kagifuda passkey export passkeys.age --age
        kagifuda passkey export one.json --plain --query example.org

cmd-service = Keeps services: places you sign in to.
cmd-service-add = Adds a service.
cmd-service-list = Lists services.
cmd-service-show = Shows one service and the ways into it.
cmd-service-edit = Changes a service.
cmd-service-remove = Removes a service.

cmd-method = Keeps methods: the ways into a service, and where each of them lives.
    .example = kagifuda method add "Phone" --service github --what passkey --lives icloud --synced yes
cmd-method-add = Adds a method.
cmd-method-list = Lists methods.
cmd-method-show = Shows one method.
cmd-method-edit = Changes a method.
cmd-method-remove = Removes a method.

cmd-codes = Keeps backup codes: what a service gave you for emergencies.
cmd-codes-add = Adds a set of backup codes.
    .more = Say where you keep them; that is the better choice, since a vault that holds both the token and its backup codes is one thing to lose. With --store the codes themselves are asked for, or read from standard input, one per line.
    .example =
        kagifuda codes add GitHub --service github --where "blue folder"
        kagifuda codes add GitHub --store
cmd-codes-list = Lists sets of backup codes.
cmd-codes-show = Shows one set of backup codes.
cmd-codes-use = Shows the next unused backup code and records that it is used.
    .more = The use is stored before the code is shown, so no code is ever handed out twice.
cmd-codes-edit = Changes a set of backup codes.
cmd-codes-remove = Removes a set of backup codes.

cmd-note = Keeps notes: secret text of any kind.
cmd-note-add = Adds a note; its text is asked for or read from standard input.
cmd-note-list = Lists notes.
cmd-note-show = Shows one note.
cmd-note-edit = Changes a note.
cmd-note-remove = Removes a note.

cmd-key = Manages your security keys: those plugged in, and the list of all you own.
cmd-key-run = Makes this PC a security key, until it is ended.
    .more = Browsers, ssh and every other program see a USB security key; its passkeys are in the vault. Each registration and sign-in is shown and asked for in this terminal. Needs the broker kagifudad or the udev rule, see the manual. “kill -HUP” pulls the key out and puts it in again.
cmd-key-info = Shows what a key that is plugged in says of itself: its PIN, its room, what it can do.
cmd-key-wink = Lets a key show which one it is, such as by blinking.
cmd-key-pin = Sets or changes the PIN of a key.
cmd-key-pin-set = Gives a key its first PIN.
cmd-key-pin-change = Changes the PIN of a key.
cmd-key-pin-force = Has a key demand another PIN before anything else.
    .more = For a key that is handed on: whoever gets it chooses a PIN of their own first.
cmd-key-passkeys = Shows, renames and deletes the passkeys on a key.
cmd-key-passkeys-list = Lists the passkeys on a key. Needs its PIN.
cmd-key-passkeys-rename = Gives the account of a passkey another name on the key.
    .more = The site keeps its own names. A name given as "" is taken away.
cmd-key-passkeys-delete = Deletes a passkey from a key.
    .more = The site does not learn of it. Sign in there another way first and remove the passkey at the site too.
cmd-key-bio = Teaches a key with a fingerprint sensor your fingers, and shows, renames and deletes them.
    .more = A finger then stands in for the key's PIN. The PIN stays, for when the finger is not recognised.
cmd-key-bio-info = Shows what fingerprint sensor a key has.
cmd-key-bio-list = Lists the fingers that a key knows. Needs its PIN.
cmd-key-bio-add = Teaches a key a finger.
    .more = You touch the sensor several times and hear each time what came of it. Ctrl-C stops, and leaves nothing on the key.
cmd-key-bio-rename = Gives a finger another name on the key.
cmd-key-bio-delete = Has a key forget a finger.
cmd-key-blobs = Shows and changes what a key keeps beside its passkeys.
    .more = A blob belongs to a passkey, such as an ssh certificate to an ssh key. Only passkeys that were made for it can have one.
cmd-key-blobs-list = Lists the passkeys that can have a blob, and how long it is.
cmd-key-blobs-show = Writes the blob of a passkey.
cmd-key-blobs-set = Gives a passkey a blob, in place of the one it has.
cmd-key-blobs-remove = Removes the blob of a passkey.
cmd-key-config = Changes the settings of a key.
    .more = “kagifuda key info” shows how they are. Except for always-uv they only become stricter; a reset takes them back, with everything on the key.
cmd-key-config-always-uv = Says whether a key asks for the PIN, finger or face each time.
    .more = Without it, some sites take the touch alone as a second factor.
cmd-key-config-min-pin-length = Says how many characters a PIN has at least.
cmd-key-config-long-touch-for-reset = Has a key demand a long touch before a reset.
cmd-key-config-enterprise-attestation = Lets a key tell sites of its maker's or your employer's list which very key it is.
cmd-key-reset = Makes a key forget everything: PIN, passkeys, and every site it was registered at.
cmd-key-add = Adds a security key.
cmd-key-list = Lists the keys that are plugged in, and those in the vault.
    .more = A key that is plugged in and not yet in the vault's list is entered there.
cmd-key-show = Shows one security key.
cmd-key-edit = Changes a security key.
cmd-key-remove = Removes a security key from the list.

cmd-phone = Keeps phones: what apps, text messages and passkeys depend on.
    .more = A phone that is entered has a name on the map. Its number stands for the SIM, which can be stopped or stolen while the phone is in your pocket.
    .example = kagifuda phone add "Pixel" --system android --number 090-1234-5678
cmd-phone-add = Adds a phone.
cmd-phone-list = Lists phones.
cmd-phone-show = Shows one phone.
cmd-phone-edit = Changes a phone.
cmd-phone-remove = Removes a phone.

cmd-map = Shows what protects which service, where each way in lives, and what you lose with what.
    .more = Tokens, passkeys and backup codes in this vault are on the map by themselves; “kagifuda method add” enters passwords and whatever lives elsewhere. The map says that you get in somewhere only where it is certain: what nobody said is not counted on. “kagifuda map next” names at most three steps, the most important first. Words after “map” show only the services they fit.
    .example =
        kagifuda map
        kagifuda map next
        kagifuda map --lose phone             the list for the first 24 hours
        kagifuda map --lose phone --done 3    tick off its third task
        kagifuda map --drill                  rehearse a loss
        kagifuda method add "My passwords" --what password --lives memory

cmd-move = Moves you from an old phone to a new one, and nobody is locked out on the way.
    .more = A plan is made from the map and kept in the vault: the least important service first, so that a mistake is cheap, and what can be done only while the old phone works is marked. Tokens of this vault go over by QR code or encrypted file and count as moved once the new phone has shown a right code. Then comes the list of what to disable on the old one. Without flags it shows how the move stands and what is next; it can be left and taken up again at any time. Keys, sticks and this PC can be moved from and to as well.
    .example =
        kagifuda move --from "Old phone" --to "New phone"
        kagifuda move                          how it stands, and what is next
        kagifuda move --send                   the next tokens as a QR code
        kagifuda move --send --file new.json   all that are left, encrypted, for Aegis
        kagifuda move --prove                  asks for the codes the new phone shows
        kagifuda move --done 3 --skip 4
        kagifuda move --end                    the map learns where things live now
        kagifuda move --template person > changing-phones.html

cmd-stick = Keeps a list of the USB sticks you use as the key to a PC.
    .more = An ordinary USB stick never becomes a FIDO2 security key; for those, see “kagifuda key”.
cmd-stick-add = Adds a stick.
cmd-stick-list = Lists sticks.
cmd-stick-show = Shows one stick.
cmd-stick-edit = Changes a stick.
cmd-stick-remove = Removes a stick from the list.

cmd-vault = Cares for the vault as a whole.
cmd-vault-merge = Takes in the changes of another copy of this vault.
    .more = Copies of one vault may be changed on several PCs; merging them in any order gives the same result. Edits of different fields both stay, and what was removed does not come back. The other file is only read.
cmd-vault-verify = Reads the whole vault and checks it.
cmd-vault-backup = Writes a copy of the vault, encrypted like the vault itself.
cmd-vault-restore = Puts a backup in the vault's place.
    .more = A vault that is there already is merged in when it is the same one, and kept beside it otherwise. Nothing is lost.

cmd-history = Shows what was done, newest first.
cmd-undo = Takes back the last change on this PC, or a given one.
    .more = Changes can be taken back for 30 days. A used backup code stays used and a counter is never lowered.

cmd-doctor = Looks for what is in the way.
cmd-doctor-key = Explains why a site says “insert your security key”, and checks what keys need here.
    .more = Only looks. It ends with 1 where something has to be mended first.

cmd-open-with = Manages the ways to open the vault.
cmd-open-with-list = Lists the ways to open the vault.
cmd-open-with-add = Adds a way to open the vault.
cmd-open-with-add-passphrase = Adds another passphrase.
cmd-open-with-add-words = Adds another set of recovery words.
cmd-open-with-add-keyring = Adds the keyring of this PC: the vault then opens without asking while you are signed in.
    .more = The keyring (Secret Service; tried with GNOME Keyring) keeps a secret made for this alone, not your passphrase. Whoever uses this PC while the keyring is unlocked opens the vault. A keyring that is locked, dead or empty keeps nobody out: one line says so, and the passphrase is asked for. A vault never has keyrings alone.
cmd-open-with-add-tpm = Adds the TPM of this PC: the vault then opens without asking, on this PC alone.
    .more = The TPM 2.0 of this PC (tried with swtpm) seals a secret made for this alone, not your passphrase. Whoever uses this PC as you opens the vault, and so does who has the whole PC with a disk that is not encrypted; from the disk alone nobody gains anything. A TPM that is cleared, replaced or silent keeps nobody out: one line says so, and the passphrase is asked for. A vault never has TPMs alone.
cmd-open-with-change = Gives a way to open a new secret.
    .more = Old copies of the vault still open with the old secret.
cmd-open-with-confirm = Confirms a way to open that you added on another PC.
    .more = This is needed where this PC did not know the other yet when a way was removed. Until then nothing new is sealed to it, because somebody with an old copy and an old passphrase could have added it. If you do not know it, remove it.
cmd-open-with-remove = Removes a way to open.
    .more = Old copies of the vault still open that way. The last way to open cannot be removed, nor the last that is bound to no PC.

cmd-sheet = Makes a recovery sheet to print: one page that opens the vault.
    .more = It carries 24 new words and the same as a QR code. Once you have said one of its words, older sheets no longer open the vault. The file opens it too: delete it after printing, or send it to the printer without a file.
    .example = kagifuda sheet - | lp

cmd-screen = Shows the screen: codes as they tick, backup codes, the map and the history.
    .more = This is also what “kagifuda” alone does in a terminal, once there is a vault. Type to search; “?” shows the keys.

cmd-guide = Helps you choose: which way to strong sign-in fits you.
    .more = It asks what you want to open and what you have, and says which of four ways fits, what to buy or not, and what the spare is. Nothing is stored. What the flags say is not asked.

cmd-doctor-vault = Looks whether this PC is a good place for the vault: file, memory, keyring, TPM, swap, clock.
cmd-doctor-code = Finds out why a service does not take your codes.
cmd-doctor-clock = Measures this PC's clock by a code from a device whose time is right.
    .more = No code is sent anywhere. It works for tokens that turn with time.
cmd-report = Writes what a support desk asks for, without secrets.

cmd-demo = Shows what Kagifuda does, in a temporary folder.
cmd-demo-writer = Writes to a vault until it is killed, for the demonstration.
cmd-help = Shows help for a command.

cmd-generate = Makes files for packagers.
cmd-generate-man = Writes the man pages.
cmd-generate-completions = Writes completions for bash, zsh and fish.
cmd-generate-reference = Prints the reference page.
cmd-agent = Runs the agent, the only process that opens the vault. It is started when needed.
cmd-clear-clipboard = Clears the clipboard if it still holds what is on standard input. It is started by --copy.

arg-vault = The vault file. Usually $XDG_DATA_HOME/kagifuda/vault.kagifuda.
arg-lang = The language to speak. Usually that of the system.
arg-color = When to use colours. Usually on a terminal only.
arg-passphrase-fd = Reads secrets from this open file descriptor instead of asking, a line each.
arg-passphrase-stdin = Reads secrets from standard input instead of asking, a line each.
arg-yes = Answers questions with yes.
arg-help = Shows help.
arg-version = Shows the version.

arg-query = A few letters of the name, service, account or tag.
arg-json = Prints JSON; the manual describes its shape.
arg-copy = Copies to the clipboard instead of showing, and clears it after 30 seconds.
arg-watch = Stays and shows the codes as they change, until Ctrl-C.
arg-next = Shows the code that follows, too.
arg-limit = Shows at most so many.
arg-change = Which change, as “kagifuda history” names it.
arg-keep = Leaves the folder in place and the vault open.
arg-help-of = The command to explain.
arg-refused = Secrets are not taken as arguments.

arg-name = What you call it.
arg-rename = A name of your own.
arg-issuer = Who the token is for.
arg-account = Which account it is for.
arg-token-kind = How codes are made. Usually totp.
arg-algorithm = The hash function. Usually sha1.
arg-digits = How many characters a code has. Usually 6.
arg-period = How many seconds a code lasts. Usually 30.
arg-counter = The counter of the next code (hotp).
arg-service-of = The service it belongs to.
arg-url = An address of the service. May be given several times.
arg-what = What kind of method it is.
arg-method-on = What it lives on or goes through: a phone, key, stick, the mail service, a token.
arg-role = What it stands for, where its kind does not say it.
arg-importance = How much the service matters to you. Usually normal.
arg-system = What runs on the phone.
arg-phone-number = Its phone number.
arg-map-query = “next” for the next steps, or a few letters of a service; with --drill, the thing to lose.
arg-map-lose = Makes, or shows again, the list of what to do in the first 24 hours without this thing. It is kept in the vault.
arg-map-done = Ticks off the task of this number. May be given several times.
arg-map-end = Puts the list away.
arg-map-change-password = Says what happens to sessions and passkeys there when you change this service's password, and what to check.
arg-map-review = The quarterly review: what has become weak, forgotten or doubtful.
arg-map-drill = Rehearses a loss: takes a thing away, asks how you would get in, then shows it. Nothing is written.
arg-move-from = The thing that goes, as the map calls it. Later it says which plan is meant, where there are several.
arg-move-to = The thing that takes its place. With --from, it begins a plan.
arg-move-send = Hands over the next tokens: as a QR code on the terminal, or into --file.
arg-move-file = Where to write instead: .json (Aegis) and .2fas are encrypted and take all that are left; .png and .svg are the next QR code.
arg-move-prove = Asks for a code of each token that was handed over.
arg-move-only = Only the token of this number; a counter-based one is handed over only so. May be given several times.
arg-move-done = Ticks off the task of this number, by your word. May be given several times.
arg-move-skip = Leaves the task of this number out; it stays unproven. May be given several times.
arg-move-off = Ticks off what you disabled on the old thing. May be given several times.
arg-move-end = Tells the map where things live now, of what was proven or ticked off, and puts the plan away.
arg-move-template = Writes a page to print and fill in, for a person or for a company, into --file or to standard output. It needs no vault.
arg-move-abort = Drops the plan and leaves the map as it is.
arg-map-svg = Draws the map into this new file, as SVG.
arg-lives = Where it lives.
arg-where = Where it is kept, in your words.
arg-synced = Whether it is synced to other devices.
arg-proven = Records that it was proven to work just now.
arg-store-codes = Stores the codes themselves.
arg-emergency = They are one-off emergency release passwords.
arg-provider = Who keeps it, in your words.
arg-firmware = Its firmware version.
arg-opens = The PC it opens. May be given several times.
arg-lost = Records that it is lost.
arg-found = Records that it is found again.
arg-model = Its model.
arg-serial = Its serial number.
arg-tag = Adds a tag. May be given several times.
arg-untag = Takes a tag away. May be given several times.
arg-tag-filter = Only those with this tag.
arg-folder = The folder it lies in.
arg-tint = Its colour, such as #3366cc.
arg-note = Asks for a note, which may be secret.
arg-note-text = Asks for a new text.
arg-pin = Keeps it on top of lists.
arg-unpin = Lets it go from the top of lists.
arg-place = Its place in lists, 1 for the first; those without one follow by name. 0 takes it away.
arg-show-secret = Shows the secret, too.

arg-import-file = The file to read; - for standard input.
arg-scan-file = The picture to read (PNG or JPEG); - for standard input.
arg-scan-clipboard = Reads the picture, or the otpauth lines, that you copied.
arg-scan-screen = Has your desktop take a picture of the screen, or of the part you choose, and reads it.
arg-dry-run = Only shows what would happen.
arg-export-file = The file to write; - for standard output. An existing file is never overwritten.
arg-export-format = The form to write.
arg-age = Protects it with a passphrase, as an age file.
arg-age-recipient = Protects it for this age recipient.
arg-plain = Writes it readable by anybody who gets the file.

arg-unlock-words = Opens it with the recovery words.
arg-unlock-idle = Locks again after so many idle minutes.
arg-merge-other = The other copy of this vault.
arg-backup-file = The file to write; it must not exist.
arg-restore-file = The backup.
arg-restore-words = Opens the backup with the recovery words.
arg-way = Which way to open, as “kagifuda open-with list” names it.
arg-way-label = What you call it.
arg-open-sheet = Opens it with a picture of the recovery sheet (PNG or JPEG).
arg-sheet-file = The file to write, ending in .pdf or .html; - for a PDF on standard output. An existing file is never overwritten.
arg-guide-for = What you want to open.
arg-guide-system = On what.
arg-guide-socket = Which USB sockets it has.
arg-guide-phone = What your phone has.
arg-guide-rules = Who decides which keys count.
arg-doctor-symptom = What you see.
arg-report-symptom = What you see, in your words.
arg-words-lang = The language of the words. Usually that of the system.
arg-folder-out = The folder to write into.
arg-key-device = Which key, where several are plugged in: its device, name or serial number.
arg-key-passkey = Which passkey: words of its site and account, or the beginning of its id.
arg-key-finger = Which finger: words of its name, or the beginning of its id.
arg-key-finger-name = What you call the finger, such as "right thumb".
arg-key-account = The account's name.
arg-key-person = The person's name.
arg-key-blob-out = Writes into this new file. Usually to standard output.
arg-key-blob-in = The file with the blob, “-” for standard input.
arg-key-switch = Whether it does.
arg-key-length = How many characters.
arg-key-site = A site that may learn how long a PIN has to be, such as example.com.
value-device = KEY
value-domain = SITE
arg-agent-idle = Locks after so many idle seconds.
arg-clipboard = Which clipboard.
arg-clear-after = After how many seconds.

value-thing = THING
value-role = ROLE
value-importance = IMPORTANCE
value-system = SYSTEM
value-algorithm = NAME
value-answer = ANSWER
value-change = CHANGE
value-colour = COLOUR
value-command = COMMAND
value-file = FILE
value-picture = PICTURE
value-folder = FOLDER
value-format = FORMAT
value-home = PLACE
value-kind = KIND
value-lang = LANGUAGE
value-minutes = MINUTES
value-name = NAME
value-number = NUMBER
value-place = TEXT
value-query = QUERY
value-recipient = RECIPIENT
value-seconds = SECONDS
value-tag = TAG
value-text = TEXT
value-by = HOW
value-url = ADDRESS
value-way = WAY
value-what = KIND
value-when = WHEN
arg-key-card = As a smart card in the virtual reader of Debian's package vsmartcard-vpcd instead of a USB key. Every user of this PC can use that reader.
arg-key-post-quantum = Offer sites ML-DSA too (FIPS 204), signatures that quantum computers are not expected to forge. Few sites and browsers know it; the library that signs has not been audited.
arg-key-verify = How the key recognises you in place of its PIN: by a finger at this PC's reader (fprintd), or by a passphrase of the vault, typed in this terminal.
arg-key-card-at = as a smart card in a reader on this port of loopback (tests only)
arg-key-udp = reports as datagrams on this port of loopback (tests only)
arg-key-control = button and plug as HTTP on this port of loopback (tests only)
arg-key-touch-by-itself = agrees to everything (tests only)
