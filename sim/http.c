/* http: the daemon's descriptor under one poll handle, its time-out under one timer; requests to routes. */
#include "sim/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/resource.h>

#include "core/check.h"
#include "core/err.h"
#include "sim/http_int.h"

/* A client has so long to send a head, to send the body behind it, to take an answer, or to ask again. */
enum { HEAD_MS = 10000, BODY_MS = 30000, ANSWER_MS = 120000, IDLE_MS = 60000, SILENT_S = 30, TICK_MS = 1000 };
/* Memory of a connection, which bounds its head; what is dropped of a body that is too long before the line is cut. */
enum { LINK_BYTES = 16 << 10, DROPPED_MAX = 8 << 20, FILES_WANTED = 2 * HTTP_LINKS_MAX };

static const struct {
    const char *name, *value;
} always[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
     "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static const struct {
    unsigned status;
    const char *code, *message;
} refusals[] = {
    {MHD_HTTP_BAD_REQUEST, "bad_request", "this is no sound HTTP request"},
    {MHD_HTTP_FORBIDDEN, "forbidden", "only a page of this server may ask this of it"},
    {MHD_HTTP_NOT_FOUND, "not_found", "there is nothing at this path"},
    {MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", "this path is not for this method"},
    {MHD_HTTP_CONTENT_TOO_LARGE, "too_large", "the body is longer than this path takes"},
    {MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_type", "the body is not of the type that this path takes"},
    {MHD_HTTP_EXPECTATION_FAILED, "expectation_failed", "only 100-continue can be expected"},
    {MHD_HTTP_MISDIRECTED_REQUEST, "wrong_host", "this server does not answer to that name; --host adds one"},
    {MHD_HTTP_TOO_MANY_REQUESTS, "too_many", "too many requests from this address"},
    {MHD_HTTP_NOT_IMPLEMENTED, "not_implemented", "the only transfer encoding is chunked"},
    {MHD_HTTP_SERVICE_UNAVAILABLE, "closing", "the server is closing"},
    {MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED, "http_version", "HTTP/1.1 or HTTP/1.0"},
};

/* ---- the loop ---- */

static void take_turn(uv_timer_t *timer)
{
    struct http *http = timer->data;
    MHD_UNSIGNED_LONG_LONG wait_ms;
    http->is_running = true;
    http->is_woken = false;
    MHD_run(http->mhd);
    http->is_running = false;
    if (http->is_woken)
        uv_timer_start(&http->wake, take_turn, 0, 0);
    else if (MHD_get_timeout(http->mhd, &wait_ms) == MHD_YES)
        uv_timer_start(&http->wake, take_turn, wait_ms, 0);
    else
        uv_timer_stop(&http->wake);
}

static void readable(uv_poll_t *poll, int status, int events)
{
    struct http *http = poll->data;
    (void)status;
    (void)events;
    take_turn(&http->wake);
}

void http_wake(struct http *http)
{
    http->is_woken = true;
    if (!http->is_running)
        uv_timer_start(&http->wake, take_turn, 0, 0);
}

/* Ends the connections that are late with what they owe: MHD sees their end and gives them up. */
static void tick(uv_timer_t *timer)
{
    struct http *http = timer->data;
    uint64_t now = uv_now(http->loop);
    for (struct http_link *link = http->links; link; link = link->next)
        if (link->due_ms <= now)
            shutdown(link->fd, SHUT_RDWR);
    http_stream_tick(http, now);
}

/* ---- connections ---- */

static void owe(struct http_link *link, uint64_t within_ms)
{
    link->due_ms = within_ms == UINT64_MAX ? UINT64_MAX : uv_now(link->http->loop) + within_ms;
}

static void link_changed(void *self, struct MHD_Connection *mhd, void **context,
                         enum MHD_ConnectionNotificationCode code)
{
    struct http *http = self;
    struct http_link *link = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = link = memory_take(sizeof *link);
        *link = (struct http_link){.http = http, .mhd = mhd, .next = http->links};
        link->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        if (http->links)
            http->links->before = link;
        http->links = link;
        http_guard_link(link);
        owe(link, HEAD_MS);
        return;
    }
    http_guard_unlink(link);
    if (link->before)
        link->before->next = link->next;
    else
        http->links = link->next;
    if (link->next)
        link->next->before = link->before;
    memory_release(link);
}

static struct http_link *link_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* ---- requests ---- */

/* The first that is known of a request is its line. */
static void *request_begun(void *self, const char *uri, struct MHD_Connection *mhd)
{
    struct http_request *request = memory_take(sizeof *request);
    request->http = self;
    request->mhd = mhd;
    request->is_bad_uri = !http_guard_uri(uri);
    return request;
}

static void request_ended(void *self, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code)
{
    struct http_request *request = *context;
    (void)self;
    (void)code;
    if (!request)
        return;
    owe(link_of(mhd), IDLE_MS);
    if (request->response)
        MHD_destroy_response(request->response);
    buf_finish(&request->body);
    memory_release(request);
    *context = NULL;
}

static enum MHD_Result queue(struct http_request *request)
{
    enum MHD_Result result = MHD_queue_response(request->mhd, request->status, request->response);
    MHD_destroy_response(request->response);
    request->response = NULL;
    request->phase = HTTP_ANSWERED;
    return result;
}

static void allow(struct http_request *request, struct MHD_Response *response)
{
    struct buf methods = {0};
    const struct http *http = request->http;
    for (size_t i = 0; i < http->places; i++) {
        const struct http_place *place = &http->place[i];
        size_t length = strlen(place->path) - place->has_rest;
        if (strncmp(place->path, request->path, length) == 0 && (place->has_rest || !request->path[length]))
            buf_printf(&methods, "%s%s%s", methods.length ? ", " : "", place->method,
                       strcmp(place->method, "GET") == 0 ? ", HEAD" : "");
    }
    http_add_header(response, "Allow", buf_text(&methods));
    buf_finish(&methods);
}

/* The guard's refusals: whatever follows on the connection is not looked at. */
static enum MHD_Result refuse(struct http_request *request, unsigned status)
{
    struct buf text = {0};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].status == status)
            buf_printf(&text, "{\"status\":\"error\",\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n",
                       refusals[i].code, refusals[i].message);
    struct MHD_Response *response = MHD_create_response_from_buffer(text.length, text.data, MHD_RESPMEM_MUST_COPY);
    buf_finish(&text);
    http_add_header(response, "Content-Type", "application/json");
    http_add_header(response, "Cache-Control", "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        allow(request, response);
    if (status == MHD_HTTP_TOO_MANY_REQUESTS)
        http_add_header(response, "Retry-After", "1");
    http_respond(request, response, status, status != MHD_HTTP_NOT_FOUND && status != MHD_HTTP_METHOD_NOT_ALLOWED);
    return queue(request);
}

