# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the scripts beside this file share. A story is a function whose name is its promise, or the
# promise of a subject that is named beside it; it holds when all of its commands succeed. `ok NAME` or
# `FAILED NAME` with what it said goes to the output, and `all` counts those lines.

room=/run/kagifuda-key # where `start` keeps what it started: pid, and what the key said
LC_ALL=C

# story PROMISE [SUBJECT]: tells one story, within two minutes.
set -m # each story is a process group of its own
story() {
    local begun=$EPOCHREALTIME status=0 name="${2:+$2 }${1//_/ }" took told teller dog
    told=$(mktemp)
    # Not as part of a condition: there, bash ignores -e.
    (set -eu; "$1") >"$told" 2>&1 & teller=$!
    (sleep 120; kill -- -$teller) >/dev/null 2>&1 & dog=$!
    wait $teller || status=$?
    { kill -- -$dog; wait $dog; } 2>/dev/null
    took=$(( (${EPOCHREALTIME/./} - ${begun/./}) / 100000 ))
    if (( status )); then
        printf 'FAILED %s: %s\n' "${0##*/}" "$name"
        { cat "$told"; echo "(status $status)"; } | tail -n 20 | sed 's/^/    | /'
    else
        printf 'ok %s: %s (%d.%d s)\n' "${0##*/}" "$name" $((took / 10)) $((took % 10))
    fi
}

# Runs a command that must fail and say something that matches a pattern.
refused() {
    local pattern=$1 output status
    shift
    set +e
    output=$(set -e; "$@" 2>&1)
    status=$?
    set -e
    if (( ! status )); then
        echo "went through, though it must not: $*"
        return 1
    fi
    says "$pattern" "$output"
}

# Tells whether a text matches a pattern, and shows it where it does not.
says() {
    grep -qE -e "$1" <<<"$2" || { printf 'no "%s" in:\n%s\n' "$1" "$2"; return 1; }
}

# The same letter by letter, for what may hold a `+`.
shows() {
    grep -qF -e "$1" <<<"$2" || { printf 'no "%s" in:\n%s\n' "$1" "$2"; return 1; }
}

# The hidraw node of the key: the one whose reports are of the usage page F1D0.
key_node() {
    local node begin
    for node in /sys/class/hidraw/*; do
        [[ -e $node ]] || return 1
        IFS= read -r -d '' -n 3 begin <"$node/device/report_descriptor"
        if [[ $begin == $'\x06\xd0\xf1' ]]; then echo "/dev/${node##*/}"; return; fi
    done
    return 1
}

# Waits for a command to succeed, for half a minute.
soon() {
    local until=$((SECONDS + 30))
    until "$@" >/dev/null 2>&1; do
        (( SECONDS < until )) || { echo "never happened: $*" >&2; return 1; }
        read -rt 0.1 <><(:) || true # sleeps without starting a program
    done
}

# anew COMMAND...: runs a command that has the key come back as another device, and waits for that.
anew() {
    local before after
    before=$(readlink "/sys/class/hidraw/$(basename "$(key_node)")/device")
    "$@" || return
    is_another() { after=$(readlink "/sys/class/hidraw/$(basename "$(key_node)")/device") && [[ $after != "$before" ]]; }
    soon is_another || return
    udevadm settle
}

# Pulls the key out and plugs it in again.
replug() { anew kill -HUP "$(<"$room/pid")"; }

# Empties the key: a reset is allowed only just after plugging in.
empty_key() {
    replug || return
    timeout 30 fido2-token -R "$(key_node)"
}
