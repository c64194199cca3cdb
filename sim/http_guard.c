/* http_guard: which requests are refused before anybody looks at what they ask, and with which status. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/check.h"
#include "core/err.h"
#include "sim/http_int.h"

/* An address may ask BURST times at once, and RATE times a second from then on. */
enum { RATE = 200, BURST = 1000 };

/* ---- how often ---- */

static void address_bytes(const struct sockaddr *from, unsigned char out[16])
{
    memset(out, 0, 16);
    if (from->sa_family == AF_INET6)
        memcpy(out, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    else if (from->sa_family == AF_INET)
        memcpy(out, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
}

void http_guard_link(struct http_link *link)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(link->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct http_rate *table = link->http->rate, *oldest = NULL;
    unsigned char address[16];
    address_bytes(info->client_addr, address);
    for (size_t i = 0; i < HTTP_LINKS_MAX; i++) {
        struct http_rate *rate = &table[i];
        if (rate->filled_ms && memcmp(rate->address, address, 16) == 0) {
            link->rate = rate;
            rate->connections++;
            return;
        }
        if (rate->connections == 0 && (!oldest || rate->filled_ms < oldest->filled_ms))
            oldest = rate;
    }
    check(oldest); /* there are no more connections than places */
    *oldest = (struct http_rate){.tokens = BURST * 1000, .filled_ms = uv_now(link->http->loop) + 1, .connections = 1};
    memcpy(oldest->address, address, 16);
    link->rate = oldest;
}

void http_guard_unlink(struct http_link *link)
{
    check(link->rate->connections > 0);
    link->rate->connections--;
}

static bool is_too_often(struct http_link *link)
{
    struct http_rate *rate = link->rate;
    uint64_t now = uv_now(link->http->loop) + 1;
    rate->tokens += (int64_t)(now - rate->filled_ms) * RATE;
    rate->filled_ms = now;
    if (rate->tokens > BURST * 1000)
        rate->tokens = BURST * 1000;
    if (rate->tokens < 1000)
        return true;
    rate->tokens -= 1000;
    return false;
}

/* ---- for whom ---- */

static void add_host(struct http *http, const char *host)
{
    size_t length = strlen(host);
    check(http->hosts < HTTP_HOSTS_MAX);
    char *copy = arena_copy(&http->arena, host, length);
    for (size_t i = 0; i < length; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    http->host[http->hosts++] = copy;
}

static void add_interfaces(struct http *http)
{
    uv_interface_address_t *list = NULL;
    int count = 0;
    if (uv_interface_addresses(&list, &count) != 0)
        return;
    for (int i = 0; i < count && http->hosts < HTTP_HOSTS_MAX / 2; i++) {
        char bare[64] = "", name[72];
        bool is_v6 = list[i].address.address4.sin_family == AF_INET6;
        if (is_v6)
            uv_ip6_name(&list[i].address.address6, bare, sizeof bare);
        else
            uv_ip4_name(&list[i].address.address4, bare, sizeof bare);
        snprintf(name, sizeof name, is_v6 ? "[%s]" : "%s", bare);
        add_host(http, name);
    }
    uv_free_interface_addresses(list, count);
}

bool http_guard_hosts(struct http *http, const char *address, const char *const *hosts)
{
    add_host(http, "localhost");
    if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "[::]") == 0)
        add_interfaces(http);
    else
        add_host(http, address);
    for (; hosts && *hosts; hosts++) {
        if (http->hosts == HTTP_HOSTS_MAX)
            return false;
        add_host(http, *hosts);
    }
    return true;
}

/* Is "name:port" or "name" one of those that we answer to? */
static bool is_our_host(const struct http *http, const char *host)
{
    const char *bracket = strchr(host, ']'), *colon = strchr(bracket ? bracket : host, ':');
    size_t length = colon ? (size_t)(colon - host) : strlen(host);
    if (colon && (colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1)))
        return false;
    for (size_t i = 0; i < http->hosts; i++)
        if (strlen(http->host[i]) == length && strncasecmp(http->host[i], host, length) == 0)
            return true;
    return false;
}

/* A page may only post to the server that it came from. */
static bool is_foreign(const char *origin, const char *host)
{
    const char *slashes = origin ? strstr(origin, "://") : NULL;
    return origin && (!slashes || strcasecmp(slashes + 3, host) != 0);
}

/* Does a page of another site ask in passing, by a picture or a script, and not its reader, who goes there? */
static bool is_in_passing(const struct http_request *request)
{
    const char *site = http_header(request, "Sec-Fetch-Site"), *mode = http_header(request, "Sec-Fetch-Mode");
    return site && strcasecmp(site, "cross-site") == 0 && !(mode && strcasecmp(mode, "navigate") == 0);
}

