/* ledger_test: every currency sums to zero, the identity of the sums holds, what must not be booked is refused. */
#include "tests/unit.h"

#include "core/ledger.h"
#include "core/rng.h"

enum { EACH = 4, PARTIES = 3 * EACH, CURRENCIES = 5 };

static struct ledger *ledger_of(void)
{
    struct ledger *ledger = test_malloc(sizeof *ledger);
    ledger_init(ledger);
    for (unsigned side = SIDE_BUYER; side <= SIDE_OUTSIDE; side++)
        for (unsigned i = 0; i < EACH; i++)
            assert_int_equal(ledger_party(ledger, (enum side)side), (side - 1) * EACH + i + 1);
    return ledger;
}

static bool may_cross(enum posting_kind kind)
{
    enum posting_class class_ = kind_class(kind);
    return class_ != CLASS_PRICE && class_ != CLASS_TRANSFER;
}

/* A posting that is allowed: two parties, and no price or transfer over the border of the chain. */
static struct posting draw(struct rng_key key, uint64_t number)
{
    struct posting posting = {.subject = number + 1, .subject_kind = SUBJECT_ORDER};
    posting.kind = (uint8_t)(1 + rng_below(rng_bits(key, number, 0, 0), KIND_COUNT - 1));
    posting.column = (uint8_t)(1 + rng_below(rng_bits(key, number, 1, 0), COLUMN_COUNT - 1));
    posting.currency = (uint8_t)(1 + rng_below(rng_bits(key, number, 2, 0), CURRENCIES));
    posting.amount = (int64_t)rng_below(rng_bits(key, number, 3, 0), 100000);
    posting.base = (int64_t)rng_below(rng_bits(key, number, 4, 0), 100000);
    for (uint32_t i = 0; posting.from == posting.to; i++) {
        posting.from = (uint16_t)(1 + rng_below(rng_bits(key, number, 5, i), PARTIES));
        posting.to = (uint16_t)(1 + rng_below(rng_bits(key, number, 6, i), PARTIES));
        bool crosses = (posting.from > 2 * EACH) != (posting.to > 2 * EACH);
        if (crosses && !may_cross((enum posting_kind)posting.kind))
            posting.to = posting.from;
    }
    return posting;
}

static int64_t costs(const struct account_sums *sums)
{
    int64_t sum = sums->goods + sums->margin;
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        sum += sums->layer[layer];
    return sum;
}

static void sums_to_zero_and_keeps_the_identity(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_of();
    struct rng_key key = rng_key(2, 0);
    uint64_t booked = 0;
    for (uint64_t n = 0; n < 20000; n++) {
        struct posting posting = draw(key, n);
        struct account_sums alone = {0};
        account_sums_add(&alone, &posting, (enum side)ledger->side[posting.from],
                         (enum side)ledger->side[posting.to]);
        assert_int_equal(alone.paid, costs(&alone));
        ledger_post(ledger, &posting);
        booked += posting.amount != 0;
    }
    assert_int_equal(ledger->postings, booked);
    for (unsigned currency = 0; currency < CURRENCY_MAX; currency++)
        assert_int_equal(ledger_sum(ledger, currency), 0);
    int64_t base = 0;
    for (unsigned party = 1; party <= PARTIES; party++)
        base += ledger->base_balance[party];
    assert_int_equal(base, 0);
    assert_int_equal(ledger->total.paid, costs(&ledger->total));
    test_free(ledger);
}

/* The nine nodes and the goods beside them are the sums of the identity, split by column and kind. */
static void nodes_add_up_to_the_layers(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_of();
    struct rng_key key = rng_key(3, 0);
    for (uint64_t n = 0; n < 5000; n++) {
        struct posting posting = draw(key, n);
        ledger_post(ledger, &posting);
    }
    int64_t layer[LAYER_COUNT] = {0}, goods = 0;
    for (unsigned column = 1; column < COLUMN_COUNT; column++)
        for (unsigned kind = 1; kind < KIND_COUNT; kind++) {
            int64_t net = ledger->node_kind[column][kind];
            if (kind_class((enum posting_kind)kind) == CLASS_GOODS)
                goods += net;
            else
                layer[kind_layer((enum posting_kind)kind)] += net;
        }
    assert_int_equal(goods, ledger->total.goods);
    for (unsigned i = LAYER_LAW; i < LAYER_COUNT; i++)
        assert_int_equal(layer[i], ledger->total.layer[i]);
    test_free(ledger);
}

