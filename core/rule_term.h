/* rule_term: what a formula became when it was bound, and the arithmetic on it: constants are folded, the rest
 * becomes register code with the least common denominator. */
#ifndef RULE_TERM_H
#define RULE_TERM_H

#include "core/rule_int.h"

enum { CODE_ROOM = 1024 };

struct binder {
    struct rule_cache *cache;
    const struct rulebook *book;
    const struct pack *pack;
    const struct fact_order *order;      /* keys */
    const struct order_key *key;
    const struct bound_order *bound;     /* of the order, when a line is bound */
    const struct fact_line *line;        /* NULL when the order is bound */
    const struct step *step;             /* being bound */
    struct term *term;                   /* per step, own level */
    struct outcome *outcome;             /* per note of the pack */
    struct code code[CODE_ROOM];
    uint32_t codes, registers, warnings;
    uint32_t depth; /* of branches: what is read there warns only when it is run */
};

struct term term_constant(uint8_t type, int64_t num, int64_t den);
struct term term_trap(enum err_code code, uint32_t symbol);
struct term term_register(uint8_t type, uint16_t reg, int64_t den);
uint16_t term_fresh(struct binder *b); /* a new register */
uint32_t term_emit(struct binder *b, struct code code); /* its index */

/* None of these may be given a trap. */
struct term term_add(struct binder *b, struct term x, struct term y, int sign);
struct term term_scale(struct binder *b, struct term x, int64_t num, int64_t den); /* of a register */
struct term term_multiply(struct binder *b, struct term x, struct term y);
struct term term_divide(struct binder *b, struct term x, struct term y); /* y known */
struct term term_not(struct binder *b, struct term x);
struct term term_compare(struct binder *b, uint8_t op, struct term x, struct term y); /* EXPR_EQUAL … */
struct term term_least(struct binder *b, uint8_t op, struct term x, struct term y);
struct term term_whole(struct binder *b, uint8_t op, struct term x); /* EXPR_FLOOR, EXPR_CEIL */
struct term term_round(struct binder *b, struct term x, const struct step *step);
/* x / y rounded as the step says; y is a register. */
struct term term_quotient(struct binder *b, struct term x, struct term y, const struct step *step);
int64_t term_common(int64_t a, int64_t c); /* least common denominator, 0 when it does not fit */

#endif
