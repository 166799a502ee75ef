# Moving from one phone to the next.

move-thing = “{ $name }”
move-called = { $old } → { $new }
move-question = Move from { $old } to { $new }? A plan of { $count } tasks is made and kept in the vault, the least important service first. At the services nothing changes by itself.
move-heading = From { $old } to { $new }, since { $date }
move-progress = { $done } of { $count } done.
move-progress-skipped = { $count ->
        [one] One is left out and unproven.
       *[other] { $count } are left out and unproven.
    }
move-hangs = If { $old } were gone now, you would be locked out of { $names }.
move-hangs-nothing = If { $old } were gone now, you would still get into everything that the map sees a way into.
move-unsure = The map sees no certain way into { $names }, so it cannot say what { $old } is to them. Enter how you sign in there (“kagifuda method add”) before you count on this plan.
move-loose = { $count ->
        [one] One token belongs to no service and is not in the plan
       *[other] { $count } tokens belong to no service and are not in the plan
    }; give each an issuer with “kagifuda token edit”.
move-missing = { $count ->
        [one] The map has one task more
       *[other] The map has { $count } tasks more
    } than this plan. “kagifuda move --from { $from } --to { $to }” adds what is missing.
move-bound = Not without { $old }: { $names }. What is bound to it cannot be moved; only enrolling anew helps, while { $old } works.
move-urgent = Only while { $old } works (marked with “!”): { $names }.
move-old-lost = { $old } is marked as lost. What only it could do is on the list of “kagifuda map --lose” now.
move-off-heading = To disable on { $old }

move-next-send = Next: “kagifuda move --send” shows the next tokens as a QR code; with “--file phone.json” (Aegis) or “--file phone.2fas” they go into an encrypted file.
move-next-prove = Next: “kagifuda move --prove” asks for the codes that the new device shows.
move-next-done = Next: do the first open task, then tick it off: “kagifuda move --done NUMBER”. “kagifuda move --skip NUMBER” leaves one out.
move-next-off = Next: disable what is listed last, and tick it off: “kagifuda move --off NUMBER”.
move-next-last = Everything is moved. What is left is for the end: “kagifuda move --done NUMBER”.
move-next-last-skipped = Nothing more is open, and what you left out was not moved: look at it once more before you wipe anything. Then what is left is for the end: “kagifuda move --done NUMBER”.
move-next-end = Every task is ticked off or left out. “kagifuda move --end” tells the map where things live now and puts the plan away.

move-step-move-sim = Put the SIM into { $new }, or have the eSIM moved by the phone company. Until then text messages reach { $old }.
move-step-hand-over = { $name }: give the token to { $new }, and prove it by a code.
move-step-counted = { $name }: it counts, so it can be on one device only. To give it to { $new }, hand it over alone: “kagifuda move --send --only { $number }”. To keep it here, leave it out with “--skip { $number }”.
move-step-move-token = { $name }: its token is only in an app on { $old }. Bring it into this vault as its app lets it out, or have the service make a new one, on { $new }. Then sign in with it once.
move-step-re-enrol = { $name }: bound to { $old }. Enrol { $new } the way the service says, with both in your hands; then approve one sign-in with { $new }.
move-step-register = { $name }: the passkey, or the key, stays with { $old }. Sign in with it, register one that lives on { $new }, and sign in with that once.
move-step-check-passkey = { $name }: its passkey is synced. Sign in to that account on { $new }, then sign in to { $name } there once. If it is not there, register a new one on { $new } while { $old } works.
move-step-register-anew = { $name }: its passkey is kept in an Apple account, which { $new } does not open. While { $old } works, sign in with it, register one that lives on { $new }, and sign in with that once.
move-step-check-text = { $name }: have a text message sent and see it arrive on { $new }. With a new number, tell the service.
move-step-carry-password = { $name }: its password is kept on { $old }. Put it where you reach it without { $old }, and sign in with it once.
move-step-carry-codes = { $name }: its backup codes are kept on { $old }. Bring them over to { $new }; better, fetch new ones, put them on paper, and say where (“kagifuda codes edit”).
move-step-copy-vault = This vault: put a copy on { $new } (“kagifuda vault backup FILE”), and open it from there once.
move-step-keep-copy = This vault: a copy is on { $old }, and none opens on { $new }. Put one on a stick or another PC (“kagifuda vault backup FILE”) before { $old } goes.
move-step-set-up = { $name }: set up on { $new } what { $old } did there, and try it once.
move-step-sign-out = Sign { $old } out of your accounts and take it off their lists of devices.
move-step-wipe = Wipe { $old }, when nothing hangs on it any more.

