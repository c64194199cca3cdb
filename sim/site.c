/* site: paths to compiled-in files. */
#include "sim/site.h"

#include <stdio.h>
#include <string.h>

#include "sim/data.h"
#include "sim/http.h"

struct file {
    const char *path, *data, *type;
};

static const struct file files[] = {
    {"/", "web/app.html", "text/html; charset=utf-8"},
    {"/room", "web/app.html", "text/html; charset=utf-8"},
    {"/lesson", "web/app.html", "text/html; charset=utf-8"},
    {"/app.js", "web/app.js", "text/javascript; charset=utf-8"},
    {"/stream.js", "web/stream.js", "text/javascript; charset=utf-8"},
    {"/style.css", "web/style.css", "text/css; charset=utf-8"},
    {"/app.css", "web/app.css", "text/css; charset=utf-8"},
    {"/icon.svg", "web/icon.svg", "image/svg+xml"},
};

static void send_file(void *self, struct http_request *request)
{
    const struct file *file = self;
    const struct data_span *plain = data_find(file->data);
    char name[64];
    snprintf(name, sizeof name, "%s.gz", file->data);
    const struct data_span *gzip = data_find(name);
    if (!plain || plain->start == plain->end) {
        http_refuse(request, 404, "not_built", "the pages need npm when the program is built; the interface below /v1 "
                    "does not");
        return;
    }
    const struct http_answer answer = {
        .status = 200, .type = file->type, .bytes = plain->start, .length = (size_t)(plain->end - plain->start),
        .gzip = gzip ? gzip->start : NULL, .gzip_length = gzip ? (size_t)(gzip->end - gzip->start) : 0,
        .is_kept = true, .etag = plain->hash};
    http_reply(request, &answer);
}

void site_open(struct http *http)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        http_route(http, "GET", files[i].path, 0, send_file, (void *)(uintptr_t)&files[i]);
}
