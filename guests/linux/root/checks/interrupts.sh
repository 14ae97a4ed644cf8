# SPDX-License-Identifier: Apache-2.0
# timer interrupts reach every CPU, and the console's reach one
counts() {
	awk -v name="$1" 'NR == 1 { cpus = NF }
		$0 ~ name { for (i = 2; i <= cpus + 1; i++) sum[i] += $i }
		END { for (i = 2; i <= cpus + 1; i++) printf "%d ", sum[i] }' /proc/interrupts
}

for number in $(grep '^processor' /proc/cpuinfo | cut -d: -f2); do
	taskset -c "$number" sleep 0.1
done
timers=$(counts riscv-timer)
for count in $timers; do
	[ "$count" -gt 0 ] || { echo "timer interrupts by CPU: $timers"; exit 1; }
done

total() {
	counts ttyS | awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum + 0 }'
}

grep -q ttyS /proc/interrupts || { echo "timer $timers, no ttyS in use"; exit 0; }
before=$(total)
printf '\r' >/dev/console
sleep 0.1
[ "$(total)" -gt "$before" ] ||
	{ echo "writing to the console raised none (still $before)"; exit 1; }
echo "timer $timers, ttyS $(total)"
