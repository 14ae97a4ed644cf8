# SPDX-License-Identifier: Apache-2.0
#
# The components: what each one leaves in build/, and from which pinned files it is made.

# component_begin NAME KEY OUTPUT...: true when there is something to do.
component_begin() {
	stamp_fresh "$@" && return 1
	say "preparing $1"
}

setup_run() {
	setup_packages
	setup_libfdt
	setup_freertos
	setup_linux
}

pins_key() {
	stamp_key "$pins" "$here" "$@"
}

# untar FILE WANTED STRIP DIRECTORY: some members of a tar archive, in place of what was there.
untar() {
	rm -rf "$4.new"
	mkdir -p "$4.new"
	tar -xf "$1" -C "$4.new" --strip-components="$3" --wildcards "$2" ||
		die "cannot unpack $2 from $1: is all here? \`tools/setup check\` tells"
	rm -rf "$4"
	mv "$4.new" "$4"
}

# undeb FILE DIRECTORY: a Debian package, unpacked, never installed.
undeb() {
	mkdir -p "$2"
	dpkg-deb -x "$1" "$2" || die "cannot unpack $1"
}

setup_libfdt() {
	out=$build/third-party/libfdt
	key=$(pins_key)
	component_begin libfdt "$key" "$out/fdt.c" "$out/libfdt.h" || return 0
	fetch libfdt
	untar "$fetched" 'dtc-*/libfdt/*' 2 "$out"
	find "$out" -type f ! -name '*.[ch]' -delete
	stamp_write libfdt "$key"
}

setup_freertos() {
	out=$build/third-party/freertos
	key=$(pins_key)
	component_begin freertos "$key" "$out/Source/tasks.c" || return 0
	fetch freertos
	untar "$fetched" 'micropython-*/ports/cc3200/FreeRTOS/*' 4 "$out"
	for file in tasks queue list timers event_groups croutine portable/MemMang/heap_4; do
		[ -e "$out/Source/$file.c" ] || die "the FreeRTOS sources lack $file.c"
	done
	stamp_write freertos "$key"
}

# Debian's kernel: the Image, and all its modules, in build/linux/root/.
setup_kernel() {
	root=$build/linux/root
	key=$(pins_key)
	component_begin kernel "$key" "$build/linux/Image" "$root/usr/bin/busybox" || return 0
	rm -rf "$root"
	fetch kernel
	undeb "$fetched" "$root"
	fetch busybox
	undeb "$fetched" "$root"
	ln -f "$root"/boot/vmlinu[xz]-* "$build/linux/Image"
	stamp_write kernel "$key"
}

setup_linux() {
	setup_kernel
	out=$build/linux/initramfs.cpio.gz
	key=$(pins_key guests/linux)
	component_begin initramfs "$key" "$out" || return 0
	guests/linux/mkinitramfs "$build/linux/root" "$out" || die "cannot make $out"
	stamp_write initramfs "$key"
}

# Debian's QEMU for riscv64 and the libraries that it loads: what KVM's user space is made of.
setup_kvm() {
	out=$build/linux/kvm
	key=$(pins_key)
	component_begin kvm "$key" "$out/usr/bin/qemu-system-riscv64" || return 0
	rm -rf "$out"
	for name in $(awk '$1 ~ /^kvm-/ { print $1 }' "$pins"); do
		fetch "$name"
		undeb "$fetched" "$out"
	done
	stamp_write kvm "$key"
}

# The measuring tools of rt-tests, which need the C library, in a ramdisk of their own.
setup_bench() {
	setup_linux
	setup_kvm
	out=$build/linux/initramfs-bench.cpio.gz
	key=$(pins_key guests/linux)
	component_begin bench "$key" "$out" || return 0
	rm -rf "$build/linux/bench"
	for name in rt-tests libnuma libc; do
		fetch "$name"
		undeb "$fetched" "$build/linux/bench"
	done
	guests/linux/mkinitramfs "$build/linux/root" "$out" --bench "$build/linux/bench" ||
		die "cannot make $out"
	stamp_write bench "$key"
}

setup_firmware() {
	out=$build/firmware
	key=$(pins_key)
	component_begin firmware "$key" "$out/u-boot-s.bin" \
		"$out/edk2-code.fd" "$out/edk2-vars.fd" ||
		return 0
	rm -rf "$out"
	fetch uboot
	undeb "$fetched" "$out/root"
	fetch edk2
	undeb "$fetched" "$out/root"
	ln "$out/root/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin" "$out/u-boot-s.bin"
	ln "$out/root/usr/share/qemu-efi-riscv64/RISCV_VIRT_CODE.fd" "$out/edk2-code.fd"
	ln "$out/root/usr/share/qemu-efi-riscv64/RISCV_VIRT_VARS.fd" "$out/edk2-vars.fd"
	stamp_write firmware "$key"
}

# Firmware of Debian 12, with the SBI as it was: for tests only, which fail without it and say so.
setup_old_firmware() {
	out=$build/firmware-old
	key=$(pins_key)
	component_begin old-firmware "$key" "$out/opensbi-1.1.bin" || return 0
	rm -rf "$out"
	if ! fetch opensbi-1.1; then
		say "going on without it: the tests that run on it will fail"
		return 0
	fi
	undeb "$fetched" "$out/root"
	ln "$out/root/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin" \
		"$out/opensbi-1.1.bin"
	stamp_write old-firmware "$key"
}

# cbmc is younger than Debian 12: it brings its own C library, and its loader, along.
setup_proof() {
	out=$build/tools
	key=$(pins_key)
	component_begin proof "$key" "$out/bin/cbmc" || return 0
	[ "$(dpkg --print-architecture)" = amd64 ] ||
		die "cbmc is pinned for amd64: on another machine install Debian 13's cbmc"
	rm -rf "$out/cbmc"
	for name in cbmc cbmc-libc cbmc-libgcc cbmc-libstdcxx cbmc-minisat; do
		fetch "$name"
		undeb "$fetched" "$out/cbmc"
	done
	mkdir -p "$out/bin"
	cat >"$out/bin/cbmc" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")/../cbmc" && pwd)
libs=$root/usr/lib/x86_64-linux-gnu:$root/usr/lib
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libs" "$root/usr/bin/cbmc" "$@"
END
	chmod +x "$out/bin/cbmc"
	"$out/bin/cbmc" --version >/dev/null || die "cbmc does not run here"
	stamp_write proof "$key"
}
