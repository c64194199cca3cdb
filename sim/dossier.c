/* dossier: a desk with a file for each order on its way, and the dossier that is made of it in the end. */
#include "sim/dossier.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"
#include "core/rng.h"
#include "core/rule.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "sim/replay.h"
#include "sim/scenario.h"

/* An order on its way. Files are recycled with the room that they have. */
struct order_file {
    uint64_t number;
    uint32_t next_free; /* + 1 */
    uint32_t events, event_room, postings, posting_room, charges, charge_room, lots, lot_room;
    struct dossier_event *event;
    struct dossier_posting *posting;
    struct dossier_charge *charge;
    struct dossier_lot *lot;
    bool has_value, has_allowance;
    int64_t customs_value, allowance_used, allowance_limit, evaded;
};

/* What all orders of a flow have in common. */
struct flow_facts {
    struct dossier_line *line; /* [goods] */
    uint16_t party[DOSSIER_ROLES];
};

struct dossier_desk {
    const struct scenario *scenario;
    const struct book *book;
    uint64_t seed;
    uint32_t replication;
    struct dossier_reader reader;
    struct world_sink sink;
    struct order_file *file;   /* [used], growing with the most that were on their way at a time */
    uint32_t used, room, free; /* free: + 1 of the first free one */
    uint32_t *slot, slots, taken; /* open addressing by number: file + 1 */
    struct flow_facts *flow;
    uint16_t firm_country[PARTY_MAX][PERSONA_TRADES]; /* where the firms behind a party are; 0: there are none */
    uint16_t inspect_step[COLUMN_COUNT], sample_step[COLUMN_COUNT];
    struct dossier_line *line; /* of the order that is handed on */
    uint32_t line_room;
    struct assess assess;      /* asks for the mode of supervision by which an order leaves */
    struct rule_answer answer;
    struct arena arena;
};

enum { FIRM_STRIDE = 100, BUYERS_A_MARKET = 1 << 18 };

uint64_t dossier_key(uint32_t replication, uint64_t number)
{
    check(number <= DOSSIER_KEYS || replication == 1);
    return (uint64_t)(replication - 1) * DOSSIER_KEYS + number;
}

uint64_t dossier_posting_key(uint32_t replication, uint64_t number)
{
    return (uint64_t)(replication - 1) * DOSSIER_KEYS * 1000 + number;
}

uint64_t dossier_buyers_before(const struct scenario *scenario, uint32_t replication)
{
    return (uint64_t)(replication - 1) * scenario->markets * BUYERS_A_MARKET;
}

uint64_t dossier_buyer(const struct scenario *scenario, uint32_t replication, unsigned market, uint64_t buyer)
{
    return dossier_buyers_before(scenario, replication) + (uint64_t)market * BUYERS_A_MARKET + buyer + 1;
}

static uint64_t firm_number(uint16_t party, unsigned trade, unsigned nth)
{
    return ((uint64_t)party * PERSONA_TRADES + trade) * FIRM_STRIDE + nth + 1;
}

/* ---- files ---- */

