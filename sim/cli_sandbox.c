/* cli_sandbox: `tradeloom sandbox`: the customs sandbox behind HTTP on this machine, until a signal. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/money.h"
#include "sim/ceb_read.h"
#include "sim/cli.h"
#include "sim/http.h"
#include "sim/job.h"
#include "sim/sandbox.h"

static const struct cli_option options[] = {
    {"listen", "ADDRESS:PORT", "where; 127.0.0.1:8090 unless said, this machine alone"},
    {"db", "FILE", "what it knows; sandbox.sqlite unless said, goes on with what is in it"},
    {"seed", "N", "of what chance decides"},
    {"reject", "P%", "lists that are sent back without a reason"},
    {"manual-review", "P%", "lists that a person looks at first"},
    {"duplicate-receipts", "P%", "receipts that come twice"},
    {"delay", "TIME", "between two steps of customs: 0s unless said, 500ms, 2s, 5m"},
    {"down", "TIME", "answers 503 for so long from the start"},
    {0},
};

struct office {
    struct cli *cli;
    uv_loop_t loop;
    uv_signal_t interrupt, terminate;
    struct http *http;
    struct sandbox *sandbox;
    int64_t open_at_ms; /* of the loop */
    bool is_closing;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- paths ---- */

static bool is_down(struct office *office, struct http_request *request)
{
    char left[24];
    int64_t wait_ms = office->open_at_ms - (int64_t)uv_now(&office->loop);
    if (wait_ms <= 0)
        return false;
    snprintf(left, sizeof left, "%lld", (long long)((wait_ms + 999) / 1000));
    http_reply(request, &(struct http_answer){.status = 503,
                                              .type = "text/plain",
                                              .bytes = "down\n",
                                              .length = 5,
                                              .header = "Retry-After",
                                              .value = left});
    return true;
}

static void post_message(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    struct errs errs = {0};
    size_t length;
    if (is_down(office, request))
        return;
    const char *bytes = http_body(request, &length);
    enum sandbox_verdict verdict = sandbox_take(office->sandbox, bytes, length, now_ms(), &out, &errs);
    if (verdict == SANDBOX_FAILED)
        http_refuse(request, 500, err_name(errs.item[0].code), errs.item[0].message);
    else
        http_reply(request, &(struct http_answer){.status = verdict == SANDBOX_TAKEN ? 202 : 400,
                                                  .type = "application/xml",
                                                  .bytes = out.data,
                                                  .length = out.length});
    buf_finish(&out);
}

enum { RECEIPTS_MOST = 1000, RECEIPTS_USUAL = 100 };

