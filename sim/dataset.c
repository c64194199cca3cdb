/* dataset: the schema, the profiles, and rows of what is not an order: people, firms, goods, shipments, departures. */
#include "sim/dataset.h"

#include <stdio.h>

#include "core/check.h"
#include "core/date.h"
#include "sim/book.h"
#include "sim/dataset_int.h"
#include "sim/flow.h"

/* ---- schema ---- */

#define X(token, name, type, unit, refers, en, zh) {name, DATASET_##type, unit, refers, en, zh},
static const struct dataset_column orders_columns[] = {DATASET_ORDERS(X)};
static const struct dataset_column order_lines_columns[] = {DATASET_ORDER_LINES(X)};
static const struct dataset_column buyers_columns[] = {DATASET_BUYERS(X)};
static const struct dataset_column sellers_columns[] = {DATASET_SELLERS(X)};
static const struct dataset_column firms_columns[] = {DATASET_FIRMS(X)};
static const struct dataset_column products_columns[] = {DATASET_PRODUCTS(X)};
static const struct dataset_column payments_columns[] = {DATASET_PAYMENTS(X)};
static const struct dataset_column waybills_columns[] = {DATASET_WAYBILLS(X)};
static const struct dataset_column parcels_columns[] = {DATASET_PARCELS(X)};
static const struct dataset_column declarations_columns[] = {DATASET_DECLARATIONS(X)};
static const struct dataset_column declaration_lines_columns[] = {DATASET_DECLARATION_LINES(X)};
static const struct dataset_column tax_bills_columns[] = {DATASET_TAX_BILLS(X)};
static const struct dataset_column inspections_columns[] = {DATASET_INSPECTIONS(X)};
static const struct dataset_column irregularities_columns[] = {DATASET_IRREGULARITIES(X)};
static const struct dataset_column postings_columns[] = {DATASET_POSTINGS(X)};
static const struct dataset_column events_columns[] = {DATASET_EVENTS(X)};
static const struct dataset_column stock_columns[] = {DATASET_STOCK(X)};
static const struct dataset_column departures_columns[] = {DATASET_DEPARTURES(X)};
static const struct dataset_column allowances_columns[] = {DATASET_ALLOWANCES(X)};
static const struct dataset_column returns_columns[] = {DATASET_RETURNS(X)};
static const struct dataset_column orders_flat_columns[] = {DATASET_ORDERS_FLAT(X)};
static const struct dataset_column customs_fraud_columns[] = {DATASET_CUSTOMS_FRAUD(X)};
static const struct dataset_column trist_columns[] = {DATASET_TRIST(X)};
#undef X

