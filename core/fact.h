/* fact: the names that a rule formula may read of an order, and the struct that carries them.
 *
 * Amounts are minor units of the destination's currency, already converted (customs/value.c); quantities
 * are millionths (10^-6) of their unit. Key facts (bools, symbols, days) are known when a rule is bound to
 * an order and cost nothing when it runs; the others are the dynamic inputs of the program. */
#ifndef FACT_H
#define FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dynamic facts of the order: X(id, name, unit) ; unit "money" is the destination's currency */
#define ORDER_FACTS(X)                                                                             \
    X(FREIGHT, freight, "money")                                                                   \
    X(INSURANCE, insurance, "money")                                                               \
    X(DISCOUNT, discount, "money")         /* at most the sum of `goods` */                        \
    X(COUPON, coupon, "money")                                                                     \
    X(CREDIT, credit, "money")                                                                     \
    X(ANNUAL_USED, annual_used, "money")                                                           \
    X(FX_USD, fx_usd, "money/usd")         /* destination currency per 1 USD, 10^-6 */             \
    X(FX_EUR, fx_eur, "money/eur")                                                                 \
    X(GOODS_USD, goods_usd, "usd")  /* goods less discount, never rounded to a minor unit: 10^-6, up, */ \
    X(GOODS_EUR, goods_eur, "eur")  /* so that a limit of another currency is tested exactly */     \
    X(LANDED_USD, landed_usd, "usd") /* with freight and insurance */                               \
    X(LANDED_EUR, landed_eur, "eur")                                                               \
    X(PURCHASE_GROSS, purchase_gross, "money")   /* drawback: invoice with VAT */                  \
    X(FOB, fob, "money")                                                                           \
    X(INPUT_VAT, input_vat, "money")                                                               \
    X(OUTPUT_VAT, output_vat, "money")                                                             \
    X(BROUGHT_FORWARD, brought_forward, "money")                                                   \
    X(TAXFREE_MATERIALS, taxfree_materials, "money")                                               \
    X(LEVY_GIVEN, levy_given, "rate")      /* rates the request states, 10^-6 */                   \
    X(REFUND_GIVEN, refund_given, "rate")                                                          \
    X(INVOICE_RATE, invoice_rate, "rate")                                                          \
    X(REFUND_CLASS, refund_class, "number")      /* the tax office's class of the exporter, 1 … 4; 0: not stated */

/* dynamic facts of a line */
#define LINE_FACTS(X)                                                                              \
    X(GOODS, goods, "money")               /* unit price × quantity, rounded half up once */       \
    X(QUANTITY, quantity, "number")        /* sales units */                                       \
    X(NET_WEIGHT, net_weight, "kg")        /* of the whole line, as the three below */             \
    X(VOLUME, volume, "l")                                                                         \
    X(PIECES, pieces, "piece")             /* where not stated: the sales units */                 \
    X(STRENGTH, strength, "number")        /* alcohol, % vol; of the good, not summed */

/* key facts of the order: bools */
#define ORDER_FLAGS(X)                                                                             \
    X(HAS_FREIGHT, has_freight)                                                                    \
    X(HAS_INSURANCE, has_insurance)                                                                \
    X(PREFERENCE, preference)                                                                      \
    X(BUSINESS, business)                                                                          \
    X(IOSS, ioss)                                                                                  \
    X(SPECIAL_ARRANGEMENTS, special_arrangements)                                                  \
    X(MARKETPLACE, marketplace)                                                                    \
    X(REMESSA_CONFORME, remessa_conforme)                                                          \
    X(GST_REGISTERED, gst_registered)                                                              \
    X(VOEC, voec)                                                                                  \
    X(SMALL_PROFIT, small_profit)                                                                  \
    X(HAS_LEVY, has_levy)                                                                          \
    X(HAS_REFUND, has_refund)                                                                      \
    X(HAS_INVOICE_RATE, has_invoice_rate)                                                          \
    X(UNSOLD, unsold)                  /* export: it goes abroad before it is sold */              \
    X(TO_WAREHOUSE, to_warehouse)      /* into a warehouse abroad */                               \
    X(FROM_ZONE, from_zone)            /* out of a customs zone */                                 \
    X(FROM_MARKET, from_market)        /* bought in a listed market, without an invoice of VAT */  \
    X(PILOT_ZONE, pilot_zone)          /* declared in a comprehensive pilot zone */                \
    X(CLAIMS_REFUND, claims_refund)                                                                \
    X(RESTRICTED, restricted)          /* needs a licence or an inspection, or bears export duty */ \
    X(NO_FX_USD, no_fx_usd)            /* no rate of exchange is known, or only an old one */      \
    X(NO_FX_EUR, no_fx_eur)                                                                        \
    X(FX_STALE, fx_stale)

