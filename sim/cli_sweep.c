/* cli_sweep: `tradeloom sweep plan|run|status|missing|merge|slurm PLAN`: many runs of one scenario, from one machine
 * to a cluster. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/batch.h"
#include "sim/cli.h"
#include "sim/cluster.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/out_json.h"
#include "sim/report_sweep.h"
#include "sim/run.h"
#include "sim/sweep.h"
#include "sim/sweep_effect.h"
#include "sim/sweep_json.h"
#include "sim/sweep_merge.h"
#include "sim/sweep_run.h"
#include "sim/sweep_slurm.h"
#include "sim/sweep_store.h"
#include "sim/sweep_table.h"

static const struct cli_option options[] = {
    {"out", "DIR", "the sweep's folder; out/sweep-ID"},
    {"csv", NULL, "plan: all points as CSV"},
    {"shard", "K/N", "run: the Kth of N shares of all tasks"},
    {"missing", NULL, "run: only go on with a sweep that was begun"},
    {"jobs", "N", "run: tasks at a time; as many as there are processors"},
    {"shards", "N", "missing: which of N shares lack something; slurm: so many shares"},
    CLI_FORMAT,
    {0},
};

enum { SHARDS_MAX = 100000, SHARDS_USUAL = 16, ROWS_SHOWN = 20, JOBS_MAX = 1024, COLUMN_MIN = 8 };

/* A verb of the sweep at work. */
struct task {
    struct cli *cli;
    struct sweep sweep;
    struct sweep_store store;
    struct sweep_found found;
    struct cluster cluster;   /* of those that mpirun started with us; else alone */
    char path[900];
    struct buf out;
    struct errs errs;
    int status;     /* beside the errors */
    bool is_silent; /* another process tells what went wrong */
};

static bool is_zh(const struct task *task)
{
    return task->cli->lang == LANG_ZH;
}

static uint64_t missing_of(const struct task *task)
{
    return task->sweep.tasks - task->found.done;
}

/* ---- plan ---- */

static void plan_csv(struct task *task)
{
    const struct sweep *sweep = &task->sweep;
    buf_puts(&task->out, "point");
    sweep_table_axes(sweep, &task->out);
    buf_putc(&task->out, '\n');
    for (uint64_t point = 0; point < sweep->points; point++) {
        buf_printf(&task->out, "%llu", (unsigned long long)point + 1);
        sweep_table_values(sweep, point, &task->out);
        buf_putc(&task->out, '\n');
    }
}

static void plan_json(struct task *task)
{
    const struct sweep *sweep = &task->sweep;
    struct out_json json = {.out = &task->out};
    struct buf value = {0};
    out_json_begin(&json, NULL, '{');
    sweep_json_head(sweep, &json);
    out_json_begin(&json, "points", '[');
    for (uint64_t point = 0; point < sweep->points; point++) {
        out_json_begin_flat(&json, NULL, '[');
        for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
            buf_clear(&value);
            bool is_set = sweep_value(sweep, point, axis, &value);
            out_json_text(&json, NULL, is_set ? buf_text(&value) : NULL);
        }
        out_json_end(&json, ']');
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    buf_finish(&value);
}

static void tell_head(struct task *task)
{
    const struct sweep *sweep = &task->sweep;
    struct buf *out = &task->out;
    bool zh = is_zh(task);
    buf_printf(out, "%s\n", zh ? sweep->title_zh : sweep->title_en);
    buf_printf(out, zh ? "情景 %s · 设计 %s · " : "scenario %s · design %s · ", sweep->scenario->id,
               design_kind_ids[sweep->design.kind - 1]);
    run_count(out, sweep->points);
    buf_puts(out, zh ? " 个点 × " : " points × ");
    run_count(out, sweep->replications);
    buf_puts(out, zh ? " 次重复 = " : " replications = ");
    run_count(out, sweep->tasks);
    buf_printf(out, zh ? " 个任务 · 种子 %llu\n" : " tasks · seed %llu\n", (unsigned long long)sweep->seed);
    buf_puts(out, zh ? "输出：" : "outputs: ");
    for (unsigned i = 0; i < sweep->outputs; i++)
        buf_printf(out, "%s%s", i ? ", " : "", sweep->output[i].name);
    buf_puts(out, "\n\n");
}