static uint32_t *slot_of(const struct dossier_desk *desk, uint64_t number)
{
    uint32_t mask = desk->slots - 1, at = (uint32_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
    while (desk->slot[at] && desk->file[desk->slot[at] - 1].number != number)
        at = (at + 1) & mask;
    return &desk->slot[at];
}

static struct order_file *find(const struct dossier_desk *desk, uint64_t number)
{
    uint32_t file = *slot_of(desk, number);
    return file ? &desk->file[file - 1] : NULL;
}

static void grow_slots(struct dossier_desk *desk)
{
    uint32_t *old = desk->slot, slots = desk->slots;
    desk->slots = slots * 2;
    desk->slot = memory_take(desk->slots * sizeof *desk->slot);
    for (uint32_t i = 0; i < slots; i++)
        if (old[i])
            *slot_of(desk, desk->file[old[i] - 1].number) = old[i];
    memory_release(old);
}

static uint32_t take_file(struct dossier_desk *desk)
{
    if (desk->free) {
        uint32_t file = desk->free - 1;
        desk->free = desk->file[file].next_free;
        return file;
    }
    if (desk->used == desk->room) {
        uint32_t room = desk->room ? 2 * desk->room : 256;
        desk->file = memory_resize(desk->file, desk->room * sizeof *desk->file, room * sizeof *desk->file);
        desk->room = room;
    }
    return desk->used++;
}

static struct order_file *open_file(struct dossier_desk *desk, uint64_t number)
{
    struct order_file *found = find(desk, number);
    if (found)
        return found;
    if (2 * ++desk->taken > desk->slots)
        grow_slots(desk);
    uint32_t at = take_file(desk);
    struct order_file *file = &desk->file[at];
    file->number = number;
    file->events = file->postings = file->charges = file->lots = 0;
    file->has_value = file->has_allowance = false;
    file->customs_value = file->allowance_used = file->allowance_limit = file->evaded = 0;
    *slot_of(desk, number) = at + 1;
    return file;
}

/* Takes a slot out and closes the gap behind it. */
static void close_file(struct dossier_desk *desk, uint64_t number)
{
    uint32_t mask = desk->slots - 1, *slot = slot_of(desk, number), at = (uint32_t)(slot - desk->slot);
    struct order_file *file = &desk->file[*slot - 1];
    file->next_free = desk->free;
    desk->free = *slot;
    file->number = 0;
    desk->taken--;
    desk->slot[at] = 0;
    for (uint32_t next = (at + 1) & mask; desk->slot[next]; next = (next + 1) & mask) {
        uint32_t moved = desk->slot[next];
        desk->slot[next] = 0;
        *slot_of(desk, desk->file[moved - 1].number) = moved;
    }
}

#define ROOM_FOR_ONE(file, items, item, item_room)                                                                     \
    if ((file)->items == (file)->item_room) {                                                                          \
        uint32_t room = (file)->item_room ? 2 * (file)->item_room : 16;                                                \
        (file)->item = memory_resize((file)->item, (file)->item_room * sizeof *(file)->item,                           \
                                     room * sizeof *(file)->item);                                                     \
        (file)->item_room = room;                                                                                      \
    }

/* ---- listening ---- */

static void hear_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct dossier_desk *desk = self;
    struct order_file *file = posting->order ? find(desk, posting->order) : NULL;
    if (file) {
        ROOM_FOR_ONE(file, postings, posting, posting_room)
        file->posting[file->postings++] = (struct dossier_posting){number, *posting};
    } else if (desk->reader.posting) {
        desk->reader.posting(desk->reader.self, number, posting);
    }
}

static void hear_event(void *self, uint64_t number, const struct event *event, uint64_t subject)
{
    struct dossier_desk *desk = self;
    enum subject_kind kind = world_step_subject((enum column)event->column, event->kind);
    if (kind == SUBJECT_ORDER) {
        struct order_file *file = open_file(desk, subject);
        ROOM_FOR_ONE(file, events, event, event_room)
        file->event[file->events++] = (struct dossier_event){number, event->time, event->column, event->kind};
    } else if (kind == SUBJECT_SHIPMENT && desk->reader.event) {
        desk->reader.event(desk->reader.self, number, event, subject);
    }
}

static void hear_skip(void *self, enum subject_kind kind, uint64_t subject)
{
    struct order_file *file = kind == SUBJECT_ORDER ? find(self, subject) : NULL;
    if (file && file->events)
        file->events--;
}

enum { REFUND_KINDS = 1 << CHARGE_DRAWBACK | 1 << CHARGE_INCOME_TAX | 1 << CHARGE_REFUND_RATE | 1 << CHARGE_PAYABLE |
                      1 << CHARGE_OFFSET | 1 << CHARGE_CARRY_FORWARD | 1 << CHARGE_VAT_COST | 1 << CHARGE_TERM };

/* A refund's answer replaces what an earlier one said of refunds, an import's what was said of imports. */
static void forget_charges(struct order_file *file, bool is_refund)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < file->charges; i++)
        if ((REFUND_KINDS >> file->charge[i].kind & 1) != is_refund)
            file->charge[kept++] = file->charge[i];
    file->charges = kept;
}

