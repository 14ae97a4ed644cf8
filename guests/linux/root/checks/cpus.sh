# SPDX-License-Identifier: Apache-2.0
# every CPU of the device tree is online (or as many as the argument says)
expected=${1:-$(ls -d /proc/device-tree/cpus/cpu@* | wc -l)}
online=$(grep -c '^processor' /proc/cpuinfo)
[ "$online" = "$expected" ] || { echo "$online online, $expected expected"; exit 1; }
echo "$online online"
