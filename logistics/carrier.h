/* carrier: how long a leg or a piece of work takes and whether it loses the goods, from a price-list row. */
#ifndef CARRIER_H
#define CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "logistics/sheet.h"

/* Seconds, at least 0. Row 0 takes no time. */
int64_t carrier_duration_s(const struct sheet *sheet, uint32_t row, uint64_t bits);
bool carrier_loses(const struct sheet *sheet, uint32_t row, uint64_t bits);

#endif
