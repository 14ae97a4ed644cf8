# SPDX-License-Identifier: Apache-2.0
#
# Compilers and flags. CC says which one builds the hypervisor: `make` takes the
# cross gcc, `make LLVM=1` or `make CC=clang` takes clang and lld, in a folder apart.

CROSS_COMPILE ?= riscv64-linux-gnu-
LLVM ?=
ifeq ($(origin CC),default)
CC := gcc
endif
ifneq ($(findstring clang,$(CC)),)
LLVM := 1
endif

LLVM_VERSION ?= $(if $(shell command -v clang-14),-14)
HOSTCC ?= gcc
HOST_CLANG ?= clang$(LLVM_VERSION)

ifneq ($(LLVM),)
OUT := $(BUILD)/llvm
TARGET_CC := $(if $(findstring clang,$(CC)),$(CC),clang$(LLVM_VERSION)) --target=riscv64-linux-gnu
OBJCOPY := llvm-objcopy$(LLVM_VERSION)
TARGET_INCLUDE := -nostdlibinc
TARGET_ARCH := -march=rv64imac -mabi=lp64
# lld 14 can't.
TARGET_RELAX := -mno-relax
TARGET_LD := -fuse-ld=$(or $(shell command -v ld.lld$(LLVM_VERSION)),lld)
else
OUT := $(BUILD)
TARGET_CC := $(if $(filter gcc,$(CC)),$(CROSS_COMPILE)gcc,$(CC))
OBJCOPY := $(CROSS_COMPILE)objcopy
TARGET_INCLUDE = -nostdinc -isystem $(shell $(TARGET_CC) -print-file-name=include)
TARGET_ARCH := -march=rv64imac_zicsr_zifencei -mabi=lp64
# The linker shortens calls. Without a __global_pointer$ it leaves gp alone, which is the guests'.
TARGET_RELAX := -mrelax
# Bulkhead maps itself page by page (hv/paging.c); the file's own segments are nobody's.
TARGET_LD := -Wl,--no-warn-rwx-segments
endif

WARNINGS := -Wall -Wextra -Werror -Wmissing-prototypes -Wshadow -Wundef -Wstrict-prototypes \
	-Wvla -Wpointer-arith -Wwrite-strings

LIBFDT := $(BUILD)/third-party/libfdt
LIBFDT_FILES := fdt fdt_ro fdt_rw fdt_sw fdt_wip fdt_addresses fdt_overlay fdt_strerror \
	fdt_empty_tree fdt_check
# Third-party code is compiled as it comes.
LIBFDT_WARNINGS := -w

# Small, for Bulkhead's memory is the guests' loss; what a guest waits for is fast (hypervisor.mk).
OPTIMISE := -Os

# The small data area is off: nobody sets gp.
# One image that runs wherever it is put, so position independent (hv/bulkhead.lds).
TARGET_CFLAGS = -std=gnu17 -ffreestanding -fpie -fvisibility=hidden -mcmodel=medany $(TARGET_ARCH) \
	$(TARGET_RELAX) -msmall-data-limit=0 $(OPTIMISE) -g -fno-stack-protector \
	-fno-strict-aliasing -fno-common -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-unwind-tables $(TARGET_INCLUDE) \
	-Ihv/libc -I. -I$(OUT)/include -isystem $(LIBFDT)
TARGET_LDFLAGS = $(TARGET_LD) -nostdlib -pie -Wl,--no-dynamic-linker -Wl,-Bsymbolic \
	-Wl,--gc-sections -Wl,--no-check-sections -Wl,--build-id=none \
	-Wl,-z,norelro -Wl,-z,text -Wl,-z,max-page-size=4096

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS := -std=gnu17 -O1 -g -fno-strict-aliasing -fno-common -I. -isystem $(LIBFDT)

# Brought by tools/setup, kept by `make clean`.
KEPT := third-party downloads setup apt linux firmware firmware-old tools

# `make V=1` shows the commands; else each prints two words.
Q := $(if $(V),,@)
