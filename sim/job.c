/* job: command line to scenario, book and orders. */
#include "sim/job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/changes.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/reads.h"
#include "sim/reform.h"
#include "sim/replay.h"
#include "sim/scenario.h"

#define SEED_MAX (UINT64_C(1) << 53) /* what every JSON reader can hold */
#define REPLICATIONS_MAX 1000000
enum { PRECISE_MOST = 10000 }; /* replications, unless said, before --precision gives up */

static struct buf *add_file(struct job *job, struct errs *errs)
{
    if (job->files < JOB_FILES_MAX)
        return &job->file[job->files++];
    errs_add(errs, ERR_USAGE, "more than %d changes and reforms", JOB_FILES_MAX);
    return NULL;
}

/* ---- options ---- */

int job_number(const struct cli *cli, const char *name, uint64_t fallback, uint64_t least, uint64_t most,
               uint64_t *out, struct errs *errs)
{
    const char *text = cli_value(cli, name, NULL), *at = text;
    *out = fallback;
    if (!text)
        return 0;
    uint64_t value = 0;
    for (; *at >= '0' && *at <= '9' && value <= most; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    if (*text && !*at && value >= least && value <= most) {
        *out = value;
        return 0;
    }
    struct err *err = errs_add(errs, ERR_USAGE, "--%s is no whole number in its bounds: \"%.60s\"", name, text);
    err_help(err, "from %llu to %llu", (unsigned long long)least,
             (unsigned long long)most);
    return -1;
}

int job_precision(const struct cli *cli, int64_t *ppm, struct errs *errs)
{
    const char *text = cli_value(cli, "precision", NULL);
    size_t length = text ? strlen(text) : 0;
    *ppm = 0;
    if (!text || (length > 1 && text[length - 1] == '%' && decimal_parse(text, length - 1, 4, ppm) && *ppm > 0 &&
                  *ppm < 1000000))
        return 0;
    struct err *err = errs_add(errs, ERR_USAGE, "--precision is no percentage: \"%.60s\"", text);
    err_help(err, "like 1%% or 0.5%%: half the width of the interval, of the mean");
    return -1;
}

int job_day(const struct cli *cli, const char *name, int32_t *day, struct errs *errs)
{
    const char *text = cli_value(cli, name, NULL);
    *day = DAY_UNSET;
    if (!text || date_parse(text, strlen(text), day))
        return 0;
    struct err *err = errs_add(errs, ERR_USAGE, "--%s is no day: \"%.60s\"", name, text);
    err_help(err, "YYYY-MM-DD, like 2026-07-01");
    return -1;
}

static int read_options(struct job *job, int32_t *law_day, struct errs *errs)
{
    uint64_t replications;
    int32_t last;
    int result = 0;
    result |= job_number(job->cli, "seed", 1, 0, SEED_MAX, &job->seed, errs);
    uint64_t usual = cli_value(job->cli, "precision", NULL) ? PRECISE_MOST : 1;
    result |= job_number(job->cli, "replications", usual, 1, REPLICATIONS_MAX, &replications, errs);
    result |= job_day(job->cli, "until", &last, errs);
    result |= job_day(job->cli, "as-of", law_day, errs);
    job->replications = (uint32_t)replications;
    job->until = last == DAY_UNSET ? INT64_MAX : ((int64_t)last + 1) * DAY_SECONDS - 1;
    return result;
}

/* ---- the scenario's bytes ---- */

static int fail_scenario(const char *name, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_NO_INPUT, "no scenario \"%.80s\": neither a file nor a built-in one", name);
    data_help(err, "scenarios", name);
    return -1;
}

static bool is_file(const char *name)
{
    struct stat about;
    return strcmp(name, "-") == 0 || (stat(name, &about) == 0 && !S_ISDIR(about.st_mode));
}

