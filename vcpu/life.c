/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last vCPU to leave a guest that ends decides what comes next. Loading runs
 * as a job on the guest's first hart, so that guests start side by side and no
 * other guest's hart is touched.
 */
#include "vcpu/life.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/fmt.h"
#include "hv/log.h"
#include "hv/sbi_defs.h"
#include "hv/timer.h"
#include "vcpu/devices.h"
#include "vcpu/run.h"
#include "vcpu/virq.h"

#define HARTS_TEXT_MAX 96
#define SHORT_LIFE_MS  1000

static const struct life_ops *life_ops;

static const char *const state_names[] = {
	[VM_CREATED] = "created", [VM_LOADING] = "loading", [VM_RUNNING] = "running",
	[VM_ENDING] = "ending",   [VM_STOPPED] = "stopped", [VM_REFUSED] = "refused",
};

static const char *const end_names[] = {
	[VM_END_NONE] = "none",     [VM_END_SHUTDOWN] = "shutdown", [VM_END_FAILURE] = "failure",
	[VM_END_REBOOT] = "reboot", [VM_END_CRASH] = "crash",       [VM_END_WATCHDOG] = "watchdog",
	[VM_END_STOP] = "stop",     [VM_END_RESTART] = "restart",
};

const char *life_state_name(enum vm_state state)
{
	return state_names[state];
}

const char *life_end_name(enum vm_end end)
{
	return end_names[end];
}

/* True when a guest that ended so is to start again; under vm->lock. Counts the restarts. */
static bool wants_restart(struct vm *vm, enum config_action action, bool limited)
{
	if (action != CONFIG_RESTART)
		return false;
	if (!limited || vm->config->max_restarts == UINT32_MAX)
		return true;
	if (vm->restarts >= vm->config->max_restarts) {
		log_error(
			"%s: restarted %u times already, which is its max-restarts: it stays down",
			vm->name, vm->restarts);
		return false;
	}
	vm->restarts++;
	return true;
}

static bool decide_restart(struct vm *vm)
{
	const struct config_guest *config = vm->config;

	switch (vm->end) {
	case VM_END_REBOOT:
	case VM_END_RESTART:
		return true;
	case VM_END_SHUTDOWN:
		return wants_restart(vm, config->on_shutdown, false);
	case VM_END_CRASH:
	case VM_END_FAILURE:
		return wants_restart(vm, config->on_crash, true);
	case VM_END_WATCHDOG:
		return wants_restart(vm, config->on_watchdog, true);
	default:
		return false;
	}
}

static bool wants_system_reset(const struct vm *vm)
{
	const struct config_guest *config = vm->config;

	switch (vm->end) {
	case VM_END_SHUTDOWN:
		return config->on_shutdown == CONFIG_SYSTEM_RESET;
	case VM_END_CRASH:
	case VM_END_FAILURE:
		return config->on_crash == CONFIG_SYSTEM_RESET;
	case VM_END_WATCHDOG:
		return config->on_watchdog == CONFIG_SYSTEM_RESET;
	default:
		return false;
	}
}

static void forget_requests(struct vm *vm)
{
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		__atomic_store_n(&vm->vcpus[i]->requests, 0, __ATOMIC_RELEASE);
		__atomic_store_n(&vm->vcpus[i]->lines, 0, __ATOMIC_RELEASE);
	}
}

/* Under vm->lock; no vCPU is inside. From here on a request to end is one to the next life. */
static void post_load(struct vm *vm)
{
	vm->state = VM_LOADING;
	vm->end = VM_END_NONE;
	forget_requests(vm);
	hart_post(vm->vcpus[0]->hart, &vm->load_job);
}

bool life_is_told(const struct vm *vm)
{
	return (vm->short_lives & (vm->short_lives - 1)) == 0;
}

static void log_end(struct vm *vm)
{
	bool itself = vm->end != VM_END_STOP && vm->end != VM_END_RESTART;

	if (itself && timer_now() - vm->begun < timer_ms(SHORT_LIFE_MS))
		vm->short_lives++;
	else
		vm->short_lives = 0;
	if (vm->short_lives <= 1)
		log_info("%s: ended: %s", vm->name, life_end_name(vm->end));
	else if (life_is_told(vm))
		log_info("%s: ended: %s, at once, %u times in a row", vm->name,
			 life_end_name(vm->end), vm->short_lives);
}

/* Every vCPU is out. */
static void ended(struct vm *vm)
{
	bool restart;

	log_end(vm);
	if (wants_system_reset(vm))
		life_ops->system_reset();
	spin_lock(&vm->lock);
	restart = decide_restart(vm);
	if (restart)
		post_load(vm);
	else
		vm->state = VM_STOPPED;
	spin_unlock(&vm->lock);
	if (!restart)
		life_ops->stopped(vm);
}

/* Under vm->lock. True when it was the last one inside, which the caller tells ended(). */
static bool park(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	bool last = --vm->nr_inside == 0;

	__atomic_store_n(&vcpu->hsm, SBI_HSM_STATE_STOPPED, __ATOMIC_RELEASE);
	if (last && vm->state == VM_RUNNING) {
		/* Every vCPU stopped itself: nobody is left who could start one. */
		vm->state = VM_ENDING;
		vm->end = VM_END_SHUTDOWN;
	}
	return last;
}

void life_parked(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	bool last;

	spin_lock(&vm->lock);
	last = park(vcpu);
	spin_unlock(&vm->lock);
	if (last)
		ended(vm);
}

/*
 * While a guest loads, only the operator can end it: a watchdog that its last life left
 * running has no say in the next. The loading hart sees the request before it enters.
 */
