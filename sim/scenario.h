/* scenario: what a run simulates, as data: place, period, flows of goods with their demand, prices, people.
 * Read from JSON, checked against one table (which is also its schema), resolved against the book. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/json.h"
#include "core/ledger.h"
#include "core/node.h"
#include "core/rng.h"
#include "core/shift.h"
#include "customs/credit.h"
#include "customs/declare.h"
#include "customs/irregular.h"
#include "logistics/sheet.h"
#include "trade/demand.h"

struct book;
struct errs;
struct replay;

/* Every price and duration of a flow is a role that names a row of the price lists.
 * X(id, name) */
#define FLOW_ROLES(X)                                                                              \
    X(TRANSFER, transfer)         /* bank transfer or letter of credit for the purchase */         \
    X(SUPPLY, supply)             /* supplier's and seller's own handling before dispatch */       \
    X(PICKUP, pickup)             /* site handling, pick-up */                                     \
    X(LINE_HAUL, line_haul)       /* sea, air, or post between countries */                        \
    X(HANDLING, handling)         /* terminal */                                                   \
    X(INSURANCE, insurance)       /* cargo */                                                      \
    X(ENTRY, entry)               /* zone entry, or import declaration of a container */           \
    X(INLAND, inland)                                                                              \
    X(STORAGE, storage)           /* per CBM and day */                                            \
    X(INTEREST, interest)         /* share a year of the money that waits */                       \
    X(PAYMENT, payment)           /* the buyer's payment; its duration is the settlement */        \
    X(SPREAD, spread)             /* foreign exchange */                                           \
    X(COMMISSION, commission)     /* marketplace */                                                \
    X(LIST, list)                 /* declaration list; its duration: matching and release */       \
    X(INSPECT, inspect)           /* physical inspection; its duration: an officer's work */       \
    X(PICK, pick)                 /* pick and pack; its duration: a picker's work */               \
    X(LAST_MILE, last_mile)                                                                        \
    X(RETURN, return_trip)                                                                         \
    X(CLEARANCE, clearance)       /* at the destination abroad: presentation, intermediary */      \
    X(CHARGEBACK, chargeback)     /* what the payment platform asks for a disputed payment */       \
    X(GUARANTEE, guarantee)       /* for an order's charges, where the seller's grade asks for one */

enum flow_role {
    ROLE_UNSET,
#define X(id, name) ROLE_##id,
    FLOW_ROLES(X)
#undef X
    ROLE_COUNT
};

enum { LANE_MAX = 32, SHOCK_MAX = 64, PORTS_MAX = 32, LAW_OF_MAX = 16 };
enum { FLOW_GOODS_MAX = 64, FLOW_MAX = 128, MARKET_MAX = 64, MARKET_FLOWS_MAX = 16, SEASON_MONTHS = 12 };

/* How many orders come, and how big they are. */
struct scenario_demand {
    int64_t per_day_q16;     /* orders a day, 2^-16 */
    uint32_t season[SEASON_MONTHS]; /* per mille of the mean */
    struct demand_week week; /* on the clock of the first flow's destination */
    struct quantile units;   /* sales units of an order, in thousandths, rounded half up, at least 1 */
    uint32_t buyers;         /* how many different people, at the planned demand */
    int32_t from_day, to_day; /* both inclusive; DAY_UNSET: the scenario's */
};

struct flow_goods {
    uint32_t product;       /* of the catalogue */
    uint32_t weight;        /* share of the orders, relative */
    uint8_t purchase_currency;
    int64_t cost_minor;     /* per unit, without tax */
    int64_t price_minor;    /* list price per unit, without tax, in the flow's sale currency */
};

/* Orders of a flow that hide something from customs. */
struct scenario_irregular {
    struct irregular_rule rule[IRREGULAR_COUNT];
    char code[12];           /* wrong_code: what is declared */
    int64_t above_minor;     /* split: orders of more, sale currency */
    int64_t fine_ppm;        /* of the charges that were evaded */
    int64_t fine_least;      /* base */
};

struct scenario_flow {
    const char *id;
    uint8_t channel, column; /* enum channel, enum column */
    uint16_t from, to;       /* packed countries; to 0: a replay's orders say it */
    uint8_t transport;       /* enum transport, as the law sees it */
    uint8_t sale_currency;
    uint8_t purchase_currency; /* of replayed lines, and of goods that name none */
    char to_sub[4];          /* state of the destination where its law asks, "" */
    uint8_t incoterm;        /* enum incoterm: DDP, all charges are on the seller's bill */
    uint32_t schemes;        /* enum order_flag: what the seller is registered for */
    bool preference;
    uint16_t seller, supplier, buyer; /* parties */
    uint16_t port;           /* index of scenario.port */
    uint16_t lane;           /* index + 1 of scenario.lane: the line haul waits for its departures; 0: none */
    struct flow_goods goods[FLOW_GOODS_MAX];
    uint32_t goods_count, goods_weight;
    int64_t freight_minor;   /* charged to the buyer, sale currency */
    bool has_documents;      /* some take time to be sent */
    const struct quantile *document[DECLARE_DOCUMENTS]; /* after its cause, s, the list after all others; NULL: 0 */
    int64_t tolerance_minor; /* by which amounts of documents may differ, sale currency */

