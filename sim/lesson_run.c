/* lesson_run: makes each arm of a lesson a request, runs it, takes its figures, and holds the stated answer to them. */
#include "sim/lesson.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/api.h"
#include "sim/lesson_int.h"
#include "sim/setting.h"

enum { DAY_HOURS = 24 };

/* ---- requests ---- */

static void add_member(struct buf *out, const struct json *json, const cJSON *node, const char *name)
{
    struct text written = json_written(json, node);
    buf_puts(out, out->data[out->length - 1] == '{' ? "" : ", ");
    buf_json_string(out, name, strlen(name));
    buf_puts(out, ": ");
    buf_add(out, written.ptr, written.len);
}

/* Changes of all arms, but for those that the arm makes otherwise; then its own. */
static void add_changes(struct buf *out, const struct lesson *lesson, const cJSON *arm)
{
    const cJSON *all = json_get(lesson->json.root, "set"), *own = json_get(arm, "set"), *node;
    if (!all && !own)
        return;
    buf_puts(out, ", \"set\": {");
    cJSON_ArrayForEach(node, all)
        if (!json_get(own, node->string))
            add_member(out, &lesson->json, node, node->string);
    cJSON_ArrayForEach(node, own)
        add_member(out, &lesson->json, node, node->string);
    buf_puts(out, "}");
}

void lesson_request(const struct lesson *lesson, unsigned arm, struct buf *out)
{
    static const char *const names[] = {"scenario", "seed", "limit", "as_of"};
    check(arm < lesson->arms);
    buf_puts(out, "{");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cJSON *own = json_get(lesson->arm[arm], names[i]);
        const cJSON *node = own ? own : json_get(lesson->json.root, names[i]);
        if (node)
            add_member(out, &lesson->json, node, names[i]);
    }
    add_changes(out, lesson, lesson->arm[arm]);
    buf_puts(out, "}");
}

/* A change as --set takes it: the day of a rule goes behind its value. */
static void add_setting(struct buf *out, const struct json *json, const cJSON *node)
{
    struct text written = json_written(json, node);
    struct buf line = {0}; /* the value on one line */
    bool is_text = cJSON_IsString(node), is_plain;
    const char *value = is_text ? node->valuestring : written.ptr;
    size_t length = is_text ? strlen(value) : written.len;
    is_plain = !memchr(value, ' ', length) && !memchr(value, '{', length) && !memchr(value, '[', length);
    buf_puts(out, is_plain ? " --set " : " --set '");
    for (size_t i = 0; i < length; i++)
        if (value[i] != '\n')
            buf_putc(&line, value[i]);
        else
            i += strspn(value + i + 1, " ");
    setting_words(node->string, line.data, line.length, out);
    buf_puts(out, is_plain ? "" : "'");
    buf_finish(&line);
}

static void add_settings(struct buf *out, const struct lesson *lesson, const cJSON *arm)
{
    const cJSON *own = json_get(arm, "set"), *node;
    cJSON_ArrayForEach(node, json_get(lesson->json.root, "set"))
        if (!json_get(own, node->string))
            add_setting(out, &lesson->json, node);
    cJSON_ArrayForEach(node, own)
        add_setting(out, &lesson->json, node);
}

void lesson_command(const struct lesson *lesson, unsigned arm, struct buf *out)
{
    const cJSON *root = lesson->json.root, *own = lesson->arm[arm];
    int64_t limit = json_integer(own, "limit", json_integer(root, "limit", 0));
    int64_t seed = json_integer(root, "seed", 1);
    const char *day = json_text(own, "as_of", NULL);
    buf_printf(out, "tradeloom run %s", json_text(root, "scenario", "scenario.json"));
    if (seed != 1)
        buf_printf(out, " --seed %lld", (long long)seed);
    if (limit)
        buf_printf(out, " --limit %lld", (long long)limit);
    if (day)
        buf_printf(out, " --as-of %s", day);
    add_settings(out, lesson, own);
}

