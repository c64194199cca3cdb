/* auditor: listens to a world: books postings, follows orders and shipments from row to row, takes orders' records. */
#include "tests/auditor_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"

enum { COMPLAINTS_MAX = 8 };

void auditor_complain(struct auditor *a, const char *format, ...)
{
    char line[300];
    va_list arguments;
    if (a->complained++ >= COMPLAINTS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    buf_printf(&a->complaints, "%s\n", line);
}

void auditor_same(struct auditor *a, const char *what, int64_t mine, int64_t told)
{
    if (mine != told)
        auditor_complain(a, "%s: %lld, the world says %lld", what, (long long)mine, (long long)told);
}

/* ---- subjects ---- */

uint64_t auditor_count_of(const struct auditor *a, uint64_t number)
{
    uint64_t cells = a->scenario->cells, cell = a->world->cell;
    return number > cell && (number - 1) % cells == cell ? (number - 1) / cells + 1 : 0;
}

static struct subject *find(struct auditor *a, enum subject_kind kind, uint64_t number)
{
    struct subjects *list = kind == SUBJECT_ORDER ? &a->orders : &a->shipments;
    uint64_t n = auditor_count_of(a, number);
    return n > 0 && n <= list->count ? &list->at[n - 1] : NULL;
}

/* Numbers are given one after the other: the next one belongs to whoever is in this slot now. */
static struct subject *meet(struct auditor *a, enum subject_kind kind, uint64_t number, uint32_t slot)
{
    struct subjects *list = kind == SUBJECT_ORDER ? &a->orders : &a->shipments;
    const struct mover *m = kind == SUBJECT_ORDER ? &order_at(a->world, slot)->m : &shipment_at(a->world, slot)->m;
    if (auditor_count_of(a, number) != list->count + 1) {
        auditor_complain(a, "a subject of kind %u has the number %llu, not the next", kind,
                         (unsigned long long)number);
        return NULL;
    }
    if (list->count == list->room) {
        uint64_t room = list->room ? list->room * 2 : 64;
        list->at = memory_resize(list->at, list->room * sizeof *list->at, room * sizeof *list->at);
        list->room = room;
    }
    struct subject *s = &list->at[list->count++];
    *s = (struct subject){.slot = slot, .units = m->units, .flow = m->flow, .market = m->market, .kind = (uint8_t)kind,
                          .column = m->column, .channel = m->channel, .item = m->item, .state = ORDER_OPEN};
    if (kind == SUBJECT_ORDER) {
        const struct order *o = order_at(a->world, slot);
        s->buyer = o->buyer;
        s->payer = o->irregular == IRREGULAR_BORROWED ? o->lender : o->buyer;
    }
    for (unsigned t = 0; t < ORDER_TIME_COUNT; t++)
        s->time[t] = INT64_MIN;
    return s;
}

/* ---- events: no step is left out, none comes before its time ---- */

unsigned auditor_next(const struct subject *s, unsigned step)
{
    const struct flow_step *table = flow_table(channel_column((enum channel)s->channel));
    while (table[step].id && !(table[step].subject == s->kind && table[step].channels >> s->channel & 1))
        step++;
    return step;
}

static void enter(struct auditor *a, struct subject *s, unsigned step, int64_t time)
{
    const struct flow_step *row = &flow_table(channel_column((enum channel)s->channel))[step];
    check(step < AUDITOR_STEPS_MAX);
    a->leg[s->flow][step].entered++;
    s->step = (uint8_t)step;
    s->since = time;
    if (strcmp(row->id, "put_away") == 0)
        s->is_put_away = true;
}

static void move(struct auditor *a, struct subject *s, uint64_t number, unsigned step, int64_t time)
{
    const struct flow_step *table = flow_table(channel_column((enum channel)s->channel));
    bool is_again = step == s->step && table[step].act; /* he has been told to come again */
    unsigned next = auditor_next(s, s->step + 1u);
    bool awaits_refund = (table[step].channels & FLOW_AWAITS_REFUND) != 0 && step > s->step && step < next;
    if (!is_again && !awaits_refund && step != next)
        auditor_complain(a, "%s %llu goes from \"%s\" to \"%s\"", s->kind == SUBJECT_ORDER ? "order" : "shipment",
                         (unsigned long long)number, table[s->step].id, table[step].id ? table[step].id : "nowhere");
    if (time < s->since)
        auditor_complain(a, "\"%s\" of %llu is before its cause", table[step].id, (unsigned long long)number);
    if (is_again) {
        s->since = time;
        return;
    }
    a->leg[s->flow][s->step].passed++;
    if (strcmp(table[s->step].id, "reserve") == 0)
        s->is_taken = true; /* whoever goes on has his units */
    enter(a, s, step, time);
}

static void hear_event(void *self, uint64_t number, const struct event *event, uint64_t subject)
{
    struct auditor *a = self;
    if (auditor_count_of(a, number) != ++a->events)
        auditor_complain(a, "event %llu has the number %llu", (unsigned long long)a->events,
                         (unsigned long long)number);
    if (event->time < a->now)
        auditor_complain(a, "event %llu is before the one before it", (unsigned long long)number);
    a->now = event->time;
    if (event->column == COLUMN_UNSET)
        return;
    const struct flow_step *row = &flow_table((enum column)event->column)[event->kind];
    enum subject_kind kind = (enum subject_kind)row->subject;
    struct subject *s = find(a, kind, subject);
    if (s && s->state != ORDER_OPEN)
        auditor_complain(a, "order %llu has ended and still comes to \"%s\"", (unsigned long long)subject, row->id);
    if (s)
        move(a, s, subject, event->kind, event->time);
    else if ((s = meet(a, kind, subject, event->subject)) != NULL) {
        if (event->kind != auditor_next(s, 0))
            auditor_complain(a, "%llu begins at \"%s\"", (unsigned long long)subject, row->id);
        enter(a, s, event->kind, event->time);
    }
    if (s && row->stamp)
        s->time[row->stamp - 1] = event->time;
}

/* ---- postings ---- */

static enum charge_kind levied_as(enum posting_kind kind)
{
    switch (kind) {
    case KIND_DUTY: return CHARGE_DUTY;
    case KIND_ADDITIONAL_DUTY: return CHARGE_ADDITIONAL_DUTY;
    case KIND_TRADE_REMEDY: return CHARGE_TRADE_REMEDY;
    case KIND_SURCHARGE: return CHARGE_SURCHARGE;
    case KIND_CONSUMPTION_TAX: return CHARGE_CONSUMPTION_TAX;
    case KIND_VAT: return CHARGE_VAT;
    case KIND_SALES_TAX: return CHARGE_SALES_TAX;
    case KIND_PARCEL_TAX: return CHARGE_PARCEL_TAX;
    case KIND_FEE: return CHARGE_FEE;
    case KIND_DRAWBACK: return CHARGE_DRAWBACK;
    default: return CHARGE_UNSET;
    }
}

static unsigned side_of(const struct auditor *a, uint16_t party)
{
    check(party > 0 && party <= a->book->parties.count);
    return a->book->parties.party[party].side;
}

/* From the chain to the outside 1, the other way -1. */
static int crossing(unsigned from, unsigned to)
{
    return (to == SIDE_OUTSIDE) - (from == SIDE_OUTSIDE);
}

static void book_subject(struct auditor *a, struct subject *s, const struct posting *p)
{
    unsigned from = side_of(a, p->from), to = side_of(a, p->to);
    enum posting_class class_ = kind_class((enum posting_kind)p->kind);
    int out = crossing(from, to);
    enum charge_kind charge = levied_as((enum posting_kind)p->kind);
    s->paid += p->base * ((from == SIDE_BUYER) - (to == SIDE_BUYER));
    s->margin += p->base * ((to == SIDE_HOLDER) - (from == SIDE_HOLDER));
    if (class_ == CLASS_GOODS)
        s->goods += out * p->base;
    else if (class_ != CLASS_PRICE && class_ != CLASS_TRANSFER)
        s->layer[kind_layer((enum posting_kind)p->kind)] += out * p->base;
    if (class_ == CLASS_PRICE)
        s->till += p->amount * ((from == SIDE_BUYER) - (to == SIDE_BUYER));
    if (charge)
        s->levied[charge] += p->amount * (charge == CHARGE_DRAWBACK ? -out : out);
    if (p->kind == KIND_GOODS_LOST)
        s->is_written_off = true;
}

static void check_posting(struct auditor *a, const struct posting *p, const struct subject *s)
{
    int out = crossing(side_of(a, p->from), side_of(a, p->to));
    enum posting_class class_ = kind_class((enum posting_kind)p->kind);
    if (p->amount <= 0 || p->base < 0 || p->from == p->to)
        auditor_complain(a, "posting %llu moves nothing", (unsigned long long)a->postings);
    if ((class_ == CLASS_PRICE || class_ == CLASS_TRANSFER) && out)
        auditor_complain(a, "posting %llu: a %s leaves the chain", (unsigned long long)a->postings,
                         kind_id((enum posting_kind)p->kind));
    /* what is left in stock is paid for as of the end of the period */
    int64_t earliest = s->is_put_away ? s->since : a->now;
    if (p->time < earliest || p->column != s->column || p->order != (s->kind == SUBJECT_ORDER ? p->subject : 0))
        auditor_complain(a, "posting %llu is not of its subject and time", (unsigned long long)a->postings);
    if (s->kind == SUBJECT_ORDER && s->state != ORDER_OPEN)
        auditor_complain(a, "posting %llu is of an order that has ended", (unsigned long long)a->postings);
}

static void hear_posting(void *self, uint64_t number, const struct posting *p)
{
    struct auditor *a = self;
    struct subject *s = find(a, (enum subject_kind)p->subject_kind, p->subject);
    if (auditor_count_of(a, number) != ++a->postings)
        auditor_complain(a, "posting %llu has the number %llu", (unsigned long long)a->postings,
                         (unsigned long long)number);
    if (!s) {
        auditor_complain(a, "posting %llu is of nobody", (unsigned long long)number);
        return;
    }
    check_posting(a, p, s);
    book_subject(a, s, p);
    unsigned from = side_of(a, p->from), to = side_of(a, p->to);
    enum posting_class class_ = kind_class((enum posting_kind)p->kind);
    int out = crossing(from, to);
    a->balance[p->from][p->currency] -= p->amount;
    a->balance[p->to][p->currency] += p->amount;
    a->base[p->from] -= p->base;
    a->base[p->to] += p->base;
    a->paid += p->base * ((from == SIDE_BUYER) - (to == SIDE_BUYER));
    a->margin += p->base * ((to == SIDE_HOLDER) - (from == SIDE_HOLDER));
    if (class_ == CLASS_GOODS)
        a->goods += out * p->base;
    else if (class_ != CLASS_PRICE && class_ != CLASS_TRANSFER)
        a->node[p->column][kind_layer((enum posting_kind)p->kind)] += out * p->base;
}

/* ---- the buyer's allowance ---- */

static struct allowance *allowance_of(struct auditor *a, const struct subject *s)
{
    uint32_t buyers = a->world->market[s->market].buyers;
    if (!a->allowance[s->market])
        a->allowance[s->market] = memory_take(buyers * sizeof **a->allowance);
    check(s->payer < buyers);
    return &a->allowance[s->market][s->payer];
}

static int32_t year_at(const struct auditor *a, const struct subject *s)
{
    uint16_t to = a->scenario->flow[s->flow].to;
    return date_civil(time_local_day(a->now, date_offset_s(to))).year;
}

/* The first answer is that for the bill: an order that the law admits takes its value, which must still be there. */
static void hear_law(void *self, enum subject_kind kind, uint64_t number, const struct rule_cache *cache,
                     const struct rule_answer *answer)
{
    struct auditor *a = self;
    struct subject *s = find(a, kind, number);
    (void)cache;
    if (kind != SUBJECT_ORDER || !s || s->is_assessed || a->scenario->replay)
        return;
    s->is_assessed = true;
    s->value_year = s->value_year ? s->value_year : year_at(a, s);
    if (answer->status != RULE_ASSESSED || !answer->has_allowance)
        return;
    struct allowance *allowance = allowance_of(a, s), past = {0, s->value_year};
    if (allowance->year > s->value_year)
        allowance = &past; /* a year that is over, in which nobody counts any more */
    if (allowance->year < s->value_year)
        *allowance = past;
    s->value = answer->value;
    allowance->used += s->value;
    auditor_same(a, "allowance used, with this order", allowance->used, answer->allowance_used);
    if (allowance->used > answer->allowance_limit && strcmp(answer->regime, "cn.import.cbec_full") != 0)
        auditor_complain(a, "order %llu takes its buyer over the allowance", (unsigned long long)number);
}

static void give_back(struct auditor *a, const struct subject *s)
{
    if (s->value == 0)
        return;
    struct allowance *allowance = allowance_of(a, s);
    if (allowance->year == s->value_year)
        allowance->used -= s->value;
}

/* Found out: what it took is given back, and the next answer takes what is true of its own buyer. */
static void hear_note(void *self, const struct world_note *note)
{
    struct auditor *a = self;
    struct subject *s = note->kind == NOTE_FOUND ? find(a, SUBJECT_ORDER, note->order) : NULL;
    if (!s)
        return;
    give_back(a, s);
    s->value = 0;
    s->payer = s->buyer;
    s->is_assessed = false;
}

/* ---- records ---- */

/* The documents of a channel, each with all before it as its parents. Plain, beside the step tables. */
#define END ORDER_TIME_COUNT
static const uint8_t documents[CHANNEL_COUNT][ORDER_TIME_COUNT + 1] = {
    [CHANNEL_BONDED] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DECLARED, TIME_MATCHED, TIME_RELEASED,
                        TIME_DISPATCHED, TIME_DELIVERED, TIME_SETTLED, TIME_TAX_BILL, END},
    [CHANNEL_DIRECT_MAIL] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DISPATCHED, TIME_DECLARED, TIME_MATCHED,
                             TIME_RELEASED, TIME_DELIVERED, TIME_SETTLED, TIME_TAX_BILL, END},
    [CHANNEL_PERSONAL_PARCEL] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DISPATCHED, TIME_RELEASED,
                                 TIME_DELIVERED, TIME_SETTLED, END},
    [CHANNEL_CONTAINER] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DISPATCHED, TIME_DELIVERED, TIME_SETTLED,
                           TIME_TAX_BILL, END},
    [CHANNEL_BULK_AIR] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DISPATCHED, TIME_DELIVERED, TIME_SETTLED,
                          TIME_TAX_BILL, END},
    [CHANNEL_POST] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DECLARED, TIME_MATCHED, TIME_DISPATCHED,
                      TIME_RELEASED, TIME_DELIVERED, TIME_SETTLED, TIME_TAX_BILL, END},
    [CHANNEL_EXPRESS] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DECLARED, TIME_MATCHED, TIME_DISPATCHED,
                         TIME_RELEASED, TIME_DELIVERED, TIME_SETTLED, TIME_TAX_BILL, END},
    [CHANNEL_LINE] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DECLARED, TIME_MATCHED, TIME_DISPATCHED,
                      TIME_RELEASED, TIME_DELIVERED, TIME_SETTLED, TIME_TAX_BILL, END},
    [CHANNEL_OVERSEAS_WAREHOUSE] = {TIME_PLACED, TIME_PAID, TIME_WAYBILL, TIME_DISPATCHED, TIME_DELIVERED,
                                    TIME_SETTLED, END},
};

