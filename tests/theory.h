/* theory: tests of what was drawn against what was stated: chi-square and Kolmogorov–Smirnov, at the 1 % level. Seeds
 * are fixed, so a test is met or missed once and for all. */
#ifndef THEORY_H
#define THEORY_H

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Counts against expected ones (all > 5). The bound is Wilson and Hilferty's. */
static inline void assert_counts(const double *found, const double *expected, int cells)
{
    double sum = 0, degrees = cells - 1, part = 2 / (9 * degrees);
    double bound = degrees * pow(1 - part + 2.3263 * sqrt(part), 3);
    for (int i = 0; i < cells; i++) {
        assert_true(expected[i] > 5);
        sum += (found[i] - expected[i]) * (found[i] - expected[i]) / expected[i];
    }
    if (sum > bound)
        fail_msg("chi-square of %d cells: %.1f, at most %.1f expected", cells, sum, bound);
}

static inline int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts `value`; `share` is the stated share of values up to x. */
static inline void assert_drawn_from(double *value, size_t count, double (*share)(double x, double scale), double scale)
{
    double most = 0, bound = 1.6276 / sqrt((double)count);
    qsort(value, count, sizeof *value, compare_doubles);
    for (size_t i = 0; i < count; i++) {
        double stated = share(value[i], scale);
        most = fmax(most, fmax(stated - (double)i / (double)count, (double)(i + 1) / (double)count - stated));
    }
    if (most > bound)
        fail_msg("Kolmogorov-Smirnov: %.5f, at most %.5f expected", most, bound);
}

#endif
