/* fidelity: how a data set compares with what is published (catalog/published.csv): marginals and a few joint shapes of
 * its orders, as a table with distances and a page of plots (fidelity.html, fidelity.json). Written like a format, so
 * that it goes on after a stop like the tables. */
#ifndef FIDELITY_H
#define FIDELITY_H

#include "sim/generate.h"

extern const struct generate_format fidelity_format;

#endif
