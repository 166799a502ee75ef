# Questions. Each names which secret of what is asked, and what it is not.

ask-vault-passphrase = {"Passphrase of this vault (not your computer's password): "}
ask-new-vault-passphrase = {"New passphrase of this vault (not your computer's password): "}
ask-backup-passphrase = {"Passphrase of the backup, as it was when it was made (not your computer's password): "}
ask-again = {"The same once more: "}
ask-number = {"Number: "}
ask-number-again = Type one of the numbers.
ask-wrong-again = { $left ->
        [one] That does not open it. You can try once more.
       *[other] That does not open it. You can try { $left } more times.
    }
ask-weak-anyway = Use it anyway?
ask-yes-no = {"[y/N] "}
ask-strength-weak = This can be guessed within days by someone who gets the file. Four or more words picked at random (by dice, not by you) are far better.
ask-strength-fair = This holds against one PC for years, but not against someone with many. One or two more random words would do.
ask-strength-good = This looks strong, if it was picked at random. A line from a song or book is not.
ask-words = Type the 24 recovery words of this vault, a few at a time, with Enter between. What you type is not shown. Capitals and numbers before the words do not matter.
ask-words-from = {"Recovery words from number "}{ $next }{": "}
ask-word-unknown = Word { $position } is not one of the words recovery words are made of. Type this line again.
ask-word-unknown-like = Word { $position } is not one of the words recovery words are made of. Could it be: { $like }? Type this line again.
ask-word-other-language = Word { $position } is in another language than the words before it. Type this line again.
ask-word-number = {"To be sure they are written down: which word is number "}{ $number }{"? "}
ask-word-wrong = That is not the word. Look at what you wrote.

ask-token-secret = {"Secret of the token, or its otpauth:// address (not your password at the service): "}
ask-token-pin = {"PIN of the token (the one set in its app, not of your phone or card): "}
ask-token-issuer = {"Who is it for (such as GitHub)? "}
ask-token-account = {"Which account (such as me@example.org)? Enter for none: "}
ask-file-password = {"Password of this file, chosen when it was exported (not this vault's passphrase): "}
ask-file-password-again = That does not open the file.
ask-export-password = {"New password for this export (the other app will ask for it; not this vault's passphrase): "}
ask-age-passphrase = {"New passphrase for this age file (not this vault's passphrase): "}
ask-note = {"Note: "}
ask-note-text = Type the text; it is shown as you type. Ctrl-D on an empty line ends it.
ask-backup-codes = Type the backup codes, one on each line; they are shown as you type. Ctrl-D on an empty line ends them.
ask-where-codes = {"Where do you keep these backup codes (such as: blue folder at home)? "}
