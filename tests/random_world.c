/* random_world: draws a scenario member by member; what cannot go together by law is not drawn. */
#include "tests/random_world.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/rng.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

enum { FLOWS_MAX = 5, LANES_MAX = 2, GOODS_MAX = 4 };

/* ---- what there is ---- */

enum way { BONDED, DIRECT, PARCEL, CONTAINER, BULK_AIR, POST, EXPRESS, LINE, ABROAD, WAYS };

static const struct {
    const char *id;
    bool is_import, is_stocked;
} ways[WAYS] = {
    {"bonded", true, true}, {"direct_mail", true, false}, {"personal_parcel", true, false},
    {"container", true, true}, {"bulk_air", true, true}, {"post", false, false}, {"express", false, false},
    {"line", false, false}, {"overseas_warehouse", false, true},
};

/* Where Chinese sellers send to: with the law of imports, and of a sale there out of stock. */
static const struct {
    const char *to, *state, *currency, *buyer;
    int32_t sale_from; /* year since which the law of a sale there is known */
} places[] = {
    {"DE", NULL, "EUR", "buyer.eu", 2014}, {"FR", NULL, "EUR", "buyer.eu", 2014}, {"GB", NULL, "GBP", "buyer.gb", 2014},
    {"US", "NY", "USD", "buyer.us", 2019}, {"AU", NULL, "AUD", "buyer.abroad", 2014},
    {"JP", NULL, "JPY", "buyer.abroad", 2014}, {"NZ", NULL, "NZD", "buyer.abroad", 2014},
    {"CA", "ON", "CAD", "buyer.abroad", 2014}, {"PL", NULL, "PLN", "buyer.eu", 2014},
    {"BR", "SP", "BRL", "buyer.br", 9999}, {"RU", NULL, "RUB", "buyer.ru", 9999},
};

static const char *const import_goods[] = {"infant-formula", "roasted-coffee", "skincare", "lipstick", "wine",
                                           "t-shirt"};
static const char *const export_goods[] = {"phone-case", "t-shirt", "toys", "dress"};
static const char *const origins[] = {"NZ", "AU", "JP", "DE"};
static const char *const homes[] = {"DE", "NZ", "GB"}; /* where it is not China */
static const char *const schemes[] = {"", "\"ioss\"", "\"marketplace\"", "\"ioss\",\"marketplace\""};

/* Days around which law or limits change. */
static const struct civil changes[] = {{2016, 4, 8}, {2017, 1, 1}, {2018, 7, 1}, {2019, 1, 1}, {2021, 1, 1},
                                       {2021, 7, 1}, {2024, 8, 1}, {2025, 5, 2}, {2025, 8, 29}, {2026, 7, 1}};

/* A role, what is posted for it, and whether time passes. */
static const struct {
    const char *role, *kind;
    unsigned hours;
} roles[] = {
    {"transfer", "transfer_fee", 48}, {"supply", "pickup", 100}, {"pickup", "pickup", 0},
    {"line_haul", "freight", 600}, {"handling", "handling", 60}, {"insurance", "cargo_insurance", 0},
    {"entry", "zone_entry", 90}, {"inland", "inland", 0}, {"storage", "storage", 0}, {"interest", "interest", 0},
    {"payment", "payment_fee", 400}, {"spread", "fx_spread", 0}, {"commission", "commission", 0},
    {"list", "list_fee", 30}, {"inspect", "inspection", 40}, {"pick", "pick_pack", 5},
    {"last_mile", "last_mile", 120}, {"return_trip", "return_freight", 0}, {"clearance", "presentation", 50},
    {"chargeback", "chargeback", 0}, {"guarantee", "guarantee", 0},
};

/* ---- dice ---- */

struct dice {
    struct rng_key key;
    uint32_t thrown;
    struct buf *out;
};

static uint64_t below(struct dice *d, uint64_t n)
{
    return rng_below(rng_bits(d->key, 1, 0, d->thrown++), n);
}

static uint64_t between(struct dice *d, uint64_t low, uint64_t high)
{
    return low + below(d, high - low + 1);
}

static bool chance(struct dice *d, unsigned percent)
{
    return below(d, 100) < percent;
}

#define PICK(dice, array) ((array)[below(dice, COUNT_OF(array))])

