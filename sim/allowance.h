/* allowance: what buyers have used of their yearly allowances, kept in a file between calls.
 *
 * CSV with the columns buyer,place,year,currency,used; amounts in minor units' decimals. A buyer is any text that the
 * requests name (`buyer.id`). */
#ifndef ALLOWANCE_H
#define ALLOWANCE_H

#include <stdint.h>

#include "core/arena.h"
#include "core/text.h"

struct errs;

struct allowance_entry {
    uint16_t place;   /* packed country */
    int32_t year;
    uint8_t currency;
    int64_t used;     /* minor units */
};

struct allowance {
    struct arena arena;
    struct names names; /* "buyer\nplace\nyear" -> entry */
    struct allowance_entry *entry; /* [1 … names.count], owned */
    uint32_t room;
};

/* A file that is not there is an empty one. 0, or -1 with errors; allowance_finish either way. */
int allowance_load(struct allowance *allowance, const char *path, struct errs *errs);
void allowance_finish(struct allowance *allowance);
/* The entry of a buyer, made where it is new (then its currency is 0 and nothing is used). */
struct allowance_entry *allowance_of(struct allowance *allowance, const char *buyer, uint16_t place, int32_t year);
/* Writes the whole file anew: all of it or nothing. 0, or -1 with an error. */
int allowance_save(const struct allowance *allowance, const char *path, struct errs *errs);

#endif
