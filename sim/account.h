/* account: books what orders and shipments pay: postings at the mid rate of their day, prices by the price
 * lists, and the shares that stock hands to an order. Amounts are minor units of the currency named. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "sim/world_int.h"

/* Moves `amount` from a party to a party; a negative amount goes the other way round, zero is not booked.
 * reason: a price-list row, ACCOUNT_RULE | rule_ref, or 0 (the contract itself). */
void account_post(struct world *world, struct mover *mover, enum posting_kind kind, uint16_t from, uint16_t to,
                  unsigned currency, int64_t amount, uint32_t reason);
#define ACCOUNT_RULE (UINT32_C(1) << 31)

/* At the mid rate of today, rounded half up once. */
int64_t account_convert(const struct world *world, int64_t amount, unsigned from, unsigned to);
int64_t account_base(struct world *world, int64_t amount, unsigned currency);

/* The seller buys what the mover holds, with VAT where the flow buys at home. */
void account_purchase(struct world *world, struct mover *mover);

/* `payer` pays the price of a role for this mover; returns it in base currency. */
int64_t account_price(struct world *world, struct mover *mover, enum flow_role role, uint16_t payer);
/* As above for a given share of it: units, days and the amount (of `currency`) that the price is a share of. */
struct account_load {
    int64_t units, gross_g, volume_cm3, days, amount;
    unsigned currency;
};
int64_t account_price_of(struct world *world, struct mover *mover, enum flow_role role,
                         const struct account_load *load, uint16_t payer);

/* The same without paying it; load NULL: the mover's own. */
int64_t account_expect(struct world *world, const struct mover *mover, enum flow_role role,
                       const struct account_load *load);

/* Interest of the INTEREST role on a base amount that waited, paid by the seller to the row's party. */
void account_interest(struct world *world, struct mover *mover, int64_t base, int64_t seconds);

/* Goods worth `base` at cost are gone: they move from goods to loss, at logistics or law. */
void account_write_off(struct world *world, struct mover *mover, enum posting_kind loss, int64_t base);

/* The mover's goods are lost on the way: their insurer, if there is one, pays the seller what they cost. */
void account_lose(struct world *world, struct mover *mover);

/* What a lot's units have cost so far moves to the order that takes them; no money moves. */
void account_allocate(struct mover *order, const int64_t share[LOT_SUM_COUNT]);

/* A part of what an estimate comes to, where somebody asks (world.parts). */
void account_note(struct world *world, enum posting_kind kind, int64_t base);
/* The kind of posting that a charge of the law becomes. */
enum posting_kind account_kind(enum charge_kind kind);

#endif
