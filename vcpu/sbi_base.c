// SPDX-License-Identifier: Apache-2.0
/* SBI 3.0, section 4: BASE. Which SBI this is, and what it has. */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

/* Legacy extensions are there, each under its own id. */
static bool is_offered(uint64_t id)
{
	return id <= SBI_EXT_LEGACY_SHUTDOWN || sbi_find(id);
}

struct sbi_ret sbi_base_call(struct vcpu *vcpu, uint64_t function)
{
	switch (function) {
	case SBI_BASE_GET_SPEC_VERSION:
		return sbi_value(SBI_SPEC_VERSION);
	case SBI_BASE_GET_IMPL_ID:
		return sbi_value(SBI_IMPLEMENTATION_ID);
	case SBI_BASE_GET_IMPL_VERSION:
		return sbi_value(SBI_IMPLEMENTATION_VERSION);
	case SBI_BASE_PROBE_EXTENSION:
		return sbi_value(is_offered(vcpu_arg(vcpu, 0)));
	default:
		return sbi_value(hw_machine_id((unsigned)function));
	}
}
