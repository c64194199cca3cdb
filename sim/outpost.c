/* outpost: questions in lists: those that a world has just asked, those that travel, those that are answered. */
#include "sim/outpost.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/out_file.h"
#include "sim/out_folder.h"
#include "sim/outpost_log.h"
#include "sim/stats.h"
#include "sim/world_int.h"

enum { SYNC_EVERY_MS = 1000 };

/* A question, from its asking until its answer has entered the world. */
struct errand {
    struct errand *next, *before; /* in a list */
    struct outpost *outpost;
    struct world_question question; /* its body follows this struct */
    uint32_t part;
    void *trip;                   /* NULL: it does not travel */
    uint64_t sent_us;
    struct outpost_exchange what; /* of the answer */
    struct buf response;
    char error[240];
};

struct errands {
    struct errand *first, *last;
    size_t count;
};

struct post {
    struct outpost *outpost;
    uint32_t number;
    struct errands asked;    /* its world's thread, or the loop while that rests */
    struct errands travel, answered; /* the loop's */
    size_t cursor;           /* in the log */
};

struct outpost {
    const struct scenario_outside *where;
    const struct outpost_wire *wire;
    const struct outpost_log *log;
    struct post post[OUTPOST_PARTS + 1];
    void *open_wire;
    void (*news)(void *self, uint32_t part);
    void *news_self;
    struct out_file file;
    uint64_t synced_ms;
    char key[40];            /* of this run */
    uint64_t heard, unheard;
    struct hours wall;       /* microseconds, of those heard */
};

/* ---- lists ---- */

static void add(struct errands *list, struct errand *errand)
{
    errand->before = list->last;
    errand->next = NULL;
    if (list->last)
        list->last->next = errand;
    else
        list->first = errand;
    list->last = errand;
    list->count++;
}

static void take(struct errands *list, struct errand *errand)
{
    if (errand->before)
        errand->before->next = errand->next;
    else
        list->first = errand->next;
    if (errand->next)
        errand->next->before = errand->before;
    else
        list->last = errand->before;
    list->count--;
}

static void release(struct errand *errand)
{
    buf_finish(&errand->response);
    memory_release(errand);
}

static void release_all(struct errands *list)
{
    while (list->first) {
        struct errand *errand = list->first;
        take(list, errand);
        release(errand);
    }
}

/* ---- on the thread of a world ---- */

static void keep(void *self, struct world *world, const struct world_question *question)
{
    struct post *post = self;
    struct errand *errand = memory_take(sizeof *errand + question->length);
    char *body = (char *)(errand + 1);
    (void)world;
    memcpy(body, question->body, question->length);
    errand->outpost = post->outpost;
    errand->part = post->number;
    errand->question = *question;
    errand->question.body = body;
    add(&post->asked, errand);
}

static bool is_logged(const struct outpost_recall *recall, const struct world_question *question)
{
    return recall->asked_at == question->asked_at && recall->body.len == question->length &&
           memcmp(recall->body.ptr, question->body, question->length) == 0;
}

/* Questions come in the order of their numbers, and so does the log. */
static void recall(void *self, struct world *world, const struct world_question *question)
{
    struct post *post = self;
    const struct outpost_log *log = post->outpost->log;
    const struct outpost_recall *list = log->part[post->number].recall;
    size_t count = log->part[post->number].count;
    while (post->cursor < count && list[post->cursor].question < question->number)
        post->cursor++;
    if (post->cursor == count || list[post->cursor].question != question->number)
        return; /* it waits, as it did when the log was cut off */
    const struct outpost_recall *found = &list[post->cursor];
    if (is_logged(found, question))
        world_answer(world, question, found->accepts, found->applied_at);
    else
        world_fail(world, ERR_BAD_REQUEST, "question %" PRIu64 ", of order %" PRIu64 ", is not that of the log: another "
                   "version, other data or other options", question->number, question->order);
}

void outpost_join(struct outpost *outpost, uint32_t part, struct world *world)
{
    check(part >= 1 && part <= OUTPOST_PARTS);
    struct post *post = &outpost->post[part];
    post->cursor = 0;
    world_ask(world, outpost->log ? recall : keep, post);
}

bool outpost_is_live(const struct outpost *outpost)
{
    return !outpost->log;
}

int64_t outpost_until(const struct outpost *outpost, uint32_t part)
{
    return outpost->log ? outpost->log->part[part].until : INT64_MAX;
}

/* ---- questions travel ---- */

static uint64_t now_us(void)
{
    return uv_hrtime() / 1000;
}

