/* worlds_test: short random worlds, each audited by a second pair of eyes, run twice, and stopped and taken up again
 * in the middle.
 *
 * usage: worlds_test FIRST [COUNT]      prints one TAP line for all of them; what fails is named with the command
 *                                       that repeats it
 *        worlds_test --show NUMBER      writes the scenario of a world */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/book.h"
#include "tests/auditor.h"
#include "tests/random_world.h"

enum { SEED = 11, PATIENCE_S = 60 };

struct trial {
    const struct book *book;
    struct random_world how;
    struct scenario *scenario;
    int64_t until;
    uint32_t cell;
    uint64_t events; /* that the kernel handed out in the whole run */
    struct tally *whole;
};

static int complain(const char *what, const char *text)
{
    printf("#   %s: %s\n", what, text);
    return -1;
}

static int complain_errs(const char *what, const struct errs *errs)
{
    for (size_t i = 0; i < errs->count; i++) {
        const struct err *err = &errs->item[i];
        printf("#   %s: %s %s\n", what, err->pointer, err->message);
    }
    return errs->count + errs->dropped ? -1 : 0;
}

static struct world *begin(const struct trial *t, const struct world_sink *sink)
{
    return world_create(t->scenario, t->book, SEED, t->how.replication, t->cell, sink);
}

static int go(const struct trial *t, struct world *world, uint64_t most)
{
    if (world_advance(world, t->until, most) == WORLD_FAILED)
        return complain("stopped", world_error(world)->message);
    return 0;
}

static int end(struct world *world, struct tally **tally)
{
    struct errs errs = {0};
    *tally = tally_create();
    world_result(world, *tally, &errs);
    return complain_errs("its own audit", &errs);
}

/* The whole run of a cell under the auditor's eyes, event by event. */
static int run_audited(struct trial *t)
{
    struct auditor *auditor = auditor_create(t->scenario, t->book);
    struct world_sink sink = auditor_sink(auditor);
    struct world *world = begin(t, &sink);
    enum world_status status;
    auditor_watch(auditor, world);
    while ((status = world_advance(world, t->until, 1)) == WORLD_MORE)
        t->events++;
    int result = status == WORLD_FAILED ? complain("stopped", world_error(world)->message) : end(world, &t->whole);
    if (status != WORLD_FAILED)
        auditor_close(auditor, t->whole);
    const char *complaints = auditor_complaints(auditor);
    if (*complaints)
        result = complain("auditor", complaints);
    auditor_free(auditor);
    world_destroy(world);
    return result;
}

static bool has_same_months(const struct revenue *a, const struct revenue *b)
{
    return a->count == b->count && (a->count == 0 || memcmp(a->row, b->row, a->count * sizeof *a->row) == 0);
}

static int compare(const struct trial *t, const char *what, struct world *world)
{
    struct tally *tally = NULL;
    int result = go(t, world, 0);
    if (result == 0)
        result = end(world, &tally);
    if (result == 0 && (memcmp(tally, t->whole, offsetof(struct tally, replication)) != 0 ||
                        !has_same_months(&tally->revenue, &t->whole->revenue)))
        result = complain(what, "other figures than the first run");
    tally_free(tally);
    world_destroy(world);
    return result;
}

/* To the middle, and on; from its checkpoint another world goes on as well. */
static int run_again(const struct trial *t)
{
    struct buf saved = {0};
    struct world *first = begin(t, NULL), *second = begin(t, NULL);
    int result = t->events > 1 ? go(t, first, t->events / 2) : 0;
    world_save(first, &saved);
    if (!world_restore(second, saved.data, saved.length))
        result = complain("checkpoint", "it is not taken back");
    buf_finish(&saved);
    int again = compare(t, "second run", first), restored = compare(t, "from the checkpoint", second);
    return result || again || restored ? -1 : 0;
}

static int run_world(const struct book *book, uint64_t number)
{
    struct buf text = {0};
    struct errs errs = {0};
    struct trial t = {.book = book, .how = random_world_write(number, &text), .until = INT64_MAX};
    t.scenario = scenario_load(book, "random", text.data, text.length, NULL, 0, &errs);
    int result = t.scenario ? 0 : complain_errs("scenario", &errs);
    if (t.scenario && t.how.until_s != INT64_MAX)
        t.until = (int64_t)t.scenario->from_day * DAY_SECONDS + t.how.until_s;
    if (t.scenario && t.how.limit)
        scenario_limit(t.scenario, t.how.limit);
    for (; result == 0 && t.cell < t.scenario->cells; t.cell++) {
        t.events = 0;
        result = run_audited(&t);
        if (result == 0)
            result = run_again(&t);
        tally_free(t.whole);
    }
    scenario_free(t.scenario);
    buf_finish(&text);
    return result;
}

/* In a child: a check that fails, or a run without end, is that world's alone. */
static bool passes(const struct book *book, uint64_t number)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        int result = run_world(book, number);
        fflush(stdout);
        _exit(result ? 1 : 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    if (WIFSIGNALED(status))
        printf("#   ended by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int show(uint64_t number)
{
    struct buf text = {0};
    struct random_world how = random_world_write(number, &text);
    printf("%s", buf_text(&text));
    fprintf(stderr, "limit %" PRIu64 ", replication %u, until %" PRId64 " s\n", how.limit, how.replication,
            how.until_s);
    buf_finish(&text);
    return 0;
}

int main(int count, char **word)
{
    struct errs errs = {0};
    struct book book;
    if (count == 3 && strcmp(word[1], "--show") == 0)
        return show(strtoull(word[2], NULL, 10));
    uint64_t first = count > 1 ? strtoull(word[1], NULL, 10) : 1;
    uint64_t worlds = count > 2 ? strtoull(word[2], NULL, 10) : 1, failed = 0;
    if (book_load(&book, NULL, 0, &errs))
        return complain_errs("book", &errs) ? 1 : 0;
    for (uint64_t number = first; number < first + worlds; number++)
        if (!passes(&book, number)) {
            printf("# world %" PRIu64 " fails; again: %s %" PRIu64 "\n", number, word[0], number);
            failed++;
        }
    printf("%s 1 - worlds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " failed\n1..1\n", failed ? "not ok" : "ok", first,
           first + worlds - 1, failed);
    book_finish(&book);
    return failed ? 1 : 0;
}
