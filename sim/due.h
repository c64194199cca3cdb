/* due: what an order or a shipment owed the law, and how it was asked: so much that another law can be asked the
 * same. Plain data without pointers; the numbers of flow, item and replayed order are those of the scenario. */
#ifndef DUE_H
#define DUE_H

#include <stdbool.h>
#include <stdint.h>

enum due_kind {
    DUE_UNSET,
    DUE_ORDER,        /* charges of the destination on an order */
    DUE_REFUND,       /* what the export of an order earns back */
    DUE_IMPORT,       /* charges on a shipment for stock */
    DUE_STOCK_REFUND, /* what the export of a shipment earns back */
};

struct due {
    uint64_t number;       /* of the order or shipment */
    int64_t asked_at;      /* refund, import: when; s since 1970 */
    int64_t border_at, bill_at; /* order: when charges on arrival, and on the bill, were paid; 0: they were not */
    int64_t used_minor;    /* order: of the buyer's allowance before it, destination currency */
    int64_t goods_minor, returned_minor; /* order: sold, and of it given back before the tax day; sale currency */
    int64_t cost_minor;    /* refund: purchase without tax */
    int64_t freight_base, insurance_base; /* import: into the customs value, base */
    int64_t credit_base;   /* order out of stock: import VAT that its output VAT was set against, base */
    int32_t sale_day, entry_day; /* order: as the law of the destination counts days */
    uint32_t units, replay;      /* replay: index + 1 of the user's order, 0: drawn */
    uint32_t declared_ppm;
    uint16_t flow, unused;
    uint8_t kind;          /* enum due_kind */
    uint8_t item, irregular, is_found;
    uint8_t rest[4];
};
_Static_assert(sizeof(struct due) == 120, "rows of a file have one width");

/* One charge (positive: paid to the treasury; a refund is negative) as the asked law has it. */
struct due_charge {
    int64_t base;          /* base minor units, exchanged on the day on which it was paid */
    uint16_t treasury;     /* party */
    uint8_t kind;          /* enum charge_kind */
};

enum { DUE_CHARGES_MAX = 32 };

/* Charges of one kind to one treasury are one. */
struct due_answer {
    bool is_refused;       /* the asked law does not admit it */
    uint32_t charges;
    struct due_charge charge[DUE_CHARGES_MAX];
};

#endif
