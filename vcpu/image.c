/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header fields are copied out byte by byte, since nothing aligns them, and every
 * offset and size is checked against the image before it is used. ELF: System V
 * ABI, "ELF Header", "Program Header", and the RISC-V supplement.
 */
#include "vcpu/image.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"

#define LINUX_HEADER_SIZE  64
#define LINUX_TEXT_OFFSET  8
#define LINUX_IMAGE_SIZE   16
#define LINUX_FLAGS        24
#define LINUX_MAGIC2       56
#define LINUX_MAGIC2_VALUE 0x05435352 /* "RSC\5" */

#define ELF_HEADER_SIZE   64
#define ELF_CLASS_64      2
#define ELF_DATA_LITTLE   1
#define ELF_MACHINE_RISCV 243
#define ELF_SEGMENT_SIZE  56
#define ELF_SEGMENT_LOAD  1
#define ELF_SEGMENTS_MAX  64

/* Raw images go where firmware puts a kernel, past what is usually the firmware's. */
#define RAW_OFFSET MiB(2)

static uint64_t field(const uint8_t *data, uint64_t offset, unsigned int bytes)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < bytes; i++)
		value |= (uint64_t)data[offset + i] << (8 * i);
	return value;
}

static bool is_linux(const uint8_t *data, uint64_t size)
{
	return size >= LINUX_HEADER_SIZE && field(data, LINUX_MAGIC2, 4) == LINUX_MAGIC2_VALUE;
}

static bool is_elf(const uint8_t *data, uint64_t size)
{
	return size >= 4 && !memcmp(data, "\177ELF", 4);
}

static int place_whole(uint64_t size, uint64_t memory_size, uint64_t load, uint64_t entry,
		       struct image *out)
{
	out->segments[0] = (struct image_segment){ 0, size, load, MAX(size, memory_size) };
	out->nr_segments = 1;
	out->entry = entry == IMAGE_ANY ? load : entry;
	return 0;
}

static int parse_linux(const uint8_t *data, uint64_t size, uint64_t memory_base, uint64_t load,
		       uint64_t entry, struct image *out, const char **why)
{
	uint64_t text_offset = field(data, LINUX_TEXT_OFFSET, 8);

	out->kind = IMAGE_LINUX;
	if (field(data, LINUX_FLAGS, 8) & 1) {
		*why = "is a big-endian Linux kernel";
		return -EINVAL;
	}
	if (load == IMAGE_ANY) {
		load = memory_base + text_offset;
		if (load < memory_base) {
			*why = "has a text_offset that wraps around";
			return -EINVAL;
		}
	}
	return place_whole(size, field(data, LINUX_IMAGE_SIZE, 8), load, entry, out);
}

static int add_elf_segment(const uint8_t *data, uint64_t size, uint64_t at, struct image *out,
			   const char **why)
{
	struct image_segment segment = {
		.offset = field(data, at + 8, 8),
		.gpa = field(data, at + 24, 8),
		.size = field(data, at + 32, 8),
		.memory_size = field(data, at + 40, 8),
	};

	if (field(data, at, 4) != ELF_SEGMENT_LOAD || !segment.memory_size)
		return 0;
	if (!range_contains((struct range){ 0, size }, segment.offset, segment.size) ||
	    segment.memory_size < segment.size) {
		*why = "has an ELF segment outside its file";
		return -EINVAL;
	}
	if (out->nr_segments == IMAGE_SEGMENTS) {
		*why = "has more than 8 ELF segments to load";
		return -EINVAL;
	}
	out->segments[out->nr_segments++] = segment;
	return 0;
}

static int parse_elf(const uint8_t *data, uint64_t size, uint64_t entry, struct image *out,
		     const char **why)
{
	uint64_t table, count, step, i;

	out->kind = IMAGE_ELF;
	*why = "is an ELF file, but no 64-bit little-endian RISC-V executable";
	if (size < ELF_HEADER_SIZE || data[4] != ELF_CLASS_64 || data[5] != ELF_DATA_LITTLE ||
	    field(data, 18, 2) != ELF_MACHINE_RISCV)
		return -EINVAL;
	table = field(data, 32, 8);
	step = field(data, 54, 2);
	count = field(data, 56, 2);
	*why = "has a damaged ELF program header table";
	if (step < ELF_SEGMENT_SIZE || count > ELF_SEGMENTS_MAX ||
	    !range_contains((struct range){ 0, size }, table, step * count))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (add_elf_segment(data, size, table + i * step, out, why))
			return -EINVAL;
	}
	*why = "has no ELF segment to load";
	out->entry = entry == IMAGE_ANY ? field(data, 24, 8) : entry;
	return out->nr_segments ? 0 : -EINVAL;
}

int image_parse(const void *data, uint64_t size, uint64_t memory_base, uint64_t load,
		uint64_t entry, struct image *out, const char **why)
{
	memset(out, 0, sizeof(*out));
	*why = "is empty";
	if (!size)
		return -EINVAL;
	if (is_linux(data, size))
		return parse_linux(data, size, memory_base, load, entry, out, why);
	if (is_elf(data, size))
		return parse_elf(data, size, entry, out, why);
	out->kind = IMAGE_RAW;
	if (load == IMAGE_ANY)
		load = entry == IMAGE_ANY ? memory_base + RAW_OFFSET : entry;
	return place_whole(size, size, load, entry, out);
}