/* Mostly nothing, sometimes some, now and then all. */
static unsigned rate_ppm(struct dice *d, unsigned most_ppm)
{
    return chance(d, 55) ? 0 : chance(d, 12) ? most_ppm : (unsigned)below(d, most_ppm + 1);
}

static void put_day(struct dice *d, const char *name, int32_t day)
{
    char text[11];
    date_write(day, text);
    buf_printf(d->out, "\"%s\":\"%s\"", name, text);
}

static void put_decimal(struct dice *d, const char *name, uint64_t value, unsigned digits)
{
    buf_printf(d->out, ",\"%s\":\"", name);
    buf_decimal(d->out, (int64_t)value, digits);
    buf_puts(d->out, "\"");
}

/* ---- the plan: what several members must agree on ---- */

struct plan {
    int32_t from, days;
    unsigned flows, lanes, place;
    const char *home;
    bool is_market; /* all flows serve the same buyers with the same goods */
    unsigned cells; /* that the flows belong to in turn */
    enum way way[FLOWS_MAX];
    unsigned place_of[FLOWS_MAX], port[FLOWS_MAX];
    unsigned good[FLOWS_MAX][GOODS_MAX], goods[FLOWS_MAX];
    bool has_role[FLOWS_MAX][COUNT_OF(roles)];
};

static const char *good_of(const struct plan *p, unsigned flow, unsigned at)
{
    return ways[p->way[flow]].is_import ? import_goods[p->good[flow][at]] : export_goods[p->good[flow][at]];
}

static void plan_goods(struct dice *d, struct plan *p, unsigned flow)
{
    unsigned count = ways[p->way[flow]].is_import ? COUNT_OF(import_goods) : COUNT_OF(export_goods);
    unsigned first = (unsigned)below(d, count);
    p->goods[flow] = (unsigned)between(d, 1, GOODS_MAX);
    for (unsigned i = 0; i < p->goods[flow]; i++)
        p->good[flow][i] = (first + i) % count;
}

static void plan_flow(struct dice *d, struct plan *p, unsigned flow)
{
    bool is_like_first = p->is_market && flow > 0;
    do {
        p->way[flow] = (enum way)below(d, WAYS);
        p->place_of[flow] = is_like_first ? p->place_of[0] : (unsigned)below(d, COUNT_OF(places));
    } while ((is_like_first && ways[p->way[flow]].is_import != ways[p->way[0]].is_import) ||
             (p->way[flow] == BONDED && strcmp(p->home, "CN") != 0) ||
             (p->way[flow] == ABROAD && date_civil(p->from).year < places[p->place_of[flow]].sale_from));
    p->port[flow] = flow % p->cells * 2 + (unsigned)below(d, 2); /* no cell goes through another's */
    plan_goods(d, p, flow);
    if (is_like_first && chance(d, 80)) {
        p->goods[flow] = p->goods[0];
        memcpy(p->good[flow], p->good[0], sizeof p->good[flow]);
    }
    for (unsigned r = 0; r < COUNT_OF(roles); r++)
        p->has_role[flow][r] = chance(d, 70);
}

static struct plan plan_world(struct dice *d)
{
    struct plan p = {.days = (int32_t)between(d, 1, 45), .flows = (unsigned)between(d, 1, FLOWS_MAX),
                     .lanes = (unsigned)below(d, LANES_MAX + 1), .is_market = chance(d, 45)};
    struct civil change = PICK(d, changes);
    p.home = chance(d, 85) ? "CN" : PICK(d, homes);
    p.cells = p.is_market || chance(d, 60) ? 1 : 2;
    p.from = date_day(change.year, change.month, change.day) - (int32_t)below(d, (uint64_t)p.days + 1);
    for (unsigned flow = 0; flow < p.flows; flow++)
        plan_flow(d, &p, flow);
    return p;
}

/* ---- members ---- */

