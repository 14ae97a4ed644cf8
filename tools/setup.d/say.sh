# SPDX-License-Identifier: Apache-2.0
#
# What tools/setup says, and the small helpers that its other parts share. Sourced, never run.

say() {
	echo "setup: $*" >&2
}

die() {
	echo "setup: error: $*" >&2
	exit 1
}

# A scratch directory that goes away with the script, whoever owns what is in it.
scratch=
scratch_dir() {
	[ -n "$scratch" ] && return
	scratch=$(mktemp -d)
	trap 'scratch_remove' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

scratch_remove() {
	rm -rf "$scratch" 2>/dev/null || as_root rm -rf "$scratch"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "not root, and no sudo here: run as root: tools/setup packages"
	fi
}

# stamp_key FILE...: a sum of the files' names and contents (directories whole).
stamp_key() {
	find "$@" -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64
}

# stamp_fresh NAME KEY OUTPUT...: true when NAME was made from KEY and its outputs are there.
stamp_fresh() {
	stamp=$stamps/$1
	key=$2
	shift 2
	for output in "$@"; do
		[ -e "$output" ] || return 1
	done
	[ -e "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]
}

stamp_write() {
	echo "$2" >"$stamps/$1"
}
