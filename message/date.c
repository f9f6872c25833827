/* date.c - dates of header fields; see received.h
 * RFC 5322 3.3 and 4.3, and the order of asctime(): day, month, year, time and zone are told apart by their
 * form, wherever they stand. No time zone files: all in UTC. */
#include "message/received.h"

#include <stdio.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "SunMonTueWedThuFriSat";

struct date {
    int day, month, year; /* month 0..11; -1: not yet seen */
    int hour, minute, second;
    int zone; /* minutes east of Greenwich */
    bool has_zone;
};

/* index of the three-letter name that word begins with, -1 if none */
static int name_index(const char *names, int n, struct slice word)
{
    for (int i = 0; word.n >= 3 && i < n; i++)
        if (slice_ieq(slice_sub(word, 0, 3), slice_of(names + 3 * i, 3)))
            return i;
    return -1;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return n[month] + (month == 1 && is_leap(year));
}

/* days from 1970-01-01; month 0..11. Counts years from March, so that the leap day is their last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month < 2 ? year - 1 : year, m = (month + 10) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool small_number(struct slice s, unsigned max, int *out)
{
    uint64_t v;
    if (s.n > 5 || !slice_uint(s, max, &v))
        return false;
    *out = (int)v;
    return true;
}

/* hh:mm or hh:mm:ss; a fraction is dropped */
static bool read_time(struct date *d, struct slice word)
{
    struct slice hour, minute, second;
    ptrdiff_t dot = slice_chr(word, '.');
    if (dot >= 0)
        word.n = (size_t)dot;
    d->second = 0;
    return slice_cut(&word, ':', &hour) && slice_cut(&word, ':', &minute) &&
           small_number(hour, 23, &d->hour) && small_number(minute, 59, &d->minute) &&
           (!slice_cut(&word, ':', &second) || small_number(second, 60, &d->second)) && word.p == NULL;
}

/* +hhmm, -hhmm, +hh:mm */
static bool read_offset(struct date *d, struct slice word)
{
    int hours, minutes, sign = word.p[0] == '-' ? -1 : 1;
    struct slice digits = slice_from(word, 1);
    bool colon = digits.n == 5 && digits.p[2] == ':';
    if (digits.n != 4 && !colon)
        return false;
    if (!small_number(slice_sub(digits, 0, 2), 99, &hours) ||
        !small_number(slice_from(digits, colon ? 3 : 2), 59, &minutes))
        return false;
    d->zone = sign * (hours * 60 + minutes);
    d->has_zone = true;
    return true;
}

/* RFC 5322 4.3: unknown names, and the letters of the military, say nothing. */
static void read_zone_name(struct date *d, struct slice word)
{
    static const struct {
        struct slice name;
        int hours;
    } rows[] = {
        { SLICE_INIT("EST"), -5 }, { SLICE_INIT("EDT"), -4 }, { SLICE_INIT("CST"), -6 },
        { SLICE_INIT("CDT"), -5 }, { SLICE_INIT("MST"), -7 }, { SLICE_INIT("MDT"), -6 },
        { SLICE_INIT("PST"), -8 }, { SLICE_INIT("PDT"), -7 }, { SLICE_INIT("CET"), 1 },
        { SLICE_INIT("CEST"), 2 }, { SLICE_INIT("MET"), 1 },  { SLICE_INIT("MEST"), 2 },
        { SLICE_INIT("EET"), 2 },  { SLICE_INIT("EEST"), 3 }, { SLICE_INIT("BST"), 1 },
        { SLICE_INIT("MSK"), 3 },  { SLICE_INIT("JST"), 9 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!d->has_zone && slice_ieq(word, rows[i].name))
            d->zone = rows[i].hours * 60;
    d->has_zone = true;
}

/* Two digits: RFC 5322 4.3. Three: what programs wrote that counted from 1900. */
static bool read_year(struct date *d, struct slice word)
{
    int v;
    if (word.n < 2 || word.n > 4 || !small_number(word, 9999, &v))
        return false;
    d->year = word.n == 4 ? v : word.n == 2 && v < 50 ? 2000 + v : 1900 + v;
    return true;
}

static bool read_number(struct date *d, struct slice word)
{
    if (d->day < 0 && word.n <= 2)
        return small_number(word, 31, &d->day);
    return d->year < 0 && d->month >= 0 && read_year(d, word);
}

static bool read_word(struct date *d, struct slice word)
{
    char c = word.p[0];
    if (ascii_digit(c))
        return slice_chr(word, ':') >= 0 ? d->hour < 0 && read_time(d, word) : read_number(d, word);
    if ((c == '+' || c == '-') && d->hour >= 0)
        return d->has_zone || read_offset(d, word);
    if (!ascii_alpha(c))
        return false;
    int month = d->month < 0 ? name_index(months, 12, word) : -1;
    if (month >= 0)
        d->month = month;
    else if (d->hour >= 0)
        read_zone_name(d, word);
    else
        return name_index(days, 7, word) >= 0;
    return true;
}

/* The next word; blanks, commas and comments are skipped. */
static bool next_word(struct slice *rest, struct slice *word)
{
    size_t i = 0, depth = 0, begin;
    for (; i < rest->n; i++) {
        char c = rest->p[i];
        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (!depth && !ascii_space(c) && c != ',')
            break;
    }
    begin = i;
    while (i < rest->n && !ascii_space(rest->p[i]) && rest->p[i] != ',' && rest->p[i] != '(')
        i++;
    *word = slice_sub(*rest, begin, i - begin);
    *rest = slice_from(*rest, i);
    return word->n > 0;
}

int64_t date_parse(struct slice text)
{
    struct date d = { .day = -1, .month = -1, .year = -1, .hour = -1 };
    struct slice word;
    for (int n = 0; n < 10 && next_word(&text, &word); n++)
        if (!read_word(&d, word))
            return -1;
    if (d.month < 0 || d.year < 1970 || d.hour < 0 || d.day < 1 || d.day > month_days(d.year, d.month))
        return -1;
    int64_t at = days_since_1970(d.year, d.month, d.day) * 86400 + d.hour * 3600 + d.minute * 60 + d.second -
                 d.zone * 60;
    return at < 0 ? -1 : at;
}

void date_format(int64_t seconds, char out[40])
{
    if (seconds < 0)
        seconds = 0;
    if (seconds > 253402300799) /* the end of 9999 */
        seconds = 253402300799;
    int64_t day = seconds / 86400, rest = seconds % 86400;
    int year = 1970 + (int)(day / 366), month = 0; /* at most too early */
    while (days_since_1970(year + 1, 0, 1) <= day)
        year++;
    while (month < 11 && days_since_1970(year, month + 1, 1) <= day)
        month++;
    /* the compiler does not see the bounds that the modulos repeat */
    snprintf(out, 40, "%.3s, %02u %.3s %04u %02u:%02u:%02u +0000", days + 3 * ((day + 4) % 7),
             (unsigned)(day - days_since_1970(year, month, 1) + 1) % 100u, months + 3 * month,
             (unsigned)year % 10000u, (unsigned)(rest / 3600) % 24u, (unsigned)(rest / 60) % 60u,
             (unsigned)rest % 60u);
}
