/* cli_sandbox: `tradeloom sandbox`: the customs sandbox behind HTTP on this machine, until a signal. */
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/money.h"
#include "sim/cli.h"
#include "sim/courier.h"
#include "sim/ending.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/office.h"
#include "sim/sandbox.h"

static const char *const secret_variable = "TRADELOOM_WEBHOOK_SECRET";

static const struct cli_option options[] = {
    {"listen", "ADDRESS:PORT", "where; 127.0.0.1:8090 unless said, this machine alone"},
    {"db", "FILE", "what it knows; sandbox.sqlite unless said, goes on with what is in it"},
    {"seed", "N", "of what chance decides"},
    {"reject", "P%", "lists that are sent back without a reason"},
    {"manual-review", "P%", "lists that a person looks at first"},
    {"duplicate-receipts", "P%", "receipts that come twice"},
    {"delay", "TIME", "between two steps of customs: 0s unless said, 500ms, 2s, 5m"},
    {"down", "TIME", "answers 503 for so long from the start"},
    {"clock", "real|simulated", "simulated: stands still until POST /v1/clock moves it"},
    {"speed", "N", "of a simulated clock: so many times as fast as the wall's"},
    {"webhook", "URL", "receipts are posted there as they become due, signed; https, or http on this machine"},
    {"webhook-secret", "FILE", "what they are signed with; else the variable TRADELOOM_WEBHOOK_SECRET"},
    {"webhook-tries", "N", "how often a receipt is tried; 8"},
    {"ca", "FILE", "certificates of the authorities that are trusted, in place of the system's"},
    {0},
};

/* ---- the loop ---- */

static int announce(struct cli *cli, const struct office *office, const char *address)
{
    struct buf out = {0};
    buf_printf(&out, "http://%.*s:%u/v1/ceb\n", (int)(strrchr(address, ':') - address), address, office_port(office));
    int status = cli_write(cli, &out);
    buf_finish(&out);
    return status;
}

static int serve(struct cli *cli, struct sandbox *sandbox, const struct office_plan *plan, struct errs *errs)
{
    uv_loop_t loop;
    struct ending ending;
    check(uv_loop_init(&loop) == 0);
    ending_watch(&ending, &loop);
    struct office *office = office_open(&loop, sandbox, plan, errs);
    int status = office ? announce(cli, office, plan->address) : cli_fail(cli, errs);
    if (status == 0)
        uv_run(&loop, UV_RUN_DEFAULT);
    office_close(office);
    ending_close(&ending);
    uv_run(&loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&loop) == 0);
    return status;
}

/* ---- options ---- */

static int take_share(const struct cli *cli, const char *name, uint32_t *ppm, struct errs *errs)
{
    const char *text = cli_value(cli, name, "0%");
    size_t length = strlen(text);
    int64_t value = -1;
    bool is_share = length > 1 && text[length - 1] == '%' && decimal_parse(text, length - 1, 4, &value) && value >= 0 &&
                    value <= 1000000;
    *ppm = is_share ? (uint32_t)value : 0;
    if (is_share)
        return 0;
    err_help(errs_add(errs, ERR_USAGE, "--%s is no share: \"%.60s\"", name, text), "write it as 5%%, at most 100%%");
    return -1;
}

static int take_time(const struct cli *cli, const char *name, int64_t *ms, struct errs *errs)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    const char *text = cli_value(cli, name, "0s");
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; digits > 0 && digits < 7 && i < sizeof units / sizeof *units; i++)
        if (strcmp(text + digits, units[i].unit) == 0) {
            *ms = strtol(text, NULL, 10) * units[i].ms;
            return 0;
        }
    err_help(errs_add(errs, ERR_USAGE, "--%s is no time: \"%.60s\"", name, text), "write it as 500ms, 2s, 5m or 1h");
    return -1;
}

static int take_script(const struct cli *cli, struct sandbox_script *script, struct errs *errs)
{
    int bad = job_number(cli, "seed", 1, 0, INT64_MAX, &script->seed, errs);
    bad |= take_share(cli, "reject", &script->reject_ppm, errs);
    bad |= take_share(cli, "manual-review", &script->manual_ppm, errs);
    bad |= take_share(cli, "duplicate-receipts", &script->duplicate_ppm, errs);
    bad |= take_time(cli, "delay", &script->delay_ms, errs);
    return bad;
}

