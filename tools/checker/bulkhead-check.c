// SPDX-License-Identifier: Apache-2.0
// sources: tools/checker/json.c tools/checker/print_plan.c tools/checker/disk_files.c
// sources: hv/arena.c hv/page_alloc.c hv/fmt.c hv/dt.c hv/dt_scan.c hv/edit_distance.c hv/host_dt.c
// sources: hv/host_dt_links.c hv/host_isa.c hv/host_device.c hv/frame_pool.c
// sources: hv/config_parse.c hv/config_device.c
// sources: hv/config_schema.c hv/config_table.c hv/config_report.c hv/config_passthrough.c
// sources: hv/config_irqs.c hv/config_memory.c hv/config_check.c hv/config_plan.c
// sources: hv/config_files.c vcpu/image.c
// libs: fdt
//
// Checks a system's device tree with the code that Bulkhead runs at boot, and
// prints what it found and planned. README.md beside this file is its manual.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/config_parse.h"
#include "hv/config_plan.h"
#include "hv/config_schema.h"
#include "hv/host_dt.h"
#include "hv/pool.h"
#include "tools/checker/disk_files.h"
#include "tools/checker/json.h"
#include "tools/checker/print_plan.h"

#define MAX_TAKEN  16
#define ARENA_SIZE MiB(4)

enum { EXIT_FINE, EXIT_ERRORS, EXIT_TROUBLE };

struct options {
	const char *system;
	const char *host;
	struct range taken[MAX_TAKEN + 1]; /* and Bulkhead's own */
	unsigned nr_taken;
	struct range image; /* Bulkhead's, with nothing of its pool; size 0: not told */
	struct disk_files files;
	bool no_files;
};

/* Prints findings as they come. */
struct printer {
	struct config_report report;
	const struct config *config;
};

static void print_finding(struct config_report *report, const struct config_error *error)
{
	struct printer *printer = CONTAINER_OF(report, struct printer, report);
	bool whole = error->guest == CONFIG_WHOLE;

	json_open(NULL, '{');
	json_string("severity", error->warning ? "warning" : "error");
	json_string("guest", whole ? NULL : printer->config->guests[error->guest].name);
	json_string("node", error->node);
	json_string("property", error->property);
	json_string("what", error->what);
	json_string("mend", error->mend);
	json_close('}');
}

static int trouble(const char *what, const char *which)
{
	fprintf(stderr, "bulkhead-check: %s: %s\n", which, what);
	return EXIT_TROUBLE;
}

static bool parse_range(struct range *r, const char *text)
{
	char *end;

	r->base = strtoull(text, &end, 0);
	if (*end != ',')
		return false;
	r->size = strtoull(end + 1, &end, 0);
	return *end == '\0' && range_is_sound(r->base, r->size);
}

static bool parse_taken(struct options *o, const char *text)
{
	return o->nr_taken < MAX_TAKEN && parse_range(&o->taken[o->nr_taken++], text);
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;

		if (strcmp(argv[i], "--no-files") == 0)
			o->no_files = true;
		else if (strcmp(argv[i], "--host") == 0 && more)
			o->host = argv[++i];
		else if (strcmp(argv[i], "-I") == 0 && more &&
			 disk_files_add(&o->files, argv[i + 1]))
			i++;
		else if (strcmp(argv[i], "--taken") == 0 && more && parse_taken(o, argv[i + 1]))
			i++;
		else if (strcmp(argv[i], "--bulkhead") == 0 && more &&
			 parse_range(&o->image, argv[i + 1]))
			i++;
		else if (argv[i][0] != '-' && !o->system)
			o->system = argv[i];
		else
			return false;
	}
	return o->system;
}

static int check_host(struct options *o, struct config *config, struct arena *arena,
		      struct config_report *report, struct host *host)
{
	const char *why = "it can't be read";
	size_t size = 0;
	void *fdt = disk_file_read(o->host, &size);
	int errors;

	if (!fdt || host_dt_parse(fdt, size, host, &why))
		return trouble(why, o->host);
	if (o->image.size)
		o->taken[o->nr_taken++] =
			(struct range){ o->image.base, o->image.size + pool_size(host->nr_harts) };
	errors = config_plan(config, host, o->taken, o->nr_taken, arena, report);
	if (errors < 0)
		return trouble("there is no memory to plan it", o->system);
	return errors ? EXIT_ERRORS : EXIT_FINE;
}

static int check(struct options *o, struct arena *arena)
{
	static struct config config;
	static struct host host;
	struct printer printer = { { print_finding }, &config };
	size_t size = 0;
	void *fdt = disk_file_read(o->system, &size);
	int errors, result = EXIT_FINE;

	if (!fdt)
		return trouble("it can't be read", o->system);
	json_open(NULL, '{');
	json_open("findings", '[');
	errors = config_parse(fdt, size, arena, &config, &printer.report);
	if (errors < 0)
		return trouble("it is not a sound device tree", o->system);
	if (o->host)
		result = check_host(o, &config, arena, &printer.report, &host);
	if (!o->no_files)
		errors += config_check_files(&config, &o->files.files, &printer.report);
	json_close(']');
	if (o->host && result != EXIT_TROUBLE)
		print_plan(&config, &host);
	json_close('}');
	putchar('\n');
	return result == EXIT_FINE && errors ? EXIT_ERRORS : result;
}

/* The table of properties, for the test that holds the reference against it. */
static int print_schema(void)
{
	json_open(NULL, '[');
	for (unsigned i = 0; i < P_COUNT; i++) {
		json_open(NULL, '{');
		json_string("name", config_properties[i].name);
		json_string("example", config_properties[i].example);
		json_string("fallback", config_properties[i].fallback);
		json_close('}');
	}
	json_close(']');
	putchar('\n');
	return EXIT_FINE;
}

int main(int argc, char **argv)
{
	static struct options o;
	struct page_alloc pages;
	struct arena arena;
	void *area = aligned_alloc(PAGE_SIZE, ARENA_SIZE);

	if (argc == 2 && strcmp(argv[1], "--schema") == 0)
		return print_schema();
	disk_files_init(&o.files);
	if (!parse_options(argc, argv, &o)) {
		fprintf(stderr, "usage: bulkhead-check [--host HOST.dtb] [--taken BASE,SIZE]... "
				"[--bulkhead BASE,SIZE] [-I DIR]... [--no-files] SYSTEM.dtb\n");
		return EXIT_TROUBLE;
	}
	if (!area || page_alloc_init(&pages, area, hpa(0), ARENA_SIZE))
		return trouble("no memory", "set-up");
	arena_init(&arena, &pages, PAGE_OWNER_CONFIG);
	return check(&o, &arena);
}
