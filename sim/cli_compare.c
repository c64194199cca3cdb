/* cli_compare: `tradeloom compare`: a scenario under the law as it is and under reforms. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/batch.h"
#include "sim/cli.h"
#include "sim/compare.h"
#include "sim/compare_table.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/out_compare.h"
#include "sim/out_folder.h"
#include "sim/record.h"
#include "sim/report_compare.h"
#include "sim/scenario.h"

enum { REFORMS_MAX = 16, REPLICATIONS = 10 };

static const struct cli_option options[] = {
    JOB_OPTIONS,
    {"static", NULL, "only with behaviour held fixed: the same orders and channels, the law asked anew"},
    {"dynamic", NULL, "only with behaviour that responds: the scenario runs again"},
    {"warm-up", "DAYS", "orders of the first days do not count"},
    {"precision", "P%", "go on until the 95 % interval of the cost of an order is within P % of it"},
    {"independent", NULL, "random draws of its own for each law, to see what common ones are worth"},
    {"jobs", "N", "replications at a time; as many as there are processors"},
    CLI_FORMAT,
    {"out", "DIR", "also writes compare.json and report.html there"},
    {0},
};

static const char undo[] = "undo:";

struct task {
    struct cli *cli;
    const char *run;       /* the folder of a run whose orders are recorded, absolute; NULL: it is a scenario */
    struct json manifest;  /* of that run */
    struct buf bytes;
    const char *name[REFORMS_MAX + 1]; /* of reforms, as given, where the run is elsewhere */
    struct job before, after[REFORMS_MAX], own[REFORMS_MAX]; /* own: baselines of reforms that are law */
    struct compare_law law[REFORMS_MAX];
    struct compare compare;
};

static const char *join(struct cli *cli, const char *a, const char *b)
{
    struct buf text = {0};
    buf_printf(&text, "%s%s", a, b);
    const char *kept = arena_copy(&cli->arena, text.data, text.length);
    buf_finish(&text);
    return kept;
}

/* Under the loop, on as many threads as it may. */
static int run_batch(void *self, struct batch *batch, struct errs *errs)
{
    (void)self;
    return batch_run(batch, NULL, errs);
}

/* ---- a run that was recorded ---- */

/* A folder that is called like a built-in scenario is meant where its name has a slash: "./milk-powder". */
static bool is_run(const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    snprintf(path, sizeof path, "scenarios/%.100s.json", name);
    if (!strchr(name, '/') && data_find(path))
        return false;
    return snprintf(path, sizeof path, "%s/manifest.json", name) < (int)sizeof path && stat(path, &about) == 0;
}

/* Names of files are meant from where the program was started, not from where the run was. */
static const char *from_here(struct cli *cli, const char *path)
{
    char here[PATH_MAX];
    return path[0] != '/' && getcwd(here, sizeof here) ? join(cli, join(cli, here, "/"), path) : path;
}

/* A reform by name or by file, perhaps undone. */
static const char *reform_from_here(struct cli *cli, const char *name)
{
    bool is_undone = strncmp(name, undo, sizeof undo - 1) == 0;
    const char *bare = is_undone ? name + sizeof undo - 1 : name;
    if (access(bare, R_OK) != 0)
        return name;
    return join(cli, is_undone ? undo : "", from_here(cli, bare));
}

/* Takes what the run was asked; its scenario stands first, then come the reforms. 0, or an exit status. */
static int take_run(struct task *task, struct errs *errs)
{
    struct cli *cli = task->cli;
    task->run = from_here(cli, cli->operand[0]);
    for (size_t i = 1; i < cli->operands; i++) {
        task->name[i] = cli->operand[i];
        cli->operand[i] = reform_from_here(cli, cli->operand[i]);
    }
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, "out") == 0)
            cli->given[i].value = from_here(cli, cli->given[i].value);
    if (job_manifest(task->run, &task->bytes, &task->manifest, errs) != 0)
        return cli_fail(cli, errs);
    int status = job_reread(cli, &task->manifest, "arguments");
    if (status == 0) {
        memmove(cli->operand + 1, cli->operand + 2, (cli->operands - 2) * sizeof *cli->operand);
        cli->operands--;
    }
    return status;
}

static int ask_record(struct task *task, struct errs *errs)
{
    struct buf path = {0};
    size_t length = 0;
    buf_printf(&path, "%s/record.bin", task->run);
    const void *rows = job_check(&task->before, &task->manifest, errs) == 0
                           ? file_map(buf_text(&path), &length, errs) : NULL;
    int result = rows && length % sizeof(struct record_row) == 0
                     ? compare_recorded(&task->compare, rows, length / sizeof(struct record_row), errs) : -1;
    if (result != 0 && errs->count && errs->item[0].code == ERR_NO_INPUT)
        err_help(&errs->item[0], "tradeloom run --record writes one");
    else if (result != 0 && errs->count == 0)
        errs_add(errs, ERR_BAD_REQUEST, "the record is cut off; run it again with --record");
    file_unmap(rows, length);
    buf_finish(&path);
    return result;
}

/* ---- what is asked ---- */

static int read_options(struct task *task, struct errs *errs)
{
    const struct cli *cli = task->cli;
    struct compare *compare = &task->compare;
    uint64_t jobs, warm_up;
    bool is_static = cli_has(cli, "static"), is_dynamic = cli_has(cli, "dynamic");
    if (job_number(cli, "jobs", batch_jobs(), 1, 1024, &jobs, errs) != 0 ||
        job_number(cli, "warm-up", 0, 0, 36500, &warm_up, errs) != 0 ||
        job_precision(cli, &compare->precision_ppm, errs) != 0)
        return -1;
    if (task->run && (is_dynamic || warm_up)) {
        errs_add(errs, ERR_USAGE, "recorded orders stay as they were: without --dynamic and --warm-up");
        return -1;
    }
    compare->wants[COMPARE_STATIC] = is_static || !is_dynamic;
    compare->wants[COMPARE_DYNAMIC] = !task->run && (is_dynamic || !is_static);
    compare->is_paired = !cli_has(cli, "independent");
    compare->jobs = (unsigned)jobs;
    compare->warm_up_days = (int32_t)warm_up;
    compare->has_bar = isatty(STDERR_FILENO);
    compare->lang = cli->lang;
    compare->run = run_batch;
    return 0;
}

