/* journey: patches a scenario down to one order, runs it for its dossier and for its story. */
#include "sim/journey.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/dossier.h"
#include "sim/flow.h"
#include "sim/out_json.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/story.h"

/* Members of a scenario that could stand in the way of a single order. */
static const char *const dropped[] = {"markets", "shocks", "firms", "credit", "figures", "as_of", "law_of",
                                      "outside"};
/* Luck. */
static const char *const rates[] = {"decline", "mismatch", "inspect", "return", "door_refusal", "chargeback"};

static void string(struct buf *out, const char *text)
{
    buf_json_string(out, text, strlen(text));
}

/* ---- the patch ---- */

static void patch_goods(const struct journey *journey, const cJSON *flow, struct buf *out)
{
    const cJSON *good;
    const char *join = "";
    buf_puts(out, "\"goods\":{");
    cJSON_ArrayForEach(good, json_get(flow, "goods")) {
        bool is_it = strcmp(good->string, journey->sku) == 0;
        if (is_it && !journey->price)
            continue;
        buf_puts(out, join);
        string(out, good->string);
        buf_puts(out, is_it ? ":{\"price\":" : ":null");
        if (is_it) {
            string(out, journey->price);
            buf_putc(out, '}');
        }
        join = ",";
    }
    buf_puts(out, "},");
}

static void patch_flow(const struct journey *journey, const cJSON *flow, struct buf *out)
{
    const cJSON *own = json_get(flow, "rates");
    const char *join = "";
    string(out, journey->flow);
    buf_puts(out, ":{\"irregular\":null,\"documents\":null,\"risk\":null,");
    patch_goods(journey, flow, out);
    buf_printf(out, "\"demand\":{\"per_day\":\"1\",\"season\":null,\"from\":null,\"to\":null,\"buyers\":1000,\"units\":"
               "[{\"per_mille\":0,\"units\":\"%u\"},{\"per_mille\":1000,\"units\":\"%u\"}]},\"rates\":{",
               journey->units, journey->units);
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (json_get(own, rates[i])) {
            buf_printf(out, "%s\"%s\":\"0\"", join, rates[i]);
            join = ",";
        }
    buf_puts(out, "}}");
}

/* Opens a member with a null for each of its members but one. */
static void drop_others(struct buf *out, const char *name, const cJSON *members, const char *kept)
{
    const cJSON *member;
    buf_printf(out, "\"%s\":{", name);
    cJSON_ArrayForEach(member, members) {
        if (strcmp(member->string, kept) == 0)
            continue;
        string(out, member->string);
        buf_puts(out, ":null,");
    }
}

bool journey_patch(const struct journey *journey, const struct json *scenario, struct buf *out, struct errs *errs)
{
    const cJSON *flows = json_get(scenario->root, "flows"), *flow = json_get(flows, journey->flow);
    char day[11];
    if (!flow || !json_get(json_get(flow, "goods"), journey->sku)) {
        errs_add(errs, ERR_UNKNOWN_VALUE, flow ? "the flow carries no \"%.60s\"" : "the scenario has no flow \"%.60s\"",
                 flow ? journey->sku : journey->flow);
        return false;
    }
    date_write(journey->day, day);
    buf_printf(out, "{\"period\":{\"from\":\"%s\",\"to\":\"%s\"},\"limit\":{\"scales\":\"demand\"},", day, day);
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        buf_printf(out, "\"%s\":null,", dropped[i]);
    drop_others(out, "ports", json_get(scenario->root, "ports"), json_text(flow, "port", ""));
    buf_puts(out, "\"_\":null},");
    drop_others(out, "flows", flows, journey->flow);
    patch_flow(journey, flow, out);
    buf_puts(out, "}}");
    return true;
}

/* ---- the dossier ---- */

struct teller {
    const struct book *book;
    const struct scenario *scenario;
    struct out_json json;
    bool is_told;
    int64_t stock[KIND_COUNT]; /* paid for the stock, base */
    int64_t bought;            /* units */
};

