/* game: the seats and their decisions as tables, their settings of the scenario, their scores. */
#include "sim/game.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "core/rng.h"
#include "sim/figure.h"

/* Leftover stock is worth so much of what it cost; a kilo of room on a flight costs so much, whether it is used or
 * not; a parcel that waits a day costs its airline so much; the period has so many days. Yuan. */
enum { STOCK_PERCENT = 80, ROOM_COST = 6, LATE_COST = 1, DAYS = 184 };
enum { POINTS_STANDARD = 100, POINTS_MOST = 1000, YUAN_A_POINT = 1000, LOST_WEIGHT = 2 };

/* ---- seats ---- */

enum { SELLER_A, SELLER_B, IMPORTER, CUSTOMS, AIRLINE };
enum { CHANNEL, PRICE, STOCK };            /* of a firm that sells */
enum { VAT_SHARE, SAMPLING, WAIVER };      /* of customs */
enum { FREIGHT, ROOM };                    /* of the airline */

static const char *const seller_channels[] = {"bonded", "direct_mail", "personal_parcel", NULL};
static const struct game_text seller_channel_titles[] = {
    {"Bonded stock: two days, tax on every order", "保税备货：两天到，单单缴税"},
    {"Direct mail: two weeks, the same tax", "直邮：两周到，同样的税"},
    {"Personal parcel: two weeks, tax if customs looks", "个人行邮：两周到，查到才缴税"}};
static const char *const importer_channels[] = {"container", "bulk_air", NULL};
static const struct game_text importer_channel_titles[] = {{"Containers by sea", "集装箱海运"},
                                                           {"Bulk by air", "空运大货"}};

#define SALES(channels, titles, first)                                                                                 \
    {{"channel", {"Channel", "渠道"}, {"", ""}, 0, 0, 1, first, channels, titles},                                     \
     {"price", {"Price", "价格"}, {"% of the list price", "% 的标价"}, 80, 130, 1, 100, NULL, NULL},                   \
     {"stock", {"Stock", "备货"}, {"days of sales", "天销量"}, 10, 90, 5, 45, NULL, NULL}}
#define FIRM_GOAL                                                                                                      \
    {"Earn as much as you can. Buyers take the offer for which they pay least; waiting counts, too. "                  \
     "Unsold stock is worth 80 % of its cost.",                                                                        \
     "尽量多赚。买家选付得最少的一家，等待也算钱。卖不掉的库存按成本的 80% 计。"}

const struct game_seat game_seats[GAME_SEATS] = {
    {"seller_a", "seller", {"Seller A", "卖家甲"}, FIRM_GOAL, SALES(seller_channels, seller_channel_titles, 0), 3},
    {"seller_b", "seller", {"Seller B", "卖家乙"}, FIRM_GOAL, SALES(seller_channels, seller_channel_titles, 1), 3},
    {"importer", "importer", {"Importer", "进口商"}, FIRM_GOAL, SALES(importer_channels, importer_channel_titles, 0),
     3},
    {"customs", "customs", {"Customs policy", "海关与税收政策"},
     {"Raise revenue without losing trade: half of your points are for revenue, half for trade. "
      "Each per cent of orders lost costs two points.",
      "多收税，又不丢贸易：一半分数看收入，一半看贸易。订单每少 1%，扣两分。"},
     {{"vat_share", {"VAT on retail imports", "零售进口增值税"}, {"% of the ordinary VAT", "% 的法定税额"},
       0, 200, 5, 70, NULL, NULL},
      {"sampling", {"Personal parcels inspected", "个人行邮抽查"}, {"% of parcels", "% 的邮包"},
       1, 100, 1, 10, NULL, NULL},
      {"waiver", {"Tax waived on a parcel, up to", "行邮免征税额"}, {"yuan", "元"}, 0, 50, 5, 50, NULL, NULL}},
     3},
    {"airline", "airline", {"Airline", "航空物流"},
     {"Earn as much as you can. A kilo of room on the daily flight costs 6 yuan, used or not; "
      "a parcel that waits a day costs you 1 yuan.",
      "尽量多赚。每日航班每公斤舱位 6 元，用不用都付；包裹每多等一天，赔 1 元。"},
     {{"freight", {"Price for parcels", "包裹运价"}, {"yuan a kilo", "元/公斤"}, 20, 90, 1, 45, NULL, NULL},
      {"room", {"Room on the daily flight", "每日航班舱位"}, {"kilos", "公斤"}, 5, 100, 5, 20, NULL, NULL}},
     2},
};

unsigned game_seat_named(const char *id)
{
    unsigned seat = 0;
    while (seat < GAME_SEATS && strcmp(game_seats[seat].id, id) != 0)
        seat++;
    return seat;
}

static unsigned choices_of(const struct game_decision *decision)
{
    unsigned count = 0;
    while (decision->choice && decision->choice[count])
        count++;
    return count;
}

bool game_allows(const struct game_decision *decision, int32_t value)
{
    if (decision->choice)
        return value >= 0 && (unsigned)value < choices_of(decision);
    return value >= decision->least && value <= decision->most && (value - decision->least) % decision->step == 0;
}

