/* refund: what an export earns back, when it may be claimed, and when it arrives.
 *
 * The law of the country that the goods leave is asked on the day on which they leave. What is sold is claimed then.
 * Goods for a warehouse abroad are not sold yet: where the law pays on departure, the refund is claimed for the whole
 * shipment and lowers the cost of its units; where it does not, each order claims its share once it is delivered.
 * The tax office takes the working days that the law gives it for the class of the exporter, if the flow says one. */
#ifndef REFUND_H
#define REFUND_H

#include "sim/flow.h"

struct refund {
    int64_t drawback_base, income_tax_base;
    int32_t work_days; /* of the tax office */
    uint32_t rule;     /* rule_ref */
};

/* Adds what the law answers now for an order, line by line where there are several; for a shipment into stock (or an
 * order's units as one). Nothing, where it refuses. */
void refund_claim(struct world *world, const struct order *order, struct refund *refund);
void refund_claim_stock(struct world *world, const struct mover *mover, struct refund *refund);

/* Of what does not exist yet, base: refund less income tax. */
int64_t refund_expect(struct world *world, const struct mover *mover, int64_t revenue_minor);

/* Acts of orders: the goods have left the country, a refund may be claimed; it arrives. */
enum flow_verdict refund_leave(struct world *world, struct mover *order);
enum flow_verdict refund_arrive(struct world *world, struct mover *order);
/* Act of shipments: the goods leave for a warehouse abroad. */
enum flow_verdict refund_leave_stock(struct world *world, struct mover *shipment);

#endif