static enum MHD_Result take_head(struct http_request *request, const char *path, const char *method,
                                 const char *version)
{
    request->path = path;
    request->link = link_of(request->mhd);
    request->phase = HTTP_BODY;
    owe(request->link, BODY_MS);
    unsigned status = request->http->is_closing ? MHD_HTTP_SERVICE_UNAVAILABLE : http_guard(request, method, version);
    return status ? refuse(request, status) : MHD_YES;
}

static enum MHD_Result take_body(struct http_request *request, const char *bytes, size_t *length)
{
    request->passed += *length;
    request->is_too_long = request->passed > request->place->most;
    if (!request->is_too_long)
        buf_add(&request->body, bytes, *length);
    *length = 0;
    return request->passed > request->place->most + DROPPED_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result act(struct http_request *request)
{
    struct http *http = request->http;
    if (request->is_too_long)
        return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE);
    if (http->is_closing)
        return refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE);
    owe(request->link, ANSWER_MS);
    request->phase = HTTP_ACTING;
    request->place->act(request->place->self, request);
    if (request->response)
        return queue(request);
    request->phase = HTTP_WAITING;
    owe(request->link, UINT64_MAX);
    request->next = http->waiting;
    if (http->waiting)
        http->waiting->before = request;
    http->waiting = request;
    MHD_suspend_connection(request->mhd);
    return MHD_YES;
}

static enum MHD_Result take(void *self, struct MHD_Connection *mhd, const char *path, const char *method,
                            const char *version, const char *bytes, size_t *length, void **context)
{
    struct http_request *request = *context;
    (void)self;
    (void)mhd;
    switch (request->phase) {
    case HTTP_UNSEEN:
        return take_head(request, path, method, version);
    case HTTP_BODY:
        return *length ? take_body(request, bytes, length) : act(request);
    case HTTP_WAITING: /* resumed: the answer is there */
        return request->response ? queue(request) : MHD_YES;
    default:
        return MHD_YES;
    }
}

/* ---- what was asked ---- */

const char *http_path(const struct http_request *request) { return request->path; }

const char *http_rest(const struct http_request *request)
{
    return request->place->has_rest ? request->path + strlen(request->place->path) - 1 : "";
}

const char *http_argument(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->mhd, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->mhd, MHD_HEADER_KIND, name);
}

const char *http_body(const struct http_request *request, size_t *length)
{
    *length = request->body.length;
    return request->body.length ? request->body.data : "";
}

