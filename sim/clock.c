/* clock: counts from the monotonic clock of the machine. */
#include "sim/clock.h"

#include <string.h>
#include <time.h>

#include <uv.h>

#include "core/check.h"
#include "core/date.h"

enum { SECOND_MS = 1000, NS_OF_MS = 1000000 };

int64_t clock_wall_ms(void)
{
    struct timespec now;
    check(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / NS_OF_MS;
}

void clock_open(struct clock *clock, int64_t begin_ms, uint32_t speed)
{
    *clock = (struct clock){.begun_ns = uv_hrtime(), .begun_ms = begin_ms, .speed = speed};
}

int64_t clock_now_ms(const struct clock *clock)
{
    uint64_t passed_ms = (uv_hrtime() - clock->begun_ns) / NS_OF_MS;
    return clock->begun_ms + (int64_t)(passed_ms * clock->speed);
}

bool clock_move(struct clock *clock, int64_t to_ms)
{
    if (to_ms < clock_now_ms(clock))
        return false;
    clock_open(clock, to_ms, clock->speed);
    return true;
}

uint64_t clock_wait_ms(const struct clock *clock, int64_t due_ms)
{
    int64_t left = due_ms - clock_now_ms(clock);
    if (left <= 0)
        return 0;
    return clock->speed ? ((uint64_t)left + clock->speed - 1) / clock->speed : UINT64_MAX;
}

/* Two digits below `most` at `text`. */
static bool pair(const char *text, int32_t most, int32_t *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *out = (text[0] - '0') * 10 + text[1] - '0';
    return *out < most;
}

bool clock_parse_time(const char *text, int64_t *ms)
{
    size_t length = strlen(text);
    int32_t day, hour = 0, minute = 0, second = 0;
    if ((length != 10 && length != 20) || !date_parse(text, 10, &day))
        return false;
    if (length == 20 && (text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z' ||
                         !pair(text + 11, 24, &hour) || !pair(text + 14, 60, &minute) || !pair(text + 17, 60, &second)))
        return false;
    *ms = ((int64_t)day * DAY_SECONDS + hour * 3600 + minute * 60 + second) * SECOND_MS;
    return true;
}

bool clock_parse_duration(const char *text, int64_t *ms)
{
    static const struct {
        char letter;
        bool is_time; /* behind the T */
        int64_t seconds;
    } units[] = {{'D', false, DAY_SECONDS}, {'H', true, 3600}, {'M', true, 60}, {'S', true, 1}};
    bool is_time = false, has_some = false;
    int64_t sum = 0;
    if (*text++ != 'P')
        return false;
    for (size_t next = 0; *text || !has_some;) {
        if (*text == 'T' && !is_time) {
            is_time = true;
            text++;
        }
        size_t digits = strspn(text, "0123456789");
        int64_t count = 0;
        for (size_t i = 0; i < digits && digits < 9; i++)
            count = count * 10 + text[i] - '0';
        while (next < sizeof units / sizeof *units &&
               (units[next].letter != text[digits] || units[next].is_time != is_time))
            next++;
        if (digits == 0 || digits > 8 || next == sizeof units / sizeof *units)
            return false;
        sum += count * units[next++].seconds;
        has_some = true;
        text += digits + 1;
    }
    *ms = sum * SECOND_MS;
    return sum <= (int64_t)DAY_MAX * DAY_SECONDS;
}
