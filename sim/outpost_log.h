/* outpost_log: what a run and the endpoint of its outside step said to each other, as lines of JSON:
 *   the run: {"schema_version": 1, "log": "outside", "manifest": {…}};
 *   each exchange, in the order in which the answers took effect;
 *   where its worlds stood: {"part": 1, "stands": "2026-03-01T08:12:05Z"} when they were stopped, else "end";
 *   how it ended: {"end": "complete", "digest": "…"}.
 * A log without its end (the program was killed) holds what happened until its last line. */
#ifndef OUTPOST_LOG_H
#define OUTPOST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/json.h"

struct buf;
struct errs;

enum { OUTPOST_PARTS = 64 }; /* worlds of one run, at most */

struct outpost_exchange {
    uint32_t part;               /* from 1: which of the run's worlds */
    uint64_t question, order;    /* numbers */
    int64_t asked_at, applied_at; /* simulated */
    bool accepts, is_heard;      /* heard: the endpoint said so, else the scenario's "otherwise" */
    long status;                 /* of HTTP, 0: none */
    unsigned tries;
    uint64_t wall_us, try_us;    /* from the question to its answer; of the last try */
    const char *error;           /* why it was not heard, "" */
    const char *body, *response; /* response: NULL where there is none */
    size_t length, response_length;
};

/* Each appends its line. The manifest is a JSON document (sim/out_manifest.h). */
void outpost_log_begin(const struct buf *manifest, struct buf *out);
void outpost_log_exchange(const struct outpost_exchange *exchange, struct buf *out);
void outpost_log_stand(uint32_t part, int64_t time, struct buf *out);
void outpost_log_end(bool is_complete, const char *digest, struct buf *out);

struct outpost_recall {
    uint64_t question;
    int64_t asked_at, applied_at;
    bool accepts;
    struct text body;
};

struct outpost_log {
    char source[160];
    const char *bytes;           /* mapped */
    size_t length;
    struct json head, manifest;  /* manifest: a view of a member of head, for job_reread and job_check */
    bool has_end, is_complete;
    char digest[33];             /* "" without an end */
    int64_t last;                /* applied last, INT64_MIN: nothing */
    struct {
        struct outpost_recall *recall; /* by question */
        size_t count, room;
        int64_t until;           /* as far as its world went; INT64_MAX: to the run's own end; INT64_MIN: nobody knows */
    } part[OUTPOST_PARTS + 1];
};

/* Is the file such a log? One that cannot be read is none. */
bool outpost_log_is(const char *path);
/* 0, or -1 with errors; outpost_log_finish either way. */
int outpost_log_read(struct outpost_log *log, const char *path, struct errs *errs);
void outpost_log_finish(struct outpost_log *log);

#endif