static void put_demand(struct dice *d, const struct plan *p)
{
    buf_puts(d->out, "\"demand\":{\"per_day\":\"");
    buf_decimal(d->out, (int64_t)between(d, 1, 6000 / ((uint64_t)p->days * p->flows)), 2);
    buf_printf(d->out, "\",\"buyers\":%u", (unsigned)between(d, 1, chance(d, 50) ? 5 : 500));
    if (chance(d, 60)) {
        unsigned most = (unsigned)between(d, 1, chance(d, 20) ? 400 : 8);
        buf_printf(d->out, ",\"units\":[{\"per_mille\":0,\"units\":\"0.5\"},{\"per_mille\":%u,\"units\":\"%u\"},"
                   "{\"per_mille\":1000,\"units\":\"%u\"}]", (unsigned)between(d, 1, 999), 1 + most / 3, 1 + most);
    }
    if (chance(d, 30)) {
        buf_puts(d->out, ",\"season\":[");
        for (int month = 0; month < 12; month++)
            buf_printf(d->out, "%s%u", month ? "," : "", (unsigned)between(d, 1, 3000));
        buf_puts(d->out, "]");
    }
    if (chance(d, 20)) {
        buf_puts(d->out, ",");
        put_day(d, "from", p->from + (int32_t)below(d, (uint64_t)p->days));
    }
    buf_puts(d->out, "}");
}

static void put_goods(struct dice *d, const struct plan *p, unsigned flow, unsigned digits)
{
    const uint64_t most[] = {2000, 60000, 600000};
    buf_puts(d->out, ",\"goods\":{");
    for (unsigned i = 0; i < p->goods[flow]; i++) {
        uint64_t price = between(d, 100, PICK(d, most));
        buf_printf(d->out, "%s\"%s\":{\"weight\":%u", i ? "," : "", good_of(p, flow, i), (unsigned)between(d, 1, 9));
        put_decimal(d, "price", digits ? price : price * 4 / 100 + 1, digits);
        if (chance(d, 70))
            put_decimal(d, "cost", between(d, 1, price * 3), 2);
        if (chance(d, 30))
            buf_puts(d->out, ",\"purchase_currency\":\"USD\"");
        buf_puts(d->out, "}");
    }
    buf_puts(d->out, "}");
}

static void put_parties(struct dice *d, bool is_import, const char *buyer)
{
    static const char *const into[] = {"seller.import", "seller.abroad", "importer.cn"};
    static const char *const out_of[] = {"seller.shenzhen", "seller.person", "seller.yiwu"};
    buf_printf(d->out, ",\"parties\":{\"seller\":\"%s\",\"supplier\":\"%s\",\"buyer\":\"%s\"}",
               is_import ? PICK(d, into) : PICK(d, out_of), is_import ? "supplier.abroad" : "supplier.cn", buyer);
}

static void put_rates(struct dice *d)
{
    static const char *const rates[] = {"decline", "mismatch", "inspect", "catch", "seize", "return", "door_refusal",
                                        "chargeback", "purchase_vat"};
    buf_puts(d->out, ",\"rates\":{");
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        buf_printf(d->out, "%s\"%s\":\"", i ? "," : "", rates[i]);
        buf_decimal(d->out, rate_ppm(d, strcmp(rates[i], "purchase_vat") == 0 ? 170000 : 1000000), 6);
        buf_puts(d->out, "\"");
    }
    buf_puts(d->out, "}");
}

static void put_work(struct dice *d, const struct plan *p, unsigned flow)
{
    if (ways[p->way[flow]].is_stocked)
        buf_printf(d->out, ",\"stock\":{\"batch_kg\":%u,\"cover_days\":%u,\"lead_days\":%u}",
                   (unsigned)between(d, 1, chance(d, 50) ? 30 : 3000), (unsigned)below(d, 60),
                   (unsigned)below(d, 90));
    buf_printf(d->out, ",\"staff\":{\"officers_per_1000\":%u,\"pickers_per_1000\":%u}", (unsigned)below(d, 300),
               (unsigned)below(d, 300));
    buf_printf(d->out, ",\"delays\":{\"tax_after_days\":%u,\"drawback_after_days\":%u}", (unsigned)below(d, 60),
               (unsigned)below(d, 60));
    buf_puts(d->out, ",\"roles\":{");
    bool is_first = true;
    for (unsigned r = 0; r < COUNT_OF(roles); r++) {
        if (!p->has_role[flow][r])
            continue;
        buf_printf(d->out, "%s\"%s\":\"f%u.%s\"", is_first ? "" : ",", roles[r].role, flow, roles[r].role);
        is_first = false;
    }
    buf_puts(d->out, "}");
    put_rates(d);
}

