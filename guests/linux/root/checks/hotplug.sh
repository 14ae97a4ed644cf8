# SPDX-License-Identifier: Apache-2.0
# every CPU but the first goes off and comes back (the argument says how many times)
cpus=$(ls -d /sys/devices/system/cpu/cpu[1-9]*/online 2>/dev/null)
[ -n "$cpus" ] || { echo "only one CPU"; exit 77; }
times=${1:-1}
done=0

expect_online() {
	seen=$(cat "$1")
	[ "$seen" = "$2" ] || { echo "$1 reads $seen after $2 was written"; exit 1; }
}

while [ $done -lt "$times" ]; do
	for online in $cpus; do
		number=$(echo "$online" | sed 's/.*cpu\([0-9]*\).*/\1/')
		echo 0 >"$online" || { echo "cpu$number does not go off"; exit 1; }
		expect_online "$online" 0
		! taskset -c "$number" true 2>/dev/null ||
			{ echo "cpu$number still runs things"; exit 1; }
		echo 1 >"$online" || { echo "cpu$number does not come back"; exit 1; }
		expect_online "$online" 1
		taskset -c "$number" true || { echo "cpu$number runs nothing"; exit 1; }
	done
	done=$((done + 1))
done
echo "$(echo "$cpus" | wc -l) CPU(s) off and on, $done times"
