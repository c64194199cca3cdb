/* cli_schema: `tradeloom schema NAME`: the JSON Schema of what the program reads, from the tables that check it. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/json.h"
#include "core/rule.h"
#include "sim/cli.h"
#include "sim/lesson.h"
#include "sim/reform.h"
#include "sim/request.h"
#include "sim/scenario.h"
#include "sim/sweep.h"

enum { FIELDS_MAX = 64 };

static const char *const names[] = {"scenario", "pack", "reform", "order", "drawback", "lesson", "plan"};
enum { NAMES = sizeof names / sizeof *names };

static const struct cli_option options[] = {{0}};

/* A copy behind those that are in `to`, without the names that are there already; of a patch nothing is required. */
static void copy_fields(struct json_field *to, const struct json_field *from, bool is_patch)
{
    size_t count = 0;
    while (to[count].name)
        count++;
    for (size_t own = count; from->name; from++) {
        bool is_there = false;
        for (size_t i = 0; i < own; i++)
            is_there = is_there || strcmp(to[i].name, from->name) == 0;
        if (is_there)
            continue;
        check(count + 1 < FIELDS_MAX);
        to[count] = *from;
        to[count++].required = from->required && !is_patch;
    }
}

/* A pack with the members of its steps. */
static void pack_fields(struct json_field *to, bool is_patch)
{
    copy_fields(to, rule_pack_fields(), is_patch);
    for (; to->name; to++)
        if (strcmp(to->name, "steps") == 0) {
            to->type = JSON_MAP;
            to->fields = rule_step_fields();
        }
}

static void write_schema(const char *name, struct buf *out)
{
    struct json_field pack[FIELDS_MAX] = {0};
    struct json_field reform[FIELDS_MAX] = {
        {"rules", JSON_MAP, false, false, NULL, pack, "changes of rule packs, by id"}};
    if (strcmp(name, "scenario") == 0) {
        json_schema(scenario_fields, "A scenario of tradeloom", out);
    } else if (strcmp(name, "plan") == 0) {
        json_schema(sweep_fields, "A plan of tradeloom sweep", out);
    } else if (strcmp(name, "pack") == 0) {
        pack_fields(pack, false);
        json_schema(pack, "A rule pack of tradeloom", out);
    } else if (strcmp(name, "reform") == 0) {
        pack_fields(pack, true);
        copy_fields(reform, reform_fields, true);
        copy_fields(reform, scenario_fields, true);
        json_schema(reform, "A reform: a merge patch over rules and scenario", out);
    } else if (strcmp(name, "lesson") == 0) {
        json_schema(lesson_fields, "A lesson of tradeloom", out);
    } else {
        bool is_order = strcmp(name, "order") == 0;
        json_schema(request_fields(is_order ? REQUEST_ORDER : REQUEST_DRAWBACK),
                    is_order ? "A request of tradeloom quote" : "A request of tradeloom drawback", out);
    }
}

static int run_schema(struct cli *cli)
{
    const char *name = cli_operand(cli, 0, "");
    struct buf out = {0};
    bool is_known = false;
    for (size_t i = 0; i < NAMES; i++)
        is_known = is_known || strcmp(names[i], name) == 0;
    if (!is_known) {
        struct errs errs = {0};
        struct err *err = errs_add(&errs, ERR_USAGE, "no schema \"%.60s\"", name);
        if (!err_suggest(err, name, names, NAMES))
            err_help(err, "scenario, pack, reform, order, drawback, lesson or plan");
        return cli_fail(cli, &errs);
    }
    write_schema(name, &out);
    int status = cli_write(cli, &out);
    buf_finish(&out);
    return status;
}

const struct cli_verb cli_schema = {
    "schema", "NAME", "JSON Schema of scenario, pack, reform, order, drawback, lesson, plan", 1, 1, options,
    run_schema};