/* A field of a form: the element's name in the customs' messages, and what stands in it. */
static void field(struct teller *t, const char *name, const char *value)
{
    if (value && *value)
        out_json_text(&t->json, name, value);
}

static void amount(struct teller *t, const char *name, int64_t minor, unsigned currency)
{
    out_json_decimal(&t->json, name, minor, currency_digits(currency));
}

static void moment(struct teller *t, const char *name, int64_t time)
{
    char text[21];
    if (time == INT64_MIN)
        return;
    time_write(time, text);
    out_json_text(&t->json, name, text);
}

static void kilos(struct teller *t, const char *name, int64_t grams)
{
    out_json_decimal(&t->json, name, grams, 3);
}

static void firm(struct teller *t, const struct dossier *d, enum dossier_role role, const char *code, const char *name)
{
    const struct dossier_firm *who = &d->firm[role];
    struct persona_firm persona;
    if (!who->number)
        return;
    persona_firm(&persona, d->seed, who->number, who->country, (enum persona_trade)who->trade);
    field(t, code, persona.customs_code);
    field(t, name, persona.name);
}

static void buyer(struct teller *t, const struct dossier *d, bool is_whole)
{
    struct persona persona;
    persona_person(&persona, d->seed, d->declared_buyer, d->buyer_country);
    field(t, is_whole ? "buyerName" : "payerName", persona.name);
    field(t, is_whole ? "buyerIdNumber" : "payerIdNumber", persona.id_number);
    field(t, is_whole ? "buyerTelephone" : "telephone", persona.phone);
}

static void consignee(struct teller *t, const struct dossier *d)
{
    struct persona persona;
    persona_person(&persona, d->seed, d->buyer, d->buyer_country);
    field(t, "consignee", persona.name);
    field(t, "consigneeTelephone", persona.phone);
    field(t, "consigneeAddress", persona.address);
}

static void country(struct teller *t, const char *name, uint16_t code)
{
    char text[3] = {(char)(code >> 8), (char)(code & 255), 0};
    field(t, name, text);
}

/* Goods as the order, or (with codes) as the declaration names them. */
static void goods(struct teller *t, const struct dossier *d, bool is_declared)
{
    const struct dossier_line *line = d->line;
    unsigned currency = d->record.currency;
    field(t, "itemNo", line->sku);
    field(t, is_declared ? "gname" : "itemName", line->name_zh);
    field(t, "itemDescribe", line->name_en);
    if (is_declared)
        field(t, "gcode", line->declared_hs);
    out_json_count(&t->json, "qty", line->quantity);
    amount(t, "price", line->unit_price, currency);
    amount(t, "totalPrice", line->value, currency);
    country(t, "country", line->origin);
}

static void order_fields(struct teller *t, const struct dossier *d)
{
    const struct order_record *r = &d->record;
    firm(t, d, DOSSIER_PLATFORM, "ebpCode", "ebpName");
    firm(t, d, DOSSIER_SELLER, "ebcCode", "ebcName");
    amount(t, "goodsValue", r->goods_price, r->currency);
    amount(t, "freight", r->freight, r->currency);
    amount(t, "taxTotal", r->tax, r->currency);
    amount(t, "acturalPaid", r->paid, r->currency);
    field(t, "currency", currency_code(r->currency));
    buyer(t, d, true);
    consignee(t, d);
    goods(t, d, false);
}

static void payment_fields(struct teller *t, const struct dossier *d)
{
    firm(t, d, DOSSIER_PAYMENT_FIRM, "payCode", "payName");
    amount(t, "amountPaid", d->record.paid, d->record.currency);
    field(t, "currency", currency_code(d->record.currency));
    buyer(t, d, false);
    moment(t, "payTime", d->record.time[TIME_PAID]);
}

static void waybill_fields(struct teller *t, const struct dossier *d)
{
    firm(t, d, DOSSIER_CARRIER, "logisticsCode", "logisticsName");
    amount(t, "freight", d->record.freight, d->record.currency);
    kilos(t, "weight", d->record.gross_g);
    out_json_count(&t->json, "packNo", 1);
    consignee(t, d);
}

