/* volley: the questions that a scenario's demand asks of its step outside, sent to an endpoint at a stated rate,
 * whether it keeps up or not. A latency counts from the moment at which its request was due, so that an endpoint that
 * falls behind cannot hide it by slowing down who asks. */
#ifndef VOLLEY_H
#define VOLLEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/node.h"
#include "sim/stats.h"

struct book;
struct buf;
struct errs;
struct scenario;

enum { VOLLEY_STATUSES = 600, VOLLEY_KINDS = 16, VOLLEY_CONNECTIONS_MOST = 4096 };

struct volley_kind {
    char name[100];
    uint64_t count;
};

struct volley {
    /* what is asked; borrowed */
    const struct scenario *scenario; /* its `outside` says what is asked, where, and for how long each is waited for */
    const struct book *book;
    uint64_t seed;
    uint64_t limit;          /* requests */
    uint64_t rate, per_s;    /* so many in so many seconds, 1 or 60 */
    unsigned connections;    /* at a time; what is due beyond waits, and that counts */
    bool has_bar;
    enum lang lang;          /* of the bar */
    /* what came out */
    uint64_t sent, answered, failed;
    unsigned most;           /* under way at a time */
    uint64_t wall_us;
    uint64_t status[VOLLEY_STATUSES];
    struct volley_kind kind[VOLLEY_KINDS]; /* why requests failed; the last takes all further kinds */
    struct hours due, own;   /* microseconds, of those that were answered: since they were due, since they were sent */
    int64_t longest_due_us, longest_own_us;
    int signal;              /* that stopped it, 0: it came to its end */
};

/* Sends until the limit, or a signal: then what is under way is given up (a second one ends the program at once). 0,
 * or -1 with errors: the world failed, or asks nothing. */
int volley_run(struct volley *volley, struct errs *errs);
/* What came out, for a person and for programs. */
void volley_text(const struct volley *volley, enum lang lang, struct buf *out);
void volley_markdown(const struct volley *volley, enum lang lang, struct buf *out);
void volley_json(const struct volley *volley, struct buf *out);

#endif
