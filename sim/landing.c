/* landing: folders made, files replaced, origins written and read. */
#include "sim/landing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/file.h"
#include "sim/out_json.h"

/* Makes the folders above a path. */
static int make_folders(const char *path, struct errs *errs)
{
    char folder[2048];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder) {
        errs_add(errs, ERR_IO, "a path is too long: %.100s…", path);
        return -1;
    }
    for (char *at = folder + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            struct err *err = errs_add(errs, ERR_IO, "cannot make the folder: %s", strerror(errno));
            snprintf(err->source, sizeof err->source, "%.159s", folder);
            return -1;
        }
        *at = '/';
    }
    return 0;
}

int landing_write(const char *path, const char *bytes, size_t length, struct errs *errs)
{
    return make_folders(path, errs) == 0 ? file_replace(path, bytes, length, errs) : -1;
}

int landing_put(const char *path, const struct landing_origin *origin, const char *bytes, size_t length,
                struct errs *errs)
{
    struct buf name = {0}, text = {0};
    struct out_json json = {.out = &text};
    char hash[65], time[21];
    sha256(bytes, length, hash);
    time_write(origin->time, time);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "url", origin->url);
    out_json_text(&json, "fetched", time);
    if (*origin->from)
        out_json_text(&json, "from", origin->from);
    out_json_count(&json, "bytes", length);
    out_json_text(&json, "sha256", hash);
    out_json_end(&json, '}');
    buf_printf(&name, "%s.origin", path);
    int result = landing_write(path, bytes, length, errs);
    if (result == 0)
        result = landing_write(buf_text(&name), text.data, text.length, errs);
    buf_finish(&name);
    buf_finish(&text);
    return result;
}

bool landing_origin(const char *path, struct landing_origin *origin)
{
    struct buf name = {0}, text = {0}, bytes = {0};
    struct errs ignored = {0};
    struct json json = {0};
    char hash[65];
    *origin = (struct landing_origin){0};
    buf_printf(&name, "%s.origin", path);
    bool is_there = file_read(path, &bytes, &ignored) == 0 && file_read(buf_text(&name), &text, &ignored) == 0 &&
                    json_read(&json, "", text.data, text.length, &ignored) == 0;
    if (is_there) {
        snprintf(origin->url, sizeof origin->url, "%s", json_text(json.root, "url", ""));
        snprintf(origin->fetched, sizeof origin->fetched, "%s", json_text(json.root, "fetched", ""));
        snprintf(origin->sha256, sizeof origin->sha256, "%s", json_text(json.root, "sha256", ""));
        snprintf(origin->from, sizeof origin->from, "%.10s", json_text(json.root, "from", ""));
        sha256(bytes.data, bytes.length, hash);
        is_there = strcmp(hash, origin->sha256) == 0 &&
                   time_parse(origin->fetched, strlen(origin->fetched), &origin->time);
    }
    json_finish(&json);
    buf_finish(&name);
    buf_finish(&text);
    buf_finish(&bytes);
    return is_there;
}
