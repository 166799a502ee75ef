# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the scripts share in which a broker plugs keys in for users. `inside` is a command that brings others to
# where the broker lives; empty, where that is here.

inside=()

# furnish FOLDER: a place to work in, with the program where every user may read it; the folder of the build may
# be closed to them.
furnish() {
    work=$1 kagifuda=$1/kagifuda
    mkdir -m 755 "$work"
    cp "$KAGIFUDA" "$kagifuda"
    cd "$work" || exit
}

# as UID COMMAND...: runs a command as a user with a home of their own; `become` does, and is it from then on.
as() { (become "$@"); }
become() {
    local home=$work/$1
    [[ -d $home ]] || { mkdir -m 700 "$home" "$home/run"; chown -R "$1:$1" "$home"; }
    exec env -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CONFIG_HOME HOME="$home" XDG_RUNTIME_DIR="$home/run" \
        "${inside[@]}" setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
}
# The node of the key that the broker plugged in last.
node() {
    local line
    line=$(grep -l '^HID_UNIQ=kagifudad-' /sys/class/hidraw/*/device/uevent | sort -V | tail -n 1) && [[ $line ]] || return
    line=${line#/sys/class/hidraw/}
    echo "/dev/${line%%/*}"
}
no_node() { ! node; }
is_theirs() { [[ $(stat -c '%u %a' "$(node)") == "$1 600" ]]; }
plugged_for() { node && is_theirs "$1"; }
# run UID: plugs that user's key in, in the background.
run() {
    become "$1" "$kagifuda" key run --touch-by-itself >"$work/log.$1" 2>&1 &
    echo $! >"$work/pid.$1"
    soon plugged_for "$1" || { cat "$work/log.$1"; cat "$work/broker.log"; return 1; }
}

# vault_of UID: makes that user a vault, and opens it.
vault_of() {
    local passphrase='the passphrase of a guest that lives five minutes'
    as "$1" "$kagifuda" --passphrase-stdin init <<<"$passphrase" >/dev/null
    as "$1" "$kagifuda" --passphrase-stdin unlock --idle 60 <<<"$passphrase" >/dev/null
}
