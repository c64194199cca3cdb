/* cli_rules: `tradeloom rules list|show|check|diff|reforms`: looks the law up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/rule_json.h"
#include "core/rule_list.h"
#include "core/text.h"
#include "sim/cli.h"
#include "sim/data.h"
#include "sim/out_json.h"
#include "sim/reform.h"

static const struct cli_option options[] = {
    {"on", "DATE", "list, show: only what is in force on this day"},
    {"history", NULL, "show: the values of all days, as without --on"},
    {"place", "CC", "list, diff: only this place, two letters"},
    {0},
};

struct inquiry {
    struct cli *cli;
    struct buf out;
    uint16_t place;
    int32_t day;
};

static int list(struct inquiry *q)
{
    if (q->cli->json)
        rule_list_json(q->cli->book.rules, q->place, q->day, &q->out);
    else
        rule_list(q->cli->book.rules, q->place, q->day, (int)q->cli->lang, &q->out);
    return 0;
}

static int fail_pack(struct inquiry *q, const char *id)
{
    struct errs errs = {0};
    struct err *err = errs_add(&errs, ERR_UNKNOWN_VALUE, "there is no pack \"%s\"", id);
    const char *nearest = rule_nearest(q->cli->book.rules, id);
    err_help(err, nearest ? "did you mean \"%s\"?" : "tradeloom rules list", nearest);
    return cli_fail(q->cli, &errs);
}

static int show(struct inquiry *q)
{
    const char *id = cli_operand(q->cli, 1, NULL);
    if (!id)
        return cli_usage(q->cli, "rules show needs the id of a pack");
    bool is_known = q->cli->json ? rule_show_json(q->cli->book.rules, id, q->day, &q->out)
                                 : rule_show(q->cli->book.rules, id, q->day, (int)q->cli->lang, &q->out);
    return is_known ? 0 : fail_pack(q, id);
}

enum { CASES_MAX = 256, CASES_COLUMNS = 6 };

/* catalog/cases.csv, as tests/case_cover.py counts it. */
static size_t read_cases(struct inquiry *q, struct rule_cases *cases)
{
    static const char *const columns[CASES_COLUMNS] = {"pack", "cases", "steps", "steps_met", "turns", "turns_met"};
    const struct data_span *span = data_find("catalog/cases.csv");
    struct errs errs = {0};
    struct csv csv;
    size_t at[CASES_COLUMNS], count = 0;
    if (!span || csv_open(&csv, span->path, span->start, (size_t)(span->end - span->start), &q->cli->arena, &errs) != 0)
        return 0;
    for (unsigned i = 0; i < CASES_COLUMNS; i++)
        at[i] = (size_t)csv_need(&csv, columns[i], &errs);
    while (count < CASES_MAX && errs.count == 0 && csv_next(&csv, &errs) == 1) {
        uint32_t number[CASES_COLUMNS] = {0};
        for (unsigned i = 1; i < CASES_COLUMNS; i++)
            number[i] = (uint32_t)strtoul(csv.cell[at[i]].ptr, NULL, 10);
        struct text pack = csv.cell[at[0]];
        cases[count++] = (struct rule_cases){arena_copy(&q->cli->arena, pack.ptr, pack.len), number[1], number[2],
                                             number[3], number[4], number[5]};
    }
    return count;
}

static int count(struct inquiry *q)
{
    struct rule_cases cases[CASES_MAX];
    size_t counted = read_cases(q, cases);
    return rule_tally(q->cli->book.rules, cases, counted, &q->out) ? err_status(ERR_INTERVAL) : 0;
}

/* ---- reforms ---- */

static int reforms(struct inquiry *q)
{
    struct errs errs = {0};
    struct reform reform;
    size_t count;
    const char **names = reform_names(&q->cli->arena, &count);
    struct out_json json = {.out = &q->out};
    if (q->cli->json)
        out_json_begin(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        if (reform_load(&reform, names[i], &q->cli->arena, &errs) != 0)
            return cli_fail(q->cli, &errs);
        if (q->cli->json)
            reform_json(&reform, &json);
        else
            buf_printf(&q->out, "%-20s %s\n", reform.id, reform_title(&reform, q->cli->lang));
    }
    if (q->cli->json)
        out_json_end(&json, ']');
    return 0;
}

