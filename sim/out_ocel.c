/* out_ocel: what an order, its papers and its people are as objects, and which of them each step touches. */
#include "sim/out_ocel.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/money.h"
#include "core/rule.h"
#include "customs/declare.h"
#include "sim/book.h"
#include "sim/ceb_case.h"
#include "sim/flow.h"
#include "sim/ocel.h"
#include "sim/out_file.h"
#include "sim/out_folder.h"

/* ---- objects ---- */

enum object { ORDER, LINE, BUYER, FIRM, PAYMENT, WAYBILL, MASTER, LIST, TAX_BILL, SHIPMENT, OBJECTS };

#define ATTRIBUTES(...) \
    (const char *const[]) { __VA_ARGS__, NULL }
enum { ORDER_STATE = 10, LIST_STATUS = 5, WAYBILL_STATUS = 2 };
static const struct ocel_type objects[] = {
    [ORDER] = {"order", "Order",
               ATTRIBUTES("flow", "channel", "trade_column", "country_from", "country_to", "currency", "goods_price",
                          "freight", "tax", "paid", "state")},
    [LINE] = {"order line", "OrderLine", ATTRIBUTES("sku", "name", "name_zh", "origin", "quantity", "price")},
    [BUYER] = {"buyer", "Buyer", ATTRIBUTES("country")},
    [FIRM] = {"firm", "Firm", ATTRIBUTES("trade", "country")},
    [PAYMENT] = {"payment", "Payment", ATTRIBUTES("currency", "amount")},
    [WAYBILL] = {"waybill", "Waybill", ATTRIBUTES("gross_kg", "volume_cm3", "status")},
    [MASTER] = {"master bill", "MasterBill", ATTRIBUTES("channel")},
    [LIST] = {"declaration", "Declaration", ATTRIBUTES("office", "regime", "currency", "value", "fault", "status")},
    [TAX_BILL] = {"tax bill", "TaxBill", ATTRIBUTES("currency", "duty", "consumption_tax", "vat", "total")},
    [SHIPMENT] = {"shipment", "Shipment", ATTRIBUTES("flow", "channel", "sku", "units", "gross_kg", "state")},
    [OBJECTS] = {0}};

/* ---- events ---- */

enum { CEB_TYPES = 32, STEPS_MAX = 64, TYPES_MAX = 3 * STEPS_MAX + CEB_TYPES };

