# Not yet.
code-left = { $seconds } 秒
