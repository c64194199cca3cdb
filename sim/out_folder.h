/* out_folder: a run's folder. What a run writes stands in its hidden folder `.unfinished` until all of it is on
 * the disk; then each file takes its place in one step. So a reader sees the files of the last finished run,
 * or all of the new ones, never half a file. */
#ifndef OUT_FOLDER_H
#define OUT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct errs;

struct out_folder {
    char path[900];      /* as given */
    char work_path[920]; /* of `.unfinished`, for messages */
    int dir, work;       /* descriptors of both; -1: closed */
    bool is_new;         /* we made the folder */
    unsigned tables;     /* which a run writes here: 1 << enum out_table; the run's to say */
};

/* Makes the folder with its parents and takes its lock: another run that writes there is an error (75). What an
 * earlier run left unfinished is removed unless `keep`. 0, or -1 with errors and everything closed. */
int out_folder_open(struct out_folder *folder, const char *path, bool keep, struct errs *errs);
/* Writes one whole file into `.unfinished`. 0, or -1 with an error. */
int out_folder_write(const struct out_folder *folder, const char *name, const char *bytes, size_t length,
                     struct errs *errs);
/* Reads a file of `.unfinished`; 0, or -1 with an error. */
int out_folder_read(const struct out_folder *folder, const char *name, struct buf *out, struct errs *errs);
/* Gives each file of the list, which ends with NULL, its place, in this order. 0, or -1 with an error. */
int out_folder_publish(const struct out_folder *folder, const char *const *names, struct errs *errs);
/* Gives all that is there its place, but for hidden files; a folder of an earlier run under that name goes. First of all
 * removes `checkpoint`: what is half in its place is no more to go on from. 0, or -1 with an error. */
int out_folder_publish_all(const struct out_folder *folder, const char *checkpoint, struct errs *errs);
/* A folder with these documents and nothing else to do: opened, written, published, closed. */
struct out_document {
    const char *name;
    const struct buf *bytes;
};
int out_folder_documents(const char *path, const struct out_document *document, size_t count, struct errs *errs);
/* Takes files of an earlier run away, where they are. */
void out_folder_remove(const struct out_folder *folder, const char *const *names);
/* Gives the folder up. `keep`: `.unfinished` stays, to go on later; else it goes, and so does a folder that
 * was made for this run and holds nothing. */
void out_folder_close(struct out_folder *folder, bool keep);
/* Does an unfinished run wait in this folder? */
bool out_folder_waits(const char *path);

#endif
