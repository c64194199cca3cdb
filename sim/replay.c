/* replay: a user's own orders, line by line: sold, returned, or set aside for a reason. */
#include "sim/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/lookup.h"
#include "sim/scenario.h"

static const char *const reason_ids[REPLAY_REASON_COUNT] = {
    "",
#define X(id, name) #name,
    REPLAY_REASONS(X)
#undef X
};

const char *replay_reason_id(enum replay_reason reason)
{
    check(reason < REPLAY_REASON_COUNT);
    return reason_ids[reason];
}

const struct json_field replay_columns[] = {
#define X(id, name) {#name, JSON_STRING, true, false, NULL, NULL, "name of the column"},
    REPLAY_COLUMNS(X)
#undef X
    {0}};

static const char *const column_ids[REPLAY_COLUMN_COUNT] = {
#define X(id, name) #name,
    REPLAY_COLUMNS(X)
#undef X
};

/* ---- what is read ---- */

struct input_line {
    int64_t price;             /* 10^-digits */
    int64_t quantity;          /* < 0: taken back */
    const struct lookup_good *good;
    int64_t amount;            /* sale currency, minor units, of what is sold */
    uint32_t order, article, customer, described; /* ids of names */
    uint32_t next;             /* of the same order; 0: none */
    uint32_t older;            /* sold line of the same customer and article; 0: none */
    uint32_t sold_in;          /* index of the replay order, from 1; 0: not sold */
    uint32_t left;             /* units sold and not taken back */
    uint8_t digits, reason;    /* enum replay_reason; 0: sold or returned */
};

struct input_order {
    int64_t time;
    uint32_t first, last;      /* lines, from 1 */
    uint32_t number;           /* of the file */
    uint32_t customer;
    uint16_t to;
    int64_t freight;
};

struct load {
    struct replay *replay;
    const struct book *book;
    const struct scenario *scenario;
    const struct scenario_flow *flow;
    struct errs *errs;
    struct arena scratch;
    struct csv csv;
    int at[REPLAY_COLUMN_COUNT];
    const char *column[REPLAY_COLUMN_COUNT];
    struct lookup lookup;
    const cJSON *postage, *manual;
    struct names orders, articles, customers, descriptions, sales;
    struct input_line *line;          /* [1 … lines] */
    struct input_order *order;        /* [1 … orders] */
    uint32_t lines, line_room, order_room;
    struct assess assess;
    struct rule_answer answer;
};

/* ---- settings ---- */

/* Bytes of a table: compiled in, else a file; NULL with errors. */
static const char *table_bytes(struct load *l, const char *path, size_t *length)
{
    const struct data_span *span = data_find(path);
    if (span) {
        *length = (size_t)(span->end - span->start);
        return span->start;
    }
    return file_keep(path, &l->replay->arena, length, l->errs);
}

static bool load_lookup(struct load *l, const cJSON *settings)
{
    const char *countries = json_text(settings, "countries", ""), *goods = json_text(settings, "keywords", "");
    size_t length;
    l->lookup.arena = &l->scratch;
    const char *bytes = table_bytes(l, countries, &length);
    if (!bytes || lookup_load_countries(&l->lookup, countries, bytes, length, l->errs) != 0)
        return false;
    bytes = table_bytes(l, goods, &length);
    return bytes && lookup_load_goods(&l->lookup, goods, bytes, length, l->errs) == 0;
}

static struct err *fail_map(struct load *l, const char *map, size_t at, size_t width, enum err_code code,
                            const char *message)
{
    struct err *err = errs_add(l->errs, code, "%s", message);
    snprintf(err->source, sizeof err->source, "--map");
    err_excerpt(err, map, strlen(map), at);
    err->line = 1;
    err->column = err_column(map, at);
    err->width = err_width(map + at, width);
    return err;
}

