/* eval-date.c - see eval-date.h
 * Pieces are taken out one after the other, wherever they stand: day, month and year; the time; the zone. */
#include "config.h"
#include "scoring/eval-date.h"

#include "scoring/eval-text.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static const struct zone {
    const char *name;
    int minutes;
} zones[] = {
    { "UT", 0 },      { "UTC", 0 },    { "NDT", -150 }, { "AST", -240 },  { "ADT", -180 },  { "NST", -210 },
    { "EST", -300 },  { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },  { "MST", -420 },  { "MDT", -360 },
    { "PST", -480 },  { "PDT", -420 }, { "HST", -600 }, { "AKST", -540 }, { "AKDT", -480 }, { "HADT", -540 },
    { "HAST", -600 }, { "GMT", 0 },    { "BST", 60 },   { "IST", 60 },    { "WET", 0 },     { "WEST", 60 },
    { "CET", 60 },    { "CEST", 120 }, { "EET", 120 },  { "EEST", 180 },  { "MSK", 180 },   { "MSD", 240 },
    { "MET", 60 },    { "MEZ", 60 },   { "MEST", 120 }, { "MESZ", 120 },  { "BRST", -120 }, { "BRT", -180 },
    { "AEST", 600 },  { "AEDT", 660 }, { "ACST", 570 }, { "ACDT", 630 },  { "AWST", 480 },  { "NZST", 720 },
    { "NZDT", 780 },  { "JST", 540 },  { "KST", 540 },  { "HKT", 480 },   { "SGT", 480 },   { "PHT", 480 },
    { "IDT", 180 },
};

struct date {
    char *text; /* between spaces, each run of white space one space */
    size_t n;
    int64_t day, month, year, hour, minute, second; /* month 1..12 */
    int64_t zone;                                   /* seconds */
};

/* ---- the text */

/* A comma and the spaces behind it count as white space. */
static void squeeze(struct date *d, struct arena *a, struct slice text)
{
    d->text = arena_alloc(a, text.n + 2);
    d->text[d->n++] = ' ';
    for (size_t i = 0; i < text.n; i++) {
        bool space = text.p[i] == ',' || text_space(text.p[i]);
        if (!space || d->text[d->n - 1] != ' ')
            d->text[d->n++] = space ? ' ' : text.p[i];
    }
    if (d->text[d->n - 1] != ' ')
        d->text[d->n++] = ' ';
}

static struct slice all(const struct date *d)
{
    return slice_of(d->text, d->n);
}

static void cut(struct date *d, size_t from, size_t to)
{
    d->text[from] = ' ';
    memmove(d->text + from + 1, d->text + to, d->n - to);
    d->n -= to - from - 1;
}

static int64_t number(struct slice digits)
{
    int64_t v = 0;
    for (size_t i = 0; i < digits.n; i++)
        v = v < 1000000000 ? v * 10 + (digits.p[i] - '0') : v;
    return v;
}

/* ---- day, month, year */

/* "May " in any case: 1..12, else 0 */
static int month_at(struct slice s, size_t at)
{
    if (at + 3 >= s.n || s.p[at + 3] != ' ')
        return 0;
    for (int i = 0; i < 12; i++)
        if (slice_ieq(slice_sub(s, at, 3), slice_of(months + 3 * i, 3)))
            return i + 1;
    return 0;
}

/* the digits at `at` when there are min to max of them and a space behind; empty otherwise */
static struct slice digits_at(struct slice s, size_t at, size_t min, size_t max)
{
    size_t end = text_skip_digits(s, at);
    bool fits = end - at >= min && end - at <= max && end < s.n && s.p[end] == ' ';
    return slice_sub(s, at, fits ? end - at : 0);
}

/* " 4 Jul 2026 " */
static bool take_usual(struct date *d, size_t min, size_t max)
{
    struct slice s = all(d), day, year;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != ' ' || (day = digits_at(s, i + 1, 1, SIZE_MAX)).n == 0)
            continue;
        size_t at = i + 2 + day.n;
        int month = month_at(s, at);
        if (month == 0 || (year = digits_at(s, at + 4, min, max)).n == 0)
            continue;
        d->day = number(day);
        d->month = month;
        d->year = number(year) + (year.n == 4 ? 0 : year.n == 2 && number(year) < 50 ? 2000 : 1900);
        cut(d, i, at + 4 + year.n + 1);
        return true;
    }
    return false;
}

/* end of "12:00:00 " or 0 */
static size_t clock_end(struct slice s, size_t at)
{
    for (int part = 0; part < 3; part++) {
        size_t end = text_skip_digits(s, at);
        if (end == at || end == s.n || s.p[end] != (part < 2 ? ':' : ' '))
            return 0;
        at = end + 1;
    }
    return at;
}

/* " Jul 4 12:00:00 2026 ", asctime()'s; its time is lost on SpamAssassin */
static bool take_asctime(struct date *d)
{
    struct slice s = all(d), day, year;
    for (size_t i = 0; i < s.n; i++) {
        int month = s.p[i] == ' ' ? month_at(s, i + 1) : 0;
        if (month == 0 || (day = digits_at(s, i + 5, 1, SIZE_MAX)).n == 0)
            continue;
        size_t at = clock_end(s, i + 5 + day.n + 1);
        if (at == 0 || (year = digits_at(s, at, 4, 4)).n == 0)
            continue;
        d->day = number(day);
        d->month = month;
        d->year = number(year);
        cut(d, i, at + 5);
        return true;
    }
    return false;
}

/* ---- time and zone */