    bool has_demand, in_market; /* of its own; else a market gives it orders */
    struct scenario_demand demand;

    const char *role[ROLE_COUNT]; /* ids of price-list rows, NULL: the flow has none */
    int64_t batch_kg;        /* gross, of one stock shipment; at least one unit is bought */
    int32_t cover_days;      /* stock on hand and on order is kept above so many days of demand */
    int32_t lead_days;       /* buying starts so many days before the period */
    uint32_t officers_per_1000, pickers_per_1000; /* staff per 1,000 orders a day, at least one */
    int32_t tax_after_days, drawback_after_days;
    int32_t tax_monthly_day; /* of the next month: taxes of a month are paid together; 0: each after its days */
    uint32_t decline_ppm, mismatch_ppm, inspect_ppm, catch_ppm, return_ppm, door_refusal_ppm,
        chargeback_ppm;
    int64_t risk_ppm;        /* factor on inspect for the lane and channel */
    const struct scenario_irregular *irregular; /* NULL: all are honest */
    uint32_t purchase_vat_ppm; /* VAT on a purchase at home */
    uint32_t seize_ppm;        /* catches that end in seizure rather than return */
    uint8_t refund_class;      /* in which the tax office puts the exporter, 1 … 4; 0: the law's days are not added */
    uint8_t refund_form;       /* export: enum form trader or exempt (no invoices), 0: nothing is claimed */
};

enum { MARKET_NOT_CARRIED = 255 };

/* Buyers who may be served by several flows. A flow with a demand of its own is a market of one. */
struct scenario_market {
    const char *id;
    uint32_t cell;           /* index of scenario.cell: what shares nothing with the others */
    uint16_t flow[MARKET_FLOWS_MAX];
    uint32_t flows;
    struct scenario_demand demand;
    struct {
        uint32_t weight;         /* share of the orders, relative */
        int64_t reference_minor; /* price per unit with tax at which all buy, base currency; 0: at any price */
        uint8_t item[MARKET_FLOWS_MAX]; /* which of the flow's goods it is, MARKET_NOT_CARRIED: none */
    } goods[FLOW_GOODS_MAX];
    uint32_t goods_count, goods_weight;
    int64_t day_minor;           /* what a day of waiting is worth to an order, base currency */
    int64_t scale_minor;         /* of the logit, base currency; 0: the cheapest way is taken */
    int64_t elasticity_milli;    /* of the number of orders by the price, thousandths */
    bool by_price;               /* buyers compare what they pay; else sellers what it costs them */
};

/* A carrier's departures: what waits is loaded by tonnage, the biggest shipper first. */
struct scenario_lane {
    const char *id;
    int64_t first_s, every_s;    /* departures at first_s + n × every_s after 1970-01-01T00:00Z */
    int64_t capacity_g;          /* of one departure */
    int64_t surcharge_ppm;       /* on freight, for each capacity that had to wait at the last departure */
    int64_t surcharge_most_ppm;
};

/* What happens from a day to a day, both inclusive. */
enum shock_kind { SHOCK_UNSET, SHOCK_CAPACITY, SHOCK_CLOSED, SHOCK_FX };
struct scenario_shock {
    const char *id, *title_en, *title_zh;
    uint8_t kind;
    int32_t from_day, to_day;
    uint16_t lane;               /* capacity: index + 1 */
    uint16_t flow;               /* closed: index + 1; 0: every flow */
    uint32_t product;            /* closed: of the catalogue; 0: every one */
    uint8_t transport;           /* closed: enum transport; 0: every one */
    uint8_t currency;            /* fx: whose worth changes, whole months */
    int64_t share_ppm;           /* capacity: what is left; fx: factor on its worth */
};

/* Who works for customs at a port; without officers of its own each flow has some. */
struct scenario_port {
    uint32_t officers;
    bool has_shift;              /* else by day and night */
    struct shift shift;
};

/* A flow, price, port or factor that a patch changes. */
enum { SCENARIO_CHANGES_MAX = 64 };
struct scenario_change {
    const char *section, *name;
};