int job_scenario_bytes(struct job *job, const char *name, const char **source, const char **bytes,
                       size_t *length, struct errs *errs)
{
    const struct data_span *span = data_find(name);
    span = span ? span : data_named("scenarios", name);
    if (is_file(name) || (!span && strchr(name, '/'))) {
        struct buf *file = add_file(job, errs);
        if (!file || file_read(name, file, errs) != 0)
            return -1;
        *source = name;
        *bytes = buf_text(file);
        *length = file->length;
        return 0;
    }
    if (!span)
        return fail_scenario(name, errs);
    *source = span->path;
    *bytes = span->start;
    *length = (size_t)(span->end - span->start);
    return 0;
}

/* ---- changes ---- */

static bool has_room(const struct changes *changes, struct errs *errs)
{
    if (changes_fit(changes, 2)) /* one more may lie over all (job_load_side) */
        return true;
    errs_add(errs, ERR_USAGE, "more than %d changes and reforms", CHANGES_MAX - 2);
    return false;
}

static int add_reform(struct job *job, struct changes *changes, const char *name, bool is_undone, struct errs *errs)
{
    struct reform reform;
    if (!has_room(changes, errs) || reform_load(&reform, name, &job->cli->arena, errs) != 0)
        return -1;
    if (is_undone && changes_take_back(changes, reform.id))
        return 0;
    return changes_reform(changes, &reform, is_undone ? REFORM_UNDONE : REFORM_AFTER, errs);
}

static int add_setting(struct job *job, struct changes *changes, const char *words, struct errs *errs)
{
    struct buf source = {0};
    buf_printf(&source, "--set %s", words);
    int result = has_room(changes, errs)
                     ? changes_set(changes, words, buf_text(&source), &job->cli->arena, errs) : -1;
    buf_finish(&source);
    return result;
}

/* In the order of the command line, so that the last word counts. */
static int read_changes(struct job *job, struct changes *changes, struct errs *errs)
{
    int result = 0;
    for (size_t i = 0; i < job->cli->givens && result == 0; i++) {
        const struct cli_given *given = &job->cli->given[i];
        if (strcmp(given->option->name, "reform") == 0 || strcmp(given->option->name, "undo") == 0)
            result = add_reform(job, changes, given->value, given->option->name[0] == 'u', errs);
        else if (strcmp(given->option->name, "set") == 0)
            result = add_setting(job, changes, given->value, errs);
    }
    return result;
}

/* ---- the user's orders ---- */

static int load_orders(struct job *job, struct errs *errs)
{
    const char *path = cli_value(job->cli, "orders", NULL), *map = cli_value(job->cli, "map", NULL);
    bool replays = scenario_replays(job->scenario);
    if (!path && !map && !replays)
        return 0;
    if (!path || !replays) {
        struct err *err = errs_add(errs, ERR_USAGE, replays ? "%s replays orders: which?" : "%s replays no orders",
                                   job->scenario->id);
        err_help(err, "%s",
                 replays ? "name them with --orders FILE.csv"
                         : "a scenario that does has a member \"replay\", like scenarios/replay.json");
        return -1;
    }
    struct buf *file = add_file(job, errs);
    if (!file || file_read(path, file, errs) != 0)
        return -1;
    job->replay = replay_load(job->book, job->scenario, map, path, buf_text(file), file->length, errs);
    if (!job->replay)
        return -1;
    scenario_follow(job->scenario, job->replay);
    return 0;
}

/* ---- all of it ---- */

static int load_scenario(struct job *job, const struct changes *changes, int32_t law_day, struct errs *errs)
{
    const char *source, *bytes;
    size_t length;
    if (job_scenario_bytes(job, cli_operand(job->cli, 0, ""), &source, &bytes, &length, errs) != 0)
        return -1;
    job->scenario = scenario_load(job->book, source, bytes, length, changes->patch, changes->patches, errs);
    if (!job->scenario)
        return -1;
    if (law_day != DAY_UNSET)
        job->scenario->law_day = law_day;
    return 0;
}