const struct dataset_schema dataset_schemas[TABLE_COUNT] = {
#define X(token, keys, en, zh)                                                                     \
    {#token, en, zh, keys, token##_columns, sizeof token##_columns / sizeof *token##_columns},
    DATASET_TABLES(X)
#undef X
};

/* ---- profiles ---- */

#define T(token) (UINT32_C(1) << TABLE_##token)
enum { ALL_TABLES = (1 << TABLE_COUNT) - 1 };
#define BASE_TABLES (T(orders) | T(order_lines) | T(buyers) | T(sellers) | T(firms) | T(products))

const struct dataset_profile dataset_profiles[] = {
    {"all", "every table, nothing spoiled", ALL_TABLES, GENERATE_CLEAN, false},
    {"fraud", "what a model that looks for fraud reads, with labels; prices with noise, cells missing",
     BASE_TABLES | T(declarations) | T(declaration_lines) | T(inspections) | T(irregularities) | T(customs_fraud) |
         T(trist) | T(tax_bills), GENERATE_REALISTIC, true},
    {"process-mining", "steps and what they are about",
     BASE_TABLES | T(events) | T(parcels) | T(declarations) | T(inspections) | T(returns) | T(stock) | T(departures),
     GENERATE_CLEAN, false},
    {"sql-course", "normalised tables, without the flat ones and the labels",
     ALL_TABLES & ~(T(orders_flat) | T(customs_fraud) | T(trist) | T(irregularities)), GENERATE_CLEAN, false},
    {"load-test", "every table, nothing spoiled", ALL_TABLES, GENERATE_CLEAN, false},
    {0}};

const struct dataset_profile *dataset_profile(const char *id)
{
    for (const struct dataset_profile *profile = dataset_profiles; profile->id; profile++)
        if (strcmp(profile->id, id) == 0)
            return profile;
    return NULL;
}

bool dataset_has(const struct generate_set *set, enum dataset_table table)
{
    return dataset_profile(set->profile)->tables >> table & 1;
}

/* ---- fraud ---- */

/* Shares of the orders that hide something, assumed (docs/generate.md): together 7.3 %, within what is reported of
 * whole streams (1 to 8 %); inspections find about half. */
static const struct irregular_rule fraud_rules[IRREGULAR_COUNT] = {
    [IRREGULAR_UNDERVALUED] = {35000, 600000, 200000, 700000},
    [IRREGULAR_WRONG_CODE] = {12000, 500000, 200000, 600000},
    [IRREGULAR_SPLIT] = {5000, 200000, 200000, 600000},
    [IRREGULAR_BORROWED] = {8000, 100000, 200000, 600000},
    [IRREGULAR_FAKE] = {3000, 300000, 200000, 600000},
    [IRREGULAR_WRONG_WEIGHT] = {10000, 700000, 300000, 800000},
};

/* The code of the flow's next good, which is another's; none when it has one good only. */
static const char *other_code(const struct scenario_flow *flow, const struct book *book)
{
    const char *first = book_code(book, &book->catalog.product[flow->goods[0].product], flow->to);
    for (uint32_t i = 1; i < flow->goods_count; i++) {
        const char *code = book_code(book, &book->catalog.product[flow->goods[i].product], flow->to);
        if (*code && strcmp(code, first) != 0)
            return code;
    }
    return "";
}

void dataset_state_fraud(struct scenario *scenario, const struct book *book)
{
    for (uint32_t f = 0; f < scenario->flows && !scenario->replay; f++) {
        struct scenario_flow *flow = &scenario->flow[f];
        bool is_seen = flow->column != COLUMN_GENERAL_TRADE && flow->channel != CHANNEL_OVERSEAS_WAREHOUSE;
        if (flow->irregular || !is_seen)
            continue;
        struct scenario_irregular *stated = arena_array(&scenario->arena, struct scenario_irregular, 1);
        const char *code = other_code(flow, book);
        memcpy(stated->rule, fraud_rules, sizeof stated->rule);
        snprintf(stated->code, sizeof stated->code, "%s", code);
        if (*code == '\0')
            stated->rule[IRREGULAR_WRONG_CODE].rate_ppm = 0;
        stated->above_minor = 2 * flow->goods[0].price_minor;
        stated->fine_ppm = 1000000;
        flow->irregular = stated;
    }
}

/* ---- the scribe ---- */

static void learn_kind(struct dataset_scribe *s, enum posting_kind kind)
{
    s->kind[kind] = text_of(kind_id(kind));
    s->kind_class[kind] = text_of(class_id(kind_class(kind)));
    s->kind_layer[kind] = text_of(layer_id(kind_layer(kind)));
}

static void learn_words(struct dataset_scribe *s)
{
    const struct parties *parties = &s->set->book->parties;
    for (unsigned i = 1; i <= parties->count && i < PARTY_MAX; i++)
        s->party[i] = text_of(parties->party[i].id);
    for (unsigned kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++)
        learn_kind(s, (enum posting_kind)kind);
    for (unsigned column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        const struct flow_step *table = flow_table((enum column)column);
        for (unsigned i = 0; table[i].id; i++) {
            check(i < SCRIBE_STEPS);
            s->step[column][i] = text_of(table[i].id);
            s->step_layer[column][i] = text_of(layer_id((enum layer)table[i].layer));
        }
    }
}

struct dataset_scribe *dataset_scribe_create(const struct generate_set *set, dataset_put *put, void *self)
{
    struct dataset_scribe *s = memory_take(sizeof *s);
    static const uint32_t miss_ppm[GENERATE_NOISES] = {0, 10000, 50000}, mark_ppm[GENERATE_NOISES] = {0, 0, 50000};
    *s = (struct dataset_scribe){.set = set, .put = put, .self = self, .tables = dataset_profile(set->profile)->tables,
                                 .miss_ppm = miss_ppm[set->noise], .mark_ppm = mark_ppm[set->noise]};
    learn_words(s);
    return s;
}

void dataset_scribe_destroy(struct dataset_scribe *s)
{
    if (!s)
        return;
    reasons_finish(&s->reasons);
    memory_release(s->seen);
    buf_finish(&s->spoiled);
    arena_finish(&s->arena);
    memory_release(s);
}

/* ---- noise ---- */

static uint64_t noise(const struct dataset_scribe *s, unsigned table, unsigned column, uint64_t number)
{
    return rng_bits(rng_key(s->set->seed, 0), number, 9400 + table, column);
}

/* What forms and people do to a text: blanks around it, capitals. */
static void spoil(struct dataset_scribe *s, struct dataset_cell *cell, uint64_t bits)
{
    size_t from = s->spoiled.length;
    if (bits & 1)
        buf_putc(&s->spoiled, ' ');
    buf_add(&s->spoiled, cell->text, cell->length);
    for (size_t i = from; i < s->spoiled.length; i++)
        if (s->spoiled.data[i] >= 'a' && s->spoiled.data[i] <= 'z')
            s->spoiled.data[i] = (char)(s->spoiled.data[i] - 'a' + 'A');
    if (!(bits & 1))
        buf_puts(&s->spoiled, "  ");
    cell->length = (uint32_t)(s->spoiled.length - from);
    cell->number = (int64_t)from; /* the buffer may move until all are made */
    cell->kind = CELL_TEXT;
}

/* Only texts are spoiled: names, towns, addresses; keys, amounts, times and codes are right in every profile. */
static void add_noise(struct dataset_scribe *s, enum dataset_table table, uint64_t number)
{
    const struct dataset_schema *schema = &dataset_schemas[table];
    uint64_t spoiled = 0;
    buf_clear(&s->spoiled);
    for (unsigned i = 0; i < schema->columns; i++) {
        struct dataset_cell *cell = &s->cell[i];
        if (schema->column[i].type != DATASET_TEXT || cell->kind != CELL_TEXT)
            continue;
        uint64_t bits = noise(s, table, i, number), at = rng_below(bits, 1000000);
        if (at < s->miss_ppm)
            *cell = cell_none();
        else if (at < s->miss_ppm + s->mark_ppm) {
            spoil(s, cell, bits);
            spoiled |= UINT64_C(1) << i;
        }
    }
    for (unsigned i = 0; spoiled >> i; i++)
        if (spoiled >> i & 1)
            s->cell[i].text = s->spoiled.data + s->cell[i].number;
}

void scribe_put(struct dataset_scribe *s, enum dataset_table table, uint64_t number)
{
    if (s->miss_ppm)
        add_noise(s, table, number);
    s->put(s->self, table, s->cell);
}

/* ---- people, firms, goods ---- */

#define X(token, name, type, unit, refers, en, zh) BUYERS_##token,
enum { DATASET_BUYERS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) SELLERS_##token,
enum { DATASET_SELLERS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) FIRMS_##token,
enum { DATASET_FIRMS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) PRODUCTS_##token,
enum { DATASET_PRODUCTS(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) STOCK_##token,
enum { DATASET_STOCK(X) };
#undef X
#define X(token, name, type, unit, refers, en, zh) DEPARTURES_##token,
enum { DATASET_DEPARTURES(X) };
#undef X

static void put_buyer(struct dataset_scribe *s, uint64_t buyer, uint16_t country)
{
    struct persona *p = &s->person;
    struct dataset_cell *cell = s->cell;
    char place[2];
    persona_person(p, s->set->seed, buyer, country);
    cell[BUYERS_buyer_id] = cell_key(buyer);
    cell[BUYERS_name] = cell_text(p->name);
    cell[BUYERS_name_en] = cell_text(p->name_en);
    cell[BUYERS_id_type] = cell_word(p->district[0] ? "1" : "2");
    cell[BUYERS_id_number] = cell_word(p->id_number);
    cell[BUYERS_phone] = cell_text(p->phone);
    cell[BUYERS_email] = cell_text(p->email);
    cell[BUYERS_country] = cell_country(country, place);
    cell[BUYERS_city] = cell_text(p->city);
    cell[BUYERS_address] = cell_text(p->address);
    cell[BUYERS_address_en] = cell_text(p->address_en);
    cell[BUYERS_postcode] = cell_word(p->postcode);
    cell[BUYERS_birth_year] = cell_integer(p->birth_year);
    scribe_put(s, TABLE_buyers, buyer);
}

void scribe_buyer(struct dataset_scribe *s, uint64_t buyer, uint16_t country)
{
    uint64_t at = buyer - s->block_buyers, word = at / 64;
    if (!scribe_puts(s, TABLE_buyers))
        return;
    if (word >= s->seen_words) {
        size_t words = 2 * word + 64;
        s->seen = memory_resize(s->seen, s->seen_words * sizeof *s->seen, words * sizeof *s->seen);
        s->seen_words = words;
    }
    if (s->seen[word] >> at % 64 & 1)
        return;
    s->seen[word] |= UINT64_C(1) << at % 64;
    put_buyer(s, buyer, country);
}

static void put_seller(struct dataset_scribe *s, const struct dossier_firm *firm)
{
    struct persona_firm *p = &s->firm;
    struct dataset_cell *cell = s->cell;
    char place[2];
    persona_firm(p, s->set->seed, firm->number, firm->country, (enum persona_trade)firm->trade);
    cell[SELLERS_seller_id] = cell_key(firm->number);
    cell[SELLERS_name] = cell_text(p->name);
    cell[SELLERS_name_en] = cell_text(p->name_en);
    cell[SELLERS_country] = cell_country(firm->country, place);
    cell[SELLERS_city] = cell_text(p->city);
    cell[SELLERS_credit_code] = cell_word(p->credit_code);
    cell[SELLERS_customs_code] = cell_word(p->customs_code);
    cell[SELLERS_party] = cell_words(s->party[firm->party]);
    scribe_put(s, TABLE_sellers, firm->number);
}

static void put_firm(struct dataset_scribe *s, const struct dossier_firm *firm)
{
    struct persona_firm *p = &s->firm;
    struct dataset_cell *cell = s->cell;
    char place[2];
    persona_firm(p, s->set->seed, firm->number, firm->country, (enum persona_trade)firm->trade);
    cell[FIRMS_firm_id] = cell_key(firm->number);
    cell[FIRMS_name] = cell_text(p->name);
    cell[FIRMS_name_en] = cell_text(p->name_en);
    cell[FIRMS_trade] = cell_word(persona_trade_id((enum persona_trade)firm->trade));
    cell[FIRMS_country] = cell_country(firm->country, place);
    cell[FIRMS_city] = cell_text(p->city);
    cell[FIRMS_phone] = cell_text(p->phone);
    cell[FIRMS_credit_code] = cell_word(p->credit_code);
    cell[FIRMS_customs_code] = cell_word(p->customs_code);
    cell[FIRMS_party] = cell_words(s->party[firm->party]);
    scribe_put(s, TABLE_firms, firm->number);
}

static void put_product(struct dataset_scribe *s, uint32_t number)
{
    const struct product *product = &s->set->book->catalog.product[number];
    struct dataset_cell *cell = s->cell;
    char place[2];
    cell[PRODUCTS_product_id] = cell_key(number);
    cell[PRODUCTS_sku] = cell_word(product->sku);
    cell[PRODUCTS_name_en] = cell_text(product->name_en);
    cell[PRODUCTS_name_zh] = cell_text(product->name_zh);
    cell[PRODUCTS_category] = cell_word(product->category);
    cell[PRODUCTS_origin] = cell_country(product->origin, place);
    cell[PRODUCTS_net_weight_g] = cell_integer(product->net_weight_g);
    cell[PRODUCTS_gross_weight_g] = cell_integer(product->gross_weight_g);
    cell[PRODUCTS_volume_cm3] = cell_integer(product->volume_cm3);
    cell[PRODUCTS_pieces] = cell_integer(product->pieces);
    scribe_put(s, TABLE_products, number);
}

static bool is_sold(const struct scenario *scenario, uint32_t product)
{
    for (uint32_t f = 0; f < scenario->flows; f++)
        for (uint32_t i = 0; i < scenario->flow[f].goods_count; i++)
            if (scenario->flow[f].goods[i].product == product)
                return true;
    return false;
}

void dataset_put_lists(struct dataset_scribe *s)
{
    const struct generate_set *set = s->set;
    const struct dossier_firm *firm;
    uint32_t firms = dossier_firms(set->scenario, set->book, &s->arena, &firm);
    for (uint32_t i = 0; i < firms; i++)
        if (firm[i].trade == PERSONA_SELLER)
            put_seller(s, &firm[i]);
    for (uint32_t i = 0; i < firms; i++)
        if (firm[i].trade != PERSONA_SELLER)
            put_firm(s, &firm[i]);
    for (uint32_t product = 1; product <= set->book->catalog.count; product++)
        if (is_sold(set->scenario, product))
            put_product(s, product);
}

/* ---- the world ---- */

uint32_t dataset_block(const struct dataset_scribe *s)
{
    return s->block;
}

void dataset_world(void *writer, uint32_t block, const struct world *world)
{
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    s->world = world;
    if (s->block == block)
        return;
    s->block = block;
    s->departures = 0;
    s->postings = s->events = 0;
    s->block_buyers = dossier_buyers_before(s->set->scenario, block);
    if (s->seen)
        memset(s->seen, 0, s->seen_words * sizeof *s->seen);
}

void dataset_shipment(void *writer, const struct shipment_record *r)
{
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    struct dataset_cell *cell = s->cell;
    unsigned base = s->set->scenario->base_currency;
    uint64_t number = dossier_key(r->replication, r->number);
    if (!scribe_puts(s, TABLE_stock))
        return;
    cell[STOCK_shipment_id] = cell_key(number);
    cell[STOCK_flow] = cell_word(r->flow);
    cell[STOCK_product_id] = cell_key(r->product);
    cell[STOCK_units] = cell_integer(r->units);
    cell[STOCK_left] = cell_integer(r->left);
    cell[STOCK_state] = cell_word(shipment_state_id((enum shipment_state)r->state));
    cell[STOCK_bought_at] = cell_time(r->bought_at);
    cell[STOCK_stocked_at] = cell_time(r->stocked_at);
    cell[STOCK_ended_at] = cell_time(r->ended_at);
    cell[STOCK_gross_weight_g] = cell_integer(r->gross_g);
    cell[STOCK_currency] = cell_word(currency_code(base));
    cell[STOCK_goods_cost] = cell_money(r->sums.goods, base);
    cell[STOCK_law_cost] = cell_money(r->sums.layer[LAYER_LAW], base);
    cell[STOCK_trade_cost] = cell_money(r->sums.layer[LAYER_TRADE], base);
    cell[STOCK_logistics_cost] = cell_money(r->sums.layer[LAYER_LOGISTICS], base);
    scribe_put(s, TABLE_stock, number);
}

void dataset_departure(void *writer, const struct departure_record *r)
{
    struct dataset_scribe *s = ((struct dataset_writer *)writer)->scribe;
    struct dataset_cell *cell = s->cell;
    if (!scribe_puts(s, TABLE_departures))
        return;
    uint64_t number = dossier_key(r->replication, ++s->departures);
    cell[DEPARTURES_departure_id] = cell_key(number);
    cell[DEPARTURES_lane] = cell_word(r->lane);
    cell[DEPARTURES_departed_at] = cell_time(r->time);
    cell[DEPARTURES_room_g] = cell_integer(r->room_g);
    cell[DEPARTURES_loaded_g] = cell_integer(r->loaded_g);
    cell[DEPARTURES_waiting_g] = cell_integer(r->waiting_g);
    cell[DEPARTURES_surcharge] = cell_decimal(r->surcharge_ppm, 6);
    scribe_put(s, TABLE_departures, number);
}
