/* effect: sums of orders and receipts, and the list of figures that is drawn from them. */
#include "sim/effect.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/stats.h"
#include "sim/world.h"

/* ---- names ---- */

static const struct named groups[EFFECT_GROUP_COUNT] = {
    {"", "", ""},
#define X(id, name, en, zh) {#name, en, zh},
    EFFECT_GROUPS(X)
#undef X
};

static const struct named names[EFFECT_NAME_COUNT] = {
    {"", "", ""},
#define X(id, name, unit, en, zh) {#name, en, zh},
    EFFECT_NAMES(X)
#undef X
};

static const uint8_t units[EFFECT_NAME_COUNT] = {
    UNIT_UNSET_EFFECT,
#define X(id, name, unit, en, zh) EFFECT_##unit,
    EFFECT_NAMES(X)
#undef X
};

const char *effect_group_id(enum effect_group group)
{
    return groups[group].id;
}

const char *effect_group_name(enum effect_group group, enum lang lang)
{
    return named_in(&groups[group], lang);
}

const char *effect_name_id(enum effect_name name)
{
    return names[name].id;
}

const char *effect_name_words(enum effect_name name, enum lang lang)
{
    return named_in(&names[name], lang);
}

enum effect_unit effect_name_unit(enum effect_name name)
{
    return (enum effect_unit)units[name];
}

/* ---- adding up ---- */

const int64_t effect_band_least[EFFECT_BANDS] = {0, 100, 200, 500, 1000, 2000, 5000};

static unsigned band_of(int64_t minor, unsigned base)
{
    unsigned band = EFFECT_BANDS - 1;
    while (band > 0 && minor < effect_band_least[band] * currency_unit(base))
        band--;
    return band;
}

struct effect *effect_create(const struct book *book)
{
    uint32_t products = book->catalog.count + 1;
    struct effect *effect = memory_take(sizeof *effect + products * sizeof *effect->product);
    effect->products = products;
    return effect;
}

static void add_order(struct effect_sums *sums, const struct order_record *r, int64_t law)
{
    sums->orders++;
    sums->landed += r->landed + law;
    for (unsigned layer = 1; layer < LAYER_COUNT; layer++)
        sums->layer[layer] += r->sums.layer[layer];
    sums->layer[LAYER_LAW] += law;
    if (r->state != ORDER_DELIVERED)
        return;
    sums->delivered++;
    sums->lead_s += r->time[TIME_DELIVERED] - r->time[TIME_PLACED];
}

/* The price in the base currency is taken at the rate of the day on which it was placed. */
static int64_t price_of(const struct book *book, unsigned base, const struct order_record *r)
{
    if (r->currency == base)
        return r->goods_price;
    return fx_convert(&book->fx, r->goods_price, r->currency, base, time_local_day(r->time[TIME_PLACED], 0));
}

void effect_add(struct effect *effect, const struct book *book, unsigned base, const struct order_record *r,
                int64_t law)
{
    add_order(&effect->column[r->column], r, law);
    add_order(&effect->channel[r->channel], r, law);
    add_order(&effect->product[r->product], r, law);
    add_order(&effect->band[band_of(price_of(book, base, r), base)], r, law);
}

static void merge_sums(struct effect_sums *sums, const struct effect_sums *more)
{
    sums->orders += more->orders;
    sums->delivered += more->delivered;
    sums->landed += more->landed;
    sums->lead_s += more->lead_s;
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++)
        sums->layer[layer] += more->layer[layer];
}

void effect_merge(struct effect *effect, const struct effect *more)
{
    check(effect->products == more->products);
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        merge_sums(&effect->column[i], &more->column[i]);
    for (unsigned i = 0; i < CHANNEL_COUNT; i++)
        merge_sums(&effect->channel[i], &more->channel[i]);
    for (unsigned i = 0; i < EFFECT_BANDS; i++)
        merge_sums(&effect->band[i], &more->band[i]);
    for (uint32_t i = 0; i < effect->products; i++)
        merge_sums(&effect->product[i], &more->product[i]);
    for (unsigned party = 0; party < PARTY_MAX; party++)
        for (unsigned kind = 0; kind < KIND_COUNT; kind++)
            effect->receipt[party][kind] += more->receipt[party][kind];
}

