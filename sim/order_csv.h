/* order_csv: orders out of a table with a row a line, as requests in JSON.
 *
 * Columns are the names of a request and of its lines; --map gives others: "id=InvoiceNo,unit_price=UnitPrice",
 * and with a second "=" the same text in every row: "from==CN,currency==GBP". Rows that follow each other with
 * the same id are the lines of one order; without an id each row is an order. Empty cells are as if missing. */
#ifndef ORDER_CSV_H
#define ORDER_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/csv.h"

struct errs;

enum { ORDER_CSV_NAMES = 28 };

struct order_csv {
    struct csv csv;
    struct arena arena;           /* of cells */
    int at[ORDER_CSV_NAMES];      /* column of each name, -1: none */
    const char *fixed[ORDER_CSV_NAMES]; /* the same in every row, NULL: none */
    bool has_row;                 /* a row that belongs to the next order has been read */
};

/* 0, or -1 with errors; order_csv_close either way. The bytes are borrowed. */
int order_csv_open(struct order_csv *orders, const char *map, const char *source, const char *bytes, size_t length,
                   struct errs *errs);
void order_csv_close(struct order_csv *orders);
/* The next order as a request, in place of what `out` held, and the line of its first row. 1: one, 0: the end,
 * -1: a row is broken, and the order that it stands in is passed over (an error is added; go on). */
int order_csv_next(struct order_csv *orders, struct buf *out, uint32_t *line, struct errs *errs);

#endif
