/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a node's properties by the table, and finds what a misspelt name was meant to be. */
#include <string.h>

#include "hv/config_schema.h"
#include "hv/edit_distance.h"
#include "hv/fmt.h"

#define CELL DT_CELL

static enum config_property_id find_property(const char *name)
{
	for (unsigned i = 0; i < P_COUNT; i++) {
		if (config_properties[i].name[0] == name[0] &&
		    strcmp(config_properties[i].name, name) == 0)
			return i;
	}
	return P_COUNT;
}

/* The nearest name that may stand in the scope, or NULL when none is near. */
static const char *suggest(const char *name, uint64_t scope)
{
	const char *best = NULL;
	unsigned nearest = edit_distance_limit(name) + 1;

	for (unsigned i = 0; i < P_COUNT; i++) {
		unsigned d = edit_distance(name, config_properties[i].name);

		if ((config_properties[i].scope & scope) && d < nearest) {
			best = config_properties[i].name;
			nearest = d;
		}
	}
	return best;
}

static const char *scope_name(uint64_t scope)
{
	if (scope & SCOPE_GUEST)
		return "a guest's node";
	if (scope & SCOPE_DEVICE(CONFIG_DEV_UART))
		return "an emulated device";
	if (scope & (SCOPE_ROOT | SCOPE_GUESTS))
		return "the root";
	if (scope == SCOPE_DEVICE(CONFIG_DEV_PASSTHROUGH))
		return "a device with passthrough";
	if (scope & SCOPE_DEVICE(CONFIG_DEV_FLASH))
		return "a cfi-flash";
	if (scope & SCOPE_DEVICE(CONFIG_DEV_WORD))
		return "a bulkhead,word";
	return "another kind of device";
}

static void report_unknown(struct config_findings *f, struct config_place place, uint64_t scope)
{
	const char *near = suggest(place.property, scope);

	if (near)
		config_finding(f, place, "unknown property\ndid you mean \"%s\"?", near);
	else
		config_finding(f, place, "unknown property\nremove it");
}

static bool is_text(struct dt_prop prop)
{
	return prop.size && ((const char *)prop.data)[prop.size - 1] == '\0';
}

static bool is_string(struct dt_prop prop)
{
	return is_text(prop) && strlen(prop.data) + 1 == prop.size;
}

static bool is_list(struct dt_prop prop, unsigned cells)
{
	return prop.size && prop.size % (cells * CELL) == 0;
}

/* Index of the string among the row's choices, or CONFIG_MAX_CHOICES. */
static unsigned find_choice(const struct config_property *row, const char *text)
{
	for (unsigned i = 0; i < CONFIG_MAX_CHOICES && row->choices[i]; i++) {
		if (strcmp(row->choices[i], text) == 0)
			return i;
	}
	return CONFIG_MAX_CHOICES;
}

static bool has_form(const struct config_property *row, struct dt_prop prop,
		     struct config_cells cells)
{
	switch (row->type) {
	case CONFIG_FLAG:
		return prop.size == 0;
	case CONFIG_U32:
		return prop.size == CELL;
	case CONFIG_CELLS:
		return prop.size == CELL && (dt_cell(prop, 0) == 1 || dt_cell(prop, 0) == 2);
	case CONFIG_U32_LIST:
		return is_list(prop, 1);
	case CONFIG_NUMBER:
		return prop.size == CELL || prop.size == 2 * CELL;
	case CONFIG_ADDRESS:
		return prop.size == cells.address * CELL;
	case CONFIG_ADDRESSES:
		return is_list(prop, cells.address);
	case CONFIG_RANGES:
		return is_list(prop, cells.address + cells.size);
	case CONFIG_STRING:
		return is_string(prop);
	case CONFIG_FILE:
		return is_string(prop) && prop.size > 1;
	case CONFIG_STRINGS:
		return is_text(prop);
	case CONFIG_CHOICE:
		return is_string(prop) && find_choice(row, prop.data) < CONFIG_MAX_CHOICES;
	}
	return false;
}

static void report_choices(struct config_findings *f, struct config_place place,
			   const struct config_property *row)
{
	char list[80] = "";

	for (unsigned i = 0; i < CONFIG_MAX_CHOICES && row->choices[i]; i++) {
		size_t at = strlen(list);

		fmt_snprintf(list + at, sizeof(list) - at, "%s\"%s\"", i ? " or " : "",
			     row->choices[i]);
	}
	config_finding(f, place, "has none of the values it can have\nchoose %s", list);
}

