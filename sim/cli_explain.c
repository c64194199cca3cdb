/* cli_explain: `tradeloom explain ORDER --run DIR` simulates a run again and tells the story of one order; `explain
 * CODE` says what a code means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "sim/cli.h"
#include "sim/codes.h"
#include "sim/job.h"
#include "sim/outpost.h"
#include "sim/outpost_log.h"
#include "sim/replay.h"
#include "sim/scenario.h"
#include "sim/story.h"

enum { SLICE = 1 << 14 };

static const struct cli_option options[] = {
    {"run", "DIR", "the folder of the run that had the order"},
    {0},
};

/* ---- codes ---- */

static int explain_code(struct cli *cli, const char *code)
{
    struct buf out = {0};
    int status = 0;
    if (!code)
        codes_list(cli->lang, &out);
    else if (!codes_explain(code, cli->lang, &out))
        status = -1;
    if (status == 0) {
        status = cli_write(cli, &out);
    } else {
        struct errs errs = {0};
        struct err *err = errs_add(&errs, ERR_UNKNOWN_VALUE, "no code \"%.60s\"", code);
        const char *nearest = codes_nearest(code);
        bool is_number = strspn(code, "0123456789:") == strlen(code);
        if (nearest)
            err_help(err, "did you mean \"%s\"?", nearest);
        else
            err_help(err, "%s",
                     is_number ? "an order is explained out of its run: --run DIR" : "tradeloom explain lists all");
        status = cli_fail(cli, &errs);
    }
    buf_finish(&out);
    return status;
}

/* ---- orders ---- */

/* "12", "3:12" (of the third replication), or the number that a replayed order had in its file. */
static int find_order(const struct job *job, const char *name, uint32_t *replication, uint64_t *order,
                      struct errs *errs)
{
    const char *colon = strchr(name, ':'), *at = colon ? colon + 1 : name;
    char *end;
    *replication = colon ? (uint32_t)strtoul(name, NULL, 10) : 1;
    *order = 0;
    for (uint32_t i = 0; job->replay && i < job->replay->orders; i++)
        if (strcmp(job->replay->order[i].reference, at) == 0)
            *order = i + 1;
    if (*order == 0 && *at >= '0' && *at <= '9') {
        *order = strtoull(at, &end, 10);
        *order = *end ? 0 : *order;
    }
    if (*order && *replication >= 1 && *replication <= job->replications)
        return 0;
    struct err *err = errs_add(errs, ERR_UNKNOWN_VALUE, "no order \"%.60s\" in this run", name);
    err_help(err, "the number in the column `order` of orders.csv; 2:15 is of replication 2");
    return -1;
}

/* `outpost`: of whom the run asked a step, NULL: of nobody. */
static int hear(const struct job *job, struct outpost *outpost, struct story *story, uint32_t replication,
                struct world **world, struct errs *errs)
{
    enum world_status status = WORLD_MORE;
    uint32_t cell = (uint32_t)((story->order - 1) % job->scenario->cells);
    uint32_t part = (replication - 1) * job->scenario->cells + cell + 1;
    *world = world_create(job->scenario, &job->cli->book, job->seed, replication, cell, &story->sink);
    story->world = *world;
    if (outpost)
        outpost_join(outpost, part, *world);
    int64_t known = outpost ? outpost_until(outpost, part) : INT64_MAX;
    while (status == WORLD_MORE && !story->is_whole)
        status = world_advance(*world, known < job->until ? known : job->until, SLICE);
    if (status == WORLD_FAILED) {
        errs_copy(errs, world_error(*world));
        return -1;
    }
    if (!story->is_whole) { /* it may still be open where the run ended */
        struct tally *tally = tally_create();
        world_result(*world, tally, errs);
        tally_free(tally);
    }
    if (!story->is_whole && errs->count == 0)
        errs_add(errs, ERR_UNKNOWN_VALUE, "no such order: the run placed %llu",
                 (unsigned long long)world_placed(*world));
    return errs->count ? -1 : 0;
}

static int tell(struct cli *cli, const struct job *job, const struct outpost_log *log, const char *name,
                struct errs *errs)
{
    struct outpost *outpost = job->scenario->outside.step ? outpost_recall(log) : NULL;
    struct story story;
    struct buf out = {0};
    struct world *world = NULL;
    uint32_t replication;
    story_init(&story, &cli->book, job->scenario->base_currency, cli->lang);
    int result = find_order(job, name, &replication, &story.order, errs);
    if (result == 0)
        result = hear(job, outpost, &story, replication, &world, errs);
    if (result == 0 && cli->json)
        story_json(&story, &out);
    else if (result == 0)
        story_text(&story, cli->color_out, &out);
    int status = result == 0 ? cli_write(cli, &out) : cli_fail(cli, errs);
    buf_finish(&out);
    world_destroy(world);
    outpost_free(outpost);
    story_finish(&story);
    return status;
}

/* The log of a run in its folder, where there is one. */
static int read_log(const char *folder, struct outpost_log *log, struct errs *errs)
{
    struct buf path = {0};
    buf_printf(&path, "%s/" OUTPOST_LOG, folder);
    int result = outpost_log_is(buf_text(&path)) ? outpost_log_read(log, buf_text(&path), errs) : 0;
    buf_finish(&path);
    return result;
}

static int load(struct job *job, struct cli *cli, const struct json *manifest, const struct outpost_log *log,
                struct errs *errs)
{
    if (job_load(job, cli, true, errs) != 0 || job_check(job, manifest, errs) != 0)
        return -1;
    if (job->scenario->outside.step == OUTSIDE_STEP_NONE || log->bytes)
        return 0;
    errs_add(errs, ERR_NO_INPUT, "the run asked %.100s, and its log is not in its folder: " OUTPOST_LOG,
             job->scenario->outside.url);
    return -1;
}

static int explain_order(struct cli *cli, const char *name, const char *folder)
{
    struct errs errs = {0};
    struct buf bytes = {0};
    struct json manifest = {0};
    struct job job = {0};
    struct outpost_log log = {0};
    int status;
    if (job_manifest(folder, &bytes, &manifest, &errs) != 0 || read_log(folder, &log, &errs) != 0) {
        status = cli_fail(cli, &errs);
    } else {
        cli->verb = &cli_run;
        cli->operands = 0;
        status = job_reread(cli, &manifest, "command");
        if (status == 0 && load(&job, cli, &manifest, &log, &errs) != 0)
            status = cli_fail(cli, &errs);
        else if (status == 0)
            status = tell(cli, &job, &log, name, &errs);
    }
    outpost_log_finish(&log);
    job_finish(&job);
    json_finish(&manifest);
    buf_finish(&bytes);
    return status;
}

static int run_explain(struct cli *cli)
{
    const char *run = cli_value(cli, "run", NULL), *name = cli_operand(cli, 0, NULL);
    if (run && !name)
        return cli_usage(cli, "which order? its number stands in orders.csv");
    return run ? explain_order(cli, name, run) : explain_code(cli, name);
}

const struct cli_verb cli_explain = {"explain", "[ORDER --run DIR|CODE]",
                                     "the story of one order and the law behind it; what a code means", 0, 1, options,
                                     run_explain};
