/* node: names of layers, columns, nodes and channels. */
#include "core/node.h"

#include "core/check.h"

static const struct named layers[LAYER_COUNT] = {
    [LAYER_LAW] = {"law", "Law", "法律"},
    [LAYER_TRADE] = {"trade", "Trade", "贸易"},
    [LAYER_LOGISTICS] = {"logistics", "Logistics", "物流"},
};

static const struct named columns[COLUMN_COUNT] = {
    [COLUMN_EXPORT_RETAIL] = {"export_retail", "Export retail", "跨境出口"},
    [COLUMN_GENERAL_TRADE] = {"general_trade", "General trade", "一般贸易"},
    [COLUMN_IMPORT_RETAIL] = {"import_retail", "Import retail", "跨境进口"},
};

static const struct named nodes[NODE_COUNT] = {
    {"", "Export customs and drawback", "出口通关与退税"},
    {"", "Customs declaration", "报关纳税"},
    {"", "Retail import clearance", "跨境进口清关"},
    {"", "Selling abroad and receipts", "海外销售与收结汇"},
    {"", "Contract and settlement", "合同与结算"},
    {"", "Platform purchase and payment", "平台采购与支付"},
    {"", "Post, express, overseas warehouse", "邮政快递与海外仓"},
    {"", "Containers and bulk air", "海运集装箱与空运大货"},
    {"", "Bonded warehouse and direct mail", "保税仓与直邮"},
};

static const struct named channels[CHANNEL_COUNT] = {
    {"", "", ""},
#define X(id, name, column, en, zh) {#name, en, zh},
    CHANNELS(X)
#undef X
};

static const enum column channel_columns[CHANNEL_COUNT] = {
    COLUMN_UNSET,
#define X(id, name, column, en, zh) COLUMN_##column,
    CHANNELS(X)
#undef X
};

static bool is_layer(enum layer layer)
{
    return layer > LAYER_UNSET && layer < LAYER_COUNT;
}

static bool is_column(enum column column)
{
    return column > COLUMN_UNSET && column < COLUMN_COUNT;
}

unsigned node_index(enum layer layer, enum column column)
{
    check(is_layer(layer) && is_column(column));
    return ((unsigned)layer - 1) * (COLUMN_COUNT - 1) + (unsigned)column - 1;
}

enum layer node_layer(unsigned node)
{
    check(node < NODE_COUNT);
    return (enum layer)(node / (COLUMN_COUNT - 1) + 1);
}

enum column node_column(unsigned node)
{
    check(node < NODE_COUNT);
    return (enum column)(node % (COLUMN_COUNT - 1) + 1);
}

const char *layer_id(enum layer layer)
{
    check(is_layer(layer));
    return layers[layer].id;
}

const char *layer_name(enum layer layer, enum lang lang)
{
    check(is_layer(layer));
    return named_in(&layers[layer], lang);
}

const char *column_id(enum column column)
{
    check(is_column(column));
    return columns[column].id;
}

const char *column_name(enum column column, enum lang lang)
{
    check(is_column(column));
    return named_in(&columns[column], lang);
}

enum column column_find(const char *id)
{
    return (enum column)named_find(columns, COLUMN_COUNT, id);
}

const char *node_name(enum layer layer, enum column column, enum lang lang)
{
    return named_in(&nodes[node_index(layer, column)], lang);
}

const char *channel_id(enum channel channel)
{
    check(channel > CHANNEL_UNSET && channel < CHANNEL_COUNT);
    return channels[channel].id;
}

const char *channel_name(enum channel channel, enum lang lang)
{
    check(channel > CHANNEL_UNSET && channel < CHANNEL_COUNT);
    return named_in(&channels[channel], lang);
}

enum column channel_column(enum channel channel)
{
    check(channel > CHANNEL_UNSET && channel < CHANNEL_COUNT);
    return channel_columns[channel];
}

enum channel channel_find(const char *id)
{
    return (enum channel)named_find(channels, CHANNEL_COUNT, id);
}

bool channel_has_stock(enum channel channel)
{
    return channel == CHANNEL_BONDED || channel == CHANNEL_CONTAINER || channel == CHANNEL_BULK_AIR ||
           channel == CHANNEL_OVERSEAS_WAREHOUSE;
}