/* A reform, or one that is law taken back: "undo:NAME". */
static int load_law(struct task *task, const char *name, struct errs *errs)
{
    size_t number = task->compare.laws++;
    struct job *after = &task->after[number], *own = &task->own[number];
    struct compare_law *law = &task->law[number];
    struct reform reform;
    bool is_undone = strncmp(name, undo, sizeof undo - 1) == 0;
    if (reform_load(&reform, is_undone ? name + sizeof undo - 1 : name, &task->cli->arena, errs) != 0)
        return -1;
    law->id = is_undone ? name : reform.id;
    if (*reform.title[LANG_EN] && is_undone) {
        law->title_en = join(task->cli, "without: ", reform.title[LANG_EN]);
        law->title_zh = join(task->cli, "取消：", reform.title[LANG_ZH]);
    } else if (*reform.title[LANG_EN]) {
        law->title_en = reform.title[LANG_EN];
        law->title_zh = reform.title[LANG_ZH];
    }
    if (task->run && strcmp(law->id, name) == 0)
        law->id = task->name[number + 1]; /* as it was given */
    if (task->run && reform.is_law && !is_undone) {
        struct err *err = errs_add(errs, ERR_BAD_REQUEST, "%.80s is law: its baseline is the law before it; orders are "
                                   "recorded under the law of their day", law->id);
        err_help(err, "compare undo:%.80s, or the scenario in place of its run", law->id);
        return -1;
    }
    if (reform.is_law && !is_undone) {
        if (job_load_side(own, &task->before, &reform, REFORM_BEFORE, errs) != 0)
            return -1;
        law->base_book = own->book;
        law->base_scenario = own->scenario;
    }
    if (job_load_side(after, &task->before, &reform, is_undone ? REFORM_UNDONE : REFORM_AFTER, errs) != 0)
        return -1;
    law->book = after->book;
    law->scenario = after->scenario;
    return 0;
}

static int load(struct task *task, struct errs *errs)
{
    struct cli *cli = task->cli;
    struct compare *compare = &task->compare;
    if (read_options(task, errs) != 0 || job_load(&task->before, cli, true, errs) != 0)
        return -1;
    bool is_said = cli_has(cli, "replications") || compare->precision_ppm;
    compare->scenario = task->before.scenario;
    compare->book = task->before.book;
    compare->seed = task->before.seed;
    compare->replications = task->run ? (uint32_t)json_integer(task->manifest.root, "replications", 0)
                            : is_said ? task->before.replications : REPLICATIONS;
    compare->until = task->before.until;
    compare->law = task->law;
    for (size_t i = 1; i < cli->operands; i++)
        if (load_law(task, cli_operand(cli, i, ""), errs) != 0)
            return -1;
    return 0;
}

static int write_folder(const struct task *task, const char *path, struct errs *errs)
{
    struct buf report = {0}, document = {0};
    report_compare(&task->compare, PAGE_HTML, task->cli->lang, &report);
    out_compare(&task->compare, &document);
    const struct out_document documents[] = {{"report.html", &report}, {"compare.json", &document}};
    int result = out_folder_documents(path, documents, 2, errs);
    buf_finish(&report);
    buf_finish(&document);
    return result;
}

static int show(const struct task *task)
{
    const struct compare *compare = &task->compare;
    struct buf out = {0};
    if (task->cli->json)
        out_compare(&task->compare, &out);
    else if (task->cli->is_markdown)
        report_compare(&task->compare, PAGE_MARKDOWN, task->cli->lang, &out);
    else
        compare_table(&task->compare, task->cli->lang, task->cli->color_out, &out);
    int status = cli_write(task->cli, &out);
    buf_finish(&out);
    for (size_t i = 0; i < compare->laws; i++) {
        const struct compare_law *law = &compare->law[i];
        job_warn_unread(task->cli, law->id, &law->reads, law->book, law->scenario);
    }
    return status;
}

static int run_compare(struct cli *cli)
{
    struct task *task = arena_take(&cli->arena, sizeof *task);
    struct errs errs = {0};
    task->cli = cli;
    int status = is_run(cli->operand[0]) ? take_run(task, &errs) : 0;
    if (status)
        return status;
    const char *out = cli_value(cli, "out", NULL);
    int result = load(task, &errs);
    if (result == 0)
        result = task->run ? ask_record(task, &errs) : compare_run(&task->compare, &errs);
    bool is_stopped = result == 0 && task->compare.signal;
    if (result == 0 && !is_stopped && out)
        result = write_folder(task, out, &errs);
    if (is_stopped)
        status = 128 + task->compare.signal;
    else
        status = result == 0 ? show(task) : cli_fail(cli, &errs);
    compare_finish(&task->compare);
    json_finish(&task->manifest);
    buf_finish(&task->bytes);
    for (size_t i = 0; i < REFORMS_MAX; i++) {
        job_finish(&task->after[i]);
        job_finish(&task->own[i]);
    }
    job_finish(&task->before);
    return status;
}

const struct cli_verb cli_compare = {
    "compare", "SCENARIO|RUN REFORM...", "the same orders under other law: differences with intervals, who pays more",
    2, REFORMS_MAX + 1, options, run_compare};
