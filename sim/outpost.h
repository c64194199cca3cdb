/* outpost: where the questions of a run's worlds (sim/outside.h) go out, and their answers come in.
 *   Live, each goes to the scenario's endpoint by a wire while the worlds go on; its answer enters its world at the
 * simulated time at which that stands by then, and every exchange is logged before it counts.
 *   Out of a log, the answers enter at the times that the log has: the same world, without wire or clock. A question
 * that is not the log's, to the byte, fails the run.
 * A part is one world of the run, numbered from 1. */
#ifndef OUTPOST_H
#define OUTPOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/node.h"

struct buf;
struct errs;
struct out_folder;
struct outpost;
struct outpost_log;
struct scenario_outside;
struct world;

/* What came of a question; lives until the call returns. */
struct outpost_reply {
    long status;            /* of HTTP; 0: none */
    const char *body;
    size_t length;
    const char *error;      /* why there is no answer, "" */
    unsigned tries;
    uint64_t try_us;        /* of the last try */
};
typedef void outpost_heard(void *ticket, const struct outpost_reply *reply);

/* How questions travel; everything on the loop's thread. */
struct outpost_wire {
    void *(*open)(uv_loop_t *loop, const struct scenario_outside *where);
    /* `key` is the same for each try of a question, and no other's. The body lives as long as the trip. `heard` is called
     * once, never before this returns. */
    void *(*send)(void *wire, const char *key, const char *body, size_t length, outpost_heard *heard, void *ticket);
    void (*cancel)(void *wire, void *trip);
    void (*close)(void *wire); /* while the loop still runs once */
};

/* Both borrow what they are given. */
struct outpost *outpost_live(const struct scenario_outside *where, const struct outpost_wire *wire);
struct outpost *outpost_recall(const struct outpost_log *log);
void outpost_free(struct outpost *outpost);

/* Begins the log in the run's folder, beside the one of an earlier run. `key`: no other run has it. 0, or -1 with errors. */
#define OUTPOST_LOG "outside.ndjson"
#define OUTPOST_LOG_BEFORE "outside.before.ndjson"
int outpost_begin(struct outpost *outpost, const struct out_folder *folder, const char *key, const struct buf *manifest,
                  struct errs *errs);
/* Its last line; the log is on the disk. 0, or -1 with errors. */
int outpost_end(struct outpost *outpost, bool is_complete, const char *digest, struct errs *errs);

/* On the thread of a part's world, once it is made. */
void outpost_join(struct outpost *outpost, uint32_t part, struct world *world);
bool outpost_is_live(const struct outpost *outpost);
/* As far as the log goes; INT64_MAX: no bound. */
int64_t outpost_until(const struct outpost *outpost, uint32_t part);

/* The rest is for the loop's thread, while the part's world rests, and does nothing where answers come out of a log.
 * `news`: an answer for a part has come. */
void outpost_open(struct outpost *outpost, uv_loop_t *loop, void (*news)(void *self, uint32_t part), void *self);
void outpost_send(struct outpost *outpost, uint32_t part); /* what its world has asked by now */
bool outpost_has_news(const struct outpost *outpost, uint32_t part);
/* Logs the answers that have come and gives them to the world, which has not yet gone as far as `time`. 0, or -1 with
 * errors: the log cannot be written. */
int outpost_tell(struct outpost *outpost, uint32_t part, struct world *world, int64_t time, struct errs *errs);
/* What is under way, or has come and was not told, is given up. Also while its world is at work. */
void outpost_leave(struct outpost *outpost, uint32_t part);
/* For the log: its world was stopped at `time`; INT64_MAX: it came to its end. */
void outpost_stand(struct outpost *outpost, uint32_t part, int64_t time);
void outpost_close(struct outpost *outpost); /* while the loop still runs once */

/* For a person: how many were asked, who answered, how long it took. */
void outpost_report(const struct outpost *outpost, enum lang lang, struct buf *out);

#endif
