# SPDX-License-Identifier: Apache-2.0
# a disk mounts, its *.sha256 files are true, what earlier checks wrote is there, writing works
disk=${1:-$(ls /dev/vd[a-z] /dev/nvme[0-9]n1 2>/dev/null | head -n 1)}
[ -n "$disk" ] || { echo "no disk"; exit 77; }
log=written.bulkhead

attach() {
	mount "$disk" /mnt || { echo "cannot mount $disk"; exit 1; }
	trap 'umount /mnt' EXIT
	cd /mnt || exit 1
}

detach() {
	cd /
	trap - EXIT
	umount /mnt || { echo "cannot unmount $disk"; exit 1; }
}

# Every line of the log is the sum of one file that a check wrote: NUMBER.bulkhead.
verify() {
	for sums in *.sha256 "$log"; do
		[ ! -e "$sums" ] || sha256sum -c "$sums" >/dev/null ||
			{ echo "$sums is not true"; exit 1; }
	done
}

attach
verify
number=$(cat "$log" 2>/dev/null | wc -l)
dd if=/dev/urandom of="$number.bulkhead" bs=64k count=4 2>/dev/null
sha256sum "$number.bulkhead" >>"$log" || { echo "cannot write to $disk"; exit 1; }
detach
attach
verify
kind=$(awk '$2 == "/mnt" { print $3 }' /proc/mounts)
detach
echo "$disk, $kind, $number files of earlier checks"
