/* progress: one line on stderr that says how far a batch is; drawn by a timer of its loop. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

#include <uv.h>

#include "core/node.h"

/* Of one part of the run at work. */
struct progress_part {
    uint64_t placed;          /* orders, or whatever is counted */
    int64_t now;              /* simulated */
};

/* Hands out what is at work, NULL behind the last. */
typedef const struct progress_part *progress_part_at(const void *self, unsigned index);

struct progress {
    const char *unit;       /* what is counted, in the reader's language; NULL: orders */
    uint64_t planned;       /* orders of the whole run, 0: not known */
    uint64_t placed_before; /* orders of the parts that are done */
    enum lang lang;
    /* private */
    uv_timer_t timer;
    progress_part_at *part;
    const void *self;
    uint64_t begun_ms, placed_at_start;
    int is_running, is_drawn;
};

void progress_start(struct progress *progress, uv_loop_t *loop, progress_part_at *part, const void *self);
/* Takes the line away. */
void progress_stop(struct progress *progress);

#endif
