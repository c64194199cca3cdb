/* dataset_row: rows of one order, out of its dossier. */
#include <stdio.h>

#include "core/check.h"
#include "core/date.h"
#include "core/fact.h"
#include "core/fx.h"
#include "sim/book.h"
#include "sim/dataset_int.h"
#include "sim/stats.h"

#define X(token, name, type, unit, refers, en, zh) ORDERS_##token,
enum { DATASET_ORDERS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) ORDER_LINES_##token,
enum { DATASET_ORDER_LINES(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) PAYMENTS_##token,
enum { DATASET_PAYMENTS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) WAYBILLS_##token,
enum { DATASET_WAYBILLS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) PARCELS_##token,
enum { DATASET_PARCELS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) DECLARATIONS_##token,
enum { DATASET_DECLARATIONS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) DECLARATION_LINES_##token,
enum { DATASET_DECLARATION_LINES(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) TAX_BILLS_##token,
enum { DATASET_TAX_BILLS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) INSPECTIONS_##token,
enum { DATASET_INSPECTIONS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) IRREGULARITIES_##token,
enum { DATASET_IRREGULARITIES(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) POSTINGS_##token,
enum { DATASET_POSTINGS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) EVENTS_##token,
enum { DATASET_EVENTS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) ALLOWANCES_##token,
enum { DATASET_ALLOWANCES(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) RETURNS_##token,
enum { DATASET_RETURNS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) FLAT_##token,
enum { DATASET_ORDERS_FLAT(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) FRAUD_##token,
enum { DATASET_CUSTOMS_FRAUD(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) TRIST_##token,
enum { DATASET_TRIST(X) };
#undef X

/* What several tables say of an order. */
struct facts {
    const struct dossier *d;
    const struct order_record *r;
    char from[2], to[2], number[DOSSIER_DOCUMENT_COUNT][DOSSIER_NUMBER_ROOM];
    unsigned base;
    bool is_declared;
};

static int64_t levied(const struct order_record *r, enum charge_kind kind)
{
    return r->charge_currency ? r->charge[kind] : 0;
}
static int64_t levied_duty(const struct order_record *r)
{
    return levied(r, CHARGE_DUTY) + levied(r, CHARGE_ADDITIONAL_DUTY) + levied(r, CHARGE_TRADE_REMEDY);
}
static int64_t levied_fees(const struct order_record *r)
{
    return levied(r, CHARGE_FEE) + levied(r, CHARGE_SURCHARGE);
}
static int64_t levied_total(const struct order_record *r)
{
    return levied_duty(r) + levied_fees(r) + levied(r, CHARGE_CONSUMPTION_TAX) + levied(r, CHARGE_VAT) +
           levied(r, CHARGE_SALES_TAX) + levied(r, CHARGE_PARCEL_TAX);
}

/* An import's, and of places whose law keeps no modes, is that of the channel. */
static const char *mode_of(const struct dossier *d)
{
    if (*d->mode)
        return d->mode;
    switch (d->record.channel) {
    case CHANNEL_BONDED: return "1210";
    case CHANNEL_PERSONAL_PARCEL: return "parcel";
    case CHANNEL_CONTAINER: case CHANNEL_BULK_AIR: return "0110";
    case CHANNEL_OVERSEAS_WAREHOUSE: return "9810";
    default: return "9610";
    }
}

/* ---- orders, goods ---- */

static void put_order(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    cell[ORDERS_order_id] = cell_key(f->d->order);
    cell[ORDERS_order_no] = cell_word(f->number[DOSSIER_DOC_ORDER]);
    cell[ORDERS_block] = cell_integer(r->replication);
    cell[ORDERS_placed_at] = cell_time(r->time[TIME_PLACED]);
    cell[ORDERS_paid_at] = cell_time(r->time[TIME_PAID]);
    cell[ORDERS_ended_at] = cell_time(r->time[TIME_ENDED]);
    cell[ORDERS_state] = cell_word(order_state_id((enum order_state)r->state));
    cell[ORDERS_column] = cell_word(column_id((enum column)r->column));
    cell[ORDERS_channel] = cell_word(channel_id((enum channel)r->channel));
    cell[ORDERS_flow] = cell_word(r->flow);
    cell[ORDERS_buyer_id] = cell_key(f->d->buyer);
    cell[ORDERS_seller_id] = cell_key(f->d->firm[DOSSIER_SELLER].number);
    cell[ORDERS_platform_id] = cell_key(f->d->firm[DOSSIER_PLATFORM].number);
    cell[ORDERS_from_country] = cell_words((struct text){f->from, 2});
    cell[ORDERS_to_country] = cell_words((struct text){f->to, 2});
    cell[ORDERS_units] = cell_integer(r->units);
    cell[ORDERS_lines] = cell_integer(r->lines);
    cell[ORDERS_currency] = cell_word(currency_code(r->currency));
    cell[ORDERS_goods_amount] = cell_money(r->goods_price, r->currency);
    cell[ORDERS_freight] = cell_money(r->freight, r->currency);
    cell[ORDERS_tax] = cell_money(r->tax, r->currency);
    cell[ORDERS_paid] = cell_money(r->paid, r->currency);
    cell[ORDERS_regime] = cell_word(r->regime);
    cell[ORDERS_refusal] = cell_word(r->refusal);
    cell[ORDERS_base_currency] = cell_word(currency_code(f->base));
    cell[ORDERS_goods_cost] = cell_money(r->sums.goods, f->base);
    cell[ORDERS_law_cost] = cell_money(r->sums.layer[LAYER_LAW], f->base);
    cell[ORDERS_trade_cost] = cell_money(r->sums.layer[LAYER_TRADE], f->base);
    cell[ORDERS_logistics_cost] = cell_money(r->sums.layer[LAYER_LOGISTICS], f->base);
    cell[ORDERS_margin] = cell_money(r->sums.margin, f->base);
    scribe_put(s, TABLE_orders, f->d->order);
}

static void put_order_lines(struct dataset_scribe *s, const struct facts *f)
{
    struct dataset_cell *cell = s->cell;
    for (uint32_t i = 0; i < f->d->lines; i++) {
        const struct dossier_line *line = &f->d->line[i];
        char origin[2];
        cell[ORDER_LINES_order_id] = cell_key(f->d->order);
        cell[ORDER_LINES_line_no] = cell_integer(line->number);
        cell[ORDER_LINES_product_id] = cell_key(line->product);
        cell[ORDER_LINES_hs_code] = cell_word(line->hs_to);
        cell[ORDER_LINES_origin] = cell_country(line->origin, origin);
        cell[ORDER_LINES_quantity] = cell_integer(line->quantity);
        cell[ORDER_LINES_currency] = cell_word(currency_code(f->r->currency));
        cell[ORDER_LINES_unit_price] = cell_money(line->unit_price, f->r->currency);
        cell[ORDER_LINES_amount] = cell_money(line->value, f->r->currency);
        cell[ORDER_LINES_net_weight_g] = cell_integer(line->net_g);
        cell[ORDER_LINES_gross_weight_g] = cell_integer(line->gross_g);
        scribe_put(s, TABLE_order_lines, f->d->order);
    }
}

/* ---- documents ---- */

static void put_payment(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    if (r->time[TIME_PAID] == INT64_MIN)
        return;
    cell[PAYMENTS_order_id] = cell_key(f->d->order);
    cell[PAYMENTS_payment_no] = cell_word(f->number[DOSSIER_DOC_PAYMENT]);
    cell[PAYMENTS_payment_firm_id] = cell_key(f->d->firm[DOSSIER_PAYMENT_FIRM].number);
    cell[PAYMENTS_payer_id] = cell_key(f->d->declared_buyer);
    cell[PAYMENTS_paid_at] = cell_time(r->time[TIME_PAID]);
    cell[PAYMENTS_sent_at] = cell_time(r->sent_at[DECLARE_PAYMENT]);
    cell[PAYMENTS_currency] = cell_word(currency_code(r->currency));
    cell[PAYMENTS_amount] = cell_money(r->goods_price + r->freight + r->tax, r->currency);
    scribe_put(s, TABLE_payments, f->d->order);
}

static void put_waybill(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    int64_t gross_g = 0;
    if (r->time[TIME_WAYBILL] == INT64_MIN)
        return;
    for (uint32_t i = 0; i < f->d->lines; i++)
        gross_g += f->d->line[i].declared_gross_g;
    cell[WAYBILLS_order_id] = cell_key(f->d->order);
    cell[WAYBILLS_waybill_no] = cell_word(f->number[DOSSIER_DOC_WAYBILL]);
    cell[WAYBILLS_master_no] = cell_word(f->number[DOSSIER_DOC_MASTER]);
    cell[WAYBILLS_carrier_id] = cell_key(f->d->firm[DOSSIER_CARRIER].number);
    cell[WAYBILLS_courier_id] = cell_key(f->d->firm[DOSSIER_COURIER].number);
    cell[WAYBILLS_handed_over_at] = cell_time(r->time[TIME_WAYBILL]);
    cell[WAYBILLS_sent_at] = cell_time(r->sent_at[DECLARE_WAYBILL]);
    cell[WAYBILLS_gross_weight_g] = cell_integer(gross_g);
    cell[WAYBILLS_packages] = cell_integer(1);
    scribe_put(s, TABLE_waybills, f->d->order);
}

static struct dataset_cell lead_of(const struct order_record *r)
{
    if (r->time[TIME_DELIVERED] == INT64_MIN)
        return cell_none();
    return cell_integer(r->time[TIME_DELIVERED] - r->time[TIME_PLACED]);
}

static void put_parcel(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    if (r->time[TIME_DISPATCHED] == INT64_MIN)
        return;
    cell[PARCELS_order_id] = cell_key(f->d->order);
    cell[PARCELS_gross_weight_g] = cell_integer(r->gross_g);
    cell[PARCELS_volume_cm3] = cell_integer(r->volume_cm3);
    cell[PARCELS_dispatched_at] = cell_time(r->time[TIME_DISPATCHED]);
    cell[PARCELS_released_at] = cell_time(r->time[TIME_RELEASED]);
    cell[PARCELS_delivered_at] = cell_time(r->time[TIME_DELIVERED]);
    cell[PARCELS_lead_seconds] = lead_of(r);
    cell[PARCELS_law_seconds] = cell_integer(r->spent_s[LAYER_LAW]);
    cell[PARCELS_trade_seconds] = cell_integer(r->spent_s[LAYER_TRADE]);
    cell[PARCELS_logistics_seconds] = cell_integer(r->spent_s[LAYER_LOGISTICS]);
    cell[PARCELS_waiting_seconds] =
        cell_integer(r->waited_s[LAYER_LAW] + r->waited_s[LAYER_TRADE] + r->waited_s[LAYER_LOGISTICS]);
    scribe_put(s, TABLE_parcels, f->d->order);
}

static void put_declaration(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    const struct dossier *d = f->d;
    struct dataset_cell *cell = s->cell;
    cell[DECLARATIONS_order_id] = cell_key(d->order);
    cell[DECLARATIONS_list_no] = cell_word(f->number[DOSSIER_DOC_LIST]);
    cell[DECLARATIONS_preentry_no] = cell_word(f->number[DOSSIER_DOC_PREENTRY]);
    cell[DECLARATIONS_office] = cell_word(d->office);
    cell[DECLARATIONS_port] = cell_word(d->port);
    cell[DECLARATIONS_broker_id] = cell_key(d->firm[DOSSIER_BROKER].number);
    cell[DECLARATIONS_declared_buyer_id] = cell_key(d->declared_buyer);
    cell[DECLARATIONS_order_sent_at] = cell_time(r->sent_at[DECLARE_ORDER]);
    cell[DECLARATIONS_declared_at] = cell_time(r->time[TIME_DECLARED]);
    cell[DECLARATIONS_matched_at] = cell_time(r->time[TIME_MATCHED]);
    cell[DECLARATIONS_released_at] = cell_time(r->time[TIME_RELEASED]);
    cell[DECLARATIONS_mode] = cell_word(mode_of(f->d));
    cell[DECLARATIONS_transport] = cell_word(transport_id((enum transport)d->terms->transport));
    cell[DECLARATIONS_fault] = cell_word(declare_fault_id((enum declare_fault)r->fault));
    cell[DECLARATIONS_fault_code] = r->fault ? cell_integer(r->fault_code) : cell_none();
    cell[DECLARATIONS_currency] = cell_word(r->charge_currency ? currency_code(r->charge_currency) : NULL);
    cell[DECLARATIONS_customs_value] = d->has_value ? cell_money(d->customs_value, r->charge_currency) : cell_none();
    scribe_put(s, TABLE_declarations, d->order);
}

/* What the law asked of one line: charges of the whole order count for its first. */
struct asked {
    int64_t duty, excise, vat, other;
    int64_t duty_ppm, excise_ppm, vat_ppm; /* INT64_MIN: no single rate */
};

static void add_asked(struct asked *asked, const struct dossier_charge *charge)
{
    switch (charge->kind) {
    case CHARGE_DUTY:
        asked->duty_ppm = charge->rate_ppm;
        asked->duty += charge->amount;
        break;
    case CHARGE_ADDITIONAL_DUTY: case CHARGE_TRADE_REMEDY: asked->duty += charge->amount; break;
    case CHARGE_CONSUMPTION_TAX:
        asked->excise_ppm = charge->rate_ppm;
        asked->excise += charge->amount;
        break;
    case CHARGE_VAT: case CHARGE_SALES_TAX:
        asked->vat_ppm = charge->rate_ppm;
        asked->vat += charge->amount;
        break;
    case CHARGE_SURCHARGE: case CHARGE_PARCEL_TAX: case CHARGE_FEE: asked->other += charge->amount; break;
    default: break; /* a refund at home */
    }
}

static struct asked asked_of(const struct dossier *d, uint32_t line)
{
    struct asked asked = {.duty_ppm = INT64_MIN, .excise_ppm = INT64_MIN, .vat_ppm = INT64_MIN};
    for (uint32_t i = 0; i < d->charges; i++)
        if (d->charge[i].line == line || (d->charge[i].line == 0 && line == 1))
            add_asked(&asked, &d->charge[i]);
    return asked;
}

static struct dataset_cell cell_rate(int64_t ppm)
{
    return ppm == INT64_MIN ? cell_none() : cell_decimal(ppm, 6);
}

static void put_declaration_lines(struct dataset_scribe *s, const struct facts *f)
{
    struct dataset_cell *cell = s->cell;
    unsigned currency = f->r->charge_currency;
    for (uint32_t i = 0; i < f->d->lines; i++) {
        const struct dossier_line *line = &f->d->line[i];
        struct asked asked = asked_of(f->d, line->number);
        char origin[2];
        cell[DECLARATION_LINES_order_id] = cell_key(f->d->order);
        cell[DECLARATION_LINES_line_no] = cell_integer(line->number);
        cell[DECLARATION_LINES_hs_code] = cell_word(line->declared_hs);
        cell[DECLARATION_LINES_origin] = cell_country(line->origin, origin);
        cell[DECLARATION_LINES_quantity] = cell_integer(line->quantity);
        cell[DECLARATION_LINES_net_weight_g] = cell_integer(line->declared_net_g);
        cell[DECLARATION_LINES_value_currency] = cell_word(currency_code(f->r->currency));
        cell[DECLARATION_LINES_declared_value] = cell_money(line->declared_value, f->r->currency);
        cell[DECLARATION_LINES_currency] = cell_word(currency ? currency_code(currency) : NULL);
        cell[DECLARATION_LINES_duty_rate] = cell_rate(asked.duty_ppm);
        cell[DECLARATION_LINES_duty] = cell_money(asked.duty, currency);
        cell[DECLARATION_LINES_consumption_tax_rate] = cell_rate(asked.excise_ppm);
        cell[DECLARATION_LINES_consumption_tax] = cell_money(asked.excise, currency);
        cell[DECLARATION_LINES_vat_rate] = cell_rate(asked.vat_ppm);
        cell[DECLARATION_LINES_vat] = cell_money(asked.vat, currency);
        cell[DECLARATION_LINES_other] = cell_money(asked.other, currency);
        scribe_put(s, TABLE_declaration_lines, f->d->order);
    }
}

static void put_tax_bill(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    unsigned currency = r->charge_currency;
    if (levied_total(r) == 0)
        return;
    cell[TAX_BILLS_order_id] = cell_key(f->d->order);
    cell[TAX_BILLS_bill_no] = cell_word(f->number[DOSSIER_DOC_TAX_BILL]);
    cell[TAX_BILLS_paid_at] = r->column == COLUMN_EXPORT_RETAIL ? cell_none() : cell_time(r->time[TIME_TAX_BILL]);
    cell[TAX_BILLS_currency] = cell_word(currency_code(currency));
    cell[TAX_BILLS_duty] = cell_money(levied_duty(r), currency);
    cell[TAX_BILLS_consumption_tax] = cell_money(levied(r, CHARGE_CONSUMPTION_TAX), currency);
    cell[TAX_BILLS_vat] = cell_money(levied(r, CHARGE_VAT), currency);
    cell[TAX_BILLS_sales_tax] = cell_money(levied(r, CHARGE_SALES_TAX), currency);
    cell[TAX_BILLS_parcel_tax] = cell_money(levied(r, CHARGE_PARCEL_TAX), currency);
    cell[TAX_BILLS_fee] = cell_money(levied_fees(r), currency);
    cell[TAX_BILLS_total] = cell_money(levied_total(r), currency);
    scribe_put(s, TABLE_tax_bills, f->d->order);
}

/* ---- customs looks ---- */

static void put_inspection(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    bool is_caught = r->state == ORDER_REFUSED && !r->is_found && !r->refusal;
    if (!r->is_inspected)
        return;
    cell[INSPECTIONS_order_id] = cell_key(f->d->order);
    cell[INSPECTIONS_office] = cell_word(f->d->office);
    cell[INSPECTIONS_port] = cell_word(f->d->port);
    cell[INSPECTIONS_inspected_at] = cell_time(f->d->inspected_at);
    cell[INSPECTIONS_result] = cell_word(r->is_found ? irregular_id((enum irregular_kind)r->irregular)
                                                     : is_caught ? "not_admitted" : "clean");
    cell[INSPECTIONS_outcome] = cell_word(r->state == ORDER_REFUSED ? "refused" : "released");
    cell[INSPECTIONS_currency] = cell_word(currency_code(f->base));
    cell[INSPECTIONS_fine] = cell_money(f->d->fine, f->base);
    scribe_put(s, TABLE_inspections, f->d->order);
}

static void put_irregularity(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    bool is_borrowed = r->irregular == IRREGULAR_BORROWED;
    if (!r->irregular)
        return;
    cell[IRREGULARITIES_order_id] = cell_key(f->d->order);
    cell[IRREGULARITIES_kind] = cell_word(irregular_id((enum irregular_kind)r->irregular));
    cell[IRREGULARITIES_party_role] = cell_word(is_borrowed ? "buyer" : "seller");
    cell[IRREGULARITIES_seller_id] = cell_key(f->d->firm[DOSSIER_SELLER].number);
    cell[IRREGULARITIES_lender_id] = cell_key(is_borrowed ? f->d->declared_buyer : 0);
    cell[IRREGULARITIES_declared_share] = cell_decimal(r->declared_ppm, 6);
    cell[IRREGULARITIES_currency] = cell_word(currency_code(f->base));
    cell[IRREGULARITIES_evaded] = cell_money(f->d->evaded, f->base);
    cell[IRREGULARITIES_inspected] = cell_integer(r->is_inspected);
    cell[IRREGULARITIES_found] = cell_integer(r->is_found);
    cell[IRREGULARITIES_fine] = cell_money(f->d->fine, f->base);
    scribe_put(s, TABLE_irregularities, f->d->order);
}

static void put_allowance(struct dataset_scribe *s, const struct facts *f)
{
    const struct dossier *d = f->d;
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    if (!d->has_allowance)
        return;
    int32_t day = time_local_day(r->time[TIME_PLACED], date_offset_s(r->to));
    cell[ALLOWANCES_order_id] = cell_key(d->order);
    cell[ALLOWANCES_buyer_id] = cell_key(r->is_found ? d->buyer : d->declared_buyer);
    cell[ALLOWANCES_country] = cell_words((struct text){f->to, 2});
    cell[ALLOWANCES_year] = cell_integer(date_civil(day).year);
    cell[ALLOWANCES_currency] = cell_word(currency_code(r->charge_currency));
    cell[ALLOWANCES_used_before] = cell_money(d->allowance_used, r->charge_currency);
    cell[ALLOWANCES_taken] = cell_money(d->customs_value, r->charge_currency);
    cell[ALLOWANCES_limit] = cell_money(d->allowance_limit, r->charge_currency);
    scribe_put(s, TABLE_allowances, d->order);
}

static const char *return_reason(const struct order_record *r)
{
    if (r->state != ORDER_RETURNED)
        return "part";
    if (r->irregular == IRREGULAR_FAKE)
        return "fake";
    return r->time[TIME_DELIVERED] == INT64_MIN ? "door" : "withdrawal";
}

static void put_return(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    bool is_part = r->state == ORDER_DELIVERED && f->d->refunded_at != INT64_MIN && f->d->refunded < r->goods_price;
    if (r->state != ORDER_RETURNED && !is_part)
        return;
    cell[RETURNS_order_id] = cell_key(f->d->order);
    cell[RETURNS_returned_at] = cell_time(f->d->refunded_at == INT64_MIN ? r->time[TIME_ENDED] : f->d->refunded_at);
    cell[RETURNS_reason] = cell_word(return_reason(r));
    cell[RETURNS_currency] = cell_word(currency_code(r->currency));
    cell[RETURNS_refunded] = cell_money(f->d->refunded, r->currency);
    scribe_put(s, TABLE_returns, f->d->order);
}

/* ---- many rows ---- */

static void put_posting(struct dataset_scribe *s, uint32_t replication, const struct posting *posting)
{
    struct dataset_cell *cell = s->cell;
    unsigned kind = posting->kind, base = s->set->scenario->base_currency;
    bool is_order = posting->subject_kind == SUBJECT_ORDER;
    uint64_t key = dossier_posting_key(replication, ++s->postings);
    uint64_t subject = dossier_key(replication, posting->subject);
    cell[POSTINGS_posting_id] = cell_key(key);
    cell[POSTINGS_order_id] = is_order ? cell_key(subject) : cell_none();
    cell[POSTINGS_shipment_id] = is_order ? cell_none() : cell_key(subject);
    cell[POSTINGS_posted_at] = cell_time(posting->time);
    cell[POSTINGS_from_party] = cell_lasting(s->party[posting->from]);
    cell[POSTINGS_to_party] = cell_lasting(s->party[posting->to]);
    cell[POSTINGS_kind] = cell_lasting(s->kind[kind]);
    cell[POSTINGS_class] = cell_lasting(s->kind_class[kind]);
    cell[POSTINGS_layer] = cell_lasting(s->kind_layer[kind]);
    cell[POSTINGS_currency] = cell_lasting((struct text){currency_code(posting->currency), 3});
    cell[POSTINGS_amount] = cell_money(posting->amount, posting->currency);
    cell[POSTINGS_base_amount] = cell_money(posting->base, base);
    cell[POSTINGS_reason] = cell_lasting(reasons_said(&s->reasons, s->world, posting->reason));
    scribe_put(s, TABLE_postings, key);
}

static void put_event(struct dataset_scribe *s, uint32_t replication, uint64_t subject, bool is_order,
                      const struct dossier_event *event)
{
    struct dataset_cell *cell = s->cell;
    uint64_t key = dossier_posting_key(replication, ++s->events);
    cell[EVENTS_event_id] = cell_key(key);
    cell[EVENTS_order_id] = is_order ? cell_key(subject) : cell_none();
    cell[EVENTS_shipment_id] = is_order ? cell_none() : cell_key(subject);
    cell[EVENTS_happened_at] = cell_time(event->time);
    cell[EVENTS_step] = cell_lasting(s->step[event->column][event->step]);
    cell[EVENTS_layer] = cell_lasting(s->step_layer[event->column][event->step]);
    scribe_put(s, TABLE_events, key);
}

void dataset_posting(void *writer, uint64_t number, const struct posting *posting)
{
    (void)number; /* rows have numbers of their own, in their order */
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    if (scribe_puts(s, TABLE_postings))
        put_posting(s, s->block, posting);
}

void dataset_event(void *writer, uint64_t number, const struct event *event, uint64_t shipment)
{
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    if (!scribe_puts(s, TABLE_events))
        return;
    struct dossier_event step = {number, event->time, event->column, event->kind};
    put_event(s, s->block, dossier_key(s->block, shipment), false, &step);
}

/* ---- wide ---- */

static struct dataset_cell hours_of(const struct order_record *r)
{
    if (r->time[TIME_DELIVERED] == INT64_MIN)
        return cell_none();
    return cell_decimal((r->time[TIME_DELIVERED] - r->time[TIME_PLACED]) * 100 / 3600, 2);
}

static void flat_goods(struct dataset_scribe *s, const struct facts *f, char origin[2])
{
    const struct dossier_line *line = &f->d->line[0];
    struct dataset_cell *cell = s->cell;
    const struct product *product = line->product ? &s->set->book->catalog.product[line->product] : NULL;
    cell[FLAT_sku] = cell_word(line->sku);
    cell[FLAT_product] = cell_text(line->name_en);
    cell[FLAT_category] = cell_word(product ? product->category : NULL);
    cell[FLAT_hs_code] = cell_word(line->hs_to);
    cell[FLAT_origin] = cell_country(line->origin, origin);
    cell[FLAT_units] = cell_integer(f->r->units);
    cell[FLAT_gross_weight_g] = cell_integer(f->r->gross_g);
}

static void flat_money(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    unsigned currency = r->charge_currency;
    cell[FLAT_currency] = cell_word(currency_code(r->currency));
    cell[FLAT_goods_amount] = cell_money(r->goods_price, r->currency);
    cell[FLAT_freight] = cell_money(r->freight, r->currency);
    cell[FLAT_tax] = cell_money(r->tax, r->currency);
    cell[FLAT_paid] = cell_money(r->paid, r->currency);
    cell[FLAT_regime] = cell_word(r->regime);
    cell[FLAT_charge_currency] = cell_word(currency ? currency_code(currency) : NULL);
    cell[FLAT_duty] = cell_money(levied_duty(r), currency);
    cell[FLAT_consumption_tax] = cell_money(levied(r, CHARGE_CONSUMPTION_TAX), currency);
    cell[FLAT_vat] = cell_money(levied(r, CHARGE_VAT) + levied(r, CHARGE_SALES_TAX), currency);
    cell[FLAT_other_charges] = cell_money(levied_fees(r) + levied(r, CHARGE_PARCEL_TAX), currency);
    cell[FLAT_base_currency] = cell_word(currency_code(f->base));
    cell[FLAT_landed_cost] = cell_money(r->landed, f->base);
    cell[FLAT_margin] = cell_money(r->sums.margin, f->base);
}

static void put_flat(struct dataset_scribe *s, const struct facts *f)
{
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    char origin[2];
    persona_person(&s->person, s->set->seed, f->d->buyer, f->d->buyer_country);
    cell[FLAT_order_id] = cell_key(f->d->order);
    cell[FLAT_order_no] = cell_word(f->number[DOSSIER_DOC_ORDER]);
    cell[FLAT_placed_at] = cell_time(r->time[TIME_PLACED]);
    cell[FLAT_paid_at] = cell_time(r->time[TIME_PAID]);
    cell[FLAT_declared_at] = cell_time(r->time[TIME_DECLARED]);
    cell[FLAT_released_at] = cell_time(r->time[TIME_RELEASED]);
    cell[FLAT_dispatched_at] = cell_time(r->time[TIME_DISPATCHED]);
    cell[FLAT_delivered_at] = cell_time(r->time[TIME_DELIVERED]);
    cell[FLAT_ended_at] = cell_time(r->time[TIME_ENDED]);
    cell[FLAT_state] = cell_word(order_state_id((enum order_state)r->state));
    cell[FLAT_column] = cell_word(column_id((enum column)r->column));
    cell[FLAT_channel] = cell_word(channel_id((enum channel)r->channel));
    cell[FLAT_buyer_id] = cell_key(f->d->buyer);
    cell[FLAT_buyer_name] = cell_text(s->person.name);
    cell[FLAT_buyer_city] = cell_text(s->person.city);
    cell[FLAT_buyer_country] = cell_words((struct text){f->to, 2});
    cell[FLAT_seller_id] = cell_key(f->d->firm[DOSSIER_SELLER].number);
    cell[FLAT_seller_party] = cell_words(s->party[f->d->firm[DOSSIER_SELLER].party]);
    flat_goods(s, f, origin);
    flat_money(s, f);
    cell[FLAT_fault] = cell_word(declare_fault_id((enum declare_fault)r->fault));
    cell[FLAT_inspected] = cell_integer(r->is_inspected);
    cell[FLAT_returned] = cell_integer(r->state == ORDER_RETURNED);
    cell[FLAT_lead_hours] = hours_of(r);
    scribe_put(s, TABLE_orders_flat, f->d->order);
}

/* ---- the shapes of others ---- */

static const char *transport_code(unsigned transport)
{
    static const char *const codes[TRANSPORT_COUNT] = {
        [TRANSPORT_POST] = "50", [TRANSPORT_EXPRESS] = "40", [TRANSPORT_AIR] = "40", [TRANSPORT_SEA] = "10",
        [TRANSPORT_RAIL] = "20", [TRANSPORT_ROAD] = "30", [TRANSPORT_BONDED] = "90"};
    return codes[transport];
}

/* A code of seven characters, as the public data has them; the same number, the same code. */
static struct dataset_cell code_of(uint64_t number, char out[8])
{
    static const char letters[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint64_t bits = number * UINT64_C(0x9E3779B97F4A7C15);
    if (!number)
        return cell_none();
    for (unsigned i = 0; i < 7; i++) {
        out[i] = letters[bits % 34];
        bits /= 34;
    }
    return cell_words((struct text){out, 7});
}

/* Traders buy dear or cheap, and no two lots cost the same: 0.33 to 2.03 of the list, the middle more often. */
static int64_t habit_ppm(const struct dataset_scribe *s, const struct dossier *d)
{
    uint64_t trader = rng_bits(rng_key(s->set->seed, 0), d->firm[DOSSIER_SELLER].number, 9500, d->line[0].product);
    uint64_t lot = rng_bits(rng_key(s->set->seed, 0), d->order, 9501, 0);
    int64_t of_trader = 550000 + (int64_t)rng_below(trader, 900001);
    int64_t of_lot = 600000 + (int64_t)(rng_below(lot, 400001) + rng_below(lot << 32, 400001));
    return of_trader * of_lot / 1000000;
}

static const char *tax_type(const struct order_record *r)
{
    if (levied_total(r) == 0)
        return "F";
    return r->channel == CHANNEL_PERSONAL_PARCEL ? "P" : r->column == COLUMN_IMPORT_RETAIL ? "C" : "A";
}

static unsigned critical_of(const struct order_record *r)
{
    bool is_critical = r->irregular == IRREGULAR_FAKE || r->irregular == IRREGULAR_BORROWED || r->declared_ppm < 333333;
    return !r->irregular ? 0 : is_critical ? 2 : 1;
}

static int64_t declared_base(const struct dataset_scribe *s, const struct facts *f, const struct dossier_line *line)
{
    int32_t day = time_local_day(f->r->time[TIME_PLACED], 0);
    int64_t value = fx_convert(s->set->scenario->fx, line->declared_value, f->r->currency, f->base, day);
    return s->set->noise == GENERATE_CLEAN ? value : money_scale(value, habit_ppm(s, f->d), 1000000, ROUND_HALF_UP);
}

static struct dataset_cell rate_of(const struct facts *f)
{
    const struct dossier *d = f->d;
    int64_t asked = 0;
    for (uint32_t i = 0; i < d->charges; i++)
        if (d->charge[i].kind < CHARGE_DRAWBACK)
            asked += d->charge[i].amount;
    return cell_decimal(d->has_value && d->customs_value > 0 ? asked * 10000 / d->customs_value : 0, 2);
}

static void put_fraud(struct dataset_scribe *s, const struct facts *f)
{
    const struct dossier *d = f->d;
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    char code[4][8], origin[2];
    for (uint32_t i = 0; i < d->lines; i++) {
        const struct dossier_line *line = &d->line[i];
        size_t length = strnlen(line->declared_hs, 6);
        cell[FRAUD_declaration_id] = cell_key(d->order);
        cell[FRAUD_date] = (struct dataset_cell){.kind = CELL_DAY, .number = time_local_day(r->time[TIME_DECLARED], 0)};
        cell[FRAUD_office_id] = cell_words((struct text){d->office + 2, 2});
        cell[FRAUD_process_type] = cell_word("B");
        cell[FRAUD_import_type] = cell_word("15");
        cell[FRAUD_import_use] = cell_word("11");
        cell[FRAUD_payment_type] = cell_word(r->tax ? "11" : "13");
        cell[FRAUD_mode_of_transport] = cell_word(transport_code(d->terms->transport));
        cell[FRAUD_declarant_id] = code_of(d->firm[DOSSIER_BROKER].number, code[0]);
        cell[FRAUD_importer_id] = code_of(d->declared_buyer + (UINT64_C(1) << 40), code[1]);
        cell[FRAUD_seller_id] = code_of(d->firm[DOSSIER_SELLER].number, code[2]);
        cell[FRAUD_courier_id] = code_of(d->firm[DOSSIER_COURIER].number, code[3]);
        cell[FRAUD_hs6_code] = cell_words((struct text){line->declared_hs, length});
        cell[FRAUD_country_of_departure] = cell_words((struct text){f->from, 2});
        cell[FRAUD_country_of_origin] = cell_country(line->origin, origin);
        cell[FRAUD_tax_rate] = rate_of(f);
        cell[FRAUD_tax_type] = cell_word(tax_type(r));
        cell[FRAUD_country_of_origin_indicator] = cell_word(line->origin == r->from ? "G" : "B");
        cell[FRAUD_net_mass] = cell_decimal(line->declared_net_g, 3);
        cell[FRAUD_item_price] = cell_money(declared_base(s, f, line), f->base);
        cell[FRAUD_fraud] = cell_integer(r->irregular != 0);
        cell[FRAUD_critical_fraud] = cell_integer(critical_of(r));
        scribe_put(s, TABLE_customs_fraud, d->order);
    }
}

static void put_trist(struct dataset_scribe *s, const struct facts *f)
{
    const struct dossier *d = f->d;
    const struct order_record *r = f->r;
    struct dataset_cell *cell = s->cell;
    unsigned currency = r->charge_currency;
    struct civil civil = date_civil(time_local_day(r->time[TIME_DECLARED], 0));
    for (uint32_t i = 0; currency && i < d->lines; i++) {
        const struct dossier_line *line = &d->line[i];
        struct asked asked = asked_of(d, line->number);
        bool is_first = i == 0; /* what was levied is known of the order as a whole */
        char origin[2];
        int64_t value = d->lines == 1 && d->has_value ? d->customs_value
                        : fx_convert(s->set->scenario->fx, line->declared_value, r->currency, currency,
                                     time_local_day(r->time[TIME_PLACED], 0));
        cell[TRIST_transaction_id] = cell_key(d->order);
        cell[TRIST_line] = cell_integer(line->number);
        cell[TRIST_year] = cell_integer(civil.year);
        cell[TRIST_month] = cell_integer(civil.month);
        cell[TRIST_hs_code] = cell_word(line->declared_hs);
        cell[TRIST_cpc] = cell_word(mode_of(d));
        cell[TRIST_origin] = cell_country(line->origin, origin);
        cell[TRIST_currency] = cell_word(currency_code(currency));
        cell[TRIST_value] = cell_money(value, currency);
        cell[TRIST_net_weight] = cell_decimal(line->declared_net_g, 3);
        cell[TRIST_statutory_rate] = cell_rate(asked.duty_ppm);
        cell[TRIST_statutory_duty] = cell_money(asked.duty, currency);
        cell[TRIST_collected_duty] = cell_money(is_first ? levied_duty(r) : 0, currency);
        cell[TRIST_excise] = cell_money(is_first ? levied(r, CHARGE_CONSUMPTION_TAX) : 0, currency);
        cell[TRIST_vat] = cell_money(is_first ? levied(r, CHARGE_VAT) + levied(r, CHARGE_SALES_TAX) : 0, currency);
        cell[TRIST_other] = cell_money(is_first ? levied_fees(r) + levied(r, CHARGE_PARCEL_TAX) : 0, currency);
        scribe_put(s, TABLE_trist, d->order);
    }
}

/* ---- an order ---- */

/* Every table that an order has rows in. Those of a declaration only when there is one. */
static const struct {
    uint8_t table;
    bool is_declared;
    void (*put)(struct dataset_scribe *scribe, const struct facts *facts);
} order_tables[] = {
    {TABLE_orders, false, put_order}, {TABLE_order_lines, false, put_order_lines},
    {TABLE_payments, false, put_payment}, {TABLE_waybills, false, put_waybill}, {TABLE_parcels, false, put_parcel},
    {TABLE_declarations, true, put_declaration}, {TABLE_declaration_lines, true, put_declaration_lines},
    {TABLE_tax_bills, false, put_tax_bill}, {TABLE_inspections, false, put_inspection},
    {TABLE_irregularities, false, put_irregularity}, {TABLE_allowances, false, put_allowance},
    {TABLE_returns, false, put_return}, {TABLE_orders_flat, false, put_flat}, {TABLE_customs_fraud, true, put_fraud},
    {TABLE_trist, true, put_trist}};

void dataset_order(void *writer, const struct dossier *d)
{
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    struct facts f = {.d = d, .r = &d->record, .base = s->set->scenario->base_currency,
                      .is_declared = d->record.time[TIME_DECLARED] != INT64_MIN};
    cell_country(d->record.from, f.from);
    cell_country(d->record.to, f.to);
    for (enum dossier_document document = 0; document < DOSSIER_DOCUMENT_COUNT; document++)
        dossier_number(d, document, f.number[document]);
    scribe_buyer(s, d->buyer, d->buyer_country);
    if (d->declared_buyer != d->buyer)
        scribe_buyer(s, d->declared_buyer, d->buyer_country);
    for (size_t i = 0; i < sizeof order_tables / sizeof *order_tables; i++)
        if (scribe_puts(s, (enum dataset_table)order_tables[i].table) &&
            (f.is_declared || !order_tables[i].is_declared))
            order_tables[i].put(s, &f);
    for (uint32_t i = 0; scribe_puts(s, TABLE_postings) && i < d->postings; i++)
        put_posting(s, d->record.replication, &d->posting[i].posting);
    for (uint32_t i = 0; scribe_puts(s, TABLE_events) && i < d->events; i++)
        put_event(s, d->record.replication, d->order, true, &d->event[i]);
}
