# SPDX-License-Identifier: Apache-2.0
# floating-point sums computed side by side, two on each CPU, all come out the same
sum() {
	taskset -c "$1" awk 'BEGIN {
		for (i = 1; i <= 50000; i++) sum += 1 / (i * 1.000001)
		printf "%.17g\n", sum
	}'
}

results=$(
	for number in $(grep '^processor' /proc/cpuinfo | cut -d: -f2); do
		sum "$number" &
		sum "$number" &
	done
	wait
)
[ "$(echo "$results" | sort -u | wc -l)" = 1 ] || { echo "they differ:" $results; exit 1; }
echo "$(echo "$results" | head -n 1), $(echo "$results" | wc -l) times"
