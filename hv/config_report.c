/* SPDX-License-Identifier: Apache-2.0 */
/* Puts findings into words. Long paths and texts are cut, never overrun. */
#include <stdarg.h>
#include <string.h>

#include <libfdt.h>

#include "hv/config_report.h"
#include "hv/fmt.h"

#define TEXT_MAX        400
#define PATH_MAX_LENGTH 200

struct config_place config_guest_place(const struct config_guest *guest, const char *property)
{
	return (struct config_place){ guest->index, guest->node, property };
}

struct config_place config_device_place(const struct config_guest *guest,
					const struct config_device *device, const char *property)
{
	return (struct config_place){ guest->index, device->node, property };
}

/* Cuts the text at its last line break: what is wrong before, the mend after. */
static char *split(char *text)
{
	char *mend = strrchr(text, '\n');

	if (!mend)
		return text + strlen(text);
	*mend = '\0';
	return mend + 1;
}

static void tell(struct config_findings *f, struct config_place place, bool warning, char *text)
{
	char path[PATH_MAX_LENGTH];
	struct config_error error = {
		.node = path,
		.property = place.property,
		.what = text,
		.mend = split(text),
		.guest = place.guest,
		.warning = warning,
	};

	if (place.node < 0 || fdt_get_path(f->config->fdt, place.node, path, sizeof(path)))
		memcpy(path, "/", 2);
	f->report->error(f->report, &error);
}

void config_finding(struct config_findings *f, struct config_place place, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	fmt_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	f->errors++;
	if (place.guest == CONFIG_WHOLE)
		f->config->refused = true;
	else
		f->config->guests[place.guest].refused = true;
	tell(f, place, false, text);
}

void config_warning(struct config_findings *f, struct config_place place, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	fmt_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell(f, place, true, text);
}

const char *config_check_name(struct config_findings *findings, struct config_place place,
			      const char *name)
{
	const char *at, *clean = name;

	for (at = name; *at; at++) {
		if (*at <= ' ' || *at > '~')
			clean = at + 1;
	}
	if (clean == name)
		return name;
	config_finding(findings, place,
		       "the name has other than letters, digits and marks\nrename the node");
	return clean;
}
