/* SPDX-License-Identifier: Apache-2.0 */
/* Where Bulkhead's own image lies, as the linker script names it; run-time addresses. */
#ifndef HV_IMAGE_H
#define HV_IMAGE_H

extern char image_start[], image_text_end[], image_rodata_end[];
extern char image_bss_start[], image_bss_end[], image_end[];

/* What only the boot needs: code, constants to image_boot_rodata_end, its stack to image_end. */
extern char image_boot_start[], image_boot_text_end[], image_boot_rodata_end[];

#endif
