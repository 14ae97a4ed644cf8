# SPDX-License-Identifier: Apache-2.0
#
# Completion of tools/bulkhead in bash: `source tools/completion.bash`. Commands, options and
# their choices are those that --help tells.
_bulkhead()
{
	local program=$1 word=$2 previous=$3 help words

	COMPREPLY=()
	if [[ $COMP_CWORD = 1 ]]; then
		words=$("$program" --help | sed -n 's/^    \([a-z]\{1,\}\) .*/\1/p')
	else
		help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null)
		words=
		[[ $previous != --* ]] ||
			words=$(sed -n "s/^  $previous {\(.*\)}.*/\1/p" <<<"$help" | tr , ' ')
		[[ $words || $word != -* ]] || words=$(grep -o -- '--[a-z-]*' <<<"$help")
	fi
	if [[ $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word" | sort -u)
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$word"
			compgen -f -X '!*.dt[sb]' -- "$word")
	fi
}
complete -F _bulkhead bulkhead tools/bulkhead