/* Beside the order. */
enum touch {
    T_LINES = 1 << 0,
    T_BUYER = 1 << 1,
    T_PAYMENT = 1 << 2,
    T_WAYBILL = 1 << 3,
    T_MASTER = 1 << 4,
    T_LIST = 1 << 5,
    T_TAX_BILL = 1 << 6,
    T_SELLER = 1 << 7,
    T_SUPPLIER = 1 << 8,
    T_PLATFORM = 1 << 9,
    T_PAYMENT_FIRM = 1 << 10,
    T_CARRIER = 1 << 11,
    T_COURIER = 1 << 12,
    T_BROKER = 1 << 13,
    T_WAREHOUSE = 1 << 14,
    T_LOTS = 1 << 15
};
static const struct {
    const char *step, *buyer; /* buyer: as what */
    uint32_t touches;
} touched[] = {
    {"place", "buyer", T_LINES | T_BUYER | T_SELLER | T_PLATFORM},
    {"pay", "payer", T_PAYMENT | T_BUYER | T_PAYMENT_FIRM},
    {"buy_one", NULL, T_LINES | T_SUPPLIER},
    {"purchase", NULL, T_LINES | T_SUPPLIER},
    {"pick_abroad", NULL, T_LINES | T_WAYBILL},
    {"pick_up", NULL, T_LINES | T_WAYBILL | T_CARRIER},
    {"board_one", NULL, T_WAYBILL},
    {"air", NULL, T_WAYBILL | T_MASTER | T_CARRIER},
    {"line_haul", NULL, T_WAYBILL | T_MASTER | T_CARRIER},
    {"hand_over", NULL, T_WAYBILL | T_MASTER},
    {"waybill", NULL, T_WAYBILL | T_CARRIER},
    {"declare", NULL, T_LIST | T_PAYMENT | T_WAYBILL | T_BROKER},
    {"match", NULL, T_LIST | T_PAYMENT | T_WAYBILL},
    {"admit", NULL, T_LIST | T_TAX_BILL},
    {"reserve", NULL, T_LINES | T_WAREHOUSE},
    {"pick", NULL, T_LINES | T_WAYBILL | T_WAREHOUSE | T_LOTS},
    {"sample", NULL, T_WAYBILL},
    {"tax_parcel", NULL, T_WAYBILL | T_TAX_BILL},
    {"inspect", NULL, T_LIST | T_WAYBILL},
    {"export_release", NULL, T_LIST | T_WAYBILL},
    {"release", NULL, T_LIST | T_WAYBILL},
    {"leave", NULL, T_LIST | T_WAYBILL},
    {"last_mile", NULL, T_WAYBILL | T_COURIER},
    {"courier", NULL, T_WAYBILL | T_COURIER},
    {"local", NULL, T_WAYBILL | T_COURIER},
    {"deliver", "receiver", T_WAYBILL | T_BUYER},
    {"return", "buyer", T_BUYER},
    {"settle", NULL, T_PAYMENT | T_SELLER | T_PAYMENT_FIRM},
    {"tax", NULL, T_LIST | T_TAX_BILL},
    {"drawback", NULL, T_LIST | T_SELLER},
};

struct out_ocel {
    const struct generate_set *set;
    struct ocel *ocel;
    struct arena types; /* names of event types */
    struct ocel_type type[TYPES_MAX];
    uint16_t step_type[COLUMN_COUNT][STEPS_MAX], message_type[1000];
    uint32_t step_touches[TYPES_MAX];
    const char *step_buyer[TYPES_MAX];
    struct ceb_case order;
    uint32_t block;
    bool is_known; /* the block is in the log already */
    struct buf text;
};

/* "pick_abroad": "pick abroad", "PickAbroad" */
static struct ocel_type step_type(struct out_ocel *out, const char *id)
{
    static const char *const attributes[] = {"layer", NULL};
    char name[64], map[64];
    size_t used = 0;
    for (size_t i = 0; i <= strlen(id); i++) {
        bool begins = i == 0 || id[i - 1] == '_';
        name[i] = (char)(id[i] == '_' ? ' ' : id[i]);
        if (id[i] != '_')
            map[used++] = (char)(begins && id[i] ? id[i] - 'a' + 'A' : id[i]);
    }
    return (struct ocel_type){arena_copy(&out->types, name, strlen(name)), arena_copy(&out->types, map, strlen(map)),
                              attributes};
}

static unsigned add_step_type(struct out_ocel *out, unsigned count, const char *id)
{
    struct ocel_type type = step_type(out, id);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(out->type[i].name, type.name) == 0)
            return i;
    check(count < TYPES_MAX - 1);
    out->type[count] = type;
    for (size_t i = 0; i < sizeof touched / sizeof *touched; i++)
        if (strcmp(touched[i].step, id) == 0) {
            out->step_touches[count] = touched[i].touches;
            out->step_buyer[count] = touched[i].buyer;
        }
    return count;
}

