# SPDX-License-Identifier: Apache-2.0
#
# Checks of the source itself, and `make test`, which runs every layer and sums.

# Both versions that Debian 12 and 13 have agree.
CLANG_FORMAT ?= $(or $(shell command -v clang-format-14),clang-format)
FORMATTED = $(shell git ls-files '*.c' '*.h')
PYTEST ?= /usr/bin/python3 -m pytest
PYTEST_ARGS ?=

LINTS := format-check check-width check-layers check-headers check-boot-code check-clang

.PHONY: lint $(LINTS) system-tests test test-all
lint:
	tools/run-tests lint $(LINTS)

format-check:
	$(CLANG_FORMAT) --dry-run --Werror $(FORMATTED)

check-width:
	tools/check-width

check-layers:
	tools/check-layers

check-boot-code: $(OUT)/bulkhead.elf
	tools/check-boot-code $(OUT)/obj

# The other compiler, whose image must keep the same promises.
check-clang:
	+$(MAKE) --no-print-directory LLVM=1 all check-boot-code

check-headers:
	tools/check-headers $(HOSTCC) $(HOST_CFLAGS) $(WARNINGS) -- \
		$(TARGET_CC) $(TARGET_CFLAGS) $(WARNINGS)

system-tests: all tools guests
	tools/run-tests system -- $(PYTEST) $(PYTEST_ARGS) tests/system

test:
	tools/setup test
	tools/run-tests all

test-all:
	tools/setup test
	tools/run-tests all --long