static void books_both_ends(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_of();
    struct posting duty = {.kind = KIND_DUTY, .column = COLUMN_IMPORT_RETAIL, .currency = 2, .from = 1,
                           .to = 2 * EACH + 1, .amount = 500, .base = 3900};
    ledger_post(ledger, &duty);
    assert_int_equal(ledger->balance[1][2], -500);
    assert_int_equal(ledger->balance[2 * EACH + 1][2], 500);
    assert_int_equal(ledger->node_kind[COLUMN_IMPORT_RETAIL][KIND_DUTY], 3900);
    assert_int_equal(ledger->total.layer[LAYER_LAW], 3900);
    assert_int_equal(ledger->total.paid, 3900);
    struct posting back = duty; /* a correction is a posting the other way */
    back.from = duty.to;
    back.to = duty.from;
    ledger_post(ledger, &back);
    assert_int_equal(ledger->total.layer[LAYER_LAW], 0);
    assert_int_equal(ledger->postings, 2);
    duty.amount = 0;
    ledger_post(ledger, &duty);
    assert_int_equal(ledger->postings, 2);
    test_free(ledger);
}

/* ---- refusals ---- */

struct attempt {
    struct ledger *ledger;
    struct posting posting;
};

static void post(void *context)
{
    const struct attempt *attempt = context;
    ledger_post(attempt->ledger, &attempt->posting);
}

static const struct posting sound = {
    .kind = KIND_FREIGHT, .column = COLUMN_GENERAL_TRADE, .currency = 1, .from = 1, .to = PARTIES,
    .amount = 1, .base = 1};

static void refuses_unsound_postings(void **state)
{
    (void)state;
    struct attempt attempt = {ledger_of(), sound};
    assert_false(unit_refuses(post, &attempt));
#define REFUSED(field, value)                                                                      \
    attempt.posting = sound;                                                                       \
    attempt.posting.field = (value);                                                               \
    assert_true(unit_refuses(post, &attempt))
    REFUSED(from, 0);
    REFUSED(to, 0);
    REFUSED(from, PARTIES + 1);
    REFUSED(to, PARTIES + 1);
    REFUSED(to, 1);
    REFUSED(kind, KIND_UNSET);
    REFUSED(kind, KIND_COUNT);
    REFUSED(column, COLUMN_UNSET);
    REFUSED(column, COLUMN_COUNT);
    REFUSED(currency, 0);
    REFUSED(currency, CURRENCY_MAX);
    REFUSED(amount, -1);
    REFUSED(base, -1);
    REFUSED(kind, KIND_PRICE);      /* from a buyer to the outside: no cost, so the identity would break */
    REFUSED(kind, KIND_REMITTANCE);
    test_free(attempt.ledger);
}

static void add_too_many(void *context)
{
    for (int i = 0; i < PARTY_MAX; i++)
        ledger_party(context, SIDE_OUTSIDE);
}

static void add_without_side(void *context)
{
    ledger_party(context, SIDE_UNSET);
}

static void refuses_unsound_parties(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_of();
    assert_true(unit_refuses(add_too_many, ledger));
    assert_true(unit_refuses(add_without_side, ledger));
    test_free(ledger);
}

/* ---- names ---- */

static void knows_every_kind_by_name(void **state)
{
    (void)state;
    for (unsigned i = 1; i < KIND_COUNT; i++) {
        enum posting_kind kind = (enum posting_kind)i;
        assert_int_equal(kind_find(kind_id(kind)), kind);
        assert_true(*kind_name(kind, LANG_EN) && *kind_name(kind, LANG_ZH));
        assert_true(kind_layer(kind) > LAYER_UNSET && kind_layer(kind) < LAYER_COUNT);
        assert_true(*class_id(kind_class(kind)));
    }
    assert_int_equal(kind_find(""), KIND_UNSET);
    assert_int_equal(kind_find("dutys"), KIND_UNSET);
    assert_int_equal(kind_class(KIND_INTEREST), CLASS_CAPITAL);
    assert_int_equal(kind_layer(KIND_INSPECTION), LAYER_LAW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_to_zero_and_keeps_the_identity),
        cmocka_unit_test(nodes_add_up_to_the_layers),
        cmocka_unit_test(books_both_ends),
        cmocka_unit_test(refuses_unsound_postings),
        cmocka_unit_test(refuses_unsound_parties),
        cmocka_unit_test(knows_every_kind_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