static void check_documents(struct auditor *a, const struct order_record *r, const struct subject *s)
{
    int64_t last = INT64_MIN, end = r->time[TIME_ENDED];
    unsigned present = 0, expected = 0;
    bool is_broken = false;
    for (const uint8_t *t = documents[r->channel]; *t != END; t++) {
        int64_t time = r->time[*t];
        is_broken = is_broken || time == INT64_MIN;
        expected += time != INT64_MIN;
        if (time == INT64_MIN)
            continue;
        if (is_broken)
            auditor_complain(a, "order %llu is %s without what comes first", (unsigned long long)r->number,
                             order_time_id((enum order_time)*t));
        if (time < last || time < s->time[*t])
            auditor_complain(a, "order %llu is %s before its time", (unsigned long long)r->number,
                             order_time_id((enum order_time)*t));
        last = time;
    }
    if (r->channel == CHANNEL_OVERSEAS_WAREHOUSE && r->time[TIME_TAX_BILL] != INT64_MIN) {
        expected++; /* a refund that the law paid after the sale */
        last = r->time[TIME_TAX_BILL];
    }
    for (unsigned t = 0; t < TIME_ENDED; t++)
        present += r->time[t] != INT64_MIN;
    auditor_same(a, "documents of an order", expected, present);
    if (r->state == ORDER_DELIVERED && is_broken)
        auditor_complain(a, "order %llu ends as delivered without its documents", (unsigned long long)r->number);
    if ((r->state == ORDER_OPEN) != (end == INT64_MIN) || (end != INT64_MIN && (end < last || end != a->now)))
        auditor_complain(a, "order %llu ends at a time of its own", (unsigned long long)r->number);
}