/* ---- runs ---- */

/* What the engine says of an arm, at the arm. */
static void take_error(const struct lesson *lesson, const cJSON *arm, const struct buf *answer, struct errs *errs)
{
    struct json json;
    struct errs own = {0};
    if (json_read_only(&json, "answer", answer->data, answer->length, &own) == 0) {
        const cJSON *error = json_get(json.root, "error");
        const char *help = json_text(error, "help", NULL);
        struct err *err = json_fail_name(&lesson->json, arm, errs, ERR_BAD_REQUEST, "this run cannot be: %s",
                                         json_text(error, "message", ""));
        if (help)
            err_help(err, "%s", help);
    }
    json_finish(&json);
}

static enum figure_state take_path(const struct lesson *lesson, const struct lesson_figure *figure,
                                   const cJSON *summary, const char *name, int64_t *value, struct errs *errs)
{
    struct errs own = {0};
    struct err *err = errs_add(&own, ERR_UNKNOWN_NAME, " ");
    enum figure_state state = figure_find(summary, json_text(figure->node, name, ""), value, err);
    if (state != FIGURE_WRONG)
        return state;
    struct err *told = json_fail(&lesson->json, json_get(figure->node, name), errs, ERR_UNKNOWN_NAME,
                                 "a summary has no such number");
    if (err->help[0])
        err_help(told, "%s", err->help);
    return FIGURE_WRONG;
}

/* The figures of one run; `absent` counts in how many runs each one's path led to something that did not happen. */
static void take_figures(const struct lesson *lesson, struct lesson_outcome *outcome, unsigned arm, unsigned *absent,
                         struct errs *errs)
{
    struct json json;
    const struct buf *bytes = &outcome->summary[arm];
    check(json_read_only(&json, "summary", bytes->data, bytes->length, errs) == 0);
    outcome->currency = currency_index(json_text(json.root, "base_currency", ""));
    for (unsigned i = 0; i < lesson->figures && errs->count == 0; i++) {
        const struct lesson_figure *figure = &lesson->figure[i];
        int64_t *value = &outcome->value[arm][i], whole = 0;
        enum figure_state state = take_path(lesson, figure, json.root, "path", value, errs);
        absent[i] += state == FIGURE_ABSENT;
        outcome->is_idle[arm][i] = state == FIGURE_IDLE;
        if (figure->per && take_path(lesson, figure, json.root, "per", &whole, errs) != FIGURE_WRONG)
            *value = figure_over(*value, whole);
        if (figure->unit == FIGURE_DAYS)
            *value = money_scale(*value, 1, DAY_HOURS, ROUND_HALF_UP);
    }
    json_finish(&json);
}

static void run_arms(const struct lesson *lesson, struct api *api, struct lesson_outcome *outcome, struct errs *errs)
{
    unsigned absent[LESSON_FIGURES_MAX] = {0};
    struct buf request = {0};
    for (unsigned arm = 0; arm < lesson->arms && errs->count == 0; arm++) {
        buf_clear(&request);
        lesson_request(lesson, arm, &request);
        if (api_call(api, "run", request.data, request.length, &outcome->summary[arm]) != ERR_NONE)
            take_error(lesson, lesson->arm[arm], &outcome->summary[arm], errs);
        else
            take_figures(lesson, outcome, arm, absent, errs);
    }
    for (unsigned i = 0; i < lesson->figures && errs->count == 0; i++)
        if (absent[i] == lesson->arms)
            json_fail(&lesson->json, json_get(lesson->figure[i].node, "path"), errs, ERR_UNKNOWN_NAME,
                      "no run has such a number");
    buf_finish(&request);
}

/* ---- what it comes to ---- */

static int64_t side_value(const struct lesson_outcome *outcome, const struct lesson_term *term, unsigned side)
{
    return term->side[side].is_number ? term->side[side].number
                                      : outcome->value[term->side[side].arm][term->side[side].figure];
}

