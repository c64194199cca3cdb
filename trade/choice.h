/* choice: which of several ways an order takes, and whether a buyer buys at a price. Integers only: powers of two
 * come from core/rng. Costs are base minor units. */
#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>
#include <stdint.h>

enum { CHOICE_MAX = 16 };

struct choice_way {
    int64_t cost; /* landed, with what the time is worth */
    bool is_open;
};

/* Shares of the open ways in 2^-16, summing to 65536: exp(-(cost - least) / scale), and with scale 0 all to the
 * cheapest (ties: the earlier). All 0 when none is open; 1 <= count <= CHOICE_MAX. */
void choice_shares(const struct choice_way *way, unsigned count, int64_t scale, uint32_t *share);
/* The way of a uniform draw by those shares; count when none is open. */
unsigned choice_pick(const uint32_t *share, unsigned count, uint64_t bits);
/* Does one who would buy at `reference` buy at `price`? With probability (reference / price)^elasticity, at
 * most 1; elasticity in thousandths. Reference or elasticity 0: yes. */
bool choice_buys(int64_t price, int64_t reference, int64_t elasticity_milli, uint64_t bits);

#endif