/* What state an order may end in, by how far it came. */
static bool may_end(const struct order_record *r)
{
    bool is_paid = r->time[TIME_PAID] != INT64_MIN, is_sent = r->time[TIME_DISPATCHED] != INT64_MIN;
    bool is_there = r->time[TIME_DELIVERED] != INT64_MIN;
    switch (r->state) {
    case ORDER_CANCELLED: return !is_sent;
    case ORDER_REFUSED: return is_paid && !is_there;
    case ORDER_LOST: return is_sent && !is_there;
    case ORDER_RETURNED: return is_sent;
    case ORDER_DELIVERED: return is_there;
    default: return r->state == ORDER_OPEN;
    }
}

/* What is in the seller's till from the buyer: all of the bill, or what its fate leaves of it. */
static bool is_till_right(const struct order_record *r, const struct subject *s)
{
    int64_t bill = r->goods_price + r->freight + r->tax;
    if (r->irregular == IRREGULAR_FAKE)
        return s->till == 0;
    switch (r->state) {
    case ORDER_RETURNED: return s->till == r->freight;
    case ORDER_DELIVERED: return s->till == bill || s->till == 0; /* disputed */
    case ORDER_OPEN: return s->till == (r->time[TIME_PAID] == INT64_MIN ? 0 : bill) || s->till == 0;
    default: return s->till == 0;
    }
}

