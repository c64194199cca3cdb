/* reprice: asks two laws the same and keeps the difference. */
#include "sim/reprice.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"
#include "sim/account.h"
#include "sim/levy.h"

static struct scenario *under_days_of(const struct scenario *scenario, const struct scenario *law)
{
    struct scenario *other = memory_take(sizeof *other);
    *other = *scenario;
    other->law_day = law->law_day;
    other->laws = law->laws;
    memcpy(other->law_of, law->law_of, sizeof other->law_of);
    return other;
}

void reprice_open(struct reprice *r, const struct scenario *scenario, const struct book *before,
                  const struct scenario *law, const struct book *after)
{
    memset(r, 0, sizeof *r);
    r->scenario = scenario;
    r->before = world_create(scenario, before, 0, 1, 0, NULL);
    r->other = under_days_of(scenario, law ? law : scenario);
    r->after = world_create(r->other, after, 0, 1, 0, NULL);
    r->stock = memory_take(scenario->flows * FLOW_GOODS_MAX * sizeof *r->stock);
}

void reprice_close(struct reprice *r)
{
    world_destroy(r->before);
    world_destroy(r->after);
    memory_release(r->stock);
    memory_release(r->other);
    r->other = NULL;
    r->before = r->after = NULL;
    r->stock = NULL;
}

void reprice_reads(const struct reprice *r, struct reads *reads)
{
    world_reads(r->after, reads);
}

/* Adds what an answer charges to a side of the difference; returns it, VAT apart. */
static int64_t take(struct reprice *r, const struct due_answer *answer, int sign, bool counts, int64_t *vat,
                    uint16_t *treasury)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < answer->charges; i++) {
        const struct due_charge *charge = &answer->charge[i];
        enum posting_kind kind = account_kind((enum charge_kind)charge->kind);
        if (counts)
            r->receipt[charge->treasury][kind] += sign * charge->base;
        if (kind == KIND_VAT) {
            *vat += sign * charge->base;
            *treasury = charge->treasury;
        } else {
            sum += sign * charge->base;
        }
    }
    return sum;
}

static void take_stock(struct reprice *r, const struct due *due, int64_t more, int64_t vat, uint16_t treasury)
{
    struct reprice_stock *stock = &r->stock[due->flow * FLOW_GOODS_MAX + due->item];
    if (due->kind == DUE_IMPORT)
        stock->units += due->units;
    stock->more += more;
    stock->vat_more += vat;
    if (treasury)
        stock->treasury = treasury;
}

static void begin_order(struct reprice *r, uint64_t number)
{
    if (r->number == number)
        return;
    r->number = number;
    r->more = 0;
    r->is_refused = r->is_unanswered = false;
}

/* An order out of stock: its share of the shipments so far. The credit is what the shipments paid. */
static void bear_share(struct reprice *r, const struct due *due, bool counts)
{
    const struct reprice_stock *stock = &r->stock[due->flow * FLOW_GOODS_MAX + due->item];
    if (stock->units == 0 || due->replay)
        return;
    r->more += money_scale(stock->more, due->units, stock->units, ROUND_HALF_UP);
    int64_t vat = money_scale(stock->vat_more, due->units, stock->units, ROUND_HALF_UP);
    if (!due->credit_base)
        r->more += vat; /* nothing is credited: it stays a cost */
    else if (counts && stock->treasury)
        r->receipt[stock->treasury][KIND_VAT_CREDIT] -= vat;
}

static void fail(struct reprice *r, const struct world *world)
{
    const struct err *err = world_error(world);
    r->is_unanswered = true;
    if (!r->why[0])
        snprintf(r->why, sizeof r->why, "%.239s", err ? err->message : "");
}

void reprice_due(struct reprice *r, const struct due *due, bool counts)
{
    struct due_answer before, after;
    int64_t vat = 0, more;
    uint16_t treasury = 0;
    bool is_order = due->kind == DUE_ORDER || due->kind == DUE_REFUND;
    if (is_order)
        begin_order(r, due->number);
    if (!levy_again(r->before, due, &before)) {
        fail(r, r->before);
        return;
    }
    if (!levy_again(r->after, due, &after)) {
        fail(r, r->after);
        return;
    }
    if (due->kind == DUE_ORDER && after.is_refused)
        r->is_refused = true;
    more = take(r, &before, -1, counts, &vat, &treasury);
    more += take(r, &after, 1, counts, &vat, &treasury);
    if (!is_order) {
        take_stock(r, due, more, vat, treasury);
        return;
    }
    r->more += more + vat;
    if (due->kind == DUE_ORDER)
        bear_share(r, due, counts);
}

bool reprice_order(struct reprice *r, const struct order_record *record, int64_t *more)
{
    begin_order(r, record->number);
    *more = r->more;
    return !r->is_refused && !r->is_unanswered;
}
