# SPDX-License-Identifier: Apache-2.0
#
# The hypervisor: every .c and .S of the four rooms, and libfdt, into one image.
# OpenSBI enters build/bulkhead.bin at its first byte; QEMU's -kernel takes it.

HV_ROOMS := hv stage2 vdev vcpu
HV_OFFSETS := $(wildcard $(HV_ROOMS:%=%/asm_offsets.c))
HV_C := $(filter-out $(HV_OFFSETS),$(sort $(wildcard $(HV_ROOMS:%=%/*.c))))
HV_S := $(sort $(wildcard $(HV_ROOMS:%=%/*.S)))
HV_OBJECTS := $(HV_S:%.S=$(OUT)/obj/%.S.o) $(HV_C:%.c=$(OUT)/obj/%.o)
HV_LIBFDT := $(LIBFDT_FILES:%=$(OUT)/obj/libfdt/%.o)
HV_GENERATED := $(HV_OFFSETS:%/asm_offsets.c=$(OUT)/include/generated/%_offsets.h)
# What runs in an exit, and the loops over every byte of an image.
HV_HOT := vcpu/exit vcpu/hw vcpu/virq vcpu/sbi vcpu/mmio vcpu/decode vdev/bus vdev/uart16550 \
	vdev/plic vcpu/vm_console hv/console hv/string hv/sha256
# What the first guest waits for.
HV_START := hv/pgtable hv/dt hv/dt_scan hv/host_dt hv/host_isa hv/bundle_open \
	vcpu/guest_fdt_cpu vcpu/guest_fdt_write
$(HV_HOT:%=$(OUT)/obj/%.o) $(HV_START:%=$(OUT)/obj/%.o): OPTIMISE := -O2
# What only the boot runs, constants and all (hv/boot.h).
HV_BOOT := $(filter hv/config_%,$(HV_C:.c=)) hv/bundle_open hv/dt_scan \
	hv/frame_pool hv/host_device hv/host_dt hv/host_dt_links hv/pci
$(HV_BOOT:%=$(OUT)/obj/%.o): AFTER_CC = $(OBJCOPY) --prefix-alloc-sections=.boot $@
HV_LDS := hv/bulkhead.lds
HV_RULES := tools/make/compiler.mk tools/make/hypervisor.mk

$(OUT)/bulkhead.elf: $(HV_OBJECTS) $(HV_LIBFDT) $(HV_LDS)
	@echo '  LD      $@'
	$(Q)$(TARGET_CC) $(TARGET_ARCH) $(TARGET_LDFLAGS) -Wl,-T,$(HV_LDS) \
		-Wl,-Map,$(OUT)/bulkhead.map -o $@ $(HV_OBJECTS) $(HV_LIBFDT)

$(OUT)/bulkhead.bin: $(OUT)/bulkhead.elf
	@echo '  OBJCOPY $@'
	$(Q)$(OBJCOPY) -O binary $< $@

# Assembly never counts a struct's offsets by hand: ROOM/asm_offsets.c says which it wants.
$(HV_GENERATED): $(OUT)/include/generated/%_offsets.h: %/asm_offsets.c tools/make/offsets.awk \
		| $(LIBFDT)/libfdt.h
	@mkdir -p $(dir $@) $(OUT)/obj/$*
	$(Q)$(TARGET_CC) $(TARGET_CFLAGS) $(WARNINGS) -MMD -MP -MT $@ \
		-MF $@.d -S -o $(OUT)/obj/$*/asm_offsets.s $<
	$(Q)awk -v room=$* -f tools/make/offsets.awk $(OUT)/obj/$*/asm_offsets.s > $@

$(OUT)/obj/%.o: %.c $(HV_GENERATED) $(HV_RULES) | $(LIBFDT)/libfdt.h
	@mkdir -p $(dir $@)
	@echo '  CC      $<'
	$(Q)$(TARGET_CC) $(TARGET_CFLAGS) $(WARNINGS) -MMD -MP -c -o $@ $<
	$(Q)$(AFTER_CC)

$(OUT)/obj/%.S.o: %.S $(HV_GENERATED) $(HV_RULES)
	@mkdir -p $(dir $@)
	@echo '  CC      $<'
	$(Q)$(TARGET_CC) $(TARGET_CFLAGS) $(WARNINGS) -MMD -MP -c -o $@ $<

$(HV_LIBFDT): $(OUT)/obj/libfdt/%.o: $(LIBFDT)/libfdt.h $(HV_RULES)
	@mkdir -p $(dir $@)
	@echo '  CC      libfdt/$*.c'
	$(Q)$(TARGET_CC) $(TARGET_CFLAGS) $(LIBFDT_WARNINGS) -I$(LIBFDT) -c -o $@ $(LIBFDT)/$*.c

$(LIBFDT)/libfdt.h:
	tools/setup libfdt

.PRECIOUS: $(HV_GENERATED)

-include $(HV_OBJECTS:.o=.d) $(HV_GENERATED:%=%.d)
