# The demonstration.
demo-begin = Everything happens in { $folder }, and nothing outside it is touched.
demo-took = { $seconds } s
demo-end = All of this is yours with “kagifuda init”. The folder is gone again; “kagifuda demo --keep” leaves it.
demo-kept =
    The vault is open. Look at it with
        kagifuda --vault { $vault } code
        kagifuda --vault { $vault } history
    and when you are done, lock it and delete the folder:
        kagifuda --vault { $vault } lock

demo-create = A new vault
demo-create-private = The file can be read by nobody but you (0600), and opened by nobody without the passphrase or the words.
demo-create-words = { $count } recovery words are drawn; they open the vault when the passphrase is forgotten.
demo-create-wrong = A wrong passphrase is refused.

demo-import = The tokens of another app: an encrypted Aegis export
demo-import-password = Without the other app's password it says so and changes nothing.
demo-import-all = With it, all { $count } tokens are imported.
demo-import-twice = Importing the same file again adds nothing.

demo-codes = Codes, offline
demo-codes-rfc6238 = { $count } codes are those of RFC 6238, appendix B (SHA-1, SHA-256, SHA-512).
demo-codes-rfc4226 = { $count } codes are those of RFC 4226, appendix D; each counter was safe on disk before its code was shown.
demo-codes-oathtool = oathtool agrees on { $count } codes.
demo-codes-no-oathtool = oathtool is not installed here, so it was not asked.

demo-power = The power is cut in the middle of writing
demo-power-kept = A writing process was killed { $cuts } times without warning, { $torn } of them in the middle of a write: all { $count } writes it had acknowledged are there.
demo-power-verified = Every seal, signature and link of { $records } records is as it should be.

demo-merge = A second PC
demo-merge-both = Both PCs edited the same token; after the merge both edits are there.
demo-merge-removed = What was removed on the second PC is removed here too.
demo-merge-undone = Undoing brings back what was changed last here.

demo-lost = The PC is lost
demo-lost-restored = A backup file and the recovery words are enough on a new PC.
demo-lost-counter = A counter goes on where it was; no code is given out twice.
demo-lost-codes = The codes are the same as before.