int64_t lesson_term_value(const struct lesson_outcome *outcome, const struct lesson_term *term)
{
    int64_t left = side_value(outcome, term, 0);
    return term->sign == '-'   ? left - side_value(outcome, term, 1)
           : term->sign == '/' ? figure_over(left, side_value(outcome, term, 1))
                               : left;
}

enum figure_unit lesson_term_unit(const struct lesson *lesson, const struct lesson_term *term)
{
    return term->sign == '/' || term->side[0].is_number ? FIGURE_NUMBER : lesson->figure[term->side[0].figure].unit;
}

enum figure_unit lesson_unit(const struct lesson *lesson)
{
    return lesson_term_unit(lesson, &lesson->number);
}

static bool holds(const struct lesson_choice *choice, const struct lesson_outcome *outcome)
{
    for (unsigned i = 0; i < choice->tests; i++) {
        const struct lesson_test *test = &choice->test[i];
        int64_t small = lesson_term_value(outcome, &test->small), big = lesson_term_value(outcome, &test->big);
        if (small > big || (small == big && !test->or_equal))
            return false;
    }
    return true;
}

/* Exactly the choice that is said to be right must be what the runs give. */
static void judge_choices(const struct lesson *lesson, const struct lesson_outcome *outcome, struct errs *errs)
{
    for (unsigned i = 0; i < lesson->choices; i++) {
        bool is_true = holds(&lesson->choice[i], outcome);
        if (is_true == (i == lesson->answer))
            continue;
        struct err *err = json_fail_name(&lesson->json, lesson->choice[i].node, errs, ERR_BAD_REQUEST, "the runs %s",
                                         is_true ? "say that this holds, too; another choice is the answer"
                                                 : "do not say this; it is the answer");
        err_help(err, "tradeloom lesson run shows the figures of each run");
    }
}

static void judge_number(const struct lesson *lesson, const struct lesson_outcome *outcome, struct errs *errs)
{
    struct buf found = {0};
    if (outcome->number < lesson->right_from || outcome->number > lesson->right_to) {
        figure_plain(&found, outcome->number);
        json_fail(&lesson->json, json_get(json_get(lesson->json.root, "number"), "right_from"), errs, ERR_BAD_REQUEST,
                  "the runs give %s, which does not count as right", buf_text(&found));
    }
    buf_finish(&found);
}

int lesson_run(const struct lesson *lesson, struct api *api, struct lesson_outcome *outcome, struct errs *errs)
{
    size_t before = errs->count;
    *outcome = (struct lesson_outcome){0};
    run_arms(lesson, api, outcome, errs);
    if (!lesson->choices)
        outcome->number = lesson_term_value(outcome, &lesson->number);
    return errs->count == before ? 0 : -1;
}

int lesson_judge(const struct lesson *lesson, const struct lesson_outcome *outcome, struct errs *errs)
{
    size_t before = errs->count;
    if (lesson->choices)
        judge_choices(lesson, outcome, errs);
    else
        judge_number(lesson, outcome, errs);
    return errs->count == before ? 0 : -1;
}

void lesson_outcome_finish(struct lesson_outcome *outcome)
{
    for (unsigned i = 0; i < LESSON_ARMS_MAX; i++)
        buf_finish(&outcome->summary[i]);
}

bool lesson_is_right(const struct lesson *lesson, const char *prediction, bool *is_known)
{
    int64_t value;
    *is_known = false;
    for (unsigned i = 0; i < lesson->choices; i++)
        if (strcmp(lesson->choice[i].id, prediction) == 0) {
            *is_known = true;
            return i == lesson->answer;
        }
    if (lesson->choices || !figure_parse(prediction, &value))
        return false;
    *is_known = value >= lesson->least && value <= lesson->most;
    return *is_known && value >= lesson->right_from && value <= lesson->right_to;
}
