/* tradeloom: the handle over sim/api, and a fence around each call: what would end the program ends the call. */
#include "sim/tradeloom.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/api.h"
#include "sim/book.h"
#include "sim/shelf.h"

struct tradeloom {
    struct arena arena; /* of the user's files */
    struct book book;
    struct api *api;    /* NULL: the data are wrong */
    struct buf wrong;   /* the answer then */
    struct buf error;   /* of the last call; empty: none */
    char dead[500];     /* why it answers no more; "": it does */
};

/* ---- the fence ---- */

struct fence {
    jmp_buf back;
    char message[400];
    int status;
};

/* The call at work on this thread. */
static _Thread_local struct fence *fence;

_Noreturn void check_end(const char *message, int status)
{
    snprintf(fence->message, sizeof fence->message, "%s", message);
    fence->status = status;
    longjmp(fence->back, 1);
}

/* Does `work` and returns true, or false when it could not go on: what it had in hand is lost. */
static bool fenced(void (*work)(void *self), void *self, struct fence *own)
{
    struct fence *outer = fence;
    bool is_whole = setjmp(own->back) == 0;
    if (is_whole) {
        fence = own;
        work(self);
    }
    fence = outer;
    return is_whole;
}

/* The handle is of no more use; its memory is in an unknown state and is left alone. */
static void bury(struct tradeloom *handle, const struct fence *own)
{
    snprintf(handle->dead, sizeof handle->dead, "{\"status\":\"error\",\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}",
             own->status == 71 ? "out_of_memory" : "internal", own->status == 71 ? "out of memory" : "a mistake of "
             "the library; please report it");
}

/* ---- the handle ---- */

struct creation {
    const char *folder;
    struct tradeloom *handle;
};

static void create(void *self)
{
    struct creation *creation = self;
    struct tradeloom *handle = creation->handle = memory_take(sizeof *handle);
    struct shelf shelf = {.arena = &handle->arena};
    struct errs errs = {0};
    if (creation->folder)
        shelf_add_data(&shelf, creation->folder, &errs);
    if (errs.count == 0)
        book_load(&handle->book, shelf.item, shelf.count, &errs);
    if (errs.count == 0)
        handle->api = api_create(&handle->book);
    else
        api_refuse(&errs, &handle->wrong);
    buf_add(&handle->error, handle->wrong.data, handle->wrong.length);
    if (handle->error.length)
        buf_text(&handle->error);
}

tradeloom *tradeloom_create(const char *folder)
{
    struct fence own;
    struct creation creation = {folder, NULL};
    return fenced(create, &creation, &own) ? creation.handle : NULL;
}

static void destroy(void *self)
{
    struct tradeloom *handle = self;
    api_destroy(handle->api);
    book_finish(&handle->book);
    arena_finish(&handle->arena);
    buf_finish(&handle->wrong);
    buf_finish(&handle->error);
}

void tradeloom_destroy(tradeloom *handle)
{
    struct fence own;
    if (handle && (*handle->dead || fenced(destroy, handle, &own)))
        memory_release(handle);
}

/* ---- calls ---- */

struct asking {
    struct tradeloom *handle;
    const char *verb, *request;
    struct buf answer;
};

static void ask(void *self)
{
    struct asking *asking = self;
    struct tradeloom *handle = asking->handle;
    enum err_code code = ERR_INTERNAL;
    buf_clear(&handle->error);
    if (handle->api)
        code = api_call(handle->api, asking->verb, asking->request, strlen(asking->request), &asking->answer);
    else
        buf_add(&asking->answer, handle->wrong.data, handle->wrong.length);
    buf_text(&asking->answer);
    if (code != ERR_NONE) {
        buf_add(&handle->error, asking->answer.data, asking->answer.length);
        buf_text(&handle->error);
    }
    if (handle->api)
        api_continue(handle->api);
}

char *tradeloom_call(tradeloom *handle, const char *verb, const char *request)
{
    struct fence own;
    struct asking asking = {.handle = handle, .verb = verb, .request = request};
    if (*handle->dead)
        return NULL;
    if (fenced(ask, &asking, &own))
        return asking.answer.data;
    bury(handle, &own);
    return NULL;
}

char *tradeloom_quote(tradeloom *handle, const char *request)
{
    return tradeloom_call(handle, "quote", request);
}

char *tradeloom_run(tradeloom *handle, const char *request)
{
    return tradeloom_call(handle, "run", request);
}

char *tradeloom_compare(tradeloom *handle, const char *request)
{
    return tradeloom_call(handle, "compare", request);
}

char *tradeloom_rules(tradeloom *handle, const char *request)
{
    return tradeloom_call(handle, "rules", request);
}

void tradeloom_free(char *answer)
{
    memory_release(answer);
}

const char *tradeloom_error(const tradeloom *handle)
{
    return *handle->dead ? handle->dead : handle->error.length ? handle->error.data : NULL;
}

void tradeloom_stop(tradeloom *handle)
{
    if (handle->api)
        api_stop(handle->api);
}

const char *tradeloom_version(void)
{
    return TRADELOOM_VERSION;
}
