# The recovery sheet, and what is said while one is made.

sheet-title = Recovery sheet
sheet-vault = Vault
sheet-number = Number
sheet-day = Made on
sheet-generation = Sheet
sheet-generation-of = No. { $number }. It takes the place of every earlier one.
sheet-warning = Whoever has this page can open the vault and read everything in it. Keep it like cash: where you keep important papers, away from the PC, and never as a photo.
sheet-words = The words
sheet-steps = When you need it
sheet-step-program = You need Kagifuda on a Linux PC, and the vault or a backup of it. This page is its key, not the vault itself.
sheet-step-command = For a backup, type “kagifuda vault restore FILE --words”; for the vault on this PC, “kagifuda unlock --words”.
sheet-step-words = Type the words in their order. Or take a picture of the code and say “--sheet PICTURE” instead of “--words”; delete the picture afterwards.
sheet-step-after = Choose a new passphrase: “kagifuda open-with add passphrase”. If others may have seen this page, make a new one: “kagifuda sheet FILE”.
sheet-who = Who may open it, and when
sheet-who-hint = Write it by hand, for instance: my sister, if I am in hospital for more than a week.
sheet-where = Where the vault and its backups are
sheet-where-hint = Write it by hand, for instance: PC in the study; stick in the blue folder.
sheet-foot = Kagifuda { $version }. More in its manual, under “Backup and recovery”.
sheet-written = The sheet is in { $path }. Print it now.
sheet-old-void = { $count ->
        [one] The sheet made earlier no longer opens the vault. Destroy it. Backups made before now still open by it.
       *[other] The { $count } sheets made earlier no longer open the vault. Destroy them. Backups made before now still open by them.
    }
sheet-old-stay = { $count ->
        [one] The sheet made earlier still opens the vault, since the new one was not checked. “kagifuda open-with list” shows both, “kagifuda open-with remove” takes one away.
       *[other] The { $count } sheets made earlier still open the vault, since the new one was not checked. “kagifuda open-with list” shows them, “kagifuda open-with remove” takes one away.
    }
sheet-delete-question = Is it on paper? The file opens the vault as well: delete it now?
sheet-deleted = The file is deleted.
sheet-keep-care = The file { $path } opens the vault. Delete it once it is on paper.
