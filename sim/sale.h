/* sale: an order from the buyer's click to its end: payment, purchase, delivery, return, settlement. */
#ifndef SALE_H
#define SALE_H

#include "customs/clear.h"
#include "sim/flow.h"

/* An order of a market, given to a flow; draw: which arrival of the market it is. */
void sale_begin(struct world *world, unsigned market, unsigned flow, unsigned item, uint32_t draw, uint32_t units,
                uint32_t buyer);
/* The next order of a replay. */
void sale_replay(struct world *world);

/* Acts. */
enum flow_verdict sale_place(struct world *world, struct mover *order);    /* or nobody lives there */
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

/* Stopped before dispatch: the buyer gets his money back. */
void sale_cancel(struct world *world, struct order *order);

#endif
