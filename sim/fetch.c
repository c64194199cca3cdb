/* fetch: easy handles in slots, used again and again; files wait in a queue, those that failed for a while on a
 * timer. One timer for libcurl, 0 ms where it says so; messages are read after every call of libcurl. */
#include "sim/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>
#include <uv.h>

#include "core/arena.h"
#include "core/check.h"

enum {
    CONNECT_MS = 10000,
    SLOW_BYTES = 100, SLOW_SECONDS = 15, /* less than so many bytes a second for so long: given up */
    PAUSE_MOST_MS = 30000, RETRY_AFTER_MOST_S = 60,
    FAILURES_IN_A_ROW = 5,               /* of tries: then the server is left alone */
    BAR_EVERY_MS = 100, BAR_CELLS = 24,
};

struct engine;

/* A file on its way. */
struct transfer {
    struct engine *engine;
    struct fetch_file *file;
    struct transfer *next; /* in the queue */
    uv_timer_t pause;      /* between tries */
    bool has_timer;
    char error[CURL_ERROR_SIZE];
};

/* One easy handle. */
struct slot {
    CURL *easy;
    struct transfer *transfer; /* NULL: free */
    struct curl_slist *headers;
};

struct engine {
    struct fetch *fetch;
    uv_loop_t loop;
    uv_timer_t timer, bar; /* libcurl's; the bar's */
    CURLM *multi;
    struct slot *slot;
    struct transfer *transfer, *first, *last; /* all; the queue */
    unsigned failures;     /* tries in a row that failed for a while */
    bool is_drawn;
};

