/* out_manifest: what made a run, as JSON. */
#include "sim/out_manifest.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/rule.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"

static void add_words(struct out_json *json, const char *name, const char *const *word)
{
    out_json_begin_flat(json, name, '[');
    for (; word && *word; word++)
        out_json_text(json, NULL, *word);
    out_json_end(json, ']');
}

/* The user's files over the built-in ones, in their order. */
static void add_own(struct out_json *json, const struct book *book)
{
    if (book->files == book->built_in)
        return;
    out_json_begin(json, "laid_over", '[');
    for (size_t i = book->built_in; i < book->files; i++) {
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "file", book->file[i].source);
        out_json_text(json, "sha256", book->file[i].hash);
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

static void add_inputs(struct out_json *json, const struct run *run)
{
    const struct replay *replay = run->scenario->replay;
    out_json_begin(json, "scenario", '{');
    out_json_text(json, "id", run->scenario->id);
    out_json_text(json, "sha256", run->scenario->hash);
    out_json_end(json, '}');
    out_json_begin(json, "data", '{');
    out_json_text(json, "sha256", run->book->hash);
    out_json_text(json, "rules_sha256", run->book->law_hash);
    add_own(json, run->book);
    out_json_end(json, '}');
    if (!replay)
        return;
    out_json_begin(json, "orders", '{');
    out_json_count(json, "lines", replay->lines);
    out_json_text(json, "sha256", replay->hash);
    out_json_end(json, '}');
}

static void add_machine(struct out_json *json, const struct run *run)
{
    struct utsname about;
    char folder[4096];
    out_json_begin(json, "machine", '{');
    add_words(json, "command", run->command);
    out_json_text(json, "folder", getcwd(folder, sizeof folder));
    out_json_count(json, "jobs", run->jobs);
    out_json_text(json, "started", run->started);
    out_json_decimal(json, "wall_seconds", run->wall_ms, 3);
    if (uname(&about) == 0) {
        out_json_text(json, "host", about.nodename);
        out_json_text(json, "system", about.sysname);
        out_json_text(json, "processor", about.machine);
    }
    out_json_text(json, "compiler", __VERSION__);
    out_json_end(json, '}');
}

void out_manifest(const struct run *run, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_count(&json, "schema_version", 1);
    out_json_text(&json, "program", "tradeloom");
    out_json_text(&json, "version", TRADELOOM_VERSION);
    out_json_bool(&json, "complete", run->complete);
    add_inputs(&json, run);
    out_json_count(&json, "seed", run->seed);
    out_json_count(&json, "replications", run->replications);
    out_json_bool(&json, "tables", run->has_tables);
    add_words(&json, "arguments", run->arguments);
    add_machine(&json, run);
    out_json_end(&json, '}');
}