/* `reform`, unless NULL, lies over all else. */
static int load(struct job *job, const struct reform *reform, enum reform_side side, bool with_orders,
                struct errs *errs)
{
    struct cli *cli = job->cli;
    struct changes *changes = arena_take(&cli->arena, sizeof *changes);
    uint64_t limit;
    int32_t law_day;
    if (read_options(job, &law_day, errs) != 0 || read_changes(job, changes, errs) != 0 ||
        job_number(cli, "limit", 0, 1, INT64_MAX / 1000000, &limit, errs) != 0)
        return -1;
    if (reform && changes_reform(changes, reform, side, errs) != 0)
        return -1;
    if (cli_load_into(cli, job->book, changes->overlay, changes->overlays, errs) != 0 ||
        load_scenario(job, changes, law_day, errs) != 0)
        return -1;
    bool has_orders = cli_has(cli, "orders") || cli_has(cli, "map");
    if ((with_orders || has_orders) && load_orders(job, errs) != 0)
        return -1;
    if (limit)
        scenario_limit(job->scenario, limit);
    return 0;
}

int job_load(struct job *job, struct cli *cli, bool with_orders, struct errs *errs)
{
    *job = (struct job){.cli = cli, .book = &cli->book};
    return load(job, NULL, REFORM_UNSET, with_orders, errs);
}

int job_load_side(struct job *out, const struct job *job, const struct reform *reform, enum reform_side side,
                  struct errs *errs)
{
    *out = (struct job){.cli = job->cli};
    out->book = out->own_book = arena_take(&job->cli->arena, sizeof *out->own_book);
    return load(out, reform, side, job->replay != NULL, errs);
}

void job_warn_unread(const struct cli *cli, const char *of, const struct reads *reads, const struct book *book,
                     const struct scenario *scenario)
{
    struct buf out = {0};
    bool is_zh = cli->lang == LANG_ZH;
    reads_tell(reads, book, scenario, cli->lang, &out);
    if (out.length && !cli->json)
        fprintf(stderr, "%s%s%s%s\n", is_zh ? "警告：" : "warning: ", of ? of : "", of ? (is_zh ? "：" : ": ") : "",
                buf_text(&out));
    buf_finish(&out);
}

int job_manifest(const char *folder, struct buf *bytes, struct json *manifest, struct errs *errs)
{
    struct buf path = {0};
    buf_printf(&path, "%s/manifest.json", folder);
    int result = file_read(buf_text(&path), bytes, errs);
    if (result == 0)
        result = json_read(manifest, "manifest.json", bytes->data, bytes->length, errs);
    buf_finish(&path);
    return result;
}

int job_reread(struct cli *cli, const struct json *manifest, const char *list)
{
    const cJSON *machine = json_get(manifest->root, "machine"), *item;
    const cJSON *words_of = json_get(strcmp(list, "command") == 0 ? machine : manifest->root, list);
    const char **word = arena_array(&cli->arena, const char *, (size_t)cJSON_GetArraySize(words_of) + 1);
    const char *folder = json_text(machine, "folder", ".");
    size_t words = 0;
    cJSON_ArrayForEach(item, words_of)
        if (cJSON_IsString(item))
            word[words++] = item->valuestring;
    int status = cli_reread(cli, word, words);
    if (status == 0 && chdir(folder) != 0)
        fprintf(stderr, "%s: %s; files are looked for from here\n", folder, strerror(errno));
    return status;
}

static int check_hash(const struct json *manifest, const char *what, const char *hash, struct errs *errs)
{
    const char *then = json_text(json_get(manifest->root, what), "sha256", "");
    if (strcmp(then, hash) == 0)
        return 0;
    struct err *err = errs_add(errs, ERR_BAD_REQUEST, "the %s is not what the run had: its files have changed since",
                               what);
    err_help(err, "run it again first");
    return -1;
}

int job_check(const struct job *job, const struct json *manifest, struct errs *errs)
{
    int result = check_hash(manifest, "scenario", job->scenario->hash, errs);
    if (result == 0)
        result = check_hash(manifest, "data", job->book->hash, errs);
    if (result == 0 && job->replay)
        result = check_hash(manifest, "orders", job->replay->hash, errs);
    return result;
}

void job_finish(struct job *job)
{
    replay_free(job->replay);
    scenario_free(job->scenario);
    if (job->own_book)
        book_finish(job->own_book);
    for (unsigned i = 0; i < job->files; i++)
        buf_finish(&job->file[i]);
}
