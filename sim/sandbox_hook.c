/* sandbox_hook: a few deliveries at a time, in the order of their numbers; each is marked when it has arrived. */
#include "sim/sandbox_hook.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/text.h"
#include "sim/clock.h"
#include "sim/courier.h"
#include "sim/out_json.h"
#include "sim/sandbox_int.h"

enum { AT_A_TIME = 8, ANSWER_MOST = 64 << 10, TIMEOUT_MS = 30000 };

/* One receipt on its way. */
struct delivery {
    struct sandbox_hook *hook;
    int64_t number; /* 0: free */
    struct buf body;
};

struct sandbox_hook {
    struct sandbox *sandbox;
    struct sandbox_hook_options options;
    struct courier *courier;
    struct delivery delivery[AT_A_TIME];
    int64_t last; /* number that was sent last in this run */
};

/* Each try anew, as its time is part of what is signed. */
static void sign(void *self, struct buf *headers)
{
    const struct delivery *delivery = self;
    const struct sandbox_hook_options *options = &delivery->hook->options;
    char time[32], hex[65];
    snprintf(time, sizeof time, "%lld.", (long long)(clock_wall_ms() / 1000));
    sha256_hmac((struct text){options->secret, options->secret_length}, text_of(time),
                (struct text){delivery->body.data, delivery->body.length}, hex);
    buf_printf(headers, "X-Tradeloom-Signature: t=%.*s,v1=%s\n", (int)strlen(time) - 1, time, hex);
}

static void delivered(void *self, const struct courier_answer *answer)
{
    struct delivery *delivery = self;
    struct sandbox_hook *hook = delivery->hook;
    struct sandbox *s = hook->sandbox;
    bool has_arrived = !answer->error[0];
    sandbox_begin(s);
    RUN(s, SET_HOOK, "ii", (int64_t)(has_arrived ? SANDBOX_HOOK_ARRIVED : SANDBOX_HOOK_GIVEN_UP), delivery->number);
    sandbox_count(s, has_arrived ? "webhooks_arrived" : "webhooks_given_up");
    if (answer->tries > 1)
        sandbox_count(s, "webhooks_retried");
    delivery->number = 0;
    hook->options.changed(hook->options.self);
    sandbox_hook_send(hook);
}

static void send_out(struct sandbox_hook *hook, struct delivery *delivery)
{
    char number[64];
    const char *headers[] = {"Content-Type: application/json", number, NULL};
    snprintf(number, sizeof number, "X-Tradeloom-Delivery: %lld", (long long)delivery->number);
    courier_send(hook->courier,
                 &(struct courier_request){.method = "POST",
                                           .url = hook->options.url,
                                           .headers = headers,
                                           .dress = sign,
                                           .body = delivery->body.data,
                                           .length = delivery->body.length,
                                           .most = ANSWER_MOST,
                                           .timeout_ms = TIMEOUT_MS,
                                           .pause_ms = hook->options.pause_ms,
                                           .tries = hook->options.tries},
                 delivered, delivery);
}

/* Reads the next receipt that may be sent; false: none. */
static bool take_next(struct sandbox_hook *hook, struct delivery *delivery)
{
    struct sandbox *s = hook->sandbox;
    struct out_json json = {.out = &delivery->body};
    arena_reset(&s->arena);
    bool is_there = RUN(s, HOOK, "i", hook->last) && INTEGER(s, HOOK, 0) <= s->kept_told;
    if (is_there) {
        hook->last = delivery->number = INTEGER(s, HOOK, 0);
        buf_clear(&delivery->body);
        sandbox_receipt(s, SANDBOX_DB_HOOK, &json);
    }
    sandbox_db_rest(s->db);
    return is_there;
}

void sandbox_hook_send(struct sandbox_hook *hook)
{
    for (unsigned i = 0; i < AT_A_TIME; i++)
        if (hook->delivery[i].number == 0) {
            if (!take_next(hook, &hook->delivery[i]))
                return;
            send_out(hook, &hook->delivery[i]);
        }
}

struct sandbox_hook *sandbox_hook_open(uv_loop_t *loop, struct sandbox *sandbox,
                                       const struct sandbox_hook_options *options)
{
    struct sandbox_hook *hook = memory_take(sizeof *hook);
    hook->sandbox = sandbox;
    hook->options = *options;
    hook->courier = courier_create(loop, &(struct courier_options){.ca = options->ca, .connections = AT_A_TIME});
    for (unsigned i = 0; i < AT_A_TIME; i++)
        hook->delivery[i].hook = hook;
    sandbox->has_hook = true;
    return hook;
}

void sandbox_hook_close(struct sandbox_hook *hook)
{
    if (!hook)
        return;
    courier_close(hook->courier);
    for (unsigned i = 0; i < AT_A_TIME; i++)
        buf_finish(&hook->delivery[i].body);
    memory_release(hook);
}
