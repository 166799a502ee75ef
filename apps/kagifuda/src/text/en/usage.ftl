# Help pages, what is said about a command line that is not understood, and exit codes.

usage-heading-usage = Usage
usage-heading-commands = Commands
usage-heading-arguments = Arguments
usage-heading-flags = Flags
usage-heading-global = Flags of every command
usage-heading-examples = Examples
usage-heading-exit = Exit codes
usage-flags = FLAGS
usage-see-global = “kagifuda --help” lists the flags of every command and the exit codes.
usage-one-of = { $text } One of: { $choices }.
usage-from-to = { $text } { $from } to { $to }.
usage-more-help = See “{ $command } --help”.

usage-value-missing = { $arg } needs a value.
usage-value-unknown = { $arg } does not know “{ $value }”. It takes one of: { $choices }.
usage-value-out-of-range = { $arg } takes a number from { $from } to { $to }, not “{ $value }”.
usage-value-too-many = { $arg } has too many values.
usage-argument-unknown = “{ $command }” has no argument “{ $arg }”.
usage-argument-missing = Something is missing: { $arg }.
usage-argument-twice = { $arg } is given twice.
usage-argument-conflict = { $arg } and { $other } cannot be used together.
usage-command-unknown = “{ $command }” has no command “{ $word }”.
usage-command-missing = “{ $command }” needs one of its commands.
usage-not-text = An argument is no text in UTF-8.
usage-not-understood = The command line is not understood.
usage-did-you-mean = Did you mean “{ $guess }”?
usage-both = { $guess }
    { $more }

usage-exit-ok = Done.
usage-exit-failure = It did not work, for another reason than the following.
usage-exit-usage = The command line was not understood.
usage-exit-not-found = Nothing matches.
usage-exit-locked = The vault is locked, and nobody could be asked.
usage-exit-wrong-secret = The passphrase, the words or the password are wrong.
usage-exit-refused = Refused for safety.
usage-exit-damaged = A file is damaged or cannot be read.
usage-exit-rolled-back = The vault is older than this PC last saw it.
usage-exit-ambiguous = Several match where one is needed.
usage-exit-declined = You said no, or stopped it.

usage-man-manual = Kagifuda manual
usage-man-name = NAME
usage-man-synopsis = SYNOPSIS
usage-man-description = DESCRIPTION
usage-man-options = OPTIONS
usage-man-subcommands = COMMANDS
usage-man-extra = NOTES
usage-man-values = One of:
usage-man-version = VERSION

usage-reference-title = Commands
usage-reference-intro = Made from the same table as the program's help. Secrets are never taken as arguments or from the environment: the program asks, or reads them from a file descriptor.
