/* cli_run: `tradeloom run`: simulates a scenario, writes the run folder, shows the nine nodes. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/json.h"
#include "core/digest.h"
#include "sim/batch.h"
#include "sim/beside.h"
#include "sim/cli.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/matrix.h"
#include "sim/out_folder.h"
#include "sim/out_manifest.h"
#include "sim/out_summary.h"
#include "sim/outpost.h"
#include "sim/outpost_log.h"
#include "sim/report.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

const struct cli_option cli_run_options[] = {
    JOB_OPTIONS,
    CLI_FORMAT,
    {"jobs", "N", "replications at a time; as many as there are processors"},
    {"speed", "N", "paced: simulated seconds a second; 86400 is a day a second"},
    {"precision", "P%", "go on until the 95 % interval of the cost of an order is within P % of it"},
    {"no-tables", NULL, "no orders.csv and postings.csv"},
    {"record", NULL, "also record.bin: what was owed, for `compare DIR`"},
    {"out", "DIR", "where the run is written; out/SCENARIO"},
    {"resume", "DIR", "go on with the run that was stopped there"},
    {"replay", "LOG", "what was watched with `serve`, or asked an endpoint, once more; 1 when its digest differs"},
    {"fresh", NULL, "start anew where a stopped run could go on"},
    {0},
};

/* One run from its command line to its folder. */
struct task {
    struct cli *cli;
    struct job job;
    struct batch batch;
    struct checkpoint checkpoint;
    bool has_checkpoint, has_tables;
    unsigned tables; /* 1 << enum out_table */
    struct out_folder folder;
    char path[900], resumed[PATH_MAX], started[21]; /* resumed: the folder of --resume, absolute; "": none */
    const char **command, **arguments;
    const char *digest; /* that a replayed session had, NULL: none */
    /* a step that is decided outside */
    const struct outpost_wire *wire;
    struct outpost_log log;
    char cwd[PATH_MAX]; /* from which a log was named; its run's files are named from elsewhere */
};

/* ---- words ---- */