void game_standard(struct game_play *play)
{
    *play = (struct game_play){0};
    for (unsigned seat = 0; seat < GAME_SEATS; seat++)
        for (unsigned i = 0; i < game_seats[seat].decisions; i++)
            play->value[seat][i] = game_seats[seat].decision[i].standard;
}

/* ---- bots ---- */

/* A number up to a sixth of its range off the standard; another channel in one round of four. */
static int32_t draw(const struct game_decision *decision, uint64_t bits)
{
    unsigned choices = choices_of(decision);
    if (choices)
        return (bits & 3) == 0 ? (int32_t)rng_below(bits, choices) : decision->standard;
    int32_t reach = (decision->most - decision->least) / 6 / decision->step;
    int32_t off = (int32_t)rng_below(bits, (uint64_t)(2 * reach + 1)) - reach;
    int32_t value = decision->standard + off * decision->step;
    return value < decision->least ? decision->least : value > decision->most ? decision->most : value;
}

void game_bot(uint64_t seed, unsigned table, unsigned seat, unsigned round, int32_t *value)
{
    struct rng_key key = rng_key(seed, table + 1);
    for (unsigned i = 0; i < game_seats[seat].decisions; i++) {
        const struct game_decision *decision = &game_seats[seat].decision[i];
        value[i] = round == 1 ? decision->standard : draw(decision, rng_bits(key, seat, round, i));
        check(game_allows(decision, value[i]));
    }
}

/* ---- the request ---- */

struct good {
    const char *sku;
    int64_t fen; /* list price */
};
static const struct good seller_goods[] = {
    {"health-supplement", 13600}, {"infant-formula", 22200}, {"skincare", 14800}};
static const struct good importer_goods[] = {{"health-supplement", 12600}, {"infant-formula", 20600}};

struct request {
    const struct game_play *play;
    struct buf *out;
};

static void add_name(struct request *r)
{
    buf_puts(r->out, r->out->data[r->out->length - 1] == '{' ? "\"" : ", \"");
}

static void set_decimal(struct request *r, int64_t value, unsigned digits)
{
    buf_puts(r->out, "\": \"");
    buf_decimal(r->out, value, digits);
    buf_puts(r->out, "\"");
}

static void set_prices(struct request *r, const char *seat, const char *channel, const struct good *good, size_t goods,
                       int32_t percent)
{
    for (size_t i = 0; i < goods; i++) {
        add_name(r);
        buf_printf(r->out, "flows.%s_%s.goods.%s.price", seat, channel, good[i].sku);
        set_decimal(r, money_scale(good[i].fen, percent, 100, ROUND_HALF_UP), 2);
    }
}

/* Takes away the ways that the firm does not go, and sets prices and stock of the one that it goes. */
static void set_firm(struct request *r, unsigned seat, const struct good *good, size_t goods)
{
    const struct game_seat *firm = &game_seats[seat];
    const int32_t *value = r->play->value[seat];
    const char *const *channel = firm->decision[CHANNEL].choice;
    for (int32_t i = 0; channel[i]; i++) {
        if (i == value[CHANNEL])
            continue;
        add_name(r);
        buf_printf(r->out, "flows.%s_%s\": null", firm->id, channel[i]);
    }
    const char *own = channel[value[CHANNEL]];
    set_prices(r, firm->id, own, good, goods, value[PRICE]);
    if (strcmp(own, "direct_mail") == 0 || strcmp(own, "personal_parcel") == 0)
        return;
    add_name(r);
    buf_printf(r->out, "flows.%s_%s.stock.cover_days\": %d", firm->id, own, (int)value[STOCK]);
}

static const char *channel_of(const struct game_play *play, unsigned seat)
{
    return game_seats[seat].decision[CHANNEL].choice[play->value[seat][CHANNEL]];
}

static void set_customs(struct request *r)
{
    const int32_t *value = r->play->value[CUSTOMS];
    buf_puts(r->out, ", \"rules.cn.import.cbec.share_vat@2024-01-01");
    set_decimal(r, value[VAT_SHARE], 2);
    buf_puts(r->out, ", \"rules.cn.postal.waiver@2024-01-01");
    set_decimal(r, (int64_t)value[WAIVER] * 100, 2);
    for (unsigned seat = SELLER_A; seat <= SELLER_B; seat++)
        if (strcmp(channel_of(r->play, seat), "personal_parcel") == 0) {
            buf_printf(r->out, ", \"flows.%s_personal_parcel.rates.inspect", game_seats[seat].id);
            set_decimal(r, value[SAMPLING], 2);
        }
}

/* A parcel that is sent alone costs half as much again as consolidated ones, what flies in bulk half. */
static void set_airline(struct request *r)
{
    static const struct {
        const char *row;
        int64_t percent;
    } rows[] = {{"room.air", 100}, {"room.parcel", 150}, {"room.bulk", 50}};
    const int32_t *value = r->play->value[AIRLINE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_printf(r->out, ", \"prices.%s.per_kg", rows[i].row);
        set_decimal(r, value[FREIGHT] * rows[i].percent, 2);
    }
    buf_printf(r->out, ", \"lanes.room_air.capacity_kg\": \"%d\"", (int)value[ROOM]);
}

