/* scenario_int: what the files that read a scenario share: its tables, and numbers and names with their bounds. */
#ifndef SCENARIO_INT_H
#define SCENARIO_INT_H

#include "sim/scenario.h"

struct book;
struct err;

struct scenario_reader {
    struct scenario *scenario;
    const struct book *book;
    const struct json *json;
    struct errs *errs;
};

extern const struct json_field scenario_flow_fields[];
extern const struct json_field scenario_market_fields[];
extern const struct json_field scenario_demand_fields[];
extern const struct json_field scenario_lane_fields[];
extern const struct json_field scenario_shock_fields[];
extern const struct json_field scenario_port_fields[];
extern const struct json_field scenario_credit_fields[];
extern const struct json_field scenario_firm_fields[];
extern const struct json_field scenario_irregular_fields[];
extern const struct json_field scenario_outside_fields[];

/* Reads one member of "flows" that json_check has passed. */
void scenario_flow_read(struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow);

/* Members of "flows" and "markets" that are like another: is there one; write them out whole (0, or -1 with
 * errors that name their pointers); where a pointer into one that is like another leads there (false: nowhere). */
bool scenario_like_used(const cJSON *root);
int scenario_like_expand(cJSON *root, struct errs *errs);
bool scenario_like_pointer(const cJSON *root, const char *pointer, char *out, size_t room);

/* Reads a demand; `demand` NULL is none. */
void scenario_demand_read(const struct scenario_reader *r, const cJSON *demand, struct scenario_demand *out);
/* Reads "markets" once the flows are read, and makes a market of each flow that has its own demand. */
void scenario_markets_read(const struct scenario_reader *r, const cJSON *root);

/* Reads "lanes", before the flows; "shocks", after them. */
void scenario_lanes_read(const struct scenario_reader *r, const cJSON *root);
void scenario_shocks_read(const struct scenario_reader *r, const cJSON *root);
/* Reads "ports", after the flows, which name them. */
void scenario_ports_read(const struct scenario_reader *r, const cJSON *root);
/* Reads "credit" and "firms", after the markets; a flow's "irregular". */
void scenario_credit_read(const struct scenario_reader *r, const cJSON *root);
void scenario_irregular_read(const struct scenario_reader *r, const cJSON *flow_node, struct scenario_flow *flow);
/* Index + 1 of the lane that a member names; 0 when it is missing, or unknown, which is an error. */
uint16_t scenario_lane_find(const struct scenario_reader *r, const cJSON *object, const char *name);

/* From a month to a month (of date_month, inclusive) a currency is worth so many millionths of what it was. */
void scenario_fx_scale(const struct scenario_reader *r, unsigned currency, int32_t from_month, int32_t to_month,
                       int64_t ppm);

/* Reads "outside". */
void scenario_outside_read(const struct scenario_reader *r, const cJSON *root);
/* Reads "factors", when all prices, shocks and staff are read. */
void scenario_factors_read(const struct scenario_reader *r, const cJSON *root);

/* A member of an object, or the fallback when it is missing; outside of low … high is an error. */
int64_t scenario_integer(const struct scenario_reader *r, const cJSON *object, const char *name,
                         int64_t fallback, int64_t low, int64_t high);
/* A decimal text in units of 10^-digits. */
int64_t scenario_decimal(const struct scenario_reader *r, const cJSON *object, const char *name,
                         unsigned digits, int64_t fallback, int64_t low, int64_t high);
/* A share of 0 … 1 in millionths; 0 when it is missing. */
uint32_t scenario_share(const struct scenario_reader *r, const cJSON *object, const char *name);
/* A currency or country code; 0 when it is missing, or unknown, which is an error. */
uint8_t scenario_currency(const struct scenario_reader *r, const cJSON *object, const char *name);
uint16_t scenario_country(const struct scenario_reader *r, const cJSON *object, const char *name);
/* Adds "did you mean" when one of the names is near to what was found. */

#endif