static void hear_law(void *self, enum subject_kind kind, uint64_t subject, const struct rule_cache *cache,
                     const struct rule_answer *answer)
{
    struct order_file *file = kind == SUBJECT_ORDER ? find(self, subject) : NULL;
    bool is_refund = answer->stated & REFUND_KINDS;
    if (!file || answer->status == RULE_ERROR)
        return;
    forget_charges(file, is_refund);
    if (!is_refund) {
        file->has_value = answer->has_value;
        file->customs_value = answer->value;
        file->has_allowance = answer->has_allowance && answer->status == RULE_ASSESSED;
        file->allowance_used = answer->allowance_used;
        file->allowance_limit = answer->allowance_limit;
    }
    for (uint32_t i = 0; answer->status == RULE_ASSESSED && i < answer->charges; i++) {
        const struct rule_charge *charge = &answer->charge[i];
        struct rule_figure figure = rule_trace_figure(cache, answer, charge);
        ROOM_FOR_ONE(file, charges, charge, charge_room)
        file->charge[file->charges++] = (struct dossier_charge){
            .kind = charge->kind, .line = charge->line, .amount = charge->amount,
            .base = figure.has_base ? figure.base : INT64_MIN,
            .rate_ppm = figure.has_rate ? figure.rate_ppm : INT64_MIN};
    }
}

static void hear_note(void *self, const struct world_note *note)
{
    if (note->kind == NOTE_IRREGULAR)
        open_file(self, note->order);
    else if (note->kind == NOTE_EVADED)
        open_file(self, note->order)->evaded = note->amount;
}

static void hear_taken(void *self, uint64_t order, uint64_t shipment, int64_t units)
{
    struct order_file *file = open_file(self, order);
    ROOM_FOR_ONE(file, lots, lot, lot_room)
    file->lot[file->lots++] = (struct dossier_lot){shipment, units};
}

static void hear_shipment(void *self, const struct shipment_record *record)
{
    const struct dossier_desk *desk = self;
    if (desk->reader.shipment)
        desk->reader.shipment(desk->reader.self, record);
}

static void hear_departure(void *self, const struct departure_record *record)
{
    const struct dossier_desk *desk = self;
    if (desk->reader.departure)
        desk->reader.departure(desk->reader.self, record);
}

/* ---- people and firms ---- */

static const struct {
    uint8_t trade;
    uint8_t firms;      /* so many stand behind a party */
    bool is_by_order;   /* else a seller stays with its own */
    uint8_t role[3];    /* price-list roles that name the party, the first that the flow has */
} roles[DOSSIER_ROLES] = {
    [DOSSIER_SELLER] = {PERSONA_SELLER, DOSSIER_SELLERS, true, {0}},
    [DOSSIER_SUPPLIER] = {PERSONA_SUPPLIER, 16, false, {0}},
    [DOSSIER_PLATFORM] = {PERSONA_PLATFORM, 3, false, {ROLE_COMMISSION}},
    [DOSSIER_PAYMENT_FIRM] = {PERSONA_PAYMENT, 3, false, {ROLE_PAYMENT}},
    [DOSSIER_CARRIER] = {PERSONA_CARRIER, 4, true, {ROLE_LINE_HAUL}},
    [DOSSIER_COURIER] = {PERSONA_CARRIER, 6, true, {ROLE_LAST_MILE}},
    [DOSSIER_BROKER] = {PERSONA_BROKER, 12, false, {ROLE_LIST, ROLE_CLEARANCE, ROLE_ENTRY}},
    [DOSSIER_WAREHOUSE] = {PERSONA_WAREHOUSE, 4, false, {ROLE_PICK, ROLE_STORAGE, ROLE_SUPPLY}},
};

static uint16_t party_of(const struct scenario *scenario, const struct book *book, const struct scenario_flow *flow,
                         unsigned role)
{
    const struct sheet *sheet = &scenario->sheet;
    for (unsigned i = 0; i < 3 && roles[role].role[i]; i++) {
        const char *id = flow->role[roles[role].role[i]];
        uint32_t row = 0;
        for (uint32_t r = 1; id && r <= sheet->count && !row; r++)
            row = strcmp(sheet->row[r].id, id) == 0 ? r : 0;
        if (row)
            return parties_find(&book->parties, sheet->row[row].party, strlen(sheet->row[row].party));
    }
    return role == DOSSIER_SELLER ? flow->seller : role == DOSSIER_SUPPLIER ? flow->supplier : 0;
}

