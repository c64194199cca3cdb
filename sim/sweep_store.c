/* sweep_store: parts written, found again, and checked. */
#include "sim/sweep_store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/err.h"
#include "sim/file.h"
#include "sim/out_json.h"
#include "sim/sweep.h"

enum { HASH = 64 };
static const char part_end[] = ".part", first_word[] = "tradeloom-sweep ";

/* ---- plan.json ---- */

static void write_plan(const struct sweep *sweep, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_count(&json, "schema_version", 1);
    out_json_text(&json, "version", TRADELOOM_VERSION);
    out_json_begin(&json, "hashes", '{');
    out_json_text(&json, "sweep", sweep->key.all);
    out_json_text(&json, "plan", sweep->key.plan);
    out_json_text(&json, "scenario", sweep->key.scenario);
    out_json_text(&json, "data", sweep->key.book);
    out_json_end(&json, '}');
    out_json_raw(&json, "plan", sweep->json.bytes, sweep->json.length);
    out_json_end(&json, '}');
}

/* Says what is not as it was when the folder was begun. */
static int compare_plan(const struct sweep_store *store, const struct json *then, struct errs *errs)
{
    const struct sweep_key *now = &store->sweep->key;
    const cJSON *hashes = json_get(then->root, "hashes");
    const char *what = strcmp(json_text(hashes, "plan", ""), now->plan) != 0           ? "its plan"
                       : strcmp(json_text(hashes, "scenario", ""), now->scenario) != 0 ? "its scenario"
                       : strcmp(json_text(hashes, "data", ""), now->book) != 0         ? "the law or a table"
                                                                                        : "the program";
    if (strcmp(json_text(hashes, "sweep", ""), now->all) == 0)
        return 0;
    struct err *err = errs_add(errs, ERR_BAD_REQUEST, "%s has changed since this folder was begun: results of both do"
                               " not belong together", what);
    snprintf(err->source, sizeof err->source, "%.159s", store->path);
    err_help(err, "name another folder with --out, or remove this one");
    return -1;
}

static int check_plan(const struct sweep_store *store, const char *path, struct errs *errs)
{
    struct buf bytes = {0};
    struct json then = {0};
    int result = file_read(path, &bytes, errs);
    if (result == 0)
        result = json_read(&then, path, bytes.data, bytes.length, errs);
    if (result == 0)
        result = compare_plan(store, &then, errs);
    json_finish(&then);
    buf_finish(&bytes);
    return result;
}

static int begin(const struct sweep_store *store, const char *plan, struct errs *errs)
{
    struct buf bytes = {0};
    bool is_new;
    int result = file_folder(store->parts, &is_new, errs);
    write_plan(store->sweep, &bytes);
    if (result == 0)
        result = file_replace(plan, bytes.data, bytes.length, errs);
    buf_finish(&bytes);
    return result;
}

int sweep_store_open(struct sweep_store *store, const struct sweep *sweep, const char *path, bool is_begun,
                     struct errs *errs)
{
    char plan[920];
    *store = (struct sweep_store){.sweep = sweep};
    if (*path == '\0' || strlen(path) >= sizeof store->path) {
        errs_add(errs, ERR_USAGE, "not a name for a folder: \"%.60s\"", path);
        return -1;
    }
    snprintf(store->path, sizeof store->path, "%s", path);
    snprintf(store->parts, sizeof store->parts, "%s/parts", path);
    snprintf(plan, sizeof plan, "%s/plan.json", path);
    bool is_there = access(plan, F_OK) == 0;
    if (is_there)
        return check_plan(store, plan, errs);
    if (is_begun)
        return begin(store, plan, errs);
    struct err *err = errs_add(errs, ERR_NO_INPUT, "nothing of this sweep has been run here");
    snprintf(err->source, sizeof err->source, "%.159s", path);
    err_help(err, "tradeloom sweep run begins it; --out names its folder");
    return -1;
}

/* ---- parts ---- */

int sweep_store_write(const struct sweep_store *store, const char *rows, size_t length, struct errs *errs)
{
    struct buf bytes = {0}, path = {0};
    char hash[HASH + 1];
    buf_printf(&bytes, "%s%s\n", first_word, store->sweep->key.all);
    buf_add(&bytes, rows, length);
    sha256(bytes.data, bytes.length, hash);
    buf_printf(&path, "%s/%s%s", store->parts, hash, part_end);
    int result = file_replace(buf_text(&path), bytes.data, bytes.length, errs);
    buf_finish(&bytes);
    buf_finish(&path);
    return result;
}

/* Are these the bytes that a part of this name was written with, and is it of this sweep? */
static bool is_sound(const struct sweep *sweep, const char *path, const char *bytes, size_t length)
{
    const char *name = strrchr(path, '/') + 1;
    size_t head = sizeof first_word - 1;
    char hash[HASH + 1];
    sha256(bytes, length, hash);
    return strlen(name) == HASH + sizeof part_end - 1 && memcmp(name, hash, HASH) == 0 && length > head + HASH &&
           memcmp(bytes, first_word, head) == 0 && memcmp(bytes + head, sweep->key.all, HASH) == 0 &&
           bytes[head + HASH] == '\n' && bytes[length - 1] == '\n';
}

static bool is_same_row(const char *a, const char *b)
{
    size_t length = strcspn(a, "\n");
    return strncmp(a, b, length + 1) == 0;
}

static int take_rows(const struct sweep *sweep, struct sweep_found *found, const char *path, const char *at,
                     struct errs *errs)
{
    for (at = strchr(at, '\n') + 1; *at; at = strchr(at, '\n') + 1) {
        uint64_t task = 0;
        const char *row = at;
        for (; *row >= '0' && *row <= '9' && task <= sweep->tasks; row++)
            task = task * 10 + (uint64_t)(*row - '0');
        check(task < sweep->tasks && *row == ','); /* its hash is right: we wrote it */
        row++;
        if (found->row[task] && !is_same_row(found->row[task], row)) {
            struct err *err = errs_add(errs, ERR_BAD_REQUEST, "two runners found different results for task %llu",
                                       (unsigned long long)task + 1);
            snprintf(err->source, sizeof err->source, "%.159s", path);
            err_help(err, "they were different builds of one version: remove the folder and begin anew");
            return -1;
        }
        found->done += !found->row[task];
        found->row[task] = row;
    }
    return 0;
}

int sweep_store_find(const struct sweep_store *store, struct sweep_found *found, struct errs *errs)
{
    const char **path;
    size_t count;
    *found = (struct sweep_found){0};
    found->row = arena_array(&found->arena, const char *, store->sweep->tasks);
    if (file_list(store->parts, part_end, &found->arena, &path, &count, errs) != 0)
        return -1;
    found->damaged = arena_array(&found->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        struct errs own = {0};
        const char *bytes = file_keep(path[i], &found->arena, &length, &own);
        if (!bytes && access(path[i], F_OK) != 0)
            continue; /* damaged, and another runner took it away */
        errs_append(errs, &own);
        if (!bytes)
            return -1;
        if (!is_sound(store->sweep, path[i], bytes, length))
            found->damaged[found->damages++] = path[i];
        else if (take_rows(store->sweep, found, path[i], bytes, errs) != 0)
            return -1;
    }
    return 0;
}

void sweep_store_release(struct sweep_found *found)
{
    arena_finish(&found->arena);
    *found = (struct sweep_found){0};
}

void sweep_store_clear(const struct sweep_store *store, const struct sweep_found *found)
{
    for (uint32_t i = 0; i < found->damages; i++)
        unlink(found->damaged[i]);
    file_clear(store->parts);
    file_clear(store->path);
}
