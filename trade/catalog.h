/* catalog: the goods that can be traded, with their codes per place, weights and usual prices.
 * Source: catalog/products.csv. Ids are row numbers from 1; 0 is no product. */
#ifndef CATALOG_H
#define CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

struct errs;
struct arena;

enum { PRODUCT_CODES_MAX = 12 };

struct product_code {
    uint16_t place; /* packed country; 0: every other place */
    char hs[12];
};

struct product {
    const char *sku, *name_en, *name_zh, *category;
    uint16_t origin;        /* packed country */
    struct product_code code[PRODUCT_CODES_MAX];
    uint32_t codes;
    int64_t net_weight_g, gross_weight_g; /* of one sales unit */
    int64_t volume_cm3;     /* packed for carriage */
    int64_t volume_ml;      /* of the contents; -1: not a liquid */
    int64_t pieces;         /* per sales unit */
    uint8_t currency;       /* of cost_minor */
    int64_t cost_minor;     /* usual purchase price without tax */
    const char *confidence, *source;
};

struct catalog {
    struct product *product; /* [1 … count] */
    uint32_t count;
    struct names names;      /* sku -> id */
};

/* columns sku,name_en,name_zh,category,origin,codes,net_g,gross_g,volume_cm3,volume_ml,pieces,currency,cost,
 * confidence,source; codes: "CN:19011010 EU:190110 *:190110". A later load replaces products by sku. */
int catalog_load(struct catalog *catalog, const char *source, const char *bytes, size_t length,
                 struct arena *arena, struct errs *errs);
uint32_t catalog_find(const struct catalog *catalog, const char *sku, size_t length); /* 0: unknown */
/* The commodity code of a product at a place: its own, else that of the union that it belongs to (0: none), else
 * the one for every place; "" when none is known. */
const char *catalog_code(const struct product *product, uint16_t place, uint16_t union_);

#endif
