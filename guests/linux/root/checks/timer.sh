# SPDX-License-Identifier: Apache-2.0
# sleeps last as long as they say, by the kernel's clock and by the RTC, on every CPU
hundredths() {
	cut -d' ' -f1 /proc/uptime | tr -d .
}

rtc=/sys/class/rtc/rtc0/since_epoch
for number in $(grep '^processor' /proc/cpuinfo | cut -d: -f2); do
	start=$(hundredths)
	started=$(cat $rtc 2>/dev/null)
	taskset -c "$number" sleep 2
	took=$(($(hundredths) - start))
	if [ $took -lt 200 ] || [ $took -gt 300 ]; then
		echo "sleep 2 took $took hundredths on cpu$number"
		exit 1
	fi
	[ -n "$started" ] || continue
	passed=$(($(cat $rtc) - started))
	if [ $passed -lt 1 ] || [ $passed -gt 4 ]; then
		echo "the RTC saw sleep 2 as $passed s on cpu$number"
		exit 1
	fi
done
echo "sleep 2 took $took hundredths"