static void put_documents(struct dice *d)
{
    static const char *const documents[] = {"order", "payment", "waybill", "list"};
    buf_puts(d->out, ",\"documents\":{\"tolerance\":\"");
    buf_printf(d->out, "%u\"", (unsigned)below(d, 3));
    for (size_t i = 0; i < COUNT_OF(documents); i++)
        if (chance(d, 60))
            buf_printf(d->out, ",\"%s\":{\"t90_h\":\"%u\"}", documents[i], (unsigned)between(d, 1, 100));
    buf_puts(d->out, "}");
}

static void put_irregular(struct dice *d)
{
    static const char *const kinds[] = {"undervalued", "split", "borrowed", "fake", "wrong_weight"};
    buf_puts(d->out, ",\"irregular\":{\"fine\":\"");
    buf_printf(d->out, "%u\"", (unsigned)below(d, 4));
    put_decimal(d, "fine_least", below(d, 5000), 2);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        bool is_split = strcmp(kinds[i], "split") == 0;
        if (chance(d, 50))
            continue;
        buf_printf(d->out, ",\"%s\":{\"rate\":\"0.%02u\"", kinds[i], (unsigned)below(d, 21));
        put_decimal(d, "found", rate_ppm(d, 1000000), 6);
        if (is_split)
            put_decimal(d, "above", between(d, 1, 5000), 0);
        buf_puts(d->out, "}");
    }
    buf_puts(d->out, "}");
}

static void put_flow(struct dice *d, const struct plan *p, unsigned flow)
{
    bool is_import = ways[p->way[flow]].is_import;
    unsigned place = p->place_of[flow];
    const char *currency = is_import ? "CNY" : places[place].currency;
    buf_printf(d->out, "\"f%u\":{\"channel\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"currency\":\"%s\"", flow,
               ways[p->way[flow]].id, is_import ? PICK(d, origins) : "CN", is_import ? "CN" : places[place].to,
               currency);
    if (!is_import && places[place].state)
        buf_printf(d->out, ",\"to_state\":\"%s\"", places[place].state);
    if (p->cells > 1)
        buf_printf(d->out, ",\"cell\":\"c%u\"", flow % p->cells);
    buf_printf(d->out, ",\"incoterm\":\"%s\",\"schemes\":[%s],\"port\":\"p%u\"", chance(d, 50) ? "DDP" : "DAP",
               PICK(d, schemes), p->port[flow]);
    if (!is_import && chance(d, 70))
        buf_printf(d->out, ",\"refund_form\":\"%s\"", chance(d, 70) ? "trader" : "exempt");
    if (!is_import && chance(d, 40))
        buf_printf(d->out, ",\"refund_class\":%u", 1 + (unsigned)below(d, 4));
    if (p->lanes >= p->cells && chance(d, 60)) /* each cell has its own */
        buf_printf(d->out, ",\"lane\":\"l%u\"", p->cells > 1 ? flow % p->cells : (unsigned)below(d, p->lanes));
    put_parties(d, is_import, is_import ? "buyer.cn" : places[place].buyer);
    unsigned digits = strcmp(currency, "JPY") == 0 ? 0 : 2;
    put_goods(d, p, flow, digits);
    if (chance(d, 50))
        put_decimal(d, "freight", below(d, 5000), digits);
    put_work(d, p, flow);
    if (chance(d, 40))
        put_documents(d);
    if (p->way[flow] != CONTAINER && p->way[flow] != BULK_AIR && p->way[flow] != ABROAD && chance(d, 40))
        put_irregular(d);
    if (chance(d, 20))
        put_decimal(d, "risk", below(d, 3000000), 6);
    if (!p->is_market) {
        buf_puts(d->out, ",");
        put_demand(d, p);
    }
    buf_puts(d->out, "}");
}

static void put_market(struct dice *d, const struct plan *p)
{
    buf_puts(d->out, ",\"markets\":{\"m\":{\"flows\":[");
    for (unsigned flow = 0; flow < p->flows; flow++)
        buf_printf(d->out, "%s\"f%u\"", flow ? "," : "", flow);
    buf_puts(d->out, "],\"goods\":{");
    for (unsigned i = 0; i < p->goods[0]; i++) {
        buf_printf(d->out, "%s\"%s\":{\"weight\":%u", i ? "," : "", good_of(p, 0, i), (unsigned)between(d, 1, 9));
        if (chance(d, 50))
            put_decimal(d, "reference", between(d, 100, 50000), 2);
        buf_puts(d->out, "}");
    }
    buf_puts(d->out, "}");
    if (chance(d, 60))
        put_decimal(d, "day", below(d, 2000), 2);
    if (chance(d, 60))
        put_decimal(d, "scale", below(d, 5000), 2);
    if (chance(d, 50))
        put_decimal(d, "elasticity", below(d, 3000), 3);
    buf_puts(d->out, ",");
    put_demand(d, p);
    buf_puts(d->out, "}}");
}