/* A row of the table; point UINT64_MAX: its head. */
static void tell_row(struct task *task, uint64_t point)
{
    const struct sweep *sweep = &task->sweep;
    struct buf *out = &task->out;
    size_t at = out->length;
    if (point == UINT64_MAX)
        buf_puts(out, is_zh(task) ? "点" : "point");
    else
        buf_printf(out, "%llu", (unsigned long long)point + 1);
    size_t width = COLUMN_MIN;
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        err_pad(out, at, width);
        at = out->length;
        if (point == UINT64_MAX)
            buf_puts(out, sweep->axis[axis].path);
        else if (!sweep_value(sweep, point, axis, out))
            buf_puts(out, "–");
        width = strlen(sweep->axis[axis].path) + 2;
    }
    buf_putc(out, '\n');
}

static void tell_plan(struct task *task)
{
    const struct sweep *sweep = &task->sweep;
    uint64_t shown = sweep->points <= ROWS_SHOWN + 1 ? sweep->points : ROWS_SHOWN;
    tell_head(task);
    tell_row(task, UINT64_MAX);
    for (uint64_t point = 0; point < shown; point++)
        tell_row(task, point);
    if (shown < sweep->points)
        buf_printf(&task->out, is_zh(task) ? "另有 %llu 个点；--csv 全部列出\n" : "and %llu more: --csv lists all\n",
                   (unsigned long long)(sweep->points - shown));
}

static int plan(struct task *task)
{
    if (sweep_check(&task->sweep, &task->errs) != 0)
        return -1;
    if (cli_has(task->cli, "csv"))
        plan_csv(task);
    else if (task->cli->json)
        plan_json(task);
    else
        tell_plan(task);
    return 0;
}

/* ---- status, missing ---- */

static void tell_damages(const struct task *task)
{
    const struct sweep_found *found = &task->found;
    for (uint32_t i = 0; i < found->damages && !task->cli->json; i++)
        fprintf(stderr, is_zh(task) ? "%s 已损坏：其任务将重新计算\n" : "%s is damaged: its tasks are done again\n",
                found->damaged[i]);
}

static void status_json(struct task *task)
{
    const struct sweep_found *found = &task->found;
    struct out_json json = {.out = &task->out};
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "folder", task->path);
    out_json_count(&json, "tasks", task->sweep.tasks);
    out_json_count(&json, "done", found->done);
    out_json_count(&json, "missing", missing_of(task));
    out_json_bool(&json, "complete", missing_of(task) == 0);
    out_json_begin(&json, "damaged", '[');
    for (uint32_t i = 0; i < found->damages; i++)
        out_json_text(&json, NULL, found->damaged[i]);
    out_json_end(&json, ']');
    out_json_end(&json, '}');
}

static void tell_status(struct task *task)
{
    struct buf *out = &task->out;
    bool zh = is_zh(task);
    buf_printf(out, zh ? "%s：" : "%s: ", task->path);
    run_count(out, task->found.done);
    buf_puts(out, zh ? " / " : " of ");
    run_count(out, task->sweep.tasks);
    buf_puts(out, zh ? " 个任务已完成（" : " tasks done (");
    run_share(out, (int64_t)task->found.done, (int64_t)task->sweep.tasks);
    buf_puts(out, zh ? "），缺 " : "), ");
    run_count(out, missing_of(task));
    buf_puts(out, zh ? " 个\n" : " missing\n");
}

static int find(struct task *task, bool begin)
{
    if (sweep_store_open(&task->store, &task->sweep, task->path, begin, &task->errs) != 0 ||
        sweep_store_find(&task->store, &task->found, &task->errs) != 0)
        return -1;
    tell_damages(task);
    return 0;
}

static int status(struct task *task)
{
    if (find(task, false) != 0)
        return -1;
    if (task->cli->json)
        status_json(task);
    else
        tell_status(task);
    return 0;
}

/* The share, from 0, to which a task belongs: whole points where there are enough of them. */
static uint64_t shard_of(const struct sweep *sweep, uint64_t task, uint64_t shards)
{
    return (shards <= sweep->points ? sweep_point_of(sweep, task) : task) % shards;
}