static void get_receipts(void *self, struct http_request *request)
{
    struct office *office = self;
    const char *after = http_argument(request, "after"), *limit = http_argument(request, "limit");
    long most = limit ? strtol(limit, NULL, 10) : RECEIPTS_USUAL;
    struct buf out = {0};
    if (is_down(office, request))
        return;
    if (most < 1 || most > RECEIPTS_MOST)
        http_refuse(request, 400, "out_of_range", "limit is a number from 1 to 1000");
    else if (!sandbox_receipts(office->sandbox, now_ms(), after ? after : "", (unsigned)most, &out))
        http_refuse(request, 400, "bad_request", "after is what \"next\" said");
    else
        http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void get_order(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    if (is_down(office, request))
        return;
    if (sandbox_order(office->sandbox, now_ms(), http_rest(request), &out))
        http_reply_json(request, 200, &out);
    else
        http_refuse(request, 404, "unknown_value", "no message of that order has come");
    buf_finish(&out);
}

static void get_allowance(void *self, struct http_request *request)
{
    struct office *office = self;
    const char *year = http_argument(request, "year");
    long number = year ? strtol(year, NULL, 10) : 0;
    struct buf out = {0};
    if (is_down(office, request))
        return;
    if (number < 2000 || number > 9999) {
        http_refuse(request, 400, "out_of_range", "year is missing: /v1/allowances/ID?year=2025");
        return;
    }
    sandbox_allowance(office->sandbox, http_rest(request), (int32_t)number, &out);
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void get_counts(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    sandbox_counts(office->sandbox, &out);
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void open_doors(struct office *office)
{
    http_take(office->http, "application/xml", true);
    http_route(office->http, "POST", "/v1/ceb", CEB_READ_MOST, post_message, office);
    http_route(office->http, "GET", "/v1/receipts", 0, get_receipts, office);
    http_route(office->http, "GET", "/v1/orders/*", 0, get_order, office);
    http_route(office->http, "GET", "/v1/allowances/*", 0, get_allowance, office);
    http_route(office->http, "GET", "/v1/counts", 0, get_counts, office);
}

/* ---- the loop ---- */

static void signalled(uv_signal_t *handle, int number)
{
    struct office *office = handle->data;
    (void)number;
    if (!office->is_closing)
        uv_stop(&office->loop);
    office->is_closing = true;
}

static void watch(struct office *office, uv_signal_t *handle, int number)
{
    handle->data = office;
    check(uv_signal_init(&office->loop, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
}

static int announce(const struct office *office, const char *address)
{
    struct buf out = {0};
    buf_printf(&out, "http://%.*s:%u/v1/ceb\n", (int)(strrchr(address, ':') - address), address,
               http_port(office->http));
    int status = cli_write(office->cli, &out);
    buf_finish(&out);
    return status;
}

static int serve(struct office *office, const char *address, int64_t down_ms)
{
    open_doors(office);
    int status = announce(office, address);
    uv_update_time(&office->loop);
    office->open_at_ms = (int64_t)uv_now(&office->loop) + down_ms;
    if (status == 0)
        uv_run(&office->loop, UV_RUN_DEFAULT);
    http_close(office->http);
    return status;
}

static int work(struct office *office, const struct sandbox_script *script, int64_t down_ms, struct errs *errs)
{
    const char *address = cli_value(office->cli, "listen", "127.0.0.1:8090");
    office->sandbox = sandbox_open(cli_value(office->cli, "db", "sandbox.sqlite"), &office->cli->book, script, errs);
    if (!office->sandbox)
        return cli_fail(office->cli, errs);
    signal(SIGPIPE, SIG_IGN);
    check(uv_loop_init(&office->loop) == 0);
    watch(office, &office->interrupt, SIGINT);
    watch(office, &office->terminate, SIGTERM);
    office->http = http_listen(&office->loop, address, NULL, errs);
    int status = office->http ? serve(office, address, down_ms) : cli_fail(office->cli, errs);
    uv_close((uv_handle_t *)&office->interrupt, NULL);
    uv_close((uv_handle_t *)&office->terminate, NULL);
    uv_run(&office->loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&office->loop) == 0);
    sandbox_close(office->sandbox);
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

static int run_sandbox(struct cli *cli)
{
    struct office office = {.cli = cli};
    struct sandbox_script script = {0};
    struct errs errs = {0};
    int64_t down_ms = 0;
    int bad = job_number(cli, "seed", 1, 0, INT64_MAX, &script.seed, &errs);
    bad |= take_share(cli, "reject", &script.reject_ppm, &errs);
    bad |= take_share(cli, "manual-review", &script.manual_ppm, &errs);
    bad |= take_share(cli, "duplicate-receipts", &script.duplicate_ppm, &errs);
    bad |= take_time(cli, "delay", &script.delay_ms, &errs);
    bad |= take_time(cli, "down", &down_ms, &errs);
    if (bad || cli_load(cli, NULL, 0, &errs) != 0)
        return cli_fail(cli, &errs);
    return work(&office, &script, down_ms, &errs);
}

const struct cli_verb cli_sandbox = {
    "sandbox", "", "a customs to test against: takes CEB messages, answers with receipts", 0, 0, options, run_sandbox};