/* ---- answers ---- */

void http_add_header(struct MHD_Response *response, const char *name, const char *value)
{
    check(MHD_add_response_header(response, name, value) == MHD_YES);
}

void http_respond(struct http_request *request, struct MHD_Response *response, unsigned status, bool is_last)
{
    struct http *http = request->http;
    check(!request->response && request->phase != HTTP_ANSWERED); /* one answer a request */
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        http_add_header(response, always[i].name, always[i].value);
    if (is_last)
        http_add_header(response, "Connection", "close");
    request->response = response;
    request->status = status;
    if (request->phase != HTTP_WAITING)
        return;
    if (request->before)
        request->before->next = request->next;
    else
        http->waiting = request->next;
    if (request->next)
        request->next->before = request->before;
    owe(request->link, ANSWER_MS);
    MHD_resume_connection(request->mhd);
    http_wake(http);
}

static bool is_known(const struct http_request *request, const char *tag)
{
    const char *asked = http_header(request, "If-None-Match");
    return asked && tag && strstr(asked, tag);
}

void http_reply(struct http_request *request, const struct http_answer *answer)
{
    char tag[80];
    unsigned status = answer->status;
    bool is_gzip = answer->gzip && http_guard_gzip(http_header(request, "Accept-Encoding"));
    const char *bytes = is_gzip ? answer->gzip : answer->bytes;
    size_t length = is_gzip ? answer->gzip_length : answer->length;
    if (answer->etag)
        snprintf(tag, sizeof tag, "\"%.64s%s\"", answer->etag, is_gzip ? "-gzip" : "");
    if (answer->etag && is_known(request, tag)) {
        status = MHD_HTTP_NOT_MODIFIED;
        length = 0;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        length, (void *)(uintptr_t)bytes, answer->is_kept ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
    check(response);
    if (status != MHD_HTTP_NOT_MODIFIED)
        http_add_header(response, "Content-Type", answer->type);
    if (is_gzip && status != MHD_HTTP_NOT_MODIFIED)
        http_add_header(response, "Content-Encoding", "gzip");
    if (answer->gzip)
        http_add_header(response, "Vary", "Accept-Encoding");
    if (answer->etag)
        http_add_header(response, "ETag", tag);
    http_add_header(response, "Cache-Control", answer->etag ? "no-cache" : "no-store");
    if (answer->header)
        http_add_header(response, answer->header, answer->value);
    http_respond(request, response, status, false);
}

void http_reply_json(struct http_request *request, unsigned status, const struct buf *json)
{
    const struct http_answer answer = {
        .status = status, .type = "application/json", .bytes = json->length ? json->data : "", .length = json->length};
    http_reply(request, &answer);
}

void http_refuse(struct http_request *request, unsigned status, const char *code, const char *message)
{
    struct buf text = {0};
    buf_printf(&text, "{\"status\":\"error\",\"error\":{\"code\":\"%s\",\"message\":", code);
    buf_json_string(&text, message, strlen(message));
    buf_puts(&text, "}}\n");
    http_reply_json(request, status, &text);
    buf_finish(&text);
}

void http_take(struct http *http, const char *type) { http->taken = type; }

void http_hurry(struct http *http) { http->is_hurried = true; }

void http_route(struct http *http, const char *method, const char *path, size_t most, http_act *act_on, void *self)
{
    check(http->places < HTTP_ROUTES_MAX);
    http->place[http->places++] =
        (struct http_place){method, path, http->taken, most, act_on, self, path[strlen(path) - 1] == '*'};
}

bool http_route_at(const struct http *http, size_t at, const char **method, const char **path)
{
    if (at >= http->places)
        return false;
    *method = http->place[at].method;
    *path = http->place[at].path;
    return true;
}

/* ---- listening ---- */

struct place {
    struct sockaddr_storage where;
    socklen_t length;
    char host[80];
};

static int read_address(const char *text, struct place *place, struct errs *errs)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL, bare[80];
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool is_number = colon && colon[1] >= '0' && colon[1] <= '9' && *end == '\0' && port <= 65535;
    if (is_number && length > 0 && length < sizeof place->host) {
        bool is_v6 = text[0] == '[' && text[length - 1] == ']';
        snprintf(place->host, sizeof place->host, "%.*s", (int)length, text);
        snprintf(bare, sizeof bare, "%.*s", (int)length - 2 * is_v6, text + is_v6);
        place->length = is_v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
        if (is_v6 && uv_ip6_addr(bare, (int)port, (struct sockaddr_in6 *)&place->where) == 0)
            return 0;
        const char *number = strcmp(bare, "localhost") == 0 ? "127.0.0.1" : bare;
        if (!is_v6 && uv_ip4_addr(number, (int)port, (struct sockaddr_in *)&place->where) == 0)
            return 0;
    }
    struct err *err = errs_add(errs, ERR_USAGE, "no address to listen at: \"%.60s\"", text);
    err_help(err, "ADDRESS:PORT, like 127.0.0.1:8080 (this machine alone) or 0.0.0.0:8080 (every network it is in)");
    return -1;
}

