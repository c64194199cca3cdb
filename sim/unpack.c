/* unpack: reads archives with libarchive, and trusts nothing that they say. */
#include "sim/unpack.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "core/buf.h"
#include "core/err.h"

enum { CHUNK = 65536, NAME_MOST = 200 };

bool unpack_is_archive(const char *bytes, size_t length)
{
    static const struct {
        const char *mark;
        size_t at, length;
    } marks[] = {{"PK\x03\x04", 0, 4}, {"\x1F\x8B", 0, 2}, {"\xFD" "7zXZ", 0, 5}, {"ustar", 257, 5}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (length >= marks[i].at + marks[i].length &&
            memcmp(bytes + marks[i].at, marks[i].mark, marks[i].length) == 0)
            return true;
    return false;
}

static int fail(struct errs *errs, const char *source, const char *path, const char *what)
{
    size_t shown = path ? err_utf8(path, strnlen(path, 120)) : 0;
    struct err *err = errs_add(errs, ERR_SYNTAX, "%s%s%.*s%s", what, path ? ": \"" : "", (int)shown, path ? path : "",
                               path ? "\"" : "");
    snprintf(err->source, sizeof err->source, "%.159s", source);
    return -1;
}

/* No way out of the folder, nothing hidden, nothing that a terminal would take for a command. */
static bool is_harmless(const char *path)
{
    size_t length = strlen(path);
    if (length == 0 || length > NAME_MOST || path[0] == '/' || err_utf8(path, length) != length)
        return false;
    for (const char *at = path; *at; at++) {
        bool is_start = at == path || at[-1] == '/';
        if ((unsigned char)*at < 0x20 || *at == '\\' || *at == 0x7F || (is_start && (*at == '.' || *at == '/')))
            return false;
    }
    return true;
}

static int read_bytes(struct unpack *unpack, struct archive *archive, const char *source, struct unpack_file *file,
                      struct errs *errs)
{
    struct buf bytes = {0};
    la_ssize_t got;
    while ((got = archive_read_data(archive, buf_room(&bytes, CHUNK), CHUNK)) > 0) {
        bytes.length += (size_t)got;
        unpack->bytes += (size_t)got;
        if (unpack->bytes > UNPACK_BYTES_MAX)
            break;
    }
    int result = 0;
    if (got < 0)
        result = fail(errs, source, file->path, "the archive is damaged");
    else if (got > 0)
        result = fail(errs, source, NULL, "the archive holds too much");
    file->length = bytes.length;
    file->bytes = arena_copy(&unpack->arena, buf_text(&bytes), bytes.length);
    buf_finish(&bytes);
    return result;
}

static int take_entry(struct unpack *unpack, struct archive *archive, struct archive_entry *entry, const char *source,
                      struct errs *errs)
{
    const char *path = archive_entry_pathname(entry);
    if (!path || !is_harmless(path))
        return fail(errs, source, path ? path : "?", "the archive holds a name that is not taken");
    if (archive_entry_filetype(entry) == AE_IFDIR)
        return 0;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
        return fail(errs, source, path, "the archive holds something else than a file");
    if (unpack->files == UNPACK_FILES_MAX)
        return fail(errs, source, NULL, "the archive holds too many files");
    struct unpack_file *file = &unpack->file[unpack->files++];
    file->path = arena_copy(&unpack->arena, path, strlen(path));
    return read_bytes(unpack, archive, source, file, errs);
}

int unpack_read(struct unpack *unpack, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int got, result = 0;
    if (!archive)
        return fail(errs, source, NULL, "no memory for an archive");
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_tar(archive);
    got = archive_read_open_memory(archive, bytes, length);
    while (result == 0 && got == ARCHIVE_OK && (got = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
        result = take_entry(unpack, archive, entry, source, errs);
    if (result == 0 && got != ARCHIVE_EOF)
        result = fail(errs, source, NULL, "the archive is damaged");
    archive_read_free(archive);
    return result;
}
