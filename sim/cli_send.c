/* cli_send: `tradeloom send`: a scenario's demand, sent to the user's own endpoint at a stated rate. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"
#include "sim/cli.h"
#include "sim/courier.h"
#include "sim/job.h"
#include "sim/scenario.h"
#include "sim/volley.h"

static const struct cli_option options[] = {
    JOB_OPTIONS,
    CLI_FORMAT,
    {"url", "URL", "where requests go: https, or http on this machine; the scenario's own"},
    {"step", "payment|address|declaration", "what is asked; the scenario's own, else payment"},
    {"rate", "N/s", "requests a second, or a minute (N/m); 10/s"},
    {"concurrency", "N", "connections at a time; 64"},
    {"timeout", "S", "seconds for an answer; the scenario's own, else 30"},
    {0},
};

static int take_rate(const struct cli *cli, struct volley *volley, struct errs *errs)
{
    const char *text = cli_value(cli, "rate", "10/s");
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; i < digits && digits < 8; i++)
        volley->rate = volley->rate * 10 + (uint64_t)(text[i] - '0');
    volley->per_s = strcmp(text + digits, "/m") == 0 ? 60 : 1;
    if (volley->rate && (strcmp(text + digits, "/s") == 0 || volley->per_s == 60))
        return 0;
    err_help(errs_add(errs, ERR_USAGE, "--rate is no rate: \"%.60s\"", text), "write it as 200/s or 90/m");
    return -1;
}

static int take_step(const struct cli *cli, struct scenario_outside *outside, struct errs *errs)
{
    const char *names[OUTSIDE_STEP_COUNT], *name = cli_value(cli, "step", NULL);
    outside->step = outside->step ? outside->step : OUTSIDE_PAYMENT;
    for (unsigned step = 1; step < OUTSIDE_STEP_COUNT; step++) {
        names[step - 1] = scenario_outside_id((enum outside_step)step);
        if (name && strcmp(name, names[step - 1]) == 0) {
            outside->step = (uint8_t)step;
            return 0;
        }
    }
    if (!name)
        return 0;
    err_suggest(errs_add(errs, ERR_USAGE, "unknown step \"%.60s\"", name), name, names, OUTSIDE_STEP_COUNT - 1);
    return -1;
}

/* Whom the demand is sent to: the scenario's own, or what the command line says. */
static int take_target(const struct cli *cli, struct scenario_outside *outside, struct errs *errs)
{
    uint64_t seconds = 0;
    bool is_own = outside->step != OUTSIDE_STEP_NONE && !cli_has(cli, "timeout");
    outside->url = cli_value(cli, "url", outside->url ? outside->url : "");
    if (!*outside->url || !courier_may(outside->url))
        err_help(errs_add(errs, ERR_USAGE, *outside->url ? "--url is none that is asked: \"%.100s\"" : "no --url%s",
                          outside->url),
                 "like https://pay.example/authorise, or http://127.0.0.1:8080/authorise");
    int result = job_number(cli, "timeout", 30, 1, 600, &seconds, errs);
    if (!is_own)
        outside->timeout_ms = seconds * 1000;
    return take_step(cli, outside, errs) == 0 && errs->count == 0 ? result : -1;
}

static int show(struct cli *cli, const struct volley *volley)
{
    struct buf out = {0};
    if (cli->json)
        volley_json(volley, &out);
    else if (cli->is_markdown)
        volley_markdown(volley, cli->lang, &out);
    else
        volley_text(volley, cli->lang, &out);
    int status = cli_write(cli, &out);
    buf_finish(&out);
    if (status == 0 && volley->signal)
        return 128 + volley->signal;
    if (status || volley->answered)
        return status;
    struct errs errs = {0};
    errs_add(&errs, ERR_UNAVAILABLE, "%.100s has not answered once", volley->scenario->outside.url);
    return cli_fail(cli, &errs);
}

static int run_send(struct cli *cli)
{
    struct volley *volley = arena_take(&cli->arena, sizeof *volley);
    struct job job = {0};
    struct errs errs = {0};
    uint64_t connections;
    int result = take_rate(cli, volley, &errs);
    result |= job_number(cli, "concurrency", 64, 1, VOLLEY_CONNECTIONS_MOST, &connections, &errs);
    if (result == 0 && job_load(&job, cli, true, &errs) == 0 && take_target(cli, &job.scenario->outside, &errs) == 0) {
        volley->scenario = job.scenario;
        volley->book = &cli->book;
        volley->seed = job.seed;
        volley->limit = scenario_planned(job.scenario);
        volley->connections = (unsigned)connections;
        volley->has_bar = isatty(STDERR_FILENO);
        volley->lang = cli->lang;
        volley_run(volley, &errs);
    }
    int status = errs.count ? cli_fail(cli, &errs) : show(cli, volley);
    job_finish(&job);
    return status;
}

const struct cli_verb cli_send = {
    "send", "SCENARIO", "send a scenario's demand to your endpoint, time its answers", 1, 1, options, run_send};
