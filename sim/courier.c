/* courier: easy handles in slots, used again and again; trips wait in a queue, those that failed for a while on a
 * timer. One timer for libcurl, 0 ms where it says so; messages are read after every call of libcurl. */
#include "sim/courier.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"

enum {
    CONNECT_MS = 10000,
    SLOW_BYTES = 100,
    PAUSE_MOST_MS = 30000, RETRY_AFTER_MOST_S = 60,
};

enum phase { PHASE_UNSET, PHASE_BARRED, PHASE_QUEUED, PHASE_ASKING, PHASE_PAUSED };

struct courier_trip {
    struct courier *courier;
    struct courier_trip *next, *before; /* among all */
    struct courier_trip *behind;        /* in the queue */
    struct courier_request request;     /* its texts lie in `arena` */
    struct arena arena;
    courier_done *done;
    void *self;
    struct slot *slot;
    uv_timer_t pause;                   /* between tries */
    enum phase phase;
    bool has_timer, is_too_big;
    unsigned tries;
    long status;
    uint64_t latency_us;
    struct buf body;
    const char *kind;
    char type[80], error[240], detail[CURL_ERROR_SIZE];
};

/* One easy handle. */
struct slot {
    CURL *easy;
    struct courier_trip *trip; /* NULL: free */
    struct curl_slist *headers;
};

struct courier {
    uv_loop_t *loop;
    struct courier_options options;
    uv_timer_t timer; /* libcurl's */
    CURLM *multi;
    struct slot *slot;
    struct courier_trip *trips, *first, *last; /* all; the queue */
    size_t open;
    unsigned failures; /* tries in a row that failed for a while */
    uint64_t bytes;
};

/* A socket that libcurl wants watched. */
struct watch {
    uv_poll_t poll;
    curl_socket_t fd;
    struct courier *courier;
};

/* ---- addresses ---- */

static bool get_part(const char *url, CURLUPart part, char *out, size_t room)
{
    CURLU *parsed = curl_url();
    char *text = NULL;
    bool is_there = parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
                    curl_url_get(parsed, part, &text, 0) == CURLUE_OK;
    snprintf(out, room, "%s", is_there ? text : "");
    curl_free(text);
    curl_url_cleanup(parsed);
    return is_there;
}

bool courier_is_loopback(const char *url)
{
    char host[256];
    struct in_addr address;
    if (!get_part(url, CURLUPART_HOST, host, sizeof host))
        return false;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

bool courier_may(const char *url)
{
    char scheme[16];
    if (!get_part(url, CURLUPART_SCHEME, scheme, sizeof scheme))
        return false;
    return strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && courier_is_loopback(url));
}

/* Plain http never leaves this machine, wherever a name or a redirect may point. */
static curl_socket_t open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct sockaddr *to = &address->addr;
    bool is_here = false;
    (void)self;
    (void)purpose;
    if (to->sa_family == AF_INET)
        is_here = ntohl(((const struct sockaddr_in *)(const void *)to)->sin_addr.s_addr) >> 24 == 127;
    else if (to->sa_family == AF_INET6)
        is_here = IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)to)->sin6_addr);
    return is_here ? socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol) : CURL_SOCKET_BAD;
}

/* ---- trips ---- */

static void release(struct courier_trip *trip)
{
    arena_finish(&trip->arena);
    buf_finish(&trip->body);
    memory_release(trip);
}

static void pause_closed(uv_handle_t *handle) { release(handle->data); }

/* Out of all lists, and of memory as soon as its timer allows. */
static void forget(struct courier_trip *trip)
{
    struct courier *courier = trip->courier;
    courier->open--;
    if (trip->before)
        trip->before->next = trip->next;
    else
        courier->trips = trip->next;
    if (trip->next)
        trip->next->before = trip->before;
    if (trip->has_timer)
        uv_close((uv_handle_t *)&trip->pause, pause_closed);
    else
        release(trip);
}

static void end_trip(struct courier_trip *trip)
{
    const struct courier_answer answer = {.status = trip->status, .type = trip->type, .error = trip->error,
                                          .kind = trip->kind ? trip->kind : "", .body = &trip->body,
                                          .tries = trip->tries, .latency_us = trip->latency_us};
    trip->done(trip->self, &answer);
    forget(trip);
}

static void queue(struct courier_trip *trip)
{
    struct courier *courier = trip->courier;
    trip->phase = PHASE_QUEUED;
    trip->behind = NULL;
    if (courier->first)
        courier->last->behind = trip;
    else
        courier->first = trip;
    courier->last = trip;
}

static struct courier_trip *take_first(struct courier *courier)
{
    struct courier_trip *trip = courier->first;
    courier->first = trip->behind;
    return trip;
}

