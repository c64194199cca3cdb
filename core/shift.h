/* shift: the hours of the day and the days of the year at which somebody works, and how long work takes in them. */
#ifndef SHIFT_H
#define SHIFT_H

#include <stdbool.h>
#include <stdint.h>

struct shift {
    int32_t from_s, to_s;    /* of the local day, 0 … 86400, from < to */
    int32_t offset_s;        /* of local time, east of UTC */
    bool weekend;            /* Saturday and Sunday, too */
    const int32_t *holiday;  /* local days without work, borrowed */
    uint32_t holidays;
};

bool shift_is_on(const struct shift *shift, int64_t time);
/* The first moment from `time` on at which somebody works: `time` itself where somebody does. */
int64_t shift_begins(const struct shift *shift, int64_t time);
/* When work of so many seconds that may begin at `time` is done: what is left at the end of a shift goes on in the
 * next. Work that ends with a shift is done at its end. */
int64_t shift_ends(const struct shift *shift, int64_t time, int64_t work_s);

#endif
