/* account: postings, prices, interest, losses, allocations. */
#include "sim/account.h"

#include "core/check.h"
#include "payment/settle.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "sim/lane.h"

static const uint8_t posting_of[CHARGE_COUNT] = {
    [CHARGE_DUTY] = KIND_DUTY,
    [CHARGE_ADDITIONAL_DUTY] = KIND_ADDITIONAL_DUTY,
    [CHARGE_TRADE_REMEDY] = KIND_TRADE_REMEDY,
    [CHARGE_SURCHARGE] = KIND_SURCHARGE,
    [CHARGE_CONSUMPTION_TAX] = KIND_CONSUMPTION_TAX,
    [CHARGE_VAT] = KIND_VAT,
    [CHARGE_SALES_TAX] = KIND_SALES_TAX,
    [CHARGE_PARCEL_TAX] = KIND_PARCEL_TAX,
    [CHARGE_FEE] = KIND_FEE,
    [CHARGE_DRAWBACK] = KIND_DRAWBACK,
    [CHARGE_INCOME_TAX] = KIND_INCOME_TAX,
};

enum posting_kind account_kind(enum charge_kind kind)
{
    return (enum posting_kind)posting_of[kind];
}

int64_t account_convert(const struct world *w, int64_t amount, unsigned from, unsigned to)
{
    if (from == to || amount == 0)
        return amount;
    bool is_back = amount < 0; /* half up is away from zero either way */
    int64_t out = fx_convert(w->scenario->fx, is_back ? -amount : amount, from, to, w->day);
    return is_back ? -out : out;
}

/* As account_convert; the rate of the month is kept. */
int64_t account_base(struct world *w, int64_t amount, unsigned currency)
{
    unsigned base = w->scenario->base_currency;
    if (currency == base || amount == 0)
        return amount;
    struct civil civil = world_civil(w, w->day);
    int32_t month = civil.year * 12 + civil.month;
    if (w->mid[currency].month != month) {
        bool stale = false, is_known = fx_rate(w->scenario->fx, currency, base, w->day, &w->mid[currency].rate, &stale);
        check(is_known);
        w->mid[currency].month = month;
    }
    struct rational rate = w->mid[currency].rate;
    int64_t out;
    bool fits = money_scale2(amount, rate.num, rate.den, currency_unit(base), currency_unit(currency),
                             ROUND_HALF_UP, &out);
    check(fits);
    return out;
}

void account_post(struct world *w, struct mover *m, enum posting_kind kind, uint16_t from, uint16_t to,
                  unsigned currency, int64_t amount, uint32_t reason)
{
    if (amount == 0)
        return;
    if (amount < 0) {
        account_post(w, m, kind, to, from, currency, -amount, reason);
        return;
    }
    struct posting posting = {
        .time = w->now, .subject = m->number, .order = m->kind == SUBJECT_ORDER ? m->number : 0,
        .subject_kind = m->kind, .column = m->column, .kind = (uint8_t)kind, .currency = (uint8_t)currency,
        .from = from, .to = to, .reason = reason, .amount = amount, .base = account_base(w, amount, currency)};
    ledger_post_to(&w->ledger, &posting, &m->sums);
    w->tally->currencies |= UINT64_C(1) << currency;
    w->tally->receipt[to][kind] += posting.base;
    w->tally->receipt[from][kind] -= posting.base;
    digest_word(&w->digest, (uint64_t)amount << 16 | (uint64_t)kind << 8 | currency);
    if (w->sink.posting)
        w->sink.posting(w->sink.self, world_number(w, w->ledger.postings), &posting);
}

void account_purchase(struct world *w, struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    unsigned currency = flow_purchase_currency(flow, m->item);
    int64_t vat = money_scale(m->cost_minor, flow->purchase_vat_ppm, 1000000, ROUND_HALF_UP);
    account_post(w, m, KIND_GOODS, flow->seller, flow->supplier, currency, m->cost_minor, 0);
    if (vat)
        account_post(w, m, KIND_INPUT_VAT, flow->seller, world_treasury(w, flow->from), currency, vat, 0);
}

/* ---- prices ---- */

/* What a price that is a share is a share of. */
static void share_basis(const struct world *w, const struct mover *m, enum flow_role role, struct account_load *load)
{
    const struct scenario_flow *flow = flow_of(w, m);
    const struct order *o = (const struct order *)m;
    bool is_bought = m->cost_minor > 0 && (role == ROLE_TRANSFER || role == ROLE_INSURANCE || role == ROLE_SPREAD ||
                                           role == ROLE_SUPPLY);
    bool is_sold_abroad = m->kind == SUBJECT_ORDER && role == ROLE_SPREAD &&
                          channel_column((enum channel)m->channel) == COLUMN_EXPORT_RETAIL;
    if (m->kind == SUBJECT_SHIPMENT || (is_bought && !is_sold_abroad)) {
        load->amount = m->cost_minor;
        load->currency = flow_purchase_currency(flow, m->item);
        return;
    }
    load->currency = flow->sale_currency;
    load->amount = o->goods_minor;
    if (role == ROLE_PAYMENT || role == ROLE_CHARGEBACK || is_sold_abroad)
        load->amount += o->freight_minor + o->tax_minor;
}

