/* audit: knows what must balance in the books of a finished world. */
#ifndef AUDIT_H
#define AUDIT_H

#include "sim/world_int.h"

/* 0, or -1 with errors (all of them our bug): each currency sums to zero, buyers paid = goods + nine nodes +
 * margin, nodes = orders + unallocated, orders placed = sum of their states. */
int audit_world(const struct world *world, struct errs *errs);

#endif
