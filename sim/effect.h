/* effect: what a replication comes to, in figures that can be set beside those of the same replication under another
 * law. Orders count when they have ended and were placed after the warm-up; amounts are base minor units. */
#ifndef EFFECT_H
#define EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ledger.h"
#include "core/node.h"

struct book;
struct scenario;
struct order_record;

/* Of what the figures are: X(id, name, en, zh) */
#define EFFECT_GROUPS(X)                                                                           \
    X(TOTAL, total, "All orders", "全部订单")                                                      \
    X(NODE, node, "Nodes", "节点")                                                                 \
    X(CHANNEL, channel, "Channels", "渠道")                                                        \
    X(TREASURY, treasury, "Treasuries", "国库")                                                    \
    X(CHARGE, charge, "Charges", "税费种类")                                                       \
    X(PARTY, party, "Parties", "参与方")                                                           \
    X(PRODUCT, product, "Products", "商品")                                                        \
    X(BAND, band, "Price bands", "价格段")

enum effect_group {
    EFFECT_UNSET,
#define X(id, name, en, zh) EFFECT_##id,
    EFFECT_GROUPS(X)
#undef X
    EFFECT_GROUP_COUNT
};
const char *effect_group_id(enum effect_group group);
const char *effect_group_name(enum effect_group group, enum lang lang);

enum effect_unit { UNIT_UNSET_EFFECT, EFFECT_COUNTED, EFFECT_MONEY, EFFECT_MONEY_EACH, EFFECT_HOURS, EFFECT_SHARE };

/* What is told of them: X(id, name, unit, en, zh). `each`: per order, in hundredths of a minor unit. */
#define EFFECT_NAMES(X)                                                                            \
    X(ORDERS, orders, COUNTED, "orders", "订单数")                                                 \
    X(SHARE, share, SHARE, "share of orders", "订单占比")                                          \
    X(LANDED, landed_per_order, MONEY_EACH, "landed cost per order", "单均到岸成本")               \
    X(LAW, law_per_order, MONEY_EACH, "cost of law per order", "单均法律层成本")                   \
    X(COST, cost_per_order, MONEY_EACH, "cost per order", "单均成本")                              \
    X(LEAD, lead_hours, HOURS, "hours to delivery", "送达小时数")                                  \
    X(NET, net, MONEY, "net receipts", "净收入")

enum effect_name {
    EFFECT_NAME_UNSET,
#define X(id, name, unit, en, zh) EFFECT_OF_##id,
    EFFECT_NAMES(X)
#undef X
    EFFECT_NAME_COUNT
};
const char *effect_name_id(enum effect_name name);
const char *effect_name_words(enum effect_name name, enum lang lang);
enum effect_unit effect_name_unit(enum effect_name name);

/* By the price of the goods of an order, in whole units of the base currency: below the first, … the last and more. */
enum { EFFECT_BANDS = 7 };
extern const int64_t effect_band_least[EFFECT_BANDS];

struct effect_sums {
    int64_t orders, delivered;
    int64_t landed, layer[LAYER_COUNT];
    int64_t lead_s; /* of those delivered */
};

/* Zeroed it is ready; owner releases it by memory_release. Effects of the cells of a replication add up. */
struct effect {
    struct effect_sums column[COLUMN_COUNT], channel[CHANNEL_COUNT], band[EFFECT_BANDS];
    int64_t receipt[PARTY_MAX][KIND_COUNT]; /* net into each party, by kind */
    uint32_t products;
    struct effect_sums product[];           /* of the catalogue */
};

struct effect *effect_create(const struct book *book);
/* An order that ended; `law`: what another law would make it cost more. */
void effect_add(struct effect *effect, const struct book *book, unsigned base, const struct order_record *record,
                int64_t law);
void effect_merge(struct effect *effect, const struct effect *more);

/* One figure: the key is a node's index, a channel, a party, a kind of posting, a product, a band. */
struct effect_figure {
    uint8_t group, name;
    uint16_t key;
};
/* All figures that any of `effects` has, group by group. Returns how many; `out` holds EFFECT_FIGURES_MAX. */
enum { EFFECT_FIGURES_MAX = 4096 };
size_t effect_list(const struct book *book, const struct effect *const *effects, size_t count,
                   struct effect_figure *out);
/* Its value: a count ×1, minor units (each: hundredths of them), seconds, millionths; false: it has none, no orders. */
bool effect_value(const struct effect *effect, const struct book *book, const struct effect_figure *figure,
                  int64_t *value);
/* "law.import_retail", "bonded", "CN", … and in words. */
void effect_key_id(const struct book *book, const struct effect_figure *figure, char *out, size_t room);
void effect_key_name(const struct book *book, unsigned base, const struct effect_figure *figure, enum lang lang,
                     char *out, size_t room);

#endif
