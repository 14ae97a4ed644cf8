#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What Linux does for the benchmark, as its first program. clock: tells the kernel's own clock
# when this was started. kvm: also does nothing for a while, and runs cyclictest for as long; KVM
# counts its exits, and so these lines tell what begins. bulkhead: the same, but counts the exits
# itself. Busybox has no links yet: it is asked by name.
SECONDS=10
SETTLE=4
COUNTERS=0x103040 # the statistics page of configs/bench-linux.dts: vCPU 0's slice
ROWS=104          # counters of exits there, a word of eight bytes each; by hv/stats_page.h
FIRST_OUTPUT=71   # those of the debug console's three functions
LAST_OUTPUT=73

# exits: all until now; output: those of the kernel's messages among them.
count() {
	exits=0 output=0 row=0
	while [ $row -lt $ROWS ]; do
		value=$(busybox devmem $((COUNTERS + 8 * row)) 64)
		exits=$((exits + value))
		[ $row -lt $FIRST_OUTPUT ] || [ $row -gt $LAST_OUTPUT ] ||
			output=$((output + value))
		row=$((row + 1))
	done
}

# tell_rate OPERATION COUNT: so many in SECONDS.
tell_rate() {
	echo "bench $1 $(($2 / SECONDS)).$(($2 * 10 / SECONDS % 10)) exits/s" >/dev/kmsg
}

kernel_clock() {
	busybox dmesg | busybox awk '/Run .* as init process/ {
		sub(/\].*/, ""); sub(/.*\[ */, "")
		printf "bench linux_boot_clock_ms %.2f ms\n", 1000 * $0 }'
}

run_cyclictest() {
	cyclictest -q -i 1000 -l ${SECONDS}000
}

busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mkdir /dev/shm

case $1 in
clock)
	kernel_clock
	;;
kvm)
	kernel_clock
	busybox sleep $SETTLE
	echo bench-idle
	busybox sleep $SECONDS
	echo bench-cyclictest
	run_cyclictest
	;;
bulkhead)
	count
	booted=$((exits - output)) messages=$output
	busybox sleep $SETTLE
	count
	begin=$exits
	busybox sleep $SECONDS
	count
	idle=$((exits - begin)) begin=$exits
	run_cyclictest >/dev/null
	count
	echo "bench linux_boot_exits $booted exits" >/dev/kmsg
	echo "bench linux_boot_console_exits $messages exits" >/dev/kmsg
	tell_rate idle_exits_per_s $idle
	tell_rate cyclictest_exits_per_s $((exits - begin))
	;;
esac
busybox poweroff -f
