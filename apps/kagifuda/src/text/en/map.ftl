# The access map: what is lost with what, and what to do.

map-this-vault = this vault
map-thing-phone = phone
map-thing-pc = this PC
map-thing-number = phone number
map-thing-key = security key
map-thing-stick = stick
map-thing-device = device
map-thing-mail = e-mail account
map-thing-account = account
map-thing-google = Google account
map-thing-icloud = Apple account
map-thing-password-manager = password manager
map-thing-paper = paper
map-thing-sheet = recovery sheet
map-thing-passphrase = passphrase of this vault
map-thing-memory = your memory
map-thing-person = trusted person
map-thing-named = { $kind } “{ $name }”
map-and = {", "}
map-and-more = { $names } and { $count } more
map-way = way to open
map-unsaid = not said
map-used-up = used up
map-method = { $what } ({ $lives })
map-no-method = nothing entered
map-some-way = another method
map-link = { $link } (as of { $month })

map-head-service = Service
map-head-method = Method
map-head-lives = Lives in
map-head-stands = Counts as
map-head-state = Note
map-stands-first = first
map-stands-second = second
map-stands-alone = alone
map-stands-nothing = –
map-spare-first = (first)
map-spare-second = (second)
map-spare-alone = (alone)
map-state-circle = circle
map-state-locked = no way in
map-state-single = one way
map-losses-heading = If you lose one thing
map-pairs-heading = If you lose two things at once
map-locks = no way into { $names }.
map-leaves-one = one way left into { $names }.
map-circle = In a circle: { $names } would open only if you were in already.
map-no-single-loss = No single loss locks you out of anything.
map-more-pairs = { $count ->
        [one] One more pair is in “kagifuda map --json”.
       *[other] { $count } more pairs are in “kagifuda map --json”.
    }
map-empty = No service is on the map yet. “kagifuda token import FILE” brings tokens, which are on it by themselves; “kagifuda service add” and “kagifuda method add” enter what lives elsewhere.
map-dark = { $count ->
        [one] Into one service the map sees no certain way: what opened it is lost, or the map was not told enough.
       *[other] Into { $count } services the map sees no certain way: what opened them is lost, or the map was not told enough.
    }
map-loose = { $count ->
        [one] One entry belongs to no service and is left out; “kagifuda map --review” names it.
       *[other] { $count } entries belong to no service and are left out; “kagifuda map --review” names them.
    }
map-lost-now = Counted as lost: { $names }.
map-hint-brackets = In brackets: a spare.
map-hint-next = “kagifuda map next” names the steps that help most.

map-next-none = Nothing is urgent: no single loss locks you out of what is on the map. “kagifuda map --review” looks closer.
map-step-passwords = { $count ->
        [one] Say where you keep the password of one service.
       *[other] Say where you keep the passwords of { $count } services.
    }
map-step-passwords-how = One answer for all that have none of their own (or password-manager, paper ...):
    kagifuda method add "My passwords" --what password --lives memory
map-step-passwords-who = It concerns { $names }.
map-step-say-where = { $name }: say where this lives: { $what }.
map-step-say-where-how = With --on instead of --lives for the phone, key or service it lives on:
    kagifuda method edit { $method } --lives PLACE
map-step-add-methods = { $name }: enter how you get in.
map-step-add-methods-how = One for each method:
    kagifuda method add "Password" --service { $name } --what password --lives memory
map-step-recover = { $name }: get in again. Everything that opened it is marked as lost.
map-step-copy-vault = This vault is on this PC only: put a copy elsewhere.
map-step-copy-vault-how = To a stick or another disk; then enter it, with --on for a stick:
    kagifuda vault backup FILE
    kagifuda method add "Backup" --what vault-copy --lives paper --provider "drawer"
map-step-way-to-open = This vault opens by one thing only: { $thing }. Add another way.
map-step-way-to-open-how = One of:
    kagifuda open-with add words
    kagifuda open-with add passphrase
map-step-circle-after = { $name }: once you have lost { $thing }, it can be recovered only through what it protects itself.
map-step-circle = { $name }: it can be reached only through what it protects itself.
map-step-circle-how = Give it a way in that leads elsewhere: a security key, or backup codes on paper. Then enter it here.
map-step-spare = { $name }: without { $thing } you are locked out. Add a spare.
map-step-second = { $name }: there is one way in. Add another.
map-remedy-backup-codes = Fetch its backup codes, put them on paper, and enter where:
    kagifuda codes add { $name } --service { $name } --where "drawer"
map-remedy-another-key = Register a second security key and keep it in another place. Then:
    kagifuda method add "Second key" --service { $name } --what passkey --on KEY
map-remedy-passkey = Register a passkey that lives somewhere else, for example on a security key. Then:
    kagifuda method add "Passkey" --service { $name } --what passkey --on KEY
map-remedy-mail = Register an e-mail address by which a new password can be set. Then:
    kagifuda method add "Reset" --service { $name } --what email --on MAIL
map-remedy-password = Keep its password in a second place, such as a password manager or an envelope. Then:
    kagifuda method add "Envelope" --service { $name } --what password --lives paper
map-remedy-second = Register another second factor that does not need the same thing. Then enter it:
    kagifuda method add "Spare" --service { $name } --what KIND --lives PLACE
map-remedy-service-first = It is on the map by its token or passkey alone. Make it a service first:

map-lose-question = Is it lost: { $thing }? A list of what to do is made and kept in the vault, and the map counts it as lost from now on. (To practise, use --drill.)
map-lose-heading = Without { $thing }, since { $date }
map-lose-progress = { $done } of { $count } done.
map-lose-hint = Tick off: “kagifuda map --lose THING --done NUMBER”. The list stays in the vault; “kagifuda map --lose THING” shows it again.
map-lose-all-done = Everything is done. “kagifuda map --lose THING --end” puts the list away.
map-lose-end-question = Put the list away: { $thing }?
map-lose-ended = The list is put away. The map counts { $thing } as there again.
map-lose-ended-marked = The list is put away. { $thing } stays marked as lost; “edit NAME --found” takes that back.
map-task-lock-phone = Lock or wipe the phone from afar, from any browser: Android at https://www.google.com/android/find, iPhone at https://www.icloud.com/find. If it may still turn up, lock first.
map-task-lock-pc = Lock the PC from afar and sign it out: Windows at https://account.microsoft.com/devices, Mac at https://www.icloud.com/find. If it was on and unlocked, hurry.
map-task-lock-device = Lock or wipe the device from afar, if its maker offers that.
map-task-stop-number = Call the phone company: have the SIM stopped and the number moved to a new one. Until then, text messages with codes reach whoever has it.
map-task-stop-app = { $name }: call the bank and have its app on the lost phone stopped. It cannot be moved: on the next phone it is enrolled anew.
map-task-recover-account = Recover the account: { $thing }. Change its password and sign out everybody else.
map-task-restore-vault = Install Kagifuda on another PC and get this vault back from a copy: “kagifuda vault restore FILE”. Passphrase or recovery words open it.
map-task-new-passphrase = Open the vault with the recovery words (“kagifuda unlock --words”) and choose a new passphrase: “kagifuda open-with change”.
map-task-new-words = Make new recovery words (“kagifuda open-with add words”), write them down, then remove the old ones: “kagifuda open-with remove”.
map-task-vault-shut = What is left does not open this vault. While it is open here: write a backup to another place and add a way to open now.
map-task-revoke = { $name }: sign in with { $how }. Sign out the other sessions, and take everything off the account that needs the lost thing.
map-task-recover = { $name }: nothing that is left gets you in. Begin the service's own recovery now; it can take days.
map-task-enrol = { $name }: set up a new way in, for what was lost.
map-task-replace-password = { $name }: choose a new password; the old one could be read.
map-task-replace-token = { $name }: have the service make a new secret for codes; the old one may be known.
map-task-replace-codes = { $name }: fetch new backup codes, which makes the old ones worthless.
map-task-replace-all = If the vault was open on it: treat everything in the vault as known. Replace codes and passkeys, the most important services first.
map-task-copy-vault = Make another copy of the vault: “kagifuda vault backup FILE”. The lost copy is encrypted; a weak passphrase should be changed.
map-task-report = Report the loss: police, employer, insurance. Banks and phone companies often ask for the number of the report.
map-task-enter-new = Enter its successor, and mark what has moved: “kagifuda phone add”, “kagifuda key add”, “kagifuda stick add”.

map-change-heading = Before you change the password of { $name }
map-change-before = Have a second way in at hand before you begin. Use the service's own page, never a link from a message.
map-change-way = What opens it now: { $way }.
map-change-sessions = Sessions: some services sign every other device out, others none. Look at the list of sessions afterwards and sign out what you do not know.
map-change-passkeys = Passkeys stay valid: they do not depend on the password. If you change it because somebody else was in, look through the list of passkeys and remove strangers.
map-change-passkeys-unknown = Passkeys do not depend on the password: if somebody else was in, look whether a strange one was added.
map-change-second = Codes, security keys and backup codes stay as they are. If somebody else was in, have new ones made.
map-change-apps = Mail programs and other apps may have to be given the new password. App passwords and API keys often stay valid: remove those you do not use.
map-change-store = Put the new password where the old one is: { $places }.
map-change-store-unknown = Where you keep this password is not on the map.
map-change-through = Opened through this service: { $names }. Whoever was in here could get there too.

map-review-none = Nothing to look at. Come again in three months.
map-review-circle = Recover only in a circle
map-review-no-spare = No spare: one loss locks you out
map-review-on-lost = Still registered, though lost
map-review-few-codes = Few backup codes left
map-review-one-place = Both factors in one place
map-review-unknown-place = Nobody said where these live
map-review-unknown-sync = Nobody said whether these are synced
map-review-offers-passkeys = Offers passkeys, and you use none there
map-review-bound = Bound to one phone: cannot be moved; re-enrol before you change phones
map-review-unused = Tokens not used for a year, or never on this PC
map-review-stale = Not proven for more than a year
map-review-loose = Belong to no service
map-review-pair = { $name }: { $more }
map-review-left = { $count ->
        [one] one left
       *[other] { $count } left
    }
map-review-last = last on { $date }
map-review-never = never

map-drill-scene = Imagine: { $thing } is gone. Nothing is written; this is practice.
map-drill-question = How would you get into { $name }?
map-drill-open = The map: with { $way }.
map-drill-locked = The map: not at all.
map-drill-circle = The map: not at all. It would open only through what it protects itself.
map-drill-end-good = This loss locks you out of nothing on the map.
map-drill-end = { $count ->
        [one] This loss locks you out of one service; { $asked } of those asked about.
       *[other] This loss locks you out of { $count } services; { $asked } of those asked about.
    }
map-drill-real = If it really happens: “kagifuda map --lose” and its name.

map-svg-written = The map is drawn: { $path }. It names your services and has no secret in it; keep it to yourself all the same.
map-svg-title = Access map
map-svg-legend-marks = 1: first factor · 2: second factor · ●: enough by itself · in brackets or ○: a spare
map-svg-legend-red = Red field: losing this locks you out there.
map-svg-legend-names = Red name: the map sees no certain way in. Struck out: counted as lost.
