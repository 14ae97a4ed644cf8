/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system's configuration: the guests that device-tree files describe.
 *
 * config_parse() reads the system's device tree into these structures and
 * reports every mistake that the tree alone shows; config_plan() holds it
 * against the machine (struct host), gives harts, host memory and interrupt
 * numbers to what left them open, and reports every conflict. What comes out
 * without an error is sound: the code that acts on it needs no further check.
 * Pure; the host tool and the hypervisor run the same code. Memory comes from
 * the caller's arena, strings point into the configuration's device tree; both
 * must outlive the configuration. No pointer leads to a constant of hv/config_*, which the
 * boot alone has. All fields are constant after config_plan().
 */
#ifndef HV_CONFIG_H
#define HV_CONFIG_H

#include "hv/host.h"
#include "hv/irq.h"
#include "hv/types.h"

/* Any value that the file leaves open for config_plan() to choose. */
#define CONFIG_ANY       UINT64_MAX
/* For a guest's device tree, at the end of its first memory; it can't have less than twice that. */
#define CONFIG_TREE_ROOM KiB(64)

enum config_action { CONFIG_STOP, CONFIG_RESTART, CONFIG_SYSTEM_RESET };

/* Which interrupt controller a guest gets when it names none among its devices. */
enum config_irqchip {
	CONFIG_IRQCHIP_PLIC,
	CONFIG_IRQCHIP_APLIC, /* with the harts wired to it */
	CONFIG_IRQCHIP_AIA,   /* an IMSIC, and an APLIC that sends to it */
	CONFIG_IRQCHIP_NONE,
	CONFIG_IRQCHIP_AUTO, /* what suits the machine; none without a device that interrupts */
};

enum config_device_kind {
	CONFIG_DEV_UART,     /* compatible = "ns16550a" */
	CONFIG_DEV_PLIC,     /* compatible = "sifive,plic-1.0.0", "riscv,plic0" */
	CONFIG_DEV_APLIC,    /* compatible = "riscv,aplic" */
	CONFIG_DEV_IMSIC,    /* compatible = "riscv,imsics" */
	CONFIG_DEV_RTC,      /* compatible = "google,goldfish-rtc" */
	CONFIG_DEV_RESET,    /* compatible = "sifive,test1", "syscon" */
	CONFIG_DEV_WATCHDOG, /* compatible = "allwinner,sun20i-d1-wdt" */
	CONFIG_DEV_FLASH,    /* compatible = "cfi-flash" */
	CONFIG_DEV_WORD,     /* compatible = "bulkhead,word": a read-only word */
	/* compatible = "bulkhead,statistics": its own counters (hv/stats_page.h) */
	CONFIG_DEV_STATISTICS,
	CONFIG_DEV_PASSTHROUGH,
};

#define CONFIG_MAX_REGIONS 4 /* "reg" entries of one device */
#define CONFIG_MAX_IRQS    8 /* wired interrupts of one passthrough device */

/*
 * A register window; for emulated devices host is CONFIG_ANY, but a flash's is where its
 * contents are.
 */
struct config_region {
	uint64_t gpa;
	uint64_t size;
	uint64_t hpa;
};

struct config_irq {
	uint32_t guest; /* source number at the guest's controller; 0: none */
	uint32_t host;  /* source number at the machine's controller; 0: emulated */
	enum irq_trigger trigger;
};

struct config_device {
	enum config_device_kind kind;
	const char *name; /* the node's name in the guest's file, e.g. "serial@10000000" */
	int node; /* its offset in the configuration's tree: for errors and extra properties */
	struct config_region regions[CONFIG_MAX_REGIONS];
	uint32_t nr_regions;
	struct config_irq irqs[CONFIG_MAX_IRQS];
	uint32_t nr_irqs;
	const char *passthrough; /* path in the host's tree; a flash's "backing"; or NULL */
	int host_node;           /* its offset in the host's tree, or -1 */
	const char *image;       /* flash: role name of its contents in the bundle, or NULL */
	uint64_t value;          /* bulkhead,word: what it reads */
	uint32_t sector_size;    /* flash, bytes */
	uint32_t bank_width;     /* flash, bytes */
	bool read_only;          /* flash, passthrough */
	uint64_t contents;       /* flash: host memory that holds them, or CONFIG_ANY */
	bool refill;             /* flash: each start of the guest begins with the image again */
	uint32_t nr_sources;     /* PLIC and APLIC: highest source number */
	uint32_t host_region;    /* passthrough: only this "reg" entry; or CONFIG_ALL_REGIONS */
	struct range host_part;  /* of that region: offset and size; size 0: all of it */
	bool no_dma;             /* passthrough: the file says that it does no DMA */
	bool implicit;           /* the file does not name it: it came with another */
	char implied_name[7];    /* then what name points to */
};