static uint16_t country_of(const struct scenario *scenario, const struct scenario_flow *flow, unsigned role)
{
    bool is_import = flow->column != COLUMN_EXPORT_RETAIL;
    bool is_mailed = flow->channel == CHANNEL_DIRECT_MAIL || flow->channel == CHANNEL_PERSONAL_PARCEL;
    uint16_t to = flow->to ? flow->to : scenario->home;
    switch (role) {
    case DOSSIER_SELLER: return is_import && !is_mailed ? to : flow->from;
    case DOSSIER_SUPPLIER: return flow->from;
    case DOSSIER_BROKER: return is_import ? to : flow->from;
    case DOSSIER_WAREHOUSE: return channel_has_stock((enum channel)flow->channel) ? to : flow->from;
    case DOSSIER_CARRIER: return scenario->home;
    default: return to;
    }
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 31) * UINT64_C(0x9E3779B97F4A7C15);
    return value ^ value >> 29;
}

/* The few with a bad name: orders that hide something come from them more often than not. */
static bool is_bad(uint64_t nth)
{
    return nth % 5 == 3;
}

/* Few sellers are big and many small; those who hide something are known for it. */
static unsigned pick_seller(const struct dossier_desk *desk, const struct order_record *record)
{
    uint64_t bits = rng_bits(rng_key(desk->seed, record->replication), record->number, 9200, record->market);
    uint64_t one = rng_below(bits << 32, DOSSIER_SELLERS), two = rng_below(bits, DOSSIER_SELLERS);
    uint64_t nth = one * two / DOSSIER_SELLERS;
    if (record->irregular && (bits >> 20 & 15) < 6)
        nth = nth / 5 * 5 + 3;
    return (unsigned)(is_bad(nth) && !record->irregular && (bits >> 24 & 3) == 0 ? nth - 1 : nth % DOSSIER_SELLERS);
}

static void add_firms(const struct dossier_desk *desk, struct dossier *d)
{
    const struct flow_facts *facts = &desk->flow[d->flow];
    unsigned seller = pick_seller(desk, &d->record);
    for (unsigned role = 0; role < DOSSIER_ROLES; role++) {
        uint16_t party = facts->party[role];
        uint64_t by = roles[role].is_by_order ? mix(d->order * 16 + role) : mix((uint64_t)seller * 16 + role);
        unsigned nth = role == DOSSIER_SELLER ? seller : (unsigned)(by >> 8) % roles[role].firms;
        d->firm[role] = (struct dossier_firm){
            .number = party ? firm_number(party, roles[role].trade, nth) : 0, .party = party,
            .country = desk->firm_country[party][roles[role].trade], .trade = roles[role].trade};
    }
}

static uint64_t buyer_key(const struct dossier_desk *desk, const struct order_record *record, uint64_t buyer)
{
    return dossier_buyer(desk->scenario, record->replication, record->market, buyer);
}

/* ---- goods ---- */

static int64_t part_of(int64_t whole, const struct order_record *record, enum irregular_kind kind)
{
    return record->irregular == kind ? money_scale(whole, record->declared_ppm, 1000000, ROUND_HALF_UP) : whole;
}

static void declare_line(struct dossier_line *line, const struct order_record *record, const struct scenario_flow *flow)
{
    line->declared_value = line->value;
    if (record->irregular == IRREGULAR_UNDERVALUED) /* its price is told so, as the law was told it */
        line->declared_value = part_of(line->unit_price, record, IRREGULAR_UNDERVALUED) * line->quantity;
    line->declared_net_g = part_of(line->net_g, record, IRREGULAR_WRONG_WEIGHT);
    line->declared_gross_g = part_of(line->gross_g, record, IRREGULAR_WRONG_WEIGHT);
    memcpy(line->declared_hs, line->hs_to, sizeof line->declared_hs);
    if (record->irregular == IRREGULAR_WRONG_CODE)
        memcpy(line->declared_hs, flow->irregular->code, sizeof line->declared_hs);
}

