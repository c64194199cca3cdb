/* reasons: what the reasons of postings say, as the world tells them: asked once each, and kept. */
#ifndef REASONS_H
#define REASONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/text.h"

struct world;

struct reason {
    uint32_t number;
    struct text said; /* ptr NULL: a free slot */
};

/* A zeroed one is empty. */
struct reasons {
    struct reason *slot; /* open addressing by number */
    uint32_t count, slots;
    bool is_csv;         /* as cells of a CSV row, with quotes where they need them */
    struct arena arena;
};

/* The text stays where it is until reasons_finish. */
struct text reasons_said(struct reasons *reasons, const struct world *world, uint32_t number);
void reasons_finish(struct reasons *reasons);

#endif
