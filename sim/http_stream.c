/* http_stream: channels of events. A channel keeps the last events as they go over the line; a client is a place in
 * that text, so that a slow one costs no memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "core/check.h"
#include "sim/http_int.h"

/* Bytes of events that are kept, and how far behind what was sent since it came a client may be; bytes that the
 * system may hold for a client, and how long it may not acknowledge them. */
enum { KEPT = 256 << 10, BEHIND_MAX = 64 << 10, SEND_BYTES = 64 << 10, DEAD_MS = 30000, HEARTBEAT_MS = 15000 };

struct event {
    uint64_t id, end; /* position behind it */
};

struct stream {
    struct http_channel *channel;
    struct stream *next, *before;
    struct MHD_Connection *mhd;
    uint64_t opened, at; /* positions: where it began to owe, what is sent */
    char head[64];       /* goes first */
    size_t head_sent;
    http_gone *gone;
    void *self;
    bool is_asleep;      /* nothing to send: the connection is suspended */
    bool is_over;
};

struct http_channel {
    struct http *http;
    struct http_channel *next, *before;
    struct stream *streams;
    struct buf text;  /* the last events */
    uint64_t first;   /* position of its first byte; positions only grow */
    struct event *event; /* those that stand in the text whole, the heartbeats between them left out */
    size_t events, room;
    uint64_t last_id, said_ms;
};

static uint64_t end_of(const struct http_channel *channel)
{
    return channel->first + channel->text.length;
}

struct http_channel *http_channel_create(struct http *http)
{
    struct http_channel *channel = memory_take(sizeof *channel);
    channel->http = http;
    channel->said_ms = uv_now(http->loop);
    channel->next = http->channels;
    if (http->channels)
        http->channels->before = channel;
    http->channels = channel;
    return channel;
}

/* ---- sending ---- */

static void awaken(struct stream *stream)
{
    if (!stream->is_asleep)
        return;
    stream->is_asleep = false;
    MHD_resume_connection(stream->mhd);
    http_wake(stream->channel->http);
}

static ssize_t take(struct stream *stream, const char *from, size_t left, char *out, size_t room)
{
    (void)stream;
    size_t length = left < room ? left : room;
    memcpy(out, from, length);
    return (ssize_t)length;
}