static void check_sums(struct auditor *a, const struct order_record *r, struct subject *s)
{
    const struct account_sums *sums = &r->sums;
    int64_t nodes = sums->layer[LAYER_LAW] + sums->layer[LAYER_TRADE] + sums->layer[LAYER_LOGISTICS];
    int64_t own = s->layer[LAYER_LAW] + s->layer[LAYER_TRADE] + s->layer[LAYER_LOGISTICS];
    s->given = nodes - own;
    s->given_goods = sums->goods - s->goods;
    auditor_same(a, "paid by the buyer of an order", s->paid, sums->paid);
    auditor_same(a, "margin of an order", s->margin, sums->margin + s->given + s->given_goods);
    auditor_same(a, "margin as what is left of an order", sums->paid - sums->goods - nodes, sums->margin);
    auditor_same(a, "landed cost of an order", sums->goods + nodes, r->landed);
    if (!channel_has_stock((enum channel)r->channel) && (s->given || s->given_goods))
        auditor_complain(a, "order %llu is given a share of stock that it has not", (unsigned long long)r->number);
    for (unsigned kind = CHARGE_UNSET + 1; kind <= CHARGE_DRAWBACK; kind++)
        auditor_same(a, "what was levied on an order", s->levied[kind], r->charge[kind]);
    if (!a->scenario->replay && !is_till_right(r, s))
        auditor_complain(a, "order %llu, %s: the buyer has paid %lld of %lld", (unsigned long long)r->number,
                         order_state_id((enum order_state)r->state), (long long)s->till,
                         (long long)(r->goods_price + r->freight + r->tax));
}