/* The row that is taken (0: none) and its price. */
static uint32_t find_price(struct world *w, const struct mover *m, enum flow_role role, const struct account_load *load,
                           int64_t *price)
{
    uint32_t at = flow_row(w, m->flow, role);
    if (!at)
        return 0;
    struct sheet_load asked = {load->units, load->gross_g, load->volume_cm3, load->days, 0};
    const struct sheet *sheet = &w->scenario->sheet;
    if (sheet->row[at].share_ppm)
        asked.amount = account_convert(w, load->amount, load->currency, sheet->row[at].currency);
    if (*sheet->row[at].or_id)
        at = sheet_cheapest(sheet, at, w->day, &asked);
    *price = sheet_price(sheet, at, w->day, &asked);
    int64_t surcharge_ppm = role == ROLE_LINE_HAUL ? lane_surcharge_ppm(w, flow_of(w, m)) : 0;
    if (surcharge_ppm)
        *price += money_scale(*price, surcharge_ppm, 1000000, ROUND_HALF_UP);
    return at;
}

int64_t account_price_of(struct world *w, struct mover *m, enum flow_role role, const struct account_load *load,
                         uint16_t payer)
{
    int64_t price;
    uint32_t at = find_price(w, m, role, load, &price);
    if (!at)
        return 0;
    const struct sheet_row *row = &w->scenario->sheet.row[at];
    account_post(w, m, (enum posting_kind)row->kind, payer, w->row_party[at], row->currency, price, at);
    return account_base(w, price, row->currency);
}

int64_t account_expect(struct world *w, const struct mover *m, enum flow_role role, const struct account_load *load)
{
    struct account_load own = {m->units, m->gross_g, m->volume_cm3, 1, 0, 0};
    int64_t price;
    if (!load) {
        share_basis(w, m, role, &own);
        load = &own;
    }
    uint32_t at = find_price(w, m, role, load, &price);
    return at ? account_base(w, price, w->scenario->sheet.row[at].currency) : 0;
}

int64_t account_price(struct world *w, struct mover *m, enum flow_role role, uint16_t payer)
{
    struct account_load load = {m->units, m->gross_g, m->volume_cm3, 1, 0, 0};
    share_basis(w, m, role, &load);
    int64_t base = account_price_of(w, m, role, &load, payer);
    if (m->kind == SUBJECT_SHIPMENT && role == ROLE_LINE_HAUL)
        shipment_of(m)->freight_base += base; /* both enter the customs value */
    else if (m->kind == SUBJECT_SHIPMENT && role == ROLE_INSURANCE)
        shipment_of(m)->insurance_base += base;
    return base;
}

void account_note(struct world *w, enum posting_kind kind, int64_t base)
{
    if (w->parts)
        w->parts[kind] += base;
}

void account_interest(struct world *w, struct mover *m, int64_t base, int64_t seconds)
{
    uint32_t at = flow_row(w, m->flow, ROLE_INTEREST);
    if (!at)
        return;
    const struct sheet_row *row = &w->scenario->sheet.row[at];
    account_post(w, m, (enum posting_kind)row->kind, flow_of(w, m)->seller, w->row_party[at],
                 w->scenario->base_currency, settle_interest(base, row->share_ppm, seconds), at);
}

/* ---- without money ---- */

void account_write_off(struct world *w, struct mover *m, enum posting_kind loss, int64_t base)
{
    check(kind_class(loss) == CLASS_LOSS && base >= 0);
    uint16_t seller = flow_of(w, m)->seller;
    account_post(w, m, KIND_GOODS_LOST, w->written_off, seller, w->scenario->base_currency, base, 0);
    account_post(w, m, loss, seller, w->written_off, w->scenario->base_currency, base, 0);
}

void account_lose(struct world *w, struct mover *m)
{
    uint32_t insurer = flow_row(w, m->flow, ROLE_INSURANCE);
    int64_t goods = m->sums.goods;
    if (insurer)
        account_post(w, m, KIND_CARGO_INSURANCE, w->row_party[insurer], flow_of(w, m)->seller,
                     w->scenario->base_currency, goods, insurer);
    account_write_off(w, m, KIND_LOSS, goods);
}

void account_allocate(struct mover *m, const int64_t share[LOT_SUM_COUNT])
{
    check(m->kind == SUBJECT_ORDER);
    m->sums.goods += share[LOT_GOODS];
    m->sums.layer[LAYER_LAW] += share[LOT_LAW];
    m->sums.layer[LAYER_TRADE] += share[LOT_TRADE];
    m->sums.layer[LAYER_LOGISTICS] += share[LOT_LOGISTICS];
    m->sums.margin -= share[LOT_GOODS] + share[LOT_LAW] + share[LOT_TRADE] + share[LOT_LOGISTICS];
}
