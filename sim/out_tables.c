/* out_tables: parts of a run, and the tables that they become. */
#include "sim/out_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "sim/out_folder.h"

const char *const out_tables_names[OUT_TABLES_COUNT] = {"orders.csv", "postings.csv"};

static void part_name(unsigned table, uint32_t part, char out[32])
{
    snprintf(out, 32, "%s.%u", out_tables_names[table], part);
}

static int fail(struct errs *errs, const struct out_folder *folder, const char *name)
{
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %s", strerror(errno));
    snprintf(err->source, sizeof err->source, "%.100s/%.50s", folder->path, name);
    return -1;
}

static void add_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct out_tables *tables = self;
    if (!tables->is_muted)
        out_postings_add(&tables->postings, number, posting);
}

static void add_order(void *self, const struct order_record *record)
{
    struct out_tables *tables = self;
    if (!tables->is_muted)
        out_orders_add(&tables->orders, record);
}

void out_tables_open(struct out_tables *tables, const struct out_folder *folder, const struct book *book,
                     unsigned base, uint32_t part, uint32_t replication, const uint64_t keep[OUT_TABLES_COUNT])
{
    *tables = (struct out_tables){.sink = {.self = tables, .posting = add_posting, .order = add_order}};
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        char name[32];
        part_name(i, part, name);
        out_file_open(&tables->part[i], folder->work, folder->path, name, keep[i]);
    }
    if (part == 1 && keep[0] == 0) {
        out_orders_head(&tables->part[0]);
        out_postings_head(&tables->part[1]);
        for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
            out_file_flush(&tables->part[i]); /* from here on `written` is not 0: a checkpoint finds the head */
    }
    out_orders_init(&tables->orders, &tables->part[0], book, base);
    out_postings_init(&tables->postings, &tables->part[1], book, base, replication);
}

bool out_tables_failed(const struct out_tables *tables)
{
    return tables->part[0].error || tables->part[1].error;
}

int out_tables_close(struct out_tables *tables, struct errs *errs)
{
    int result = 0;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        if (out_file_close(&tables->part[i], errs) != 0)
            result = -1;
    out_postings_finish(&tables->postings);
    return result;
}

static bool holds(const struct out_folder *folder, const char *name, uint64_t length)
{
    struct stat about;
    return fstatat(folder->work, name, &about, 0) == 0 && (uint64_t)about.st_size >= length;
}

bool out_tables_hold(const struct out_folder *folder, uint32_t part,
                     const uint64_t length[OUT_TABLES_COUNT])
{
    bool are_there = true;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        char name[32];
        part_name(i, part, name);
        are_there = are_there && holds(folder, name, length[i]);
    }
    return are_there;
}

bool out_tables_hold_all(const struct out_folder *folder, const uint64_t length[OUT_TABLES_COUNT])
{
    bool are_there = true;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        are_there = are_there && (length[i] == 0 || holds(folder, out_tables_names[i], length[i]));
    return are_there;
}

static int append_part(const struct out_folder *folder, const char *name, const char *part,
                       struct errs *errs)
{
    struct stat about;
    struct out_file file;
    if (fstatat(folder->work, name, &about, 0) != 0)
        return fail(errs, folder, name);
    int from = openat(folder->work, part, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return fail(errs, folder, part);
    out_file_open(&file, folder->work, folder->path, name, (uint64_t)about.st_size);
    out_file_append(&file, from);
    close(from);
    unlinkat(folder->work, part, 0);
    return out_file_close(&file, errs);
}

int out_tables_collect(const struct out_folder *folder, uint32_t part, struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        const char *name = out_tables_names[i];
        char from[32];
        part_name(i, part, from);
        if (part > 1) {
            if (append_part(folder, name, from, errs) != 0)
                return -1;
        } else if (renameat(folder->work, from, folder->work, name) != 0) {
            return fail(errs, folder, name);
        }
    }
    return 0;
}

int out_tables_cut(const struct out_folder *folder, const uint64_t keep[OUT_TABLES_COUNT],
                   struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        struct out_file file;
        if (keep[i] == 0)
            continue;
        out_file_open(&file, folder->work, folder->path, out_tables_names[i], keep[i]);
        if (out_file_close(&file, errs) != 0)
            return -1;
    }
    return 0;
}

int out_tables_seal(const struct out_folder *folder, uint64_t length[OUT_TABLES_COUNT], struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        const char *name = out_tables_names[i];
        struct stat about;
        length[i] = 0;
        int fd = openat(folder->work, name, O_WRONLY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        bool is_safe = fd >= 0 && fstat(fd, &about) == 0 && fsync(fd) == 0;
        if (!is_safe)
            fail(errs, folder, name);
        else
            length[i] = (uint64_t)about.st_size;
        if (fd >= 0)
            close(fd);
        if (!is_safe)
            return -1;
    }
    return 0;
}
