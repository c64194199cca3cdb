/* credit: what customs thinks of a firm: its grade, how the grade moves by behaviour, and how likely customs is to
 * look at its goods. Shares and factors are millionths; every figure comes from the caller's rules. */
#ifndef CREDIT_H
#define CREDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"

/* Best first. X(id, name, en, zh) */
#define CREDIT_GRADES(X)                                                                           \
    X(CERTIFIED, certified, "Certified (AEO)", "高级认证")                                         \
    X(REGULAR, regular, "Regular", "常规")                                                         \
    X(DISHONEST, dishonest, "Dishonest", "失信")                                                   \
    X(BLACKLISTED, blacklisted, "Blacklisted", "严重失信")

enum credit_grade {
    CREDIT_UNSET,
#define X(id, name, en, zh) CREDIT_##id,
    CREDIT_GRADES(X)
#undef X
    CREDIT_GRADE_COUNT
};
const char *credit_grade_id(enum credit_grade grade);
const char *credit_grade_name(enum credit_grade grade, enum lang lang);
enum credit_grade credit_grade_find(const char *id); /* CREDIT_UNSET: unknown */

struct credit_rules {
    struct {
        int64_t inspect_ppm;  /* factor on the rate of inspection */
        bool asks_guarantee;  /* for the charges of each order */
    } grade[CREDIT_GRADE_COUNT];
    uint32_t down_after, up_after; /* so many catches, so many inspections in a row without one; 0: never moves */
    int64_t price_ppm;   /* factor of the risk of goods declared at nothing, beyond 1: a half of it at half the price */
    int64_t history_ppm; /* of a firm at which every inspection found something, beyond 1 */
};

struct credit {
    uint8_t grade;              /* enum credit_grade */
    uint32_t caught, clean;     /* since the grade moved; clean: in a row */
    uint32_t inspected, found;  /* ever */
};

/* An inspection of a firm's goods found something, or nothing; true when that moves the grade. */
bool credit_caught(struct credit *credit, const struct credit_rules *rules);
bool credit_clean(struct credit *credit, const struct credit_rules *rules);

/* The chance of an inspection: the lane's own, by the grade, by what is declared of the book's price (declared_ppm, 0
 * to 1 million), by the firm's history; at most 1. */
uint32_t credit_inspect_ppm(const struct credit *credit, const struct credit_rules *rules, uint32_t inspect_ppm,
                            int64_t declared_ppm);

#endif
