/* levy: what the law asks of an order or a shipment, when, of whom.
 *
 * The law is asked at the sale (for the buyer's bill), and again at the entry where its law or rates may be
 * others by then. An order keeps the few charges that are due; one with more asks again when it pays: the same
 * facts give the same charges. */
#ifndef LEVY_H
#define LEVY_H

#include "sim/due.h"
#include "sim/flow.h"

/* A product as the law of a place sees it, without price and units. */
struct assess_line levy_goods(const struct world *world, const struct flow_goods *goods, uint16_t place);

/* The goods of a mover, with their units, as the law of either end sees them. */
struct assess_line levy_line(const struct world *world, const struct mover *mover, bool at_origin);
/* The one day whose law the scenario sets for a place; DAY_UNSET: each day has its own. */
int32_t levy_law_day(const struct world *world, uint16_t place);
/* Asks the law; the answer is in world.answer. What the law does not know fails the run. */
void levy_ask(struct world *world, const struct mover *mover, const struct assess_order *facts);

/* The stretch of the destination's law, in which nothing changes, that a day lies in; 0 where all days have one law. */
uint32_t levy_stretch(struct world *world, unsigned flow, int32_t day);

/* Fills the bill's tax, the regime or the refusal, and the use of the buyer's allowance. */
void levy_bill(struct world *world, struct order *order);
/* Gives the allowance back: the order did not come in. */
void levy_restore(struct world *world, struct order *order);

/* An inspection knows the truth: asks again with it. What more is due for it, base; 0 when it is refused. */
int64_t levy_correct(struct world *world, struct order *order);

/* What an order or a shipment that does not exist yet would owe, in base currency; false when the law does not
 * admit it. The first fills the order's days and the tax on its bill. */
bool levy_expect_order(struct world *world, struct order *order, int64_t *charges);
bool levy_expect_import(struct world *world, const struct shipment *shipment, int64_t *charges);

/* Tells the sink what an order that ends owed, and what its export earns back. */
void levy_tell(struct world *world, const struct order *order);
/* Tells the sink how the law was just asked about a shipment. */
void levy_tell_stock(const struct world *world, const struct shipment *shipment, enum due_kind kind);
/* Asks the law of `world`, which is never advanced and has the scenario of the world that told of it, the same
 * again. False when its law does not know an answer: world_error says why; the next may be asked all the same. */
bool levy_again(struct world *world, const struct due *due, struct due_answer *answer);

/* Acts of orders. */
/* the law of the day of entry admits the order, or refuses it */
enum flow_verdict levy_admit(struct world *world, struct mover *order);
/* a personal parcel that was sampled is taxed or sent back; the others pass unseen */
enum flow_verdict levy_sampled(struct world *world, struct mover *order);
/* charges that are asked of the buyer on arrival; who clears the goods is paid */
enum flow_verdict levy_border(struct world *world, struct mover *order);
/* charges on the bill are paid, when they are due; import VAT of stock is credited */
enum flow_verdict levy_tax(struct world *world, struct mover *order);
/* Acts of shipments. */
/* Import for stock; its VAT is kept apart, to be credited when units are sold. */
enum flow_verdict levy_import(struct world *world, struct mover *shipment);

#endif