/* one "order_id=InvoiceNo" of the map */
static void map_column(struct load *l, const char *map, size_t at, size_t length)
{
    const char *item = map + at, *equals = memchr(item, '=', length);
    if (!equals || equals + 1 == item + length) {
        fail_map(l, map, at, length, ERR_SYNTAX, "name=column expected");
        return;
    }
    struct text name = {item, (size_t)(equals - item)};
    for (int c = 0; c < REPLAY_COLUMN_COUNT; c++)
        if (text_is(name, column_ids[c])) {
            l->column[c] = arena_copy(&l->scratch, equals + 1, length - name.len - 1);
            return;
        }
    struct err *err = fail_map(l, map, at, name.len, ERR_UNKNOWN_NAME, "no such part of an order");
    err_suggest(err, arena_copy(&l->scratch, name.ptr, name.len), column_ids, REPLAY_COLUMN_COUNT);
}

static void map_columns(struct load *l, const cJSON *settings, const char *map)
{
    const cJSON *columns = json_get(settings, "columns");
    for (int c = 0; c < REPLAY_COLUMN_COUNT; c++)
        l->column[c] = json_text(columns, column_ids[c], column_ids[c]);
    for (size_t at = 0; map && map[at];) {
        size_t length = strcspn(map + at, ",");
        map_column(l, map, at, length);
        at += length + (map[at + length] == ',');
    }
}

static bool open_input(struct load *l, const char *source, const char *bytes, size_t length)
{
    size_t before = l->errs->count + l->errs->dropped;
    if (csv_open(&l->csv, source, bytes, length, &l->scratch, l->errs) != 0)
        return false;
    for (int c = 0; c < REPLAY_COLUMN_COUNT; c++)
        l->at[c] = csv_need(&l->csv, l->column[c], l->errs);
    return l->errs->count + l->errs->dropped == before;
}

/* ---- reading lines ---- */

static struct text cell(const struct load *l, enum replay_column column)
{
    return l->csv.cell[l->at[column]];
}

static void fail_cell(struct load *l, enum replay_column column, const char *expected)
{
    struct text text = cell(l, column);
    csv_fail(&l->csv, (size_t)l->at[column], l->errs, ERR_RANGE, "%s expected, found '%.*s'", expected,
             (int)(text.len < 100 ? text.len : 100), text.ptr);
}

/* "HH:MM" or "HH:MM:SS", to seconds. */
static bool clock_parse(const char *text, size_t length, int64_t *seconds)
{
    static const int64_t most[] = {23, 59, 59}, unit[] = {3600, 60, 1};
    *seconds = 0;
    if (length != 5 && length != 8)
        return false;
    for (size_t part = 0; part * 3 < length; part++) {
        int64_t value;
        const char *at = text + part * 3;
        if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9' || (part * 3 + 2 < length && at[2] != ':'))
            return false;
        value = (at[0] - '0') * 10 + (at[1] - '0');
        if (value > most[part])
            return false;
        *seconds += value * unit[part];
    }
    return true;
}

static int64_t read_time(struct load *l)
{
    struct text text = cell(l, REPLAY_COLUMN_TIME);
    int32_t day = 0;
    int64_t seconds = 0;
    size_t rest = text.len > 10 ? text.len - 11 : 0;
    if (rest && text.ptr[text.len - 1] == 'Z')
        rest--;
    /* what is sent then must still arrive on a day that can be written */
    bool is_sound = text.len >= 10 && date_parse(text.ptr, 10, &day) && day <= date_day(2999, 12, 31);
    if (is_sound && text.len > 10)
        is_sound = (text.ptr[10] == ' ' || text.ptr[10] == 'T') && clock_parse(text.ptr + 11, rest, &seconds);
    if (!is_sound)
        fail_cell(l, REPLAY_COLUMN_TIME, "a time like 2011-12-09 or 2011-12-09 12:16");
    return (int64_t)day * DAY_SECONDS + seconds;
}

static void read_price(struct load *l, struct input_line *line)
{
    struct text text = cell(l, REPLAY_COLUMN_UNIT_PRICE);
    const char *point = memchr(text.ptr, '.', text.len);
    size_t digits = point ? (size_t)(text.ptr + text.len - point) - 1 : 0;
    if (digits > 9 || !decimal_parse(text.ptr, text.len, (unsigned)digits, &line->price)) {
        fail_cell(l, REPLAY_COLUMN_UNIT_PRICE, "a price with at most 9 decimals");
        return;
    }
    line->digits = (uint8_t)digits;
}

