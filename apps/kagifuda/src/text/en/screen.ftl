# The screen.

screen-codes = Codes
screen-backup = Backup codes
screen-map = Map
screen-review = Review
screen-history = History
screen-search = Search:
screen-folder = Folder:
screen-count = { $shown } of { $all }
screen-none-yet = There is nothing here yet. “kagifuda token import FILE” brings the tokens of another app, “kagifuda codes add” keeps backup codes.
screen-no-match = Nothing matches. Esc shows everything again.
screen-on-enter = on Enter
screen-keys-codes = Type to search  Enter copy  ^R hide  ^Q QR  ^F folder  Tab next  ? keys
screen-keys-backup = Type to search  Enter use one  ^F folder  Tab next  ? keys
screen-keys-page = Up/Down scroll   Tab next   Esc leave   ? keys
screen-copied = Copied. The clipboard is cleared in { $seconds } seconds.
screen-code-used = It counts as used from now on. Press any key.
screen-may-use = Show one backup code of this set and mark it as used? Enter says yes, any other key no.
screen-too-low = This QR code needs { $lines } lines: make the window higher or its letters smaller.
screen-locked = The vault has locked.
screen-help =
    Letters            search as you type
    Up, Down, Page     choose
    Enter              copy the code; a counting token makes its next one
    Ctrl-R             hide codes, or show them again
    Ctrl-Q             the token as a QR code (it is the secret itself)
    Ctrl-F             one folder after the other
    Tab, Shift-Tab     the next view, the one before
    Esc                back; from an empty search, leave
    Ctrl-C             leave at once

    “display.conceal = yes” in ~/.config/kagifuda/settings
    hides codes from the start.
