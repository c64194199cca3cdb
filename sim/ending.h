/* ending: a loop that serves until somebody ends it: SIGINT or SIGTERM stops it. SIGPIPE is ignored: who writes to a
 * client that has left is told so. */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>

#include <uv.h>

struct ending {
    uv_signal_t interrupt, terminate;
    bool is_asked;
};

/* The loop is initialised; uv_run returns when a signal has come. */
void ending_watch(struct ending *ending, uv_loop_t *loop);
/* Watches no longer; the loop has to run once more. */
void ending_close(struct ending *ending);

#endif
