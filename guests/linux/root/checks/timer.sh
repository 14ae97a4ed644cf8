# SPDX-License-Identifier: Apache-2.0
# sleeps last as long as they say, by the kernel's clock and by the RTC, on every CPU. A busy
# machine may wake late, but both clocks then say so.
hundredths() {
	cut -d' ' -f1 /proc/uptime | tr -d .
}

rtc=/sys/class/rtc/rtc0/since_epoch
for number in $(grep '^processor' /proc/cpuinfo | cut -d: -f2); do
	start=$(hundredths)
	started=$(cat $rtc 2>/dev/null)
	taskset -c "$number" sleep 2
	took=$(($(hundredths) - start))
	if [ $took -lt 200 ] || [ $took -gt 1000 ]; then
		echo "sleep 2 took $took hundredths on cpu$number"
		exit 1
	fi
	[ -n "$started" ] || continue
	passed=$(($(cat $rtc) - started))
	if [ $passed -lt $((took / 100 - 1)) ] || [ $passed -gt $((took / 100 + 2)) ]; then
		echo "the RTC saw $took hundredths as $passed s on cpu$number"
		exit 1
	fi
done
echo "sleep 2 took $took hundredths"
