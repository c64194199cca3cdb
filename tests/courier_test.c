/* courier_test: requests against a server on the same loop, which answers, waits for ever, or hangs up; what is called
 * off is never called back, and nothing is left when all is closed. */
#include "tests/unit.h"

#include <string.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/courier.h"

enum behaviour { ANSWERS, WAITS, FAILS, HANGS_UP };

struct peer {
    uv_tcp_t tcp;
    uv_write_t write;
    struct stage *stage;
    struct buf got;
    char room[4096], answer[200];
    bool is_open;
};

struct stage {
    uv_loop_t loop;
    uv_tcp_t server;
    uv_timer_t later;
    struct peer peer[16];
    struct courier *courier;
    enum behaviour behaviour;
    struct courier_trip *trip[3];
    unsigned asked, done;
    char url[64], last[1000];
    /* of the last answer */
    long status;
    unsigned tries;
    bool has_error;
    char body[64];
};

static void give_room(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    struct peer *peer = handle->data;
    (void)size;
    *out = uv_buf_init(peer->room, sizeof peer->room);
}

static void answer(struct peer *peer)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok",
                      no[] = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
    struct stage *stage = peer->stage;
    const char *text = stage->behaviour == ANSWERS ? ok : no;
    memcpy(peer->answer, text, strlen(text));
    uv_buf_t bytes = uv_buf_init(peer->answer, (unsigned)strlen(text));
    stage->asked++;
    snprintf(stage->last, sizeof stage->last, "%s", buf_text(&peer->got));
    buf_clear(&peer->got);
    if (stage->behaviour == HANGS_UP) {
        peer->is_open = false;
        uv_close((uv_handle_t *)&peer->tcp, NULL);
    } else if (stage->behaviour != WAITS) {
        uv_write(&peer->write, (uv_stream_t *)&peer->tcp, &bytes, 1, NULL);
    }
}

static void came(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct peer *peer = stream->data;
    if (length < 0) {
        peer->is_open = false;
        uv_close((uv_handle_t *)stream, NULL);
        return;
    }
    buf_add(&peer->got, bytes->base, (size_t)length);
    const char *end = strstr(buf_text(&peer->got), "\r\n\r\n");
    bool has_body = end && strncmp(buf_text(&peer->got), "GET", 3) != 0;
    if (end && (!has_body || strstr(end + 4, "}")))
        answer(peer);
}

static void connected(uv_stream_t *server, int status)
{
    struct stage *stage = server->data;
    assert_int_equal(status, 0);
    for (size_t i = 0; i < 16; i++) {
        struct peer *peer = &stage->peer[i];
        if (peer->is_open || uv_is_closing((uv_handle_t *)&peer->tcp))
            continue;
        uv_tcp_init(&stage->loop, &peer->tcp);
        peer->tcp.data = peer;
        peer->stage = stage;
        peer->is_open = true;
        assert_int_equal(uv_accept(server, (uv_stream_t *)&peer->tcp), 0);
        uv_read_start((uv_stream_t *)&peer->tcp, give_room, came);
        return;
    }
    fail();
}

static void leave(struct stage *stage)
{
    for (size_t i = 0; i < 16; i++)
        if (stage->peer[i].is_open)
            uv_close((uv_handle_t *)&stage->peer[i].tcp, NULL);
    uv_close((uv_handle_t *)&stage->server, NULL);
    uv_close((uv_handle_t *)&stage->later, NULL);
    courier_close(stage->courier);
    uv_run(&stage->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&stage->loop), 0);
    for (size_t i = 0; i < 16; i++)
        buf_finish(&stage->peer[i].got);
}

static void enter(struct stage *stage, enum behaviour behaviour, unsigned connections)
{
    struct sockaddr_in where;
    struct sockaddr_storage bound;
    int room = sizeof bound;
    *stage = (struct stage){.behaviour = behaviour};
    uv_loop_init(&stage->loop);
    uv_tcp_init(&stage->loop, &stage->server);
    uv_timer_init(&stage->loop, &stage->later);
    stage->server.data = stage->later.data = stage;
    uv_ip4_addr("127.0.0.1", 0, &where);
    assert_int_equal(uv_tcp_bind(&stage->server, (struct sockaddr *)&where, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&stage->server, 16, connected), 0);
    assert_int_equal(uv_tcp_getsockname(&stage->server, (struct sockaddr *)&bound, &room), 0);
    snprintf(stage->url, sizeof stage->url, "http://127.0.0.1:%u/a", ntohs(((struct sockaddr_in *)&bound)->sin_port));
    stage->courier = courier_create(&stage->loop, &(struct courier_options){.connections = connections});
}

static void done(void *self, const struct courier_answer *got)
{
    struct stage *stage = self;
    stage->status = got->status;
    stage->tries = got->tries;
    stage->has_error = got->error[0] != '\0';
    snprintf(stage->body, sizeof stage->body, "%s", buf_text(got->body));
    stage->done++;
    uv_stop(&stage->loop);
}

static void dress(void *self, struct buf *headers)
{
    struct stage *stage = self;
    buf_printf(headers, "X-Asked: %u\nX-Other: b\n", stage->asked);
}