/* A socket that libcurl wants watched. */
struct watch {
    uv_poll_t poll;
    curl_socket_t fd;
    struct engine *engine;
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

bool fetch_is_loopback(const char *url)
{
    char host[256];
    struct in_addr address;
    if (!get_part(url, CURLUPART_HOST, host, sizeof host))
        return false;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

bool fetch_may(const char *url)
{
    char scheme[16];
    if (!get_part(url, CURLUPART_SCHEME, scheme, sizeof scheme))
        return false;
    return strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && fetch_is_loopback(url));
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

/* ---- one try ---- */

static size_t take_bytes(char *bytes, size_t size, size_t count, void *self)
{
    struct fetch_file *file = self;
    size_t length = size * count;
    if (file->body.length + length > file->most) {
        file->is_too_big = true;
        return CURL_WRITEFUNC_ERROR;
    }
    buf_add(&file->body, bytes, length);
    return length;
}

static void set_up(struct slot *slot, const struct fetch *fetch)
{
    struct fetch_file *file = slot->transfer->file;
    CURL *easy = slot->easy;
    bool is_plain = strncmp(file->url, "http:", 5) == 0;
    const char *protocols = is_plain ? "http,https" : "https";
    char accept[200];
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, file->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tradeloom/" TRADELOOM_VERSION);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)fetch->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)file->most);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, file);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->transfer->error);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    if (fetch->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, fetch->ca);
    if (is_plain)
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (fetch_is_loopback(file->url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_slist_free_all(slot->headers);
    slot->headers = NULL;
    snprintf(accept, sizeof accept, "Accept: %s", file->accept ? file->accept : "*/*");
    slot->headers = curl_slist_append(NULL, accept);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, slot->headers);
}

static void end_file(struct engine *engine, struct fetch_file *file)
{
    engine->fetch->ended++;
    engine->fetch->came += file->came;
    engine->fetch->bytes += file->came ? file->body.length : 0;
    if (!file->came)
        buf_clear(&file->body);
}

/* What waits in the queue is given up. */
static void give_up(struct engine *engine)
{
    for (; engine->first; engine->first = engine->first->next) {
        struct fetch_file *file = engine->first->file;
        if (file->tries == 0)
            snprintf(file->error, sizeof file->error, "not tried, after %d failures in a row", FAILURES_IN_A_ROW);
        end_file(engine, file);
    }
}

/* Gives files of the queue to free slots. */
static void fill(struct engine *engine)
{
    if (engine->failures >= FAILURES_IN_A_ROW)
        give_up(engine);
    for (unsigned i = 0; i < engine->fetch->connections && engine->first; i++) {
        struct slot *slot = &engine->slot[i];
        if (slot->transfer)
            continue;
        slot->transfer = engine->first;
        engine->first = slot->transfer->next;
        struct fetch_file *file = slot->transfer->file;
        file->tries++;
        file->is_too_big = false;
        buf_clear(&file->body);
        slot->transfer->error[0] = '\0';
        set_up(slot, engine->fetch);
        check(curl_multi_add_handle(engine->multi, slot->easy) == CURLM_OK);
    }
}

static void queue(struct transfer *transfer)
{
    struct engine *engine = transfer->engine;
    transfer->next = NULL;
    if (engine->first)
        engine->last->next = transfer;
    else
        engine->first = transfer;
    engine->last = transfer;
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

static bool is_type_wanted(const struct fetch_file *file)
{
    if (!file->types || !file->type[0])
        return true;
    for (const char *const *type = file->types; *type; type++)
        if (strncmp(file->type, *type, strlen(*type)) == 0)
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

/* Says what went wrong; true when it may be right another time. */
static bool judge(struct slot *slot, CURLcode code)
{
    struct fetch_file *file = slot->transfer->file;
    const char *type = NULL, *detail = slot->transfer->error;
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &file->status);
    curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
    snprintf(file->type, sizeof file->type, "%s", type ? type : "");
    tame(file->type);
    file->error[0] = '\0';
    if (file->is_too_big || code == CURLE_FILESIZE_EXCEEDED)
        snprintf(file->error, sizeof file->error, "more than %zu bytes", file->most);
    else if (code != CURLE_OK)
        snprintf(file->error, sizeof file->error, "%.200s", *detail ? detail : curl_easy_strerror(code));
    else if (file->status >= 300)
        snprintf(file->error, sizeof file->error, "the server answers %ld", file->status);
    else if (!is_type_wanted(file))
        snprintf(file->error, sizeof file->error, "%s came, not %s", file->type, file->types[0]);
    tame(file->error);
    file->came = !file->error[0];
    if (file->is_too_big || file->came)
        return false;
    return code == CURLE_OK ? is_passing_status(file->status) : is_passing(code);
}

/* Full jitter: any time up to the pause, which doubles. Not with the draws of a simulation. */
static uint64_t pause_of(const struct engine *engine, unsigned tries)
{
    uint64_t most = engine->fetch->pause_ms << (tries - 1), draw = 0;
    most = most < PAUSE_MOST_MS ? most : PAUSE_MOST_MS;
    if (uv_random(NULL, NULL, &draw, sizeof draw, 0, NULL) != 0)
        draw = uv_hrtime();
    return draw % (most + 1);
}

static void pause_ended(uv_timer_t *timer)
{
    struct transfer *transfer = timer->data;
    queue(transfer);
    fill(transfer->engine);
    if (transfer->engine->fetch->ended == transfer->engine->fetch->files)
        uv_stop(&transfer->engine->loop);
}

/* Lets a file wait for its next try; false when the server asks for more patience than there is. */
static bool wait_for_next_try(struct slot *slot)
{
    struct transfer *transfer = slot->transfer;
    struct engine *engine = transfer->engine;
    curl_off_t after = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &after);
    if (after > RETRY_AFTER_MOST_S) {
        size_t used = strlen(transfer->file->error);
        snprintf(transfer->file->error + used, sizeof transfer->file->error - used, ", and asks to wait %lld s",
                 (long long)after);
        return false;
    }
    if (!transfer->has_timer)
        check(uv_timer_init(&engine->loop, &transfer->pause) == 0);
    transfer->has_timer = true;
    transfer->pause.data = transfer;
    uint64_t wait_ms = after > 0 ? (uint64_t)after * 1000 : pause_of(engine, transfer->file->tries);
    uv_update_time(&engine->loop);
    check(uv_timer_start(&transfer->pause, pause_ended, wait_ms, 0) == 0);
    return true;
}

static void end_try(struct slot *slot, CURLcode code)
{
    struct transfer *transfer = slot->transfer;
    struct engine *engine = transfer->engine;
    bool may_come = judge(slot, code);
    engine->failures = may_come ? engine->failures + 1 : 0;
    if (!may_come || transfer->file->tries == FETCH_TRIES || !wait_for_next_try(slot))
        end_file(engine, transfer->file);
    slot->transfer = NULL;
}

/* Reads all messages of libcurl, and begins what can be begun. */
static void drain(struct engine *engine)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(engine->multi, &left)) != NULL) {
        struct slot *slot = NULL;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
        check(curl_multi_remove_handle(engine->multi, easy) == CURLM_OK); /* the message is gone with it */
        end_try(slot, code);
    }
    fill(engine);
    if (engine->fetch->ended == engine->fetch->files)
        uv_stop(&engine->loop);
}

/* ---- libcurl and the loop ---- */

static void act(struct engine *engine, curl_socket_t fd, int flags)
{
    int running;
    check(curl_multi_socket_action(engine->multi, fd, flags, &running) == CURLM_OK);
    drain(engine);
}

static void timer_fired(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct engine *engine = self;
    (void)multi;
    uv_update_time(&engine->loop);
    if (timeout_ms < 0)
        uv_timer_stop(&engine->timer);
    else
        uv_timer_start(&engine->timer, timer_fired, (uint64_t)timeout_ms, 0);
    return 0;
}

static void socket_moved(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    act(watch->engine, watch->fd, status < 0 ? CURL_CSELECT_ERR : flags);
}

