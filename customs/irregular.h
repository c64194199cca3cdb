/* irregular: what an order may hide from customs, as labels that the simulator knows and customs must find out. */
#ifndef IRREGULAR_H
#define IRREGULAR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"

/* X(id, name, en, zh) */
#define IRREGULARITIES(X)                                                                          \
    X(UNDERVALUED, undervalued, "Undervalued", "低报价格")                                         \
    X(WRONG_CODE, wrong_code, "Wrong commodity code", "伪报商品编码")                              \
    X(SPLIT, split, "Split order", "拆单")                                                         \
    X(BORROWED, borrowed, "Borrowed allowance", "盗用他人额度")                                    \
    X(FAKE, fake, "Fake order", "刷单")                                                            \
    X(WRONG_WEIGHT, wrong_weight, "Wrong weight", "伪报重量")

enum irregular_kind {
    IRREGULAR_NONE,
#define X(id, name, en, zh) IRREGULAR_##id,
    IRREGULARITIES(X)
#undef X
    IRREGULAR_COUNT
};
const char *irregular_id(enum irregular_kind kind); /* "" of none */
const char *irregular_name(enum irregular_kind kind, enum lang lang);
/* Found, it can be put right by paying what the law asks of the truth; else the goods do not come in. */
bool irregular_is_payable(enum irregular_kind kind);

struct irregular_rule {
    uint32_t rate_ppm;             /* of the orders */
    uint32_t found_ppm;            /* of those of them that are inspected */
    uint32_t least_ppm, most_ppm;  /* what is declared of the truth: a uniform share from … to */
};
/* Which one an order is, rates beside each other; `bits` is a uniform draw. */
enum irregular_kind irregular_pick(const struct irregular_rule rule[IRREGULAR_COUNT], uint64_t bits);
uint32_t irregular_share_ppm(const struct irregular_rule *rule, uint64_t bits);

#endif