static void add_good(struct dossier_desk *desk, struct dossier *d)
{
    const struct scenario_flow *flow = d->terms;
    uint8_t item = scenario_item(flow, d->record.product);
    check(item != MARKET_NOT_CARRIED);
    struct dossier_line *line = desk->line;
    *line = desk->flow[d->flow].line[item];
    line->quantity = d->record.units;
    line->value = line->unit_price * d->record.units;
    line->net_g *= d->record.units;
    line->gross_g *= d->record.units;
    line->volume_cm3 *= d->record.units;
    declare_line(line, &d->record, flow);
}

static void add_replayed(struct dossier_desk *desk, struct dossier *d)
{
    const struct replay_order *order = &desk->scenario->replay->order[d->record.number - 1];
    unsigned digits = currency_digits(d->record.currency);
    for (uint32_t i = 0; i < order->lines; i++) {
        const struct replay_line *from = &order->line[i];
        struct dossier_line *line = &desk->line[i];
        int64_t unit = 1;
        for (unsigned n = digits; n < from->price_digits; n++)
            unit *= 10;
        *line = (struct dossier_line){
            .number = i + 1, .sku = from->hs, .name_en = "", .name_zh = "", .origin = d->record.from,
            .quantity = from->quantity, .unit_price = money_scale(from->price, 1, unit, ROUND_HALF_UP),
            .value = money_scale(from->price, from->quantity, unit, ROUND_HALF_UP),
            .net_g = from->net_g * from->quantity,
            .gross_g = from->weight_g * from->quantity, .volume_cm3 = from->volume_cm3 * from->quantity};
        snprintf(line->hs_to, sizeof line->hs_to, "%s", from->hs);
        memcpy(line->hs_from, line->hs_to, sizeof line->hs_from);
        declare_line(line, &d->record, d->terms);
    }
}

/* ---- handing on ---- */

static void add_postings(const struct dossier_desk *desk, struct dossier *d, const struct order_file *file)
{
    (void)desk;
    d->refunded_at = INT64_MIN;
    for (uint32_t i = 0; i < file->postings; i++) {
        const struct posting *posting = &file->posting[i].posting;
        if (posting->kind == KIND_FINE) {
            d->fine += posting->base;
        } else if (posting->kind == KIND_REFUND) {
            d->refunded += posting->amount;
            d->refunded_at = posting->time;
        }
    }
    d->posting = file->posting;
    d->postings = file->postings;
}

static void add_events(const struct dossier_desk *desk, struct dossier *d, const struct order_file *file)
{
    d->event = file->event;
    d->events = file->events;
    d->inspected_at = INT64_MIN;
    for (uint32_t i = 0; d->record.is_inspected && i < file->events; i++) {
        const struct dossier_event *event = &file->event[i];
        if (event->step == desk->inspect_step[event->column] || event->step == desk->sample_step[event->column])
            d->inspected_at = event->time;
    }
}

/* The order as the customs of dispatch see it: worth what it is declared to be, sold to a consumer or not sold yet. */
static struct assess_order leaving(const struct dossier_desk *desk, const struct dossier *d, struct assess_line *line)
{
    const struct order_record *r = &d->record;
    bool claims = d->terms->refund_form == FORM_TRADER; /* who does not takes a pilot zone's easiest list */
    int64_t at = r->time[TIME_DECLARED] != INT64_MIN ? r->time[TIME_DECLARED] : r->time[TIME_PLACED];
    int32_t today = time_local_day(at, date_offset_s(r->from));
    int32_t law_day = scenario_law_day(desk->scenario, desk->book, r->from);
    *line = (struct assess_line){.price_digits = (uint8_t)currency_digits(r->currency), .quantity = 1000000,
                                 .weight = -1, .volume = -1, .pieces = -1, .strength = -1};
    memcpy(line->hs, d->line[0].hs_from, sizeof line->hs);
    for (uint32_t i = 0; i < d->lines; i++)
        line->price += d->line[i].declared_value;
    return (struct assess_order){
        .from = r->from, .to = r->from, .transport = d->terms->transport, .incoterm = d->terms->incoterm,
        .flags = (uint32_t)claims << FLAG_CLAIMS_REFUND | (uint32_t)!claims << FLAG_PILOT_ZONE |
                 (uint32_t)(r->channel == CHANNEL_OVERSEAS_WAREHOUSE) << FLAG_TO_WAREHOUSE,
        .sale_day = law_day == DAY_UNSET ? today : law_day, .entry_day = DAY_UNSET, .fx_sale_day = today,
        .fx_entry_day = today, .currency = r->currency, .freight = -1, .insurance = -1, .line = line, .lines = 1};
}

