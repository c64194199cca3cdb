/* compare_table: a comparison for a terminal: the sentences first, then who pays more, then the figures. */
#ifndef COMPARE_TABLE_H
#define COMPARE_TABLE_H

#include <stdbool.h>

#include "core/named.h"

struct buf;
struct compare;

void compare_table(const struct compare *compare, enum lang lang, bool color, struct buf *out);

#endif