/* Options that cannot change a result, or that say only where it goes. */
static bool is_of_machine(const char *name)
{
    static const char *const names[] = {"jobs", "speed", "out", "resume", "fresh", "json",
                                        "lang", "color", "format", "no-tables", "record"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Options whose meaning the others, or the folder, tell from then on. */
static bool is_told_once(const char *name)
{
    return strcmp(name, "resume") == 0 || strcmp(name, "fresh") == 0 || strcmp(name, "replay") == 0;
}

static const char **words_of(struct cli *cli, bool all)
{
    const char **word = arena_array(&cli->arena, const char *, cli->operands + cli->givens + 1);
    struct buf text = {0};
    size_t count = 0;
    for (size_t i = 0; i < cli->operands; i++)
        word[count++] = cli->operand[i];
    for (size_t i = 0; i < cli->givens; i++) {
        const struct cli_given *given = &cli->given[i];
        bool is_once = is_told_once(given->option->name);
        if (is_once || (!all && is_of_machine(given->option->name)))
            continue;
        buf_clear(&text);
        buf_printf(&text, "--%s%s%s", given->option->name, given->value ? "=" : "",
                   given->value ? given->value : "");
        word[count++] = arena_copy(&cli->arena, text.data, text.length);
    }
    buf_finish(&text);
    return word;
}

/* ---- going on ---- */

/* The command line of the run that was stopped in a folder, before what is given now. 0, or an exit status. */
static int reread_manifest(struct cli *cli, const char *folder)
{
    struct errs errs = {0};
    struct buf bytes = {0};
    struct json manifest = {0};
    int status = 0;
    if (job_manifest(folder, &bytes, &manifest, &errs) == 0 && !out_folder_waits(folder))
        snprintf(errs_add(&errs, ERR_NO_INPUT, "no stopped run waits here")->source, 160, "%.159s", folder);
    status = errs.count ? cli_fail(cli, &errs) : job_reread(cli, &manifest, "command");
    json_finish(&manifest);
    buf_finish(&bytes);
    return status;
}

/* A word to a person, on stderr. */
static void say_on(const struct cli *cli, const char *en, const char *zh)
{
    if (!cli->json)
        fprintf(stderr, "%s\n", cli->lang == LANG_ZH ? zh : en);
}

/* Reads the checkpoint of the folder; one of another run is left for dead. */
static int take_checkpoint(struct task *task, struct errs *errs)
{
    struct buf bytes = {0};
    struct errs own = {0};
    struct checkpoint_key key = batch_key(&task->batch);
    bool must = cli_has(task->cli, "resume");
    if (out_folder_read(&task->folder, "checkpoint", &bytes, &own) == 0 &&
        checkpoint_read(&task->checkpoint, task->folder.work_path, bytes.data, bytes.length, &own) == 0) {
        bool is_same = checkpoint_fits(&task->checkpoint, &key);
        task->has_checkpoint = is_same && out_tables_hold_all(&task->folder, task->checkpoint.length);
        if (!is_same)
            errs_add(&own, ERR_BAD_REQUEST, "the stopped run was another one: its data, scenario or arguments differ");
        else if (!task->has_checkpoint)
            errs_add(&own, ERR_BAD_REQUEST, "rows of the stopped run are gone; the same command starts anew");
    }
    buf_finish(&bytes);
    if (task->has_checkpoint) {
        say_on(task->cli, "going on with the run that was stopped here (--fresh starts anew)",
               "从上次中断处继续（--fresh 可重新开始）");
        return 0;
    }
    if (must) {
        errs_copy(errs, &own.item[0]);
        return -1;
    }
    return 0;
}

/* ---- folder ---- */

static int open_folder(struct task *task, struct errs *errs)
{
    bool may_resume = !task->batch.outpost && !cli_has(task->cli, "fresh") && out_folder_waits(task->path);
    if (out_folder_open(&task->folder, task->path, may_resume, errs) != 0)
        return -1;
    task->folder.tables = task->tables;
    if (may_resume && take_checkpoint(task, errs) != 0) {
        out_folder_close(&task->folder, true);
        return -1;
    }
    if (may_resume && !task->has_checkpoint) {
        out_folder_close(&task->folder, false);
        int result = out_folder_open(&task->folder, task->path, false, errs);
        task->folder.tables = task->tables;
        return result;
    }
    return 0;
}

static struct run describe(const struct task *task)
{
    bool is_precise = task->batch.precision_ppm && task->batch.signal == 0 && task->batch.tally;
    return (struct run){
        .scenario = task->job.scenario, .book = &task->cli->book, .tally = task->batch.tally,
        .seed = task->job.seed, .complete = task->batch.signal == 0,
        .replications = is_precise ? task->batch.tally->replications : task->job.replications,
        .has_tables = task->has_tables, .until = cli_value(task->cli, "until", NULL),
        .wall_ms = task->batch.wall_ms, .started = task->started, .jobs = task->batch.jobs,
        .command = task->command, .arguments = task->arguments};
}

static int write_document(const struct task *task, const char *name, struct buf *bytes, struct errs *errs)
{
    int result = out_folder_write(&task->folder, name, bytes->data, bytes->length, errs);
    buf_clear(bytes);
    return result;
}

/* Tables that this run has, and those that it has not; both lists end with NULL. */
static void split_tables(unsigned tables, const char **there, const char **gone)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        *(tables >> i & 1 ? there++ : gone++) = out_tables_names[i];
    *there = *gone = NULL;
}

/* All files first, then their places; the summary last: who finds it complete finds everything. */
static int write_folder(struct task *task, const struct run *run, struct errs *errs)
{
    static const char *const documents[] = {"report.html", "manifest.json", "summary.json", NULL};
    const struct out_folder *folder = &task->folder;
    struct buf bytes = {0};
    const char *there[OUT_TABLES_COUNT + 1], *gone[OUT_TABLES_COUNT + 1];
    uint64_t length[OUT_TABLES_COUNT];
    int result = 0;
    report_render(run, PAGE_HTML, task->cli->lang, &bytes);
    result |= write_document(task, "report.html", &bytes, errs);
    out_manifest(run, &bytes);
    result |= write_document(task, "manifest.json", &bytes, errs);
    out_summary(run, &bytes);
    result |= write_document(task, "summary.json", &bytes, errs);
    if (!run->complete && task->batch.checkpoint.length)
        result |= out_folder_write(folder, "checkpoint", task->batch.checkpoint.data,
                                   task->batch.checkpoint.length, errs);
    split_tables(run->complete ? task->tables : 0, there, gone);
    if (result == 0 && *there)
        result = out_tables_seal(folder, length, errs);
    signal(SIGINT, SIG_IGN); /* from here on it is done; all files take their places, or none */
    signal(SIGTERM, SIG_IGN);
    if (result == 0 && *there)
        result = out_folder_publish(folder, there, errs);
    if (result == 0)
        out_folder_remove(folder, gone); /* those of an earlier run do not belong to this one */
    if (result == 0)
        result = out_folder_publish(folder, documents, errs);
    buf_finish(&bytes);
    return result;
}

/* ---- what a person sees ---- */

static int show(const struct task *task, const struct run *run)
{
    const struct cli *cli = task->cli;
    struct buf out = {0};
    if (cli->json) {
        out_summary(run, &out);
    } else if (cli->is_markdown) {
        report_render(run, PAGE_MARKDOWN, cli->lang, &out);
    } else {
        matrix_render(run, cli->lang, cli->color_out, &out);
        matrix_figures(run, cli->lang, cli->color_out, &out);
        buf_printf(&out, "%s%s/report.html\n", cli->lang == LANG_ZH ? "报告      " : "Report    ", task->path);
    }
    int status = cli_write(task->cli, &out);
    buf_finish(&out);
    job_warn_unread(cli, NULL, &run->tally->reads, run->book, run->scenario);
    if (run->complete)
        return status;
    const char *words = cli->lang == LANG_ZH ? "已中断；继续运行：tradeloom run --resume %s\n"
                                             : "stopped; to go on: tradeloom run --resume %s\n";
    if (task->batch.outpost) /* its world cannot go on, but what there was can be repeated */
        words = cli->lang == LANG_ZH ? "已中断；重放：tradeloom run --replay %s/" OUTPOST_LOG "\n"
                                     : "stopped; to repeat what there was: tradeloom run --replay %s/" OUTPOST_LOG "\n";
    if (!cli->json)
        fprintf(stderr, words, task->path);
    return 128 + task->batch.signal;
}

/* ---- a session that was watched ---- */

static const struct json_field log_fields[] = {
    {.name = "schema_version", .type = JSON_INTEGER, .required = true, .note = "1"},
    {.name = "scenario", .type = JSON_STRING, .required = true, .note = "its name"},
    {.name = "seed", .type = JSON_INTEGER, .required = true, .note = "of all draws"},
    {.name = "limit", .type = JSON_INTEGER, .note = "so many orders"},
    {.name = "until", .type = JSON_DATE, .note = "the day at whose end it stood"},
    {.name = "changes", .type = JSON_ARRAY, .required = true, .note = "settings, as --set takes them"},
    {.name = "digest", .type = JSON_STRING, .required = true, .note = "of the session"},
    {0},
};

static size_t add_number(struct cli *cli, const cJSON *root, const char *name, const char **word, size_t count)
{
    char text[24], option[24];
    if (!json_get(root, name))
        return count;
    snprintf(text, sizeof text, "%lld", (long long)json_integer(root, name, 0));
    snprintf(option, sizeof option, "--%s", name);
    word[count++] = arena_copy(&cli->arena, option, strlen(option));
    word[count++] = arena_copy(&cli->arena, text, strlen(text));
    return count;
}

/* Takes a session's log as if its words stood on the command line. 0, or an exit status. */
static int reread_log(struct task *task, const char *path)
{
    struct cli *cli = task->cli;
    struct errs errs = {0};
    struct json log = {0};
    size_t length = 0, count = 0;
    const char *bytes = file_keep(path, &cli->arena, &length, &errs);
    if (bytes && json_read(&log, path, bytes, length, &errs) == 0)
        json_check(&log, log.root, log_fields, "the session", &errs);
    if (errs.count)
        return cli_fail(cli, &errs);
    const cJSON *changes = json_get(log.root, "changes"), *change;
    const char **word = arena_array(&cli->arena, const char *, (size_t)cJSON_GetArraySize(changes) * 2 + 8);
    word[count++] = json_text(log.root, "scenario", "");
    count = add_number(cli, log.root, "seed", word, count);
    count = add_number(cli, log.root, "limit", word, count);
    if (json_get(log.root, "until")) {
        word[count++] = "--until";
        word[count++] = json_text(log.root, "until", "");
    }
    cJSON_ArrayForEach(change, changes) {
        word[count++] = "--set";
        word[count++] = cJSON_IsString(change) ? change->valuestring : "";
    }
    const char *digest = json_text(log.root, "digest", "");
    task->digest = arena_copy(&cli->arena, digest, strlen(digest));
    int status = cli_reread(cli, word, count);
    json_finish(&log);
    return status;
}

/* ---- a step that is decided outside ---- */

/* Takes the command line of a run that asked an endpoint, and the answers that it had. 0, or an exit status. */
static int reread_outside(struct task *task, const char *path)
{
    struct errs errs = {0};
    if (outpost_log_read(&task->log, path, &errs) != 0)
        return cli_fail(task->cli, &errs);
    if (!task->log.has_end && task->log.last == INT64_MIN) {
        snprintf(errs_add(&errs, ERR_BAD_REQUEST, "the log holds no exchange: there is nothing to repeat")->source, 160,
                 "%.159s", path);
        return cli_fail(task->cli, &errs);
    }
    task->digest = *task->log.digest ? task->log.digest : NULL;
    if (!getcwd(task->cwd, sizeof task->cwd))
        task->cwd[0] = '\0';
    return job_reread(task->cli, &task->log.manifest, "arguments");
}

static int fail_outside(const struct task *task, const char *what, const char *help, struct errs *errs)
{
    const struct scenario_outside *outside = &task->job.scenario->outside;
    err_help(errs_add(errs, ERR_USAGE, "the scenario asks %.100s for its step \"%s\": %s", outside->url,
                      scenario_outside_id((enum outside_step)outside->step), what),
             "%s", help);
    return -1;
}

/* The program beside this one has what a question needs to travel. */
static int start_whole(const struct task *task, struct errs *errs)
{
    char path[PATH_MAX];
    if (beside_find("tradeloom-whole", path, sizeof path))
        execv(path, task->cli->argv);
    errs_add(errs, ERR_UNAVAILABLE, "cannot start tradeloom-whole, which stands beside the program: %s",
             strerror(errno));
    return -1;
}

static int go_live(struct task *task, uint64_t worlds, struct errs *errs)
{
    const struct scenario *scenario = task->job.scenario;
    if (!task->batch.speed)
        return fail_outside(task, "a run must keep pace with the clock to wait for its answers",
                            "--speed N asks it (simulated seconds a second); --replay LOG repeats a run that did; "
                            "--set outside=null leaves it out", errs);
    if (worlds > OUTPOST_PARTS || task->batch.precision_ppm)
        return fail_outside(task, "too many worlds at a time", "replications times cells, at most 64; no --precision",
                            errs);
    if (!task->wire)
        return start_whole(task, errs);
    task->batch.outpost = outpost_live(&scenario->outside, task->wire);
    task->batch.jobs = (unsigned)worlds;
    if (!task->cli->json)
        fprintf(stderr, task->cli->lang == LANG_ZH ? "站外：%s；日志 %s/" OUTPOST_LOG "\n"
                                                   : "outside: %s is asked; the log is %s/" OUTPOST_LOG "\n",
                scenario->outside.url, task->path);
    return 0;
}

static int meet_outside(struct task *task, struct errs *errs)
{
    const struct scenario *scenario = task->job.scenario;
    if (*task->cwd && chdir(task->cwd) != 0) /* the run's files are read; what is written belongs here */
        errs_add(errs, ERR_IO, "%.100s: %s", task->cwd, strerror(errno));
    if (task->log.bytes && job_check(&task->job, &task->log.manifest, errs) != 0)
        return -1;
    if (errs->count || scenario->outside.step == OUTSIDE_STEP_NONE)
        return errs->count ? -1 : 0;
    if (!task->log.bytes)
        return go_live(task, (uint64_t)task->job.replications * scenario->cells, errs);
    task->batch.outpost = outpost_recall(&task->log);
    return 0;
}

/* The log's first line: the run as it stands now. */
static int begin_outside(const struct task *task, struct errs *errs)
{
    struct run run = describe(task);
    struct buf manifest = {0};
    char key[40];
    run.complete = false;
    out_manifest(&run, &manifest);
    snprintf(key, sizeof key, "%.20s-%ld", task->started, (long)getpid());
    int result = outpost_begin(task->batch.outpost, &task->folder, key, &manifest, errs);
    buf_finish(&manifest);
    return result;
}

/* The log's last line. */
static int end_outside(const struct task *task, struct errs *errs)
{
    char digest[33];
    digest_write(&task->batch.tally->digest, digest);
    return outpost_end(task->batch.outpost, task->batch.signal == 0, digest, errs);
}

static void report_outside(const struct task *task)
{
    struct buf out = {0};
    bool is_zh = task->cli->lang == LANG_ZH;
    char time[21];
    if (task->log.bytes && !task->log.has_end) {
        time_write(task->log.last, time);
        buf_printf(&out, is_zh ? "日志没有结尾（运行被强行中止）：重放至 %s\n"
                               : "the log has no end, its run was killed: it is repeated up to %s\n", time);
    } else if (task->log.bytes && !task->log.is_complete) {
        buf_puts(&out, is_zh ? "该日志的运行曾被中断：重放至中断处\n"
                             : "the log is of a run that was stopped: it is repeated up to there\n");
    }
    outpost_report(task->batch.outpost, task->cli->lang, &out);
    if (out.length && !task->cli->json)
        fputs(buf_text(&out), stderr);
    buf_finish(&out);
}

static int compare_digest(const struct task *task)
{
    char digest[33];
    if (!task->digest)
        return 0;
    digest_write(&task->batch.tally->digest, digest);
    if (strcmp(digest, task->digest) == 0)
        return 0;
    fprintf(stderr, "the session had the digest %.32s, this run has %s: another version, or other data?\n",
            task->digest, digest);
    return 1;
}

/* ---- the verb ---- */

static int read_task(struct task *task, struct errs *errs)
{
    uint64_t jobs, speed;
    int64_t precision_ppm;
    if (job_number(task->cli, "jobs", batch_jobs(), 1, 1024, &jobs, errs) != 0 ||
        job_number(task->cli, "speed", 0, 1, UINT64_C(1) << 40, &speed, errs) != 0 ||
        job_precision(task->cli, &precision_ppm, errs) != 0 ||
        job_load(&task->job, task->cli, true, errs) != 0)
        return -1;
    const struct job *job = &task->job;
    const char *resumed = *task->resumed ? task->resumed : NULL;
    task->has_tables = !cli_has(task->cli, "no-tables");
    task->tables = (task->has_tables ? 1u << OUT_ORDERS | 1u << OUT_POSTINGS : 0) |
                   (cli_has(task->cli, "record") ? 1u << OUT_RECORD : 0);
    snprintf(task->path, sizeof task->path, "out/%s", job->scenario->id);
    for (char *at = task->path + strlen("out/"); *at; at++)
        *at = *at == '/' ? '-' : *at;
    const char *path = resumed ? resumed : cli_value(task->cli, "out", task->path);
    memmove(task->path, path, strnlen(path, sizeof task->path - 1) + 1);
    task->path[sizeof task->path - 1] = '\0';
    task->batch = (struct batch){
        .scenario = job->scenario, .book = &task->cli->book, .seed = job->seed,
        .replications = job->replications, .precision_ppm = precision_ppm, .jobs = (unsigned)jobs, .until = job->until,
        .speed = speed,
        .folder = task->tables ? &task->folder : NULL, .has_bar = isatty(STDERR_FILENO), .lang = task->cli->lang};
    return meet_outside(task, errs);
}

static int simulate(struct task *task, struct errs *errs)
{
    const struct outpost *outpost = task->batch.outpost;
    if (outpost && begin_outside(task, errs) != 0)
        return -1;
    int result = batch_run(&task->batch, task->has_checkpoint ? &task->checkpoint : NULL, errs);
    return result == 0 && outpost ? end_outside(task, errs) : result;
}

static int carry_out(struct task *task, struct errs *errs)
{
    if (open_folder(task, errs) != 0)
        return -1;
    int result = simulate(task, errs);
    struct run run = describe(task);
    if (result == 0)
        result = write_folder(task, &run, errs);
    bool may_go_on = result == 0 ? task->batch.checkpoint.length > 0 : task->has_checkpoint; /* with room on the disk */
    out_folder_close(&task->folder, may_go_on);
    return result;
}

/* Where the command line of an earlier run stands, unless this one says it all. 0, or an exit status. */
static int reread(struct task *task)
{
    struct cli *cli = task->cli;
    const char *resumed = cli_value(cli, "resume", NULL), *log = cli_value(cli, "replay", NULL);
    if (resumed && realpath(resumed, task->resumed))
        resumed = task->resumed;
    int status = resumed ? reread_manifest(cli, resumed) : 0;
    if (status || !log)
        return status;
    return outpost_log_is(log) ? reread_outside(task, log) : reread_log(task, log);
}

/* The command line is read: the run and what is told of it. An exit status. */
static int run_task(struct task *task)
{
    struct errs errs = {0};
    time_write((int64_t)time(NULL), task->started);
    task->command = words_of(task->cli, true);
    task->arguments = words_of(task->cli, false);
    if (read_task(task, &errs) != 0 || carry_out(task, &errs) != 0)
        return cli_fail(task->cli, &errs);
    struct run run = describe(task);
    int status = show(task, &run);
    if (task->batch.outpost)
        report_outside(task);
    return status ? status : compare_digest(task);
}

int cli_run_by(struct cli *cli, const struct outpost_wire *wire)
{
    struct task task = {.cli = cli, .wire = wire};
    int status = reread(&task);
    if (status == 0 && cli->operands != 1)
        status = cli_usage(cli, cli->operands ? "one scenario at a time" : "run needs a scenario: a file or a name");
    else if (status == 0)
        status = run_task(&task);
    outpost_free(task.batch.outpost);
    outpost_log_finish(&task.log);
    checkpoint_finish(&task.checkpoint);
    batch_finish(&task.batch);
    job_finish(&task.job);
    return status;
}

static int run_here(struct cli *cli)
{
    return cli_run_by(cli, NULL);
}

const struct cli_verb cli_run = {"run", "SCENARIO", "simulate; shows the nine nodes, writes the run's folder", 0, 1,
                                 cli_run_options, run_here};