/* key facts of a line: bools */
#define LINE_FLAGS(X)                                                                              \
    X(HAS_WEIGHT, has_weight)                                                                      \
    X(HAS_VOLUME, has_volume)                                                                      \
    X(HAS_PIECES, has_pieces)                                                                      \
    X(HAS_STRENGTH, has_strength)                                                                  \
    X(FIRST_OF_ITEM, first_of_item) /* first line with its HS6, description and, under a proof of preference, origin */

/* key facts: symbols. order: from to sub form transport incoterm ; line: hs origin.
 * key facts: days. sale_day entry_day */

enum order_fact {
#define X(id, name, unit) FACT_##id,
    ORDER_FACTS(X)
#undef X
    ORDER_FACT_COUNT
};
enum line_fact {
#define X(id, name, unit) FACT_##id,
    LINE_FACTS(X)
#undef X
    LINE_FACT_COUNT
};
enum order_flag {
#define X(id, name) FLAG_##id,
    ORDER_FLAGS(X)
#undef X
    ORDER_FLAG_COUNT
};
enum line_flag {
#define X(id, name) FLAG_##id,
    LINE_FLAGS(X)
#undef X
    LINE_FLAG_COUNT
};

enum form { FORM_UNSET, FORM_RETAIL, FORM_PARCEL, FORM_GENERAL, FORM_DOMESTIC,
            FORM_TRADER, FORM_MANUFACTURER, FORM_EXEMPT, /* what an export earns back */
            FORM_1210, FORM_9610, FORM_9710, FORM_9810, FORM_1039, FORM_0110, /* how an export is declared */
            FORM_COUNT };
enum transport { TRANSPORT_UNSET, TRANSPORT_POST, TRANSPORT_EXPRESS, TRANSPORT_AIR, TRANSPORT_SEA,
                 TRANSPORT_RAIL, TRANSPORT_ROAD, TRANSPORT_BONDED, TRANSPORT_COUNT };
enum incoterm { INCOTERM_UNSET, INCOTERM_DDP, INCOTERM_DAP, INCOTERM_COUNT };

/* Names by enumerator, NULL at the end; from [1] on they are what a file may say. */
extern const char *const form_ids[FORM_COUNT + 1];
extern const char *const transport_ids[TRANSPORT_COUNT + 1];
extern const char *const incoterm_ids[INCOTERM_COUNT + 1];
const char *form_id(enum form form);
/* Is it a mode of supervision: law of the country of dispatch? */
bool form_is_mode(enum form form);
enum form form_find(const char *id);
const char *transport_id(enum transport transport);
enum transport transport_find(const char *id);
const char *incoterm_id(enum incoterm incoterm);
enum incoterm incoterm_find(const char *id);

struct fact_line {
    char hs[12];         /* digits, NUL-terminated */
    uint16_t origin;     /* packed country */
    uint16_t flags;      /* 1 << enum line_flag */
    int64_t value[LINE_FACT_COUNT];
};

struct fact_order {
    uint16_t from, to;   /* packed countries */
    char sub[4];         /* subdivision behind the dash, "" when none */
    uint8_t form, transport, incoterm;
    uint32_t flags;      /* 1 << enum order_flag */
    int32_t sale_day, entry_day;
    int64_t value[ORDER_FACT_COUNT];
    const struct fact_line *line;
    uint32_t lines;
};

#endif