/* One step of an order that a real endpoint decides, and nobody in the world. */
enum outside_step { OUTSIDE_STEP_NONE, OUTSIDE_PAYMENT, OUTSIDE_ADDRESS, OUTSIDE_DECLARATION, OUTSIDE_STEP_COUNT };
const char *scenario_outside_id(enum outside_step step);
enum { OUTSIDE_CONNECTIONS_MOST = 256, OUTSIDE_TRIES_MOST = 10 };
struct scenario_outside {
    uint8_t step;            /* enum outside_step; NONE: the scenario asks nobody */
    bool accepts;            /* what counts where no answer comes */
    const char *url;
    uint64_t timeout_ms;     /* of one try */
    uint32_t tries, connections;
};

enum limit_scales { LIMIT_UNSET, LIMIT_DEMAND, LIMIT_PERIOD };

struct scenario {
    struct arena arena;
    struct json json;           /* the merged document */
    const char *id, *title_en, *title_zh;
    char hash[65];              /* sha256 of the merged document */
    uint16_t home;
    uint8_t base_currency;
    int32_t from_day, to_day;   /* orders are placed from … to, both inclusive */
    enum limit_scales limit_scales;
    uint64_t most_per_day;      /* demand is not scaled beyond, then the period grows; 0: no bound */
    uint64_t limit;             /* 0: as the demand says; else exactly so many orders are placed, and
                                 * to_day is only the day by which they are expected */
    int32_t last_day;           /* of the period as written: to_day before a limit */
    int64_t demand_q16;         /* factor on demand, 2^-16; 65536 is as written */
    int32_t law_day;            /* --as-of: the law of this day; DAY_UNSET: of each order's own */
    struct scenario_law {
        uint16_t place;         /* packed country, or EU */
        int32_t day;
    } law_of[LAW_OF_MAX];       /* places whose law is that of a day of its own */
    uint32_t laws;
    struct scenario_change change[SCENARIO_CHANGES_MAX]; /* further ones are not noted */
    uint32_t changes;
    struct sheet sheet;         /* the book's, with the scenario's rows laid over */
    struct scenario_flow *flow;
    uint32_t flows;
    struct scenario_market *market; /* every flow is in one */
    uint32_t markets;
    const char *cell[MARKET_MAX + FLOW_MAX]; /* names; cells run side by side */
    uint32_t cells;             /* at least 1 */
    struct scenario_lane *lane;
    uint32_t lanes;
    struct scenario_shock *shock;
    uint32_t shocks;
    const struct fx *fx;        /* the book's, or own_fx */
    struct fx *own_fx;          /* a copy of the book's in which currencies have moved, NULL: none has */
    const char *port[PORTS_MAX];       /* ids, from 1 */
    bool has_credit;             /* firms have grades */
    struct credit_rules credit;
    uint8_t grade[PARTY_MAX];    /* of each party at the beginning */
    struct scenario_port staff[PORTS_MAX]; /* of each; [0] is nobody's */
    uint32_t ports;
    int64_t officers_ppm;        /* factor on customs' staff */
    struct scenario_outside outside;
    const struct replay *replay; /* orders instead of drawn demand, borrowed; NULL: none */
};

/* A merge patch (RFC 7396) over the scenario document: --set and --reform. Its member "rules" is for the rule
 * book and is left alone here. */
struct scenario_patch {
    const char *source, *bytes;
    size_t length;
};

extern const struct json_field scenario_fields[]; /* for json_check and json_schema */

/* NULL with errors. The bytes must outlive the scenario; so must the book and the sources' names. A mistake that
 * a patch brought in is shown in the patch. */
struct scenario *scenario_load(const struct book *book, const char *source, const char *bytes,
                               size_t length, const struct scenario_patch *patch, size_t patches,
                               struct errs *errs);
void scenario_free(struct scenario *scenario);
/* Which of the flow's goods a product is; MARKET_NOT_CARRIED: none. */
uint8_t scenario_item(const struct scenario_flow *flow, uint32_t product);
/* Does it need a user's orders (it has a member "replay")? */
bool scenario_replays(const struct scenario *scenario);
/* Takes a user's orders (borrowed) and their first and last day as its period. */
void scenario_follow(struct scenario *scenario, const struct replay *replay);
/* The day whose law counts at a place (or of the union that it is in), DAY_UNSET: each order's own. */
int32_t scenario_law_day(const struct scenario *scenario, const struct book *book, uint16_t place);
/* --limit: exactly `orders` are placed, by more demand or more days as the scenario says. */
void scenario_limit(struct scenario *scenario, uint64_t orders);
/* What the demand comes to over the period, rounded; in a replay its orders. */
uint64_t scenario_expected(const struct scenario *scenario);
/* Orders of one replication: the limit, or what is expected. */
uint64_t scenario_planned(const struct scenario *scenario);
/* Figures that nobody published, for `tradeloom check`: those of its own and of the price rows that it uses. */
uint32_t scenario_assumed(const struct scenario *scenario);

#endif
