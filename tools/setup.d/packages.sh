# SPDX-License-Identifier: Apache-2.0
#
# The machine's own packages: what is missing of packages.txt, and its installation.
# On Debian 12 QEMU and OpenSBI come from bookworm-backports, seen through a private list of
# sources, so that the machine's own list stays as it is.

packages_list=tools/packages.txt
qemu_least=10

# The lines of packages.txt for the components named: package and proof.
packages_of() {
	while read -r component package proof; do
		for wanted in "$@"; do
			[ "$component" = "$wanted" ] && echo "$package $proof"
		done
	done <"$packages_list"
	return 0
}

# Whether a proof holds: a command, a file (a glob), or a module of Debian's Python.
proof_holds() {
	case $1 in
	qemu-system-riscv64) qemu_new_enough ;;
	python:*) python_has "${1#python:}" ;;
	/*)
		for file in $1; do
			[ -e "$file" ] && return 0
		done
		return 1
		;;
	*) command -v "$1" >/dev/null ;;
	esac
}

python_has() {
	for found in /usr/lib/python3/dist-packages/"$1".py /usr/lib/python3/dist-packages/"$1"/; do
		[ -e "$found" ] && return 0
	done
	/usr/bin/python3 -c "import $1" 2>/dev/null
}

qemu_version() {
	qemu-system-riscv64 --version 2>/dev/null |
		sed -n '1s/^QEMU emulator version \([0-9.]*\).*/\1/p'
}

qemu_new_enough() {
	version=$(qemu_version)
	[ "${version%%.*}" -ge "$qemu_least" ] 2>/dev/null
}

# The packages whose proof does not hold, one a line.
packages_missing() {
	packages_of "$@" | while read -r package proof; do
		proof_holds "$proof" || echo "$package"
	done
}

os_release() {
	sed -n "s/^$1=\"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}\$/\\1/p" /etc/os-release 2>/dev/null
}

debian_like() {
	command -v apt-get >/dev/null && command -v dpkg >/dev/null
}

# The release of Debian that this is: bookworm, trixie, or nothing.
debian_codename() {
	[ "$(os_release ID)" = debian ] && os_release VERSION_CODENAME
	return 0
}

# The mirror that the machine's own sources give for a suite (nothing when they don't name it).
mirror_of_suite() {
	apt-get update --print-uris 2>/dev/null |
		sed -n "s#^'\\(https\\{0,1\\}://[^']*\\)/dists/$1/InRelease'.*#\\1#p" | head -n 1
}

# The mirror for everything of Debian that tools/setup downloads.
debian_mirror() {
	mirror=${BULKHEAD_MIRROR:-}
	codename=$(debian_codename)
	[ -n "$mirror" ] || [ -z "$codename" ] || mirror=$(mirror_of_suite "$codename")
	echo "${mirror:-$debian_main}"
}

clang_major() {
	version=$(apt-cache depends clang 2>/dev/null |
		sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
	echo "${version:-14}"
}

# Writes the private list of sources for a Debian release, and points apt at it.
packages_private_apt() {
	scratch_dir
	mkdir -p "$scratch/sources" "$scratch/lists/partial"
	security=$(mirror_of_suite "$1-security")
	suites="$1 $1-updates"
	[ "$1" != bookworm ] || suites="$suites bookworm-backports"
	cat >"$scratch/sources/debian.sources" <<END
Types: deb
URIs: $(debian_mirror)
Suites: $suites
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: ${security:-http://deb.debian.org/debian-security}
Suites: $1-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
	cat >"$scratch/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$scratch/sources";
Dir::State::lists "$scratch/lists";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
END
	chmod 755 "$scratch"
	[ "$1" != bookworm ] || packages_prefer_backports
	apt_config=$scratch/apt.conf
}

# QEMU and OpenSBI, and what they need newer, are taken from backports; nothing else is.
packages_prefer_backports() {
	cat >"$scratch/preferences" <<'END'
Package: qemu-* opensbi libexecs0 libbrlapi0.8 libibverbs1 librdmacm1
Pin: release n=bookworm-backports
Pin-Priority: 600
END
	echo "Dir::Etc::preferences \"$scratch/preferences\";" >>"$scratch/apt.conf"
}

apt_root() {
	as_root env APT_CONFIG="$apt_config" DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}

packages_install() {
	apt_config=/dev/null
	codename=$(debian_codename)
	case $codename in
	bookworm | trixie) packages_private_apt "$codename" ;;
	esac
	say "$# packages of Debian are missing: reading the lists of packages ..."
	apt_root update >&2 ||
		die "apt-get update failed: is there a network, and a mirror of Debian?"
	set -- $(echo "$*" | sed "s/@clang@/$(APT_CONFIG=$apt_config clang_major)/g")
	say "installing: $*"
	apt_root install -y --no-install-recommends "$@" >&2 ||
		die "apt-get could not install: $*"
}

packages_explain() {
	say "this is not Debian, so nothing was installed. Please install, by the names your"
	say "system has, what these packages of Debian hold (QEMU $qemu_least or newer):"
	say "  $(echo "$*" | sed 's/-@clang@//g')"
	die "$(echo "$*" | wc -w) packages are missing"
}

# setup_packages COMPONENT...: `run` always, and what is named.
setup_packages() {
	missing=$(packages_missing run "$@")
	[ -n "$missing" ] || return 0
	debian_like || packages_explain $missing
	packages_install $missing
	still=$(packages_missing run "$@")
	[ -z "$still" ] || packages_still_missing $still
}

packages_still_missing() {
	version=$(qemu_version)
	[ -z "$version" ] || qemu_new_enough ||
		die "QEMU is $version here, and Bulkhead needs $qemu_least:" \
			"see docs, or use Debian 12 or 13"
	die "installed, but still not usable: $*"
}

packages_check() {
	missing=$(packages_missing run test)
	[ -z "$missing" ] || die "missing:" $missing
	say "all packages are here"
}
