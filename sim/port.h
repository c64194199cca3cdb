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

/* Who inspects the goods of a mover: the port's people, as many as are at work now, or those of its flow. */
struct resource *port_officers(struct world *world, const struct mover *mover);
/* How long work on a mover that begins now is interrupted until it is done. */
int64_t port_pause_s(const struct world *world, const struct mover *mover, int64_t work_s);
/* Somebody waits: when nobody is at work, the next shift is put among the events. */
void port_call(struct world *world, const struct mover *mover);
/* The officers of a port whose shift begins. */
struct resource *port_opens(struct world *world, unsigned port);

/* The chance that an order of a flow is inspected: by lane and channel, its seller's grade and history, and the share
 * of the book's price that it declares (millionths). */
uint32_t port_inspect_ppm(const struct world *world, const struct scenario_flow *flow, int64_t declared_ppm);
/* Customs trusts the seller of a mover so little that it asks for a guarantee; trusts it not at all: its retail is
 * closed. */
bool port_asks_guarantee(const struct world *world, const struct mover *mover);
bool port_bars(const struct world *world, const struct scenario_flow *flow);
/* An inspection caught the seller at something. */
void port_caught(struct world *world, const struct mover *mover);

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
