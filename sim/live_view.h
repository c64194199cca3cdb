/* live_view: the worlds of a live session and what can be seen of them: who is where, what moves between nodes, what
 * waits, lies in stock, and was paid. */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"

struct book;
struct buf;
struct scenario;
struct world;

struct live_view {
    const struct scenario *scenario;
    const struct book *book;
    uint64_t seed;
    struct world **world; /* the cells of one replication */
    uint32_t worlds;
    struct live_seen *seen; /* where each subject was last, for what moves */
    uint64_t moved[COLUMN_COUNT][LAYER_COUNT][LAYER_COUNT]; /* from a layer to a layer since they were forgotten */
};

/* A point of what is drawn over time. */
struct live_point {
    int64_t time;
    uint64_t open, waiting; /* orders on their way; for customs and pickers */
    int64_t treasuries;     /* received so far by all of them, base minor units */
};

void live_view_open(struct live_view *view, const struct scenario *scenario, const struct book *book, uint64_t seed);
void live_view_clear(struct live_view *view);
/* As JSON. */
void live_view_tell(const struct live_view *view, struct buf *out);
/* Counts of movements begin anew. */
void live_view_forget(struct live_view *view);
/* How things stand, added up over all flows; the time is the caller's. */
void live_view_look(const struct live_view *view, struct live_point *point);
/* The digest that a run until then has, when the worlds have come that far; they go on. INT64_MAX: to its end. */
void live_view_digest(const struct live_view *view, int64_t until, char out[33]);

#endif
