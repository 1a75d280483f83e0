/* SPDX-License-Identifier: Apache-2.0 */
/* A plug-in of QEMU's user mode: at each reading of the clock, the instructions so far, a line of standard error. The
 * few functions of QEMU's plug-in interface (version 1) are declared here, for distributions leave its header out. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CLOCK_GETTIME 113 /* of Linux for AArch64 */
enum { ADD_U64 = 0 };

typedef uint64_t plugin_id;
typedef struct qemu_plugin_tb block;

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*callback)(plugin_id id, block *tb));
extern size_t qemu_plugin_tb_n_insns(const block *tb);
extern void qemu_plugin_register_vcpu_tb_exec_inline(block *tb, int operation, void *to, uint64_t value);
typedef void (*syscall_callback)(plugin_id id, unsigned cpu, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3,
                                 uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8);
extern void qemu_plugin_register_vcpu_syscall_cb(plugin_id id, syscall_callback callback);

int qemu_plugin_version = 1;
static uint64_t executed;

static void translated(plugin_id id, block *tb) {
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &executed, qemu_plugin_tb_n_insns(tb));
}

static void called(plugin_id id, unsigned cpu, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                   uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
    (void)id, (void)cpu, (void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
    if (number == CLOCK_GETTIME) {
        fprintf(stderr, "%llu\n", (unsigned long long)executed);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
    (void)info, (void)argc, (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, called);
    return 0;
}
