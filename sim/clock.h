/* clock: what time it is, in milliseconds UTC since 1970: on the wall, or in a time of one's own that goes as fast as
 * one says, stands still, and is moved. A clock never goes back, whatever the wall does. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    uint64_t begun_ns; /* of the machine's monotonic clock */
    int64_t begun_ms;  /* what this one showed then */
    uint32_t speed;    /* as fast as the wall's: 1; 0: stands still */
};

/* On the wall. */
int64_t clock_wall_ms(void);

void clock_open(struct clock *clock, int64_t begin_ms, uint32_t speed);
int64_t clock_now_ms(const struct clock *clock);
/* False, and nothing is changed: that would be back. */
bool clock_move(struct clock *clock, int64_t to_ms);
/* How long it takes on the wall until it shows `due_ms`, rounded up; UINT64_MAX: it stands still before that. */
uint64_t clock_wait_ms(const struct clock *clock, int64_t due_ms);

/* "2026-07-01T08:30:00Z", "2026-07-01"; and a duration of ISO 8601 in days, hours, minutes and seconds: "PT2H",
 * "P1DT30M". False: it is none, or beyond 9999. */
bool clock_parse_time(const char *text, int64_t *ms);
bool clock_parse_duration(const char *text, int64_t *ms);

#endif