#define CONFIG_ALL_REGIONS UINT32_MAX

struct config_memory {
	uint64_t gpa;
	uint64_t size;
	uint64_t hpa; /* CONFIG_ANY until planned, unless the file gives it */
	bool direct_map;
};

#define CONFIG_MAX_MEMORY 4

struct config_guest {
	const char *name;
	int node;
	uint32_t index; /* in config.guests */

	uint32_t nr_vcpus;
	uint32_t *harts; /* [nr_vcpus] host.harts' indices; vCPU i runs on harts[i] (before
			   config_plan(): mhartids, when harts_fixed) */
	bool harts_fixed;

	struct config_memory memory[CONFIG_MAX_MEMORY];
	uint32_t nr_memory;

	/* File names as written; NULL when absent. The bundle finds them by guest and role. */
	const char *kernel;
	const char *ramdisk;
	const char *dtb;     /* a whole device tree of the user's */
	const char *overlay; /* applied to the generated one */
	const char *bootargs;
	uint64_t load;  /* where the kernel goes (GPA), or CONFIG_ANY */
	uint64_t entry; /* first pc (GPA), or CONFIG_ANY */

	struct config_device *devices;
	uint32_t nr_devices;
	uint32_t irqchip; /* index of its PLIC or APLIC in devices, or CONFIG_NO_DEVICE */
	enum config_irqchip irqchip_choice;
	enum config_irqchip irqchip_fallback; /* where it can't have guest interrupt files */
	uint32_t imsic;   /* index of its IMSIC in devices, or CONFIG_NO_DEVICE */
	uint32_t console; /* index of its console's UART in devices, or CONFIG_NO_DEVICE */

	enum config_action on_crash;
	enum config_action on_shutdown;
	enum config_action on_watchdog;
	uint32_t max_restarts; /* after crashes and watchdogs; UINT32_MAX: no limit */
	uint32_t start_order;
	bool autostart;
	bool real_time;        /* no work of Bulkhead's own on its harts */
	bool own_time;         /* time reads 0 at its boot (htimedelta) */
	bool no_sstc;          /* hide Sstc from it */
	bool delegate_illegal; /* illegal instructions go straight to it; default true */
	bool emulate_mhartid;  /* "emulate" rule: csrr rd, mhartid reads mhartid_value */
	uint64_t mhartid_value;
	bool refused; /* an error concerns it: it must not start */
};

#define CONFIG_NO_DEVICE UINT32_MAX

struct config {
	const void *fdt;
	const char *description; /* or NULL */
	struct config_guest *guests;
	uint32_t nr_guests;
	uint32_t housekeeping;      /* index into host.harts of the hart for Bulkhead's own work */
	uint64_t housekeeping_hart; /* the mhartid that the file wants for it, or CONFIG_ANY */
	uint64_t bulkhead_address;  /* where the file wants Bulkhead to be, or CONFIG_ANY */
	bool colour;                /* console: coloured guest names */
	bool refused;               /* an error concerns the system as a whole */
};

/*
 * One finding. node and property name the place ("" when none), what says what is
 * wrong, mend how to mend it. guest is the index of the guest that must be refused,
 * or CONFIG_WHOLE when the system as a whole can't start.
 */
struct config_error {
	const char *node; /* full path */
	const char *property;
	const char *what;
	const char *mend;
	uint32_t guest;
	bool warning; /* nothing is refused; the user should know */
};

#define CONFIG_WHOLE UINT32_MAX

/* Where findings go; called for each, in the order found. The strings live until it returns. */
struct config_report {
	void (*error)(struct config_report *report, const struct config_error *error);
};

#endif
