/* out_orders: the table orders.csv, one row per order with its facts, times, charges and costs, in the order in
 * which they ended. Amounts that the buyer saw are in `currency`, charges in `charge_currency`, costs in the
 * base currency of the run. */
#ifndef OUT_ORDERS_H
#define OUT_ORDERS_H

#include <stdint.h>

#include "core/money.h"
#include "sim/out_row.h"

struct book;
struct order_record;
struct out_file;

struct out_orders {
    struct out_file *file;   /* borrowed */
    const struct book *book; /* borrowed */
    struct out_row_clock clock;
    uint8_t digits[CURRENCY_MAX];
    uint64_t unit[CURRENCY_MAX];
    unsigned base;
};

void out_orders_head(struct out_file *file);
void out_orders_init(struct out_orders *table, struct out_file *file, const struct book *book,
                     unsigned base);
void out_orders_add(struct out_orders *table, const struct order_record *record);

#endif