move-off-hand-over = { $name }: sign in there once with a code of { $new }. Only then delete the token from the app on { $old }, if it is there.
move-off-counted = { $name }: let { $new } alone count from now on. Sign in once with a code of { $new }, and only then delete the token from { $old }. When the plan is put away, remove it from this vault, too: “kagifuda token remove”.
move-off-move-token = { $name }: delete the token from the app on { $old }. If it is the same token that you have now, let the service be: what it forgets, your new copy loses, too. If the service made a new one, see that the old one is off its list.
move-off-re-enrol = { $name }: take { $old } off the list of devices there.
move-off-register = { $name }: delete the passkey of { $old } there.
move-off-copy-vault = This vault: merge the copy on { $old } once more (“kagifuda vault merge FILE”), then delete it there.
move-off-set-up = { $name }: take { $old } off there.

move-send-counting = Left out, because they count and may be on one device only: { $names }. “kagifuda move --send --only NUMBER” hands one over alone.
move-send-counting-question = { $names } counts. Once { $new } has shown a code, neither { $old } nor this vault may show one. Hand it over?
move-sent = { $count ->
        [one] For { $new }, one token: { $names }. Whoever photographs or opens it has it, too.
       *[other] For { $new }, { $count } tokens: { $names }. Whoever photographs or opens them has them, too.
    }
move-sent-left = { $left ->
        [0] No further token waits. When { $new } has them: “kagifuda move --prove”.
        [one] One more token waits. When { $new } has these: “kagifuda move --prove”.
       *[other] { $left } more tokens wait. When { $new } has these: “kagifuda move --prove”.
    }
move-prove-how = Lay { $old } aside: a code proves something only if you read it on { $new }.
move-prove-question = Number { $number } was not handed over by this plan. Does { $new } have it by another way?
move-ask-code = Code that { $new } shows for { $name } (only Enter: later):
move-code-right = { $name }: right. { $new } has it.
move-code-again = { $left ->
        [one] One more try; only Enter leaves it for later.
       *[other] { $left } more tries; only Enter leaves it for later.
    }
move-code-settings = { $name }: { $new } has the secret and makes codes by another rule (hash, length or period). Take another app, or set the rule there.
move-code-other = { $name }: that is the code of { $other }. Look for the right account.
move-code-behind = { $name }: { $new } has it, but the two clocks differ: it is about { $seconds } seconds behind this PC. Set both to network time, or services will refuse its codes.
move-code-ahead = { $name }: { $new } has it, but the two clocks differ: it is about { $seconds } seconds ahead of this PC. Set both to network time, or services will refuse its codes.
move-code-used = { $name }: this code was used before. Have { $new } show the next one.
move-code-length = { $name }: its codes have another length. Look for the right account.
move-code-nothing = { $name }: wrong. It may be the code before last, or another account; or the app on { $new } did not take it whole. “kagifuda move --send --only { $number }” hands it over again.
move-proven = { $count ->
        [0] None was proven
        [one] One was proven
       *[other] { $count } were proven
    }; { $left ->
        [0] none waits for its code.
        [one] one waits for its code.
       *[other] { $left } wait for their codes.
    }

move-wipe-question = Without { $old } you are locked out of { $names }. Is it wiped all the same?
move-end-question = { $open ->
        [0] Put the plan away? The map then has everything where it lives now.
        [one] Put the plan away? One task is not done; it stays on the map with { $old }.
       *[other] Put the plan away? { $open } tasks are not done; they stay on the map with { $old }.
    }
move-end-hanging-question = { $names }: into these there is no way without { $old } still. Put the plan away all the same?
move-ended = { $count ->
        [0] The plan is put away. Nothing changed on the map.
        [one] The plan is put away. One method lives on { $new } now.
       *[other] The plan is put away. { $count } methods live on { $new } now.
    }
move-ended-old = When it is given away: “kagifuda phone remove { $old }”. “kagifuda map” shows whether anything hangs on it still.
move-abort-question = Drop the plan { $name }? The map stays as it is; what was given to the new device stays there.
move-aborted = The plan is dropped. “kagifuda undo” brings it back.

# The pages to print.

move-page-written = The page is written: { $path }. Open it in a browser and print it.
move-page-foot = Made by Kagifuda { $version }. Holds no secrets; write none on it.
move-page-before = Before
move-page-during = Meanwhile
move-page-after = Afterwards
move-page-old = Old phone
move-page-new = New phone
move-page-begun = Begun on
move-page-wiped = Wiped on
move-page-column-service = Service, the least important first
move-page-column-method = What is on the phone (code, passkey, app, text message ...)
move-page-column-moved = Moved on
move-page-column-tried = Signed in with the new phone on
move-page-column-off = Old one taken off on

