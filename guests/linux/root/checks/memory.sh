# SPDX-License-Identifier: Apache-2.0
# a quarter of the memory holds what is written to it
quarter=$(($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) / 4096))
file=/tmp/check-memory
trap 'rm -f $file $file.2' EXIT
dd if=/dev/urandom of=$file bs=1M count=1 2>/dev/null
written=0
: >$file.2
while [ $written -lt $quarter ]; do
	cat $file >>$file.2 || exit 1
	written=$((written + 1))
done
sum=$(sha256sum <$file)
written=0
while [ $written -lt $quarter ]; do
	[ "$(dd if=$file.2 bs=1M skip=$written count=1 2>/dev/null | sha256sum)" = "$sum" ] ||
		{ echo "MiB $written of $quarter differs"; exit 1; }
	written=$((written + 16))
done
echo "$quarter MiB"