static void read_quantity(struct load *l, struct input_line *line)
{
    struct text text = cell(l, REPLAY_COLUMN_QUANTITY);
    if (!decimal_parse(text.ptr, text.len, 0, &line->quantity) || line->quantity == 0 ||
        line->quantity > INT32_MAX || line->quantity < -INT32_MAX)
        fail_cell(l, REPLAY_COLUMN_QUANTITY, "a whole number other than 0");
}

static bool is_listed(const cJSON *list, struct text article)
{
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && text_is(article, item->valuestring))
            return true;
    return false;
}

/* price × quantity in minor units of the sale currency, rounded half up; false when it does not fit */
static bool line_amount(const struct load *l, const struct input_line *line, int64_t units, int64_t *amount)
{
    int64_t scale = 1;
    for (unsigned i = 0; i < line->digits; i++)
        scale *= 10;
    return money_scale2(line->price, units, scale, currency_unit(l->flow->sale_currency), 1, ROUND_HALF_UP, amount);
}

/* ---- lines and orders ---- */

static struct input_line *add_line(struct load *l)
{
    if (l->lines + 1 >= l->line_room) {
        uint32_t room = l->line_room ? l->line_room * 2 : 1024;
        l->line = memory_resize(l->line, l->line_room * sizeof *l->line, room * sizeof *l->line);
        l->line_room = room;
    }
    return &l->line[++l->lines];
}

/* The order of the line that was just added; its first line says when, where to and for whom. */
static struct input_order *add_to_order(struct load *l, struct input_line *line)
{
    struct text id = cell(l, REPLAY_COLUMN_ORDER_ID);
    uint32_t known = l->orders.count;
    line->order = names_add(&l->orders, id.ptr, id.len);
    if (line->order >= l->order_room) {
        uint32_t room = l->order_room ? l->order_room * 2 : 1024;
        l->order = memory_resize(l->order, l->order_room * sizeof *l->order, room * sizeof *l->order);
        l->order_room = room;
    }
    struct input_order *order = &l->order[line->order];
    if (line->order > known)
        *order = (struct input_order){.time = read_time(l), .first = l->lines, .number = line->order,
                                      .customer = line->customer,
                                      .to = lookup_country(&l->lookup, cell(l, REPLAY_COLUMN_COUNTRY))};
    else
        l->line[order->last].next = l->lines;
    order->last = l->lines;
    return order;
}

static uint32_t name_cell(struct load *l, struct names *names, enum replay_column column)
{
    struct text text = cell(l, column);
    return names_add(names, text.ptr, text.len);
}

static void read_line(struct load *l)
{
    struct input_line *line = add_line(l);
    struct text article = cell(l, REPLAY_COLUMN_ARTICLE);
    *line = (struct input_line){0};
    read_price(l, line);
    read_quantity(l, line);
    line->article = name_cell(l, &l->articles, REPLAY_COLUMN_ARTICLE);
    line->customer = name_cell(l, &l->customers, REPLAY_COLUMN_CUSTOMER);
    line->described = name_cell(l, &l->descriptions, REPLAY_COLUMN_DESCRIPTION);
    if (cell(l, REPLAY_COLUMN_ORDER_ID).len == 0) {
        fail_cell(l, REPLAY_COLUMN_ORDER_ID, "the number of an order");
        return;
    }
    struct input_order *order = add_to_order(l, line);
    if (!line_amount(l, line, line->quantity, &line->amount))
        line->reason = REPLAY_OTHER_ERROR;
    else if (is_listed(l->postage, article))
        line->reason = REPLAY_POSTAGE;
    else if (is_listed(l->manual, article))
        line->reason = REPLAY_MANUAL;
    else if (line->price <= 0)
        line->reason = REPLAY_NO_PRICE;
    else if (!order->to)
        line->reason = REPLAY_NO_COUNTRY;
    if (line->reason == REPLAY_POSTAGE && line->amount > 0)
        order->freight += line->amount;
}

static void read_lines(struct load *l)
{
    struct names *const names[] = {&l->orders, &l->articles, &l->customers, &l->descriptions, &l->sales};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        names_init(names[i], &l->scratch);
    for (int got; (got = csv_next(&l->csv, l->errs)) != 0;)
        if (got > 0)
            read_line(l);
}

