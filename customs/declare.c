/* declare: what must agree between order, payment, waybill and list, and what goes wrong in writing them. */
#include "customs/declare.h"

#include "core/check.h"
#include "core/rng.h"

static const struct named faults[DECLARE_FAULT_COUNT] = {
    {"", "", ""},
#define X(id, name, import_code, export_code, en, zh) {#name, en, zh},
    DECLARE_FAULTS(X)
#undef X
};

static const int32_t fault_codes[DECLARE_FAULT_COUNT][2] = { /* import, export */
    {0, 0},
#define X(id, name, import_code, export_code, en, zh) {import_code, export_code},
    DECLARE_FAULTS(X)
#undef X
};

const char *declare_fault_id(enum declare_fault fault)
{
    check(fault < DECLARE_FAULT_COUNT);
    return faults[fault].id;
}

const char *declare_fault_name(enum declare_fault fault, enum lang lang)
{
    check(fault < DECLARE_FAULT_COUNT);
    return named_in(&faults[fault], lang);
}

int32_t declare_fault_code(enum declare_fault fault, bool is_export)
{
    check(fault < DECLARE_FAULT_COUNT);
    return fault_codes[fault][is_export];
}

const char *declare_document_id(enum declare_document document)
{
    static const char *const ids[DECLARE_DOCUMENTS] = {"order", "payment", "waybill", "list"};
    check(document < DECLARE_DOCUMENTS);
    return ids[document];
}

static bool is_near(int64_t a, int64_t b, int64_t tolerance)
{
    int64_t off = a < b ? b - a : a - b;
    return off <= tolerance;
}

enum declare_fault declare_match(const struct declaration *d, int64_t tolerance)
{
    check(tolerance >= 0);
    if (d->order.firm != d->list.firm)
        return DECLARE_FIRM;
    if (d->order.payment_firm != d->payment.firm)
        return DECLARE_PAYMENT_FIRM;
    if (d->order.buyer != d->payment.payer)
        return DECLARE_PAYER;
    if (d->order.buyer != d->list.buyer)
        return DECLARE_BUYER;
    if (d->order.receiver != d->waybill.receiver)
        return DECLARE_RECEIVER;
    if (d->order.lines != d->list.lines || d->order.units != d->list.units || d->order.goods != d->list.goods)
        return DECLARE_LINES;
    if (!is_near(d->order.goods + d->order.freight + d->order.tax, d->order.paid, tolerance) ||
        !is_near(d->order.paid, d->payment.paid, tolerance))
        return DECLARE_AMOUNT;
    if (d->list.gross_g != d->waybill.gross_g)
        return DECLARE_WEIGHT;
    bool is_in_order = d->order.placed_at <= d->payment.paid_at && d->payment.paid_at <= d->waybill.shipped_at;
    return is_in_order ? DECLARE_AGREES : DECLARE_TIME;
}

void declare_spoil(struct declaration *d, uint64_t bits)
{
    uint64_t more = bits * UINT64_C(0x9E3779B97F4A7C15); /* how far off, apart from which kind */
    check(d->payment.paid >= 0);
    switch ((enum declare_fault)(rng_below(bits, DECLARE_FAULT_COUNT - 1) + 1)) {
    case DECLARE_PAYER: d->payment.payer++; break;
    case DECLARE_BUYER: d->list.buyer++; break;
    case DECLARE_AMOUNT: d->payment.paid += 1 + (int64_t)rng_below(more, (uint64_t)d->payment.paid / 4 + 1); break;
    case DECLARE_RECEIVER: d->waybill.receiver++; break;
    case DECLARE_LINES: d->list.units++; break;
    case DECLARE_FIRM: d->list.firm++; break;
    case DECLARE_PAYMENT_FIRM: d->payment.firm++; break;
    case DECLARE_WEIGHT: d->list.gross_g++; break;
    default: d->payment.paid_at = d->order.placed_at - 1; break;
    }
}
