/* date: civil days and simulated seconds. A day is int32 days since 1970-01-01; a time is int64
 * seconds UTC since 1970-01-01. DAY_UNSET is no day. */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAY_UNSET INT32_MIN
#define DAY_MAX 2932896 /* 9999-12-31 */
enum { DAY_SECONDS = 86400 };

struct civil {
    int32_t year, month, day; /* 1..12, 1..31 */
};

bool date_parse(const char *text, size_t length, int32_t *day); /* exactly YYYY-MM-DD, a real day */
int32_t date_day(int32_t year, int32_t month, int32_t day);
struct civil date_civil(int32_t day);
unsigned date_weekday(int32_t day); /* 0 Monday … 6 Sunday */
int32_t date_add_work_days(int32_t day, int32_t count); /* so many days further on, Monday to Friday; no holidays */
void date_write(int32_t day, char out[11]);
int32_t date_month(int32_t day); /* months since 1970-01 */

/* "YYYY-MM-DDTHH:MM:SSZ" */
void time_write(int64_t time, char out[21]);
bool time_parse(const char *text, size_t length, int64_t *time); /* exactly as it is written, a real time */
/* Local day of a place: fixed standard-time offset per country (docs/limits.md says so). */
int32_t time_local_day(int64_t time, int32_t offset_s);
int32_t date_offset_s(uint16_t country); /* seconds east of UTC of a country's law; 0 when unknown */

#endif