/* Finds the goods of the lines, once for equal descriptions, and adds up what was ordered. */
static void find_goods(struct load *l)
{
    uint32_t count = l->descriptions.count;
    const struct lookup_good **good = arena_array(&l->scratch, const struct lookup_good *, count + 1);
    for (uint32_t id = 1; id <= count; id++)
        good[id] = lookup_good(&l->lookup, text_of(names_at(&l->descriptions, id)));
    for (uint32_t i = 1; i <= l->lines; i++) {
        struct input_line *line = &l->line[i];
        bool is_goods = line->reason != REPLAY_POSTAGE && line->reason != REPLAY_MANUAL && line->amount > 0;
        l->replay->value_goods += is_goods ? line->amount : 0;
        line->good = good[line->described];
        if (!line->reason && line->quantity > 0 && !line->good)
            line->reason = REPLAY_NO_TARIFF;
    }
}

/* ---- asking the law ---- */

struct assess_line replay_line_asked(const struct replay_line *sold)
{
    struct assess_line line = {
        .price = sold->price, .price_digits = sold->price_digits, .quantity = sold->quantity * INT64_C(1000000),
        .weight = sold->net_g * 1000, .volume = -1, .pieces = -1, .strength = -1,
        .description = sold->description};
    memcpy(line.hs, sold->hs, sizeof line.hs);
    return line;
}

void replay_request(const struct scenario *scenario, const struct book *book, const struct replay_order *order,
                    struct assess_line *line, struct assess_order *request)
{
    const struct scenario_flow *flow = &scenario->flow[0];
    int32_t day = time_local_day(order->time, date_offset_s(order->to));
    int32_t law_day = scenario_law_day(scenario, book, order->to);
    law_day = law_day == DAY_UNSET ? day : law_day;
    *request = (struct assess_order){
        .from = flow->from, .to = order->to, .form = FORM_RETAIL, .transport = flow->transport,
        .incoterm = flow->incoterm,
        .flags = flow->schemes | (uint32_t)flow->preference << FLAG_PREFERENCE,
        .sale_day = law_day, .entry_day = law_day, .fx_sale_day = day, .fx_entry_day = day,
        .currency = flow->sale_currency, .freight = order->freight_minor ? order->freight_minor : -1, .insurance = -1,
        .line = line, .lines = order->lines};
    for (uint32_t i = 0; i < order->lines; i++)
        line[i] = replay_line_asked(&order->line[i]);
}

static enum replay_reason reason_of(enum err_code code)
{
    switch (code) {
    case ERR_NO_PACK:
    case ERR_BEFORE_FIRST:
        return REPLAY_NO_RULE_PACK;
    case ERR_UNKNOWN_CODE:
    case ERR_NO_RATE:
    case ERR_LIST_UNKNOWN:
        return REPLAY_NO_TARIFF;
    default:
        return REPLAY_OTHER_ERROR;
    }
}

/* An order while its lines are weighed: what is left of them, and which input lines they are. */
struct draft {
    struct replay_order order;
    struct replay_line line[RULE_LINES_MAX];
    struct assess_line asked[RULE_LINES_MAX];
    uint32_t source[RULE_LINES_MAX];
};

/* Takes a line (from 1) out of the draft, or all of them (0). */
static void drop_lines(struct load *l, struct draft *draft, uint32_t which, enum replay_reason reason)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < draft->order.lines; i++) {
        if (which == 0 || which == i + 1) {
            l->line[draft->source[i]].reason = (uint8_t)reason;
            continue;
        }
        draft->line[kept] = draft->line[i];
        draft->source[kept++] = draft->source[i];
    }
    draft->order.lines = kept;
}

/* Sets aside what cannot be assessed, line by line, until the rest can be, or is refused. */
static void ask_law(struct load *l, struct draft *draft, int32_t entry_after_days)
{
    while (draft->order.lines > 0) {
        struct assess_order request;
        replay_request(l->scenario, l->book, &draft->order, draft->asked, &request);
        bool is_pinned = scenario_law_day(l->scenario, l->book, request.to) != DAY_UNSET;
        request.entry_day += is_pinned ? 0 : entry_after_days;
        assess_order(&l->assess, &request, &l->answer);
        if (l->answer.status != RULE_ERROR)
            return;
        check(l->answer.error_line <= draft->order.lines);
        drop_lines(l, draft, l->answer.error_line, reason_of(l->answer.error));
    }
}

