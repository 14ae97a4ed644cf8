// SPDX-License-Identifier: Apache-2.0
/* SBI 3.0, section 6: TIME. */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

struct sbi_ret sbi_time_call(struct vcpu *vcpu, uint64_t function)
{
	(void)function; /* there is one: set_timer */
	hw_set_timer(vcpu, vcpu_arg(vcpu, 0));
	return sbi_error(SBI_SUCCESS);
}