static int open_socket(const struct place *place, const char *text, struct errs *errs)
{
    const int on = 1;
    const struct sockaddr *where = (const struct sockaddr *)&place->where;
    int fd = socket(where->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, where, place->length) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    bool is_taken = errno == EADDRINUSE;
    struct err *err = errs_add(errs, ERR_UNAVAILABLE, "cannot listen at %.60s: %s", text, strerror(errno));
    if (is_taken)
        err_help(err, "another program has this port; --listen takes another, port 0 any that is free");
    if (fd >= 0)
        close(fd);
    return -1;
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void keep_quiet(void *self, const char *format, va_list list)
{
    (void)self;
    (void)format;
    (void)list;
}

static struct MHD_Daemon *start(struct http *http, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, take, http,
        MHD_OPTION_EXTERNAL_LOGGER, keep_quiet, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_LINKS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)HTTP_ADDRESS_LINKS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LINK_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_NOTIFY_CONNECTION, link_changed, http, MHD_OPTION_NOTIFY_COMPLETED, request_ended, http,
        MHD_OPTION_URI_LOG_CALLBACK, request_begun, http, MHD_OPTION_END);
}

/* Puts the daemon into the loop. */
static void watch(struct http *http)
{
    int epoll = MHD_get_daemon_info(http->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    check(uv_poll_init(http->loop, &http->poll, epoll) == 0);
    check(uv_timer_init(http->loop, &http->wake) == 0);
    check(uv_timer_init(http->loop, &http->tick) == 0);
    http->poll.data = http->wake.data = http->tick.data = http;
    http->open_handles = 3;
    check(uv_poll_start(&http->poll, UV_READABLE, readable) == 0);
    check(uv_timer_start(&http->tick, tick, TICK_MS, TICK_MS) == 0);
}

static unsigned bound_port(int fd)
{
    struct sockaddr_storage where;
    socklen_t length = sizeof where;
    check(getsockname(fd, (struct sockaddr *)&where, &length) == 0);
    return ntohs(where.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&where)->sin6_port
                                             : ((struct sockaddr_in *)&where)->sin_port);
}

struct http *http_listen(uv_loop_t *loop, const char *address, const char *const *hosts, struct errs *errs)
{
    struct place place = {0};
    int fd = read_address(address, &place, errs) == 0 ? open_socket(&place, address, errs) : -1;
    if (fd < 0)
        return NULL;
    struct http *http = memory_take(sizeof *http);
    http->taken = "application/json";
    http->loop = loop;
    http->port = bound_port(fd);
    raise_limit();
    snprintf(http->boot, sizeof http->boot, "%08x", (unsigned)(uv_hrtime() ^ (uint64_t)getpid()));
    bool has_room = http_guard_hosts(http, place.host, hosts);
    http->mhd = has_room ? start(http, fd) : NULL;
    if (http->mhd) {
        watch(http);
        return http;
    }
    errs_add(errs, has_room ? ERR_UNAVAILABLE : ERR_USAGE,
             has_room ? "the HTTP server does not start" : "more than %d names of hosts", HTTP_HOSTS_MAX / 2);
    close(fd);
    arena_finish(&http->arena);
    memory_release(http);
    return NULL;
}

unsigned http_port(const struct http *http) { return http->port; }

static void handle_closed(uv_handle_t *handle)
{
    struct http *http = handle->data;
    if (--http->open_handles > 0)
        return;
    arena_finish(&http->arena);
    memory_release(http);
}

void http_shut(struct http *http) { http->is_closing = true; }

void http_close(struct http *http)
{
    check(!http->channels);
    http_shut(http);
    while (http->waiting)
        http_refuse(http->waiting, MHD_HTTP_SERVICE_UNAVAILABLE, "closing", "the server is closing");
    for (int i = 0; i < 4; i++)
        MHD_run(http->mhd); /* what can be sent at once is sent */
    uv_poll_stop(&http->poll);
    MHD_stop_daemon(http->mhd);
    uv_close((uv_handle_t *)&http->poll, handle_closed);
    uv_close((uv_handle_t *)&http->wake, handle_closed);
    uv_close((uv_handle_t *)&http->tick, handle_closed);
}