static struct courier_trip *send_one(struct stage *stage, const char *url, uint64_t timeout_ms, unsigned tries)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    return courier_send(stage->courier,
                        &(struct courier_request){.method = "POST",
                                                  .url = url,
                                                  .headers = headers,
                                                  .dress = dress,
                                                  .body = "{\"a\": 1}",
                                                  .length = 8,
                                                  .most = 100,
                                                  .timeout_ms = timeout_ms,
                                                  .pause_ms = 5,
                                                  .tries = tries},
                        done, stage);
}

static void what_is_sent_arrives(void **state)
{
    struct stage stage;
    (void)state;
    enter(&stage, ANSWERS, 2);
    send_one(&stage, stage.url, 30000, 1);
    assert_int_equal(courier_open(stage.courier), 1);
    uv_run(&stage.loop, UV_RUN_DEFAULT);
    assert_int_equal(stage.status, 200);
    assert_int_equal(stage.tries, 1);
    assert_false(stage.has_error);
    assert_string_equal(stage.body, "ok");
    assert_int_equal(strncmp(stage.last, "POST /a HTTP/1.1\r\n", 18), 0);
    assert_non_null(strstr(stage.last, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(stage.last, "\r\nX-Asked: 0\r\nX-Other: b\r\n"));
    assert_null(strstr(stage.last, "Expect"));
    assert_non_null(strstr(stage.last, "\r\n\r\n{\"a\": 1}"));
    assert_int_equal(courier_open(stage.courier), 0);
    leave(&stage);
}

static void what_fails_for_a_while_is_tried_again(void **state)
{
    static const struct {
        enum behaviour behaviour;
        uint64_t timeout_ms;
        long status;
    } rows[] = {{FAILS, 30000, 503}, {HANGS_UP, 30000, 0}, {WAITS, 60, 0}};
    struct stage stage;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enter(&stage, rows[i].behaviour, 2);
        send_one(&stage, stage.url, rows[i].timeout_ms, 3);
        uv_run(&stage.loop, UV_RUN_DEFAULT);
        assert_int_equal(stage.done, 1);
        assert_int_equal(stage.status, rows[i].status);
        assert_int_equal(stage.tries, 3);
        assert_true(stage.has_error);
        leave(&stage);
    }
}

static void plain_http_goes_nowhere_else(void **state)
{
    struct stage stage;
    (void)state;
    enter(&stage, ANSWERS, 1);
    send_one(&stage, "http://example.org/", 30000, 3);
    assert_int_equal(stage.done, 0);
    uv_run(&stage.loop, UV_RUN_DEFAULT);
    assert_int_equal(stage.done, 1);
    assert_int_equal(stage.status, 0);
    assert_int_equal(stage.tries, 0);
    assert_true(stage.has_error);
    leave(&stage);
}

static void call_off(uv_timer_t *timer)
{
    struct stage *stage = timer->data;
    if (stage->asked == 0)
        return;
    for (size_t i = 0; i < 3; i++)
        courier_cancel(stage->trip[i]);
    uv_stop(&stage->loop);
}

/* One is under way, one waits for its turn, one is not allowed to go. */
static void send_three(struct stage *stage)
{
    stage->trip[0] = send_one(stage, stage->url, 30000, 1);
    stage->trip[1] = send_one(stage, stage->url, 30000, 1);
    stage->trip[2] = send_one(stage, stage->url, 30000, 1);
    assert_int_equal(courier_open(stage->courier), 3);
}

static void what_is_called_off_is_not_called_back(void **state)
{
    struct stage stage;
    (void)state;
    enter(&stage, WAITS, 1);
    send_three(&stage);
    uv_timer_start(&stage.later, call_off, 1, 1);
    uv_run(&stage.loop, UV_RUN_DEFAULT);
    assert_int_equal(courier_open(stage.courier), 0);
    assert_int_equal(stage.asked, 1);
    uv_timer_stop(&stage.later);
    stage.behaviour = ANSWERS; /* and the courier goes on */
    send_one(&stage, stage.url, 30000, 1);
    uv_run(&stage.loop, UV_RUN_DEFAULT);
    assert_int_equal(stage.done, 1);
    assert_int_equal(stage.status, 200);
    leave(&stage);
}

static void stop_when_asked(uv_timer_t *timer)
{
    struct stage *stage = timer->data;
    if (stage->asked)
        uv_stop(&stage->loop);
}

static void nothing_is_left_of_what_was_under_way(void **state)
{
    struct stage stage;
    (void)state;
    for (enum behaviour behaviour = WAITS; behaviour <= HANGS_UP; behaviour++) {
        enter(&stage, behaviour, 1);
        send_three(&stage);
        uv_timer_start(&stage.later, stop_when_asked, 1, 1);
        uv_run(&stage.loop, UV_RUN_DEFAULT);
        leave(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_arrives),
        cmocka_unit_test(what_fails_for_a_while_is_tried_again),
        cmocka_unit_test(plain_http_goes_nowhere_else),
        cmocka_unit_test(what_is_called_off_is_not_called_back),
        cmocka_unit_test(nothing_is_left_of_what_was_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