static void list_fields(struct teller *t, const struct dossier *d)
{
    firm(t, d, DOSSIER_BROKER, "agentCode", "agentName");
    field(t, "customsCode", d->office);
    field(t, "trafMode", transport_id((enum transport)d->terms->transport));
    country(t, "tradeCountry", d->record.from);
    kilos(t, "grossWeight", d->line->declared_gross_g);
    kilos(t, "netWeight", d->line->declared_net_g);
    amount(t, "freight", d->record.freight, d->record.currency);
    field(t, "currency", currency_code(d->record.currency));
    buyer(t, d, true);
    goods(t, d, true);
}

static void tax_fields(struct teller *t, const struct dossier *d)
{
    const struct order_record *r = &d->record;
    if (d->has_value)
        amount(t, "taxPrice", d->customs_value, r->charge_currency);
    amount(t, "customsTax", r->charge[CHARGE_DUTY], r->charge_currency);
    amount(t, "valueAddedTax", r->charge[CHARGE_VAT], r->charge_currency);
    amount(t, "consumptionTax", r->charge[CHARGE_CONSUMPTION_TAX], r->charge_currency);
    field(t, "currency", currency_code(r->charge_currency));
}

static const struct journey_form {
    const char *id, *number; /* element that holds the number */
    uint8_t document, time;
    void (*fields)(struct teller *t, const struct dossier *d);
} forms[] = {
    {"order", "orderNo", DOSSIER_DOC_ORDER, TIME_PLACED, order_fields},
    {"payment", "payTransactionId", DOSSIER_DOC_PAYMENT, TIME_PAID, payment_fields},
    {"waybill", "logisticsNo", DOSSIER_DOC_WAYBILL, TIME_WAYBILL, waybill_fields},
    {"declaration", "invtNo", DOSSIER_DOC_LIST, TIME_DECLARED, list_fields},
    {"tax_bill", "taxNo", DOSSIER_DOC_TAX_BILL, TIME_TAX_BILL, tax_fields},
};

static void tell_documents(struct teller *t, const struct dossier *d)
{
    out_json_begin(&t->json, "documents", '[');
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char number[DOSSIER_NUMBER_ROOM];
        int64_t time = d->record.time[forms[i].time];
        dossier_number(d, (enum dossier_document)forms[i].document, number);
        if (time == INT64_MIN || !*number)
            continue;
        out_json_begin_flat(&t->json, NULL, '{');
        out_json_text(&t->json, "id", forms[i].id);
        moment(t, "time", time);
        out_json_begin_flat(&t->json, "fields", '{');
        field(t, forms[i].number, number);
        forms[i].fields(t, d);
        out_json_end(&t->json, '}');
        out_json_end(&t->json, '}');
    }
    out_json_end(&t->json, ']');
}

static void tell_steps(struct teller *t, const struct dossier *d)
{
    out_json_begin(&t->json, "steps", '[');
    for (uint32_t i = 0; i < d->events; i++) {
        const struct dossier_event *event = &d->event[i];
        const struct flow_step *step = &flow_table((enum column)event->column)[event->step];
        out_json_begin_flat(&t->json, NULL, '{');
        moment(t, "time", event->time);
        out_json_text(&t->json, "id", step->id);
        out_json_text(&t->json, "layer", layer_id((enum layer)step->layer));
        out_json_text(&t->json, "en", step->en);
        out_json_text(&t->json, "zh", step->zh);
        out_json_end(&t->json, '}');
    }
    out_json_end(&t->json, ']');
}