/* The law beside the same law with a reform laid over, or (it is law) without it; `id` NULL: all packs. */
static int diff_reform(struct inquiry *q, const char *id, const char *name)
{
    struct cli *cli = q->cli;
    struct errs errs = {0};
    struct reform reform;
    bool is_known = true;
    if (reform_load(&reform, name, &cli->arena, &errs) != 0)
        return cli_fail(cli, &errs);
    enum book_part part = reform.is_law ? BOOK_UNDONE : BOOK_REFORM;
    struct book_overlay overlay = {part, reform.source, reform.bytes, reform.length, NULL};
    struct book other = {0};
    if (cli_load_into(cli, &other, &overlay, 1, &errs) == 0) {
        const struct rulebook *before = reform.is_law ? other.rules : cli->book.rules;
        const struct rulebook *after = reform.is_law ? cli->book.rules : other.rules;
        if (!id)
            reform_tell(&reform, cli->lang, &q->out);
        is_known = rule_differences(before, after, id, q->place, (int)cli->lang, &q->out);
        if (!id)
            reform_tell_rest(&reform, cli->lang, &q->out);
    }
    book_finish(&other);
    return errs.count ? cli_fail(cli, &errs) : is_known ? 0 : fail_pack(q, id);
}

static int diff(struct inquiry *q)
{
    int32_t day[2];
    const char *a = cli_operand(q->cli, 1, ""), *b = cli_operand(q->cli, 2, NULL);
    bool is_day = a[0] >= '0' && a[0] <= '9';
    if (!a[0] || (is_day && !b))
        return cli_usage(q->cli, "rules diff needs two days, or a reform, or a pack's id and a reform");
    if (!is_day)
        return diff_reform(q, b ? a : NULL, b ? b : a);
    for (size_t i = 0; i < 2; i++) {
        const char *text = i ? b : a;
        if (!date_parse(text, strlen(text), &day[i]))
            return cli_usage(q->cli, "rules diff needs two days like 2019-03-31 2019-04-01, not \"%s\"", text);
    }
    rule_changes(q->cli->book.rules, q->place, day[0], day[1], (int)q->cli->lang, &q->out);
    return 0;
}

/* Reads --on and --place; 0, or an exit status. */
static int read_options(struct inquiry *q)
{
    const char *on = cli_value(q->cli, "on", NULL), *place = cli_value(q->cli, "place", NULL);
    q->day = DAY_UNSET;
    if (on && !date_parse(on, strlen(on), &q->day))
        return cli_usage(q->cli, "--on needs a day like 2019-04-01, not \"%s\"", on);
    q->place = place ? text_country(place, strlen(place)) : 0;
    if (place && !q->place)
        return cli_usage(q->cli, "--place needs two capital letters, not \"%s\"", place);
    return 0;
}

static int run(struct cli *cli)
{
    static const struct {
        const char *name;
        int (*run)(struct inquiry *q);
    } acts[] = {{"list", list}, {"show", show}, {"check", count}, {"diff", diff}, {"reforms", reforms}};
    struct inquiry q = {.cli = cli};
    struct errs errs = {0};
    const char *name = cli_operand(cli, 0, "list");
    size_t act = 0;
    while (act < sizeof acts / sizeof *acts && strcmp(acts[act].name, name) != 0)
        act++;
    if (act == sizeof acts / sizeof *acts)
        return cli_usage(cli, "rules takes list, show, check, diff or reforms, not \"%s\"", name);
    int status = read_options(&q);
    if (status == 0 && cli_load(cli, NULL, 0, &errs) != 0)
        status = cli_fail(cli, &errs);
    if (status == 0)
        status = acts[act].run(&q);
    int written = cli_write(cli, &q.out);
    buf_finish(&q.out);
    return status ? status : written;
}

const struct cli_verb cli_rules = {
    "rules", "list|show ID|check|diff A B|reforms",
    "the law: packs in force, their values, what changes between two days or by a reform",
    0, 3, options, run};
