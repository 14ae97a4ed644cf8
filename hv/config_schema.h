/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every property of a configuration, as a table: where it may stand, what form
 * its value has, what holds when it is absent. The parser, the suggestion for a
 * misspelt name, and the reference in docs/configuration.md (by a test) all
 * follow this table. Pure.
 */
#ifndef HV_CONFIG_SCHEMA_H
#define HV_CONFIG_SCHEMA_H

#include "hv/bits.h"
#include "hv/config_report.h"
#include "hv/dt_scan.h"

enum config_property_id {
	P_ADDRESS_CELLS,
	P_BACKING,
	P_BANK_WIDTH,
	P_BOOTARGS,
	P_BULKHEAD_ADDRESS,
	P_COMPATIBLE,
	P_CONSOLE,
	P_DESCRIPTION,
	P_DIRECT_MAP,
	P_DTB,
	P_EMULATE_MHARTID,
	P_ENTRY,
	P_HARTS,
	P_HOUSEKEEPING_HART,
	P_IMAGE,
	P_INTERRUPTS,
	P_INTERRUPT_CONTROLLER,
	P_INTERRUPT_FALLBACK,
	P_KERNEL,
	P_LOAD,
	P_MAX_RESTARTS,
	P_MEMORY,
	P_MEMORY_HOST,
	P_MODEL,
	P_NDEV,
	P_NO_AUTOSTART,
	P_NO_COLOUR,
	P_NO_DMA,
	P_NO_SSTC,
	P_NUM_SOURCES,
	P_ON_CRASH,
	P_ON_SHUTDOWN,
	P_ON_WATCHDOG,
	P_OVERLAY,
	P_OWN_TIME,
	P_PART,
	P_PASSTHROUGH,
	P_PHANDLE,
	P_RAMDISK,
	P_READ_ONLY,
	P_REAL_TIME,
	P_REFILL,
	P_REG,
	P_REGION,
	P_SECTOR_SIZE,
	P_SIZE_CELLS,
	P_START_ORDER,
	P_STATUS,
	P_TRAP_ILLEGAL,
	P_VALUE,
	P_VCPUS,
	P_COUNT,
};

enum config_type {
	CONFIG_FLAG,      /* no value */
	CONFIG_U32,       /* one cell */
	CONFIG_U32_LIST,  /* one cell or more */
	CONFIG_NUMBER,    /* one cell or two */
	CONFIG_CELLS,     /* one cell: 1 or 2 */
	CONFIG_ADDRESS,   /* one address of #address-cells cells */
	CONFIG_ADDRESSES, /* one address or more */
	CONFIG_RANGES,    /* pairs of an address and a size */
	CONFIG_STRING,    /* one string, perhaps empty */
	CONFIG_FILE,      /* one string that is not empty */
	CONFIG_STRINGS,   /* one string or more */
	CONFIG_CHOICE,    /* one string of the row's choices */
};

/* Where a property may stand: the root, /guests, a guest, or devices by BIT(kind). */
#define SCOPE_DEVICE(kind) BIT(kind)
#define SCOPE_ROOT         BIT(32)
#define SCOPE_GUESTS       BIT(33)
#define SCOPE_GUEST        BIT(34)
#define SCOPE_ANY_DEVICE   GENMASK(31, 0)

#define CONFIG_MAX_CHOICES 4

struct config_property {
	const char *name;
	uint64_t scope;
	enum config_type type;
	const char *choices[CONFIG_MAX_CHOICES];
	const char *example;  /* a right way to write it */
	const char *fallback; /* what holds without it, for the reference */
};

/* In config_table.c. */
extern const struct config_property config_properties[P_COUNT];

/* Cells of the addresses and sizes of a node's properties. */
struct config_cells {
	unsigned address;
	unsigned size;
};

/* The well-formed properties of one node. */
struct config_values {
	uint64_t present; /* BIT(enum config_property_id) */
	struct dt_prop props[P_COUNT];
	struct config_cells cells;
};

/*
 * Reads the properties of a node in the given scope; cells are what it inherits,
 * and its own #address-cells and #size-cells replace them. Reports each property
 * that is unknown, misplaced, or ill-formed, and leaves it out.
 */
void config_schema_read(struct config_findings *findings, struct config_place node, uint64_t scope,
			struct config_cells cells, struct config_values *values);

/* Values of a node, or otherwise when it lacks the property. */
bool config_has(const struct config_values *values, enum config_property_id id);
uint32_t config_u32(const struct config_values *values, enum config_property_id id,
		    uint32_t otherwise);
uint64_t config_number(const struct config_values *values, enum config_property_id id,
		       uint64_t otherwise);
uint64_t config_address(const struct config_values *values, enum config_property_id id,
			uint64_t otherwise);
const char *config_string(const struct config_values *values, enum config_property_id id,
			  const char *otherwise);
/* Index of a CONFIG_CHOICE's value among its row's choices. */
unsigned config_choice(const struct config_values *values, enum config_property_id id,
		       unsigned otherwise);

/* Entries of a list of addresses, of ranges, of cells; 0 when absent. */
unsigned config_count(const struct config_values *values, enum config_property_id id);
/* Entry i, less than the count, of a list of addresses, of ranges. */
uint64_t config_nth_address(const struct config_values *values, enum config_property_id id,
			    unsigned i);
struct range config_nth_range(const struct config_values *values, enum config_property_id id,
			      unsigned i);

#endif
