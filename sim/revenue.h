/* revenue: what each treasury received, less what it gave back, month by month and kind by kind. A month is closed when
 * the next begins: what a treasury's receipts have grown by since the last one is the month's. Base minor units. */
#ifndef REVENUE_H
#define REVENUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ledger.h"

struct buf;
struct parties;

struct revenue_row {
    int32_t month; /* date_month */
    uint16_t party;
    uint16_t kind;
    int64_t base; /* not 0 when it was added */
};

/* Zeroed: nothing yet. Rows are sorted by party, month, kind. */
struct revenue {
    struct revenue_row *row; /* owned */
    size_t count;
};

/* `receipt`: net into each party by kind, since the beginning. */
void revenue_close(struct revenue *revenue, const struct parties *parties, int64_t receipt[][KIND_COUNT],
                   int32_t month);
void revenue_merge(struct revenue *revenue, const struct revenue *more);
void revenue_finish(struct revenue *revenue);

/* As bytes, and from there: how many were read, 0 when there are too few. */
void revenue_save(const struct revenue *revenue, struct buf *out);
size_t revenue_restore(struct revenue *revenue, const void *bytes, size_t length);

#endif
