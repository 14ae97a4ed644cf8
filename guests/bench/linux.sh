#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What Linux does for the benchmark, as its first program: tells the kernel's own clock when it
# was started; then, asked for all, does nothing for a while, and runs cyclictest for as long.
# Busybox has no links yet: it is asked by name.
SECONDS=10

busybox mount -t proc proc /proc
echo bench-up
busybox dmesg | busybox awk '/Run .* as init process/ {
	sub(/\].*/, ""); sub(/.*\[ */, ""); printf "bench linux_boot_clock_ms %.2f ms\n", 1000 * $0 }'
[ "$1" = all ] || busybox poweroff -f

busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mkdir /dev/shm
busybox sleep 4
echo bench-idle
busybox sleep $SECONDS
echo bench-cyclictest
cyclictest -q -i 1000 -l ${SECONDS}000
busybox poweroff -f
