/* fetch: files for the courier, on a loop of their own, with a bar. */
#include "sim/fetch.h"

#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "core/arena.h"
#include "core/check.h"
#include "sim/courier.h"

enum {
    SLOW_SECONDS = 15,
    FAILURES_IN_A_ROW = 5, /* of tries: then the server is left alone */
    BAR_EVERY_MS = 100,
    BAR_CELLS = 24,
};

struct engine {
    struct fetch *fetch;
    struct courier *courier;
    uv_loop_t loop;
    uv_timer_t bar;
    bool is_drawn;
};

/* A file on its way. */
struct transfer {
    struct engine *engine;
    struct fetch_file *file;
};

static bool is_type_wanted(const struct fetch_file *file)
{
    if (!file->types || !file->type[0])
        return true;
    for (const char *const *type = file->types; *type; type++)
        if (strncmp(file->type, *type, strlen(*type)) == 0)
            return true;
    return false;
}

static void file_came(void *self, const struct courier_answer *answer)
{
    struct transfer *transfer = self;
    struct fetch_file *file = transfer->file;
    struct fetch *fetch = transfer->engine->fetch;
    file->status = answer->status;
    file->tries = answer->tries;
    snprintf(file->type, sizeof file->type, "%s", answer->type);
    snprintf(file->error, sizeof file->error, "%s", answer->error);
    if (!file->error[0] && !is_type_wanted(file))
        snprintf(file->error, sizeof file->error, "%s came, not %s", file->type, file->types[0]);
    file->came = !file->error[0];
    fetch->ended++;
    if (file->came) {
        fetch->came++;
        file->body = *answer->body;
        *answer->body = (struct buf){0};
        fetch->bytes += file->body.length;
    }
    if (fetch->ended == fetch->files)
        uv_stop(&transfer->engine->loop);
}

static void send_file(struct transfer *transfer)
{
    const struct fetch_file *file = transfer->file;
    const struct fetch *fetch = transfer->engine->fetch;
    char accept[200];
    const char *headers[] = {accept, NULL};
    snprintf(accept, sizeof accept, "Accept: %s", file->accept ? file->accept : "*/*");
    courier_send(transfer->engine->courier,
                 &(struct courier_request){.url = file->url,
                                           .headers = headers,
                                           .most = file->most,
                                           .timeout_ms = fetch->timeout_ms,
                                           .pause_ms = fetch->pause_ms,
                                           .tries = FETCH_TRIES,
                                           .redirects = FETCH_REDIRECTS,
                                           .slow_s = SLOW_SECONDS},
                 file_came, transfer);
}

static void draw_bar(uv_timer_t *timer)
{
    struct engine *engine = timer->data;
    const struct fetch *fetch = engine->fetch;
    fputs("\r\033[2K[", stderr);
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < fetch->ended * BAR_CELLS / fetch->files ? "█" : "░", stderr);
    fprintf(stderr, fetch->lang == LANG_ZH ? "]  下载 %zu/%zu，%llu KB" : "]  fetched %zu of %zu, %llu KB",
            fetch->ended, fetch->files, (unsigned long long)(courier_bytes(engine->courier) / 1024));
    fflush(stderr);
    engine->is_drawn = true;
}

static void open_engine(struct engine *engine, struct fetch *fetch)
{
    *engine = (struct engine){.fetch = fetch};
    check(uv_loop_init(&engine->loop) == 0);
    check(uv_timer_init(&engine->loop, &engine->bar) == 0);
    engine->bar.data = engine;
    if (fetch->has_bar)
        uv_timer_start(&engine->bar, draw_bar, BAR_EVERY_MS, BAR_EVERY_MS);
    engine->courier = courier_create(&engine->loop, &(struct courier_options){.ca = fetch->ca,
                                                                              .connections = fetch->connections,
                                                                              .failures_most = FAILURES_IN_A_ROW});
}

static void close_engine(struct engine *engine)
{
    courier_close(engine->courier);
    if (engine->is_drawn)
        fputs("\r\033[2K", stderr);
    uv_close((uv_handle_t *)&engine->bar, NULL);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&engine->loop) == 0);
}

int fetch_all(struct fetch *fetch)
{
    struct engine engine;
    struct transfer *transfer = memory_take((fetch->files + 1) * sizeof *transfer);
    open_engine(&engine, fetch);
    for (size_t i = 0; i < fetch->files; i++) {
        transfer[i] = (struct transfer){&engine, &fetch->file[i]};
        send_file(&transfer[i]);
    }
    if (fetch->files)
        uv_run(&engine.loop, UV_RUN_DEFAULT);
    check(fetch->ended == fetch->files);
    close_engine(&engine);
    memory_release(transfer);
    return fetch->came == fetch->files ? 0 : -1;
}

void fetch_finish(struct fetch *fetch)
{
    for (size_t i = 0; i < fetch->files; i++)
        buf_finish(&fetch->file[i].body);
}