/* The first mode that the law opens to it is how it leaves. */
static void add_mode(struct dossier_desk *desk, struct dossier *d)
{
    struct assess_line line;
    d->mode = "";
    if (d->record.column != COLUMN_EXPORT_RETAIL)
        return;
    struct assess_order order = leaving(desk, d, &line);
    for (unsigned form = FORM_UNSET + 1; form < FORM_COUNT && !*d->mode; form++) {
        int64_t declares = 1;
        if (!form_is_mode((enum form)form))
            continue;
        order.form = (uint8_t)form;
        assess_order(&desk->assess, &order, &desk->answer);
        if (desk->answer.status == RULE_ASSESSED)
            d->mode = form_id((enum form)form);
        d->is_listed_only = rule_term(&desk->answer, "declaration", &declares) && declares == 0;
    }
}

static uint32_t flow_index(const struct scenario *scenario, const char *id)
{
    uint32_t flow = 0;
    while (flow < scenario->flows && scenario->flow[flow].id != id)
        flow++;
    check(flow < scenario->flows); /* an order is of a flow of its scenario */
    return flow;
}

static void hear_order(void *self, const struct order_record *record)
{
    struct dossier_desk *desk = self;
    const struct order_file *file = open_file(desk, record->number);
    struct dossier d = {
        .record = *record, .seed = desk->seed, .flow = flow_index(desk->scenario, record->flow),
        .order = dossier_key(record->replication, record->number), .buyer = buyer_key(desk, record, record->buyer),
        .declared_buyer = buyer_key(desk, record, record->declared_buyer), .buyer_country = record->to,
        .line = desk->line, .lines = record->lines, .charge = file->charge, .charges = file->charges,
        .lot = file->lot, .lots = file->lots,
        .has_value = file->has_value, .customs_value = file->customs_value, .has_allowance = file->has_allowance,
        .allowance_used = file->allowance_used, .allowance_limit = file->allowance_limit, .evaded = file->evaded};
    d.terms = &desk->scenario->flow[d.flow];
    d.port = d.terms->port ? desk->scenario->port[d.terms->port] : "";
    snprintf(d.office, sizeof d.office, "99%02u", d.terms->port % 100u);
    if (desk->scenario->replay)
        add_replayed(desk, &d);
    else
        add_good(desk, &d);
    add_mode(desk, &d);
    add_firms(desk, &d);
    add_postings(desk, &d, file);
    add_events(desk, &d, file);
    if (desk->reader.order)
        desk->reader.order(desk->reader.self, &d);
    close_file(desk, record->number);
}

/* ---- the desk ---- */

static uint16_t find_step(unsigned column, const char *id)
{
    const struct flow_step *table = flow_table((enum column)column);
    for (uint16_t i = 0; table[i].id; i++)
        if (strcmp(table[i].id, id) == 0)
            return i;
    return UINT16_MAX;
}

static void add_flow(struct dossier_desk *desk, uint32_t number)
{
    const struct scenario_flow *flow = &desk->scenario->flow[number];
    struct flow_facts *facts = &desk->flow[number];
    facts->line = arena_array(&desk->arena, struct dossier_line, flow->goods_count + 1);
    for (uint32_t i = 0; i < flow->goods_count; i++) {
        const struct product *product = &desk->book->catalog.product[flow->goods[i].product];
        struct dossier_line *line = &facts->line[i];
        *line = (struct dossier_line){
            .number = 1, .product = flow->goods[i].product, .sku = product->sku, .name_en = product->name_en,
            .name_zh = product->name_zh, .origin = product->origin, .unit_price = flow->goods[i].price_minor,
            .net_g = product->net_weight_g, .gross_g = product->gross_weight_g, .volume_cm3 = product->volume_cm3};
        snprintf(line->hs_to, sizeof line->hs_to, "%s", book_code(desk->book, product, flow->to));
        snprintf(line->hs_from, sizeof line->hs_from, "%s", book_code(desk->book, product, flow->from));
    }
    for (unsigned role = 0; role < DOSSIER_ROLES; role++) {
        uint16_t party = facts->party[role] = party_of(desk->scenario, desk->book, flow, role);
        uint16_t *country = &desk->firm_country[party][roles[role].trade];
        *country = *country ? *country : country_of(desk->scenario, flow, role);
    }
}