static void put_price(struct dice *d, unsigned flow, unsigned r)
{
    static const char *const currencies[] = {"CNY", "CNY", "USD", "EUR"};
    static const char *const payees[] = {"bank.cn", "carrier.sea", "carrier.express", "warehouse.abroad", "broker.cn"};
    bool is_carriage = strcmp(roles[r].role, "line_haul") == 0 || strcmp(roles[r].role, "last_mile") == 0;
    buf_printf(d->out, "\"f%u.%s\":{\"party\":\"%s\",\"kind\":\"%s\",\"currency\":\"%s\"", flow, roles[r].role,
               PICK(d, payees), roles[r].kind, PICK(d, currencies));
    if (chance(d, 50))
        put_decimal(d, "fixed", below(d, 3000), 2);
    if (chance(d, 30))
        put_decimal(d, "per_unit", below(d, 300), 2);
    if (chance(d, 30))
        put_decimal(d, "per_kg", below(d, 3000), 2);
    if (chance(d, 20))
        put_decimal(d, "per_cbm", below(d, 3000), 2);
    if (chance(d, 40))
        put_decimal(d, "share", below(d, 100000), 6);
    if (chance(d, 20))
        put_decimal(d, "least", below(d, 500), 2);
    if (roles[r].hours && chance(d, 85)) {
        uint64_t t10 = below(d, roles[r].hours);
        put_decimal(d, "t10_h", t10, 0);
        put_decimal(d, "t90_h", t10 + below(d, roles[r].hours), 0);
    }
    if (is_carriage && chance(d, 40))
        put_decimal(d, "loss", chance(d, 85) ? below(d, 400000) : 1000000, 6);
    buf_puts(d->out, "}");
}

static void put_prices(struct dice *d, const struct plan *p)
{
    bool is_first = true;
    buf_puts(d->out, ",\"prices\":{");
    for (unsigned flow = 0; flow < p->flows; flow++)
        for (unsigned r = 0; r < COUNT_OF(roles); r++)
            if (p->has_role[flow][r]) {
                buf_puts(d->out, is_first ? "" : ",");
                put_price(d, flow, r);
                is_first = false;
            }
    buf_puts(d->out, "}");
}

static void put_lanes(struct dice *d, const struct plan *p)
{
    const uint64_t most[] = {40000, 500000, 50000000};
    buf_puts(d->out, ",\"lanes\":{");
    for (unsigned lane = 0; lane < p->lanes; lane++) {
        buf_printf(d->out, "%s\"l%u\":{\"first_h\":%u,\"every_h\":%u", lane ? "," : "", lane, (unsigned)below(d, 100),
                   (unsigned)between(d, 1, 170));
        put_decimal(d, "capacity_kg", between(d, 20000, PICK(d, most)), 3);
        if (chance(d, 50))
            put_decimal(d, "surcharge", below(d, 2000000), 6);
        if (chance(d, 50))
            put_decimal(d, "surcharge_most", below(d, 5000000), 6);
        buf_puts(d->out, "}");
    }
    buf_puts(d->out, "}");
}

static void put_ports(struct dice *d, const struct plan *p)
{
    unsigned used = 0;
    buf_puts(d->out, ",\"ports\":{");
    for (unsigned flow = 0; flow < p->flows; flow++) {
        if (used >> p->port[flow] & 1 || chance(d, 50))
            continue;
        unsigned from_h = (unsigned)below(d, 20);
        buf_printf(d->out, "%s\"p%u\":{\"officers\":%u,\"weekend\":%s", used ? "," : "", p->port[flow],
                   (unsigned)between(d, 1, 5), chance(d, 50) ? "true" : "false");
        if (chance(d, 60))
            buf_printf(d->out, ",\"shift\":{\"from_h\":%u,\"to_h\":%u}", from_h,
                       (unsigned)between(d, from_h + 1, 24));
        if (chance(d, 30)) {
            char day[11];
            date_write(p->from + (int32_t)below(d, 30), day);
            buf_printf(d->out, ",\"holidays\":[\"%s\"]", day);
        }
        buf_puts(d->out, "}");
        used |= 1u << p->port[flow];
    }
    buf_puts(d->out, "}");
}

