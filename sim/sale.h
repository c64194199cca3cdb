/* sale: an order from the buyer's click to its end: arrival, payment, purchase, delivery, return, settlement. */
#ifndef SALE_H
#define SALE_H

#include "customs/clear.h"
#include "sim/flow.h"

/* Makes the next order of a flow and starts it; draws when the one after comes. */
void sale_arrive(struct world *world, unsigned flow);
/* Schedules the first or next arrival of a flow, if any. */
void sale_schedule(struct world *world, unsigned flow);

/* Acts. */
enum flow_verdict sale_pay(struct world *world, struct mover *order);      /* or tries again, or gives up */
enum flow_verdict sale_purchase(struct world *world, struct mover *order); /* goods, and VAT on them, for one order */
enum flow_verdict sale_hand_over(struct world *world, struct mover *order); /* lost between countries? */
enum flow_verdict sale_deliver(struct world *world, struct mover *order);  /* or lost, or refused at the door */
enum flow_verdict sale_return(struct world *world, struct mover *order);   /* all or part comes back, or nothing */
enum flow_verdict sale_settle(struct world *world, struct mover *order);   /* interest, exchange, disputes */
enum flow_verdict sale_end(struct world *world, struct mover *order);

/* Customs does not let the goods in: money back, goods back or gone. Ends the order. */
enum flow_verdict sale_refuse(struct world *world, struct order *order, enum clear_finding finding);
/* Hands the order's row out and, unless it is still open, lets its slot go. */
void sale_close(struct world *world, struct order *order, enum order_state state);

#endif
