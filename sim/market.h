/* market: buyers come, and each order is given to one of the flows that may serve it. */
#ifndef MARKET_H
#define MARKET_H

#include "sim/world_int.h"

/* Schedules the next arrival, if any. */
void market_schedule(struct world *world, unsigned market);
/* The next buyer: an order begins, or the buyer finds no way or finds it too dear. */
void market_arrive(struct world *world, unsigned market);
/* Plans the stocks of a market's flows for the demand that each expects: at the start, with every month, and
 * where the law changes. What pays only at scale is bought by the container when the volume is there. */
void market_review(struct world *world, unsigned market);

#endif