/* ---- building orders ---- */

/* What the supplier was paid for a line, in the purchase currency; false when there is no rate. */
static bool purchase_cost(const struct load *l, const struct input_line *line, int32_t day, int64_t *cost)
{
    struct rational rate;
    bool stale = false;
    const struct scenario_flow *flow = l->flow;
    return fx_rate(&l->book->fx, flow->sale_currency, flow->purchase_currency, day, &rate, &stale) &&
           money_scale2(line->amount, line->good->cost_ppm, 1000000 * currency_unit(flow->sale_currency),
                        rate.num * currency_unit(flow->purchase_currency), rate.den, ROUND_HALF_UP, cost);
}

static void add_to_draft(struct load *l, struct draft *draft, uint32_t index, int32_t day)
{
    struct input_line *line = &l->line[index];
    struct replay_line *sold = &draft->line[draft->order.lines];
    int64_t cost;
    if (draft->order.lines == RULE_LINES_MAX || !purchase_cost(l, line, day, &cost)) {
        line->reason = REPLAY_OTHER_ERROR;
        return;
    }
    *sold = (struct replay_line){
        .description = line->described, .price = line->price, .price_digits = line->digits,
        .quantity = (uint32_t)line->quantity, .net_g = line->good->net_g, .weight_g = line->good->gross_g,
        .volume_cm3 = line->good->volume_cm3, .cost_minor = cost};
    memcpy(sold->hs, line->good->hs, sizeof sold->hs);
    draft->source[draft->order.lines++] = index;
}

static void keep_order(struct load *l, const struct draft *draft, struct replay_order *order)
{
    *order = draft->order;
    struct replay_line *line = arena_array(&l->replay->arena, struct replay_line, order->lines);
    memcpy(line, draft->line, sizeof *line * order->lines);
    order->line = line;
    for (uint32_t i = 0; i < order->lines; i++) {
        struct input_line *source = &l->line[draft->source[i]];
        source->sold_in = l->replay->orders;
        source->left = (uint32_t)source->quantity;
        order->goods_minor += source->amount;
        l->replay->value_assessed += source->amount;
    }
}

static void build_order(struct load *l, const struct input_order *input, struct draft *draft,
                        struct replay_order *orders)
{
    draft->order = (struct replay_order){
        .reference = arena_copy(&l->replay->arena, names_at(&l->orders, input->number),
                                strlen(names_at(&l->orders, input->number))),
        .time = input->time, .to = input->to, .line = draft->line, .freight_minor = input->freight,
        .buyer = input->customer ? input->customer : (uint64_t)l->customers.count + input->number,
        .return_time = INT64_MIN};
    for (uint32_t i = input->first; i; i = l->line[i].next)
        if (!l->line[i].reason && l->line[i].quantity > 0)
            add_to_draft(l, draft, i, time_local_day(input->time, 0));
    ask_law(l, draft, 0);
    ask_law(l, draft, 60);
    if (draft->order.lines > 0)
        keep_order(l, draft, &orders[l->replay->orders++]);
}

static int by_time(const void *a, const void *b)
{
    const struct input_order *x = a, *y = b;
    return x->time != y->time ? (x->time < y->time ? -1 : 1) : x->first < y->first ? -1 : x->first > y->first;
}

/* ---- returns ---- */

/* Lines of one customer and article, the latest sold first. */
static uint32_t sales_of(struct load *l, const struct input_line *line)
{
    uint32_t key[2] = {line->customer, line->article};
    char name[2 * sizeof *key * 2 + 1];
    snprintf(name, sizeof name, "%08x%08x", key[0], key[1]);
    return names_add(&l->sales, name, sizeof name - 1);
}

static int64_t take_back(struct load *l, struct replay_order *orders, struct input_line *sale, int64_t units,
                         int64_t time)
{
    struct replay_order *order = &orders[sale->sold_in - 1];
    int64_t taken = units < sale->left ? units : sale->left, amount = 0;
    if (taken == 0)
        return 0;
    check(line_amount(l, sale, taken, &amount));
    sale->left -= (uint32_t)taken;
    order->returned_units += (uint32_t)taken;
    order->returned_minor += amount;
    if (order->returned_minor > order->goods_minor)
        order->returned_minor = order->goods_minor;
    if (order->return_time < time)
        order->return_time = time;
    return taken;
}

