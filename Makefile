# SPDX-License-Identifier: Apache-2.0
#
# Bulkhead's build: `make help` lists the targets. The work is in tools/make/:
#   compiler.mk    which compiler, and the flags of the hypervisor and of the host programs
#   hypervisor.mk  build/bulkhead.elf and build/bulkhead.bin
#   host.mk        host programs, unit tests, fuzzers, proofs, coverage
#   check.mk       layout, layers, headers, and the layers of `make test`
# A guest adds its images to GUEST_IMAGES in guests/NAME/Makefile.inc.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

BUILD := build
SYSTEM ?= configs/linux-freertos.dts

.PHONY: all
all:

include tools/make/compiler.mk
include tools/make/hypervisor.mk
include tools/make/host.mk
include tools/make/check.mk

GUEST_IMAGES :=
-include $(sort $(wildcard guests/*/Makefile.inc))

.PHONY: guests run labs bench bench-check size clean distclean help
all: $(OUT)/bulkhead.elf $(OUT)/bulkhead.bin

guests: $(GUEST_IMAGES)

# Set-up comes before the rules that need what it brings, so it is a make of its own.
run:
	tools/setup run
	+$(MAKE) --no-print-directory all tools guests
	tools/bulkhead run $(SYSTEM) $(RUN_ARGS)

# The figures are committed: docs/bench/. bench-check measures again and compares.
bench bench-check:
	tools/setup run bench
	+$(MAKE) --no-print-directory all tools guests
	tools/bulkhead bench $(if $(filter bench-check,$@),--check) $(BENCH_ARGS)

labs:
	tools/setup run
	+$(MAKE) --no-print-directory all tools guests
	tools/bulkhead labs $(RUN_ARGS)

size: $(OUT)/bulkhead.elf
	tools/size --nm $(CROSS_COMPILE)nm $(OUT)/bulkhead.elf $(OUT)/bulkhead.map

# What was downloaded stays: `make distclean` removes that too.
clean:
	find $(BUILD) -mindepth 1 -maxdepth 1 $(foreach d,$(KEPT),! -name $(d)) -exec rm -rf {} + \
		2>/dev/null || true
	rm -rf $(BUILD)/tools/obj $(BUILD)/tools/bulkhead-*

distclean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^# \?help: //p' Makefile

# help: make               build/bulkhead.elf and build/bulkhead.bin
# help: make LLVM=1        the same with clang and lld, in build/llvm/
# help: make tools         the host programs that tools/bulkhead uses
# help: make guests        the guests' images
# help: make run           set up, build, run SYSTEM=configs/linux-freertos.dts; RUN_ARGS="--smp 8"
# help: make labs          run the teaching guests one after another
# help: make bench         measure Bulkhead, bare machine: docs/bench/; bench-check: what got worse
# help: make test          set up, then every check and test; ends with "N passed, N failed"
# help: make test-all      the same with the whole matrix of machines and longer fuzzing
# help: make unit          unit tests (ASan, UBSan); TESTS="pgtable config" picks some
# help: make fuzz-smoke    each fuzzer over its corpus and FUZZ_SECONDS=5 more
# help: make fuzz-operations  the flash fuzzer, FUZZ_OPERATIONS=10000000 accesses in one run
# help: make proofs        the model checker's proofs
# help: make system-tests  whole systems on QEMU; PYTEST_ARGS="-k console" picks some
# help: make lint          formats, widths, layers, headers, boot code, clang's build
# help: make coverage      line coverage of the unit tests
# help: make size          code, data and run-time memory by room
# help: make clean         remove what was built; distclean: also what was downloaded