/* Own costs of the order by kind, and its share of what was paid for the stock. */
static void tell_kinds(struct teller *t, const struct dossier *d, enum layer layer)
{
    int64_t own[KIND_COUNT] = {0};
    unsigned base = t->scenario->base_currency;
    const struct party *party = t->book->parties.party;
    for (uint32_t i = 0; i < d->postings; i++) {
        const struct posting *p = &d->posting[i].posting;
        bool from = party[p->from].side != SIDE_OUTSIDE, to = party[p->to].side != SIDE_OUTSIDE;
        own[p->kind] += (from && !to ? p->base : 0) - (to && !from ? p->base : 0);
    }
    out_json_begin_flat(&t->json, "kinds", '{');
    for (enum posting_kind kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++) {
        enum posting_class class = kind_class(kind);
        bool is_counted = class != CLASS_GOODS && class != CLASS_PRICE && class != CLASS_TRANSFER;
        if (kind_layer(kind) != layer || !is_counted)
            continue;
        int64_t share = t->bought ? money_scale(t->stock[kind], d->record.units, t->bought, ROUND_HALF_UP) : 0;
        if (own[kind] + share)
            amount(t, kind_id(kind), own[kind] + share, base);
    }
    out_json_end(&t->json, '}');
}

static void tell_nodes(struct teller *t, const struct dossier *d)
{
    const struct order_record *r = &d->record;
    out_json_begin(&t->json, "nodes", '[');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        out_json_begin_flat(&t->json, NULL, '{');
        out_json_text(&t->json, "layer", layer_id(layer));
        out_json_text(&t->json, "column", column_id((enum column)r->column));
        amount(t, "cost", r->sums.layer[layer], t->scenario->base_currency);
        out_json_hours(&t->json, "hours", r->spent_s[layer]);
        tell_kinds(t, d, layer);
        out_json_end(&t->json, '}');
    }
    out_json_end(&t->json, ']');
}

static void tell_order(void *self, const struct dossier *d)
{
    struct teller *t = self;
    const struct order_record *r = &d->record;
    if (t->is_told)
        return;
    t->is_told = true;
    out_json_text(&t->json, "currency", currency_code(t->scenario->base_currency));
    out_json_text(&t->json, "sale_currency", currency_code(r->currency));
    out_json_text(&t->json, "charge_currency", currency_code(r->charge_currency));
    out_json_text(&t->json, "state", order_state_id((enum order_state)r->state));
    out_json_text(&t->json, "regime", r->regime);
    out_json_text(&t->json, "refusal", r->refusal);
    amount(t, "paid", r->paid, r->currency);
    out_json_hours(&t->json, "hours", r->time[TIME_DELIVERED] == INT64_MIN
                                          ? 0 : r->time[TIME_DELIVERED] - r->time[TIME_PLACED]);
    tell_nodes(t, d);
    tell_steps(t, d);
    tell_documents(t, d);
}

static void take_posting(void *self, uint64_t number, const struct posting *p)
{
    struct teller *t = self;
    const struct party *party = t->book->parties.party;
    bool from = party[p->from].side != SIDE_OUTSIDE, to = party[p->to].side != SIDE_OUTSIDE;
    (void)number;
    if (p->subject_kind == SUBJECT_SHIPMENT && p->subject == 1)
        t->stock[p->kind] += (from && !to ? p->base : 0) - (to && !from ? p->base : 0);
}

static void take_shipment(void *self, const struct shipment_record *record)
{
    struct teller *t = self;
    if (record->number == 1)
        t->bought = record->units;
}

/* ---- the run ---- */

static int advance(struct world *world, struct errs *errs)
{
    struct tally *tally = tally_create();
    enum world_status status = world_advance(world, INT64_MAX, 0);
    if (status == WORLD_FAILED)
        errs_copy(errs, world_error(world));
    else
        world_result(world, tally, errs);
    tally_free(tally);
    return errs->count ? -1 : 0;
}

static int read_dossiers(struct teller *t, const struct dossier_reader *reader, uint64_t seed, struct errs *errs)
{
    struct dossier_desk *desk = dossier_desk_create(t->scenario, t->book, seed, true, reader);
    struct world *world = world_create(t->scenario, t->book, seed, 1, 0, dossier_desk_sink(desk));
    dossier_desk_begin(desk, 1);
    int result = advance(world, errs);
    world_destroy(world);
    dossier_desk_destroy(desk);
    return result;
}

