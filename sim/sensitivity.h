/* sensitivity: which axis of a design moves a figure, and how much: means by class (the bars of a tornado), and Sobol's
 * indices of Saltelli's sample. Integers: the same from every compiler. */
#ifndef SENSITIVITY_H
#define SENSITIVITY_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;

#define SENSITIVITY_NONE INT64_MIN /* the figure of a point that has none */

/* What one axis does: the mean of the figure over the points of each class, all other axes as they fall. */
struct sensitivity_effect {
    unsigned classes;
    int64_t *mean;       /* rounded half away from zero; in an arena */
    uint64_t *points;    /* that have the figure */
    unsigned low, high;  /* classes with the least and the greatest mean */
    int64_t least, most; /* those means; one axis at a time: the scenario as it is counts, too */
    bool low_is_base, high_is_base;
};
/* `figure`: of each point. False: no class has a figure. */
bool sensitivity_effect(const struct design *design, const int64_t *figure, unsigned axis, struct arena *arena,
                        struct sensitivity_effect *out);
/* The mean over all points; one axis at a time: the figure of the scenario as it is. */
bool sensitivity_base(const struct design *design, const int64_t *figure, int64_t *base);

/* First-order and total index of each axis, in millionths. First: Saltelli et al., Comput. Phys. Commun. 181 (2010),
 * 259-270, table 2 (b); total: Jansen (1999), there (f). False: not Saltelli's sample, a point without the figure,
 * or a figure that does not vary. */
bool sensitivity_indices(const struct design *design, const int64_t *figure, int64_t *first, int64_t *total);

#endif