/* Numbers from 1 that are marked, as "1-20,33". */
static void write_ranges(const bool *is_marked, uint64_t count, struct buf *out)
{
    const char *comma = "";
    for (uint64_t i = 0; i < count; i++) {
        uint64_t first = i;
        if (!is_marked[i])
            continue;
        while (i + 1 < count && is_marked[i + 1])
            i++;
        buf_printf(out, "%s%llu", comma, (unsigned long long)first + 1);
        if (i > first)
            buf_printf(out, "-%llu", (unsigned long long)i + 1);
        comma = ",";
    }
    if (*comma)
        buf_putc(out, '\n');
}

static int missing(struct task *task)
{
    uint64_t shards, tasks = task->sweep.tasks;
    if (job_number(task->cli, "shards", 0, 1, SHARDS_MAX, &shards, &task->errs) != 0 || find(task, false) != 0)
        return -1;
    uint64_t count = shards ? shards : tasks;
    bool *is_marked = memory_take(count);
    for (uint64_t i = 0; i < tasks; i++)
        if (!task->found.row[i])
            is_marked[shards ? shard_of(&task->sweep, i, shards) : i] = true;
    write_ranges(is_marked, count, &task->out);
    memory_release(is_marked);
    return 0;
}

/* ---- run ---- */

/* "2/7"; 0, or -1 with an error. Without --shard the first of one. */
static int read_shard(const struct task *task, uint64_t *shard, uint64_t *shards, struct errs *errs)
{
    const char *text = cli_value(task->cli, "shard", "1/1");
    unsigned long long k = 0, n = 0;
    int end = 0;
    if (sscanf(text, "%llu/%llu%n", &k, &n, &end) == 2 && !text[end] && text[0] != '-' && k >= 1 && k <= n &&
        n <= SHARDS_MAX) {
        *shard = k - 1;
        *shards = n;
        return 0;
    }
    err_help(errs_add(errs, ERR_USAGE, "--shard is no share: \"%.40s\"", text), "K/N, like 2/7: the second of seven");
    return -1;
}

static void tell_run(struct task *task, const struct sweep_run *run)
{
    struct buf *out = &task->out;
    bool zh = is_zh(task);
    uint64_t left = missing_of(task);
    run_count(out, run->done);
    buf_puts(out, zh ? " 个任务本次完成；" : " tasks done now; ");
    if (left == 0) {
        buf_printf(out, zh ? "无缺失。tradeloom sweep merge %s 可合并\n" : "none is missing: tradeloom sweep merge %s\n",
                   cli_operand(task->cli, 1, ""));
        return;
    }
    run_count(out, left);
    buf_puts(out, zh ? " 个任务仍缺\n" : " of all are missing\n");
}

static void run_json(struct task *task, const struct sweep_run *run)
{
    struct out_json json = {.out = &task->out};
    out_json_begin_flat(&json, NULL, '{');
    out_json_text(&json, "folder", task->path);
    out_json_count(&json, "done_now", run->done);
    out_json_count(&json, "missing", missing_of(task));
    out_json_bool(&json, "complete", missing_of(task) == 0);
    out_json_end(&json, '}');
}

/* Keeps of a list what is this process's: every Nth point, or every Nth task where points are few. */
static uint64_t keep_own(const struct task *task, uint64_t *list, uint64_t count)
{
    const struct cluster *cluster = &task->cluster;
    uint64_t points = 0, kept = 0, ordinal = 0;
    for (uint64_t i = 0; i < count; i++)
        points += i == 0 || sweep_point_of(&task->sweep, list[i]) != sweep_point_of(&task->sweep, list[i - 1]);
    for (uint64_t i = 0, last = 0; i < count; last = list[i++]) {
        ordinal += i > 0 && sweep_point_of(&task->sweep, list[i]) != sweep_point_of(&task->sweep, last);
        if ((points < cluster->size ? i : ordinal) % cluster->size == cluster->rank)
            list[kept++] = list[i];
    }
    return kept;
}