uint32_t dossier_firms(const struct scenario *scenario, const struct book *book, struct arena *arena,
                       const struct dossier_firm **list)
{
    uint16_t(*country)[PERSONA_TRADES] = arena_take(arena, PARTY_MAX * sizeof *country);
    uint8_t(*firms)[PERSONA_TRADES] = arena_take(arena, PARTY_MAX * sizeof *firms);
    uint32_t count = 0, most = 0;
    for (uint32_t f = 0; f < scenario->flows; f++)
        for (unsigned role = 0; role < DOSSIER_ROLES; role++) {
            uint16_t party = party_of(scenario, book, &scenario->flow[f], role);
            uint16_t *home = &country[party][roles[role].trade];
            uint8_t *number = &firms[party][roles[role].trade];
            *home = *home ? *home : country_of(scenario, &scenario->flow[f], role);
            *number = roles[role].firms > *number ? roles[role].firms : *number;
            most += roles[role].firms;
        }
    struct dossier_firm *out = arena_array(arena, struct dossier_firm, most + 1);
    for (unsigned party = 1; party < PARTY_MAX; party++)
        for (unsigned trade = 0; trade < PERSONA_TRADES; trade++)
            for (unsigned nth = 0; nth < firms[party][trade]; nth++)
                out[count++] = (struct dossier_firm){firm_number((uint16_t)party, trade, nth), (uint16_t)party,
                                                     country[party][trade], (uint8_t)trade};
    *list = out;
    return count;
}

static uint32_t most_lines(const struct scenario *scenario)
{
    uint32_t most = 1;
    for (uint32_t i = 0; scenario->replay && i < scenario->replay->orders; i++)
        most = scenario->replay->order[i].lines > most ? scenario->replay->order[i].lines : most;
    return most;
}

struct dossier_desk *dossier_desk_create(const struct scenario *scenario, const struct book *book, uint64_t seed,
                                         bool law, const struct dossier_reader *reader)
{
    struct dossier_desk *desk = memory_take(sizeof *desk);
    *desk = (struct dossier_desk){.scenario = scenario, .book = book, .seed = seed, .reader = *reader, .slots = 1024};
    desk->sink = (struct world_sink){.self = desk, .posting = hear_posting, .order = hear_order, .event = hear_event,
                                     .skip = hear_skip, .law = law ? hear_law : NULL, .note = hear_note,
                                     .shipment = hear_shipment, .taken = hear_taken, .departure = hear_departure};
    assess_init(&desk->assess, book->rules, &book->fx);
    desk->slot = memory_take(desk->slots * sizeof *desk->slot);
    desk->flow = arena_array(&desk->arena, struct flow_facts, scenario->flows);
    desk->line_room = most_lines(scenario);
    desk->line = arena_array(&desk->arena, struct dossier_line, desk->line_room);
    for (uint32_t i = 0; i < scenario->flows; i++)
        add_flow(desk, i);
    for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        desk->inspect_step[column] = find_step(column, "inspect");
        desk->sample_step[column] = find_step(column, "sample");
    }
    return desk;
}

void dossier_desk_destroy(struct dossier_desk *desk)
{
    if (!desk)
        return;
    for (uint32_t i = 0; i < desk->room; i++) {
        memory_release(desk->file[i].event);
        memory_release(desk->file[i].posting);
        memory_release(desk->file[i].charge);
        memory_release(desk->file[i].lot);
    }
    memory_release(desk->file);
    memory_release(desk->slot);
    assess_finish(&desk->assess);
    arena_finish(&desk->arena);
    memory_release(desk);
}