static void leave_queue(struct courier_trip *trip)
{
    struct courier *courier = trip->courier;
    struct courier_trip *before = NULL, *at = courier->first;
    for (; at != trip; at = at->behind)
        before = at;
    if (before)
        before->behind = trip->behind;
    else
        courier->first = trip->behind;
    if (courier->last == trip)
        courier->last = before;
}

/* ---- one try ---- */

static size_t take_bytes(char *bytes, size_t size, size_t count, void *self)
{
    struct courier_trip *trip = self;
    size_t length = size * count;
    if (trip->body.length + length > trip->request.most) {
        trip->is_too_big = true;
        return CURL_WRITEFUNC_ERROR;
    }
    buf_add(&trip->body, bytes, length);
    trip->courier->bytes += length;
    return length;
}

static void set_limits(CURL *easy, const struct courier_request *request)
{
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->most);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request->redirects ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)request->redirects);
    if (request->slow_s) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)request->slow_s);
    }
}

static void set_ways(CURL *easy, const char *url, const char *ca)
{
    bool is_plain = strncmp(url, "http:", 5) == 0;
    const char *protocols = is_plain ? "http,https" : "https";
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
    if (is_plain)
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (courier_is_loopback(url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void add_header(struct slot *slot, const char *line)
{
    struct curl_slist *longer = curl_slist_append(slot->headers, line);
    check(longer != NULL);
    slot->headers = longer;
}

static void set_headers(struct slot *slot)
{
    const struct courier_request *request = &slot->trip->request;
    struct buf more = {0};
    curl_slist_free_all(slot->headers);
    slot->headers = NULL;
    for (const char *const *line = request->headers; line && *line; line++)
        add_header(slot, *line);
    if (request->body)
        add_header(slot, "Expect:"); /* no asking first whether a body may come */
    if (request->dress)
        request->dress(slot->trip->self, &more);
    for (char *at = more.length ? (buf_putc(&more, '\0'), more.data) : NULL, *end; at && *at; at = end + 1) {
        end = strchr(at, '\n');
        check(end != NULL);
        *end = '\0';
        add_header(slot, at);
    }
    buf_finish(&more);
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
}

static void set_body(CURL *easy, const struct courier_request *request)
{
    if (strcmp(request->method, "GET") == 0)
        return;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_up(struct slot *slot)
{
    struct courier_trip *trip = slot->trip;
    CURL *easy = slot->easy;
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tradeloom/" TRADELOOM_VERSION);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, trip);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, trip->detail);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    set_ways(easy, trip->request.url, trip->courier->options.ca);
    set_limits(easy, &trip->request);
    set_body(easy, &trip->request);
    set_headers(slot);
}

static bool gives_up(const struct courier *courier)
{
    return courier->options.failures_most && courier->failures >= courier->options.failures_most;
}

/* What waits in the queue is given up. */
static void give_up(struct courier *courier)
{
    while (courier->first && gives_up(courier)) {
        struct courier_trip *trip = take_first(courier);
        if (trip->tries == 0)
            snprintf(trip->error, sizeof trip->error, "not tried, after %u failures in a row", courier->failures);
        end_trip(trip);
    }
}

static void begin(struct slot *slot, struct courier_trip *trip)
{
    slot->trip = trip;
    trip->slot = slot;
    trip->phase = PHASE_ASKING;
    trip->tries++;
    trip->is_too_big = false;
    trip->detail[0] = '\0';
    buf_clear(&trip->body);
    set_up(slot);
    check(curl_multi_add_handle(trip->courier->multi, slot->easy) == CURLM_OK);
}

/* Gives trips of the queue to free slots. */
static void fill(struct courier *courier)
{
    give_up(courier);
    for (unsigned i = 0; i < courier->options.connections && courier->first; i++)
        if (!courier->slot[i].trip)
            begin(&courier->slot[i], take_first(courier));
}

/* ---- how a try ended ---- */

static bool is_passing(CURLcode code)
{
    static const CURLcode codes[] = {CURLE_OPERATION_TIMEDOUT, CURLE_COULDNT_CONNECT, CURLE_RECV_ERROR,
                                     CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                                     CURLE_HTTP2_STREAM};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static bool is_passing_status(long status)
{
    static const long all[] = {408, 429, 500, 502, 503, 504, 522, 524};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] == status)
            return true;
    return false;
}

/* What a server said, so that it may be shown. */
static void tame(char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text == 0x7F)
            *text = '?';
}

static void read_answer(struct slot *slot, CURLcode code)
{
    struct courier_trip *trip = slot->trip;
    const char *type = NULL;
    curl_off_t microseconds = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &trip->status);
    curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    trip->latency_us = (uint64_t)microseconds;
    snprintf(trip->type, sizeof trip->type, "%s", type ? type : "");
    tame(trip->type);
    if (code != CURLE_OK) {
        trip->status = 0;
        buf_clear(&trip->body);
    }
}

/* Says what went wrong; true when it may be right another time. */
static bool judge(struct slot *slot, CURLcode code)
{
    struct courier_trip *trip = slot->trip;
    const char *detail = trip->detail;
    read_answer(slot, code);
    trip->error[0] = '\0';
    trip->kind = trip->is_too_big ? "the answer is too long" : code == CURLE_OK ? NULL : curl_easy_strerror(code);
    if (trip->is_too_big || code == CURLE_FILESIZE_EXCEEDED)
        snprintf(trip->error, sizeof trip->error, "more than %zu bytes", trip->request.most);
    else if (code != CURLE_OK)
        snprintf(trip->error, sizeof trip->error, "%.200s", *detail ? detail : curl_easy_strerror(code));
    else if (trip->status >= 300)
        snprintf(trip->error, sizeof trip->error, "the server answers %ld", trip->status);
    tame(trip->error);
    if (trip->is_too_big)
        return false;
    return code == CURLE_OK ? is_passing_status(trip->status) : is_passing(code);
}

/* Full jitter: any time up to the pause, which doubles. Not with the draws of a simulation. */
static uint64_t pause_of(const struct courier_trip *trip)
{
    uint64_t most = trip->request.pause_ms, draw = 0;
    for (unsigned i = 1; i < trip->tries && most < PAUSE_MOST_MS; i++)
        most *= 2;
    most = most < PAUSE_MOST_MS ? most : PAUSE_MOST_MS;
    if (uv_random(NULL, NULL, &draw, sizeof draw, 0, NULL) != 0)
        draw = uv_hrtime();
    return draw % (most + 1);
}

static void pause_ended(uv_timer_t *timer)
{
    struct courier_trip *trip = timer->data;
    struct courier *courier = trip->courier;
    if (trip->phase == PHASE_BARRED) {
        end_trip(trip);
        return;
    }
    queue(trip);
    fill(courier);
}

static void wait_for(struct courier_trip *trip, enum phase phase, uint64_t wait_ms)
{
    trip->phase = phase;
    if (!trip->has_timer)
        check(uv_timer_init(trip->courier->loop, &trip->pause) == 0);
    trip->has_timer = true;
    trip->pause.data = trip;
    uv_update_time(trip->courier->loop);
    check(uv_timer_start(&trip->pause, pause_ended, wait_ms, 0) == 0);
}

/* Lets a trip wait for its next try; false when the server asks for more patience than there is. */
static bool wait_for_next_try(struct slot *slot)
{
    struct courier_trip *trip = slot->trip;
    curl_off_t after = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &after);
    if (after > RETRY_AFTER_MOST_S) {
        size_t used = strlen(trip->error);
        snprintf(trip->error + used, sizeof trip->error - used, ", and asks to wait %lld s", (long long)after);
        return false;
    }
    wait_for(trip, PHASE_PAUSED, after > 0 ? (uint64_t)after * 1000 : pause_of(trip));
    return true;
}