/* " 12:00 ", " 12:00:00 " */
static void take_time(struct date *d)
{
    struct slice s = all(d), rest;
    for (size_t i = 0; i + 5 < s.n; i++) {
        size_t at = text_skip_digits(s, i + 1), hour = at - i - 1;
        if (s.p[i] != ' ' || hour < 1 || hour > 2 || s.p[at] != ':')
            continue;
        rest = slice_from(s, at + 1);
        if (rest.n < 3 || !ascii_digit(rest.p[0]) || !ascii_digit(rest.p[1]))
            continue;
        bool seconds = rest.n >= 6 && rest.p[2] == ':' && ascii_digit(rest.p[3]) && ascii_digit(rest.p[4]) &&
                       rest.p[5] == ' ';
        if (!seconds && rest.p[2] != ' ')
            continue;
        d->hour = number(slice_sub(s, i + 1, hour));
        d->minute = number(slice_sub(rest, 0, 2));
        d->second = seconds ? number(slice_sub(rest, 3, 2)) : 0;
        cut(d, i, at + 1 + (seconds ? 6 : 3));
        return;
    }
}

/* " +0200 " */
static bool take_offset(struct date *d)
{
    struct slice s = all(d);
    for (size_t i = 0; i + 6 < s.n; i++) {
        struct slice digits = digits_at(s, i + 2, 4, 4);
        if (s.p[i] != ' ' || (s.p[i + 1] != '+' && s.p[i + 1] != '-') || digits.n == 0)
            continue;
        d->zone = (number(slice_sub(digits, 0, 2)) * 60 + number(slice_sub(digits, 2, 2))) * 60;
        d->zone = s.p[i + 1] == '-' ? -d->zone : d->zone;
        return true;
    }
    return false;
}

/* The first word of two to four capitals, maybe with -DST behind it, known or not. */
static struct slice zone_word(struct slice s)
{
    static const struct slice dst = SLICE_INIT("-DST");
    for (size_t i = 0; i < s.n; i++) {
        size_t n = 0;
        if (!text_boundary(s, i))
            continue;
        while (i + n < s.n && s.p[i + n] >= 'A' && s.p[i + n] <= 'Z')
            n++;
        if (n < 2 || n > 4)
            continue;
        if (text_at(s, i + n, dst) && text_boundary(s, i + n + dst.n))
            return slice_sub(s, i, n + dst.n);
        if (text_boundary(s, i + n))
            return slice_sub(s, i, n);
    }
    return SLICE("");
}

static void take_zone(struct date *d)
{
    if (take_offset(d))
        return;
    struct slice word = zone_word(all(d));
    for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++)
        if (slice_eq(word, slice_str(zones[i].name)))
            d->zone = zones[i].minutes * 60;
}

/* ---- what it means */

static int64_t month_days(int64_t month, int64_t year)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static int64_t clamp(int64_t v, int64_t min, int64_t max)
{
    return v < min ? min : v > max ? max : v;
}

/* 31 April is 1 May; years are those of 32 bits */
static void mend(struct date *d)
{
    if (d->day > month_days(d->month, d->year)) {
        d->day = 1;
        d->year += d->month == 12;
        d->month = d->month % 12 + 1;
    }
    d->year = clamp(d->year, 1970, 2037);
    d->hour = clamp(d->hour, 0, 23);
    d->minute = clamp(d->minute, 0, 59);
    d->second = clamp(d->second, 0, 59);
}

/* Years counted from March, so that the leap day is their last. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month < 3 ? year - 1 : year, m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

bool rule_date(struct arena *a, struct slice text, int64_t *seconds)
{
    struct date d = { 0 };
    squeeze(&d, a, text);
    if (!take_usual(&d, 4, 4) && !take_asctime(&d) && !take_usual(&d, 2, 3))
        return false;
    take_time(&d);
    take_zone(&d);
    mend(&d);
    if (d.day < 1 || d.day > month_days(d.month, d.year))
        return false;
    *seconds = days_since_1970(d.year, d.month, d.day) * 86400 + d.hour * 3600 + d.minute * 60 + d.second;
    *seconds -= d.zone > *seconds ? *seconds : d.zone;
    return true;
}

/* ---- in Received lines */

/* three bytes that are not white space, a space */
static bool word_of_three(struct slice s, size_t at)
{
    return at + 4 <= s.n && text_skip_word(slice_sub(s, 0, at + 3), at) == at + 3 && s.p[at + 3] == ' ';
}

/* the end of "4 Jul 2026 12:00:00 +0200" (day maybe after one other byte), 0: it is none */
static size_t date_end(struct slice s, size_t at, size_t other)
{
    size_t end = text_skip_digits(s, at + other);
    if (at + other >= s.n || end == at + other || end == s.n || s.p[end] != ' ' || !word_of_three(s, end + 1))
        return 0;
    at = end + 5;
    end = text_skip_digits(s, at);
    if (end == at || end == s.n || s.p[end] != ' ')
        return 0;
    at = clock_end(s, end + 1);
    end = text_skip_word(s, at);
    return at && end > at ? end : 0;
}

struct slice rule_received_date(struct slice line)
{
    for (size_t i = 0; i < line.n; i++) {
        size_t end = 0;
        if (!text_space(line.p[i]))
            continue;
        if (i + 1 < line.n && line.p[i + 1] != '\n')
            end = date_end(line, i + 1, 1);
        if (end == 0)
            end = date_end(line, i + 1, 0);
        if (end)
            return slice_sub(line, i, end - i);
    }
    return SLICE("");
}
