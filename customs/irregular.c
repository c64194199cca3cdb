/* irregular: the kinds, their names, and which one a draw makes of an order. */
#include "customs/irregular.h"

#include "core/check.h"
#include "core/rng.h"

static const struct named kinds[IRREGULAR_COUNT] = {
    {"", "", ""},
#define X(id, name, en, zh) {#name, en, zh},
    IRREGULARITIES(X)
#undef X
};

const char *irregular_id(enum irregular_kind kind)
{
    check(kind < IRREGULAR_COUNT);
    return kinds[kind].id;
}

const char *irregular_name(enum irregular_kind kind, enum lang lang)
{
    check(kind < IRREGULAR_COUNT);
    return named_in(&kinds[kind], lang);
}

bool irregular_is_payable(enum irregular_kind kind)
{
    return kind == IRREGULAR_UNDERVALUED || kind == IRREGULAR_WRONG_CODE || kind == IRREGULAR_WRONG_WEIGHT;
}

enum irregular_kind irregular_pick(const struct irregular_rule rule[IRREGULAR_COUNT], uint64_t bits)
{
    uint64_t at = rng_below(bits, 1000000);
    for (unsigned kind = IRREGULAR_NONE + 1; kind < IRREGULAR_COUNT; kind++) {
        if (at < rule[kind].rate_ppm)
            return (enum irregular_kind)kind;
        at -= rule[kind].rate_ppm;
    }
    return IRREGULAR_NONE;
}

uint32_t irregular_share_ppm(const struct irregular_rule *rule, uint64_t bits)
{
    check(rule->least_ppm <= rule->most_ppm);
    return rule->least_ppm + (uint32_t)rng_below(bits, rule->most_ppm - rule->least_ppm + UINT64_C(1));
}
