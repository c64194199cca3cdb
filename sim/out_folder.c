/* out_folder: the run's folder, its lock, and files that take their places whole. */
#include "sim/out_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.h"
#include "core/err.h"
#include "sim/file.h"
#include "sim/out_file.h"

static const char work_name[] = ".unfinished";

static int fail(struct errs *errs, const char *path, const char *what)
{
    struct err *err = errs_add(errs, ERR_IO, "%s: %s", what, strerror(errno));
    snprintf(err->source, sizeof err->source, "%.159s", path);
    return -1;
}

/* Removes a folder with all that is in it, or a file; what is not there is not missed. */
static void remove_tree(int parent, const char *name)
{
    int copy = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_tree(copy, entry->d_name);
    if (dir)
        closedir(dir);
    else if (copy >= 0)
        close(copy);
    unlinkat(parent, name, copy >= 0 ? AT_REMOVEDIR : 0);
}

/* Removes `.unfinished` and all that is in it. */
static void remove_work(struct out_folder *folder)
{
    remove_tree(folder->dir, work_name);
}

static int take_lock(struct out_folder *folder, struct errs *errs)
{
    folder->dir = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->dir < 0)
        return fail(errs, folder->path, "cannot open the folder");
    if (flock(folder->dir, LOCK_EX | LOCK_NB) == 0)
        return 0;
    struct err *err = errs_add(errs, ERR_BUSY, "another run is writing to this folder");
    snprintf(err->source, sizeof err->source, "%.159s", folder->path);
    err_help(err, "wait for it, or name another folder with --out");
    return -1;
}

static int open_work(struct out_folder *folder, bool keep, struct errs *errs)
{
    if (!keep)
        remove_work(folder);
    if (mkdirat(folder->dir, work_name, 0777) != 0 && errno != EEXIST)
        return fail(errs, folder->work_path, "cannot make the folder");
    folder->work = openat(folder->dir, work_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder->work < 0 ? fail(errs, folder->work_path, "cannot open the folder") : 0;
}

int out_folder_open(struct out_folder *folder, const char *path, bool keep, struct errs *errs)
{
    *folder = (struct out_folder){.dir = -1, .work = -1};
    if (*path == '\0' || strlen(path) >= sizeof folder->path) {
        errs_add(errs, ERR_USAGE, "not a name for a folder: \"%.60s\"", path);
        return -1;
    }
    snprintf(folder->path, sizeof folder->path, "%s", path);
    snprintf(folder->work_path, sizeof folder->work_path, "%s/%s", path, work_name);
    if (file_folder(folder->path, &folder->is_new, errs) == 0 && take_lock(folder, errs) == 0 &&
        open_work(folder, keep, errs) == 0)
        return 0;
    if (folder->dir >= 0)
        close(folder->dir);
    if (folder->is_new)
        rmdir(folder->path);
    return -1;
}

int out_folder_write(const struct out_folder *folder, const char *name, const char *bytes, size_t length,
                     struct errs *errs)
{
    struct out_file file;
    char fresh[64];
    snprintf(fresh, sizeof fresh, "%.50s.new", name);
    out_file_open(&file, folder->work, folder->path, fresh, 0);
    buf_add(&file.buf, bytes, length);
    out_file_sync(&file);
    if (out_file_close(&file, errs) != 0)
        return -1;
    return renameat(folder->work, fresh, folder->work, name) == 0 ? 0 : fail(errs, folder->path, "cannot write");
}

int out_folder_read(const struct out_folder *folder, const char *name, struct buf *out, struct errs *errs)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%.60s", folder->work_path, name);
    return file_read(path, out, errs);
}

int out_folder_publish(const struct out_folder *folder, const char *const *names, struct errs *errs)
{
    check(folder->work >= 0);
    for (; *names; names++)
        if (renameat(folder->work, *names, folder->dir, *names) != 0)
            return fail(errs, folder->path, "cannot put a finished file in its place");
    return fsync(folder->dir) == 0 ? 0 : fail(errs, folder->path, "cannot write the folder");
}

enum { DOCUMENTS_MAX = 8 };

int out_folder_documents(const char *path, const struct out_document *document, size_t count, struct errs *errs)
{
    struct out_folder folder;
    const char *names[DOCUMENTS_MAX + 1];
    int result = 0;
    check(count <= DOCUMENTS_MAX);
    if (out_folder_open(&folder, path, false, errs) != 0)
        return -1;
    for (size_t i = 0; i < count && result == 0; i++) {
        names[i] = document[i].name;
        result = out_folder_write(&folder, names[i], document[i].bytes->data, document[i].bytes->length, errs);
    }
    names[count] = NULL;
    if (result == 0)
        result = out_folder_publish(&folder, names, errs);
    out_folder_close(&folder, false);
    return result;
}

int out_folder_publish_all(const struct out_folder *folder, const char *checkpoint, struct errs *errs)
{
    int copy = openat(folder->dir, work_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;
    unlinkat(folder->work, checkpoint, 0);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    if (!dir)
        result = fail(errs, folder->work_path, "cannot read the folder");
    while (dir && result == 0 && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        struct stat about;
        if (*name == '.')
            continue;
        if (fstatat(folder->dir, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode))
            remove_tree(folder->dir, name);
        if (renameat(folder->work, name, folder->dir, name) != 0)
            result = fail(errs, folder->path, "cannot put a finished file in its place");
    }
    if (dir)
        closedir(dir);
    else if (copy >= 0)
        close(copy);
    if (result == 0 && fsync(folder->dir) != 0)
        result = fail(errs, folder->path, "cannot write the folder");
    return result;
}

void out_folder_remove(const struct out_folder *folder, const char *const *names)
{
    for (; *names; names++)
        unlinkat(folder->dir, *names, 0);
}

void out_folder_close(struct out_folder *folder, bool keep)
{
    if (folder->work >= 0)
        close(folder->work);
    if (folder->dir >= 0) {
        if (!keep)
            remove_work(folder);
        close(folder->dir);
        if (folder->is_new && !keep)
            rmdir(folder->path); /* only when it is empty */
    }
    folder->work = folder->dir = -1;
}

bool out_folder_waits(const char *path)
{
    char name[1024];
    snprintf(name, sizeof name, "%s/%s/checkpoint", path, work_name);
    return access(name, R_OK) == 0;
}
