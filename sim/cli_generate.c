/* cli_generate: `tradeloom generate`: sample data sets, in the formats that people load. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/digest.h"
#include "core/err.h"
#include "sim/cli.h"
#include "sim/dataset.h"
#include "sim/dataset_page.h"
#include "sim/fidelity.h"
#include "sim/generate.h"
#include "sim/job.h"
#include "sim/out_folder.h"
#include "sim/replay.h"
#include "sim/scenario.h"

static const struct cli_option options[] = {
    JOB_OPTIONS,
    {"format", "NAME,...", "csv jsonl sqlite parquet null ceb ocel-sqlite ocel-json h7; csv unless said"},
    {"profile", "NAME", "all fraud process-mining sql-course load-test: which tables, how clean; all"},
    {"noise", "clean|realistic|dirty", "cells that are missing or misspelt; else as the profile says"},
    {"fidelity", NULL, "also how it compares with published figures: fidelity.html, fidelity.json"},
    {"shard", "K/N", "the Kth of N parts, which put behind each other are the whole"},
    {"safe-cells", NULL, "a text that a spreadsheet would run as a formula gets a ' in front"},
    {"out", "DIR", "where the data set is written; out/SCENARIO-data"},
    {"fresh", NULL, "start anew where a stopped run could go on"},
    {0},
};

/* One data set from its command line to its folder. */
struct task {
    struct cli *cli;
    struct job job;
    struct generate_set set;
    const struct generate_format *format[GENERATE_FORMATS_MAX + 1];
    size_t formats;
    struct out_folder folder;
    char path[900], key[65];
    struct generate_outcome outcome;
};

/* ---- words ---- */

static int fail_name(const char *option, const char *word, size_t length, const char *const *names, size_t count,
                     struct errs *errs)
{
    char given[64];
    snprintf(given, sizeof given, "%.*s", (int)(length < 60 ? length : 60), word);
    struct err *err = errs_add(errs, ERR_USAGE, "--%s: no \"%s\"", option, given);
    err_suggest(err, given, names, count);
    return -1;
}

static int read_formats(struct task *task, struct errs *errs)
{
    const char *at = cli_value(task->cli, "format", "csv");
    const char *names[GENERATE_FORMATS_MAX];
    size_t count = 0;
    for (; generate_formats[count]; count++)
        names[count] = generate_formats[count]->id;
    while (*at || task->formats == 0) {
        size_t length = strcspn(at, ",");
        const struct generate_format *format = generate_format(at, length);
        if (!format)
            return fail_name("format", at, length, names, count, errs);
        bool is_new = true;
        for (size_t i = 0; i < task->formats; i++)
            is_new = is_new && task->format[i] != format;
        if (is_new)
            task->format[task->formats++] = format;
        at += length + (at[length] == ',');
    }
    if (cli_has(task->cli, "fidelity"))
        task->format[task->formats++] = &fidelity_format;
    return 0;
}

static int read_profile(struct task *task, struct errs *errs)
{
    static const char *const noises[] = {"clean", "realistic", "dirty"};
    const char *id = cli_value(task->cli, "profile", "all"), *noise = cli_value(task->cli, "noise", NULL);
    const struct dataset_profile *profile = dataset_profile(id);
    if (!profile) {
        const char *names[16];
        size_t count = 0;
        for (; dataset_profiles[count].id; count++)
            names[count] = dataset_profiles[count].id;
        return fail_name("profile", id, strlen(id), names, count, errs);
    }
    task->set.profile = profile->id;
    task->set.noise = profile->noise;
    if (!noise)
        return 0;
    for (unsigned i = 0; i < GENERATE_NOISES; i++)
        if (strcmp(noise, noises[i]) == 0) {
            task->set.noise = (enum generate_noise)i;
            return 0;
        }
    return fail_name("noise", noise, strlen(noise), noises, GENERATE_NOISES, errs);
}

static int read_shard(struct task *task, struct errs *errs)
{
    const char *text = cli_value(task->cli, "shard", "1/1");
    char *end;
    unsigned long k = strtoul(text, &end, 10), n = 0;
    if (end > text && *end == '/' && end[1] >= '0' && end[1] <= '9')
        n = strtoul(end + 1, &end, 10);
    if (*end || k < 1 || n < 1 || k > n || n > 1000000) {
        struct err *err = errs_add(errs, ERR_USAGE, "--shard is no part of a whole: \"%.60s\"", text);
        err_help(err, "K/N, like 2/7: from 1/7 to 7/7");
        return -1;
    }
    task->set.shard = (uint32_t)k;
    task->set.shards = (uint32_t)n;
    return 0;
}

/* ---- the set ---- */

/* A stretch of the blocks, as even as can be. */
static void cut_shard(struct generate_set *set)
{
    uint64_t blocks = set->blocks;
    set->first = (uint32_t)((set->shard - 1) * blocks / set->shards) + 1;
    set->last = (uint32_t)(set->shard * blocks / set->shards);
}

/* Which data set it is: all that its bytes depend on. */
static void make_key(struct task *task)
{
    const struct generate_set *set = &task->set;
    const struct replay *replay = set->scenario->replay;
    struct buf text = {0};
    buf_printf(&text, "%s %s %s %s %" PRIu64 " %" PRIu64 " %s %d %d %u/%u %" PRId64 " %d %s %d",
               TRADELOOM_VERSION,
               set->scenario->hash, set->book->hash, replay ? replay->hash : "-", set->seed, set->limit, set->profile,
               set->noise, set->is_safe, set->shard, set->shards, task->job.until, set->scenario->law_day,
               cli_value(task->cli, "format", "csv"), cli_has(task->cli, "fidelity"));
    sha256(text.data, text.length, task->key);
    buf_finish(&text);
}