static void end_try(struct slot *slot, CURLcode code)
{
    struct courier_trip *trip = slot->trip;
    bool may_come = judge(slot, code);
    trip->courier->failures = may_come ? trip->courier->failures + 1 : 0;
    bool waits = may_come && trip->tries < trip->request.tries && wait_for_next_try(slot);
    slot->trip = NULL;
    trip->slot = NULL;
    if (!waits)
        end_trip(trip);
}

/* Reads all messages of libcurl, and begins what can be begun. */
static void drain(struct courier *courier)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
        struct slot *slot = NULL;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
        check(curl_multi_remove_handle(courier->multi, easy) == CURLM_OK); /* the message is gone with it */
        end_try(slot, code);
    }
    fill(courier);
}

/* ---- libcurl and the loop ---- */

static void act(struct courier *courier, curl_socket_t fd, int flags)
{
    int running;
    check(curl_multi_socket_action(courier->multi, fd, flags, &running) == CURLM_OK);
    drain(courier);
}

static void timer_fired(uv_timer_t *timer) { act(timer->data, CURL_SOCKET_TIMEOUT, 0); }

static int set_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct courier *courier = self;
    (void)multi;
    uv_update_time(courier->loop);
    if (timeout_ms < 0)
        uv_timer_stop(&courier->timer);
    else
        uv_timer_start(&courier->timer, timer_fired, (uint64_t)timeout_ms, 0);
    return 0;
}

static void socket_moved(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    act(watch->courier, watch->fd, status < 0 ? CURL_CSELECT_ERR : flags);
}