const struct world_sink *dossier_desk_sink(const struct dossier_desk *desk)
{
    return &desk->sink;
}

void dossier_desk_begin(struct dossier_desk *desk, uint32_t replication)
{
    check(desk->taken == 0);
    desk->replication = replication;
}

/* ---- numbers and times ---- */

/* Appends a text, or a number with so many digits. */
static char *add_text(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *add_digits(char *at, uint64_t value, unsigned width)
{
    for (unsigned i = width; i > 0; i--) {
        at[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

static char *add_day(char *at, int64_t time)
{
    struct civil day = date_civil(time_local_day(time, 0));
    at = add_digits(at, (uint64_t)day.year, 4);
    at = add_digits(at, (uint64_t)day.month, 2);
    return add_digits(at, (uint64_t)day.day, 2);
}

static char *dated(char *at, const char *front, int64_t time, uint64_t order)
{
    return add_digits(add_day(add_text(at, front), time), order, 9);
}

static char *listed(char *at, const struct dossier *d, const char *flag, int64_t time)
{
    char *year = add_text(at, d->office);
    add_day(year, time);
    return add_digits(add_text(year + 4, flag), d->order, 9);
}

/* Of all that left with one flow on one day; no airline has the prefix. */
static char *master(char *at, const struct dossier *d, int64_t time)
{
    at = add_digits(add_text(at, "000-"), d->flow, 3);
    return add_digits(at, (uint64_t)(time / DAY_SECONDS), 5);
}

static char *add_number(char *at, const struct dossier *d, enum dossier_document document)
{
    const int64_t *time = d->record.time;
    bool is_listed = time[TIME_DECLARED] != INT64_MIN, is_export = d->record.column == COLUMN_EXPORT_RETAIL;
    switch (document) {
    case DOSSIER_DOC_ORDER: return add_digits(add_text(at, "TL"), d->order, 12);
    case DOSSIER_DOC_PAYMENT:
        return time[TIME_PAID] == INT64_MIN ? at : dated(at, "PAY", time[TIME_PAID], d->order);
    case DOSSIER_DOC_WAYBILL:
        return time[TIME_WAYBILL] == INT64_MIN ? at : add_text(add_digits(add_text(at, "WB"), d->order, 12), "TL");
    case DOSSIER_DOC_MASTER: return time[TIME_DISPATCHED] == INT64_MIN ? at : master(at, d, time[TIME_DISPATCHED]);
    case DOSSIER_DOC_LIST: return is_listed ? listed(at, d, is_export ? "E" : "I", time[TIME_DECLARED]) : at;
    case DOSSIER_DOC_PREENTRY: return is_listed ? dated(at, "B", time[TIME_DECLARED], d->order) : at;
    default:
        check(document == DOSSIER_DOC_TAX_BILL);
        return is_listed && time[TIME_TAX_BILL] != INT64_MIN ? listed(at, d, "T", time[TIME_TAX_BILL]) : at;
    }
}

void dossier_number(const struct dossier *d, enum dossier_document document, char out[DOSSIER_NUMBER_ROOM])
{
    *add_number(out, d, document) = '\0';
}

void dossier_uuid(const struct dossier *d, unsigned nth, char out[37])
{
    uint64_t bits[2];
    rng_pair(rng_key(d->seed, d->record.replication), d->record.number, 9300, nth, bits);
    snprintf(out, 37, "%08X-%04X-4%03X-%04X-%012llX", (unsigned)(bits[0] >> 32), (unsigned)(bits[0] >> 16 & 0xFFFF),
             (unsigned)(bits[0] & 0xFFF), (unsigned)(0x8000 | (bits[1] >> 48 & 0x3FFF)),
             (unsigned long long)(bits[1] & UINT64_C(0xFFFFFFFFFFFF)));
}

int64_t dossier_event_at(const struct dossier *d, const char *step_id)
{
    for (uint32_t i = 0; i < d->events; i++)
        if (strcmp(world_step_id((enum column)d->event[i].column, d->event[i].step), step_id) == 0)
            return d->event[i].time;
    return INT64_MIN;
}
