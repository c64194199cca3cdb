/* outpost_log: lines out of exchanges, and exchanges out of lines. */
#include "sim/outpost_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/file.h"

/* ---- writing ---- */

void outpost_log_begin(const struct buf *manifest, struct buf *out)
{
    size_t start = out->length;
    buf_puts(out, "{\"schema_version\":1,\"log\":\"outside\",\"manifest\":");
    buf_add(out, manifest->data, manifest->length);
    for (size_t i = start; i < out->length; i++) /* breaks stand between values only */
        if (out->data[i] == '\n')
            out->data[i] = ' ';
    buf_puts(out, "}\n");
}

static void add_time(struct buf *out, const char *name, int64_t time)
{
    char text[21];
    time_write(time, text);
    buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

enum { RESPONSE_KEPT = 4096 };

/* Its text, cut, as far as it is UTF-8. */
static void add_response(struct buf *out, const char *bytes, size_t length)
{
    size_t kept = length < RESPONSE_KEPT ? length : RESPONSE_KEPT;
    buf_puts(out, ",\"response\":");
    if (bytes)
        buf_json_string(out, bytes, err_utf8(bytes, kept));
    else
        buf_puts(out, "null");
}

void outpost_log_exchange(const struct outpost_exchange *e, struct buf *out)
{
    buf_printf(out, "{\"part\":%" PRIu32 ",\"question\":%" PRIu64 ",\"order\":%" PRIu64, e->part, e->question, e->order);
    add_time(out, "asked", e->asked_at);
    add_time(out, "applied", e->applied_at);
    buf_printf(out, ",\"answer\":\"%s\",\"by\":\"%s\",\"status\":%ld,\"tries\":%u,\"wall_us\":%" PRIu64
               ",\"try_us\":%" PRIu64 ",\"request\":", e->accepts ? "accept" : "decline",
               e->is_heard ? "endpoint" : "otherwise", e->status, e->tries, e->wall_us, e->try_us);
    buf_add(out, e->body, e->length);
    add_response(out, e->response, e->response_length);
    buf_puts(out, ",\"error\":");
    buf_json_string(out, e->error, strlen(e->error));
    buf_puts(out, "}\n");
}

void outpost_log_stand(uint32_t part, int64_t time, struct buf *out)
{
    buf_printf(out, "{\"part\":%" PRIu32, part);
    if (time == INT64_MAX)
        buf_puts(out, ",\"stands\":\"end\"");
    else
        add_time(out, "stands", time);
    buf_puts(out, "}\n");
}

void outpost_log_end(bool is_complete, const char *digest, struct buf *out)
{
    buf_printf(out, "{\"end\":\"%s\",\"digest\":\"%s\"}\n", is_complete ? "complete" : "stopped", digest);
}

/* ---- reading ---- */

static const char *const answers[] = {"accept", "decline", NULL};
static const char *const speakers[] = {"endpoint", "otherwise", NULL};
static const char *const ends[] = {"complete", "stopped", NULL};

static const struct json_field line_fields[] = {
    {.name = "part", .type = JSON_INTEGER},       {.name = "question", .type = JSON_INTEGER},
    {.name = "order", .type = JSON_INTEGER},      {.name = "asked", .type = JSON_STRING},
    {.name = "applied", .type = JSON_STRING},     {.name = "answer", .type = JSON_STRING, .choices = answers},
    {.name = "by", .type = JSON_STRING, .choices = speakers},
    {.name = "status", .type = JSON_INTEGER},     {.name = "tries", .type = JSON_INTEGER},
    {.name = "wall_us", .type = JSON_INTEGER},    {.name = "try_us", .type = JSON_INTEGER},
    {.name = "request", .type = JSON_OBJECT},     {.name = "response", .type = JSON_STRING, .nullable = true},
    {.name = "error", .type = JSON_STRING},       {.name = "stands", .type = JSON_STRING},
    {.name = "end", .type = JSON_STRING, .choices = ends},
    {.name = "digest", .type = JSON_STRING},      {0}};

static int64_t read_time(const struct json *line, const char *name, struct errs *errs)
{
    const char *text = json_text(line->root, name, "");
    int64_t time = 0;
    if (!time_parse(text, strlen(text), &time))
        json_fail(line, json_get(line->root, name) ? json_get(line->root, name) : line->root, errs, ERR_WRONG_TYPE,
                  "\"%s\" must be a time like \"2026-03-01T08:12:05Z\"", name);
    return time;
}

static void take_exchange(struct outpost_log *log, uint32_t part, const struct json *line, struct errs *errs)
{
    struct outpost_recall recall = {
        .question = (uint64_t)json_integer(line->root, "question", 0), .asked_at = read_time(line, "asked", errs),
        .applied_at = read_time(line, "applied", errs),
        .accepts = strcmp(json_text(line->root, "answer", ""), "accept") == 0,
        .body = json_written(line, json_get(line->root, "request"))};
    if (recall.applied_at <= recall.asked_at || !json_get(line->root, "answer") || recall.body.len == 0) {
        json_fail(line, line->root, errs, ERR_BAD_REQUEST, "no exchange: it is not answered after it is asked");
        return;
    }
    if (log->part[part].count == log->part[part].room) {
        size_t room = log->part[part].room ? 2 * log->part[part].room : 64;
        log->part[part].recall = memory_resize(log->part[part].recall, log->part[part].count * sizeof recall,
                                               room * sizeof recall);
        log->part[part].room = room;
    }
    log->part[part].recall[log->part[part].count++] = recall;
    log->part[part].until = log->last = recall.applied_at;
}

static void take_line(struct outpost_log *log, const struct json *line, struct errs *errs)
{
    int64_t part = json_integer(line->root, "part", 0);
    if (json_check(line, line->root, line_fields, "a line of the log", errs) != 0)
        return;
    if (json_get(line->root, "end")) {
        log->has_end = true;
        log->is_complete = strcmp(json_text(line->root, "end", ""), "complete") == 0;
        snprintf(log->digest, sizeof log->digest, "%.32s", json_text(line->root, "digest", ""));
    } else if (part < 1 || part > OUTPOST_PARTS) {
        json_fail(line, line->root, errs, ERR_RANGE, "\"part\" must be 1 to %d", OUTPOST_PARTS);
    } else if (json_get(line->root, "stands")) {
        bool is_end = strcmp(json_text(line->root, "stands", ""), "end") == 0;
        log->part[part].until = is_end ? INT64_MAX : read_time(line, "stands", errs);
    } else {
        take_exchange(log, (uint32_t)part, line, errs);
    }
}

static int by_question(const void *a, const void *b)
{
    const struct outpost_recall *one = a, *other = b;
    return (one->question > other->question) - (one->question < other->question);
}

/* A line that was being written when the program was killed is no line. */
static size_t whole_lines(const char *bytes, size_t length)
{
    const char *last = length ? memrchr(bytes, '\n', length) : NULL;
    return last ? (size_t)(last - bytes) + 1 : 0;
}

static bool read_head(struct outpost_log *log, size_t *at, struct errs *errs)
{
    if (json_read_next(&log->head, log->source, log->bytes, whole_lines(log->bytes, log->length), at, errs) != 1)
        return false;
    log->manifest = log->head;
    log->manifest.root = cJSON_GetObjectItemCaseSensitive(log->head.root, "manifest");
    return strcmp(json_text(log->head.root, "log", ""), "outside") == 0 && cJSON_IsObject(log->manifest.root);
}

static bool open_log(struct outpost_log *log, const char *path, size_t *at, struct errs *errs)
{
    *log = (struct outpost_log){.last = INT64_MIN};
    snprintf(log->source, sizeof log->source, "%.159s", path);
    for (unsigned part = 0; part <= OUTPOST_PARTS; part++)
        log->part[part].until = INT64_MIN;
    log->bytes = file_map(path, &log->length, errs);
    *at = 0;
    if (log->length < UINT32_MAX)
        return log->bytes && read_head(log, at, errs);
    errs_add(errs, ERR_RANGE, "%.100s: a log of 4 GiB or more is not read", path);
    return false;
}

bool outpost_log_is(const char *path)
{
    struct outpost_log log;
    struct errs errs = {0};
    size_t at;
    bool is_one = open_log(&log, path, &at, &errs);
    outpost_log_finish(&log);
    return is_one;
}

int outpost_log_read(struct outpost_log *log, const char *path, struct errs *errs)
{
    size_t before = errs->count, at;
    struct json line = {0};
    int got = 0;
    if (!open_log(log, path, &at, errs)) {
        if (errs->count == before)
            errs_add(errs, ERR_BAD_REQUEST, "%.100s is no log of an outside step", path);
        return -1;
    }
    size_t length = whole_lines(log->bytes, log->length);
    while (errs->count == before && (got = json_read_next(&line, log->source, log->bytes, length, &at, errs)) == 1) {
        if (log->has_end)
            json_fail(&line, line.root, errs, ERR_TRAILING, "a line behind the log's last");
        else
            take_line(log, &line, errs);
        json_finish(&line);
    }
    if (got < 0)
        json_finish(&line);
    for (unsigned part = 1; part <= OUTPOST_PARTS; part++)
        if (log->part[part].count)
            qsort(log->part[part].recall, log->part[part].count, sizeof *log->part[part].recall, by_question);
    return errs->count == before ? 0 : -1;
}

void outpost_log_finish(struct outpost_log *log)
{
    for (unsigned part = 1; part <= OUTPOST_PARTS; part++)
        memory_release(log->part[part].recall);
    json_finish(&log->head);
    if (log->bytes)
        file_unmap(log->bytes, log->length);
    *log = (struct outpost_log){0};
}
