/* story: everything that happens to one order, as it happens: steps, payments, what the law said. */
#ifndef STORY_H
#define STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/node.h"
#include "sim/world.h"

struct book;

struct story_entry; /* private to story.c */

struct story {
    struct world_sink sink; /* give it to the world of the order's replication */
    const struct book *book;
    const struct world *world; /* set before it advances */
    enum lang lang;
    unsigned base;             /* currency of costs */
    uint64_t order;            /* its number */
    struct story_entry *entry;
    uint32_t entries, room;
    struct buf text;           /* what the law said, as text and as JSON */
    struct order_record record; /* when it is told to its end; its texts are the world's and the book's */
    bool is_whole;
};

void story_init(struct story *story, const struct book *book, unsigned base, enum lang lang);
void story_finish(struct story *story);
void story_text(const struct story *story, bool color, struct buf *out);
void story_json(const struct story *story, struct buf *out);

#endif