/* Simulates what the share lacks. */
static int run_share_of(struct task *task, const bool *is_done, struct sweep_run *run, uint64_t shard, uint64_t shards)
{
    uint64_t *list = memory_take(task->sweep.tasks * sizeof *list), count = 0;
    for (uint64_t i = 0; i < task->sweep.tasks; i++)
        if (!is_done[i] && shard_of(&task->sweep, i, shards) == shard)
            list[count++] = i;
    run->task = list;
    run->tasks = keep_own(task, list, count);
    int result = sweep_run(run, &task->errs);
    memory_release(list);
    return result;
}

/* Has one of those that mpirun started failed? Then one of them tells, and all give up. */
static bool give_up(struct task *task, int result)
{
    bool has_failed;
    task->is_silent = !cluster_tells(&task->cluster, result != 0, &has_failed) && has_failed;
    return has_failed;
}

/* One of them opens the folder and says what is done: the others go by its word, so that each missing task is
 * somebody's. */
static int open_share(struct task *task, bool *is_done)
{
    const struct cluster *cluster = &task->cluster;
    bool is_first = cluster->rank == 0;
    if (give_up(task, is_first ? find(task, !cli_has(task->cli, "missing")) : 0))
        return -1;
    if (is_first)
        sweep_store_clear(&task->store, &task->found);
    for (uint64_t i = 0; is_first && i < task->sweep.tasks; i++)
        is_done[i] = task->found.row[i] != NULL;
    cluster_share(cluster, is_done, task->sweep.tasks);
    return give_up(task, is_first ? 0 : sweep_store_open(&task->store, &task->sweep, task->path, false, &task->errs))
               ? -1 : 0;
}

/* When all are done, one of them looks at what is there. */
static int tell_end(struct task *task, struct sweep_run *run)
{
    run->done = cluster_sum(&task->cluster, run->done);
    if (task->cluster.rank > 0)
        return 0;
    sweep_store_release(&task->found);
    if (sweep_store_find(&task->store, &task->found, &task->errs) != 0)
        return -1;
    if (task->cli->json)
        run_json(task, run);
    else
        tell_run(task, run);
    return 0;
}

static int run(struct task *task)
{
    uint64_t shard, shards, jobs, usual = task->cluster.calls ? 1 : batch_jobs();
    struct sweep_run run = {.sweep = &task->sweep, .store = &task->store, .lang = task->cli->lang,
                            .has_bar = task->cluster.rank == 0 && isatty(STDERR_FILENO)};
    if (read_shard(task, &shard, &shards, &task->errs) != 0 ||
        job_number(task->cli, "jobs", usual, 1, JOBS_MAX, &jobs, &task->errs) != 0)
        return -1;
    run.jobs = (unsigned)jobs;
    bool *is_done = memory_take(task->sweep.tasks);
    int result = open_share(task, is_done);
    if (result == 0) {
        result = run_share_of(task, is_done, &run, shard, shards);
        result |= tell_end(task, &run);
    }
    memory_release(is_done);
    task->status = run.signal ? 128 + run.signal : 0;
    return result;
}

/* ---- merge ---- */

static int fail_missing(struct task *task)
{
    struct err *err = errs_add(&task->errs, ERR_BUSY, "%llu of %llu tasks are missing",
                               (unsigned long long)missing_of(task), (unsigned long long)task->sweep.tasks);
    snprintf(err->source, sizeof err->source, "%.159s", task->path);
    err_help(err, "tradeloom sweep run %.80s --missing", cli_operand(task->cli, 1, ""));
    return -1;
}

static const char *axis_title(const struct task *task, unsigned axis)
{
    return is_zh(task) ? task->sweep.axis[axis].title_zh : task->sweep.axis[axis].title_en;
}

static size_t title_width(const struct task *task)
{
    size_t width = 0;
    for (unsigned axis = 0; axis < task->sweep.design.axes; axis++) {
        const char *title = axis_title(task, axis);
        size_t cells = err_cells(title, strlen(title));
        width = cells > width ? cells : width;
    }
    return width + 4;
}

