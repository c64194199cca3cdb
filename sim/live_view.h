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
    uint64_t moved[COLUMN_COUNT][LAYER_COUNT][LAYER_COUNT]; /* from a layer to a layer since the last telling */
};

void live_view_open(struct live_view *view, const struct scenario *scenario, const struct book *book, uint64_t seed);
void live_view_clear(struct live_view *view);
/* As JSON; counts of movements begin anew. */
void live_view_tell(struct live_view *view, struct buf *out);
/* The digest that a run until then has, when the worlds have come that far; they go on. INT64_MAX: to its end. */
void live_view_digest(const struct live_view *view, int64_t until, char out[33]);

#endif