void game_request(const struct game_play *play, uint64_t seed, struct buf *out)
{
    struct request r = {play, out};
    buf_printf(out, "{\"scenario\": \"import-market\", \"seed\": %llu, \"set\": {", (unsigned long long)seed);
    set_firm(&r, SELLER_A, seller_goods, sizeof seller_goods / sizeof *seller_goods);
    set_firm(&r, SELLER_B, seller_goods, sizeof seller_goods / sizeof *seller_goods);
    set_firm(&r, IMPORTER, importer_goods, sizeof importer_goods / sizeof *importer_goods);
    buf_printf(out, ", \"markets.cn.flows\": [\"seller_a_%s\", \"seller_b_%s\", \"importer_%s\"]",
               channel_of(play, SELLER_A), channel_of(play, SELLER_B), channel_of(play, IMPORTER));
    set_customs(&r);
    set_airline(&r);
    buf_puts(out, "}}");
}

/* ---- the outcome ---- */

struct reading {
    const cJSON *summary;
    struct errs *errs;
};

/* Millionths; 0 of what did not happen. */
static int64_t take(struct reading *r, const char *path)
{
    struct errs own = {0};
    int64_t value;
    if (figure_find(r->summary, path, &value, errs_add(&own, ERR_INTERNAL, " ")) == FIGURE_WRONG)
        errs_add(r->errs, ERR_INTERNAL, "the summary has no \"%.100s\"", path);
    return value;
}

static int64_t yuan(int64_t millionths)
{
    return money_scale(millionths, 1, FIGURE_ONE, ROUND_HALF_UP);
}

static int64_t firm_result(struct reading *r, const char *net, const char *stock)
{
    return yuan(take(r, net)) + money_scale(yuan(take(r, stock)), STOCK_PERCENT, 100, ROUND_HALF_UP);
}

static int64_t airline_result(struct reading *r, const struct game_play *play, const struct game_outcome *outcome)
{
    int64_t freight = yuan(take(r, "parties/carrier.line/kinds/freight"));
    int64_t late = 0; /* the mean wait is of all retail orders: those out of the bonded zone wait for nothing */
    for (const char *const *channel = seller_channels; *channel; channel++) {
        char path[64];
        snprintf(path, sizeof path, "channels/%s/orders/placed", *channel);
        late += money_scale(yuan(take(r, path)) * LATE_COST, outcome->waiting_hours, 100 * 24, ROUND_HALF_UP);
    }
    return freight - (int64_t)play->value[AIRLINE][ROOM] * ROOM_COST * DAYS - late;
}

int game_read(const char *summary, size_t length, const struct game_play *play, struct game_outcome *outcome,
              struct errs *errs)
{
    struct json json;
    *outcome = (struct game_outcome){0};
    if (json_read_only(&json, "summary", summary, length, errs) == 0) {
        struct reading r = {json.root, errs};
        outcome->orders = yuan(take(&r, "orders/placed"));
        outcome->revenue = yuan(take(&r, "treasuries/treasury.cn/net"));
        outcome->waiting_hours = yuan(take(&r, "matrix/logistics/import_retail/hours/waiting") * 100);
        outcome->result[SELLER_A] = firm_result(&r, "parties/seller.import/net", "parties/seller.import/stock");
        outcome->result[SELLER_B] = firm_result(&r, "parties/seller.abroad/net", "parties/seller.abroad/stock");
        outcome->result[IMPORTER] = firm_result(&r, "parties/importer.cn/net", "parties/importer.cn/stock");
        outcome->result[CUSTOMS] = outcome->revenue;
        outcome->result[AIRLINE] = airline_result(&r, play, outcome);
    }
    json_finish(&json);
    return errs->count ? -1 : 0;
}

static int64_t customs_points(const struct game_outcome *outcome, const struct game_outcome *standard)
{
    int64_t half = POINTS_STANDARD / 2;
    int64_t revenue = money_scale(half, outcome->revenue, standard->revenue > 0 ? standard->revenue : 1, ROUND_HALF_UP);
    int64_t lost = money_scale(100 * LOST_WEIGHT, standard->orders - outcome->orders,
                               standard->orders > 0 ? standard->orders : 1, ROUND_HALF_UP);
    return revenue + half - (lost > 0 ? lost : 0);
}

int32_t game_points(const struct game_outcome *outcome, const struct game_outcome *standard, unsigned seat)
{
    int64_t more = outcome->result[seat] - standard->result[seat];
    int64_t points = seat == CUSTOMS ? customs_points(outcome, standard)
                                     : POINTS_STANDARD + money_scale(more, 1, YUAN_A_POINT, ROUND_HALF_UP);
    return (int32_t)(points > POINTS_MOST ? POINTS_MOST : points < -POINTS_MOST ? -POINTS_MOST : points);
}