static void tell_bar(struct task *task, const struct sweep_output *figure, const struct sweep_bar *bar)
{
    const struct sensitivity_effect *effect = &bar->effect;
    struct buf *out = &task->out;
    unsigned digits = figure->digits + SWEEP_SUM_DIGITS;
    const char *base = is_zh(task) ? "情景原值" : "the scenario as it is";
    size_t at = out->length;
    buf_printf(out, "  %s", axis_title(task, bar->axis));
    err_pad(out, at, title_width(task));
    buf_decimal(out, effect->least, digits);
    buf_puts(out, is_zh(task) ? "（" : " (");
    buf_puts(out, effect->low_is_base ? base : "");
    sweep_effect_label(&task->sweep, bar->axis, effect->low, effect->low_is_base, out);
    buf_puts(out, is_zh(task) ? "）至 " : ") to ");
    buf_decimal(out, effect->most, digits);
    buf_puts(out, is_zh(task) ? "（" : " (");
    buf_puts(out, effect->high_is_base ? base : "");
    sweep_effect_label(&task->sweep, bar->axis, effect->high, effect->high_is_base, out);
    buf_puts(out, is_zh(task) ? "）" : ")");
}

static void tell_effect(struct task *task, const struct sweep_output *figure, const struct sweep_effect *effect)
{
    struct buf *out = &task->out;
    buf_printf(out, "%s  ", figure->name);
    buf_decimal(out, effect->base, figure->digits + SWEEP_SUM_DIGITS);
    buf_putc(out, '\n');
    for (unsigned i = 0; i < effect->bars && effect->bar[i].swing; i++) {
        tell_bar(task, figure, &effect->bar[i]);
        if (effect->has_indices) {
            buf_puts(out, is_zh(task) ? "  一阶 " : "  first ");
            buf_decimal(out, effect->first[effect->bar[i].axis], 6);
            buf_puts(out, is_zh(task) ? " 总 " : " total ");
            buf_decimal(out, effect->total[effect->bar[i].axis], 6);
        }
        buf_putc(out, '\n');
    }
}

static void tell_merge(struct task *task, const struct sweep_table *table)
{
    struct arena arena = {0};
    struct sweep_effect effect;
    bool has_effect[DESIGN_AXES_MAX] = {0};
    tell_head(task);
    buf_puts(&task->out, is_zh(task) ? "各轴的影响（龙卷风表）：每个取值上的均值，最低至最高\n"
                                     : "What each axis does (tornado): means at its values, least to greatest\n");
    for (unsigned i = 0; i < task->sweep.outputs; i++) {
        arena_reset(&arena);
        sweep_effect_of(table, i, &arena, &effect);
        for (unsigned b = 0; b < effect.bars; b++)
            has_effect[effect.bar[b].axis] |= effect.bar[b].swing != 0;
        if (effect.bars && effect.bar[0].swing)
            tell_effect(task, &task->sweep.output[i], &effect);
    }
    for (unsigned axis = 0; axis < task->sweep.design.axes; axis++)
        if (!has_effect[axis])
            buf_printf(&task->out, is_zh(task) ? "%s：对任何指标均无影响\n" : "%s: moves none of the figures\n",
                       axis_title(task, axis));
    buf_printf(&task->out, "\n%s/points.csv\n", task->path);
    arena_finish(&arena);
}

static int write_report(struct task *task, const struct buf *json)
{
    struct buf report = {0}, path = {0};
    report_sweep(&task->cli->book, json->data, json->length, PAGE_HTML, task->cli->lang, &report);
    buf_printf(&path, "%s/report.html", task->path);
    int result = file_replace(buf_text(&path), report.data, report.length, &task->errs);
    buf_finish(&report);
    buf_finish(&path);
    return result;
}

static int merge(struct task *task)
{
    struct sweep_table table = {0};
    struct buf json = {0};
    if (find(task, false) != 0)
        return -1;
    if (missing_of(task))
        return fail_missing(task);
    int result = sweep_table_open(&table, &task->sweep, &task->found, &task->errs);
    if (result == 0)
        result = sweep_merge(&task->store, &table, &json, &task->errs);
    if (result == 0)
        result = write_report(task, &json);
    if (result == 0 && task->cli->json)
        buf_add(&task->out, json.data, json.length);
    else if (result == 0 && task->cli->is_markdown)
        report_sweep(&task->cli->book, json.data, json.length, PAGE_MARKDOWN, task->cli->lang, &task->out);
    else if (result == 0)
        tell_merge(task, &table);
    sweep_table_close(&table);
    buf_finish(&json);
    return result;
}

