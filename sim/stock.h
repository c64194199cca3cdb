/* stock: goods bought ahead: purchases, lots, orders that wait for units, what is left in the end.
 *
 * A stock belongs to a flow and one of its goods. It buys batches so that units on hand and on order stay above
 * so many days of demand; lots are sold first in, first out; what a lot has cost goes to its units by share. */
#ifndef STOCK_H
#define STOCK_H

#include "sim/flow.h"

struct product;

/* So many units as one purchase: no more than the flow's batch weighs, at least one. */
int64_t stock_batch(const struct scenario_flow *flow, const struct product *product, int64_t units);
/* Buys what a stock needs now. */
void stock_review(struct world *world, unsigned flow, unsigned item);

/* Acts of shipments. */
enum flow_verdict stock_buy(struct world *world, struct mover *shipment);     /* goods change hands */
enum flow_verdict stock_arrive(struct world *world, struct mover *shipment);  /* or is lost */
enum flow_verdict stock_put_away(struct world *world, struct mover *shipment);
/* Acts of orders. */
enum flow_verdict stock_reserve(struct world *world, struct mover *order);

/* Units of an order come back, at cost; what was allocated to the order else stays with it. */
void stock_restore(struct world *world, struct order *order);
/* Storage and interest of what is left at the end of the run; adds up stock and what was not allocated. */
void stock_close(struct world *world);

#endif