/* {"answer": "accept"} or {"answer": "decline"}, with whatever else; false: it is neither. */
static bool understand(const struct outpost_reply *reply, bool *accepts)
{
    struct errs errs = {0};
    struct json json = {0};
    bool is_one = false;
    if (json_read(&json, "answer", reply->body, reply->length, &errs) == 0) {
        const cJSON *answer = cJSON_IsObject(json.root) ? json_get(json.root, "answer") : NULL;
        const char *text = cJSON_IsString(answer) ? answer->valuestring : "";
        *accepts = strcmp(text, "accept") == 0;
        is_one = *accepts || strcmp(text, "decline") == 0;
    }
    json_finish(&json);
    return is_one;
}

/* A server that fails, or has no time, has not answered; one that refuses (402, 422 …) may say so in words. */
static bool may_mean_it(long status)
{
    return (status >= 200 && status < 300) || (status >= 400 && status < 500 && status != 408 && status != 429);
}

static void judge(struct errand *errand, const struct outpost_reply *reply)
{
    struct outpost_exchange *what = &errand->what;
    bool accepts = false;
    what->is_heard = may_mean_it(reply->status) && understand(reply, &accepts);
    what->accepts = what->is_heard ? accepts : errand->outpost->where->accepts;
    what->status = reply->status;
    what->tries = reply->tries;
    what->try_us = reply->try_us;
    what->wall_us = now_us() - errand->sent_us;
    if (reply->status)
        buf_add(&errand->response, reply->body, reply->length);
    if (!what->is_heard)
        snprintf(errand->error, sizeof errand->error, "%s",
                 *reply->error ? reply->error : "the answer is not {\"answer\": \"accept\"} or {\"answer\": \"decline\"}");
}

static void heard(void *ticket, const struct outpost_reply *reply)
{
    struct errand *errand = ticket;
    struct outpost *outpost = errand->outpost;
    struct post *post = &outpost->post[errand->part];
    errand->trip = NULL;
    take(&post->travel, errand);
    judge(errand, reply);
    if (errand->what.is_heard) {
        outpost->heard++;
        hours_add(&outpost->wall, (int64_t)errand->what.wall_us, 0);
    } else {
        outpost->unheard++;
    }
    add(&post->answered, errand);
    outpost->news(outpost->news_self, post->number);
}

void outpost_open(struct outpost *outpost, uv_loop_t *loop, void (*news)(void *self, uint32_t part), void *self)
{
    outpost->news = news;
    outpost->news_self = self;
    if (!outpost->log)
        outpost->open_wire = outpost->wire->open(loop, outpost->where);
}

void outpost_send(struct outpost *outpost, uint32_t part)
{
    struct post *post = &outpost->post[part];
    char key[100];
    while (post->asked.first) {
        struct errand *errand = post->asked.first;
        take(&post->asked, errand);
        add(&post->travel, errand);
        snprintf(key, sizeof key, "%s-%" PRIu32 "-%" PRIu64, outpost->key, part, errand->question.number);
        errand->sent_us = now_us();
        errand->trip = outpost->wire->send(outpost->open_wire, key, errand->question.body, errand->question.length,
                                           heard, errand);
    }
}

void outpost_leave(struct outpost *outpost, uint32_t part)
{
    struct post *post = &outpost->post[part];
    for (struct errand *errand = post->travel.first; errand; errand = errand->next)
        outpost->wire->cancel(outpost->open_wire, errand->trip);
    release_all(&post->travel);
    release_all(&post->answered);
}

void outpost_close(struct outpost *outpost)
{
    for (uint32_t part = 1; part <= OUTPOST_PARTS; part++) {
        outpost_leave(outpost, part);
        release_all(&outpost->post[part].asked);
    }
    if (outpost->open_wire)
        outpost->wire->close(outpost->open_wire);
    outpost->open_wire = NULL;
}

/* ---- answers enter ---- */

bool outpost_has_news(const struct outpost *outpost, uint32_t part)
{
    return outpost->post[part].answered.count > 0;
}

static int by_number(const void *a, const void *b)
{
    const struct errand *one = *(struct errand *const *)a, *other = *(struct errand *const *)b;
    return (one->question.number > other->question.number) - (one->question.number < other->question.number);
}

/* Those that have come, as a list by number: in which order they came says nothing to who has only the log. */
static struct errand **by_numbers(struct errands *list, size_t *count)
{
    struct errand **all = memory_take((list->count + 1) * sizeof *all);
    *count = 0;
    for (struct errand *errand = list->first; errand; errand = errand->next)
        all[(*count)++] = errand;
    qsort(all, *count, sizeof *all, by_number);
    return all;
}