static void watch_closed(uv_handle_t *handle) { memory_release(handle->data); }

static struct watch *watch_socket(struct courier *courier, curl_socket_t fd)
{
    struct watch *watch = memory_take(sizeof *watch);
    watch->fd = fd;
    watch->courier = courier;
    watch->poll.data = watch;
    check(uv_poll_init_socket(courier->loop, &watch->poll, fd) == 0);
    check(curl_multi_assign(courier->multi, fd, watch) == CURLM_OK);
    return watch;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *assigned)
{
    struct courier *courier = self;
    struct watch *watch = assigned;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    (void)easy;
    if (what != CURL_POLL_REMOVE) {
        watch = watch ? watch : watch_socket(courier, fd);
        check(uv_poll_start(&watch->poll, events, socket_moved) == 0);
    } else if (watch) {
        check(curl_multi_assign(courier->multi, fd, NULL) == CURLM_OK);
        uv_poll_stop(&watch->poll);
        uv_close((uv_handle_t *)&watch->poll, watch_closed);
    }
    return 0;
}

/* ---- the whole ---- */

struct courier *courier_create(uv_loop_t *loop, const struct courier_options *options)
{
    struct courier *courier = memory_take(sizeof *courier);
    check(options->connections > 0);
    courier->loop = loop;
    courier->options = *options;
    courier->timer.data = courier;
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    check(uv_timer_init(loop, &courier->timer) == 0);
    courier->multi = curl_multi_init();
    check(courier->multi != NULL);
    curl_multi_setopt(courier->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(courier->multi, CURLMOPT_SOCKETDATA, courier);
    curl_multi_setopt(courier->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(courier->multi, CURLMOPT_TIMERDATA, courier);
    curl_multi_setopt(courier->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)options->connections);
    curl_multi_setopt(courier->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)options->connections);
    courier->slot = memory_take(options->connections * sizeof *courier->slot);
    for (unsigned i = 0; i < options->connections; i++) {
        courier->slot[i].easy = curl_easy_init();
        check(courier->slot[i].easy != NULL);
    }
    return courier;
}

static void timer_closed(uv_handle_t *handle) { memory_release(handle->data); }

void courier_close(struct courier *courier)
{
    if (!courier)
        return;
    while (courier->trips)
        courier_cancel(courier->trips);
    for (unsigned i = 0; i < courier->options.connections; i++) {
        curl_easy_cleanup(courier->slot[i].easy);
        curl_slist_free_all(courier->slot[i].headers);
    }
    curl_multi_cleanup(courier->multi); /* may still speak of sockets and the timer */
    uv_close((uv_handle_t *)&courier->timer, timer_closed);
    memory_release(courier->slot);
    curl_global_cleanup();
}

static const char *keep(struct courier_trip *trip, const char *text)
{
    return text ? arena_copy(&trip->arena, text, strlen(text)) : NULL;
}

static void copy_request(struct courier_trip *trip, const struct courier_request *request)
{
    size_t count = 0;
    trip->request = *request;
    trip->request.method = keep(trip, request->method ? request->method : "GET");
    trip->request.url = keep(trip, request->url);
    if (request->body)
        trip->request.body = arena_copy(&trip->arena, request->body, request->length);
    while (request->headers && request->headers[count])
        count++;
    const char **headers = arena_array(&trip->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        headers[i] = keep(trip, request->headers[i]);
    trip->request.headers = headers;
}

struct courier_trip *courier_send(struct courier *courier, const struct courier_request *request, courier_done *done,
                                  void *self)
{
    struct courier_trip *trip = memory_take(sizeof *trip);
    trip->courier = courier;
    trip->done = done;
    trip->self = self;
    copy_request(trip, request);
    trip->next = courier->trips;
    if (courier->trips)
        courier->trips->before = trip;
    courier->trips = trip;
    courier->open++;
    if (!courier_may(request->url)) {
        snprintf(trip->error, sizeof trip->error, "only https is asked (http on this machine)");
        wait_for(trip, PHASE_BARRED, 0);
    } else if (gives_up(courier)) {
        wait_for(trip, PHASE_PAUSED, 0);
    } else {
        queue(trip);
        fill(courier);
    }
    return trip;
}

void courier_cancel(struct courier_trip *trip)
{
    struct slot *slot = trip->slot;
    if (trip->phase == PHASE_QUEUED)
        leave_queue(trip);
    if (slot) {
        check(curl_multi_remove_handle(trip->courier->multi, slot->easy) == CURLM_OK);
        slot->trip = NULL;
    }
    forget(trip);
}

size_t courier_open(const struct courier *courier) { return courier->open; }

uint64_t courier_bytes(const struct courier *courier) { return courier->bytes; }