/* ---- slurm ---- */

/* --rules, --tariff and --catalog as they were given. */
static const char *const *data_words(struct cli *cli)
{
    const char **word = arena_array(&cli->arena, const char *, 2 * cli->givens + 1);
    size_t words = 0;
    for (size_t i = 0; i < cli->givens; i++) {
        const char *name = cli->given[i].option->name;
        if (strcmp(name, "rules") != 0 && strcmp(name, "tariff") != 0 && strcmp(name, "catalog") != 0)
            continue;
        char *option = arena_take(&cli->arena, strlen(name) + 3);
        memcpy(option, "--", 2);
        memcpy(option + 2, name, strlen(name));
        word[words++] = option;
        word[words++] = cli->given[i].value;
    }
    return word;
}

static int slurm(struct task *task)
{
    char program[PATH_MAX] = "", place[PATH_MAX];
    struct sweep_slurm slurm = {.sweep = &task->sweep, .program = program, .place = place,
                                .plan = cli_operand(task->cli, 1, ""), .out = task->path,
                                .data = data_words(task->cli)};
    uint64_t usual = task->sweep.points < SHARDS_USUAL ? task->sweep.points : SHARDS_USUAL;
    if (job_number(task->cli, "shards", usual, 1, SWEEP_SLURM_SHARDS_MAX, &slurm.shards, &task->errs) != 0 ||
        sweep_check(&task->sweep, &task->errs) != 0)
        return -1;
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0 || !getcwd(place, sizeof place)) {
        errs_add(&task->errs, ERR_IO, "cannot find out where the program is: %s", strerror(errno));
        return -1;
    }
    sweep_slurm_write(&slurm, &task->out);
    return 0;
}

/* ---- the verb ---- */

static const struct act {
    const char *name;
    int (*run)(struct task *task);
} acts[] = {{"plan", plan}, {"run", run}, {"status", status}, {"missing", missing}, {"merge", merge}, {"slurm", slurm}};
enum { ACTS = sizeof acts / sizeof *acts };

static const struct act *find_act(const char *name)
{
    for (size_t i = 0; i < ACTS; i++)
        if (strcmp(acts[i].name, name) == 0)
            return &acts[i];
    return NULL;
}

static int load(struct task *task)
{
    struct cli *cli = task->cli;
    const char *out = cli_value(cli, "out", NULL);
    if (cli_load(cli, NULL, 0, &task->errs) != 0 ||
        sweep_open(&task->sweep, cli_operand(cli, 1, ""), &cli->book, &task->errs) != 0)
        return -1;
    snprintf(task->path, sizeof task->path, out ? "%s" : "out/sweep-%s", out ? out : task->sweep.id);
    return 0;
}

static int carry_out(struct task *task, const struct act *act)
{
    if (act->run == run && cluster_open(&task->cluster, &task->errs) != 0)
        return -1;
    return give_up(task, load(task)) ? -1 : act->run(task);
}

static int run_sweep(struct cli *cli)
{
    struct task *task = memory_take(sizeof *task);
    const struct act *act = find_act(cli_operand(cli, 0, ""));
    if (!act || cli->operands < 2) {
        memory_release(task);
        return cli_usage(cli, act ? "sweep %s needs a plan: a file or a name"
                                  : "sweep takes plan, run, status, missing, merge or slurm, not \"%s\"",
                         cli_operand(cli, 0, ""));
    }
    task->cli = cli;
    task->cluster.size = 1;
    int status = carry_out(task, act) == 0 ? task->status : task->is_silent ? 0 : cli_fail(cli, &task->errs);
    int written = cli_write(cli, &task->out);
    cluster_close(&task->cluster);
    sweep_store_release(&task->found);
    sweep_close(&task->sweep);
    buf_finish(&task->out);
    memory_release(task);
    return status ? status : written;
}

const struct cli_verb cli_sweep = {
    "sweep", "plan|run|status|missing|merge|slurm PLAN",
    "many runs of one scenario: grids and samples of its values, resumable, on threads or a cluster", 1, 2, options,
    run_sweep};