/* MHD asks for the next bytes. */
static ssize_t send_more(void *self, uint64_t position, char *out, size_t room)
{
    struct stream *stream = self;
    struct http_channel *channel = stream->channel;
    size_t head = strlen(stream->head);
    ssize_t sent;
    (void)position;
    if (stream->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (stream->head_sent < head) {
        sent = take(stream, stream->head + stream->head_sent, head - stream->head_sent, out, room);
        stream->head_sent += (size_t)sent;
        return sent;
    }
    if (stream->at == end_of(channel)) {
        stream->is_asleep = true;
        MHD_suspend_connection(stream->mhd);
        return 0;
    }
    check(stream->at >= channel->first && stream->at < end_of(channel));
    size_t at = (size_t)(stream->at - channel->first);
    sent = take(stream, channel->text.data + at, channel->text.length - at, out, room);
    stream->at += (uint64_t)sent;
    return sent;
}

static void unlink_stream(struct stream *stream)
{
    struct http_channel *channel = stream->channel;
    if (!channel)
        return;
    if (stream->before)
        stream->before->next = stream->next;
    else
        channel->streams = stream->next;
    if (stream->next)
        stream->next->before = stream->before;
    stream->channel = NULL;
    if (stream->gone)
        stream->gone(stream->self);
}

static void stream_ended(void *self)
{
    struct stream *stream = self;
    unlink_stream(stream);
    memory_release(stream);
}

/* The line is cut, or ends in order; what is left of the stream goes when MHD lets go of it, so that whoever goes
 * through the list may still stand on one that was ended meanwhile. */
static void end_stream(struct stream *stream)
{
    stream->is_over = true;
    awaken(stream);
    unlink_stream(stream);
}

static int descriptor(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void cut_stream(struct stream *stream)
{
    shutdown(descriptor(stream->mhd), SHUT_RDWR);
    end_stream(stream);
}

/* ---- opening ---- */

/* Where to go on for a client that saw the event with this id; false: what it missed is not known any more. */
static bool find_place(const struct http_channel *channel, const char *id, uint64_t *at)
{
    size_t boot = strlen(channel->http->boot);
    *at = end_of(channel);
    if (strncmp(id, channel->http->boot, boot) != 0 || id[boot] != '-')
        return false;
    uint64_t number = strtoull(id + boot + 1, NULL, 10);
    if (number == channel->last_id)
        return true;
    for (size_t i = channel->events; i-- > 0;) {
        *at = channel->event[i].end;
        if (channel->event[i].id == number)
            return true;
    }
    *at = end_of(channel);
    return false;
}

static void set_socket(struct MHD_Connection *mhd)
{
    int fd = descriptor(mhd);
    const int bytes = SEND_BYTES, dead_ms = DEAD_MS, on = 1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof dead_ms);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void http_open(struct http_request *request, struct http_channel *channel, http_gone *gone, void *self)
{
    const char *id = http_header(request, "Last-Event-ID");
    struct stream *stream = memory_take(sizeof *stream);
    if (!id)
        id = http_argument(request, "last");
    *stream = (struct stream){.channel = channel, .next = channel->streams, .mhd = request->mhd, .gone = gone,
                              .self = self};
    bool is_known = !id || find_place(channel, id, &stream->at);
    if (!id)
        stream->at = end_of(channel);
    stream->opened = end_of(channel);
    snprintf(stream->head, sizeof stream->head, "retry: 2000\n%s\n", is_known ? "" : "event: reset\ndata: {}\n");
    if (channel->streams)
        channel->streams->before = stream;
    channel->streams = stream;
    set_socket(request->mhd);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, send_more, stream, stream_ended);
    check(response);
    http_add_header(response, "Content-Type", "text/event-stream");
    http_add_header(response, "Cache-Control", "no-store");
    http_respond(request, response, MHD_HTTP_OK, true);
    request->link->due_ms = UINT64_MAX;
}

/* ---- broadcasting ---- */

/* Forgets the oldest events, half of what is kept at a time, and cuts those who have not been sent them: last, as
 * whoever is told of one that left may broadcast that. */
static void forget(struct http_channel *channel)
{
    size_t gone = 0;
    if (channel->text.length <= KEPT)
        return;
    uint64_t until = channel->first;
    while (gone < channel->events && until - channel->first < KEPT / 2)
        until = channel->event[gone++].end;
    size_t bytes = (size_t)(until - channel->first);
    channel->text.length -= bytes;
    memmove(channel->text.data, channel->text.data + bytes, channel->text.length);
    channel->first = until;
    channel->events -= gone;
    memmove(channel->event, channel->event + gone, channel->events * sizeof *channel->event);
    for (struct stream *stream = channel->streams, *next; stream; stream = next) {
        next = stream->next;
        if (stream->at < until)
            cut_stream(stream);
    }
}

static void serve_all(struct http_channel *channel)
{
    channel->said_ms = uv_now(channel->http->loop);
    for (struct stream *stream = channel->streams, *next; stream; stream = next) {
        next = stream->next;
        uint64_t since = stream->at > stream->opened ? stream->at : stream->opened;
        if (end_of(channel) - since > BEHIND_MAX)
            cut_stream(stream);
        else
            awaken(stream);
    }
}

void http_broadcast(struct http_channel *channel, const char *event, const char *data, size_t length)
{
    check(!memchr(data, '\n', length));
    buf_printf(&channel->text, "id: %s-%" PRIu64 "\nevent: %s\ndata: ", channel->http->boot, ++channel->last_id, event);
    buf_add(&channel->text, data, length);
    buf_puts(&channel->text, "\n\n");
    if (channel->events == channel->room) {
        size_t room = channel->room ? channel->room * 2 : 64;
        channel->event = memory_resize(channel->event, channel->room * sizeof *channel->event,
                                       room * sizeof *channel->event);
        channel->room = room;
    }
    channel->event[channel->events++] = (struct event){channel->last_id, end_of(channel)};
    serve_all(channel);
    forget(channel);
}

/* MHD does not look at a connection that sleeps. */
static void cut_those_who_left(struct http_channel *channel)
{
    char byte;
    for (struct stream *stream = channel->streams, *next; stream; stream = next) {
        next = stream->next;
        if (stream->is_asleep && recv(descriptor(stream->mhd), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
            cut_stream(stream);
    }
}

/* A comment now and then shows that the line lives, at both its ends. */
void http_stream_tick(struct http *http, uint64_t now_ms)
{
    for (struct http_channel *channel = http->channels; channel; channel = channel->next) {
        cut_those_who_left(channel);
        if (!channel->streams || now_ms - channel->said_ms < HEARTBEAT_MS)
            continue;
        buf_puts(&channel->text, ":\n\n");
        serve_all(channel);
    }
}

size_t http_listeners(const struct http_channel *channel)
{
    size_t count = 0;
    for (const struct stream *stream = channel->streams; stream; stream = stream->next)
        count++;
    return count;
}

void http_channel_close(struct http_channel *channel)
{
    struct http *http = channel->http;
    while (channel->streams)
        end_stream(channel->streams);
    if (channel->before)
        channel->before->next = channel->next;
    else
        http->channels = channel->next;
    if (channel->next)
        channel->next->before = channel->before;
    buf_finish(&channel->text);
    memory_release(channel->event);
    memory_release(channel);
}