bool http_is_local(const struct http_request *request)
{
    static const unsigned char home[16] = {[15] = 1}, mapped[12] = {[10] = 0xff, [11] = 0xff};
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(request->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    unsigned char address[16];
    address_bytes(info->client_addr, address);
    if (info->client_addr->sa_family == AF_INET)
        return address[0] == 127;
    return memcmp(address, home, 16) == 0 || (memcmp(address, mapped, 12) == 0 && address[12] == 127);
}

/* ---- in which words ---- */

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool http_guard_uri(const char *uri)
{
    struct buf plain = {0};
    bool is_sound = *uri == '/';
    for (; *uri && is_sound; uri++) {
        unsigned char c = (unsigned char)*uri;
        if (c == '%') {
            is_sound = hex(uri[1]) >= 0 && hex(uri[2]) >= 0;
            c = is_sound ? (unsigned char)(hex(uri[1]) * 16 + hex(uri[2])) : 0;
            uri += is_sound ? 2 : 0;
        }
        is_sound = is_sound && c >= ' ' && c != 0x7f;
        buf_putc(&plain, (char)c);
    }
    is_sound = is_sound && err_utf8(plain.data, plain.length) == plain.length;
    buf_finish(&plain);
    return is_sound;
}

struct headers {
    unsigned hosts, lengths, encodings;
    bool is_odd;
    const char *host, *length, *encoding;
};

static enum MHD_Result count_header(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct headers *seen = self;
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (void)kind;
    if (*name == '\0' || strspn(name, token) != strlen(name) || (value && strpbrk(value, "\r\n")))
        seen->is_odd = true;
    if (strcasecmp(name, "Host") == 0) {
        seen->hosts++;
        seen->host = value;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        seen->lengths++;
        seen->length = value;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        seen->encodings++;
        seen->encoding = value;
    }
    return MHD_YES;
}

/* What two readers could read differently is read by nobody. */
static unsigned guard_headers(const struct headers *seen)
{
    if (seen->is_odd || seen->hosts != 1 || !seen->host || seen->lengths > 1 || seen->encodings > 1 ||
        (seen->lengths && seen->encodings))
        return MHD_HTTP_BAD_REQUEST;
    if (seen->lengths && (!seen->length || !*seen->length || seen->length[strspn(seen->length, "0123456789")]))
        return MHD_HTTP_BAD_REQUEST;
    if (seen->encodings && (!seen->encoding || strcasecmp(seen->encoding, "chunked") != 0))
        return MHD_HTTP_NOT_IMPLEMENTED;
    return 0;
}

/* ---- what for ---- */

static bool is_path(const struct http_place *place, const char *path)
{
    size_t length = strlen(place->path) - place->has_rest;
    return place->has_rest ? strncmp(place->path, path, length) == 0 : strcmp(place->path, path) == 0;
}

static unsigned find_place(struct http_request *request, const char *method)
{
    const struct http *http = request->http;
    unsigned status = MHD_HTTP_NOT_FOUND;
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    for (size_t i = 0; i < http->places; i++) {
        const struct http_place *place = &http->place[i];
        if (!is_path(place, request->path))
            continue;
        status = MHD_HTTP_METHOD_NOT_ALLOWED;
        if (strcmp(place->method, method) == 0) {
            request->place = place;
            return 0;
        }
    }
    return status;
}

static unsigned guard_body(const struct http_request *request, const struct headers *seen, const char *method)
{
    const char *type = http_header(request, "Content-Type"), *expect = http_header(request, "Expect");
    if (expect && strcasecmp(expect, "100-continue") != 0)
        return MHD_HTTP_EXPECTATION_FAILED;
    if (seen->lengths && (strlen(seen->length) > 9 || strtoul(seen->length, NULL, 10) > request->place->most))
        return MHD_HTTP_CONTENT_TOO_LARGE;
    if (strcmp(method, "POST") != 0)
        return 0;
    if (is_foreign(http_header(request, "Origin"), seen->host))
        return MHD_HTTP_FORBIDDEN;
    size_t length = strlen(request->place->taken);
    if (!type || strncasecmp(type, request->place->taken, length) != 0 ||
        (type[length] && !strchr("; \t", type[length])))
        return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    return 0;
}

unsigned http_guard(struct http_request *request, const char *method, const char *version)
{
    struct headers seen = {0};
    MHD_get_connection_values(request->mhd, MHD_HEADER_KIND, count_header, &seen);
    unsigned status = guard_headers(&seen);
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED;
    if (status == 0 && request->is_bad_uri)
        status = MHD_HTTP_BAD_REQUEST;
    if (status == 0 && !request->http->is_hurried && is_too_often(request->link))
        status = MHD_HTTP_TOO_MANY_REQUESTS;
    if (status == 0 && !is_our_host(request->http, seen.host))
        status = MHD_HTTP_MISDIRECTED_REQUEST;
    if (status == 0 && is_in_passing(request))
        status = MHD_HTTP_FORBIDDEN;
    if (status == 0)
        status = find_place(request, method);
    return status ? status : guard_body(request, &seen, method);
}

/* "gzip", "x, gzip;q=0.5", but not "gzip;q=0". */
bool http_guard_gzip(const char *accepted)
{
    for (; accepted && *accepted; accepted += strcspn(accepted, ",")) {
        accepted += strspn(accepted, ", \t");
        size_t length = strcspn(accepted, ",;");
        const char *weight = accepted + length;
        bool is_gzip = strcspn(accepted, ",; \t") == 4 && strncasecmp(accepted, "gzip", 4) == 0;
        if (is_gzip)
            return *weight != ';' || strncmp(weight + strspn(weight, "; \t"), "q=0", 3) != 0 ||
                   strcspn(weight, "123456789") < strcspn(weight, ",");
    }
    return false;
}