static int tell_story(struct teller *t, uint64_t seed, struct errs *errs)
{
    struct story story;
    struct buf text = {0};
    story_init(&story, t->book, t->scenario->base_currency, LANG_EN);
    story.order = 1;
    struct world *world = world_create(t->scenario, t->book, seed, 1, 0, &story.sink);
    story.world = world;
    int result = advance(world, errs);
    if (result == 0 && story.is_whole) {
        story_json(&story, &text);
        out_json_raw(&t->json, "story", text.data, text.length);
    }
    world_destroy(world);
    story_finish(&story);
    buf_finish(&text);
    return result;
}

int journey_tell(const struct scenario *scenario, const struct book *book, uint64_t seed, struct buf *out,
                 struct errs *errs)
{
    struct teller teller = {.book = book, .scenario = scenario, .json = {.out = out}};
    const struct dossier_reader stock = {.self = &teller, .posting = take_posting, .shipment = take_shipment};
    const struct dossier_reader order = {.self = &teller, .order = tell_order};
    out_json_begin(&teller.json, NULL, '{');
    int result = read_dossiers(&teller, &stock, seed, errs); /* what the stock cost is known at its end */
    if (result == 0)
        result = read_dossiers(&teller, &order, seed, errs);
    if (result == 0)
        result = tell_story(&teller, seed, errs);
    out_json_end(&teller.json, '}');
    if (result == 0 && !teller.is_told) {
        errs_add(errs, ERR_BAD_REQUEST, "nothing was ordered on this day");
        return -1;
    }
    return result;
}

/* ---- what can be explored ---- */

static void tell_goods(const struct book *book, const cJSON *flow, struct out_json *json)
{
    const cJSON *good;
    out_json_begin(json, "goods", '[');
    cJSON_ArrayForEach(good, json_get(flow, "goods")) {
        uint32_t number = catalog_find(&book->catalog, good->string, strlen(good->string));
        if (!number)
            continue;
        const struct product *product = &book->catalog.product[number];
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "sku", good->string);
        out_json_text(json, "en", product->name_en);
        out_json_text(json, "zh", product->name_zh);
        out_json_text(json, "price", json_text(good, "price", NULL));
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

/* A flow that stands for itself and sends order by order as it likes. */
static bool is_route(const cJSON *flow)
{
    return json_get(flow, "channel") && json_get(flow, "to") && json_get(flow, "goods") && !json_get(flow, "like") &&
           !json_get(flow, "lane");
}

static void tell_routes(const struct book *book, const struct data_span *span, struct out_json *json)
{
    struct errs errs = {0};
    struct json read;
    const cJSON *flow;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(strlen(span->path) - strlen("scenarios/.json")),
             span->path + strlen("scenarios/"));
    int result = json_read_only(&read, span->path, span->start, (size_t)(span->end - span->start), &errs);
    bool is_plain = result == 0 && !json_get(read.root, "replay") && !json_get(read.root, "firms");
    const cJSON *flows = is_plain ? json_get(read.root, "flows") : NULL;
    cJSON_ArrayForEach(flow, flows) {
        if (!is_route(flow))
            continue;
        out_json_begin(json, NULL, '{');
        out_json_text(json, "scenario", name);
        out_json_text(json, "flow", flow->string);
        out_json_text(json, "channel", json_text(flow, "channel", NULL));
        out_json_text(json, "from", json_text(flow, "from", NULL));
        out_json_text(json, "to", json_text(flow, "to", NULL));
        out_json_text(json, "currency", json_text(flow, "currency", NULL));
        tell_goods(book, flow, json);
        out_json_end(json, '}');
    }
    json_finish(&read);
}

void journey_routes(const struct book *book, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < data_count; i++)
        if (strncmp(data_spans[i].path, "scenarios/", strlen("scenarios/")) == 0)
            tell_routes(book, &data_spans[i], &json);
    out_json_end(&json, ']');
}
