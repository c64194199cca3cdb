/* dossier: everything that is known of one order that has ended (or is open when its world ends): its record, goods,
 * charges, documents, steps, postings, people, and what it hid.
 *
 * A desk listens to a world, keeps a dossier for each order that is on its way, and hands it on when the order
 * ends; so memory grows with what is in flight only. Data sets (sim/generate.h) are written from dossiers. Who a
 * person or a firm is says sim/persona.h from the numbers here. Numbers of orders, people and documents do not
 * repeat within a data set. */
#ifndef DOSSIER_H
#define DOSSIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ledger.h"
#include "sim/persona.h"
#include "sim/world.h"

struct scenario_flow;

/* One kind of goods of an order. Amounts are minor units of the order's sale currency; weights are of the whole
 * line. */
struct dossier_line {
    uint32_t number;            /* from 1 */
    uint32_t product;           /* of the catalogue, 0: a replayed one */
    const char *sku;            /* of the catalogue, else the commodity code */
    const char *name_en, *name_zh;
    char hs_to[12], hs_from[12]; /* true commodity codes at the destination and at home, "" where none is known */
    char declared_hs[12];       /* what the list says, at the destination */
    uint16_t origin;            /* packed country */
    uint32_t quantity;
    int64_t unit_price, value;  /* value = Σ over quantity */
    int64_t declared_value;     /* what the documents say it is worth */
    int64_t net_g, gross_g, volume_cm3;
    int64_t declared_net_g, declared_gross_g;
};

/* What the law asked in its last answer on the order as it was declared, or as it was found to be. */
struct dossier_charge {
    uint8_t kind;               /* enum charge_kind */
    uint32_t line;              /* from 1; 0: the whole order */
    int64_t amount;             /* charge currency, minor units */
    int64_t base;               /* charge currency, INT64_MIN: no single base */
    int64_t rate_ppm;           /* millionths, INT64_MIN: no single rate */
};

struct dossier_event {
    uint64_t number;            /* of the world's events; unique within a replication */
    int64_t time;
    uint8_t column;             /* enum column whose table the step is in: world_step_id(column, step) */
    uint16_t step;
};

struct dossier_posting {
    uint64_t number;            /* of the world's postings; unique within a replication */
    struct posting posting;
};

/* Units that came out of a shipment in stock. */
struct dossier_lot {
    uint64_t shipment;          /* number; unique within a replication */
    int64_t units;
};

/* Who takes part. */
enum dossier_role {
    DOSSIER_SELLER,      /* one of the invented sellers behind the flow's party */
    DOSSIER_SUPPLIER, DOSSIER_PLATFORM, DOSSIER_PAYMENT_FIRM, DOSSIER_CARRIER, DOSSIER_COURIER, DOSSIER_BROKER,
    DOSSIER_WAREHOUSE, DOSSIER_ROLES
};
struct dossier_firm {
    uint64_t number;            /* for persona_firm and as a key; 0: none */
    uint16_t party;             /* of the book: the kind of firm that it is one of */
    uint16_t country;
    uint8_t trade;              /* enum persona_trade */
};

/* Documents of an order: X(id, name). Their numbers are well formed (the list's: office, year, I or E, 9 digits). */
#define DOSSIER_DOCUMENTS(X)                                                                       \
    X(ORDER, order) X(PAYMENT, payment) X(WAYBILL, waybill) X(MASTER, master) X(LIST, list)        \
    X(PREENTRY, preentry) X(TAX_BILL, tax_bill)
enum dossier_document {
#define X(id, name) DOSSIER_DOC_##id,
    DOSSIER_DOCUMENTS(X)
#undef X
    DOSSIER_DOCUMENT_COUNT
};