static bool may_end(const struct vm *vm, enum vm_end end)
{
	if (vm->state == VM_LOADING)
		return end == VM_END_STOP || end == VM_END_RESTART;
	return vm->state == VM_RUNNING;
}

void vm_request_end(struct vm *vm, enum vm_end end)
{
	uint32_t i;
	bool first;

	spin_lock(&vm->lock);
	first = may_end(vm, end);
	if (first) {
		vm->end = end;
		if (vm->state == VM_RUNNING)
			vm->state = VM_ENDING;
	}
	/* Under the lock, or a request could reach the next life, which nobody ended. */
	for (i = 0; first && i < vm->nr_vcpus; i++)
		virq_request(vm->vcpus[i], VCPU_REQUEST_VM_END);
	spin_unlock(&vm->lock);
}

/* Says where the guest runs: "linux: started on harts 1 2". */
static void log_start(const struct vm *vm)
{
	char harts[HARTS_TEXT_MAX];
	size_t length = 0;
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus && length < sizeof(harts); i++)
		length += fmt_snprintf(harts + length, sizeof(harts) - length, " %lu",
				       vm->vcpus[i]->hart->id);
	log_info("%s: started on hart%s%s", vm->name, vm->nr_vcpus > 1 ? "s" : "", harts);
}

/* Loading is over: begin, unless somebody ended the guest meanwhile. */
static bool begin(struct vm *vm, uint64_t pc, uint64_t opaque)
{
	struct vcpu *vcpu = vm->vcpus[0];
	bool go;

	spin_lock(&vm->lock);
	go = vm->end == VM_END_NONE;
	vm->state = go ? VM_RUNNING : VM_ENDING;
	if (go) {
		vm->starts++;
		vm->nr_inside = 1;
		vcpu->start_pc = pc;
		vcpu->start_opaque = opaque;
		__atomic_store_n(&vcpu->hsm, SBI_HSM_STATE_START_PENDING, __ATOMIC_RELEASE);
	}
	spin_unlock(&vm->lock);
	return go;
}

static void load_job(struct hart_job *job)
{
	struct vm *vm = CONTAINER_OF(job, struct vm, load_job);
	uint64_t pc, opaque;

	devices_reset(vm);
	if (life_ops->load(vm, &pc, &opaque)) {
		spin_lock(&vm->lock);
		vm->state = VM_REFUSED;
		spin_unlock(&vm->lock);
		life_ops->stopped(vm);
		return;
	}
	vm->time_delta = vm->config->own_time ? -csr_read(CSR_TIME) : 0;
	if (life_is_told(vm))
		log_start(vm);
	vm->begun = timer_now();
	if (!begin(vm, pc, opaque)) {
		ended(vm);
		return;
	}
	life_ops->begun(vm);
	run_vcpu(vm->vcpus[0]);
}

/* Under vm->lock: true when the guest's first hart was to load it, and never will. */
static bool waits_in_vain(const struct vm *vm)
{
	return vm->state == VM_LOADING && hart_is_missing(vm->vcpus[0]->hart);
}

void life_lose_harts(struct vm *vm)
{
	bool refused, last = false;
	uint32_t i;

	spin_lock(&vm->lock);
	refused = waits_in_vain(vm);
	if (refused)
		__atomic_store_n(&vm->state, VM_REFUSED, __ATOMIC_RELEASE);
	for (i = 1; i < vm->nr_vcpus; i++) {
		struct vcpu *vcpu = vm->vcpus[i];

		if (hart_is_missing(vcpu->hart) && vcpu->hsm == SBI_HSM_STATE_START_PENDING)
			last = park(vcpu);
	}
	spin_unlock(&vm->lock);
	if (refused) {
		log_error("%s: refused: hart %lu, on which it was to start, does not", vm->name,
			  vm->vcpus[0]->hart->id);
		life_ops->stopped(vm);
	}
	if (last)
		ended(vm);
}

void life_init(const struct life_ops *ops)
{
	life_ops = ops;
}

int life_start(struct vm *vm)
{
	int error = 0;

	spin_lock(&vm->lock);
	vm->load_job.run = load_job;
	if (vm->state == VM_CREATED || vm->state == VM_STOPPED) {
		vm->restarts = 0;
		post_load(vm);
	} else {
		error = vm->state == VM_REFUSED ? -EINVAL : -EBUSY;
	}
	spin_unlock(&vm->lock);
	life_lose_harts(vm);
	return error;
}

/* True for a guest that begins by itself and has not yet. */
static bool waits_for_its_turn(const struct vm *vm)
{
	return vm && vm->config->autostart &&
	       __atomic_load_n(&vm->state, __ATOMIC_RELAXED) == VM_CREATED;
}

/* The lowest start-order of those that wait; UINT32_MAX: none does, or a guest is still loading. */
static uint32_t next_order(struct vm *const *vms, uint32_t count)
{
	uint32_t order = UINT32_MAX, i;

	for (i = 0; i < count; i++) {
		const struct vm *vm = vms[i];

		if (vm && __atomic_load_n(&vm->state, __ATOMIC_RELAXED) == VM_LOADING)
			return UINT32_MAX;
		if (waits_for_its_turn(vm))
			order = MIN(order, vm->config->start_order);
	}
	return order;
}

void life_start_next(struct vm *const *vms, uint32_t count)
{
	uint32_t order, i;

	/* Of two guests that begin at once, the one whose state is written last sees both. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	order = next_order(vms, count);
	for (i = 0; i < count; i++) {
		struct vm *vm = vms[i];

		if (waits_for_its_turn(vm) && vm->config->start_order == order)
			life_start(vm);
	}
}
