/* out_postings: the table postings.csv, one row per posting, in the order of booking. */
#ifndef OUT_POSTINGS_H
#define OUT_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/ledger.h"
#include "core/text.h"
#include "sim/out_row.h"
#include "sim/reasons.h"

struct book;
struct out_file;
struct world;

/* Of one replication. Texts that repeat are made once. */
struct out_postings {
    struct out_file *file;     /* borrowed */
    const struct world *world; /* set before the first row: knows what a reason says */
    struct arena arena;
    struct out_row_clock clock;
    struct text replication;
    struct text party[PARTY_MAX];
    struct text kind[COLUMN_COUNT][KIND_COUNT]; /* ",layer,column,class,kind" */
    struct text currency[CURRENCY_MAX];
    uint8_t digits[CURRENCY_MAX];
    uint64_t unit[CURRENCY_MAX];
    struct reasons reasons;
    unsigned base;
};

void out_postings_head(struct out_file *file);
void out_postings_init(struct out_postings *table, struct out_file *file, const struct book *book,
                       unsigned base, uint32_t replication);
void out_postings_finish(struct out_postings *table);
void out_postings_add(struct out_postings *table, uint64_t number, const struct posting *posting);

#endif