static void make_types(struct out_ocel *out)
{
    static const char *const sent[] = {"guid", "app_type", NULL}, *const received[] = {"guid", "status", "info", NULL};
    unsigned count = 0;
    for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        const struct flow_step *step = flow_table((enum column)column);
        for (unsigned i = 0; step[i].id; i++) {
            check(i < STEPS_MAX);
            unsigned type = add_step_type(out, count, step[i].id);
            out->step_type[column][i] = (uint16_t)type;
            count += type == count;
        }
    }
    for (const struct ceb_message *message = ceb_messages; message->number; message++) {
        char name[32], map[32];
        snprintf(name, sizeof name, message->is_receipt ? "receive CEB%u" : "send CEB%u", message->number);
        snprintf(map, sizeof map, "Ceb%u", message->number);
        check(count < TYPES_MAX - 1);
        out->message_type[message->number] = (uint16_t)count;
        out->type[count++] =
            (struct ocel_type){arena_copy(&out->types, name, strlen(name)), arena_copy(&out->types, map, strlen(map)),
                               message->is_receipt ? received : sent};
    }
}

/* ---- ids and values ---- */

enum { ID_ROOM = 64, VALUE_ROOM = 48 };

/* The ids of what belongs to one order, "" where there is none. */
struct ids {
    char order[ID_ROOM], buyer[ID_ROOM], payment[ID_ROOM], waybill[ID_ROOM], master[ID_ROOM], list[ID_ROOM],
        tax_bill[ID_ROOM], firm[DOSSIER_ROLES][ID_ROOM];
};

static void number_id(const struct dossier *d, enum dossier_document document, const char *prefix, char id[ID_ROOM])
{
    char number[DOSSIER_NUMBER_ROOM];
    dossier_number(d, document, number);
    *id = '\0';
    if (*number)
        snprintf(id, ID_ROOM, "%s-%s", prefix, number);
}

static void make_ids(const struct dossier *d, struct ids *ids)
{
    snprintf(ids->order, ID_ROOM, "order-%llu", (unsigned long long)d->order);
    snprintf(ids->buyer, ID_ROOM, "buyer-%llu", (unsigned long long)d->buyer);
    number_id(d, DOSSIER_DOC_PAYMENT, "payment", ids->payment);
    number_id(d, DOSSIER_DOC_WAYBILL, "waybill", ids->waybill);
    number_id(d, DOSSIER_DOC_MASTER, "master", ids->master);
    number_id(d, DOSSIER_DOC_LIST, "list", ids->list);
    number_id(d, DOSSIER_DOC_TAX_BILL, "tax-bill", ids->tax_bill);
    if (d->record.column != COLUMN_IMPORT_RETAIL || !d->record.charge_currency) /* elsewhere it is a refund's paper */
        ids->tax_bill[0] = '\0';
    for (unsigned i = 0; i < DOSSIER_ROLES; i++) {
        ids->firm[i][0] = '\0';
        if (d->firm[i].number)
            snprintf(ids->firm[i], ID_ROOM, "firm-%llu", (unsigned long long)d->firm[i].number);
    }
}

static const char *amount(char out[VALUE_ROOM], int64_t minor, unsigned currency)
{
    struct buf text = {0};
    buf_decimal(&text, minor, currency_digits(currency));
    snprintf(out, VALUE_ROOM, "%s", buf_text(&text));
    buf_finish(&text);
    return out;
}

static const char *kilograms(char out[VALUE_ROOM], int64_t grams)
{
    snprintf(out, VALUE_ROOM, "%lld.%03d", (long long)(grams / 1000), (int)(grams % 1000));
    return out;
}

static const char *count_text(char out[VALUE_ROOM], int64_t count)
{
    snprintf(out, VALUE_ROOM, "%lld", (long long)count);
    return out;
}

static const char *country(char out[VALUE_ROOM], uint16_t packed)
{
    snprintf(out, VALUE_ROOM, "%c%c", packed ? packed >> 8 : '-', packed ? packed & 255 : '-');
    return out;
}

/* ---- one order ---- */

