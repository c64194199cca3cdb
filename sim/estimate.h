/* estimate: what an order would cost by a flow, and how long it would take, before there is one: the rows of the
 * flow's table are walked with their prices, their mean times and the law of today. */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "sim/world_int.h"

/* The key of today's estimates of a flow: they hold as long as it does. Never 0. */
uint32_t estimate_key(struct world *world, unsigned flow);
/* For an order of `units` of one of a flow's goods; borrowed until the next call. */
const struct estimate *estimate_order(struct world *world, unsigned flow, unsigned item, uint32_t units);
/* Nothing that was estimated for a flow holds any more. */
void estimate_forget(struct world *world, unsigned flow);
/* Plans a stock's batch: so many units, what they cost until they are sold, after `held_days` in stock on average,
 * and the import VAT in it. A batch that the law does not admit costs 0. */
void estimate_batch(struct world *world, unsigned flow, unsigned item, int64_t units, int64_t held_days);

#endif
