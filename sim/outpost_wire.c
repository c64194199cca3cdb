/* outpost_wire: one courier, and a ticket for each question that it carries. */
#include "sim/outpost_wire.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "sim/courier.h"
#include "sim/scenario.h"

enum { ANSWER_MOST = 1 << 16, PAUSE_MS = 200 };

struct wire {
    struct courier *courier;
    const struct scenario_outside *where;
};

struct carriage {
    struct courier_trip *trip;
    outpost_heard *heard;
    void *ticket;
};

const char *outpost_wire_token(char line[OUTPOST_WIRE_TOKEN])
{
    static const char head[] = "Authorization: Bearer ";
    const char *token = getenv("TRADELOOM_OUTSIDE_TOKEN");
    size_t length = token ? strlen(token) : 0;
    bool is_clean = length > 0 && length + sizeof head <= OUTPOST_WIRE_TOKEN;
    for (size_t i = 0; i < length; i++)
        is_clean = is_clean && isgraph((unsigned char)token[i]);
    snprintf(line, OUTPOST_WIRE_TOKEN, "%s%s", head, is_clean ? token : "");
    return is_clean ? line : NULL;
}

static void *open_wire(uv_loop_t *loop, const struct scenario_outside *where)
{
    struct wire *wire = memory_take(sizeof *wire);
    const struct courier_options options = {.connections = where->connections};
    wire->courier = courier_create(loop, &options);
    wire->where = where;
    return wire;
}

static void came(void *self, const struct courier_answer *answer)
{
    struct carriage *carriage = self;
    const struct outpost_reply reply = {
        .status = answer->status, .body = answer->body->data ? answer->body->data : "", .length = answer->body->length,
        .error = answer->error, .tries = answer->tries, .try_us = answer->latency_us};
    carriage->heard(carriage->ticket, &reply);
    memory_release(carriage);
}

static void *send_question(void *self, const char *key, const char *body, size_t length, outpost_heard *heard,
                           void *ticket)
{
    struct wire *wire = self;
    struct carriage *carriage = memory_take(sizeof *carriage);
    char key_line[140], token[OUTPOST_WIRE_TOKEN];
    snprintf(key_line, sizeof key_line, "Idempotency-Key: %s", key);
    const char *const headers[] = {"Content-Type: application/json", "Accept: application/json", key_line,
                                   outpost_wire_token(token), NULL};
    const struct courier_request request = {
        .method = "POST", .url = wire->where->url, .headers = headers, .body = body, .length = length,
        .most = ANSWER_MOST, .timeout_ms = wire->where->timeout_ms, .pause_ms = PAUSE_MS,
        .tries = wire->where->tries};
    *carriage = (struct carriage){.heard = heard, .ticket = ticket};
    carriage->trip = courier_send(wire->courier, &request, came, carriage);
    return carriage;
}

static void cancel(void *self, void *trip)
{
    struct carriage *carriage = trip;
    (void)self;
    courier_cancel(carriage->trip);
    memory_release(carriage);
}

static void close_wire(void *self)
{
    struct wire *wire = self;
    courier_close(wire->courier);
    memory_release(wire);
}

const struct outpost_wire outpost_wire_http = {open_wire, send_question, cancel, close_wire};