/* ---- figures ---- */

/* Which names a group has, in their order. */
static const uint8_t names_of[EFFECT_GROUP_COUNT][EFFECT_NAME_COUNT] = {
    [EFFECT_TOTAL] = {EFFECT_OF_ORDERS, EFFECT_OF_LANDED, EFFECT_OF_LAW, EFFECT_OF_LEAD},
    [EFFECT_NODE] = {EFFECT_OF_COST},
    [EFFECT_CHANNEL] = {EFFECT_OF_ORDERS, EFFECT_OF_SHARE, EFFECT_OF_LANDED, EFFECT_OF_LAW, EFFECT_OF_LEAD},
    [EFFECT_TREASURY] = {EFFECT_OF_NET},
    [EFFECT_CHARGE] = {EFFECT_OF_NET},
    [EFFECT_PARTY] = {EFFECT_OF_NET},
    [EFFECT_PRODUCT] = {EFFECT_OF_ORDERS, EFFECT_OF_LANDED, EFFECT_OF_LAW},
    [EFFECT_BAND] = {EFFECT_OF_ORDERS, EFFECT_OF_LANDED, EFFECT_OF_LAW},
};

static struct effect_sums all_of(const struct effect *effect)
{
    struct effect_sums all = {0};
    for (unsigned column = 1; column < COLUMN_COUNT; column++)
        merge_sums(&all, &effect->column[column]);
    return all;
}

/* The sums that the figures of a key are made of. */
static struct effect_sums sums_of(const struct effect *effect, const struct effect_figure *figure)
{
    switch (figure->group) {
    case EFFECT_NODE: return effect->column[node_column(figure->key)];
    case EFFECT_CHANNEL: return effect->channel[figure->key];
    case EFFECT_PRODUCT: return effect->product[figure->key];
    case EFFECT_BAND: return effect->band[figure->key];
    default: return all_of(effect);
    }
}

static int64_t receipts(const struct effect *effect, const struct book *book, const struct effect_figure *figure)
{
    int64_t sum = 0;
    if (figure->group != EFFECT_CHARGE)
        for (unsigned kind = 1; kind < KIND_COUNT; kind++)
            sum += effect->receipt[figure->key][kind];
    else
        for (uint16_t party = 1; party <= book->parties.count; party++)
            if (book->parties.party[party].treasury)
                sum += effect->receipt[party][figure->key];
    return sum;
}

static bool each(int64_t total, int64_t orders, int64_t *value)
{
    if (orders)
        *value = money_scale(total, 100, orders, ROUND_HALF_UP);
    return orders != 0;
}

bool effect_value(const struct effect *effect, const struct book *book, const struct effect_figure *figure,
                  int64_t *value)
{
    if (figure->name == EFFECT_OF_NET) {
        *value = receipts(effect, book, figure);
        return true;
    }
    struct effect_sums sums = sums_of(effect, figure), all;
    switch (figure->name) {
    case EFFECT_OF_ORDERS:
        *value = sums.orders;
        return true;
    case EFFECT_OF_SHARE:
        all = all_of(effect);
        *value = all.orders ? money_scale(sums.orders, 1000000, all.orders, ROUND_HALF_UP) : 0;
        return all.orders != 0;
    case EFFECT_OF_LANDED: return each(sums.landed, sums.orders, value);
    case EFFECT_OF_LAW: return each(sums.layer[LAYER_LAW], sums.orders, value);
    case EFFECT_OF_COST: return each(sums.layer[node_layer(figure->key)], sums.orders, value);
    default:
        *value = sums.delivered ? money_scale(sums.lead_s, 1, sums.delivered, ROUND_HALF_UP) : 0;
        return sums.delivered != 0;
    }
}

static bool has_some(const struct effect *effect, const struct book *book, const struct effect_figure *figure)
{
    int64_t value = 0;
    if (figure->name == EFFECT_OF_NET)
        return receipts(effect, book, figure) != 0;
    struct effect_sums sums = sums_of(effect, figure);
    return sums.orders != 0 && effect_value(effect, book, figure, &value);
}

