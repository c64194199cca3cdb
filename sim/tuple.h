/* tuple: a row of a data set's table as the bytes that SQLite keeps of it (https://sqlite.org/fileformat2.html, "Record
 * Format"). */
#ifndef TUPLE_H
#define TUPLE_H

#include "core/buf.h"
#include "sim/dataset.h"
#include "sim/out_row.h"

/* Zeroed but for `unit`, which tuple_init fills; kept from row to row. */
struct tuple_pen {
    struct buf bytes;
    double unit[19];            /* powers of ten */
    struct out_row_clock clock;
};

void tuple_init(struct tuple_pen *pen);
void tuple_finish(struct tuple_pen *pen);
/* The record of a row; valid until the next. `has_key`: the first column is the table's INTEGER PRIMARY KEY, which
 * SQLite keeps beside the record. Amounts are doubles, times are text. */
struct text tuple_write(struct tuple_pen *pen, const struct dataset_cell *cell, unsigned columns, bool has_key);

/* Appends a number as SQLite writes those of variable length, of at most nine bytes. */
enum { TUPLE_VARINT = 9 };
static inline char *tuple_varint(char *at, uint64_t value)
{
    char text[TUPLE_VARINT];
    unsigned first = sizeof text;
    if (value < 128) {
        *at = (char)value;
        return at + 1;
    }
    if (value >> 56) { /* the ninth byte has eight bits */
        text[--first] = (char)(value & 255);
        value >>= 8;
        for (; first > 0; value >>= 7)
            text[--first] = (char)(value | 128);
        memcpy(at, text, sizeof text);
        return at + sizeof text;
    }
    text[--first] = (char)(value & 127);
    while (value >>= 7)
        text[--first] = (char)(value | 128);
    memcpy(at, text + first, sizeof text - first);
    return at + sizeof text - first;
}

#endif
