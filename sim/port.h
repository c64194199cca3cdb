/* port: customs as a place: documents come in and are matched, some goods are looked at, the rest pass. */
#ifndef PORT_H
#define PORT_H

#include "customs/declare.h"
#include "sim/flow.h"

/* What is counted of the port that a mover's flow goes through. */
struct port_tally *port_tally(struct world *world, const struct mover *mover);

/* When a document of an order was sent: after its cause by the delay of its sender; the list after the other
 * three. INT64_MIN when its cause has not come. */
int64_t port_sent_at(const struct world *world, const struct order *order, enum declare_document document);

/* Acts of orders. */
/* waits for the last of the documents, then counts the declaration */
enum flow_verdict port_declare(struct world *world, struct mover *order);
/* the documents agree, or come back with a code and are sent again */
enum flow_verdict port_match(struct world *world, struct mover *order);
/* inspected, or passed over */
enum flow_verdict port_select(struct world *world, struct mover *order);
/* what the inspection found */
enum flow_verdict port_release(struct world *world, struct mover *order);

#endif
