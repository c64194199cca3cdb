/* credit: grades, their movement, and the risk score. */
#include "customs/credit.h"

#include "core/check.h"
#include "core/money.h"

enum { MILLION = 1000000 };

static const struct named grades[CREDIT_GRADE_COUNT] = {
    {"", "", ""},
#define X(id, name, en, zh) {#name, en, zh},
    CREDIT_GRADES(X)
#undef X
};

const char *credit_grade_id(enum credit_grade grade)
{
    check(grade < CREDIT_GRADE_COUNT);
    return grades[grade].id;
}

const char *credit_grade_name(enum credit_grade grade, enum lang lang)
{
    check(grade < CREDIT_GRADE_COUNT);
    return named_in(&grades[grade], lang);
}

enum credit_grade credit_grade_find(const char *id)
{
    return (enum credit_grade)named_find(grades, CREDIT_GRADE_COUNT, id);
}

static bool move(struct credit *credit, int steps)
{
    int grade = credit->grade + steps;
    credit->caught = credit->clean = 0;
    if (grade <= CREDIT_UNSET || grade >= CREDIT_GRADE_COUNT)
        return false;
    credit->grade = (uint8_t)grade;
    return true;
}

bool credit_caught(struct credit *credit, const struct credit_rules *rules)
{
    check(credit->grade != CREDIT_UNSET);
    credit->inspected++;
    credit->found++;
    credit->caught++;
    credit->clean = 0;
    return rules->down_after && credit->caught >= rules->down_after && move(credit, 1);
}

bool credit_clean(struct credit *credit, const struct credit_rules *rules)
{
    check(credit->grade != CREDIT_UNSET);
    credit->inspected++;
    credit->clean++;
    return rules->up_after && credit->clean >= rules->up_after && move(credit, -1);
}

static int64_t times(int64_t value, int64_t factor_ppm)
{
    return money_scale(value, factor_ppm, MILLION, ROUND_HALF_UP);
}

uint32_t credit_inspect_ppm(const struct credit *credit, const struct credit_rules *rules, uint32_t inspect_ppm,
                            int64_t declared_ppm)
{
    check(declared_ppm >= 0);
    int64_t missing_ppm = declared_ppm < MILLION ? MILLION - declared_ppm : 0;
    int64_t chance = times(inspect_ppm, rules->grade[credit->grade].inspect_ppm);
    chance = times(chance, MILLION + times(missing_ppm, rules->price_ppm));
    if (credit->inspected) {
        int64_t history_ppm = money_scale(rules->history_ppm, credit->found, credit->inspected, ROUND_HALF_UP);
        chance = times(chance, MILLION + history_ppm);
    }
    return chance < MILLION ? (uint32_t)chance : MILLION;
}
