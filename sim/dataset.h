/* dataset: the tables of a data set, as rows of cells: what a table is called, what its columns mean, and a scribe
 * that turns what a world tells into rows. How a row is written is the business of a format (csv, jsonl, sqlite,
 * parquet). */
#ifndef DATASET_H
#define DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/node.h"
#include "sim/dataset_tables.h"
#include "sim/generate.h"

enum dataset_table {
#define X(token, keys, en, zh) TABLE_##token,
    DATASET_TABLES(X)
#undef X
    TABLE_COUNT
};

/* What a column holds. KEY: a whole number that names something. RATE: a decimal of no currency. */
enum dataset_type {
    DATASET_KEY, DATASET_INTEGER, DATASET_FLAG, DATASET_MONEY, DATASET_RATE, DATASET_TIME, DATASET_DAY, DATASET_WORD,
    DATASET_TEXT
};

struct dataset_column {
    const char *name;
    uint8_t type;          /* enum dataset_type */
    const char *unit;      /* "" none; of MONEY the column that holds its currency, or "base currency" */
    const char *refers;    /* the table whose first key column it names, "" */
    const char *en, *zh;
};

struct dataset_schema {
    const char *id, *en, *zh;
    unsigned keys;         /* the first columns are the key; 0: it has none */
    const struct dataset_column *column;
    unsigned columns;
};
enum { DATASET_COLUMNS_MAX = 48 };
extern const struct dataset_schema dataset_schemas[TABLE_COUNT];

enum dataset_cell_kind { CELL_NONE, CELL_INTEGER, CELL_DECIMAL, CELL_TIME, CELL_DAY, CELL_WORD, CELL_TEXT };
struct dataset_cell {
    uint8_t kind;          /* WORD needs no quotes anywhere, TEXT may */
    uint8_t digits;        /* of DECIMAL: number is a whole number of 10^-digits */
    bool is_lasting;       /* of WORD: as long as the scribe lives, the same text lies there */
    uint32_t length;
    int64_t number;        /* TIME: s since 1970, DAY: days */
    const char *text;      /* not terminated; valid until the next row */
};

/* What tests/generate.py measures of a tree on the fraud table; the data sheet says it. */
#define DATASET_TREE_AUC "0.82"
#define DATASET_TREE_PRECISION "0.65"
#define DATASET_TREE_BASE "6.5 %"

/* Profiles: which tables, and what else a use asks for. Ended by a NULL id. */
struct dataset_profile {
    const char *id, *note;
    uint32_t tables;       /* 1 << enum dataset_table */
    enum generate_noise noise;
    bool has_fraud;        /* rates of irregularities are stated where the scenario has none */
};
extern const struct dataset_profile dataset_profiles[];
const struct dataset_profile *dataset_profile(const char *id); /* NULL: none of that name */

/* Gives the flows whose orders customs sees, and for which the scenario states no irregularities, those of the
 * profile. */
void dataset_state_fraud(struct scenario *scenario, const struct book *book);

/* Gets rows; `cell` has as many as the table has columns. */
typedef void dataset_put(void *self, enum dataset_table table, const struct dataset_cell *cell);

struct dataset_scribe;
/* `set` is borrowed. Tables that the profile leaves out are not put. */
struct dataset_scribe *dataset_scribe_create(const struct generate_set *set, dataset_put *put, void *self);
void dataset_scribe_destroy(struct dataset_scribe *scribe);
bool dataset_has(const struct generate_set *set, enum dataset_table table);
/* Rows of sellers, firms and products: of the whole set, in its first shard, before the first block. */
void dataset_put_lists(struct dataset_scribe *scribe);
/* What stands first in the struct of a format that writes tables; then these are members of its generate_format. */
struct dataset_writer {
    struct dataset_scribe *scribe;
};
uint32_t dataset_block(const struct dataset_scribe *scribe); /* that it is at, 0: none yet */
void dataset_world(void *writer, uint32_t block, const struct world *world);
void dataset_order(void *writer, const struct dossier *dossier);
void dataset_shipment(void *writer, const struct shipment_record *record);
void dataset_departure(void *writer, const struct departure_record *record);
void dataset_posting(void *writer, uint64_t number, const struct posting *posting);
void dataset_event(void *writer, uint64_t number, const struct event *event, uint64_t shipment);
#define DATASET_READER {NULL, dataset_order, dataset_shipment, dataset_departure, dataset_posting, dataset_event}

#endif
