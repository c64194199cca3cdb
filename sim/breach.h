/* breach: orders that hide something from customs, and what follows when an inspection finds it. An order knows what
 * it is (struct order.irregular); the law is told what the order declares, until it is found. */
#ifndef BREACH_H
#define BREACH_H

#include "customs/assess.h"
#include "sim/flow.h"

/* Which irregularity the arrival of a market becomes, if any; its draws are the mover's. */
enum irregular_kind breach_kind(const struct world *world, const struct mover *mover);
/* Units of each of the orders into which one of `units` is split: `units` when it need not be. */
uint32_t breach_part(const struct world *world, const struct mover *mover, uint32_t units);
/* Labels an order that begins and hides something. */
void breach_begin(struct world *world, struct order *order, enum irregular_kind kind);
/* The person in whose name it is declared and whose allowance it takes. */
uint32_t breach_buyer(const struct order *order);
/* Changes the facts, and their line, into what the order declares. */
void breach_declare(const struct world *world, const struct order *order, struct assess_line *line);
/* An inspection: is it found? Then tax on the truth, a fine, a worse grade; or the goods go back or are seized. */
enum flow_verdict breach_look(struct world *world, struct order *order);

#endif