static void tell_order(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    const struct order_record *r = &d->record;
    char text[6][VALUE_ROOM];
    const char *values[] = {r->flow,
                            channel_id(r->channel),
                            column_id(r->column),
                            country(text[0], r->from),
                            country(text[1], r->to),
                            currency_code(r->currency),
                            amount(text[2], r->goods_price, r->currency),
                            amount(text[3], r->freight, r->currency),
                            amount(text[4], r->tax, r->currency),
                            amount(text[5], r->paid, r->currency),
                            "open"};
    ocel_object(out->ocel, ORDER, ids->order, values);
    if (r->time[TIME_ENDED] != INT64_MIN)
        ocel_change(out->ocel, ORDER, ids->order, ORDER_STATE, order_state_id(r->state), r->time[TIME_ENDED]);
    for (uint32_t i = 0; i < d->lines; i++) {
        const struct dossier_line *line = &d->line[i];
        char id[ID_ROOM + 12];
        snprintf(id, sizeof id, "%s-%u", ids->order, line->number);
        const char *of_line[] = {line->sku,
                                 line->name_en,
                                 line->name_zh,
                                 country(text[0], line->origin),
                                 count_text(text[1], line->quantity),
                                 amount(text[2], line->value, r->currency)};
        ocel_object(out->ocel, LINE, id, of_line);
        ocel_link(out->ocel, ids->order, id, "has line");
    }
}

static void tell_people(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    char text[VALUE_ROOM];
    ocel_object(out->ocel, BUYER, ids->buyer, (const char *[]){country(text, d->buyer_country)});
    ocel_link(out->ocel, ids->order, ids->buyer, "placed by");
    for (unsigned i = 0; i < DOSSIER_ROLES; i++)
        if (*ids->firm[i])
            ocel_object(out->ocel, FIRM, ids->firm[i],
                        (const char *[]){persona_trade_id((enum persona_trade)d->firm[i].trade),
                                         country(text, d->firm[i].country)});
    if (*ids->firm[DOSSIER_SELLER])
        ocel_link(out->ocel, ids->order, ids->firm[DOSSIER_SELLER], "sold by");
}

static int64_t sum_of(const struct dossier *d, enum charge_kind from, enum charge_kind to)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < d->charges; i++)
        if (d->charge[i].kind >= from && d->charge[i].kind <= to)
            sum += d->charge[i].amount;
    return sum;
}

static void tell_list(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    const struct order_record *r = &d->record;
    unsigned currency = r->charge_currency;
    char text[4][VALUE_ROOM];
    if (*ids->list) {
        const char *values[] = {d->office,
                                r->regime,
                                currency ? currency_code(currency) : NULL,
                                currency && d->has_value ? amount(text[0], d->customs_value, currency) : NULL,
                                r->fault ? declare_fault_id((enum declare_fault)r->fault) : NULL,
                                "1"};
        ocel_object(out->ocel, LIST, ids->list, values);
        ocel_link(out->ocel, ids->list, ids->order, "declares");
        if (*ids->payment)
            ocel_link(out->ocel, ids->list, ids->payment, "matches");
        if (*ids->waybill)
            ocel_link(out->ocel, ids->list, ids->waybill, "matches");
    }
    if (*ids->tax_bill) {
        const char *values[] = {currency_code(currency),
                                amount(text[0], sum_of(d, CHARGE_DUTY, CHARGE_SURCHARGE), currency),
                                amount(text[1], sum_of(d, CHARGE_CONSUMPTION_TAX, CHARGE_CONSUMPTION_TAX), currency),
                                amount(text[2], sum_of(d, CHARGE_VAT, CHARGE_VAT), currency),
                                amount(text[3], sum_of(d, CHARGE_DUTY, CHARGE_FEE), currency)};
        ocel_object(out->ocel, TAX_BILL, ids->tax_bill, values);
        ocel_link(out->ocel, ids->tax_bill, *ids->list ? ids->list : ids->order, "taxes");
    }
}

