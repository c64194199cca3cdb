/* dataset_int: what the files of a data set's rows share: the scribe and the cells of a row. */
#ifndef DATASET_INT_H
#define DATASET_INT_H

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/ledger.h"
#include "core/rng.h"
#include "core/text.h"
#include "sim/dataset.h"
#include "sim/persona.h"
#include "sim/reasons.h"
#include "sim/scenario.h"

enum { SCRIBE_STEPS = 64 };

struct dataset_scribe {
    const struct generate_set *set;
    dataset_put *put;
    void *self;
    uint32_t tables;           /* 1 << enum dataset_table: those that are put */
    const struct world *world;
    uint32_t block, departures;
    uint64_t postings, events; /* rows of the block so far */
    uint64_t block_buyers;     /* number of the first buyer of the block, less one */
    uint64_t *seen;            /* a bit for each buyer of the block */
    size_t seen_words;
    struct arena arena;
    struct text party[PARTY_MAX], kind[KIND_COUNT], kind_class[KIND_COUNT], kind_layer[KIND_COUNT];
    struct text step[COLUMN_COUNT][SCRIBE_STEPS], step_layer[COLUMN_COUNT][SCRIBE_STEPS];
    struct reasons reasons;
    uint32_t miss_ppm, mark_ppm;  /* by noise: cells that are left out, texts that are spoiled */
    struct buf spoiled;
    struct dataset_cell cell[DATASET_COLUMNS_MAX];
    struct persona person;
    struct persona_firm firm;
};


static inline bool scribe_puts(const struct dataset_scribe *s, enum dataset_table table)
{
    return s->tables >> table & 1;
}
static inline struct dataset_cell cell_none(void)
{
    return (struct dataset_cell){.kind = CELL_NONE};
}
static inline struct dataset_cell cell_integer(int64_t number)
{
    return (struct dataset_cell){.kind = CELL_INTEGER, .number = number};
}
static inline struct dataset_cell cell_key(uint64_t number)
{
    return (struct dataset_cell){.kind = number ? CELL_INTEGER : CELL_NONE, .number = (int64_t)number};
}
static inline struct dataset_cell cell_decimal(int64_t number, unsigned digits)
{
    return (struct dataset_cell){.kind = CELL_DECIMAL, .digits = (uint8_t)digits, .number = number};
}
static inline struct dataset_cell cell_money(int64_t minor, unsigned currency)
{
    return cell_decimal(minor, currency_digits(currency));
}
static inline struct dataset_cell cell_time(int64_t time)
{
    return (struct dataset_cell){.kind = time == INT64_MIN ? CELL_NONE : CELL_TIME, .number = time};
}
static inline struct dataset_cell cell_words(struct text text)
{
    return (struct dataset_cell){
        .kind = text.len ? CELL_WORD : CELL_NONE, .length = (uint32_t)text.len, .text = text.ptr};
}
/* A word of the scribe's or the program's own. */
static inline struct dataset_cell cell_lasting(struct text text)
{
    struct dataset_cell cell = cell_words(text);
    cell.is_lasting = true;
    return cell;
}
static inline struct dataset_cell cell_word(const char *text)
{
    return text ? cell_words((struct text){text, strlen(text)}) : cell_none();
}
static inline struct dataset_cell cell_text(const char *text)
{
    size_t length = strlen(text);
    return (struct dataset_cell){.kind = length ? CELL_TEXT : CELL_NONE, .length = (uint32_t)length, .text = text};
}
/* A packed country; `out` has room for its two letters. */
static inline struct dataset_cell cell_country(uint16_t country, char out[2])
{
    out[0] = (char)(country >> 8);
    out[1] = (char)(country & 255);
    return country ? cell_words((struct text){out, 2}) : cell_none();
}

/* Puts the scribe's cells as a row; `number` names it for the noise. */
void scribe_put(struct dataset_scribe *scribe, enum dataset_table table, uint64_t number);
/* Puts a row of buyers when this one is new in the block. */
void scribe_buyer(struct dataset_scribe *scribe, uint64_t buyer, uint16_t country);

#endif
