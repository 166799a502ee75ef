# Not yet.
code-left = { $seconds } s