static void tell_papers(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    const struct order_record *r = &d->record;
    char text[2][VALUE_ROOM];
    if (*ids->payment) {
        ocel_object(out->ocel, PAYMENT, ids->payment,
                    (const char *[]){currency_code(r->currency), amount(text[0], r->paid, r->currency)});
        ocel_link(out->ocel, ids->payment, ids->order, "pays");
    }
    if (*ids->waybill) {
        ocel_object(out->ocel, WAYBILL, ids->waybill,
                    (const char *[]){kilograms(text[0], r->gross_g), count_text(text[1], r->volume_cm3), "made"});
        ocel_link(out->ocel, ids->waybill, ids->order, "carries");
        if (r->time[TIME_DISPATCHED] != INT64_MIN)
            ocel_change(out->ocel, WAYBILL, ids->waybill, WAYBILL_STATUS, "dispatched", r->time[TIME_DISPATCHED]);
        if (r->time[TIME_DELIVERED] != INT64_MIN)
            ocel_change(out->ocel, WAYBILL, ids->waybill, WAYBILL_STATUS, "delivered", r->time[TIME_DELIVERED]);
    }
    if (*ids->master && *ids->waybill) {
        ocel_object(out->ocel, MASTER, ids->master, (const char *[]){channel_id(r->channel)});
        ocel_link(out->ocel, ids->master, ids->waybill, "contains");
    }
    tell_list(out, d, ids);
}

/* The nth shipment that its units came from. */
static void lot_id(const struct out_ocel *out, const struct dossier *d, uint32_t nth, char id[ID_ROOM])
{
    snprintf(id, ID_ROOM, "shipment-%u-%llu", out->block, (unsigned long long)d->lot[nth].shipment);
}

static void touch_lots(struct out_ocel *out, const struct dossier *d, const char *event)
{
    for (uint32_t i = 0; i < d->lots; i++) {
        char id[ID_ROOM];
        lot_id(out, d, i, id);
        ocel_touch(out->ocel, event, id, "shipment");
    }
}

static void link_lots(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    for (uint32_t i = 0; i < d->lots; i++) {
        char id[ID_ROOM];
        lot_id(out, d, i, id);
        ocel_link(out->ocel, ids->order, id, "taken from");
    }
}

static void touch_lines(struct out_ocel *out, const struct dossier *d, const struct ids *ids, const char *event)
{
    for (uint32_t i = 0; i < d->lines; i++) {
        char id[ID_ROOM + 12];
        snprintf(id, sizeof id, "%s-%u", ids->order, d->line[i].number);
        ocel_touch(out->ocel, event, id, "line");
    }
}

static void touch_all(struct out_ocel *out, const struct dossier *d, const struct ids *ids, const char *event,
                      unsigned type)
{
    uint32_t touches = out->step_touches[type];
    const struct {
        uint32_t flag;
        const char *id, *qualifier;
    } pairs[] = {{T_BUYER, ids->buyer, out->step_buyer[type]},
                 {T_PAYMENT, ids->payment, "payment"},
                 {T_WAYBILL, ids->waybill, "waybill"},
                 {T_MASTER, *ids->waybill ? ids->master : "", "master bill"},
                 {T_LIST, ids->list, "declaration"},
                 {T_TAX_BILL, ids->tax_bill, "tax bill"},
                 {T_SELLER, ids->firm[DOSSIER_SELLER], "seller"},
                 {T_SUPPLIER, ids->firm[DOSSIER_SUPPLIER], "supplier"},
                 {T_PLATFORM, ids->firm[DOSSIER_PLATFORM], "platform"},
                 {T_PAYMENT_FIRM, ids->firm[DOSSIER_PAYMENT_FIRM], "payment firm"},
                 {T_CARRIER, ids->firm[DOSSIER_CARRIER], "carrier"},
                 {T_COURIER, ids->firm[DOSSIER_COURIER], "courier"},
                 {T_BROKER, ids->firm[DOSSIER_BROKER], "broker"},
                 {T_WAREHOUSE, ids->firm[DOSSIER_WAREHOUSE], "warehouse"}};
    ocel_touch(out->ocel, event, ids->order, "order");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (touches & pairs[i].flag && *pairs[i].id)
            ocel_touch(out->ocel, event, pairs[i].id, pairs[i].qualifier);
    if (touches & T_LINES)
        touch_lines(out, d, ids, event);
    if (touches & T_LOTS)
        touch_lots(out, d, event);
}