static int read_task(struct task *task, struct errs *errs)
{
    struct generate_set *set = &task->set;
    if (cli_has(task->cli, "replications")) {
        err_help(errs_add(errs, ERR_USAGE, "a data set is made of blocks, not of replications"), "--limit N");
        return -1;
    }
    if (read_formats(task, errs) != 0 || read_profile(task, errs) != 0 || read_shard(task, errs) != 0 ||
        job_load(&task->job, task->cli, true, errs) != 0)
        return -1;
    struct scenario *scenario = task->job.scenario;
    set->scenario = scenario;
    set->book = &task->cli->book;
    set->seed = task->job.seed;
    set->limit = scenario->limit;
    set->is_safe = cli_has(task->cli, "safe-cells");
    set->lang = task->cli->lang;
    set->folder = &task->folder;
    set->blocks = generate_blocks(scenario, scenario->limit);
    set->mark = "";
    cut_shard(set);
    if (dataset_profile(set->profile)->has_fraud)
        dataset_state_fraud(scenario, &task->cli->book);
    snprintf(task->path, sizeof task->path, "out/%s-data", scenario->id);
    for (char *at = task->path + strlen("out/"); *at; at++)
        *at = *at == '/' ? '-' : *at;
    const char *path = cli_value(task->cli, "out", task->path);
    memmove(task->path, path, strnlen(path, sizeof task->path - 1) + 1);
    task->path[sizeof task->path - 1] = '\0';
    make_key(task);
    return 0;
}

/* ---- the folder ---- */

static int open_folder(struct task *task, struct errs *errs)
{
    bool may_resume = !cli_has(task->cli, "fresh") && out_folder_waits(task->path);
    if (out_folder_open(&task->folder, task->path, may_resume, errs) != 0)
        return -1;
    if (!may_resume || generate_waits(&task->folder, task->key))
        return 0;
    out_folder_close(&task->folder, false); /* what waits there is another data set */
    return out_folder_open(&task->folder, task->path, false, errs);
}

/* What goes with the tables: for programs, and for people. */
static int write_pages(struct task *task, struct errs *errs)
{
    const char *format[GENERATE_FORMATS_MAX + 1] = {NULL};
    struct buf out = {0};
    for (size_t i = 0; i < task->formats; i++)
        format[i] = task->format[i]->id;
    dataset_page_package(&task->set, format, &out);
    int result = out_folder_write(&task->folder, "datapackage.json", out.data, out.length, errs);
    buf_clear(&out);
    dataset_page_dictionary(&task->set, &out);
    result |= out_folder_write(&task->folder, "DICTIONARY.md", out.data, out.length, errs);
    buf_clear(&out);
    dataset_page_sheet(&task->set, &task->outcome.counts, &out);
    result |= out_folder_write(&task->folder, "DATASHEET.md", out.data, out.length, errs);
    buf_finish(&out);
    return result;
}

static int carry_out(struct task *task, struct errs *errs)
{
    if (open_folder(task, errs) != 0)
        return -1;
    int result = generate_run(&task->set, task->job.scenario, task->format, task->formats, task->key, task->job.until,
                              isatty(STDERR_FILENO), &task->outcome, errs);
    bool is_whole = result == 0 && task->outcome.signal == 0;
    if (is_whole)
        result = write_pages(task, errs);
    if (is_whole && result == 0)
        result = out_folder_publish_all(&task->folder, "checkpoint", errs);
    out_folder_close(&task->folder, !(is_whole && result == 0) && task->outcome.kept + task->outcome.made > 0);
    return result;
}

/* ---- what a person sees ---- */

static int show(struct task *task)
{
    struct buf out = {0};
    const struct generate_outcome *o = &task->outcome;
    bool is_zh = task->cli->lang == LANG_ZH;
    if (o->signal) {
        if (!task->cli->json)
            fprintf(stderr, is_zh ? "已中断，已完成 %u 块；再次执行同一命令即可继续\n"
                                  : "stopped; %u blocks are whole; the same command goes on\n", o->kept + o->made);
        return 128 + o->signal;
    }
    if (task->cli->json) {
        buf_puts(&out, "{\"folder\":");
        buf_json_string(&out, task->path, strlen(task->path));
        buf_printf(&out, ",\"orders\":%" PRIu64 ",\"blocks\":%u,\"kept\":%u}\n", o->counts.orders,
                   o->kept + o->made, o->kept);
    } else {
        buf_printf(&out, is_zh ? "%s：%" PRIu64 " 笔订单，%u 块" : "%s: %" PRIu64 " orders in %u blocks", task->path,
                   o->counts.orders, o->kept + o->made);
        if (o->kept)
            buf_printf(&out, is_zh ? "（其中 %u 块此前已完成）" : ", %u of which were there already", o->kept);
        buf_puts(&out, is_zh ? "；说明见 DATASHEET.md\n" : "; DATASHEET.md says what is in it\n");
    }
    int status = cli_write(task->cli, &out);
    buf_finish(&out);
    return status;
}

static int run_generate(struct cli *cli)
{
    struct task *task = arena_take(&cli->arena, sizeof *task);
    struct errs errs = {0};
    task->cli = cli;
    int result = read_task(task, &errs);
    if (result == 0)
        result = carry_out(task, &errs);
    int status = result == 0 ? show(task) : cli_fail(cli, &errs);
    job_finish(&task->job);
    return status;
}

const struct cli_verb cli_generate = {
    "generate", "SCENARIO", "sample data sets: tables and labels; --limit N says how many orders", 1, 1, options,
    run_generate};
