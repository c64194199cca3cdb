/* shift: a calendar, walked day by day. */
#include "core/shift.h"

#include "core/check.h"
#include "core/date.h"

static bool is_workday(const struct shift *shift, int32_t day)
{
    if (!shift->weekend && date_weekday(day) >= 5)
        return false;
    for (uint32_t i = 0; i < shift->holidays; i++)
        if (shift->holiday[i] == day)
            return false;
    return true;
}

/* A moment of a local day, as time. */
static int64_t moment(const struct shift *shift, int32_t day, int32_t second)
{
    return (int64_t)day * DAY_SECONDS + second - shift->offset_s;
}

bool shift_is_on(const struct shift *shift, int64_t time)
{
    return shift_begins(shift, time) == time;
}

int64_t shift_begins(const struct shift *shift, int64_t time)
{
    int32_t day = time_local_day(time, shift->offset_s);
    check(shift->from_s < shift->to_s);
    while (!is_workday(shift, day) || time >= moment(shift, day, shift->to_s))
        day++;
    int64_t from = moment(shift, day, shift->from_s);
    return time > from ? time : from;
}

int64_t shift_ends(const struct shift *shift, int64_t time, int64_t work_s)
{
    check(work_s >= 0);
    if (work_s == 0)
        return time;
    for (;;) {
        int64_t begin = shift_begins(shift, time);
        int64_t end = moment(shift, time_local_day(begin, shift->offset_s), shift->to_s);
        if (work_s <= end - begin)
            return begin + work_s;
        work_s -= end - begin;
        time = end;
    }
}
