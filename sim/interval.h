/* interval: the 95 % interval of a mean, in integers, so that every compiler prints the same. */
#ifndef INTERVAL_H
#define INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/wide.h"

/* Independent values of one figure. Zeroed it is ready; values may be anything whose spread is below 2^56. */
struct interval {
    uint32_t count;
    int64_t first;
    wide sum, squares; /* of what lies off the first */
};

void interval_add(struct interval *interval, int64_t value);
/* Rounded half away from zero; 0 without values. */
int64_t interval_mean(const struct interval *interval);
/* Half the width of the 95 % interval of the mean (Student's t, two-sided), rounded up; false below two values. */
bool interval_half(const struct interval *interval, int64_t *half);

#endif
