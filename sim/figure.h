/* figure: one number of a run's summary, found by its path, and how a person reads it. */
#ifndef FIGURE_H
#define FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/node.h"

struct buf;
struct err;

enum figure_unit {
    FIGURE_UNSET,
    FIGURE_MONEY, /* of the base currency */
    FIGURE_COUNT,
    FIGURE_SHARE, /* of one, told in per cent */
    FIGURE_DAYS,
    FIGURE_NUMBER,
};
extern const char *const figure_units[]; /* their names, ended by NULL; [unit - 1] */

/* Values are in millionths of their unit. */
#define FIGURE_ONE INT64_C(1000000)

enum figure_state {
    FIGURE_WRONG,  /* there cannot be such a number; the error then says what was near */
    FIGURE_FOUND,
    FIGURE_IDLE,   /* 0: it is of a channel that was not used */
    FIGURE_ABSENT, /* 0: the list, or the kinds of a sum, do not hold it: it did not happen, or is misspelt */
};

/* Finds a number in a summary by the names of its members, parted by "/"; of a list the name is an item's id, of the
 * matrix a layer and a column: "channels/bonded/orders/placed", "matrix/law/import_retail/cost/total". */
enum figure_state figure_find(const cJSON *summary, const char *path, int64_t *value, struct err *err);
/* The same, and hands out the member that holds it: a count, or a decimal text; NULL unless it is found. */
enum figure_state figure_leaf(const cJSON *summary, const char *path, const cJSON **leaf, struct err *err);
/* A decimal text; false when it is none. */
bool figure_parse(const char *text, int64_t *value);
/* a ÷ b, in millionths, rounded half up; 0 of nothing. */
int64_t figure_over(int64_t a, int64_t b);

/* As a person reads it: "¥147.53", "¥1,531,928", "12.3 %", "55.8 d". `currency` of money. */
void figure_write(struct buf *out, int64_t value, enum figure_unit unit, unsigned currency, enum lang lang);
/* As data: "147.53", without blanks and signs of a unit. */
void figure_plain(struct buf *out, int64_t value);

#endif