struct dossier {
    struct order_record record; /* its texts live as long as the scenario and the book */
    uint64_t seed;
    uint32_t flow;              /* index of the scenario's */
    const struct scenario_flow *terms; /* of that flow: port, incoterm, transport, schemes … */
    uint64_t order;             /* number within the data set: replication and record.number in one; a key */
    uint64_t buyer, declared_buyer; /* for persona_person; a key */
    uint16_t buyer_country;     /* for persona_person */
    struct dossier_firm firm[DOSSIER_ROLES];
    const char *port;           /* id of the scenario's, "" none */
    char office[5];             /* customs office, four digits that no office has */
    const char *mode;           /* of supervision by which it leaves; "": the law keeps none, or it comes in */
    bool is_listed_only;        /* its list is never put together with others in a declaration */
    const struct dossier_line *line;
    uint32_t lines;
    const struct dossier_charge *charge;
    uint32_t charges;
    bool has_value;
    int64_t customs_value;      /* charge currency, as assessed last */
    bool has_allowance;         /* the law counts what a person imports in a year */
    int64_t allowance_used, allowance_limit; /* charge currency; used: before this order */
    const struct dossier_event *event;
    uint32_t events;
    const struct dossier_posting *posting;
    uint32_t postings;
    const struct dossier_lot *lot;
    uint32_t lots;              /* 0: not out of stock */
    int64_t evaded;             /* base: what it would owe beyond what it does, had it hidden nothing; 0: nothing */
    int64_t fine, refunded, refunded_at; /* base; sale currency; INT64_MIN: nothing was given back */
    int64_t inspected_at;       /* INT64_MIN: not inspected */
};

enum { DOSSIER_NUMBER_ROOM = 32 };
/* The number of a document; "" when the order has none. */
void dossier_number(const struct dossier *dossier, enum dossier_document document, char out[DOSSIER_NUMBER_ROOM]);
/* A version-4-shaped UUID in capitals for the nth record of an order; the same in every run. */
void dossier_uuid(const struct dossier *dossier, unsigned nth, char out[37]);
/* Time of the first event of a step, by its id; INT64_MIN when it never came. */
int64_t dossier_event_at(const struct dossier *dossier, const char *step_id);

struct book;
struct scenario;

/* What a desk hands on; a member may be NULL. Pointers are valid during the call. */
struct dossier_reader {
    void *self;
    void (*order)(void *self, const struct dossier *dossier);
    void (*shipment)(void *self, const struct shipment_record *record);
    void (*departure)(void *self, const struct departure_record *record);
    /* postings and steps of no order: of shipments, as they come */
    void (*posting)(void *self, uint64_t number, const struct posting *posting);
    void (*event)(void *self, uint64_t number, const struct event *event, uint64_t shipment);
};

struct dossier_desk;
/* All borrowed; `law`: charges with base and rate are wanted (each order's law is then asked, never remembered). */
struct dossier_desk *dossier_desk_create(const struct scenario *scenario, const struct book *book, uint64_t seed,
                                         bool law, const struct dossier_reader *reader);
void dossier_desk_destroy(struct dossier_desk *desk);
/* For world_create; one world after the other may be given the same. */
const struct world_sink *dossier_desk_sink(const struct dossier_desk *desk);
/* Before a world advances; it is asked what reasons mean by those who write postings. */
void dossier_desk_begin(struct dossier_desk *desk, uint32_t replication);

/* So many invented sellers stand behind each party that sells. */
enum { DOSSIER_SELLERS = 64 };
struct arena;
/* All firms that may take part, each once; the list lives in `arena`. Returns how many. */
uint32_t dossier_firms(const struct scenario *scenario, const struct book *book, struct arena *arena,
                       const struct dossier_firm **list);
/* The number of the first buyer of a replication, less one. */
uint64_t dossier_buyers_before(const struct scenario *scenario, uint32_t replication);
/* The number of a market's buyer as a person. */
uint64_t dossier_buyer(const struct scenario *scenario, uint32_t replication, unsigned market, uint64_t buyer);
/* A key for the number of an order or a shipment, which is unique within its replication; of a posting or an event, of
 * which there are more. */
enum { DOSSIER_KEYS = 1000000 }; /* of orders in one of several replications */
uint64_t dossier_key(uint32_t replication, uint64_t number);
uint64_t dossier_posting_key(uint32_t replication, uint64_t number);

#endif