static void report_form(struct config_findings *f, struct config_place place,
			const struct config_property *row, struct config_cells cells)
{
	static const char *const form[] = {
		[CONFIG_FLAG] = "has a value, but is a flag",
		[CONFIG_U32] = "is not one number",
		[CONFIG_U32_LIST] = "is not a list of numbers",
		[CONFIG_NUMBER] = "is not one number",
		[CONFIG_CELLS] = "is neither 1 nor 2",
		[CONFIG_STRING] = "is not one string",
		[CONFIG_FILE] = "is not one string, or is empty",
		[CONFIG_STRINGS] = "is not a list of strings",
	};

	if (row->type == CONFIG_CHOICE)
		report_choices(f, place, row);
	else if (row->type == CONFIG_ADDRESS || row->type == CONFIG_ADDRESSES)
		config_finding(f, place,
			       "is not made of %u-cell addresses\n"
			       "write it as %s where #address-cells is 1",
			       cells.address, row->example);
	else if (row->type == CONFIG_RANGES)
		config_finding(f, place,
			       "is not made of %u-cell addresses and %u-cell sizes\n"
			       "write it as %s where #address-cells and #size-cells are 1",
			       cells.address, cells.size, row->example);
	else
		config_finding(f, place, "%s\nwrite it as %s", form[row->type], row->example);
}

static void read_property(struct config_findings *f, struct config_place place, uint64_t scope,
			  struct dt_prop prop, struct config_values *values)
{
	enum config_property_id id = find_property(place.property);
	const struct config_property *row;

	if (id == P_COUNT) {
		report_unknown(f, place, scope);
		return;
	}
	row = &config_properties[id];
	if (!(row->scope & scope)) {
		config_finding(f, place, "has no meaning here\nit belongs to %s",
			       scope_name(row->scope));
	} else if (!has_form(row, prop, values->cells)) {
		report_form(f, place, row, values->cells);
	} else {
		values->props[id] = prop;
		values->present |= BIT(id);
	}
}

static void read_cell_count(const void *fdt, int node, const char *name, unsigned *count)
{
	struct dt_prop prop = dt_find(fdt, node, name);

	if (prop.size == CELL && (dt_cell(prop, 0) == 1 || dt_cell(prop, 0) == 2))
		*count = dt_cell(prop, 0);
}

void config_schema_read(struct config_findings *f, struct config_place node, uint64_t scope,
			struct config_cells cells, struct config_values *values)
{
	const void *fdt = f->config->fdt;
	struct dt_cursor cursor = dt_properties(fdt, node.node);

	values->present = 0;
	/* The cells come first: the form of other properties depends on them. */
	if (scope & (SCOPE_ROOT | SCOPE_GUESTS | SCOPE_GUEST)) {
		read_cell_count(fdt, node.node, "#address-cells", &cells.address);
		read_cell_count(fdt, node.node, "#size-cells", &cells.size);
	}
	values->cells = cells;
	while (dt_next(&cursor)) {
		node.property = cursor.name;
		read_property(f, node, scope, cursor.value, values);
	}
}

bool config_has(const struct config_values *values, enum config_property_id id)
{
	return values->present & BIT(id);
}

uint32_t config_u32(const struct config_values *values, enum config_property_id id,
		    uint32_t otherwise)
{
	return config_has(values, id) ? dt_cell(values->props[id], 0) : otherwise;
}

uint64_t config_number(const struct config_values *values, enum config_property_id id,
		       uint64_t otherwise)
{
	if (!config_has(values, id))
		return otherwise;
	return dt_number(values->props[id], 0, values->props[id].size / CELL);
}

uint64_t config_address(const struct config_values *values, enum config_property_id id,
			uint64_t otherwise)
{
	if (!config_has(values, id))
		return otherwise;
	return dt_number(values->props[id], 0, values->cells.address);
}

const char *config_string(const struct config_values *values, enum config_property_id id,
			  const char *otherwise)
{
	return config_has(values, id) ? values->props[id].data : otherwise;
}

unsigned config_choice(const struct config_values *values, enum config_property_id id,
		       unsigned otherwise)
{
	if (!config_has(values, id))
		return otherwise;
	return find_choice(&config_properties[id], values->props[id].data);
}

/* Cells of one entry of a list. */
static unsigned entry_cells(const struct config_values *values, enum config_property_id id)
{
	switch (config_properties[id].type) {
	case CONFIG_RANGES:
		return values->cells.address + values->cells.size;
	case CONFIG_ADDRESSES:
		return values->cells.address;
	default:
		return 1;
	}
}

unsigned config_count(const struct config_values *values, enum config_property_id id)
{
	if (!config_has(values, id))
		return 0;
	return values->props[id].size / CELL / entry_cells(values, id);
}

uint64_t config_nth_address(const struct config_values *values, enum config_property_id id,
			    unsigned i)
{
	return dt_number(values->props[id], i * values->cells.address, values->cells.address);
}

struct range config_nth_range(const struct config_values *values, enum config_property_id id,
			      unsigned i)
{
	unsigned at = i * entry_cells(values, id);

	return (struct range){
		.base = dt_number(values->props[id], at, values->cells.address),
		.size = dt_number(values->props[id], at + values->cells.address,
				  values->cells.size),
	};
}