static const char *layer_of(uint8_t column, unsigned step)
{
    return layer_id(flow_table((enum column)column)[step].layer);
}

static void tell_steps(struct out_ocel *out, const struct dossier *d, const struct ids *ids)
{
    for (uint32_t i = 0; i < d->events; i++) {
        const struct dossier_event *event = &d->event[i];
        char id[ID_ROOM];
        unsigned type = out->step_type[event->column][event->step];
        snprintf(id, sizeof id, "e%u-%llu", out->block, (unsigned long long)event->number);
        ocel_event(out->ocel, type, id, event->time, (const char *[]){layer_of(event->column, event->step)});
        touch_all(out, d, ids, id, type);
    }
}

/* ---- messages ---- */

static void tell_message(struct out_ocel *out, const struct ids *ids, const struct ceb_item *item)
{
    const struct ceb_values *head = item->record.head;
    unsigned number = item->message->number;
    bool is_list = number / 100 == 6, is_payment = number / 100 == 4, is_waybill = number / 100 == 5;
    char id[ID_ROOM];
    snprintf(id, sizeof id, "m-%s", item->guid);
    if (item->message->is_receipt)
        ocel_event(out->ocel, out->message_type[number], id, item->time,
                   (const char *[]){item->guid, item->status, head->at[CEB_returnInfo]});
    else
        ocel_event(out->ocel, out->message_type[number], id, item->time, (const char *[]){item->guid, item->status});
    ocel_touch(out->ocel, id, ids->order, "order");
    if (is_list && *ids->list)
        ocel_touch(out->ocel, id, ids->list, "declaration");
    if (is_payment && *ids->payment)
        ocel_touch(out->ocel, id, ids->payment, "payment");
    if (is_waybill && *ids->waybill)
        ocel_touch(out->ocel, id, ids->waybill, "waybill");
    if (number == 816 && *ids->tax_bill)
        ocel_touch(out->ocel, id, ids->tax_bill, "tax bill");
    if ((number == 622 || number == 604) && *ids->list)
        ocel_change(out->ocel, LIST, ids->list, LIST_STATUS, item->status, item->time);
}

/* ---- the format ---- */

static void file_path(const struct out_ocel *out, const char *name, char path[1024])
{
    snprintf(path, 1024, "%.900s/%s", out->set->folder->work_path, name);
}

static void *open_log(const struct generate_set *set, const char *name, struct errs *errs)
{
    struct out_ocel *out = memory_take(sizeof *out);
    char path[1024];
    out->set = set;
    make_types(out);
    file_path(out, name, path);
    if (!*set->mark) {
        unlink(path);
        strncat(path, "-journal", sizeof path - strlen(path) - 1);
        unlink(path);
        file_path(out, name, path);
    }
    out->ocel = ocel_open(path, objects, out->type, errs);
    if (out->ocel)
        return out;
    arena_finish(&out->types);
    memory_release(out);
    return NULL;
}

static void *open_sqlite(const struct generate_set *set, struct errs *errs)
{
    return open_log(set, "ocel.sqlite", errs);
}

/* Not a file of the data set: it goes when the JSON is made. */
static void *open_json(const struct generate_set *set, struct errs *errs)
{
    return open_log(set, ".ocel.sqlite", errs);
}

static void begin_world(void *self, uint32_t block, const struct world *world)
{
    struct out_ocel *out = self;
    (void)world;
    out->block = block;
    out->is_known = block <= ocel_blocks(out->ocel);
}