static void note(struct outpost *outpost, struct errand *errand, int64_t time)
{
    struct outpost_exchange what = errand->what;
    what.part = errand->part;
    what.question = errand->question.number;
    what.order = errand->question.order;
    what.asked_at = errand->question.asked_at;
    what.applied_at = time;
    what.error = errand->error;
    what.body = errand->question.body;
    what.length = errand->question.length;
    what.response = what.status ? errand->response.data ? errand->response.data : "" : NULL;
    what.response_length = errand->response.length;
    outpost_log_exchange(&what, &outpost->file.buf);
}

/* What is written survives the program at once, and the machine within a second. */
static int flush(struct outpost *outpost, struct errs *errs)
{
    uint64_t now_ms = uv_hrtime() / 1000000;
    if (now_ms - outpost->synced_ms >= SYNC_EVERY_MS) {
        out_file_sync(&outpost->file);
        outpost->synced_ms = now_ms;
    } else {
        out_file_flush(&outpost->file);
    }
    return outpost->file.error ? out_file_close(&outpost->file, errs) : 0;
}

int outpost_tell(struct outpost *outpost, uint32_t part, struct world *world, int64_t time, struct errs *errs)
{
    struct post *post = &outpost->post[part];
    size_t count;
    struct errand **all = by_numbers(&post->answered, &count);
    for (size_t i = 0; i < count && outpost->file.is_open; i++)
        note(outpost, all[i], time);
    int result = outpost->file.is_open ? flush(outpost, errs) : 0;
    for (size_t i = 0; i < count && result == 0; i++)
        world_answer(world, &all[i]->question, all[i]->what.accepts, time);
    memory_release(all);
    release_all(&post->answered);
    return result;
}

/* ---- the log ---- */

int outpost_begin(struct outpost *outpost, const struct out_folder *folder, const char *key, const struct buf *manifest,
                  struct errs *errs)
{
    if (outpost->log)
        return 0;
    snprintf(outpost->key, sizeof outpost->key, "%.39s", key);
    renameat(folder->dir, OUTPOST_LOG, folder->dir, OUTPOST_LOG_BEFORE); /* where there is one */
    out_file_open(&outpost->file, folder->dir, folder->path, OUTPOST_LOG, 0);
    outpost_log_begin(manifest, &outpost->file.buf);
    return flush(outpost, errs);
}

void outpost_stand(struct outpost *outpost, uint32_t part, int64_t time)
{
    if (outpost->file.is_open)
        outpost_log_stand(part, time, &outpost->file.buf);
}

int outpost_end(struct outpost *outpost, bool is_complete, const char *digest, struct errs *errs)
{
    if (!outpost->file.is_open)
        return 0;
    outpost_log_end(is_complete, digest, &outpost->file.buf);
    out_file_sync(&outpost->file);
    return out_file_close(&outpost->file, errs);
}

/* ---- the whole ---- */

static struct outpost *create(void)
{
    struct outpost *outpost = memory_take(sizeof *outpost);
    for (uint32_t part = 0; part <= OUTPOST_PARTS; part++)
        outpost->post[part] = (struct post){.outpost = outpost, .number = part};
    return outpost;
}

struct outpost *outpost_live(const struct scenario_outside *where, const struct outpost_wire *wire)
{
    struct outpost *outpost = create();
    outpost->where = where;
    outpost->wire = wire;
    return outpost;
}

struct outpost *outpost_recall(const struct outpost_log *log)
{
    struct outpost *outpost = create();
    outpost->log = log;
    return outpost;
}

void outpost_free(struct outpost *outpost)
{
    struct errs ignored = {0};
    if (!outpost)
        return;
    check(!outpost->open_wire);
    out_file_close(&outpost->file, &ignored);
    memory_release(outpost);
}

static void add_ms(const struct outpost *outpost, unsigned per_mille, struct buf *out)
{
    buf_decimal(out, hours_quantile(&outpost->wall, per_mille) / 100, 1);
    buf_puts(out, " ms");
}

void outpost_report(const struct outpost *outpost, enum lang lang, struct buf *out)
{
    bool is_zh = lang == LANG_ZH;
    if (outpost->log)
        return;
    buf_printf(out, is_zh ? "站外：%s 询问 %" PRIu64 " 次，答复 %" PRIu64 " 次，按 otherwise 处理 %" PRIu64 " 次"
                          : "outside: %s was asked %" PRIu64 " times, answered %" PRIu64 ", otherwise %" PRIu64,
               outpost->where->url, outpost->heard + outpost->unheard, outpost->heard, outpost->unheard);
    if (outpost->heard) {
        buf_puts(out, is_zh ? "；耗时中位 " : "; half of the answers within ");
        add_ms(outpost, 500, out);
        buf_puts(out, is_zh ? "，95 % 在 " : ", 95 % within ");
        add_ms(outpost, 950, out);
        buf_puts(out, is_zh ? " 内" : "");
    }
    buf_putc(out, '\n');
}
