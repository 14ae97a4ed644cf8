# SPDX-License-Identifier: Apache-2.0
#
# What runs on the host: the checker behind tools/bulkhead, unit tests, fuzzers,
# proofs, coverage. Each program's first lines say what it links:
#	// sources: hv/foo.c stage2/bar.c
#	// libs: fdt m
# where fdt is the same libfdt that the hypervisor links.

HOST := $(BUILD)/host
FUZZ := $(BUILD)/fuzz
COV := $(BUILD)/coverage
CBMC ?= $(BUILD)/tools/bin/cbmc
FUZZ_SECONDS ?= 5
FUZZ_OPERATIONS ?= 10000000
TESTS ?=

UNIT_ALL := $(patsubst tests/unit/test_%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT_NAMES := $(or $(TESTS),$(UNIT_ALL))
ifneq ($(filter-out $(UNIT_ALL),$(TESTS)),)
$(error no such unit test: $(filter-out $(UNIT_ALL),$(TESTS)); TESTS takes some of: $(UNIT_ALL))
endif
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
PROOF_NAMES := $(patsubst tests/proof/proof_%.c,%,$(sort $(wildcard tests/proof/proof_*.c)))
UNIT_BINARIES := $(UNIT_NAMES:%=$(HOST)/test_%)
FUZZ_BINARIES := $(FUZZ_NAMES:%=$(FUZZ)/fuzz_%)
COV_BINARIES := $(UNIT_NAMES:%=$(COV)/test_%)

# The words after "// sources:" or "// libs:" at the head of a file.
head_words = $(shell sed -n '1,12s,^// $(2): *,,p' $(1))
# Objects of a program: its own and its sources', below folder $(1).
objects_of = $(patsubst %.c,$(1)/obj/%.o,$(2) $(call head_words,$(2),sources))
libs_of = $(patsubst fdt,$(1)/libfdt.a,$(patsubst %,-l%,$(filter-out fdt,$(2))) $(filter fdt,$(2)))

# $(1) folder, $(2) program, $(3) its source, $(4) prerequisites apart from objects
define PROGRAM
$(1)/$(2): $$(call objects_of,$(1),$(3)) \
		$(if $(filter fdt,$(call head_words,$(3),libs)),$(1)/libfdt.a)
	@mkdir -p $$(dir $$@)
	@echo '  LD      $$@'
	$$(Q)$$(LINK.$(1)) -o $$@ $$^ \
		$$(patsubst %,-l%,$$(filter-out fdt,$$(call head_words,$(3),libs))) $$(LIBS.$(1))
-include $$(patsubst %.o,%.d,$$(call objects_of,$(1),$(3)))
endef

# $(1) folder: how its objects and its libfdt are compiled
define FOLDER
$(1)/obj/%.o: %.c | $(LIBFDT)/libfdt.h
	@mkdir -p $$(dir $$@)
	@echo '  HOSTCC  $$<'
	$$(Q)$$(COMPILE.$(1)) -MMD -MP -c -o $$@ $$<
$(LIBFDT_FILES:%=$(1)/obj/libfdt/%.o): $(1)/obj/libfdt/%.o: $(LIBFDT)/libfdt.h
	@mkdir -p $$(dir $$@)
	$$(Q)$$(COMPILE.$(1)) $(LIBFDT_WARNINGS) -I$(LIBFDT) -c -o $$@ $(LIBFDT)/$$*.c
$(1)/libfdt.a: $(LIBFDT_FILES:%=$(1)/obj/libfdt/%.o)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef

COMPILE.$(HOST) = $(HOSTCC) $(HOST_CFLAGS) $(WARNINGS) $(SANITIZE)
LINK.$(HOST) = $(HOSTCC) $(SANITIZE)
LIBS.$(HOST) = -lcmocka
COMPILE.$(COV) = $(HOSTCC) $(HOST_CFLAGS) $(WARNINGS) -O0 --coverage
LINK.$(COV) = $(HOSTCC) --coverage
LIBS.$(COV) = -lcmocka
COMPILE.$(FUZZ) = $(HOST_CLANG) $(HOST_CFLAGS) $(WARNINGS) $(SANITIZE) -fsanitize=fuzzer-no-link
LINK.$(FUZZ) = $(HOST_CLANG) $(SANITIZE) -fsanitize=fuzzer
COMPILE.$(BUILD)/tools = $(HOSTCC) $(HOST_CFLAGS) $(WARNINGS) -O2
LINK.$(BUILD)/tools = $(HOSTCC)

$(foreach f,$(HOST) $(COV) $(FUZZ) $(BUILD)/tools,$(eval $(call FOLDER,$(f))))
$(foreach n,$(UNIT_NAMES),$(eval $(call PROGRAM,$(HOST),test_$(n),tests/unit/test_$(n).c)))
$(foreach n,$(UNIT_NAMES),$(eval $(call PROGRAM,$(COV),test_$(n),tests/unit/test_$(n).c)))
$(foreach n,$(FUZZ_NAMES),$(eval $(call PROGRAM,$(FUZZ),fuzz_$(n),tests/fuzz/fuzz_$(n).c)))

# tools/checker/bulkhead-NAME.c is the main file of build/tools/bulkhead-NAME.
TOOL_NAMES := $(patsubst tools/checker/%.c,%,$(wildcard tools/checker/bulkhead-*.c))
$(foreach n,$(TOOL_NAMES),$(eval $(call PROGRAM,$(BUILD)/tools,$(n),tools/checker/$(n).c)))

.PHONY: tools unit fuzz-smoke fuzz-operations proofs coverage
tools: $(TOOL_NAMES:%=$(BUILD)/tools/%)

unit: $(UNIT_BINARIES)
	tools/run-tests unit $(UNIT_BINARIES)

fuzz-smoke: $(FUZZ_BINARIES)
	tools/run-tests fuzz --seconds $(FUZZ_SECONDS) $(FUZZ_BINARIES)

# The fuzzers that count what they do: so many operations in one run.
fuzz-operations: $(FUZZ)/fuzz_cfi_flash
	tools/run-tests fuzz-operations --count $(FUZZ_OPERATIONS) $^

proofs:
	tools/setup proof
	tools/run-tests proof --cbmc $(CBMC) $(PROOF_NAMES:%=tests/proof/proof_%.c)

coverage: $(COV_BINARIES)
	tools/coverage $(COV) $(COV_BINARIES)