static void take_order(void *self, const struct dossier *dossier)
{
    struct out_ocel *out = self;
    struct ids ids;
    if (out->is_known)
        return;
    make_ids(dossier, &ids);
    tell_order(out, dossier, &ids);
    tell_people(out, dossier, &ids);
    tell_papers(out, dossier, &ids);
    link_lots(out, dossier, &ids);
    tell_steps(out, dossier, &ids);
    ceb_case_fill(&out->order, out->set->seed, dossier);
    for (unsigned i = 0; i < out->order.items; i++)
        tell_message(out, &ids, &out->order.item[i]);
}

static void take_shipment(void *self, const struct shipment_record *record)
{
    struct out_ocel *out = self;
    const struct product *products = out->set->book->catalog.product;
    char id[ID_ROOM], text[2][VALUE_ROOM];
    if (out->is_known)
        return;
    snprintf(id, sizeof id, "shipment-%u-%llu", out->block, (unsigned long long)record->number);
    ocel_object(out->ocel, SHIPMENT, id,
                (const char *[]){record->flow, channel_id(record->channel),
                                 record->product ? products[record->product].sku : NULL,
                                 count_text(text[0], record->units), kilograms(text[1], record->gross_g),
                                 shipment_state_id(record->state)});
}

static void take_event(void *self, uint64_t number, const struct event *event, uint64_t shipment)
{
    struct out_ocel *out = self;
    char id[ID_ROOM], object[ID_ROOM];
    unsigned step = event->kind & ~FLOW_DONE;
    if (out->is_known || event->column == COLUMN_UNSET)
        return;
    snprintf(id, sizeof id, "e%u-%llu", out->block, (unsigned long long)number);
    snprintf(object, sizeof object, "shipment-%u-%llu", out->block, (unsigned long long)shipment);
    ocel_event(out->ocel, out->step_type[event->column][step], id, event->time,
               (const char *[]){layer_of(event->column, step)});
    ocel_touch(out->ocel, id, object, "shipment");
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct out_ocel *out = self;
    if (!out->is_known && ocel_commit(out->ocel, out->block, errs) != 0)
        return -1;
    buf_printf(mark, "%u", out->block);
    return 0;
}

static void release(struct out_ocel *out)
{
    ceb_case_finish(&out->order);
    buf_finish(&out->text);
    arena_finish(&out->types);
    memory_release(out);
}

static int close_sqlite(void *self, bool is_whole, struct errs *errs)
{
    struct out_ocel *out = self;
    (void)is_whole;
    int result = ocel_close(out->ocel, errs);
    release(out);
    return result;
}

static void write_more(void *self, struct buf *buf)
{
    struct out_file *file = self;
    check(buf == &file->buf);
    out_file_row(file);
}

static int close_json(void *self, bool is_whole, struct errs *errs)
{
    struct out_ocel *out = self;
    struct out_file file = {0};
    char path[1024];
    int result = 0;
    file_path(out, ".ocel.sqlite", path);
    if (is_whole) {
        out_file_open(&file, out->set->folder->work, out->set->folder->work_path, "ocel.json", 0);
        result = ocel_json(out->ocel, write_more, &file, &file.buf, errs);
        out_file_sync(&file);
        if (out_file_close(&file, errs) != 0)
            result = -1;
    }
    if (ocel_close(out->ocel, errs) != 0)
        result = -1;
    if (is_whole && result == 0)
        unlink(path);
    release(out);
    return result;
}

const struct generate_format out_ocel_format = {"ocel-sqlite",
                                                "object-centric event log (OCEL 2.0), SQLite",
                                                open_sqlite,
                                                begin_world,
                                                {.order = take_order, .shipment = take_shipment, .event = take_event},
                                                seal,
                                                close_sqlite};
const struct generate_format out_ocel_json_format = {
    "ocel-json",
    "object-centric event log (OCEL 2.0), JSON",
    open_json,
    begin_world,
    {.order = take_order, .shipment = take_shipment, .event = take_event},
    seal,
    close_json};