static void match_return(struct load *l, struct replay_order *orders, const uint32_t *latest,
                         const struct input_line *line, int64_t time)
{
    int64_t units = -line->quantity;
    for (uint32_t i = line->customer ? latest[sales_of(l, line)] : 0; i && units > 0; i = l->line[i].older)
        units -= take_back(l, orders, &l->line[i], units, time);
    l->replay->returned++;
    l->replay->returned_without_sale += units == -line->quantity;
}

/* Sales and returns in the order of time: a return finds what was sold before. */
static void match_returns(struct load *l, const struct input_order *sorted, struct replay_order *orders)
{
    uint32_t *latest = arena_array(&l->scratch, uint32_t, l->lines + 1);
    for (uint32_t o = 0; o < l->orders.count; o++)
        for (uint32_t i = sorted[o].first; i; i = l->line[i].next) {
            struct input_line *line = &l->line[i];
            if (line->sold_in && line->customer) {
                uint32_t key = sales_of(l, line);
                line->older = latest[key];
                latest[key] = i;
            } else if (!line->reason && line->quantity < 0) {
                match_return(l, orders, latest, line, sorted[o].time);
            }
        }
}

static void close_orders(struct replay *replay, struct replay_order *orders)
{
    for (uint32_t o = 0; o < replay->orders; o++) {
        uint64_t units = 0;
        for (uint32_t i = 0; i < orders[o].lines; i++)
            units += orders[o].line[i].quantity;
        orders[o].returned_all = orders[o].returned_units == units;
        if (orders[o].returned_all)
            orders[o].returned_minor = orders[o].goods_minor;
    }
}

/* ---- the whole ---- */

static void count_lines(struct load *l)
{
    struct replay *replay = l->replay;
    uint64_t sum = replay->returned;
    replay->lines = l->lines;
    for (uint32_t i = 1; i <= l->lines; i++) {
        replay->sold += l->line[i].sold_in != 0;
        if (l->line[i].reason)
            replay->set_aside[l->line[i].reason]++;
    }
    sum += replay->sold;
    for (int reason = 1; reason < REPLAY_REASON_COUNT; reason++)
        sum += replay->set_aside[reason];
    check(sum == replay->lines);
}

static void build(struct load *l)
{
    struct replay *replay = l->replay;
    struct draft *draft = arena_take(&l->scratch, sizeof *draft);
    struct replay_order *orders = arena_array(&replay->arena, struct replay_order, l->orders.count + 1);
    find_goods(l);
    if (l->orders.count)
        qsort(l->order + 1, l->orders.count, sizeof *l->order, by_time);
    assess_init(&l->assess, l->book->rules, &l->book->fx);
    for (uint32_t o = 1; o <= l->orders.count; o++)
        build_order(l, &l->order[o], draft, orders);
    assess_finish(&l->assess);
    if (l->orders.count)
        match_returns(l, l->order + 1, orders);
    close_orders(replay, orders);
    count_lines(l);
    replay->order = orders;
}

struct replay *replay_load(const struct book *book, const struct scenario *scenario, const char *map,
                           const char *source, const char *bytes, size_t length, struct errs *errs)
{
    size_t before = errs->count + errs->dropped;
    struct replay *replay = memory_take(sizeof *replay);
    struct load *l = memory_take(sizeof *l);
    const cJSON *settings = json_get(scenario->json.root, "replay");
    *l = (struct load){.replay = replay, .book = book, .scenario = scenario, .flow = scenario->flow, .errs = errs,
                       .postage = json_get(settings, "postage"), .manual = json_get(settings, "manual")};
    check(settings && scenario->flows == 1);
    map_columns(l, settings, map);
    if (load_lookup(l, settings) && open_input(l, source, bytes, length))
        read_lines(l);
    if (errs->count + errs->dropped == before)
        build(l);
    sha256(bytes, length, replay->hash);
    memory_release(l->line);
    memory_release(l->order);
    arena_finish(&l->scratch);
    memory_release(l);
    if (errs->count + errs->dropped == before)
        return replay;
    replay_free(replay);
    return NULL;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    arena_finish(&replay->arena);
    memory_release(replay);
}