move-page-person-title = Changing phones
move-page-person-intro = One service after the other, the least important first: a mistake there costs little, and the bank comes when you have practice.
move-page-person-warning = Keep the old phone, charged and able to unlock, until every line below is ticked. Do not trade it in, reset it or send it away before. Write no passwords, codes or secrets on this page.
move-page-person-table = My services
move-page-person-before-keep = Nobody needs the old phone back before the move is done: shop, family and repairers know.
move-page-person-before-backup = A backup of the vault and of the old phone is made, and was opened once.
move-page-person-before-spares = Recovery sheet and backup codes are at hand, and not on the old phone.
move-page-person-before-list = Every service that ever asked the old phone for anything is in the table.
move-page-person-before-bank = For bank apps and others that are bound to the phone I know how their makers move them, and how long it takes.
move-page-person-before-clock = Both phones take their time from the network.
move-page-person-during-order = From top to bottom, one at a time: I sign in with the new phone before I go on.
move-page-person-during-codes = Codes: given by QR code or encrypted file, and compared on both before the next one.
move-page-person-during-counting = Codes that count with each use: on the new phone only, from the first code on.
move-page-person-during-passkeys = Passkeys: a new one on the new phone first; the old one is deleted afterwards.
move-page-person-during-bank = Bank apps: enrolled anew with both phones in my hands.
move-page-person-during-sim = SIM: moved, and one text message seen arriving on the new phone.
move-page-person-after-table = Every line of the table has its date for “signed in with the new phone”.
move-page-person-after-accounts = The old phone is taken off the list of devices of each account.
move-page-person-after-pictures = Pictures of QR codes and files with tokens are deleted, also from the trash.
move-page-person-after-codes = Backup codes that were on the old phone are replaced by new ones.
move-page-person-after-map = The map knows (“kagifuda move --end”), and a new backup of the vault is made.
move-page-person-after-wipe = Last of all: the old phone is wiped.

move-page-company-title = Exchanging phones in a company
move-page-company-intro = For whoever plans it: who decides, who hands out, who answers the telephone, and by when the old phones may do nothing any more.
move-page-company-warning = Old and new phone work side by side until the new one is proven. A person without either, in a hurry, on the telephone, is what attackers pretend to be. Write no secrets on this page.
move-page-group = Group
move-page-count = Phones
move-page-begins = Begins on
move-page-deadline = Old ones disabled by
move-page-roles = Who does what
move-page-column-role = Role
move-page-column-name = Name
move-page-column-reach = To be reached at
move-page-role-lead = Lead: decides on the deadline and on exceptions
move-page-role-admin = Administrator: hands out tokens and keys, disables old ones
move-page-role-desk = Help desk: identifies people and answers
move-page-role-deputy = Second person, for administrators' own accounts
move-page-role-audit = Whoever checks the records afterwards
move-page-company-before-list = There is a list of who has which phone, with which tokens, passkeys and apps, and which of those cannot be moved.
move-page-company-before-admins = Every administrator has a second way in that needs no phone (a security key), tried this week.
move-page-company-before-spares = Spare keys are in stock for one phone in twenty, and for everybody who travels.
move-page-company-before-bound = For apps that are bound to a phone it is known who enrols them anew, and how long that takes.
move-page-company-before-trial = A few people with little at stake went first, and what went wrong is written down.
move-page-company-before-tell = Everybody knows the date, this page's help desk, and that nobody will ever ask for a code.
move-page-company-during-order = Least important accounts first, administrators last, and never all administrators on one day.
move-page-company-during-prove = A token or key counts as handed out when a sign-in with it was seen, not when it was sent.
move-page-company-during-both = The old phone stays with its person until then.
move-page-company-during-record = Each hand-over is written into the table on the same day.
move-page-company-during-desk = The help desk has people enough for three times the usual calls.
move-page-company-after-revoke = On the deadline what is not moved is disabled at the server, not on the phone.
move-page-company-after-missing = Who is missing was reached in person, or has an exception with an end, signed by the lead.
move-page-company-after-wipe = Old phones are collected, counted against the list, and wiped.
move-page-company-after-pictures = Files and pictures with tokens are deleted; nobody keeps a collection of them.
move-page-company-after-keep = This page is kept as long as the records of access are, and no longer.
move-page-desk = Rules for the help desk
move-page-desk-never = Never ask for a code, a PIN, a passphrase or a QR code, and never accept one that is offered.
move-page-desk-call-back = Identify by calling back the number in the staff list, by seeing the person, or by their superior; not by what the caller knows.
move-page-desk-short = What lets somebody in without their phone lasts hours, works for one account, and is written down.
move-page-desk-two = For administrators and for payments two people decide, and one of them has seen the person.
move-page-desk-lost = A lost phone: disable first, help afterwards.
move-page-desk-written = Who was let in by whom, how they were identified, and when: written before the call ends.
move-page-handed-out = Handed out
move-page-column-person = Person
move-page-column-device = New phone or key, serial number
move-page-column-handed = Handed out on
move-page-column-proven = Sign-in seen on
move-page-column-disabled = Old one disabled on
move-page-column-initials = Initials
move-page-signed = Signed off
move-page-column-what = What
move-page-column-signature = Date and signature
move-page-sign-moved = All phones of the list are moved, or have an exception
move-page-sign-off = Access by the old phones is disabled at the servers
move-page-sign-wiped = The old phones are counted and wiped
move-page-sign-left = What was left open is known, and who answers for it