static unsigned keys_of(const struct book *book, enum effect_group group)
{
    switch (group) {
    case EFFECT_TOTAL: return 1;
    case EFFECT_NODE: return NODE_COUNT;
    case EFFECT_CHANNEL: return CHANNEL_COUNT;
    case EFFECT_CHARGE: return KIND_COUNT;
    case EFFECT_PRODUCT: return book->catalog.count + 1;
    case EFFECT_BAND: return EFFECT_BANDS;
    default: return book->parties.count + 1u;
    }
}

static bool is_of_group(const struct book *book, enum effect_group group, unsigned key)
{
    if (group == EFFECT_TREASURY || group == EFFECT_PARTY)
        return key > 0 && book->parties.party[key].treasury == (group == EFFECT_TREASURY);
    if (group == EFFECT_CHARGE)
        return key > 0 && kind_class((enum posting_kind)key) == CLASS_TAX;
    return group != EFFECT_CHANNEL || key > 0;
}

size_t effect_list(const struct book *book, const struct effect *const *effects, size_t count,
                   struct effect_figure *out)
{
    size_t listed = 0;
    for (enum effect_group group = EFFECT_TOTAL; group < EFFECT_GROUP_COUNT; group++)
        for (unsigned key = 0; key < keys_of(book, group); key++)
            for (unsigned i = 0; is_of_group(book, group, key) && names_of[group][i]; i++) {
                struct effect_figure figure = {(uint8_t)group, names_of[group][i], (uint16_t)key};
                bool is_there = false;
                for (size_t e = 0; e < count && !is_there; e++)
                    is_there = has_some(effects[e], book, &figure);
                if (is_there && listed < EFFECT_FIGURES_MAX)
                    out[listed++] = figure;
            }
    return listed;
}

/* ---- what they are of ---- */

static const char *key_word(const struct book *book, const struct effect_figure *figure)
{
    unsigned key = figure->key;
    switch (figure->group) {
    case EFFECT_CHANNEL: return channel_id((enum channel)key);
    case EFFECT_CHARGE: return kind_id((enum posting_kind)key);
    case EFFECT_PRODUCT: return key ? book->catalog.product[key].sku : "several";
    case EFFECT_TREASURY: case EFFECT_PARTY: return book->parties.party[key].id;
    default: return "all";
    }
}

void effect_key_id(const struct book *book, const struct effect_figure *figure, char *out, size_t room)
{
    if (figure->group == EFFECT_NODE)
        snprintf(out, room, "%s.%s", layer_id(node_layer(figure->key)), column_id(node_column(figure->key)));
    else if (figure->group == EFFECT_BAND)
        snprintf(out, room, "%lld", (long long)effect_band_least[figure->key]);
    else
        snprintf(out, room, "%s", key_word(book, figure));
}

static void band_name(unsigned base, unsigned band, enum lang lang, char *out, size_t room)
{
    long long least = effect_band_least[band];
    if (band + 1 < EFFECT_BANDS)
        snprintf(out, room, "%s %lld–%lld", currency_code(base), least, (long long)effect_band_least[band + 1]);
    else
        snprintf(out, room, lang == LANG_ZH ? "%s %lld 及以上" : "%s %lld and more", currency_code(base), least);
}

void effect_key_name(const struct book *book, unsigned base, const struct effect_figure *figure, enum lang lang,
                     char *out, size_t room)
{
    unsigned key = figure->key;
    bool is_zh = lang == LANG_ZH;
    const char *text = "";
    switch (figure->group) {
    case EFFECT_TOTAL: text = effect_group_name(EFFECT_TOTAL, lang); break;
    case EFFECT_NODE: text = node_name(node_layer(key), node_column(key), lang); break;
    case EFFECT_CHANNEL: text = channel_name((enum channel)key, lang); break;
    case EFFECT_CHARGE: text = kind_name((enum posting_kind)key, lang); break;
    case EFFECT_PRODUCT:
        text = key == 0 ? (is_zh ? "多种商品" : "several goods")
                        : is_zh ? book->catalog.product[key].name_zh : book->catalog.product[key].name_en;
        break;
    case EFFECT_BAND: band_name(base, key, lang, out, room); return;
    default: text = is_zh ? book->parties.party[key].name_zh : book->parties.party[key].name_en;
    }
    snprintf(out, room, "%s", text);
}