static void check_hours(struct auditor *a, const struct order_record *r)
{
    int64_t spent = 0;
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++) {
        spent += r->spent_s[layer];
        if (r->waited_s[layer] > r->spent_s[layer])
            auditor_complain(a, "order %llu waited longer than it took", (unsigned long long)r->number);
    }
    if (r->state == ORDER_DELIVERED &&
        r->spent_s[LAYER_LAW] + r->spent_s[LAYER_LOGISTICS] > r->time[TIME_DELIVERED] - r->time[TIME_PLACED])
        auditor_complain(a, "order %llu: customs and carriers took longer than it was on its way",
                         (unsigned long long)r->number);
    if (r->state != ORDER_OPEN && spent > r->time[TIME_ENDED] - r->time[TIME_PLACED])
        auditor_complain(a, "order %llu, %s: its nodes took %lld s of the %lld s between placing and end",
                         (unsigned long long)r->number, channel_id((enum channel)r->channel), (long long)spent,
                         (long long)(r->time[TIME_ENDED] - r->time[TIME_PLACED]));
}

static void hear_order(void *self, const struct order_record *r)
{
    struct auditor *a = self;
    struct subject *s = find(a, SUBJECT_ORDER, r->number);
    a->records++;
    if (!s || s->state != ORDER_OPEN) {
        auditor_complain(a, "order %llu ends twice or never began", (unsigned long long)r->number);
        return;
    }
    if (r->channel != s->channel || r->column != s->column || r->units != s->units || r->buyer != s->buyer)
        auditor_complain(a, "order %llu is another one at its end", (unsigned long long)r->number);
    if (!may_end(r))
        auditor_complain(a, "order %llu cannot be %s", (unsigned long long)r->number,
                         order_state_id((enum order_state)r->state));
    check_documents(a, r, s);
    check_sums(a, r, s);
    check_hours(a, r);
    s->state = r->state;
    a->state[r->channel][r->state]++;
    if (r->state != ORDER_OPEN && r->state != ORDER_DELIVERED)
        give_back(a, s);
}

/* ---- life of an auditor ---- */

struct auditor *auditor_create(const struct scenario *scenario, const struct book *book)
{
    struct auditor *a = memory_take(sizeof *a);
    a->scenario = scenario;
    a->book = book;
    a->now = INT64_MIN;
    return a;
}

void auditor_free(struct auditor *a)
{
    for (size_t market = 0; market < sizeof a->allowance / sizeof *a->allowance; market++)
        memory_release(a->allowance[market]);
    memory_release(a->orders.at);
    memory_release(a->shipments.at);
    buf_finish(&a->complaints);
    memory_release(a);
}

struct world_sink auditor_sink(struct auditor *a)
{
    return (struct world_sink){.self = a, .posting = hear_posting, .order = hear_order, .event = hear_event,
                               .law = hear_law, .note = hear_note};
}

void auditor_watch(struct auditor *a, const struct world *world)
{
    a->world = world;
}

const char *auditor_complaints(struct auditor *a)
{
    if (a->complained > COMPLAINTS_MAX)
        buf_printf(&a->complaints, "… and %u more\n", a->complained - COMPLAINTS_MAX);
    return buf_text(&a->complaints);
}