/* Firms are those of all flows, so that cells would share them. */
static void put_credit(struct dice *d)
{
    static const char *const grades[] = {"certified", "regular", "dishonest", "blacklisted"};
    buf_printf(d->out, ",\"credit\":{\"down_after\":%u,\"up_after\":%u", (unsigned)below(d, 5), (unsigned)below(d, 9));
    put_decimal(d, "price", below(d, 5000000), 6);
    put_decimal(d, "history", below(d, 5000000), 6);
    buf_puts(d->out, ",\"grades\":{");
    for (size_t i = 0; i < COUNT_OF(grades); i++) {
        buf_printf(d->out, "%s\"%s\":{\"guarantee\":%s", i ? "," : "", grades[i], chance(d, 50) ? "true" : "false");
        put_decimal(d, "inspect", below(d, 4000000), 6);
        buf_puts(d->out, "}");
    }
    buf_printf(d->out, "}},\"firms\":{\"seller.import\":{\"grade\":\"%s\"}}", PICK(d, grades));
}

static void put_shock(struct dice *d, const struct plan *p, unsigned number)
{
    int32_t from = p->from + (int32_t)below(d, (uint64_t)p->days), to = from + (int32_t)below(d, 30);
    unsigned kind = (unsigned)below(d, 3);
    buf_printf(d->out, "%s\"s%u\":{\"title\":{\"en\":\"Shock\",\"zh\":\"冲击\"},", number ? "," : "", number);
    put_day(d, "from", from);
    buf_puts(d->out, ",");
    put_day(d, "to", to);
    if (kind == 0 && p->lanes) {
        buf_printf(d->out, ",\"kind\":\"capacity\",\"lane\":\"l%u\"", (unsigned)below(d, p->lanes));
        put_decimal(d, "share", chance(d, 30) ? 0 : below(d, 1500000), 6);
    } else if (kind == 1) {
        buf_puts(d->out, ",\"kind\":\"fx\",\"currency\":\"CNY\"");
        put_decimal(d, "share", between(d, 500000, 2000000), 6);
    } else {
        buf_printf(d->out, ",\"kind\":\"closed\",\"flow\":\"f%u\"", (unsigned)below(d, p->flows));
    }
    buf_puts(d->out, "}");
}

struct random_world random_world_write(uint64_t number, struct buf *out)
{
    struct dice dice = {.key = rng_key(number, 0), .out = out}, *d = &dice;
    struct plan plan = plan_world(d), *p = &plan;
    buf_printf(out, "{\"schema_version\":1,\"id\":\"random-%llu\",\"title\":{\"en\":\"Random\",\"zh\":\"随机\"},"
               "\"home\":\"%s\",\"base_currency\":\"%s\",\"period\":{", (unsigned long long)number, p->home,
               chance(d, 80) ? "CNY" : "EUR");
    put_day(d, "from", p->from);
    buf_puts(out, ",");
    put_day(d, "to", p->from + p->days - 1);
    buf_puts(out, "},");
    if (chance(d, 15)) {
        put_day(d, "as_of", p->from + (int32_t)below(d, 90));
        buf_puts(out, ",");
    }
    buf_printf(out, "\"limit\":{\"scales\":\"%s\"},\"flows\":{", chance(d, 50) ? "demand" : "period");
    for (unsigned flow = 0; flow < p->flows; flow++) {
        buf_puts(out, flow ? "," : "");
        put_flow(d, p, flow);
    }
    buf_puts(out, "}");
    if (p->is_market)
        put_market(d, p);
    put_prices(d, p);
    put_lanes(d, p);
    put_ports(d, p);
    if (p->cells == 1 && chance(d, 40))
        put_credit(d);
    buf_puts(out, ",\"shocks\":{");
    for (unsigned shock = 0, shocks = (unsigned)below(d, 4); shock < shocks; shock++)
        put_shock(d, p, shock);
    buf_puts(out, "}}\n");
    return (struct random_world){chance(d, 30) ? between(d, 1, 120) : 0, (uint32_t)between(d, 1, 4),
                                 chance(d, 30) ? (int64_t)below(d, 60) * DAY_SECONDS : INT64_MAX};
}
