#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first program of the Linux whose KVM is measured. Runs what it is asked for, one after
# another: one: the guest that measures one vCPU; several: the same with four; linux: Linux,
# whose exits, as KVM counts them, it tells, and the instructions from QEMU's start on. Busybox
# has no links: it is asked by name.
EXITS=/sys/kernel/debug/kvm/exits
WINDOW=8 # seconds
PROGRAM="rdinit=/bench-boot -- up /usr/bin/busybox sh /linux.sh kvm" # says "bench up" first

busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t tmpfs tmpfs /tmp
busybox mount -t debugfs debugfs /sys/kernel/debug
busybox mkdir /huge
busybox mount -t hugetlbfs huge /huge
busybox insmod /kvm.ko

backing=
case $(busybox cat /proc/cmdline) in *hugepages=*) backing="-mem-path /huge" ;; esac

# A guest that hangs does not keep the next from running.
guest() {
	busybox timeout 200 /usr/bin/qemu-system-riscv64 -M virt,accel=kvm -cpu host -nodefaults \
		-display none -monitor none -serial stdio -no-reboot $backing "$@" </dev/null 2>&1
}

exits() {
	busybox cat $EXITS
}

# Exits a second, from a second after now on.
exits_per_second() {
	busybox sleep 1
	before=$(exits)
	busybox sleep $WINDOW
	tenths=$((($(exits) - before) * 10 / WINDOW))
	echo "bench $1 $((tenths / 10)).$((tenths % 10)) exits/s"
}

# What the machine has executed since its reset; a guest's time begins only with the guest.
executed() {
	set -- $(/bench-boot now)
	echo $3
}

# Linux says what it begins.
follow() {
	while read -r line; do
		case $line in
		*"bench up"*)
			count=$(exits) executed=$(executed)
			echo "bench linux_boot_exits $count exits"
			echo "bench linux_boot_instructions $((executed - begin)) instructions"
			continue
			;;
		*bench-idle*) exits_per_second idle_exits_per_s ;;
		*bench-cyclictest*) exits_per_second cyclictest_exits_per_s ;;
		esac
		echo "$line"
	done
}

# The ELF file, since KVM has any other kernel at the beginning of memory.
for what; do
	case $what in
	one) guest -smp 1 -m 256M -kernel /bench.elf ;;
	several) guest -smp 4 -m 256M -kernel /bench.elf ;;
	linux)
		begin=$(executed)
		guest -smp 1 -m 192M -kernel /Image -initrd /linux-ramdisk \
			-append "console=ttyS0 quiet $PROGRAM" |
			follow
		;;
	esac
done
busybox poweroff -f
