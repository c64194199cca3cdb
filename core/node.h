/* node: three layers, three columns, nine nodes, and their names in zh and en. */
#ifndef NODE_H
#define NODE_H

#include <stdbool.h>

#include "core/named.h"

enum layer { LAYER_UNSET, LAYER_LAW, LAYER_TRADE, LAYER_LOGISTICS, LAYER_COUNT };
enum column {
    COLUMN_UNSET,
    COLUMN_EXPORT_RETAIL,
    COLUMN_GENERAL_TRADE,
    COLUMN_IMPORT_RETAIL,
    COLUMN_COUNT
};

enum { NODE_COUNT = 9 };
/* 0 … 8, row by row: law first, export retail first. Both must be set. */
unsigned node_index(enum layer layer, enum column column);
enum layer node_layer(unsigned node);
enum column node_column(unsigned node);

const char *layer_id(enum layer layer);     /* "law" */
const char *column_id(enum column column);  /* "export_retail" */
const char *layer_name(enum layer layer, enum lang lang);
const char *column_name(enum column column, enum lang lang);
const char *node_name(enum layer layer, enum column column, enum lang lang);
enum column column_find(const char *id); /* COLUMN_UNSET when unknown */

/* Channels: how an order is delivered. X(id, column, en, zh) */
#define CHANNELS(X)                                                                                \
    X(BONDED, bonded, IMPORT_RETAIL, "Bonded stock", "保税备货")                                   \
    X(DIRECT_MAIL, direct_mail, IMPORT_RETAIL, "Direct mail", "直邮")                              \
    X(PERSONAL_PARCEL, personal_parcel, IMPORT_RETAIL, "Personal parcel", "个人行邮")              \
    X(CONTAINER, container, GENERAL_TRADE, "Container", "集装箱海运")                              \
    X(BULK_AIR, bulk_air, GENERAL_TRADE, "Bulk air", "空运大货")                                   \
    X(POST, post, EXPORT_RETAIL, "Post", "邮政小包")                                               \
    X(EXPRESS, express, EXPORT_RETAIL, "Express", "国际快递")                                      \
    X(LINE, line, EXPORT_RETAIL, "Dedicated line", "专线")                                         \
    X(OVERSEAS_WAREHOUSE, overseas_warehouse, EXPORT_RETAIL, "Overseas warehouse", "海外仓")

enum channel {
    CHANNEL_UNSET,
#define X(id, name, column, en, zh) CHANNEL_##id,
    CHANNELS(X)
#undef X
    CHANNEL_COUNT
};
const char *channel_id(enum channel channel);
const char *channel_name(enum channel channel, enum lang lang);
enum column channel_column(enum channel channel);
enum channel channel_find(const char *id);
bool channel_has_stock(enum channel channel); /* sold out of stock bought ahead, else bought order by order */

#endif
