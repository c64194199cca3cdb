/* ledger: books postings into balances, node sums and the sums of the identity. */
#include "core/ledger.h"

#include <string.h>

#include "core/check.h"

static const struct named kinds[KIND_COUNT] = {
    {"", "", ""},
#define X(id, name, class_, layer, en, zh) {#name, en, zh},
    LEDGER_KINDS(X)
#undef X
};

static const struct {
    uint8_t class_, layer;
} kind_places[KIND_COUNT] = {
    {CLASS_UNSET, LAYER_UNSET},
#define X(id, name, class_, layer, en, zh) {CLASS_##class_, LAYER_##layer},
    LEDGER_KINDS(X)
#undef X
};

static const char *const classes[CLASS_COUNT] = {
    "", "service", "tax", "capital", "loss", "goods", "price", "transfer"};

const char *class_id(enum posting_class class_)
{
    check(class_ > CLASS_UNSET && class_ < CLASS_COUNT);
    return classes[class_];
}

const char *kind_id(enum posting_kind kind)
{
    check(kind > KIND_UNSET && kind < KIND_COUNT);
    return kinds[kind].id;
}

const char *kind_name(enum posting_kind kind, enum lang lang)
{
    check(kind > KIND_UNSET && kind < KIND_COUNT);
    return named_in(&kinds[kind], lang);
}

enum posting_class kind_class(enum posting_kind kind)
{
    check(kind > KIND_UNSET && kind < KIND_COUNT);
    return (enum posting_class)kind_places[kind].class_;
}

enum layer kind_layer(enum posting_kind kind)
{
    check(kind > KIND_UNSET && kind < KIND_COUNT);
    return (enum layer)kind_places[kind].layer;
}

enum posting_kind kind_find(const char *id)
{
    return (enum posting_kind)named_find(kinds, KIND_COUNT, id);
}

static bool is_cost(enum posting_class class_)
{
    return class_ == CLASS_SERVICE || class_ == CLASS_TAX || class_ == CLASS_CAPITAL ||
           class_ == CLASS_LOSS;
}

/* +1 when the posting leaves the chain, -1 when it comes back, 0 within either side. */
static int crossing(enum side from, enum side to)
{
    return (from != SIDE_OUTSIDE) - (to != SIDE_OUTSIDE);
}

/* What one posting does to the sums: signs of 0 and 1 in place of branches that cannot be foreseen. */
struct effect {
    int64_t paid, margin, out; /* out: net from the chain to the outside */
    uint8_t class_, layer;
};

static struct effect effect_of(const struct posting *posting, enum side from, enum side to)
{
    int64_t base = posting->base;
    return (struct effect){base * ((from == SIDE_BUYER) - (to == SIDE_BUYER)),
                           base * ((to == SIDE_HOLDER) - (from == SIDE_HOLDER)), base * crossing(from, to),
                           kind_places[posting->kind].class_, kind_places[posting->kind].layer};
}

static void sums_add(struct account_sums *sums, const struct effect *effect)
{
    sums->paid += effect->paid;
    sums->margin += effect->margin;
    if (is_cost((enum posting_class)effect->class_))
        sums->layer[effect->layer] += effect->out;
    else if (effect->class_ == CLASS_GOODS)
        sums->goods += effect->out;
    else
        check(effect->out == 0); /* a price or a transfer that crossed would break the identity */
}

void account_sums_add(struct account_sums *sums, const struct posting *posting, enum side from, enum side to)
{
    struct effect effect = effect_of(posting, from, to);
    sums_add(sums, &effect);
}

void account_sums_merge(struct account_sums *sums, const struct account_sums *more)
{
    sums->paid += more->paid;
    sums->goods += more->goods;
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++)
        sums->layer[layer] += more->layer[layer];
    sums->margin += more->margin;
}

void ledger_init(struct ledger *ledger)
{
    memset(ledger, 0, sizeof *ledger);
}

uint16_t ledger_party(struct ledger *ledger, enum side side)
{
    check(side > SIDE_UNSET && side <= SIDE_OUTSIDE);
    check(ledger->parties + 1 < PARTY_MAX);
    ledger->side[++ledger->parties] = (uint8_t)side;
    return ledger->parties;
}

static void book(struct ledger *ledger, const struct posting *posting, struct account_sums *subject)
{
    check(posting->from && posting->from <= ledger->parties);
    check(posting->to && posting->to <= ledger->parties && posting->to != posting->from);
    check(posting->kind > KIND_UNSET && posting->kind < KIND_COUNT);
    check(posting->column > COLUMN_UNSET && posting->column < COLUMN_COUNT);
    check(posting->currency > 0 && posting->currency < CURRENCY_MAX);
    check(posting->amount >= 0 && posting->base >= 0);
    if (posting->amount == 0)
        return;
    enum side from = (enum side)ledger->side[posting->from], to = (enum side)ledger->side[posting->to];
    struct effect effect = effect_of(posting, from, to);
    ledger->postings++;
    ledger->balance[posting->from][posting->currency] -= posting->amount;
    ledger->balance[posting->to][posting->currency] += posting->amount;
    ledger->base_balance[posting->from] -= posting->base;
    ledger->base_balance[posting->to] += posting->base;
    ledger->node_kind[posting->column][posting->kind] += effect.out;
    sums_add(&ledger->total, &effect);
    if (subject)
        sums_add(subject, &effect);
}

void ledger_post(struct ledger *ledger, const struct posting *posting)
{
    book(ledger, posting, NULL);
}

void ledger_post_to(struct ledger *ledger, const struct posting *posting, struct account_sums *subject)
{
    check(subject);
    book(ledger, posting, subject);
}

int64_t ledger_sum(const struct ledger *ledger, unsigned currency)
{
    check(currency < CURRENCY_MAX);
    int64_t sum = 0;
    for (unsigned party = 1; party <= ledger->parties; party++)
        sum += ledger->balance[party][currency];
    return sum;
}