static void watch_closed(uv_handle_t *handle)
{
    memory_release(handle->data);
}

static struct watch *watch_socket(struct engine *engine, curl_socket_t fd)
{
    struct watch *watch = memory_take(sizeof *watch);
    watch->fd = fd;
    watch->engine = engine;
    watch->poll.data = watch;
    check(uv_poll_init_socket(&engine->loop, &watch->poll, fd) == 0);
    check(curl_multi_assign(engine->multi, fd, watch) == CURLM_OK);
    return watch;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *assigned)
{
    struct engine *engine = self;
    struct watch *watch = assigned;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    (void)easy;
    if (what != CURL_POLL_REMOVE) {
        watch = watch ? watch : watch_socket(engine, fd);
        check(uv_poll_start(&watch->poll, events, socket_moved) == 0);
    } else if (watch) {
        check(curl_multi_assign(engine->multi, fd, NULL) == CURLM_OK);
        uv_poll_stop(&watch->poll);
        uv_close((uv_handle_t *)&watch->poll, watch_closed);
    }
    return 0;
}

/* ---- the bar ---- */

static void draw_bar(uv_timer_t *timer)
{
    struct engine *engine = timer->data;
    const struct fetch *fetch = engine->fetch;
    uint64_t bytes = fetch->bytes;
    for (unsigned i = 0; i < fetch->connections; i++)
        bytes += engine->slot[i].transfer ? engine->slot[i].transfer->file->body.length : 0;
    fputs("\r\033[2K[", stderr);
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < fetch->ended * BAR_CELLS / fetch->files ? "█" : "░", stderr);
    fprintf(stderr, fetch->lang == LANG_ZH ? "]  下载 %zu/%zu，%llu KB" : "]  fetched %zu of %zu, %llu KB", fetch->ended,
            fetch->files, (unsigned long long)(bytes / 1024));
    fflush(stderr);
    engine->is_drawn = true;
}

/* ---- the whole ---- */

static void open_engine(struct engine *engine, struct fetch *fetch)
{
    *engine = (struct engine){.fetch = fetch};
    check(fetch->connections > 0);
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    check(uv_loop_init(&engine->loop) == 0);
    check(uv_timer_init(&engine->loop, &engine->timer) == 0);
    check(uv_timer_init(&engine->loop, &engine->bar) == 0);
    engine->timer.data = engine->bar.data = engine;
    if (fetch->has_bar)
        uv_timer_start(&engine->bar, draw_bar, BAR_EVERY_MS, BAR_EVERY_MS);
    engine->multi = curl_multi_init();
    check(engine->multi != NULL);
    curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine);
    curl_multi_setopt(engine->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(engine->multi, CURLMOPT_TIMERDATA, engine);
    curl_multi_setopt(engine->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)fetch->connections);
    curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)fetch->connections);
    engine->slot = memory_take(fetch->connections * sizeof *engine->slot);
    for (unsigned i = 0; i < fetch->connections; i++) {
        engine->slot[i].easy = curl_easy_init();
        check(engine->slot[i].easy != NULL);
    }
    engine->transfer = memory_take((fetch->files + 1) * sizeof *engine->transfer);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, handle->type == UV_POLL ? watch_closed : NULL);
}

static void close_engine(struct engine *engine)
{
    for (unsigned i = 0; i < engine->fetch->connections; i++) {
        struct slot *slot = &engine->slot[i];
        if (slot->transfer)
            curl_multi_remove_handle(engine->multi, slot->easy);
        curl_easy_cleanup(slot->easy);
        curl_slist_free_all(slot->headers);
    }
    curl_multi_cleanup(engine->multi); /* may still speak of sockets and the timer */
    if (engine->is_drawn)
        fputs("\r\033[2K", stderr);
    uv_walk(&engine->loop, close_handle, NULL);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&engine->loop) == 0);
    memory_release(engine->slot);
    memory_release(engine->transfer);
    curl_global_cleanup();
}

int fetch_all(struct fetch *fetch)
{
    struct engine engine;
    open_engine(&engine, fetch);
    for (size_t i = 0; i < fetch->files; i++) {
        struct fetch_file *file = &fetch->file[i];
        engine.transfer[i] = (struct transfer){.engine = &engine, .file = file};
        if (fetch_may(file->url)) {
            queue(&engine.transfer[i]);
            continue;
        }
        snprintf(file->error, sizeof file->error, "only https is fetched (http from this machine)");
        fetch->ended++;
    }
    fill(&engine);
    if (fetch->ended < fetch->files)
        uv_run(&engine.loop, UV_RUN_DEFAULT);
    check(fetch->ended == fetch->files);
    close_engine(&engine);
    return fetch->came == fetch->files ? 0 : -1;
}

void fetch_finish(struct fetch *fetch)
{
    for (size_t i = 0; i < fetch->files; i++)
        buf_finish(&fetch->file[i].body);
}
