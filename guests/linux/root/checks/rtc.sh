# SPDX-License-Identifier: Apache-2.0
# there is a real-time clock, it shows a believable date, and the system's clock was set by it
rtc=/sys/class/rtc/rtc0
[ -e $rtc ] || { echo "no RTC"; exit 1; }
seconds=$(cat $rtc/since_epoch)
[ "$seconds" -gt 1735689600 ] || { echo "it reads $seconds s, before 2025"; exit 1; }
apart=$(($(date +%s) - seconds))
[ ${apart#-} -le 2 ] || { echo "the system's clock is $apart s away"; exit 1; }
echo "$(cat $rtc/date)"
