# SPDX-License-Identifier: Apache-2.0
#
# Downloads of pinned files, into build/downloads/. A pinned file is asked of the machine's mirror,
# then of Debian's snapshots and archive, and must have the pinned SHA-256. Only when none of them
# has it is the signed current version taken (signed.sh), with a line that says so.

pins=tools/pins.txt
downloads=$build/downloads
debian_main=http://deb.debian.org/debian

# pin_field NAME COLUMN: one field of a pin's line.
pin_field() {
	awk -v name="$1" -v column="$2" '$1 == name { print $column; exit }' "$pins"
}

pin_package() { pin_field "$1" 2; }
pin_arch() { pin_field "$1" 3; }
pin_version() { pin_field "$1" 4; }
pin_sha256() { pin_field "$1" 5; }
pin_path() { pin_field "$1" 6; }
pin_is_only() { [ "$(pin_field "$1" 7)" = only ]; }

sha256_of() {
	sha256sum "$1" | cut -d' ' -f1
}

sha256_matches() {
	[ -e "$1" ] && [ "$(sha256_of "$1")" = "$2" ]
}

# download URL FILE SHA256: apt's own downloader where there is one: it knows the machine's proxies.
# Progress goes to file descriptor 3, which is the user's terminal.
download() {
	rm -f "$2"
	if [ -x /usr/lib/apt/apt-helper ]; then
		/usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=1 \
			-o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 \
			download-file "$1" "$2" "SHA256:$3" >&3
	elif command -v curl >/dev/null; then
		curl -fL --retry 1 --connect-timeout 30 -o "$2" "$1" 2>&3
	else
		wget -O "$2" "$1" 2>&3
	fi && sha256_matches "$2" "$3"
}

# The places that may have a pinned file, best first.
pin_places() {
	{
		debian_mirror
		echo "$debian_main"
	} | uniq
	echo "http://snapshot.debian.org/archive/debian/$(pin_field snapshot 2)"
	echo "http://archive.debian.org/debian"
}

fetch_pinned() {
	for place in $(pin_places); do
		say "fetching $(basename "$2") from $place"
		if download "$place/$(pin_path "$1")" "$2.part" "$(pin_sha256 "$1")" \
			2>"$2.log"; then
			mv "$2.part" "$2"
			rm -f "$2.log"
			return 0
		fi
	done
	return 1
}

# fetch NAME: sets `fetched` to the file, pinned or else signed; false for want of an `only` one.
fetch() {
	mkdir -p "$downloads"
	[ -n "$(pin_path "$1")" ] || die "no pin named $1 in $pins"
	fetched=$downloads/$(basename "$(pin_path "$1")")
	sha256_matches "$fetched" "$(pin_sha256 "$1")" && return
	fetch_pinned "$1" "$fetched" && return
	say "no mirror gave $(pin_package "$1") $(pin_version "$1") with the pinned sum"
	! pin_is_only "$1" || return 1
	signed_fetch "$1"
}
