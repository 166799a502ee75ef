# Not yet.
