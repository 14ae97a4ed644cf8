# SPDX-License-Identifier: Apache-2.0
#
# Debian's signed metadata of the pinned suite, for any architecture, read through an apt
# configuration in build/apt/ that shares nothing with the machine's own but its proxies.
# It renews the pins, and stands in for a pin whose file is gone.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# signed_prepare ARCH: points APT_CONFIG at the metadata of an architecture, freshly updated.
signed_prepare() {
	debian_like || die "this needs apt, which this system has not"
	signed=$top/$build/apt/$1
	export APT_CONFIG="$signed/apt.conf"
	[ -z "$(find "$signed/updated" -mmin -60 2>/dev/null)" ] || return 0
	mkdir -p "$signed/sources" "$signed/lists/partial" "$signed/cache/archives/partial"
	signed_write_config "$1"
	say "reading Debian's signed metadata for $1 ..."
	apt-get -q -o APT::Update::Error-Mode=any update >&2 ||
		die "cannot read the signed metadata of Debian $(pin_field suite 2):" \
			"is there a network?"
	touch "$signed/updated"
}

signed_write_config() {
	: >"$signed/status"
	cat >"$signed/sources/debian.sources" <<END
Types: deb deb-src
URIs: $(APT_CONFIG=/dev/null debian_mirror)
Suites: $(pin_field suite 2)
Components: main
Signed-By: $keyring
END
	cat >"$APT_CONFIG" <<END
APT::Architecture "$1";
APT::Architectures { "$1"; };
APT::Sandbox::User "root";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$signed/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$signed";
Dir::State::lists "$signed/lists";
Dir::State::status "$signed/status";
Dir::Cache "$signed/cache";
END
}

# The architecture whose metadata names a package: any one will do for `all` and `source`.
signed_arch_of() {
	case $1 in
	all | source) echo riscv64 ;;
	*) echo "$1" ;;
	esac
}

# signed_lookup NAME: version, SHA-256 and path of the current version.
signed_lookup() {
	case $(pin_arch "$1") in
	source) signed_lookup_source "$(pin_package "$1")" ;;
	*) signed_lookup_binary "$(pin_package "$1")" ;;
	esac
}

# A kernel's package of the moving name depends on the one that has the kernel.
signed_lookup_binary() {
	real=$1
	case $1 in
	linux-image-*)
		real=$(apt-cache depends "$1" | sed -n 's/.*Depends: \(linux-image-[^ ]*\)$/\1/p')
		;;
	esac
	apt-cache show --no-all-versions "$real" | awk '
		$1 == "Version:" { version = $2 }
		$1 == "Filename:" { path = $2 }
		$1 == "SHA256:" { sum = $2 }
		END { print version, sum, path }'
}

signed_lookup_source() {
	apt-cache showsrc --only-source "$1" | awk '
		$1 == "Version:" { version = $2 }
		$1 == "Directory:" { directory = $2 }
		/^Checksums-Sha256:/ { sums = 1; next }
		/^[^ ]/ { sums = 0 }
		sums && $3 ~ /\.orig\.tar\.[a-z0-9]*$/ { sum = $1; file = $3 }
		END { print version, sum, directory "/" file }'
}

# signed_fetch NAME: sets `fetched` to the signed current version of a pin whose file is gone.
signed_fetch() {
	signed_prepare "$(signed_arch_of "$(pin_arch "$1")")"
	set -- "$1" $(signed_lookup "$1")
	unset APT_CONFIG
	[ $# = 4 ] ||
		die "Debian $(pin_field suite 2) has no $(pin_package "$1") for $(pin_arch "$1")"
	say "taking the signed current version instead: $(pin_package "$1") $2"
	say "(\`tools/setup pins\` makes it the pinned one)"
	fetched=$downloads/$(basename "$4")
	sha256_matches "$fetched" "$3" && return
	download "$(debian_mirror)/$4" "$fetched.part" "$3" || die "cannot fetch $4"
	mv "$fetched.part" "$fetched"
}

# Rewrites the table of pins.txt with what the suite has now.
signed_renew_pins() {
	table=$(sed -n '/^# name/,$p' "$pins" | sed 1d)
	head=$(sed '/^# name/q' "$pins" | sed "s/^snapshot.*/snapshot	$(signed_snapshot_day)/")
	echo "$table" | while read -r line; do
		set -- $line
		name=$1 package=$2 arch=$3
		if pin_is_only "$name"; then
			echo "$line"
			continue
		fi
		signed_prepare "$(signed_arch_of "$arch")"
		set -- $(signed_lookup "$name")
		[ $# = 3 ] || die "no $package for $arch"
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$package" "$arch" "$@"
	done >"$build/pins.table" || exit 1
	{
		echo "$head"
		cat "$build/pins.table"
	} >"$build/pins.new"
	mv "$build/pins.new" "$pins"
	rm "$build/pins.table"
	say "$pins is renewed: review it with git diff"
}

# The day after the metadata was signed: a snapshot of that day has what it names.
signed_snapshot_day() {
	signed_prepare riscv64 >&2
	signed_on=$(sed -n 's/^Date: //p' "$signed"/lists/*InRelease | head -n 1)
	date -u -d "$signed_on + 1 day" +%Y%m%dT000000Z
}