static int take_clock(const struct cli *cli, struct office_plan *plan, struct errs *errs)
{
    enum { FASTEST = 1000000 };
    const char *clock = cli_value(cli, "clock", cli_has(cli, "speed") ? "simulated" : "real");
    uint64_t speed = 0;
    int bad = job_number(cli, "speed", 0, 0, FASTEST, &speed, errs);
    plan->is_simulated = strcmp(clock, "simulated") == 0;
    plan->speed = (uint32_t)speed;
    if (!plan->is_simulated && strcmp(clock, "real") != 0)
        err_help(errs_add(errs, ERR_USAGE, "--clock is none: \"%.60s\"", clock), "write real or simulated");
    else if (!plan->is_simulated && cli_has(cli, "speed"))
        errs_add(errs, ERR_USAGE, "--speed is of a simulated clock");
    return bad || errs->count ? -1 : 0;
}

/* The file without the line break at its end, else the variable. */
static int take_secret(const struct cli *cli, struct buf *secret, struct errs *errs)
{
    const char *path = cli_value(cli, "webhook-secret", NULL), *given = getenv(secret_variable);
    if (path && file_read(path, secret, errs) != 0)
        return -1;
    if (!path && given)
        buf_puts(secret, given);
    while (path && secret->length && strchr("\r\n", secret->data[secret->length - 1]))
        secret->length--;
    if (secret->length)
        return 0;
    err_help(errs_add(errs, ERR_USAGE, "--webhook needs a secret to sign with"),
             "--webhook-secret FILE, or the variable %s", secret_variable);
    return -1;
}

static int take_hook(const struct cli *cli, struct sandbox_hook_options *hook, struct buf *secret, struct errs *errs)
{
    enum { TRIES = 8, TRIES_MOST = 100 };
    uint64_t tries;
    int bad = job_number(cli, "webhook-tries", TRIES, 1, TRIES_MOST, &tries, errs);
    hook->url = cli_value(cli, "webhook", NULL);
    hook->ca = cli_value(cli, "ca", NULL);
    hook->tries = (unsigned)tries;
    if (bad || !hook->url)
        return bad;
    if (!courier_may(hook->url)) {
        err_help(errs_add(errs, ERR_USAGE, "nothing is sent to \"%.100s\"", hook->url),
                 "https, or http to this machine: http://127.0.0.1:9000/receipts");
        return -1;
    }
    hook->pause_ms = courier_is_loopback(hook->url) ? 100 : 1000;
    bad = take_secret(cli, secret, errs);
    hook->secret = secret->data;
    hook->secret_length = secret->length;
    return bad;
}

static int work(struct cli *cli, const struct sandbox_script *script, const struct office_plan *plan, struct errs *errs)
{
    struct sandbox *sandbox = sandbox_open(cli_value(cli, "db", "sandbox.sqlite"), &cli->book, script, errs);
    int status = sandbox ? serve(cli, sandbox, plan, errs) : cli_fail(cli, errs);
    sandbox_close(sandbox);
    return status;
}

static int run_sandbox(struct cli *cli)
{
    struct office_plan plan = {.address = cli_value(cli, "listen", "127.0.0.1:8090")};
    struct sandbox_script script = {0};
    struct buf secret = {0};
    struct errs errs = {0};
    int bad = take_script(cli, &script, &errs);
    bad |= take_time(cli, "down", &plan.down_ms, &errs);
    bad |= take_clock(cli, &plan, &errs);
    bad |= take_hook(cli, &plan.hook, &secret, &errs);
    int status = bad || cli_load(cli, NULL, 0, &errs) != 0 ? cli_fail(cli, &errs) : work(cli, &script, &plan, &errs);
    buf_finish(&secret);
    return status;
}

const struct cli_verb cli_sandbox = {
    "sandbox", "", "a customs to test against: takes CEB messages and H7, answers with receipts", 0, 0, options,
    run_sandbox};
