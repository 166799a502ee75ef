# Showing codes.

code-left = { $seconds } s
code-then = then { $code }
code-counter = counter { $counter }
code-head-name = For
code-head-account = Account
code-head-code = Code
code-head-left = Left
code-head-next = Next
code-copied = The code of { $name } is on the clipboard for { $seconds } seconds.
code-watch-end = q or Ctrl-C ends
