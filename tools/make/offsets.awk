# SPDX-License-Identifier: Apache-2.0
#
# Turns the compiler's assembly for ROOM/asm_offsets.c, with its lines
#	.ascii "->NAME value"
# (hv/asm_offsets.h), into a header of #defines for the assembler.
BEGIN {
	print "/* SPDX-License-Identifier: Apache-2.0 */"
	print "/* Generated from " room "/asm_offsets.c. */"
}

/\.ascii[ \t]+"->/ {
	sub(/.*"->/, "")
	sub(/".*/, "")
	print "#define " $1 " " $2
}
