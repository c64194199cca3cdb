/* office: the customs sandbox behind HTTP: its paths, its clock, and when what was taken is committed: once for all
 * that came while the last commit was made, before any of it is answered. */
#ifndef OFFICE_H
#define OFFICE_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "sim/sandbox_hook.h"

struct errs;
struct office;
struct sandbox;

struct office_plan {
    const char *address;
    bool is_simulated;                /* the clock is the office's own, and may be moved */
    uint32_t speed;                   /* of a simulated clock; 0: it stands still */
    int64_t down_ms;                  /* so long from the start, it answers 503; on the wall */
    struct sandbox_hook_options hook; /* without `changed`, `self`; url NULL: nothing is sent out */
};

/* NULL with an error. */
struct office *office_open(uv_loop_t *loop, struct sandbox *sandbox, const struct office_plan *plan, struct errs *errs);
unsigned office_port(const struct office *office);
/* Commits, answers what waits, sends out no more; gone when the loop has run once more. */
void office_close(struct office *office);

#endif
